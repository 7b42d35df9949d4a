//! The same work on every item, on all cores. Must not know the work.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What `work` makes of every item, in the items' order, however many threads did it.
pub fn map<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let mine = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            if items.len() >= 100 && index.is_multiple_of(items.len() / 10) {
                eprint!("{}% ", 100 * index / items.len());
            }
            done.push((index, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(mine)).collect();
        let joined = handles.into_iter().map(|handle| handle.join().expect("the work does not panic"));
        joined.flatten().collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        let squares: Vec<u64> = items.iter().map(|item| item * item).collect();
        assert_eq!(super::map(&items, 3, |item| item * item), squares);
        assert_eq!(super::map(&items, 1, |item| item * item), squares);
    }
}
