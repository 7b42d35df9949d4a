//! Taking a lesson: what its buttons ask of the run.
//!
//! Must not know how the panel looks.

use super::{Busy, point_at};
use crate::lesson::play::{Play, Stage, Try};
use crate::lesson::{Lesson, STRIDE};
use crate::protocol::Control;
use crate::web::dom;
use crate::web::lab::observed;
use crate::web::store::Store;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// Between two looks, so that the eye can follow: 300 steps take about a second.
const WATCH: Duration = Duration::from_millis(40);
/// Bringing a model back to where a step begins is not worth watching.
const HURRY: Duration = Duration::ZERO;

/// The learner went elsewhere, or the engine refused and has said so.
struct Left;

impl Store {
    /// Opens a lesson where it was left.
    pub(super) fn take(self, lesson: Lesson) {
        let play = self.class.progress.with_untracked(|progress| progress.resume(lesson));
        self.dialog.set(None);
        self.waiting.set(false);
        self.class.over.set(play.is_over());
        self.class.play.set(Some(play));
        self.enter();
    }

    /// Ends the lesson; what was done is kept.
    pub fn leave_lesson(self) {
        self.next_turn();
        self.class.play.set(None);
        point_at("");
    }

    /// Brings page and run to the step on screen.
    pub(super) fn enter(self) {
        let turn = self.next_turn();
        self.class.tried.set(None);
        self.class.shown.set(false);
        self.keep_lesson();
        let Some(play) = self.class.play.get_untracked() else { return };
        if self.class.over.get_untracked() {
            point_at("");
            return;
        }
        point_at(play.light());
        // What was done is read, not trained again.
        if play.stage() != Stage::Told || play.step().run == 0 {
            spawn_local(async move {
                // Whoever left does not wait for the end.
                let _ = self.bring(&play, turn).await;
            });
        }
    }

    /// Notes the prediction.
    pub(super) fn predict(self, answer: &str) {
        self.class.play.update(|play| {
            if let Some(play) = play {
                play.say(answer);
            }
        });
        self.keep_lesson();
    }

    /// Trains the step on screen and takes in what happened.
    pub(super) fn run_step(self) {
        let Some(play) = self.class.play.get_untracked() else { return };
        if play.stage() != Stage::Ready || self.class.busy.get_untracked().is_some() {
            return;
        }
        let turn = self.next_turn();
        spawn_local(async move {
            let run = play.step().run;
            if self.bring(&play, turn).await.is_err() || self.train(run, turn, WATCH, false).await.is_err() {
                return;
            }
            let experiment = self.experiment.get_untracked();
            self.class.play.update(|play| {
                if let Some(play) = play {
                    self.history.with_value(|history| play.measured(history, &experiment));
                }
            });
            if let Some(play) = &*self.class.play.read_untracked()
                && play.step().after.is_some()
            {
                point_at(play.light());
            }
            self.keep_lesson();
        });
    }

    /// Trains with the learner's settings and looks whether the task is solved.
    pub(super) fn try_task(self) {
        let Some(play) = self.class.play.get_untracked() else { return };
        let Some(task) = play.step().task.clone() else { return };
        if self.class.busy.get_untracked().is_some() {
            return;
        }
        let start = play.lesson.experiment(play.at);
        if let Some(moved) = task.moved(&start, &self.experiment.read_untracked()) {
            self.class.tried.set(Some(Try::Moved(moved.name)));
            return;
        }
        let turn = self.next_turn();
        self.class.tried.set(None);
        spawn_local(async move {
            self.pause();
            // A knob moved just now may need a new run, which begins here and not a moment later.
            if self.catch_up().await.is_err() || self.train(task.run, turn, WATCH, false).await.is_err() {
                return;
            }
            let (experiment, shown) = (self.experiment.get_untracked(), self.class.shown.get_untracked());
            let mut tried = None;
            self.class.play.update(|play| {
                if let Some(play) = play {
                    tried = Some(
                        self.history.with_value(|history| play.tried(history, &start, &experiment, shown)),
                    );
                }
            });
            self.class.tried.set(tried);
            self.keep_lesson();
        });
    }

    /// Moves the knobs to the known solution.
    pub(super) fn show_solution(self) {
        let Some(play) = self.class.play.get_untracked() else { return };
        let Some(task) = &play.step().task else { return };
        self.class.shown.set(true);
        self.class.tried.set(None);
        self.want(task.solved(&play.lesson.experiment(play.at)));
    }

    /// The task from its beginning, or the whole step.
    pub(super) fn start_over(self, whole: bool) {
        if whole {
            self.class.play.update(|play| {
                if let Some(play) = play {
                    play.again();
                }
            });
        }
        // Whatever the run is now, it is not where the step begins.
        self.class.tried.set(None);
        let turn = self.next_turn();
        let Some(play) = self.class.play.get_untracked() else { return };
        self.keep_lesson();
        spawn_local(async move {
            let _ = self.replay(&play, turn).await;
        });
    }

    /// The next step, or the end.
    pub(super) fn go_next(self) {
        let mut further = false;
        self.class.play.update(|play| further = play.as_mut().is_some_and(Play::go_on));
        self.class.over.set(!further);
        self.enter();
    }

    /// The step before, or from the end back to the last.
    pub(super) fn go_back(self) {
        if self.class.over.get_untracked() {
            self.class.over.set(false);
        } else {
            self.class.play.update(|play| {
                if let Some(play) = play {
                    play.back();
                }
            });
        }
        self.enter();
    }

    /// The lesson from its beginning, forgetting what was done.
    pub(super) fn restart_lesson(self) {
        self.class.play.update(|play| {
            if let Some(old) = play {
                *old = Play::new(old.lesson.clone(), None);
            }
        });
        self.class.over.set(false);
        self.enter();
    }

    /// Brings the run to where the step on screen waits, training the steps before again if need be.
    async fn bring(self, play: &Play, turn: u32) -> Result<(), Left> {
        let wanted = play.lesson.experiment(play.at);
        let (at, open) = (steps_done(play), play.step().open.is_some());
        let now = self.progress.read_untracked().step;
        let is = self.experiment.get_untracked();
        let before = (play.at > 0).then(|| play.lesson.experiment(play.at - 1));
        let here = now == at && (is == wanted || !open && before == Some(is));
        if !here {
            return self.replay(play, turn).await;
        }
        self.pause();
        self.want(wanted);
        self.catch_up().await.map_err(|_| Left)?;
        if self.class.turn.get_value() == turn { Ok(()) } else { Err(Left) }
    }

    async fn replay(self, play: &Play, turn: u32) -> Result<(), Left> {
        let lesson = &play.lesson;
        let from = lesson.opening(play.at);
        self.open_paused(lesson.experiment(from));
        for (at, step) in lesson.steps.iter().enumerate().take(play.at).skip(from) {
            self.train(step.run, turn, HURRY, true).await?;
            self.want(lesson.experiment(at + 1));
            self.catch_up().await.map_err(|_| Left)?;
        }
        let rest = steps_done(play) - lesson.begins_at(play.at);
        self.train(rest, turn, HURRY, true).await
    }

    async fn train(self, steps: u32, turn: u32, pause: Duration, is_return: bool) -> Result<(), Left> {
        let mut done = 0;
        while done < steps {
            self.class.busy.set(Some(Busy { done, of: steps, is_return }));
            let now = STRIDE.min(steps - done);
            let step = self.command(Control::Step(now)).await;
            let seen = match step {
                Ok(step) => observed(self, step).await.is_ok(),
                Err(_) => false,
            };
            dom::rest(pause).await;
            if self.class.turn.get_value() != turn {
                return Err(Left);
            }
            if !seen {
                self.class.busy.set(None);
                return Err(Left);
            }
            done += now;
        }
        self.class.busy.set(None);
        Ok(())
    }

    /// Ends whatever the lesson waits for.
    fn next_turn(self) -> u32 {
        self.class.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.class.busy.set(None);
        self.class.turn.get_value()
    }
}

/// Steps of the run at which the step on screen waits: its own run is done once it was measured.
fn steps_done(play: &Play) -> u32 {
    let own = if play.record().numbers.is_empty() { 0 } else { play.step().run };
    play.lesson.begins_at(play.at) + own
}
