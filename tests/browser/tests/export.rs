//! Exports: the dialogue opens, every kind of file has the right content, and what a target cannot do is named.

use browser_tests::Lab;
use std::time::Duration;

/// A run of 40 steps, paused.
fn trained(address: &str) -> Lab {
    let lab = Lab::open(address);
    lab.train_from_start(40);
    lab
}

fn open(lab: &Lab) {
    lab.run("[...document.querySelectorAll('button')].find(b => b.title.startsWith('Link to this')).click()");
    lab.page
        .wait_for("document.querySelector('#export')", Duration::from_secs(5))
        .expect("the share dialogue");
    lab.run("document.querySelector('#export').click()");
    let ready = "document.querySelectorAll('.export-target').length === 3";
    lab.page
        .wait_for(ready, Duration::from_secs(20))
        .unwrap_or_else(|error| panic!("{error}\n{}", lab.text()));
}

#[test]
fn the_dialogue_offers_every_kind_and_names_what_differs() {
    let lab = trained("#v=1&data=moons&clip_norm=1&optimizer=rmsprop&steps=20000");
    open(&lab);
    let caveats = |target: &str| {
        let items = format!(
            "return [...document.querySelectorAll('[data-caveats={target}] li')].map(li => li.innerText).join('\\n')"
        );
        lab.run(&items).as_str().unwrap_or_default().to_owned()
    };
    for target in ["keras", "pytorch", "burn"] {
        assert!(caveats(target).contains("ends after 500 steps"), "{target}: {}", caveats(target));
    }
    assert!(caveats("keras").contains("under the root"), "{}", caveats("keras"));
    assert!(caveats("burn").contains("not shortened"), "{}", caveats("burn"));
    assert!(!caveats("pytorch").contains("not shortened"), "{}", caveats("pytorch"));
    // Each button hands its file to the downloads.
    lab.run(
        "window.saved = []; HTMLAnchorElement.prototype.click = function () { saved.push([this.download, this.href]); }",
    );
    let kinds = lab.run("return [...document.querySelectorAll('[data-file]')].map(b => b.dataset.file)");
    let kinds: Vec<&str> = kinds.as_array().expect("kinds").iter().filter_map(|kind| kind.as_str()).collect();
    for kind in ["keras.zip", "pytorch.ipynb", "burn.zip", "safetensors", "onnx", "csv", "json", "shares.png"]
    {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    for (count, kind) in (1..).zip(&kinds) {
        lab.run(&format!("document.querySelector('[data-file=\"{kind}\"]').click()"));
        lab.page
            .wait_for(&format!("saved.length === {count}"), Duration::from_secs(10))
            .unwrap_or_else(|error| panic!("{kind}: {error}\n{}", lab.notices()));
    }
    let names = lab.run("return saved.map(([name]) => name)").to_string();
    assert!(names.contains("collapse-lab-keras.zip") && names.contains("collapse-lab.onnx"), "{names}");
    lab.run("document.querySelector('#export-dialog .card-head button').click()");
    lab.page
        .wait_for("!document.querySelector('#export-dialog')", Duration::from_secs(5))
        .expect("it is gone when it is closed");
    lab.assert_quiet();
}

/// Bytes of a file as text, one character a byte.
const BYTES: &str = "const bytes = async kind => [...new Uint8Array(await (await lab.exportFile(kind)).arrayBuffer())]\
    .map(b => String.fromCharCode(b)).join('');";

#[test]
fn files_hold_what_they_say() {
    let lab = trained("#v=1&data=digits&imbalance=20");
    let begins = |kind: &str, head: &str| {
        let found = lab.run(&format!("{BYTES} return (await bytes('{kind}')).slice(0, {})", head.len()));
        assert_eq!(found, head, "{kind}");
    };
    begins("keras.zip", "PK");
    begins("burn.zip", "PK");
    begins("csv", "step,epoch,learning_rate,");
    begins("shares.svg", "<svg xmlns");
    begins("report.html", "<!doctype html>");
    let png = lab.run(&format!("{BYTES} return (await bytes('loss.png')).slice(1, 4)"));
    assert_eq!(png, "PNG");
    let size = lab.run(
        "const picture = await createImageBitmap(await lab.exportFile('loss.png')); return [picture.width, picture.height]",
    );
    assert_eq!(size.to_string(), "[1800,840]");
    let run = lab.run("return JSON.parse(await (await lab.exportFile('json')).text())");
    assert_eq!(run["experiment"]["imbalance"], 20);
    assert_eq!(
        run["snapshots"].as_array().and_then(|all| all.last()).map(|last| last["step"].clone()),
        Some(40.into())
    );
    // The weights are those of the model on the page: its own last probe loss follows from them.
    let head = lab.run(&format!(
        "{BYTES} const raw = await bytes('safetensors'); const size = raw.charCodeAt(0) + 256 * raw.charCodeAt(1);\
         return JSON.parse(raw.slice(8, 8 + size))"
    ));
    assert_eq!(head["dense_1.weight"]["shape"].to_string(), "[32,64]");
    assert_eq!(head["__metadata__"]["step"], "40");
    let onnx = lab.run(&format!("{BYTES} return (await bytes('onnx')).includes('output.weight')"));
    assert_eq!(onnx, true);
    let notebook = lab.run("return JSON.parse(await (await lab.exportFile('pytorch.ipynb')).text())");
    assert_eq!(notebook["nbformat"], 4);
    lab.assert_quiet();
}

#[test]
fn programs_are_texts_and_a_wrong_name_is_said() {
    let lab = trained("#v=1&data=moons&lang=fr");
    for (target, part) in [
        ("keras", "keras.Sequential("),
        ("pytorch", "class Classifier(nn.Module)"),
        ("burn", "#[derive(Module, Debug)]"),
    ] {
        let code = lab.run(&format!("return await lab.exportCode('{target}')"));
        let code = code.as_str().expect("text");
        assert!(
            code.contains(part) && code.contains("data=moons"),
            "{target}: {}",
            &code[..600.min(code.len())]
        );
    }
    for (call, said) in [
        ("lab.exportCode('theano')", "target: 'theano' is unknown; use keras, pytorch, burn"),
        ("lab.exportFile('doc')", "kind: 'doc' is unknown; use keras.zip, "),
        ("lab.exportFile('nochart.svg')", "kind: 'nochart.svg' is unknown"),
    ] {
        let error = lab.page.run(&format!("return await {call}")).expect_err(call);
        assert!(error.contains(said), "{call} says {error:?}");
    }
}
