//! Two stations on a one-way ring with spurs, by hand: raw pieces are loaded into boxes at `raw`,
//! milled between `mill.in` and `mill.out`, tested behind `test.in`; empties go back to `raw` and
//! `mill.out`; a rack stands by.
//!
//! ```text
//!     raw   mill.in  mill.out  test.in
//!      |       |        |         |
//!   +--r0 --- r1 ----- r2 ------ r3 --+
//!   +--r7 --- r6 ----- r5 ------ r4 --+
//!      |       |        |         |
//!    home 1  home 2  charger     rack
//! ```

use fenhe_contract::*;
use fenhe_plant::*;

/// What a test may vary.
#[derive(Clone, Debug)]
pub struct Setting {
    pub vehicles: u32,
    pub boxes: u32,
    pub places: u32,
    pub decks: u8,
    pub loss: Share,
    pub stops: Share,
    pub battery: Energy,
    pub consolidate: Span,
    /// Time to mill one piece; to test one is 2 s.
    pub mill: Span,
}

impl Default for Setting {
    fn default() -> Setting {
        Setting {
            vehicles: 2,
            boxes: 8,
            places: 4,
            decks: 2,
            loss: Share::ZERO,
            stops: Share::ZERO,
            battery: Energy(0),
            consolidate: Span::seconds(60),
            mill: Span::seconds(12),
        }
    }
}

/// Pieces in a box.
const CAPACITY: u16 = 10;
/// The vehicle's homes, on spurs of the ring.
const HOMES: [u32; 2] = [15, 14];
const CHARGER: u32 = 13;
/// Terminals of raw, mill.in, mill.out, test.in, rack.
const PORTS: [u32; 5] = [8, 9, 10, 11, 12];

const RAW: BufferId = BufferId(0);
const MILL_OUT: BufferId = BufferId(2);

pub fn yard(setting: &Setting) -> Plant {
    let (places, buffers) = ports(setting);
    let start = |n: u32| match n % 2 {
        0 => PlaceId(n / 2),
        _ => PlaceId(2 * setting.places + n / 2),
    };
    let decks = places.len() as u32;
    let vehicle = |v: u32| Vehicle {
        name: format!("V{v}"),
        kind: VehicleTypeId(0),
        start: NodeId(HOMES[v as usize]),
        decks: PlaceId(decks + v * u32::from(setting.decks))
            ..PlaceId(decks + (v + 1) * u32::from(setting.decks)),
    };
    let deck = |v: u32, n: u8| Place {
        owner: Owner::Deck(VehicleId(v), n),
        node: None,
    };
    let on_deck = (0..setting.vehicles).flat_map(|v| (0..setting.decks).map(move |n| deck(v, n)));
    let operations = ["mill", "test"].map(String::from).to_vec();
    let step = |operation| RouteStep {
        operation,
        queue_max: None,
        queue_scrap: false,
    };
    Plant {
        name: "yard".into(),
        epoch: "2026-01-01T00:00:00Z".into(),
        time_zone: "UTC".into(),
        hash: Digest::EMPTY,
        products: Fixed::from_vec(vec![Product {
            name: "part".into(),
            route: vec![step(OperationId(0)), step(OperationId(1))],
            priority: 0,
            becomes: None,
            weight: None,
            stage: None,
            families: Vec::new(),
        }]),
        mixes: Vec::new(),
        operations: Fixed::from_vec(operations),
        carriers: Fixed::from_vec(vec![CarrierType {
            name: "box".into(),
            capacity: CAPACITY,
            start: (0..setting.boxes).map(start).collect(),
            full: None,
        }]),
        lines: Fixed::default(),
        buffers: Fixed::from_vec(buffers),
        stations: Fixed::from_vec(vec![
            station("mill", 0, setting.mill, (1, To::Buffer(MILL_OUT))),
            station("test", 1, Span::seconds(2), (3, To::Sink(SinkId(0)))),
        ]),
        sources: Fixed::from_vec(vec![source()]),
        sinks: Fixed::from_vec(vec![Sink {
            name: "out".into(),
            line: None,
            reports: Reports::Counter {
                every: Span::seconds(60),
            },
        }]),
        crews: Fixed::default(),
        calendars: Fixed::default(),
        indexers: Fixed::default(),
        places: Fixed::from_vec(places.into_iter().chain(on_deck).collect()),
        tracks: tracks(),
        vehicle_types: Fixed::from_vec(vec![kind(setting)]),
        vehicles: Fixed::from_vec((0..setting.vehicles).map(vehicle).collect()),
        chargers: Fixed::from_vec(vec![Charger {
            name: "C1".into(),
            node: NodeId(CHARGER),
            power: Power(3000),
        }]),
        parking: HOMES.map(NodeId).to_vec(),
        orders: Vec::new(),
        order_names: Vec::new(),
        policy: Policy {
            same_line: false,
            consolidate: setting.consolidate,
            fetch: Fetch::Nearest,
            traffic: fenhe_plant::Precedence::Ordered,
            base_ahead: Length(8000),
            resend: Span::seconds(10),
            wait_max: Span::seconds(1800),
        },
        messages: MessageFaults {
            delay: fenhe_contract::Dist::Constant(Span::ms(20)),
            loss: setting.loss,
        },
        links: Links::default(),
        areas: Fixed::default(),
        stop_groups: Fixed::default(),
        racks: Fixed::default(),
        cranes: Fixed::default(),
    }
}

fn ports(setting: &Setting) -> (Vec<Place>, Vec<Buffer>) {
    let n = setting.places;
    let carrier = CarrierTypeId(0);
    let range = |b: u32| PlaceId(b * n)..PlaceId((b + 1) * n);
    let load = |b, operation| BufferKind::Load {
        carrier,
        places: range(b),
        operation,
        flush: None,
    };
    let unload = |b, operation| {
        let operation = OperationId(operation);
        BufferKind::Unload {
            carrier,
            places: range(b),
            operation,
            returns: None,
        }
    };
    let kinds = [
        ("raw", load(0, None)),
        ("mill.in", unload(1, 0)),
        ("mill.out", load(2, Some(OperationId(0)))),
        ("test.in", unload(3, 1)),
        ("rack", BufferKind::Store { places: range(4) }),
    ];
    let buffer = |(name, kind): (&str, BufferKind)| Buffer {
        name: name.into(),
        kind,
        line: None,
    };
    let place = |b: u32| Place {
        owner: Owner::Buffer(BufferId(b)),
        node: Some(NodeId(PORTS[b as usize])),
    };
    let places = (0..5).flat_map(|b| (0..n).map(move |_| place(b))).collect();
    (places, kinds.into_iter().map(buffer).collect())
}

fn station(name: &str, operation: u32, time: Span, (from, to): (u32, To)) -> Station {
    Station {
        name: name.into(),
        line: None,
        operation: Some(OperationId(operation)),
        inputs: vec![Input {
            buffer: BufferId(from),
            count: 1,
        }],
        outputs: vec![Output {
            to,
            count: 1,
            product: None,
        }],
        process: Process::Single { servers: 1 },
        times: vec![Dist::Exponential { mean: time }],
        setup: None,
        failures: Vec::new(),
        maintenance: Vec::new(),
        scrap: Share(10_000_000),
        rework: None,
        calendar: None,
        start: Start::Itself,
        reports: Reports::Carrier,
        delay: Span::ZERO,
        power: (Power(0), Power(0)),
    }
}

fn source() -> Source {
    Source {
        name: "in".into(),
        line: None,
        to: RAW,
        demand: Demand::Endless(ProductId(0)),
        release: Release::Push,
        loses: false,
    }
}

fn kind(setting: &Setting) -> VehicleType {
    VehicleType {
        name: "agv".into(),
        length: Length(1200),
        width: Length(800),
        margin: Length(50),
        speed: Speed(1200),
        accel: Accel(500),
        brake: Accel(700),
        turn: TurnRate(785),
        decks: setting.decks,
        dock: Dist::Constant(Span::seconds(5)),
        transfer: Dist::Constant(Span::seconds(4)),
        battery: setting.battery,
        idle_power: Power(80),
        drive_energy: Energy(150),
        stop_share: setting.stops,
        stop_time: Dist::Exponential {
            mean: Span::seconds(30),
        },
        charge_at: (300, 850),
    }
}

fn tracks() -> Tracks {
    let ring = (0..8).map(|i| {
        if i < 4 {
            (i * 4000, 4000)
        } else {
            ((7 - i) * 4000, 0)
        }
    });
    let spurs = (0..8).map(|i| {
        if i < 4 {
            (i * 4000, 8000)
        } else {
            ((7 - i) * 4000, -4000)
        }
    });
    let node = |(i, (x, y))| Node {
        name: format!("n{i}"),
        x: Length(x),
        y: Length(y),
    };
    let nodes: Vec<Node> = ring.chain(spurs).enumerate().map(node).collect();
    let around = (0..8).map(|i| (i, (i + 1) % 8));
    let aside = (0..8).flat_map(|i| [(i, i + 8), (i + 8, i)]);
    let edge = |(from, to): (u32, u32)| {
        let (a, b) = (&nodes[from as usize], &nodes[to as usize]);
        let (dx, dy) = (b.x.0 - a.x.0, b.y.0 - a.y.0);
        Edge {
            name: format!("n{from}-n{to}"),
            from: NodeId(from),
            to: NodeId(to),
            length: Length(dx.abs() + dy.abs()),
            heading: Angle(((dy as f64).atan2(dx as f64) * 1e3).round() as i64),
            speed: Speed(1200),
        }
    };
    let edges: Vec<Edge> = around.chain(aside).map(edge).collect();
    let (mut out, mut out_start) = (Vec::new(), vec![0]);
    for n in 0..nodes.len() as u32 {
        let leaves = (0..edges.len()).filter(|&e| edges[e].from == NodeId(n));
        out.extend(leaves.map(EdgeId::from_index));
        out_start.push(out.len() as u32);
    }
    let (conflict_start, conflicts) = conflicts(&nodes, &edges);
    Tracks {
        nodes: Fixed::from_vec(nodes),
        edges: Fixed::from_vec(edges),
        out_start,
        out,
        conflict_start,
        conflicts,
    }
}

/// Whatever shares a node conflicts.
fn conflicts(nodes: &[Node], edges: &[Edge]) -> (Vec<u32>, Vec<ResourceId>) {
    let ends = |r: usize| match edges.get(r) {
        Some(edge) => vec![edge.from.0, edge.to.0],
        None => vec![(r - edges.len()) as u32],
    };
    let all = nodes.len() + edges.len();
    let (mut starts, mut list) = (vec![0], Vec::new());
    for r in 0..all {
        let meets = |&other: &usize| other != r && ends(other).iter().any(|n| ends(r).contains(n));
        list.extend((0..all).filter(meets).map(|other| ResourceId(other as u32)));
        starts.push(list.len() as u32);
    }
    (starts, list)
}
