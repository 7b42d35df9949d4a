//! Queries of teachers, of programs and of nobody in particular.

use super::*;
use crate::experiment::DataName;
use crate::experiment::knob::Value;

#[test]
fn a_teachers_link() {
    let query = "?embed=1&theme=dark&backend=cpu&start=paused&charts=loss,shares&goal=loss<=0.5@300\
                 &learning_rate=hide&data=lock&imbalance=limit:1..50&utm_source=x";
    let options = PageOptions::read(query);
    let expected = PageOptions {
        embed: true,
        theme: Some(Theme::Dark),
        backend: Some(Backend::Cpu),
        start: Some(Start::Paused),
        charts: vec!["loss", "shares"],
        goal: Some(Goal::parse("loss<=0.5@300").expect("a goal")),
        knobs: vec![
            ("learning_rate", Access::Hide),
            ("data", Access::Lock),
            ("imbalance", Access::Limit(Limit::Range(1.0, 50.0))),
        ],
        ..PageOptions::default()
    };
    assert_eq!(options, expected);
    assert_eq!(options.access("data"), Some(&Access::Lock));
    assert_eq!(options.access("depth"), None);
    let written = options.write();
    assert_eq!(
        written,
        "embed=1&theme=dark&backend=cpu&start=paused&charts=loss,shares&goal=loss%3C=0.5@300\
         &data=lock&imbalance=limit:1..50&learning_rate=hide"
    );
    // The order of knobs means nothing.
    assert_eq!(PageOptions::read(&written).write(), written);
}

#[test]
fn what_is_not_understood_is_named() {
    let options = PageOptions::read(
        "theme=pink&backend=tpu&learning_rate=0.1&learnign_rate=hide&charts=pie&goal=fun&colour=red\
         &learning_rate=limit:2..1&start=later",
    );
    for (notice, parts) in options.notices.iter().zip([
        ["?theme=pink", "light, dark or auto"],
        ["?backend=tpu", "cpu, gpu or auto"],
        ["?learning_rate=0.1", "after #"],
        ["?learnign_rate=hide", "name of a setting"],
        ["?charts=pie", "shares, loss"],
        ["?goal=fun", "balanced_accuracy>=0.8@400"],
        ["?colour=red", "README"],
        ["?learning_rate=limit:2..1", "0.000001 to 10"],
        ["?start=later", "paused or playing"],
    ]) {
        for part in parts {
            assert!(notice.contains(part), "{notice} lacks {part}");
        }
    }
    assert_eq!(options.notices.len(), 9, "{:#?}", options.notices);
    let silent = PageOptions { notices: Vec::new(), ..options };
    assert_eq!(silent, PageOptions::default());
}

#[test]
fn the_last_of_two_restrictions_wins() {
    let options = PageOptions::read("depth=hide&depth=lock&embed&theme=dark&theme=auto");
    assert_eq!(options.knobs, [("depth", Access::Lock)]);
    assert!(options.embed && options.theme.is_none());
}

#[test]
fn an_experiment_outside_the_limits_is_moved_inside_and_said() {
    let options = PageOptions::read("learning_rate=limit:0.01..0.1&optimizer=limit:sgd&depth=hide");
    let mut experiment = Experiment::default();
    let moved = options.fit(&mut experiment);
    assert_eq!(experiment.live.learning_rate, 0.01);
    assert_eq!(experiment.optimizer.name.name(), "sgd");
    assert_eq!(moved.len(), 2, "{moved:?}");
    assert!(moved[0].contains("Learning rate") && moved[0].contains("0.01"), "{moved:?}");
    assert!(options.fit(&mut experiment).is_empty());
    assert_eq!(options.refusal(&experiment), None);
    let refusal = options.refusal(&Experiment::default()).expect("outside");
    assert!(refusal.starts_with("learning_rate: 0.001") && refusal.ends_with("0.01 to 0.1"), "{refusal}");
}

#[test]
fn a_remedy_out_of_reach_is_not_offered() {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    experiment.live.imbalance = 99.0;
    let balance = Remedy::new("", "").with("imbalance", Value::Number(1.0));
    let offers = |query: &str| PageOptions::read(query).offers(&balance, &experiment);
    assert!(offers(""));
    assert!(offers("depth=lock"));
    assert!(offers("imbalance=limit:10..1000"));
    assert!(!offers("imbalance=limit:99..1000"));
    assert!(!offers("imbalance=lock"));
    assert!(!offers("imbalance=hide"));
}
