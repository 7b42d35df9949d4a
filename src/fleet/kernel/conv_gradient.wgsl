// One thread: the nine taps of one channel in one filter, or that filter's bias, over one part of
// the pooled positions.
@group(0) @binding(0) var<storage, read_write> images: array<f32>;
@group(0) @binding(1) var<storage, read_write> winners: array<u32>;
@group(0) @binding(2) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let thread = thread_of(id, groups);
    const QUADS = FILTERS / 4u;
    const POSITIONS = POOLED_HEIGHT * POOLED_WIDTH;
    let filter_index = thread % FILTERS;
    let channel = thread / FILTERS % (CHANNELS + 1u);
    let part = thread / (FILTERS * (CHANNELS + 1u));
    if (part >= PARTS) {
        return;
    }
    let lane = id.z;
    let begin = part * PART;
    let end = min(begin + PART, ROWS * POSITIONS);
    let out = (lane * PARTS + part) * (CHANNELS * 9u + 1u) * FILTERS + filter_index;
    if (channel == CHANNELS) {
        var sum = 0.0;
        for (var cell = begin; cell < end; cell++) {
            sum += deltas[(lane * ROWS * POSITIONS + cell) * FILTERS + filter_index];
        }
        parts[out + CHANNELS * 9u * FILTERS] = sum;
        return;
    }
    var first = vec3<f32>();
    var second = vec3<f32>();
    var third = vec3<f32>();
    for (var cell = begin; cell < end; cell++) {
        let place = lane * ROWS * POSITIONS + cell;
        let position = cell % POSITIONS;
        let delta = deltas[place * FILTERS + filter_index];
        let won = (winners[place * QUADS + filter_index / 4u] >> (2u * (filter_index % 4u))) & 3u;
        let top = 2u * (position / POOLED_WIDTH) + (won >> 1u);
        let left = 2u * (position % POOLED_WIDTH) + (won & 1u);
        let image = lane * ROWS + cell / POSITIONS;
        let corner = ((image * CHANNELS + channel) * FRAME_HEIGHT + top) * FRAME_WIDTH + left;
        let middle = corner + FRAME_WIDTH;
        let bottom = middle + FRAME_WIDTH;
        first += delta * vec3<f32>(images[corner], images[corner + 1u], images[corner + 2u]);
        second += delta * vec3<f32>(images[middle], images[middle + 1u], images[middle + 2u]);
        third += delta * vec3<f32>(images[bottom], images[bottom + 1u], images[bottom + 2u]);
    }
    let column = out + channel * 9u * FILTERS;
    for (var right = 0u; right < 3u; right++) {
        parts[column + right * FILTERS] = first[right];
        parts[column + (3u + right) * FILTERS] = second[right];
        parts[column + (6u + right) * FILTERS] = third[right];
    }
}
