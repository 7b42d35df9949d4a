//! A colour scale from trouble to good: cividis, which looks the same with and without colour-vision deficiency.
//!
//! Must not know what is coloured.

use super::theme::Rgb;

/// Cividis from dark blue to yellow (Nunez, Anderton & Renslow 2018, doi:10.1371/journal.pone.0199239),
/// at ten equal distances: brightness grows evenly, so that it also reads in grey.
const CIVIDIS: [Rgb; 10] = [
    Rgb(0x00, 0x20, 0x4d),
    Rgb(0x00, 0x33, 0x6f),
    Rgb(0x39, 0x48, 0x6b),
    Rgb(0x57, 0x5c, 0x6d),
    Rgb(0x70, 0x71, 0x73),
    Rgb(0x8a, 0x87, 0x79),
    Rgb(0xa6, 0x9d, 0x75),
    Rgb(0xc4, 0xb5, 0x6c),
    Rgb(0xe4, 0xcf, 0x5b),
    Rgb(0xff, 0xea, 0x46),
];

/// The colour at `share` of the scale, 0 dark to 1 bright; held at its ends.
pub(super) fn at(share: f32) -> Rgb {
    let along = share.clamp(0.0, 1.0) * (CIVIDIS.len() - 1) as f32;
    let from = (along as usize).min(CIVIDIS.len() - 2);
    CIVIDIS[from].mix(CIVIDIS[from + 1], along - from as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brightness_only_grows() {
        let grey = |Rgb(r, g, b)| 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
        let mut before = -1.0;
        for step in 0..=100 {
            let now = grey(at(step as f32 / 100.0));
            assert!(now > before, "{step}: {before} to {now}");
            before = now;
        }
        assert_eq!((at(-1.0), at(2.0)), (CIVIDIS[0], CIVIDIS[9]));
    }
}
