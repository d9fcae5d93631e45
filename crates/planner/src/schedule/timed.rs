//! A plan of a detailed shop with its exact times, and changes of it that are tried and taken back. Times are worked out
//! forward only, as hours and set-ups allow no rests; what a change does not reach is not looked at again.

mod order;
pub use order::forward;

use super::check::sequences;
use super::graph::Move;
use super::{Cost, Done, Shop, Units};
use alloc::vec;
use alloc::vec::Vec;

/// A plan put aside: operations in an order in which every arc goes forward, their machines and times.
#[derive(Clone, Default, Debug)]
pub struct Aside {
    order: Vec<u32>,
    machine: Vec<u32>,
    time: Vec<Units>,
    pub cost: Cost,
    pub makespan: Units,
}

/// What holds the begin of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// The one before on its machine.
    Machine,
    /// The one before in its job.
    Job,
    /// Both alike.
    Both,
    /// Neither: its release, or that it has begun.
    Nothing,
}

/// A plan that can be changed. Tables have a row an operation and one more for none, as in [`super::graph::Graph`].
#[derive(Clone, Debug)]
pub struct Timed<'s> {
    pub shop: &'s Shop,
    pub none: u32,
    up: Vec<u32>,
    down: Vec<u32>,
    pub machine: Vec<u32>,
    pub time: Vec<Units>,
    pub left: Vec<u32>,
    pub right: Vec<u32>,
    pub first: Vec<u32>,
    pub begin: Vec<Units>,
    pub end: Vec<Units>,
    /// Operations that have begun stay where they are.
    pub fixed: Vec<bool>,
    order: Vec<u32>,
    place: Vec<u32>,
    marks: Vec<bool>,
    dirty: Vec<bool>,
    moved: Vec<u32>,
    pub cost: Cost,
    /// When the last operation ends.
    pub makespan: Units,
    undo: Undo,
}

/// How the last change is taken back.
#[derive(Clone, Default, Debug)]
struct Undo {
    change: Option<Move>,
    /// Where the order was changed, and how it was there.
    from: usize,
    order: Vec<u32>,
    times: Vec<(u32, Units, Units)>,
    cost: Cost,
    makespan: Units,
}

impl<'s> Timed<'s> {
    /// Of a plan that holds.
    pub fn new(shop: &'s Shop, plan: &[Done]) -> Timed<'s> {
        let (count, none) = (plan.len(), plan.len() as u32);
        let or_none = |op: Option<usize>| op.map_or(none, |op| op as u32);
        let neighbours = |of: &dyn Fn(usize) -> Option<usize>| {
            let all = (0..count).map(|op| or_none(of(op)));
            all.chain([none]).collect::<Vec<u32>>()
        };
        let fixed = (0..count).map(|op| shop.begun(op).is_some());
        let mut timed = Timed {
            shop,
            none,
            up: neighbours(&|op| shop.before(op)),
            down: neighbours(&|op| shop.behind(op)),
            machine: vec![0; count + 1],
            time: vec![0; count + 1],
            left: vec![none; count + 1],
            right: vec![none; count + 1],
            first: vec![none; shop.machines as usize],
            begin: vec![0; count + 1],
            end: vec![0; count + 1],
            fixed: fixed.chain([true]).collect(),
            order: Vec::new(),
            place: vec![none; count + 1],
            marks: vec![false; count + 1],
            dirty: vec![false; count + 1],
            moved: Vec::new(),
            cost: Cost::default(),
            makespan: 0,
            undo: Undo::default(),
        };
        timed.restore(&timed.read(plan));
        timed
    }

    /// An order of a plan's operations in which every arc goes forward, and their ways.
    fn read(&self, plan: &[Done]) -> Aside {
        let way = |(op, done): (usize, &Done)| {
            let mut ways = self.shop.alternatives(op).iter();
            let fits = |time| self.shop.after(done.machine, done.begin, time) == done.end;
            let found = ways.find(|one| one.machine == done.machine && fits(one.time));
            found.map_or(0, |one| one.time)
        };
        let mut by_time: Vec<u32> = (0..self.none).collect();
        by_time.sort_by_key(|op| (plan[*op as usize].begin, plan[*op as usize].end, *op));
        // What takes no time may stand otherwise on its machine; if that closes a cycle the order of time stays.
        let order = forward(self.shop, &sequences(self.shop, plan)).unwrap_or(by_time);
        Aside {
            order,
            machine: plan.iter().map(|done| done.machine).collect(),
            time: plan.iter().enumerate().map(way).collect(),
            cost: Cost::default(),
            makespan: 0,
        }
    }

    /// Puts the plan aside.
    pub fn keep(&self, aside: &mut Aside) {
        let count = self.none as usize;
        aside.order.clone_from(&self.order);
        aside.machine.clear();
        aside.machine.extend_from_slice(&self.machine[..count]);
        aside.time.clear();
        aside.time.extend_from_slice(&self.time[..count]);
        aside.cost = self.cost;
        aside.makespan = self.makespan;
    }

    /// Becomes a plan that was put aside.
    pub fn restore(&mut self, aside: &Aside) {
        let (none, count) = (self.none, self.none as usize);
        self.order.clone_from(&aside.order);
        self.machine[..count].copy_from_slice(&aside.machine);
        self.time[..count].copy_from_slice(&aside.time);
        self.first.fill(none);
        self.right.fill(none);
        let mut last = vec![none; self.first.len()];
        for at in 0..count {
            let op = self.order[at];
            self.place[op as usize] = at as u32;
            let machine = self.machine[op as usize] as usize;
            let before = core::mem::replace(&mut last[machine], op);
            self.link(before, op, machine);
        }
        self.cost.late = 0;
        for at in 0..count {
            let op = self.order[at];
            let (begin, end) = self.times(op);
            (self.begin[op as usize], self.end[op as usize]) = (begin, end);
            self.cost.late += self.share(op);
        }
        self.all_end_by(self.last_end());
    }

    fn all_end_by(&mut self, makespan: Units) {
        self.makespan = makespan;
        self.cost.makespan = makespan.max(self.shop.enough());
    }

    fn last_end(&self) -> Units {
        let ends = self.end[..self.none as usize].iter();
        ends.copied().max().unwrap_or(0)
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

    pub fn up(&self, op: u32) -> u32 {
        self.up[op as usize]
    }

    /// When the job is ready for an operation: its release, or the one before and its lag.
    fn by_job(&self, op: u32, machine: u32) -> Units {
        let shop = self.shop;
        let up = self.up[op as usize];
        let ready = match up == self.none {
            true => shop.release(shop.job_of(op as usize)),
            false => {
                let from = self.machine[up as usize];
                self.end[up as usize].saturating_add(shop.lag(up as usize, from, machine))
            }
        };
        ready.max(shop.from())
    }

    /// When a machine is ready for an operation behind another.
    fn by_machine(&self, left: u32, op: u32, machine: u32) -> Units {
        if left == self.none {
            return 0;
        }
        let end = self.end[left as usize];
        match self.shop.setup(machine, left as usize, op as usize) {
            0 => end,
            setup => {
                let from = self.shop.setup_from(left as usize, op as usize);
                self.shop.after(machine, end.max(from), setup)
            }
        }
    }

    /// Begin and end of an operation behind its neighbours.
    fn times(&self, op: u32) -> (Units, Units) {
        let v = op as usize;
        let machine = self.machine[v];
        let begin = match self.shop.begun(v).filter(|_| self.fixed[v]) {
            Some(begun) => begun.begin,
            None => {
                let ready = self.by_job(op, machine);
                let free = self.by_machine(self.left[v], op, machine);
                let hold = self.shop.hold(v, machine);
                self.shop.open(machine, ready.max(free).max(hold))
            }
        };
        (begin, self.shop.after(machine, begin, self.time[v]))
    }

    /// What holds the begin of an operation.
    pub fn holds(&self, op: u32) -> Holds {
        let v = op as usize;
        if self.fixed[v] {
            return Holds::Nothing;
        }
        let machine = self.machine[v];
        let open = |at| self.shop.open(machine, at);
        let ready = open(self.by_job(op, machine));
        let free = open(self.by_machine(self.left[v], op, machine));
        let hold = self.shop.hold(v, machine);
        if hold > 0 && open(hold) >= ready.max(free) {
            return Holds::Nothing;
        }
        let machine = self.left[v] != self.none && free >= ready;
        let job = self.up[v] != self.none && ready >= free;
        match (machine, job) {
            (true, true) => Holds::Both,
            (true, false) => Holds::Machine,
            (false, true) => Holds::Job,
            (false, false) => Holds::Nothing,
        }
    }

    /// What an operation adds to the cost of lateness.
    pub fn share(&self, op: u32) -> u64 {
        let v = op as usize;
        let moved = self.shop.moving(v, self.machine[v], self.begin[v]);
        let due = match self.down[v] == self.none {
            true => self.shop.due(self.shop.job_of(v)),
            false => None,
        };
        let late = due.map_or(0, |due| {
            u64::from(self.end[v].saturating_sub(due.at)) * u64::from(due.weight)
        });
        u64::from(moved) + late
    }

    /// Changes the plan unless that closes a cycle. How to take back what was changed before is forgotten.
    pub fn apply(&mut self, change: Move) -> bool {
        let op = change.op;
        let v = op as usize;
        let right = self.right[v];
        let back = Move {
            op,
            machine: self.machine[v],
            time: self.time[v],
            behind: self.left[v],
        };
        self.undo.cost = self.cost;
        self.undo.makespan = self.makespan;
        self.undo.times.clear();
        self.undo.order.clear();
        self.undo.change = Some(back);
        let share = self.share(op);
        let next = self.relink(change);
        if !self.reorder(op, change.behind, next) {
            self.back();
            return false;
        }
        self.cost.late = self.cost.late - share + self.share(op);
        self.spread(change, [op, right, next], back.machine);
        true
    }

    /// Takes the last change back.
    pub fn back(&mut self) {
        let Some(back) = self.undo.change.take() else {
            return;
        };
        self.relink(back);
        let order = core::mem::take(&mut self.undo.order);
        for (at, op) in (self.undo.from..).zip(&order) {
            self.put(at, *op);
        }
        self.undo.order = order;
        let times = core::mem::take(&mut self.undo.times);
        for &(op, begin, end) in times.iter().rev() {
            (self.begin[op as usize], self.end[op as usize]) = (begin, end);
        }
        self.undo.times = times;
        self.cost = self.undo.cost;
        self.makespan = self.undo.makespan;
    }

    /// Takes an operation out of its machine and puts it in elsewhere; what comes behind it there.
    fn relink(&mut self, change: Move) -> u32 {
        let Move { op, behind, .. } = change;
        let v = op as usize;
        self.link(self.left[v], self.right[v], self.machine[v] as usize);
        (self.machine[v], self.time[v]) = (change.machine, change.time);
        let machine = change.machine as usize;
        let next = match behind == self.none {
            true => self.first[machine],
            false => self.right[behind as usize],
        };
        self.link(behind, op, machine);
        self.link(op, next, machine);
        next
    }

    /// New times of what a change reaches, and what they cost.
    fn spread(&mut self, change: Move, begin: [u32; 3], old: u32) {
        let (mut open, mut at, mut lost) = (0_usize, self.none as usize, false);
        let mut longest = 0;
        for op in begin {
            if op != self.none {
                open += usize::from(!self.dirty[op as usize]);
                self.dirty[op as usize] = true;
                at = at.min(self.place[op as usize] as usize);
            }
        }
        while open > 0 {
            let op = self.order[at];
            let v = op as usize;
            at += 1;
            if !self.dirty[v] {
                continue;
            }
            self.dirty[v] = false;
            open -= 1;
            let (begin, end) = self.times(op);
            let before = (self.begin[v], self.end[v]);
            let elsewhere = op == change.op && change.machine != old;
            if (begin, end) != before {
                self.undo.times.push((op, before.0, before.1));
                self.cost.late -= self.share(op);
                (self.begin[v], self.end[v]) = (begin, end);
                self.cost.late += self.share(op);
                lost |= before.1 == self.makespan && end < before.1;
                longest = longest.max(end);
            }
            if end != before.1 || elsewhere {
                for next in [self.down[v], self.right[v]] {
                    let fresh = next != self.none && !self.dirty[next as usize];
                    open += usize::from(fresh);
                    self.dirty[next as usize] |= fresh;
                }
            }
        }
        if longest >= self.makespan {
            self.all_end_by(longest);
        } else if lost {
            self.all_end_by(self.last_end());
        }
    }

    /// As a plan in which everything begins as soon as it can.
    pub fn plan(&self) -> Vec<Done> {
        let done = |op: usize| Done {
            machine: self.machine[op],
            begin: self.begin[op],
            end: self.end[op],
        };
        (0..self.none as usize).map(done).collect()
    }
}
