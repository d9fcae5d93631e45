//! What no plan can be shorter than.

use super::{Cost, Shop, Units};
use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;

/// An operation as its machine sees it: what must come before it in its job, its time, what must come after it.
type Seen = (Units, Units, Units);

/// The longest of: the longest job; each machine alone with the operations that it alone can do, each between what must
/// come before and after it, as if they could be interrupted (Jackson's preemptive schedule); all work shared by all
/// machines. Not the tightest bound there is, but enough to know that many plans are the shortest. Set-ups and hours of
/// machines are left out, releases, lags and what has begun are not.
pub fn bound(shop: &Shop) -> Units {
    let (mut longest, mut all) = (0, 0_u64);
    let mut seen: Vec<Vec<Seen>> = vec![Vec::new(); shop.machines as usize];
    let mut after = Vec::new();
    for job in 0..shop.jobs() {
        after.clear();
        let mut rest = 0;
        for op in shop.ops_of(job).rev() {
            after.push(rest);
            rest += least(shop, op) + lag(shop, op);
        }
        let mut before = 0;
        for (op, after) in shop.ops_of(job).zip(after.iter().rev()) {
            before = head(shop, op, before);
            let time = least(shop, op);
            all += u64::from(time);
            longest = longest.max(before + time + after);
            if let [only] = shop.alternatives(op) {
                seen[only.machine as usize].push((before, time, *after));
            }
            before += time;
        }
    }
    let busiest = seen.into_iter().map(alone).max().unwrap_or(0);
    let shared = all.div_ceil(u64::from(shop.machines.max(1)));
    let shared = Units::try_from(shared).unwrap_or(Units::MAX);
    longest.max(busiest).max(shared)
}

/// When an operation can begin at the earliest behind the end of the one before it in its job.
fn head(shop: &Shop, op: usize, end: Units) -> Units {
    if let Some(begun) = shop.begun(op) {
        return begun.begin;
    }
    let ready = match shop.before(op) {
        Some(_) => end + lag(shop, op),
        None => shop.release(shop.job_of(op)),
    };
    ready.max(shop.from())
}

/// What lies at least before an operation and behind the one before it; what has begun did not wait for it.
fn lag(shop: &Shop, op: usize) -> Units {
    let before = shop.before(op).filter(|_| shop.begun(op).is_none());
    before.map_or(0, |before| shop.least_lag(before))
}

/// What no plan can cost less than: each job alone, as late as it must be, and [`bound`].
pub fn least_cost(shop: &Shop) -> Cost {
    let late = |job: usize| {
        let end = shop
            .ops_of(job)
            .fold(0, |end, op| head(shop, op, end) + least(shop, op));
        let due = shop.due(job);
        due.map_or(0, |due| {
            u64::from(end.saturating_sub(due.at)) * u64::from(due.weight)
        })
    };
    Cost {
        late: (0..shop.jobs()).map(late).sum(),
        makespan: bound(shop).max(shop.enough()),
    }
}

fn least(shop: &Shop, op: usize) -> Units {
    let times = shop.alternatives(op).iter().map(|one| one.time);
    times.min().unwrap_or(0)
}

/// One machine that always does what has most to come after it, and interrupts what has less.
fn alone(mut seen: Vec<Seen>) -> Units {
    seen.sort_unstable();
    let mut open: BinaryHeap<(Units, Units)> = BinaryHeap::new();
    let (mut now, mut most) = (0, 0);
    let mut coming = seen.into_iter().peekable();
    loop {
        while let Some((_, time, after)) = coming.next_if(|(before, ..)| *before <= now) {
            open.push((after, time));
        }
        let next = coming.peek().map(|(before, ..)| *before);
        match (open.pop(), next) {
            (None, None) => return most,
            (None, Some(next)) => now = next,
            (Some((after, time)), next) => {
                let until = next.map_or(now + time, |next| next.min(now + time));
                let left = time - (until - now);
                now = until;
                match left {
                    0 => most = most.max(now + after),
                    _ => open.push((after, left)),
                }
            }
        }
    }
}
