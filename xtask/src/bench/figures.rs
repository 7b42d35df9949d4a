//! The figures, one row each: what is opened and how it is measured. Must not know how they are
//! printed.

use crate::chromium::Options;
use crate::page::Page;
use std::time::Duration;

/// One row of the bench's table.
pub struct Figure {
    /// What is measured.
    pub name: &'static str,
    /// What we want, with its unit.
    pub goal: &'static str,
    /// Digits after the decimal point, and the unit.
    digits: usize,
    unit: &'static str,
    /// Measures once, on the page at an address.
    pub measure: fn(&str) -> Result<f64, String>,
}

impl Figure {
    /// A value with its unit.
    pub fn format(&self, value: f64) -> String {
        format!("{value:.*} {}", self.digits, self.unit)
    }
}

const MLP: &str = "#v=1&data=linear&batch_size=32&width=32&depth=1&steps=100000";
const CNN: &str = "#v=1&data=shapes&model=cnn&channels=32&batch_size=32&steps=100000";
/// Several seconds of steps that keep the charts busy.
const BUSY: &str = "#v=1&data=digits&width=256&depth=3&steps=100000";

/// Every figure, in the order of the table.
#[rustfmt::skip]
pub static FIGURES: &[Figure] = &[
    Figure { name: "navigation to first finished step, cold", goal: "at most 1000 ms", digits: 0, unit: "ms",
        measure: |url| measure(url, "", 20, "await until(() => lab.debug.timings.first_step_ms); return lab.debug.timings.first_step_ms") },
    Figure { name: "CPU steps/s, MLP 20-32-2, charts live", goal: "20,000", digits: 0, unit: "/s",
        measure: |url| steps_per_second(url, "?backend=cpu", MLP, 5_000, 4_000) },
    Figure { name: "CPU steps/s, CNN conv3x3x32", goal: "90", digits: 0, unit: "/s",
        measure: |url| steps_per_second(url, "?backend=cpu", CNN, 100, 6_000) },
    Figure { name: "WebGPU steps/s, MLP 20-32-2", goal: "100", digits: 1, unit: "/s",
        measure: |url| steps_per_second(url, "?backend=gpu", MLP, 200, 10_000) },
    Figure { name: "WebGPU steps/s, CNN conv3x3x32", goal: "1.2", digits: 2, unit: "/s",
        measure: |url| steps_per_second(url, "?backend=gpu", CNN, 3, 20_000) },
    Figure { name: "WebGPU dispatches per step, MLP", goal: "at most 33", digits: 1, unit: "",
        measure: |url| dispatches_per_step(url, MLP, 200) },
    Figure { name: "WebGPU dispatches per step, CNN", goal: "at most 45", digits: 1, unit: "",
        measure: |url| dispatches_per_step(url, CNN, 20) },
    Figure { name: "longest main-thread task in 10 s of training", goal: "at most 50 ms", digits: 0, unit: "ms",
        measure: |url| measure(url, &format!("?backend=cpu{BUSY}"), 60, "\
            await until(m => m.step > 50); await wait(1000);\
            let longest = 0;\
            new PerformanceObserver(list => list.getEntries().forEach(task => longest = Math.max(longest, task.duration)))\
              .observe({ type: 'longtask', buffered: false });\
            await wait(10000); return longest") },
    Figure { name: "frames per second in 10 s of training", goal: "55", digits: 1, unit: "/s",
        measure: |url| measure(url, &format!("?backend=cpu{BUSY}"), 60, "\
            await until(m => m.step > 50); await wait(1000);\
            let frames = 0; const count = () => { frames++; requestAnimationFrame(count) };\
            requestAnimationFrame(count); await wait(10000); return frames / 10") },
    Figure { name: "slider move to first step with the new value, median of 20", goal: "at most 50 ms", digits: 0, unit: "ms",
        measure: |url| measure(url, &format!("?backend=cpu{BUSY}"), 60, "\
            await until(m => m.playing && m.step > 50);\
            const state = await lab.getState(), times = [];\
            for (let i = 0; i < 20; i++) {\
              await wait(50 + 13 * i);\
              const start = performance.now();\
              await lab.setState({ ...state, learning_rate: 0.001 + i * 1e-5 });\
              times.push(performance.now() - start);\
            }\
            return times.sort((a, b) => a - b)[10]") },
    Figure { name: "growth of wasm memory over 20,000 MLP steps", goal: "at most 0 kB", digits: 0, unit: "kB",
        measure: |url| measure(url, &format!("?backend=cpu{MLP}"), 60, "\
            await until(m => m.step > 0); await lab.pause(); await lab.reset(); await lab.pause();\
            await lab.step(5000); const before = (await lab.debug.memory()).wasm_bytes;\
            await lab.step(20000); const after = (await lab.debug.memory()).wasm_bytes;\
            return (after - before) / 1000") },
    Figure { name: "growth of live GPU buffers over 1,000 MLP steps", goal: "at most 0 kB", digits: 0, unit: "kB",
        measure: |url| measure(url, &format!("?backend=gpu{MLP}"), 240, "\
            await until(m => m.backend === 'gpu' && m.step > 0); await lab.pause(); await lab.reset(); await lab.pause();\
            await lab.step(300); const before = (await counts()).bufferBytes;\
            await lab.step(1000); const after = (await counts()).bufferBytes;\
            return (after - before) / 1000") },
];

/// Steps of wall-clock time, charts and observations included: from step `warm_up` on, for `ms`
/// milliseconds or until the run is over.
fn steps_per_second(url: &str, query: &str, experiment: &str, warm_up: u32, ms: u32) -> Result<f64, String> {
    let backend = query.trim_start_matches("?backend=");
    let body = format!(
        "let first = await until(m => m.backend === '{backend}' && m.step > {warm_up} && m);\
         const start = performance.now(); let last = first, end = start;\
         while (end - start < {ms}) {{\
           await wait(20);\
           const m = await lab.getMetrics();\
           if (m.step !== last.step) {{ last = m; end = performance.now(); }}\
           if (!m.playing || performance.now() - start > 4 * {ms}) break;\
         }}\
         return (last.step - first.step) / (end - start) * 1000"
    );
    measure(url, &format!("{query}{experiment}"), 240, &body)
}

fn dispatches_per_step(url: &str, experiment: &str, steps: u32) -> Result<f64, String> {
    let body = format!(
        "await until(m => m.backend === 'gpu' && m.step > 0); await lab.pause(); await lab.step(5);\
         const before = await counts(); await lab.step({steps}); const after = await counts();\
         return (after.dispatches - before.dispatches) / {steps}"
    );
    measure(url, &format!("?backend=gpu{experiment}"), 240, &body)
}

/// Opens the page in a fresh browser and evaluates `body` there, which has `wait`, `until` and
/// `counts` to work with and at most `seconds` to do so.
fn measure(url: &str, address: &str, seconds: u64, body: &str) -> Result<f64, String> {
    let page = Page::start(Options::default())?;
    page.resize(1280, 900)?;
    page.open(&format!("{url}{address}"))?;
    page.wait_for("Boolean(window.lab)", Duration::from_secs(20))?;
    let helpers = format!(
        "await lab.setSpeed(0);\
         const deadline = performance.now() + {seconds}000;\
         const wait = ms => new Promise(done => setTimeout(done, ms));\
         const until = async condition => {{\
           for (;;) {{\
             const value = condition(await lab.getMetrics());\
             if (value) return value;\
             if (performance.now() > deadline) throw new Error('not reached in time: ' + condition + ' ' + JSON.stringify(await lab.getMetrics()).slice(0, 300));\
             await wait(20);\
           }}\
         }};\
         const counts = () => new Promise((done, fail) => {{\
           const channel = new BroadcastChannel('collapse-lab-bench');\
           channel.onmessage = ({{ data }}) => {{ channel.close(); done(data) }};\
           setTimeout(() => fail(new Error('the worker does not answer')), 20000);\
           channel.postMessage('count');\
         }});"
    );
    let value = page.run(&format!("{helpers} {body}"))?;
    value.as_f64().ok_or_else(|| format!("{value} is not a number"))
}
