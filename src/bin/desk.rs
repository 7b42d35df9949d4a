//! The data desk. Must not know anything but the library's desk entry.

#[cfg(all(target_arch = "wasm32", feature = "desk"))]
fn main() {
    collapse_lab::web::desk::start();
}

#[cfg(not(all(target_arch = "wasm32", feature = "desk")))]
fn main() {
    eprintln!("This program runs in a browser; `cargo xtask serve` builds and serves it.");
}
