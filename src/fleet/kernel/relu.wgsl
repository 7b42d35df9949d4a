fn activate(sum: f32) -> f32 {
    return select(sum, 0.0, sum <= 0.0);
}

// The slope where the output is `output`.
fn slope(output: f32) -> f32 {
    return select(0.0, 1.0, output > 0.0);
}
