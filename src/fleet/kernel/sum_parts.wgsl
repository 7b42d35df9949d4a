// One thread: one weight or bias.
@group(0) @binding(0) var<storage, read_write> parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let thread = thread_of(id, groups);
    let lane = id.z;
    if (thread >= WEIGHTS + UNITS) {
        return;
    }
    var sum = 0.0;
    for (var part = 0u; part < PARTS; part++) {
        sum += parts[(lane * PARTS + part) * (WEIGHTS + UNITS) + thread];
    }
    if (thread < WEIGHTS) {
        gradient[groups.z * WEIGHT + lane * WEIGHTS + thread] = sum;
    } else {
        gradient[groups.z * BIAS + lane * UNITS + thread - WEIGHTS] = sum;
    }
}
