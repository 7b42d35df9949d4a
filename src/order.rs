//! One sorting routine for all types.
//!
//! The standard library's is compiled anew for each of them, 5 kB at a time; what is sorted here is
//! short, and the program is downloaded before it runs. Must not know what is sorted.

use std::cmp::Ordering;

/// Sorts `items`; equal ones stay in their order.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let ranks = ranks(items.len(), &|a, b| compare(&items[a], &items[b]));
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(ranks.into_iter().filter_map(|rank| taken[rank].take()));
}

/// Sorts numbers, NaN at the ends.
pub fn sort_numbers(numbers: &mut Vec<f32>) {
    sort_by(numbers, f32::total_cmp);
}

/// The indices below `count` in the order of `compare`.
fn ranks(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut ranks: Vec<usize> = (0..count).collect();
    ranks.sort_by(|&a, &b| compare(a, b));
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn sorts_as_the_standard_library_does_and_keeps_equal_ones_in_place() {
        let mut stream = Stream::named(5, "order");
        for count in [0, 1, 2, 30, 500] {
            let items: Vec<(usize, usize)> = (0..count).map(|index| (stream.below(20), index)).collect();
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            theirs.sort_by_key(|item| item.0);
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn numbers_that_are_none_do_not_stop_it() {
        let mut numbers = vec![2.0, f32::NAN, -1.0, 0.5];
        sort_numbers(&mut numbers);
        assert_eq!(numbers[..3], [-1.0, 0.5, 2.0]);
        assert!(numbers[3].is_nan());
    }
}
