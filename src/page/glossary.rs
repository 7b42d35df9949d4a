//! The terms a newcomer may not know, and texts in which some of them are marked.
//!
//! Words write `[[what is shown|term]]` or `[[term]]`; the page makes buttons of them. Must not know how a term
//! is shown.

/// Every term; its words are `glossary.<term>` and `glossary.<term>.text`.
pub const TERMS: &[&str] = &[
    "accuracy",
    "activation",
    "adam",
    "augmentation",
    "balanced_accuracy",
    "batch",
    "bias",
    "calibration",
    "class",
    "class_weights",
    "collapse",
    "confusion_matrix",
    "convolution",
    "cross_entropy",
    "dead_unit",
    "diverged",
    "dropout",
    "duplicates",
    "effective_classes",
    "epoch",
    "gradient",
    "hidden_layer",
    "imbalance",
    "initialisation",
    "label_noise",
    "learning_rate",
    "logit",
    "loss",
    "majority_class",
    "optimiser",
    "overfitting",
    "oversampling",
    "prior",
    "probe_set",
    "prior_correction",
    "recall",
    "relu",
    "ribbon",
    "seed",
    "signal",
    "skill",
    "softmax",
    "standardise",
    "step",
    "threshold",
    "unit",
    "weight_decay",
    "weights",
];

/// A stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it is.
    Plain(&'a str),
    /// Words for a term of [`TERMS`]; without words of their own, the term's name is shown.
    Term {
        /// What the text says, empty for the term's own name.
        shown: &'a str,
        /// Which term.
        term: &'static str,
    },
}

/// Cuts a text at its marks. A mark of an unknown term is plain text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[") {
        let Some((mark, after)) = after.split_once("]]") else { break };
        if !before.is_empty() {
            pieces.push(Piece::Plain(before));
        }
        let (shown, name) = mark.split_once('|').unwrap_or(("", mark));
        pieces.push(match TERMS.iter().find(|term| **term == name) {
            Some(term) => Piece::Term { shown, term },
            None => Piece::Plain(if shown.is_empty() { name } else { shown }),
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

/// Whether a term is meant by what a visitor typed; `name` and `text` are its words.
pub fn matches(wanted: &str, name: &str, text: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    name.to_lowercase().contains(&wanted) || text.to_lowercase().contains(&wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn marks_become_terms_and_the_rest_stays() {
        assert_eq!(
            pieces("The [[learning rate|learning_rate]] of [[adam]]."),
            [
                Piece::Plain("The "),
                Piece::Term { shown: "learning rate", term: "learning_rate" },
                Piece::Plain(" of "),
                Piece::Term { shown: "", term: "adam" },
                Piece::Plain("."),
            ]
        );
        assert_eq!(pieces("an [[odd|unicorn]]"), [Piece::Plain("an "), Piece::Plain("odd")]);
        assert_eq!(pieces("cut [[off"), [Piece::Plain("cut [[off")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn every_term_has_words_and_every_mark_a_term() {
        for term in TERMS {
            for key in [format!("glossary.{term}"), format!("glossary.{term}.text")] {
                assert!(words::find(&key).is_some(), "{key}");
            }
        }
        for (key, text) in words::current().entries() {
            for mark in text.split("[[").skip(1).filter_map(|rest| rest.split_once("]]")) {
                let term = mark.0.split_once('|').map_or(mark.0, |(_, term)| term);
                assert!(TERMS.contains(&term), "{key}: there is no term '{term}'");
            }
        }
    }

    #[test]
    fn a_search_looks_into_names_and_texts() {
        assert!(matches(" rate", "Learning rate", "…"));
        assert!(matches("STEP", "Epoch", "many steps"));
        assert!(!matches("loss", "Recall", "share found"));
        assert!(matches("", "Recall", ""));
    }
}
