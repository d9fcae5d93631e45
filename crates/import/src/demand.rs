//! Transports that nobody declared: plant models of fleet managers say where loads can be fetched and
//! brought, not how many go where. Each place sends to the next one that takes, all at one rate that keeps the fleet
//! busy for about two fifths of the time.

use crate::sketch::Sketch;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Share of the time that vehicles are to be under way.
const BUSY: f64 = 0.4;
/// Fetching and bringing one load, for the estimate of the rate [s].
const HANDLING: f64 = 60.0;
/// Rates to choose from [min].
const EVERY: [u32; 12] = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 240, 480];
/// Speed of vehicles that the source does not state [mm/s].
pub const SPEED: u32 = 500;
/// Most docks of which transports are made.
const MOST: usize = 1000;

/// Transports that are assumed.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// From and to, indices of docks.
    pub pairs: Vec<(usize, usize)>,
    /// Time between two loads of one pair [min].
    pub every: u32,
}

/// The transports of a sketch; none if there are no two places or no vehicle.
pub fn demand(sketch: &Sketch) -> Demand {
    let pairs = pairs(sketch);
    let fleet = sketch.fleet();
    if pairs.is_empty() || fleet == 0 {
        return Demand::default();
    }
    let minutes = round_trips(sketch, &pairs) / 60.0 / (BUSY * fleet as f64);
    let every = EVERY.into_iter().find(|&every| f64::from(every) >= minutes);
    Demand {
        pairs,
        every: every.unwrap_or(EVERY[EVERY.len() - 1]),
    }
}

/// Every dock that gives sends to one that takes, and every one that takes is sent to.
fn pairs(sketch: &Sketch) -> Vec<(usize, usize)> {
    let docks = &sketch.docks[..sketch.docks.len().min(MOST)];
    let of = |wanted: fn(&crate::sketch::Dock) -> bool| -> Vec<usize> {
        (0..docks.len()).filter(|&i| wanted(&docks[i])).collect()
    };
    let (gives, takes) = (of(|dock| dock.gives), of(|dock| dock.takes));
    let mut pairs = Vec::new();
    if gives.is_empty() || takes.is_empty() {
        return pairs;
    }
    for i in 0..gives.len().max(takes.len()) {
        let from = gives[i % gives.len()];
        let later = if gives == takes { 1 } else { 0 };
        let to = (0..takes.len())
            .map(|step| takes[(i + later + step) % takes.len()])
            .find(|&to| docks[to].node != docks[from].node);
        pairs.extend(to.map(|to| (from, to)).filter(|pair| !pairs.contains(pair)));
    }
    pairs
}

/// Seconds for one load of each pair, the way back with it.
fn round_trips(sketch: &Sketch, pairs: &[(usize, usize)]) -> f64 {
    let mut known: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    let mut total = 0.0;
    for &(from, to) in pairs {
        let (a, b) = (sketch.docks[from].node, sketch.docks[to].node);
        for (start, end) in [(a, b), (b, a)] {
            let times = known.entry(start).or_insert_with(|| times(sketch, start));
            let ms = times.get(end).copied().filter(|&ms| ms < u64::MAX);
            total += ms.unwrap_or(0) as f64 / 1e3;
        }
        total += HANDLING;
    }
    total
}

/// Shortest driving times from a node to all others [ms] (Dijkstra 1959).
fn times(sketch: &Sketch, start: usize) -> Vec<u64> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); sketch.nodes.len()];
    for (i, edge) in sketch.edges.iter().enumerate() {
        leaving[edge.from].push(i);
    }
    let top = sketch.kinds.iter().filter_map(|kind| kind.speed).min();
    let mut best = vec![u64::MAX; sketch.nodes.len()];
    best[start] = 0;
    let mut open = BinaryHeap::from([Reverse((0_u64, start))]);
    while let Some(Reverse((time, node))) = open.pop() {
        if time > best[node] {
            continue;
        }
        for &i in &leaving[node] {
            let edge = &sketch.edges[i];
            let speed = edge
                .limit
                .unwrap_or(u32::MAX)
                .min(top.unwrap_or(SPEED))
                .max(1);
            let ms = sketch.length(edge) * 1e3 / f64::from(speed);
            let later = time.saturating_add(ms as u64);
            if later < best[edge.to] {
                best[edge.to] = later;
                open.push(Reverse((later, edge.to)));
            }
        }
    }
    best
}
