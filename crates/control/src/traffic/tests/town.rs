//! Small tracks by hand: whatever shares a node conflicts.

use super::*;
use alloc::format;
use alloc::string::String;
use alloc::vec;

/// A plant with nothing but tracks and vehicles. `one_way` and `two_way` are pairs of nodes; each
/// vehicle starts on its home; docks are chargers.
pub fn town(
    nodes: u32,
    one_way: &[(u32, u32)],
    two_way: &[(u32, u32)],
    (homes, docks): (&[u32], &[u32]),
) -> Plant {
    let node = |n: u32| Node {
        name: format!("n{n}"),
        x: Length(i64::from(n) * 4000),
        y: Length(0),
    };
    let edge = |(from, to): (u32, u32)| Edge {
        name: format!("n{from}-n{to}"),
        from: NodeId(from),
        to: NodeId(to),
        length: Length(4000),
        heading: Angle(0),
        speed: Speed(1000),
    };
    let both = two_way.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
    let edges: Vec<Edge> = one_way.iter().copied().chain(both).map(edge).collect();
    let charger = |&n: &u32| Charger {
        name: String::new(),
        node: NodeId(n),
        power: Power(1),
    };
    let vehicle = |&n: &u32| Vehicle {
        name: String::new(),
        kind: VehicleTypeId(0),
        start: NodeId(n),
        decks: PlaceId(0)..PlaceId(0),
    };
    Plant {
        tracks: tracks((0..nodes).map(node).collect(), edges),
        vehicle_types: Fixed::from_vec(vec![kind()]),
        vehicles: Fixed::from_vec(homes.iter().map(vehicle).collect()),
        chargers: Fixed::from_vec(docks.iter().map(charger).collect()),
        parking: homes.iter().map(|&n| NodeId(n)).collect(),
        ..empty()
    }
}

fn tracks(nodes: Vec<Node>, edges: Vec<Edge>) -> Tracks {
    let (mut out, mut out_start) = (Vec::new(), vec![0]);
    for n in 0..nodes.len() as u32 {
        let leaves = (0..edges.len()).filter(|&e| edges[e].from == NodeId(n));
        out.extend(leaves.map(EdgeId::from_index));
        out_start.push(out.len() as u32);
    }
    let ends = |r: usize| match edges.get(r) {
        Some(edge) => vec![edge.from.0, edge.to.0],
        None => vec![(r - edges.len()) as u32],
    };
    let mut touching = vec![Vec::new(); nodes.len()];
    for r in 0..nodes.len() + edges.len() {
        for n in ends(r) {
            touching[n as usize].push(ResourceId(r as u32));
        }
    }
    let (mut conflict_start, mut conflicts) = (vec![0], Vec::new());
    for r in 0..nodes.len() + edges.len() {
        let near = ends(r)
            .into_iter()
            .flat_map(|n| touching[n as usize].clone());
        let others: BTreeSet<ResourceId> = near.filter(|other| other.index() != r).collect();
        conflicts.extend(others);
        conflict_start.push(conflicts.len() as u32);
    }
    Tracks {
        nodes: Fixed::from_vec(nodes),
        edges: Fixed::from_vec(edges),
        out_start,
        out,
        conflict_start,
        conflicts,
    }
}

fn kind() -> VehicleType {
    VehicleType {
        name: String::new(),
        length: Length(1200),
        width: Length(800),
        margin: Length(50),
        speed: Speed(1200),
        accel: Accel(500),
        brake: Accel(700),
        turn: TurnRate(785),
        decks: 0,
        dock: Dist::Constant(Span::ZERO),
        transfer: Dist::Constant(Span::ZERO),
        battery: Energy(0),
        idle_power: Power(0),
        drive_energy: Energy(0),
        stop_share: Share::ZERO,
        stop_time: Dist::Constant(Span::ZERO),
        charge_at: (300, 850),
    }
}

fn empty() -> Plant {
    Plant {
        name: String::new(),
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
        places: Fixed::default(),
        tracks: Tracks::default(),
        vehicle_types: Fixed::default(),
        vehicles: Fixed::default(),
        chargers: Fixed::default(),
        parking: Vec::new(),
        orders: Vec::new(),
        order_names: Vec::new(),
        policy: Policy {
            same_line: false,
            consolidate: Span::ZERO,
            fetch: fenhe_plant::Fetch::Nearest,
            traffic: fenhe_plant::Precedence::Ordered,
            base_ahead: Length(8000),
            resend: Span::seconds(10),
            wait_max: Span::seconds(600),
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
