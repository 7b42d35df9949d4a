// One thread: four inputs of four rows.
@group(0) @binding(0) var<storage, read_write> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(2) var<storage, read_write> inputs: array<f32>;
@group(0) @binding(3) var<storage, read_write> before: array<f32>;

// Writes one row's; inputs past the end repeat the last one.
fn put(row: u32, columns: vec4<u32>, sums: vec4<f32>) {
    let at = row * INPUTS + columns;
    before[at.x] = sums.x * slope(inputs[at.x]);
    before[at.y] = sums.y * slope(inputs[at.y]);
    before[at.z] = sums.z * slope(inputs[at.z]);
    before[at.w] = sums.w * slope(inputs[at.w]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    const FOURS = (INPUTS + 3u) / 4u;
    let thread = thread_of(id, groups);
    if (4u * (thread / FOURS) >= ROWS) {
        return;
    }
    let lane = id.z;
    let columns = four_from(thread % FOURS, INPUTS);
    let rows = lane * ROWS + four_from(thread / FOURS, ROWS);
    var delta = rows * UNITS;
    var weight = groups.z * WEIGHT + (lane * INPUTS + columns) * UNITS;
    var first = vec4<f32>();
    var second = vec4<f32>();
    var third = vec4<f32>();
    var fourth = vec4<f32>();
    for (var unit = 0u; unit < UNITS; unit++) {
        let weights = vec4<f32>(params[weight.x], params[weight.y], params[weight.z], params[weight.w]);
        first += deltas[delta.x] * weights;
        second += deltas[delta.y] * weights;
        third += deltas[delta.z] * weights;
        fourth += deltas[delta.w] * weights;
        delta += 1u;
        weight += 1u;
    }
    put(rows.x, columns, first);
    put(rows.y, columns, second);
    put(rows.z, columns, third);
    put(rows.w, columns, fourth);
}
