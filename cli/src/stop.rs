//! Whether somebody asked the program to stop: Ctrl-C, or a scheduler that needs the machine back.
//!
//! Must not know what is stopped.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens from now on; a second request ends the program at once.
pub fn listen() {
    // Fails only where a handler is installed already, and then that one decides.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// Whether to finish soon.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
