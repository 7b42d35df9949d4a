//! Who waits for an answer from a worker.
//!
//! Must not know what was asked.

use crate::protocol::RunId;

/// Requests under way, each asked of one run, or of whichever a worker begins next.
pub struct Waiting<T>(Vec<(u32, Option<RunId>, T)>);

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Waiting<T> {
    /// `who` waits for the answer to `request`, asked of `run`; `None` while no worker has one.
    pub fn add(&mut self, request: u32, run: Option<RunId>, who: T) {
        self.0.push((request, run, who));
    }

    /// Who waited for this answer.
    pub fn answered(&mut self, request: u32) -> Option<T> {
        let index = self.0.iter().position(|(asked, ..)| *asked == request)?;
        Some(self.0.swap_remove(index).2)
    }

    /// A worker began `run`: those who asked an older one get no answer. What was asked of this run
    /// since it was sent is still on its way.
    pub fn orphaned(&mut self, run: RunId) -> Vec<T> {
        let older = |asked: &Option<RunId>| asked.is_some_and(|asked| asked != run);
        self.0.extract_if(.., |(_, asked, _)| older(asked)).map(|(.., who)| who).collect()
    }

    /// Everybody.
    pub fn all(&mut self) -> Vec<T> {
        self.0.drain(..).map(|(.., who)| who).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_of_an_older_run_are_orphaned_when_one_begins() {
        let mut waiting = Waiting::default();
        waiting.add(1, Some(RunId(1)), "before the break");
        waiting.add(2, Some(RunId(2)), "sent after the start");
        waiting.add(3, None, "on its way");
        assert_eq!(waiting.orphaned(RunId(2)), ["before the break"]);
        assert_eq!(waiting.answered(2), Some("sent after the start"));
        assert_eq!(waiting.answered(2), None);
        assert_eq!(waiting.all(), ["on its way"]);
    }
}
