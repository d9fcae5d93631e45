//! What was done lately and is not undone for a while.

use super::graph::{Graph, Move};
use alloc::vec;
use alloc::vec::Vec;

/// Rows, by hash, so that two may share one.
const ROWS: usize = 1 << 16;

/// Up to which step an order of two on their machine, or a machine of an operation, is closed.
#[derive(Clone, Debug)]
pub struct Memory {
    until: Vec<u64>,
    rows: Vec<usize>,
}

impl Memory {
    /// Of nothing.
    pub fn new() -> Memory {
        Memory {
            until: vec![0; ROWS],
            rows: Vec::new(),
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.until.fill(0);
    }

    /// A change to another machine undoes one from there; one on its machine an order of two that was changed.
    pub fn closes(&self, graph: &Graph<'_>, change: Move, step: u64) -> bool {
        let Move { op, machine, .. } = change;
        if machine != graph.machine[op as usize] {
            return self.until[row(op, !machine)] > step;
        }
        let mut found = false;
        passed(graph, change, |a, b| found |= self.until[row(a, b)] > step);
        found
    }

    /// Closes what would undo a change.
    pub fn close(&mut self, graph: &Graph<'_>, change: Move, until: u64) {
        let Move { op, machine, .. } = change;
        let own = graph.machine[op as usize];
        if machine != own {
            self.until[row(op, !own)] = until;
            return;
        }
        let mut rows = core::mem::take(&mut self.rows);
        rows.clear();
        passed(graph, change, |a, b| rows.push(row(b, a)));
        for &row in &rows {
            self.until[row] = until;
        }
        self.rows = rows;
    }
}

fn row(a: u32, b: u32) -> usize {
    let mixed = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 48) as usize & (ROWS - 1)
}

/// Pairs of which the first comes before the second by a change on a machine, and did not before.
fn passed(graph: &Graph<'_>, change: Move, mut each: impl FnMut(u32, u32)) {
    let Move { op, behind, .. } = change;
    let none = graph.none;
    let forward = behind != none && graph.head(behind) >= graph.head(op);
    if forward {
        let mut at = behind;
        while at != op && at != none {
            each(at, op);
            at = graph.left[at as usize];
        }
    } else {
        let mut at = graph.left[op as usize];
        while at != behind && at != none {
            each(op, at);
            at = graph.left[at as usize];
        }
    }
}
