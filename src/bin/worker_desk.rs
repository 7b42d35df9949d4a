//! The data desk's worker. Must not know anything but the library's entry.

#[cfg(all(target_arch = "wasm32", feature = "intake"))]
fn main() {
    collapse_lab::web::intake::start();
}

#[cfg(not(all(target_arch = "wasm32", feature = "intake")))]
fn main() {
    eprintln!("This program runs in a browser's worker; `cargo xtask serve` builds and serves it.");
}
