//! Lessons can be taken with the keyboard alone, and every one of them opens and trains.

use browser_tests::{Lab, Setup};
use serde_json::Value;

/// Waits until nothing is being trained for the lesson.
fn settled(lab: &Lab) {
    lab.wait("document.querySelector('#lesson:not([hidden])[data-busy=\"false\"] #lesson-title')", 60);
}

/// Presses Tab until the focus is on what the selector names.
fn tab_to(lab: &Lab, selector: &str) {
    for _ in 0..200 {
        if lab.run(&format!("return document.activeElement.matches(`{selector}`)")) == Value::Bool(true) {
            return;
        }
        lab.page.press("Tab").expect("Tab");
    }
    panic!("Tab never reaches {selector}");
}

fn step(lab: &Lab) -> String {
    lab.run("return document.querySelector('#lesson').dataset.step").as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_lesson_can_be_completed_with_the_keyboard_alone() {
    let lab = Lab::open("?lesson=ribbon&backend=cpu");
    settled(&lab);
    for at in 0..4 {
        settled(&lab);
        let focused = lab.run("return document.activeElement.closest('#lesson') !== null");
        assert_eq!(focused, true, "step {at} does not take the focus");
        if lab.run("return document.querySelector('.answers') !== null") == Value::Bool(true) {
            tab_to(&lab, ".answer input");
            lab.page.press(" ").expect("space chooses");
            tab_to(&lab, "#lesson-run");
            lab.page.press("Enter").expect("Enter runs");
            lab.wait("document.querySelector('#lesson-told')", 60);
            settled(&lab);
            lab.wait("document.activeElement.id === 'lesson-told'", 3);
        } else if lab.run("return document.querySelector('.lesson-task') !== null") == Value::Bool(true) {
            // The imbalance ratio back to 1: its slider's left end.
            tab_to(&lab, "[data-knob=imbalance] input[type=range]");
            lab.page.press("Home").expect("Home");
            lab.wait("(await lab.getState()).imbalance === 1", 3);
            tab_to(&lab, "#lesson-run");
            lab.page.press("Enter").expect("Enter tries");
            lab.wait("document.querySelector('.lesson-passed')", 60);
        }
        let before = step(&lab);
        tab_to(&lab, "#lesson-next");
        lab.page.press("Enter").expect("Enter goes on");
        lab.wait(
            &format!(
                "document.querySelector('#lesson').dataset.step !== '{before}' || !document.querySelector('#lesson-next')"
            ),
            5,
        );
    }
    let text = lab.run("return document.querySelector('#lesson').innerText");
    let text = text.as_str().unwrap_or_default();
    assert!(text.contains("solved") && !text.contains("skipped"), "{text}");
    // It is kept.
    lab.visit("");
    let kept = lab.run("return localStorage.getItem('collapse-lab-lessons')");
    assert!(kept.as_str().is_some_and(|kept| kept.contains("\"task\":\"passed\"")), "{kept}");
    lab.assert_quiet();
}

#[test]
fn every_lesson_opens_and_its_first_step_runs() {
    let lab = Lab::open("?backend=cpu");
    let ids = lab.run("return (await (await fetch('lessons/index.json')).json()).map(entry => entry.id)");
    let ids: Vec<&str> = ids.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(ids.len() >= 8, "{ids:?}");
    for id in ids {
        lab.visit(&format!("?lesson={id}&backend=cpu"));
        settled(&lab);
        let gaps =
            lab.run("return document.querySelector('#lesson').innerText.match(/lessons?\\.[a-z_]+\\./g)");
        assert_eq!(gaps, Value::Null, "{id} lacks words");
        lab.wait("document.querySelector('.lit')", 5);
        lab.run(
            "document.querySelector('.answer input')?.click(); document.querySelector('#lesson-run').click()",
        );
        lab.wait("document.querySelector('#lesson-told')", 90);
        let told = lab.run("return document.querySelector('.lesson-told').innerText");
        let told = told.as_str().unwrap_or_default();
        assert!(!told.contains('{') && !told.contains('–'), "{id}: {told}");
    }
    lab.assert_quiet();
}

#[test]
fn the_sheet_of_a_phone_never_covers_what_it_points_at() {
    let lab = Setup { size: (390, 844), ..Setup::default() }.open("?lesson=imbalance&backend=cpu");
    settled(&lab);
    lab.wait("document.querySelector('.lit')", 5);
    lab.wait(
        "document.querySelector('.lit').getBoundingClientRect().top >= 0 && \
         document.querySelector('.lit').getBoundingClientRect().top + 40 < document.querySelector('#lesson').getBoundingClientRect().top",
        5,
    );
    assert_eq!(lab.run("return document.documentElement.scrollWidth <= innerWidth"), true);
}

#[test]
fn broken_progress_is_told_and_lessons_begin_anew() {
    let before = "try { localStorage.setItem('collapse-lab-lessons', '{\"v\":1,') } catch {}";
    let lab = Setup { before, ..Setup::default() }.open("?lesson=ribbon&backend=cpu");
    settled(&lab);
    assert!(lab.notices().contains("lessons"), "{}", lab.notices());
    assert_eq!(step(&lab), "healthy");
}
