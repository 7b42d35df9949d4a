//! When to train, how many steps at once, and when to look.
//!
//! Must not know models. All times are milliseconds of one clock that the caller brings.

use crate::protocol::{Backend, CLOSE_LOOKS};

/// What the worker does until the next burst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wait {
    /// Go on after letting messages in.
    Not,
    /// Sleep that many milliseconds or until a message.
    Millis(f64),
    /// Nothing to do until a message.
    ForMessage,
}

impl Wait {
    /// The shorter of two waits.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Not, _) | (_, Self::Not) => Self::Not,
            (Self::Millis(a), Self::Millis(b)) => Self::Millis(a.min(b)),
            (Self::ForMessage, wait) | (wait, Self::ForMessage) => wait,
        }
    }
}

/// The pacing of one run.
#[derive(Clone, Debug)]
pub struct Pace {
    backend: Backend,
    /// Smoothed cost of one step.
    step_ms: f64,
    /// Steps of the last burst: the next is at most twice as long.
    last_steps: u32,
    /// Steps per second at most.
    limit: Option<f32>,
    /// Earliest start of the next burst under the limit.
    next_burst: f64,
    next_observation: f64,
    next_checkpoint: f64,
    next_moment: f64,
    next_inspection: f64,
    due: bool,
    /// Looks to come that are close together.
    close: u32,
    /// Looks taken so far, up to [`WARM_UP`].
    observations: u32,
    /// Recent `(time spent, steps)` for the rate.
    spent_ms: f64,
    spent_steps: f64,
}

/// A slider must reach the optimiser within 50 ms, so a burst is much shorter.
const BURST_MS: f64 = 12.0;
/// The GPU pays a round trip per burst; longer bursts keep it below a third.
const BURST_GPU_MS: f64 = 30.0;
/// Charts redraw at 10 to 15 Hz.
const OBSERVE_MS: f64 = 75.0;
/// The first looks at a run, and those after a change, are as close as screens draw: a small model may have
/// learned all there is, or recovered, before the third look at the other rate. As many as [`CLOSE_LOOKS`].
const CLOSE_MS: f64 = 16.0;
/// The first looks compile the probe's shaders, seconds on a GPU; their cost says nothing.
const WARM_UP: u32 = 3;
/// Observing costs at most a fortieth of the time, which leaves the rules a part of the three hundredths
/// that both may cost…
const OBSERVE_SHARE: f64 = 40.0;
/// … unless charts would stand still for longer than this; then at most a tenth. So it is while looks are
/// close, and on a GPU, where a look mostly waits for the steps before it.
const OBSERVE_LATEST_MS: f64 = 2000.0;
const OBSERVE_SHARE_MOST: f64 = 10.0;
const CHECKPOINT_MS: f64 = 1000.0;
/// Checkpoints cost at most a fiftieth of the time.
const CHECKPOINT_SHARE: f64 = 50.0;
/// … but a break never costs much more than this.
const CHECKPOINT_LATEST_MS: f64 = 3000.0;
/// Looks inside the model come a few times a second…
const INSPECT_MS: f64 = 250.0;
/// … cost at most a tenth of the time …
const INSPECT_SHARE: f64 = 10.0;
/// … and keep nobody waiting longer than this: the first ones compile shaders on a GPU.
const INSPECT_LATEST_MS: f64 = 3000.0;
/// Memory of the rate.
const RATE_MS: f64 = 1000.0;

/// Milliseconds between the end of a look that cost `cost` milliseconds and the next look, beyond which
/// looks are still [`OBSERVE_MS`] apart.
fn rest_after_look(backend: Backend, cost: f64) -> f64 {
    let most = OBSERVE_SHARE_MOST * cost;
    match backend {
        Backend::Cpu => (OBSERVE_SHARE * cost).min(OBSERVE_LATEST_MS).max(most),
        Backend::Gpu => most,
    }
}

/// Milliseconds from one look to the next on a backend where a look costs `cost` milliseconds.
pub fn between_looks(backend: Backend, cost: f64) -> f64 {
    OBSERVE_MS.max(cost + rest_after_look(backend, cost))
}

impl Pace {
    /// A run that starts at `now`, is looked at at once, and at first steps one by one.
    pub fn new(backend: Backend, now: f64) -> Self {
        Self {
            backend,
            step_ms: 0.0,
            last_steps: 0,
            limit: None,
            next_burst: now,
            next_observation: now,
            next_checkpoint: now + CHECKPOINT_MS,
            next_moment: now,
            next_inspection: now,
            due: true,
            close: CLOSE_LOOKS,
            observations: 0,
            spent_ms: 0.0,
            spent_steps: 0.0,
        }
    }

    /// Where the run trains.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Sets the most steps per second.
    pub fn limit(&mut self, limit: Option<f32>, now: f64) {
        self.limit = limit.filter(|limit| *limit > 0.0);
        self.next_burst = now;
    }

    /// Steps for a burst now; 0 when the limit says to wait.
    pub fn steps(&self, now: f64) -> u32 {
        if now < self.next_burst {
            return 0;
        }
        let fitting = self.fitting();
        match self.limit {
            // At most what the limit allows in one burst's time.
            Some(limit) => fitting.min((f64::from(limit) * self.burst_ms() / 1000.0) as u32).max(1),
            None => fitting,
        }
    }

    /// Steps that fit into one burst, whatever the limit.
    pub fn fitting(&self) -> u32 {
        let fitting = if self.step_ms > 0.0 { (self.burst_ms() / self.step_ms) as u32 } else { 1 };
        fitting.min(self.last_steps.saturating_mul(2)).max(1)
    }

    fn burst_ms(&self) -> f64 {
        match self.backend {
            Backend::Cpu => BURST_MS,
            Backend::Gpu => BURST_GPU_MS,
        }
    }

    /// A burst was done.
    pub fn trained(&mut self, steps: u32, begun: f64, now: f64) {
        let cost = (now - begun).max(0.0) / f64::from(steps);
        self.step_ms = if self.step_ms > 0.0 { 0.7 * self.step_ms + 0.3 * cost } else { cost };
        self.last_steps = steps;
        self.next_burst =
            self.limit.map_or(now, |limit| begun + 1000.0 * f64::from(steps) / f64::from(limit));
        self.spend(now - begun, steps);
    }

    /// How long until the next burst.
    pub fn until_next_burst(&self, now: f64) -> Wait {
        if now < self.next_burst { Wait::Millis(self.next_burst - now) } else { Wait::Not }
    }

    /// Look at the next chance.
    pub fn observe_soon(&mut self) {
        self.due = true;
    }

    /// Look at the next chance, and closely at what follows.
    pub fn observe_closely(&mut self) {
        self.close = CLOSE_LOOKS;
        self.observe_soon();
    }

    /// Whether a look was asked for.
    pub fn is_due(&self) -> bool {
        self.due
    }

    /// Whether it is time to look.
    pub fn observation_due(&mut self, now: f64) -> bool {
        if now >= self.next_observation && self.last_steps > 0 {
            self.due = true;
        }
        self.due
    }

    /// A look was taken.
    pub fn observed(&mut self, begun: f64, now: f64) {
        self.due = false;
        let cost = if self.observations < WARM_UP { 0.0 } else { now - begun };
        self.observations = (self.observations + 1).min(WARM_UP);
        let (apart, rest) = if self.close > 0 {
            (CLOSE_MS, OBSERVE_SHARE_MOST * cost)
        } else {
            (OBSERVE_MS, rest_after_look(self.backend, cost))
        };
        self.close = self.close.saturating_sub(1);
        self.next_observation = (begun + apart).max(now + rest);
        self.last_steps = self.last_steps.max(1);
        self.spend(now - begun, 0);
    }

    /// Whether it is time for a checkpoint.
    pub fn checkpoint_due(&self, now: f64) -> bool {
        now >= self.next_checkpoint
    }

    /// A checkpoint was taken.
    pub fn checkpointed(&mut self, begun: f64, now: f64) {
        let rest = (CHECKPOINT_SHARE * (now - begun)).min(CHECKPOINT_LATEST_MS);
        self.next_checkpoint = (begun + CHECKPOINT_MS).max(now + rest);
        self.spend(now - begun, 0);
    }

    /// Whether a state may be kept for visits.
    pub fn moment_due(&self, now: f64) -> bool {
        now >= self.next_moment
    }

    /// A state was kept.
    pub fn moment_kept(&mut self, begun: f64, now: f64) {
        self.next_moment = now + CHECKPOINT_SHARE * (now - begun);
        self.spend(now - begun, 0);
    }

    /// What one step costs, in milliseconds; 0 before the first.
    pub fn step_ms(&self) -> f64 {
        self.step_ms
    }

    /// How long until the model may be looked into again.
    pub fn until_inspection(&self, now: f64) -> Wait {
        if now < self.next_inspection { Wait::Millis(self.next_inspection - now) } else { Wait::Not }
    }

    /// The model was looked into.
    pub fn inspected(&mut self, begun: f64, now: f64) {
        let rest = (INSPECT_SHARE * (now - begun)).min(INSPECT_LATEST_MS);
        self.next_inspection = (begun + INSPECT_MS).max(now + rest);
        self.spend(now - begun, 0);
    }

    /// Steps per second of time spent, probes included.
    pub fn steps_per_second(&self) -> f32 {
        if self.spent_ms > 0.0 { (1000.0 * self.spent_steps / self.spent_ms) as f32 } else { 0.0 }
    }

    fn spend(&mut self, millis: f64, steps: u32) {
        let keep = (-millis.max(0.0) / RATE_MS).exp();
        self.spent_ms = self.spent_ms * keep + millis.max(0.0);
        self.spent_steps = self.spent_steps * keep + f64::from(steps);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bursts_grow_to_their_length_and_no_further() {
        let mut pace = Pace::new(Backend::Cpu, 0.0);
        let mut now = 0.0;
        let mut bursts = Vec::new();
        for _ in 0..12 {
            let steps = pace.steps(now);
            let begun = now;
            now += 0.05 * f64::from(steps);
            pace.trained(steps, begun, now);
            bursts.push(steps);
        }
        assert_eq!(bursts[0], 1);
        assert_eq!(bursts.last(), Some(&240));
        assert!((pace.steps_per_second() - 20_000.0).abs() < 1.0);
    }

    #[test]
    fn slow_motion_waits_between_single_steps() {
        let mut pace = Pace::new(Backend::Cpu, 0.0);
        pace.limit(Some(4.0), 0.0);
        assert_eq!(pace.steps(0.0), 1);
        pace.trained(1, 0.0, 1.0);
        assert_eq!(pace.steps(100.0), 0);
        assert_eq!(pace.until_next_burst(100.0), Wait::Millis(150.0));
        assert_eq!(pace.steps(250.0), 1);
    }

    #[test]
    fn looking_inside_is_paced_and_costs_at_most_a_tenth() {
        let mut pace = Pace::new(Backend::Cpu, 0.0);
        assert_eq!(pace.until_inspection(0.0), Wait::Not);
        pace.inspected(0.0, 1.0);
        assert_eq!(pace.until_inspection(100.0), Wait::Millis(150.0));
        pace.inspected(1000.0, 1100.0);
        assert_eq!(pace.until_inspection(1100.0), Wait::Millis(1000.0));
        pace.inspected(5000.0, 15_000.0);
        assert_eq!(pace.until_inspection(15_000.0), Wait::Millis(3000.0));
    }

    #[test]
    fn costly_observations_come_less_often() {
        let mut pace = Pace::new(Backend::Cpu, 0.0);
        pace.trained(1, 0.0, 1.0);
        for _ in 0..WARM_UP {
            pace.observed(0.0, 1.0);
        }
        let next = |cost: f64, pace: &mut Pace| {
            pace.observed(1.0, 1.0 + cost);
            pace.next_observation
        };
        assert_eq!(next(50.0, &mut pace), 551.0);
        for _ in WARM_UP..CLOSE_LOOKS {
            next(1.0, &mut pace);
        }
        assert_eq!(next(4.0, &mut pace), 165.0);
        assert_eq!(next(50.0, &mut pace), 2051.0);
        assert_eq!(next(300.0, &mut pace), 3301.0);
    }

    #[test]
    fn looks_are_close_at_first_and_after_a_change() {
        let mut pace = Pace::new(Backend::Cpu, 0.0);
        let mut now = 0.0;
        let mut look = |pace: &mut Pace| {
            pace.trained(1, now, now);
            pace.observed(now, now + 0.1);
            let begun = now;
            while !pace.observation_due(now) {
                now += 1.0;
            }
            now - begun
        };
        for _ in 0..2 {
            let apart: Vec<f64> = (0..CLOSE_LOOKS + 2).map(|_| look(&mut pace)).collect();
            assert!(apart[..CLOSE_LOOKS as usize].iter().all(|apart| *apart == CLOSE_MS), "{apart:?}");
            assert!(apart[CLOSE_LOOKS as usize..].iter().all(|apart| *apart == OBSERVE_MS), "{apart:?}");
            pace.observe_closely();
        }
    }

    #[test]
    fn looks_on_a_gpu_wait_for_its_steps_and_may_take_a_tenth() {
        assert_eq!(between_looks(Backend::Gpu, 20.0), 220.0);
        assert_eq!(between_looks(Backend::Cpu, 20.0), 820.0);
        assert_eq!(between_looks(Backend::Cpu, 1.0), OBSERVE_MS);
    }
}
