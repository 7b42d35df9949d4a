//! The chart cards: canvas, shared cursor, read-out, data table.
//!
//! Must not know how a chart is drawn: it draws, reads and tabulates itself from the history.

mod examples;
pub mod painter;
mod pointer;
mod table;

use super::dom;
use super::info::info;
use super::store::Store;
use crate::chart::{CHARTS, Chart, ChartKind, ChartRow, Other, View};
use crate::t;
use leptos::html;
use leptos::prelude::*;

/// Text and strokes on a projector, beside a desk's.
const PROJECTED: f32 = 1.5;

/// The first chart, wide, and beside it the decision boundary where the data lie in a plane.
pub fn hero(store: Store) -> AnyView {
    let named = named(store);
    let first = named.first().copied().unwrap_or(&CHARTS[0]);
    let plane = Memo::new(move |_| Chart::Boundary.applies(&store.experiment.read()));
    let pair = Memo::new(move |_| named.is_empty() && plane.get());
    view! {
        <div class="heroes" class:pair=pair>
            {card(store, first, true)}
            {move || pair.get().then(|| card(store, Chart::Boundary.row(), true))}
        </div>
    }
    .into_any()
}

/// The other charts of the run's course, or those the address names.
pub fn grid(store: Store) -> AnyView {
    let named = named(store);
    let rows = match named.get(1..) {
        Some(rest) => rest.to_vec(),
        None => CHARTS[1..].iter().filter(|row| row.chart.wants().is_empty()).collect(),
    };
    let cards: Vec<AnyView> = rows.into_iter().map(|row| card(store, row, false)).collect();
    view! { <section class="grid" aria-label=t!("charts.more")>{cards}</section> }.into_any()
}

/// Looks inside the model, folded where they would make the page long; nothing where the address
/// names the charts it wants.
pub fn inside(store: Store) -> Option<AnyView> {
    if !named(store).is_empty() {
        return None;
    }
    let shown = |row: &&ChartRow| !row.chart.wants().is_empty() && row.chart != Chart::Boundary;
    let cards: Vec<AnyView> = CHARTS.iter().filter(shown).map(|row| card(store, row, false)).collect();
    let section = view! {
        <details class="inside" open=!dom::is_narrow()>
            <summary><h2>{t!("charts.inside")}</h2></summary>
            <div class="grid">{cards}</div>
        </details>
    };
    Some(section.into_any())
}

/// The charts that tell a run's course, or those the address names.
pub fn shown(store: Store) -> Vec<Chart> {
    let named = named(store);
    let usual = || CHARTS.iter().filter(|row| row.chart.wants().is_empty()).collect();
    let rows = if named.is_empty() { usual() } else { named };
    rows.into_iter().map(|row| row.chart).collect()
}

/// The charts that the address names; none when it leaves the choice to the page.
fn named(store: Store) -> Vec<&'static ChartRow> {
    let named = store.options.with_value(|options| options.charts.clone());
    named.iter().filter_map(|id| CHARTS.iter().find(|row| row.id == *id)).collect()
}

fn card(store: Store, row: &'static ChartRow, hero: bool) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    let plot = NodeRef::<html::Div>::new();
    let line = NodeRef::<html::Div>::new();
    let reading = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let (Some(canvas), Some(plot), Some(line), Some(reading)) =
            (canvas.get(), plot.get(), line.get(), reading.get())
        else {
            return;
        };
        let parts = painter::Parts {
            chart: row.chart,
            canvas,
            plot: plot.into(),
            line: line.into(),
            reading: reading.into(),
        };
        let card = painter::register(parts);
        if let Some(plot) = painter::plot(card) {
            pointer::listen(store, card, row.kind, &plot);
        }
    });
    let title = format!("chart-{}", row.id);
    let heading = title.clone();
    let class = if hero { "card chart hero" } else { "card chart" };
    view! {
        <section class=class aria-labelledby=title data-chart=row.id>
            <header class="card-head">
                <h2 id=heading>{row.title()}</h2>
                {info(row.id, row.title(), row.help().to_owned())}
                {(row.chart == Chart::Loss).then(|| log_toggle(store))}
            </header>
            {plot_area(row, canvas, plot, line, reading)}
            {(row.kind == ChartKind::Matrix).then(|| examples::gallery(store))}
            {table::table(store, row)}
        </section>
    }
    .into_any()
}

fn plot_area(
    row: &'static ChartRow,
    canvas: NodeRef<html::Canvas>,
    plot: NodeRef<html::Div>,
    line: NodeRef<html::Div>,
    reading: NodeRef<html::Div>,
) -> AnyView {
    // Over time the plot is a slider: arrow keys move the cursor and its value text is the reading.
    // The matrix is a picture: its table below holds a button for each cell.
    let time = row.kind == ChartKind::Time;
    let label = if time { t!("charts.values_at_step", chart = row.title()) } else { row.title().to_owned() };
    view! {
        <div
            class="plot"
            node_ref=plot
            role=if time { "slider" } else { "img" }
            tabindex=time.then_some("0")
            aria-label=label
            aria-valuemin=time.then_some("0")
            aria-valuemax=time.then_some("0")
            aria-valuenow=time.then_some("0")
        >
            <canvas node_ref=canvas></canvas>
            <div class="cursor" node_ref=line hidden></div>
            <div class="reading" node_ref=reading hidden aria-hidden="true"></div>
        </div>
    }
    .into_any()
}

fn log_toggle(store: Store) -> AnyView {
    view! {
        <label class="log-toggle">
            <input
                type="checkbox"
                prop:checked=move || store.log_loss.get()
                on:change=move |event| {
                    store.log_loss.set(event_target_checked(&event));
                    store.touch();
                }
            />
            {t!("charts.log_scale")}
        </label>
    }
    .into_any()
}

impl Store {
    /// How much larger than usual charts write and draw.
    fn zoom(self) -> f32 {
        if self.options.with_value(|options| options.projector) { PROJECTED } else { 1.0 }
    }

    /// What charts draw from, for the length of `look`.
    pub fn with_view<T>(self, look: impl FnOnce(&View) -> T) -> T {
        let experiment = self.experiment.read_untracked();
        let facts = self.facts.read_untracked();
        let (classes, layers, hidden) = match facts.as_ref() {
            Some(facts) => (&facts.classes[..], &facts.layers[..], &facts.hidden[..]),
            None => (&[][..], &[][..], &[][..]),
        };
        let lanes = self.lanes.read_untracked();
        let titles: Vec<String> = lanes.branches.iter().map(|branch| branch.title(&experiment)).collect();
        let (others, band) = (self.others.read_value(), self.band.read_value());
        let named = lanes.branches.iter().zip(&titles);
        let others: Vec<Other> = named
            .filter_map(|(branch, name)| {
                let (_, history) = others.iter().find(|(id, _)| *id == branch.id)?;
                Some(Other { history, name, slot: branch.slot, is_twin: branch.is_twin })
            })
            .collect();
        let visit = self.visit.read_untracked();
        let insight = self.insight.read_value();
        self.history.with_value(|history| {
            look(&View {
                history,
                others: &others,
                band: band.as_ref(),
                moment: visit.as_ref().map(|visit| &visit.snapshot),
                insight: insight.as_ref(),
                experiment: &experiment,
                classes,
                layers,
                hidden,
                theme: super::theme::of_charts(self.theme.get_untracked()),
                log_loss: self.log_loss.get_untracked(),
                scale: super::canvas::pixel_ratio() * self.zoom(),
            })
        })
    }
}
