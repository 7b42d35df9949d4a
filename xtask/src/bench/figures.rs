//! The page against its goals, one row each: what is opened and how it is measured.
//!
//! Must not know the peers.

use super::Task;
use super::lab::{
    CNN, MLP, Visit, dispatches_per_step, fleet, lane_steps_per_second, map_seconds, steps_per_second,
};
use super::markdown::{NOTHING, number, table as markdown};
use super::results::{Results, VALUE, Values};
use crate::size::{FIRST_STEP_BUDGET, PAGE_BUDGET, Sizes};

/// One row of the table.
struct Figure {
    /// What is measured.
    name: &'static str,
    goal: Goal,
    /// Digits after the decimal point, and the unit.
    digits: usize,
    unit: &'static str,
    /// Measures once, on the page at an address.
    measure: fn(&str) -> Result<Values, String>,
}

/// What we want.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Not less than this.
    AtLeast(f64),
    /// Not more than this.
    AtMost(f64),
    /// Set by a peer in the same run.
    Peer(&'static str),
}

impl Goal {
    fn is_missed(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value < least,
            Self::AtMost(most) => value > most,
            Self::Peer(_) => false,
        }
    }
}

/// Figures that the comparison with the peers needs too.
pub const CPU_MLP: &str = "CPU steps/s, MLP 20-32-2, charts live";
pub const CPU_CNN: &str = "CPU steps/s, CNN conv3x3x32, charts live";
pub const GPU_MLP: &str = "WebGPU steps/s, MLP 20-32-2, charts live";
pub const GPU_CNN: &str = "WebGPU steps/s, CNN conv3x3x32, charts live";
pub const DISPATCHES_MLP: &str = "WebGPU dispatches per step, MLP";
pub const DISPATCHES_CNN: &str = "WebGPU dispatches per step, CNN";
const COMPARED: [&str; 6] = [CPU_MLP, CPU_CNN, GPU_MLP, GPU_CNN, DISPATCHES_MLP, DISPATCHES_CNN];

/// Several seconds of steps that keep the charts busy.
const BUSY: &str = "?backend=cpu#v=1&data=digits&width=256&depth=3&steps=100000";
/// The same with ten charts.
const TEN_CHARTS: &str = "?backend=cpu&charts=shares,loss,accuracy,recall,confusion,gradients,dead,updates,weights,logits\
    #v=1&data=digits&width=256&depth=3&steps=100000";
/// Tall enough to show ten charts at once; charts out of sight are not drawn.
const TALL: u32 = 3600;

/// Four lanes beside them.
const FOUR_LANES: Visit = Visit { address: TEN_CHARTS, height: TALL, seconds: 60 };
/// How they come to be; nothing where the page cannot fork.
const FORK: &str = "\
    if (typeof lab.fork !== 'function') return null;\
    await until(m => m.step > 50);\
    for (const learning_rate of [0.002, 0.004, 0.008])\
      if (!await lab.fork({ learning_rate })) throw new Error('no room for another lane');\
    await lab.play(); await wait(2000);";

/// Longest time between two timers of 4 ms in ten seconds: no task of the main thread was longer.
const LONGEST_PAUSE: &str = "\
    let longest = 0, last = performance.now();\
    setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last); last = now }, 4);\
    await wait(10000); return longest";
const FRAMES: &str = "\
    let frames = 0; const count = () => { frames++; requestAnimationFrame(count) };\
    requestAnimationFrame(count); await wait(10000); return frames / 10";

/// Every figure, in the order of the table.
#[rustfmt::skip]
static FIGURES: &[Figure] = &[
    Figure { name: "navigation to first finished step, cold", goal: Goal::AtMost(500.0), digits: 0, unit: "ms",
        measure: |url| Visit::new("").run(url, "await until(() => lab.debug.timings.first_step_ms); return lab.debug.timings.first_step_ms") },
    Figure { name: CPU_MLP, goal: Goal::AtLeast(40_000.0), digits: 0, unit: "/s",
        measure: |url| steps_per_second(url, "cpu", MLP, 5_000, 4_000) },
    Figure { name: CPU_CNN, goal: Goal::AtLeast(150.0), digits: 0, unit: "/s",
        measure: |url| steps_per_second(url, "cpu", CNN, 100, 6_000) },
    Figure { name: "CPU lane-steps/s, 64 lanes of the MLP, one worker", goal: Goal::AtLeast(90_000.0), digits: 0, unit: "/s",
        measure: |url| lane_steps_per_second(url, "cpu", 64, 3_000) },
    Figure { name: GPU_MLP, goal: Goal::Peer("1.5 × jax-js (next table)"), digits: 0, unit: "/s",
        measure: |url| steps_per_second(url, "gpu", MLP, 200, 10_000) },
    Figure { name: GPU_CNN, goal: Goal::Peer("1.5 × jax-js (next table)"), digits: 2, unit: "/s",
        measure: |url| steps_per_second(url, "gpu", CNN, 3, 20_000) },
    Figure { name: DISPATCHES_MLP, goal: Goal::AtMost(20.0), digits: 1, unit: "",
        measure: |url| dispatches_per_step(url, MLP, 200) },
    Figure { name: DISPATCHES_CNN, goal: Goal::AtMost(25.0), digits: 1, unit: "",
        measure: |url| dispatches_per_step(url, CNN, 20) },
    Figure { name: "WebGPU lane-steps/s of 64 MLP lanes over those of one", goal: Goal::AtLeast(3.0), digits: 1, unit: "×",
        measure: |url| fleet(url, "gpu", "\
            const rate = ({ lanes, steps, millis }) => lanes * steps / millis;\
            const one = rate(await measure(1, 6000)); return rate(await measure(64, 10000)) / one") },
    Figure { name: "WebGPU dispatches per step of 64 MLP lanes over those of one", goal: Goal::AtMost(1.05), digits: 2, unit: "×",
        measure: |url| fleet(url, "gpu", "\
            const dispatches = async (lanes, millis) => {\
              const before = (await counts()).dispatches, { steps } = await measure(lanes, millis);\
              return ((await counts()).dispatches - before) / steps;\
            };\
            const one = await dispatches(1, 6000); return await dispatches(64, 10000) / one") },
    Figure { name: "map of 16×16 cells, 4 seeds (1,024 lanes), MLP, 300 steps each", goal: Goal::AtMost(5.0), digits: 1, unit: "s",
        measure: map_seconds },
    Figure { name: "longest time the main thread did not answer in 10 s of training", goal: Goal::AtMost(50.0), digits: 0, unit: "ms",
        measure: |url| Visit::new(BUSY).run(url, &format!("await until(m => m.step > 50); await wait(1000); {LONGEST_PAUSE}")) },
    Figure { name: "frames per second in 10 s of training", goal: Goal::AtLeast(55.0), digits: 1, unit: "/s",
        measure: |url| Visit::new(BUSY).run(url, &format!("await until(m => m.step > 50); await wait(1000); {FRAMES}")) },
    Figure { name: "the same with 4 lanes and 10 charts: longest task of the main thread", goal: Goal::AtMost(30.0), digits: 0, unit: "ms",
        measure: |url| FOUR_LANES.longest_task(url, &format!("{FORK} return 1")) },
    Figure { name: "the same with 4 lanes and 10 charts: frames per second", goal: Goal::AtLeast(58.0), digits: 1, unit: "/s",
        measure: |url| FOUR_LANES.run(url, &format!("{FORK} {FRAMES}")) },
    Figure { name: "slider move to first step with the new value, median of 20", goal: Goal::AtMost(50.0), digits: 0, unit: "ms",
        measure: |url| Visit::new(BUSY).run(url, "\
            await until(m => m.playing && m.step > 50);\
            const state = await lab.getState(), times = [];\
            for (let i = 0; i < 20; i++) {\
              await wait(50 + 13 * i);\
              const start = performance.now();\
              await lab.setState({ ...state, learning_rate: 0.001 + i * 1e-5 });\
              times.push(performance.now() - start);\
            }\
            return times.sort((a, b) => a - b)[10]") },
    Figure { name: "own data: a CSV of 100,000 x 20, dropped to preview with warnings", goal: Goal::AtMost(2_000.0), digits: 0, unit: "ms",
        measure: |url| open_table(url, 20, "performance.now() - start") },
    Figure { name: "own data: a CSV of 100,000 x 100, dropped to preview with warnings", goal: Goal::AtMost(10_000.0), digits: 0, unit: "ms",
        measure: |url| open_table(url, 100, "performance.now() - start") },
    Figure { name: "the same: longest time the main thread did not answer meanwhile", goal: Goal::AtMost(50.0), digits: 0, unit: "ms",
        measure: |url| open_table(url, 100, "longest") },
    Figure { name: "growth of wasm memory over 20,000 MLP steps", goal: Goal::AtMost(0.0), digits: 0, unit: "kB",
        measure: |url| Visit::new(&format!("?backend=cpu{MLP}")).run(url, "\
            await until(m => m.step > 0); await lab.pause(); await lab.reset(); await lab.pause();\
            await lab.step(5000); const before = (await lab.debug.memory()).wasm_bytes;\
            await lab.step(20000); const after = (await lab.debug.memory()).wasm_bytes;\
            return (after - before) / 1000") },
    Figure { name: "growth of live GPU buffers over 20,000 MLP steps", goal: Goal::AtMost(0.0), digits: 0, unit: "kB",
        measure: |url| Visit { seconds: 240, ..Visit::new(&format!("?backend=gpu{MLP}")) }.run(url, "\
            await until(m => m.backend === 'gpu' && m.step > 0); await lab.pause(); await lab.reset(); await lab.pause();\
            await lab.step(5000); const before = (await counts()).bufferBytes;\
            await lab.step(20000); const after = (await counts()).bufferBytes;\
            return (after - before) / 1000") },
];

/// Drops a table of 100,000 rows on the data desk and waits for its preview; `result`: what is measured.
fn open_table(url: &str, columns: u32, result: &str) -> Result<Values, String> {
    let body = format!(
        "if (!document.querySelector('#own-door')) return null;\
         document.querySelector('#own-door').click();\
         await until(() => document.querySelector('#desk')?.open); await wait(500);\
         const lines = [[...Array({columns} - 1).keys()].map(k => 'c' + k).concat('label').join()];\
         for (let row = 0; row < 100000; row++) {{ const cells = [];\
           for (let k = 1; k < {columns}; k++) cells.push(((row * (k + 7) * 7919) % 99991 / 99991 * 10).toFixed(4));\
           cells.push(row % 3 ? 'usual' : 'other'); lines.push(cells.join()); }}\
         const transfer = new DataTransfer(); transfer.items.add(new File([lines.join('\\n')], 'large.csv')); lines.length = 0;\
         await wait(1000);\
         let longest = 0, last = performance.now();\
         const timer = setInterval(() => {{ const now = performance.now(); longest = Math.max(longest, now - last); last = now }}, 4);\
         const start = performance.now();\
         document.querySelector('#desk').dispatchEvent(new DragEvent('drop', {{ dataTransfer: transfer, bubbles: true, cancelable: true }}));\
         await until(() => document.querySelector('#desk-advice')); return {result}"
    );
    Visit::new("?backend=cpu").run(url, &body)
}

/// What is measured on the page at `url`: every figure, or only those that the peers are compared with.
pub fn tasks(url: &str, all: bool) -> Vec<Task> {
    let is_wanted = |figure: &&Figure| all || COMPARED.contains(&figure.name);
    let task = |figure: &'static Figure| {
        let url = url.to_owned();
        Task { name: figure.name.to_owned(), measure: Box::new(move || (figure.measure)(&url)) }
    };
    FIGURES.iter().filter(is_wanted).map(task).collect()
}

/// The table: what, its goal, and what was measured.
pub fn table(sizes: &Sizes, results: &Results) -> String {
    let kilobytes = |bytes: usize| bytes as f64 / 1000.0;
    let mut rows = vec![
        row(
            "bytes before the first step (brotli)",
            Goal::AtMost(kilobytes(FIRST_STEP_BUDGET)),
            0,
            "kB",
            Some(kilobytes(sizes.first_step)),
        ),
        row(
            "bytes of the page program and script (brotli)",
            Goal::AtMost(kilobytes(PAGE_BUDGET)),
            0,
            "kB",
            Some(kilobytes(sizes.page)),
        ),
    ];
    rows.extend(FIGURES.iter().map(|figure| {
        row(figure.name, figure.goal, figure.digits, figure.unit, results.median(figure.name, VALUE))
    }));
    markdown(&["figure", "goal", "measured"], &rows)
}

/// One row of such a table.
pub fn row(name: &str, goal: Goal, digits: usize, unit: &str, value: Option<f64>) -> Vec<String> {
    let with_unit =
        |value: f64, digits: usize| format!("{} {unit}", number(value, digits)).trim_end().to_owned();
    let exact = |goal: f64| if goal.fract() == 0.0 { 0 } else { digits };
    let wanted = match goal {
        Goal::AtLeast(least) => format!("at least {}", with_unit(least, exact(least))),
        Goal::AtMost(most) => format!("at most {}", with_unit(most, exact(most))),
        Goal::Peer(text) => text.to_owned(),
    };
    let measured = value.map_or_else(
        || format!("{NOTHING} not measured"),
        |value| {
            let missed = if goal.is_missed(value) { ", missed" } else { "" };
            format!("{}{missed}", with_unit(value, digits))
        },
    );
    vec![name.to_owned(), wanted, measured]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_missed_goal_says_so() {
        assert_eq!(
            row("a", Goal::AtLeast(40_000.0), 0, "/s", Some(39_999.0))[1..],
            ["at least 40,000 /s", "39,999 /s, missed"]
        );
        assert_eq!(row("a", Goal::AtMost(500.0), 0, "ms", Some(500.0))[2], "500 ms");
        assert_eq!(row("a", Goal::AtMost(20.0), 1, "", Some(22.14))[1..], ["at most 20", "22.1, missed"]);
        assert_eq!(row("a", Goal::AtMost(5.0), 1, "s", None)[2], "– not measured");
    }

    #[test]
    fn every_figure_has_a_row_and_its_median() {
        let mut results = Results::default();
        for value in [3.0, 1.0, 2.0] {
            results.add(GPU_CNN, super::super::results::values(&json!(value)).expect("number"));
        }
        let table = table(&Sizes::default(), &results);
        assert_eq!(table.lines().count(), 2 + 2 + FIGURES.len());
        assert!(table.contains(&format!("| {GPU_CNN} | 1.5 × jax-js (next table) | 2.00 /s |")), "{table}");
    }

    #[test]
    fn names_are_unique_and_the_compared_ones_exist() {
        for name in COMPARED {
            assert_eq!(FIGURES.iter().filter(|figure| figure.name == name).count(), 1, "{name}");
        }
        assert_eq!(tasks("", false).len(), COMPARED.len());
    }
}
