//! The query string: how a page shows an experiment, never what is trained.
//!
//! Must not know the browser; whoever has the query hands it in.

use super::{pairs, short};
use crate::experiment::knob;
use crate::protocol::Backend;
use crate::{t, words};

/// What `?embed=1&theme=dark&backend=cpu&learning_rate=hide` asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageOptions {
    /// Only chart, verdict and controls, starting on click.
    pub embed: bool,
    /// `None` follows the system.
    pub theme: Option<Theme>,
    /// Code of the page's language; `None` follows the browser.
    pub language: Option<&'static str>,
    /// `None` lets the page choose.
    pub backend: Option<Backend>,
    /// Knobs a teacher took away, by name, at most one entry each.
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

/// How a knob is restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Not shown.
    Hide,
    /// Shown, cannot be moved.
    Lock,
}

impl PageOptions {
    /// Reads a query, with or without its `?`. Never fails; keys that are nobody's business here
    /// (trackers add some) are passed over in silence.
    pub fn read(query: &str) -> Self {
        let mut options = Self::default();
        for (key, value) in pairs(query) {
            if let Err(allowed) = options.apply(&key, &value) {
                options.notices.push(t!(
                    "notice.option",
                    key = &key,
                    value = short(&value),
                    allowed = allowed
                ));
            }
        }
        options
    }

    /// The restriction on the knob called `name`.
    pub fn access(&self, name: &str) -> Option<Access> {
        self.knobs.iter().find(|(knob, _)| *knob == name).map(|(_, access)| *access)
    }

    fn apply(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match (key, value) {
            ("embed", "1" | "on" | "true" | "") => self.embed = true,
            ("embed", "0" | "off" | "false") => self.embed = false,
            ("embed", _) => return Err(t!("notice.option.embed")),
            ("theme", "light") => self.theme = Some(Theme::Light),
            ("theme", "dark") => self.theme = Some(Theme::Dark),
            ("theme", "auto") => self.theme = None,
            ("theme", _) => return Err(t!("notice.option.theme")),
            ("backend", "cpu") => self.backend = Some(Backend::Cpu),
            ("backend", "gpu" | "webgpu") => self.backend = Some(Backend::Gpu),
            ("backend", "auto") => self.backend = None,
            ("backend", _) => return Err(t!("notice.option.backend")),
            ("lang", _) => self.language = Some(words::language(value).ok_or(t!("notice.option.language"))?),
            _ => return self.restrict(key, value),
        }
        Ok(())
    }

    fn restrict(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        let access = match value {
            "hide" => Some(Access::Hide),
            "lock" => Some(Access::Lock),
            _ => None,
        };
        match (knob::knob(key), access) {
            (Some(knob), Some(access)) => {
                self.knobs.retain(|(name, _)| *name != knob.name);
                self.knobs.push((knob.name, access));
            }
            (Some(_), None) => return Err(t!("notice.option.access")),
            (None, Some(_)) => return Err(t!("notice.option.knob")),
            (None, None) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_teachers_link() {
        let options = PageOptions::read("?embed=1&theme=dark&backend=cpu&learning_rate=hide&data=lock&utm=x");
        let expected = PageOptions {
            embed: true,
            theme: Some(Theme::Dark),
            language: None,
            backend: Some(Backend::Cpu),
            knobs: vec![("learning_rate", Access::Hide), ("data", Access::Lock)],
            notices: Vec::new(),
        };
        assert_eq!(options, expected);
        assert_eq!(options.access("data"), Some(Access::Lock));
        assert_eq!(options.access("depth"), None);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let options = PageOptions::read("theme=pink&backend=tpu&learning_rate=0.1&learnign_rate=hide");
        assert_eq!(
            options.notices,
            [
                "?theme=pink: use light, dark or auto",
                "?backend=tpu: use cpu, gpu or auto",
                "?learning_rate=0.1: use hide or lock; the setting itself belongs after #",
                "?learnign_rate=hide: use the name of a setting before =hide or =lock",
            ]
        );
        let silent = PageOptions { notices: Vec::new(), ..options };
        assert_eq!(silent, PageOptions::default());
    }

    #[test]
    fn the_last_of_two_restrictions_wins() {
        let options = PageOptions::read("depth=hide&depth=lock&embed&theme=dark&theme=auto");
        assert_eq!(options.knobs, [("depth", Access::Lock)]);
        assert!(options.embed && options.theme.is_none());
    }
}
