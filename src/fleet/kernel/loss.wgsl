// One thread: one row. `judge` is the loss.
@group(0) @binding(0) var<storage, read_write> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> batch: array<f32>;
@group(0) @binding(3) var<storage, read_write> logits: array<f32>;
@group(0) @binding(4) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(5) var<storage, read_write> terms: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let row = thread_of(id, groups);
    if (row >= ROWS) {
        return;
    }
    let lane = id.z;
    let place = lane * ROWS + row;
    let targets = groups.z * ROWS * FEATURES + place * UNITS;
    let offsets = groups.z * ROWS * (FEATURES + UNITS) + lane * UNITS;
    var adjusted = Row();
    var wanted = Row();
    var weight = 0.0;
    for (var unit = 0u; unit < UNITS; unit++) {
        var sum = params[groups.z * BIAS + lane * UNITS + unit];
        for (var part = 0u; part < PARTS; part++) {
            sum += parts[(place * PARTS + part) * UNITS + unit];
        }
        logits[place * UNITS + unit] = sum;
        adjusted[unit] = sum + batch[offsets + unit];
        wanted[unit] = batch[targets + unit];
        weight += wanted[unit];
    }
    var verdict = judge(adjusted, wanted, weight);
    for (var unit = 0u; unit < UNITS; unit++) {
        terms[place * UNITS + unit] += verdict.terms[unit];
        deltas[place * UNITS + unit] = verdict.gradient[unit];
    }
}
