fn activate(sum: f32) -> f32 {
    return 1.0 / (1.0 + exp(-sum));
}

// The slope where the output is `output`.
fn slope(output: f32) -> f32 {
    return output - output * output;
}
