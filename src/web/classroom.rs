//! The classroom: lessons, sheets, challenges, workshop links and the check of receipts, in a program
//! of its own that is fetched when somebody wants them, so that the page itself stays small.
//!
//! Both programs are this crate; the address says which one a visitor needs. Must not know what the
//! classroom holds beyond its doors.

use super::receipt;
use super::store::{Dialog, Store};
use crate::page::options::{Door, PageOptions};
use crate::protocol::BUILD;
use leptos::prelude::*;

/// Whether this program is the classroom.
pub const HERE: bool = cfg!(feature = "classroom");

/// Whether the address asks for something that only the classroom has.
pub fn is_wanted(options: &PageOptions) -> bool {
    options.lesson.is_some()
        || options.sheet.is_some()
        || options.challenge.is_some()
        || options.open.is_some()
        || receipt::is_in_address()
}

/// Fetches the classroom, which opens the address this page leaves untouched.
pub fn enter() {
    fetch(&address());
}

/// Fetches another program of this page by the address of the script that starts it.
pub fn fetch(address: &str) {
    fetch_or(address, None);
}

/// The same; `failed` is called where it does not arrive.
pub fn fetch_or(address: &str, failed: Option<&js_sys::Function>) {
    let script = document().create_element("script").and_then(|script| {
        script.set_attribute("type", "module")?;
        script.set_attribute("src", address)?;
        if let Some(failed) = failed {
            script.add_event_listener_with_callback("error", failed)?;
        }
        Ok(script)
    });
    if let (Ok(script), Some(body)) = (script, document().body()) {
        // A script that does not arrive shows the message for missing files (boot.js).
        let _ = body.append_child(&script);
    }
}

/// Opens the dialogue named in the address; in the small program, opening one of the classroom's
/// dialogues leads to the other.
pub fn follow(store: Store) {
    if HERE {
        let door = store.options.with_value(|options| options.open);
        if let Some((_, dialog)) = door.and_then(|door| DOORS.iter().find(|(known, _)| *known == door)) {
            if *dialog == Dialog::Lessons {
                store.fetch_lessons();
            }
            store.dialog.set(Some(*dialog));
        }
        return;
    }
    Effect::new(move |_| {
        let wanted = store.dialog.get();
        let door = DOORS.iter().find(|(_, dialog)| wanted == Some(*dialog));
        if let Some((door, _)) = door {
            let options = PageOptions { open: Some(*door), ..store.options.get_value() };
            // Fails only where a host page forbids its frame to move; the dialogue then stays shut.
            let _ = window().location().set_search(&options.write());
        }
    });
}

/// What the classroom can open with.
const DOORS: &[(Door, Dialog)] =
    &[(Door::Lessons, Dialog::Lessons), (Door::Workshop, Dialog::Workshop), (Door::Receipt, Dialog::Receipt)];

fn address() -> String {
    match BUILD {
        "dev" => "classroom_start.js".to_owned(),
        build => [build, "/classroom_start.js"].concat(),
    }
}
