//! The page's icons: single-path SVGs on a 24 px grid, drawn in the text's colour.
//!
//! Must not know what a button does.

use leptos::prelude::*;

/// Pictures a button can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Play,
    Pause,
    StepOne,
    StepTen,
    Rewind,
    Seed,
    Restart,
    Link,
    Sun,
    Moon,
    Keys,
    Close,
    Info,
    Undo,
    Scenarios,
    Lessons,
    Fork,
    Map,
}

/// The icon as an SVG hidden from screen readers; its button needs a label.
pub fn icon(icon: Icon) -> AnyView {
    path(shape(icon))
}

/// An icon that follows a signal.
pub fn changing(which: impl Fn() -> Icon + Send + 'static) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=move || shape(which()) />
        </svg>
    }
    .into_any()
}

fn path(d: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=d />
        </svg>
    }
    .into_any()
}

fn shape(icon: Icon) -> &'static str {
    match icon {
        Icon::Play => "M7 4.5v15l12-7.5z",
        Icon::Pause => "M6 5h4v14H6zM14 5h4v14h-4z",
        Icon::StepOne => "M5 5l9 7-9 7zM16 5h3v14h-3z",
        Icon::StepTen => "M3 5l7 7-7 7zM10 5l7 7-7 7zM18 5h3v14h-3z",
        Icon::Rewind => "M19 5l-9 7 9 7zM5 5h3v14H5z",
        Icon::Seed => {
            "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 2v14h14V5zm3 1.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm8 8a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm-4-4a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z"
        }
        Icon::Restart => "M12 5V1.5L6.5 6 12 10.5V7a5.5 5.5 0 1 1-5.3 7H4.6A7.5 7.5 0 1 0 12 5z",
        Icon::Link => {
            "M10.6 13.4a4 4 0 0 1 0-5.7l3-3a4 4 0 0 1 5.7 5.7l-1.6 1.6-1.4-1.4 1.6-1.6a2 2 0 0 0-2.9-2.9l-3 3a2 2 0 0 0 0 2.9zm2.8-2.8a4 4 0 0 1 0 5.7l-3 3a4 4 0 0 1-5.7-5.7l1.6-1.6 1.4 1.4-1.6 1.6a2 2 0 0 0 2.9 2.9l3-3a2 2 0 0 0 0-2.9z"
        }
        Icon::Sun => {
            "M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM11 1h2v4h-2zM11 19h2v4h-2zM1 11h4v2H1zM19 11h4v2h-4zM3.5 4.9l1.4-1.4 2.8 2.8-1.4 1.4zM16.3 17.7l1.4-1.4 2.8 2.8-1.4 1.4zM19.1 3.5l1.4 1.4-2.8 2.8-1.4-1.4zM6.3 16.3l1.4 1.4-2.8 2.8-1.4-1.4z"
        }
        Icon::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
        Icon::Keys => {
            "M3 5h18a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm1 2v10h16V7zm1.5 1.5h2v2h-2zm4 0h2v2h-2zm4 0h2v2h-2zm4 0h1v2h-1zM7 13.5h10v2H7z"
        }
        Icon::Close => {
            "M5.6 4.2l6.4 6.4 6.4-6.4 1.4 1.4-6.4 6.4 6.4 6.4-1.4 1.4-6.4-6.4-6.4 6.4-1.4-1.4 6.4-6.4-6.4-6.4z"
        }
        Icon::Info => {
            "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm0 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm-1 6.5h2V17h-2zM11 7h2v2h-2z"
        }
        Icon::Undo => "M9 4v4h5.5a5.5 5.5 0 0 1 0 11H7v-2h7.5a3.5 3.5 0 0 0 0-7H9v4L3 9z",
        Icon::Fork => {
            "M7 2a3 3 0 0 1 1 5.800V9a2 2 0 0 0 2 2h4a4 4 0 0 1 4 4v1.200a3 3 0 1 1-2 0V15a2 2 0 0 0-2-2h-4a4 4 0 0 1-2-.5v3.700a3 3 0 1 1-2 0V7.800A3 3 0 0 1 7 2z"
        }
        Icon::Lessons => {
            "M12 3l11 5.5-3 1.5v6h-2v-5l-1 .5V16c-1.5 1.3-3.200 2-5 2s-3.500-.7-5-2v-4.500L1 8.500zm0 2.200L5.500 8.500 12 11.800l6.500-3.300zM9 12.500V15c.9.700 1.900 1 3 1s2.100-.3 3-1v-2.500l-3 1.500z"
        }
        Icon::Map => {
            "M3 3h5v5H3zM9.500 3h5v5h-5zM16 3h5v5h-5zM3 9.500h5v5H3zM16 9.500h5v5h-5zM3 16h5v5H3zM9.500 11h5v2h-5zM9.500 16h5v5h-5zM17.500 17.500h2v2h-2z"
        }
        Icon::Scenarios => {
            "M3 3h8v8H3zm2 2v4h4V5zM13 3h8v8h-8zm2 2v4h4V5zM3 13h8v8H3zm2 2v4h4v-4zM13 13h8v8h-8zm2 2v4h4v-4z"
        }
    }
}
