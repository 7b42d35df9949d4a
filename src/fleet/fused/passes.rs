//! As passes over the numbers, for the CPU; `expressions` beside this file says what each gives.

use super::RowSum;
use crate::fleet::im2col::Patches;
use crate::fleet::layout::Layout;
use crate::fleet::tensor::{Device, Tensor};
use plain_tensors::{Framed, Origins, Plain, Run, Sums};

pub fn affine(input: &Tensor<3>, weight: &Tensor<3>, bias: &Tensor<3>) -> Tensor<3> {
    Tensor(Plain::affine(&input.0, &weight.0, &bias.0))
}

pub fn relu_gradient(gradient: Tensor<3>, output: Tensor<3>) -> Tensor<3> {
    Tensor(Plain::relu_gradient(gradient.0, output.0))
}

pub fn positive(output: Tensor<3>) -> Tensor<3> {
    Tensor(Plain::positive(output.0))
}

pub fn probability(log_probability: Tensor<3>) -> Tensor<3> {
    Tensor(Plain::probability(log_probability.0))
}

pub fn cross_entropy(logits: Tensor<3>, targets: Tensor<3>, sums: &RowSum) -> (Tensor<3>, Tensor<3>) {
    let sums = match sums {
        RowSum::Uniform(sum) => Sums::Uniform(*sum),
        RowSum::PerRow(sums) => Sums::PerRow(&sums.0),
    };
    let [terms, gradient] = Plain::cross_entropy(logits.0, &targets.0, sums);
    (Tensor(terms), Tensor(gradient))
}

pub struct Routing {
    origins: Origins,
}

pub fn max4(slabs: Tensor<3>) -> (Tensor<3>, Routing) {
    let (max, origins) = Plain::max4(slabs.0);
    (Tensor(max), Routing { origins })
}

/// Frames, of which the passes read patches where they stand.
pub fn images(images: &[f32], [lanes, batch]: [usize; 2], patches: Patches, device: &Device) -> Tensor<3> {
    Tensor::from_numbers(patches.frames(images), [lanes, batch, patches.frame_len()], device)
}

pub fn stem(input: &Tensor<3>, weight: &Tensor<3>, patches: Patches) -> (Tensor<3>, Routing) {
    let (max, origins) = Plain::stem(&input.0, &weight.0, framed(patches));
    (Tensor(max), Routing { origins })
}

fn framed(Patches { channels, height, width }: Patches) -> Framed {
    Framed { channels, height, width }
}

impl Routing {
    pub fn spread(self, gradient: Tensor<3>) -> Tensor<3> {
        Tensor(Plain::spread4(gradient.0, &self.origins))
    }

    pub fn stem_gradient(self, input: Tensor<3>, gradient: Tensor<3>, patches: Patches) -> Tensor<3> {
        Tensor(Plain::stem_gradient(&input.0, gradient.0, &self.origins, framed(patches)))
    }
}

pub fn view(flat: &Tensor<1>, first: usize, shape: [usize; 3]) -> Tensor<3> {
    Tensor(Plain::view(&flat.0, first, shape))
}

pub fn join(tensors: Vec<Tensor<3>>) -> Tensor<1> {
    Tensor(Plain::join(tensors.into_iter().map(|tensor| tensor.0).collect()))
}

pub fn adam(sums: [&mut Tensor<1>; 2], gradient: Tensor<1>, betas: [f32; 2], scales: [f32; 2]) -> Tensor<1> {
    Tensor(Plain::adam(sums.map(|sums| &mut sums.0), gradient.0, betas, scales))
}

/// Parameters of a lane that follow each other.
pub struct Descent {
    runs: Vec<Run>,
}

impl Descent {
    pub fn new(layout: &Layout, keep: &[f32], rates: &[f32], _: &Tensor<1>) -> Self {
        let run = |(length, lane): (usize, usize)| Run { length, keep: keep[lane], rate: rates[lane] };
        let same = |values: &[f32]| values.iter().all(|value| *value == values[0]);
        let alike = same(keep) && same(rates);
        Self { runs: if alike { vec![run((layout.len(), 0))] } else { layout.runs().map(run).collect() } }
    }

    pub fn step(&self, params: &mut Tensor<1>, direction: Tensor<1>) {
        Plain::descend(&mut params.0, &direction.0, &self.runs);
    }
}

pub fn flushed(sum: Tensor<1>) -> Tensor<1> {
    Tensor(Plain::flushed(sum.0))
}

pub fn flushed_square(sum: Tensor<1>) -> Tensor<1> {
    Tensor(Plain::flushed_square(sum.0))
}
