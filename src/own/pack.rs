//! From what a visitor handed in to the bytes that are trained on.
//!
//! Must not know where the bytes go.

use super::column::{Column, GAP, Kind};
use super::fault::{Fault, Problem};
use super::limit::{FEWEST, Limit};
use super::sheet::{Labels, Plan, Sheet};
use crate::data::own::{id, write};
use crate::data::{format, table};
use crate::experiment::Own;
use serde::{Deserialize, Serialize};

/// Data ready for training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Packed {
    /// What the experiment says about them.
    pub own: Own,
    /// In the format of `data/own.rs`.
    pub bytes: Vec<u8>,
}

/// Columns of numbers, each with its name.
pub(super) type Columns = Vec<(String, Vec<f32>)>;

/// The columns a plan learns from as numbers, for the rows that have a label.
///
/// A category of two becomes one column of 0 and 1, one of more a column each; a gap stays a gap.
///
/// # Errors
/// There is nothing to learn from, or too much.
pub(super) fn columns(sheet: &Sheet, plan: &Plan, labels: &Labels) -> Result<Columns, Fault> {
    let mut columns = Columns::new();
    let used = |index: &usize| plan.used.get(*index) == Some(&true) && plan.label != Some(*index);
    for column in (0..sheet.columns.len()).filter(used).map(|index| &sheet.columns[index]) {
        if column.kind() == Kind::Category {
            columns.extend(indicators(column, &labels.rows));
        } else if column.filled() > column.texts {
            let values = labels.rows.iter().map(|&row| column.numbers[row]).collect();
            columns.push((column.name.clone(), values));
        }
        if columns.len() > Limit::Features.most() {
            return Err(Fault::named(&column.name, Problem::TooMuch(Limit::Features)));
        }
    }
    match columns.len() {
        0 => Err(Fault::whole(Problem::NoFeatures)),
        count if count * labels.rows.len() > Limit::Values.most() => {
            Err(Fault::whole(Problem::TooMuch(Limit::Values)))
        }
        _ => Ok(columns),
    }
}

fn indicators(column: &Column, rows: &[usize]) -> Columns {
    // Of two, one says all; the second, so that "no, yes" asks for yes.
    let asked = if column.levels.len() == 2 { 1..2 } else { 0..column.levels.len() };
    let values = |level: usize| {
        let value = |&row: &usize| match column.codes[row] {
            GAP => f32::NAN,
            code => f32::from(u8::from(usize::from(code) == level)),
        };
        rows.iter().map(value).collect()
    };
    asked.map(|level| (format!("{} = {}", column.name, column.levels[level]), values(level))).collect()
}

/// A table packed as planned.
///
/// # Errors
/// The plan does not fit the table, or too much is asked for.
pub fn sheet(sheet: &Sheet, plan: &Plan) -> Result<Packed, Fault> {
    let labels = sheet.labels(plan)?;
    let columns = columns(sheet, plan, &labels)?;
    let named: Vec<(&str, &[f32])> =
        columns.iter().map(|(name, values)| (name.as_str(), values.as_slice())).collect();
    let examples = table::write(labels.names.len(), &labels.classes, &named);
    Ok(packed(&plan.title, &labels.names, &labels.counts, (None, columns.len()), plan.held_out, &examples))
}

/// Points in the plane, each with its class, as they were drawn.
///
/// # Errors
/// Fewer than two classes, or too few or too many points.
pub fn points(title: &str, points: &[(f32, f32, u8)], held_out: u32) -> Result<Packed, Fault> {
    let mut present: Vec<u8> = points.iter().map(|point| point.2).collect();
    present.sort_unstable();
    present.dedup();
    let class_of = |class: u8| present.iter().position(|known| *known == class).unwrap_or(0) as u8;
    let labels: Vec<u8> = points.iter().map(|point| class_of(point.2)).collect();
    let names: Vec<String> = present.iter().map(|class| (class + 1).to_string()).collect();
    let counts = counted(&labels, &names)?;
    let axis = |of: fn(&(f32, f32, u8)) -> f32| points.iter().map(of).collect::<Vec<f32>>();
    let (x, y) = (axis(|point| point.0), axis(|point| point.1));
    let examples = table::write(names.len(), &labels, &[("x", &x), ("y", &y)]);
    Ok(packed(title, &names, &counts, (None, 2), held_out, &examples))
}

/// Pictures of one size and their classes. `pixels`: `[examples, C, H, W]`.
///
/// # Errors
/// Fewer than two classes, or too few or too many pictures.
pub fn images(
    title: &str,
    image: [usize; 3],
    names: &[String],
    labels: &[u8],
    pixels: &[u8],
    held_out: u32,
) -> Result<Packed, Fault> {
    let counts = counted(labels, names)?;
    if pixels.len() > Limit::Values.most() {
        return Err(Fault::whole(Problem::TooMuch(Limit::Values)));
    }
    let examples = format::write(names.len(), image, labels, pixels);
    let shape = (Some(image), image.iter().product());
    Ok(packed(title, names, &counts, shape, held_out, &examples))
}

/// Data that were packed before, read from a file or the browser's store.
///
/// # Errors
/// They are damaged.
pub fn reopen(bytes: Vec<u8>, held_out: u32) -> Result<Packed, Fault> {
    let damaged = |reason: String| Fault::whole(Problem::Damaged(reason));
    let file = crate::data::own::read(&bytes).map_err(damaged)?;
    let names = file.classes;
    let (labels, image, features) = match format::read(file.examples) {
        Ok(images) => {
            let image = images.image;
            (images.labels.to_vec(), Some(image), image.iter().product())
        }
        Err(_) => {
            let table = table::read(file.examples).map_err(damaged)?;
            (table.labels.to_vec(), None, table.names.len())
        }
    };
    if labels.iter().any(|label| usize::from(*label) >= names.len()) {
        return Err(damaged("a label has no class".to_owned()));
    }
    let counts = counted(&labels, &names)?;
    let counts = counts.into_iter().map(|count| count as f32).collect();
    let own = Own { id: id(&bytes), image, features, counts, held_out };
    // What links cannot say cannot be trained on.
    Own::parse(&own.text()).ok_or_else(|| damaged("it is over a limit".to_owned()))?;
    Ok(Packed { own, bytes })
}

/// Examples of each class.
fn counted(labels: &[u8], names: &[String]) -> Result<Vec<usize>, Fault> {
    if labels.len() > Limit::Examples.most() {
        return Err(Fault::whole(Problem::TooMuch(Limit::Examples)));
    }
    if names.len() < 2 {
        return Err(Fault::whole(if labels.is_empty() { Problem::Empty } else { Problem::OneClass }));
    }
    if names.len() > Limit::Classes.most() {
        return Err(Fault::whole(Problem::Labels(names.len())));
    }
    let mut counts = vec![0; names.len()];
    labels.iter().for_each(|label| counts[usize::from(*label)] += 1);
    match counts.iter().position(|count| *count < FEWEST) {
        Some(class) => {
            let problem = Problem::FewExamples { class: names[class].clone(), found: counts[class] };
            Err(Fault::whole(problem))
        }
        None => Ok(counts),
    }
}

fn packed(
    title: &str,
    names: &[String],
    counts: &[usize],
    (image, features): (Option<[usize; 3]>, usize),
    held_out: u32,
    examples: &[u8],
) -> Packed {
    let bytes = write(title, names, examples);
    let counts = counts.iter().map(|count| *count as f32).collect();
    Packed { own: Own { id: id(&bytes), image, features, counts, held_out }, bytes }
}
