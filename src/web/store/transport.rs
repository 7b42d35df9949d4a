//! What the transport bar, the keyboard and `window.lab` ask of the run.
//!
//! Must not know who asked, or how the worker does it.

use super::Store;
use super::run::MOST_STEPS;
use crate::page::change;
use crate::page::speed::SPEEDS;
use crate::protocol::{Cell, Control};
use crate::t;
use crate::web::engine::Severity;
use leptos::prelude::*;
use leptos::task::spawn_local;

impl Store {
    /// Sends a control without waiting for its answer; a refusal is shown.
    pub fn control(self, control: Control) {
        spawn_local(async move {
            // Reported inside.
            let _ = self.command(control).await;
        });
    }

    /// Sends a control; the step at which it took effect.
    ///
    /// # Errors
    /// The engine's reason, already shown to the visitor.
    pub async fn command(self, control: Control) -> Result<u32, String> {
        let Some(engine) = self.engine() else { return Err(t!("run.not_begun").to_owned()) };
        let generation = self.link.with_value(|link| link.generation);
        let step = engine.control(control).await.inspect_err(|reason| {
            // Whoever began a new run does not need to hear that the old one is gone.
            if self.link.with_value(|link| link.generation) == generation {
                self.notify(t!("run.no_answer", reason = reason.as_str()), Severity::Error);
            }
        })?;
        match control {
            Control::Play => self.playing.set(true),
            Control::Pause | Control::Step(_) => self.playing.set(false),
            Control::Speed(_) => {}
        }
        Ok(step)
    }

    /// Trains on; a run at its budget gets twice the steps.
    pub fn play(self) {
        self.waiting.set(false);
        self.visit.set(None);
        let step = self.progress.read_untracked().step;
        if step >= self.experiment.read_untracked().live.steps {
            let mut longer = self.experiment.get_untracked();
            longer.live.steps = (step * 2).clamp(10, MOST_STEPS);
            self.want(longer);
        }
        self.playing.set(true);
        self.control(Control::Play);
    }

    /// Stops after the step under way.
    pub fn pause(self) {
        self.playing.set(false);
        self.control(Control::Pause);
    }

    /// Plays or pauses.
    pub fn toggle(self) {
        if self.playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// Trains this many steps, then pauses.
    pub fn step(self, steps: u32) {
        self.waiting.set(false);
        self.control(Control::Step(steps));
    }

    /// Back to step 0: same weights, same order, the knobs as they are now; what trains beside it too.
    pub fn rewind(self) {
        self.restart_lanes();
        self.begin(self.plays_next());
    }

    /// The same data from other weights in another order.
    pub fn new_seed(self) {
        let next = change::next_seed(&self.experiment.read_untracked());
        self.want(next);
    }

    /// Changes the speed to one of [`SPEEDS`].
    pub fn set_speed(self, index: usize) {
        self.speed.set(index);
        self.limit.set_value(SPEEDS[index].steps_per_second);
        self.control(Control::Speed(self.limit.get_value()));
    }

    /// Shows the examples of one cell of the confusion matrix.
    pub fn look_into(self, actual: u8, predicted: u8) {
        self.cell.set(Some(Cell { actual, predicted }));
    }
}
