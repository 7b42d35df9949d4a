//! Every language has every word; values, forms and numbers are filled in.

use super::*;
use crate::experiment::knob::{Domain, KNOBS};
use crate::experiment::scenario::{Group, SCENARIOS};
use std::collections::BTreeSet;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn language(code: &str) -> Catalogue {
    let path = format!("{ROOT}/lang/{code}.txt");
    let text = std::fs::read_to_string(&path).expect("the build listed it");
    Catalogue::parse(text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `{name}` and `{name:…}` of a text.
fn placeholders(words: &str) -> BTreeSet<&str> {
    let inside = words.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(inside, _)| inside));
    inside.map(|inside| inside.split_once(':').map_or(inside, |(name, _)| name)).collect()
}

/// Glossary terms marked in a text as `[[shown|term]]` or `[[term]]`.
fn terms(words: &str) -> BTreeSet<String> {
    let inside = words.split("[[").skip(1).filter_map(|rest| rest.split_once("]]").map(|(inside, _)| inside));
    inside
        .map(|inside| inside.split_once('|').map_or(inside, |(_, term)| term))
        .map(|term| term.to_lowercase().replace(' ', "_"))
        .collect()
}

#[test]
fn every_language_has_every_word_of_english_and_no_other() {
    let english = language("en");
    for (code, _) in LANGUAGES {
        let other = language(code);
        let keys =
            |catalogue: &Catalogue| catalogue.entries().iter().map(|(key, _)| *key).collect::<Vec<_>>();
        let (wanted, found) = (keys(&english), keys(&other));
        let missing: Vec<_> = wanted.iter().filter(|key| !found.contains(key)).collect();
        let unknown: Vec<_> = found.iter().filter(|key| !wanted.contains(key)).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{code} lacks {missing:?}, has unknown {unknown:?}"
        );
        for (key, words) in english.entries() {
            let translated = other.find(key).expect("compared above");
            assert_eq!(placeholders(words), placeholders(translated), "{code}: {key}");
            assert_eq!(terms(words), terms(translated), "{code}: {key}");
            assert!(!translated.is_empty(), "{code}: {key} is empty");
        }
    }
}

#[test]
fn no_key_is_given_twice() {
    for (code, _) in LANGUAGES {
        let keys: Vec<_> = language(code).entries().iter().map(|(key, _)| *key).collect();
        let mut twice = keys.windows(2).filter(|pair| pair[0] == pair[1]);
        assert_eq!(twice.next(), None, "{code}");
    }
}

#[test]
fn every_knob_and_choice_has_words() {
    let english = language("en");
    for knob in KNOBS {
        for key in [format!("knob.{}", knob.name), format!("knob.{}.help", knob.name)] {
            assert!(english.find(&key).is_some(), "{key}");
        }
        if let Domain::Choice(choices) = knob.domain {
            for choice in choices {
                assert!(!choice.label().starts_with("choice."), "{} has no words", choice.label());
            }
        }
    }
}

#[test]
fn every_scenario_has_words() {
    for scenario in SCENARIOS {
        let cure = scenario.remedy().map_or((String::new(), String::new()), |cure| (cure.label, cure.help));
        for words in [scenario.title(), scenario.promise(), scenario.cause(), &cure.0, &cure.1] {
            assert!(!words.starts_with("scenario."), "{words} has no words");
        }
    }
    assert!(Group::ALL.iter().all(|group| !group.label().starts_with("scenario_group.")));
}

#[test]
fn values_are_filled_in_and_choose_forms() {
    let english = "{n} {n:step|steps} of {what}";
    assert_eq!(fill_text(english, &[("n", 1_u32.into()), ("what", "x".into())]), "1 step of x");
    assert_eq!(fill_text(english, &[("n", 12_000_u32.into()), ("what", "x".into())]), "12,000 steps of x");
    assert_eq!(fill_text("{gone} {", &[]), "{gone} {");
}

#[test]
fn numbers_follow_the_language() {
    assert_eq!(
        [short(0.001), short(1.25), short(2000.0), short(12_345.6)],
        ["0.001", "1.25", "2000", "12,346"]
    );
    assert_eq!([short(3e-7), short(f32::NAN), short(0.0), short(-0.5)], ["3e-7", "–", "0", "-0.5"]);
    assert_eq!(
        [percent(0.5), percent(0.005), percent(0.995), percent(1.0), percent(1e-6), percent(0.99999)],
        ["50%", "0.5%", "99.5%", "100%", "<0.1%", ">99.9%"]
    );
    assert_eq!(
        [name("conv 2"), name("above the plane"), name("7"), name("x 1")],
        ["conv 2", "above the plane", "7", "x 1"]
    );
    install(
        "@decimal = ,\n@group = narrow_space\n@percent = {n} %\n@plural = zero_one_other\na = {n:pas|pas-s}"
            .into(),
    )
    .expect("well formed");
    assert_eq!([short(1.25), percent(0.5), count(12_000)], ["1,25", "50 %", "12\u{202f}000"]);
    assert_eq!(
        [plain("1.5"), read("1,5"), read("1.5"), read("12\u{202f}000")],
        ["1,5", "1.5", "1.5", "12000"]
    );
    assert_eq!(fill("a", &[("n", 0_u32.into())]), "pas");
    assert_eq!(fill("a", &[("n", 2_u32.into())]), "pas-s");
    assert_eq!(
        install("nonsense".into()).expect_err("no key"),
        "line 1: expected `key = words`, found 'nonsense'"
    );
}

#[test]
fn class_words_may_come_later() {
    install("[page]\na = page".into()).expect("well formed");
    assert!(!current().has_class);
    extend("[class]\nb = class".into()).expect("well formed");
    assert_eq!((current().has_class, say("a"), say("b")), (true, "page", "class"));
}
