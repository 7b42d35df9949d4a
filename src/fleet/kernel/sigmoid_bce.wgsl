fn judge(logits: Row, targets: Row, weight: f32) -> Verdict {
    var values = logits;
    var wanted = targets;
    var verdict = Verdict();
    for (var unit = 0u; unit < UNITS; unit++) {
        let share = wanted[unit] / max(weight, 1e-30);
        let log_sigmoid = min(values[unit], 0.0) - log(1.0 + exp(-abs(values[unit])));
        let likelihood = log_sigmoid - values[unit] * (1.0 - share);
        verdict.terms[unit] = weight * likelihood / f32(UNITS);
        verdict.gradient[unit] = weight * (exp(log_sigmoid) - share) / f32(UNITS);
    }
    return verdict;
}

