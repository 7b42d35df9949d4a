fn judge(logits: Row, targets: Row, weight: f32) -> Verdict {
    let gamma = bitcast<f32>(GAMMA);
    var log_probability = log_softmax(logits);
    var wanted = targets;
    var verdict = Verdict();
    var pull = Row();
    var sum = 0.0;
    for (var unit = 0u; unit < UNITS; unit++) {
        let probability = exp(log_probability[unit]);
        let doubt = max(1.0 - probability, 1e-7);
        let discount = pow(doubt, gamma);
        verdict.terms[unit] = wanted[unit] * discount * log_probability[unit];
        let slope = probability * pow(doubt, gamma - 1.0) * log_probability[unit] * gamma;
        pull[unit] = wanted[unit] * (discount - slope);
        sum += pull[unit];
    }
    for (var unit = 0u; unit < UNITS; unit++) {
        verdict.gradient[unit] = exp(log_probability[unit]) * sum - pull[unit];
    }
    return verdict;
}

