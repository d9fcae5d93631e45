//! The pattern of most value: a knapsack with limits of strips, of each width and of what is left.
//!
//! A table over widths that may be rounded down gives, from each item on, no less than what can still be had; a search
//! in depth that it bounds gives the pattern itself.

use super::Slitter;
use alloc::vec;
use alloc::vec::Vec;

/// Columns of the table, at most.
const COLUMNS: u32 = 4_096;
/// Nodes of the search in depth, at most: behind them the table's bound is all there is.
const NODES: u32 = 300_000;

/// Strips of each item side by side, by item.
pub type Counts = Vec<u32>;

/// The best pattern found.
pub struct Best {
    /// None where no pattern keeps to the limits.
    pub counts: Option<Counts>,
    /// Its value.
    pub value: u64,
    /// No pattern has more.
    pub most: u64,
}

/// The pattern of most value with at most `most` of each item, and at least `least`.
pub fn best(slitter: &Slitter, values: &[u64], most: &[u32], least: Option<usize>) -> Best {
    let mut search = Depth::new(slitter, values, most, least);
    let bound = search.bound(0, slitter.room, slitter.strips);
    search.visit(0, slitter.room, slitter.strips, 0);
    let most = if search.nodes < NODES {
        search.best
    } else {
        bound
    };
    Best {
        value: search.best,
        most,
        counts: search.found,
    }
}

struct Depth<'s> {
    slitter: &'s Slitter,
    /// Items, the most value for its width first.
    order: Vec<usize>,
    values: &'s [u64],
    most: &'s [u32],
    /// This item must be in it.
    with: Option<usize>,
    /// One row an item of `order` and one more: value from here on by width left.
    table: Vec<u64>,
    columns: usize,
    scale: u32,
    /// From each item of `order` on: the most value of one, the widest.
    suffix: Vec<(u64, u32)>,
    counts: Counts,
    found: Option<Counts>,
    best: u64,
    nodes: u32,
}

impl<'s> Depth<'s> {
    fn new(
        slitter: &'s Slitter,
        values: &'s [u64],
        most: &'s [u32],
        with: Option<usize>,
    ) -> Depth<'s> {
        let widths = &slitter.widths;
        let useful = |item: &usize| {
            most[*item] > 0 && (values[*item] > 0 || slitter.least > 0 || with == Some(*item))
        };
        let mut order: Vec<usize> = (0..widths.len()).filter(useful).collect();
        order.sort_by(|&a, &b| {
            let worth = |x: usize, y: usize| u128::from(values[x]) * u128::from(widths[y]);
            let first = |item: usize| with != Some(item);
            (first(a), worth(b, a), a).cmp(&(first(b), worth(a, b), b))
        });
        let mut suffix = vec![(0, 0); order.len() + 1];
        for (at, &item) in order.iter().enumerate().rev() {
            let (value, width) = suffix[at + 1];
            suffix[at] = (values[item].max(value), widths[item].max(width));
        }
        let scale = slitter.room / COLUMNS + 1;
        let mut depth = Depth {
            slitter,
            order,
            values,
            most,
            with,
            table: Vec::new(),
            columns: (slitter.room / scale) as usize + 1,
            scale,
            suffix,
            counts: vec![0; widths.len()],
            found: None,
            best: 0,
            nodes: 0,
        };
        depth.fill();
        depth
    }

    /// The table, from the last item to the first: each with powers of two of it, so that all counts are had.
    fn fill(&mut self) {
        let columns = self.columns;
        self.table = vec![0; (self.order.len() + 1) * columns];
        for (at, &item) in self.order.iter().enumerate().rev() {
            let (rows, below) = self.table.split_at_mut((at + 1) * columns);
            let row = &mut rows[at * columns..];
            row.copy_from_slice(&below[..columns]);
            let width = (self.slitter.widths[item] / self.scale) as usize;
            let fits = self.slitter.room / self.slitter.widths[item].max(1);
            let mut left = self.most[item].min(self.slitter.strips).min(fits);
            let mut chunk = 1;
            while left > 0 {
                let count = chunk.min(left);
                add(
                    row,
                    width * count as usize,
                    self.values[item] * u64::from(count),
                );
                left -= count;
                chunk *= 2;
            }
        }
    }

    fn bound(&self, at: usize, room: u32, strips: u32) -> u64 {
        let column = (room / self.scale) as usize;
        let table = self.table[at * self.columns + column];
        table.min(self.suffix[at].0.saturating_mul(u64::from(strips)))
    }

    fn visit(&mut self, at: usize, room: u32, strips: u32, value: u64) {
        self.nodes += 1;
        if self.nodes >= NODES {
            return;
        }
        let used = self.slitter.room - room;
        if used >= self.slitter.least && used > 0 && (value > self.best || self.found.is_none()) {
            self.best = value;
            self.found = Some(self.counts.clone());
        }
        let Some(&item) = self.order.get(at) else {
            return;
        };
        let reach = u64::from(self.suffix[at].1) * u64::from(strips);
        if u64::from(used) + reach < u64::from(self.slitter.least) {
            return;
        }
        let width = self.slitter.widths[item];
        let least = u32::from(self.with == Some(item));
        let most = self.most[item].min(strips).min(room / width);
        for count in (least..=most).rev() {
            let (room, strips) = (room - width * count, strips - count);
            let value = value + self.values[item] * u64::from(count);
            let open = self.found.is_none() || value + self.bound(at + 1, room, strips) > self.best;
            if open {
                self.counts[item] = count;
                self.visit(at + 1, room, strips, value);
            }
        }
        self.counts[item] = 0;
    }
}

/// One more thing for the knapsacks of all widths.
fn add(row: &mut [u64], width: usize, value: u64) {
    for column in (width..row.len()).rev() {
        row[column] = row[column].max(row[column - width] + value);
    }
}
