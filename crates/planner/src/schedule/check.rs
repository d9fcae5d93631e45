//! What is wrong with a plan, and what it costs: by the shop alone, knowing nothing of how the plan was made.

use super::{Alternative, Done, Shop, Units};
use alloc::vec::Vec;

/// What is wrong with a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It has so many operations instead of the shop's.
    Count(usize),
    /// The machine cannot do this operation, or not in this time.
    Alternative(usize),
    /// It begins before the one before in its job has ended, and its lag is over.
    Early(usize),
    /// Two are on one machine at once.
    Overlap(usize, usize),
    /// Between two on one machine there is no time for the set-up.
    Setup(usize, usize),
    /// It begins while its machine is closed.
    Closed(usize),
    /// It begins before its job is released, or before anything may begin that has not begun.
    Release(usize),
    /// It has begun elsewhere or at another time.
    Begun(usize),
}

/// What is to be as little as can be: first what lateness costs, then when the last operation ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Cost {
    /// Time beyond due dates by weight, and what it costs to move what was to be kept.
    pub late: u64,
    /// When the last operation ends, or what is short enough.
    pub makespan: Units,
}

/// Finds what is wrong with a plan, by the shop alone; otherwise when the last operation ends.
///
/// # Errors
/// The first thing found.
pub fn check(shop: &Shop, plan: &[Done]) -> Result<Units, Wrong> {
    if plan.len() != shop.operations() {
        return Err(Wrong::Count(plan.len()));
    }
    for (op, done) in plan.iter().enumerate() {
        let can = |one: &&Alternative| one.machine == done.machine;
        let way = shop.alternatives(op).iter().find(can);
        let way = way.ok_or(Wrong::Alternative(op))?;
        if shop.begun(op).is_none() && shop.open(done.machine, done.begin) != done.begin {
            return Err(Wrong::Closed(op));
        }
        // Several ways on one machine may differ in their times.
        let mut ways = shop.alternatives(op).iter().filter(can);
        let fits = |one: &Alternative| shop.after(way.machine, done.begin, one.time) == done.end;
        if !ways.any(fits) {
            return Err(Wrong::Alternative(op));
        }
        job(shop, plan, op)?;
    }
    for ops in sequences(shop, plan) {
        for pair in ops.windows(2) {
            machine(shop, plan, pair[0], pair[1])?;
        }
    }
    Ok(plan.iter().map(|done| done.end).max().unwrap_or(0))
}

/// An operation behind the one before in its job, behind its release, and where it has begun.
fn job(shop: &Shop, plan: &[Done], op: usize) -> Result<(), Wrong> {
    let done = plan[op];
    let before = shop.before(op);
    let end = before.map_or(0, |before| plan[before].end);
    if done.begin < end {
        return Err(Wrong::Early(op));
    }
    if let Some(begun) = shop.begun(op) {
        // Its lag and its release are history.
        return match (begun.machine, begun.begin) == (done.machine, done.begin) {
            true => Ok(()),
            false => Err(Wrong::Begun(op)),
        };
    }
    let lag = before.map_or(0, |before| {
        shop.lag(before, plan[before].machine, done.machine)
    });
    if done.begin < end.saturating_add(lag) {
        return Err(Wrong::Early(op));
    }
    let released = shop.release(shop.job_of(op));
    let first = before.is_none() && done.begin < released;
    match first || done.begin < shop.from() {
        true => Err(Wrong::Release(op)),
        false => Ok(()),
    }
}

/// Two operations one behind the other on their machine.
fn machine(shop: &Shop, plan: &[Done], one: usize, other: usize) -> Result<(), Wrong> {
    let (end, begin) = (plan[one].end, plan[other].begin);
    if end > begin {
        return Err(Wrong::Overlap(one, other));
    }
    if shop.begun(other).is_some() {
        return Ok(());
    }
    match setup_ends(shop, plan, one, other) > begin {
        true => Err(Wrong::Setup(one, other)),
        false => Ok(()),
    }
}

/// When a machine is ready for an operation behind another at the earliest.
pub(super) fn setup_ends(shop: &Shop, plan: &[Done], one: usize, other: usize) -> Units {
    let machine = plan[one].machine;
    let from = shop.setup_from(one, other);
    match shop.setup(machine, one, other) {
        0 => plan[one].end,
        setup => shop.after(machine, plan[one].end.max(from), setup),
    }
}

/// The operations of each machine, one behind the other. What takes no time may stand in any order among what begins
/// with it: an order that set-ups allow, if there is one.
pub(super) fn sequences(shop: &Shop, plan: &[Done]) -> Vec<Vec<usize>> {
    sequences_of(shop, plan, 0..plan.len())
}

/// The same of some operations.
pub(super) fn sequences_of(
    shop: &Shop,
    plan: &[Done],
    ops: impl Iterator<Item = usize>,
) -> Vec<Vec<usize>> {
    let mut by_machine: Vec<Vec<usize>> = (0..shop.machines).map(|_| Vec::new()).collect();
    for op in ops {
        by_machine[plan[op].machine as usize].push(op);
    }
    for ops in &mut by_machine {
        ops.sort_by_key(|op| (plan[*op].begin, plan[*op].end, *op));
        if shop.has_setups() {
            tidy(shop, plan, ops);
        }
    }
    by_machine
}

/// More than so many at one time stay as they are.
const TIES: usize = 12;

/// Puts what takes no time and begins at one time into an order that set-ups allow.
fn tidy(shop: &Shop, plan: &[Done], ops: &mut [usize]) {
    let mut from = 0;
    while from < ops.len() {
        let at = plan[ops[from]].begin;
        let still = |op: &&usize| plan[**op].begin == at && plan[**op].end == at;
        let count = ops[from..].iter().take_while(still).count();
        if (2..=TIES).contains(&count) {
            let before = from.checked_sub(1).map(|before| ops[before]);
            let behind = ops.get(from + count).copied();
            let mut found = Vec::new();
            let ties = ops[from..from + count].to_vec();
            if chained(shop, plan, &ties, (before, behind), &mut found) {
                ops[from..from + count].copy_from_slice(&found);
            }
        }
        from += count.max(1);
    }
}

/// An order of these between two others in which each begins no sooner than its machine is ready.
fn chained(
    shop: &Shop,
    plan: &[Done],
    ties: &[usize],
    (before, behind): (Option<usize>, Option<usize>),
    found: &mut Vec<usize>,
) -> bool {
    let fits = |one: Option<usize>, other: usize| {
        one.is_none_or(|one| setup_ends(shop, plan, one, other) <= plan[other].begin)
    };
    let last = found.last().copied().or(before);
    if found.len() == ties.len() {
        return behind.is_none_or(|behind| fits(last, behind));
    }
    for &op in ties {
        if !found.contains(&op) && fits(last, op) {
            found.push(op);
            if chained(shop, plan, ties, (before, behind), found) {
                return true;
            }
            found.pop();
        }
    }
    false
}

/// What a plan costs.
pub fn cost(shop: &Shop, plan: &[Done]) -> Cost {
    let moved = |(op, done): (usize, &Done)| u64::from(shop.moving(op, done.machine, done.begin));
    let moved: u64 = plan.iter().enumerate().map(moved).sum();
    let late: u64 = (0..shop.jobs()).map(|job| late(shop, plan, job)).sum();
    let makespan = plan.iter().map(|done| done.end).max().unwrap_or(0);
    Cost {
        late: late + moved,
        makespan: makespan.max(shop.enough()),
    }
}

/// Time of a job beyond its due date, by weight.
fn late(shop: &Shop, plan: &[Done], job: usize) -> u64 {
    let last = shop.ops_of(job).next_back();
    let Some((last, due)) = last.zip(shop.due(job)) else {
        return 0;
    };
    u64::from(plan[last].end.saturating_sub(due.at)) * u64::from(due.weight)
}

impl Shop {
    /// The first operation that has begun where it cannot have: its job has not come so far, its machine cannot do it,
    /// or another that has begun is there.
    pub fn begun_wrong(&self) -> Option<Wrong> {
        let mut there: Vec<(u32, Units, Units, usize)> = Vec::new();
        for op in 0..self.operations() {
            let Some(begun) = self.begun(op) else {
                continue;
            };
            let mut ways = self.alternatives(op).iter();
            let Some(way) = ways.find(|way| way.machine == begun.machine) else {
                return Some(Wrong::Alternative(op));
            };
            if let Some(before) = self.before(op) {
                let end = there.last().filter(|last| last.3 == before);
                if end.is_none_or(|end| end.2 > begun.begin) {
                    return Some(Wrong::Early(op));
                }
            }
            let end = self.after(begun.machine, begun.begin, way.time);
            there.push((begun.machine, begun.begin, end, op));
        }
        there.sort_unstable();
        let mut pairs = there.windows(2);
        let clash = pairs.find(|pair| pair[0].0 == pair[1].0 && pair[0].2 > pair[1].1);
        clash.map(|pair| Wrong::Overlap(pair[0].3, pair[1].3))
    }
}
