//! A Python program as a Jupyter notebook: a cell for each of its parts.
//!
//! Must not know what the parts do.

use serde_json::{Value, json};

/// What begins a part in a program.
const MARK: &str = "# %% ";

/// The notebook of a program whose text begins with a docstring and is parted by `# %% title` lines.
pub(super) fn notebook(program: &str) -> String {
    let (head, body) = program.split_once(MARK).unwrap_or(("", program));
    let mut cells = vec![cell("markdown", 0, head.trim().trim_matches('"').trim())];
    for (index, part) in [MARK, body].concat().split(&["\n", MARK].concat()).enumerate() {
        let part = part.strip_prefix(MARK).unwrap_or(part);
        let (title, code) = part.split_once('\n').unwrap_or((part, ""));
        cells.push(cell("markdown", 2 * index + 1, &["## ", title].concat()));
        cells.push(cell("code", 2 * index + 2, code.trim()));
    }
    let notebook = json!({
        "cells": cells,
        "metadata": {
            "kernelspec": { "display_name": "Python 3", "language": "python", "name": "python3" },
            "language_info": { "name": "python" },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    notebook.to_string()
}

fn cell(kind: &str, index: usize, text: &str) -> Value {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut cell =
        json!({ "cell_type": kind, "id": format!("part-{index}"), "metadata": {}, "source": lines });
    if kind == "code" {
        cell["execution_count"] = Value::Null;
        cell["outputs"] = json!([]);
    }
    cell
}
