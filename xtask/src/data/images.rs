//! Images from a CSV into the layout of `src/data/format.rs`.
//!
//! Must not know where the CSV came from.

/// What the lines of the CSV mean.
pub struct Images {
    /// Pixels along each side.
    pub side: u16,
    /// Largest pixel value.
    pub white: u8,
    /// Examples kept of each class, the first ones; `None` keeps all.
    pub per_class: Option<usize>,
    /// Pixels by place and class instead of by image (version 2), where that compresses better.
    pub by_place: bool,
}

const CLASSES: u8 = 10;

/// The file of `src/data/format.rs`.
///
/// `text`: one image a line, pixels row by row, then the label.
///
/// # Errors
/// The line that is not an image.
pub fn convert(images: &Images, text: &str) -> Result<Vec<u8>, String> {
    let (mut labels, mut pixels) = (Vec::new(), Vec::new());
    let mut kept = [0; CLASSES as usize];
    for (line, row) in text.lines().enumerate() {
        let broken = |reason: String| format!("line {}: {reason}", line + 1);
        // Some copies write whole numbers as 0.0000e+00.
        let numbers =
            row.split(',').map(|cell| cell.trim().parse::<f64>().map_err(|error| error.to_string()));
        let numbers = numbers.collect::<Result<Vec<_>, _>>().map_err(broken)?;
        let (label, row) = numbers.split_last().ok_or_else(|| broken("it is empty".to_owned()))?;
        let white = f64::from(images.white);
        if row.len() != usize::from(images.side).pow(2)
            || row.iter().any(|pixel| !(0.0..=white).contains(pixel) || pixel.fract() != 0.0)
            || !(0.0..f64::from(CLASSES)).contains(label)
            || label.fract() != 0.0
        {
            return Err(broken(format!("it is not an image of {0}x{0} and a label", images.side)));
        }
        let label = *label as u8;
        if images.per_class.is_none_or(|most| kept[usize::from(label)] < most) {
            kept[usize::from(label)] += 1;
            labels.push(label);
            pixels.extend(row.iter().map(|&pixel| pixel as u8));
        }
    }
    if images.by_place {
        pixels = by_place(&pixels, &labels);
    }
    let version = if images.by_place { 2 } else { 1 };
    let side = images.side.to_le_bytes();
    let mut bytes = b"CLABDATA".to_vec();
    bytes.extend([version, CLASSES, images.white, 1]);
    bytes.extend(side);
    bytes.extend(side);
    bytes.extend((labels.len() as u32).to_le_bytes());
    bytes.extend(labels);
    bytes.extend(pixels);
    Ok(bytes)
}

/// The first pixel of every image, sorted by class, then the second, and so on.
fn by_place(pixels: &[u8], labels: &[u8]) -> Vec<u8> {
    let each = pixels.len() / labels.len().max(1);
    let mut sorted: Vec<usize> = (0..labels.len()).collect();
    sorted.sort_by_key(|&image| labels[image]);
    (0..each).flat_map(|place| sorted.iter().map(move |image| pixels[image * each + place])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(csv: &str) -> Result<Vec<u8>, String> {
        convert(&Images { side: 2, white: 16, per_class: Some(1), by_place: false }, csv)
    }

    #[test]
    fn by_place_the_classes_follow_each_other_in_every_pixel() {
        let images = Images { side: 2, white: 16, per_class: None, by_place: true };
        let bytes = convert(&images, "0,1,2,16,3\n5,6,7,8,3\n9,10,11,12,0\n").expect("right");
        assert_eq!(bytes[8], 2);
        assert_eq!(bytes[20..], [3, 3, 0, 9, 0, 5, 10, 1, 6, 11, 2, 7, 12, 16, 8]);
    }

    #[test]
    fn keeps_the_first_of_each_class_as_bytes() {
        let bytes = converted("0,1,2,16,3\n5,5,5,5,3\n4.0e+00,0,0,0,0\n").expect("right");
        assert_eq!(bytes[..20], *b"CLABDATA\x01\x0a\x10\x01\x02\0\x02\0\x02\0\0\0");
        assert_eq!(bytes[20..], [3, 0, 0, 1, 2, 16, 4, 0, 0, 0]);
    }

    #[test]
    fn a_wrong_row_is_named() {
        for row in ["0,1,2,3", "0,1,2,17,1", "0,1,2,0.5,1", "0,1,2,3,10", "0,1,x,3,1", ""] {
            let error = converted(&format!("0,0,0,0,1\n{row}\n0,0,0,0,1\n")).expect_err(row);
            assert!(error.starts_with("line 2: "), "{error}");
        }
    }
}
