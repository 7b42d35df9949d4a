fn activate(sum: f32) -> f32 {
    return tanh(clamp(sum, -10.0, 10.0)) + 0.0 * sum;
}

// The slope where the output is `output`.
fn slope(output: f32) -> f32 {
    return 1.0 - output * output;
}
