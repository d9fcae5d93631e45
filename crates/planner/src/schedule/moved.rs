//! What a new plan has moved against an old one, and why.

use super::check::{sequences, setup_ends};
use super::repair::by_job;
use super::{Done, Shop, Units};
use alloc::vec;
use alloc::vec::Vec;

/// Why an operation was moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// This machine is closed then, as it was not before.
    Down(u32),
    /// It waits for this one before it in its job, which was moved.
    Waits(usize),
    /// It stands behind this one on its machine, as before, and that was moved.
    Behind(usize),
    /// This one has its place now.
    Room(usize),
    /// It begins sooner, or ends no later elsewhere.
    Better,
}

/// One operation that was moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moved {
    /// The operation.
    pub op: usize,
    /// Where it was.
    pub from: Done,
    /// Where it is.
    pub to: Done,
    /// Why.
    pub why: Why,
}

/// All that was moved, by its begin in the old plan; `old` is none for what is new.
pub fn moved(shop: &Shop, old: &[Option<Done>], plan: &[Done]) -> Vec<Moved> {
    let mut left = vec![None; plan.len()];
    let machines = sequences(shop, plan);
    for pair in machines.iter().flat_map(|ops| ops.windows(2)) {
        left[pair[1]] = Some(pair[0]);
    }
    let other = |op: usize| {
        let (from, to) = (old.get(op).copied().flatten()?, plan[op]);
        (from != to).then(|| Moved {
            op,
            from,
            to,
            why: why(shop, (old, plan), op, left[op], &machines),
        })
    };
    let mut all: Vec<Moved> = (0..plan.len()).filter_map(other).collect();
    all.sort_by_key(|moved| (moved.from.begin, moved.from.end, moved.op));
    all
}

fn why(
    shop: &Shop,
    (old, plan): (&[Option<Done>], &[Done]),
    op: usize,
    left: Option<usize>,
    machines: &[Vec<usize>],
) -> Why {
    let (Some(from), to) = (old[op], plan[op]) else {
        return Why::Better;
    };
    if is_down(shop, op, &from) {
        return Why::Down(from.machine);
    }
    if to.begin < from.begin || (to.machine != from.machine && to.end <= from.end) {
        return Why::Better;
    }
    if to.machine != from.machine {
        // Whoever stands now where it stood.
        let mut there = machines[from.machine as usize].iter();
        let there = there.find(|other| {
            let done = plan[**other];
            done.begin < from.end && from.begin < done.end
        });
        return there.map_or(Why::Better, |other| Why::Room(*other));
    }
    later(shop, (old, plan), op, left)
}

/// Why something on its old machine is later than before.
fn later(
    shop: &Shop,
    (old, plan): (&[Option<Done>], &[Done]),
    op: usize,
    left: Option<usize>,
) -> Why {
    let to = plan[op];
    let open = |at: Units| shop.open(to.machine, at);
    let job = open(by_job(shop, plan, op, to.machine));
    let free = left.map_or(0, |left| open(setup_ends(shop, plan, left, op)));
    let before = shop
        .before(op)
        .filter(|before| old[*before] != Some(plan[*before]));
    match (before, left) {
        (Some(before), _) if job >= free => Why::Waits(before),
        (_, Some(left)) if free > shop.from() => {
            let stood = |done: Done| {
                let was = old[op].map_or(0, |was| was.begin);
                done.machine == to.machine && done.begin <= was
            };
            let was = old.get(left).copied().flatten();
            match was.filter(|was| stood(*was)) {
                Some(was) if was != plan[left] => Why::Behind(left),
                Some(_) if is_shut(shop, to.machine, old[op], to) => Why::Down(to.machine),
                _ => Why::Room(left),
            }
        }
        (Some(before), _) => Why::Waits(before),
        _ => Why::Down(to.machine),
    }
}

/// The machine is closed at some time between where something was and where it is.
fn is_shut(shop: &Shop, machine: u32, was: Option<Done>, to: Done) -> bool {
    let from = was.map_or(0, |was| was.begin).min(to.begin);
    let working = shop.working(machine);
    working.is_some_and(|working| !working.closed(from, to.begin).is_empty())
}

/// Where it was it could not be done any more: its machine is closed then.
fn is_down(shop: &Shop, op: usize, was: &Done) -> bool {
    let begun = shop.begun(op).is_some();
    let closed = !begun && shop.open(was.machine, was.begin) != was.begin;
    let mut ways = shop.alternatives(op).iter();
    let fits = |time| shop.after(was.machine, was.begin, time) == was.end;
    closed || !ways.any(|way| way.machine == was.machine && fits(way.time))
}
