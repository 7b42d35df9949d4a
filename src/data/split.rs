//! Parts a real set into pool and probe, a fixed number of probe examples from every class.
//!
//! Must not know where the bytes came from.

use super::{Examples, Set, format, labels, table};
use crate::experiment::Own;
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

/// What a file has to hold.
pub struct Shape {
    /// Channels, height, width of images.
    image: Option<[usize; 3]>,
    /// Numbers per example.
    features: usize,
    /// Probe examples of each class.
    probe: Vec<usize>,
}

impl Shape {
    /// That of a shipped set.
    pub fn of(set: &Set) -> Self {
        Self { image: set.image, features: set.features, probe: set.probe.to_vec() }
    }

    /// That of the visitor's own data.
    pub fn of_own(own: &Own) -> Self {
        let probe = (0..own.counts.len()).map(|class| own.probe(class)).collect();
        Self { image: own.image, features: own.features, probe }
    }
}

/// Pool and probe of a real set: pixels in `[0, 1]`, or a table's values as they are, NaN where missing.
///
/// # Errors
/// In words, when the bytes are damaged, another set's, or too few for the probe set.
pub fn read(shape: &Shape, bytes: &[u8], stream: &mut Stream) -> Result<Parts, String> {
    let content = if shape.image.is_some() { images(shape, bytes) } else { table(shape, bytes) };
    part(shape, content?, stream)
}

/// All examples of a file.
struct Content {
    examples: Examples,
    names: Vec<String>,
}

fn images(shape: &Shape, bytes: &[u8]) -> Result<Content, String> {
    let images = format::read(bytes)?;
    if images.classes != shape.probe.len() || Some(images.image) != shape.image {
        return Err(format!(
            "it has {} classes of {:?} pixels, expected {} of {:?}",
            images.classes,
            images.image,
            shape.probe.len(),
            shape.image.unwrap_or_default(),
        ));
    }
    let white = f32::from(images.white);
    let inputs = images.pixels.iter().map(|&pixel| f32::from(pixel) / white).collect();
    let examples = Examples { inputs, labels: images.labels.to_vec(), features: shape.features };
    Ok(Content { examples, names: Vec::new() })
}

fn table(shape: &Shape, bytes: &[u8]) -> Result<Content, String> {
    let table = table::read(bytes)?;
    if table.classes != shape.probe.len() || table.names.len() != shape.features {
        return Err(format!(
            "it has {} classes of {} features, expected {} of {}",
            table.classes,
            table.names.len(),
            shape.probe.len(),
            shape.features,
        ));
    }
    let names = table.names.iter().map(|&name| name.to_owned()).collect();
    let examples = Examples { inputs: table.values, labels: table.labels.to_vec(), features: shape.features };
    Ok(Content { examples, names })
}

fn part(shape: &Shape, Content { examples, names }: Content, stream: &mut Stream) -> Result<Parts, String> {
    let order = labels::order(&examples.labels, shape.probe.len(), stream);
    let (mut pool, mut probe) = (Vec::new(), Vec::new());
    for (class, (members, &wanted)) in order.iter().zip(&shape.probe).enumerate() {
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
    for class in 0..shape.probe.len() {
        if !pool.iter().any(|&index| usize::from(examples.labels[index as usize]) == class) {
            return Err(format!("all examples of class {class} are equal to held-out ones"));
        }
    }
    Ok(Parts { pool: pick(&examples, &pool), probe: pick(&examples, &probe), names })
}

fn pick(from: &Examples, indices: &[u32]) -> Examples {
    let mut inputs = Vec::with_capacity(indices.len() * from.features);
    indices.iter().for_each(|&index| inputs.extend_from_slice(from.row(index as usize)));
    let labels = indices.iter().map(|&index| from.labels[index as usize]).collect();
    Examples { inputs, labels, features: from.features }
}
