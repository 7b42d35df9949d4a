//! The confusion matrix of one lane on the probe set, and every metric that follows from it.
//!
//! Must not know where the predictions came from.

use serde::{Deserialize, Serialize};

/// Counts of probe examples by true and predicted class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    classes: usize,
    /// Row-major `[actual, predicted]`.
    counts: Vec<u32>,
    /// Examples per actual class whose prediction was NaN.
    missing: Vec<u32>,
}

/// A skill score with the bounds of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    /// `(balanced accuracy - 1/K) / (1 - 1/K)`: 0 is chance, 1 is perfect.
    pub value: f32,
    /// Lower bound.
    pub low: f32,
    /// Upper bound.
    pub high: f32,
}

impl Confusion {
    /// An empty matrix over `classes` classes.
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes], missing: vec![0; classes] }
    }

    /// A matrix from its rows of counts, `rows[actual][predicted]`. Ragged rows read as zeros.
    pub fn from_rows(rows: &[&[u32]]) -> Self {
        let mut confusion = Self::new(rows.len());
        for (actual, row) in rows.iter().enumerate() {
            for (predicted, &count) in row.iter().enumerate().take(rows.len()) {
                confusion.counts[actual * rows.len() + predicted] = count;
            }
        }
        confusion
    }

    /// Counts the argmax of each row of `logits`, `[examples, classes]`; ties go to the lower
    /// class, rows with NaN count as no prediction. Labels outside the classes are ignored.
    pub fn from_logits(logits: &[f32], labels: &[u8], classes: usize) -> Self {
        let mut confusion = Self::new(classes);
        for (row, &label) in logits.chunks_exact(classes).zip(labels) {
            confusion.add(usize::from(label), argmax(row));
        }
        confusion
    }

    /// Counts one example; `None` is "no prediction".
    pub fn add(&mut self, actual: usize, predicted: Option<usize>) {
        if actual >= self.classes {
            return;
        }
        match predicted {
            Some(predicted) if predicted < self.classes => {
                self.counts[actual * self.classes + predicted] += 1;
            }
            _ => self.missing[actual] += 1,
        }
    }

    /// Number of classes, K.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Examples of class `actual` predicted as `predicted`.
    pub fn count(&self, actual: usize, predicted: usize) -> u32 {
        self.counts[actual * self.classes + predicted]
    }

    /// Examples without a prediction.
    pub fn missing(&self) -> u32 {
        self.missing.iter().sum()
    }

    /// Examples of class `actual`, predicted or not.
    pub fn support(&self, actual: usize) -> u32 {
        let row = &self.counts[actual * self.classes..(actual + 1) * self.classes];
        row.iter().sum::<u32>() + self.missing[actual]
    }

    /// Share of predictions that went to each class; sums to 1, all NaN without predictions.
    ///
    /// Every actual class counts the same, however many examples it has: predicting all right gives
    /// equal shares, and collapse is a matter of the model, not of what the probe set holds.
    pub fn shares(&self) -> Vec<f32> {
        let most = (0..self.classes).map(|actual| self.support(actual)).max().unwrap_or(0) as f32;
        // Exactly 1 for equal supports.
        let weight = |actual| most / self.support(actual).max(1) as f32;
        let column = |predicted| -> f32 {
            (0..self.classes).map(|actual| self.count(actual, predicted) as f32 * weight(actual)).sum()
        };
        let columns: Vec<f32> = (0..self.classes).map(column).collect();
        let total: f32 = columns.iter().sum();
        columns.into_iter().map(|column| column / total).collect()
    }

    /// Share of each class's examples that were predicted right; NaN for a class without examples.
    pub fn recall(&self) -> Vec<f32> {
        (0..self.classes).map(|class| self.count(class, class) as f32 / self.support(class) as f32).collect()
    }

    /// Mean recall over the classes that have examples; NaN when none has.
    pub fn balanced_accuracy(&self) -> f32 {
        let recall: Vec<f32> = self.recall().into_iter().filter(|recall| !recall.is_nan()).collect();
        recall.iter().sum::<f32>() / recall.len() as f32
    }

    /// Number of classes in effective use, `exp(H(predicted shares))`, 1 to K; NaN without
    /// predictions.
    pub fn effective_classes(&self) -> f32 {
        let shares = self.shares();
        if shares.iter().any(|share| share.is_nan()) {
            return f32::NAN;
        }
        shares.iter().filter(|&&share| share > 0.0).map(|share| -share * share.ln()).sum::<f32>().exp()
    }

    /// Collapse `(K - N_eff)/(K - 1)`: 0 uses all classes equally, 1 uses one.
    pub fn collapse(&self) -> f32 {
        let classes = self.classes as f32;
        (classes - self.effective_classes()) / (classes - 1.0)
    }

    /// Skill with its 95 % interval.
    ///
    /// Normal approximation with each recall's variance from the Agresti-Coull adjusted proportion
    /// `(hits + 2)/(n + 4)`, so that a recall of 0 or 1 still has width (Agresti & Coull 1998).
    pub fn skill(&self) -> Skill {
        let classes = self.classes as f32;
        let scale = 1.0 / (1.0 - 1.0 / classes);
        let value = (self.balanced_accuracy() - 1.0 / classes) * scale;
        let variance: f32 = (0..self.classes)
            .map(|class| {
                let n = self.support(class) as f32 + 4.0;
                let p = (self.count(class, class) as f32 + 2.0) / n;
                p * (1.0 - p) / n
            })
            .sum::<f32>()
            / (classes * classes);
        let margin = 1.96 * variance.sqrt() * scale;
        Skill { value, low: value - margin, high: value + margin }
    }

    /// The most predicted class and its share; `None` without predictions.
    pub fn favourite(&self) -> Option<(usize, f32)> {
        let shares = self.shares();
        let class = argmax(&shares)?;
        Some((class, shares[class]))
    }
}

/// Index of the largest value, the lowest on ties; `None` when empty or any value is NaN.
pub fn argmax(values: &[f32]) -> Option<usize> {
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f32, right: f32) {
        assert!((left - right).abs() < 1e-5, "{left} is not {right}");
    }

    #[test]
    fn hand_table_of_three_classes() {
        let confusion = Confusion::from_rows(&[&[8, 1, 1], &[4, 5, 1], &[10, 0, 0]]);
        assert_eq!(confusion.recall(), [0.8, 0.5, 0.0]);
        let shares = confusion.shares();
        close(shares[0], 22.0 / 30.0);
        close(shares[1], 6.0 / 30.0);
        close(shares[2], 2.0 / 30.0);
        // scikit-learn 1.5 balanced_accuracy_score on the same counts: 0.43333; adjusted=True: 0.15.
        close(confusion.balanced_accuracy(), 0.433_333);
        close(confusion.skill().value, 0.15);
        // exp(-(22/30 ln 22/30 + 6/30 ln 6/30 + 2/30 ln 2/30)) by hand
        close(confusion.effective_classes(), 2.074_81);
        close(confusion.collapse(), (3.0 - 2.074_81) / 2.0);
        assert_eq!(confusion.favourite().map(|(class, _)| class), Some(0));
    }

    #[test]
    fn classes_count_the_same_however_many_examples_they_have() {
        // All right: no class is a favourite, though one has ten times the examples.
        let right = Confusion::from_rows(&[&[4, 0, 0], &[0, 40, 0], &[0, 0, 20]]);
        assert!(right.shares().iter().all(|share| (share - 1.0 / 3.0).abs() < 1e-6));
        close(right.collapse(), 0.0);
        close(right.balanced_accuracy(), 1.0);
        // Half of the four right: (0.5 + 1 + 1) / 3; shares (0.5, 1.5, 1) / 3.
        let mixed = Confusion::from_rows(&[&[2, 2, 0], &[0, 40, 0], &[0, 0, 20]]);
        close(mixed.balanced_accuracy(), 2.5 / 3.0);
        close(mixed.shares()[1], 0.5);
        // The class with four examples makes the interval wide: variance
        // (4/8 4/8 / 8 + 42/44 2/44 / 44 + 22/24 2/24 / 24) / 9, skill is 1.5 times the accuracy.
        let width = 2.0 * 1.96 * 1.5 * ((0.031_25f32 + 0.000_986 + 0.003_183) / 9.0).sqrt();
        close(mixed.skill().high - mixed.skill().low, width);
    }

    #[test]
    fn one_class_for_everything_is_full_collapse_without_skill() {
        let confusion = Confusion::from_rows(&[&[50, 0], &[50, 0]]);
        close(confusion.effective_classes(), 1.0);
        close(confusion.collapse(), 1.0);
        let skill = confusion.skill();
        close(skill.value, 0.0);
        assert!(skill.low < 0.0 && skill.high > 0.0);
    }

    #[test]
    fn rows_with_nan_are_no_prediction() {
        let confusion = Confusion::from_logits(&[0.0, 1.0, f32::NAN, 0.0, 2.0, 2.0], &[1, 0, 1], 2);
        assert_eq!(confusion.missing(), 1);
        assert_eq!((confusion.count(1, 1), confusion.count(1, 0)), (1, 1));
        assert_eq!(confusion.support(0), 1);
        assert!(Confusion::from_logits(&[f32::NAN; 4], &[0, 1], 2).effective_classes().is_nan());
    }

    #[test]
    fn more_examples_narrow_the_interval() {
        let width = |n: u32| {
            let skill = Confusion::from_rows(&[&[3 * n, n], &[n, 3 * n]]).skill();
            skill.high - skill.low
        };
        assert!(width(100) < width(10) && width(100) > 0.0);
    }
}
