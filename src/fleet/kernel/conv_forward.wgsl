// One thread: four filters at the four positions of one pooling window.
@group(0) @binding(0) var<storage, read_write> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> images: array<f32>;
@group(0) @binding(2) var<storage, read_write> outputs: array<f32>;
@group(0) @binding(3) var<storage, read_write> winners: array<u32>;

// Sums of one filter each; the components are the four positions.
struct Sums {
    first: vec4<f32>,
    second: vec4<f32>,
    third: vec4<f32>,
    fourth: vec4<f32>,
}

// Adds one tap: what it sees at the four positions, and where its weights begin.
fn tap(sums: ptr<function, Sums>, seen: vec4<f32>, weight: u32) {
    (*sums).first += seen * params[weight];
    (*sums).second += seen * params[weight + 1u];
    (*sums).third += seen * params[weight + 2u];
    (*sums).fourth += seen * params[weight + 3u];
}

// The position, 0 to 3, of the first of the highest sums.
fn winner(sums: vec4<f32>) -> u32 {
    let lower = vec2<bool>(sums.z > sums.x, sums.w > sums.y);
    let best = select(sums.xy, sums.zw, lower);
    return select(select(0u, 2u, lower.x), select(1u, 3u, lower.y), best.y > best.x);
}

// The sum at the winner.
fn highest(sums: vec4<f32>) -> f32 {
    let best = select(sums.xy, sums.zw, vec2<bool>(sums.z > sums.x, sums.w > sums.y));
    return select(best.x, best.y, best.y > best.x);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let thread = thread_of(id, groups);
    const QUADS = FILTERS / 4u;
    const POSITIONS = POOLED_HEIGHT * POOLED_WIDTH;
    let cell = thread / QUADS;
    if (cell >= ROWS * POSITIONS) {
        return;
    }
    let lane = id.z;
    let filter_at = 4u * (thread % QUADS);
    let position = cell % POSITIONS;
    let top = 2u * (position / POOLED_WIDTH);
    let left = 2u * (position % POOLED_WIDTH);
    let weights = groups.z * WEIGHT + lane * CHANNELS * 9u * FILTERS + filter_at;
    let bias = groups.z * BIAS + lane * FILTERS + filter_at;

    var sums = Sums();
    for (var channel = 0u; channel < CHANNELS; channel++) {
        let corner = (((lane * INPUT_LANES * ROWS + cell / POSITIONS) * CHANNELS + channel) * FRAME_HEIGHT + top) * FRAME_WIDTH + left;
        let weight = weights + channel * 9u * FILTERS;
        var above = vec4<f32>(images[corner], images[corner + 1u], images[corner + 2u], images[corner + 3u]);
        for (var down = 0u; down < 3u; down++) {
            let at = corner + (down + 1u) * FRAME_WIDTH;
            let below = vec4<f32>(images[at], images[at + 1u], images[at + 2u], images[at + 3u]);
            let taps = weight + 3u * down * FILTERS;
            tap(&sums, vec4<f32>(above.xy, below.xy), taps);
            tap(&sums, vec4<f32>(above.yz, below.yz), taps + FILTERS);
            tap(&sums, vec4<f32>(above.zw, below.zw), taps + 2u * FILTERS);
            above = below;
        }
    }
    let place = lane * ROWS * POSITIONS + cell;
    let out = place * FILTERS + filter_at;
    let won = vec4<u32>(winner(sums.first), winner(sums.second), winner(sums.third), winner(sums.fourth));
    winners[place * QUADS + filter_at / 4u] = won.x | (won.y << 2u) | (won.z << 4u) | (won.w << 6u);
    outputs[out] = activate(highest(sums.first) + params[bias]);
    outputs[out + 1u] = activate(highest(sums.second) + params[bias + 1u]);
    outputs[out + 2u] = activate(highest(sums.third) + params[bias + 2u]);
    outputs[out + 3u] = activate(highest(sums.fourth) + params[bias + 3u]);
}
