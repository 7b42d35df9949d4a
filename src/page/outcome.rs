//! What became of a remedy, in one sentence.
//!
//! Must not know which remedy it was or how it was applied.

use crate::{t, words};

/// A remedy under observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Balanced accuracy when it was applied, 0 to 1; NaN when the model had diverged.
    pub before: f32,
    /// Step of the run at which it was applied; 0 when it needed a new run.
    pub since: u32,
    /// Balanced accuracy lately.
    pub now: f32,
    /// Step of the run lately.
    pub step: u32,
}

/// A change of balanced accuracy below this is not called a change: about two standard errors on
/// a few hundred probe examples.
const NOTABLE: f32 = 0.05;

impl Outcome {
    /// "Balanced accuracy 0.50 → 0.94 after 600 steps."
    pub fn sentence(&self) -> String {
        let steps = self.step.saturating_sub(self.since);
        let [before, now] = [self.before, self.now].map(|accuracy| words::decimal(accuracy, 2));
        if steps == 0 {
            return t!("outcome.waiting").to_owned();
        }
        if !self.now.is_finite() {
            return t!("outcome.no_prediction", n = steps);
        }
        if !self.before.is_finite() {
            return t!("outcome.first_prediction", n = steps, now = now);
        }
        let key = match self.now - self.before {
            gain if gain >= NOTABLE => "outcome.better",
            gain if gain <= -NOTABLE => "outcome.worse",
            _ => "outcome.unclear",
        };
        t!(key, n = steps, before = before, now = now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_tells_gain_loss_and_waiting() {
        let check = |before, since, now, step, expected: &str| {
            assert_eq!(Outcome { before, since, now, step }.sentence(), expected);
        };
        check(0.5, 300, 0.94, 900, "Balanced accuracy 0.50 → 0.94 after 600 steps.");
        check(0.5, 300, 0.52, 1500, "Balanced accuracy 0.50 → 0.52 after 1200 steps. No clear change yet.");
        check(0.5, 0, 0.3, 1, "Balanced accuracy 0.50 → 0.30 after 1 step. It got worse.");
        check(0.5, 300, 0.5, 300, "Applied; waiting for the first steps.");
        check(f32::NAN, 0, 0.9, 10, "Balanced accuracy now 0.90, from no valid prediction, after 10 steps.");
        check(0.5, 0, f32::NAN, 10, "Still no valid prediction after 10 steps.");
    }
}
