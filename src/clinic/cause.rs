//! Causes: what speaks for and against each, how sure that makes it, and what is missing to be surer.
//!
//! Every cause is a list of tests over signs and answers. A test adds evidence in nats of log odds; what
//! it needs and nobody knows is missing. Must not know where signs come from.

mod table;

use super::case::Case;
use super::question::Question;
use super::sign::{Need, Sign};
use crate::experiment::scenario;
use crate::{t, words};
pub use table::CAUSES;

/// Why a model may not have learned.
pub struct Cause {
    /// Stable name, of its words too.
    pub name: &'static str,
    /// Scenario that shows it here.
    pub scenario: &'static str,
    /// Log odds before anything is known.
    prior: f32,
    /// What speaks for or against it.
    tests: &'static [Test],
}

/// What is looked at, and what it says.
enum Test {
    /// A number; the largest evidence it can give, and the evidence at a value.
    Sign(Sign, f32, fn(f32) -> f32),
    /// An answer; the evidence of each choice.
    Answer(Question, &'static [(&'static str, f32)]),
}

/// Something that speaks for or against a cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Clue {
    /// In words, with its number.
    pub text: String,
    /// Evidence in nats; above 0 speaks for the cause.
    pub weight: f32,
}

/// A cause judged in a case.
pub struct Judged {
    /// The cause.
    pub cause: &'static Cause,
    /// What speaks for and against it, the strongest first.
    pub clues: Vec<Clue>,
    /// What is missing, with the evidence it could give; the most telling first.
    pub needs: Vec<(Need, f32)>,
    /// Log odds.
    pub score: f32,
}

/// How sure a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Not excluded.
    Unlikely,
    /// Something speaks for it.
    Possible,
    /// More likely than not.
    Likely,
    /// Hardly to be doubted.
    Sure,
}

impl Cause {
    /// A few words.
    pub fn title(&self) -> &'static str {
        self.words("title")
    }

    /// Why this makes a model fail.
    pub fn why(&self) -> &'static str {
        self.words("why")
    }

    /// What to try first.
    pub fn cure(&self) -> &'static str {
        self.words("cure")
    }

    /// Fragment of the link that opens the nearest experiment.
    pub fn link(&self) -> String {
        scenario::named(self.scenario).map(scenario::Scenario::link).unwrap_or_default()
    }

    fn words(&self, part: &str) -> &'static str {
        words::say(&["clinic.cause.", self.name, ".", part].concat())
    }

    fn judge(&'static self, case: &Case) -> Judged {
        let (mut clues, mut needs, mut score) = (Vec::new(), Vec::new(), self.prior);
        for test in self.tests {
            let (weight, text) = match test {
                Test::Sign(sign, most, weigh) => match sign.of(case) {
                    Some(value) => (weigh(value), sign.text(value)),
                    None => {
                        needs.push((sign.need(case), *most));
                        continue;
                    }
                },
                Test::Answer(question, choices) => match case.answers.get(*question) {
                    Some(answer) => {
                        let weight =
                            choices.iter().find(|(name, _)| *name == answer).map_or(0.0, |found| found.1);
                        let value = case.answers.text(*question).unwrap_or_default();
                        (weight, t!("clinic.answered", question = question.label(), answer = value))
                    }
                    None => {
                        let most = choices.iter().map(|(_, weight)| weight.abs()).fold(0.0, f32::max);
                        needs.push((Need::Answer(*question), most));
                        continue;
                    }
                },
            };
            score += weight;
            if weight != 0.0 {
                clues.push(Clue { text, weight });
            }
        }
        clues.sort_by(|a: &Clue, b: &Clue| b.weight.abs().total_cmp(&a.weight.abs()));
        Judged { cause: self, clues, needs: merged(needs), score }
    }
}

impl Judged {
    /// Between 0 and 1; of each cause for itself, since several can hold at once.
    pub fn probability(&self) -> f32 {
        1.0 / (1.0 + (-self.score).exp())
    }

    /// The same as a word. Without a clue that speaks for it nothing is more than unlikely.
    pub fn confidence(&self) -> Confidence {
        let has_reason = self.clues.iter().any(|clue| clue.weight > 0.0);
        match self.probability() {
            _ if !has_reason => Confidence::Unlikely,
            sure if sure >= 0.9 => Confidence::Sure,
            likely if likely >= 0.6 => Confidence::Likely,
            possible if possible >= 0.3 => Confidence::Possible,
            _ => Confidence::Unlikely,
        }
    }
}

impl Confidence {
    /// A word or two.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unlikely => t!("clinic.confidence.unlikely"),
            Self::Possible => t!("clinic.confidence.possible"),
            Self::Likely => t!("clinic.confidence.likely"),
            Self::Sure => t!("clinic.confidence.sure"),
        }
    }

    /// Stable name, for styles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unlikely => "unlikely",
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// Every cause, the likeliest first.
pub fn ranking(case: &Case) -> Vec<Judged> {
    let mut ranking: Vec<Judged> = CAUSES.iter().map(|cause| cause.judge(case)).collect();
    ranking.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranking
}

/// Questions not answered yet, in the order in which they would decide most between the causes: evidence
/// counts where a cause is in doubt.
pub fn open_questions(ranking: &[Judged]) -> Vec<Question> {
    let mut worth: Vec<(Question, f32)> = Vec::new();
    for judged in ranking {
        let probability = judged.probability();
        let doubt = probability * (1.0 - probability);
        for (need, most) in &judged.needs {
            let Need::Answer(question) = need else { continue };
            match worth.iter_mut().find(|(known, _)| known == question) {
                Some((_, sum)) => *sum += doubt * most,
                None => worth.push((*question, doubt * most)),
            }
        }
    }
    worth.sort_by(|a, b| b.1.total_cmp(&a.1));
    worth.into_iter().map(|(question, _)| question).collect()
}

/// Each need once, with all it could give, the largest first.
fn merged(needs: Vec<(Need, f32)>) -> Vec<(Need, f32)> {
    let mut merged: Vec<(Need, f32)> = Vec::new();
    for (need, most) in needs {
        match merged.iter_mut().find(|(known, _)| *known == need) {
            Some((_, sum)) => *sum += most,
            None => merged.push((need, most)),
        }
    }
    merged.sort_by(|a, b| b.1.total_cmp(&a.1));
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_words_an_experiment_and_known_choices() {
        for (index, cause) in CAUSES.iter().enumerate() {
            for part in ["title", "why", "cure"] {
                let key = ["clinic.cause.", cause.name, ".", part].concat();
                assert!(words::find(&key).is_some(), "{key}");
            }
            assert!(scenario::named(cause.scenario).is_some(), "{}: {}", cause.name, cause.scenario);
            assert!(CAUSES[index + 1..].iter().all(|other| other.name != cause.name), "{}", cause.name);
            for test in cause.tests {
                match test {
                    Test::Answer(question, choices) => assert!(
                        choices.iter().all(|(name, _)| question.choices().contains(name)),
                        "{}: {question:?}",
                        cause.name
                    ),
                    Test::Sign(sign, most, weigh) => {
                        assert!(words::find(&["clinic.sign.", sign.name()].concat()).is_some(), "{sign:?}");
                        for value in [-10.0, -0.3, 0.0, 0.01, 0.5, 0.97, 1.0, 1.3, 5.0, 1e9, f32::INFINITY] {
                            assert!(weigh(value).abs() <= *most, "{} {sign:?} at {value}", cause.name);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_known_is_nothing_likely() {
        for judged in ranking(&Case::default()) {
            assert_eq!(judged.confidence(), Confidence::Unlikely, "{}", judged.cause.name);
            assert!(judged.clues.is_empty() && !judged.needs.is_empty(), "{}", judged.cause.name);
        }
    }
}
