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
    let value = |name: &str| {
        options.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    };
    let src = value("src").ok_or("collapse-lab needs src, the address of a Collapse Lab")?;
    let src = format!("{}/", src.trim_end_matches('/'));
    let (fragment, poster, title, promise) = match (value("preset"), value("experiment")) {
        (Some(id), None) => {
            let (title, promise) = table::scenario(id).unwrap_or((id, id));
            (format!("scenario={id}"), format!("posters/{id}.svg"), title, promise)
        }
        (None, Some(experiment)) => {
            (experiment.to_owned(), "icon.svg".to_owned(), "An experiment", "A classifier in training")
        }
        _ => return Err("collapse-lab needs either preset or experiment".to_owned()),
    };
    let (link, picture) = (format!("{src}#{fragment}"), format!("{src}{poster}"));
    if target == Target::Markdown {
        let link = link.replace(' ', "%20").replace('<', "%3C").replace('>', "%3E");
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
        "{element}>\n<a href=\"{}\"><img src=\"{}\" alt=\"{}\" loading=\"lazy\">{} · Collapse Lab</a>\n\
         </collapse-lab>\n<script type=\"module\" src=\"{}embed.js\"></script>\n",
        escape(&link),
        escape(&picture),
        escape(promise),
        escape(title),
        escape(&src)
    ))
}

/// Text as it stands in HTML, inside quotes or not.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
