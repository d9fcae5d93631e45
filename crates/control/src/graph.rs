//! The way of pieces through stations and buffers, read from the plant once.

use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// `counted` pieces seen mean that `pieces` of one of these sources are no longer in the plant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Credit {
    /// The piece came from one of these.
    pub sources: Vec<SourceId>,
    /// So many pieces released there ...
    pub pieces: u64,
    /// ... for so many counted here.
    pub counted: u64,
    /// Row of the remainder kept in the state.
    pub row: usize,
}

/// What takes pieces off the sources' accounts.
pub(crate) struct Accounts {
    pub leaving: Fixed<SinkId, Vec<Credit>>,
    pub scrapping: Fixed<StationId, Vec<Credit>>,
}

/// Follows pieces back from sinks and stations to the sources for which `limited` holds.
pub(crate) fn accounts(plant: &Plant, limited: &dyn Fn(SourceId) -> bool) -> Accounts {
    let mut walk = Walk {
        plant,
        limited,
        path: Vec::new(),
        budget: 200_000,
    };
    let mut rows = 0;
    let mut number = |mut credits: Vec<Credit>| {
        for credit in &mut credits {
            credit.row = rows;
            rows += 1;
        }
        credits
    };
    if !plant.sources.ids().any(limited) {
        return Accounts {
            leaving: Fixed::like(&plant.sinks, |_| Vec::new()),
            scrapping: Fixed::like(&plant.stations, |_| Vec::new()),
        };
    }
    let leaving = Fixed::like(&plant.sinks, |sink| {
        number(walk.released_as(To::Sink(sink), None))
    });
    let scrapping = Fixed::like(&plant.stations, |station| number(walk.taken(station)));
    Accounts { leaving, scrapping }
}

struct Walk<'a> {
    plant: &'a Plant,
    limited: &'a dyn Fn(SourceId) -> bool,
    path: Vec<StationId>,
    budget: u32,
}

impl Walk<'_> {
    /// What one piece at `to` was released as. Several ways in are alternatives.
    fn released_as(&mut self, to: To, buffer: Option<BufferId>) -> Vec<Credit> {
        let mut ways: Vec<Vec<Credit>> = Vec::new();
        for (id, source) in self.plant.sources.pairs() {
            if Some(source.to) == buffer && (self.limited)(id) {
                ways.push(vec![Credit {
                    sources: vec![id],
                    pieces: 1,
                    counted: 1,
                    row: 0,
                }]);
            }
        }
        for id in feeders(self.plant, to) {
            let way = self.given(id);
            if !way.is_empty() {
                ways.push(way);
            }
        }
        match ways.len() {
            0 | 1 => ways.pop().unwrap_or_default(),
            _ => vec![any_of(ways)],
        }
    }

    /// What one piece given by a station was released as.
    fn given(&mut self, station: StationId) -> Vec<Credit> {
        let parts = self.plant.stations[station]
            .outputs
            .iter()
            .map(|o| u64::from(o.count))
            .sum();
        let mut credits = self.taken(station);
        for credit in &mut credits {
            credit.counted = credit.counted.saturating_mul(u64::max(parts, 1));
        }
        credits
    }

    /// What one job of a station took in: all of its inputs.
    fn taken(&mut self, station: StationId) -> Vec<Credit> {
        if self.path.contains(&station) || self.budget == 0 {
            return Vec::new();
        }
        self.budget -= 1;
        self.path.push(station);
        let mut credits = Vec::new();
        for input in &self.plant.stations[station].inputs {
            for mut credit in self.released_as(To::Buffer(input.buffer), Some(input.buffer)) {
                credit.pieces = credit.pieces.saturating_mul(u64::from(input.count));
                credits.push(credit);
            }
        }
        self.path.pop();
        credits
    }
}

fn any_of(ways: Vec<Vec<Credit>>) -> Credit {
    let first = ways[0][0].clone();
    let same = ways
        .iter()
        .all(|way| way.len() == 1 && way[0].pieces == first.pieces);
    let mut sources: Vec<SourceId> = ways.into_iter().flatten().flat_map(|c| c.sources).collect();
    sources.sort_unstable();
    sources.dedup();
    match same {
        true => Credit { sources, ..first },
        false => Credit {
            sources,
            pieces: 1,
            counted: 1,
            row: 0,
        },
    }
}

/// Buffers from which pieces come through stations that run by themselves, each with the share
/// that comes through.
#[derive(Default)]
pub(crate) struct Walked {
    /// Unload ports, queues that wait for control's word and queues that sources feed.
    pub entries: Vec<(BufferId, f64)>,
    seen: Vec<StationId>,
}

impl Walked {
    /// Follows pieces back from `to`; `through` is the share that gets from there to the exit.
    pub fn back(&mut self, plant: &Plant, to: To, through: f64) {
        let gives = |station: &Station| station.outputs.iter().any(|out| out.to == to);
        for (id, station) in plant.stations.pairs().filter(|(_, station)| gives(station)) {
            if self.seen.contains(&id) {
                continue;
            }
            self.seen.push(id);
            let lost = if tells_scrap(station) {
                0.0
            } else {
                station.scrap.as_f64()
            };
            self.before(plant, station, through * (1.0 - lost));
        }
    }

    /// The same from what a station takes.
    pub fn before(&mut self, plant: &Plant, station: &Station, through: f64) {
        for input in &station.inputs {
            let carried = matches!(plant.buffers[input.buffer].kind, BufferKind::Unload { .. })
                || matches!(station.start, Start::Control(_));
            let fed = plant.sources.iter().any(|source| source.to == input.buffer);
            let known = self.entries.iter().any(|&(entry, _)| entry == input.buffer);
            if (carried || fed) && !known {
                self.entries.push((input.buffer, through));
            }
            if !carried {
                self.back(plant, To::Buffer(input.buffer), through);
            }
        }
    }
}

/// Whether control hears of each piece scrapped at a station.
pub(crate) fn tells_scrap(station: &Station) -> bool {
    match station.reports {
        Reports::Counter { .. } | Reports::Piece => true,
        Reports::Carrier | Reports::Nothing => false,
    }
}

/// Stations that give to a buffer or sink. Carriers come to an unload port from the load ports of
/// the operation before.
fn feeders(plant: &Plant, to: To) -> Vec<StationId> {
    let mut targets = vec![to];
    if let To::Buffer(buffer) = to
        && let BufferKind::Unload { operation, .. } = plant.buffers[buffer].kind
    {
        for (id, other) in plant.buffers.pairs() {
            if let BufferKind::Load {
                operation: done, ..
            } = other.kind
                && follows(plant, done, operation)
            {
                targets.push(To::Buffer(id));
            }
        }
    }
    let gives = |station: &Station| station.outputs.iter().any(|out| targets.contains(&out.to));
    plant
        .stations
        .pairs()
        .filter(|(_, station)| gives(station))
        .map(|(id, _)| id)
        .collect()
}

/// Whether `next` comes right after `done` on some route (`None`: at its start).
pub(crate) fn follows(plant: &Plant, done: Option<OperationId>, next: OperationId) -> bool {
    plant
        .products
        .iter()
        .any(|product| next_operation(product, done) == Some(next))
}

/// Number of operations done on a route when `done` was the last one (`None`: none).
pub(crate) fn done(product: &Product, done: Option<OperationId>) -> u16 {
    let at = done.and_then(|done| product.route.iter().position(|step| step.operation == done));
    at.map_or(0, |at| at as u16 + 1)
}

/// The operation after the first occurrence of `done` on a route (`None`: the first one).
pub(crate) fn next_operation(product: &Product, done: Option<OperationId>) -> Option<OperationId> {
    let at = match done {
        None => 0,
        Some(done) => {
            product
                .route
                .iter()
                .position(|step| step.operation == done)?
                + 1
        }
    };
    product.route.get(at).map(|step| step.operation)
}

/// Mean process time at a station by product.
pub(crate) fn means(plant: &Plant, station: StationId) -> Vec<Span> {
    let times = &plant.stations[station].times;
    let mean = |product: ProductId| {
        let row = times.get(product.index()).or(times.first());
        row.map_or(Span::ZERO, Dist::mean)
    };
    plant.products.ids().map(mean).collect()
}

/// Mean process time from each station to the exit by product, always by the first output and the
/// first station behind a buffer.
pub(crate) fn remaining(
    plant: &Plant,
    means: &Fixed<StationId, Vec<Span>>,
) -> Fixed<StationId, Vec<Span>> {
    let behind = Behind::new(plant);
    let along = |start: StationId, product: ProductId| {
        let (mut total, mut at, mut left) = (Span::ZERO, Some(start), plant.stations.len());
        while let Some(station) = at
            && left > 0
        {
            total = Span(total.0.saturating_add(means[station][product.index()].0));
            at = behind.next(plant, station, product);
            left -= 1;
        }
        total
    };
    Fixed::like(&plant.stations, |id| {
        plant.products.ids().map(|p| along(id, p)).collect()
    })
}

struct Behind {
    taker: Fixed<BufferId, Option<StationId>>,
    unload: Fixed<OperationId, Option<BufferId>>,
}

impl Behind {
    fn new(plant: &Plant) -> Behind {
        let mut taker = Fixed::like(&plant.buffers, |_| None);
        for (id, station) in plant.stations.pairs().rev() {
            for input in &station.inputs {
                taker[input.buffer] = Some(id);
            }
        }
        let mut unload = Fixed::like(&plant.operations, |_| None);
        for (id, buffer) in plant.buffers.pairs().rev() {
            if let BufferKind::Unload { operation, .. } = buffer.kind {
                unload[operation] = Some(id);
            }
        }
        Behind { taker, unload }
    }
    fn next(&self, plant: &Plant, station: StationId, product: ProductId) -> Option<StationId> {
        let To::Buffer(buffer) = plant.stations[station].outputs.first()?.to else {
            return None;
        };
        let at = match plant.buffers[buffer].kind {
            BufferKind::Load { operation, .. } => {
                self.unload[next_operation(&plant.products[product], operation)?]?
            }
            BufferKind::Queue { .. } | BufferKind::Unload { .. } | BufferKind::Store { .. } => {
                buffer
            }
        };
        self.taker[at]
    }
}

/// Per station: no station for which `rule` holds can be reached from it.
pub(crate) fn nothing_behind(
    plant: &Plant,
    rule: &Fixed<StationId, bool>,
) -> Fixed<StationId, bool> {
    let mut reaches = Fixed::like(&plant.stations, |_| false);
    loop {
        let mut changed = false;
        for (id, station) in plant.stations.pairs() {
            for &input in station.inputs.iter().map(|input| &input.buffer) {
                if !(rule[id] || reaches[id]) {
                    continue;
                }
                let mut before = feeders(plant, To::Buffer(input));
                before.extend(plant.stations.pairs().filter_map(|(other, row)| {
                    let back = row.rework.as_ref().is_some_and(|rework| rework.to == input);
                    back.then_some(other)
                }));
                for other in before {
                    changed |= !core::mem::replace(&mut reaches[other], true);
                }
            }
        }
        if !changed {
            return Fixed::like(&plant.stations, |id| !reaches[id]);
        }
    }
}
