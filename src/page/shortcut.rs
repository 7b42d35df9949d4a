//! The keyboard: which key does what.
//!
//! Must not know how an action is carried out. The help overlay and the key handler read one table.

use crate::{t, words};

/// What a key can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Play when paused, pause when playing.
    Toggle,
    /// Train one step.
    StepOne,
    /// Train ten steps.
    StepTen,
    /// Back to step 0: same weights, same order.
    Rewind,
    /// Start again with other weights and order.
    NewSeed,
    /// One speed up.
    Faster,
    /// One speed down.
    Slower,
    /// Show or hide the list of keys.
    Help,
}

/// A row of the help overlay.
#[derive(Clone, Copy, Debug)]
pub struct Shortcut {
    /// `KeyboardEvent.key` in lower case; " " is the space bar.
    pub key: &'static str,
    /// Whether Shift must be held; only matters for letters.
    pub shift: bool,
    /// How the overlay writes it, where that is the same in every language.
    shown: Option<&'static str>,
    /// Key of what it does, in the overlay's words.
    label: &'static str,
    /// What it does.
    pub action: Action,
}

impl Shortcut {
    /// How the overlay writes the key.
    pub fn shown(&self) -> &'static str {
        self.shown.unwrap_or_else(|| t!("key.space"))
    }

    /// What it does.
    pub fn label(&self) -> &'static str {
        words::say(self.label)
    }
}

/// Every key in the overlay's order.
pub const SHORTCUTS: &[Shortcut] = &[
    Shortcut { key: " ", shift: false, shown: None, label: "key.toggle", action: Action::Toggle },
    Shortcut { key: "s", shift: false, shown: Some("S"), label: "key.step_one", action: Action::StepOne },
    Shortcut {
        key: "s",
        shift: true,
        shown: Some("Shift + S"),
        label: "key.step_ten",
        action: Action::StepTen,
    },
    Shortcut { key: "r", shift: false, shown: Some("R"), label: "key.rewind", action: Action::Rewind },
    Shortcut { key: "n", shift: false, shown: Some("N"), label: "key.new_seed", action: Action::NewSeed },
    Shortcut { key: "+", shift: false, shown: Some("+"), label: "key.faster", action: Action::Faster },
    Shortcut { key: "-", shift: false, shown: Some("−"), label: "key.slower", action: Action::Slower },
    Shortcut { key: "?", shift: false, shown: Some("?"), label: "key.help", action: Action::Help },
];

/// A key press as the browser reports it.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Shift is held.
    pub shift: bool,
    /// Control, Alt or Meta is held: the browser's own shortcuts win.
    pub modified: bool,
    /// Focus is where typing means something: a text box, a list, an open menu.
    pub typing: bool,
    /// Focus is on something the space bar presses: a button, a link, a summary.
    pub on_button: bool,
}

/// What a key press asks for, if anything.
pub fn action(press: Press) -> Option<Action> {
    if press.modified || press.typing || (press.key == " " && press.on_button) {
        return None;
    }
    let key = press.key.to_ascii_lowercase();
    // "+" and "?" need Shift on most layouts, so Shift counts for letters only; "=" is the "+" key
    // without Shift on a US layout.
    let key = if key == "=" { "+" } else { key.as_str() };
    let letter = key.chars().all(char::is_alphabetic);
    SHORTCUTS
        .iter()
        .find(|shortcut| shortcut.key == key && (!letter || shortcut.shift == press.shift))
        .map(|shortcut| shortcut.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, shift: false, modified: false, typing: false, on_button: false }
    }

    #[test]
    fn keys_do_what_the_overlay_says() {
        assert_eq!(action(press(" ")), Some(Action::Toggle));
        assert_eq!(action(press("s")), Some(Action::StepOne));
        assert_eq!(action(Press { shift: true, ..press("S") }), Some(Action::StepTen));
        assert_eq!(action(Press { shift: true, ..press("?") }), Some(Action::Help));
        assert_eq!(action(Press { shift: true, ..press("+") }), Some(Action::Faster));
        assert_eq!(action(press("=")), Some(Action::Faster));
        assert_eq!(action(press("x")), None);
        assert_eq!(action(Press { shift: true, ..press("R") }), None);
    }

    #[test]
    fn typing_and_browser_shortcuts_are_left_alone() {
        assert_eq!(action(Press { typing: true, ..press("s") }), None);
        assert_eq!(action(Press { modified: true, ..press("s") }), None);
        assert_eq!(action(Press { on_button: true, ..press(" ") }), None);
        assert_eq!(action(Press { on_button: true, ..press("s") }), Some(Action::StepOne));
    }

    #[test]
    fn no_key_is_taken_twice() {
        for (index, one) in SHORTCUTS.iter().enumerate() {
            assert!(SHORTCUTS[index + 1..].iter().all(|two| (one.key, one.shift) != (two.key, two.shift)));
        }
    }
}
