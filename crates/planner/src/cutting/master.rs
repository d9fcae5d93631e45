//! The relaxed problem: how many parents if a pattern could be used in parts, by column generation.
//!
//! The simplex method works in floating point, and may: what it gives is rounded to whole values of the items first,
//! and the bound is then worked out exactly in integers from these (Farley 1990), so that it holds for any values.

use super::Slitter;
use super::knapsack::{Counts, best};
use alloc::vec;
use alloc::vec::Vec;

/// One parent in whole values of items.
pub const ONE: u64 = 1_000_000_000;
/// What counts as nothing.
const SMALL: f64 = 1e-9;

/// Values of items of which no pattern has more than `most`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measure {
    /// Of a strip, by item.
    pub values: Vec<u64>,
    /// Of a parent, at most.
    pub most: u64,
}

impl Measure {
    /// No fewer parents give these strips.
    pub fn parents(&self, strips: &[u32]) -> u64 {
        let value = self.of(strips);
        if value == 0 {
            0
        } else {
            value.div_ceil(self.most.max(1))
        }
    }

    /// Value of so many strips.
    pub fn of(&self, strips: &[u32]) -> u64 {
        let pairs = self.values.iter().zip(strips);
        pairs
            .map(|(value, count)| value * u64::from(*count))
            .fold(0, u64::saturating_add)
    }
}

/// The relaxed problem solved.
pub struct Relaxed {
    /// The values with the best bound, if there are any.
    pub measure: Option<Measure>,
    /// Patterns and how often they are used.
    pub uses: Vec<(Counts, f64)>,
}

/// What stands in a row of the basis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    /// Nothing yet: a strip bought dearly.
    Bought,
    /// One strip too many of an item.
    Spare,
    /// A pattern, by its number in the pool.
    Pattern(usize),
}

/// Price of a bought strip: more than any strip is worth.
const DEAR: f64 = 4.0;

/// Solves the relaxed problem for these demands with patterns of at most `most` of each item. `pool` has patterns to
/// begin with, and gets those that are found.
pub fn relaxed(slitter: &Slitter, demand: &[u32], most: &[u32], pool: &mut Vec<Counts>) -> Relaxed {
    let rows: Vec<usize> = (0..demand.len()).filter(|&item| demand[item] > 0).collect();
    let mut simplex = Simplex::new(&rows, demand);
    let mut measure: Option<Measure> = None;
    let fits = |counts: &Counts| counts.iter().zip(most).all(|(count, most)| count <= most);
    let mut open: Vec<usize> = (0..pool.len()).filter(|&at| fits(&pool[at])).collect();
    for _ in 0..200 + 60 * rows.len() {
        let duals = simplex.duals();
        if simplex.spare(&duals) {
            continue;
        }
        if let Some(at) = dearest(&rows, &duals, &open, pool) {
            if !simplex.enter(Column::Pattern(at), &column(&rows, &pool[at])) {
                break;
            }
            continue;
        }
        let values = whole(&rows, &duals, demand.len());
        let found = best(slitter, &values, most, None);
        let next = Measure {
            values,
            most: found.most,
        };
        if measure
            .as_ref()
            .is_none_or(|old| tighter(&next, old, demand))
        {
            measure = Some(next);
        }
        let Some(counts) = found
            .counts
            .filter(|_| found.value > ONE + ONE / 10_000_000)
        else {
            break;
        };
        if pool.contains(&counts) {
            break;
        }
        open.push(pool.len());
        let entering = column(&rows, &counts);
        pool.push(counts);
        if !simplex.enter(Column::Pattern(pool.len() - 1), &entering) {
            break;
        }
    }
    Relaxed {
        measure,
        uses: simplex.uses(pool),
    }
}

/// The bound of the first is more.
fn tighter(one: &Measure, other: &Measure, demand: &[u32]) -> bool {
    let worth = |a: &Measure, b: &Measure| u128::from(a.of(demand)) * u128::from(b.most);
    worth(one, other) > worth(other, one)
}

/// The pattern of the pool that saves most, if one saves anything.
fn dearest(rows: &[usize], duals: &[f64], open: &[usize], pool: &[Counts]) -> Option<usize> {
    let mut chosen = (1.0 + 1e-7, None);
    for &at in open {
        let worth = rows.iter().zip(duals);
        let worth: f64 = worth
            .map(|(&row, dual)| dual * f64::from(pool[at][row]))
            .sum();
        if worth > chosen.0 {
            chosen = (worth, Some(at));
        }
    }
    chosen.1
}

fn column(rows: &[usize], counts: &Counts) -> Vec<f64> {
    rows.iter().map(|&row| f64::from(counts[row])).collect()
}

/// Duals as whole values.
fn whole(rows: &[usize], duals: &[f64], items: usize) -> Vec<u64> {
    let mut values = vec![0; items];
    for (&row, &dual) in rows.iter().zip(duals) {
        values[row] = (dual.clamp(0.0, DEAR) * ONE as f64) as u64;
    }
    values
}

/// The revised simplex method with the inverse of the basis kept whole.
struct Simplex {
    size: usize,
    basis: Vec<Column>,
    inverse: Vec<f64>,
    uses: Vec<f64>,
}

impl Simplex {
    fn new(rows: &[usize], demand: &[u32]) -> Simplex {
        let size = rows.len();
        let mut inverse = vec![0.0; size * size];
        for row in 0..size {
            inverse[row * size + row] = 1.0;
        }
        Simplex {
            size,
            basis: vec![Column::Bought; size],
            inverse,
            uses: rows.iter().map(|&row| f64::from(demand[row])).collect(),
        }
    }

    fn duals(&self) -> Vec<f64> {
        let mut duals = vec![0.0; self.size];
        for (row, column) in self.basis.iter().enumerate() {
            let cost = match column {
                Column::Bought => DEAR,
                Column::Spare => continue,
                Column::Pattern(_) => 1.0,
            };
            let line = &self.inverse[row * self.size..(row + 1) * self.size];
            for (dual, part) in duals.iter_mut().zip(line) {
                *dual += cost * part;
            }
        }
        duals
    }

    /// Lets spare strips in where a strip would be worth less than nothing.
    fn spare(&mut self, duals: &[f64]) -> bool {
        let lowest = duals.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        let Some((row, _)) = lowest.filter(|(_, dual)| **dual < -1e-7) else {
            return false;
        };
        let mut entering = vec![0.0; self.size];
        entering[row] = -1.0;
        self.enter(Column::Spare, &entering)
    }

    /// A column comes into the basis, and the first to run out goes.
    fn enter(&mut self, column: Column, entering: &[f64]) -> bool {
        let size = self.size;
        let lines = self.inverse.chunks_exact(size.max(1));
        let dot = |line: &[f64]| line.iter().zip(entering).map(|(a, b)| a * b).sum();
        let step: Vec<f64> = lines.map(dot).collect();
        let mut leaving: Option<(f64, usize)> = None;
        for (row, &pace) in step.iter().enumerate().filter(|(_, pace)| **pace > SMALL) {
            let ratio = self.uses[row] / pace;
            if leaving.is_none_or(|(least, at)| {
                ratio < least - SMALL || (ratio < least + SMALL && pace > step[at])
            }) {
                leaving = Some((ratio, row));
            }
        }
        let Some((ratio, out)) = leaving else {
            return false;
        };
        for (row, pace) in step.iter().enumerate() {
            self.uses[row] = (self.uses[row] - ratio * pace).max(0.0);
        }
        self.uses[out] = ratio.max(0.0);
        self.basis[out] = column;
        self.pivot(out, &step);
        true
    }

    fn pivot(&mut self, out: usize, step: &[f64]) {
        let size = self.size;
        let by = step[out];
        for part in &mut self.inverse[out * size..(out + 1) * size] {
            *part /= by;
        }
        let line = self.inverse[out * size..(out + 1) * size].to_vec();
        for (row, &pace) in step.iter().enumerate() {
            if row == out || pace == 0.0 {
                continue;
            }
            let parts = &mut self.inverse[row * size..(row + 1) * size];
            for (part, other) in parts.iter_mut().zip(&line) {
                *part -= pace * other;
            }
        }
    }

    fn uses(&self, pool: &[Counts]) -> Vec<(Counts, f64)> {
        let used = self.basis.iter().zip(&self.uses);
        used.filter_map(|(column, &uses)| match column {
            Column::Pattern(at) if uses > SMALL => Some((pool[*at].clone(), uses)),
            _ => None,
        })
        .collect()
    }
}
