#![no_main]

use collapse_lab::own::parsers::PARSERS;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let parser = PARSERS.iter().find(|parser| parser.name == "link").expect("in the table");
    (parser.feed)(bytes);
});
