//! The gallery: named experiments, each with a promise that a test keeps.
//!
//! Its words are `scenario.<id>.*` in `lang/`. Must not know how the promise is tested. To add a
//! scenario, add a row and its words; its id stays for ever.

use super::knob::{Value, knob};
use super::remedy::Remedy;
use super::{Experiment, link};
use crate::words;

mod expectation;
mod table;

pub use expectation::{Ending, Expectation, Oddity};
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
    /// The run must begin again from the same weights although the knobs are live.
    pub needs_restart: bool,
}

/// Sections of the gallery, in page order: the six steps of the article's checklist and two more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What is in the data.
    Data,
    /// Whether training sees enough, and fitting, variety.
    Augmentation,
    /// One class crowds out the others.
    Imbalance,
    /// The network, its units and its initial weights.
    Architecture,
    /// Learning rate, optimiser, loss and regularisation.
    Training,
    /// The test data and what is read from them.
    Validation,
    /// Runs that look wrong and are not.
    Odd,
    /// The article's examples exactly as written: nothing can be learned.
    AsWritten,
}

impl Group {
    /// Every group in page order.
    pub const ALL: &[Group] = &[
        Group::Data,
        Group::Augmentation,
        Group::Imbalance,
        Group::Architecture,
        Group::Training,
        Group::Validation,
        Group::Odd,
        Group::AsWritten,
    ];

    /// Heading on the page.
    pub fn label(self) -> &'static str {
        words::say(match self {
            Self::Data => "scenario_group.data",
            Self::Augmentation => "scenario_group.augmentation",
            Self::Imbalance => "scenario_group.imbalance",
            Self::Architecture => "scenario_group.architecture",
            Self::Training => "scenario_group.training",
            Self::Validation => "scenario_group.validation",
            Self::Odd => "scenario_group.odd",
            Self::AsWritten => "scenario_group.as_written",
        })
    }
}

/// The scenario with this id.
pub fn named(id: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.id == id)
}

/// The README's table: group, title, id, promise in a word and in full.
pub fn table_markdown() -> String {
    let mut table =
        String::from("| scenario | what you see | in a word | `#scenario=` |\n|---|---|---|---|\n");
    for group in Group::ALL {
        table += &format!("| **{}** | | | |\n", group.label());
        for scenario in SCENARIOS.iter().filter(|scenario| scenario.group == *group) {
            let ending = scenario.expectation.ending().label();
            table += &format!(
                "| {} | {} | {ending} | `{}` |\n",
                scenario.title(),
                scenario.promise(),
                scenario.id
            );
        }
    }
    table
}

impl Scenario {
    /// The scenario that `experiment` is, whatever its seeds.
    pub fn of(experiment: &Experiment) -> Option<&'static Self> {
        SCENARIOS.iter().find(|scenario| {
            let own = scenario.experiment();
            Experiment { seeds: experiment.seeds.clone(), ..own } == *experiment
        })
    }

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
            let ending = scenario.expectation.ending();
            assert_eq!(experiment.has_no_signal(), ending == Ending::Incurable, "{}", scenario.id);
            assert_eq!(scenario.group == Group::AsWritten, ending == Ending::Incurable, "{}", scenario.id);
            match scenario.remedy() {
                Some(remedy) => assert!(remedy.changes(&experiment), "{}", scenario.id),
                None => assert!(
                    matches!(ending, Ending::Healthy | Ending::Incurable),
                    "{} needs a cure",
                    scenario.id
                ),
            }
        }
    }

    #[test]
    fn every_scenario_has_its_words_and_every_group_a_scenario() {
        for scenario in SCENARIOS {
            let parts: &[_] = if scenario.cure.is_some() { &["cure", "cure.help"] } else { &[] };
            for part in ["title", "promise", "cause"].iter().chain(parts) {
                let key = ["scenario.", scenario.id, ".", part].concat();
                assert!(words::find(&key).is_some(), "no words for {key}");
            }
        }
        for group in Group::ALL {
            assert!(SCENARIOS.iter().any(|scenario| scenario.group == *group), "{group:?} is empty");
            assert!(!group.label().starts_with("scenario_group"), "{group:?} has no heading");
        }
        assert!(Ending::ALL.iter().all(|ending| !ending.label().starts_with("scenario_ending")));
    }

    #[test]
    fn a_scenario_is_known_by_its_settings_whatever_the_seeds() {
        for scenario in SCENARIOS {
            let mut experiment = scenario.experiment();
            experiment.seeds.weights = 77;
            assert_eq!(Scenario::of(&experiment).map(|found| found.id), Some(scenario.id));
            experiment.live.learning_rate = 0.123;
            assert!(Scenario::of(&experiment).is_none());
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
