//! The few facts no file says: which questions there are, and what can be answered.
//!
//! Must not know which answer speaks for what.

use super::read::number;
use crate::words;

/// A question; all are optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// How many training examples each class has.
    ClassCounts,
    /// Step size of the optimiser.
    LearningRate,
    /// Which optimiser.
    Optimizer,
    /// Examples in a training step.
    BatchSize,
    /// How inputs are scaled.
    Scaling,
    /// Whether new data are prepared like training data.
    Preparation,
    /// What the network ends with.
    LastLayer,
    /// Which loss is trained on.
    Loss,
    /// Whether examples are drawn in random order.
    Shuffling,
    /// Whether there is batch normalisation.
    BatchNorm,
    /// What hidden units do.
    Activation,
    /// How many hidden layers there are.
    Depth,
    /// How weights begin.
    Init,
    /// Weight decay, dropout and the like.
    Regularisation,
    /// Random changes of training inputs.
    Augmentation,
    /// Where validation data come from.
    Split,
    /// How sure the labels are.
    Labels,
    /// Whether the model can learn sixteen examples by heart.
    ByHeart,
}

impl Question {
    /// Every question, the usual suspects first.
    pub const ALL: &[Self] = &[
        Self::ClassCounts,
        Self::LearningRate,
        Self::Optimizer,
        Self::Scaling,
        Self::LastLayer,
        Self::Loss,
        Self::Shuffling,
        Self::ByHeart,
        Self::Split,
        Self::Preparation,
        Self::BatchSize,
        Self::Regularisation,
        Self::Augmentation,
        Self::BatchNorm,
        Self::Activation,
        Self::Depth,
        Self::Init,
        Self::Labels,
    ];

    /// Stable name, of its words too.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClassCounts => "class_counts",
            Self::LearningRate => "learning_rate",
            Self::Optimizer => "optimizer",
            Self::BatchSize => "batch_size",
            Self::Scaling => "scaling",
            Self::Preparation => "preparation",
            Self::LastLayer => "last_layer",
            Self::Loss => "loss",
            Self::Shuffling => "shuffling",
            Self::BatchNorm => "batch_norm",
            Self::Activation => "activation",
            Self::Depth => "depth",
            Self::Init => "init",
            Self::Regularisation => "regularisation",
            Self::Augmentation => "augmentation",
            Self::Split => "split",
            Self::Labels => "labels",
            Self::ByHeart => "by_heart",
        }
    }

    /// What can be chosen, by stable name; empty where something is typed.
    pub fn choices(self) -> &'static [&'static str] {
        match self {
            Self::ClassCounts | Self::LearningRate | Self::BatchSize => &[],
            Self::Optimizer => &["adam", "sgd", "other"],
            Self::Scaling => &["unit", "standardised", "raw"],
            Self::Preparation => &["same", "different"],
            Self::LastLayer => &["softmax", "linear", "sigmoid_one", "linear_one", "softmax_one"],
            Self::Loss => &["from_probabilities", "from_logits", "squared", "other"],
            Self::Shuffling => &["yes", "no"],
            Self::BatchNorm => &["no", "yes"],
            Self::Activation => &["relu", "leaky", "sigmoid"],
            Self::Depth => &["none", "few", "many"],
            Self::Init => &["usual", "zero", "own"],
            Self::Regularisation => &["none", "usual", "strong"],
            Self::Augmentation => &["none", "mild", "strong"],
            Self::Split => &["random", "other"],
            Self::Labels => &["checked", "unchecked", "noisy"],
            Self::ByHeart => &["yes", "no"],
        }
    }

    /// The question in a few words.
    pub fn label(self) -> &'static str {
        self.words("")
    }

    /// Where the answer is found, or what is meant.
    pub fn help(self) -> &'static str {
        self.words(".help")
    }

    /// The words of one of its choices.
    pub fn choice(self, name: &str) -> &'static str {
        self.words(&[".", name].concat())
    }

    fn words(self, part: &str) -> &'static str {
        words::say(&["clinic.ask.", self.name(), part].concat())
    }
}

/// Answers so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    given: Vec<(Question, String)>,
}

impl Answers {
    /// What was answered: a choice's name, or what was typed.
    pub fn get(&self, question: Question) -> Option<&str> {
        self.given.iter().find(|(known, _)| *known == question).map(|(_, answer)| answer.as_str())
    }

    /// Keeps an answer; an empty one takes it back.
    pub fn set(&mut self, question: Question, answer: &str) {
        self.given.retain(|(known, _)| *known != question);
        if !answer.trim().is_empty() {
            self.given.push((question, answer.trim().to_owned()));
        }
    }

    /// A number that was typed, if it is one and above zero.
    pub fn number(&self, question: Question) -> Option<f32> {
        number(self.get(question)?).filter(|value| value.is_finite() && *value > 0.0)
    }

    /// Examples per class: "950, 50", "cat: 950; dog: 50" or "95 % / 5 %"; at least two, not all zero.
    pub fn class_counts(&self) -> Option<Vec<f32>> {
        let text = self.get(Question::ClassCounts)?;
        // Beside semicolons a comma is a decimal one.
        let comma = if text.contains(';') { ';' } else { ',' };
        let is_apart =
            |letter: char| letter.is_whitespace() || letter == comma || ";/:=|()[]{}'\"".contains(letter);
        let parts = text.split(is_apart).filter(|part| *part != "%");
        let counts: Vec<f32> = parts
            .filter_map(number)
            .filter(|value| value.is_finite() && *value >= 0.0)
            .take(super::fault::CLASSES)
            .collect();
        (counts.len() >= 2 && counts.iter().sum::<f32>() > 0.0).then_some(counts)
    }

    /// Whether what was typed cannot be understood.
    pub fn is_wrong(&self, question: Question) -> bool {
        let is_typed = question.choices().is_empty();
        is_typed
            && self.get(question).is_some()
            && match question {
                Question::ClassCounts => self.class_counts().is_none(),
                _ => self.number(question).is_none(),
            }
    }

    /// The answer in words, for clues and reports.
    pub fn text(&self, question: Question) -> Option<String> {
        let answer = self.get(question)?;
        let is_choice = question.choices().contains(&answer);
        Some(if is_choice { question.choice(answer).to_owned() } else { answer.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_counts_are_read_as_people_type_them() {
        let cases = [
            ("950, 50", vec![950.0, 50.0]),
            ("cat: 950; dog: 50", vec![950.0, 50.0]),
            ("{'cat': 950, 'dog': 50}", vec![950.0, 50.0]),
            ("95% / 5%", vec![0.95, 0.05]),
            ("0,95; 0,05", vec![0.95, 0.05]),
            ("10\n20\n30", vec![10.0, 20.0, 30.0]),
        ];
        for (text, expected) in cases {
            let mut answers = Answers::default();
            answers.set(Question::ClassCounts, text);
            assert_eq!(answers.class_counts(), Some(expected), "{text}");
            assert!(!answers.is_wrong(Question::ClassCounts));
        }
        for wrong in ["950", "many", "0, 0", "-1, nan"] {
            let mut answers = Answers::default();
            answers.set(Question::ClassCounts, wrong);
            assert!(answers.is_wrong(Question::ClassCounts), "{wrong}");
        }
    }

    #[test]
    fn every_question_and_choice_has_words() {
        for question in Question::ALL {
            let parts = question.choices().iter().map(|choice| [".", choice].concat());
            for part in ["", ".help"].iter().map(|part| (*part).to_owned()).chain(parts) {
                let key = ["clinic.ask.", question.name(), &part].concat();
                assert!(words::find(&key).is_some(), "{key}");
            }
        }
    }
}
