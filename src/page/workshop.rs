//! A workshop link: what a teacher lets learners see and move, what they are to reach, and from where.
//!
//! Must not know the form it is made in.

use super::options::PageOptions;
use crate::experiment::Experiment;
use crate::experiment::link;
use crate::t;

/// Everything a link says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workshop {
    /// How the page shows it.
    pub options: PageOptions,
    /// What is trained.
    pub experiment: Experiment,
}

impl Workshop {
    /// The link, for a page at `base` (an address without query and fragment).
    pub fn link(&self, base: &str) -> String {
        // A challenge conceals what it trains, a sheet comes from its lesson.
        let concealed = self.options.challenge.is_some() || self.options.sheet.is_some();
        let (query, fragment) = (self.options.write(), link::write(&self.experiment));
        let mut link = base.split(['?', '#']).next().unwrap_or_default().to_owned();
        if !query.is_empty() {
            link += &["?", &query].concat();
        }
        if !concealed {
            link += &["#", &fragment].concat();
        }
        link
    }

    /// Reads a link back; the second part is what was not understood, one sentence each.
    ///
    /// # Errors
    /// The text is no link of this page: it has neither query nor fragment.
    pub fn parse(text: &str) -> Result<(Self, Vec<String>), String> {
        let text = text.trim();
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (_, query) = address.split_once('?').unwrap_or((address, ""));
        if query.is_empty() && fragment.is_empty() {
            return Err(t!("workshop.error.no_link").to_owned());
        }
        let mut options = PageOptions::read(query);
        let linked = link::read(fragment);
        let mut notices = std::mem::take(&mut options.notices);
        notices.extend(linked.notices);
        Ok((Self { options, experiment: linked.experiment }, notices))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::knob::{Domain, KNOBS, Value};
    use crate::page::goal::{Aim, Goal, Metric, Side};
    use crate::page::options::{Access, Limit, Start, Theme};
    use crate::protocol::Backend;
    use crate::stream::Stream;

    fn any_access(knob: &crate::experiment::knob::Knob, stream: &mut Stream) -> Access {
        match (stream.below(3), knob.domain) {
            (0, _) => Access::Hide,
            (1, Domain::Number { min, max, .. }) => {
                // Halves and quarters of a range have short decimals in binary too.
                Access::Limit(Limit::Range(min + (max - min) * 0.25, max))
            }
            (1, Domain::Integer { min, max, .. }) => Access::Limit(Limit::Range(min.into(), max.into())),
            (1, Domain::Choice(choices)) => Access::Limit(Limit::Names(vec![choices[1].name])),
            _ => Access::Lock,
        }
    }

    fn any(stream: &mut Stream) -> Workshop {
        let mut workshop = Workshop::default();
        for knob in KNOBS {
            if stream.coin(0.3) {
                workshop.options.restrict(knob.name, Some(any_access(knob, stream)));
            }
        }
        let options = &mut workshop.options;
        options.embed = stream.coin(0.5);
        options.projector = stream.coin(0.5);
        options.theme = stream.coin(0.5).then_some(Theme::Dark);
        options.backend = stream.coin(0.5).then_some(Backend::Cpu);
        options.language = stream.coin(0.5).then_some("en");
        options.start = stream.coin(0.5).then_some(Start::Paused);
        if stream.coin(0.5) {
            options.charts = vec!["loss", "shares"];
        }
        options.goal = stream.coin(0.5).then(|| Goal {
            aim: Aim::Number {
                metric: Metric::ALL[stream.below(Metric::ALL.len())],
                side: if stream.coin(0.5) { Side::AtLeast } else { Side::AtMost },
                limit: stream.uniform(),
            },
            by: stream.coin(0.5).then(|| 1 + stream.below(5000) as u32),
        });
        if stream.coin(0.5) {
            workshop.experiment.live.imbalance = 99.0;
        }
        workshop
    }

    #[test]
    fn what_is_built_is_what_opens() {
        let mut stream = Stream::named(3, "workshops");
        for _ in 0..300 {
            let workshop = any(&mut stream);
            let link = workshop.link("https://example.org/lab/?earlier=1#earlier");
            assert!(link.starts_with("https://example.org/lab/") && !link.contains("earlier"), "{link}");
            let (read, notices) = Workshop::parse(&link).expect(&link);
            assert_eq!((&read, notices), (&workshop, vec![]), "{link}");
        }
    }

    #[test]
    fn the_page_itself_reads_the_same() {
        let mut workshop = Workshop::default();
        workshop.options.restrict("learning_rate", Some(Access::Limit(Limit::Range(1e-6, 0.1))));
        workshop.options.goal = Goal::parse("balanced_accuracy>=0.8@400").ok();
        crate::experiment::knob::knob("imbalance")
            .expect("in the table")
            .set(&mut workshop.experiment, Value::Number(99.0))
            .expect("a number");
        let link = workshop.link("./");
        assert_eq!(
            link,
            "./?goal=balanced_accuracy%3E=0.8@400&learning_rate=limit:0.000001..0.1#v=1&imbalance=99"
        );
        let (query, fragment) = link.split_once('#').expect("has a fragment");
        assert_eq!(PageOptions::read(&query[2..]), workshop.options);
        assert_eq!(link::read(fragment).experiment, workshop.experiment);
    }

    #[test]
    fn a_challenge_does_not_carry_its_answer() {
        let mut workshop = Workshop::default();
        workshop.options.challenge = Some("7".to_owned());
        workshop.experiment.live.imbalance = 99.0;
        assert_eq!(workshop.link("./"), "./?challenge=7");
    }

    #[test]
    fn a_pasted_link_says_what_it_lost() {
        let (_, notices) = Workshop::parse("https://x.org/?theme=pink#v=1&data=cats").expect("a link");
        assert_eq!(notices.len(), 2, "{notices:?}");
        assert!(Workshop::parse("hello").is_err());
    }
}
