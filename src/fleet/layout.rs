//! Where each parameter tensor of each lane lies in the one flat vector.
//!
//! Must not know what the tensors mean. Order: tensor after tensor, lanes within each tensor, so
//! that a tensor of all lanes is one contiguous slice.

use super::fused;
use super::tensor::Tensor;

/// Shapes and offsets of the flat parameter vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    lanes: usize,
    /// `[rows, columns]` of each tensor of one lane.
    shapes: Vec<[usize; 2]>,
}

impl Layout {
    /// A layout of `lanes` models whose tensors have `shapes`.
    pub fn new(shapes: Vec<[usize; 2]>, lanes: usize) -> Self {
        Self { lanes, shapes }
    }

    /// The same tensors with another number of lanes.
    pub fn with_lanes(&self, lanes: usize) -> Self {
        Self { lanes, shapes: self.shapes.clone() }
    }

    /// Number of models.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Length of the flat vector.
    pub fn len(&self) -> usize {
        self.lanes * self.lane_len()
    }

    /// Whether there is nothing to train.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Parameters of one lane.
    pub fn lane_len(&self) -> usize {
        self.shapes.iter().map(|[rows, columns]| rows * columns).sum()
    }

    /// Offset and length of each tensor (all lanes) in the flat vector.
    pub fn spans(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mut offset = 0;
        self.shapes.iter().map(move |[rows, columns]| {
            let length = self.lanes * rows * columns;
            offset += length;
            (offset - length, length)
        })
    }

    /// Lengths of the parts of the flat vector that belong to one lane each, with the lane.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.shapes.iter().flat_map(|[rows, columns]| (0..self.lanes).map(move |lane| (rows * columns, lane)))
    }

    /// The tensors `[lanes, rows, columns]` of a flat vector.
    pub fn split(&self, flat: &Tensor<1>) -> Vec<Tensor<3>> {
        let view = |((offset, _), &[rows, columns]): ((usize, usize), &[usize; 2])| {
            fused::view(flat, offset, [self.lanes, rows, columns])
        };
        self.spans().zip(&self.shapes).map(view).collect()
    }

    /// One flat vector of tensors shaped as [`Layout::split`] gives them.
    pub fn join(&self, tensors: Vec<Tensor<3>>) -> Tensor<1> {
        fused::join(tensors)
    }

    /// One flat vector of the tensors of each lane (concatenated lane by lane).
    pub fn interleave(&self, lanes: &[Vec<f32>]) -> Vec<f32> {
        let mut flat = Vec::with_capacity(self.len());
        let mut offset = 0;
        for [rows, columns] in &self.shapes {
            let length = rows * columns;
            lanes.iter().for_each(|lane| flat.extend_from_slice(&lane[offset..offset + length]));
            offset += length;
        }
        flat
    }

    /// A flat vector that repeats one value per lane over that lane's parameters.
    pub fn per_lane(&self, values: &[f32], like: &Tensor<1>) -> Tensor<1> {
        let mut flat = Vec::with_capacity(self.len());
        for (length, lane) in self.runs() {
            flat.extend(std::iter::repeat_n(values[lane], length));
        }
        Tensor::from_numbers(flat, [self.len()], &like.device())
    }

    /// The flat vector of the lanes `sources`, in that order.
    pub fn select(&self, flat: &Tensor<1>, sources: &[usize]) -> Tensor<1> {
        let mut parts = Vec::with_capacity(self.shapes.len() * sources.len());
        for (offset, length) in self.spans() {
            let lane = length / self.lanes;
            for source in sources {
                let start = offset + source * lane;
                parts.push(flat.clone().slice([start..start + lane]));
            }
        }
        Tensor::cat(parts, 0)
    }
}
