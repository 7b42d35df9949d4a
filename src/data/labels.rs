//! Labels: noise on them, mistakes in them, and the examples of each class in a fixed random order.
//!
//! Must not know inputs.

use crate::stream::Stream;

/// Replaces the share `rate` of labels by a class drawn at random, keeping the class counts.
///
/// The replaced labels are shuffled among themselves, in the same share of every class: each then is
/// drawn as often as its class occurs (uniformly for balanced labels), and the probe set keeps its
/// counts, which independent draws would not leave it.
pub fn add_noise(labels: &mut [u8], classes: usize, rate: f32, stream: &mut Stream) {
    if rate <= 0.0 {
        return;
    }
    let mut chosen = Vec::new();
    for members in order(labels, classes, stream) {
        let count = (members.len() as f32 * rate.min(1.0)).round() as usize;
        chosen.extend_from_slice(&members[..count]);
    }
    let mut replaced: Vec<u8> = chosen.iter().map(|&index| labels[index as usize]).collect();
    stream.shuffle(&mut replaced);
    for (index, label) in chosen.into_iter().zip(replaced) {
        labels[index as usize] = label;
    }
}

/// Labels the share `rate` of one class's examples as `to`; `members` are their indices.
///
/// The mistakes are spread so that every stretch from the start on has its share of them: ten active
/// examples with half of them mislabelled have five mistakes.
pub fn mislabel(labels: &mut [u8], members: &[u32], rate: f32, to: u8) {
    let mistakes = |count: usize| (count as f32 * rate.clamp(0.0, 1.0)).round() as usize;
    for (at, &index) in members.iter().enumerate() {
        if mistakes(at + 1) > mistakes(at) {
            labels[index as usize] = to;
        }
    }
}

/// Makes the share `rate` of one class's examples copies of others among them, the first never.
///
/// Every stretch from the start on has about that share of copies, each of an example before it.
pub fn duplicate(members: &mut [u32], rate: f32, stream: &mut Stream) {
    let kept = 1.0 - rate.clamp(0.0, 1.0);
    let fresh = |count: usize| (count as f32 * kept).round().max(1.0) as usize;
    let originals = members.to_vec();
    let mut used = 0;
    for (at, member) in members.iter_mut().enumerate() {
        if at == 0 || fresh(at + 1) > fresh(at) {
            *member = originals[used];
            used += 1;
        } else {
            *member = originals[stream.below(used)];
        }
    }
}

/// Indices of each class's examples, shuffled. Every label is below `classes`.
pub fn order(labels: &[u8], classes: usize, stream: &mut Stream) -> Vec<Vec<u32>> {
    let mut order = vec![Vec::new(); classes];
    for (index, &label) in labels.iter().enumerate() {
        order[usize::from(label)].push(index as u32);
    }
    order.iter_mut().for_each(|members| stream.shuffle(members));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noisy(rate: f32) -> Vec<u8> {
        let mut labels: Vec<u8> = (0..4000u32).map(|index| (index % 4) as u8).collect();
        add_noise(&mut labels, 4, rate, &mut Stream::named(1, "labels"));
        labels
    }

    #[test]
    fn noise_keeps_the_class_counts() {
        for rate in [0.1, 0.5, 1.0] {
            let labels = noisy(rate);
            for class in 0..4 {
                assert_eq!(labels.iter().filter(|&&label| label == class).count(), 1000);
            }
        }
    }

    #[test]
    fn every_stretch_has_its_share_of_mistakes() {
        let members: Vec<u32> = (0..1000).collect();
        for (rate, of_ten, of_all) in [(0.0, 0, 0), (0.5, 5, 500), (0.25, 3, 250), (1.0, 10, 1000)] {
            let mut labels = vec![0; 1000];
            mislabel(&mut labels, &members, rate, 1);
            let wrong = |labels: &[u8]| labels.iter().filter(|&&label| label == 1).count();
            assert_eq!((wrong(&labels[..10]), wrong(&labels)), (of_ten, of_all), "rate {rate}");
        }
    }

    #[test]
    fn copies_repeat_earlier_examples_in_the_share_asked_for() {
        for (rate, fresh_of_100, fresh) in [(0.0, 100, 1000), (0.5, 50, 500), (0.9, 10, 100), (0.99, 1, 10)] {
            let mut members: Vec<u32> = (0..1000).collect();
            duplicate(&mut members, rate, &mut Stream::named(1, "duplicates"));
            let distinct = |part: &[u32]| part.iter().collect::<std::collections::HashSet<_>>().len();
            assert_eq!((distinct(&members[..100]), distinct(&members)), (fresh_of_100, fresh), "rate {rate}");
            assert!(members.iter().all(|&member| (member as usize) < fresh));
        }
    }

    #[test]
    fn a_replaced_label_is_right_by_chance_only() {
        for (rate, kept) in [(0.0, 1.0), (0.4, 0.7), (1.0, 0.25)] {
            let labels = noisy(rate);
            let right = labels.iter().enumerate().filter(|(i, label)| i % 4 == usize::from(**label));
            let share = right.count() as f32 / 4000.0;
            assert!((share - kept).abs() < 0.03, "rate {rate}: {share} kept, expected {kept}");
        }
    }
}
