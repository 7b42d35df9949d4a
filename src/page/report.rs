//! The report: what the page says about a run, as a file to keep or hand on.
//!
//! Must not know how charts are drawn or how a file reaches the visitor.

use super::change;
use super::trial::Answer;
use crate::chart::svg::escaped;
use crate::diagnosis::{Evidence, Finding, Verdict};
use crate::experiment::Experiment;
use crate::{t, words};

/// Everything that goes into a report.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// Where the experiment can be opened again.
    pub address: &'a str,
    /// Steps done.
    pub step: u32,
    /// What is trained.
    pub experiment: &'a Experiment,
    /// The state of the run, once it has one.
    pub verdict: Option<&'a Verdict>,
    /// Present and past.
    pub findings: &'a [Finding],
    /// The remedy applied last and what became of it.
    pub outcome: Option<(&'a str, String)>,
    /// What trials found.
    pub answers: &'a [Answer],
    /// Title and SVG text of each chart.
    pub charts: Vec<(&'static str, String)>,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A page that needs nothing else.
    Html,
    /// Markdown with the charts as images inside it.
    Markdown,
}

impl Form {
    /// How the file's name ends.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
        }
    }
}

/// One part of a report, told alike in both forms.
enum Block<'a> {
    Heading(u8, String),
    Text(String),
    List(Vec<String>),
    Table(Vec<[String; 3]>),
    Link(&'a str),
    Chart(&'static str, &'a str),
}

impl Report<'_> {
    /// The whole file.
    pub fn write(&self, form: Form) -> String {
        let body: Vec<String> = self.blocks().iter().map(|block| block.write(form)).collect();
        match form {
            Form::Html => [
                "<!doctype html><html><head><meta charset=\"utf-8\">",
                "<meta name=\"viewport\" content=\"width=device-width\"><title>",
                &escaped(t!("report.title")),
                "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;",
                "padding:0 1rem}svg{max-width:100%;height:auto}td,th{text-align:left;padding:2px 12px 2px 0}",
                "</style></head><body>",
                &body.concat(),
                "</body></html>",
            ]
            .concat(),
            Form::Markdown => body.concat(),
        }
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = vec![
            Block::Heading(1, t!("report.title").to_owned()),
            Block::Text(t!("report.step", n = self.step)),
            Block::Link(self.address),
        ];
        if let Some(verdict) = self.verdict {
            blocks.extend([Block::Heading(2, verdict.text.clone()), Block::Text(verdict.detail.clone())]);
        }
        for finding in self.findings {
            let title = match finding.until {
                Some(step) => t!("findings.until", title = &finding.title, step = step),
                None => {
                    let sure = t!("findings.confidence", value = words::percent(finding.confidence));
                    [&finding.title, " (", &*sure, ")"].concat()
                }
            };
            blocks.extend([Block::Heading(3, title), Block::Text(finding.cause.clone())]);
            let head =
                [t!("findings.measured"), t!("findings.here"), t!("findings.healthy")].map(str::to_owned);
            let rows = finding
                .evidence
                .iter()
                .map(|Evidence { label, value, healthy }| [label.clone(), value.clone(), healthy.clone()]);
            blocks.push(Block::Table(std::iter::once(head).chain(rows).collect()));
            if finding.until.is_none() && !finding.remedies.is_empty() {
                let said = |remedy: &crate::diagnosis::Remedy| [&remedy.label, ": ", &*remedy.help].concat();
                blocks.push(Block::List(finding.remedies.iter().map(said).collect()));
            }
        }
        if let Some((remedy, sentence)) = &self.outcome {
            blocks.push(Block::Heading(3, t!("findings.applied", remedy = *remedy)));
            blocks.push(Block::Text(sentence.clone()));
        }
        if !self.answers.is_empty() {
            let said = |answer: &Answer| [&answer.asked, " ", &*answer.sentence].concat();
            blocks.push(Block::Heading(3, t!("trial.ask").to_owned()));
            blocks.push(Block::List(self.answers.iter().map(said).collect()));
        }
        blocks.push(Block::Heading(2, t!("report.settings").to_owned()));
        let usual = Experiment::default();
        let set = change::moved(&usual, self.experiment).map(|knob| {
            let value = knob.describe(&knob.get(self.experiment));
            t!("marker.setting", name = knob.label(), value = value)
        });
        blocks.push(Block::List(set.collect()));
        for (title, svg) in &self.charts {
            blocks.push(Block::Chart(title, svg));
        }
        blocks
    }
}

impl Block<'_> {
    fn write(&self, form: Form) -> String {
        match form {
            Form::Html => self.html(),
            Form::Markdown => self.markdown() + "\n\n",
        }
    }

    fn html(&self) -> String {
        let tag = |name: &str, inside: &str| ["<", name, ">", inside, "</", name, ">"].concat();
        match self {
            Block::Heading(level, text) => tag(&["h", &level.to_string()].concat(), &escaped(text)),
            Block::Text(text) => tag("p", &escaped(text)),
            Block::List(items) => {
                tag("ul", &items.iter().map(|item| tag("li", &escaped(item))).collect::<String>())
            }
            Block::Table(rows) => {
                let row = |(index, cells): (usize, &[String; 3])| {
                    let cell = if index == 0 { "th" } else { "td" };
                    tag("tr", &cells.iter().map(|text| tag(cell, &escaped(text))).collect::<String>())
                };
                tag("table", &rows.iter().enumerate().map(row).collect::<String>())
            }
            Block::Link(address) => {
                let address = escaped(address);
                tag("p", &["<a href=\"", &address, "\">", &escaped(t!("report.open")), "</a>"].concat())
            }
            Block::Chart(title, svg) => [&tag("h2", &escaped(title)), *svg].concat(),
        }
    }

    fn markdown(&self) -> String {
        match self {
            Block::Heading(level, text) => [&"#".repeat(usize::from(*level)), " ", &plain(text)].concat(),
            Block::Text(text) => plain(text),
            Block::List(items) => {
                items.iter().map(|item| ["- ", &plain(item)].concat()).collect::<Vec<_>>().join("\n")
            }
            Block::Table(rows) => {
                let row = |cells: &[String; 3]| {
                    ["| ", &cells.each_ref().map(|text| plain(text)).join(" | "), " |"].concat()
                };
                let mut lines: Vec<String> = rows.iter().map(row).collect();
                lines.insert(1, "|---|---|---|".to_owned());
                lines.join("\n")
            }
            Block::Link(address) => ["[", t!("report.open"), "](<", address, ">)"].concat(),
            Block::Chart(title, svg) => {
                ["![", &plain(title), "](data:image/svg+xml,", &percent_encoded(svg), ")"].concat()
            }
        }
    }
}

/// Text that Markdown leaves as it is.
fn plain(text: &str) -> String {
    let marks = ['\\', '`', '*', '_', '[', ']', '<', '>', '|', '#'];
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if marks.contains(&character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

/// Everything but letters, digits and a few signs that addresses allow, as `%` and two digits.
fn percent_encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len() * 2);
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:;=,".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digits = [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]));
            encoded.extend(['%', digits[0], digits[1]]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{self, fixture::replay};
    use crate::experiment::link;

    fn report(form: Form) -> String {
        let experiment = link::read("data=gaussians&imbalance=99").experiment;
        let history = replay(&experiment, "400 | recall 1 0");
        let verdict = diagnosis::judge(&history, &experiment);
        let report = Report {
            address: "https://example.org/?a=1&b=2#v=1&imbalance=99",
            step: 400,
            experiment: &experiment,
            verdict: Some(&verdict),
            findings: &diagnosis::findings(&history, &experiment, &[]),
            outcome: Some(("Weight <all> classes", "0.50 → 0.90".to_owned())),
            answers: &[],
            charts: vec![("Loss", "<svg><title>a & b</title></svg>".to_owned())],
        };
        report.write(form)
    }

    #[test]
    fn a_page_has_everything_and_nothing_breaks_out() {
        let page = report(Form::Html);
        for part in
            ["Collapsed", "imbalance=99", "?a=1&amp;b=2#", "<svg>", "Weight &lt;all&gt; classes", "<table>"]
        {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("<all>"));
    }

    #[test]
    fn markdown_has_the_same_with_charts_inside() {
        let text = report(Form::Markdown);
        let parts = ["# ", "|---|---|---|", "](data:image/svg+xml,%3Csvg%3E", "%20%26%20b", "\\<all\\>"];
        for part in parts.into_iter().chain(["Imbalance ratio: 99 : 1"]) {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
