fn activate(sum: f32) -> f32 {
    return select(sum, 0.01 * sum, sum < 0.0);
}

// The slope where the output is `output`.
fn slope(output: f32) -> f32 {
    return select(0.01, 1.0, output > 0.0);
}
