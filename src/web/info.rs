//! The "i" button beside a name: its explanation shows on hover, focus and tap.
//!
//! Must not know what it explains.

use super::icon::{Icon, icon};
use crate::t;
use leptos::prelude::*;

/// A button described by its explanation; `id` must be unique on the page.
pub fn info(id: &str, about: &str, text: String) -> AnyView {
    let tip = ["tip-", id].concat();
    view! {
        <button
            type="button"
            class="button bare info"
            aria-label=t!("info.about", name = about)
            aria-describedby=tip.clone()
        >
            {icon(Icon::Info)}
        </button>
        <span class="tip" role="tooltip" id=tip>{text}</span>
    }
    .into_any()
}
