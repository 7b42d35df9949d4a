//! Links of every age open to exact experiments, and no string breaks the reader.

use super::*;
use crate::experiment::knob::{Domain, Knob, Value};
use crate::experiment::{DataName, ModelName, OptimizerName, Weighting};
use crate::stream::Stream;

/// Published links. Never edit a line; add one when a link can say something new.
#[test]
fn old_links_still_open() {
    type Change = fn(&mut Experiment);
    let links: &[(&str, Change)] = &[
        ("", |_| {}),
        ("#v=1", |_| {}),
        ("#v=1&data=gaussians&imbalance=99", |e| {
            e.data.name = DataName::Gaussians;
            e.live.imbalance = 99.0;
        }),
        ("#data=shapes&train_size=80&position_shift=on&model=cnn&flip_horizontal=0.5", |e| {
            e.data.name = DataName::Shapes;
            e.data.train_size = 80;
            e.model.name = ModelName::Cnn;
            e.live.augment.flip_horizontal = 0.5;
        }),
        ("?v=1&optimizer=sgd&momentum=0&learning_rate=0.05&depth=0&batch_size=8", |e| {
            e.optimizer.name = OptimizerName::Sgd;
            e.optimizer.momentum = 0.0;
            e.live.learning_rate = 0.05;
            e.model.depth = 0;
            e.batch_size = 8;
        }),
        ("#v=1&shares=1,0.5,0&weighting=inverse_frequency&seed_weights=7", |e| {
            e.live.shares = vec![1.0, 0.5, 0.0];
            e.live.weighting = Weighting::InverseFrequency;
            e.seeds.weights = 7;
        }),
        ("#v=1&shares=1%2C0&learning_rate=1e-5", |e| {
            e.live.shares = vec![1.0, 0.0];
            e.live.learning_rate = 1e-5;
        }),
        ("#scenario=imbalance&imbalance=9", |e| {
            e.data.name = DataName::Gaussians;
            e.live.imbalance = 9.0;
            e.live.steps = 300;
        }),
        ("#imbalance=9&scenario=imbalance", |e| {
            e.data.name = DataName::Gaussians;
            e.live.imbalance = 9.0;
            e.live.steps = 300;
        }),
    ];
    for (link, change) in links {
        let mut expected = Experiment::default();
        change(&mut expected);
        let linked = read(link);
        assert_eq!(linked, Linked { experiment: expected, notices: vec![], unknown: vec![] }, "{link}");
    }
}

#[test]
fn a_link_says_only_what_differs_in_table_order() {
    let mut experiment = Experiment::default();
    assert_eq!(write(&experiment), "v=1");
    experiment.live.imbalance = 99.0;
    experiment.data.name = DataName::Gaussians;
    experiment.live.shares = vec![1.0, 0.25, 1.0, 1.0];
    assert_eq!(write(&experiment), "v=1&data=gaussians&imbalance=99&shares=1,0.25");
}

#[test]
fn any_experiment_survives_its_link() {
    let mut stream = Stream::named(1, "links");
    for _ in 0..500 {
        let mut experiment = Experiment::default();
        for knob in KNOBS {
            if stream.coin(0.5) {
                let value = random(knob, &mut stream);
                assert_eq!(knob.set(&mut experiment, value), Ok(None), "{}", knob.name);
            }
        }
        let linked = read(&write(&experiment));
        assert_eq!(linked, Linked { experiment, notices: vec![], unknown: vec![] });
    }
}

fn random(knob: &Knob, stream: &mut Stream) -> Value {
    match knob.domain {
        // Products spread over the magnitudes.
        Domain::Number { min, max, .. } => {
            let spread = f64::from(stream.uniform() * stream.uniform() * stream.uniform());
            Value::Number((min + (max - min) * spread).clamp(min, max))
        }
        Domain::Integer { min, max, .. } => {
            Value::Number(f64::from(min) + stream.below((max - min + 1) as usize) as f64)
        }
        Domain::Choice(choices) => Value::Name(choices[stream.below(choices.len())].name),
        Domain::Switch => Value::Switch(stream.coin(0.5)),
        Domain::Shares { .. } => Value::Shares((0..stream.below(11)).map(|_| stream.uniform()).collect()),
    }
}

#[test]
fn nonsense_gives_the_default_and_says_so() {
    let linked =
        read("#v=1&learning_rate=fast&data=cats&position_shift=maybe&imbalance=5000&shares=a&depth=2.4");
    let mut expected = Experiment::default();
    expected.live.imbalance = 1000.0;
    expected.model.depth = 2;
    assert_eq!(linked.experiment, expected);
    assert_eq!(
        linked.notices,
        [
            "learning_rate: 'fast' is not a number; use 0.000001 to 10; using 0.001",
            "data: 'cats' is unknown; use digits, mnist, hypothyroid, wine, gaussians, shapes, linear, noise, moons, circles, spirals, blobs, own; using digits",
            "position_shift: 'maybe' is neither on nor off; using on",
            "imbalance=5000 is above 1000: using 1000",
            "shares: 'a' is not a list of numbers such as 1,0.5,1; using 1 for each",
        ]
    );
}

#[test]
fn unknown_keys_are_kept_and_mentioned() {
    let linked = read("#v=1&colour=r%26b&depth=2&lanes=4&lanes=8");
    assert_eq!(linked.notices, ["Not a setting of this page, ignored: colour, lanes"]);
    let unknown = [("colour".to_owned(), "r&b".to_owned()), ("lanes".to_owned(), "8".to_owned())];
    assert_eq!(linked.unknown, unknown);
    let link = write_with_unknown(&linked.experiment, &linked.unknown);
    assert_eq!(link, "v=1&depth=2&colour=r%26b&lanes=8");
    assert_eq!(read(&link), linked);
}

#[test]
fn versions_and_scenarios_from_elsewhere() {
    assert!(read("#v=2&depth=2").notices[0].contains("newer version"));
    assert_eq!(read("#v=2&depth=2").experiment.model.depth, 2);
    assert!(read("#v=one").notices[0].contains("not a version"));
    assert!(read("#scenario=nope").notices[0].starts_with("scenario: 'nope' is unknown; use digits"));
}

#[test]
fn the_last_of_repeated_keys_wins() {
    assert_eq!(read("#depth=2&depth=3").experiment.model.depth, 3);
}

#[test]
fn garbage_never_panics_and_stays_in_range() {
    let pieces: Vec<String> = KNOBS
        .iter()
        .map(|knob| knob.name.to_owned())
        .chain(
            [
                "&", "=", "%", "%2", "%ff", "#", "?", "-", "e", "9", "1e999", "nan", "inf", ",", "é",
                "\u{0}", "v",
            ]
            .map(str::to_owned),
        )
        .chain(["scenario", "-0", "0.5", "on", "🙂", "+", " "].map(str::to_owned))
        .collect();
    let mut stream = Stream::named(2, "garbage");
    for _ in 0..10_000 {
        let link: String =
            (0..stream.below(24)).map(|_| pieces[stream.below(pieces.len())].as_str()).collect();
        let linked = read(&link);
        for knob in KNOBS {
            let mut copy = linked.experiment.clone();
            assert_eq!(knob.set(&mut copy, knob.get(&linked.experiment)), Ok(None), "{link}");
        }
        let again = read(&write_with_unknown(&linked.experiment, &linked.unknown));
        assert_eq!((again.experiment, again.unknown), (linked.experiment, linked.unknown), "{link}");
        let _ = crate::page::options::PageOptions::read(&link);
    }
}
