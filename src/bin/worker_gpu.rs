//! The GPU worker: the same source as the CPU worker, built with Burn's WebGPU backend and fetched
//! only when the browser has an adapter. Must not know anything but the library's worker entry.

fn main() {}
