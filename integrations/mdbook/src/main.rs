//! The command line: mdBook's protocol, and markup for pages written by hand.
//!
//! Must not know what a block means.

use mdbook_collapse_lab::{book, markup};
use std::process::ExitCode;

const HELP: &str = "\
mdbook-collapse-lab: fenced blocks called collapse-lab become live experiments

  mdbook-collapse-lab                      reads [context, book] and prints the book, as mdBook asks
  mdbook-collapse-lab supports RENDERER    succeeds for every renderer
  mdbook-collapse-lab html NAME=VALUE ...  prints the markup for pages written by hand, such as rustdoc's;
                                           add --markdown for a link and a picture";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] => std::io::read_to_string(std::io::stdin())
            .map_err(|error| format!("the book cannot be read: {error}"))
            .and_then(|input| book::process(&input)),
        ["supports", _] => return ExitCode::SUCCESS,
        ["html", pairs @ ..] => by_hand(pairs),
        _ => Err(HELP.to_owned()),
    };
    match outcome {
        Ok(output) => {
            print!("{output}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn by_hand(arguments: &[&str]) -> Result<String, String> {
    let (flags, pairs): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|argument| argument.starts_with("--"));
    let target = match flags.as_slice() {
        [] => markup::Target::Html,
        ["--markdown"] => markup::Target::Markdown,
        _ => return Err(HELP.to_owned()),
    };
    let pair = |pair: &&str| {
        let (name, value) = pair.split_once('=').ok_or_else(|| format!("{pair}: expected name=value"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    let options = pairs.iter().map(pair).collect::<Result<Vec<_>, String>>()?;
    markup::write(&options, target)
}
