//! When the page asks for a look inside the model: while something shows it, and only for what is new.
//!
//! Must not know what shows it. How often is the worker's business: it answers when it can spare the
//! time, and the next question waits for the answer.

use crate::telemetry::Wants;

/// The page's side of the conversation about looks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Inspection {
    /// When the question under way was asked, in milliseconds.
    asked: Option<f64>,
    /// What the last question asked for.
    known: Wants,
    /// The run moved on since.
    news: bool,
}

/// An answer later than this got lost with its worker, milliseconds.
const PATIENCE_MS: f64 = 6000.0;

impl Inspection {
    /// The question to ask now, if any, so that `wants` can be shown.
    pub fn ask(&mut self, wants: Wants, now: f64) -> Option<Wants> {
        let waiting = self.asked.is_some_and(|asked| now - asked < PATIENCE_MS);
        let covered = self.known.or(wants) == self.known;
        if wants.is_empty() || waiting || (covered && !self.news) {
            return None;
        }
        *self = Self { asked: Some(now), known: wants, news: false };
        Some(wants)
    }

    /// The answer is here.
    pub fn answered(&mut self) {
        self.asked = None;
    }

    /// There is a newer snapshot, so whatever was seen inside is old.
    pub fn moved_on(&mut self) {
        self.news = true;
    }

    /// Another run or worker: nothing is known and nobody will answer.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: Wants =
        Wants { weights: true, gradients: false, activations: false, outputs: false, plane: false };
    const PLANE: Wants = Wants { weights: false, plane: true, ..WEIGHTS };

    #[test]
    fn nobody_looks_nobody_asks() {
        let mut inspection = Inspection::default();
        inspection.moved_on();
        assert_eq!(inspection.ask(Wants::default(), 0.0), None);
    }

    #[test]
    fn one_question_at_a_time_and_only_about_news() {
        let mut inspection = Inspection::default();
        assert_eq!(inspection.ask(WEIGHTS, 0.0), Some(WEIGHTS));
        inspection.moved_on();
        assert_eq!(inspection.ask(WEIGHTS, 10.0), None, "the answer is not here");
        inspection.answered();
        assert_eq!(inspection.ask(WEIGHTS, 20.0), Some(WEIGHTS));
        inspection.answered();
        assert_eq!(inspection.ask(WEIGHTS, 30.0), None, "nothing happened since");
        assert_eq!(inspection.ask(PLANE, 40.0), Some(PLANE), "this was not seen yet");
    }

    #[test]
    fn a_lost_question_is_asked_again() {
        let mut inspection = Inspection::default();
        assert_eq!(inspection.ask(WEIGHTS, 0.0), Some(WEIGHTS));
        inspection.moved_on();
        assert_eq!(inspection.ask(WEIGHTS, 5999.0), None);
        assert_eq!(inspection.ask(WEIGHTS, 6001.0), Some(WEIGHTS));
        inspection.forget();
        assert_eq!(inspection.ask(WEIGHTS, 6002.0), Some(WEIGHTS));
    }
}
