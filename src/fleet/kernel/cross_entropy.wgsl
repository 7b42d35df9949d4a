fn judge(logits: Row, targets: Row, weight: f32) -> Verdict {
    var log_probability = log_softmax(logits);
    var wanted = targets;
    var verdict = Verdict();
    for (var unit = 0u; unit < UNITS; unit++) {
        verdict.terms[unit] = log_probability[unit] * wanted[unit];
        verdict.gradient[unit] = weight * exp(log_probability[unit]) - wanted[unit];
    }
    return verdict;
}

