//! Random changes to a training image as it is drawn.
//!
//! Must not know labels or batches. Order: mirror, rotate, shift, noise, brightness, cutout.

use super::{Dataset, Feed};
use crate::experiment::Augment;
use crate::stream::Stream;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The augmentation of one run: strengths and the stream they draw from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Augmenter {
    /// Channels, height, width; `None` for vectors, which are never changed.
    image: Option<[usize; 3]>,
    /// Of each channel: pixels lie between its black and its white.
    feeds: Vec<Feed>,
    strength: Augment,
    stream: Stream,
}

impl Augmenter {
    /// The augmentation of `dataset`'s images.
    pub fn new(dataset: &Dataset, stream: Stream, strength: &Augment) -> Self {
        let feeds = if dataset.image.is_some() { dataset.feeds.clone() } else { Vec::new() };
        Self { image: dataset.image, feeds, strength: strength.clone(), stream }
    }

    /// Takes other strengths; the stream goes on.
    pub fn adjust(&mut self, strength: &Augment) {
        self.strength.clone_from(strength);
    }

    /// Whether any change is made.
    pub fn is_on(&self) -> bool {
        self.image.is_some() && self.strength != Augment::default()
    }

    /// Copies an example, changed at random; bitwise equal when everything is off.
    pub fn copy(&mut self, from: &[f32], to: &mut [f32]) {
        match self.image {
            Some(image) if self.strength != Augment::default() => self.change(image, from, to),
            _ => to.copy_from_slice(from),
        }
    }

    fn change(&mut self, image: [usize; 3], from: &[f32], to: &mut [f32]) {
        let Self { strength, stream, feeds, .. } = self;
        let [_, height, width] = image;
        let area = height * width;
        let pose = Pose::draw(strength, stream);
        pose.apply(image, from, to);
        if strength.noise > 0.0 {
            for (channel, feed) in to.chunks_exact_mut(area).zip(&*feeds) {
                add_noise(strength.noise * feed.gain, stream, channel);
            }
        }
        if strength.brightness > 0.0 {
            let change = stream.range(-strength.brightness, strength.brightness);
            for (channel, feed) in to.chunks_exact_mut(area).zip(&*feeds) {
                channel.iter_mut().for_each(|pixel| *pixel += change * feed.gain);
            }
        }
        if pose.blends() || strength.noise > 0.0 || strength.brightness > 0.0 {
            for (channel, feed) in to.chunks_exact_mut(area).zip(&*feeds) {
                let (black, white) = (feed.bias, feed.white());
                channel.iter_mut().for_each(|pixel| *pixel = pixel.clamp(black, white));
            }
        }
        if strength.cutout > 0.0 {
            let size = |side: usize| ((side as f32 * strength.cutout).round() as usize).min(side);
            let (tall, wide) = (size(height), size(width));
            let top = stream.below(height - tall + 1);
            let left = stream.below(width - wide + 1);
            for (channel, feed) in to.chunks_exact_mut(area).zip(&*feeds) {
                for row in channel.chunks_exact_mut(width).skip(top).take(tall) {
                    row[left..left + wide].fill(feed.bias + 0.5 * feed.gain);
                }
            }
        }
    }
}

/// No image has more channels.
pub(super) const MAX_CHANNELS: usize = 3;

/// Where an image's content goes: mirrored, then turned, then moved.
#[derive(Clone, Copy, Debug)]
struct Pose {
    mirrored: bool,
    upside_down: bool,
    /// Radians, clockwise on the screen.
    angle: f32,
    /// Shares of the sides, rightwards and downwards.
    shift: [f32; 2],
}

impl Pose {
    fn draw(strength: &Augment, stream: &mut Stream) -> Self {
        let mut coin = |p: f32| p > 0.0 && stream.coin(p);
        let (mirrored, upside_down) = (coin(strength.flip_horizontal), coin(strength.flip_vertical));
        let mut within = |max: f32| if max > 0.0 { stream.range(-max, max) } else { 0.0 };
        let angle = within(strength.rotation).to_radians();
        Self { mirrored, upside_down, angle, shift: [within(strength.shift), within(strength.shift)] }
    }

    /// Whether pixels are interpolated rather than moved.
    fn blends(self) -> bool {
        self.angle != 0.0 || self.shift != [0.0; 2]
    }

    fn apply(self, image: [usize; 3], from: &[f32], to: &mut [f32]) {
        let [_, height, width] = image;
        if self.blends() {
            return self.blend(height, width, from, to);
        }
        let channels = from.chunks_exact(height * width).zip(to.chunks_exact_mut(height * width));
        channels.for_each(|(from, to)| self.mirror(width, from, to));
    }

    fn mirror(self, width: usize, from: &[f32], to: &mut [f32]) {
        let height = from.len() / width;
        for (y, to) in to.chunks_exact_mut(width).enumerate() {
            let y = if self.upside_down { height - 1 - y } else { y };
            let row = &from[y * width..(y + 1) * width];
            if self.mirrored {
                to.iter_mut().zip(row.iter().rev()).for_each(|(to, &from)| *to = from);
            } else {
                to.copy_from_slice(row);
            }
        }
    }

    /// Every output pixel looks up where it came from, all changes at once, so that the image is
    /// interpolated (bilinearly) only once; the place is worked out once for all channels.
    fn blend(self, height: usize, width: usize, from: &[f32], to: &mut [f32]) {
        let area = height * width;
        let mut outside = [0.0; MAX_CHANNELS];
        for (background, channel) in outside.iter_mut().zip(from.chunks_exact(area)) {
            *background = background_of(height, width, channel);
        }
        let (sin, cos) = self.angle.sin_cos();
        let flip_x = if self.mirrored { -1.0 } else { 1.0 };
        let flip_y = if self.upside_down { -1.0 } else { 1.0 };
        let (mid_x, mid_y) = (0.5 * (width as f32 - 1.0), 0.5 * (height as f32 - 1.0));
        let (shift_x, shift_y) = (self.shift[0] * width as f32, self.shift[1] * height as f32);
        for y in 0..height {
            let dy = y as f32 - shift_y - mid_y;
            for x in 0..width {
                let dx = x as f32 - shift_x - mid_x;
                let (left, right_part) = split(flip_x * (cos * dx + sin * dy) + mid_x);
                let (top, lower_part) = split(flip_y * (cos * dy - sin * dx) + mid_y);
                let mix = |[upper_left, upper_right, lower_left, lower_right]: [f32; 4]| {
                    let upper = upper_left * (1.0 - right_part) + upper_right * right_part;
                    let lower = lower_left * (1.0 - right_part) + lower_right * right_part;
                    upper * (1.0 - lower_part) + lower * lower_part
                };
                let channels = from.chunks_exact(area).zip(to.chunks_exact_mut(area));
                if left >= 0 && top >= 0 && left + 1 < width as i32 && top + 1 < height as i32 {
                    // All four neighbours inside, nearly always.
                    let at = top as usize * width + left as usize;
                    for (from, to) in channels {
                        to[y * width + x] =
                            mix([from[at], from[at + 1], from[at + width], from[at + width + 1]]);
                    }
                } else {
                    for ((from, to), background) in channels.zip(outside) {
                        let at = |x: i32, y: i32| {
                            let inside = x >= 0 && y >= 0 && x < width as i32 && y < height as i32;
                            if inside { from[y as usize * width + x as usize] } else { background }
                        };
                        to[y * width + x] =
                            mix([at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)]);
                    }
                }
            }
        }
    }
}

/// Whole part (rounded down) and rest of a coordinate; `f32::floor` is a slow call on some targets.
fn split(coordinate: f32) -> (i32, f32) {
    let towards_zero = coordinate as i32;
    let whole = towards_zero - i32::from(coordinate < towards_zero as f32);
    (whole, coordinate - whole as f32)
}

/// Adds Gaussian noise to every pixel.
///
/// Each stretch of pixels takes neighbouring numbers from a fixed table at a random place: computing
/// a normal number per pixel would take several times as long as a training step.
fn add_noise(deviation: f32, stream: &mut Stream, to: &mut [f32]) {
    const STRETCH: usize = 32;
    for stretch in to.chunks_mut(STRETCH) {
        let start = stream.below(GRAIN_LEN - STRETCH);
        stretch.iter_mut().zip(&GRAIN[start..]).for_each(|(pixel, grain)| *pixel += deviation * grain);
    }
}

const GRAIN_LEN: usize = 1 << 14;

/// Standard normal numbers with mean exactly 0 (the second half mirrors the first) and variance 1.
static GRAIN: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let mut stream = Stream::named(0, "grain");
    let mut grain: Vec<f32> = (0..GRAIN_LEN / 2).map(|_| stream.normal()).collect();
    let deviation = (grain.iter().map(|value| value * value).sum::<f32>() / grain.len() as f32).sqrt();
    grain.iter_mut().for_each(|value| *value /= deviation);
    grain.extend_from_within(..);
    grain[GRAIN_LEN / 2..].iter_mut().for_each(|value| *value = -*value);
    grain
});

/// What lies outside a channel: the middle of its four corners, so that one corner covered by the
/// object does not smear.
fn background_of(height: usize, width: usize, channel: &[f32]) -> f32 {
    let last = (height - 1) * width;
    let [a, b, c, d] = [channel[0], channel[width - 1], channel[last], channel[last + width - 1]];
    0.5 * (a.min(b).max(c.min(d)) + a.max(b).min(c.max(d)))
}

#[cfg(test)]
mod tests;
