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
mod changes;
mod check;
mod critical;
mod detailed;
mod details;
mod dispatch;
mod either;
mod graph;
mod late;
mod memory;
mod moved;
mod moves;
mod relink;
mod repair;
mod search;
mod text;
mod timed;
mod working;
mod works;

pub use bound::{bound, least_cost};
pub use check::{Cost, Wrong, check, cost};
pub use critical::critical;
pub use details::{Begun, Due};
pub use dispatch::{RULES, Rule, dispatch, rules};
pub use either::Search;
pub use moved::{Moved, Why, moved};
pub use repair::{Disturbed, disturb, shifted};
pub use search::Style;
pub use text::{Fault, Kind, MOST_MACHINES, read, read_flexible, read_job_shop};
pub use working::Working;
pub use works::{Lot, MOST_OPERATIONS, NoShop, Ordered, Seat, Shut, Works, seats, units, works};

use alloc::boxed::Box;
use alloc::vec::Vec;

/// A unit of time: what the numbers of a shop count.
pub type Units = u32;

/// Shops may take so long at most ([`Shop::longest`]), so that no time overflows.
pub const LONGEST: u64 = 1 << 31;

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
    /// Set-ups, hours, due dates ...: what public shops have not.
    details: Option<Box<details::Details>>,
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
