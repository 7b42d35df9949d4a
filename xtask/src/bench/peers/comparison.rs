//! Ours and theirs side by side. Must not measure anything.

use super::{JOBS, Job, PEERS, Peer, RunsOn};
use crate::bench::markdown::{NOTHING, cell, number, significant, table};
use crate::bench::results::{Results, VALUE, ratio};
use crate::size::Sizes;

/// What was compared, and how, for whoever doubts it.
const NOTES: &str = "\
All run in the same browser on the same shapes, each in a web worker, with data of the same kind: every step
draws a batch from a pool of 1,000 generated examples and gathers it on the host.

- **Ours** is the page as visitors see it, charts live. The loss of every step is computed and added up on the
  device; its mean since the last look reaches the page with every observation, up to thirteen times a second,
  together with a whole test set's predictions.
- **Theirs** train with nothing else on the page, once reading the loss of every step as their guides do
  (`await loss.data()`), once that of every 50th (fewer where 50 steps take more than four seconds).
  TensorFlow.js trains under `optimizer.minimize`, jax-js in one compiled function with Adam inside; the plain
  trainer has its backward pass written by hand in blocked loops. All begin with the same weights and see the
  same batches, and the bench checks that the loss of their fifth step is the same.
- In brackets: how many times as fast ours is on the same kind of processor, so that WebGL and WebGPU are
  compared with ours on WebGPU. Without a GPU, both are emulated in software.
- The pages are not cross-origin isolated, as ours is not, so wasm has one thread. With threads, jax-js was
  slower on both jobs on two cores, and TensorFlow.js no faster on the MLP.
- TensorFlow.js on wasm lacks the gradient of the convolution. jax-js's `cpu`, \"only meant for debugging\", is
  left out.
- Fetched: scripts and wasm of the library; of ours, everything up to the first step, page and data included.";

/// What we want of ours over jax-js, both on WebGPU.
const GOAL_OVER_JAX: f64 = 1.5;

/// For each job who trains how fast and how many times as fast ours is.
pub fn tables(sizes: &Sizes, results: &Results) -> String {
    let mut text = String::new();
    for job in &JOBS {
        let ours = |runs_on| match runs_on {
            RunsOn::Cpu => results.median(job.cpu, VALUE),
            RunsOn::Gpu => results.median(job.gpu, VALUE),
        };
        let own = |name: &str, task: &str, dispatches: Option<f64>, bytes: usize| {
            vec![
                name.to_owned(),
                cell(results.median(task, VALUE)),
                "mean read with every look".to_owned(),
                milliseconds(results.median(task, "first_step_ms")),
                cell(dispatches),
                kilobytes(Some(bytes as f64)),
            ]
        };
        let dispatches = results.median(job.dispatches, VALUE);
        let mut rows = vec![
            own("**Collapse Lab, CPU**", job.cpu, None, sizes.first_step),
            own("**Collapse Lab, WebGPU**", job.gpu, dispatches, sizes.first_step + sizes.gpu),
        ];
        rows.extend(PEERS.iter().map(|peer| peer.row(job, ours(peer.runs_on), results)));
        let columns = [
            "trainer",
            "steps/s, every loss read (ours: … times)",
            "steps/s, every 50th loss read (ours: … times)",
            "navigation to first loss",
            "GPU dispatches a step",
            "fetched (brotli)",
        ];
        text += &format!("{}\n\n{}\n", job.title, table(&columns, &rows));
        text += &format!("{}\n\n", goal(job, results));
    }
    text + NOTES
}

impl Peer {
    fn row(&self, job: &Job, ours: Option<f64>, results: &Results) -> Vec<String> {
        let name = format!("{} {}, {}", self.trainer, self.version, self.backend).replace(" ,", ",");
        if !self.can(job) {
            let mut row = vec![name, "cannot train a convolution".to_owned()];
            row.resize(6, NOTHING.to_owned());
            return row;
        }
        let value = |key: &str| results.median(&self.task(job), key);
        let dispatches = value("dispatches_per_step").filter(|_| self.backend == "webgpu");
        vec![
            name,
            compared(ours, value("per_second")),
            compared(ours, value("per_second_sparse")),
            milliseconds(value("first_step_ms")),
            cell(dispatches),
            kilobytes(value("bytes")),
        ]
    }
}

/// Theirs, and how many times as large ours is.
fn compared(ours: Option<f64>, theirs: Option<f64>) -> String {
    match ratio(ours, theirs) {
        Some(ratio) => format!("{} ({} ×)", cell(theirs), significant(ratio)),
        None => cell(theirs),
    }
}

fn milliseconds(value: Option<f64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |value| format!("{} ms", number(value, 0)))
}

fn kilobytes(bytes: Option<f64>) -> String {
    bytes.map_or_else(|| NOTHING.to_owned(), |bytes| format!("{} kB", number(bytes / 1000.0, 0)))
}

/// Ours on WebGPU against jax-js on WebGPU, whichever of its two figures is better.
fn goal(job: &Job, results: &Results) -> String {
    let jax = PEERS.iter().find(|peer| peer.script == "jax" && peer.backend == "webgpu");
    let task = jax.map(|peer| peer.task(job)).unwrap_or_default();
    let rates = ["per_second", "per_second_sparse"].map(|key| results.median(&task, key));
    let best = rates.into_iter().flatten().reduce(f64::max);
    let wanted = format!("Goal: on WebGPU at least {GOAL_OVER_JAX} times as fast as jax-js on WebGPU");
    match ratio(results.median(job.gpu, VALUE), best) {
        Some(ratio) if ratio >= GOAL_OVER_JAX => {
            format!("{wanted}, the better of its two figures: {} times.", significant(ratio))
        }
        Some(ratio) => {
            format!("{wanted}, the better of its two figures: {} times, missed.", significant(ratio))
        }
        None => format!("{wanted}: not measured."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::{CPU_MLP, GPU_MLP};
    use crate::bench::results::values;
    use serde_json::json;

    fn measured() -> Results {
        let mut results = Results::default();
        let mut add = |task: &str, json| results.add(task, values(&json).expect("object"));
        add(CPU_MLP, json!({ "value": 40_000.0, "first_step_ms": 450.0 }));
        add(GPU_MLP, json!(300.0));
        add(
            "mlp, plain JavaScript on typed arrays",
            json!({ "per_second": 20_000.0, "per_second_sparse": 32_000.0 }),
        );
        add(
            "mlp, jax-js on webgpu",
            json!({ "per_second": 150.0, "per_second_sparse": 250.0, "dispatches_per_step": 41.0 }),
        );
        add("mlp, jax-js on wasm", json!({ "per_second": 3000.0, "dispatches_per_step": 0.0 }));
        results
    }

    #[test]
    fn each_peer_is_compared_with_ours_on_the_same_processor() {
        let table = tables(&Sizes::default(), &measured());
        assert!(
            table.contains("| plain JavaScript, typed arrays | 20,000 (2.00 ×) | 32,000 (1.25 ×) |"),
            "{table}"
        );
        assert!(
            table.contains("| jax-js 0.1.25, webgpu | 150 (2.00 ×) | 250 (1.20 ×) | – | 41.0 |"),
            "{table}"
        );
        assert!(table.contains("| jax-js 0.1.25, wasm | 3,000 (13.3 ×) | – | – | – |"), "{table}");
        assert!(table.contains("| TensorFlow.js 4.22.0, wasm | cannot train a convolution |"), "{table}");
        assert!(
            table.contains("| **Collapse Lab, CPU** | 40,000 | mean read with every look | 450 ms |"),
            "{table}"
        );
    }

    #[test]
    fn the_goal_is_held_against_the_better_figure() {
        let [mlp, cnn] = &JOBS;
        assert!(goal(mlp, &measured()).ends_with("1.20 times, missed."));
        assert!(goal(cnn, &measured()).ends_with("not measured."));
    }
}
