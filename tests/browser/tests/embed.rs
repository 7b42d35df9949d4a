//! The lab in other people's pages: the module, the element, the conversation, and who may not have one.

use browser_tests::Answer;
use browser_tests::host::{Host, Sites};

/// A live lab at the window's `lab`.
const LIVE: &str = "window.lab = await embedding.embed(document.querySelector('main'), \
                    { preset: 'imbalance', goal: 'balanced_accuracy>=0.99@40' });";

#[test]
fn every_method_answers_and_every_event_arrives() {
    let host = Host::with("<main></main>");
    host.run(LIVE);
    host.run(
        "window.heard = {}; const names = 'ready step change collapse recover finding goal resize error visit playing';\
         for (const name of names.split(' ')) lab.on(name, event => heard[name] = event);\
         await lab.pause(); await lab.setSpeed(0); await lab.reset(); await lab.pause();",
    );
    assert_eq!(host.run("return await lab.step(20)"), 20);
    assert_eq!(host.run("return (await lab.getMetrics()).step"), 20);
    assert_eq!(host.run("return (await lab.getState()).imbalance"), 99);
    assert_eq!(
        host.run("await lab.set({ learning_rate: 0.002 }); return (await lab.getState()).learning_rate"),
        0.002
    );
    host.run("await lab.play(); await until(() => heard.collapse && heard.finding)");
    assert_eq!(host.run("return await lab.fork({ learning_rate: 0.001 })"), "B");
    host.run("await lab.play()");
    host.run("await until(async () => (await lab.getMetrics()).step >= 300)");
    assert_eq!(host.run("return await lab.rewind(20)"), 20);
    assert_eq!(host.run("return await lab.rewind() >= 300"), true);
    host.run("await lab.setState({ ...await lab.getState(), imbalance: 1, steps: 5000 })");
    host.run("await lab.play(); await until(() => heard.recover)");
    let receipt = host.run("await lab.pause(); return await lab.getReceipt({ name: 'Ada' })");
    assert!(receipt["link"].as_str().is_some_and(|link| link.starts_with(&host.lab())), "{receipt}");
    assert_eq!(receipt["file"]["receipt"]["name"], "Ada");
    let svg = host.text("return await (await lab.screenshot({ format: 'svg' })).text()");
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{svg}");
    assert_eq!(
        host.run(
            "const shot = await lab.screenshot({ format: 'png' }); const bitmap = await createImageBitmap(shot);\
             return [shot.type, bitmap.width > 300]"
        ),
        serde_json::json!(["image/png", true])
    );
    let code =
        host.text("return await lab.exportCode('keras').then(() => 'exported', e => e.name + ' ' + e.field)");
    assert!(["exported", "unsupported exportCode"].contains(&&*code), "{code}");
    let heard = host.run("return heard");
    for (name, field) in [
        ("ready", "type"),
        ("step", "step"),
        ("change", "type"),
        ("collapse", "step"),
        ("recover", "step"),
        ("finding", "rule"),
        ("goal", "met"),
        ("resize", "height"),
        ("visit", "step"),
        ("playing", "playing"),
    ] {
        assert!(!heard[name][field].is_null(), "{name}: {heard:#}");
    }
    assert_eq!(host.complaints(), Vec::<String>::new());
}

#[test]
fn a_destroyed_lab_gives_the_picture_back_and_says_so() {
    let host = Host::with("<main></main>");
    host.run(LIVE);
    host.run("window.pending = caught(lab.step(100000)); lab.destroy();");
    assert_eq!(host.text("return await pending"), "closed||destroyed|true");
    assert_eq!(host.text("return await caught(lab.play())"), "closed|play|destroyed|true");
    assert_eq!(
        host.run("return document.querySelector('collapse-lab').shadowRoot.querySelector('iframe')"),
        serde_json::Value::Null
    );
    let picture = "document.querySelector('collapse-lab img').checkVisibility()";
    assert_eq!(host.run(&format!("return {picture}")), true);
}

#[test]
fn a_worker_that_does_not_come_is_an_error_event() {
    let change =
        Box::new(|path: &str| if path.contains("worker-cpu") { Answer::Missing } else { Answer::File });
    let host = Sites { change, ..Sites::default() }.open();
    host.run(
        "const element = document.createElement('collapse-lab'); element.setAttribute('preset', 'imbalance');\
         element.setAttribute('loading', 'eager'); document.querySelector('main').append(element);\
         const lab = await element.lab; window.said = new Promise(done => lab.on('error', done));",
    );
    let said = host.run("return await Promise.race([said, wait(60000)])");
    assert!(said["message"].as_str().is_some_and(|message| !message.is_empty()), "{said}");
}

#[test]
fn wrong_calls_get_typed_errors() {
    let host = Host::with("<main></main>");
    host.run(LIVE);
    host.run("await lab.pause(); await until(async () => (await lab.getMetrics()).backend)");
    let before = host.run("return await lab.getState()");
    for (call, error) in [
        ("lab.step(0.5)", "invalid|step|"),
        ("lab.step('many')", "invalid|step|"),
        ("lab.rewind(-1)", "invalid|rewind|"),
        ("lab.set(7)", "invalid|set|"),
        ("lab.set({ unicorns: 1 })", "refused|unicorns|"),
        ("lab.set({ learning_rate: 'fast' })", "refused|learning_rate|"),
        ("lab.screenshot({ format: 'bmp' })", "refused|format|"),
        ("lab.set(() => 1)", "invalid|set|"),
        ("lab._call('debug', [])", "malformed|call|"),
        ("lab._call('__proto__', [])", "malformed|call|"),
        ("embedding.embed(document.body, { preset: 'x', experiment: 'y' })", "invalid|preset|"),
        ("embedding.embed(document.body, { src: 'javascript:alert(1)' })", "invalid|src|"),
    ] {
        let said = host.text(&format!("return await caught({call})"));
        assert!(said.starts_with(error) && said.ends_with("|true"), "{call}: {said}");
    }
    assert_eq!(
        host.text("try { lab.on('click', () => 1) } catch (e) { return e.name + ' ' + e.field }"),
        "invalid event"
    );
    assert_eq!(host.run("return await lab.getState()"), before, "nothing was changed");
}

/// A conversation by hand, as somebody else's script might try it.
const BY_HAND: &str = "\
    const frame = document.querySelector('iframe');\
    window.greetings = [];\
    addEventListener('message', event => event.source === frame.contentWindow && greetings.push(event.data));\
    window.say = (message, ports = []) => frame.contentWindow.postMessage(message, '*', ports);\
    await until(() => { say({ collapseLab: 1, type: 'ping' }); return greetings.some(g => g.type === 'hello') });\
    window.talk = () => {\
      const { port1, port2 } = new MessageChannel(); const answers = [];\
      port1.onmessage = event => event.data.event || answers.push(event.data);\
      say({ collapseLab: 1, type: 'connect' }, [port2]);\
      return { port1, answers };\
    };";

#[test]
fn foreign_messages_are_ignored_and_malformed_ones_answered() {
    let host = Host::with("<iframe src='LAB?embed=1#scenario=imbalance' width=700 height=600></iframe>");
    host.run(BY_HAND);
    host.run("greetings.length = 0; for (const foreign of [null, 7, 'collapseLab', [1], { type: 'connect' }, new Map()]) say(foreign); await wait(500)");
    assert_eq!(host.run("return greetings.filter(g => g.type !== 'hello').length"), 0);
    let faults = host.run(
        "const wrong = [{ collapseLab: 9 }, { collapseLab: 1 }, { collapseLab: 1, type: 'connect' }, { collapseLab: 1, type: 'eval', code: '1' }];\
         const cycle = { collapseLab: 1, type: 'connect' }; cycle.self = cycle;\
         wrong.forEach(message => say(message)); say(cycle); await wait(500);\
         return greetings.filter(g => g.type === 'error').map(g => g.error.name + ' ' + g.error.field)",
    );
    assert_eq!(
        faults,
        serde_json::json!(["malformed collapseLab", "malformed type", "malformed ports", "malformed type"]),
        "a cycle cannot be read and is nobody's"
    );
    let answers = host.run(
        "const { port1, answers } = talk();\
         for (const junk of [null, 1, 'play', [], {}, { id: 'x', call: 'play' }, { id: 5 }, { id: 6, call: 'eval', args: ['1'] },\
           { id: 7, call: 'step', args: { length: 1 } }, { id: 8, call: 'set', args: [{ a: 'x'.repeat(200000) }] },\
           { id: 9, call: 'getState', args: [] }, { id: 10, call: 'step', args: [1n] }]) port1.postMessage(junk);\
         await until(() => answers.length === 12);\
         return answers.map(a => a.error ? `${a.id} ${a.error.name} ${a.error.field}` : `${a.id} ok`)",
    );
    let nobody = "null malformed id";
    assert_eq!(
        answers.as_array().map(|all| {
            let mut all: Vec<_> = all.iter().filter_map(|answer| answer.as_str()).collect();
            all.sort_unstable();
            all
        }),
        Some(vec![
            "5 malformed call",
            "6 malformed call",
            "7 malformed args",
            "9 ok",
            nobody,
            nobody,
            nobody,
            nobody,
            nobody,
            nobody,
            nobody,
            nobody,
        ])
    );
    // The page is none the worse.
    host.run("const lab = await embedding.connect(document.querySelector('iframe')); if (await lab.step(5) !== 5) throw new Error('it does not train')");
}

#[test]
fn only_the_page_directly_around_is_heard() {
    let intruder = "<script type=module src=intruder.js></script>";
    // A frame beside the lab's reaches its window through their common parent.
    let script = "const { port1, port2 } = new MessageChannel(); let said = 'nothing';\
        port1.onmessage = event => said = JSON.stringify(event.data);\
        addEventListener('message', event => { if (event.data !== 'begin') return;\
          const lab = parent.frames[0];\
          lab.postMessage({ collapseLab: 1, type: 'ping' }, '*');\
          lab.postMessage({ collapseLab: 1, type: 'connect' }, '*', [port2]);\
          port1.postMessage({ id: 1, call: 'getState', args: [] });\
          setTimeout(() => parent.postMessage({ heard: said }, '*'), 1500); });\
        parent.postMessage('there', '*');";
    let host = Sites {
        body: "<iframe id=lab src='LAB?embed=1#scenario=imbalance' width=700 height=600></iframe>\
               <iframe src='intruder.html'></iframe>",
        files: &[("intruder.html", intruder), ("intruder.js", script)],
        ..Sites::default()
    }
    .open();
    host.run("window.own = await embedding.connect(document.querySelector('#lab')); await own.step(3);");
    let heard = host.text(
        "const heard = new Promise(done => addEventListener('message', ({ data }) => data?.heard && done(data.heard)));\
         frames[1].postMessage('begin', '*'); return await heard",
    );
    assert_eq!(heard, "nothing");
    assert_eq!(host.run("return await own.step(4)"), 7, "the honest connection goes on");
}

#[test]
fn a_frame_that_was_led_elsewhere_gets_no_port() {
    let script = "window.got = 0; addEventListener('message', event => got += event.ports.length);\
        parent.postMessage({ collapseLab: 1, type: 'hello' }, '*');";
    let host = Sites {
        body: "<iframe src='LAB404.html' width=700 height=600></iframe>",
        files: &[("fake.html", "<script src=fake.js></script>"), ("fake.js", script)],
        ..Sites::default()
    }
    .open();
    let said = host.text(
        "const frame = document.querySelector('iframe');\
         const answer = caught(embedding.connect(frame, { timeout: 3000 }));\
         frame.contentWindow.location = new URL('fake.html', location.href).href;\
         return await answer + ' ' + frame.contentWindow.got",
    );
    assert!(said.starts_with("timeout|src|") && said.ends_with(" 0"), "{said}");
}

#[test]
fn a_sandbox_without_an_origin_says_what_to_change() {
    let host = Host::with(
        "<iframe sandbox='allow-scripts' src='LAB?embed=1#scenario=imbalance' width=700 height=600></iframe>",
    );
    let said = host.text("return await caught(embedding.connect(document.querySelector('iframe')))");
    assert!(said.starts_with("blocked|sandbox|") && said.contains("allow-same-origin"), "{said}");
    host.page.enter_frame("document.querySelector('iframe')").expect("a frame");
    let text = host.text("return document.body.innerText");
    assert!(text.contains("allow-scripts allow-same-origin") && !text.contains("loading"), "{text}");
    host.page.leave_frames().expect("the page");
    host.run(
        "const frame = document.querySelector('iframe'); frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');\
         frame.src = frame.src.replace('embed=1', 'embed=on'); const lab = await embedding.connect(frame); if (!(await lab.step(5) >= 5)) throw new Error('not trained')",
    );
}

/// Ten demos apart, each a screen high.
fn ten(loading: &str) -> String {
    let ids = [
        "digits",
        "imbalance",
        "learning_rate",
        "dead_units",
        "zeros",
        "sorted",
        "by_heart",
        "wine",
        "focal",
        "offset",
    ];
    let one = |id: &str| {
        format!(
            "<h2>{id}</h2><collapse-lab src='LAB' preset='{id}' loading={loading}><a href='LAB#scenario={id}'>\
             <img src='LABposters/{id}.svg' width=700 height=420 alt='{id}'></a></collapse-lab><div class=gap></div>"
        )
    };
    ids.map(one).concat()
}

const COUNTS: &str = "const all = [...document.querySelectorAll('collapse-lab')];\
    const frames = all.filter(one => one.shadowRoot.querySelector('iframe')).length;\
    const training = all.filter(one => one._on).length;";

#[test]
fn demos_are_pictures_until_clicked() {
    let host = Host::with(&ten("click"));
    host.wait("[...document.images].every(image => image.complete && image.naturalWidth > 0)", 10);
    assert_eq!(host.run(&format!("await wait(500); {COUNTS} return frames")), 0);
    let said = host
        .text("return document.querySelector('collapse-lab').shadowRoot.querySelector('button').textContent");
    assert_eq!(said, "▶ Run it here");
    host.page.click("collapse-lab a").expect("the picture is there");
    host.run(&format!("await until(() => {{ {COUNTS} return frames === 1 && training === 1 }})"));
    let address = host.text("return location.href");
    assert!(!address.contains("scenario"), "a click trains here: {address}");
    host.run("const lab = await document.querySelector('collapse-lab').lab; await until(async () => (await lab.getMetrics()).step > 20)");
    let shown = "const one = document.querySelector('collapse-lab'); const frame = one.shadowRoot.querySelector('iframe');\
        return [frame.checkVisibility(), one.querySelector('img').checkVisibility(), frame.clientHeight > 400]";
    assert_eq!(host.run(shown), serde_json::json!([true, false, true]));
}

#[test]
fn one_trains_at_a_time_and_none_out_of_sight() {
    let host = Host::with(&ten("lazy"));
    host.run(&format!("await until(() => {{ {COUNTS} return training === 1 }})"));
    host.run("window.first = await document.querySelector('collapse-lab').lab; await until(async () => (await first.getMetrics()).playing)");
    // The last comes into sight, the first goes out of it.
    host.run("document.querySelectorAll('collapse-lab')[9].scrollIntoView()");
    host.run("await until(async () => !(await first.getMetrics()).playing)");
    host.run("window.last = await document.querySelectorAll('collapse-lab')[9].lab; await until(async () => (await last.getMetrics()).playing)");
    assert_eq!(host.run(&format!("{COUNTS} return training")), 1);
    let before = host.run("return (await first.getMetrics()).step");
    host.run("await wait(500)");
    assert_eq!(host.run("return (await first.getMetrics()).step"), before, "out of sight it rests");
    // Back again, it goes on where it was.
    host.run("scrollTo(0, 0); await until(async () => (await first.getMetrics()).playing && !(await last.getMetrics()).playing)");
    assert!(host.run("return (await first.getMetrics()).step").as_f64() >= before.as_f64());
}

#[test]
fn asking_for_one_stops_the_other() {
    let body = "<main><collapse-lab preset=digits loading=eager height=300></collapse-lab>\
                <collapse-lab preset=imbalance loading=eager height=300></collapse-lab></main>";
    let host = Host::with(body);
    host.run(
        "window.labs = await Promise.all([...document.querySelectorAll('collapse-lab')].map(one => one.lab))",
    );
    host.run("window.playing = async () => (await Promise.all(labs.map(async lab => (await lab.getMetrics()).playing))).join();\
              await until(async () => await playing() === 'true,false')");
    host.run("await labs[1].set({ steps: 100000 }); await labs[1].play(); await until(async () => await playing() === 'false,true')");
    // Its turn comes again when the other rests.
    host.run("await labs[1].pause(); await until(async () => await playing() === 'true,false')");
}

#[test]
fn they_print_as_pictures() {
    let host = Host::with(&ten("click"));
    host.page.click("collapse-lab a").expect("the picture is there");
    host.run("await document.querySelector('collapse-lab').lab; await wait(1500)");
    host.page
        .devtools("Emulation.setEmulatedMedia", &serde_json::json!({ "media": "print" }))
        .expect("media can be emulated");
    let shown = host.run(
        "return [[...document.images].filter(image => image.checkVisibility() && image.naturalWidth > 0).length,\
         [...document.querySelectorAll('collapse-lab')].filter(one => [...one.shadowRoot.querySelectorAll('iframe, button')].some(e => e.checkVisibility())).length]",
    );
    assert_eq!(shown, serde_json::json!([10, 0]));
}

#[test]
fn the_frame_takes_the_room_its_page_needs_and_gives_none_back() {
    let host = Host::with("<main></main>");
    host.run(LIVE);
    host.run(
        "window.frame = lab.frame; window.sizes = []; new ResizeObserver(() => sizes.push(frame.offsetHeight)).observe(frame);\
         await until(async () => (await lab.getMetrics()).step > 250); await wait(500);",
    );
    let sizes = host.run("return sizes");
    let sizes: Vec<f64> = sizes.as_array().into_iter().flatten().filter_map(|size| size.as_f64()).collect();
    assert!(sizes.windows(2).all(|pair| pair[1] >= pair[0]), "it only grows: {sizes:?}");
    let expected = sizes.last().copied().unwrap_or_default();
    host.page.enter_frame("frame").expect("a frame");
    let inside = host.run("return [document.body.getBoundingClientRect().height, document.documentElement.scrollHeight, innerHeight]");
    assert!(inside[0].as_f64() <= inside[2].as_f64(), "nothing is cut off: {inside} in {expected}");
}

/// Collects what a policy forbids, on every page and in every frame.
const WATCH_POLICY: &str = "window.violations = [];\
    addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))";

#[test]
fn a_strict_policy_on_both_sides_forbids_nothing_they_do() {
    let host = Sites {
        body: "<main></main><collapse-lab src='LAB' preset=digits></collapse-lab>",
        policy: "default-src 'none'; script-src 'self' ORIGIN; style-src 'self'; img-src 'self' ORIGIN; frame-src ORIGIN; \
                 require-trusted-types-for 'script'; base-uri 'none'",
        base: "/docs/lab/",
        before: WATCH_POLICY,
        ..Sites::default()
    }
    .open();
    host.run(LIVE);
    host.run("await until(async () => (await lab.getMetrics()).step > 200); await (await lab.screenshot({ format: 'svg' })).text()");
    assert!(host.lab().ends_with("/docs/lab/"), "under a path of its own");
    assert_eq!(host.run("return violations"), serde_json::json!([]));
    host.page.enter_frame("lab.frame").expect("a frame");
    assert_eq!(host.run("return violations"), serde_json::json!([]));
    assert_eq!(host.complaints(), Vec::<String>::new());
}

#[test]
fn attributes_become_the_address() {
    let host = Host::with(
        "<collapse-lab experiment='data=gaussians&imbalance=20' seed=7 hide='optimizer, loss' lock=learning_rate \
         limit='imbalance:1..50; activation:relu,tanh' charts='shares,loss' goal='balanced_accuracy>=0.8@400' \
         theme=dark lang=fr loading=eager></collapse-lab>",
    );
    let src = host.text("return (await document.querySelector('collapse-lab').lab).frame.src");
    assert_eq!(
        src.replace(&host.lab(), ""),
        "?embed=1&theme=dark&lang=fr&start=paused&charts=shares%2Closs&goal=balanced_accuracy%3E%3D0.8%40400\
         &optimizer=hide&loss=hide&learning_rate=lock&imbalance=limit%3A1..50&activation=limit%3Arelu%2Ctanh\
         #data=gaussians&imbalance=20&seed_data=7&seed_weights=7&seed_order=7"
    );
    host.page
        .enter_frame("document.querySelector('collapse-lab').shadowRoot.querySelector('iframe')")
        .expect("a frame");
    let inside = host.run(
        "const state = await lab.getState();\
         return [state.imbalance, state.seed_order, document.documentElement.dataset.theme, document.querySelectorAll('.notice').length]",
    );
    assert_eq!(inside, serde_json::json!([20, 7, "dark", 0]));
    host.page.leave_frames().expect("the page");
    let by_name = host.text(
        "return embedding.urlFor({ src: 'https://example.org/lab/', preset: 'wine', hide: ['loss'],\
         limit: { learning_rate: [0.001, 0.1], optimizer: ['adam', 'sgd'] } })",
    );
    assert_eq!(
        by_name,
        "https://example.org/lab/?embed=1&loss=hide&learning_rate=limit%3A0.001..0.1&optimizer=limit%3Aadam%2Csgd#scenario=wine"
    );
}
