//! Labels in the right margin, at the height of what they name, pushed apart where they meet.
//!
//! Must not know what is labelled.

use super::DrawError;
use super::pen::{Align, LINE, Pen, Stroke};
use crate::order;
use plotters::prelude::DrawingBackend;

/// A label at the end of a line or band.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// Pixel row it belongs to.
    pub y: i32,
    /// Shown when there is room for wide labels.
    pub long: String,
    /// Shown otherwise.
    pub short: String,
    /// The line's own stroke as a key before the text; `None` for bands, which touch their label.
    pub key: Option<Stroke>,
}

/// Length of the key in CSS pixels, with its gaps.
const KEY: f32 = 22.0;

/// Pixels the labels need at the right, and whether they are the long ones: long where they take
/// at most a third of the picture, which is also the limit for short ones.
pub(super) fn margin<DB: DrawingBackend>(pen: &Pen<DB>, labels: &[Label]) -> Result<(i32, bool), DrawError> {
    let (width, _) = pen.size();
    let (mut long, mut short) = (0, 0);
    for label in labels {
        let key = pen.px(if label.key.is_some() { KEY } else { 5.0 }) + pen.px(3.0);
        long = long.max(pen.text_width(&label.long)? + key);
        short = short.max(pen.text_width(&label.short)? + key);
    }
    Ok(if long * 3 <= width { (long, true) } else { (short.min(width / 3), false) })
}

/// Draws the labels right of `x` between rows `top` and `bottom`. When they cannot all fit, the
/// first ones win.
pub(super) fn draw<DB: DrawingBackend>(
    pen: &Pen<DB>,
    mut labels: Vec<Label>,
    long: bool,
    x: i32,
    (top, bottom): (i32, i32),
) -> Result<(), DrawError> {
    let height = pen.px(LINE);
    labels.truncate(((bottom - top) / height + 1).max(1) as usize);
    order::sort_by(&mut labels, |a, b| a.y.cmp(&b.y));
    let rows = spread(&labels.iter().map(|label| label.y).collect::<Vec<_>>(), height, top, bottom);
    for (label, y) in labels.iter().zip(rows) {
        let text = if long { &label.long } else { &label.short };
        let text_x = match label.key {
            Some(stroke) => {
                pen.path(&[(x + pen.px(5.0), y), (x + pen.px(KEY - 4.0), y)], stroke)?;
                x + pen.px(KEY)
            }
            None => x + pen.px(5.0),
        };
        let text = pen.fitted(text, pen.size().0 - text_x)?;
        pen.text(&text, (text_x, y), Align::Left, pen.colours.text)?;
    }
    Ok(())
}

/// Rows at least `height` apart within `top..=bottom`, each as near to its wish as the others
/// allow. `wishes` ascend and fit.
fn spread(wishes: &[i32], height: i32, top: i32, bottom: i32) -> Vec<i32> {
    // Blocks of touching labels, each centred on the mean of its wishes (pool adjacent violators).
    let mut blocks: Vec<(f32, usize)> = Vec::new();
    let start = |&(middle, count): &(f32, usize)| middle - (count as f32 - 1.0) * height as f32 / 2.0;
    let inside = |middle: f32, count: usize| {
        let half = (count as f32 - 1.0) * height as f32 / 2.0;
        middle.min(bottom as f32 - half).max(top as f32 + half)
    };
    for &wish in wishes {
        let mut block = (inside(wish as f32, 1), 1);
        while let Some(last) = blocks.last() {
            if start(last) + last.1 as f32 * height as f32 <= start(&block) {
                break;
            }
            let count = last.1 + block.1;
            let mean = (last.0 * last.1 as f32 + block.0 * block.1 as f32) / count as f32;
            block = (inside(mean, count), count);
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks
        .iter()
        .flat_map(|block| {
            let first = start(block);
            (0..block.1).map(move |i| (first + (i as i32 * height) as f32).round() as i32)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stay_put_until_they_meet() {
        assert_eq!(spread(&[10, 50], 12, 0, 100), [10, 50]);
        assert_eq!(spread(&[50, 50], 12, 0, 100), [44, 56]);
        assert_eq!(spread(&[99, 100], 12, 0, 100), [88, 100]);
        assert_eq!(spread(&[-40, 0, 1], 12, 0, 100), [0, 12, 24]);
    }

    #[test]
    fn any_labels_that_fit_are_apart_and_inside() {
        let mut stream = crate::stream::Stream::named(1, "labels");
        for _ in 0..200 {
            let mut wishes: Vec<i32> = (0..1 + stream.below(9)).map(|_| stream.below(120) as i32).collect();
            wishes.sort_unstable();
            let rows = spread(&wishes, 12, 5, 110);
            assert!(rows.windows(2).all(|pair| pair[1] - pair[0] >= 11), "{wishes:?} {rows:?}");
            assert!(rows.iter().all(|row| (5..=110).contains(row)), "{wishes:?} {rows:?}");
        }
    }
}
