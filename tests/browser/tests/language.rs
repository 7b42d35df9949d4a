//! The page in other languages, chosen in the address, in the header and by the browser.

use browser_tests::Lab;

/// Chooses a language in the header as a visitor would.
fn choose(lab: &Lab, code: &str) {
    lab.run(&format!(
        "const list = document.querySelector('.language select');\
         list.value = '{code}'; list.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ));
    lab.wait(&format!("document.documentElement.lang === '{code}'"), 10);
}

fn heading(lab: &Lab, chart: &str) -> String {
    let title = lab.wait(&format!("document.querySelector('[data-chart={chart}] h2')?.innerText"), 10);
    title.as_str().unwrap_or_default().to_owned()
}

#[test]
fn words_change_while_the_run_goes_on() {
    let lab = Lab::open("?lang=en#v=1&data=gaussians&imbalance=99&steps=100000");
    lab.wait("m.playing && m.step > 200", 20);
    assert_eq!(heading(&lab, "loss"), "Loss");
    let before = lab.metric("step");
    choose(&lab, "fr");
    assert_eq!(heading(&lab, "loss"), "Perte");
    assert!(lab.metric("step") >= before, "the run does not begin again");
    lab.wait(&format!("m.playing && m.step > {before} + 100"), 20);
    // The verdict was said in English while it trained; now it is said in French.
    lab.wait("/^(Effondr|Apprend|Devine|Sain)/.test(document.querySelector('.verdict-text').innerText)", 10);
    lab.wait(
        "[...document.querySelectorAll('[data-chart=shares] canvas')].every(canvas => canvas.width > 300 &&\
         canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0))",
        10,
    );
    choose(&lab, "zh");
    assert_eq!(heading(&lab, "loss"), "损失");
    lab.wait(&format!("m.playing && m.step > {before} + 200"), 20);
    lab.assert_quiet();
}

#[test]
fn a_choice_is_kept_and_the_address_wins() {
    let lab = Lab::open("");
    choose(&lab, "fr");
    lab.visit("");
    assert_eq!(heading(&lab, "loss"), "Perte");
    lab.visit("?lang=zh");
    assert_eq!(heading(&lab, "loss"), "损失");
}

#[test]
fn scenarios_are_told_in_the_language_of_the_page() {
    let lab = Lab::open("?lang=fr");
    lab.run(
        "document.querySelector('.top-actions [title=\"Des expériences qui valent le détour\"]').click()",
    );
    let text = "document.querySelector('[data-scenario=digits_majority]')?.innerText";
    let story = lab.wait(text, 10);
    assert!(!story.to_string().contains("scenario."), "{story}");
    lab.assert_quiet();
}

#[test]
fn numbers_are_written_and_read_as_the_language_does() {
    let lab = Lab::open("?lang=fr#v=1&data=gaussians&learning_rate=0.005");
    let shown = lab.wait("document.getElementById('exact-learning_rate')?.value", 10);
    assert_eq!(shown, "0,005");
    lab.run(
        "const box = document.getElementById('exact-learning_rate');\
         box.value = '0,02'; box.dispatchEvent(new Event('change', { bubbles: true }))",
    );
    lab.wait("(await lab.getState()).learning_rate === 0.02", 5);
}
