// One thread: one part of one class's sum for one row, every so many inputs: neighbours read neighbours.
@group(0) @binding(0) var<storage, read_write> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> inputs: array<f32>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let thread = thread_of(id, groups);
    let unit = thread % UNITS;
    let part = thread / UNITS % PARTS;
    let row = thread / (UNITS * PARTS);
    if (row >= ROWS) {
        return;
    }
    let lane = id.z;
    let from_row = (lane * INPUT_LANES * ROWS + row) * INPUTS;
    let weight = groups.z * WEIGHT + lane * INPUTS * UNITS + unit;
    var sum = 0.0;
    for (var input = part; input < INPUTS; input += PARTS) {
        sum += params[weight + input * UNITS] * inputs[from_row + input];
    }
    parts[((lane * ROWS + row) * PARTS + part) * UNITS + unit] = sum;
}
