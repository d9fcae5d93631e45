//! A plan is made good after a disturbance: what has begun stays, the rest begins at the old plan, shifted to the right,
//! and to do something elsewhere or later than it was planned costs as lateness does.

use super::check::{sequences_of, setup_ends};
use super::detailed::by_keys;
use super::timed::forward;
use super::{Alternative, Begun, Done, Due, Shop, Units, cost};
use alloc::vec;
use alloc::vec::Vec;

/// What is known of the disturbance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Disturbed {
    /// When it came: what has begun by then stays.
    pub at: Units,
    /// What it costs to move one operation, in weighted time.
    pub stay: Units,
}

/// Tells a shop what of an old plan has begun and what is to be kept. A job that is due at no time is due when the old
/// plan had it done: that was the date that others counted on. What was in time begins nothing sooner on its machine than
/// it was planned, and no plan need be shorter than the old one. `old` is
/// none for what is new, or ends before it. Closed times that are new are told to the shop after this: set-ups that had
/// begun are found by the hours that the old plan knew.
pub fn disturb(shop: &mut Shop, old: &[Option<Done>], disturbed: Disturbed) {
    let Disturbed { at, stay } = disturbed;
    shop.set_from(at);
    for op in 0..shop.operations() {
        let Some(done) = old.get(op).copied().flatten() else {
            continue;
        };
        let (machine, begin) = (done.machine, done.begin);
        match begin < at {
            true => shop.set_begun(op, Begun { machine, begin }),
            false => shop.set_kept(op, Begun { machine, begin }, stay),
        }
    }
    for job in 0..shop.jobs() {
        let last = shop.ops_of(job).next_back();
        let end = last.and_then(|op| old.get(op).copied().flatten());
        let Some(done) = end else { continue };
        match shop.due(job) {
            Some(due) if due.at < done.end => continue,
            Some(_) => {}
            None => shop.set_due(
                job,
                Due {
                    at: done.end,
                    weight: 1,
                },
            ),
        }
        shop.set_held(job);
    }
    let ends = old.iter().flatten().map(|done| done.end);
    shop.set_enough(ends.max().unwrap_or(0));
    set_up(shop, old, at);
}

/// What comes next on a machine is prepared for where its set-up has begun: set-ups end right before what they are for.
fn set_up(shop: &mut Shop, old: &[Option<Done>], at: Units) {
    let mut last: Vec<Option<usize>> = vec![None; shop.machines as usize];
    let mut next: Vec<Option<usize>> = vec![None; shop.machines as usize];
    let time = |op: usize| old[op].map(|done| (done.begin, done.end, op));
    for (op, done) in old.iter().enumerate().take(shop.operations()) {
        let Some(done) = *done else { continue };
        let table = match shop.begun(op).is_some() {
            true => &mut last[done.machine as usize],
            false => &mut next[done.machine as usize],
        };
        let begun = shop.begun(op).is_some();
        let nearer = |other: usize| match begun {
            true => time(op) > time(other),
            false => time(op) < time(other),
        };
        if table.is_none_or(nearer) {
            *table = Some(op);
        }
    }
    for (machine, pair) in (0..shop.machines).zip(last.into_iter().zip(next)) {
        let (Some(last), Some(next)) = pair else {
            continue;
        };
        let Some(done) = old[next] else { continue };
        let begin = match (shop.working(machine), shop.setup(machine, last, next)) {
            (_, 0) => None,
            (Some(working), setup) => working.back(done.begin, setup),
            (None, setup) => done.begin.checked_sub(setup),
        };
        if begin.is_some_and(|begin| begin < at) {
            shop.set_prepared(next);
        }
    }
}

/// Where a repair begins, whichever costs least: the old plan shifted to the right with what is new behind it; with what
/// is new among it by when it must begin; and the same, but what could be done does not wait for what is held up.
pub fn shifted(shop: &Shop, old: &[Option<Done>]) -> Vec<Done> {
    let among = keys(shop, old, true);
    let plans = [
        listed(shop, old, &keys(shop, old, false)),
        listed(shop, old, &among),
        by_keys(shop, old, &among),
    ];
    let best = plans.into_iter().min_by_key(|plan| cost(shop, plan));
    best.unwrap_or_default()
}

/// By which an operation is put in: begin, end, and a rank of what takes no time there.
type Key = (Units, Units, u32);

/// Keys of all operations: the begin in the old plan; of new jobs when they must begin to be in time, or the end of all.
fn keys(shop: &Shop, old: &[Option<Done>], among: bool) -> Vec<Key> {
    let ranks = ranks(shop, old);
    let mut keys = vec![(Units::MAX, Units::MAX, 0); shop.operations()];
    for job in 0..shop.jobs() {
        let mut latest = shop.due(job).filter(|_| among).map(|due| due.at);
        for op in shop.ops_of(job).rev() {
            let least = shop.alternatives(op).iter().map(|way| way.time).min();
            latest = latest.map(|at| at.saturating_sub(least.unwrap_or(0)));
            keys[op] = match old.get(op).copied().flatten() {
                Some(done) => (done.begin, done.end, ranks[op]),
                None => (latest.unwrap_or(Units::MAX), Units::MAX, op as u32),
            };
            latest = latest.map(|at| at.saturating_sub(shop.lag_before(op)));
        }
        // An old plan may not know all of a job: it stays in its order even so.
        for op in shop.ops_of(job).skip(1) {
            keys[op] = keys[op].max(keys[op - 1]);
        }
    }
    keys
}

/// Ranks of operations in the old plan, so that jobs and machines go forward.
fn ranks(shop: &Shop, old: &[Option<Done>]) -> Vec<u32> {
    let none = Done {
        machine: 0,
        begin: 0,
        end: 0,
    };
    let of = |op: usize| old.get(op).copied().flatten();
    let plan: Vec<Done> = (0..shop.operations())
        .map(|op| of(op).unwrap_or(none))
        .collect();
    let there = (0..plan.len()).filter(|op| of(*op).is_some());
    let mut ranks: Vec<u32> = (0..plan.len() as u32).collect();
    if let Some(order) = forward(shop, &sequences_of(shop, &plan, there)) {
        for (rank, op) in (0..).zip(order) {
            ranks[op as usize] = rank;
        }
    }
    ranks
}

/// Puts operations in by their keys, each behind what its machine does already: where it was, or where it ends first.
fn listed(shop: &Shop, old: &[Option<Done>], keys: &[Key]) -> Vec<Done> {
    let mut order: Vec<usize> = (0..shop.operations()).collect();
    order.sort_by_key(|op| (shop.begun(*op).is_none(), keys[*op], *op));
    let none = Done {
        machine: 0,
        begin: 0,
        end: 0,
    };
    let mut plan = vec![none; shop.operations()];
    let mut last: Vec<Option<usize>> = vec![None; shop.machines as usize];
    for op in order {
        let was = old.get(op).copied().flatten();
        let here = |way: &&Alternative| was.is_none_or(|was| was.machine == way.machine);
        let ways = shop.alternatives(op).iter();
        let done = |way: &Alternative| {
            let begin = begin(shop, &plan, op, way, last[way.machine as usize]);
            (shop.after(way.machine, begin, way.time), begin, way.machine)
        };
        if let Some((end, begin, machine)) = ways.filter(here).map(done).min() {
            plan[op] = Done {
                machine,
                begin,
                end,
            };
            last[machine as usize] = Some(op);
        }
    }
    plan
}

/// When an operation can begin on a machine behind another.
fn begin(shop: &Shop, plan: &[Done], op: usize, way: &Alternative, last: Option<usize>) -> Units {
    if let Some(begun) = shop.begun(op) {
        return begun.begin;
    }
    let job = by_job(shop, plan, op, way.machine);
    let free = last.map_or(0, |last| setup_ends(shop, plan, last, op));
    let hold = shop.hold(op, way.machine);
    shop.open(way.machine, job.max(free).max(hold))
}

/// When the job is ready for an operation on a machine.
pub(super) fn by_job(shop: &Shop, plan: &[Done], op: usize, machine: u32) -> Units {
    let ready = match shop.before(op) {
        Some(before) => {
            let done = plan[before];
            done.end
                .saturating_add(shop.lag(before, done.machine, machine))
        }
        None => shop.release(shop.job_of(op)),
    };
    ready.max(shop.from())
}
