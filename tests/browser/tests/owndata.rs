//! Data of the visitor's own: pasted, dropped, drawn, photographed; kept, exported, deleted; links without them.

use browser_tests::{Lab, Setup};

/// A table of two classes, one of them rare, as JavaScript that makes its text.
const TABLE: &str = "const rows = ['x,y,kind']; for (let i = 0; i < 400; i++) {\
    const rare = i % 25 === 0; rows.push([(i * 7 % 50) / 50 + (rare ? 0.6 : 0), (i * 13 % 41) / 41, rare ? 'rare' : 'usual'].join());\
    } const csv = rows.join('\\n');";

/// Storage as a browser that forbids it shows it: every access throws.
const NO_STORAGE: &str = "for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])\
    Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError') } })";

/// Opens the desk by its button.
fn open_desk(lab: &Lab) {
    lab.wait("document.querySelector('#own-door')", 15);
    lab.run("document.querySelector('#own-door').click()");
    lab.wait("document.querySelector('#desk')?.open", 15);
}

/// Types a text, made by a script as `csv`, and presses the button below it.
fn paste(lab: &Lab, script: &str) {
    lab.run(&format!(
        "{script} const box = document.querySelector('#desk-text'); box.value = csv;\
         box.dispatchEvent(new Event('input', {{ bubbles: true }}));\
         const read = document.querySelector('#desk-read');\
             while (read.disabled) await new Promise(done => setTimeout(done, 20)); read.click()"
    ));
}

/// Drops a file, made by a script as `file`, on the desk.
fn drop_file(lab: &Lab, script: &str) {
    lab.run(&format!(
        "{script} const transfer = new DataTransfer(); transfer.items.add(file);\
         document.querySelector('#desk').dispatchEvent(new DragEvent('drop', {{ dataTransfer: transfer, bubbles: true, cancelable: true }}))"
    ));
}

/// Presses the button of the tab that is shown once it can be pressed, and waits for the run.
fn train(lab: &Lab) {
    const BUTTON: &str = "[...document.querySelectorAll('#desk [data-desk=train]')].find(button => button.checkVisibility() && !button.disabled)";
    lab.wait(BUTTON, 15);
    lab.run(&format!("{BUTTON}.click()"));
    lab.wait("!document.querySelector('#desk').open && m.step > 0", 30);
    assert_eq!(lab.state()["data"], "own");
}

fn desk_text(lab: &Lab) -> String {
    lab.run("return document.querySelector('#desk').innerText").as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_pasted_table_is_shown_judged_trained_and_still_there_after_loading_again() {
    let lab = Lab::open("");
    open_desk(&lab);
    paste(&lab, TABLE);
    lab.wait("document.querySelector('#desk-advice')?.innerText.includes('24')", 15);
    let text = desk_text(&lab);
    assert!(text.contains("400 rows") && text.contains("Everything stays on this machine"), "{text}");
    assert_eq!(lab.run("return document.querySelector('#desk-label').selectedOptions[0].innerText"), "kind");
    train(&lab);
    let address = lab.wait("location.hash.includes('own=') && location.hash", 10);
    let address = address.as_str().expect("a fragment").to_owned();
    assert!(address.contains(".2.16-384.20"), "{address}");
    // 24 to 1 on inputs that overlap: the verdict of the page's own judges, on the visitor's data.
    lab.wait("m.step > 300 && document.querySelector('.verdict, [data-verdict]')", 30);
    let classes = lab.metrics()["classes"].clone();
    assert_eq!(classes, 2);
    // The worker is replaced and given the data again.
    lab.run("lab.debug.kill()");
    let before = lab.metric("step");
    lab.wait(&format!("m.step > {before}"), 30);
    // Exported programs carry them.
    let code = lab.run("return await lab.exportCode('pytorch')").to_string();
    assert!(code.contains("class Classifier") && code.contains("own="), "{}", &code[..900.min(code.len())]);
    let zip = lab.run("return (await lab.exportFile('keras.zip')).size");
    assert!(zip.as_u64().is_some_and(|size| size > 5_000), "{zip}");
    // Loaded again, the data come from the browser's store.
    lab.visit(&address);
    lab.wait("m.step > 0", 20);
    assert_eq!(lab.state()["own"].as_str().map(|own| own.len() > 16), Some(true));
    assert_eq!(lab.run("return document.querySelector('#desk')?.open ?? false"), false);
    // Deleted, the link has nothing to train on, says so, and trains on the digits.
    open_desk_again(&lab);
    lab.run("document.querySelector('#desk-tab-kept').click(); document.querySelector('[data-kept=delete]').click()");
    lab.wait("!document.querySelector('[data-kept=delete]')", 10);
    lab.visit(&address);
    lab.wait("document.querySelector('#desk-wanted')?.checkVisibility()", 20);
    lab.run("document.querySelector('#desk header button').click()");
    lab.wait("m.step > 0", 20);
    assert_eq!(lab.state()["data"], "digits");
    assert!(lab.notices().contains("not on this device"), "{}", lab.notices());
    lab.assert_quiet();
}

fn open_desk_again(lab: &Lab) {
    lab.wait("document.querySelector('#own-door')", 15);
    // Data that are wanted and kept are handed over at once: the tab shows what is kept.
    lab.run("window.collapseLabDesk.open('')");
    lab.wait("document.querySelector('#desk').open && document.querySelector('[data-kept=delete]')", 15);
}

#[test]
fn faults_name_line_and_column() {
    let lab = Lab::open("");
    open_desk(&lab);
    paste(&lab, "const csv = 'a,b,c\\n1,2,x\\n\\n3,4,y,5\\n1,2,x\\n';");
    lab.wait("document.querySelector('#desk-fault')?.innerText.startsWith('Line 4, column 4')", 15);
    paste(&lab, "const csv = 'a,b\\n' + '1,2\\n'.repeat(100001);");
    lab.wait("document.querySelector('#desk-fault')?.innerText.startsWith('Line 100,002')", 20);
    drop_file(&lab, "const file = new File([new Uint8Array([0x25,0x50,0x44,0x46,0,1,2])], 'paper.pdf');");
    lab.wait("document.querySelector('#desk-fault')?.innerText.includes('CSV')", 15);
    // The page behind goes on.
    let before = lab.metric("step");
    lab.wait(&format!("m.step > {before} || m.step >= 400"), 20);
    lab.assert_quiet();
}

#[test]
fn an_archive_of_pictures_trains_a_convolution() {
    let lab = Lab::open("#v=1&model=cnn&channels=4&learning_rate=0.01");
    open_desk(&lab);
    let script = "\
        const picture = async (left) => { const canvas = new OffscreenCanvas(40, 30), pen = canvas.getContext('2d');\
          pen.fillStyle = '#fff'; pen.fillRect(0, 0, 40, 30); pen.fillStyle = '#00f'; pen.fillRect(left, 5, 10, 20);\
          return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer()); };\
        const files = []; for (let i = 0; i < 12; i++) { files.push(['set/left/' + i + '.png', await picture(6 + i % 3)]);\
          files.push(['set/right/' + i + '.png', await picture(22 + i % 3)]); }\
        files.push(['set/left/broken.png', new Uint8Array([1, 2, 3])]);\
        const parts = [], listed = []; let at = 0;\
        for (const [name, bytes] of files) { const title = new TextEncoder().encode(name);\
          const common = new DataView(new ArrayBuffer(26)); common.setUint16(0, 20, true);\
          common.setUint32(14, bytes.length, true); common.setUint32(18, bytes.length, true); common.setUint16(22, title.length, true);\
          const head = new Uint8Array([0x50, 0x4b, 3, 4]); parts.push(head, common.buffer, title, bytes);\
          const tail = new DataView(new ArrayBuffer(14)); tail.setUint32(10, at, true);\
          listed.push(new Uint8Array([0x50, 0x4b, 1, 2, 20, 0]), common.buffer, tail.buffer, title);\
          at += 30 + title.length + bytes.length; }\
        const length = listed.reduce((sum, part) => sum + part.byteLength, 0);\
        const end = new DataView(new ArrayBuffer(22)); end.setUint32(0, 0x06054b50, true); end.setUint16(8, files.length, true);\
        end.setUint16(10, files.length, true); end.setUint32(12, length, true); end.setUint32(16, at, true);\
        const file = new File([...parts, ...listed, end.buffer], 'shapes.zip');";
    drop_file(&lab, script);
    lab.wait("document.querySelectorAll('#desk-album li').length === 2", 20);
    let text = desk_text(&lab);
    assert!(
        text.contains("left") && text.contains("12 pictures") && text.contains("1 picture could not"),
        "{text}"
    );
    train(&lab);
    lab.wait("location.hash.includes('.3x28x28.12-12.20')", 10);
    lab.assert_quiet();
}

#[test]
fn points_are_drawn_by_pointer_and_by_keyboard() {
    let lab = Lab::open("");
    open_desk(&lab);
    lab.run("document.querySelector('#desk-tab-draw').click()");
    lab.run(
        "const canvas = document.querySelector('#desk-canvas');\
         const at = (type, x, y) => { const area = canvas.getBoundingClientRect();\
           canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true, clientX: area.left + x * area.width, clientY: area.top + y * area.height })); };\
         for (let i = 0; i < 20; i++) { at('pointerdown', 0.1 + 0.015 * i, 0.3); at('pointerup', 0, 0); }\
         document.querySelector('[data-brush=\"1\"]').click();\
         at('pointerdown', 0.6, 0.6); for (let i = 1; i < 30; i++) at('pointermove', 0.6 + 0.01 * i, 0.6 + 0.3 * (i % 2)); at('pointerup', 0, 0);\
         canvas.focus();",
    );
    for key in ["ArrowRight", " ", "ArrowLeft", " "] {
        lab.page.press(key).expect("a key");
    }
    let count = lab.wait("parseInt(document.querySelector('#desk-points').innerText) >= 50 && document.querySelector('#desk-points').innerText", 10);
    assert!(count.as_str().is_some_and(|count| count.contains("points")), "{count}");
    train(&lab);
    lab.wait(
        "document.querySelector('[data-chart=boundary]') || /boundary/i.test(document.body.innerText)",
        15,
    );
    lab.assert_quiet();
}

#[test]
fn blocked_storage_costs_only_the_keeping() {
    let lab = Setup { before: NO_STORAGE, ..Setup::default() }.open("");
    open_desk(&lab);
    paste(&lab, TABLE);
    train(&lab);
    lab.run("window.collapseLabDesk.open('')");
    lab.wait("document.querySelector('#desk').open", 10);
    lab.run("document.querySelector('#desk-tab-kept').click()");
    lab.wait("document.querySelector('#desk-blocked')?.innerText.includes('blocked')", 10);
    lab.assert_quiet();
}

#[test]
fn a_refused_camera_is_said() {
    let lab = Setup {
        before: "navigator.mediaDevices && (navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('Permission denied', 'NotAllowedError') })",
        ..Setup::default()
    }
    .open("");
    open_desk(&lab);
    lab.run(
        "document.querySelector('#desk-tab-images').click(); document.querySelector('#desk-camera').click()",
    );
    lab.wait("/Permission denied|camera/.test(document.querySelector('.desk-panel:not([hidden]) [role=alert]')?.innerText)", 10);
}
