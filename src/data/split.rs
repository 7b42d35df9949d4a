//! Parts a real set into pool and probe, the same number of probe examples from every class.
//!
//! Must not know where the bytes came from.

use super::{DataError, Examples, Set, format, labels};
use crate::stream::Stream;

/// Pool and probe of a real set, inputs in `[0, 1]`.
///
/// # Errors
/// The bytes are damaged, another set's, or too few for the probe set.
pub fn read(
    set: &Set,
    path: &'static str,
    bytes: &[u8],
    stream: &mut Stream,
) -> Result<(Examples, Examples), DataError> {
    let unreadable = |reason| DataError::Unreadable { file: path, reason };
    let images = format::read(bytes).map_err(unreadable)?;
    if images.classes != set.classes.len() || Some(images.image) != set.image {
        return Err(unreadable(format!(
            "it has {} classes of {:?} pixels, expected {} of {:?}",
            images.classes,
            images.image,
            set.classes.len(),
            set.image.unwrap_or_default(),
        )));
    }
    let order = labels::order(images.labels, images.classes, stream);
    let (mut pool, mut probe) = (Vec::new(), Vec::new());
    for (class, members) in order.iter().enumerate() {
        if members.len() <= set.probe_per_class {
            return Err(unreadable(format!("it has only {} examples of class {class}", members.len())));
        }
        let (held_out, trainable) = members.split_at(set.probe_per_class);
        probe.extend_from_slice(held_out);
        pool.extend_from_slice(trainable);
    }
    Ok((pick(&images, &pool), pick(&images, &probe)))
}

fn pick(images: &format::Images<'_>, indices: &[u32]) -> Examples {
    let features = images.image.iter().product();
    let white = f32::from(images.white);
    let mut inputs = Vec::with_capacity(indices.len() * features);
    for &index in indices {
        let start = index as usize * features;
        inputs.extend(images.pixels[start..start + features].iter().map(|&pixel| f32::from(pixel) / white));
    }
    let labels = indices.iter().map(|&index| images.labels[index as usize]).collect();
    Examples { inputs, labels, features }
}
