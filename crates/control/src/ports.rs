//! Ports and stores by what they take, read from the plant once.

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
    /// Stores.
    pub stores: Vec<BufferId>,
    /// Ports and stores served from a node.
    pub at: Fixed<NodeId, Vec<BufferId>>,
    /// Kind of each carrier, by tag: carriers are numbered in the order of the plant.
    pub kinds: Vec<CarrierTypeId>,
    /// Most deck positions of any vehicle.
    pub decks: u8,
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
        let fed = |id| {
            let feeds = |b: &Buffer| matches!(b.kind, BufferKind::Unload { returns: Some((to, _)), .. } if to == id);
            plant.buffers.iter().any(feeds)
        };
        for (id, buffer) in plant.buffers.pairs() {
            match buffer.kind {
                BufferKind::Queue { .. } => {}
                BufferKind::Unload { operation, .. } => unload[operation].push(id),
                BufferKind::Load { carrier, .. } if !fed(id) => load[carrier].push(id),
                BufferKind::Load { .. } => {}
                BufferKind::Store { .. } => stores.push(id),
            }
            if let Some(node) = node[id] {
                at[node].push(id);
            }
        }
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
            stores,
            at,
            kinds,
            decks,
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
