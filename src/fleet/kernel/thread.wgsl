// Threads of one workgroup.
const WORKGROUP = 64u;

// Number of this thread within its lane; groups lie in rows because a dispatch has at most 65535 a side.
fn thread_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
    return id.y * groups.x * WORKGROUP + id.x;
}

// The four numbers from `4 * index` on, the last of `count` repeated past the end.
fn four_from(index: u32, count: u32) -> vec4<u32> {
    return min(4u * index + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(count - 1u));
}
