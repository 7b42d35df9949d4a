//! What a scenario promises, in terms that a test can hold it to.
//!
//! Must not know how the test does that.

use crate::words;

/// What happens, in terms of the verdict (see the diagnosis) and steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expectation {
    /// Collapsed, or minority collapse, at `by_step`. Then the cure is applied; `after_steps` later
    /// (counted anew when it restarts the run) the verdict is recovered, or healthy or recovered
    /// after a restart.
    Collapses {
        /// Step at which it has collapsed.
        by_step: u32,
        /// Steps from the cure to recovery.
        after_steps: u32,
    },
    /// Not collapsed, perhaps, but of little use: at `by_step` the skill's upper bound is below
    /// `skill_below`, or the model diverged. `after_steps` after the cure the verdict is healthy or
    /// recovered, and the skill's lower bound above `skill_below`.
    Fails {
        /// Step at which it has failed.
        by_step: u32,
        /// The line between failed and cured, 0 to 1.
        skill_below: f32,
        /// Steps from the cure to recovery.
        after_steps: u32,
    },
    /// From `by_step` on collapsed or guessing, marked as without signal; never learning, healthy
    /// or recovered.
    NoSignal {
        /// Step from which the verdict stands.
        by_step: u32,
    },
    /// Healthy at `by_step`, without an alarm on the way.
    Healthy {
        /// Step at which it is healthy.
        by_step: u32,
    },
    /// Something odd is seen, and yet it is healthy, or recovered all by itself, at `by_step`.
    Odd {
        /// What is odd.
        oddity: Oddity,
        /// Step at which it is well.
        by_step: u32,
    },
}

/// What looks wrong in a run that is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Oddity {
    /// The training loss rises to at least this many times an earlier one.
    LossSpike(f32),
    /// Skill stays below this, because the data allow no more: its interval reaches the ceiling
    /// known from how the data were made, and never rises above it.
    LowCeiling(f32),
    /// One class is drawn at least so many times as often as another, and both are recognised.
    Imbalance(f32),
    /// The first snapshot is as crowded as a collapse: fewer effective classes than this.
    FewClassesAtFirst(f32),
}

/// A promise in a word, for a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Collapses, and can be cured.
    Collapses,
    /// Fails otherwise, and can be cured.
    Fails,
    /// Cannot be cured.
    Incurable,
    /// Is well, whatever it looks like.
    Healthy,
}

impl Ending {
    /// Every ending.
    pub const ALL: &[Ending] = &[Ending::Collapses, Ending::Fails, Ending::Incurable, Ending::Healthy];

    /// Stable name, for styles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Collapses => "collapses",
            Self::Fails => "fails",
            Self::Incurable => "incurable",
            Self::Healthy => "healthy",
        }
    }

    /// On the badge.
    pub fn label(self) -> &'static str {
        words::say(&["scenario_ending.", self.name()].concat())
    }
}

impl Expectation {
    /// The promise in a word.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Collapses { .. } => Ending::Collapses,
            Self::Fails { .. } => Ending::Fails,
            Self::NoSignal { .. } => Ending::Incurable,
            Self::Healthy { .. } | Self::Odd { .. } => Ending::Healthy,
        }
    }
}
