//! A site in the browser: what is there without scripts, what the element makes of it, and that it trains.
//!
//! Must not know which generator built the page.

use crate::page::Page;
use std::time::Duration;

/// Opens the page, looks at its two embeds and brings the first to life; the step it has reached.
///
/// # Errors
/// Something is not as it should be; the message says what.
pub(super) fn open(page: &Page, url: &str) -> Result<u64, String> {
    page.open(url)?;
    page.run(WITHOUT_SCRIPTS)?;
    page.wait_for(UPGRADED, Duration::from_secs(30))?;
    page.wait_for(PICTURED, Duration::from_secs(10))?;
    let step = page.run(LIVE)?;
    let broken: Vec<String> = page
        .console()?
        .into_iter()
        .filter(|(level, message)| level == "SEVERE" && message.contains("/lab/"))
        .map(|(_, message)| message)
        .collect();
    if !broken.is_empty() {
        return Err(format!("the console reports {broken:#?}"));
    }
    step.as_u64().ok_or_else(|| format!("no step: {step}"))
}

/// The page as the server has it: both embeds with a link and a picture, whose files are there.
const WITHOUT_SCRIPTS: &str = r##"
    const text = await (await fetch(location.href)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const [scenario, experiment, ...more] = page.querySelectorAll("collapse-lab");
    const expect = (truth, what) => { if (!truth) throw new Error(what + " in the page without scripts"); };
    expect(scenario && experiment && !more.length, "not two elements");
    expect(scenario.getAttribute("src") === "/lab/" && scenario.getAttribute("preset") === "digits_majority"
        && scenario.getAttribute("lock") === "data", "other options than written");
    expect(experiment.getAttribute("experiment") === "v=1&data=gaussians&imbalance=99"
        && experiment.getAttribute("height") === "600", "other options than written");
    for (const [element, link, picture] of [
        [scenario, "/lab/#scenario=digits_majority", "/lab/posters/digits_majority.svg"],
        [experiment, "/lab/#v=1&data=gaussians&imbalance=99", "/lab/icon.svg"],
    ]) {
        const image = element.querySelector("a img");
        expect(element.querySelector("a")?.getAttribute("href") === link, "not the link " + link);
        expect(element.textContent.includes("Collapse Lab"), "no words");
        expect(image?.getAttribute("src") === picture && image.alt, "not the picture " + picture);
        const file = await fetch(picture);
        expect(file.ok && file.headers.get("Content-Type") === "image/svg+xml", "no file " + picture);
    }
"##;

/// Both elements are what embed.js makes of them.
const UPGRADED: &str = r#"[...document.querySelectorAll("collapse-lab")]
    .every((element, _, all) => all.length === 2 && element.matches(":defined") && element.shadowRoot?.querySelector("button"))"#;

/// The reader sees the poster.
const PICTURED: &str = r#"(() => {
    const image = document.querySelector("collapse-lab img");
    image.scrollIntoView({ block: "center" });
    return image.complete && image.naturalWidth >= 700 && image.getBoundingClientRect().width >= 200;
})()"#;

/// A press, and a while later a model in training with the options asked for.
const LIVE: &str = r#"
    const element = document.querySelector("collapse-lab");
    element.shadowRoot.querySelector("button").click();
    const lab = await element.lab;
    for (let tries = 0; tries < 600; tries++) {
        const { step } = await lab.getMetrics();
        if (step >= 30) {
            const { imbalance } = await lab.getState();
            if (!(imbalance > 100)) throw new Error("another experiment: imbalance " + imbalance);
            if (document.querySelectorAll("iframe").length) throw new Error("a frame outside the element");
            return step;
        }
        await new Promise(done => setTimeout(done, 100));
    }
    throw new Error("it does not train: " + JSON.stringify(await lab.getMetrics()).slice(0, 300));
"#;
