//! `cargo xtask icons`: the pictures an installed page needs, drawn from `public/icon.svg` by Chromium.
//!
//! They are in the repository; drawn again when the icon changes. Must not know what the icon shows.

use crate::Repository;
use crate::chromium::{Chromium, Options};
use crate::page::Page;
use serde_json::json;
use std::fs;
use std::path::Path;

/// Name, side in pixels, and which part of the side the icon takes. Systems cut maskable icons to a circle of
/// four fifths of the side, so that the icon stays inside it on a ground of its own colour.
const ICONS: [(&str, u32, u32); 3] =
    [("icon-192", 192, 100), ("icon-512", 512, 100), ("maskable-512", 512, 72)];
/// The icon's own ground.
const GROUND: &str = "#10151f";

/// Draws every icon into `public/icons/`.
///
/// # Errors
/// Chromium is missing, or a file cannot be read or written.
pub fn run(repository: &Repository) -> Result<(), String> {
    Chromium::find_or_install()?;
    let public = repository.root.join("public");
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| format!("{path}: {error}")
    };
    let icon = public.join("icon.svg");
    let svg = fs::read_to_string(&icon).map_err(failed(&icon))?;
    let folder = public.join("icons");
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    let page = Page::start(Options::default())?;
    page.open("about:blank")?;
    let clear = json!({ "color": { "r": 0, "g": 0, "b": 0, "a": 0 } });
    page.devtools("Emulation.setDefaultBackgroundColorOverride", &clear)?;
    for (name, side, part) in ICONS {
        page.resize(side, side)?;
        let html = picture(&svg, part);
        page.run(&format!("document.documentElement.innerHTML = {}", json!(html)))?;
        let path = folder.join(format!("{name}.png"));
        page.screenshot(&path)?;
        println!("Drew {}", path.display());
    }
    Ok(())
}

/// A page that is nothing but the icon.
fn picture(svg: &str, part: u32) -> String {
    let ground = if part < 100 { GROUND } else { "transparent" };
    let size = format!("<svg style=\"width: {part}vmin; height: {part}vmin\" ");
    let style = format!(
        "margin: 0; height: 100vh; display: grid; place-items: center; overflow: hidden; background: {ground}"
    );
    // A narrow window is a phone's, which would lay the page out wide and shrink it.
    let head = "<head><meta name=viewport content='width=device-width'></head>";
    format!("{head}<body style=\"{style}\">{}</body>", svg.replacen("<svg ", &size, 1))
}
