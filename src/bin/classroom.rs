//! The page with its classroom. Must not know anything but the library's page entry.

#[cfg(all(target_arch = "wasm32", feature = "page"))]
fn main() {
    collapse_lab::web::start();
}

#[cfg(not(all(target_arch = "wasm32", feature = "page")))]
fn main() {
    eprintln!("This program runs in a browser; `cargo xtask serve` builds and serves it.");
}
