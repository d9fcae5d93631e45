//! A yard: nodes and edges by hand, a port or two, and a clock to run it by.

use crate::World;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// A vehicle 1.2 m x 0.8 m; 1.2 m/s, 0.5 m/s2, 0.7 m/s2, a quarter turn in two seconds.
pub fn agv() -> VehicleType {
    VehicleType {
        name: "agv".to_string(),
        length: Length(1200),
        width: Length(800),
        margin: Length(50),
        speed: Speed(1200),
        accel: Accel(500),
        brake: Accel(700),
        turn: TurnRate(785),
        decks: 2,
        dock: Dist::Constant(Span::seconds(8)),
        transfer: Dist::Constant(Span::seconds(6)),
        battery: Energy(0),
        idle_power: Power(0),
        drive_energy: Energy(0),
        stop_share: Share::ZERO,
        stop_time: Dist::Constant(Span::seconds(20)),
        charge_at: (300, 850),
    }
}

/// An empty plant with these nodes [mm] and edges (from, to, speed limit [mm/s]); vehicles stand
/// on the first nodes.
pub fn yard(
    kind: VehicleType,
    vehicles: u32,
    nodes: &[(i64, i64)],
    edges: &[(u32, u32, i64)],
) -> Plant {
    let decks = u32::from(kind.decks);
    let place = |v: u32, n: u32| Place {
        owner: Owner::Deck(VehicleId(v), n as u8),
        node: None,
    };
    Plant {
        name: "yard".to_string(),
        epoch: String::new(),
        time_zone: String::new(),
        hash: Digest::EMPTY,
        mixes: Vec::new(),
        products: Fixed::default(),
        operations: Fixed::default(),
        carriers: Fixed::default(),
        lines: Fixed::default(),
        buffers: Fixed::default(),
        stations: Fixed::default(),
        sources: Fixed::default(),
        sinks: Fixed::default(),
        crews: Fixed::default(),
        calendars: Fixed::default(),
        indexers: Fixed::default(),
        places: Fixed::from_vec(
            (0..vehicles)
                .flat_map(|v| (0..decks).map(move |n| place(v, n)))
                .collect(),
        ),
        tracks: tracks(nodes, edges),
        vehicle_types: Fixed::from_vec(vec![kind]),
        vehicles: Fixed::from_vec(
            (0..vehicles)
                .map(|v| Vehicle {
                    name: alloc::format!("V{v}"),
                    kind: VehicleTypeId(0),
                    start: NodeId(v),
                    decks: PlaceId(v * decks)..PlaceId((v + 1) * decks),
                })
                .collect(),
        ),
        chargers: Fixed::default(),
        parking: (0..vehicles).map(NodeId).collect(),
        orders: Vec::new(),
        order_names: Vec::new(),
        policy: Policy {
            same_line: false,
            consolidate: Span::ZERO,
            fetch: Fetch::Nearest,
            traffic: fenhe_plant::Precedence::Ordered,
            base_ahead: Length(6000),
            resend: Span::seconds(10),
            wait_max: Span::seconds(1800),
        },
        messages: MessageFaults {
            delay: Dist::Constant(Span::ZERO),
            loss: Share::ZERO,
        },
        links: Links::default(),
        areas: Fixed::default(),
        stop_groups: Fixed::default(),
        racks: Fixed::default(),
        cranes: Fixed::default(),
    }
}

fn tracks(nodes: &[(i64, i64)], edges: &[(u32, u32, i64)]) -> Tracks {
    let nodes: Vec<Node> = nodes
        .iter()
        .enumerate()
        .map(|(i, &(x, y))| Node {
            name: i.to_string(),
            x: Length(x),
            y: Length(y),
        })
        .collect();
    let edges: Vec<Edge> = edges
        .iter()
        .map(|&(from, to, speed)| {
            let (a, b) = (&nodes[from as usize], &nodes[to as usize]);
            let (dx, dy) = ((b.x - a.x).0 as f64, (b.y - a.y).0 as f64);
            Edge {
                name: alloc::format!("{from}-{to}"),
                from: NodeId(from),
                to: NodeId(to),
                length: Length(libm::round(libm::hypot(dx, dy)) as i64),
                heading: Angle(libm::round(libm::atan2(dy, dx) * 1e3) as i64),
                speed: Speed(speed),
            }
        })
        .collect();
    let (mut out, mut out_start) = (Vec::new(), vec![0]);
    for n in 0..nodes.len() as u32 {
        out.extend(
            (0..edges.len())
                .filter(|&e| edges[e].from == NodeId(n))
                .map(EdgeId::from_index),
        );
        out_start.push(out.len() as u32);
    }
    let resources = nodes.len() + edges.len();
    Tracks {
        nodes: Fixed::from_vec(nodes),
        edges: Fixed::from_vec(edges),
        out_start,
        out,
        conflict_start: vec![0; resources + 1],
        conflicts: Vec::new(),
    }
}

/// A street of `count` edges of this length [mm] along x.
pub fn street(kind: VehicleType, count: u32, length: i64) -> Plant {
    let nodes: Vec<(i64, i64)> = (0..=i64::from(count)).map(|i| (i * length, 0)).collect();
    let edges: Vec<(u32, u32, i64)> = (0..count).map(|i| (i, i + 1, 5000)).collect();
    yard(kind, 1, &nodes, &edges)
}

/// Adds a store of one place at a node, with or without a carrier; gives its place.
pub fn store(plant: &mut Plant, node: u32, full: bool) -> PlaceId {
    let buffer = BufferId(plant.buffers.len() as u32);
    let place = plant.places.push(Place {
        owner: Owner::Buffer(buffer),
        node: Some(NodeId(node)),
    });
    plant.buffers.push(Buffer {
        name: alloc::format!("store-{node}"),
        kind: BufferKind::Store {
            places: place..PlaceId(place.0 + 1),
        },
        line: None,
    });
    if full {
        plant.carriers.push(CarrierType {
            name: "box".to_string(),
            capacity: 1,
            start: vec![place],
            full: None,
        });
    }
    place
}

/// A world with its clock, everything it reported and recorded.
#[derive(Clone)]
pub struct Run {
    pub world: World,
    pub log: Vec<(Time, Event)>,
    pub records: AllRecords,
}

impl Run {
    pub fn new(plant: Plant) -> Run {
        let world = World::new(Arc::new(plant), Seed(1));
        Run {
            world,
            log: Vec::new(),
            records: AllRecords::default(),
        }
    }

    /// Goes on to this time.
    pub fn to(&mut self, until: Time) {
        let mut reports = Vec::new();
        loop {
            let now = self.world.advance(until, &mut self.records, &mut reports);
            if reports.is_empty() {
                return;
            }
            self.log.extend(reports.drain(..).map(|event| (now, event)));
        }
    }

    /// Goes on to this time [s] and lets a vehicle drive.
    pub fn drive(&mut self, at: f64, vehicle: u32, revision: u32, edges: &[u32]) {
        let edges: Vec<EdgeId> = edges.iter().copied().map(EdgeId).collect();
        let mut commands = Commands::default();
        commands.drive(VehicleId(vehicle), revision, &edges);
        self.send(at, &commands);
    }

    /// Goes on to this time [s] and gives orders.
    pub fn send(&mut self, at: f64, commands: &Commands) {
        let at = Time::ZERO + Span::from_seconds_up(at);
        self.to(at);
        for command in &commands.list {
            self.world
                .apply(at, command, &commands.edges, &mut self.records);
        }
    }

    /// When the vehicle reported this node, in order [s].
    pub fn times_at(&self, vehicle: u32, node: u32) -> Vec<f64> {
        let is = |event: &Event| {
            matches!(event, Event::Vehicle(v, VehicleEvent::At { node: n, .. })
                if v.0 == vehicle && n.0 == node)
        };
        self.log
            .iter()
            .filter(|(_, event)| is(event))
            .map(|(at, _)| at.as_seconds())
            .collect()
    }

    /// What a vehicle reported, without the nodes it passed.
    pub fn told(&self, vehicle: u32) -> Vec<(f64, VehicleEvent)> {
        let pick = |(at, event): &(Time, Event)| match event {
            Event::Vehicle(_, VehicleEvent::At { .. }) => None,
            Event::Vehicle(v, event) if v.0 == vehicle => Some((at.as_seconds(), *event)),
            _ => None,
        };
        self.log.iter().filter_map(pick).collect()
    }
}

/// Equal within some microseconds.
#[track_caller]
pub fn assert_near(seen: f64, wanted: f64) {
    assert!(
        (seen - wanted).abs() < 25e-6,
        "{seen} s, should be {wanted} s"
    );
}
