//! One language's words and how it writes numbers, read from its file.
//!
//! Must not know which language is in use.

/// A language file, parsed: `@name = value` lines, `[section]` lines, `key = words` lines, `#` comments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// Sorted by key.
    entries: Vec<(&'static str, &'static str)>,
    /// Between whole and fraction.
    pub decimal: &'static str,
    /// Between thousands.
    pub group: &'static str,
    /// `{n}` and the percent sign as the language puts them.
    pub percent: &'static str,
    plural: Plural,
    /// Whether the words of lessons, scenarios and sheets are among them; they come in a file of their
    /// own where the page was built for release.
    pub has_class: bool,
    /// Whether the words of the collapse map are among them; likewise.
    pub has_map: bool,
    /// Whether the words of the clinic are among them; likewise.
    pub has_clinic: bool,
    /// Whether the words of the data desk are among them; likewise.
    pub has_desk: bool,
}

/// Which forms of a word a language has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Plural {
    /// 1, and everything else (English).
    #[default]
    OneOther,
    /// 0 and 1, and everything else (French).
    ZeroOneOther,
    /// One form (Chinese).
    None,
}

/// What a thread says before a language is installed: English where its file is at hand, else keys.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn default() -> &'static Catalogue {
    use std::sync::LazyLock;
    static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| {
        Catalogue::parse(include_str!("../../lang/en.txt").to_owned()).expect("a test reads every language")
    });
    &ENGLISH
}

/// The page's program carries no words; it fetches them.
#[cfg(target_arch = "wasm32")]
pub(super) fn default() -> &'static Catalogue {
    static EMPTY: Catalogue = Catalogue {
        entries: Vec::new(),
        decimal: ".",
        group: ",",
        percent: "{n}%",
        plural: Plural::OneOther,
        has_class: false,
        has_map: false,
        has_clinic: false,
        has_desk: false,
    };
    &EMPTY
}

impl Catalogue {
    /// Reads a language's file, or a part of it.
    ///
    /// # Errors
    /// A line is none of the four kinds; the line is named.
    pub fn parse(text: String) -> Result<Self, String> {
        let base = Self { decimal: ".", group: ",", percent: "{n}%", ..Self::default() };
        base.extended(text)
    }

    /// These words and those of `text`, which win.
    ///
    /// # Errors
    /// As [`Catalogue::parse`].
    pub fn extended(&self, text: String) -> Result<Self, String> {
        // A page installs a handful of texts in its life, and every view borrows from them.
        let text: &'static str = Box::leak(text.into_boxed_str());
        let mut catalogue = self.clone();
        let mut added = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            catalogue.has_class |= line == "[class]";
            catalogue.has_map |= line == "[map]";
            catalogue.has_clinic |= line == "[clinic]";
            catalogue.has_desk |= line == "[desk]";
            if line.is_empty() || line.starts_with(['#', '[']) {
                continue;
            }
            let wrong = || format!("line {}: expected `key = words`, found '{line}'", index + 1);
            let (key, words) = line.split_once('=').ok_or_else(wrong)?;
            let (key, words) = (key.trim(), words.trim());
            match key.strip_prefix('@') {
                Some(header) => catalogue.header(header, words).ok_or_else(wrong)?,
                None => added.push((key, words)),
            }
        }
        catalogue.entries.retain(|(key, _)| !added.iter().any(|(new, _)| new == key));
        catalogue.entries.extend(added);
        order::sort_by(&mut catalogue.entries, |a, b| a.0.cmp(b.0));
        Ok(catalogue)
    }

    fn header(&mut self, name: &str, value: &'static str) -> Option<()> {
        match (name, value) {
            // Read by the build.
            ("name", _) => {}
            ("decimal", _) => self.decimal = value,
            // Spaces are trimmed off lines, so the two that languages use have names.
            ("group", "space") => self.group = " ",
            ("group", "narrow_space") => self.group = "\u{202f}",
            ("group", "none") => self.group = "",
            ("group", _) => self.group = value,
            ("percent", _) => self.percent = value,
            ("plural", "one_other") => self.plural = Plural::OneOther,
            ("plural", "zero_one_other") => self.plural = Plural::ZeroOneOther,
            ("plural", "none") => self.plural = Plural::None,
            _ => return None,
        }
        Some(())
    }

    /// The words of `key`.
    pub fn find(&self, key: &str) -> Option<&'static str> {
        let index = self.entries.binary_search_by(|(known, _)| (*known).cmp(key)).ok()?;
        Some(self.entries[index].1)
    }

    /// Every key with its words, sorted.
    pub fn entries(&self) -> &[(&'static str, &'static str)] {
        &self.entries
    }

    /// The form for `amount` among `one|many`; the last where there are fewer.
    pub fn form<'a>(&self, forms: &'a str, amount: f64) -> &'a str {
        let index = match self.plural {
            Plural::OneOther => usize::from(amount != 1.0),
            Plural::ZeroOneOther => usize::from(amount >= 2.0),
            Plural::None => 0,
        };
        forms.split('|').nth(index).or_else(|| forms.split('|').next_back()).unwrap_or_default()
    }
}
use crate::order;
