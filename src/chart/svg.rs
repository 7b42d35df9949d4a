//! Drawings as SVG text: the few shapes charts are made of.
//!
//! Must not know charts. plotters' own SVG backend would compile every chart a second time.

use super::Rgb;

/// A drawing under way; coordinates are CSS pixels from the upper left.
#[derive(Clone, Debug, Default)]
pub struct Svg {
    body: String,
}

/// Where a text stands relative to its point: names SVG has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// `start`, `middle` or `end`.
    pub along: &'static str,
    /// `hanging`, `central` or `auto`.
    pub across: &'static str,
}

/// Colour and opacity in thousandths.
pub type Ink = (Rgb, u16);

impl Svg {
    /// A line through `points`.
    pub fn path(&mut self, points: impl IntoIterator<Item = (i32, i32)>, ink: Ink, width: u32) {
        self.shape(
            "polyline",
            points,
            &["fill=\"none\" ", &paint("stroke", ink), &number(" stroke-width", width)],
        );
    }

    /// A filled polygon.
    pub fn polygon(&mut self, points: impl IntoIterator<Item = (i32, i32)>, ink: Ink) {
        self.shape("polygon", points, &[&paint("fill", ink)]);
    }

    fn shape(&mut self, name: &str, points: impl IntoIterator<Item = (i32, i32)>, style: &[&str]) {
        self.add(&["<", name, " points=\""]);
        for (x, y) in points {
            self.add(&[&x.to_string(), ",", &y.to_string(), " "]);
        }
        self.add(&["\" "]);
        self.add(style);
        self.add(&["/>"]);
    }

    /// A filled rectangle.
    pub fn rect(&mut self, (x, y): (i32, i32), (width, height): (i32, i32), ink: Ink) {
        self.add(&["<rect", &number(" x", x), &number(" y", y), &number(" width", width.max(0))]);
        self.add(&[&number(" height", height.max(0)), " ", &paint("fill", ink), "/>"]);
    }

    /// A circle: filled, or a line of that width.
    pub fn circle(&mut self, (x, y): (i32, i32), radius: u32, ink: Ink, line: Option<u32>) {
        self.add(&["<circle", &number(" cx", x), &number(" cy", y), &number(" r", radius), " "]);
        match line {
            None => self.add(&[&paint("fill", ink)]),
            Some(width) => {
                self.add(&["fill=\"none\" ", &paint("stroke", ink), &number(" stroke-width", width)]);
            }
        }
        self.add(&["/>"]);
    }

    /// A text of `size` pixels, turned by `quarters` of a full turn.
    pub fn text(
        &mut self,
        text: &str,
        (x, y): (i32, i32),
        size: u32,
        anchor: Anchor,
        quarters: u32,
        ink: Ink,
    ) {
        self.add(&["<text", &number(" x", x), &number(" y", y), &number(" font-size", size), " "]);
        self.add(&["text-anchor=\"", anchor.along, "\" dominant-baseline=\"", anchor.across, "\" "]);
        if quarters > 0 {
            self.add(&["transform=\"rotate(", &(90 * quarters).to_string(), " ", &x.to_string(), " "]);
            self.add(&[&y.to_string(), ")\" "]);
        }
        self.add(&[&paint("fill", ink), ">", &escaped(text), "</text>"]);
    }

    /// The whole drawing on a ground of one colour, `title` for those who do not see it.
    pub fn finish(self, (width, height): (u32, u32), title: &str, ground: Rgb) -> String {
        let (width, height) = (width.to_string(), height.to_string());
        let head = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ",
            &width,
            " ",
            &height,
            "\" width=\"",
            &width,
            "\" height=\"",
            &height,
            "\" font-family=\"system-ui, sans-serif\" stroke-linejoin=\"round\"><title>",
            &escaped(title),
            "</title><rect width=\"100%\" height=\"100%\" ",
            &paint("fill", (ground, 1000)),
            "/>",
        ];
        [&head.concat(), self.body.as_str(), "</svg>"].concat()
    }

    fn add(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.body.push_str(part));
    }
}

/// Text as SVG and HTML want it, between tags or in an attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn number(name: &str, value: impl ToString) -> String {
    [name, "=\"", &value.to_string(), "\""].concat()
}

fn paint(property: &str, (colour, opacity): Ink) -> String {
    let mut paint = [property, "=\"", &colour.css(), "\""].concat();
    if opacity < 1000 {
        let thousandths = (1000 + u32::from(opacity)).to_string();
        paint += &[" ", property, "-opacity=\"0.", &thousandths[1..], "\""].concat();
    }
    paint
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Ink = (Rgb(255, 0, 16), 1000);

    #[test]
    fn shapes_are_written_with_their_colours() {
        let mut svg = Svg::default();
        svg.path([(0, 1), (-2, 3)], (Rgb(0, 0, 0), 50), 2);
        svg.rect((1, 2), (3, -4), INK);
        svg.circle((5, 6), 7, INK, Some(1));
        let text = svg.finish((30, 20), "a < b", Rgb(255, 255, 255));
        for part in
            ["points=\"0,1 -2,3 \"", "stroke-opacity=\"0.050\"", "height=\"0\"", "<title>a &lt; b</title>"]
        {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    #[test]
    fn what_a_class_is_called_cannot_break_out() {
        let mut svg = Svg::default();
        let anchor = Anchor { along: "start", across: "auto" };
        svg.text("</text><script>\"&", (1, 1), 11, anchor, 3, INK);
        let text = svg.finish((1, 1), "", Rgb(0, 0, 0));
        assert!(text.contains(">&lt;/text&gt;&lt;script&gt;&quot;&amp;</text>"), "{text}");
        assert!(text.contains("rotate(270 1 1)"), "{text}");
    }
}
