//! Tables worked out once from the plant: never in a snapshot, shared by all forks.

use crate::alarms::Neighbours;
use crate::graph::{self, Credit};
use crate::inside::Exits;
use crate::passing::Passing;
use crate::ports::Ports;
use crate::routes::Routes;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_planner::routes::Streets;
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
    /// Parking that is nobody's home, beside the streets.
    pub bays: Vec<NodeId>,
    /// Who starts there.
    pub home: Fixed<NodeId, Option<VehicleId>>,
    /// Nodes that one may drive through: who stands there is in the way.
    pub on_street: Fixed<NodeId, bool>,
    /// So many vehicles may be on trips at a time: beyond them the streets carry less, not more.
    pub admits: usize,
}

/// Of so many points of one-way streets one vehicle is on a trip, at most; half of the stopping places stay empty, and a vehicle that
/// drives keeps some before it.
const POINTS: usize = 4;
/// A point on a lane that is driven both ways counts as this part of one: who drives there keeps out all who come the other way.
const SHARED: usize = 3;
/// Few vehicles never crowd.
const FEW: usize = 8;

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
        let on_street = on_street(plant);
        Tables {
            leaving: accounts.leaving,
            scrapping: accounts.scrapping,
            kanban: Fixed::like(&plant.stations, |id| kanban(plant, id)),
            ordered: Fixed::like(&plant.products, |product| ordered(plant, product)),
            takers: takers(plant),
            means,
            remaining,
            bays: bays(plant, &on_street),
            home: homes(plant),
            on_street,
            admits: admits(plant),
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

fn homes(plant: &Plant) -> Fixed<NodeId, Option<VehicleId>> {
    let mut homes = Fixed::like(&plant.tracks.nodes, |_| None);
    for (id, vehicle) in plant.vehicles.pairs() {
        homes[vehicle.start] = Some(id);
    }
    homes
}

fn bays(plant: &Plant, on_street: &Fixed<NodeId, bool>) -> Vec<NodeId> {
    let homes = homes(plant);
    let shared = |node: &NodeId| homes[*node].is_none() && !on_street[*node];
    plant.parking.iter().copied().filter(shared).collect()
}

fn admits(plant: &Plant) -> usize {
    let (streets, tracks) = (Streets::new(plant), &plant.tracks);
    let is_street = |&node: &NodeId| !streets.terminal(node);
    let shared = |node: NodeId| {
        let mut on = tracks.leaving(node).iter();
        on.all(|&edge| streets.two_way(edge) || !is_street(&tracks.edges[edge].to))
    };
    let points = tracks.nodes.ids().filter(is_street);
    let (both, one): (Vec<NodeId>, Vec<NodeId>) = points.partition(|&node| shared(node));
    FEW.max((one.len() * SHARED + both.len()) / (POINTS * SHARED))
}

fn on_street(plant: &Plant) -> Fixed<NodeId, bool> {
    let mut beside = Fixed::like(&plant.tracks.nodes, |_| Vec::new());
    for edge in plant.tracks.edges.iter() {
        beside[edge.from].push(edge.to);
        beside[edge.to].push(edge.from);
    }
    Fixed::like(&plant.tracks.nodes, |node| {
        let near: &[NodeId] = &beside[node];
        near.iter().any(|other| Some(other) != near.first())
    })
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
