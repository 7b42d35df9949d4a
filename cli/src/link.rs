//! `collapse-lab link` and `collapse-lab table`: what is known, in another form.
//!
//! Must not train.

use crate::command::LinkOptions;
use crate::failure::Failure;
use crate::input::{self, Content};
use crate::map_input;
use crate::output;
use collapse_lab::experiment::link as fragment;
use collapse_lab::map::{Grid, query, share, table as csv};
use collapse_lab::page::lanes;

/// Prints the address of an experiment or a map.
///
/// # Errors
/// The input is neither.
pub fn link(options: &LinkOptions) -> Result<(), Failure> {
    let page = options.page.as_deref().unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
    let content = input::read(&options.input)?;
    let is_map = match &content {
        Content::Json(_, value) => {
            ["collapse_map", "x", "y", "grid"].iter().any(|field| value.get(*field).is_some())
        }
        Content::Text(text) => {
            let query = text.split_once('?').map_or("", |(_, rest)| rest);
            query::is_wanted(query.split('#').next().unwrap_or_default())
        }
    };
    if is_map {
        let named = map_input::of_content(content)?;
        input::heed(&named.warnings, &options.input, options.common)?;
        let (columns, rows) = named.spec.size();
        let grid = if named.grid.is_empty() { Grid::new(columns * rows) } else { named.grid };
        let packed = (grid.trained() > 0).then(|| share::pack(&named.spec, &grid));
        let query = query::write(&named.spec, named.measure);
        return output::print(&format!(
            "{page}?{query}#{}\n",
            query::fragment(&named.spec, packed.as_deref())
        ));
    }
    let mut text = String::new();
    for named in input::of_content(content)? {
        input::heed(&named.warnings, &named.name, options.common)?;
        let beside = lanes::link::write(&named.lanes);
        text += &format!("{page}#{}\n", fragment::write_with_unknown(&named.experiment, &beside));
    }
    output::print(&text)
}

/// Prints a map's table.
///
/// # Errors
/// The input is no map, or nothing in it is trained.
pub fn table(options: &LinkOptions) -> Result<(), Failure> {
    let named = map_input::read(&options.input)?;
    input::heed(&named.warnings, &options.input, options.common)?;
    if named.grid.trained() == 0 {
        return Err(Failure::wrong_in(&options.input, "no cell of this map is trained"));
    }
    output::print(&csv::csv(&named.spec, &named.grid))
}
