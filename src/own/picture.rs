//! Pictures collected by class, all held at the largest size and made smaller when they are packed.
//!
//! Must not know how files become pixels; the browser does that.

use super::fault::{Fault, Problem};
use super::limit::Limit;
use super::pack::{self, Packed};
use crate::experiment::own::SIDE;
use serde::{Deserialize, Serialize};

/// Bytes of a picture as it is held: red, green, blue of [`SIDE`] x [`SIDE`] pixels.
pub const HELD: usize = SIDE * SIDE * 3;
/// Sides a picture can be trained at.
pub const SIDES: [usize; 4] = [8, 16, 28, 32];
/// Pictures of each class that are shown.
const SHOWN: usize = 8;

/// How pictures are trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// One of [`SIDES`].
    pub side: usize,
    /// Three channels, not one.
    pub is_coloured: bool,
}

/// A class of pictures as a visitor sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Number of pictures.
    pub count: usize,
    /// The newest few, [`HELD`] bytes each.
    pub newest: Vec<Vec<u8>>,
}

/// Pictures of every class.
#[derive(Clone, Debug, Default)]
pub struct Album {
    classes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Album {
    /// Adds a picture; `rgba`: [`SIDE`] x [`SIDE`] pixels of four bytes, transparent ones on white.
    ///
    /// # Errors
    /// Too many pictures or classes.
    pub fn add(&mut self, class: &str, rgba: &[u8]) -> Result<(), Fault> {
        if self.len() >= Limit::Examples.most().min(Limit::Pictures.most()) {
            return Err(Fault::whole(Problem::TooMuch(Limit::Pictures)));
        }
        let at = match self.classes.iter().position(|(name, _)| name == class) {
            Some(at) => at,
            None if self.classes.len() >= Limit::Classes.most() => {
                return Err(Fault::named(class, Problem::TooMuch(Limit::Classes)));
            }
            None => {
                self.classes.push((class.to_owned(), Vec::new()));
                self.classes.len() - 1
            }
        };
        let mut held = Vec::with_capacity(HELD);
        for pixel in rgba.chunks_exact(4).take(SIDE * SIDE) {
            let opacity = u32::from(pixel[3]);
            let over = |value: u8| ((u32::from(value) * opacity + 255 * (255 - opacity)) / 255) as u8;
            held.extend(pixel[..3].iter().map(|value| over(*value)));
        }
        held.resize(HELD, 255);
        self.classes[at].1.push(held);
        Ok(())
    }

    /// Forgets a class, or all of them.
    pub fn remove(&mut self, class: Option<&str>) {
        self.classes.retain(|(name, _)| class.is_some_and(|class| class != name));
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.classes.iter().map(|(_, pictures)| pictures.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a visitor sees of it.
    pub fn summary(&self) -> Vec<Class> {
        let shown = |(name, pictures): &(String, Vec<Vec<u8>>)| Class {
            name: name.clone(),
            count: pictures.len(),
            newest: pictures.iter().rev().take(SHOWN).cloned().collect(),
        };
        self.classes.iter().map(shown).collect()
    }

    /// The pictures packed for training, classes in alphabetical order.
    ///
    /// # Errors
    /// Too few or too many pictures.
    pub fn pack(&self, title: &str, form: Form, held_out: u32) -> Result<Packed, Fault> {
        let mut order: Vec<usize> = (0..self.classes.len()).collect();
        crate::order::sort_by(&mut order, |&a, &b| self.classes[a].0.cmp(&self.classes[b].0));
        let names: Vec<String> = order.iter().map(|&class| self.classes[class].0.clone()).collect();
        let channels = if form.is_coloured { 3 } else { 1 };
        let (mut labels, mut pixels) = (Vec::new(), Vec::new());
        if self.len() * channels * form.side * form.side > Limit::Values.most() {
            return Err(Fault::whole(Problem::TooMuch(Limit::Values)));
        }
        for (label, &class) in order.iter().enumerate() {
            for picture in &self.classes[class].1 {
                labels.push(label as u8);
                shrink(picture, form, &mut pixels);
            }
        }
        pack::images(title, [channels, form.side, form.side], &names, &labels, &pixels, held_out)
    }
}

/// A held picture in a form, added to `pixels` channel by channel: every pixel is the mean of the area it
/// covers.
fn shrink(held: &[u8], form: Form, pixels: &mut Vec<u8>) {
    let scale = SIDE as f32 / form.side as f32;
    let mut colours = vec![[0.0f32; 3]; form.side * form.side];
    for (at, colour) in colours.iter_mut().enumerate() {
        let (row, column) = (at / form.side, at % form.side);
        for (y, high) in covered(row, scale) {
            for (x, wide) in covered(column, scale) {
                let pixel = &held[(y * SIDE + x) * 3..][..3];
                let area = high * wide / (scale * scale);
                colour.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += area * f32::from(*value));
            }
        }
    }
    let byte = |value: f32| value.round() as u8;
    if form.is_coloured {
        for channel in 0..3 {
            pixels.extend(colours.iter().map(|colour| byte(colour[channel])));
        }
    } else {
        // Luma of ITU-R BT.601, as image libraries turn colours into grey.
        pixels.extend(
            colours.iter().map(|[red, green, blue]| byte(0.299 * red + 0.587 * green + 0.114 * blue)),
        );
    }
}

/// The held pixels that a pixel covers along one side, with how much of each.
fn covered(at: usize, scale: f32) -> impl Iterator<Item = (usize, f32)> {
    let (start, end) = (at as f32 * scale, (at + 1) as f32 * scale);
    let (first, last) = (start.floor() as usize, (end.ceil() as usize).min(SIDE));
    (first..last).map(move |pixel| (pixel, (pixel as f32 + 1.0).min(end) - (pixel as f32).max(start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{format, own};

    fn plain(colour: [u8; 4]) -> Vec<u8> {
        colour.repeat(SIDE * SIDE)
    }

    fn album() -> Album {
        let mut album = Album::default();
        for number in 0..3 {
            album.add("red", &plain([200, 0, 0, 255])).expect("fits");
            album.add("blue", &plain([0, 0, 100 + number, 255])).expect("fits");
        }
        album
    }

    #[test]
    fn plain_pictures_stay_plain_at_every_size() {
        for side in SIDES {
            for is_coloured in [true, false] {
                let packed = album().pack("t", Form { side, is_coloured }, 20).expect("two classes");
                let file = own::read(&packed.bytes).expect("written here");
                assert_eq!(file.classes, ["blue", "red"]);
                let images = format::read(file.examples).expect("written here");
                let channels = if is_coloured { 3 } else { 1 };
                assert_eq!(
                    (images.image, images.labels),
                    ([channels, side, side], &[0u8, 0, 0, 1, 1, 1][..])
                );
                let red = &images.pixels[3 * channels * side * side..];
                let expected = if is_coloured { 200 } else { 60 };
                assert!(red[..side * side].iter().all(|pixel| *pixel == expected));
                assert_eq!(
                    (packed.own.image, packed.own.counts),
                    (Some([channels, side, side]), vec![3.0; 2])
                );
            }
        }
    }

    #[test]
    fn a_checkered_picture_becomes_grey() {
        let mut rgba = Vec::new();
        for at in 0..SIDE * SIDE {
            let value = if (at / SIDE + at % SIDE).is_multiple_of(2) { 255 } else { 0 };
            rgba.extend([value, value, value, 255]);
        }
        let mut album = Album::default();
        album.add("a", &rgba).expect("fits");
        let mut pixels = Vec::new();
        shrink(&album.classes[0].1[0], Form { side: 16, is_coloured: false }, &mut pixels);
        assert!(pixels.iter().all(|pixel| (127..=128).contains(pixel)), "{pixels:?}");
    }

    #[test]
    fn what_is_transparent_lies_on_white() {
        let mut album = Album::default();
        album.add("a", &plain([0, 0, 0, 0])).expect("fits");
        assert!(album.classes[0].1[0].iter().all(|value| *value == 255));
    }

    #[test]
    fn limits_hold() {
        let mut album = Album::default();
        for class in 0..Limit::Classes.most() {
            album.add(&class.to_string(), &plain([0; 4])).expect("fits");
        }
        let fault = album.add("one more", &plain([0; 4])).expect_err("too many");
        assert_eq!((fault.name.as_str(), fault.problem), ("one more", Problem::TooMuch(Limit::Classes)));
        album.remove(Some("3"));
        assert_eq!((album.len(), album.summary().len()), (9, 9));
        album.remove(None);
        assert!(album.is_empty());
    }
}
