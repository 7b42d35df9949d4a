//! The CPU worker. Must not know anything but the library's worker entry.

#[cfg(target_arch = "wasm32")]
fn main() {
    collapse_lab::web::worker::run();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program runs in a browser's worker; `cargo xtask serve` builds and serves it.");
}
