//! What the clinic says, in words: a headline, and a report in Markdown.
//!
//! Must not know how it is shown.

use super::case::Case;
use super::cause::{Confidence, Judged};
use super::import::Import;
use super::question::Question;
use super::sign::Sign;
use crate::experiment::scenario;
use crate::telemetry::confusion::Skill;
use crate::{t, words};

/// Causes that are worth showing at the front: everything that is not unlikely.
pub fn leading(ranking: &[Judged]) -> impl Iterator<Item = &Judged> {
    ranking.iter().filter(|judged| judged.confidence() > Confidence::Unlikely)
}

/// What the model does, in a sentence or two.
pub fn headline(case: &Case) -> String {
    let Some(matrix) = &case.matrix else {
        return course(case);
    };
    let confusion = &matrix.confusion;
    let Some((class, share)) = confusion.favourite() else {
        return t!("verdict.detail.none").to_owned();
    };
    let name = matrix.classes.get(class).map_or("", String::as_str);
    let Skill { value, low, high } = confusion.skill();
    let hundredths = |value: f32| words::decimal((value * 100.0).round() / 100.0 + 0.0, 2);
    let skill =
        t!("skill.interval", value = hundredths(value), low = hundredths(low), high = hundredths(high));
    let used = words::decimal(confusion.effective_classes(), 1);
    let answers = t!("clinic.headline.favourite", share = words::percent(share), class = name);
    [answers, t!("clinic.headline.uses", used = used, classes = matrix.classes.len(), skill = skill)]
        .join(" ")
}

/// The same from curves alone.
fn course(case: &Case) -> String {
    let sign = |sign: Sign| sign.of(case);
    let text = match (sign(Sign::NotFinite), sign(Sign::AccuracyRepeats), sign(Sign::LossFall)) {
        (Some(1.0), _, _) => t!("clinic.headline.not_finite").to_owned(),
        (_, Some(share), _) if share > 0.6 => t!("clinic.headline.repeats", share = words::percent(share)),
        (_, _, Some(fall)) if fall < 0.05 => t!("clinic.headline.flat").to_owned(),
        (_, _, Some(fall)) => t!("clinic.headline.falls", share = words::percent(fall)),
        _ => t!("clinic.headline.little").to_owned(),
    };
    match sign(Sign::AccuracyValidation).or_else(|| sign(Sign::AccuracyTrain)) {
        Some(accuracy) => [text, t!("clinic.headline.accuracy", share = words::percent(accuracy))].join(" "),
        None => text,
    }
}

/// Everything as Markdown. `page`: address of this page, for links to experiments.
pub fn markdown(imports: &[Import], case: &Case, ranking: &[Judged], page: &str) -> String {
    let mut text = ["# ", t!("clinic.title"), "\n\n"].concat();
    let mut line = |parts: &[&str]| {
        parts.iter().for_each(|part| text += part);
        text.push('\n');
    };
    for import in imports {
        line(&["- ", import.format.label()]);
        import.notes.iter().for_each(|note| line(&["  - ", &note.text()]));
    }
    for question in Question::ALL {
        if let Some(answer) = case.answers.text(*question) {
            line(&["- ", &t!("clinic.answered", question = question.label(), answer = answer)]);
        }
    }
    line(&["\n", &headline(case), "\n"]);
    if leading(ranking).next().is_none() {
        line(&[t!("clinic.causes.none")]);
    }
    for (index, judged) in leading(ranking).enumerate() {
        let number = (index + 1).to_string();
        let sure = words::percent(judged.probability());
        let confidence = judged.confidence().label();
        line(&["## ", &number, ". ", judged.cause.title(), " (", confidence, ", ", &sure, ")\n"]);
        line(&[judged.cause.why(), "\n"]);
        let group = |speaks_for: bool| {
            let clues = judged.clues.iter().filter(move |clue| (clue.weight > 0.0) == speaks_for);
            clues.map(|clue| clue.text.as_str()).collect::<Vec<_>>()
        };
        let needs: Vec<&str> = judged.needs.iter().map(|(need, _)| need.text()).collect();
        for (title, items) in [
            (t!("clinic.for"), group(true)),
            (t!("clinic.against"), group(false)),
            (t!("clinic.missing"), needs),
        ] {
            if !items.is_empty() {
                line(&["- **", title, "**"]);
                items.iter().for_each(|item| line(&["  - ", item]));
            }
        }
        line(&["- **", t!("clinic.try"), "** ", judged.cause.cure()]);
        let title = scenario::named(judged.cause.scenario).map_or("", scenario::Scenario::title);
        line(&["- [", &t!("clinic.open", title = title), "](", page, "#", &judged.cause.link(), ")\n"]);
    }
    line(&[t!("clinic.limits")]);
    text
}
