//! Which scenarios a visitor's search finds.
//!
//! Must not know how they are shown.

use crate::experiment::scenario::{Ending, Scenario};

/// What is looked for; the default finds everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScenarioFilter {
    /// Words that must all occur, in any order and case.
    pub words: String,
    /// Only scenarios that end so.
    pub ending: Option<Ending>,
}

impl ScenarioFilter {
    /// Whether a scenario fits: each word occurs in what its card says, its section, its badge or the
    /// names of the settings it changes.
    pub fn finds(&self, scenario: &Scenario) -> bool {
        let ending = scenario.expectation.ending();
        if self.ending.is_some_and(|wanted| wanted != ending) {
            return false;
        }
        let cure = scenario.cure.as_ref().map_or("", |cure| cure.settings);
        let said = [
            scenario.title(),
            scenario.promise(),
            scenario.cause(),
            scenario.group.label(),
            ending.label(),
            scenario.id,
            scenario.settings,
            cure,
        ];
        let said = said.join(" ").to_lowercase();
        self.words.to_lowercase().split_whitespace().all(|word| said.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::scenario::SCENARIOS;

    fn found(words: &str, ending: Option<Ending>) -> Vec<&'static str> {
        let filter = ScenarioFilter { words: words.to_owned(), ending };
        SCENARIOS.iter().filter(|scenario| filter.finds(scenario)).map(|scenario| scenario.id).collect()
    }

    #[test]
    fn everything_without_a_wish_and_nothing_for_nonsense() {
        assert_eq!(found("", None).len(), SCENARIOS.len());
        assert_eq!(found("  ", None).len(), SCENARIOS.len());
        assert_eq!(found("xyzzy", None), Vec::<&str>::new());
    }

    #[test]
    fn words_in_any_case_and_order_and_names_of_settings() {
        assert!(found("ZEROS weights", None).contains(&"zeros"));
        assert_eq!(found("weight_decay shrink", None), ["weight_decay"]);
        assert!(found("shares", None).contains(&"digits_starved"));
    }

    #[test]
    fn an_ending_narrows_further() {
        assert_eq!(
            found("", Some(Ending::Incurable)),
            ["imbalance_as_written", "augmentation_as_written", "learning_rate_as_written"]
        );
        assert_eq!(found("zeros", Some(Ending::Incurable)), Vec::<&str>::new());
    }
}
