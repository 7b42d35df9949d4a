//! Options to markup: the element with its fallback, or a link and a picture alone.
//!
//! Must not know where the options were written.

use crate::table;

/// Who reads what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A browser.
    Html,
    /// Anything made from Markdown that runs no scripts: EPUB, PDF, a terminal.
    Markdown,
}

/// The markup for `options`, pairs of name and value; of a name given twice the later one counts.
///
/// # Errors
/// An option is unknown or has a wrong value, or one is missing.
pub fn write(options: &[(String, String)], target: Target) -> Result<String, String> {
    for (name, value) in options {
        table::check(name, value)?;
    }
    let value =
        |name: &str| options.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let src = value("src").ok_or("collapse-lab needs src, the address of a Collapse Lab")?;
    let src = format!("{}/", src.trim_end_matches('/'));
    let (mut fragment, poster, (title, promise)) = match (value("preset"), value("experiment")) {
        (Some(id), None) => {
            (format!("scenario={id}"), Some(format!("posters/{id}")), table::scenario(id).unwrap_or((id, id)))
        }
        (None, Some(experiment)) => {
            (experiment.to_owned(), None, ("An experiment", "A classifier in training"))
        }
        _ => return Err("collapse-lab needs either preset or experiment".to_owned()),
    };
    if let Some(seed) = value("seed") {
        fragment += &format!("&seed_data={seed}&seed_weights={seed}&seed_order={seed}");
    }
    let title = value("title").unwrap_or(title);
    let link = format!("{src}#{fragment}");
    if target == Target::Markdown {
        let link = link.replace(' ', "%20").replace('<', "%3C").replace('>', "%3E");
        let picture = format!("{src}{}.svg", poster.as_deref().unwrap_or("icon"));
        return Ok(format!("[![{promise}]({picture})](<{link}>)\n\n[{title} · Collapse Lab](<{link}>)\n"));
    }
    let mut element = String::from("<collapse-lab");
    for name in table::names() {
        match value(name) {
            Some(_) if name == "src" => element += &format!(" src=\"{}\"", escape(&src)),
            Some(value) => element += &format!(" {name}=\"{}\"", escape(value)),
            None => {}
        }
    }
    Ok(format!(
        "{element}>\n<a href=\"{}\">{}{} · Collapse Lab</a>\n</collapse-lab>\n\
         <script type=\"module\" src=\"{}embed.js\"></script>\n",
        escape(&link),
        picture(&src, poster.as_deref(), value("theme"), promise),
        escape(title),
        escape(&src)
    ))
}

/// The scenario's poster, which comes in light and dark; the lab's icon where there is none.
fn picture(src: &str, poster: Option<&str>, theme: Option<&str>, promise: &str) -> String {
    let file = |name: &str| escape(&format!("{src}{name}.svg"));
    let (light, size) = match poster {
        Some(poster) => (poster, "width=\"700\" height=\"420\""),
        None => ("icon", "width=\"96\" height=\"96\""),
    };
    let dark = poster.map(|poster| file(&format!("{poster}-dark")));
    let (other, shown) = match (dark, theme) {
        (Some(dark), Some("dark")) => (None, dark),
        (Some(dark), None | Some("auto")) => (Some(dark), file(light)),
        _ => (None, file(light)),
    };
    let other = other.map_or(String::new(), |dark| {
        format!("<source media=\"(prefers-color-scheme: dark)\" srcset=\"{dark}\">")
    });
    let alt = escape(promise);
    format!("<picture>{other}<img src=\"{shown}\" alt=\"{alt}\" {size} loading=\"lazy\"></picture><br>")
}

/// Text as it stands in HTML, inside quotes or not.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
