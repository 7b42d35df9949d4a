//! Other trainers and the two jobs they all do.
//!
//! Must not know how our page is measured, only the names of its figures.

mod comparison;
mod site;

use super::figures::{CPU_CNN, CPU_MLP, DISPATCHES_CNN, DISPATCHES_MLP, GPU_CNN, GPU_MLP};
use super::packages::{JAX, TENSORFLOW};
pub use comparison::tables;
pub use site::Site;

/// One trainer on one backend.
#[derive(Clone, Copy, Debug)]
struct Peer {
    /// Name and version.
    trainer: &'static str,
    version: &'static str,
    /// Its script.
    script: &'static str,
    /// The backend in the library's words.
    backend: &'static str,
    runs_on: RunsOn,
    /// Whether it can train the CNN.
    convolves: bool,
}

/// Which of our backends it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RunsOn {
    Cpu,
    Gpu,
}

/// Every backend that each peer has. jax-js has a `cpu` too, "only meant for debugging".
#[rustfmt::skip]
static PEERS: &[Peer] = &[
    Peer { trainer: "plain JavaScript", version: "", script: "plain", backend: "typed arrays", runs_on: RunsOn::Cpu, convolves: true },
    Peer { trainer: "TensorFlow.js", version: TENSORFLOW, script: "tfjs", backend: "cpu", runs_on: RunsOn::Cpu, convolves: true },
    // Its kernel Conv2DBackpropFilter is missing.
    Peer { trainer: "TensorFlow.js", version: TENSORFLOW, script: "tfjs", backend: "wasm", runs_on: RunsOn::Cpu, convolves: false },
    Peer { trainer: "TensorFlow.js", version: TENSORFLOW, script: "tfjs", backend: "webgl", runs_on: RunsOn::Gpu, convolves: true },
    Peer { trainer: "TensorFlow.js", version: TENSORFLOW, script: "tfjs", backend: "webgpu", runs_on: RunsOn::Gpu, convolves: true },
    Peer { trainer: "jax-js", version: JAX, script: "jax", backend: "wasm", runs_on: RunsOn::Cpu, convolves: true },
    Peer { trainer: "jax-js", version: JAX, script: "jax", backend: "webgl", runs_on: RunsOn::Gpu, convolves: true },
    Peer { trainer: "jax-js", version: JAX, script: "jax", backend: "webgpu", runs_on: RunsOn::Gpu, convolves: true },
];

/// One of the two jobs.
struct Job {
    /// As the scripts call it.
    id: &'static str,
    title: &'static str,
    /// Our figures: steps and dispatches.
    cpu: &'static str,
    gpu: &'static str,
    dispatches: &'static str,
    /// Loss of the fifth step, nats. All peers begin with the same weights and see the same batches, so
    /// this is the same for all that do the same work; taken from three independent ones that agree.
    loss_fifth: f64,
}

static JOBS: [Job; 2] = [
    Job {
        id: "mlp",
        title: "MLP 20-32-2, batch 32, Adam",
        cpu: CPU_MLP,
        gpu: GPU_MLP,
        dispatches: DISPATCHES_MLP,
        loss_fifth: 0.731_306,
    },
    Job {
        id: "cnn",
        title: "CNN conv 3×3×32, ReLU, pool 2×2, dense, on 32×32×3, batch 32, Adam",
        cpu: CPU_CNN,
        gpu: GPU_CNN,
        dispatches: DISPATCHES_CNN,
        loss_fifth: 0.688_848,
    },
];

impl Peer {
    fn can(&self, job: &Job) -> bool {
        self.convolves || job.id != "cnn"
    }

    fn task(&self, job: &Job) -> String {
        format!("{}, {} on {}", job.id, self.trainer, self.backend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_peer_has_its_script_and_a_name_of_its_own() {
        for peer in PEERS {
            assert!(site::SCRIPTS.iter().any(|(name, _)| *name == format!("{}.js", peer.script)), "{peer:?}");
        }
        let names: BTreeSet<_> = PEERS.iter().map(|peer| peer.task(&JOBS[0])).collect();
        assert_eq!(names.len(), PEERS.len());
    }
}
