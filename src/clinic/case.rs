//! Everything known of one run: its files and the answers.
//!
//! Must not know how files were read, or what follows from them.

use super::import::{Curves, Import, Matrix, Reading};
use super::question::{Answers, Question};

/// A run trained elsewhere; whatever is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// Metrics over time.
    pub curves: Option<Curves>,
    /// Actual against predicted classes at the end.
    pub matrix: Option<Matrix>,
    /// Answers to questions.
    pub answers: Answers,
}

impl Case {
    /// What several files say together, of the run at `run` in the one with curves; the newest of a kind
    /// counts.
    pub fn new<'a>(imports: impl IntoIterator<Item = &'a Import>, run: usize, answers: Answers) -> Self {
        let mut case = Self { answers, ..Self::default() };
        for import in imports {
            match &import.reading {
                Reading::Curves(runs) => {
                    case.curves = runs.get(run).or(runs.first()).map(|(_, curves)| curves.clone());
                }
                Reading::Predictions(predictions) => case.matrix = Some(predictions.matrix.clone()),
                Reading::Matrix(matrix) => case.matrix = Some(matrix.clone()),
            }
        }
        case
    }

    /// Whether nothing was read yet; answers alone are not judged.
    pub fn is_empty(&self) -> bool {
        self.curves.is_none() && self.matrix.is_none()
    }

    /// Number of classes, K.
    pub fn classes(&self) -> Option<usize> {
        let counted = || self.answers.class_counts().map(|counts| counts.len());
        let one_unit = || {
            let last = self.answers.get(Question::LastLayer)?;
            last.ends_with("_one").then_some(2)
        };
        self.matrix.as_ref().map(|matrix| matrix.classes.len()).or_else(counted).or_else(one_unit)
    }

    /// Share of each class among training examples; among those tested where only they are known.
    pub fn shares(&self) -> Option<Vec<f32>> {
        let tested = || {
            let matrix = self.matrix.as_ref().filter(|matrix| matrix.is_counted)?;
            let support = |class| matrix.confusion.support(class) as f32;
            Some((0..matrix.classes.len()).map(support).collect::<Vec<f32>>())
        };
        let counts = self.answers.class_counts().or_else(tested)?;
        let total: f32 = counts.iter().sum();
        (total > 0.0).then(|| counts.iter().map(|count| count / total).collect())
    }

    /// Number of training examples, where whole numbers of them were given.
    pub fn examples(&self) -> Option<f32> {
        let counts = self.answers.class_counts()?;
        let total: f32 = counts.iter().sum();
        (counts.iter().all(|count| count.fract() == 0.0) && total > 100.0).then_some(total)
    }
}
