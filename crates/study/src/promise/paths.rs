//! How often a date is kept: the plant with all that is promised, simulated path by path, and when each order was done.

use crate::{PingPong, Scratch, run};
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_planner::promise::Capacity;
use fenhe_plant::Plant;
use fenhe_world::World;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Pieces of one product that are let in together, as a work order.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Row {
    /// What.
    pub product: ProductId,
    /// Pieces let in.
    pub pieces: u32,
    /// By when the plan has them done: the plant works in this order.
    pub due: Time,
}

/// An order of the book as the plant gets it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Wanted {
    /// Its campaigns, in turn.
    pub rows: Vec<Row>,
    /// Good pieces let in that are enough, by product: the rest may be scrapped.
    pub enough: Vec<(ProductId, u32)>,
    /// When it is let in.
    pub release: Time,
}

/// Counts what leaves of each work order, in pieces let in.
struct Counter {
    /// By order and product.
    left: Vec<Left>,
    /// Which of them a work order counts for.
    of: BTreeMap<OrderId, usize>,
    open: usize,
}

struct Left {
    /// Pieces that leave for so many let in.
    ratio: (u64, u64),
    enough: u64,
    count: u64,
    done: Option<Time>,
}

impl RecordSink for Counter {
    const PIECES: bool = false;
    #[inline]
    fn record(&mut self, now: Time, record: Record) {
        if let Record::Left { order, .. } = record
            && let Some(&at) = self.of.get(&order)
        {
            let left = &mut self.left[at];
            left.count += 1;
            let full = left.count * left.ratio.1 >= left.enough * left.ratio.0;
            if full && left.done.is_none() {
                left.done = Some(now);
                self.open -= 1;
            }
        }
    }
}

/// The plant with these orders instead of its own; serials are given in turn, one a row.
fn with_orders(plant: &Plant, book: &[Wanted]) -> Plant {
    let mut plant = plant.clone();
    plant.orders.clear();
    plant.order_names.clear();
    for (number, wanted) in book.iter().enumerate() {
        for row in &wanted.rows {
            let order = OrderId(plant.orders.len() as u64 + 1);
            let row = WorkOrder {
                order,
                product: row.product,
                quantity: row.pieces,
                due: row.due,
            };
            plant.orders.push((wanted.release, row));
            plant.order_names.push(format!("{number}/{}", order.0));
        }
    }
    plant
        .orders
        .sort_by_key(|(time, order)| (*time, order.order));
    plant
}

/// Runs one path from the plant's epoch until all orders are done or `until`: when each was done, none if it was not.
///
/// # Errors
/// [`PingPong`] if control and plant answered each other without end.
pub fn finishes(
    plant: &Plant,
    capacity: &Capacity,
    book: &[Wanted],
    until: Time,
    seed: Seed,
) -> Result<Vec<Option<Time>>, PingPong> {
    let plant = Arc::new(with_orders(plant, book));
    let mut counter = Counter::new(&plant, capacity, book);
    let mut core = Controller::new(plant.clone());
    let mut world = World::new(plant, seed);
    let mut scratch = Scratch::default();
    let mut now = Time::ZERO;
    while counter.open > 0 && now < until {
        now = (now + Span::hours(24)).min(until);
        run(
            &mut core,
            &mut world,
            now,
            &mut counter,
            &mut scratch,
            &mut (),
        )?;
    }
    let mut rows = counter.left.iter();
    let full = |wanted: &Wanted| {
        let mut rows = rows.by_ref().take(wanted.enough.len());
        rows.try_fold(Time::ZERO, |full, row| Some(full.max(row.done?)))
    };
    Ok(book.iter().map(full).collect())
}

impl Counter {
    fn new(plant: &Plant, capacity: &Capacity, book: &[Wanted]) -> Counter {
        let (mut left, mut of, mut serial) = (Vec::new(), BTreeMap::new(), 0);
        for wanted in book {
            let first = left.len();
            for &(product, enough) in &wanted.enough {
                let route = capacity.route(plant, product);
                let ratio = route.map_or((1, 1), |route| {
                    (u64::from(route.leaves), u64::from(route.lot))
                });
                left.push(Left {
                    ratio,
                    enough: u64::from(enough),
                    count: 0,
                    done: None,
                });
            }
            for row in &wanted.rows {
                serial += 1;
                let at = wanted
                    .enough
                    .iter()
                    .position(|(product, _)| *product == row.product);
                of.extend(at.map(|at| (OrderId(serial), first + at)));
            }
        }
        let open = left.len();
        Counter { left, of, open }
    }
}

/// Paths `first .. first + count` of a book on some threads: by order, when it was done in each path.
///
/// # Errors
/// The first [`PingPong`] in order of paths.
pub fn paths(
    plant: &Plant,
    capacity: &Capacity,
    book: &[Wanted],
    until: Time,
    (seed, range): (Seed, core::ops::Range<u32>),
    threads: u32,
) -> Result<Vec<Vec<Option<Time>>>, PingPong> {
    let next = AtomicU32::new(range.start);
    let slots: Vec<Mutex<_>> = range.clone().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, range.len().max(1) as u32) {
            scope.spawn(|| {
                loop {
                    let path = next.fetch_add(1, Ordering::Relaxed);
                    let Some(slot) = slots.get((path - range.start) as usize) else {
                        break;
                    };
                    let done = finishes(plant, capacity, book, until, seed.replication(path));
                    *slot.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(done);
                }
            });
        }
    });
    let mut by_order = vec![Vec::with_capacity(range.len()); book.len()];
    for slot in slots {
        let done = slot
            .into_inner()
            .unwrap_or_else(|broken| broken.into_inner());
        let done = done.expect("the scope ends after every path")?;
        for (order, time) in by_order.iter_mut().zip(done) {
            order.push(time);
        }
    }
    Ok(by_order)
}

/// The smallest of these times that at least a share of all is not later than; a path that was not done counts as
/// never. None if so many were not done.
pub fn quantile(paths: &[Option<Time>], share: Share) -> Option<Time> {
    let mut times: Vec<Time> = paths
        .iter()
        .map(|time| time.unwrap_or(Time::NEVER))
        .collect();
    times.sort_unstable();
    let time = *times.get(share.of(times.len()).max(1) - 1)?;
    (time < Time::NEVER).then_some(time)
}

/// Share of paths that keep a date, with its 95 % interval (Wilson 1927).
pub fn kept(paths: &[Option<Time>], date: Time) -> (f64, [f64; 2]) {
    let kept = paths.iter().flatten().filter(|time| **time <= date);
    share(kept.count(), paths.len())
}

/// A share of so many, with its 95 % interval (Wilson 1927).
pub fn share(hits: usize, of: usize) -> (f64, [f64; 2]) {
    let n = of.max(1) as f64;
    let (p, z) = (hits as f64 / n, 1.959_963_984_540_054);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (p, [(middle - half).max(0.0), (middle + half).min(1.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_count_paths_that_never_end() {
        let day = |n: i64| Some(Time(n));
        let paths = [day(3), day(1), None, day(2)];
        assert_eq!(quantile(&paths, Share(500_000_000)), day(2));
        assert_eq!(quantile(&paths, Share(750_000_000)), day(3));
        assert_eq!(quantile(&paths, Share(900_000_000)), None);
    }

    #[test]
    fn the_interval_is_wilsons() {
        let paths: Vec<Option<Time>> = (0..20).map(|n| (n < 18).then_some(Time(1))).collect();
        let (share, [low, high]) = kept(&paths, Time(1));
        assert_eq!(share, 0.9);
        assert!(
            (low - 0.699).abs() < 0.001 && (high - 0.972).abs() < 0.001,
            "{low} {high}"
        );
    }
}
