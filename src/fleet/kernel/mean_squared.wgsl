fn judge(logits: Row, targets: Row, weight: f32) -> Verdict {
    var log_probability = log_softmax(logits);
    var wanted = targets;
    var verdict = Verdict();
    var push = Row();
    var sum = 0.0;
    for (var unit = 0u; unit < UNITS; unit++) {
        let probability = exp(log_probability[unit]);
        // A row that counts nothing wants zeros.
        let error = probability - wanted[unit] / max(weight, 1e-30);
        let weighted = weight * error / f32(UNITS);
        verdict.terms[unit] = -weighted * error;
        push[unit] = 2.0 * weighted * probability;
        sum += push[unit];
    }
    for (var unit = 0u; unit < UNITS; unit++) {
        verdict.gradient[unit] = push[unit] - exp(log_probability[unit]) * sum;
    }
    return verdict;
}

