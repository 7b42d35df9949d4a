//! What the data look like: examples of each class, a scatter for vectors, augmented samples.
//!
//! Must not know how examples are made.

use super::dom;
use super::store::Store;
use super::theme;
use crate::chart::class_colour;
use crate::protocol::{Gallery, Thumbnail};
use crate::t;
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

/// Examples of each class, or their projection onto two dimensions.
pub fn classes(store: Store) -> AnyView {
    let count = Memo::new(move |_| store.gallery.read().as_ref().map_or(0, |gallery| gallery.classes.len()));
    let has_points =
        Memo::new(move |_| store.gallery.read().as_ref().is_some_and(|g| !g.projection.is_empty()));
    let is_plane = Memo::new(move |_| store.experiment.read().data.is_plane());
    let columns = move || (0..count.get()).map(|class| column(store, class)).collect::<Vec<AnyView>>();
    let scatter = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let (gallery, theme) = (store.gallery.read(), store.theme.get());
        if let (Some(gallery), Some(canvas)) = (gallery.as_ref(), scatter.get()) {
            let whole = Scatter { middle: (0.0, 0.0), reach: (1.1, 1.1) };
            whole.draw(&canvas, &gallery.projection, theme);
        }
    });
    view! {
        <div class="gallery">
            <div class="columns" hidden=move || has_points.get() class:few=move || count.get() <= 3>
                {columns}
            </div>
            <figure class="scatter" hidden=move || !has_points.get()>
                <canvas node_ref=scatter role="img" aria-label=t!("gallery.scatter")></canvas>
                <figcaption class="quiet">
                    {move || if is_plane.get() { t!("gallery.plane.caption") } else { t!("gallery.scatter.caption") }}
                </figcaption>
            </figure>
        </div>
    }
    .into_any()
}

fn column(store: Store, class: usize) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let gallery = store.gallery.read();
        let row = gallery.as_ref().and_then(|gallery| gallery.classes.get(class));
        if let (Some(row), Some(gallery), Some(canvas)) = (row, gallery.as_ref(), canvas.get()) {
            let few = gallery.classes.len() <= 3;
            let (columns, rows) = if few { (6, 1) } else { (1, 2) };
            let shown = &row.clean[..row.clean.len().min(columns * rows)];
            // A starved class leaves a gap, not a shorter column.
            let shape = gallery.classes.iter().find_map(|row| row.clean.first());
            dom::draw_grid(&canvas, shown, shape, columns, rows);
        }
    });
    let label = move || t!("gallery.class", name = store.class_name(class));
    let colour = move || class_colour(theme::of_charts(store.theme.get()), class).css();
    view! {
        <figure class="column" style:--bar=colour>
            <canvas class="thumbnails" node_ref=canvas role="img" aria-label=label></canvas>
            <figcaption>{move || store.class_name(class)}</figcaption>
        </figure>
    }
    .into_any()
}

/// A strip of examples as training sees them, augmented.
pub fn preview(store: Store) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    let none = Memo::new(move |_| augmented(&store.gallery.read()).is_empty());
    Effect::new(move |_| {
        let samples = augmented(&store.gallery.read());
        if let Some(canvas) = canvas.get() {
            dom::draw_thumbnails(&canvas, &samples, SAMPLES);
        }
    });
    view! {
        <figure class="preview" hidden=move || !store.experiment.read().is_image()>
            <figcaption class="quiet">
                {move || if none.get() { t!("gallery.unaugmented") } else { t!("gallery.augmented") }}
            </figcaption>
            <canvas
                class="thumbnails"
                node_ref=canvas
                hidden=move || none.get()
                role="img"
                aria-label=t!("gallery.augmented.label")
            ></canvas>
        </figure>
    }
    .into_any()
}

/// Pictures in the preview strip.
const SAMPLES: usize = 10;

/// Augmented samples, the classes taking turns.
fn augmented(gallery: &Option<Gallery>) -> Vec<Thumbnail> {
    let Some(gallery) = gallery else { return Vec::new() };
    let longest = gallery.classes.iter().map(|row| row.augmented.len()).max().unwrap_or(0);
    (0..longest)
        .flat_map(|index| gallery.classes.iter().filter_map(move |row| row.augmented.get(index)))
        .take(SAMPLES)
        .cloned()
        .collect()
}

/// CSS size of the scatter; the canvas has twice the pixels so that dots stay round on any screen.
const SCATTER: (u32, u32) = (280, 150);

/// What a scatter shows of the plane: the middle, and the distance from there to the edge.
pub struct Scatter {
    middle: (f32, f32),
    reach: (f32, f32),
}

impl Scatter {
    /// Just wide enough for these points, the axes apart.
    pub fn around(points: &[(f32, f32, u8)]) -> Self {
        let axis = |of: fn(&(f32, f32, u8)) -> f32| {
            let low = points.iter().map(of).fold(f32::INFINITY, f32::min);
            let high = points.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
            (0.5 * (low + high), (0.55 * (high - low)).max(f32::MIN_POSITIVE))
        };
        let ((x, wide), (y, high)) = (axis(|point| point.0), axis(|point| point.1));
        Self { middle: (x, y), reach: (wide, high) }
    }

    /// Draws points in their class's colour.
    pub fn draw(
        &self,
        canvas: &HtmlCanvasElement,
        points: &[(f32, f32, u8)],
        theme: crate::page::options::Theme,
    ) {
        let (width, height) = (SCATTER.0 * 2, SCATTER.1 * 2);
        canvas.set_width(width);
        canvas.set_height(height);
        let Some(context) = dom::context(canvas) else { return };
        context.set_global_alpha(0.8);
        let place = |value: f32, middle: f32, reach: f32, side: u32| {
            0.5 * f64::from(side) * (1.0 + f64::from((value - middle) / reach))
        };
        for &(x, y, class) in points {
            let across = place(x, self.middle.0, self.reach.0, width);
            let down = f64::from(height) - place(y, self.middle.1, self.reach.1, height);
            context.set_fill_style_str(&class_colour(theme::of_charts(theme), usize::from(class)).css());
            context.begin_path();
            // A second shape per class, so that colour is not the only difference.
            if class % 2 == 0 {
                // Fails only for a negative radius.
                let _ = context.arc(across, down, 4.0, 0.0, std::f64::consts::TAU);
            } else {
                context.rect(across - 3.5, down - 3.5, 7.0, 7.0);
            }
            context.fill();
        }
    }
}
