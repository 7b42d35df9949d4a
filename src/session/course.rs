//! How a lane's learning rate moves, and when training has stopped helping.
//!
//! Must not know models: the probe's loss comes in as a number. Rates are functions of the step as far
//! as they can be; what reacts to the loss looks at fixed steps, so that pacing changes nothing.

use crate::experiment::{Live, Schedule};
use serde::{Deserialize, Serialize};

/// Steps between looks at the probe's loss, when anything asks for them.
pub(crate) const CHECK: u32 = 50;
/// A fall of the probe's loss that counts as progress, nats; Keras's `ReduceLROnPlateau` has the same.
const PROGRESS: f32 = 1e-4;

/// Where a lane is in its schedule; part of the checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Course {
    /// Step at which the schedule was set: a warm-up chosen mid-run begins there.
    since: u32,
    /// Factor on the rate after the plateaus so far.
    factor: f32,
    plateau: Patience,
    stopping: Patience,
}

/// Waits for the probe's loss to fall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Patience {
    /// Lowest loss so far.
    best: f32,
    /// Step of the last progress, or of the last time patience ran out.
    since: u32,
}

impl Course {
    /// A schedule set at `step`.
    pub fn new(step: u32) -> Self {
        Self { since: step, factor: 1.0, plateau: Patience::new(step), stopping: Patience::new(step) }
    }

    /// Begins anew what changed from `old` to `new` after `step` steps.
    pub fn adjust(&mut self, step: u32, old: &Live, new: &Live) {
        if (old.schedule, old.schedule_steps) != (new.schedule, new.schedule_steps) {
            *self = Self { stopping: self.stopping.clone(), ..Self::new(step) };
        }
        if old.early_stopping != new.early_stopping {
            self.stopping = Patience::new(step);
        }
    }

    /// Learning rate of the step after `step` steps.
    pub fn rate(&self, step: u32, live: &Live) -> f32 {
        let (done, length) =
            (f64::from(step.saturating_sub(self.since)), f64::from(live.schedule_steps.max(1)));
        let factor = match live.schedule {
            Schedule::Constant => return live.learning_rate,
            Schedule::Warmup => ((done + 1.0) / length).min(1.0),
            Schedule::Cosine => 0.5 + 0.5 * (std::f64::consts::PI * (done / length).min(1.0)).cos(),
            Schedule::Step => 0.1_f64.powf((done / length).floor()),
            Schedule::Plateau => f64::from(self.factor),
        };
        (f64::from(live.learning_rate) * factor) as f32
    }

    /// Takes in the probe's loss after `step` steps; true when the run should stop.
    pub fn check(&mut self, step: u32, loss: f32, live: &Live) -> bool {
        if live.schedule == Schedule::Plateau && self.plateau.is_over(step, loss, live.schedule_steps) {
            self.factor *= 0.1;
        }
        live.early_stopping > 0 && self.stopping.is_over(step, loss, CHECK * live.early_stopping)
    }
}

/// Whether a lane's settings want [`Course::check`].
pub(crate) fn wants_checks(live: &Live) -> bool {
    live.schedule == Schedule::Plateau || live.early_stopping > 0
}

impl Patience {
    fn new(step: u32) -> Self {
        Self { best: f32::INFINITY, since: step }
    }

    /// Whether `steps` went by without progress; then begins to wait again. A loss that is NaN is none.
    fn is_over(&mut self, step: u32, loss: f32, steps: u32) -> bool {
        let progress = loss < self.best - PROGRESS;
        if progress {
            self.best = loss;
        }
        let over = !progress && step.saturating_sub(self.since) >= steps;
        if progress || over {
            self.since = step;
        }
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    fn live(schedule: Schedule, schedule_steps: u32) -> Live {
        Live { schedule, schedule_steps, learning_rate: 0.8, ..Experiment::default().live }
    }

    #[test]
    fn schedules_are_these_tables() {
        // (steps done, rate of the next step) for a schedule of 4 steps at 0.8.
        let table: [(Schedule, [f32; 7]); 4] = [
            (Schedule::Constant, [0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]),
            (Schedule::Warmup, [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8]),
            (Schedule::Cosine, [0.8, 0.682_842_7, 0.4, 0.117_157_3, 0.0, 0.0, 0.0]),
            (Schedule::Step, [0.8, 0.8, 0.8, 0.8, 0.08, 0.08, 0.08]),
        ];
        for (schedule, rates) in table {
            let course = Course::new(0);
            for (step, wanted) in rates.into_iter().enumerate() {
                let rate = course.rate(step as u32, &live(schedule, 4));
                assert!((rate - wanted).abs() < 1e-6, "{schedule:?} after {step}: {rate} is not {wanted}");
            }
        }
        assert!((Course::new(0).rate(8, &live(Schedule::Step, 4)) - 0.008).abs() < 1e-7);
    }

    #[test]
    fn a_schedule_chosen_mid_run_begins_there() {
        let (constant, warmup) = (live(Schedule::Constant, 4), live(Schedule::Warmup, 4));
        let mut course = Course::new(0);
        course.adjust(100, &constant, &warmup);
        assert_eq!(course.rate(100, &warmup), 0.2);
        // Another rate does not begin it again.
        course.adjust(102, &warmup, &Live { learning_rate: 0.4, ..warmup.clone() });
        assert!((course.rate(102, &warmup) - 0.6).abs() < 1e-6);
    }

    #[test]
    fn a_plateau_divides_the_rate_by_ten_each_time_patience_runs_out() {
        let live = live(Schedule::Plateau, 100);
        let mut course = Course::new(0);
        let losses = [2.0, 1.0, 1.0, 0.999_99, 1.0, f32::NAN, 0.5];
        let rates: Vec<f32> = losses
            .into_iter()
            .zip(1..)
            .map(|(loss, check)| {
                course.check(check * CHECK, loss, &live);
                course.rate(check * CHECK, &live)
            })
            .collect();
        for (rate, wanted) in rates.into_iter().zip([0.8, 0.8, 0.8, 0.08, 0.08, 0.008, 0.008]) {
            assert!((rate - wanted).abs() < 1e-6, "{rate} is not {wanted}");
        }
    }

    #[test]
    fn stopping_waits_for_its_checks_and_then_waits_again() {
        let live = Live { early_stopping: 2, ..live(Schedule::Constant, 1) };
        let mut course = Course::new(0);
        let losses = [1.0, 0.9, 0.95, 0.9, 0.95, 0.95, 0.2];
        let stops: Vec<bool> = losses
            .into_iter()
            .zip(1..)
            .map(|(loss, check)| course.check(check * CHECK, loss, &live))
            .collect();
        assert_eq!(stops, [false, false, false, true, false, true, false]);
    }
}
