//! Training speeds the page offers, from slow-motion to as fast as it goes.
//!
//! Must not know how the worker keeps them.

use crate::t;

/// One stop of the speed control.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// At most this many steps per second; `None` is no limit.
    pub steps_per_second: Option<f32>,
}

impl Speed {
    /// What the page shows.
    pub fn label(&self) -> String {
        match self.steps_per_second {
            Some(limit) => t!("speed.limited", n = limit as u32),
            None => t!("speed.full").to_owned(),
        }
    }
}

/// Every speed, slowest first.
pub const SPEEDS: &[Speed] = &[
    Speed { steps_per_second: Some(1.0) },
    Speed { steps_per_second: Some(10.0) },
    Speed { steps_per_second: Some(50.0) },
    Speed { steps_per_second: Some(250.0) },
    Speed { steps_per_second: Some(1000.0) },
    Speed { steps_per_second: None },
];

/// The speed a page opens with: slow enough to watch a collapse happen, fast enough to learn in
/// seconds.
pub const OPENING: usize = 3;

/// The neighbouring speed, staying at the ends.
pub fn neighbour(index: usize, faster: bool) -> usize {
    if faster { (index + 1).min(SPEEDS.len() - 1) } else { index.saturating_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_rise_and_the_last_has_no_limit() {
        let limits: Vec<f32> =
            SPEEDS.iter().map(|speed| speed.steps_per_second.unwrap_or(f32::INFINITY)).collect();
        assert!(limits.windows(2).all(|pair| pair[0] < pair[1]), "{limits:?}");
        assert_eq!(limits.last(), Some(&f32::INFINITY));
        assert!(OPENING < SPEEDS.len());
    }

    #[test]
    fn neighbours_stop_at_the_ends() {
        assert_eq!(neighbour(0, false), 0);
        assert_eq!(neighbour(0, true), 1);
        assert_eq!(neighbour(SPEEDS.len() - 1, true), SPEEDS.len() - 1);
    }
}
