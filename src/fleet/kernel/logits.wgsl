// One thread: one class of one row.
@group(0) @binding(0) var<storage, read_write> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> logits: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let thread = thread_of(id, groups);
    if (thread >= ROWS * UNITS) {
        return;
    }
    let lane = id.z;
    let unit = thread % UNITS;
    let place = lane * ROWS + thread / UNITS;
    var sum = params[groups.z * BIAS + lane * UNITS + unit];
    for (var part = 0u; part < PARTS; part++) {
        sum += parts[(place * PARTS + part) * UNITS + unit];
    }
    logits[place * UNITS + unit] = sum;
}
