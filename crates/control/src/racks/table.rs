//! Racks as the cranes see them, worked out once from the plant.

use alloc::vec::Vec;
use core::ops::Index as At;
use fenhe_contract::*;
use fenhe_plant::*;

/// All aisles, and which cranes serve which points.
#[derive(Debug)]
pub(crate) struct Table {
    aisles: Fixed<CraneId, AisleTable>,
    /// Cranes that take loads in at a buffer.
    pub ins: Fixed<BufferId, Vec<CraneId>>,
    /// Cranes that bring loads out to a buffer.
    pub outs: Fixed<BufferId, Vec<CraneId>>,
    /// Out points where vehicles fetch loads.
    pub stores: Vec<BufferId>,
    /// The same, for each unload port that vehicles serve.
    pub behind: Fixed<BufferId, Vec<BufferId>>,
    /// By operation: the points where vehicles bring its loads in, if they go through a rack.
    pub through: Fixed<OperationId, Vec<BufferId>>,
    /// Cranes that vehicles bring loads to or that tidy up: what they may do follows from all that happens.
    pub curious: Vec<CraneId>,
}

/// One aisle. Slots are numbered as in the plant, from 0.
#[derive(Debug)]
pub(crate) struct AisleTable {
    /// In which pool a slot is: one for each class in each group of levels with the same limits.
    pub pool: Vec<u16>,
    /// Travel time from the first in point and to the first out point.
    pub cost: Vec<i64>,
    /// Number of pools: pool = group * classes + class.
    pub pools: usize,
    pub depth: u32,
    /// Only the nearest open slot is ever asked for when loads are put away.
    pub nearest: bool,
    /// Open slots are kept in order of their cost.
    pub sorted: bool,
    pub outs: Vec<BufferId>,
    pub ins: Vec<BufferId>,
    /// Where it returns to.
    pub home: Option<PlaceId>,
}

impl At<CraneId> for Table {
    type Output = AisleTable;
    fn index(&self, id: CraneId) -> &AisleTable {
        &self.aisles[id]
    }
}

impl Table {
    pub fn new(plant: &Plant) -> Table {
        let mut table = Table {
            aisles: Fixed::like(&plant.cranes, |id| AisleTable::new(plant, id)),
            ins: Fixed::like(&plant.buffers, |_| Vec::new()),
            outs: Fixed::like(&plant.buffers, |_| Vec::new()),
            stores: Vec::new(),
            behind: Fixed::like(&plant.buffers, |_| Vec::new()),
            through: Fixed::like(&plant.operations, |_| Vec::new()),
            curious: Vec::new(),
        };
        for (id, aisle) in table.aisles.pairs() {
            aisle.ins.iter().for_each(|&b| table.ins[b].push(id));
            aisle.outs.iter().for_each(|&b| table.outs[b].push(id));
        }
        let store = |id: &BufferId| matches!(plant.buffers[*id].kind, BufferKind::Store { .. });
        let out = |id: &BufferId| !table.outs[*id].is_empty();
        let stores: Vec<BufferId> = plant.buffers.ids().filter(store).filter(out).collect();
        for (id, buffer) in plant.buffers.pairs() {
            if let BufferKind::Unload { ref places, .. } = buffer.kind
                && plant.places[places.start].node.is_some()
            {
                table.behind[id] = stores.clone();
            }
        }
        table.stores = stores;
        for (id, crane) in plant.cranes.pairs() {
            let brings = crane.io.iter().any(|point| brings_in(plant, point));
            if brings || plant.racks[crane.rack].tidy {
                table.curious.push(id);
            }
        }
        for operation in plant.operations.ids() {
            table.through[operation] = through(plant, operation);
        }
        table
    }

    /// Cranes take loads in here that vehicles bring.
    pub fn takes_in(&self, plant: &Plant, buffer: BufferId) -> bool {
        let store = matches!(plant.buffers[buffer].kind, BufferKind::Store { .. });
        store && !self.ins[buffer].is_empty()
    }
    /// Cranes bring loads out here that vehicles fetch.
    pub fn gives_out(&self, buffer: BufferId) -> bool {
        self.stores.contains(&buffer)
    }
}

/// Vehicles bring loads to this point.
fn brings_in(plant: &Plant, point: &IoPoint) -> bool {
    match &plant.buffers[point.buffer].kind {
        BufferKind::Store { places } => !point.out && plant.places[places.start].node.is_some(),
        BufferKind::Load { .. } | BufferKind::Unload { .. } | BufferKind::Queue { .. } => false,
    }
}

/// In points of the racks that loads go through before an operation: where the plant says so, and where
/// only cranes bring loads to its ports.
fn through(plant: &Plant, operation: OperationId) -> Vec<BufferId> {
    let port = |id: BufferId| match &plant.buffers[id].kind {
        BufferKind::Unload {
            operation: of,
            places,
            ..
        } if *of == operation => Some(plant.places[places.start].node.is_some()),
        _ => None,
    };
    let served = plant.buffers.ids().any(|id| port(id) == Some(true));
    let feeds = |point: &IoPoint| point.out && port(point.buffer).is_some();
    let wanted = |crane: &&Crane| {
        let said = plant.racks[crane.rack].before.binary_search(&operation);
        said.is_ok() || !served && crane.io.iter().any(feeds)
    };
    let points = plant
        .cranes
        .iter()
        .filter(wanted)
        .flat_map(|crane| &crane.io);
    let points = points.filter(|point| brings_in(plant, point));
    let mut all: Vec<BufferId> = points.map(|point| point.buffer).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl AisleTable {
    fn new(plant: &Plant, id: CraneId) -> AisleTable {
        let crane = &plant.cranes[id];
        let rack = &plant.racks[crane.rack];
        let points = |out: bool| crane.io.iter().filter(move |point| point.out == out);
        let first = |out: bool| points(out).next().or(crane.io.first());
        let spots = [first(false), first(true)].map(|point| point.map(|point| point.at));
        let cost = |n: u32| {
            let there = rack.spot(n);
            let time = |at: Spot| rack.travel(at, there).0;
            spots.iter().flatten().map(|&at| time(at)).sum()
        };
        let cost: Vec<i64> = (0..rack.size()).map(cost).collect();
        let classes = rack.classes.len().max(1);
        let class = class_of(rack, &cost);
        let group = |n: u32| {
            let (_, level, ..) = rack.cell(n);
            let at = rack.limits.iter().position(|l| l.levels.contains(&level));
            at.map_or(0, |at| at + 1)
        };
        let pool = |n: u32| (group(n) * classes + usize::from(class[n as usize])) as u16;
        let first_place = |buffer: BufferId| match &plant.buffers[buffer].kind {
            BufferKind::Load { places, .. }
            | BufferKind::Unload { places, .. }
            | BufferKind::Store { places } => Some(places.start),
            BufferKind::Queue { .. } => None,
        };
        AisleTable {
            pool: (0..rack.size()).map(pool).collect(),
            pools: (rack.limits.len() + 1) * classes,
            depth: u32::from(rack.depth),
            nearest: rack.put_away == PutAway::Nearest,
            sorted: rack.put_away == PutAway::Nearest || rack.tidy,
            outs: points(true).map(|point| point.buffer).collect(),
            ins: points(false).map(|point| point.buffer).collect(),
            home: points(false)
                .next()
                .and_then(|point| first_place(point.buffer)),
            cost,
        }
    }

    /// The n-th slot before this one in its lane: itself, if it is in front.
    pub fn front(&self, n: u32) -> u32 {
        n - n % self.depth
    }
}

/// The class of each slot: lanes in order of their cost, so many for each class.
fn class_of(rack: &Rack, cost: &[i64]) -> Vec<u8> {
    let depth = u32::from(rack.depth);
    let mut lanes: Vec<u32> = (0..rack.size() / depth).collect();
    lanes.sort_by_key(|lane| cost[(lane * depth) as usize]);
    let mut class = alloc::vec![rack.classes.len().saturating_sub(1) as u8; cost.len()];
    let (mut from, mut share) = (0, 0);
    for (number, row) in rack.classes.iter().enumerate() {
        share += u64::from(row.share.0);
        let to = (share * lanes.len() as u64 + 500_000_000) / 1_000_000_000;
        let to = (to as usize).min(lanes.len());
        for lane in lanes.get(from..to).unwrap_or_default() {
            let slot = (lane * depth) as usize;
            class[slot..slot + depth as usize].fill(number as u8);
        }
        from = to.max(from);
    }
    class
}
