//! Trials beside the run: what if, and repair.

use browser_tests::Lab;

/// One rare class that 300 steps of plain training do not find.
const ILL: &str = "?backend=cpu#v=1&data=gaussians&imbalance=500&learning_rate=0.003&steps=100000";

fn ill() -> Lab {
    let lab = Lab::open(ILL);
    lab.train_from_start(300);
    lab.wait("document.querySelector('[data-finding=class_imbalance]')", 10);
    lab
}

#[test]
fn repair_tries_remedies_and_applies_the_one_that_helps() {
    let lab = ill();
    let before = lab.metric("balanced_accuracy");
    lab.run("document.querySelector('[data-testid=repair]').click()");
    lab.wait("document.querySelector('[data-testid=trials]').innerText.includes('Applied')", 30);
    lab.wait("document.querySelector('[data-testid=outcome]').innerText.includes('→')", 10);
    lab.wait(&format!("m.step >= 300 && m.balanced_accuracy > {before} + 0.1"), 20);
    assert_eq!(lab.run("return (await lab.getLanes()).lanes.length"), 1, "the uncured twin stays beside it");
    lab.assert_quiet();
}

#[test]
fn what_if_is_answered_by_lanes_that_can_be_taken_away() {
    let lab = ill();
    lab.run("document.querySelector('[data-testid=ask]').click()");
    lab.wait("document.querySelectorAll('[data-testid=trials] dd').length === 3", 30);
    let told = lab.run("return document.querySelector('[data-testid=trials]').innerText");
    let told = told.as_str().expect("text");
    assert!(told.contains("rare classes") && told.contains("it helps"), "{told}");
    assert_eq!(lab.run("return (await lab.getLanes()).lanes.length"), 3);
    lab.run("[...document.querySelectorAll('.trials button')].pop().click()");
    lab.wait("(await lab.getLanes()).lanes.length === 0", 5);
    assert_eq!(lab.metric("step"), 300.0, "the run itself stays as it was");
    lab.assert_quiet();
}

#[test]
fn nothing_to_learn_is_not_repaired() {
    let lab = Lab::open("?backend=cpu#v=1&data=noise&steps=400");
    lab.wait("m.step >= 400", 20);
    lab.wait("document.querySelector('.trials')", 5);
    assert_eq!(lab.run("return document.querySelector('[data-testid=repair]').hidden"), true);
}

#[test]
fn a_report_is_one_file_with_charts_and_findings() {
    let lab = ill();
    for (form, signs) in [
        ("html", ["<svg", "Class imbalance", "imbalance=500", "polyline"]),
        ("md", ["data:image/svg+xml,", "Class imbalance", "imbalance=500", "|---|---|---|"]),
    ] {
        let report = lab.run(&format!(
            "const kept = [], original = URL.createObjectURL;\
             URL.createObjectURL = blob => {{ kept.push(blob); return original(blob) }};\
             document.querySelector('[data-report={form}]').click();\
             URL.createObjectURL = original; return await kept[0].text()"
        ));
        let report = report.as_str().expect("text");
        for sign in signs {
            assert!(report.contains(sign), "{form}: no {sign} in {}", &report[..report.len().min(3000)]);
        }
    }
    lab.assert_quiet();
}
