//! What only some shops have: set-ups, hours of machines, ways between them, releases and due dates of jobs, work that
//! has begun, and a plan that is to be kept where it can be. A shop without any of it has none of this.

use super::working::Working;
use super::{Shop, Units};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// When a job should be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    /// By then.
    pub at: Units,
    /// What each unit of time beyond it costs.
    pub weight: u32,
}

/// Where and when something began, or is to begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Begun {
    /// On this machine.
    pub machine: u32,
    /// Then.
    pub begin: Units,
}

/// See the module. Tables are empty where nothing was said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Details {
    /// Families of operations.
    family: Vec<u32>,
    families: u32,
    /// Tables of set-ups from a family to another, and which of them a machine has.
    setups: Vec<Vec<Units>>,
    setups_of: Vec<Option<u32>>,
    working: Vec<Option<Box<Working>>>,
    release: Vec<Units>,
    due: Vec<Option<Due>>,
    lag: Vec<Units>,
    /// From machine to machine.
    ways: Vec<Units>,
    /// Nothing begins before this but what has begun.
    pub(super) from: Units,
    begun: Vec<Option<Begun>>,
    kept: Vec<Option<Begun>>,
    /// Jobs that begin nothing sooner than the kept plan does, on the same machine.
    held: Vec<bool>,
    /// Its set-up behind the last that has begun had begun too.
    prepared: Vec<bool>,
    /// What it costs to change one operation of the kept plan.
    stay: Units,
    /// No plan need be shorter than this.
    enough: Units,
}

/// A longer table where it is too short.
fn at<T: Clone>(table: &mut Vec<T>, at: usize, none: T) -> &mut T {
    if table.len() <= at {
        table.resize(at + 1, none);
    }
    &mut table[at]
}

/// What is said about an element; a default where nothing is.
fn of<T: Copy>(table: &[T], at: usize, none: T) -> T {
    table.get(at).copied().unwrap_or(none)
}

impl Shop {
    fn more(&mut self) -> &mut Details {
        self.details.get_or_insert_default()
    }

    /// The family of an operation: set-ups lie between families. 0 where nothing is said.
    pub fn set_family(&mut self, op: usize, family: u32) {
        let more = self.more();
        more.families = more.families.max(family + 1);
        *at(&mut more.family, op, 0) = family;
    }

    /// Set-ups of some machines by a square table of families: row by row, from the one before to the one behind.
    /// Families beyond the table need none. A set-up ends before its operation begins, pauses while the machine is
    /// closed, and does not wait for the piece.
    pub fn set_setups(&mut self, machines: &[u32], families: u32, times: &[Units]) {
        let more = self.more();
        let (old, new) = (more.families as usize, families as usize);
        more.families = more.families.max(families);
        let wide = old.max(new);
        let mut table = vec![0; wide * wide];
        for (at, time) in times.iter().take(new * new).enumerate() {
            table[at / new * wide + at % new] = *time;
        }
        more.setups.push(table);
        for machine in machines {
            let last = more.setups.len() as u32 - 1;
            *at(&mut more.setups_of, *machine as usize, None) = Some(last);
        }
    }

    /// When a machine works.
    pub fn set_working(&mut self, machine: u32, working: Working) {
        *at(&mut self.more().working, machine as usize, None) = Some(Box::new(working));
    }

    /// A job can begin from then on.
    pub fn set_release(&mut self, job: usize, release: Units) {
        *at(&mut self.more().release, job, 0) = release;
    }

    /// A job should be done by then.
    pub fn set_due(&mut self, job: usize, due: Due) {
        *at(&mut self.more().due, job, None) = Some(due);
    }

    /// The next operation of the job begins so long after this one's end, at least.
    pub fn set_lag(&mut self, op: usize, lag: Units) {
        *at(&mut self.more().lag, op, 0) = lag;
    }

    /// Ways between machines, row by row: what a piece needs at least from one to the next, lags beside.
    pub fn set_ways(&mut self, ways: &[Units]) {
        let machines = self.machines as usize;
        self.more().ways = ways.to_vec();
        self.more().ways.resize(machines * machines, 0);
    }

    /// Nothing begins before this, set-ups neither, but what has begun.
    pub fn set_from(&mut self, from: Units) {
        self.more().from = from;
    }

    /// This operation has begun and stays as it is, with all before it in its job; [`super::check`] and
    /// [`Shop::begun_wrong`] tell where that cannot be. On its machine everything that has not begun comes behind it.
    pub fn set_begun(&mut self, op: usize, begun: Begun) {
        *at(&mut self.more().begun, op, None) = Some(begun);
    }

    /// The set-up for this operation behind the last that has begun on its machine had begun too, so it need not wait
    /// for [`Shop::set_from`]. It may still come elsewhere.
    pub fn set_prepared(&mut self, op: usize) {
        *at(&mut self.more().prepared, op, false) = true;
    }

    /// When a set-up between two operations may begin, their machine aside.
    pub fn setup_from(&self, one: usize, other: usize) -> Units {
        let Some(more) = self.details.as_deref() else {
            return 0;
        };
        let history = self.begun(other).is_some()
            || (of(&more.prepared, other, false) && self.begun(one).is_some());
        match history {
            true => 0,
            false => more.from,
        }
    }

    /// Its set-up had begun.
    pub fn is_prepared(&self, op: usize) -> bool {
        let more = self.details.as_deref();
        more.is_some_and(|more| of(&more.prepared, op, false))
    }

    /// An operation of a plan that is to be kept: to do it elsewhere or later costs so much, as lateness does.
    pub fn set_kept(&mut self, op: usize, kept: Begun, stay: Units) {
        let more = self.more();
        more.stay = stay;
        *at(&mut more.kept, op, None) = Some(kept);
    }

    /// What of a job stays on the machine of the kept plan begins no sooner than there: who counts on a plan is not served
    /// by work that comes early.
    pub fn set_held(&mut self, job: usize) {
        *at(&mut self.more().held, job, false) = true;
    }

    /// Before this an operation is not begun on a machine.
    pub fn hold(&self, op: usize, machine: u32) -> Units {
        let more = self.details.as_deref();
        let held = more.is_some_and(|more| of(&more.held, self.job_of(op), false));
        let kept = self.kept(op).filter(|kept| held && kept.machine == machine);
        kept.map_or(0, |kept| kept.begin)
    }

    /// No plan need be shorter than this: it costs nothing more to be as long.
    pub fn set_enough(&mut self, enough: Units) {
        self.more().enough = enough;
    }

    /// How short a plan need be at most.
    pub fn enough(&self) -> Units {
        self.details.as_deref().map_or(0, |more| more.enough)
    }

    /// There is more to it than machines and times.
    pub fn is_detailed(&self) -> bool {
        self.details.is_some()
    }

    /// Set-up of a machine from an operation to another.
    pub fn setup(&self, machine: u32, from: usize, to: usize) -> Units {
        let Some(more) = self.details.as_deref() else {
            return 0;
        };
        let Some(table) = of(&more.setups_of, machine as usize, None) else {
            return 0;
        };
        let (from, to) = (of(&more.family, from, 0), of(&more.family, to, 0));
        let table = &more.setups[table as usize];
        let wide = table.len().isqrt();
        match (from as usize) < wide && (to as usize) < wide {
            true => table[from as usize * wide + to as usize],
            false => 0,
        }
    }

    /// The family of an operation.
    pub fn family(&self, op: usize) -> u32 {
        self.details
            .as_deref()
            .map_or(0, |more| of(&more.family, op, 0))
    }

    /// Some machine has set-ups.
    pub fn has_setups(&self) -> bool {
        let more = self.details.as_deref();
        more.is_some_and(|more| !more.setups.is_empty())
    }

    /// When a machine works; none: always.
    pub fn working(&self, machine: u32) -> Option<&Working> {
        let more = self.details.as_deref()?;
        more.working.get(machine as usize)?.as_deref()
    }

    /// From when on a job can begin.
    pub fn release(&self, job: usize) -> Units {
        let more = self.details.as_deref();
        more.map_or(0, |more| of(&more.release, job, 0))
    }

    /// When a job should be done.
    pub fn due(&self, job: usize) -> Option<Due> {
        of(&self.details.as_deref()?.due, job, None)
    }

    /// What lies at least between an operation on a machine and the next on another.
    pub fn lag(&self, op: usize, from: u32, to: u32) -> Units {
        let Some(more) = self.details.as_deref() else {
            return 0;
        };
        let way = from as usize * self.machines as usize + to as usize;
        of(&more.lag, op, 0) + of(&more.ways, way, 0)
    }

    /// What lies at least between an operation and the next, wherever they are.
    pub fn least_lag(&self, op: usize) -> Units {
        let more = self.details.as_deref();
        more.map_or(0, |more| of(&more.lag, op, 0))
    }

    /// What lies at least before an operation and behind the one before it in its job.
    pub fn lag_before(&self, op: usize) -> Units {
        self.before(op).map_or(0, |before| self.least_lag(before))
    }

    /// Nothing begins before this but what has begun.
    pub fn from(&self) -> Units {
        self.details.as_deref().map_or(0, |more| more.from)
    }

    /// Where and when an operation has begun.
    pub fn begun(&self, op: usize) -> Option<Begun> {
        of(&self.details.as_deref()?.begun, op, None)
    }

    /// Where and when an operation of the kept plan stood.
    pub fn kept(&self, op: usize) -> Option<Begun> {
        of(&self.details.as_deref()?.kept, op, None)
    }

    /// What an operation costs by its machine and begin: to have been moved.
    pub fn moving(&self, op: usize, machine: u32, begin: Units) -> Units {
        match (self.kept(op), self.details.as_deref()) {
            (Some(kept), Some(more)) if kept.machine != machine || kept.begin < begin => more.stay,
            _ => 0,
        }
    }

    /// The first time from then on at which a machine works.
    pub fn open(&self, machine: u32, at: Units) -> Units {
        self.working(machine).map_or(at, |working| working.open(at))
    }

    /// When so much work on a machine is done that begins then.
    pub fn after(&self, machine: u32, begin: Units, work: Units) -> Units {
        match self.working(machine) {
            Some(working) => working.after(begin, work),
            None => begin.saturating_add(work),
        }
    }

    /// No plan in which everything begins as soon as it can is longer; beyond [`super::LONGEST`] times could not be counted.
    pub fn longest(&self) -> u64 {
        let most = |op: usize| {
            let setup = self.longest_setup(op);
            let each = self
                .alternatives(op)
                .iter()
                .map(|one| match self.working(one.machine) {
                    Some(working) => working.at_most(one.time.saturating_add(setup)),
                    None => u64::from(one.time) + u64::from(setup),
                });
            let more = self.details.as_deref();
            let lag = more.map_or(0, |more| of(&more.lag, op, 0));
            let way = more.and_then(|more| more.ways.iter().max()).unwrap_or(&0);
            each.max().unwrap_or(0) + u64::from(lag) + u64::from(*way)
        };
        let begun = (0..self.operations()).filter_map(|op| self.begun(op).or(self.kept(op)));
        let begun = begun.map(|begun| begun.begin).max().unwrap_or(0);
        let release = (0..self.jobs()).map(|job| self.release(job)).max();
        let begin = release.unwrap_or(0).max(begun).max(self.from());
        let edges = (0..self.machines).filter_map(|machine| self.working(machine));
        let edge = edges.map(Working::edge).max().unwrap_or(0);
        u64::from(begin).max(edge) + (0..self.operations()).map(most).sum::<u64>()
    }

    /// The longest set-up before an operation.
    fn longest_setup(&self, op: usize) -> Units {
        let Some(more) = self.details.as_deref() else {
            return 0;
        };
        let family = of(&more.family, op, 0) as usize;
        let longest = |table: &Vec<Units>| {
            let wide = table.len().isqrt();
            let column = (0..wide).filter_map(|row| table.get(row * wide + family));
            match family < wide {
                true => column.max().copied().unwrap_or(0),
                false => 0,
            }
        };
        more.setups.iter().map(longest).max().unwrap_or(0)
    }
}
