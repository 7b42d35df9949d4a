//! The state of the map's page and everything that changes it.
//!
//! Must not know how anything is shown: views read its signals and call its methods.

use super::pool::{Pool, PoolEvent};
use super::{export, hook};
use crate::experiment::knob::knob;
use crate::experiment::link;
use crate::map::crew::Phase;
use crate::map::query::{self, Asked};
use crate::map::theory::{Absent, Calibration, Curvature, Known, Law, Line};
use crate::map::{Axis, Grid, MapSpec, Measure, Plan, share, theory};
use crate::page::options::Theme;
use crate::t;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Handles to the page's state; cheap to copy into every closure.
#[derive(Clone, Copy)]
pub struct Atlas {
    /// The map as the visitor wants it next.
    pub draft: RwSignal<MapSpec>,
    /// The map that is shown; the draft until something is trained.
    pub spec: RwSignal<MapSpec>,
    /// What is known of it.
    pub grid: RwSignal<Grid>,
    /// What colours show.
    pub measure: RwSignal<Measure>,
    /// Which laws are drawn, in the order of [`Law::ALL`].
    pub laws: RwSignal<[bool; 4]>,
    /// What theory says, law by law.
    pub theory: RwSignal<Vec<Result<Vec<Line>, Absent>>>,
    /// How well the escape line does.
    pub calibration: RwSignal<Option<Calibration>>,
    /// Curvature before the first step, where measured.
    pub curvature: RwSignal<Option<Curvature>>,
    /// The cell the keyboard is on.
    pub selected: RwSignal<Option<usize>>,
    /// The cell under the pointer, which is read instead.
    pub hovered: RwSignal<Option<usize>>,
    /// Where training is.
    pub phase: RwSignal<Phase>,
    /// How far it is.
    pub progress: RwSignal<Progress>,
    /// The outcomes came with a link or file.
    pub opened: RwSignal<bool>,
    /// Messages, the newest last.
    pub notices: RwSignal<Vec<String>>,
    /// Colours of the page.
    pub theme: RwSignal<Theme>,
    /// Code of the language in use.
    pub language: RwSignal<&'static str>,
    pool: StoredValue<Pool, LocalStorage>,
}

/// How far a map is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// 0 to 1.
    pub share: f64,
    /// Milliseconds left, once there is a pace.
    pub left: Option<f64>,
    /// Milliseconds of training so far.
    pub millis: f64,
    /// CPU and GPU workers that are up.
    pub workers: (usize, usize),
}

impl Atlas {
    /// The page of an address.
    pub fn new(asked: Asked, theme: Theme, language: &'static str) -> Self {
        let Asked { spec, measure, packed, mut notices } = asked;
        let opened = packed.map(|packed| share::unpack(&spec, &packed));
        let (columns, rows) = spec.size();
        let (grid, is_opened) = match opened {
            Some(Ok(grid)) => (grid, true),
            Some(Err(reason)) => {
                notices.push(reason);
                (Grid::new(columns * rows), false)
            }
            None => (Grid::new(columns * rows), false),
        };
        let phase = if is_opened { Phase::Finished } else { Phase::Idle };
        let phase = RwSignal::new(phase);
        let atlas = Self {
            draft: RwSignal::new(spec.clone()),
            spec: RwSignal::new(spec),
            grid: RwSignal::new(grid),
            measure: RwSignal::new(measure),
            laws: RwSignal::new([true; 4]),
            theory: RwSignal::new(Vec::new()),
            calibration: RwSignal::new(None),
            curvature: RwSignal::new(None),
            selected: RwSignal::new(None),
            hovered: RwSignal::new(None),
            phase,
            progress: RwSignal::new(Progress::default()),
            opened: RwSignal::new(is_opened),
            notices: RwSignal::new(notices),
            theme: RwSignal::new(theme),
            language: RwSignal::new(language),
            pool: StoredValue::new_local(Pool::default()),
        };
        atlas.pool.with_value(|pool| pool.listen(move |event| atlas.hear(event)));
        atlas.think();
        atlas
    }

    /// Changes what is wanted; shown at once while nothing is trained.
    pub fn want(self, change: impl FnOnce(&mut MapSpec)) {
        self.draft.update(change);
        if self.grid.read_untracked().trained() == 0 && self.phase.get_untracked() == Phase::Idle {
            self.show_draft();
        }
    }

    /// Whether the map shown is not the one wanted.
    pub fn is_outdated(self) -> bool {
        *self.draft.read() != *self.spec.read()
    }

    /// Trains the map wanted from its first cell.
    pub fn train(self) {
        self.show_draft();
        self.opened.set(false);
        let spec = self.spec.get_untracked();
        self.write_address();
        self.pool.with_value(|pool| pool.start(&spec));
    }

    /// Waits, or goes on.
    pub fn pause(self, pause: bool) {
        self.pool.with_value(|pool| pool.pause(pause));
    }

    /// Gives the rest of the map up.
    pub fn cancel(self) {
        self.pool.with_value(Pool::cancel);
    }

    /// Shows a finished map from a file.
    pub fn open(self, spec: MapSpec, measure: Measure, grid: Grid) {
        self.pool.with_value(Pool::cancel);
        self.draft.set(spec.clone());
        self.spec.set(spec);
        self.grid.set(grid);
        self.measure.set(measure);
        self.curvature.set(None);
        self.selected.set(None);
        self.opened.set(true);
        self.phase.set(Phase::Finished);
        self.write_address();
        self.think();
    }

    /// Chooses what colours show.
    pub fn show(self, measure: Measure) {
        self.measure.set(measure);
        self.write_address();
    }

    /// The cell that is read: the one under the pointer, else the one the keyboard is on.
    pub fn read_cell(self) -> Option<usize> {
        self.hovered.get().or_else(|| self.selected.get())
    }

    /// Address of the page with the experiment of a cell, its first seed.
    pub fn experiment_address(self, cell: usize) -> Option<String> {
        let spec = self.spec.read_untracked();
        let place = spec.places().get(cell).copied()?;
        Some([&page(), "#", &link::write(&spec.run(place, 0))].concat())
    }

    /// Address of the page with the experiment all cells share.
    pub fn base_address(self) -> String {
        [&page(), "#", &link::write(&self.draft.read().base)].concat()
    }

    /// Opens a cell's experiment in a tab of its own, so that the map stays.
    pub fn open_cell(self, cell: usize) {
        let Some(address) = self.experiment_address(cell) else { return };
        let opened = window().open_with_url_and_target(&address, "_blank");
        if !matches!(opened, Ok(Some(_))) {
            // A frame that may open no window becomes the experiment; its way back is the browser's.
            let _ = window().location().set_href(&address);
        }
    }

    /// The link to this map, with its outcomes once there are some.
    pub fn link(self) -> String {
        let spec = self.spec.read_untracked();
        let grid = self.grid.read_untracked();
        let packed = (grid.trained() > 0).then(|| share::pack(&spec, &grid));
        let query = query::write(&spec, self.measure.get_untracked());
        [&page(), "?", &query, "#", &query::fragment(&spec, packed.as_deref())].concat()
    }

    /// Says something to the visitor.
    pub fn notify(self, text: String) {
        self.notices.update(|notices| {
            if notices.last() != Some(&text) {
                notices.push(text);
            }
        });
    }

    /// Another axis for the map wanted; the two never show the same setting.
    pub fn want_axis(self, across: bool, name: &str) {
        let Some(axis) = knob(name).and_then(Axis::new) else { return };
        self.want(|spec| {
            let (own, other) = if across { (&mut spec.x, &mut spec.y) } else { (&mut spec.y, &mut spec.x) };
            if other.knob.name == axis.knob.name {
                *other = *own;
            }
            *own = axis;
        });
    }

    fn show_draft(self) {
        let spec = self.draft.get_untracked();
        let (columns, rows) = spec.size();
        self.grid.set(Grid::new(columns * rows));
        if *self.spec.read_untracked() != spec {
            self.selected.set(None);
            self.curvature.set(None);
        }
        self.hovered.set(None);
        self.spec.set(spec);
        self.phase.set(Phase::Idle);
        self.think();
    }

    fn hear(self, event: PoolEvent) {
        match event {
            PoolEvent::Cells(cells) => {
                self.grid.update(|grid| cells.into_iter().for_each(|(cell, runs)| grid.put(cell, runs)));
            }
            PoolEvent::Changed(phase, progress) => {
                self.progress.set(progress);
                if self.phase.get_untracked() != phase {
                    self.phase.set(phase);
                    self.think();
                }
            }
            PoolEvent::Finished => {
                self.write_address();
                hook::settle(self);
                if self.curvature.read_untracked().is_none() {
                    let wanted = Curvature::wanted(&self.spec.read_untracked());
                    self.pool.with_value(|pool| pool.measure(wanted));
                }
            }
            PoolEvent::Curvature(largest) => {
                let curvature = Curvature::new(&self.spec.read_untracked(), &largest);
                self.curvature.set(curvature);
                self.think();
            }
            PoolEvent::Broke(reason) => self.notify(t!("map.broke", reason = reason)),
            PoolEvent::Stuck(reason) => self.notify(t!("map.stuck", reason = reason)),
        }
    }

    /// What theory says now.
    pub fn think(self) {
        let spec = self.spec.read_untracked();
        let grid = self.grid.read_untracked();
        let curvature = self.curvature.read_untracked();
        let (columns, rows) = spec.size();
        let plan = Plan::new(columns, rows);
        let known = Known { spec: &spec, grid: &grid, plan: &plan, curvature: curvature.as_ref() };
        self.theory.set(Law::ALL.into_iter().map(|law| law.lines(&known)).collect());
        self.calibration.set(theory::calibration(&known));
    }

    /// Keeps the address bar the map's: a reload or the way back finds it as it is.
    fn write_address(self) {
        let link = self.link();
        let Ok(history) = window().history() else { return };
        // Sandboxed frames refuse; then the link below the map still gives it.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&link));
    }

    /// Looks at the pool again: time has passed.
    pub fn refresh(self) {
        self.pool.with_value(Pool::report);
    }

    /// For tests and measurements: what the pool measured.
    pub fn pace(self) -> (Option<f64>, Option<f64>) {
        self.pool.with_value(Pool::pace)
    }

    /// Breaks one worker on purpose, for tests.
    pub fn sabotage(self) {
        self.pool.with_value(Pool::sabotage);
    }

    /// Saves the map in some form.
    pub fn save(self, form: export::Form) {
        if let Err(reason) = export::save(self, form) {
            self.notify(reason);
        }
    }
}

/// Address of the page without query and fragment.
fn page() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}
