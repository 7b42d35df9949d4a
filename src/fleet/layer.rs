//! What every layer with weights can do: forward, and backward by hand.
//!
//! Must not know its neighbours. All signals are `[lanes, rows, columns]`.

use burn::tensor::Tensor;

/// A layer with a weight and a bias, its activation included.
pub(crate) trait Layer {
    /// `[rows, columns]` of the weight; the bias is `[1, columns]`.
    fn weight_shape(&self) -> [usize; 2];

    /// Fan-in and fan-out, for initialisation.
    fn fans(&self) -> (usize, usize);

    /// Output and whatever [`Layer::backward`] needs again.
    fn forward(&self, weight: &Tensor<3>, bias: &Tensor<3>, input: Tensor<3>) -> (Tensor<3>, Tape);

    /// Gradients from the gradient of the output; `input` only when `wants_input`.
    fn backward(&self, weight: &Tensor<3>, tape: Tape, gradient: Tensor<3>, wants_input: bool) -> Gradients;

    /// The output as `[lanes, examples x positions, units]`, when the layer has ReLU units whose
    /// death is worth reporting.
    fn units(&self, output: Tensor<3>) -> Option<Tensor<3>>;
}

/// Values kept from forward to backward, in the layer's own order.
pub(crate) type Tape = Vec<Tensor<3>>;

/// Gradients of one layer.
pub(crate) struct Gradients {
    /// `[lanes, rows, columns]`.
    pub weight: Tensor<3>,
    /// `[lanes, 1, columns]`.
    pub bias: Tensor<3>,
    /// Gradient of the layer's input, if asked for.
    pub input: Option<Tensor<3>>,
}

/// Derivative of ReLU from its output: 1 where the output is positive, else 0.
///
/// A product of float operations because boolean masks are slow on the CPU backend. Outputs below
/// 1e-30 count as partly closed, which no training reaches.
pub(crate) fn relu_gate(output: Tensor<3>) -> Tensor<3> {
    output.mul_scalar(1e30).clamp_max(1.0)
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
