//! Shorter names between a program and its script: wasm-bindgen calls every imported function by its name
//! and a hash of 16 digits, in both files, and hashes do not compress.
//!
//! Must not know where the files lie.

use std::collections::HashMap;

/// A program and its script that agree on names of a letter or two, the script without comments and
/// indentation.
///
/// # Errors
/// The program is not WebAssembly as we know it.
pub fn shorten(program: &[u8], script: &str) -> Result<(Vec<u8>, String), String> {
    // Other names could mean something else in the script, and what is called `wasm.` there is the program's.
    let may = |name: &str| name.starts_with("__wb") && !script.contains(&["wasm.", name].concat());
    let mut names = HashMap::new();
    let program =
        renamed(program, &mut names, &may).ok_or("not a WebAssembly program as wasm-bindgen writes it")?;
    Ok((program, bare(&replaced(script, &names))))
}

/// The program with imports under short names where they `may` have one, noted in `names`.
fn renamed(
    program: &[u8],
    names: &mut HashMap<String, String>,
    may: &dyn Fn(&str) -> bool,
) -> Option<Vec<u8>> {
    const HEADER: usize = 8;
    const IMPORTS: u8 = 2;
    let mut short = program.get(..HEADER)?.to_vec();
    let mut rest = Bytes(program.get(HEADER..)?);
    while let Some(kind) = rest.byte() {
        let length = rest.number()?;
        let content = rest.take(length)?;
        let content = if kind == IMPORTS { imports(content, names, may)? } else { content.to_vec() };
        short.push(kind);
        push_number(&mut short, content.len());
        short.extend(content);
    }
    Some(short)
}

fn imports(
    section: &[u8],
    names: &mut HashMap<String, String>,
    may: &dyn Fn(&str) -> bool,
) -> Option<Vec<u8>> {
    let mut section = Bytes(section);
    let count = section.number()?;
    let mut short = Vec::new();
    push_number(&mut short, count);
    for _ in 0..count {
        let length = section.number()?;
        let module = section.take(length)?;
        push_number(&mut short, module.len());
        short.extend(module);
        let length = section.number()?;
        let name = std::str::from_utf8(section.take(length)?).ok()?;
        let known = names.len();
        let name = match may(name) {
            true => names.entry(name.to_owned()).or_insert_with(|| short_name(known)).as_str(),
            false => name,
        };
        push_number(&mut short, name.len());
        short.extend(name.as_bytes());
        short.extend(section.import()?);
    }
    Some(short)
}

/// `$a`, `$b`, …, `$z`, `$ba`, …: the dollar keeps them apart from every name in wasm-bindgen's script.
fn short_name(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + (index % 26) as u8);
        index /= 26;
        if index == 0 {
            break;
        }
    }
    std::iter::once('$').chain(letters.into_iter().rev().map(char::from)).collect()
}

/// `script` with every word that `names` knows replaced.
fn replaced(script: &str, names: &HashMap<String, String>) -> String {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let mut short = String::with_capacity(script.len());
    let mut rest = script;
    while !rest.is_empty() {
        let word = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        short += names.get(&rest[..word]).map_or(&rest[..word], String::as_str);
        let between = rest[word..].find(is_word).unwrap_or(rest.len() - word);
        short += &rest[word..word + between];
        rest = &rest[word + between..];
    }
    short
}

/// Lines without indentation, comments or nothing in them. wasm-bindgen's comments have lines of their own
/// and its strings have no line breaks.
fn bare(script: &str) -> String {
    let is_code =
        |line: &&str| !line.is_empty() && !["//", "/*", "*"].iter().any(|mark| line.starts_with(mark));
    script.lines().map(str::trim).filter(is_code).fold(String::new(), |text, line| text + line + "\n")
}

fn push_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Bytes still to be read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte < 0x80 {
                return Some(number);
            }
        }
    }

    /// What an import is: a function's type, or a table, memory or global.
    fn import(&mut self) -> Option<&'a [u8]> {
        let whole = self.0;
        match self.byte()? {
            // A function.
            0 => drop(self.number()?),
            // A table is an element type and limits, a memory only limits.
            kind @ (1 | 2) => {
                if kind == 1 {
                    self.byte()?;
                }
                let has_maximum = self.number()? & 1 != 0;
                self.number()?;
                if has_maximum {
                    self.number()?;
                }
            }
            // A global is a type and whether it changes.
            3 => drop(self.take(2)?),
            _ => return None,
        }
        whole.get(..whole.len() - self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, replaced, short_name, shorten};
    use std::collections::HashMap;

    /// A program that imports the function `name` and a memory, followed by a section of two bytes.
    fn program(name: &str) -> Vec<u8> {
        let mut section = vec![2, 1, b'm', name.len() as u8];
        section.extend(name.as_bytes());
        section.extend([0, 5, 1, b'm', 6]);
        section.extend(b"memory");
        section.extend([2, 1, 3, 0x80, 1]);
        let mut program = b"\0asm\x01\0\0\0".to_vec();
        program.extend([2, section.len() as u8]);
        program.extend(section);
        program.extend([1, 2, 8, 9]);
        program
    }

    #[test]
    fn imports_lose_their_hashes_in_both_files() {
        let script = "const a = {\n    // why\n    /**\n     * @x\n     */\n    __wbg_log_1a: f,\n    __wbg_log_1ab: g,\n\n};";
        let (short, script) = shorten(&program("__wbg_log_1a"), script).expect("a program");
        assert_eq!(script, "const a = {\n$a: f,\n__wbg_log_1ab: g,\n};\n");
        let expected = program("$a");
        assert_eq!(short, expected);
    }

    #[test]
    fn a_name_that_the_program_exports_too_stays() {
        let (short, script) = shorten(&program("__wbg_log"), "wasm.__wbg_log(__wbg_log)").expect("a program");
        assert_eq!((short, script.as_str()), (program("__wbg_log"), "wasm.__wbg_log(__wbg_log)\n"));
    }

    #[test]
    fn names_differ_and_words_are_whole() {
        assert_eq!([0, 25, 26, 27, 700].map(short_name), ["$a", "$z", "$ba", "$bb", "$bay"]);
        let names = HashMap::from([("ab".to_owned(), "$a".to_owned())]);
        assert_eq!(replaced("ab ab2 xab 'ab'.ab(é) $ab", &names), "$a ab2 xab '$a'.$a(é) $ab");
        assert_eq!(bare("  a;\n\n\t// b\n  c // d\n"), "a;\nc // d\n");
    }

    #[test]
    fn what_is_cut_off_or_unknown_is_refused() {
        let whole = program("f");
        for length in [0, 7, 10, 15, whole.len() - 1] {
            assert!(shorten(&whole[..length], "").is_err(), "{length} bytes");
        }
        assert!(shorten(b"not a program at all", "").is_err());
    }
}
