//! The clinic: texts, files and samples lead to causes and experiments; faults are placed; nothing is sent.

use browser_tests::{Lab, Setup};
use std::time::Duration;

fn open(lab: &Lab, address: &str) {
    lab.page.open("about:blank").expect("an empty page opens");
    lab.page.open(&format!("{}{address}", lab.url())).expect("the page opens");
    wait(lab, "document.querySelector('#clinic-text')", 20);
}

fn wait(lab: &Lab, condition: &str, seconds: u64) {
    let found = lab.page.wait_for(condition, Duration::from_secs(seconds));
    found.unwrap_or_else(|error| panic!("{condition}: {error}\n{}", lab.text()));
}

/// Types a text into the box and presses the button below it.
fn hand_in(lab: &Lab, text: &str) {
    let text = serde_json::to_string(text).expect("text is JSON");
    lab.run(&format!(
        "const box = document.querySelector('#clinic-text'); box.value = {text};\
         box.dispatchEvent(new Event('input', {{ bubbles: true }}));\
         await new Promise(done => setTimeout(done, 50)); document.querySelector('#clinic-read').click()"
    ));
}

/// Answers a question by choosing or typing.
fn answer(lab: &Lab, question: &str, value: &str) {
    lab.run(&format!(
        "const field = document.querySelector('#ask-{question}'); field.value = '{value}';\
         field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ));
}

const FIRST: &str = "document.querySelector('.clinic-cause')?.dataset.cause";

#[test]
fn every_sample_is_read_and_leads_to_an_experiment() {
    let lab = Setup::default().serve();
    open(&lab, "?diagnose");
    for (sample, cause) in [
        ("keras", "class_imbalance"),
        ("lightning", "learning_rate_high"),
        ("wandb", "overfit"),
        ("diverged", "exploding"),
        ("predictions", "sorted_batches"),
        ("matrix", "mislabelled"),
    ] {
        lab.run(&format!("document.querySelector('[data-sample={sample}]').click()"));
        wait(&lab, &format!("{FIRST} === '{cause}'"), 10);
    }
    let address = lab.run("return document.querySelector('.clinic-cause a').href");
    let address = address.as_str().expect("a link").to_owned();
    assert!(address.contains("label_flip=1"), "{address}");
    lab.page.open(&address).expect("the page opens");
    lab.wait("m.step > 0", 20);
    assert_eq!(lab.state()["flip_from"], 7);
    lab.assert_quiet();
}

#[test]
fn answers_change_the_causes_and_the_report_says_them() {
    let lab = Setup {
        before: "navigator.clipboard.writeText = async text => { window.copied = text; };",
        ..Setup::default()
    }
    .serve();
    open(&lab, "?diagnose");
    hand_in(&lab, "[[100 0]\n [100 0]]");
    wait(&lab, "document.querySelector('#clinic-matrix')", 5);
    assert_eq!(
        lab.run("return document.querySelector('#clinic-text').value"),
        "",
        "what was read is put away"
    );
    answer(&lab, "class_counts", "990, 10");
    wait(&lab, &format!("{FIRST} === 'class_imbalance'"), 5);
    // A missing fact leads to its field, wherever that is.
    lab.run("[...document.querySelectorAll('.clinic-need')].at(-1).click()");
    wait(&lab, "document.activeElement.id.startsWith('ask-')", 5);
    lab.run("document.querySelector('#clinic-copy').click()");
    wait(&lab, "window.copied && window.copied.includes('990, 10')", 5);
    let report = lab.run("return window.copied");
    assert!(report.as_str().is_some_and(|text| text.contains("## 1. ") && text.contains("#v=1")), "{report}");
    answer(&lab, "class_counts", "many");
    wait(&lab, "document.querySelector('[aria-invalid=true]')", 5);
}

#[test]
fn faults_name_their_place_and_the_text_stays_to_be_corrected() {
    let lab = Setup::default().serve();
    open(&lab, "?diagnose");
    hand_in(&lab, "epoch,loss\n0,0.7\n1,oops\n");
    wait(&lab, "document.querySelector('[data-fault]')", 5);
    let fault = lab.run("return document.querySelector('[data-fault]').innerText");
    assert!(fault.as_str().is_some_and(|text| text.starts_with("Line 3, column 2 (loss):")), "{fault}");
    hand_in(&lab, "epoch,loss\n0,0.7\n1,0.6\n");
    wait(&lab, "!document.querySelector('[data-fault]') && document.querySelector('#clinic-loss canvas')", 5);
}

#[test]
fn dropped_files_are_read_on_this_machine() {
    let lab = Setup::default().serve();
    open(&lab, "?diagnose&lang=fr&theme=dark");
    lab.run(
        "window.asked = performance.getEntriesByType('resource').length;\
         const transfer = new DataTransfer();\
         transfer.items.add(new File(['label,prediction\\na,a\\nb,a\\nb,a\\n'], 'mine.csv'));\
         transfer.items.add(new File(['loss,val_loss\\n0.7,0.7\\n0.2,0.9\\n'], 'log.csv'));\
         document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))",
    );
    wait(
        &lab,
        "document.querySelector('#clinic-classes') && document.querySelector('#clinic-loss canvas')",
        5,
    );
    assert!(lab.text().contains("mine.csv") && lab.text().contains("log.csv"), "{}", lab.text());
    let requests = lab.run("return performance.getEntriesByType('resource').length - window.asked");
    assert_eq!(requests, 0, "nothing was asked for or sent");
    // Another language keeps what was read.
    lab.run(
        "const choice = document.querySelector('.language select'); choice.value = 'zh';\
         choice.dispatchEvent(new Event('change', { bubbles: true }))",
    );
    wait(&lab, "document.documentElement.lang === 'zh' && document.body.innerText.includes('mine.csv')", 10);
    assert!(!lab.text().contains("clinic."), "{}", lab.text());
    lab.assert_quiet();
}

#[test]
fn the_page_leads_to_the_clinic() {
    let lab = Lab::open("#v=1");
    lab.run("document.querySelector('a[href=\"?diagnose\"]').click()");
    wait(&lab, "document.querySelector('#clinic-text')", 20);
}
