//! A plan while it is worked on, and a first one: the relaxed problem rounded down again and again.

use super::knapsack::{Counts, best};
use super::master::{Measure, relaxed};
use super::{Item, Slitter};
use alloc::vec;
use alloc::vec::Vec;

/// Patterns and how many parents by each, none twice.
pub type Cuts = Vec<(Counts, u32)>;

/// Parents of a plan.
pub fn parents(cuts: &Cuts) -> u32 {
    cuts.iter().map(|(_, times)| times).sum()
}

/// Adds parents of a pattern.
pub fn add(cuts: &mut Cuts, counts: &Counts, times: u32) {
    match cuts.iter_mut().find(|(one, _)| one == counts) {
        Some((_, all)) => *all += times,
        None => cuts.push((counts.clone(), times)),
    }
}

/// Strips of each item that a plan makes.
pub fn made<'c>(cuts: impl IntoIterator<Item = &'c (Counts, u32)>, items: usize) -> Vec<u32> {
    let mut made = vec![0; items];
    for (counts, times) in cuts {
        for (made, count) in made.iter_mut().zip(counts) {
            *made += count * times;
        }
    }
    made
}

/// What is still wanted and may still be made.
struct Left {
    wanted: Vec<u32>,
    most: Vec<u32>,
}

impl Left {
    fn take(&mut self, counts: &Counts, times: u32) {
        for (item, count) in counts.iter().enumerate() {
            self.wanted[item] = self.wanted[item].saturating_sub(count * times);
            self.most[item] -= count * times;
        }
    }

    /// For how many parents a pattern can be used without making too much.
    fn fits(&self, counts: &Counts) -> u32 {
        let pairs = counts
            .iter()
            .zip(&self.most)
            .filter(|(count, _)| **count > 0);
        pairs.map(|(count, most)| most / count).min().unwrap_or(0)
    }
}

/// The bound of the whole order, and a plan if the limits let one be found without a search.
pub fn dive(slitter: &Slitter, items: &[Item]) -> (Option<Measure>, Option<Cuts>) {
    let mut left = Left {
        wanted: items.iter().map(|item| item.demand).collect(),
        most: items.iter().map(|item| item.demand + item.over).collect(),
    };
    let (mut pool, mut cuts) = (Vec::new(), Cuts::new());
    let mut measure = None;
    while left.wanted.iter().any(|wanted| *wanted > 0) {
        let relaxed = relaxed(slitter, &left.wanted, &left.most, &mut pool);
        if cuts.is_empty() {
            measure = relaxed.measure;
        }
        let mut uses = relaxed.uses;
        uses.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
        if !round(slitter, &mut left, &mut cuts, &uses) {
            return (measure, None);
        }
    }
    (measure, Some(cuts))
}

/// Whole parents of what the relaxed problem uses; one parent where it uses none whole.
fn round(slitter: &Slitter, left: &mut Left, cuts: &mut Cuts, uses: &[(Counts, f64)]) -> bool {
    let mut some = false;
    for (counts, uses) in uses {
        // A share of a thousandth is the arithmetic's.
        let times = ((uses + 1e-3) as u32).min(left.fits(counts));
        if times > 0 {
            left.take(counts, times);
            add(cuts, counts, times);
            some = true;
        }
    }
    if some {
        return true;
    }
    let first = uses.iter().map(|(counts, _)| counts);
    let mut fitting = first.filter(|counts| left.fits(counts) > 0);
    let counts = fitting.next().cloned();
    let widths: Vec<u64> = slitter
        .widths
        .iter()
        .map(|width| u64::from(*width))
        .collect();
    let counts = counts.or_else(|| best(slitter, &widths, &left.most, None).counts);
    let useful = |counts: &Counts| {
        let mut pairs = counts.iter().zip(&left.wanted);
        pairs.any(|(count, wanted)| *count > 0 && *wanted > 0)
    };
    let Some(counts) = counts.filter(useful) else {
        return false;
    };
    left.take(&counts, 1);
    add(cuts, &counts, 1);
    true
}
