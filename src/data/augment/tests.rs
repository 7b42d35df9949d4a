//! Properties of each augmentation, on every image set.

use super::*;
use crate::data::tests::{load, spec};
use crate::experiment::{DataName, DataSpec};

const OFF: Augment = Augment {
    flip_horizontal: 0.0,
    flip_vertical: 0.0,
    rotation: 0.0,
    shift: 0.0,
    noise: 0.0,
    brightness: 0.0,
    cutout: 0.0,
};

fn images() -> impl Iterator<Item = Dataset> {
    let all = DataName::ALL.iter().map(|&name| load(&spec(name), 1));
    all.filter(|dataset| dataset.image.is_some())
}

fn augmenter(dataset: &Dataset, strength: &Augment) -> Augmenter {
    Augmenter::new(dataset, Stream::named(1, "augment"), strength)
}

fn changed(augmenter: &mut Augmenter, from: &[f32]) -> Vec<f32> {
    let mut to = vec![f32::NAN; from.len()];
    augmenter.copy(from, &mut to);
    to
}

fn pose(dataset: &Dataset, pose: Pose, from: &[f32]) -> Vec<f32> {
    let mut to = vec![f32::NAN; from.len()];
    pose.apply(dataset.image.expect("an image set"), from, &mut to);
    to
}

const STILL: Pose = Pose { mirrored: false, upside_down: false, angle: 0.0, shift: [0.0; 2] };

#[test]
fn off_leaves_every_bit_alone_and_draws_nothing() {
    for &name in DataName::ALL {
        let dataset = load(&spec(name), 1);
        let mut augmenter = augmenter(&dataset, &OFF);
        let before = augmenter.clone();
        assert_eq!(changed(&mut augmenter, dataset.pool.row(0)), dataset.pool.row(0), "{name:?}");
        assert_eq!(augmenter, before, "{name:?}");
        assert!(!augmenter.is_on());
    }
}

#[test]
fn vectors_are_never_changed() {
    let all_on = Augment { flip_horizontal: 1.0, noise: 0.5, brightness: 0.5, cutout: 0.5, ..OFF };
    let dataset = load(&spec(DataName::Linear), 1);
    let mut augmenter = augmenter(&dataset, &all_on);
    assert!(!augmenter.is_on());
    assert_eq!(changed(&mut augmenter, dataset.pool.row(0)), dataset.pool.row(0));
}

#[test]
fn a_mirror_moves_pixels_exactly_and_twice_is_none() {
    for dataset in images() {
        let from = dataset.pool.row(3);
        let [_, height, width] = dataset.image.expect("images only");
        for strength in [Augment { flip_horizontal: 1.0, ..OFF }, Augment { flip_vertical: 1.0, ..OFF }] {
            let mut augmenter = augmenter(&dataset, &strength);
            let once = changed(&mut augmenter, from);
            assert_ne!(once, from);
            for (at, &pixel) in once.iter().enumerate() {
                let (plane, y, x) = (at / (height * width), at / width % height, at % width);
                let (y, x) =
                    if strength.flip_vertical > 0.0 { (height - 1 - y, x) } else { (y, width - 1 - x) };
                assert_eq!(pixel, from[(plane * height + y) * width + x]);
            }
            assert_eq!(changed(&mut augmenter, &once), from);
        }
    }
}

#[test]
fn the_two_mirrors_are_independent_coins() {
    let dataset = load(&spec(DataName::Digits), 1);
    let from = dataset.pool.row(0);
    let mut augmenter = augmenter(&dataset, &Augment { flip_horizontal: 0.5, flip_vertical: 0.5, ..OFF });
    let kinds = [(false, false), (true, false), (false, true), (true, true)]
        .map(|(mirrored, upside_down)| pose(&dataset, Pose { mirrored, upside_down, ..STILL }, from));
    let mut counts = [0; 4];
    for _ in 0..2000 {
        let to = changed(&mut augmenter, from);
        counts[kinds.iter().position(|kind| *kind == to).expect("one of four")] += 1;
    }
    // 500 each, standard deviation 19.
    assert!(counts.iter().all(|&count| (420..580).contains(&count)), "{counts:?}");
}

#[test]
fn interpolating_without_moving_is_the_identity() {
    for dataset in images() {
        let from = dataset.pool.row(0);
        let [_, height, width] = dataset.image.expect("images only");
        let mut to = vec![f32::NAN; from.len()];
        STILL.blend(height, width, from, &mut to);
        assert_eq!(to, from);
        assert_eq!(pose(&dataset, STILL, from), from);
    }
}

/// Largest difference between two images.
fn gap(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn half_a_turn_is_both_mirrors() {
    for dataset in images() {
        let from = dataset.pool.row(1);
        let turned = pose(&dataset, Pose { angle: std::f32::consts::PI, ..STILL }, from);
        let mirrored = pose(&dataset, Pose { mirrored: true, upside_down: true, ..STILL }, from);
        assert!(gap(&turned, &mirrored) < 1e-4, "{}", gap(&turned, &mirrored));
    }
}

#[test]
fn turns_are_clockwise_and_shifts_go_right_and_down() {
    let dataset = load(&spec(DataName::Digits), 1);
    let mut dot = vec![0.0; 64];
    dot[2] = 1.0;
    let moved_to = |change: Pose| {
        let to = pose(&dataset, change, &dot);
        let at = to.iter().position(|&pixel| pixel > 0.99).expect("the dot stays inside");
        (at % 8, at / 8)
    };
    // The dot is at (2, 0); the centre is at (3.5, 3.5).
    assert_eq!(moved_to(Pose { angle: std::f32::consts::FRAC_PI_2, ..STILL }), (7, 2));
    assert_eq!(moved_to(Pose { shift: [0.25, 0.375], ..STILL }), (4, 3));
    // Mirroring comes first: (5, 0), then the turn.
    assert_eq!(moved_to(Pose { mirrored: true, angle: std::f32::consts::FRAC_PI_2, ..STILL }), (7, 5));
}

#[test]
fn pixels_stay_in_range_at_full_strength_and_any_scale() {
    let full = Augment {
        flip_horizontal: 0.5,
        flip_vertical: 0.5,
        rotation: 180.0,
        shift: 0.5,
        noise: 1.0,
        brightness: 1.0,
        cutout: 0.75,
    };
    for &name in DataName::ALL {
        for input_scale in [0.001, 1.0, 255.0] {
            let dataset = load(&DataSpec { input_scale, ..spec(name) }, 1);
            if dataset.image.is_none() {
                continue;
            }
            let mut augmenter = augmenter(&dataset, &full);
            for index in 0..20 {
                let to = changed(&mut augmenter, dataset.pool.row(index));
                assert!(to.iter().all(|pixel| (0.0..=input_scale).contains(pixel)), "{name:?} {input_scale}");
            }
        }
    }
}

#[test]
fn a_changed_picture_is_the_same_picture_however_it_is_fed() {
    let strong = Augment { rotation: 40.0, shift: 0.2, noise: 0.2, brightness: 0.3, cutout: 0.3, ..OFF };
    for name in [DataName::Digits, DataName::Shapes] {
        // The raw pixels that are fed as the changed image.
        let raw = |spec: DataSpec| -> Vec<f32> {
            let dataset = load(&spec, 1);
            let [_, height, width] = dataset.image.expect("an image set");
            let to = changed(&mut augmenter(&dataset, &strong), dataset.pool.row(2));
            let channels = to.chunks_exact(height * width).zip(&dataset.feeds);
            channels.flat_map(|(to, feed)| to.iter().map(|pixel| (pixel - feed.bias) / feed.gain)).collect()
        };
        let plain = raw(spec(name));
        let offset = raw(DataSpec { input_offset: -40.0, input_scale: 255.0, ..spec(name) });
        let standard = raw(DataSpec { standardise: true, ..spec(name) });
        assert!(gap(&plain, &offset) < 1e-4 && gap(&plain, &standard) < 1e-4, "{name:?}");
    }
}

#[test]
fn every_strength_alone_changes_the_image_and_keeps_changing_it() {
    let alone: [fn(&mut Augment); 6] = [
        |strength| strength.rotation = 20.0,
        |strength| strength.shift = 0.2,
        |strength| strength.noise = 0.1,
        |strength| strength.brightness = 0.2,
        |strength| strength.cutout = 0.4,
        |strength| (strength.flip_horizontal, strength.flip_vertical) = (1.0, 1.0),
    ];
    for dataset in images() {
        for (index, set) in alone.iter().enumerate() {
            let mut strength = OFF;
            set(&mut strength);
            let mut augmenter = augmenter(&dataset, &strength);
            let from = dataset.pool.row(0);
            let images: Vec<_> = (0..8).map(|_| changed(&mut augmenter, from)).collect();
            assert!(images.iter().all(|image| image != from), "change {index}");
            let varies = images.iter().any(|image| *image != images[0]);
            // Certain coins fall the same way every time.
            assert_eq!(varies, index != 5, "change {index}");
        }
    }
}

/// A grey image of the shapes' size, far from both ends of the range.
fn grey(dataset: &Dataset) -> Vec<f32> {
    vec![0.5 * dataset.feeds[0].gain; dataset.pool.features]
}

#[test]
fn noise_has_the_strength_asked_for_and_no_mean() {
    let dataset = load(&DataSpec { input_scale: 255.0, ..spec(DataName::Shapes) }, 1);
    let from = grey(&dataset);
    let mut augmenter = augmenter(&dataset, &Augment { noise: 0.1, ..OFF });
    assert_ne!(changed(&mut augmenter, &from)[..1024], changed(&mut augmenter, &from)[1024..2048]);
    let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
    for _ in 0..10 {
        for pixel in changed(&mut augmenter, &from) {
            let noise = f64::from(pixel / 255.0 - 0.5);
            sum += noise;
            squares += noise * noise;
            count += 1.0;
        }
    }
    let (mean, deviation) = (sum / count, (squares / count).sqrt());
    assert!(mean.abs() < 0.002 && (deviation - 0.1).abs() < 0.002, "mean {mean}, deviation {deviation}");
}

#[test]
fn brightness_moves_all_pixels_alike_within_its_bounds() {
    let dataset = load(&spec(DataName::Shapes), 1);
    let from = grey(&dataset);
    let mut augmenter = augmenter(&dataset, &Augment { brightness: 0.3, ..OFF });
    let changes: Vec<f32> = (0..200)
        .map(|_| {
            let to = changed(&mut augmenter, &from);
            assert!(to.iter().all(|&pixel| pixel == to[0]));
            to[0] - 0.5
        })
        .collect();
    let (low, high) =
        changes.iter().fold((0.0, 0.0), |(low, high): (f32, f32), &c| (low.min(c), high.max(c)));
    assert!((-0.3..-0.25).contains(&low) && (0.25..=0.3).contains(&high), "{low} to {high}");
}

#[test]
fn cutout_erases_one_grey_square_of_the_size_asked_for_somewhere() {
    let dataset = load(&DataSpec { input_scale: 2.0, ..spec(DataName::Shapes) }, 1);
    let from = vec![0.0; dataset.pool.features];
    let mut augmenter = augmenter(&dataset, &Augment { cutout: 0.25, ..OFF });
    let mut corners = std::collections::HashSet::new();
    for _ in 0..300 {
        let to = changed(&mut augmenter, &from);
        let erased: Vec<usize> = (0..1024).filter(|&at| to[at] == 1.0).collect();
        assert_eq!(erased.len(), 8 * 8);
        assert_eq!(erased[63] - erased[0], 7 * 32 + 7);
        assert!(to.iter().all(|&pixel| pixel == 0.0 || pixel == 1.0));
        assert_eq!(to[..1024], to[1024..2048], "all channels are erased");
        corners.insert(erased[0]);
    }
    assert!(corners.len() > 100, "{} places", corners.len());
}

#[test]
fn what_comes_in_from_outside_is_background() {
    for name in [DataName::Digits, DataName::Mnist] {
        let dataset = load(&spec(name), 1);
        let [_, height, width] = dataset.image.expect("digits are images");
        let to = pose(&dataset, Pose { shift: [0.5, 0.0], ..STILL }, dataset.pool.row(0));
        for row in to.chunks_exact(width) {
            assert!(row[..width / 2 - 1].iter().all(|&pixel| pixel == 0.0), "{name:?} {height}");
        }
    }
}
