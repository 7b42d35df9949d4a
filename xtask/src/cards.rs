//! `cargo xtask cards`: the scenarios' posters as PNG, for readers of Open Graph, who do not take SVG.
//!
//! Drawn by Chromium from `public/posters/`. Must not know what is in a picture.

use crate::chromium::{Chromium, Options};
use crate::page::Page;
use crate::share::{self, CARD};
use crate::{Repository, chromium};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::time::Duration;

/// Writes `public/cards/`, one file per scenario.
///
/// # Errors
/// There is no Chromium, a poster is missing, or a file cannot be written.
pub fn run(repository: &Repository) -> Result<(), String> {
    Chromium::find_or_install()?;
    let folder = repository.root.join("public/cards");
    // A scenario that is gone leaves no card behind.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let page = Page::start(chromium::Options { webgpu: false, ..Options::default() })?;
    page.resize(CARD.0, CARD.1)?;
    let scenarios = share::scenarios(repository)?;
    for scenario in &scenarios {
        let poster = repository.root.join("public/posters").join(format!("{}.svg", scenario.id));
        let svg = fs::read(&poster).map_err(|error| format!("{}: {error}", poster.display()))?;
        // The poster as it is, in the middle of what a link's preview shows.
        let html = format!(
            "<body style=\"margin:0;height:100vh;display:grid;place-items:center;background:#fff\">\
             <img src=\"data:image/svg+xml;base64,{}\">",
            STANDARD.encode(svg)
        );
        page.open(&format!("data:text/html;base64,{}", STANDARD.encode(html)))?;
        page.wait_for(
            "document.images[0].complete && document.images[0].naturalWidth",
            Duration::from_secs(10),
        )?;
        let card = folder.join(format!("{}.png", scenario.id));
        page.screenshot(&card)?;
        let failed = |error: String| format!("{}: {error}", card.display());
        let small = fs::read(&card).map_err(|error| error.to_string()).and_then(|png| indexed(&png));
        fs::write(&card, small.map_err(failed)?).map_err(|error| failed(error.to_string()))?;
    }
    println!("Wrote {} cards into {}", scenarios.len(), folder.display());
    Ok(())
}

/// The picture with a palette of the 256 colours it has most of, which takes a third of the bytes: charts are
/// flat, and what is lost are shades at the edges of letters.
fn indexed(picture: &[u8]) -> Result<Vec<u8>, String> {
    let mut decoder = png::Decoder::new(Cursor::new(picture));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large a picture")?];
    let info = reader.next_frame(&mut pixels).map_err(|error| error.to_string())?;
    let colours: Vec<[u8; 3]> = pixels.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut counted: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    for colour in &colours {
        *counted.entry(*colour).or_default() += 1;
    }
    let mut palette: Vec<([u8; 3], usize)> =
        counted.iter().map(|(colour, count)| (*colour, *count)).collect();
    palette.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    palette.truncate(256);
    let nearest: BTreeMap<[u8; 3], u8> =
        counted.keys().map(|colour| (*colour, index_of_nearest(*colour, &palette))).collect();
    let mut small = Vec::new();
    let mut encoder = png::Encoder::new(&mut small, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.iter().flat_map(|(colour, _)| *colour).collect::<Vec<u8>>());
    // Neighbours in a palette are no neighbours in colour, so that differences gain nothing.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    let indices: Vec<u8> = colours.iter().map(|colour| nearest[colour]).collect();
    writer.write_image_data(&indices).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(small)
}

fn index_of_nearest(colour: [u8; 3], palette: &[([u8; 3], usize)]) -> u8 {
    let distance = |other: &[u8; 3]| -> u32 {
        colour.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
    };
    let nearest = palette.iter().enumerate().min_by_key(|(_, (other, _))| distance(other));
    // A palette has at most 256 colours.
    nearest.map_or(0, |(index, _)| u8::try_from(index).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::indexed;
    use std::io::Cursor;

    #[test]
    fn a_flat_picture_keeps_its_colours_in_fewer_bytes() {
        let pixels: Vec<u8> =
            (0..64 * 64).flat_map(|at| if at % 64 < 20 { [200, 30, 0] } else { [255, 255, 255] }).collect();
        let mut picture = Vec::new();
        let mut encoder = png::Encoder::new(&mut picture, 64, 64);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().expect("a header").write_image_data(&pixels).expect("pixels");
        let small = indexed(&picture).expect("a picture");
        assert!(small.len() < picture.len(), "{} of {}", small.len(), picture.len());
        let mut decoder = png::Decoder::new(Cursor::new(&small));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a header");
        let mut again = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut again).expect("pixels");
        assert_eq!(again, pixels);
    }
}
