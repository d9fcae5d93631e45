//! The order of all operations in which every arc goes forward, kept from change to change; a cycle is found where no
//! such order is left.

use super::{Shop, Timed};
use alloc::vec;
use alloc::vec::Vec;

impl Timed<'_> {
    /// Makes all arcs go forward again; no if that cannot be.
    pub(super) fn reorder(&mut self, op: u32, left: u32, right: u32) -> bool {
        let place = |op: u32| self.place[op as usize] as usize;
        let (own, after, before) = (place(op), place(left), place(right));
        if left != self.none && after > own {
            self.later(own, after)
        } else if before < own {
            self.sooner(before, own)
        } else {
            true
        }
    }

    /// What depends on the operation at `from` goes behind what stands up to `to`, unless that depends on it too.
    fn later(&mut self, from: usize, to: usize) -> bool {
        self.moved.clear();
        for at in from..=to {
            let op = self.order[at];
            let v = op as usize;
            let depends = self.marks[self.up[v] as usize] || self.marks[self.left[v] as usize];
            if depends || at == from {
                self.marks[v] = true;
                self.moved.push(op);
            }
        }
        let cycle = self.moved.len() > 1 && self.moved.last() == Some(&self.order[to]);
        if !cycle {
            self.remember(from, to);
            let mut next = from;
            for at in from..=to {
                let op = self.order[at];
                if !self.marks[op as usize] {
                    self.put(next, op);
                    next += 1;
                }
            }
            let moved = core::mem::take(&mut self.moved);
            for (at, op) in (next..).zip(&moved) {
                self.put(at, *op);
            }
            self.moved = moved;
        }
        self.unmark();
        !cycle
    }

    /// What the operation at `to` depends on goes before what stands from `from` on, unless that needs it too.
    fn sooner(&mut self, from: usize, to: usize) -> bool {
        self.moved.clear();
        for at in (from..=to).rev() {
            let op = self.order[at];
            let v = op as usize;
            let needed = self.marks[self.down[v] as usize] || self.marks[self.right[v] as usize];
            if needed || at == to {
                self.marks[v] = true;
                self.moved.push(op);
            }
        }
        let cycle = self.moved.len() > 1 && self.moved.last() == Some(&self.order[from]);
        if !cycle {
            self.remember(from, to);
            let mut next = to + 1;
            for at in (from..=to).rev() {
                let op = self.order[at];
                if !self.marks[op as usize] {
                    next -= 1;
                    self.put(next, op);
                }
            }
            let moved = core::mem::take(&mut self.moved);
            for (at, op) in (from..next).rev().zip(&moved) {
                self.put(at, *op);
            }
            self.moved = moved;
        }
        self.unmark();
        !cycle
    }

    fn unmark(&mut self) {
        for op in &self.moved {
            self.marks[*op as usize] = false;
        }
    }

    fn remember(&mut self, from: usize, to: usize) {
        self.undo.from = from;
        self.undo.order.extend_from_slice(&self.order[from..=to]);
    }

    pub(super) fn put(&mut self, at: usize, op: u32) {
        self.order[at] = op;
        self.place[op as usize] = at as u32;
    }
}

/// An order in which jobs and machines go forward; none if there is none.
pub fn forward(shop: &Shop, machines: &[Vec<usize>]) -> Option<Vec<u32>> {
    let count = shop.operations();
    let (mut right, mut waits) = (vec![None; count], vec![0_u8; count]);
    for pair in machines.iter().flat_map(|ops| ops.windows(2)) {
        right[pair[0]] = Some(pair[1]);
        waits[pair[1]] += 1;
    }
    for (op, waits) in waits.iter_mut().enumerate() {
        *waits += u8::from(shop.before(op).is_some());
    }
    let free = (0..count).filter(|op| waits[*op] == 0);
    let mut order: Vec<u32> = free.map(|op| op as u32).collect();
    let mut at = 0;
    while let Some(&op) = order.get(at) {
        at += 1;
        let op = op as usize;
        for next in [shop.behind(op), right[op]].into_iter().flatten() {
            waits[next] -= 1;
            if waits[next] == 0 {
                order.push(next as u32);
            }
        }
    }
    (order.len() == count).then_some(order)
}
