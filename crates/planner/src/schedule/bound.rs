//! What no plan can be shorter than.

use super::{Shop, Units};
use alloc::vec;

/// The longer of the longest job and, where operations have one machine, the most loaded machine with what must come
/// before its first and after its last operation; elsewhere all work shared by all machines. Not the tightest bound
/// there is (Carlier's one-machine bound is tighter), but enough to know that many plans are the shortest.
pub fn bound(shop: &Shop) -> Units {
    let least = |op: usize| {
        shop.alternatives(op)
            .iter()
            .map(|alternative| alternative.time)
            .min()
            .unwrap_or(0)
    };
    let (mut longest, mut all) = (0, 0_u64);
    let machines = shop.machines as usize;
    let mut load = vec![0_u32; machines];
    let (mut first, mut last) = (vec![Units::MAX; machines], vec![Units::MAX; machines]);
    for job in 0..shop.jobs() {
        let whole: Units = shop.ops_of(job).map(least).sum();
        longest = longest.max(whole);
        let mut before = 0;
        for op in shop.ops_of(job) {
            let time = least(op);
            all += u64::from(time);
            if let [only] = shop.alternatives(op) {
                let at = only.machine as usize;
                load[at] += time;
                first[at] = first[at].min(before);
                last[at] = last[at].min(whole - before - time);
            }
            before += time;
        }
    }
    let busiest = (0..machines).filter(|at| load[*at] > 0);
    let busiest = busiest.map(|at| load[at] + first[at] + last[at]).max();
    let shared = all.div_ceil(u64::from(shop.machines.max(1)));
    longest
        .max(busiest.unwrap_or(0))
        .max(Units::try_from(shared).unwrap_or(Units::MAX))
}
