//! Plans between plans. The places of operations in two orders are mixed; as each job's operations stand in their
//! order in both, so they do in any mixture, and it can always be a plan: an operation takes the machine it has in
//! one of both.

use super::Shop;
use super::graph::Kept;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::Stream;

/// A plan between two, so many hundredths of the way.
pub fn between(a: &Kept, b: &Kept, share: u32, luck: &mut Stream) -> Kept {
    let count = a.order.len() - 1;
    let mut at = vec![0_u64; count];
    for (weight, plan) in [(100 - share, a), (share, b)] {
        for (place, op) in plan.order[..count].iter().enumerate() {
            at[*op as usize] += place as u64 * u64::from(weight);
        }
    }
    let mut kept = a.clone();
    // Operations of a job never stand level: each is farther on in both orders.
    kept.order[..count].sort_by_key(|op| (at[*op as usize], *op));
    for op in 0..count {
        if a.machine[op] != b.machine[op] && luck.below(100) < share {
            (kept.machine[op], kept.time[op]) = (b.machine[op], b.time[op]);
        }
    }
    kept
}

/// A plan by luck: jobs in turns, each operation on a machine of those it takes least time on.
pub fn random(shop: &Shop, like: &Kept, luck: &mut Stream) -> Kept {
    let mut kept = like.clone();
    let mut turns: Vec<u32> = (0..shop.operations())
        .map(|op| shop.job_of(op) as u32)
        .collect();
    for at in (1..turns.len()).rev() {
        turns.swap(at, luck.below(at as u32 + 1) as usize);
    }
    let mut next: Vec<usize> = (0..shop.jobs()).map(|job| shop.ops_of(job).start).collect();
    for (place, job) in turns.into_iter().enumerate() {
        kept.order[place] = next[job as usize] as u32;
        next[job as usize] += 1;
    }
    for op in 0..shop.operations() {
        let alternatives = shop.alternatives(op);
        let least = alternatives.iter().map(|one| one.time).min().unwrap_or(0);
        let mut seen = 0;
        for one in alternatives.iter().filter(|one| one.time == least) {
            seen += 1;
            if luck.below(seen) == 0 {
                (kept.machine[op], kept.time[op]) = (one.machine, one.time);
            }
        }
    }
    kept
}
