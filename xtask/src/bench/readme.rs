//! Sections of the README that the bench writes, between markers. Must not know what they say.

use std::path::Path;

/// Replaces the section `name` of the file by `conditions` and `text`.
///
/// # Errors
/// The file cannot be read or written, or lacks the section's markers.
pub fn replace(path: &Path, name: &str, conditions: &str, text: &str) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", path.display());
    let readme = std::fs::read_to_string(path).map_err(failed)?;
    let section = format!("{conditions}.\n\n{}\n", text.trim_end());
    let replaced =
        replaced(&readme, name, &section).map_err(|error| format!("{}: {error}", path.display()))?;
    std::fs::write(path, replaced).map_err(failed)
}

/// `readme` with `section` between the markers of `name`, which stay.
fn replaced(readme: &str, name: &str, section: &str) -> Result<String, String> {
    let (begin, end) = (format!("<!-- bench {name} -->\n"), format!("<!-- end of bench {name} -->"));
    let missing = || format!("no {} … {end}", begin.trim_end());
    let (before, rest) = readme.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}\n{section}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let readme = "a\n<!-- bench x -->\nold\n<!-- end of bench x -->\nb\n<!-- bench y -->\nkept\n\
                      <!-- end of bench y -->\n";
        let once = replaced(readme, "x", "new\n").expect("markers");
        assert!(once.starts_with("a\n<!-- bench x -->\n\nnew\n\n<!-- end of bench x -->\nb\n"), "{once}");
        assert!(once.contains("kept") && !once.contains("old"));
        assert_eq!(replaced(&once, "x", "new\n").expect("markers"), once);
        assert!(replaced(readme, "z", "").is_err());
    }

    #[test]
    fn the_readme_has_a_place_for_every_group() {
        let readme = include_str!("../../../README.md");
        for name in ["figures", "peers", "growth", "embed", "diagnosis"] {
            assert!(replaced(readme, name, "").is_ok(), "{name}");
        }
        assert!(replaced(include_str!("../../../docs/diagnosis-benchmark.md"), "diagnosis", "").is_ok());
    }
}
