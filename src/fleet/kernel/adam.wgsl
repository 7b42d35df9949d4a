// One thread: one parameter.
@group(0) @binding(0) var<storage, read_write> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> means: array<f32>;
@group(0) @binding(3) var<storage, read_write> squares: array<f32>;
@group(0) @binding(4) var<storage, read_write> batch: array<f32>;
@group(0) @binding(5) var<storage, read_write> updated: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let thread = thread_of(id, groups);
    if (thread >= LANE_LENGTH) {
        return;
    }
    let lane = id.z;
    let tensor = tensor_of(thread);
    let at = groups.z * tensor.x + lane * tensor.y + thread - tensor.x;
    let slope = gradient[at];
    let mean = means[at] * bitcast<f32>(BETA_MEAN) + slope;
    let square = squares[at] * bitcast<f32>(BETA_SQUARE) + slope * slope;
    means[at] = mean;
    squares[at] = square;
    let rates = groups.z * RATES;
    let scale = batch[rates + 2u * groups.z];
    let epsilon = batch[rates + 2u * groups.z + 1u];
    let direction = mean * scale / (sqrt(square) + epsilon);
    updated[at] = params[at] * batch[rates + 2u * lane + 1u] - batch[rates + 2u * lane] * direction;
}
