//! The export dialogue. Must not know anything but the library's export entry.

#[cfg(all(target_arch = "wasm32", feature = "export"))]
fn main() {
    collapse_lab::web::export::start();
}

#[cfg(not(all(target_arch = "wasm32", feature = "export")))]
fn main() {
    eprintln!("This program runs in a browser; `cargo xtask serve` builds and serves it.");
}
