//! What every layer with weights can do: forward, and backward by hand.
//!
//! Must not know its neighbours, nor what follows its sums (normalisation and activation
//! are the [stage](super::stage)'s). All signals are `[lanes, rows, columns]`.

use super::fused::Routing;
use super::tensor::Tensor;

/// A layer with a weight.
pub(crate) trait Layer {
    /// `[rows, columns]` of the weight; the bias is `[1, columns]`.
    fn weight_shape(&self) -> [usize; 2];

    /// What it multiplies, for kernels of our own.
    #[cfg(feature = "gpu")]
    fn kind(&self) -> Kind;

    /// Places in the map at which every unit looks; 1 for a layer without a map.
    fn positions(&self) -> usize;

    /// Product with the weight, `[lanes, batch x positions, units]`, with `bias` added if there is one, and
    /// whatever [`Layer::backward`] needs again.
    fn forward(&self, weight: &Tensor<3>, bias: Option<&Tensor<3>>, input: Tensor<3>) -> (Tensor<3>, Tape);

    /// Gradients from the gradient of the product; of the input only when `wants_input`.
    fn backward(&self, weight: &Tensor<3>, tape: Tape, gradient: Tensor<3>, wants_input: bool) -> Gradients;
}

/// What a layer multiplies with its weight.
#[cfg(feature = "gpu")]
pub(crate) enum Kind {
    /// Its input.
    Dense,
    /// Host-made patches of images.
    Stem(super::im2col::Patches),
    /// Patches made on the device.
    Block,
}

/// Values kept from forward to backward.
pub(crate) struct Tape {
    /// What the weight was multiplied with.
    pub input: Tensor<3>,
    /// Which position of a pool won, if the layer pools.
    pub routing: Option<Routing>,
}

/// Gradients of one layer.
pub(crate) struct Gradients {
    /// `[lanes, rows, columns]`.
    pub weight: Tensor<3>,
    /// Gradient of the layer's input, if asked for.
    pub input: Option<Tensor<3>>,
}

/// `sums`, with `bias` added if there is one.
pub(crate) fn with_bias(sums: Tensor<3>, bias: Option<&Tensor<3>>) -> Tensor<3> {
    match bias {
        Some(bias) => sums + bias.clone(),
        None => sums,
    }
}

/// Rows summed by one part of [`product_over_rows`].
const CHUNK: usize = 2048;

/// `input^T gradient` per lane, `[lanes, rows, columns]` and `[lanes, rows, units]`.
///
/// A long sum over few columns would keep a single group of a GPU busy; it is cut into parts that run
/// side by side and are added up ("split-K").
pub(crate) fn product_over_rows(input: Tensor<3>, gradient: Tensor<3>) -> Tensor<3> {
    let [lanes, rows, columns] = input.dims();
    let units = gradient.dims()[2];
    if rows < 2 * CHUNK || rows % CHUNK != 0 {
        return input.swap_dims(1, 2).matmul(gradient);
    }
    let parts = rows / CHUNK;
    let input = input.reshape([lanes * parts, CHUNK, columns]);
    let gradient = gradient.reshape([lanes * parts, CHUNK, units]);
    let products = input.swap_dims(1, 2).matmul(gradient); // [lanes x parts, columns, units]
    products.reshape([lanes, parts, columns * units]).sum_dim(1).reshape([lanes, columns, units])
}
