// One thread: four units' weights from four inputs, or their biases.
@group(0) @binding(0) var<storage, read_write> inputs: array<f32>;
@group(0) @binding(1) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

// Writes what belongs to one input; units past the end repeat the last one.
fn put(at: u32, units: vec4<u32>, sums: vec4<f32>) {
    gradient[at + units.x] = sums.x;
    gradient[at + units.y] = sums.y;
    gradient[at + units.z] = sums.z;
    gradient[at + units.w] = sums.w;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    const FOURS = (UNITS + 3u) / 4u;
    const INPUT_FOURS = (INPUTS + 3u) / 4u;
    let thread = thread_of(id, groups);
    if (thread >= FOURS * (INPUT_FOURS + 1u)) {
        return;
    }
    let lane = id.z;
    let units = four_from(thread % FOURS, UNITS);
    var delta = lane * ROWS * UNITS + units;
    if (thread / FOURS == INPUT_FOURS) {
        var sums = vec4<f32>();
        for (var row = 0u; row < ROWS; row++) {
            sums += vec4<f32>(deltas[delta.x], deltas[delta.y], deltas[delta.z], deltas[delta.w]);
            delta += UNITS;
        }
        put(groups.z * BIAS + lane * UNITS, units, sums);
        return;
    }
    let columns = four_from(thread / FOURS, INPUTS);
    var at = lane * ROWS * INPUTS + columns;
    var first = vec4<f32>();
    var second = vec4<f32>();
    var third = vec4<f32>();
    var fourth = vec4<f32>();
    for (var row = 0u; row < ROWS; row++) {
        let slopes = vec4<f32>(deltas[delta.x], deltas[delta.y], deltas[delta.z], deltas[delta.w]);
        first += inputs[at.x] * slopes;
        second += inputs[at.y] * slopes;
        third += inputs[at.z] * slopes;
        fourth += inputs[at.w] * slopes;
        at += INPUTS;
        delta += UNITS;
    }
    let out = groups.z * WEIGHT + (lane * INPUTS + columns) * UNITS;
    put(out.x, units, first);
    put(out.y, units, second);
    put(out.z, units, third);
    put(out.w, units, fourth);
}
