//! What a visitor sees of the data: thumbnails per class, clean and augmented, or points in a plane, and
//! what the model sees of them.
//!
//! Must not move the sampler: looking never changes the run.

use super::fed::fed;
use super::projection::Projection;
use super::{Dataset, Examples, Feed, Sampler};
use crate::order;
use crate::protocol::{Gallery, GalleryRow, Thumbnail};
use std::borrow::Cow;

/// Points of a projection at most, over all classes, so that the message stays small.
const POINTS: usize = 600;

/// The active training examples of each class, by the labels they carry: the first `per_class` of them as
/// pictures, or for vectors a fair share of them as points; and the next `batch` examples as fed in.
pub fn gallery(dataset: &Dataset, sampler: &Sampler, per_class: usize, batch: usize) -> Gallery {
    let mut augmenter = sampler.augmenter().clone();
    let mut row = vec![0.0; dataset.pool.features];
    let mut classes = Vec::with_capacity(dataset.classes.len());
    for (class, &examples) in sampler.active().iter().enumerate() {
        let members = active(dataset, sampler, class);
        let mut gallery_row = GalleryRow {
            examples,
            share: sampler.draw_shares()[class],
            clean: Vec::new(),
            augmented: Vec::new(),
        };
        if dataset.image.is_some() {
            for &index in members.iter().take(per_class) {
                let clean = dataset.pool.row(index as usize);
                gallery_row.clean.push(picture(dataset, clean));
                if augmenter.is_on() {
                    augmenter.copy(clean, &mut row);
                    gallery_row.augmented.push(picture(dataset, &row));
                }
            }
        }
        classes.push(gallery_row);
    }
    let projection = if dataset.image.is_none() { points(dataset, sampler) } else { Vec::new() };
    Gallery { classes, projection, fed: fed(dataset, sampler, batch) }
}

/// One example as a picture: pixels from black to white as bytes, whatever numbers stand for them in
/// training; a vector as a strip of greys, one per feature, black three standard deviations below the
/// pool's mean and white three above.
///
/// # Panics
/// `index` is not below the number of examples.
pub fn thumbnail(dataset: &Dataset, examples: &Examples, index: usize) -> Thumbnail {
    picture(dataset, examples.row(index))
}

pub(super) fn picture(dataset: &Dataset, row: &[f32]) -> Thumbnail {
    // The cast saturates, and turns NaN into 0.
    let byte = |value: f32| (value * 255.0).round() as u8;
    let feeds = &dataset.feeds;
    let Some([channels, height, width]) = dataset.image else {
        let deviations =
            |value: f32, feed: &Feed| (value - feed.mean) / feed.deviation.max(f32::MIN_POSITIVE);
        let columns = row.iter().zip(feeds);
        let pixels = columns.map(|(&value, feed)| byte((deviations(value, feed) + 3.0) / 6.0)).collect();
        return Thumbnail { width: row.len() as u32, height: 1, channels: 1, pixels };
    };
    let area = height * width;
    let interleaved = (0..area).flat_map(|at| (0..channels).map(move |channel| (channel, at)));
    let pixel = |(channel, at): (usize, usize)| {
        let feed = feeds[channel];
        byte((row[channel * area + at] - feed.bias) * (1.0 / feed.gain))
    };
    Thumbnail {
        width: width as u32,
        height: height as u32,
        channels: channels as u32,
        pixels: interleaved.map(pixel).collect(),
    }
}

/// Active examples that carry the label `class`, mistaken ones spread among the others.
fn active<'a>(dataset: &'a Dataset, sampler: &Sampler, class: usize) -> Cow<'a, [u32]> {
    let of = |class: usize| &dataset.order[class][..sampler.active()[class] as usize];
    if !dataset.mislabelled {
        return Cow::Borrowed(of(class));
    }
    let mut members: Vec<(f32, u32)> = (0..dataset.classes.len())
        .flat_map(|origin| {
            let carries = |index: &&u32| usize::from(dataset.pool.labels[**index as usize]) == class;
            let found: Vec<u32> = of(origin).iter().filter(carries).copied().collect();
            let count = found.len() as f32;
            found.into_iter().enumerate().map(move |(at, index)| ((at as f32 + 0.5) / count, index))
        })
        .collect();
    order::sort_by(&mut members, |a, b| a.0.total_cmp(&b.0));
    Cow::Owned(members.into_iter().map(|(_, index)| index).collect())
}

fn points(dataset: &Dataset, sampler: &Sampler) -> Vec<(f32, f32, u8)> {
    let projection = Projection::of(dataset);
    let total: usize = sampler.active().iter().map(|&count| count as usize).sum();
    let mut points = Vec::new();
    for class in 0..dataset.classes.len() {
        let members = active(dataset, sampler, class);
        // Rounded up: a class with any example shows at least one point.
        let shown = if total > POINTS { (members.len() * POINTS).div_ceil(total) } else { members.len() };
        for &index in &members[..shown] {
            let (x, y) = projection.point(dataset.pool.row(index as usize));
            points.push((x, y, class as u8));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{load, spec};
    use crate::experiment::{DataName, DataSpec, Experiment, Live};

    fn live() -> Live {
        Experiment::default().live
    }

    #[test]
    fn every_set_shows_its_classes_with_counts_and_shares() {
        for &name in DataName::ALL {
            let (spec, live) = (spec(name), Live { imbalance: 9.0, ..live() });
            let dataset = load(&spec, 1);
            let sampler = Sampler::new(&dataset, &spec, 1, &live);
            let gallery = gallery(&dataset, &sampler, 4, 8);
            assert_eq!(gallery.classes.len(), dataset.classes.len());
            for (class, row) in gallery.classes.iter().enumerate() {
                assert_eq!(row.examples, sampler.active()[class]);
                assert_eq!(row.share, sampler.draw_shares()[class]);
                let shown = if dataset.image.is_some() { 4.min(row.examples as usize) } else { 0 };
                assert_eq!((row.clean.len(), row.augmented.len()), (shown, 0), "{name:?}");
            }
            assert_eq!(gallery.projection.is_empty(), dataset.image.is_some(), "{name:?}");
        }
    }

    #[test]
    fn looking_does_not_move_the_run() {
        let spec = spec(DataName::Digits);
        let dataset = load(&spec, 1);
        let mut turned = live();
        turned.augment.rotation = 30.0;
        let sampler = Sampler::new(&dataset, &spec, 1, &turned);
        let before = sampler.clone();
        let shown = gallery(&dataset, &sampler, 3, 8);
        assert!(sampler == before);
        for row in &shown.classes {
            assert_eq!(row.augmented.len(), 3);
            assert_ne!(row.clean, row.augmented);
        }
    }

    #[test]
    fn a_mislabelled_example_is_shown_where_training_believes_it_to_be() {
        let spec = DataSpec { label_flip: 0.5, flip_from: 0, flip_to: 1, ..spec(DataName::Digits) };
        let dataset = load(&spec, 1);
        let plain = load(&DataSpec { label_flip: 0.0, ..spec.clone() }, 1);
        let sampler = Sampler::new(&dataset, &spec, 1, &live());
        let zeros = sampler.active()[0] as usize;
        let members = |class| active(&dataset, &sampler, class);
        assert_eq!((members(0).len(), members(1).len()), (zeros / 2, zeros + zeros.div_ceil(2)));
        let first = &members(1)[..6];
        let wrong = first.iter().filter(|&&index| plain.pool.labels[index as usize] == 0).count();
        assert_eq!(wrong, 2, "a third of what carries the label");
    }

    #[test]
    fn a_starved_class_shows_nothing() {
        for &name in DataName::ALL {
            let spec = spec(name);
            let dataset = load(&spec, 1);
            let sampler = Sampler::new(&dataset, &spec, 1, &Live { shares: vec![0.0], ..live() });
            let gallery = gallery(&dataset, &sampler, 4, 8);
            assert_eq!((gallery.classes[0].examples, gallery.classes[0].clean.len()), (0, 0));
            assert!(gallery.projection.iter().all(|&(_, _, class)| class != 0), "{name:?}");
        }
    }

    #[test]
    fn a_thumbnail_is_the_picture_whatever_the_input_scale() {
        for &name in DataName::ALL {
            let at = |input_scale| {
                let dataset = load(&DataSpec { input_scale, ..spec(name) }, 1);
                thumbnail(&dataset, &dataset.probe, 5)
            };
            let (plain, scaled) = (at(1.0), at(255.0));
            assert_eq!(plain, scaled, "{name:?}");
            assert_eq!(plain.pixels.len(), (plain.width * plain.height * plain.channels) as usize);
            let (low, high) = (plain.pixels.iter().min(), plain.pixels.iter().max());
            assert!(low < high, "{name:?} is blank");
        }
    }

    #[test]
    fn colours_are_interleaved() {
        let dataset = load(&spec(DataName::Shapes), 1);
        let (row, picture) = (dataset.probe.row(2), thumbnail(&dataset, &dataset.probe, 2));
        for at in [0, 17, 700] {
            for channel in 0..3 {
                let expected = (row[channel * 1024 + at] * 255.0).round() as u8;
                assert_eq!(picture.pixels[at * 3 + channel], expected);
            }
        }
    }

    /// Distance between the class means on the first axis in units of the spread there.
    fn seen_separation(separation: f32) -> f32 {
        let spec = DataSpec { separation, train_size: 1000, ..spec(DataName::Gaussians) };
        let dataset = load(&spec, 1);
        let points = gallery(&dataset, &Sampler::new(&dataset, &spec, 1, &live()), 0, 8).projection;
        assert!((590..=610).contains(&points.len()), "{}", points.len());
        let inside = points.iter().filter(|(x, y, _)| x.abs() <= 1.0 && y.abs() <= 1.0).count();
        assert!(inside * 100 >= points.len() * 98, "{inside} of {}", points.len());
        let of = |class| points.iter().filter(move |point| point.2 == class).map(|point| point.0);
        let mean = |class| of(class).sum::<f32>() / of(class).count() as f32;
        let spread = |class| {
            let middle = mean(class);
            (of(class).map(|x| (x - middle).powi(2)).sum::<f32>() / of(class).count() as f32).sqrt()
        };
        2.0 * (mean(1) - mean(0)).abs() / (spread(0) + spread(1))
    }

    #[test]
    fn the_projection_shows_the_true_separation_and_none_where_there_is_none() {
        // sqrt(10) standard deviations along the line between the means; 0 within sampling error.
        assert!((seen_separation(1.0) - 10f32.sqrt()).abs() < 0.3, "{}", seen_separation(1.0));
        assert!(seen_separation(0.0) < 0.25, "{}", seen_separation(0.0));
    }
}
