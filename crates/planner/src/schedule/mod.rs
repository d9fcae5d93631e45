//! Schedules of job shops: which machine does which operation, and when, so that the last one ends as early as may be.
//!
//! A [`Shop`] has jobs of operations in a fixed order; each operation is done by one of some machines (one: a job
//! shop; several: a flexible one), and a job may come back to a machine (re-entrant). [`dispatch`] gives a plan at
//! once by priority rules; [`Search`] makes it better step by step for as long as its caller likes; [`check`] is
//! independent of both.
//!
//! Sources: Nowicki and Smutnicki 1996 (tabu search on critical blocks), Balas and Vazacopoulos 1998 (moves to the
//! ends of a block, their feasibility and estimate), Zhang, Li, Guan and Rao 2007 (N6 and its inner moves), Mastrolilli
//! and Gambardella 2000 (moves to other machines).

mod bound;
mod critical;
mod dispatch;
mod graph;
mod memory;
mod moves;
mod relink;
mod search;
mod text;

pub use bound::bound;
pub use critical::critical;
pub use dispatch::{RULES, Rule, dispatch};
pub use search::{Search, Style};
pub use text::{Fault, Kind, MOST_MACHINES, read, read_flexible, read_job_shop};

use alloc::vec::Vec;

/// A unit of time: what the numbers of a shop count.
pub type Units = u32;

/// One machine that can do an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alternative {
    /// Index of the machine.
    pub machine: u32,
    /// How long it takes there.
    pub time: Units,
}

/// What is to be scheduled. Operations are numbered through, job by job.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shop {
    /// Machines.
    pub machines: u32,
    /// Ways of all operations, one after the other.
    alternatives: Vec<Alternative>,
    /// Where the alternatives of an operation begin, and one more.
    alternatives_of: Vec<u32>,
    /// The job of an operation.
    job: Vec<u32>,
    /// Where the operations of a job begin, and one more.
    ops_of: Vec<u32>,
}

impl Shop {
    /// Without jobs.
    pub fn new(machines: u32) -> Shop {
        Shop {
            machines,
            alternatives_of: Vec::from([0]),
            ops_of: Vec::from([0]),
            ..Shop::default()
        }
    }

    /// One more job: alternatives of each of its operations.
    pub fn job<'w>(&mut self, operations: impl IntoIterator<Item = &'w [Alternative]>) {
        let job = self.jobs() as u32;
        for alternatives in operations {
            self.alternatives.extend_from_slice(alternatives);
            self.alternatives_of.push(self.alternatives.len() as u32);
            self.job.push(job);
        }
        self.ops_of.push(self.job.len() as u32);
    }

    /// How many jobs.
    pub fn jobs(&self) -> usize {
        self.ops_of.len() - 1
    }

    /// How many operations.
    pub fn operations(&self) -> usize {
        self.job.len()
    }

    /// The alternatives of an operation.
    pub fn alternatives(&self, op: usize) -> &[Alternative] {
        &self.alternatives[self.alternatives_of[op] as usize..self.alternatives_of[op + 1] as usize]
    }

    /// Some operation can be done by several machines.
    pub fn is_flexible(&self) -> bool {
        let many = |pair: &[u32]| pair[1] - pair[0] > 1;
        self.alternatives_of.windows(2).any(many)
    }

    /// The job of an operation.
    pub fn job_of(&self, op: usize) -> usize {
        self.job[op] as usize
    }

    /// The operations of a job.
    pub fn ops_of(&self, job: usize) -> core::ops::Range<usize> {
        self.ops_of[job] as usize..self.ops_of[job + 1] as usize
    }

    /// The operation before in its job.
    pub fn before(&self, op: usize) -> Option<usize> {
        (op > 0 && self.job[op - 1] == self.job[op]).then(|| op - 1)
    }

    /// The operation behind in its job.
    pub fn behind(&self, op: usize) -> Option<usize> {
        (op + 1 < self.job.len() && self.job[op + 1] == self.job[op]).then_some(op + 1)
    }
}

/// When and where an operation is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done {
    /// On this machine.
    pub machine: u32,
    /// From here on.
    pub begin: Units,
    /// Up to here.
    pub end: Units,
}

/// What is wrong with a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It has so many operations instead of the shop's.
    Count(usize),
    /// The machine cannot do this operation, or not in this time.
    Alternative(usize),
    /// It begins before the one before in its job has ended.
    Early(usize),
    /// Two are on one machine at once.
    Overlap(usize, usize),
}

/// Finds what is wrong with a plan, by the shop alone; otherwise when the last operation ends.
///
/// # Errors
/// The first thing found.
pub fn check(shop: &Shop, plan: &[Done]) -> Result<Units, Wrong> {
    if plan.len() != shop.operations() {
        return Err(Wrong::Count(plan.len()));
    }
    let mut by_machine: Vec<Vec<usize>> = (0..shop.machines).map(|_| Vec::new()).collect();
    for (op, done) in plan.iter().enumerate() {
        let alternative = Alternative {
            machine: done.machine,
            time: done.end.wrapping_sub(done.begin),
        };
        if done.end < done.begin || !shop.alternatives(op).contains(&alternative) {
            return Err(Wrong::Alternative(op));
        }
        if shop
            .before(op)
            .is_some_and(|before| plan[before].end > done.begin)
        {
            return Err(Wrong::Early(op));
        }
        by_machine[done.machine as usize].push(op);
    }
    for mut ops in by_machine {
        ops.sort_by_key(|op| (plan[*op].begin, plan[*op].end));
        for pair in ops.windows(2) {
            if plan[pair[0]].end > plan[pair[1]].begin {
                return Err(Wrong::Overlap(pair[0], pair[1]));
            }
        }
    }
    Ok(plan.iter().map(|done| done.end).max().unwrap_or(0))
}
