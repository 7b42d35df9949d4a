//! What a cell's colour says.
//!
//! Must not know colours.

use super::outcome::Summary;
use crate::t;

/// One number of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Classes in effective use, 1 to K.
    #[default]
    Classes,
    /// Skill, 0 to 1.
    Skill,
    /// Share of seeds that collapsed.
    Collapsed,
    /// Recall of the rare classes.
    Minority,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 4] = [Self::Classes, Self::Skill, Self::Collapsed, Self::Minority];

    /// Stable name for links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classes => "n_eff",
            Self::Skill => "skill",
            Self::Collapsed => "collapsed",
            Self::Minority => "minority_recall",
        }
    }

    /// The measure called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// What the page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Classes => t!("map.measure.n_eff"),
            Self::Skill => t!("map.measure.skill"),
            Self::Collapsed => t!("map.measure.collapsed"),
            Self::Minority => t!("map.measure.minority_recall"),
        }
    }

    /// The value of a cell; `None` where every run diverged.
    pub fn of(self, cell: &Summary) -> Option<f32> {
        let value = match self {
            Self::Classes => cell.n_eff,
            Self::Skill => cell.skill,
            Self::Collapsed => cell.collapsed_share(),
            Self::Minority => cell.minority_recall,
        };
        (!cell.is_diverged() && value.is_finite()).then_some(value)
    }

    /// Least and greatest value on the colour scale; skill below chance looks like chance.
    pub fn range(self, classes: usize) -> (f32, f32) {
        match self {
            Self::Classes => (1.0, classes as f32),
            Self::Skill | Self::Collapsed | Self::Minority => (0.0, 1.0),
        }
    }

    /// How good `value` is, 0 to 1: the same end of the scale is trouble whatever is shown.
    pub fn goodness(self, value: f32, classes: usize) -> f32 {
        let (low, high) = self.range(classes);
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        if self == Self::Collapsed { 1.0 - share } else { share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_good_is_good_in_all_of_them() {
        for measure in Measure::ALL {
            assert_eq!(Measure::named(measure.name()), Some(measure));
        }
        assert_eq!(Measure::Classes.goodness(10.0, 10), 1.0);
        assert_eq!(Measure::Classes.goodness(1.0, 10), 0.0);
        assert_eq!(Measure::Skill.goodness(-0.1, 2), 0.0);
        assert_eq!(Measure::Collapsed.goodness(1.0, 2), 0.0);
    }
}
