//! The CPU worker: the small program that always starts. Must not know anything but the library's
//! worker entry.

fn main() {}
