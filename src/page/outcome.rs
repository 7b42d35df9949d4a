//! What became of a remedy, in one sentence.
//!
//! Must not know which remedy it was or how it was applied.

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
        if steps == 0 {
            return "Applied; waiting for the first steps.".to_owned();
        }
        let unit = if steps == 1 { "step" } else { "steps" };
        let after = format!("after {} {unit}", thousands(steps));
        if !self.now.is_finite() {
            return format!("Still no valid prediction {after}.");
        }
        if !self.before.is_finite() {
            return format!("Balanced accuracy now {:.2}, from no valid prediction, {after}.", self.now);
        }
        let verdict = match self.now - self.before {
            gain if gain >= NOTABLE => "",
            gain if gain <= -NOTABLE => " It got worse.",
            _ => " No clear change yet.",
        };
        format!("Balanced accuracy {:.2} → {:.2} {after}.{verdict}", self.before, self.now)
    }
}

/// A whole number with thin separators: 12,345.
pub fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
        check(0.5, 300, 0.52, 1500, "Balanced accuracy 0.50 → 0.52 after 1,200 steps. No clear change yet.");
        check(0.5, 0, 0.3, 1, "Balanced accuracy 0.50 → 0.30 after 1 step. It got worse.");
        check(0.5, 300, 0.5, 300, "Applied; waiting for the first steps.");
        check(f32::NAN, 0, 0.9, 10, "Balanced accuracy now 0.90, from no valid prediction, after 10 steps.");
        check(0.5, 0, f32::NAN, 10, "Still no valid prediction after 10 steps.");
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(thousands),
            ["0", "999", "1,000", "1,234,567"].map(str::to_owned)
        );
    }
}
