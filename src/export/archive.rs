//! Bytes of the files that hold others: safetensors and zip.
//!
//! Must not know what is in them.

use super::model::Named;
use ::safetensors::tensor::{Dtype, TensorView};
use ::zip::write::{FileOptions, ZipWriter};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write};

/// Tensors as a safetensors file with a few words about them.
pub fn safetensors(tensors: &[Named], about: &[(&str, String)]) -> Vec<u8> {
    let bytes: Vec<(&Named, Vec<u8>)> = tensors.iter().map(|tensor| (tensor, tensor.bytes())).collect();
    let views = bytes.iter().map(|(tensor, bytes)| {
        let view = TensorView::new(tensor.dtype(), tensor.shape.clone(), bytes);
        (tensor.name.clone(), view.expect("a tensor has as many numbers as its shape says"))
    });
    let mut words: HashMap<String, String> =
        about.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    // Without it the transformers library refuses a file.
    words.insert("format".to_owned(), "pt".to_owned());
    sorted(::safetensors::serialize(views, Some(words)).expect("the views are valid"))
}

/// The same file with its words in the order of their keys: the library writes them in a different order every
/// time, and equal runs are to give equal files.
fn sorted(mut file: Vec<u8>) -> Vec<u8> {
    let (size, rest) = file.split_at_mut(8);
    let size = u64::from_le_bytes(size.try_into().expect("eight bytes")) as usize;
    let mut header: Value = serde_json::from_slice(&rest[..size]).expect("the library writes JSON");
    let words: BTreeMap<String, Value> = header["__metadata__"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    header["__metadata__"] = words.into_iter().collect();
    // As long as before, padding included: nothing but the order has changed.
    let text = format!("{:size$}", header.to_string());
    rest[..size].copy_from_slice(text.as_bytes());
    file
}

/// Numbers of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// 32-bit floats.
    Floats(Vec<f32>),
    /// Indices.
    Indices(Vec<i32>),
    /// Classes.
    Bytes(Vec<u8>),
}

impl Named {
    fn dtype(&self) -> Dtype {
        match self.numbers {
            Numbers::Floats(_) => Dtype::F32,
            Numbers::Indices(_) => Dtype::I32,
            Numbers::Bytes(_) => Dtype::U8,
        }
    }

    /// Little endian.
    fn bytes(&self) -> Vec<u8> {
        match &self.numbers {
            Numbers::Floats(numbers) => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
            Numbers::Indices(numbers) => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
            Numbers::Bytes(numbers) => numbers.clone(),
        }
    }
}

/// A zip file of files by name.
///
/// # Errors
/// It grows beyond what a zip file can hold.
pub fn zip(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, String> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    for (name, content) in files {
        zip.start_file(name.as_str(), FileOptions::default()).map_err(|error| failed(&error))?;
        zip.write_all(content).map_err(|error| failed(&error))?;
    }
    let bytes = zip.finish().map_err(|error| failed(&error))?;
    Ok(bytes.into_inner())
}
