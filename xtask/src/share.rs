//! A page per scenario for whoever shows links with a picture: `s/<id>/` with Open Graph and oEmbed.
//!
//! The page leads on to the scenario: by script, and without it by a picture that is a link. Titles and promises
//! come from `lang/en.txt`, which has those of every scenario. Must not know what is trained.

use crate::Repository;
use serde_json::json;
use std::fs;
use std::path::Path;

/// Names the public address in the environment, for builds that are published.
const VARIABLE: &str = "COLLAPSE_LAB_ADDRESS";
/// CSS pixels of the cards in `public/cards/`.
pub const CARD: (u32, u32) = (800, 420);
/// CSS pixels of the frame that oEmbed hands out; `public/embed.js` expects as much for this width.
const FRAME: (u32, u32) = (700, 860);
/// Leads on; a file, because the policy forbids scripts inside pages.
const SCRIPT: &str = "location.replace(document.querySelector(\"a\").href);\n";

/// A scenario in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// As in links.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What a visitor will see, a sentence.
    pub promise: String,
}

/// Writes the pages into a built `dist/`, with the public address from the environment if it is there.
///
/// # Errors
/// The address is none, or files cannot be read or written.
pub fn write(repository: &Repository) -> Result<(), String> {
    let address = std::env::var(VARIABLE).ok().filter(|address| !address.is_empty());
    if address.is_none() {
        println!(
            "{VARIABLE} is not set: shared links have no oEmbed, and relative addresses in their metadata"
        );
    }
    write_for(repository, address.as_deref())
}

/// Writes the pages into a built `dist/`; with `address`, `https://host/lab/`, their metadata is absolute, as
/// most readers of Open Graph and all of oEmbed want it.
///
/// # Errors
/// The address is none, or files cannot be read or written.
pub fn write_for(repository: &Repository, address: Option<&str>) -> Result<(), String> {
    let address = address.map(checked).transpose()?;
    let folder = repository.dist().join("s");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    put(&folder.join("open.js"), SCRIPT)?;
    for scenario in scenarios(repository)? {
        let own = folder.join(&scenario.id);
        put(&own.join("index.html"), &page(&scenario, address.as_deref()))?;
        if let Some(address) = &address {
            put(&own.join("oembed.json"), &oembed(&scenario, address))?;
        }
    }
    Ok(())
}

/// Every scenario, in the order of `lang/en.txt`.
///
/// # Errors
/// The file cannot be read or has no scenarios.
pub fn scenarios(repository: &Repository) -> Result<Vec<Told>, String> {
    let path = repository.root.join("lang/en.txt");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let found = told(&text);
    if found.is_empty() { Err(format!("{}: no scenarios", path.display())) } else { Ok(found) }
}

fn told(words: &str) -> Vec<Told> {
    let words: Vec<(&str, &str)> = words.lines().filter_map(|line| line.split_once(" = ")).collect();
    let say = |key: &str| words.iter().find(|(known, _)| *known == key).map(|(_, words)| (*words).to_owned());
    let ids = words.iter().filter_map(|(key, _)| key.strip_prefix("scenario.")?.strip_suffix(".title"));
    ids.filter_map(|id| {
        let [title, promise] = ["title", "promise"].map(|part| say(&format!("scenario.{id}.{part}")));
        Some(Told { id: id.to_owned(), title: title?, promise: promise? })
    })
    .collect()
}

/// `https://host/lab/`, with the slash at its end.
fn checked(address: &str) -> Result<String, String> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    if is_web && !address.contains(['?', '#', '"', '<', '>', ' ']) {
        Ok(format!("{}/", address.trim_end_matches('/')))
    } else {
        Err(format!("{VARIABLE}={address}: no address of a folder on the web, such as https://host/lab/"))
    }
}

fn page(scenario: &Told, address: Option<&str>) -> String {
    let Told { id, title, promise } = scenario;
    let (title, promise) = (escape(title), escape(promise));
    let root = address.unwrap_or("../../");
    let (width, height) = CARD;
    let absolute = address.map_or(String::new(), |address| {
        format!(
            "    <meta property=\"og:url\" content=\"{address}s/{id}/\">\n    \
                 <link rel=\"canonical\" href=\"{address}s/{id}/\">\n    \
                 <link rel=\"alternate\" type=\"application/json+oembed\" href=\"{address}s/{id}/oembed.json\" \
             title=\"{title}\">\n"
        )
    });
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{title} · Collapse Lab</title>
    <meta name="description" content="{promise}">
    <meta property="og:type" content="website">
    <meta property="og:site_name" content="Collapse Lab">
    <meta property="og:title" content="{title}">
    <meta property="og:description" content="{promise}">
    <meta property="og:image" content="{root}cards/{id}.png">
    <meta property="og:image:type" content="image/png">
    <meta property="og:image:width" content="{width}">
    <meta property="og:image:height" content="{height}">
    <meta property="og:image:alt" content="{promise}">
    <meta name="twitter:card" content="summary_large_image">
{absolute}    <link rel="icon" type="image/svg+xml" href="../../icon.svg">
    <script src="../open.js" defer></script>
  </head>
  <body>
    <h1>{title}</h1>
    <p>{promise}</p>
    <p><a href="../../#scenario={id}"><img src="../../posters/{id}.svg" alt="" width="700" height="420"><br>Open this experiment in Collapse Lab</a></p>
  </body>
</html>
"#
    )
}

fn oembed(scenario: &Told, address: &str) -> String {
    let Told { id, title, promise: _ } = scenario;
    let (width, height) = FRAME;
    let frame = format!(
        "<iframe src=\"{address}?embed=1#scenario={id}\" title=\"{}\" width=\"{width}\" height=\"{height}\" \
         loading=\"lazy\" style=\"border:0;max-width:100%\"></iframe>",
        escape(title)
    );
    let answer = json!({
        "version": "1.0",
        "type": "rich",
        "provider_name": "Collapse Lab",
        "provider_url": address,
        "title": title,
        "html": frame,
        "width": width,
        "height": height,
        "thumbnail_url": format!("{address}cards/{id}.png"),
        "thumbnail_width": CARD.0,
        "thumbnail_height": CARD.1,
        "cache_age": 86_400,
    });
    format!("{answer:#}\n")
}

/// Text as it stands in HTML, inside quotes or not.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::headers::content_security_policy;

    fn example() -> Told {
        Told { id: "rare".to_owned(), title: "A \"rare\" <class>".to_owned(), promise: "Q & A.".to_owned() }
    }

    #[test]
    fn scenarios_are_read_from_the_words() {
        let words = "# x\nscenario.rare.title = A \"rare\" <class>\nscenario_group.data = Data\n\
                     scenario.rare.promise = Q & A.\nscenario.rare.cause = C\nscenario.half.title = T\n";
        assert_eq!(told(words), [example()]);
    }

    #[test]
    fn a_page_has_absolute_metadata_and_no_script_inside() {
        let page = page(&example(), Some("https://host/lab/"));
        for line in [
            "<meta property=\"og:title\" content=\"A &quot;rare&quot; &lt;class&gt;\">",
            "<meta property=\"og:description\" content=\"Q &amp; A.\">",
            "<meta property=\"og:image\" content=\"https://host/lab/cards/rare.png\">",
            "<meta property=\"og:url\" content=\"https://host/lab/s/rare/\">",
            "<link rel=\"alternate\" type=\"application/json+oembed\" \
             href=\"https://host/lab/s/rare/oembed.json\" title=\"A &quot;rare&quot; &lt;class&gt;\">",
            "<a href=\"../../#scenario=rare\"><img src=\"../../posters/rare.svg\"",
        ] {
            assert!(page.contains(line), "{page}\nlacks {line}");
        }
        assert!(!content_security_policy(&page).contains("sha256"), "no script inside");
    }

    #[test]
    fn without_an_address_nothing_absolute_is_invented() {
        let page = page(&example(), None);
        assert!(page.contains("<meta property=\"og:image\" content=\"../../cards/rare.png\">"), "{page}");
        assert!(!page.contains("og:url") && !page.contains("oembed") && !page.contains("http"), "{page}");
    }

    #[test]
    fn oembed_hands_out_a_frame() {
        let answer: serde_json::Value =
            serde_json::from_str(&oembed(&example(), "https://host/lab/")).expect("JSON");
        assert_eq!(answer["type"], "rich");
        assert_eq!(answer["title"], "A \"rare\" <class>");
        let html = answer["html"].as_str().expect("a frame");
        let start = "<iframe src=\"https://host/lab/?embed=1#scenario=rare\" title=\"A &quot;rare&quot; ";
        assert!(html.starts_with(start), "{html}");
    }

    #[test]
    fn an_address_is_a_folder_on_the_web() {
        assert_eq!(checked("https://host/lab").as_deref(), Ok("https://host/lab/"));
        for wrong in ["host/lab", "javascript:alert(1)", "https://host/?x", "https://host/\"><script>"] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
    }

    /// Readers of Open Graph do not take SVG; every scenario has a card beside its poster.
    #[test]
    fn every_scenario_has_a_card_and_every_card_a_scenario() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let scenarios = scenarios(&Repository { root: root.clone() }).expect("scenarios");
        let mut wanted: Vec<String> =
            scenarios.iter().map(|scenario| format!("{}.png", scenario.id)).collect();
        let cards = root.join("public/cards");
        let mut found: Vec<String> = fs::read_dir(&cards)
            .expect("there are cards")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "`cargo xtask cards` writes them");
        for name in wanted {
            let png = fs::read(cards.join(&name)).expect("a card");
            let number = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
            assert_eq!((&png[1..4], number(16), number(20)), (&b"PNG"[..], CARD.0, CARD.1), "{name}");
            assert!(png.len() <= 50_000, "{name}: {} bytes", png.len());
        }
    }
}
