//! A plan as a graph: each operation behind the one before it in its job and the one before it on its machine. Heads
//! and tails are longest paths from the begin and to the end; an order of all operations in which every arc goes
//! forward is kept from move to move, so that a move costs one pass over what it may have changed.

use super::{Done, Shop, Units};
use alloc::vec;
use alloc::vec::Vec;

/// No operation.
pub const NONE: u32 = u32::MAX;

/// A plan that can be changed.
#[derive(Clone, Debug)]
pub struct Graph<'s> {
    /// What is scheduled.
    pub shop: &'s Shop,
    /// Neighbours in the job.
    up: Vec<u32>,
    down: Vec<u32>,
    /// Machine and time of each operation.
    pub machine: Vec<u32>,
    pub time: Vec<Units>,
    /// Neighbours on the machine.
    pub left: Vec<u32>,
    pub right: Vec<u32>,
    /// The first on each machine.
    pub first: Vec<u32>,
    /// Longest path to the begin of an operation, and from its end.
    pub head: Vec<Units>,
    pub tail: Vec<Units>,
    order: Vec<u32>,
    place: Vec<u32>,
    marks: Vec<bool>,
    moved: Vec<u32>,
    /// When the last operation ends.
    pub makespan: Units,
}

/// A change: an operation goes behind another (or to the begin) of a machine, and takes so long there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    pub op: u32,
    pub machine: u32,
    pub time: Units,
    /// Behind this; [`NONE`]: it becomes the first.
    pub behind: u32,
}

impl<'s> Graph<'s> {
    /// Of a plan that holds.
    pub fn new(shop: &'s Shop, plan: &[Done]) -> Graph<'s> {
        let count = plan.len();
        let mut order: Vec<u32> = (0..count as u32).collect();
        // What takes no time comes before what begins with it, in its job's order.
        order.sort_by_key(|op| (plan[*op as usize].begin, plan[*op as usize].end, *op));
        let or_none = |op: Option<usize>| op.map_or(NONE, |op| op as u32);
        let mut graph = Graph {
            shop,
            up: (0..count).map(|op| or_none(shop.before(op))).collect(),
            down: (0..count).map(|op| or_none(shop.behind(op))).collect(),
            machine: plan.iter().map(|done| done.machine).collect(),
            time: plan.iter().map(|done| done.end - done.begin).collect(),
            left: vec![NONE; count],
            right: vec![NONE; count],
            first: vec![NONE; shop.machines as usize],
            head: vec![0; count],
            tail: vec![0; count],
            place: vec![0; count],
            marks: vec![false; count],
            moved: Vec::new(),
            makespan: 0,
            order,
        };
        let mut last = vec![NONE; shop.machines as usize];
        for at in 0..count {
            let op = graph.order[at];
            graph.place[op as usize] = at as u32;
            let machine = graph.machine[op as usize] as usize;
            let before = core::mem::replace(&mut last[machine], op);
            graph.link(before, op, machine);
        }
        graph.heads(0);
        graph.tails(count);
        graph
    }

    fn link(&mut self, a: u32, b: u32, machine: usize) {
        match a {
            NONE => self.first[machine] = b,
            _ => self.right[a as usize] = b,
        }
        if b != NONE {
            self.left[b as usize] = a;
        }
    }

    /// The operation before in its job.
    pub fn up(&self, op: u32) -> u32 {
        self.up[op as usize]
    }

    /// The operation behind in its job.
    pub fn down(&self, op: u32) -> u32 {
        self.down[op as usize]
    }

    /// When an operation can begin soonest after this one.
    pub fn end(&self, op: u32) -> Units {
        match op {
            NONE => 0,
            _ => self.head[op as usize] + self.time[op as usize],
        }
    }

    /// From the begin of an operation to the end of all.
    pub fn rest(&self, op: u32) -> Units {
        match op {
            NONE => 0,
            _ => self.tail[op as usize] + self.time[op as usize],
        }
    }

    fn heads(&mut self, from: usize) {
        for at in from..self.order.len() {
            let op = self.order[at];
            let head = self.end(self.up(op)).max(self.end(self.left[op as usize]));
            self.head[op as usize] = head;
        }
        let ends = self
            .head
            .iter()
            .zip(&self.time)
            .map(|(head, time)| head + time);
        self.makespan = ends.max().unwrap_or(0);
    }

    fn tails(&mut self, to: usize) {
        for at in (0..to).rev() {
            let op = self.order[at];
            let tail = self
                .rest(self.down(op))
                .max(self.rest(self.right[op as usize]));
            self.tail[op as usize] = tail;
        }
    }

    /// Changes the plan. The move must not close a cycle.
    pub fn apply(&mut self, change: Move) {
        let Move { op, behind, .. } = change;
        let v = op as usize;
        let (left, right) = (self.left[v], self.right[v]);
        self.link(left, right, self.machine[v] as usize);
        (self.machine[v], self.time[v]) = (change.machine, change.time);
        let machine = change.machine as usize;
        let next = match behind {
            NONE => self.first[machine],
            _ => self.right[behind as usize],
        };
        self.link(behind, op, machine);
        self.link(op, next, machine);
        let (low, high) = self.reorder(op, behind, next);
        // Where it stood something may come sooner or later too.
        let of = |graph: &Graph<'_>, op: u32, other: usize| match op {
            NONE => other,
            _ => graph.place[op as usize] as usize,
        };
        self.heads(low.min(of(self, right, low)));
        self.tails(high.max(of(self, left, high)) + 1);
    }

    /// Makes all arcs go forward again; what may have changed its place.
    fn reorder(&mut self, op: u32, left: u32, right: u32) -> (usize, usize) {
        let own = self.place[op as usize] as usize;
        let after = match left {
            NONE => None,
            _ => Some(self.place[left as usize] as usize).filter(|at| *at > own),
        };
        let before = match right {
            NONE => None,
            _ => Some(self.place[right as usize] as usize).filter(|at| *at < own),
        };
        match (after, before) {
            (Some(to), _) => {
                self.later(own, to);
                (own, to)
            }
            (None, Some(from)) => {
                self.sooner(from, own);
                (from, own)
            }
            (None, None) => (own, own),
        }
    }

    /// What depends on the operation at `from` goes behind what stands up to `to`.
    fn later(&mut self, from: usize, to: usize) {
        let mut at = from;
        self.moved.clear();
        for from in from..=to {
            let op = self.order[from];
            let marked =
                |graph: &Graph<'_>, other: u32| other != NONE && graph.marks[other as usize];
            let moves = self.moved.is_empty()
                || marked(self, self.up(op))
                || marked(self, self.left[op as usize]);
            if moves {
                self.marks[op as usize] = true;
                self.moved.push(op);
            } else {
                self.put(at, op);
                at += 1;
            }
        }
        let moved = core::mem::take(&mut self.moved);
        for &op in &moved {
            self.marks[op as usize] = false;
            self.put(at, op);
            at += 1;
        }
        self.moved = moved;
    }

    /// What the operation at `to` depends on goes before what stands from `from` on.
    fn sooner(&mut self, from: usize, to: usize) {
        let mut at = to + 1;
        self.moved.clear();
        for to in (from..=to).rev() {
            let op = self.order[to];
            let marked =
                |graph: &Graph<'_>, other: u32| other != NONE && graph.marks[other as usize];
            let moves = self.moved.is_empty()
                || marked(self, self.down(op))
                || marked(self, self.right[op as usize]);
            if moves {
                self.marks[op as usize] = true;
                self.moved.push(op);
            } else {
                at -= 1;
                self.put(at, op);
            }
        }
        let moved = core::mem::take(&mut self.moved);
        for &op in &moved {
            self.marks[op as usize] = false;
            at -= 1;
            self.put(at, op);
        }
        self.moved = moved;
    }

    fn put(&mut self, at: usize, op: u32) {
        self.order[at] = op;
        self.place[op as usize] = at as u32;
    }

    /// As a plan in which everything begins as soon as it can.
    pub fn plan(&self) -> Vec<Done> {
        let done = |op: usize| Done {
            machine: self.machine[op],
            begin: self.head[op],
            end: self.head[op] + self.time[op],
        };
        (0..self.head.len()).map(done).collect()
    }
}
