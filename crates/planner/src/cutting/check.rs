//! What is wrong with a plan, by the order alone.

use super::{Order, SetUp};
use alloc::vec;

/// What a plan comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Parents used.
    pub parents: u64,
    /// Different patterns, each of which is a set-up.
    pub patterns: usize,
    /// Width that becomes no strip, edges too, summed over the parents.
    pub trim: u64,
}

/// What is wrong with a plan. Set-ups and items are named by their index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// This set-up cuts no parent, or no strip.
    Empty(usize),
    /// This set-up names an item twice, or one that there is not.
    Item(usize),
    /// The strips of this set-up are wider than a parent without its edges.
    Wide(usize),
    /// This set-up has too many strips.
    Strips(usize),
    /// This set-up leaves too much beside its strips.
    Trim(usize),
    /// The second set-up has the pattern of the first.
    Twice(usize, usize),
    /// So many of this item are made: too few or too many.
    Made(usize, u64),
}

/// Finds what is wrong with a plan; otherwise what it comes to.
///
/// # Errors
/// The first thing found.
pub fn check(order: &Order, plan: &[SetUp]) -> Result<Totals, Wrong> {
    let mut totals = Totals::default();
    let mut made = vec![0_u64; order.items.len()];
    for (at, set_up) in plan.iter().enumerate() {
        let used = one(order, at, set_up)?;
        if let Some(first) = plan[..at]
            .iter()
            .position(|one| one.strips == set_up.strips)
        {
            return Err(Wrong::Twice(first, at));
        }
        let parents = u64::from(set_up.parents);
        for &(item, count) in &set_up.strips {
            made[item] += u64::from(count) * parents;
        }
        totals.parents += parents;
        totals.patterns += 1;
        totals.trim += (u64::from(order.parent) - used) * parents;
    }
    for (at, (item, &made)) in order.items.iter().zip(&made).enumerate() {
        let least = u64::from(item.demand);
        if made < least || made > least + u64::from(item.over) {
            return Err(Wrong::Made(at, made));
        }
    }
    Ok(totals)
}

/// The width that becomes strips by a set-up that holds.
fn one(order: &Order, at: usize, set_up: &SetUp) -> Result<u64, Wrong> {
    if set_up.parents == 0 || set_up.strips.is_empty() {
        return Err(Wrong::Empty(at));
    }
    let rising = set_up.strips.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let known = |&(item, count): &(usize, u32)| item < order.items.len() && count > 0;
    if !rising || !set_up.strips.iter().all(known) {
        return Err(Wrong::Item(at));
    }
    let (mut used, mut strips) = (0_u64, 0_u64);
    for &(item, count) in &set_up.strips {
        used += u64::from(order.items[item].width) * u64::from(count);
        strips += u64::from(count);
    }
    let room = u64::from(order.room());
    if used > room {
        return Err(Wrong::Wide(at));
    }
    if strips > u64::from(order.strips) {
        return Err(Wrong::Strips(at));
    }
    if order.trim.is_some_and(|trim| room - used > u64::from(trim)) {
        return Err(Wrong::Trim(at));
    }
    Ok(used)
}
