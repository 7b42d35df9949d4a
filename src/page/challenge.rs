//! The challenge: a model that does not learn, for one concealed cause, to be found in few moves.
//!
//! Must not know how suspects are shown. A move sets one suspect to what it is in the healthy experiment;
//! charts are free, hints cost a move, and naming the cause ends it.

mod table;

use crate::experiment::knob::KNOBS;
use crate::experiment::{Experiment, Seeds, link};
use crate::stream::Stream;
use crate::words;
pub use table::{BASES, CAUSES};

/// A healthy experiment.
#[derive(Debug)]
pub struct Base {
    /// Stable name.
    pub id: &'static str,
    /// As a link writes it.
    pub settings: &'static str,
}

/// One way to spoil a run.
#[derive(Debug)]
pub struct Cause {
    /// Stable name, in receipts and of its words.
    pub id: &'static str,
    /// Bases it spoils, by id, and what is wrong in them, as a link writes it.
    pub faults: &'static [(&'static str, &'static str)],
}

/// A mystery: everything follows from its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Challenge {
    /// What links say after `challenge=`.
    pub number: u32,
    cause: usize,
    fault: usize,
}

/// A visitor's way through a challenge.
#[derive(Clone, Debug, PartialEq)]
pub struct Investigation {
    /// Which mystery.
    pub challenge: Challenge,
    /// Causes ruled out so far, in order, by id.
    pub tried: Vec<&'static str>,
    /// Whether the hint was bought.
    pub hinted: bool,
    /// How it ended, once it has.
    pub ending: Option<Ending>,
}

/// How an investigation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The cause was named.
    Solved,
    /// Another cause was named: its id.
    Mistaken(&'static str),
    /// The visitor asked for the answer.
    GivenUp,
}

/// Moves a practised eye needs: one to confirm what the charts say.
pub const PAR: u32 = 1;

impl Cause {
    /// What the list of suspects calls it.
    pub fn label(&self) -> &'static str {
        words::say(&["challenge.cause.", self.id].concat())
    }

    /// Where to look, for a move.
    pub fn hint(&self) -> &'static str {
        words::say(&["challenge.cause.", self.id, ".hint"].concat())
    }

    /// Why it does that and what cures it.
    pub fn debrief(&self) -> &'static str {
        words::say(&["challenge.cause.", self.id, ".debrief"].concat())
    }
}

impl Challenge {
    /// The challenge of a link: a number, or any word, which stands for one.
    pub fn named(id: &str) -> Self {
        let id = id.trim();
        // FNV-1a, so that a teacher's word gives the same mystery on every machine.
        let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        Self::of(id.parse().unwrap_or_else(|_| id.bytes().fold(0x811c_9dc5, hash)))
    }

    /// The challenge of a number.
    pub fn of(number: u32) -> Self {
        let mut stream = Stream::named(number, "challenge");
        let cause = stream.below(CAUSES.len());
        let fault = stream.below(CAUSES[cause].faults.len());
        Self { number, cause, fault }
    }

    /// Another one with another cause.
    pub fn next(self) -> Self {
        let others = (1..).map(|ahead| Self::of(self.number.wrapping_add(ahead) % NUMBERS));
        others.into_iter().find(|other| other.cause != self.cause).unwrap_or(self)
    }

    /// What is wrong.
    pub fn cause(self) -> &'static Cause {
        &CAUSES[self.cause]
    }

    /// The experiment without the fault.
    pub fn healthy(self) -> Experiment {
        self.read("")
    }

    /// The experiment with the fault.
    pub fn spoiled(self) -> Experiment {
        self.read(self.fault().1)
    }

    fn fault(self) -> (&'static str, &'static str) {
        self.cause().faults[self.fault]
    }

    fn read(self, fault: &str) -> Experiment {
        let base = BASES.iter().find(|base| base.id == self.fault().0).unwrap_or(&BASES[0]);
        let mut experiment = link::read(&[base.settings, "&", fault].concat()).experiment;
        let seed = 1 + self.number % NUMBERS;
        experiment.seeds = Seeds { data: seed, weights: seed, order: seed };
        experiment
    }
}

/// Numbers of challenges, so that seeds stay in their range.
const NUMBERS: u32 = 9_000;

impl Investigation {
    /// Nothing is known yet.
    pub fn new(challenge: Challenge) -> Self {
        Self { challenge, tried: Vec::new(), hinted: false, ending: None }
    }

    /// The experiment as it is now: spoiled, except for what was set right.
    pub fn experiment(&self) -> Experiment {
        let mut experiment = self.challenge.spoiled();
        if self.tried.contains(&self.challenge.cause().id) || self.ending.is_some() {
            experiment = self.challenge.healthy();
        }
        experiment
    }

    /// Moves so far.
    pub fn moves(&self) -> u32 {
        self.tried.len() as u32 + u32::from(self.hinted)
    }

    /// Sets a suspect to what it is in the healthy experiment; costs a move the first time.
    pub fn rule_out(&mut self, cause: &'static str) {
        if self.ending.is_none() && !self.tried.contains(&cause) {
            self.tried.push(cause);
        }
    }

    /// Buys the hint.
    pub fn ask(&mut self) {
        self.hinted |= self.ending.is_none();
    }

    /// Names the cause, which ends it.
    pub fn accuse(&mut self, cause: &'static str) {
        if self.ending.is_none() {
            let right = cause == self.challenge.cause().id;
            self.ending = Some(if right { Ending::Solved } else { Ending::Mistaken(cause) });
        }
    }

    /// Asks for the answer, which ends it.
    pub fn give_up(&mut self) {
        self.ending = self.ending.or(Some(Ending::GivenUp));
    }

    /// Whether settings and findings are still concealed.
    pub fn is_open(&self) -> bool {
        self.ending.is_none()
    }

    /// For receipts: `7 solved in 2`, `7 given up after 3`.
    pub fn result(&self) -> String {
        let (number, moves) = (self.challenge.number, self.moves());
        match self.ending {
            None => format!("{number} open after {moves}"),
            Some(Ending::Solved) => format!("{number} solved in {moves}"),
            Some(Ending::Mistaken(cause)) => format!("{number} mistaken ({cause}) after {moves}"),
            Some(Ending::GivenUp) => format!("{number} given up after {moves}"),
        }
    }
}

/// Names of the settings that differ between healthy and spoiled, for the debrief.
pub fn culprits(challenge: Challenge) -> Vec<&'static str> {
    let (healthy, spoiled) = (challenge.healthy(), challenge.spoiled());
    let differ = KNOBS.iter().filter(|knob| knob.get(&healthy) != knob.get(&spoiled));
    differ.map(|knob| knob.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_always_the_same_mystery_and_all_causes_come_up() {
        assert_eq!(Challenge::named("7"), Challenge::of(7));
        assert_eq!(Challenge::named("room 12"), Challenge::named(" room 12"));
        assert_ne!(Challenge::named("room 12").number, Challenge::named("room 13").number);
        let seen: std::collections::BTreeSet<_> =
            (0..400).map(|number| Challenge::of(number).cause().id).collect();
        assert_eq!(seen.len(), CAUSES.len());
        for number in 0..50 {
            let challenge = Challenge::of(number);
            assert_ne!(challenge.next().cause, challenge.cause);
        }
    }

    #[test]
    fn every_fault_is_a_link_that_changes_its_base_and_has_words() {
        for cause in CAUSES {
            for (base, fault) in cause.faults {
                let base = BASES.iter().find(|known| known.id == *base).expect("a base of the table");
                let (healthy, spoiled) =
                    (link::read(base.settings), link::read(&format!("{}&{fault}", base.settings)));
                assert!(healthy.notices.is_empty() && healthy.unknown.is_empty(), "{healthy:?}");
                assert!(spoiled.notices.is_empty() && spoiled.unknown.is_empty(), "{spoiled:?}");
                assert_ne!(healthy.experiment, spoiled.experiment, "{fault}");
            }
            for text in [cause.label(), cause.hint(), cause.debrief()] {
                assert!(!text.starts_with("challenge."), "{text} has no words");
            }
        }
    }

    #[test]
    fn moves_count_once_and_naming_ends_it() {
        let challenge = Challenge::of(3);
        let right = challenge.cause().id;
        let wrong = CAUSES.iter().find(|cause| cause.id != right).expect("several causes").id;
        let mut play = Investigation::new(challenge);
        assert_eq!(play.experiment(), challenge.spoiled());
        play.rule_out(wrong);
        play.rule_out(wrong);
        play.ask();
        play.ask();
        assert_eq!((play.moves(), play.experiment()), (2, challenge.spoiled()));
        play.rule_out(right);
        assert_eq!((play.moves(), play.experiment()), (3, challenge.healthy()));
        play.accuse(right);
        assert_eq!(play.ending, Some(Ending::Solved));
        play.give_up();
        play.rule_out(wrong);
        assert_eq!((play.ending, play.moves()), (Some(Ending::Solved), 3));
        assert_eq!(play.result(), "3 solved in 3");
        let mut other = Investigation::new(challenge);
        other.accuse(wrong);
        assert_eq!(other.ending, Some(Ending::Mistaken(wrong)));
        let mut last = Investigation::new(challenge);
        last.give_up();
        assert_eq!(last.result(), "3 given up after 0");
    }
}
