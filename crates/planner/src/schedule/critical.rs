//! A critical path of a finished plan.

use super::{Done, Shop};
use alloc::vec;
use alloc::vec::Vec;

/// Operations one behind the other without a gap, the last of which ends last of all: from the first on. A plan with
/// gaps that nobody needs may have a path that begins late.
pub fn critical(shop: &Shop, plan: &[Done]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plan.len()).collect();
    order.sort_by_key(|op| (plan[*op].begin, plan[*op].end, *op));
    let mut left = vec![None; plan.len()];
    let mut last = vec![None; shop.machines as usize];
    for &op in &order {
        left[op] = last[plan[op].machine as usize].replace(op);
    }
    let mut at = order.iter().copied().max_by_key(|op| plan[*op].end);
    let mut path = Vec::new();
    while let Some(op) = at {
        path.push(op);
        let touches = |other: &usize| plan[*other].end == plan[op].begin;
        at = left[op]
            .filter(touches)
            .or_else(|| shop.before(op).filter(touches));
    }
    path.reverse();
    path
}
