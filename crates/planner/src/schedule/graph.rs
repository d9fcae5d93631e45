//! A plan as a graph: each operation behind the one before it in its job and the one before it on its machine. Ends
//! and rests are longest paths; an order of all operations in which every arc goes forward is kept from move to move,
//! so that a move costs one pass over what it may have changed.

use super::{Done, Shop, Units};
use alloc::vec;
use alloc::vec::Vec;

/// A plan that can be changed. Tables have a row an operation and one more for none, which takes no time.
#[derive(Clone, Debug)]
pub struct Graph<'s> {
    /// What is scheduled.
    pub shop: &'s Shop,
    /// No operation: the row behind the last.
    pub none: u32,
    /// Neighbours in the job, and the last of each job.
    up: Vec<u32>,
    down: Vec<u32>,
    last: Vec<u32>,
    /// Machine and time of each operation.
    pub machine: Vec<u32>,
    pub time: Vec<Units>,
    /// Neighbours on the machine.
    pub left: Vec<u32>,
    pub right: Vec<u32>,
    /// The first on each machine.
    pub first: Vec<u32>,
    /// Longest path from the begin of all to the end of an operation.
    end: Vec<Units>,
    /// Longest path from the begin of an operation to the end of all.
    rest: Vec<Units>,
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
    /// Behind this; none: it becomes the first.
    pub behind: u32,
}

/// A plan put aside: what a graph can be made of again.
#[derive(Clone, Default, Debug)]
pub struct Kept {
    /// Operations in an order in which every arc goes forward, and none.
    pub order: Vec<u32>,
    pub machine: Vec<u32>,
    pub time: Vec<Units>,
    /// When the last operation ends.
    pub makespan: Units,
}

impl Kept {
    /// The same for plans with the same machines and orders on them.
    pub fn mark(&self, machines: u32) -> u64 {
        let mut last = vec![u32::MAX; machines as usize];
        let mut sum = 0_u64;
        for &op in self.order.iter().take(self.order.len().saturating_sub(1)) {
            let machine = self.machine[op as usize] as usize;
            let before = core::mem::replace(&mut last[machine], op);
            let pair = u64::from(op) << 32 | u64::from(before ^ machine as u32);
            let mixed = (pair ^ pair >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            sum = sum.wrapping_add((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9));
        }
        sum
    }
}

impl<'s> Graph<'s> {
    /// Of a plan that holds.
    pub fn new(shop: &'s Shop, plan: &[Done]) -> Graph<'s> {
        let (count, none) = (plan.len(), plan.len() as u32);
        let mut order: Vec<u32> = (0..none).collect();
        // What takes no time comes before what begins with it, in its job's order.
        order.sort_by_key(|op| (plan[*op as usize].begin, plan[*op as usize].end, *op));
        order.push(none);
        let or_none = |op: Option<usize>| op.map_or(none, |op| op as u32);
        let table = |of: &dyn Fn(usize) -> u32, more| {
            let mut table: Vec<u32> = (0..count).map(of).collect();
            table.push(more);
            table
        };
        let kept = Kept {
            order,
            machine: table(&|op| plan[op].machine, 0),
            time: table(&|op| plan[op].end - plan[op].begin, 0),
            makespan: 0,
        };
        let mut graph = Graph {
            shop,
            none,
            up: table(&|op| or_none(shop.before(op)), none),
            down: table(&|op| or_none(shop.behind(op)), none),
            last: (0..none)
                .filter(|op| shop.behind(*op as usize).is_none())
                .collect(),
            machine: Vec::new(),
            time: Vec::new(),
            left: vec![none; count + 1],
            right: vec![none; count + 1],
            first: vec![none; shop.machines as usize],
            end: vec![0; count + 1],
            rest: vec![0; count + 1],
            order: Vec::new(),
            place: vec![none; count + 1],
            marks: vec![false; count + 1],
            moved: Vec::new(),
            makespan: 0,
        };
        graph.restore(&kept);
        graph
    }

    /// Puts the plan aside.
    pub fn keep(&self, kept: &mut Kept) {
        kept.order.clone_from(&self.order);
        kept.machine.clone_from(&self.machine);
        kept.time.clone_from(&self.time);
        kept.makespan = self.makespan;
    }

    /// Becomes a plan that was put aside.
    pub fn restore(&mut self, kept: &Kept) {
        self.order.clone_from(&kept.order);
        self.machine.clone_from(&kept.machine);
        self.time.clone_from(&kept.time);
        let none = self.none;
        self.first.fill(none);
        self.right.fill(none);
        let mut last = vec![none; self.first.len()];
        for at in 0..none as usize {
            let op = self.order[at];
            self.place[op as usize] = at as u32;
            let machine = self.machine[op as usize] as usize;
            let before = core::mem::replace(&mut last[machine], op);
            self.link(before, op, machine);
        }
        self.ends(0);
        self.rests(none as usize);
    }

    fn link(&mut self, a: u32, b: u32, machine: usize) {
        match a == self.none {
            true => self.first[machine] = b,
            false => self.right[a as usize] = b,
        }
        if b != self.none {
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

    /// When an operation begins.
    pub fn head(&self, op: u32) -> Units {
        self.end[op as usize] - self.time[op as usize]
    }

    /// When an operation ends.
    pub fn end(&self, op: u32) -> Units {
        self.end[op as usize]
    }

    /// From the begin of an operation to the end of all.
    pub fn rest(&self, op: u32) -> Units {
        self.rest[op as usize]
    }

    /// The last operations of all jobs.
    pub fn last(&self) -> &[u32] {
        &self.last
    }

    /// Ends from a place on.
    fn ends(&mut self, from: usize) {
        let (order, left, up) = (&self.order, &self.left, &self.up);
        let (time, end) = (&self.time, &mut self.end);
        for &op in &order[from..self.none as usize] {
            let v = op as usize;
            let (up, left) = (up[v] as usize, left[v] as usize);
            end[v] = end[up].max(end[left]) + time[v];
        }
        let ends = self.last.iter().map(|op| self.end[*op as usize]);
        self.makespan = ends.max().unwrap_or(0);
    }

    /// Rests before a place.
    fn rests(&mut self, to: usize) {
        let (order, right, down) = (&self.order, &self.right, &self.down);
        let (time, rest) = (&self.time, &mut self.rest);
        for &op in order[..to].iter().rev() {
            let v = op as usize;
            let (down, right) = (down[v] as usize, right[v] as usize);
            rest[v] = rest[down].max(rest[right]) + time[v];
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
        let next = match behind == self.none {
            true => self.first[machine],
            false => self.right[behind as usize],
        };
        self.link(behind, op, machine);
        self.link(op, next, machine);
        let (low, high) = self.reorder(op, behind, next);
        // Where it stood something may come sooner or later too.
        let low = low.min(self.place[right as usize] as usize);
        let before = match left == self.none {
            true => 0,
            false => self.place[left as usize] as usize,
        };
        self.ends(low);
        self.rests(high.max(before) + 1);
    }

    /// Makes all arcs go forward again; where that may have changed something.
    fn reorder(&mut self, op: u32, left: u32, right: u32) -> (usize, usize) {
        let place = |op: u32| self.place[op as usize] as usize;
        let (own, after, before) = (place(op), place(left), place(right));
        if left != self.none && after > own {
            self.later(own, after);
            (own, after)
        } else if before < own {
            self.sooner(before, own);
            (before, own)
        } else {
            (own, own)
        }
    }

    /// What depends on the operation at `from` goes behind what stands up to `to`.
    fn later(&mut self, from: usize, to: usize) {
        let mut at = from;
        self.moved.clear();
        for from in from..=to {
            let op = self.order[from];
            let v = op as usize;
            let depends = self.marks[self.up[v] as usize] || self.marks[self.left[v] as usize];
            if depends || self.moved.is_empty() {
                self.marks[v] = true;
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
            let v = op as usize;
            let needed = self.marks[self.down[v] as usize] || self.marks[self.right[v] as usize];
            if needed || self.moved.is_empty() {
                self.marks[v] = true;
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
        let done = |op: u32| Done {
            machine: self.machine[op as usize],
            begin: self.head(op),
            end: self.end(op),
        };
        (0..self.none).map(done).collect()
    }
}
