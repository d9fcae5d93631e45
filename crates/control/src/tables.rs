//! Tables worked out once from the plant: never in a snapshot, shared by all forks.

use crate::alarms::Neighbours;
use crate::graph::{self, Credit};
use crate::inside::Exits;
use crate::passing::Passing;
use crate::ports::Ports;
use crate::routes::Routes;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// What control looks up while deciding.
#[derive(Debug)]
pub(crate) struct Tables {
    /// What one piece counted at a sink takes off the sources' accounts.
    pub leaving: Fixed<SinkId, Vec<Credit>>,
    /// What one piece scrapped at a station takes off the sources' accounts.
    pub scrapping: Fixed<StationId, Vec<Credit>>,
    /// Sources with kanban cards whose pieces this station takes, with pieces per job.
    pub kanban: Fixed<StationId, Vec<(SourceId, u32)>>,
    /// Sources fed by work orders, by product.
    pub ordered: Fixed<ProductId, Vec<SourceId>>,
    /// Stations that wait for control's word, by the queue they take from.
    pub takers: Fixed<BufferId, Vec<StationId>>,
    /// Mean process time by station and product.
    pub means: Fixed<StationId, Vec<Span>>,
    /// Mean process time from this station to the exit, itself included, by product.
    pub remaining: Fixed<StationId, Vec<Span>>,
    /// A due date is looked at by some station.
    pub dues_matter: bool,
    /// Behind this station no due date is looked at any more.
    pub dues_end: Fixed<StationId, bool>,
    /// Ports and stores.
    pub ports: Ports,
    /// Where pieces leave groups of stations that run by themselves.
    pub exits: Exits,
    /// Stations that pieces seen somewhere have passed.
    pub passing: Passing,
    /// Driving times.
    pub routes: Routes,
    /// Stations next to each other.
    pub neighbours: Neighbours,
    /// Automated stores.
    pub racks: crate::racks::Table,
    /// Parking that is nobody's home.
    pub bays: Vec<NodeId>,
}

impl Tables {
    pub fn new(plant: &Plant) -> Tables {
        let limited =
            |source: SourceId| matches!(plant.sources[source].release, Release::Conwip(_));
        let accounts = graph::accounts(plant, &limited);
        let means = Fixed::like(&plant.stations, |id| graph::means(plant, id));
        let ratio = Start::Control(DispatchRule::CriticalRatio);
        let remaining = match plant.stations.iter().any(|station| station.start == ratio) {
            true => graph::remaining(plant, &means),
            false => means.clone(),
        };
        let rules = Fixed::like(&plant.stations, |id| looks_at_dues(&plant.stations[id]));
        Tables {
            leaving: accounts.leaving,
            scrapping: accounts.scrapping,
            kanban: Fixed::like(&plant.stations, |id| kanban(plant, id)),
            ordered: Fixed::like(&plant.products, |product| ordered(plant, product)),
            takers: takers(plant),
            means,
            remaining,
            bays: bays(plant),
            dues_matter: rules.iter().any(|&rule| rule),
            dues_end: graph::nothing_behind(plant, &rules),
            ports: Ports::new(plant),
            exits: Exits::new(plant),
            passing: Passing::new(plant),
            routes: Routes::new(plant),
            neighbours: Neighbours::new(plant),
            racks: crate::racks::Table::new(plant),
        }
    }
}

fn looks_at_dues(station: &Station) -> bool {
    matches!(
        station.start,
        Start::Control(DispatchRule::EarliestDue | DispatchRule::CriticalRatio)
    )
}

fn kanban(plant: &Plant, station: StationId) -> Vec<(SourceId, u32)> {
    let takes = |buffer: BufferId| {
        let input = plant.stations[station]
            .inputs
            .iter()
            .find(|input| input.buffer == buffer);
        input.map(|input| input.count)
    };
    let carded = |(id, source): (SourceId, &Source)| match source.release {
        Release::Kanban(_) => takes(source.to).map(|count| (id, count)),
        Release::Push | Release::Conwip(_) => None,
    };
    plant.sources.pairs().filter_map(carded).collect()
}

fn ordered(plant: &Plant, product: ProductId) -> Vec<SourceId> {
    let fits = |source: &Source| matches!(source.demand, Demand::Orders(made) if made == product);
    plant
        .sources
        .pairs()
        .filter(|(_, source)| fits(source))
        .map(|(id, _)| id)
        .collect()
}

fn bays(plant: &Plant) -> Vec<NodeId> {
    let mut homes: Vec<NodeId> = plant.vehicles.iter().map(|v| v.start).collect();
    homes.sort_unstable();
    let shared = |node: &NodeId| homes.binary_search(node).is_err();
    plant.parking.iter().copied().filter(shared).collect()
}

fn takers(plant: &Plant) -> Fixed<BufferId, Vec<StationId>> {
    let mut takers = Fixed::like(&plant.buffers, |_| Vec::new());
    for (id, station) in plant.stations.pairs() {
        if let (Start::Control(_), Some(input)) = (station.start, station.inputs.first()) {
            takers[input.buffer].push(id);
        }
    }
    takers
}
