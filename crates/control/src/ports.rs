//! Ports and stores by what they take, read from the plant once.

use crate::graph::next_operation;
use alloc::vec::Vec;
use core::ops::Range;
use fenhe_contract::*;
use fenhe_plant::*;

/// Ports and stores.
#[derive(Debug)]
pub(crate) struct Ports {
    /// Where a vehicle stands to serve a buffer.
    pub node: Fixed<BufferId, Option<NodeId>>,
    /// Positions of a buffer; empty for queues.
    pub places: Fixed<BufferId, Range<u32>>,
    /// Unload ports by operation.
    unload: Fixed<OperationId, Vec<BufferId>>,
    /// Load ports that vehicles bring empties to, by kind of carrier.
    pub load: Fixed<CarrierTypeId, Vec<BufferId>>,
    /// The unload port whose empties come to a load port by conveyor.
    pub feeder: Fixed<BufferId, Option<BufferId>>,
    /// The segments of each kind of carrier.
    pub segments: Fixed<CarrierTypeId, Vec<Segment>>,
    /// The segment of a load port, in the list of its kind.
    pub segment: Fixed<BufferId, usize>,
    /// Stores.
    pub stores: Vec<BufferId>,
    /// Ports and stores served from a node.
    pub at: Fixed<NodeId, Vec<BufferId>>,
    /// Kind of each carrier, by tag: carriers are numbered in the order of the plant.
    pub kinds: Vec<CarrierTypeId>,
    /// Most deck positions of any vehicle.
    pub decks: u8,
    /// Of an empty brought to a load port: that of the most urgent product it may be filled with.
    pub priority: Fixed<BufferId, u8>,
}

/// Where carriers of one kind wait for pieces, and where they wait full for the operation after.
/// Once emptied they leave it.
#[derive(Debug)]
pub(crate) struct Segment {
    next: Option<OperationId>,
    pub loads: Vec<BufferId>,
    pub unloads: Vec<BufferId>,
    /// Places of all of them.
    pub capacity: u32,
}

impl Ports {
    pub fn new(plant: &Plant) -> Ports {
        let places = Fixed::like(&plant.buffers, |id| range(&plant.buffers[id].kind));
        let node = Fixed::like(&plant.buffers, |id| {
            let first = places[id].clone().next()?;
            plant.places[PlaceId(first)].node
        });
        let mut unload = Fixed::like(&plant.operations, |_| Vec::new());
        let mut load = Fixed::like(&plant.carriers, |_| Vec::new());
        let mut stores = Vec::new();
        let mut at = Fixed::like(&plant.tracks.nodes, |_| Vec::new());
        let mut feeder = Fixed::like(&plant.buffers, |_| None);
        for (id, buffer) in plant.buffers.pairs() {
            if let BufferKind::Unload {
                returns: Some((to, _)),
                ..
            } = buffer.kind
            {
                feeder[to] = Some(id);
            }
        }
        for (id, buffer) in plant.buffers.pairs() {
            match buffer.kind {
                BufferKind::Queue { .. } => {}
                BufferKind::Unload { operation, .. } => unload[operation].push(id),
                BufferKind::Load { carrier, .. } if feeder[id].is_none() => load[carrier].push(id),
                BufferKind::Load { .. } => {}
                BufferKind::Store { .. } if out_of_rack(plant, id) => {}
                BufferKind::Store { .. } => stores.push(id),
            }
            if let Some(node) = node[id] {
                at[node].push(id);
            }
        }
        let (segments, segment) = segments(plant, &places);
        let kinds = plant.carriers.pairs();
        let kinds = kinds
            .flat_map(|(id, kind)| kind.start.iter().map(move |_| id))
            .collect();
        let decks = plant
            .vehicle_types
            .iter()
            .map(|kind| kind.decks)
            .max()
            .unwrap_or(0);
        Ports {
            node,
            places,
            unload,
            load,
            feeder,
            segments,
            segment,
            stores,
            at,
            kinds,
            decks,
            priority: Fixed::like(&plant.buffers, |id| priority(plant, id)),
        }
    }

    /// Unload ports for an operation.
    pub fn unload(&self, operation: OperationId) -> &[BufferId] {
        &self.unload[operation]
    }
    /// Number of positions.
    #[inline]
    pub fn capacity(&self, buffer: BufferId) -> u32 {
        let places = &self.places[buffer];
        places.end - places.start
    }
    /// The kind of a carrier by its tag.
    pub fn kind(&self, tag: Tag) -> Option<CarrierTypeId> {
        self.kinds.get(usize::try_from(tag.0).ok()?).copied()
    }
}

type Segments = (Fixed<CarrierTypeId, Vec<Segment>>, Fixed<BufferId, usize>);

fn segments(plant: &Plant, places: &Fixed<BufferId, Range<u32>>) -> Segments {
    let mut segments: Fixed<CarrierTypeId, Vec<Segment>> =
        Fixed::like(&plant.carriers, |_| Vec::new());
    let mut segment = Fixed::like(&plant.buffers, |_| 0);
    let size = |id: BufferId| places[id].end - places[id].start;
    for (id, buffer) in plant.buffers.pairs() {
        let BufferKind::Load {
            carrier, operation, ..
        } = buffer.kind
        else {
            continue;
        };
        let after = |product: &Product| next_operation(product, operation);
        let next = plant.products.iter().find_map(after);
        let list = &mut segments[carrier];
        segment[id] = list.iter().position(|s| s.next == next).unwrap_or_else(|| {
            list.push(Segment {
                next,
                loads: Vec::new(),
                unloads: Vec::new(),
                capacity: 0,
            });
            list.len() - 1
        });
        list[segment[id]].loads.push(id);
        list[segment[id]].capacity += size(id);
    }
    for (id, buffer) in plant.buffers.pairs() {
        if let BufferKind::Unload {
            carrier, operation, ..
        } = buffer.kind
            && let Some(found) = segments[carrier]
                .iter_mut()
                .find(|s| s.next == Some(operation))
        {
            found.unloads.push(id);
            found.capacity += size(id);
        }
    }
    (segments, segment)
}

/// Of the most urgent product whose pieces come out of a load port.
fn priority(plant: &Plant, buffer: BufferId) -> u8 {
    let BufferKind::Load { operation, .. } = plant.buffers[buffer].kind else {
        return u8::MAX;
    };
    let filled = |product: &&Product| {
        let done = |operation| product.route.iter().any(|step| step.operation == operation);
        product.route.is_empty() || operation.is_none_or(done)
    };
    let products = plant.products.iter().filter(filled);
    products.map(|product| product.priority).min().unwrap_or(0)
}

/// Cranes bring loads there: vehicles only fetch.
fn out_of_rack(plant: &Plant, buffer: BufferId) -> bool {
    let point = |point: &IoPoint| point.buffer == buffer && point.out;
    plant.cranes.iter().any(|crane| crane.io.iter().any(point))
}

fn range(kind: &BufferKind) -> Range<u32> {
    match kind {
        BufferKind::Queue { .. } => 0..0,
        BufferKind::Unload { places, .. }
        | BufferKind::Load { places, .. }
        | BufferKind::Store { places } => places.start.0..places.end.0,
    }
}

/// Whether a buffer takes this kind of carrier.
pub(crate) fn takes(plant: &Plant, buffer: BufferId, kind: CarrierTypeId) -> bool {
    match plant.buffers[buffer].kind {
        BufferKind::Unload { carrier, .. } | BufferKind::Load { carrier, .. } => carrier == kind,
        BufferKind::Store { .. } => true,
        BufferKind::Queue { .. } => false,
    }
}
