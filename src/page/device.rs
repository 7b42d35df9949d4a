//! "How fast is this device": the jobs that are measured, and how the answer is said.
//!
//! Must not know workers.

use crate::experiment::{DataName, Experiment, ModelName};
use crate::{t, words};

/// Something to train for a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// In words.
    pub name: String,
    /// What is trained.
    pub experiment: Experiment,
    /// How many at once.
    pub lanes: u32,
}

/// How long each is trained, in milliseconds.
pub const MILLIS: u32 = 400;

/// The run's own model alone and sixteen at once, and the two jobs that every device is compared by.
pub fn jobs(run: &Experiment) -> Vec<Job> {
    let mut dense = Experiment::default();
    dense.data.name = DataName::Linear;
    let mut convolution = Experiment::default();
    convolution.data.name = DataName::Shapes;
    convolution.model.name = ModelName::Cnn;
    let job = |name: &str, experiment: &Experiment, lanes| Job {
        name: name.to_owned(),
        experiment: experiment.clone(),
        lanes,
    };
    vec![
        job(t!("device.run"), run, 1),
        job(t!("device.run.many"), run, 16),
        job(t!("device.dense"), &dense, 1),
        job(t!("device.dense.many"), &dense, 64),
        job(t!("device.convolution"), &convolution, 1),
    ]
}

/// "43,100 steps/s", for several lanes counting each one's steps.
pub fn rate(lanes: u32, steps: u32, millis: f64) -> String {
    let rate = f64::from(lanes * steps) * 1000.0 / millis.max(1.0);
    if rate >= 10.0 {
        t!("badge.rate", n = rate as u32)
    } else {
        t!("device.slow", n = words::decimal(rate as f32, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_all_lanes_count() {
        assert_eq!(rate(1, 400, 1000.0), "400 steps/s");
        assert_eq!(rate(64, 700, 500.0), "89,600 steps/s");
        assert_eq!(rate(1, 3, 2000.0), "1.5 steps/s");
    }

    #[test]
    fn the_jobs_are_those_of_the_bench() {
        let jobs = jobs(&Experiment::default());
        assert_eq!(jobs[2].experiment.model.width, 32);
        assert_eq!(jobs[4].experiment.model_name(), ModelName::Cnn);
        assert!(jobs.iter().all(|job| !job.name.is_empty()));
    }
}
