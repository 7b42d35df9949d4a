//! Strokes, fills and text in the charts' own terms, over any plotters area.
//!
//! Must not know data or axes. Coordinates are backend pixels; sizes are CSS pixels.

use super::theme::{Colours, Rgb, Theme};
use super::{DrawError, View};
use plotters::coord::Shift;
use plotters::prelude::{
    DrawingArea, DrawingBackend, IntoFont, PathElement, Polygon, Rectangle, ShapeStyle, Text, TextStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBAColor};

/// Height of a line of text in CSS pixels.
pub(super) const LINE: f32 = 13.0;

/// Draws on one area.
pub(super) struct Pen<'p, DB: DrawingBackend> {
    area: &'p DrawingArea<DB, Shift>,
    scale: f32,
    pub colours: Colours,
}

/// Which point of a text lies at the given position: left, centre or right, on the middle line.
pub(super) type Align = HPos;

/// How a line is stroked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    pub colour: Rgb,
    /// 0 invisible to 1 opaque.
    pub alpha: f32,
    /// CSS pixels.
    pub width: f32,
    /// Dash and gap in CSS pixels; `None` is solid.
    pub dash: Option<(f32, f32)>,
}

impl Stroke {
    pub fn solid(colour: Rgb, width: f32) -> Self {
        Self { colour, alpha: 1.0, width, dash: None }
    }

    pub fn dashed(colour: Rgb, width: f32, dash: f32, gap: f32) -> Self {
        Self { colour, alpha: 1.0, width, dash: Some((dash, gap)) }
    }
}

impl<'p, DB: DrawingBackend> Pen<'p, DB> {
    pub fn new(area: &'p DrawingArea<DB, Shift>, view: &View) -> Self {
        Self::plain(area, view.theme, view.scale)
    }

    /// A pen for pictures that are not of a run; `scale`: device pixels per CSS pixel.
    pub fn plain(area: &'p DrawingArea<DB, Shift>, theme: Theme, scale: f32) -> Self {
        Self { area, scale, colours: theme.colours() }
    }

    /// A length in CSS pixels as backend pixels, at least 1.
    pub fn px(&self, css: f32) -> i32 {
        (css * self.scale).round().max(1.0) as i32
    }

    /// Width and height of the area in backend pixels.
    pub fn size(&self) -> (i32, i32) {
        let (width, height) = self.area.dim_in_pixel();
        (width as i32, height as i32)
    }

    /// Where the area begins in the whole picture.
    pub fn origin(&self) -> (i32, i32) {
        self.area.get_base_pixel()
    }

    /// One stroke through `points`; one point alone is a dot.
    pub fn path(&self, points: &[(i32, i32)], stroke: Stroke) -> Result<(), DrawError> {
        match (points, stroke.dash) {
            ([], _) => Ok(()),
            (&[(x, y)], _) => {
                let radius = (stroke.width * self.scale).round().max(2.0) as i32;
                self.rect((x - radius, y - radius, x + radius, y + radius), stroke.colour, stroke.alpha)
            }
            (_, None) => self.solid(simplified(points), stroke),
            (_, Some((dash, gap))) => dashes(points, dash * self.scale, gap * self.scale)
                .into_iter()
                .try_for_each(|dash| self.solid(dash, stroke)),
        }
    }

    /// A filled polygon.
    pub fn fill(&self, points: Vec<(i32, i32)>, colour: Rgb, alpha: f32) -> Result<(), DrawError> {
        self.area.draw(&Polygon::new(simplified(&points), rgba(colour, alpha))).map_err(failed)
    }

    /// A filled rectangle `(x0, y0, x1, y1)`.
    pub fn rect(&self, at: (i32, i32, i32, i32), colour: Rgb, alpha: f32) -> Result<(), DrawError> {
        let style = ShapeStyle { color: rgba(colour, alpha), filled: true, stroke_width: 0 };
        self.area.draw(&Rectangle::new([(at.0, at.1), (at.2, at.3)], style)).map_err(failed)
    }

    /// Text on one line, vertically centred on `at`.
    pub fn text(&self, text: &str, at: (i32, i32), align: Align, colour: Rgb) -> Result<(), DrawError> {
        self.area.draw(&Text::new(text.to_owned(), at, self.style(align, colour))).map_err(failed)
    }

    /// Text reading upwards, its middle at `at`.
    pub fn text_upwards(&self, text: &str, at: (i32, i32), colour: Rgb) -> Result<(), DrawError> {
        let style = self.style(Align::Center, colour).transform(plotters::style::FontTransform::Rotate270);
        self.area.draw(&Text::new(text.to_owned(), at, style)).map_err(failed)
    }

    /// Width of a text in backend pixels.
    pub fn text_width(&self, text: &str) -> Result<i32, DrawError> {
        let style = self.style(Align::Left, self.colours.text);
        let (width, _) = self.area.estimate_text_size(text, &style).map_err(failed)?;
        Ok(width as i32)
    }

    /// `text`, or as much of it as fits in `room` backend pixels with an ellipsis.
    pub fn fitted(&self, text: &str, room: i32) -> Result<String, DrawError> {
        let mut fitted = text.to_owned();
        let mut letters = text.chars().count();
        while letters > 1 && self.text_width(&fitted)? > room {
            letters -= 1;
            fitted = text.chars().take(letters).collect::<String>() + "…";
        }
        Ok(fitted)
    }

    fn solid(&self, points: Vec<(i32, i32)>, stroke: Stroke) -> Result<(), DrawError> {
        let style = ShapeStyle {
            color: rgba(stroke.colour, stroke.alpha),
            filled: false,
            stroke_width: (stroke.width * self.scale).round().max(1.0) as u32,
        };
        self.area.draw(&PathElement::new(points, style)).map_err(failed)
    }

    fn style(&self, align: Align, colour: Rgb) -> TextStyle<'static> {
        // plotters' SVG backend writes size/1.24 as the font size, so do we on the canvas.
        let size = f64::from(FONT * self.scale) * FONT_UNIT;
        let mut style = TextStyle::from(("sans-serif", size).into_font());
        style.color = rgba(colour, 1.0).to_backend_color();
        style.pos = Pos::new(align, VPos::Center);
        style
    }
}

/// Font size in CSS pixels.
const FONT: f32 = 11.0;
/// plotters font size per pixel of font height.
pub(crate) const FONT_UNIT: f64 = 1.24;

fn rgba(colour: Rgb, alpha: f32) -> RGBAColor {
    // Rounded so that an SVG says 0.4 and not 0.4000000059604645.
    RGBAColor(colour.0, colour.1, colour.2, (f64::from(alpha) * 100.0).round() / 100.0)
}

fn failed(error: impl std::fmt::Display) -> DrawError {
    DrawError(error.to_string())
}

/// The same outline without points that lie straight between their neighbours: a flat stretch of
/// hundreds costs a canvas hundreds of calls.
fn simplified(points: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = Vec::with_capacity(points.len());
    for &point in points {
        if let [.., before, last] = kept[..] {
            let (a, b) = ((last.0 - before.0, last.1 - before.1), (point.0 - last.0, point.1 - last.1));
            let (cross, dot) = (a.0 * b.1 - a.1 * b.0, a.0 * b.0 + a.1 * b.1);
            if cross == 0 && dot >= 0 {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}

/// Cuts a polyline into dashes. plotters' own dashed lines need a coordinate range of their own.
fn dashes(points: &[(i32, i32)], dash: f32, gap: f32) -> Vec<Vec<(i32, i32)>> {
    let mut cut = Vec::new();
    let mut current = vec![points[0]];
    let (mut on, mut left) = (true, dash);
    for pair in points.windows(2) {
        let (from, to) = ((pair[0].0 as f32, pair[0].1 as f32), (pair[1].0 as f32, pair[1].1 as f32));
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let share = done / length;
            let at = (
                (from.0 + (to.0 - from.0) * share).round() as i32,
                (from.1 + (to.1 - from.1) * share).round() as i32,
            );
            if on {
                current.push(at);
                cut.push(std::mem::take(&mut current));
            } else {
                current = vec![at];
            }
            on = !on;
            left = if on { dash } else { gap };
        }
        left -= length - done;
        if on {
            current.push(pair[1]);
        }
    }
    if on && current.len() > 1 {
        cut.push(current);
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simplified_outlines_keep_every_corner() {
        let outline = [(0, 5), (1, 5), (2, 5), (4, 7), (5, 8), (5, 2), (5, 9), (5, 9)];
        assert_eq!(simplified(&outline), [(0, 5), (2, 5), (5, 8), (5, 2), (5, 9)]);
        assert_eq!(simplified(&[(3, 3), (3, 3)]), [(3, 3), (3, 3)]);
    }

    #[test]
    fn dashes_follow_the_line_and_leave_gaps() {
        let cut = dashes(&[(0, 0), (10, 0), (10, 10)], 6.0, 4.0);
        assert_eq!(cut, [vec![(0, 0), (6, 0)], vec![(10, 0), (10, 6)]]);
        let around_the_corner = dashes(&[(0, 0), (10, 0), (10, 10)], 15.0, 4.0);
        assert_eq!(around_the_corner, [vec![(0, 0), (10, 0), (10, 5)], vec![(10, 9), (10, 10)]]);
    }
}
