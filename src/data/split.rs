//! Parts a real set into pool and probe, a fixed number of probe examples from every class.
//!
//! Must not know where the bytes came from.

use super::{DataError, Examples, Set, format, labels, table};
use crate::stream::Stream;
use std::collections::HashSet;

/// A real set in two parts.
pub struct Parts {
    /// What may be trained on.
    pub pool: Examples,
    /// What collapse is measured on.
    pub probe: Examples,
    /// Name of each feature; empty for images.
    pub names: Vec<String>,
}

/// Pool and probe of a real set: pixels in `[0, 1]`, or a table's values as they are, NaN where missing.
///
/// # Errors
/// The bytes are damaged, another set's, or too few for the probe set.
pub fn read(set: &Set, path: &'static str, bytes: &[u8], stream: &mut Stream) -> Result<Parts, DataError> {
    let content = if set.image.is_some() { images(set, bytes) } else { table(set, bytes) };
    content
        .and_then(|content| part(set, content, stream))
        .map_err(|reason| DataError::Unreadable { file: path, reason })
}

/// All examples of a file.
struct Content {
    examples: Examples,
    names: Vec<String>,
}

fn images(set: &Set, bytes: &[u8]) -> Result<Content, String> {
    let images = format::read(bytes)?;
    if images.classes != set.classes.len() || Some(images.image) != set.image {
        return Err(format!(
            "it has {} classes of {:?} pixels, expected {} of {:?}",
            images.classes,
            images.image,
            set.classes.len(),
            set.image.unwrap_or_default(),
        ));
    }
    let white = f32::from(images.white);
    let inputs = images.pixels.iter().map(|&pixel| f32::from(pixel) / white).collect();
    let examples = Examples { inputs, labels: images.labels.to_vec(), features: set.features };
    Ok(Content { examples, names: Vec::new() })
}

fn table(set: &Set, bytes: &[u8]) -> Result<Content, String> {
    let table = table::read(bytes)?;
    if table.classes != set.classes.len() || table.names.len() != set.features {
        return Err(format!(
            "it has {} classes of {} features, expected {} of {}",
            table.classes,
            table.names.len(),
            set.classes.len(),
            set.features,
        ));
    }
    let names = table.names.iter().map(|&name| name.to_owned()).collect();
    let examples = Examples { inputs: table.values, labels: table.labels.to_vec(), features: set.features };
    Ok(Content { examples, names })
}

fn part(set: &Set, Content { examples, names }: Content, stream: &mut Stream) -> Result<Parts, String> {
    let order = labels::order(&examples.labels, set.classes.len(), stream);
    let (mut pool, mut probe) = (Vec::new(), Vec::new());
    for (class, (members, &wanted)) in order.iter().zip(set.probe).enumerate() {
        if members.len() <= wanted {
            return Err(format!("it has only {} examples of class {class}", members.len()));
        }
        let (held_out, trainable) = members.split_at(wanted);
        probe.extend_from_slice(held_out);
        pool.extend_from_slice(trainable);
    }
    // Real tables repeat rows; one that is in the probe set must not be learned by heart.
    let key = |index: u32| examples.row(index as usize).iter().map(|x| x.to_bits()).collect::<Vec<u32>>();
    let held_out: HashSet<_> = probe.iter().map(|&index| key(index)).collect();
    pool.retain(|&index| !held_out.contains(&key(index)));
    Ok(Parts { pool: pick(&examples, &pool), probe: pick(&examples, &probe), names })
}

fn pick(from: &Examples, indices: &[u32]) -> Examples {
    let mut inputs = Vec::with_capacity(indices.len() * from.features);
    indices.iter().for_each(|&index| inputs.extend_from_slice(from.row(index as usize)));
    let labels = indices.iter().map(|&index| from.labels[index as usize]).collect();
    Examples { inputs, labels, features: from.features }
}
