//! Colours of the charts on a light and on a dark page.
//!
//! Must not know what is drawn with them.

/// An opaque colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// The page's brightness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// Colours that are not data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colours {
    /// The page behind the chart; never filled, used for halos and separators.
    pub background: Rgb,
    /// Labels that must be read.
    pub text: Rgb,
    /// Tick labels and hints.
    pub quiet: Rgb,
    /// Axis line.
    pub axis: Rgb,
    /// Grid lines.
    pub grid: Rgb,
    /// What is wrong.
    pub alarm: Rgb,
}

impl Rgb {
    /// `#rrggbb`.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// This colour with `share` (0 to 1) of `other` mixed in.
    pub(super) fn mix(self, other: Rgb, share: f32) -> Rgb {
        let blend = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
        Rgb(blend(self.0, other.0), blend(self.1, other.1), blend(self.2, other.2))
    }

    /// Relative luminance, 0 black to 1 white (WCAG 2.2).
    pub(super) fn luminance(self) -> f32 {
        let linear = |channel: u8| {
            let c = f32::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Black or white, whichever reads better on this colour.
    pub(super) fn ink(self) -> Rgb {
        // Equal contrast to black and white lies at luminance 0.179 (WCAG contrast formula).
        if self.luminance() > 0.179 { Rgb(20, 20, 20) } else { Rgb(255, 255, 255) }
    }
}

impl Theme {
    pub(super) fn colours(self) -> Colours {
        match self {
            Theme::Light => Colours {
                background: Rgb(255, 255, 255),
                text: Rgb(31, 35, 40),
                quiet: Rgb(99, 106, 115),
                axis: Rgb(160, 166, 174),
                grid: Rgb(228, 231, 235),
                alarm: Rgb(0xb4, 0x23, 0x18),
            },
            Theme::Dark => Colours {
                background: Rgb(20, 23, 28),
                text: Rgb(230, 233, 238),
                quiet: Rgb(154, 162, 173),
                axis: Rgb(92, 100, 112),
                grid: Rgb(44, 49, 57),
                alarm: Rgb(0xff, 0x8a, 0x7a),
            },
        }
    }

    /// The page behind the charts.
    pub fn background(self) -> Rgb {
        self.colours().background
    }

    /// One of the ten series colours; indices wrap.
    pub(super) fn series(self, index: usize) -> Rgb {
        let colour = PALETTE[index % PALETTE.len()];
        // The palette was made for white paper; its darkest members need a lift on a dark page.
        if self == Theme::Dark && colour.luminance() < 0.2 {
            colour.mix(Rgb(255, 255, 255), 0.3)
        } else {
            colour
        }
    }
}

/// Colour of class `index`, the same in every chart.
pub fn class_colour(theme: Theme, index: usize) -> Rgb {
    theme.series(index)
}

/// Ten colours optimised to stay apart under colour-vision deficiency and in grey: Petroff 2021,
/// "Accessible Color Sequences for Data Visualization", arXiv:2107.02270 (matplotlib "petroff10").
const PALETTE: [Rgb; 10] = [
    Rgb(0x3f, 0x90, 0xda),
    Rgb(0xff, 0xa9, 0x0e),
    Rgb(0xbd, 0x1f, 0x01),
    Rgb(0x94, 0xa4, 0xa2),
    Rgb(0x83, 0x2d, 0xb6),
    Rgb(0xa9, 0x6b, 0x59),
    Rgb(0xe7, 0x63, 0x00),
    Rgb(0xb9, 0xac, 0x70),
    Rgb(0x71, 0x75, 0x81),
    Rgb(0x92, 0xda, 0xdd),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_stand_out_from_the_page() {
        for theme in [Theme::Light, Theme::Dark] {
            let page = theme.colours().background.luminance();
            for index in 0..PALETTE.len() {
                let colour = theme.series(index).luminance();
                let contrast = (colour.max(page) + 0.05) / (colour.min(page) + 0.05);
                assert!(contrast > 1.5, "{theme:?} {index}: {contrast}");
            }
        }
    }

    #[test]
    fn labels_meet_wcag_aa() {
        for theme in [Theme::Light, Theme::Dark] {
            let colours = theme.colours();
            let page = colours.background.luminance();
            for label in [colours.text, colours.quiet, colours.alarm] {
                let (a, b) = (label.luminance(), page);
                assert!((a.max(b) + 0.05) / (a.min(b) + 0.05) >= 4.5, "{theme:?} {label:?}");
            }
        }
    }
}
