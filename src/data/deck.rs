//! A deck of cards: the examples of one class, drawn without repeats until all have been seen.
//!
//! Must not know what a card stands for.

use crate::stream::Stream;
use serde::{Deserialize, Serialize};

/// Cards `0..len` in random order, with its own stream so that one class never moves another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deck {
    cards: Vec<u32>,
    /// Cards before this one have been drawn since the last shuffle.
    next: usize,
    stream: Stream,
}

impl Deck {
    /// An empty deck; [`Deck::resize`] fills it.
    pub fn new(stream: Stream) -> Self {
        Self { cards: Vec::new(), next: 0, stream }
    }

    /// Number of distinct cards.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// The next card, reshuffling when all have been drawn; `None` when there are none.
    pub fn draw(&mut self) -> Option<u32> {
        if self.next >= self.cards.len() {
            self.stream.shuffle(&mut self.cards);
            self.next = 0;
        }
        let card = self.cards.get(self.next).copied();
        self.next += 1;
        card
    }

    /// Takes out the cards from `len` on, or mixes new ones among those not yet drawn.
    pub fn resize(&mut self, len: usize) {
        let before = self.cards.len();
        if len < before {
            let fits = |card: &u32| (*card as usize) < len;
            self.next = self.cards[..self.next.min(before)].iter().filter(|card| fits(card)).count();
            self.cards.retain(fits);
        } else if len > before {
            self.next = self.next.min(before);
            self.cards.extend(before as u32..len as u32);
            self.stream.shuffle(&mut self.cards[self.next..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deck(len: usize) -> Deck {
        let mut deck = Deck::new(Stream::named(1, "deck"));
        deck.resize(len);
        deck
    }

    fn drawn(deck: &mut Deck, count: usize) -> Vec<u32> {
        (0..count).map(|_| deck.draw().expect("not empty")).collect()
    }

    fn sorted(mut cards: Vec<u32>) -> Vec<u32> {
        cards.sort_unstable();
        cards
    }

    #[test]
    fn every_round_shows_every_card_once_in_another_order() {
        let mut deck = deck(20);
        let (first, second) = (drawn(&mut deck, 20), drawn(&mut deck, 20));
        assert_eq!(sorted(first.clone()), (0..20).collect::<Vec<_>>());
        assert_eq!(sorted(second.clone()), (0..20).collect::<Vec<_>>());
        assert_ne!(first, second);
    }

    #[test]
    fn growing_mid_round_still_shows_every_card_once() {
        let mut deck = deck(10);
        let mut seen = drawn(&mut deck, 4);
        deck.resize(25);
        seen.extend(drawn(&mut deck, 21));
        assert_eq!(sorted(seen), (0..25).collect::<Vec<_>>());
    }

    #[test]
    fn shrinking_mid_round_keeps_what_is_left_in_order() {
        let mut short = deck(20);
        let mut whole = short.clone();
        let seen = drawn(&mut short, 7);
        assert_eq!(drawn(&mut whole, 7), seen);
        short.resize(12);
        let rest: Vec<u32> = drawn(&mut whole, 13).into_iter().filter(|&card| card < 12).collect();
        assert_eq!(drawn(&mut short, rest.len()), rest);
    }

    #[test]
    fn an_empty_deck_has_no_card_and_can_be_refilled() {
        let mut deck = deck(5);
        drawn(&mut deck, 3);
        deck.resize(0);
        assert_eq!((deck.len(), deck.draw(), deck.draw()), (0, None, None));
        deck.resize(5);
        assert_eq!(sorted(drawn(&mut deck, 5)), [0, 1, 2, 3, 4]);
    }
}
