//! The collapse map. Must not know anything but the library's map entry.

#[cfg(all(target_arch = "wasm32", feature = "map"))]
fn main() {
    collapse_lab::web::map::start();
}

#[cfg(not(all(target_arch = "wasm32", feature = "map")))]
fn main() {
    eprintln!("This program runs in a browser; `cargo xtask serve` builds and serves it.");
}
