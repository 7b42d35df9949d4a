//! The clinic. Must not know anything but the library's clinic entry.

#[cfg(all(target_arch = "wasm32", feature = "clinic"))]
fn main() {
    collapse_lab::web::clinic::start();
}

#[cfg(not(all(target_arch = "wasm32", feature = "clinic")))]
fn main() {
    eprintln!("This program runs in a browser; `cargo xtask serve` builds and serves it.");
}
