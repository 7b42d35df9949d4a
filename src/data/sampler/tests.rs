//! What the sampler promises, over every data set where it can be.

use super::*;
use crate::data::tests::{load, spec};
use crate::experiment::{DataName, Experiment};

fn live() -> Live {
    Experiment::default().live
}

/// Two Gaussians, 1,000 training examples.
fn gaussians() -> (Dataset, DataSpec) {
    let spec = DataSpec { train_size: 1000, ..spec(DataName::Gaussians) };
    (load(&spec, 1), spec)
}

fn draws(sampler: &mut Sampler, dataset: &Dataset, count: usize) -> (Vec<f32>, Vec<u8>) {
    let mut inputs = vec![0.0; count * dataset.pool.features];
    let mut labels = vec![0; count];
    sampler.draw(dataset, &mut inputs, &mut labels);
    (inputs, labels)
}

fn counts(labels: &[u8], classes: usize) -> Vec<f32> {
    let mut counts = vec![0.0; classes];
    labels.iter().for_each(|&label| counts[usize::from(label)] += 1.0);
    counts
}

/// Chi-square of counts against shares; about its degrees of freedom when they agree.
fn chi_square(counts: &[f32], shares: &[f32]) -> f32 {
    let total: f32 = counts.iter().sum();
    let terms = counts.iter().zip(shares).filter(|(_, share)| **share > 0.0);
    terms.map(|(count, share)| (count - share * total).powi(2) / (share * total)).sum()
}

fn distinct(inputs: &[f32], features: usize) -> usize {
    let rows = inputs.chunks_exact(features).map(|row| row.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
    rows.collect::<std::collections::HashSet<_>>().len()
}

#[test]
fn the_order_follows_from_the_seed_and_not_from_the_batch_size() {
    for &name in DataName::ALL {
        let (spec, mut live) = (spec(name), live());
        live.augment.flip_horizontal = 0.5;
        live.augment.noise = 0.1;
        live.imbalance = 3.0;
        let dataset = load(&spec, 1);
        let sampler = |seed| Sampler::new(&dataset, &spec, seed, &live);
        let whole = draws(&mut sampler(1), &dataset, 60);
        let mut piecewise = sampler(1);
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        for batch in [1, 32, 7, 20] {
            let (more_inputs, more_labels) = draws(&mut piecewise, &dataset, batch);
            inputs.extend(more_inputs);
            labels.extend(more_labels);
        }
        assert!(whole == (inputs, labels), "{name:?}");
        assert!(whole.0 != draws(&mut sampler(2), &dataset, 60).0, "{name:?}");
    }
}

#[test]
fn draws_carry_their_own_label_and_come_from_the_pool() {
    for &name in DataName::ALL {
        let spec = spec(name);
        let dataset = load(&spec, 1);
        let (inputs, labels) = draws(&mut Sampler::new(&dataset, &spec, 1, &live()), &dataset, 50);
        for (row, label) in inputs.chunks_exact(dataset.pool.features).zip(labels) {
            let members = &dataset.order[usize::from(label)];
            assert!(members.iter().any(|&at| dataset.pool.row(at as usize) == row), "{name:?}");
        }
    }
}

#[test]
fn classes_are_drawn_by_their_shares() {
    for &name in DataName::ALL {
        for imbalance in [1.0, 9.0] {
            let (spec, live) = (spec(name), Live { imbalance, ..live() });
            let dataset = load(&spec, 1);
            let mut sampler = Sampler::new(&dataset, &spec, 1, &live);
            let (_, labels) = draws(&mut sampler, &dataset, 5000);
            let chi = chi_square(&counts(&labels, dataset.classes.len()), sampler.draw_shares());
            // 99.99 % point of chi-square with 9 degrees of freedom.
            assert!(chi < 33.7, "{name:?} {imbalance}: {chi}");
        }
    }
}

#[test]
fn at_99_to_1_the_rare_class_really_has_ten_examples() {
    let (dataset, spec) = gaussians();
    let live = Live { imbalance: 99.0, ..live() };
    let mut sampler = Sampler::new(&dataset, &spec, 1, &live);
    assert_eq!(sampler.active(), [990, 10]);
    let (inputs, labels) = draws(&mut sampler, &dataset, 20_000);
    let rows = inputs.chunks_exact(10).zip(&labels).filter(|(_, label)| **label == 1);
    let rare: Vec<f32> = rows.flat_map(|(row, _)| row.to_vec()).collect();
    assert_eq!(distinct(&rare, 10), 10);
    assert_eq!(distinct(&inputs, 10), 1000);
}

#[test]
fn real_sets_give_what_they_have() {
    let spec = DataSpec { train_size: 5000, ..spec(DataName::Digits) };
    let dataset = load(&spec, 1);
    let sampler = Sampler::new(&dataset, &spec, 1, &live());
    let available: Vec<u32> = dataset.order.iter().map(|members| members.len() as u32).collect();
    assert_eq!(sampler.active(), available);
    assert_eq!(available.iter().sum::<u32>(), 1797 - 350);
}

#[test]
fn a_class_goes_to_zero_and_back_mid_run() {
    for &name in DataName::ALL {
        let spec = spec(name);
        let dataset = load(&spec, 1);
        let classes = dataset.classes.len();
        let mut sampler = Sampler::new(&dataset, &spec, 1, &live());
        let full = sampler.active().to_vec();
        draws(&mut sampler, &dataset, 37);
        for starved in [0, classes - 1] {
            let mut shares = vec![1.0; classes];
            shares[starved] = 0.0;
            sampler.adjust(&dataset, &Live { shares, weighting: Weighting::Oversampling, ..live() });
            assert_eq!((sampler.active()[starved], sampler.draw_shares()[starved]), (0, 0.0), "{name:?}");
            let (_, labels) = draws(&mut sampler, &dataset, 500);
            assert!(labels.iter().all(|&label| usize::from(label) != starved), "{name:?}");
        }
        sampler.adjust(&dataset, &live());
        assert_eq!(sampler.active(), full, "{name:?}");
        let (_, labels) = draws(&mut sampler, &dataset, 1000);
        assert!(counts(&labels, classes).iter().all(|&count| count > 0.0), "{name:?}");
    }
}

#[test]
fn adjusting_without_a_change_changes_nothing() {
    let (dataset, spec) = gaussians();
    let mut left = Sampler::new(&dataset, &spec, 1, &live());
    draws(&mut left, &dataset, 100);
    let mut right = left.clone();
    right.adjust(&dataset, &live());
    assert_eq!(draws(&mut left, &dataset, 2000), draws(&mut right, &dataset, 2000));
    assert!((left.epoch() - right.epoch()).abs() < 1e-6);
}

#[test]
fn augmentation_does_not_move_the_order() {
    let spec = spec(DataName::Digits);
    let dataset = load(&spec, 1);
    let mut plain = Sampler::new(&dataset, &spec, 1, &live());
    let mut noisy = plain.clone();
    let mut changed = live();
    changed.augment.noise = 0.2;
    noisy.adjust(&dataset, &changed);
    let (plain_inputs, plain_labels) = draws(&mut plain, &dataset, 300);
    let (noisy_inputs, noisy_labels) = draws(&mut noisy, &dataset, 300);
    assert_eq!(plain_labels, noisy_labels);
    assert_ne!(plain_inputs, noisy_inputs);
}

#[test]
fn oversampling_draws_equally_from_the_same_few_examples() {
    let (dataset, spec) = gaussians();
    let live = Live { imbalance: 99.0, weighting: Weighting::Oversampling, ..live() };
    let mut sampler = Sampler::new(&dataset, &spec, 1, &live);
    assert_eq!(sampler.active(), [990, 10]);
    assert_eq!(sampler.draw_shares(), [0.5, 0.5]);
    assert!((sampler.class_shares()[0] - 0.99).abs() < 1e-6);
    assert_eq!(sampler.loss_weights(), [1.0, 1.0]);
    let (_, labels) = draws(&mut sampler, &dataset, 10_000);
    assert!(chi_square(&counts(&labels, 2), &[0.5, 0.5]) < 15.1);
}

#[test]
fn inverse_frequency_weights_have_mean_one_over_drawn_examples() {
    let (dataset, spec) = gaussians();
    let weighted = |live: Live| Sampler::new(&dataset, &spec, 1, &live);
    let weighting = Weighting::InverseFrequency;
    let sampler = weighted(Live { imbalance: 99.0, weighting, ..live() });
    let (common, rare) = (sampler.loss_weights()[0], sampler.loss_weights()[1]);
    // n / (K * n_k) = 1000 / (2 * 990) and 1000 / (2 * 10), as in scikit-learn's "balanced".
    assert!((common - 0.505_05).abs() < 1e-4 && (rare - 50.0).abs() < 1e-2, "{common} {rare}");
    let starved = weighted(Live { shares: vec![1.0, 0.0], weighting, ..live() });
    assert_eq!(starved.loss_weights(), [1.0, 0.0]);
    assert_eq!(weighted(live()).loss_weights(), [1.0, 1.0]);
}

#[test]
fn an_epoch_is_a_pass_over_the_active_examples_and_never_jumps() {
    let (dataset, spec) = gaussians();
    let mut sampler = Sampler::new(&dataset, &spec, 1, &live());
    draws(&mut sampler, &dataset, 500);
    assert!((sampler.epoch() - 0.5).abs() < 1e-6);
    sampler.adjust(&dataset, &Live { shares: vec![0.0], ..live() });
    assert_eq!(sampler.active(), [0, 1000]);
    sampler.adjust(&dataset, &Live { imbalance: 1000.0, ..live() });
    assert!((sampler.epoch() - 0.5).abs() < 1e-6);
}

#[test]
fn a_checkpoint_goes_on_exactly_where_it_was() {
    for &name in DataName::ALL {
        let (spec, mut live) = (spec(name), live());
        live.augment.rotation = 20.0;
        live.augment.noise = 0.1;
        live.shuffle = false;
        live.mixup = 0.3;
        let dataset = load(&spec, 1);
        let mut sampler = Sampler::new(&dataset, &spec, 1, &live);
        let (mut inputs, labels) = draws(&mut sampler, &dataset, 123);
        sampler.mix(&mut inputs, &labels);
        let bytes = postcard::to_allocvec(&sampler).expect("plain data");
        let mut resumed: Sampler = postcard::from_bytes(&bytes).expect("own bytes");
        assert!(resumed == sampler, "{name:?}");
        let mixed = |sampler: &mut Sampler| {
            let (mut inputs, labels) = draws(sampler, &dataset, 300);
            (sampler.mix(&mut inputs, &labels), inputs, labels)
        };
        assert!(mixed(&mut sampler) == mixed(&mut resumed), "{name:?}");
    }
}

#[test]
fn duplicates_leave_the_counts_and_take_the_variety() {
    for (duplicates, different) in [(0.0, 1000), (0.9, 100)] {
        let spec = DataSpec { duplicates, train_size: 1000, ..spec(DataName::Gaussians) };
        let dataset = load(&spec, 1);
        let mut sampler = Sampler::new(&dataset, &spec, 1, &live());
        assert_eq!(sampler.active(), [500, 500]);
        let (inputs, _) = draws(&mut sampler, &dataset, 20_000);
        assert_eq!(distinct(&inputs, 10), different);
    }
}

#[test]
fn mislabelled_examples_carry_the_wrong_label_in_training_alone() {
    let spec = DataSpec { label_flip: 0.4, flip_from: 2, flip_to: 7, ..spec(DataName::Digits) };
    let dataset = load(&spec, 1);
    let plain = load(&DataSpec { label_flip: 0.0, ..spec.clone() }, 1);
    assert_eq!(dataset.probe, plain.probe);
    let mut sampler = Sampler::new(&dataset, &spec, 1, &live());
    assert_eq!(sampler.active(), [10; 10]);
    let (mistaken, truth) = (draws(&mut sampler, &dataset, 3000), {
        let mut sampler = Sampler::new(&plain, &spec, 1, &live());
        draws(&mut sampler, &plain, 3000)
    });
    assert_eq!(mistaken.0, truth.0);
    for (&label, &class) in mistaken.1.iter().zip(&truth.1) {
        assert!(label == class || (label, class) == (7, 2));
    }
    let shares = [0.1, 0.1, 0.06, 0.1, 0.1, 0.1, 0.1, 0.14, 0.1, 0.1];
    assert!(chi_square(&counts(&mistaken.1, 10), &shares) < 33.7);
}

#[test]
fn a_flip_to_itself_or_a_class_that_is_not_there_flips_nothing() {
    let plain = load(&spec(DataName::Gaussians), 1);
    for (flip_from, flip_to) in [(1, 1), (0, 2), (9, 0)] {
        let spec = DataSpec { label_flip: 1.0, flip_from, flip_to, ..spec(DataName::Gaussians) };
        assert!(load(&spec, 1) == plain);
    }
}

#[test]
fn weights_follow_the_labels_training_sees() {
    let spec = DataSpec { label_flip: 0.5, train_size: 1000, ..spec(DataName::Gaussians) };
    let dataset = load(&spec, 1);
    let weighting = Weighting::InverseFrequency;
    let sampler = Sampler::new(&dataset, &spec, 1, &Live { weighting, ..live() });
    // A quarter of the drawn labels is 0, three quarters are 1: 1 / (2 * share).
    let [rare, common] = [sampler.loss_weights()[0], sampler.loss_weights()[1]];
    assert!((rare - 2.0).abs() < 0.02 && (common - 2.0 / 3.0).abs() < 0.01, "{rare} {common}");
    let all = DataSpec { label_flip: 1.0, ..spec };
    let sampler = Sampler::new(&load(&all, 1), &all, 1, &Live { weighting, ..live() });
    assert_eq!(sampler.loss_weights(), [0.0, 1.0]);
}

#[test]
fn undersampling_leaves_every_class_as_many_as_the_rarest() {
    let (dataset, spec) = gaussians();
    let live = Live { imbalance: 99.0, weighting: Weighting::Undersampling, ..live() };
    let mut sampler = Sampler::new(&dataset, &spec, 1, &live);
    assert_eq!((sampler.active(), sampler.draw_shares()), (&[10, 10][..], &[0.5, 0.5][..]));
    assert!((sampler.class_shares()[0] - 0.99).abs() < 1e-6);
    let (inputs, labels) = draws(&mut sampler, &dataset, 5000);
    assert_eq!(distinct(&inputs, 10), 20);
    assert!(chi_square(&counts(&labels, 2), &[0.5, 0.5]) < 15.1);
    sampler.adjust(&dataset, &Live { weighting: Weighting::None, ..live });
    assert_eq!(sampler.active(), [990, 10]);
}

#[test]
fn without_shuffling_one_class_follows_the_other_and_frequencies_stay() {
    for &name in DataName::ALL {
        let (spec, live) = (spec(name), Live { shuffle: false, imbalance: 3.0, ..live() });
        let dataset = load(&spec, 1);
        let mut sampler = Sampler::new(&dataset, &spec, 1, &live);
        let classes = dataset.classes.len();
        let pass = *sampler.turns.last().expect("classes") as usize;
        let (_, labels) = draws(&mut sampler, &dataset, 2 * pass);
        assert!(labels[..pass].is_sorted() && labels[..pass] == labels[pass..], "{name:?}");
        let counts = counts(&labels[..pass], classes);
        for (class, &count) in counts.iter().enumerate() {
            let expected = sampler.draw_shares()[class] * pass as f32;
            assert!((count - expected).abs() <= 2.0 && count >= 1.0, "{name:?} {counts:?}");
        }
    }
}

#[test]
fn shuffling_again_goes_on_as_if_nothing_had_been() {
    let (dataset, spec) = gaussians();
    let mut sampler = Sampler::new(&dataset, &spec, 1, &live());
    let mut sorted = sampler.clone();
    sorted.adjust(&dataset, &Live { shuffle: false, ..live() });
    let order = sorted.order.clone();
    draws(&mut sorted, &dataset, 300);
    assert_eq!(sorted.order, order, "no chance is needed for turns");
    sorted.adjust(&dataset, &live());
    let (_, again) = draws(&mut sorted, &dataset, 300);
    assert_eq!(draws(&mut sampler, &dataset, 300).1, again);
}

#[test]
fn mixup_does_not_move_the_order() {
    let (dataset, spec) = gaussians();
    let mut plain = Sampler::new(&dataset, &spec, 1, &live());
    let mut mixing = Sampler::new(&dataset, &spec, 1, &Live { mixup: 0.4, ..live() });
    for _ in 0..5 {
        let (mut inputs, labels) = draws(&mut mixing, &dataset, 32);
        assert_eq!(draws(&mut plain, &dataset, 32), (inputs.clone(), labels.clone()));
        let pure = inputs.clone();
        assert!(plain.mix(&mut inputs, &labels).is_empty() && inputs == pure);
        assert_eq!(mixing.mix(&mut inputs, &labels).len(), 32);
        assert_ne!(inputs, pure);
    }
}
