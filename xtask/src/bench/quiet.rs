//! Whether other programs keep the machine busy, and waiting until they do not.
//!
//! Must not know what is measured. Where the system does not tell (anything but Linux), all is quiet.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the processor is watched.
const LOOK: Duration = Duration::from_millis(500);
/// Share of all cores that may be busy: a browser that just ended needs a little.
const BUSY_MOST: f64 = 0.15;

/// Waits until the machine is quiet, at most `patience`; whether it is.
pub fn wait(patience: Duration) -> bool {
    let start = Instant::now();
    loop {
        let Some(before) = ticks() else { return true };
        sleep(LOOK);
        let Some(after) = ticks() else { return true };
        if busy_share(before, after) <= BUSY_MOST {
            return true;
        }
        if start.elapsed() >= patience {
            return false;
        }
    }
}

/// Time that all cores together have spent, in the kernel's ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ticks {
    busy: u64,
    idle: u64,
}

fn ticks() -> Option<Ticks> {
    parse(&std::fs::read_to_string("/proc/stat").ok()?)
}

/// The first line of `/proc/stat`: user, nice, system, idle, iowait, and more that is busy.
fn parse(stat: &str) -> Option<Ticks> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let numbers: Vec<u64> = fields.map_while(|field| field.parse().ok()).collect();
    let idle = numbers.get(3)? + numbers.get(4)?;
    Some(Ticks { busy: numbers.iter().take(8).sum::<u64>() - idle, idle })
}

fn busy_share(before: Ticks, after: Ticks) -> f64 {
    let busy = after.busy.saturating_sub(before.busy) as f64;
    let idle = after.idle.saturating_sub(before.idle) as f64;
    if busy + idle > 0.0 { busy / (busy + idle) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_is_all_that_is_neither_idle_nor_waiting() {
        let before =
            parse("cpu  100 10 20 1000 50 1 2 3 0 0\ncpu0 1 1 1 1 1\n").expect("a line of the kernel");
        assert_eq!(before, Ticks { busy: 136, idle: 1050 });
        let after = Ticks { busy: 136 + 25, idle: 1050 + 75 };
        assert_eq!(busy_share(before, after), 0.25);
        assert_eq!(busy_share(before, before), 0.0);
        assert_eq!(parse("processor 1\n"), None);
    }
}
