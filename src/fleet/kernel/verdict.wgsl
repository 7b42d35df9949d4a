// A number for every class.
alias Row = array<f32, UNITS>;

struct Verdict {
    // Their negative sum is the loss.
    terms: Row,
    // Of the loss, with respect to the logits.
    gradient: Row,
}

fn log_softmax(logits: Row) -> Row {
    var values = logits;
    var highest = values[0];
    for (var unit = 1u; unit < UNITS; unit++) {
        highest = max(highest, values[unit]);
    }
    var total = 0.0;
    for (var unit = 0u; unit < UNITS; unit++) {
        total += exp(values[unit] - highest);
    }
    for (var unit = 0u; unit < UNITS; unit++) {
        values[unit] -= highest + log(total);
    }
    return values;
}

