//! The gallery: named experiments, each with a promise that a test keeps.
//!
//! Its words are `scenario.<id>.*` in `lang/`. Must not know how the promise is tested. To add a
//! scenario, add a row and its words; its id stays for ever.

use super::knob::{Value, knob};
use super::remedy::Remedy;
use super::{Experiment, link};
use crate::words;

mod table;

pub use table::SCENARIOS;

/// One experiment worth looking at.
#[derive(Debug)]
pub struct Scenario {
    /// Key in links (`scenario=<id>`) and of its words; never renamed.
    pub id: &'static str,
    /// Section of the gallery.
    pub group: Group,
    /// The promise for a test.
    pub expectation: Expectation,
    /// Knobs that differ from the default, as a link writes them.
    pub settings: &'static str,
    /// What cures it, if anything does.
    pub cure: Option<Cure>,
}

/// A scenario's remedy as the table writes it.
#[derive(Debug)]
pub struct Cure {
    /// Knobs it sets, as a link writes them.
    pub settings: &'static str,
    /// The run must begin again from the same weights.
    pub needs_restart: bool,
}

/// Sections of the gallery, in page order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Real handwritten digits.
    Digits,
    /// The article's examples, with something to learn put in: they collapse and recover.
    Curable,
    /// The article's examples exactly as written: nothing can be learned.
    AsWritten,
}

impl Group {
    /// Every group in page order.
    pub const ALL: &[Group] = &[Group::Digits, Group::Curable, Group::AsWritten];

    /// Heading on the page.
    pub fn label(self) -> &'static str {
        words::say(match self {
            Self::Digits => "scenario_group.digits",
            Self::Curable => "scenario_group.curable",
            Self::AsWritten => "scenario_group.as_written",
        })
    }
}

/// What happens, in terms of the verdict (see the diagnosis) and steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Collapsed, or minority collapse, at `by_step`. Then the cure is applied; `after_steps` later
    /// (counted anew when it restarts the run) the verdict is recovered, or healthy or recovered
    /// after a restart.
    CollapsesThenRecovers {
        /// Step at which it has collapsed.
        by_step: u32,
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
}

/// The scenario with this id.
pub fn named(id: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.id == id)
}

impl Scenario {
    /// On the card.
    pub fn title(&self) -> &'static str {
        self.words("title")
    }

    /// One line: what the visitor will see. Class words.
    pub fn promise(&self) -> &'static str {
        self.words("promise")
    }

    /// One or two sentences: why it happens. Class words.
    pub fn cause(&self) -> &'static str {
        self.words("cause")
    }

    fn words(&self, part: &str) -> &'static str {
        words::say(&["scenario.", self.id, ".", part].concat())
    }

    /// The experiment it starts.
    pub fn experiment(&self) -> Experiment {
        link::read(self.settings).experiment
    }

    /// What cures it, with class words on its button (`scenario.<id>.cure`) and below it.
    pub fn remedy(&self) -> Option<Remedy> {
        self.cure.as_ref().map(|cure| {
            let mut remedy = Remedy::new(self.words("cure"), self.words("cure.help"));
            remedy.needs_restart = cure.needs_restart;
            remedy.patch = patch(cure.settings);
            remedy
        })
    }

    /// The fragment of a link that opens it in full, readable even if scenarios change.
    pub fn link(&self) -> String {
        link::write(&self.experiment())
    }
}

/// Knobs and values of `name=value&name=value` from the table.
fn patch(settings: &str) -> Vec<(&'static str, Value)> {
    let pairs = settings.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, text)| {
            let knob = knob(name).expect("the table names knobs");
            (knob.name, knob.parse(text).expect("the table has values of the knob's kind"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_without_a_notice_and_survives_its_link() {
        for scenario in SCENARIOS {
            let linked = link::read(scenario.settings);
            assert_eq!(linked.notices, Vec::<String>::new(), "{}", scenario.id);
            assert_eq!(link::read(&scenario.link()).experiment, scenario.experiment());
            assert_eq!(link::read(&format!("scenario={}", scenario.id)).experiment, scenario.experiment());
        }
    }

    #[test]
    fn promises_fit_the_experiment() {
        for scenario in SCENARIOS {
            let experiment = scenario.experiment();
            let no_signal = matches!(scenario.expectation, Expectation::NoSignal { .. });
            assert_eq!(experiment.has_no_signal(), no_signal, "{}", scenario.id);
            assert_eq!(scenario.group == Group::AsWritten, no_signal, "{}", scenario.id);
            let collapses = matches!(scenario.expectation, Expectation::CollapsesThenRecovers { .. });
            match scenario.remedy() {
                Some(remedy) => assert!(remedy.changes(&experiment), "{}", scenario.id),
                None => assert!(!collapses, "{} needs a cure", scenario.id),
            }
        }
    }

    #[test]
    fn ids_are_unique_and_found() {
        for (index, scenario) in SCENARIOS.iter().enumerate() {
            assert!(SCENARIOS[index + 1..].iter().all(|other| other.id != scenario.id));
            assert_eq!(named(scenario.id).map(|found| found.id), Some(scenario.id));
        }
        assert!(named("nonsense").is_none());
    }
}
