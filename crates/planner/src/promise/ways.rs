//! The way of a product that has no route: from its source along buffers and stations to a sink.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Demand, Plant, Station, To};

/// Stations without an operation that take from the same buffer: any of them can do what is done there.
pub fn beside(plant: &Plant) -> impl Iterator<Item = Vec<StationId>> {
    let mut all: BTreeMap<BufferId, Vec<StationId>> = BTreeMap::new();
    for (id, station) in plant.stations.pairs() {
        let input = station
            .inputs
            .first()
            .filter(|_| station.operation.is_none());
        if let Some(input) = input {
            all.entry(input.buffer).or_default().push(id);
        }
    }
    all.into_values()
}

/// Stations in turn, the first of each that could do it, and the material before it; none if the way leads in a circle
/// or nowhere.
pub fn walk(plant: &Plant, product: ProductId) -> Option<Vec<(StationId, ProductId)>> {
    let lets_in = |source: &&fenhe_plant::Source| source.demand == Demand::Orders(product);
    let mut buffer = plant.sources.iter().find(lets_in)?.to;
    let (mut way, mut material) = (Vec::new(), product);
    while way.len() <= plant.stations.len() {
        let takes = |station: &Station| station.inputs.iter().any(|input| input.buffer == buffer);
        let (id, station) = plant.stations.pairs().find(|(_, station)| takes(station))?;
        way.push((id, material));
        let output = station.outputs.first()?;
        material = output.product.unwrap_or(material);
        match output.to {
            To::Buffer(next) => buffer = next,
            To::Sink(_) => return Some(way),
        }
    }
    None
}
