//! The options as a table for the README; their words are `option.*` in `lang/`.
//!
//! Must not know how an option is read; a test reads every example.

use crate::words;

/// Every option: its name in `option.<name>`, and examples of it.
const OPTIONS: &[(&str, &[&str])] = &[
    ("embed", &["embed=1"]),
    ("projector", &["projector=1"]),
    ("theme", &["theme=light", "theme=dark"]),
    ("lang", &["lang=en"]),
    ("backend", &["backend=cpu", "backend=gpu"]),
    ("start", &["start=paused", "start=playing"]),
    ("charts", &["charts=shares,loss"]),
    ("goal", &["goal=balanced_accuracy>=0.8@400", "goal=verdict=healthy"]),
    ("challenge", &["challenge=7"]),
    ("lesson", &["lesson=imbalance"]),
    ("open", &["open=lessons", "open=workshop", "open=receipt"]),
    ("sheet", &["sheet=ribbon"]),
    ("hide", &["learning_rate=hide"]),
    ("lock", &["learning_rate=lock"]),
    ("limit", &["learning_rate=limit:0.001..0.1", "optimizer=limit:adam,sgd"]),
];

/// The README's table of options.
pub fn table_markdown() -> String {
    let mut table = String::from("| query | effect |\n|---|---|\n");
    for (name, examples) in OPTIONS {
        let examples: Vec<String> = examples.iter().map(|example| format!("`?{example}`")).collect();
        let effect = words::say(&["option.", name].concat());
        table += &format!("| {} | {effect} |\n", examples.join(", "));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::PageOptions;
    use super::*;

    #[test]
    fn every_example_is_understood_and_has_words() {
        for (name, examples) in OPTIONS {
            for example in *examples {
                let options = PageOptions::read(example);
                assert!(options.notices.is_empty(), "{:?}", options.notices);
                assert_ne!(options, PageOptions::default(), "{example} does nothing");
                assert_eq!(PageOptions::read(&options.write()), options, "{example}");
            }
            assert!(words::find(&format!("option.{name}")).is_some(), "option.{name} has no words");
        }
        assert!(table_markdown().lines().all(|line| line.matches('|').count() == 3));
    }
}
