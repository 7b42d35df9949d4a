// One thread: four units for four rows.
@group(0) @binding(0) var<storage, read_write> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> inputs: array<f32>;
@group(0) @binding(2) var<storage, read_write> outputs: array<f32>;

// Writes one row's outputs; units past the end repeat the last one.
fn put(at: u32, units: vec4<u32>, sums: vec4<f32>) {
    outputs[at + units.x] = activate(sums.x);
    outputs[at + units.y] = activate(sums.y);
    outputs[at + units.z] = activate(sums.z);
    outputs[at + units.w] = activate(sums.w);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    const FOURS = (UNITS + 3u) / 4u;
    let thread = thread_of(id, groups);
    if (4u * (thread / FOURS) >= ROWS) {
        return;
    }
    let lane = id.z;
    let units = four_from(thread % FOURS, UNITS);
    let rows = four_from(thread / FOURS, ROWS);
    let bias = groups.z * BIAS + lane * UNITS + units;
    var first = vec4<f32>(params[bias.x], params[bias.y], params[bias.z], params[bias.w]);
    var second = first;
    var third = first;
    var fourth = first;
    var at = (lane * INPUT_LANES * ROWS + rows) * INPUTS;
    var weight = groups.z * WEIGHT + lane * INPUTS * UNITS + units;
    for (var input = 0u; input < INPUTS; input++) {
        let weights = vec4<f32>(params[weight.x], params[weight.y], params[weight.z], params[weight.w]);
        first += inputs[at.x] * weights;
        second += inputs[at.y] * weights;
        third += inputs[at.z] * weights;
        fourth += inputs[at.w] * weights;
        at += 1u;
        weight += UNITS;
    }
    let out = (lane * ROWS + rows) * UNITS;
    put(out.x, units, first);
    put(out.y, units, second);
    put(out.z, units, third);
    put(out.w, units, fourth);
}
