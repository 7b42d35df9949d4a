//! What a visitor sees of the data: thumbnails per class, clean and augmented, or points in a plane.
//!
//! Must not move the sampler: looking never changes the run.

use super::projection::Projection;
use super::{Dataset, Examples, Sampler};
use crate::protocol::{Gallery, GalleryRow, Thumbnail};

/// Points of a projection at most, over all classes, so that the message stays small.
const POINTS: usize = 600;

/// The active training examples of each class: the first `per_class` of them as pictures, or for
/// vectors a fair share of them as points.
pub fn gallery(dataset: &Dataset, sampler: &Sampler, per_class: usize) -> Gallery {
    let mut augmenter = sampler.augmenter().clone();
    let mut row = vec![0.0; dataset.pool.features];
    let mut classes = Vec::with_capacity(dataset.classes.len());
    for (class, &examples) in sampler.active().iter().enumerate() {
        let mut gallery_row = GalleryRow {
            examples,
            share: sampler.draw_shares()[class],
            clean: Vec::new(),
            augmented: Vec::new(),
        };
        if dataset.image.is_some() {
            for &index in active(dataset, sampler, class).iter().take(per_class) {
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
    Gallery { classes, projection }
}

/// One example as a picture: pixels from 0 to `input_scale` as bytes; a vector as a strip of greys,
/// one per feature, black at -3 and white at 3.
///
/// # Panics
/// `index` is not below the number of examples.
pub fn thumbnail(dataset: &Dataset, examples: &Examples, index: usize) -> Thumbnail {
    picture(dataset, examples.row(index))
}

fn picture(dataset: &Dataset, row: &[f32]) -> Thumbnail {
    let unit = 1.0 / dataset.input_scale;
    // The cast saturates, and turns NaN into 0.
    let byte = |value: f32| (value * 255.0).round() as u8;
    let Some([channels, height, width]) = dataset.image else {
        let pixels = row.iter().map(|value| byte((value * unit + 3.0) / 6.0)).collect();
        return Thumbnail { width: row.len() as u32, height: 1, channels: 1, pixels };
    };
    let area = height * width;
    let interleaved = (0..area).flat_map(|at| (0..channels).map(move |channel| channel * area + at));
    Thumbnail {
        width: width as u32,
        height: height as u32,
        channels: channels as u32,
        pixels: interleaved.map(|at| byte(row[at] * unit)).collect(),
    }
}

fn active<'a>(dataset: &'a Dataset, sampler: &Sampler, class: usize) -> &'a [u32] {
    &dataset.order[class][..sampler.active()[class] as usize]
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
