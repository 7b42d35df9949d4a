//! Scripts run in our page through `window.lab`. Must not know what is compared with what.

use super::results::{Values, values};
use crate::chromium::Options;
use crate::page::Page;
use std::time::Duration;

/// The first of the two jobs that all trainers do.
pub const MLP: &str = "#v=1&data=linear&batch_size=32&width=32&depth=1&steps=100000";
/// The second.
pub const CNN: &str = "#v=1&data=shapes&model=cnn&channels=32&batch_size=32&steps=100000";

/// What every script has to work with: `wait` milliseconds, `until` a condition on the metrics holds,
/// and `counts` of the GPU worker's calls.
const HELPERS: &str = "\
    await lab.setSpeed(0);\
    const wait = ms => new Promise(done => setTimeout(done, ms));\
    const until = async condition => {\
      for (;;) {\
        const metrics = await lab.getMetrics();\
        const value = condition(metrics);\
        if (value) return value;\
        if (performance.now() > deadline)\
          throw new Error('not reached in time: ' + condition + ' ' + JSON.stringify(metrics).slice(0, 300));\
        await wait(20);\
      }\
    };\
    const counts = () => new Promise((done, fail) => {\
      const channel = new BroadcastChannel('collapse-lab-bench');\
      channel.onmessage = ({ data }) => { channel.close(); done(data) };\
      setTimeout(() => fail(new Error('the worker does not answer')), 20000);\
      channel.postMessage('count');\
    });";

/// How the page is opened and how long a script may take.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Query and fragment.
    pub address: &'a str,
    /// Height of the visible part, CSS pixels; it is 1280 wide.
    pub height: u32,
    /// Time for the script's `until`.
    pub seconds: u64,
}

impl<'a> Visit<'a> {
    /// A usual window and a minute.
    pub fn new(address: &'a str) -> Self {
        Self { address, height: 900, seconds: 60 }
    }

    /// Opens the page at `url` in a fresh browser and gives what `body` returns there.
    ///
    /// # Errors
    /// The page does not open, or the script throws.
    pub fn run(self, url: &str, body: &str) -> Result<Values, String> {
        self.script(&fresh(Options::default())?, url, body)
    }

    /// The longest task of the main thread in ten seconds after what `body` does, in milliseconds, as the
    /// browser records it; nothing if `body` returns nothing.
    ///
    /// # Errors
    /// As [`Visit::run`]; the browser records no tasks.
    pub fn longest_task(self, url: &str, body: &str) -> Result<Values, String> {
        let page = fresh(Options { traced: true, ..Options::default() })?;
        let ready = self.script(&page, url, body)?;
        if ready.is_empty() {
            return Ok(ready);
        }
        values(&page.longest_task(Duration::from_secs(10))?.into())
    }

    fn script(self, page: &Page, url: &str, body: &str) -> Result<Values, String> {
        page.resize(1280, self.height)?;
        page.open(&format!("{url}{}", self.address))?;
        page.wait_for("Boolean(window.lab)", Duration::from_secs(20))?;
        let deadline = format!("const deadline = performance.now() + {}000;", self.seconds);
        values(&page.run(&format!("{deadline} {HELPERS} {body}"))?)
    }
}

/// A browser in which the page does not fetch the rest of itself for a visit without a network: that happens
/// once, after the first step, and has nothing to do with what is measured.
fn fresh(options: Options) -> Result<Page, String> {
    let page = Page::start(options)?;
    page.run_before_pages(
        "Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) })",
    )?;
    Ok(page)
}

/// Steps of wall-clock time, charts and observations included: from step `warm_up` on, for `ms`
/// milliseconds or until the run is over. Also the time from navigation to the first step.
pub fn steps_per_second(
    url: &str,
    backend: &str,
    experiment: &str,
    warm_up: u32,
    ms: u32,
) -> Result<Values, String> {
    let body = format!(
        "let first = await until(m => m.backend === '{backend}' && m.step > {warm_up} && m);\
         const start = performance.now(); let last = first, end = start;\
         while (end - start < {ms}) {{\
           await wait(20);\
           const m = await lab.getMetrics();\
           if (m.step !== last.step) {{ last = m; end = performance.now(); }}\
           if (!m.playing || performance.now() - start > 4 * {ms}) break;\
         }}\
         return {{ value: (last.step - first.step) / (end - start) * 1000,\
                   first_step_ms: lab.debug.timings.first_step_ms }}"
    );
    let address = format!("?backend={backend}{experiment}");
    Visit { seconds: 240, ..Visit::new(&address) }.run(url, &body)
}

/// Steps per second of a fleet times its lanes, without charts; nothing where the page cannot measure.
pub fn lane_steps_per_second(url: &str, backend: &str, lanes: u32, millis: u32) -> Result<Values, String> {
    fleet(
        url,
        backend,
        &format!(
            "const fleet = await measure({lanes}, {millis}); return fleet.lanes * fleet.steps / fleet.millis * 1000"
        ),
    )
}

/// Runs `body`, which can `measure(lanes, millis)` while the run itself is paused.
pub fn fleet(url: &str, backend: &str, body: &str) -> Result<Values, String> {
    let body = format!(
        "if (typeof lab.debug.measure !== 'function') return null;\
         await until(m => m.backend === '{backend}' && m.step > 0); await lab.pause();\
         const measure = async (lanes, millis) => {{\
           const fleet = await lab.debug.measure({{ lanes, millis }});\
           if (!fleet || fleet.backend !== '{backend}') throw new Error('the fleet was not measured on {backend}');\
           return fleet;\
         }};\
         {body}"
    );
    let address = format!("?backend={backend}{MLP}");
    Visit { seconds: 240, ..Visit::new(&address) }.run(url, &body)
}

/// Seconds that the whole collapse map takes at its usual size: 16 by 16 cells of 4 seeds, 300 steps, on
/// `data=linear` and the MLP.
///
/// # Errors
/// The page does not open, or the map does not end in three minutes.
pub fn map_seconds(url: &str) -> Result<Values, String> {
    let page = fresh(Options::default())?;
    page.resize(1280, 900)?;
    page.open(&format!("{url}?map=learning_rate,imbalance&grid=16x16&seeds=4&steps=300{MLP}"))?;
    page.wait_for("Boolean(window.map)", Duration::from_secs(20))?;
    values(&page.run(
        "const late = new Promise((_, fail) => setTimeout(() => fail(new Error('the map takes too long')), 180000));\
         const state = await Promise.race([map.run(), late]);\
         if (state.done !== state.total) throw new Error(`${state.done} of ${state.total} cells`);\
         return state.millis / 1000",
    )?)
}

/// Dispatches in `steps` steps, by the step.
pub fn dispatches_per_step(url: &str, experiment: &str, steps: u32) -> Result<Values, String> {
    let body = format!(
        "await until(m => m.backend === 'gpu' && m.step > 0); await lab.pause(); await lab.step(5);\
         const before = await counts(); await lab.step({steps}); const after = await counts();\
         return (after.dispatches - before.dispatches) / {steps}"
    );
    let address = format!("?backend=gpu{experiment}");
    Visit { seconds: 240, ..Visit::new(&address) }.run(url, &body)
}
