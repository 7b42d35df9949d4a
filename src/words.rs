//! Every word a visitor reads, by key, in the language of the page, with its numbers.
//!
//! The words are in `lang/<code>.txt`, one file per language. The core only knows keys; the page
//! fetches the file and hands the text to [`install`]. Links, JSON and stored data never use words.
//! Must not know the browser.

mod catalogue;
mod name;
mod number;

pub use catalogue::Catalogue;
pub use name::name;
pub use number::{Word, count, decimal, percent, plain, read, short, written};
use std::cell::Cell;
use std::fmt::Write;

/// Code and own name of every language there is a file for, in alphabetical order of the codes.
pub static LANGUAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

thread_local! {
    static CURRENT: Cell<&'static Catalogue> = Cell::new(catalogue::default());
}

/// The words of `$key`, or with `name = value` pairs filled in: `t!("steps.done", n = 3)`.
#[macro_export]
macro_rules! t {
    ($key:expr) => { $crate::words::say($key) };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::fill($key, &[$((stringify!($name), Into::<$crate::words::Word>::into($value))),+])
    };
}

/// Makes `text`, a language's file, the words of this thread.
///
/// # Errors
/// The text is no language file; the words stay as they were.
pub fn install(text: String) -> Result<(), String> {
    let catalogue = Catalogue::parse(text)?;
    CURRENT.set(Box::leak(Box::new(catalogue)));
    Ok(())
}

/// Adds the words of another part of the same language's file.
///
/// # Errors
/// The text is no part of a language file; the words stay as they were.
pub fn extend(text: String) -> Result<(), String> {
    let extended = current().extended(text)?;
    CURRENT.set(Box::leak(Box::new(extended)));
    Ok(())
}

/// The code of the language for a wish such as `fr`, `fr-CA` or `zh-Hans-CN`, if there is a file for it.
pub fn language(wish: &str) -> Option<&'static str> {
    let primary = wish.split(['-', '_']).next().unwrap_or(wish);
    LANGUAGES.iter().map(|(code, _)| *code).find(|code| code.eq_ignore_ascii_case(primary))
}

/// The words in use.
pub fn current() -> &'static Catalogue {
    CURRENT.get()
}

/// The words of `key`; the key itself where a language lacks it, so that a gap is seen, not hidden.
pub fn say(key: &str) -> &'static str {
    match current().find(key) {
        Some(words) => words,
        // Bounded by the number of keys in the program, and only while words are missing.
        None => Box::leak(key.to_owned().into_boxed_str()),
    }
}

/// The words of `key` if there are any, for what need not have some (units).
pub fn find(key: &str) -> Option<&'static str> {
    current().find(key)
}

/// The words of `key` with `{name}` replaced by the values, and `{name:one|many}` by the form that
/// fits the number called `name`.
pub fn fill(key: &str, values: &[(&str, Word)]) -> String {
    fill_text(say(key), values)
}

/// [`fill`] for a text at hand.
pub fn fill_text(text: &str, values: &[(&str, Word)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled += before;
        let Some((inside, after)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            break;
        };
        let (name, forms) =
            inside.split_once(':').map_or((inside, None), |(name, forms)| (name, Some(forms)));
        match (values.iter().find(|(known, _)| *known == name), forms) {
            (Some((_, value)), None) => filled += value.text(),
            (Some((_, value)), Some(forms)) => filled += current().form(forms, value.amount()),
            // Left as it is: a gap in the program, and a test walks the keys.
            (None, _) => {
                // Writing to a string cannot fail.
                let _ = write!(filled, "{{{inside}}}");
            }
        }
        rest = after;
    }
    filled += rest;
    filled
}

#[cfg(test)]
mod tests;
