//! From logits to answers: what may be corrected after training, without training.
//!
//! Must not know models.

use crate::experiment::Live;
use std::borrow::Cow;

/// Logits whose largest is the answer, see [`Live::answer_offsets`].
///
/// `logits`: `[examples, classes]`. The loss is not taken of these: it is about what the model itself
/// says.
pub(crate) fn decided<'a>(logits: &'a [f32], live: &Live, class_shares: &[f32]) -> Cow<'a, [f32]> {
    let Some(offsets) = live.answer_offsets(class_shares) else { return Cow::Borrowed(logits) };
    let rows = logits.chunks_exact(class_shares.len());
    Cow::Owned(rows.flat_map(|row| row.iter().zip(&offsets).map(|(logit, offset)| logit + offset)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;
    use crate::telemetry::Confusion;

    fn answers(live: &Live, probabilities: &[f32], shares: &[f32]) -> Vec<u32> {
        let logits: Vec<f32> = probabilities.iter().flat_map(|p| [(1.0 - p).ln(), p.ln()]).collect();
        let labels = vec![1; probabilities.len()];
        let decided = decided(&logits, live, shares);
        let hit =
            |row: usize| Confusion::from_logits(&decided[2 * row..2 * row + 2], &labels[..1], 2).count(1, 1);
        (0..probabilities.len()).map(hit).collect()
    }

    #[test]
    fn a_threshold_is_the_probability_from_which_class_1_is_answered() {
        let mut live = Experiment::default().live;
        let probabilities = [0.05, 0.15, 0.45, 0.55, 0.95];
        assert_eq!(answers(&live, &probabilities, &[0.5, 0.5]), [0, 0, 0, 1, 1]);
        live.threshold = 0.1;
        assert_eq!(answers(&live, &probabilities, &[0.5, 0.5]), [0, 1, 1, 1, 1]);
        live.threshold = 0.9;
        assert_eq!(answers(&live, &probabilities, &[0.5, 0.5]), [0, 0, 0, 0, 1]);
    }

    #[test]
    fn a_full_prior_correction_answers_as_if_classes_were_equally_frequent() {
        let mut live = Experiment::default().live;
        live.prior_correction = 1.0;
        // At 9:1 an input that says nothing has probability 0.1 for class 1.
        assert_eq!(answers(&live, &[0.09, 0.11], &[0.9, 0.1]), [0, 1]);
    }

    #[test]
    fn without_either_the_logits_stay_as_they_are() {
        let live = Experiment::default().live;
        assert!(matches!(decided(&[f32::NAN, 1.0], &live, &[0.9, 0.1]), Cow::Borrowed(_)));
    }
}
