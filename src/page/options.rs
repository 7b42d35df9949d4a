//! The query string: how a page shows an experiment, never what is trained.
//!
//! Must not know the browser; whoever has the query hands it in.

mod limit;
mod table;

use super::goal::Goal;
use crate::experiment::knob::{self, KNOBS};
use crate::experiment::link::{self, pairs, short};
use crate::experiment::{Experiment, remedy::Remedy};
use crate::protocol::Backend;
use crate::{t, words};
pub use limit::Limit;
use percent_encoding::{AsciiSet, utf8_percent_encode};
pub use table::table_markdown;

/// What `?embed=1&theme=dark&goal=balanced_accuracy>=0.8@400&learning_rate=hide` asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageOptions {
    /// Only chart, verdict and controls, starting on click.
    pub embed: bool,
    /// Large type and thick lines, for a room.
    pub projector: bool,
    /// `None` follows the system.
    pub theme: Option<Theme>,
    /// Code of the page's language; `None` follows the browser.
    pub language: Option<&'static str>,
    /// `None` lets the page choose.
    pub backend: Option<Backend>,
    /// Whether training begins by itself; `None` does, except in an embed.
    pub start: Option<Start>,
    /// Ids of the only charts shown, in their order; empty shows all.
    pub charts: Vec<&'static str>,
    /// What the visitor is to reach.
    pub goal: Option<Goal>,
    /// A mystery to solve: its seed or id.
    pub challenge: Option<String>,
    /// The lesson to open, by id; whether there is one is known when lessons are fetched.
    pub lesson: Option<String>,
    /// The dialogue the page opens with.
    pub open: Option<Door>,
    /// The lesson whose exercise sheet is shown for printing.
    pub sheet: Option<String>,
    /// Knobs a teacher restricted, by name, at most one entry each.
    pub knobs: Vec<(&'static str, Access)>,
    /// What was not understood, one sentence each.
    pub notices: Vec<String>,
}

/// Colours of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A dialogue that an address can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The list of lessons.
    Lessons,
    /// The form for workshop links.
    Workshop,
    /// The check of a receipt.
    Receipt,
}

impl Door {
    const NAMES: &[(Door, &str)] =
        &[(Door::Lessons, "lessons"), (Door::Workshop, "workshop"), (Door::Receipt, "receipt")];

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(door, _)| *door == self).map_or("", |(_, name)| name)
    }

    fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(door, _)| *door)
    }
}

/// What the run does as the page opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Trains at once.
    Playing,
    /// Waits at step 0.
    Paused,
}

/// How a knob is restricted.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// Not shown.
    Hide,
    /// Shown, cannot be moved.
    Lock,
    /// Moves within a smaller range.
    Limit(Limit),
}

impl PageOptions {
    /// Reads a query, with or without its `?`. Never fails; what is not understood is named in a
    /// notice, except for the keys that trackers add.
    pub fn read(query: &str) -> Self {
        let mut options = Self::default();
        for (key, value) in pairs(query) {
            if let Err(allowed) = options.apply(&key, &value) {
                let notice = t!("options.wrong", key = short(&key), value = short(&value), allowed = allowed);
                options.notices.push(notice);
            }
        }
        options
    }

    /// The query without its `?`, keys in the order of the README's table; the inverse of
    /// [`PageOptions::read`].
    pub fn write(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let mut put = |key, value: Option<&str>| {
            if let Some(value) = value {
                pairs.push((key, value.to_owned()));
            }
        };
        put("embed", self.embed.then_some("1"));
        put("projector", self.projector.then_some("1"));
        put("theme", self.theme.map(|theme| if theme == Theme::Dark { "dark" } else { "light" }));
        put("lang", self.language);
        put("backend", self.backend.map(|backend| if backend == Backend::Gpu { "gpu" } else { "cpu" }));
        put("start", self.start.map(|start| if start == Start::Paused { "paused" } else { "playing" }));
        put("charts", (!self.charts.is_empty()).then(|| self.charts.join(",")).as_deref());
        put("goal", self.goal.map(|goal| goal.to_string()).as_deref());
        put("challenge", self.challenge.as_deref());
        put("lesson", self.lesson.as_deref());
        put("open", self.open.map(Door::name));
        put("sheet", self.sheet.as_deref());
        for knob in KNOBS {
            put(knob.name, self.access(knob.name).map(Access::text).as_deref());
        }
        let encode = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        let pairs: Vec<String> =
            pairs.iter().map(|(key, value)| [key, "=", &encode(value)].concat()).collect();
        pairs.join("&")
    }

    /// The restriction on the knob called `name`.
    pub fn access(&self, name: &str) -> Option<&Access> {
        self.knobs.iter().find(|(knob, _)| *knob == name).map(|(_, access)| access)
    }

    /// The limit of the knob called `name`, if it has one.
    pub fn limit(&self, name: &str) -> Option<&Limit> {
        match self.access(name) {
            Some(Access::Limit(limit)) => Some(limit),
            _ => None,
        }
    }

    /// Sets the restriction on a knob, or takes it away.
    pub fn restrict(&mut self, name: &'static str, access: Option<Access>) {
        self.knobs.retain(|(knob, _)| *knob != name);
        self.knobs.extend(access.map(|access| (name, access)));
    }

    /// Moves every limited knob inside its limit; what was moved, one sentence each.
    pub fn fit(&self, experiment: &mut Experiment) -> Vec<String> {
        let mut moved = Vec::new();
        for knob in KNOBS {
            let value = knob.get(experiment);
            let Some(inside) = self.limit(knob.name).and_then(|limit| limit.fit(&value)) else { continue };
            let (was, now) = (knob.describe(&value), knob.describe(&inside));
            // A limit lies inside the knob's own range and is of its kind.
            if knob.set(experiment, inside).is_ok() {
                moved.push(t!("options.moved", setting = knob.label(), was = was, now = now));
            }
        }
        moved
    }

    /// The first setting of `experiment` outside its limit, for programs that must be told.
    pub fn refusal(&self, experiment: &Experiment) -> Option<String> {
        KNOBS.iter().find_map(|knob| {
            let (limit, value) = (self.limit(knob.name)?, knob.get(experiment));
            limit.fit(&value)?;
            let (was, allowed) = (knob.text(&value), limit.range());
            Some(t!("options.refused", setting = knob.name, was = was, allowed = allowed))
        })
    }

    /// Whether a remedy's button makes sense here: it moves nothing a teacher hid or fixed, and
    /// something even within the limits.
    pub fn offers(&self, remedy: &Remedy, experiment: &Experiment) -> bool {
        let mut after = remedy.apply(experiment);
        self.fit(&mut after);
        let out_of_reach = |name: &str| matches!(self.access(name), Some(Access::Hide | Access::Lock));
        let mut moved = KNOBS.iter().filter(|knob| knob.get(&after) != knob.get(experiment)).peekable();
        (moved.peek().is_some() || remedy.needs_restart) && moved.all(|knob| !out_of_reach(knob.name))
    }

    fn apply(&mut self, key: &str, value: &str) -> Result<(), String> {
        let switch = |value: &str| match value {
            "1" | "on" | "true" | "" => Ok(true),
            "0" | "off" | "false" => Ok(false),
            _ => Err(t!("options.use.switch").to_owned()),
        };
        match (key, value) {
            ("embed", _) => self.embed = switch(value)?,
            ("projector", _) => self.projector = switch(value)?,
            ("theme", "light") => self.theme = Some(Theme::Light),
            ("theme", "dark") => self.theme = Some(Theme::Dark),
            ("theme", "auto") => self.theme = None,
            ("theme", _) => return Err(t!("options.use.theme").to_owned()),
            ("backend", "cpu") => self.backend = Some(Backend::Cpu),
            ("backend", "gpu" | "webgpu") => self.backend = Some(Backend::Gpu),
            ("backend", "auto") => self.backend = None,
            ("backend", _) => return Err(t!("options.use.backend").to_owned()),
            ("start", "paused") => self.start = Some(Start::Paused),
            ("start", "playing") => self.start = Some(Start::Playing),
            ("start", _) => return Err(t!("options.use.start").to_owned()),
            ("lang", _) => {
                self.language = Some(words::language(value).ok_or_else(|| t!("options.use.lang").to_owned())?)
            }
            ("charts", _) => self.charts = charts(value)?,
            ("goal", _) => self.goal = Some(Goal::parse(value)?),
            ("challenge", _) => self.challenge = Some(short(value)),
            ("lesson", _) if is_id(value) => self.lesson = Some(value.to_owned()),
            ("lesson", _) => return Err(t!("options.use.lesson").to_owned()),
            ("open", _) => {
                self.open = Some(Door::named(value).ok_or_else(|| t!("options.use.open").to_owned())?)
            }
            ("sheet", _) if is_id(value) => self.sheet = Some(value.to_owned()),
            ("sheet", _) => return Err(t!("options.use.lesson").to_owned()),
            _ => return self.apply_knob(key, value),
        }
        Ok(())
    }

    fn apply_knob(&mut self, key: &str, value: &str) -> Result<(), String> {
        let Some(knob) = knob::knob(key) else {
            let restriction = value == "hide" || value == "lock" || value.starts_with("limit:");
            return match (restriction, is_tracker(key)) {
                (true, _) => Err(t!("options.use.setting").to_owned()),
                (false, true) => Ok(()),
                (false, false) => Err(t!("options.use.known").to_owned()),
            };
        };
        let access = match (value, value.strip_prefix("limit:")) {
            ("hide", _) => Access::Hide,
            ("lock", _) => Access::Lock,
            (_, Some(limit)) => Access::Limit(Limit::parse(knob, limit)?),
            _ => return Err(t!("options.use.access").to_owned()),
        };
        self.restrict(knob.name, Some(access));
        Ok(())
    }
}

impl Access {
    /// As links write it.
    pub fn text(&self) -> String {
        match self {
            Self::Hide => "hide".to_owned(),
            Self::Lock => "lock".to_owned(),
            Self::Limit(limit) => ["limit:", &limit.text()].concat(),
        }
    }
}

/// Whether a text can name a lesson, and no other file.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 40 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// The ids in a list such as `shares,loss`, each once.
fn charts(list: &str) -> Result<Vec<&'static str>, String> {
    let mut ids: Vec<&'static str> = Vec::new();
    for wanted in list.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        let Some(id) = chart_ids().find(|id| *id == wanted) else {
            let known: Vec<_> = chart_ids().collect();
            return Err(t!("options.use.charts", known = known.join(", ")));
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

#[cfg(feature = "charts")]
fn chart_ids() -> impl Iterator<Item = &'static str> {
    crate::chart::CHARTS.iter().map(|row| row.id)
}

/// A worker shows none.
#[cfg(not(feature = "charts"))]
fn chart_ids() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

/// Keys that mail programs and networks add to links on their own.
fn is_tracker(key: &str) -> bool {
    key.starts_with("utm") || ["fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "ref"].contains(&key)
}

/// A query also holds these as they are (RFC 3986); goals are easier to read with them.
const ESCAPED: &AsciiSet = &link::ESCAPED.remove(b'=').remove(b'@');

#[cfg(test)]
mod tests;
