//! The address bar is the experiment: an experiment as a readable fragment, and back.
//!
//! Links live for ever: names and defaults of version 1 never change, and reading never fails.
//! Must not know the browser; whoever has the fragment hands it in.

use super::knob::{self, KNOBS};
use super::{Experiment, Own, scenario};
use crate::t;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Version written as `v=`; a link without `v` is version 1.
pub const VERSION: u32 = 1;

/// Key of what the visitor's own data are; no knob, because it comes with the data.
pub const OWN: &str = "own";

/// Keys that are not settings but the page's: what trains beside the run.
const OF_THE_PAGE: [&str; 4] = ["lane_b", "lane_c", "lane_d", "seeds"];

/// What a fragment said.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Always complete and in range.
    pub experiment: Experiment,
    /// What was changed or not understood, one sentence each, for the visitor.
    pub notices: Vec<String>,
    /// Keys of no knob, decoded, those of the page among them, to be written back by [`write_with_unknown`].
    pub unknown: Vec<(String, String)>,
}

/// The fragment of `experiment`, without `#`: `v=1&data=gaussians&imbalance=99`. Knobs at their
/// default are left out; the rest stand in table order.
pub fn write(experiment: &Experiment) -> String {
    write_with_unknown(experiment, &[])
}

/// [`write`] followed by the keys that [`read`] did not know, so that a newer page's link survives
/// a visit to an older page.
pub fn write_with_unknown(experiment: &Experiment, unknown: &[(String, String)]) -> String {
    let defaults = Experiment::default();
    let mut canonical = Experiment::default();
    let mut link = format!("v={VERSION}");
    for knob in KNOBS {
        // Through `set`, so that shares of 1 at the end and values out of range have one spelling;
        // what cannot be set (NaN) has none and stays the default.
        let _ = knob.set(&mut canonical, knob.get(experiment));
        let value = knob.get(&canonical);
        if value != knob.get(&defaults) {
            link += &format!("&{}={}", knob.name, knob.text(&value));
        }
    }
    if experiment.own().is_some() {
        link += &format!("&{OWN}={}", experiment.data.own.text());
    }
    for (key, value) in unknown {
        link += &format!("&{}={}", encode(key), encode(value));
    }
    link
}

/// Reads a fragment or query, with or without its leading `#` or `?`. The last of repeated keys
/// wins. `scenario=<id>` starts from that scenario before any other key applies.
pub fn read(fragment: &str) -> Linked {
    let pairs = pairs(fragment);
    let mut notices = Vec::new();
    let mut experiment = Experiment::default();
    for (key, value) in &pairs {
        match key.as_str() {
            "v" => notices.extend(newer(value)),
            "scenario" => match scenario::named(value) {
                Some(scenario) => experiment = scenario.experiment(),
                None => notices.push(t!(
                    "notice.scenario",
                    text = short(value),
                    known = scenario::SCENARIOS.iter().map(|s| s.id).collect::<Vec<_>>().join(", ")
                )),
            },
            _ => {}
        }
    }
    let mut unknown: Vec<(String, String)> = Vec::new();
    for (key, value) in pairs {
        if key == "v" || key == "scenario" {
            continue;
        }
        if key == OWN {
            match Own::parse(&value) {
                Some(own) => experiment.data.own = own,
                None => notices.push(t!("notice.own", text = short(&value))),
            }
            continue;
        }
        let Some(knob) = knob::knob(&key) else {
            unknown.retain(|(known, _)| *known != key);
            unknown.push((key, value));
            continue;
        };
        match knob.parse(&value).and_then(|value| knob.set(&mut experiment, value)) {
            Ok(clamped) => notices.extend(clamped.map(|clamped| clamped.notice)),
            Err(rejected) => {
                let kept = match knob.text(&knob.get(&experiment)) {
                    kept if kept.is_empty() => t!("notice.kept_shares").to_owned(),
                    kept => kept,
                };
                notices.push(t!("notice.kept", what = short(&rejected.to_string()), kept = kept));
            }
        }
    }
    if experiment.own().is_none() {
        // A shape without its data says nothing, and would not be written again.
        experiment.data.own = Own::default();
    }
    let names: Vec<_> =
        unknown.iter().map(|(key, _)| key.as_str()).filter(|key| !OF_THE_PAGE.contains(key)).collect();
    if !names.is_empty() {
        notices.push(t!("notice.unknown_settings", names = short(&names.join(", "))));
    }
    Linked { experiment, notices, unknown }
}

fn newer(version: &str) -> Option<String> {
    match version.parse::<u32>() {
        Ok(version) if version <= VERSION => None,
        Ok(_) => Some(t!("notice.newer_link", version = version.to_string())),
        Err(_) => Some(t!("notice.not_a_version", text = short(version), version = VERSION)),
    }
}

/// Decoded keys and values in order; a key without `=` has an empty value. Broken percent codes
/// stay as they are, since a link may have been cut anywhere.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let text = text.trim().trim_start_matches(['#', '?']);
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Characters that a fragment can hold as they are (RFC 3986) and that do not part pairs.
pub(crate) const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// The first characters of something a stranger may have made long.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
