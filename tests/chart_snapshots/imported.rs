//! Curves of runs trained elsewhere, as the clinic draws them: its samples, and odd ones.

use collapse_lab::chart::{ImportedLine, ImportedView, Theme, draw_imported};
use collapse_lab::clinic::{Answers, Case, Choice, Import, Reading, SAMPLES, picture, read};
use plotters::prelude::{IntoDrawingArea, SVGBackend};

fn svg(lines: &[ImportedLine], is_share: bool, axis: &str, size: (u32, u32)) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let hint = "not one finite value";
        let view = ImportedView { lines, is_share, axis, hint, theme: Theme::Light, scale: 1.0 };
        draw_imported(&view, &area).expect("SVG takes everything");
        area.present().expect("a string takes everything");
    }
    svg
}

/// Name and picture of every chart of every sample.
pub fn samples() -> Vec<(String, String)> {
    let mut pictures = Vec::new();
    for sample in SAMPLES {
        let path = format!("{}/public/samples/{}", env!("CARGO_MANIFEST_DIR"), sample.file);
        let text = std::fs::read_to_string(path).expect("every sample is there");
        let import: Import = read(&text, Choice::default()).expect("every sample is read");
        let Reading::Curves(runs) = &import.reading else { continue };
        let axis = runs[0].1.axis.label();
        let mut answers = Answers::default();
        sample.answers.iter().for_each(|(question, answer)| answers.set(*question, answer));
        let case = Case::new([&import], 0, answers);
        for (name, lines, is_share) in
            [("loss", picture::losses(&case), false), ("accuracy", picture::accuracies(&case), true)]
        {
            let svg = svg(&lines, is_share, axis, (420, 210));
            pictures.push((format!("imported_{name}@{}", sample.name), svg));
        }
    }
    pictures
}

#[test]
fn whatever_the_numbers_something_finite_is_drawn_inside() {
    let numbers = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -3.0, 0.0, 1e-38, 1e38, 0.7];
    for size in [(420, 210), (60, 40), (1, 1)] {
        for count in 0..=numbers.len() {
            let points = numbers.iter().take(count).enumerate().map(|(place, value)| (place as f32, *value));
            let line =
                ImportedLine { label: "a line with a name".to_owned(), slot: 0, points: points.collect() };
            let yardstick = ImportedLine { label: "rule".to_owned(), slot: 2, points: vec![(0.0, 0.69)] };
            for is_share in [false, true] {
                let svg = svg(&[line.clone(), yardstick.clone()], is_share, "epoch", size);
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            }
        }
    }
}
