//! The cheapest pairs of rows and columns, each row with a column of its own.
//!
//! Shortest augmenting paths with potentials (Jonker and Volgenant 1987), in its short form of one row after another.

use super::map::NONE;
use alloc::vec;
use alloc::vec::Vec;

/// For each row its column, so that the sum is least; `costs` row by row, `columns` of them each, at least as many
/// columns as rows.
pub fn matching(rows: usize, columns: usize, costs: &[i32]) -> Vec<u32> {
    assert!(
        rows <= columns && costs.len() >= rows * columns,
        "each row needs a column"
    );
    let mut row_of = vec![NONE; columns];
    let (mut u, mut v) = (vec![0_i64; rows], vec![0_i64; columns]);
    let mut least = vec![i64::MAX; columns];
    let mut from = vec![NONE; columns];
    let mut done = vec![false; columns];
    for row in 0..rows {
        least.fill(i64::MAX);
        done.fill(false);
        let (mut at_row, mut last) = (row, NONE);
        let end = loop {
            // Of all columns that are not done, the one that is reached at least cost.
            let (mut best, mut gap) = (NONE, i64::MAX);
            let line = &costs[at_row * columns..(at_row + 1) * columns];
            for column in 0..columns {
                if done[column] {
                    continue;
                }
                let reduced = i64::from(line[column]) - u[at_row] - v[column];
                if reduced < least[column] {
                    least[column] = reduced;
                    from[column] = last;
                }
                if least[column] < gap {
                    (best, gap) = (column as u32, least[column]);
                }
            }
            u[row] += gap;
            for column in 0..columns {
                if done[column] {
                    u[row_of[column] as usize] += gap;
                    v[column] -= gap;
                } else {
                    least[column] -= gap;
                }
            }
            done[best as usize] = true;
            last = best;
            match row_of[best as usize] {
                NONE => break best,
                next => at_row = next as usize,
            }
        };
        let mut column = end;
        loop {
            let before = from[column as usize];
            if before == NONE {
                row_of[column as usize] = row as u32;
                break;
            }
            row_of[column as usize] = row_of[before as usize];
            column = before;
        }
    }
    let mut column_of = vec![NONE; rows];
    for (column, row) in (0..).zip(row_of).filter(|(_, row)| *row != NONE) {
        column_of[row as usize] = column;
    }
    column_of
}
