//! Lines along which a field on a grid changes sign ("marching squares").
//!
//! Must not know what the field is.

use std::collections::BTreeMap;

/// The zero lines of `field`, `[rows, columns]`, in grid coordinates `(column, row)`. Cells with a
/// value that is not finite have none.
pub(super) fn zero_lines(field: &[f32], columns: usize) -> Vec<Vec<(f32, f32)>> {
    if columns < 2 || field.len() < 2 * columns {
        return Vec::new();
    }
    let rows = field.len() / columns;
    let mut links: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for row in 0..rows - 1 {
        for column in 0..columns - 1 {
            for (from, to) in segments(field, columns, column, row) {
                links.entry(from).or_default().push(to);
                links.entry(to).or_default().push(from);
            }
        }
    }
    // Ends at the rim first: what is left afterwards are closed loops.
    let ends: Vec<Edge> = links.iter().filter(|(_, next)| next.len() == 1).map(|(edge, _)| *edge).collect();
    let mut lines = Vec::new();
    for end in ends {
        lines.extend(walk(end, &mut links));
    }
    while let Some(edge) = links.keys().next().copied() {
        lines.extend(walk(edge, &mut links));
    }
    lines.iter().map(|line| line.iter().map(|edge| crossing(field, columns, *edge)).collect()).collect()
}

/// The edge from a grid point to its right (`false`) or upper (`true`) neighbour.
type Edge = (usize, usize, bool);

/// Follows and uses up the links from `start`.
fn walk(start: Edge, links: &mut BTreeMap<Edge, Vec<Edge>>) -> Option<Vec<Edge>> {
    let mut line = vec![start];
    let mut here = start;
    while let Some(next) = links.get_mut(&here).and_then(Vec::pop) {
        if let Some(back) = links.get_mut(&next)
            && let Some(at) = back.iter().position(|edge| *edge == here)
        {
            back.remove(at);
        }
        line.push(next);
        here = next;
    }
    links.retain(|_, next| !next.is_empty());
    (line.len() > 1).then_some(line)
}

/// Pairs of edges of one cell that a line joins.
fn segments(field: &[f32], columns: usize, column: usize, row: usize) -> Vec<(Edge, Edge)> {
    let at = |dx: usize, dy: usize| field[(row + dy) * columns + column + dx];
    let corners = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
    if corners.iter().any(|value| !value.is_finite()) {
        return Vec::new();
    }
    // In the order of the corners they follow: bottom, right, top, left.
    let edges =
        [(column, row, false), (column + 1, row, true), (column, row + 1, false), (column, row, true)];
    let crossed: Vec<Edge> = (0..4)
        .filter(|&side| (corners[side] > 0.0) != (corners[(side + 1) % 4] > 0.0))
        .map(|side| edges[side])
        .collect();
    match crossed[..] {
        [a, b] => vec![(a, b)],
        // A saddle: the middle decides which corners belong together.
        [bottom, right, top, left] => {
            let middle = corners.iter().sum::<f32>() > 0.0;
            if (corners[0] > 0.0) == middle {
                vec![(bottom, right), (top, left)]
            } else {
                vec![(left, bottom), (right, top)]
            }
        }
        _ => Vec::new(),
    }
}

/// Where the field is zero on an edge, by linear interpolation.
fn crossing(field: &[f32], columns: usize, (column, row, up): Edge) -> (f32, f32) {
    let from = field[row * columns + column];
    let to = field[(row + usize::from(up)) * columns + column + usize::from(!up)];
    let share = (from / (from - to)).clamp(0.0, 1.0);
    let (column, row) = (column as f32, row as f32);
    if up { (column, row + share) } else { (column + share, row) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_boundary_is_one_straight_line() {
        // Negative left of 1.25.
        let field: Vec<f32> = (0..3).flat_map(|_| (0..4).map(|column| column as f32 - 1.25)).collect();
        let lines = zero_lines(&field, 4);
        assert_eq!(lines, [vec![(1.25, 0.0), (1.25, 1.0), (1.25, 2.0)]]);
    }

    #[test]
    fn an_island_is_a_closed_loop() {
        let mut field = vec![-1.0; 25];
        field[12] = 1.0;
        let lines = zero_lines(&field, 5);
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].len(), lines[0].first()), (5, lines[0].last()));
    }

    #[test]
    fn nothing_crosses_where_there_is_nothing_to_cross() {
        assert!(zero_lines(&[1.0; 9], 3).is_empty());
        assert!(zero_lines(&[f32::NAN; 9], 3).is_empty());
        assert!(zero_lines(&[], 3).is_empty());
        assert!(zero_lines(&[1.0, -1.0], 2).is_empty());
    }

    #[test]
    fn a_saddle_is_two_lines() {
        assert_eq!(zero_lines(&[1.0, -1.0, -1.0, 1.0], 2).len(), 2);
    }
}
