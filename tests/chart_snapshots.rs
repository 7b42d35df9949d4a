//! Every chart over every fixture history, drawn as SVG and compared with committed pictures.
//!
//! To see them: `cargo test --test chart_snapshots gallery -- --ignored` writes a page with all of
//! them, light and dark, at phone and desktop sizes, and prints where. After a wanted change look
//! at that page, then accept with `INSTA_UPDATE=always cargo test --test chart_snapshots`.
#![cfg(feature = "charts")]

#[path = "chart_snapshots/fixtures.rs"]
mod fixtures;
#[path = "chart_snapshots/imported.rs"]
mod imported;
#[path = "chart_snapshots/maps.rs"]
mod maps;

use collapse_lab::chart::{CHARTS, Chart, ChartKind, Frame, MapView, Theme, View, map_svg};
use fixtures::Fixture;
use plotters::prelude::{IntoDrawingArea, SVGBackend};

fn view(fixture: &Fixture) -> View<'_> {
    View {
        history: &fixture.history,
        others: Box::leak(fixture.others().into_boxed_slice()),
        band: fixture.band.as_ref(),
        moment: None,
        insight: fixture.insight.as_ref(),
        experiment: &fixture.experiment,
        classes: &fixture.classes,
        layers: &fixture.layers,
        hidden: &fixture.hidden,
        theme: Theme::Light,
        log_loss: false,
        scale: 1.0,
    }
}

fn svg(chart: Chart, view: &View, size: (u32, u32)) -> (String, Frame) {
    let mut svg = String::new();
    let size = ((size.0 as f32 * view.scale) as u32, (size.1 as f32 * view.scale) as u32);
    let frame = {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let frame = chart.draw(view, &area).expect("SVG takes everything");
        area.present().expect("a string takes everything");
        frame
    };
    (svg, frame)
}

#[test]
fn imported_curves_are_as_committed() {
    for (name, svg) in imported::samples() {
        insta::assert_snapshot!(name, svg);
    }
}

#[test]
fn pictures_are_as_committed() {
    for fixture in fixtures::all() {
        for row in CHARTS {
            let (svg, _) = svg(row.chart, &view(&fixture), (420, 210));
            insta::assert_snapshot!(format!("{}@{}", row.id, fixture.name), svg);
        }
    }
}

#[test]
fn nothing_leaves_the_picture_at_any_size_scale_or_theme() {
    let sizes = [(300, 160), (358, 200), (1200, 420)];
    for fixture in fixtures::all() {
        for row in CHARTS {
            for (size, scale, theme) in
                sizes.iter().flat_map(|s| [(s, 1.0, Theme::Light), (s, 2.75, Theme::Dark)])
            {
                for log_loss in [false, true] {
                    let view = View { scale, theme, log_loss, ..view(&fixture) };
                    let (svg, frame) = svg(row.chart, &view, *size);
                    let what = format!("{} {} {size:?} x{scale}", row.id, fixture.name);
                    let bounds = (size.0 as f32 * scale, size.1 as f32 * scale);
                    check_inside(&svg, bounds, &what);
                    let (x0, y0, x1, y1) = frame.plot;
                    assert!(0 < x0 && x0 < x1 && x1 as f32 <= bounds.0, "{what}: {frame:?}");
                    assert!(0 < y0 && y0 < y1 && y1 as f32 <= bounds.1, "{what}: {frame:?}");
                    // The picture is for reading: at least two thirds of the width is data.
                    if ![Chart::ConfusionMatrix, Chart::Boundary].contains(&row.chart) {
                        assert!((x1 - x0) as f32 > bounds.0 * 0.45, "{what}: {frame:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_hidden_or_tiny_canvas_is_no_panic() {
    for fixture in fixtures::all() {
        for row in CHARTS {
            for size in [(1, 1), (20, 400), (400, 20)] {
                svg(row.chart, &view(&fixture), size);
            }
        }
    }
}

#[test]
fn names_may_be_unknown_or_long() {
    for classes in [Vec::new(), vec!["a class with a very long name indeed".to_owned(); 10]] {
        let fixture = fixtures::Fixture { classes, layers: vec![], hidden: vec![], ..fixtures::healthy() };
        for row in CHARTS {
            let (svg, frame) = svg(row.chart, &view(&fixture), (358, 200));
            check_inside(&svg, (358.0, 200.0), row.id);
            assert!(frame.plot.2 - frame.plot.0 > 100, "{}: {frame:?}", row.id);
        }
    }
}

fn check_inside(svg: &str, (width, height): (f32, f32), what: &str) {
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{what}: {svg}");
    for points in svg.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        for point in points.split_whitespace() {
            let (x, y) = point.split_once(',').expect("x,y");
            let (x, y): (f32, f32) = (x.parse().expect("number"), y.parse().expect("number"));
            assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{what}: {point}");
        }
    }
    for text in svg.split("<text ").skip(1) {
        let number = |name: &str| {
            let rest = text.split(&format!("{name}=\"")).nth(1).expect(name);
            rest.split('"').next().expect(name).parse::<f32>().expect(name)
        };
        if text.contains("transform=") {
            continue;
        }
        // 0.55 em a letter is a usual width of a sans-serif.
        let letters = text.split(">\n").nth(1).and_then(|t| t.split("\n<").next()).expect("text");
        let wide = letters.chars().count() as f32 * 0.55 * number("font-size");
        let left = match () {
            () if text.contains("\"start\"") => number("x"),
            () if text.contains("\"middle\"") => number("x") - wide / 2.0,
            () => number("x") - wide,
        };
        assert!(left >= -2.0 && left + wide <= width + 2.0, "{what}: {letters} {left} {wide}");
        assert!((0.0..=height).contains(&number("y")), "{what}: {letters}");
    }
}

#[test]
fn divergence_is_a_gap_not_a_line() {
    let fixture = fixtures::diverged();
    let cut = fixtures::diverged_from();
    for chart in [Chart::Loss, Chart::Accuracy, Chart::Gradients, Chart::DeadUnits, Chart::UpdateRatio] {
        let (svg, frame) = svg(chart, &view(&fixture), (420, 210));
        let limit = frame.x_at(cut).round() as i32;
        let drawn = svg
            .lines()
            .filter(|line| line.contains("stroke-width=\"2\"") && line.starts_with("<polyline"))
            .flat_map(|line| line.split("points=\"").nth(1).unwrap_or("").split(['"', ' ']))
            .filter_map(|point| point.split_once(',')?.0.parse::<i32>().ok())
            // Keys beside the labels lie right of the plot.
            .filter(|x| *x <= frame.plot.2);
        let furthest = drawn.max().expect("something is drawn before the divergence");
        assert!(furthest < limit, "{chart:?} is drawn to {furthest}, but diverged at {limit}");
    }
}

#[test]
fn a_collapse_fills_the_hero_with_one_colour_and_one_label() {
    let fixture = fixtures::collapsed();
    let (svg, _) = svg(Chart::Shares, &view(&fixture), (860, 300));
    assert!(svg.contains("cat: 100%") && !svg.contains("dog"), "{svg}");
    let readings = Chart::Shares.read(&view(&fixture), 1e9);
    let values: Vec<_> = readings.iter().map(|r| (r.label.as_str(), r.value.as_str())).collect();
    assert_eq!(&values[1..3], [("cat", "100%"), ("dog", "0%")]);
}

#[test]
fn readings_name_values_ghosts_and_markers() {
    let fixture = fixtures::recovered();
    let marker = &fixture.history.markers()[1];
    let readings = Chart::Accuracy.read(&view(&fixture), marker.step as f32);
    let text: Vec<_> = readings.iter().map(|r| format!("{}: {}", r.label, r.value)).collect();
    insta::assert_snapshot!("reading@recovered", text.join("\n"));
}

#[test]
fn pictures_of_a_look_are_read_where_the_pointer_is() {
    let fixture = fixtures::moons();
    let read = |chart: Chart, across: f32, up: f32| -> Vec<String> {
        let view = view(&fixture);
        let (_, frame) = svg(chart, &view, (420, 210));
        let (x0, y0, x1, y1) = frame.plot;
        let at = (x0 as f32 + (x1 - x0) as f32 * across, y1 as f32 - (y1 - y0) as f32 * up);
        chart.read_at(&view, frame, at).iter().map(|r| format!("{}: {}", r.label, r.value)).collect()
    };
    let mut text = Vec::new();
    for chart in [Chart::Boundary, Chart::Weights, Chart::Activations, Chart::Logits, Chart::Calibration] {
        for (across, up) in [(0.1, 0.9), (0.9, 0.1)] {
            text.push(format!("{chart:?} {}", read(chart, across, up).join("; ")));
        }
    }
    assert!(read(Chart::Boundary, -0.1, 0.5).is_empty(), "there is no answer beside the plane");
    assert!(read(Chart::Loss, 0.5, 0.5).is_empty());
    insta::assert_snapshot!("reading@moons", text.join("\n"));
}

#[test]
fn tables_are_rectangular_and_bounded() {
    for fixture in fixtures::all() {
        for row in CHARTS {
            let (header, rows) = row.chart.table(&view(&fixture));
            assert!(rows.len() <= 20, "{}", row.id);
            let nothing = match &fixture.insight {
                Some(insight) if row.chart == Chart::Boundary => insight.plane.is_none(),
                insight if row.kind == ChartKind::Look => insight.is_none(),
                _ => fixture.history.last().is_none(),
            };
            assert_eq!(rows.is_empty(), nothing, "{} {}", row.id, fixture.name);
            assert!(rows.iter().all(|cells| cells.len() == header.len()), "{} {}", row.id, fixture.name);
            assert!(rows.iter().flatten().all(|cell| !cell.contains("NaN")), "{}", row.id);
        }
    }
}

#[test]
#[ignore = "writes a page of pictures for people"]
fn gallery() {
    for (theme, page, name) in [(Theme::Light, "#fff", "light"), (Theme::Dark, "#14171c", "dark")] {
        for (size, hero, label) in [((420, 210), (860, 300), "desktop"), ((358, 200), (358, 200), "phone")] {
            for fixture in fixtures::all() {
                let mut html = format!("<body style='background:{page};margin:8px'>");
                for row in CHARTS {
                    let view = View { theme, ..view(&fixture) };
                    let size = if row.chart == Chart::Shares { hero } else { size };
                    html += &svg(row.chart, &view, size).0.replace("<svg ", "<svg style='margin:4px' ");
                }
                let file = format!("{}/{name}-{label}-{}.html", env!("CARGO_TARGET_TMPDIR"), fixture.name);
                std::fs::write(&file, html).expect("the target directory is writable");
                println!("{file}");
            }
        }
    }
}

/// The collapse map: half trained, with a diverged column, and theory over it.
#[test]
fn maps_are_as_committed_and_stay_inside() {
    for (name, map) in maps::all() {
        let view = map.view();
        insta::assert_snapshot!(
            format!("map@{name}"),
            map_svg(&view, (480, 400)).expect("SVG takes everything")
        );
        for (size, scale, theme) in [((300, 260), 1.0, Theme::Light), ((700, 500), 2.75, Theme::Dark)] {
            let view = MapView { scale, theme, selected: Some(5), ..view };
            let size = ((size.0 as f32 * scale) as u32, (size.1 as f32 * scale) as u32);
            let svg = map_svg(&view, size).expect("SVG takes everything");
            check_inside(&svg, (size.0 as f32, size.1 as f32), &format!("map {name} x{scale}"));
        }
    }
}
