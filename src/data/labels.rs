//! Labels: noise on them, and the examples of each class in a fixed random order.
//!
//! Must not know inputs.

use crate::stream::Stream;

/// Replaces the share `rate` of labels by a class drawn uniformly, keeping the class counts.
///
/// The replaced labels are shuffled among themselves, in the same share of every class: for
/// balanced labels each then is a uniform draw, and the probe set stays balanced, which independent
/// draws would not leave it.
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
    fn a_replaced_label_is_right_by_chance_only() {
        for (rate, kept) in [(0.0, 1.0), (0.4, 0.7), (1.0, 0.25)] {
            let labels = noisy(rate);
            let right = labels.iter().enumerate().filter(|(i, label)| i % 4 == usize::from(**label));
            let share = right.count() as f32 / 4000.0;
            assert!((share - kept).abs() < 0.03, "rate {rate}: {share} kept, expected {kept}");
        }
    }
}
