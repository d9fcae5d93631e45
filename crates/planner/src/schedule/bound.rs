//! What no plan can be shorter than.

use super::{Shop, Units};
use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;

/// An operation as its machine sees it: what must come before it in its job, its time, what must come after it.
type Seen = (Units, Units, Units);

/// The longest of: the longest job; each machine alone with the operations that it alone can do, each between what must
/// come before and after it, as if they could be interrupted (Jackson's preemptive schedule); all work shared by all
/// machines. Not the tightest bound there is, but enough to know that many plans are the shortest.
pub fn bound(shop: &Shop) -> Units {
    let (mut longest, mut all) = (0, 0_u64);
    let mut seen: Vec<Vec<Seen>> = vec![Vec::new(); shop.machines as usize];
    for job in 0..shop.jobs() {
        let whole: Units = shop.ops_of(job).map(|op| least(shop, op)).sum();
        longest = longest.max(whole);
        let mut before = 0;
        for op in shop.ops_of(job) {
            let time = least(shop, op);
            all += u64::from(time);
            if let [only] = shop.alternatives(op) {
                seen[only.machine as usize].push((before, time, whole - before - time));
            }
            before += time;
        }
    }
    let busiest = seen.into_iter().map(alone).max().unwrap_or(0);
    let shared = all.div_ceil(u64::from(shop.machines.max(1)));
    let shared = Units::try_from(shared).unwrap_or(Units::MAX);
    longest.max(busiest).max(shared)
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
