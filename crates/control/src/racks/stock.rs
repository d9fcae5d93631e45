//! Loads of an aisle that may be bound, by what they are for.

use crate::books::Load;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Plant, Rack, Retrieve};
use serde::{Deserialize, Serialize};

/// Order in which loads are taken: what the rule looks at, then since when it is in the rack, then its number.
pub(super) type Rank = (i64, Time, Tag, PlaceId);

/// What a load is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(crate) enum Need {
    /// With pieces: the operation to be done next, and the kind of carrier.
    Full(OperationId, CarrierTypeId),
    /// Without.
    Empty(CarrierTypeId),
}

/// So many of the loads for a need are worth a better slot.
const SOON: usize = 8;

/// Loads of an aisle.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Stock {
    ready: BTreeMap<Need, BTreeSet<Rank>>,
    /// Loads by product, bound ones too.
    products: BTreeMap<ProductId, u32>,
}

impl Stock {
    /// A load stands in the aisle now.
    pub fn came(&mut self, load: &Load) {
        if let Some(product) = load.product {
            *self.products.entry(product).or_default() += 1;
        }
    }
    /// A load stands there no longer.
    pub fn gone(&mut self, load: &Load) {
        if let Some(product) = load.product
            && let Some(count) = self.products.get_mut(&product)
        {
            *count = count.saturating_sub(1);
        }
    }
    /// A load may be bound.
    pub fn add(&mut self, plant: &Plant, crane: CraneId, place: PlaceId, load: &Load) {
        if let Some(need) = need(plant, load) {
            let rank = rank(plant, crane, place, load);
            self.ready.entry(need).or_default().insert(rank);
        }
    }
    /// A load may not be bound any more.
    pub fn remove(&mut self, plant: &Plant, crane: CraneId, place: PlaceId, load: &Load) {
        if let Some(need) = need(plant, load)
            && let Some(ready) = self.ready.get_mut(&need)
        {
            ready.remove(&rank(plant, crane, place, load));
        }
    }
    /// The first load for a need.
    pub fn first(&self, need: Need) -> Option<Rank> {
        self.ready.get(&need)?.first().copied()
    }
    /// The first few loads for each need.
    pub fn soon(&self) -> impl Iterator<Item = Rank> + '_ {
        let few =
            |ready: &BTreeSet<Rank>| -> Vec<Rank> { ready.iter().take(SOON).copied().collect() };
        self.ready.values().flat_map(few)
    }
    /// What some load is for.
    pub fn needs(&self) -> impl Iterator<Item = Need> + '_ {
        let any = |(need, ready): (&Need, &BTreeSet<Rank>)| (!ready.is_empty()).then_some(*need);
        self.ready.iter().filter_map(any)
    }
    /// Loads of a product.
    pub fn of(&self, product: Option<ProductId>) -> u32 {
        let count = product.and_then(|product| self.products.get(&product));
        count.copied().unwrap_or(0)
    }
}

/// What a load is for; nothing, if its route is done.
pub(super) fn need(plant: &Plant, load: &Load) -> Option<Need> {
    match load.count {
        0 => Some(Need::Empty(load.kind)),
        _ => Some(Need::Full(load.next(plant)?, load.kind)),
    }
}

fn rank(plant: &Plant, crane: CraneId, place: PlaceId, load: &Load) -> Rank {
    let rule = plant.racks[plant.cranes[crane].rack].retrieve;
    let product = load.product.and_then(|product| plant.products.get(product));
    let first = match (rule, product) {
        (Retrieve::Fifo, _) | (_, None) => 0,
        (Retrieve::Priority, Some(product)) => i64::from(product.priority),
        (Retrieve::Expiry, Some(product)) => {
            let step = product.route.get(usize::from(load.done));
            let limit = step.and_then(|step| step.queue_max);
            limit.map_or(i64::MAX, |limit| (load.filled + limit).0)
        }
    };
    (first, load.since, load.tag, place)
}

/// Pools in which a load may stand, best tier first: its class, then outwards, then inwards.
pub(super) fn tiers(rack: &Rack, load: &Load) -> Vec<Vec<usize>> {
    let classes = rack.classes.len().max(1);
    let own = |class: &fenhe_plant::RackClass| {
        load.product
            .is_some_and(|product| class.products.binary_search(&product).is_ok())
    };
    let own = rack.classes.iter().position(own).unwrap_or(classes - 1);
    let takes = |group: &usize| match group.checked_sub(1) {
        Some(limit) => rack.limits[limit]
            .carriers
            .binary_search(&load.kind)
            .is_ok(),
        None => true,
    };
    let groups: Vec<usize> = (0..=rack.limits.len()).filter(takes).collect();
    let order = (own..classes).chain((0..own).rev());
    let tier = |class: usize| groups.iter().map(|group| group * classes + class).collect();
    order.map(tier).collect()
}
