//! The graph of a layout: what the plant's vehicles may use of it, rounded to the millimetre.

use crate::lif::{Lif, LifEdge, Position};
use crate::{Edge, Node, Problem, Tracks};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::{Angle, EdgeId, Fixed, Index, Length, NodeId, Speed};

/// More nodes or edges than any plant.
const MOST: usize = 50_000;
/// Where the layout sets no limit: faster than any vehicle.
const NO_LIMIT: Speed = Speed(100_000);

/// Nodes and edges of a layout, conflicts left empty. `types` are the vehicle types of the plant; an
/// edge that none of them may use is left out. `source` is the text that the layout was read from.
///
/// # Errors
/// `lif/vehicle-type-unknown` and `lif/vehicle-type-partial` are warnings and come with the tracks;
/// `track/none` and `size/too-many` are errors.
pub fn graph(
    lif: &Lif,
    file: &str,
    source: &str,
    types: &[&str],
) -> Result<(Tracks, Vec<Problem>), Vec<Problem>> {
    let mut problems = unknown_types(lif, file, source, types);
    let count = lif.nodes().count().max(lif.edges().count());
    if count > MOST {
        return Err(alloc::vec![
            Problem::of_file("size/too-many", file).arg("most", MOST)
        ]);
    }
    let mut ids = BTreeMap::new();
    let mut tracks = Tracks::default();
    for node in lif.nodes() {
        let Position { x, y } = node.node_position;
        let (x, y) = (millimetres(x), millimetres(y));
        let id = tracks.nodes.push(Node {
            name: node.node_id.clone(),
            x,
            y,
        });
        ids.insert(node.node_id.as_str(), id);
    }
    let mut partial = 0;
    for edge in lif.edges() {
        let ends = (
            ids.get(edge.start_node_id.as_str()),
            ids.get(edge.end_node_id.as_str()),
        );
        let (Some(&from), Some(&to)) = ends else {
            continue;
        };
        let users = types.iter().filter(|kind| property(edge, kind)).count();
        if users > 0 {
            partial += usize::from(users < types.len());
            let made = straight(&tracks.nodes, edge, from, to, types);
            tracks.edges.push(made);
        }
    }
    if partial > 0 {
        let problem = Problem::of_file("lif/vehicle-type-partial", file).arg("count", partial);
        problems.push(problem.warning());
    }
    if tracks.edges.is_empty() {
        problems.push(Problem::of_file("track/none", file));
        return Err(problems);
    }
    leaving(&mut tracks);
    tracks.conflict_start = alloc::vec![0; tracks.resources() + 1];
    Ok((tracks, problems))
}

fn millimetres(metres: f64) -> Length {
    Length(libm::round(metres * 1e3) as i64)
}

/// The edge has properties for this type, so the type may use it.
fn property(edge: &LifEdge, kind: &str) -> bool {
    edge.vehicle_type_edge_properties
        .iter()
        .any(|row| row.vehicle_type_id == kind)
}

fn straight(
    nodes: &Fixed<NodeId, Node>,
    edge: &LifEdge,
    from: NodeId,
    to: NodeId,
    types: &[&str],
) -> Edge {
    let (a, b) = (&nodes[from], &nodes[to]);
    let (dx, dy) = ((b.x - a.x).0 as f64, (b.y - a.y).0 as f64);
    let speed = edge
        .vehicle_type_edge_properties
        .iter()
        .filter(|row| types.contains(&row.vehicle_type_id.as_str()))
        .filter_map(|row| row.max_speed)
        .map(|speed| Speed((libm::floor(speed * 1e3 + 1e-6) as i64).clamp(1, NO_LIMIT.0)))
        .min();
    Edge {
        name: edge.edge_id.clone(),
        from,
        to,
        length: Length((libm::round(libm::sqrt(dx * dx + dy * dy)) as i64).max(1)),
        heading: Angle(libm::round(libm::atan2(dy, dx) * 1e3) as i64),
        speed: speed.unwrap_or(NO_LIMIT),
    }
}

/// Fills `out_start` and `out`.
fn leaving(tracks: &mut Tracks) {
    let mut start = alloc::vec![0_u32; tracks.nodes.len() + 1];
    for edge in &tracks.edges {
        start[edge.from.index() + 1] += 1;
    }
    for n in 0..tracks.nodes.len() {
        start[n + 1] += start[n];
    }
    let mut next = start.clone();
    let mut out = alloc::vec![EdgeId(0); tracks.edges.len()];
    for (id, edge) in tracks.edges.pairs() {
        let at = &mut next[edge.from.index()];
        out[*at as usize] = id;
        *at += 1;
    }
    tracks.out_start = start;
    tracks.out = out;
}

/// One warning for each vehicle type of the layout that the plant does not have.
fn unknown_types(lif: &Lif, file: &str, source: &str, types: &[&str]) -> Vec<Problem> {
    let mut seen: BTreeSet<&String> = BTreeSet::new();
    let mut problems = Vec::new();
    let nodes = lif.nodes().flat_map(|node| {
        node.vehicle_type_node_properties
            .iter()
            .map(|row| (&row.vehicle_type_id, &node.span))
    });
    let edges = lif.edges().flat_map(|edge| {
        edge.vehicle_type_edge_properties
            .iter()
            .map(|row| (&row.vehicle_type_id, &edge.span))
    });
    for (kind, span) in nodes.chain(edges) {
        if !types.contains(&kind.as_str()) && seen.insert(kind) {
            let at = crate::lif::within(source, span, "vehicleTypeId", kind);
            let problem = Problem::error("lif/vehicle-type-unknown", file, source, at);
            problems.push(problem.arg("name", kind).warning());
        }
    }
    problems
}
