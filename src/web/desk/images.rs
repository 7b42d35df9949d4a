//! Pictures: folders, archives, pasted ones and a camera's, each with its class.
//!
//! Must not know how pictures are read or made smaller.

use super::camera;
use super::frame::chosen;
use super::state::Desk;
use super::table;
use crate::experiment::own::SIDE;
use crate::own::limit::Limit;
use crate::own::picture::{Class, SIDES};
use crate::protocol::Thumbnail;
use crate::web::dom;
use crate::{t, words};
use leptos::html;
use leptos::prelude::*;

/// The tab.
pub fn panel(desk: Desk) -> AnyView {
    let folder = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(folder) = folder.get() {
            // No attribute of the standard, but every browser has it.
            let _ = folder.set_attribute("webkitdirectory", "");
        }
    });
    let named = move |event| desk.class.set(event_target_value(&event));
    let sides: Vec<AnyView> = SIDES
        .iter()
        .map(|&side| {
            let selected = move || desk.form.read().side == side;
            let text = format!("{side}×{side}");
            view! { <option value=side.to_string() prop:selected=selected>{text}</option> }.into_any()
        })
        .collect();
    let choose_side = move |event| {
        if let Ok(side) = event_target_value(&event).parse() {
            desk.form.update(|form| form.side = side);
        }
    };
    let wrong = move || {
        let count = desk.unread.get();
        (count > 0).then(|| view! { <p class="notice warning">{t!("own.pictures.unread", n = count)}</p> })
    };
    view! {
        <p class="quiet">{t!("own.pictures.help", side = SIDE)}</p>
        <div class="row">
            <label class="button primary">
                {t!("own.pictures.files")}
                <input
                    class="sr"
                    type="file"
                    id="desk-pictures"
                    multiple
                    accept="image/*,.zip"
                    on:change=move |event| desk.take_pictures(&chosen(&event))
                />
            </label>
            <label class="button">
                {t!("own.pictures.folder")}
                <input
                    class="sr"
                    type="file"
                    id="desk-folder"
                    multiple
                    node_ref=folder
                    on:change=move |event| desk.take_pictures(&chosen(&event))
                />
            </label>
            <span class="quiet">{t!("own.drop")}</span>
        </div>
        <label class="desk-class">
            <span>{t!("own.pictures.class")}</span>
            <input type="text" id="desk-class" maxlength="40" prop:value=desk.class on:input=named />
        </label>
        <p class="quiet">{t!("own.pictures.class.help")}</p>
        {camera::camera(desk)}
        <p class="quiet">
            {t!(
                "own.limits.pictures", n = Limit::Pictures.most(), classes = Limit::Classes.most(),
                megabytes = Limit::EntryBytes.most() / 1_000_000
            )}
        </p>
        {wrong}
        <ul class="desk-album" id="desk-album">
            {move || desk.album.get().into_iter().map(|class| row(desk, class)).collect::<Vec<AnyView>>()}
        </ul>
        <div class="desk-plan" hidden=move || desk.album.read().is_empty()>
            <label>
                <span>{t!("own.pictures.size")}</span>
                <select id="desk-side" on:change=choose_side>
                    {sides}
                </select>
            </label>
            <label>
                <input
                    type="checkbox"
                    id="desk-coloured"
                    prop:checked=move || desk.form.read().is_coloured
                    on:change=move |event| desk.form.update(|form| form.is_coloured = event_target_checked(&event))
                />
                <span>{t!("own.pictures.coloured")}</span>
            </label>
        </div>
        {table::go(move || desk.album.read().len() >= 2, desk, move || desk.train_pictures())}
    }
    .into_any()
}

fn row(desk: Desk, class: Class) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    let pictures: Vec<Thumbnail> = class
        .newest
        .iter()
        .map(|pixels| Thumbnail {
            width: SIDE as u32,
            height: SIDE as u32,
            channels: 3,
            pixels: pixels.clone(),
        })
        .collect();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            dom::draw_thumbnails(&canvas, &pictures, 8);
        }
    });
    let name = class.name.clone();
    let remove = class.name.clone();
    view! {
        <li>
            <strong>{class.name}</strong>
            <span class="quiet">{t!("own.pictures.count", n = words::count(class.count as u32))}</span>
            <canvas node_ref=canvas class="desk-thumbs" role="img" aria-label=t!("own.pictures.newest", name = name.as_str())></canvas>
            <button
                type="button"
                class="button small"
                aria-label=t!("own.pictures.remove.label", name = name.as_str())
                on:click=move |_| desk.remove_pictures(&remove)
            >
                {t!("own.pictures.remove")}
            </button>
        </li>
    }
    .into_any()
}
