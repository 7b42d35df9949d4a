//! Lanes in the address: `lane_b=name|0:v=1&…|120:v=1&…`, each part a step and the settings from it on,
//! and `seeds=16`.
//!
//! Must not know the browser. Reading never fails: what cannot be read is left out and said.

use super::{Branch, Course, Lanes, MOST, NAME_LENGTH, SEEDS};
use crate::experiment::link;
use crate::order;
use crate::t;

/// Keys of the address that are about lanes; the first is slot 1.
const KEYS: [&str; MOST] = ["lane_b", "lane_c", "lane_d"];
const SEEDS_KEY: &str = "seeds";
/// Changes of one lane that are read at most.
const MOST_CHANGES: usize = 64;

/// Keys and values for the address, not yet escaped.
pub fn write(lanes: &Lanes) -> Vec<(String, String)> {
    let lane = |branch: &Branch| {
        let name = branch.name.as_deref().unwrap_or_default().replace('|', " ");
        let part = |(step, experiment): &(u32, _)| format!("|{step}:{}", link::write(experiment));
        let parts: String = branch.course.iter().map(part).collect();
        (KEYS[branch.slot - 1].to_owned(), name + &parts)
    };
    let seeds = (lanes.seeds > 0).then(|| (SEEDS_KEY.to_owned(), lanes.seeds.to_string()));
    lanes.branches.iter().map(lane).chain(seeds).collect()
}

/// What the address says about lanes, taken out of `pairs`, and what of it was wrong.
pub fn read(pairs: &mut Vec<(String, String)>) -> (Lanes, Vec<String>) {
    let (mut lanes, mut notices) = (Lanes::default(), Vec::new());
    pairs.retain(|(key, value)| {
        let slot = KEYS.iter().position(|known| known == key).map(|index| index + 1);
        let understood = match slot {
            Some(slot) => branch(slot, value).map(|branch| lanes.branches.push(branch)),
            None if key == SEEDS_KEY => {
                value.parse().ok().filter(|seeds| SEEDS.contains(seeds)).map(|seeds| lanes.seeds = seeds)
            }
            None => return true,
        };
        if understood.is_none() {
            notices.push(t!("notice.lane", key = key, text = link::short(value)));
        }
        false
    });
    order::sort_by(&mut lanes.branches, |a, b| a.slot.cmp(&b.slot));
    for branch in &mut lanes.branches {
        branch.id = lanes.next;
        lanes.next += 1;
    }
    (lanes, notices)
}

fn branch(slot: usize, value: &str) -> Option<Branch> {
    let mut parts = value.split('|');
    let name: String = parts.next()?.trim().chars().take(NAME_LENGTH).collect();
    let part = |part: &str| {
        let (step, fragment) = part.split_once(':')?;
        Some((step.parse().ok()?, link::read(fragment).experiment))
    };
    let course: Course = parts.take(MOST_CHANGES).map(part).collect::<Option<_>>()?;
    let begins = course.first().is_some_and(|(step, _)| *step == 0);
    let rises = course.windows(2).all(|pair| pair[0].0 < pair[1].0);
    (begins && rises).then(|| Branch {
        id: 0,
        slot,
        name: (!name.is_empty()).then_some(name),
        course,
        is_twin: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    fn lanes() -> Lanes {
        let first = Experiment::default();
        let mut then = first.clone();
        then.live.learning_rate = 0.25;
        let mut lanes = Lanes { seeds: 16, ..Lanes::default() };
        lanes.add(vec![(0, first.clone()), (120, then.clone())], false);
        let named = lanes.add(vec![(0, then)], false).expect("there is room").id;
        lanes.rename(named, "a|b & c=d");
        lanes
    }

    #[test]
    fn lanes_survive_the_address() {
        let mut pairs = write(&lanes());
        pairs.push(("later".to_owned(), "1".to_owned()));
        let fragment = link::write_with_unknown(&Experiment::default(), &pairs);
        let linked = link::read(&fragment);
        assert_eq!(linked.experiment, Experiment::default());
        let mut found = linked.unknown;
        let (read, notices) = read(&mut found);
        assert_eq!(notices, [] as [String; 0]);
        assert_eq!(found, [("later".to_owned(), "1".to_owned())]);
        let mut expected = lanes();
        expected.branches[1].name = Some("a b & c=d".to_owned());
        assert_eq!(read, expected);
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_said() {
        for (key, value) in [
            ("lane_b", ""),
            ("lane_b", "name"),
            ("lane_c", "name|120:v=1"),
            ("lane_c", "name|0:v=1|0:v=1"),
            ("lane_d", "name|0"),
            ("lane_d", "|x:v=1"),
            ("seeds", "9"),
            ("seeds", "many"),
        ] {
            let mut pairs = vec![(key.to_owned(), value.to_owned())];
            let (lanes, notices) = read(&mut pairs);
            assert_eq!((lanes, pairs.len(), notices.len()), (Lanes::default(), 0, 1), "{key}={value}");
        }
    }
}
