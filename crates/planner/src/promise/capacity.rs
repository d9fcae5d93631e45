//! What a plant can do, as a promise sees it: groups of servers that do an operation, each at its mean time made longer by
//! its breakdowns and planned stops; the way of a piece through them; vehicles as one group between them, and the
//! cranes of stores that loads go through.

use super::hours::Hours;
use super::ways;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{FailureClock, Plant, Process, Station};

/// What holds a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resource {
    /// Stations that do an operation.
    Operation(OperationId, Vec<StationId>),
    /// Stations beside each other that do no named operation.
    Stations(Vec<StationId>),
    /// Vehicles between the stations.
    Transport,
    /// Cranes of an automated store between the stations.
    Store(RackId),
}

impl Resource {
    /// Its kind in one word of the API.
    pub fn kind(&self) -> &'static str {
        match self {
            Resource::Operation(..) | Resource::Stations(_) => "station",
            Resource::Transport => "transport",
            Resource::Store(_) => "store",
        }
    }

    /// It brings loads from one operation to the next.
    pub fn moves(&self) -> bool {
        matches!(self, Resource::Transport | Resource::Store(_))
    }
}

/// One of the servers of a group.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its station; vehicles and cranes have none.
    pub station: Option<StationId>,
    /// When it works.
    pub hours: Hours,
    /// Mean time of a job by product, breakdowns and planned stops included.
    pub times: Vec<Span>,
}

/// Servers of which any can do a step.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they are.
    pub resource: Resource,
    /// In order of their stations.
    pub servers: Vec<Server>,
}

/// One step of a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Which group does it.
    pub group: u32,
    /// The material before it.
    pub product: ProductId,
    /// Jobs for one lot.
    pub jobs: u32,
}

/// The way of a product: what one lot is, and its steps.
#[derive(Clone, PartialEq, Debug)]
pub struct Route {
    /// Steps in order, transports between operations among them.
    pub steps: Vec<Step>,
    /// Pieces let in that are one lot.
    pub lot: u32,
    /// Pieces that leave for it.
    pub leaves: u32,
    /// Finished weight of a piece let in; none where pieces have no weight.
    pub weight: Option<Mass>,
    /// Share of pieces that are not scrapped on the way.
    pub good: f64,
}

/// What a plant can do.
#[derive(Clone, Debug)]
pub struct Capacity {
    /// Groups of servers.
    pub groups: Vec<Group>,
    /// Set-up by station, old and new product; empty where there is none.
    setups: Vec<Vec<Span>>,
    products: usize,
}

impl Capacity {
    /// Of a plant.
    pub fn new(plant: &Plant) -> Capacity {
        let mut groups: Vec<Group> = Vec::new();
        for operation in plant.operations.ids() {
            let does = |(_, station): &(StationId, &Station)| station.operation == Some(operation);
            let stations: Vec<(StationId, &Station)> =
                plant.stations.pairs().filter(does).collect();
            if stations.is_empty() {
                continue;
            }
            let ids: Vec<StationId> = stations.iter().map(|(id, _)| *id).collect();
            let servers = servers(plant, &ids);
            groups.push(Group {
                resource: Resource::Operation(operation, ids),
                servers,
            });
        }
        groups.extend(ways::beside(plant).map(|ids| Group {
            servers: servers(plant, &ids),
            resource: Resource::Stations(ids),
        }));
        groups.extend(transport(plant));
        groups.extend(super::stores::groups(plant));
        let mean = |station: &Station| -> Vec<Span> {
            let setup = station.setup.as_ref();
            setup.map_or_else(Vec::new, |setup| {
                setup.times.iter().map(Dist::mean).collect()
            })
        };
        Capacity {
            groups,
            setups: plant.stations.iter().map(mean).collect(),
            products: plant.products.len(),
        }
    }

    /// Of groups without set-ups.
    pub fn of_groups(groups: Vec<Group>) -> Capacity {
        Capacity {
            groups,
            setups: Vec::new(),
            products: 0,
        }
    }

    /// Set-up of a station from a material to another.
    pub fn setup(&self, station: Option<StationId>, from: ProductId, to: ProductId) -> Span {
        let times = station.and_then(|station| self.setups.get(station.index()));
        let time = times.and_then(|times| times.get(from.index() * self.products + to.index()));
        time.copied().unwrap_or(Span::ZERO)
    }

    /// The group of a station.
    fn group(&self, station: StationId) -> Option<u32> {
        let is = |group: &Group| match &group.resource {
            Resource::Operation(_, ids) | Resource::Stations(ids) => ids.contains(&station),
            Resource::Transport | Resource::Store(_) => false,
        };
        self.groups.iter().position(is).map(|at| at as u32)
    }

    /// Stations in turn, one of each group, and the material before it.
    fn way(&self, plant: &Plant, product: ProductId) -> Option<Vec<(StationId, ProductId)>> {
        let mut way = Vec::new();
        for material in plant.materials(product) {
            for step in &plant.products[material].route {
                let does = |(_, station): &(StationId, &Station)| {
                    station.operation == Some(step.operation)
                };
                way.push((plant.stations.pairs().find(does)?.0, material));
            }
        }
        match way.is_empty() {
            true => ways::walk(plant, product),
            false => Some(way),
        }
    }

    /// Who carries a load to an operation, in turn: vehicles; or vehicles to a store, its cranes and, unless they
    /// serve the station themselves, vehicles again.
    fn carried(&self, plant: &Plant, station: StationId) -> Vec<u32> {
        let group = |resource: &Resource| {
            let mut groups = self.groups.iter();
            let at = groups.position(|group| group.resource == *resource);
            at.map(|at| at as u32)
        };
        let transport = group(&Resource::Transport);
        let operation = plant.stations[station].operation;
        let before = operation.and_then(|operation| super::stores::before(plant, operation));
        let (store, fetched) = match before {
            Some((rack, fetched)) => (group(&Resource::Store(rack)), fetched),
            None => (None, false),
        };
        let onward = transport.filter(|_| fetched);
        transport.into_iter().chain(store).chain(onward).collect()
    }

    /// The way of a product; none if some step of it is done by no station.
    pub fn route(&self, plant: &Plant, product: ProductId) -> Option<Route> {
        let lot = lot(plant, product);
        let (mut steps, mut good, mut pieces) = (Vec::new(), 1.0, lot);
        for (station, material) in self.way(plant, product)? {
            let group = self.group(station)?;
            if !steps.is_empty() {
                let carried = self.carried(plant, station);
                steps.extend(carried.into_iter().map(|group| Step {
                    group,
                    product: material,
                    jobs: 1,
                }));
            }
            let station = &plant.stations[station];
            let taken: u32 = station.inputs.iter().map(|input| input.count).sum();
            let given: u32 = station.outputs.iter().map(|output| output.count).sum();
            let jobs = pieces.div_ceil(taken.max(1)).max(1);
            steps.push(Step {
                group,
                product: material,
                jobs,
            });
            pieces = jobs * given.max(1);
            good *= 1.0 - station.scrap.as_f64();
        }
        (!steps.is_empty()).then_some(Route {
            steps,
            lot,
            leaves: pieces,
            weight: plant.to_let_in(product),
            good,
        })
    }

    /// How long one lot keeps a server.
    pub fn takes(&self, server: &Server, step: Step) -> Span {
        let time = server
            .times
            .get(step.product.index())
            .or(server.times.first());
        Span((time.map_or(1, |time| time.0) * i64::from(step.jobs)).max(1))
    }
}

/// Pieces let in that go through the plant together: those of the smallest carrier, at most a thousand.
fn lot(plant: &Plant, product: ProductId) -> u32 {
    if plant.products[product].weight.is_some() {
        return 1; // coils are scheduled one by one
    }
    let least = plant
        .carriers
        .iter()
        .map(|carrier| u32::from(carrier.capacity))
        .min();
    least.unwrap_or(1).clamp(1, 1000)
}

fn servers(plant: &Plant, ids: &[StationId]) -> Vec<Server> {
    let of = |id: &StationId| servers_of(plant, *id, &plant.stations[*id]);
    ids.iter().flat_map(of).collect()
}

/// The servers of a station. A batch or a belt counts as one server that is quicker.
fn servers_of(plant: &Plant, id: StationId, station: &Station) -> Vec<Server> {
    let slow = slowness(station);
    let (servers, share) = match station.process {
        Process::Single { servers } => (servers.min(1000), 1.0),
        Process::Batch { servers, max, .. } => (servers, 1.0 / f64::from(max.max(1))),
        Process::Stream { .. } => (1, 1.0),
    };
    let time = |product: ProductId| {
        let row = station.times.get(product.index()).or(station.times.first());
        let mean = match station.process {
            Process::Stream { pitch } => pitch,
            _ => row.map_or(Span::ZERO, Dist::mean),
        };
        let per_piece = slow.1;
        Span(libm::round(mean.0 as f64 * share * slow.0 + per_piece) as i64)
    };
    let times: Vec<Span> = plant.products.ids().map(time).collect();
    let calendar = station.calendar.map(|id| plant.calendars[id].clone());
    vec![
        Server {
            station: Some(id),
            hours: Hours(calendar),
            times,
        };
        servers.max(1) as usize
    ]
}

/// By how much a station takes longer than its process time: a factor, and a time a piece [µs].
fn slowness(station: &Station) -> (f64, f64) {
    let failures = station.failures.iter();
    let failures = failures.map(|f| (f.clock, f.every.mean(), f.repair.mean()));
    let stops = station.maintenance.iter();
    let stops = stops.map(|stop| (stop.clock, stop.every, stop.duration.mean()));
    let (mut busy, mut piece, mut up) = (1.0, 0.0, 1.0);
    for (clock, every, down) in failures.chain(stops) {
        let share = down.0 as f64 / (every.0 as f64).max(1.0);
        match clock {
            FailureClock::Busy => busy += share,
            FailureClock::Pieces => piece += share,
            FailureClock::Calendar => up /= 1.0 + share,
        }
    }
    let rework = station
        .rework
        .as_ref()
        .map_or(0.0, |rework| rework.share.as_f64());
    let all = up * (1.0 - rework).max(1e-6);
    (busy / all, piece / all)
}

/// The fleet: a mean trip is half of the tracks' perimeter empty and half of it with the load.
fn transport(plant: &Plant) -> Option<Group> {
    let kind = plant.vehicles.iter().next().map(|vehicle| vehicle.kind)?;
    let kind = &plant.vehicle_types[kind];
    let far = |axis: &dyn Fn(NodeId) -> i64| {
        let all = plant.tracks.nodes.ids().map(axis);
        let (least, most) = all.fold((i64::MAX, i64::MIN), |(a, b), x| (a.min(x), b.max(x)));
        (most - least).max(0)
    };
    let around =
        far(&|node| plant.tracks.nodes[node].x.0) + far(&|node| plant.tracks.nodes[node].y.0);
    let drive = around as f64 * 1e6 / (kind.speed.0 as f64).max(1.0) * 2.0;
    let hands = 2.0 * (kind.dock.mean().0 + kind.transfer.mean().0) as f64;
    let decks = f64::from(kind.decks.max(1));
    let time = Span(libm::round(drive / decks + hands) as i64);
    let server = Server {
        station: None,
        hours: Hours::default(),
        times: vec![time],
    };
    Some(Group {
        resource: Resource::Transport,
        servers: vec![server; plant.vehicles.len()],
    })
}

/// Names of a resource for people: the operation or its first station, and its stations; the store, and its cranes.
pub fn names(plant: &Plant, resource: &Resource) -> (String, Vec<String>) {
    let stations = |ids: &[StationId]| -> Vec<String> {
        let names = ids.iter().map(|id| plant.stations[*id].name.clone());
        names.collect()
    };
    match resource {
        Resource::Operation(operation, ids) => {
            (plant.operations[*operation].clone(), stations(ids))
        }
        Resource::Stations(ids) => {
            let names = stations(ids);
            (names.first().cloned().unwrap_or_default(), names)
        }
        Resource::Transport => (String::from("transport"), Vec::new()),
        Resource::Store(rack) => {
            let row = &plant.racks[*rack];
            let cranes = row.cranes.start.0..row.cranes.end.0;
            let name = |n: u32| plant.cranes[CraneId(n)].name.clone();
            (row.name.clone(), cranes.map(name).collect())
        }
    }
}
