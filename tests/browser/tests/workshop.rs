//! Teachers' links: limits, goals, the form that makes them, challenges, receipts and sheets.

use browser_tests::Lab;

/// Trains a page that waits, looked at every 20 steps.
fn train(lab: &Lab, steps: u32) {
    let body = format!("for (let done = 0; done < {steps}; done += 20) await lab.step(20)");
    lab.run(&body);
    lab.wait(&format!("m.step === {steps}"), 30);
}

#[test]
fn a_limit_is_kept_by_slider_box_link_and_scripts() {
    let lab = Lab::open("?learning_rate=limit:0.001..0.1&optimizer=limit:adam,sgd#v=1&learning_rate=5");
    assert_eq!(lab.state()["learning_rate"].as_f64(), Some(0.1), "the link was moved inside");
    assert!(lab.notices().contains("0.1"), "{}", lab.notices());
    let error = lab.page.run("await lab.setState({ learning_rate: 1 })").expect_err("outside the limit");
    assert!(error.contains("learning_rate"), "{error}");
    lab.wait("document.querySelector('#knob-learning_rate')", 10);
    lab.run(
        "const slider = document.querySelector('#knob-learning_rate'); slider.value = slider.min;\
         slider.dispatchEvent(new Event('input', { bubbles: true }))",
    );
    lab.wait("Math.abs((await lab.getState()).learning_rate - 0.001) < 1e-9", 5);
    lab.run(
        "const box = document.querySelector('#exact-learning_rate'); box.value = '7';\
         box.dispatchEvent(new Event('change', { bubbles: true }))",
    );
    lab.wait("Math.abs((await lab.getState()).learning_rate - 0.1) < 1e-7", 5);
    let choices =
        lab.run("return [...document.querySelectorAll('#knob-optimizer option')].map(o => o.value)");
    assert_eq!(choices, serde_json::json!(["adam", "sgd"]));
}

#[test]
fn only_the_named_charts_are_shown_in_their_order() {
    let lab = Lab::open("?charts=loss,shares");
    lab.wait("document.querySelectorAll('.chart').length >= 2", 10);
    let charts = lab.run("return [...document.querySelectorAll('.chart')].map(chart => chart.dataset.chart)");
    assert_eq!(charts, serde_json::json!(["loss", "shares"]));
}

#[test]
fn a_goal_is_reached_told_and_remembered() {
    let address = "?start=paused&goal=balanced_accuracy>=0.8@400#v=1&learning_rate=0.003";
    let lab = Lab::open(address);
    lab.wait("m.backend && document.querySelector('.goal')", 30);
    assert_eq!(lab.metric("step"), 0.0, "it waits for the learner");
    lab.run("window.told = []; lab.on('goal', event => told.push(event))");
    train(&lab, 400);
    lab.wait("document.querySelector('.goal').dataset.goal === 'met'", 5);
    let told = lab.run("return told");
    assert_eq!((&told[0]["met"], told.as_array().map(Vec::len)), (&true.into(), Some(1)), "{told}");
    lab.visit(address);
    lab.wait(
        "document.querySelector('.goal') && /earlier/.test(document.querySelector('.goal').innerText)",
        10,
    );
}

#[test]
fn a_goal_out_of_reach_is_missed() {
    let lab = Lab::open("?start=paused&goal=balanced_accuracy>=0.99@40#v=1&imbalance=1000");
    lab.wait("m.backend", 30);
    train(&lab, 60);
    lab.wait("document.querySelector('.goal').dataset.goal === 'missed'", 5);
}

#[test]
fn the_link_that_is_built_opens_as_built() {
    let lab = Lab::open("#v=1&data=gaussians&imbalance=20");
    lab.wait("document.querySelector('dialog')", 10);
    lab.page.click("button[title*='workshop']").expect("the header has a share button");
    lab.run("document.querySelector('.share .row:last-of-type .button').click()");
    lab.wait("document.querySelector('#workshop-learning_rate')", 5);
    lab.run(
        "const choose = (element, value) => { element.value = value; element.dispatchEvent(new Event('change', { bubbles: true })); };\
         choose(document.querySelector('#workshop-learning_rate'), 'lock');\
         choose(document.querySelector('#workshop-depth'), 'hide');\
         choose(document.querySelector('#workshop-imbalance'), 'limit');\
         choose(document.querySelector('.goal-form select'), 'worst_recall');\
         document.querySelector('.ticks-column input').click()",
    );
    let link = lab.run("return document.querySelector('#workshop-link').value");
    let link = link.as_str().expect("a link");
    let address = link.strip_prefix(&lab.url()).expect("this page's link").to_owned();
    assert!(lab.run("return !!document.querySelector('.qr path')") == true, "the link has a QR code");
    lab.visit(&address);
    lab.wait("m.backend && document.querySelector('#knob-imbalance')", 20);
    assert_eq!(lab.state()["imbalance"].as_f64(), Some(20.0));
    let seen = lab.run(
        "return [document.querySelector('#knob-learning_rate').disabled, !document.querySelector('#knob-depth'),\
         document.querySelector('.goal') !== null, (await lab.getMetrics()).step]",
    );
    assert_eq!(seen, serde_json::json!([true, true, true, 0]), "{address}");
}

#[test]
fn a_receipt_verifies_agrees_and_tampering_is_told() {
    let lab = Lab::open("?backend=cpu#v=1&data=gaussians&imbalance=9");
    lab.train_from_start(60);
    lab.set("weighting: 'inverse_frequency'");
    lab.run("await lab.step(60)");
    lab.wait("m.step === 120 && document.querySelector('dialog')", 20);
    lab.page.click("button[title*='workshop']").expect("the header has a share button");
    lab.run("document.querySelector('#hand-in').click()");
    lab.wait("document.querySelector('#receipt-link')?.value.includes('#receipt=')", 5);
    let link = lab.run("return document.querySelector('#receipt-link').value");
    let link = link.as_str().expect("a link").to_owned();
    let address = format!("?backend=cpu{}", &link[link.find('#').expect("a fragment")..]);
    lab.visit(&address);
    lab.wait("document.querySelector('[data-receipt=good]')", 10);
    lab.wait("m.backend", 30);
    lab.run("document.querySelector('[data-receipt=good] .button.primary').click()");
    lab.wait("document.querySelector('[data-agrees]')", 40);
    let agrees = lab.run("return document.querySelector('[data-agrees]').dataset.agrees");
    assert_eq!(agrees, "true", "{}", lab.text());

    let middle = address.len() / 2;
    let other = if &address[middle..=middle] == "A" { "B" } else { "A" };
    let changed = [&address[..middle], other, &address[middle + 1..]].concat();
    lab.visit(&changed);
    lab.wait("document.querySelector('[data-receipt=bad]')", 10);
    assert!(lab.text().contains("checksum"), "{}", lab.text());
}

#[test]
fn a_challenge_conceals_its_cause_until_it_ends() {
    let lab = Lab::open("?challenge=5");
    lab.wait("m.step > 100 && document.querySelectorAll('.suspect').length > 5", 40);
    let open = lab.run(
        "return [location.hash.length < 2, document.querySelector('.findings') === null,\
         document.querySelectorAll('[data-knob]').length, (await lab.getMetrics()).findings.length]",
    );
    assert_eq!(open, serde_json::json!([true, true, 0, 0]));
    assert!(lab.page.run("return await lab.getState()").is_err(), "scripts are told nothing");
    lab.run("document.querySelector('.suspect .button').click()");
    lab.wait("/^1 move/.test(document.querySelector('[data-testid=moves]').innerText)", 5);
    lab.run(
        "[...document.querySelectorAll('.challenge > * .button, .challenge .row .button')].pop().click()",
    );
    lab.wait("document.querySelector('.challenge-end')", 5);
    lab.wait("document.querySelectorAll('[data-knob]').length > 5", 10);
    assert!(lab.state()["data"].is_string(), "the answer is out");
}

#[test]
fn a_sheet_prints_questions_and_a_measured_key() {
    let lab = Lab::open("?sheet=imbalance");
    lab.wait("document.querySelectorAll('.sheet > div .sheet-questions > li, .sheet .sheet-questions > li').length >= 6", 20);
    lab.wait("document.querySelector('.sheet-tools [role=status]').innerText === ''", 90);
    let key = lab.run("return document.querySelector('.sheet-key').innerText");
    assert!(key.as_str().is_some_and(|key| key.contains('%')), "{key}");
    assert_eq!(lab.run("return !!document.querySelector('.sheet .qr path')"), true);
}
