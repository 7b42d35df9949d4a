//! Many numbers in a message, four bytes each in one piece.
//!
//! Must not know what they are. Number by number, as serde goes about it, the state of four lanes kept the page
//! for longer than a frame.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{SerializeSeq, Serializer};

/// Lists as bytes.
pub fn serialize<S: Serializer>(lists: &[Vec<f32>], serializer: S) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(lists.len()))?;
    for list in lists {
        let mut bytes = vec![0; 4 * list.len()];
        bytes.as_chunks_mut().0.iter_mut().zip(list).for_each(|(four, x)| *four = x.to_le_bytes());
        sequence.serialize_element(&Bytes(bytes))?;
    }
    sequence.end()
}

/// Such lists again.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<f32>>, D::Error> {
    let lists = Vec::<List>::deserialize(deserializer)?;
    Ok(lists.into_iter().map(|list| list.0).collect())
}

struct Bytes(Vec<u8>);

impl serde::Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

struct List(Vec<f32>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(Numbers).map(List)
    }
}

struct Numbers;

impl Visitor<'_> for Numbers {
    type Value = Vec<f32>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("four bytes for each number")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<f32>, E> {
        match bytes.as_chunks() {
            (numbers, []) => Ok(numbers.iter().map(|four| f32::from_le_bytes(*four)).collect()),
            _ => Err(E::invalid_length(bytes.len(), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::protocol::{Checkpoint, GroupState, decode, encode};

    fn checkpoint(tensors: Vec<Vec<f32>>) -> Checkpoint {
        Checkpoint { step: 3, groups: vec![GroupState { step: 3, lanes: Vec::new(), tensors }] }
    }

    #[test]
    fn numbers_keep_their_bits() {
        let tensors = vec![vec![1.5, -0.0, f32::INFINITY, 1e-40], Vec::new(), vec![f32::NAN]];
        let read: Checkpoint = decode(&encode(&checkpoint(tensors.clone()))).unwrap();
        let bits = |tensors: &[Vec<f32>]| -> Vec<Vec<u32>> {
            tensors.iter().map(|list| list.iter().map(|x| x.to_bits()).collect()).collect()
        };
        assert_eq!(bits(&read.groups[0].tensors), bits(&tensors));
    }

    #[test]
    fn a_cut_number_is_refused() {
        let mut bytes = encode(&checkpoint(vec![vec![1.0]]));
        // The list's bytes are last, after their count.
        bytes.pop();
        let count = bytes.len() - 4;
        assert_eq!(bytes[count], 4);
        bytes[count] = 3;
        assert!(decode::<Checkpoint>(&bytes).is_err());
    }
}
