//! The run and the page: what the engine reports, and how the run follows the experiment.
//!
//! Must not know why the experiment changed.

use super::{Progress, Store};
use crate::experiment::Experiment;
use crate::page::change::{self, Change};
use crate::page::goal::{State, Watch};
use crate::page::inspection::Inspection;
use crate::page::lanes::Branch;
use crate::page::receipt;
use crate::protocol::{CLOSE_LOOKS, Control, DataFacts, Kept};
use crate::t;
use crate::telemetry::{History, Insight, MarkerKind, Snapshot, Wants};
use crate::web::charts::painter;
use crate::web::dom;
use crate::web::engine::{Debug, Engine, EngineEvent, Severity};
use crate::web::events::{self, PageEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// What only the page's dealings with the engine need.
#[derive(Clone, Default)]
pub struct Link {
    /// `None` until launched.
    pub engine: Option<Engine>,
    /// The experiment the engine was given last.
    pub given: Experiment,
    /// Keep the unchanged model beside the next live change, as this branch.
    pub fork: Option<Branch>,
    /// Whether the run that waits for its data should train at once.
    owed: bool,
    /// Counts runs, so that answers for an old one are dropped.
    pub generation: u32,
    /// A look at the experiment is already due.
    scheduled: bool,
    /// A live change is on its way.
    in_flight: bool,
    /// When the first observation with a finished step arrived, in milliseconds of page time.
    pub first_step_ms: Option<f64>,
}

/// A drag over a restart knob starts one run, not fifty.
const RESTART_DELAY: Duration = Duration::from_millis(200);
/// Augmentation and balance change what the gallery shows; asked for at most this often.
const PREVIEW_DELAY: Duration = Duration::from_millis(150);
/// Upper end of the knob `steps`.
pub(super) const MOST_STEPS: u32 = 100_000;

impl Store {
    /// The engine, once launched.
    pub fn engine(self) -> Option<Engine> {
        self.link.with_value(|link| link.engine.clone())
    }

    /// The experiment the engine was given last.
    pub fn given(self) -> Experiment {
        self.link.with_value(|link| link.given.clone())
    }

    /// Whether the run that waited for its data should train at once.
    pub fn is_owed(self) -> bool {
        self.link.with_value(|link| link.owed)
    }

    /// When the first step was seen, in milliseconds since navigation.
    pub fn first_step_ms(self) -> Option<f64> {
        self.link.with_value(|link| link.first_step_ms)
    }

    /// Breaks something on purpose.
    pub fn debug(self, what: Debug) {
        if let Some(engine) = self.engine() {
            engine.debug(what);
        }
    }

    /// Brings the run in line with the experiment soon: live changes on the next frame, new runs
    /// when the visitor's hand rests.
    pub(super) fn follow(self) {
        let change =
            self.link.with_value(|link| change::between(&link.given, &self.experiment.read_untracked()));
        if change == Change::Nothing || self.link.with_value(|link| link.scheduled) {
            return;
        }
        self.link.update_value(|link| link.scheduled = true);
        let look = move || {
            self.link.update_value(|link| link.scheduled = false);
            spawn_local(async move {
                // Reported inside; there is nobody else to tell.
                let _ = self.catch_up().await;
            });
        };
        // Frames stop in a hidden tab, where `window.lab` must go on working.
        if change == Change::Live && !document().hidden() {
            request_animation_frame(look);
        } else {
            set_timeout(look, RESTART_DELAY);
        }
    }

    /// Brings the run in line with the experiment now; the step at which a live change took effect.
    ///
    /// # Errors
    /// The engine's reason, already shown to the visitor.
    pub async fn catch_up(self) -> Result<u32, String> {
        loop {
            let wanted = self.experiment.get_untracked();
            let link = self.link.get_value();
            let Some(engine) = link.engine else { return Ok(0) };
            match change::between(&link.given, &wanted) {
                Change::Nothing => return Ok(self.progress.read_untracked().step),
                Change::Restart => {
                    self.begin(self.plays_next());
                    return Ok(0);
                }
                // Whoever sent it comes back here and sends the newest.
                Change::Live if link.in_flight => return Ok(self.progress.read_untracked().step),
                Change::Live => {
                    self.link.update_value(|link| {
                        link.in_flight = true;
                        link.fork = None;
                        link.given = wanted.clone();
                    });
                    let is_remedy = link.fork.is_some();
                    let fork = link.fork.map(|branch| (branch.id, branch.spec()));
                    let result = engine.adjust(&wanted.live, fork).await;
                    self.link.update_value(|link| link.in_flight = false);
                    self.settle(result, &link.given, &wanted, link.generation, is_remedy)?;
                }
            }
        }
    }

    fn settle(
        self,
        result: Result<u32, String>,
        before: &Experiment,
        after: &Experiment,
        generation: u32,
        is_remedy: bool,
    ) -> Result<(), String> {
        if self.link.with_value(|link| link.generation) != generation {
            return Ok(());
        }
        let step = result.inspect_err(|reason| {
            self.notify(t!("run.change_lost", reason = reason.as_str()), Severity::Error);
        })?;
        self.course.update_value(|course| receipt::note(course, step, after));
        let kind = if is_remedy { MarkerKind::Remedy } else { MarkerKind::Knob };
        self.history.update_value(|history| {
            for text in change::marker_texts(before, after) {
                history.mark(step, kind, text);
            }
        });
        self.touch();
        if before.live.steps < after.live.steps && self.progress.read_untracked().step >= before.live.steps {
            self.play();
        }
        self.preview_soon();
        Ok(())
    }

    fn preview_soon(self) {
        let generation = self.link.with_value(|link| link.generation);
        let wanted = self.experiment.get_untracked();
        set_timeout(
            move || {
                let current = self.link.with_value(|link| link.generation) == generation;
                // Only the last of a drag's many changes asks.
                if current
                    && *self.experiment.read_untracked() == wanted
                    && let Some(engine) = self.engine()
                {
                    engine.preview();
                }
            },
            PREVIEW_DELAY,
        );
    }

    /// A new run of the experiment as it is; forgets the old one. What trains beside it goes on.
    pub fn begin(self, play: bool) {
        self.begin_beside(play, None);
    }

    /// [`Store::begin`]; the old run goes on as the branch `keep`.
    pub(super) fn begin_beside(self, play: bool, keep: Option<u8>) {
        let Some(engine) = self.engine() else { return };
        if !self.has_data() {
            return self.link.update_value(|link| link.owed = play);
        }
        let experiment = self.experiment.get_untracked();
        self.link.update_value(|link| {
            link.given = experiment.clone();
            link.fork = None;
            link.in_flight = false;
            link.generation += 1;
        });
        self.history.set_value(History::default());
        self.course.set_value(vec![(0, experiment.clone())]);
        self.insight.set_value(None);
        self.band.update_value(|band| *band = band.as_ref().map(|_| History::default()));
        self.visit.set(None);
        self.kept.set(Kept::default());
        self.applied.set(None);
        self.trying.set(None);
        self.goal.update(|goal| goal.iter_mut().for_each(Watch::restart));
        self.progress.set(Progress::default());
        self.verdict.set(None);
        self.findings.set(Vec::new());
        self.cell.set(None);
        self.mistakes.set(None);
        self.cursor.set(None);
        self.playing.set(play);
        let specs = self.course.with_value(|course| self.lanes.with_untracked(|lanes| lanes.specs(course)));
        engine.start(&experiment, specs, keep, play);
        // With the run and not once it has started: until a busy page hears of that, a worker does thousands of steps.
        self.control(Control::Speed(self.limit.get_value()));
        self.touch();
    }

    /// A new run that waits, of an experiment as it is: limits are for the visitor's hand.
    pub fn begin_paused(self, experiment: Experiment) {
        self.waiting.set(false);
        self.forget_lanes();
        self.experiment.set(experiment);
        events::emit(&PageEvent::Change);
        self.begin(false);
    }

    /// Whether a new run should train at once: it goes on playing, and a finished run counts as
    /// playing because it only stopped at its budget.
    pub(super) fn plays_next(self) -> bool {
        let finished =
            self.progress.read_untracked().step >= self.link.with_value(|link| link.given.live.steps);
        self.playing.get_untracked() || finished
    }

    /// Takes in what the engine reports.
    pub(super) fn hear(self, event: EngineEvent) {
        match event {
            EngineEvent::Started { step, facts, resumed } => self.started(step, facts, resumed),
            EngineEvent::Observed {
                snapshot,
                seeds,
                branches,
                kept,
                steps_per_second,
                playing,
                stopped_early,
            } => {
                self.playing.set(playing);
                self.beside(seeds, branches);
                if *self.kept.read_untracked() != kept {
                    self.kept.set(kept);
                }
                if self.visit.read_untracked().is_some() {
                    // The worker looks at the present again.
                    self.visit.set(None);
                }
                if stopped_early {
                    self.notify(t!("run.stopped_early", step = snapshot.step), Severity::Info);
                }
                self.observed(snapshot, steps_per_second);
                self.follow_trials();
                if self.history.with_value(|history| history.snapshots().len()) < CLOSE_LOOKS as usize
                    && let Some(engine) = self.engine()
                {
                    engine.ack();
                }
            }
            EngineEvent::Visited { snapshot, live } => self.visited(snapshot, *live),
            EngineEvent::Playing { step, playing } => {
                self.playing.set(playing);
                self.progress.update(|progress| progress.step = progress.step.max(step));
            }
            EngineEvent::Inspected(insight) => self.inspected(*insight),
            EngineEvent::Gallery(gallery) => self.gallery.set(Some(gallery)),
            EngineEvent::Mistakes(found) => {
                if found.cell == self.cell.get_untracked() {
                    self.mistakes.set(Some(found));
                }
            }
            EngineEvent::Badge(badge) => {
                let moved = self.badge.read_untracked().backend.is_some_and(|old| Some(old) != badge.backend);
                if moved && let Some(backend) = badge.backend {
                    let step = self.progress.read_untracked().step;
                    let name = crate::web::badge::name(backend);
                    self.history.update_value(|history| {
                        history.mark(step, MarkerKind::Backend, t!("marker.backend", name = name))
                    });
                }
                if *self.badge.read_untracked() != badge {
                    self.badge.set(badge);
                }
            }
            EngineEvent::Rewound { step } => {
                self.history.update_value(|history| history.truncate(step));
                self.touch();
            }
            EngineEvent::Notice { text, severity } => self.notify(text, severity),
        }
    }

    fn started(self, step: u32, facts: DataFacts, resumed: bool) {
        self.facts.set(Some(facts));
        self.inspection.update_value(Inspection::forget);
        self.progress.update(|progress| progress.step = step);
        if let Some(engine) = self.engine() {
            engine.preview();
        }
        if resumed {
            self.history
                .update_value(|history| history.mark(step, MarkerKind::Backend, t!("marker.resumed")));
        } else {
            events::emit(&PageEvent::Ready);
        }
    }

    fn observed(self, snapshot: Snapshot, steps_per_second: f32) {
        let step = snapshot.step;
        if step > 0 && self.first_step_ms().is_none() {
            let now = window().performance().map(|performance| performance.now());
            self.link.update_value(|link| link.first_step_ms = now);
        }
        let progress = Progress { step, epoch: snapshot.epoch, steps_per_second };
        self.history.update_value(|history| history.push(snapshot));
        self.progress.set(progress);
        self.judge(step);
        self.follow_outcome(step);
        self.follow_goal();
        events::emit(&PageEvent::Step(step));
        painter::answer_when_drawn();
        self.inspection.update_value(Inspection::moved_on);
        self.seen.update(|seen| *seen = seen.wrapping_add(1));
        painter::history_changed();
    }

    /// Asks for a look inside the model where what is shown lacks one or shows an old one.
    pub fn look_inside(self, wants: Wants) {
        let asked =
            self.inspection.try_update_value(|inspection| inspection.ask(wants, dom::now())).flatten();
        if let (Some(wants), Some(engine)) = (asked, self.engine()) {
            engine.inspect(wants);
        }
    }

    fn inspected(self, insight: Insight) {
        self.inspection.update_value(Inspection::answered);
        self.insight.update_value(|known| match known {
            Some(known) => known.update(insight),
            None => *known = Some(insight),
        });
        painter::insight_changed();
    }

    fn follow_goal(self) {
        if self.goal.read_untracked().is_none() {
            return;
        }
        let experiment = self.link.with_value(|link| link.given.clone());
        let mut goal = self.goal.get_untracked();
        let news = goal.as_mut().and_then(|watch| {
            let news = self.history.with_value(|history| watch.follow(history, &experiment))?;
            Some((watch.goal, news))
        });
        self.goal.set(goal);
        match news {
            Some((goal, State::Met(step))) => {
                crate::web::goal::keep(step);
                events::emit(&PageEvent::Goal { goal: goal.to_string(), met: true, step });
            }
            Some((goal, State::Missed)) => {
                let step = goal.by.unwrap_or_default();
                events::emit(&PageEvent::Goal { goal: goal.to_string(), met: false, step });
            }
            Some((_, State::NotYet)) | None => {}
        }
    }

    fn judge(self, step: u32) {
        let experiment = self.link.with_value(|link| link.given.clone());
        let facts = self.facts.read_untracked();
        let classes = facts.as_ref().map_or(&[][..], |facts| &facts.classes[..]);
        let verdict = self.history.with_value(|history| {
            self.memory.try_update_value(|memory| memory.judge(history, &experiment, classes))
        });
        // The store lives as long as the page.
        let Some(verdict) = verdict else { return };
        let before = self.verdict.with_untracked(|verdict| verdict.as_ref().map(|verdict| verdict.kind));
        if before != Some(verdict.kind)
            && let Some(kind) = verdict.kind.marker()
        {
            self.history.update_value(|history| history.mark(step, kind, verdict.kind.label()));
            match kind {
                MarkerKind::Collapsed => events::emit(&PageEvent::Collapse(step)),
                MarkerKind::Recovered => events::emit(&PageEvent::Recover(step)),
                _ => {}
            }
        }
        if self.verdict.read_untracked().as_ref() != Some(&verdict) {
            self.verdict.set(Some(verdict));
        }
        let findings = self.history.with_value(|history| {
            self.memory.try_update_value(|memory| memory.findings(history, &experiment, classes))
        });
        let Some(findings) = findings else { return };
        let news: Vec<&str> = self.findings.with_untracked(|old| {
            let known =
                |rule: &str| old.iter().any(|finding| finding.rule == rule && finding.until.is_none());
            let open = findings.iter().filter(|finding| finding.until.is_none());
            open.map(|finding| finding.rule).filter(|rule| !known(rule)).collect()
        });
        if *self.findings.read_untracked() != findings {
            self.findings.set(findings);
        }
        for rule in news {
            events::emit(&PageEvent::Finding(rule.to_owned()));
        }
    }

    /// The words changed: what was said about the run is said anew.
    pub fn reword(self) {
        if let Some(step) = self.history.with_value(|history| history.last().map(|last| last.step)) {
            self.judge(step);
        }
        self.touch();
    }

    /// Everything drawn from the history is out of date.
    pub fn touch(self) {
        self.seen.update(|seen| *seen = seen.wrapping_add(1));
        painter::wake();
    }
}
