//! Pieces inside groups of stations that run by themselves: in by the carriers emptied at their
//! unload ports (or released into their queues), out by the carriers filled and the sinks' counts.
//! What is scrapped inside is taken off when it is told. Where it is not, the expected share of it is
//! taken off with what comes out, so the figure is an estimate: unbiased while each exit is reached from
//! one entry and nothing is lost in breakdowns.

use crate::graph::{Walked, tells_scrap};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;
use serde::{Deserialize, Serialize};

/// Which entries an exit takes from, with the share of pieces that come through.
#[derive(Debug)]
pub(crate) struct Exits {
    /// Load ports, and queues that wait for control's word.
    pub buffers: Fixed<BufferId, Vec<(BufferId, Share)>>,
    pub sinks: Fixed<SinkId, Vec<(BufferId, Share)>>,
    /// Stations that tell what they scrap.
    pub scraps: Fixed<StationId, Vec<(BufferId, Share)>>,
    /// Buffers that are entries of some exit.
    pub entry: Fixed<BufferId, bool>,
}

/// Lots inside, oldest first, by entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Inside {
    rows: Fixed<BufferId, Row>,
}

#[derive(Clone, Default, Debug, Serialize, Deserialize)]
struct Row {
    /// Of all lots.
    parts: u64,
    lots: VecDeque<Lot>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Lot {
    since: Time,
    product: ProductId,
    /// Millionths of pieces.
    parts: u64,
}

const PIECE: u64 = 1_000_000;
/// Pieces that enter within this are one lot.
const LOT: Span = Span::seconds(10);
/// The oldest lots are merged beyond this.
const LOTS: usize = 1024;

impl Exits {
    pub fn new(plant: &Plant) -> Exits {
        let told = |id: BufferId| told(plant, id);
        let buffers = Fixed::like(&plant.buffers, |id| match seen(plant, id) {
            true => reached(plant, &told, To::Buffer(id)),
            false => Vec::new(),
        });
        let sinks = Fixed::like(&plant.sinks, |id| match counted(plant, id) {
            true => reached(plant, &told, To::Sink(id)),
            false => Vec::new(),
        });
        let scraps = Fixed::like(&plant.stations, |id| {
            let mut walked = Walked::default();
            if tells_scrap(&plant.stations[id]) {
                walked.before(plant, &plant.stations[id], 1.0);
            }
            known(plant, &told, walked)
        });
        let mut entry = Fixed::like(&plant.buffers, |_| false);
        for &(id, _) in buffers.iter().chain(sinks.iter()).flatten() {
            entry[id] = true;
        }
        Exits {
            buffers,
            sinks,
            scraps,
            entry,
        }
    }
}

/// A queue of which control hears each piece, for a station there waits for its word.
fn told(plant: &Plant, id: BufferId) -> bool {
    let takes = |station: &Station| station.inputs.first().is_some_and(|i| i.buffer == id);
    let waits = |station: &Station| matches!(station.start, Start::Control(_));
    plant
        .stations
        .iter()
        .any(|station| waits(station) && takes(station))
}

/// Control hears of pieces that come to this buffer out of stations.
pub(crate) fn seen(plant: &Plant, id: BufferId) -> bool {
    match plant.buffers[id].kind {
        BufferKind::Load { .. } => true,
        BufferKind::Queue { .. } => told(plant, id),
        BufferKind::Unload { .. } | BufferKind::Store { .. } => false,
    }
}

/// Control hears how many pieces come to this sink.
pub(crate) fn counted(plant: &Plant, id: SinkId) -> bool {
    match plant.sinks[id].reports {
        Reports::Counter { .. } | Reports::Piece => true,
        Reports::Carrier | Reports::Nothing => false,
    }
}

/// Entries from which pieces come to `to` through stations alone.
fn reached(plant: &Plant, told: &dyn Fn(BufferId) -> bool, to: To) -> Vec<(BufferId, Share)> {
    let mut walked = Walked::default();
    walked.back(plant, to, 1.0);
    known(plant, told, walked)
}

/// Of the entries found those where control sees pieces come in.
fn known(plant: &Plant, told: &dyn Fn(BufferId) -> bool, walked: Walked) -> Vec<(BufferId, Share)> {
    let known = |&(id, _): &(BufferId, f64)| match plant.buffers[id].kind {
        BufferKind::Unload { .. } => true,
        BufferKind::Queue { .. } => {
            let counted = |source: &Source| {
                let endless = matches!(source.demand, Demand::Endless(_));
                source.to == id && !(endless && source.release == Release::Push)
            };
            told(id) || plant.sources.iter().any(counted)
        }
        BufferKind::Load { .. } | BufferKind::Store { .. } => false,
    };
    let share = |(id, through): (BufferId, f64)| (id, Share((through * 1e9) as u32));
    walked
        .entries
        .into_iter()
        .filter(known)
        .map(share)
        .collect()
}

impl Inside {
    pub fn new(plant: &Plant) -> Inside {
        Inside {
            rows: Fixed::like(&plant.buffers, |_| Row::default()),
        }
    }

    /// Pieces entered by a buffer.
    pub fn entered(&mut self, now: Time, by: BufferId, product: ProductId, count: u32) {
        let row = &mut self.rows[by];
        let parts = u64::from(count) * PIECE;
        row.parts += parts;
        match row.lots.back_mut() {
            Some(last) if now - last.since < LOT && last.product == product => last.parts += parts,
            _ => row.lots.push_back(Lot {
                since: now,
                product,
                parts,
            }),
        }
        if row.lots.len() > LOTS
            && let Some(first) = row.lots.pop_front()
            && let Some(second) = row.lots.front_mut()
        {
            second.parts += first.parts;
            second.since = first.since;
        }
    }

    /// Pieces came out, or were lost: off the entry with most inside.
    pub fn left(&mut self, entries: &[(BufferId, Share)], count: u32) {
        let most = |&&(id, _): &&(BufferId, Share)| (self.rows[id].parts, core::cmp::Reverse(id));
        let Some(&(id, through)) = entries.iter().max_by_key(most) else {
            return;
        };
        let whole = u128::from(Share::ONE.0);
        let parts =
            u128::from(count) * u128::from(PIECE) * whole / u128::from(through.0.max(1_000_000));
        let row = &mut self.rows[id];
        let mut parts = u64::try_from(parts).unwrap_or(u64::MAX).min(row.parts);
        row.parts -= parts;
        while parts > 0
            && let Some(first) = row.lots.front_mut()
        {
            let part = parts.min(first.parts);
            first.parts -= part;
            parts -= part;
            if first.parts == 0 {
                row.lots.pop_front();
            }
        }
    }

    /// For a belief: per entry buffer and product that has any, in order of the oldest lot. The
    /// counts of one entry add up to what is inside, rounded.
    pub fn believed(&self) -> Vec<InsideBelief> {
        let mut all = Vec::new();
        for (entry, row) in self.rows.pairs() {
            let mut products: Vec<(ProductId, Time, u64)> = Vec::new();
            for lot in &row.lots {
                match products.iter_mut().find(|p| p.0 == lot.product) {
                    Some(product) => product.2 += lot.parts,
                    None => products.push((lot.product, lot.since, lot.parts)),
                }
            }
            let (mut parts, mut counted) = (PIECE / 2, 0);
            for (product, since, of_it) in products {
                parts += of_it;
                let count = (parts / PIECE - counted) as u32;
                counted += u64::from(count);
                if count > 0 {
                    all.push(InsideBelief {
                        entry,
                        count,
                        product,
                        since,
                    });
                }
            }
        }
        all
    }
}
