//! What the Python programs have in common: heading, data, schedule, judgement.
//!
//! Must not know which framework reads on.

use super::template::{fill, number};
use super::{Carried, Plan, Target};
use crate::experiment::Schedule;
use crate::t;
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use ::flate2::Compression;
use ::flate2::write::ZlibEncoder;
use std::io::Write;

/// Reads `data.safetensors`.
const READER: &str = include_str!("templates/reader.py.in");
/// The verdict.
pub(super) const JUDGE: &str = include_str!("templates/judge.py.in");

/// The text at the top of a program: where it comes from, what it needs, what differs.
pub(super) fn heading(plan: &Plan, target: Target, needs: &str) -> String {
    let mut lines = vec![t!("export.head.title").to_owned(), String::new()];
    lines.push(plan.address.clone());
    lines.push(String::new());
    lines.push(t!("export.head.what", n = plan.steps));
    lines.push(t!("export.head.needs", what = needs));
    let caveats = plan.caveats(target);
    if !caveats.is_empty() {
        lines.extend([String::new(), t!("export.head.differs").to_owned()]);
        lines.extend(caveats.into_iter().map(|caveat| ["- ", &caveat.text()].concat()));
    }
    lines.join("\n")
}

/// The heading as a Python string.
pub(super) fn docstring(heading: &str) -> String {
    ["\"\"\"", &heading.replace('\\', "\\\\").replace("\"\"\"", "'''"), "\n\"\"\"\n\n"].concat()
}

/// The function that reads tensors, and where it reads them.
pub(super) fn reader(plan: &Plan, target: Target, carried: Carried) -> String {
    let source = match carried {
        Carried::Beside => {
            "DATA = tensors(Path(__file__).with_name(\"data.safetensors\").read_bytes())".to_owned()
        }
        Carried::Within => {
            let text = packed(&plan.data(target));
            ["DATA = tensors(zlib.decompress(base64.b64decode(\"\"\"\n", &text, "\"\"\")))"].concat()
        }
    };
    fill(READER, &[("source", source)])
}

/// Compressed and as letters, in lines that an editor can bear.
fn packed(bytes: &[u8]) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(9));
    // Writing to memory cannot fail.
    let compressed = encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default();
    let letters = STANDARD.encode(compressed);
    let mut text = String::with_capacity(letters.len() + letters.len() / 100 + 1);
    for line in letters.as_bytes().chunks(116) {
        text.extend(line.iter().map(|&letter| char::from(letter)));
        text.push('\n');
    }
    text
}

/// The body of `learning_rate(step)`.
pub(super) fn schedule(plan: &Plan) -> String {
    let live = &plan.experiment.live;
    let (rate, length) = (number(live.learning_rate), live.schedule_steps.max(1));
    match live.schedule {
        Schedule::Constant | Schedule::Plateau => format!("return {rate}"),
        Schedule::Warmup => format!("return {rate} * min((step + 1) / {length}, 1.0)"),
        Schedule::Cosine => {
            format!("return {rate} * (0.5 + 0.5 * math.cos(math.pi * min(step / {length}, 1.0)))")
        }
        Schedule::Step => format!("return {rate} * 0.1 ** (step // {length})"),
    }
}
