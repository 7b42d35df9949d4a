//! Lists the languages there is a file for, so that adding one is adding a file.

use std::fmt::Write;
use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=lang");
    let mut rows = Vec::new();
    for entry in fs::read_dir("lang").expect("the repository has lang/").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let code = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("readable language file");
        let name = text.lines().find_map(|line| line.strip_prefix("@name = "));
        rows.push((
            code,
            name.unwrap_or_else(|| panic!("{} has no @name", path.display())).trim().to_owned(),
        ));
    }
    rows.sort();
    let mut list = String::from("&[");
    for (code, name) in rows {
        write!(list, "({code:?}, {name:?}), ").expect("writing to a string");
    }
    list.push(']');
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("languages.rs"), list).expect("writable OUT_DIR");
}
