//! Whether vehicles can get to every port, charger and parking node and back, and whether they can
//! all move.

use crate::build::Build;
use crate::geometry::components;
use crate::tree::At;
use crate::{BufferKind, Tracks};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;

/// Checks the fleet against ports and tracks.
pub fn check(build: &Build<'_>) {
    ports(build);
    if build.knows_nodes && !build.plant.parking.is_empty() {
        connected(build);
        ring(build);
    }
}

/// Ports need a node and a fleet.
fn ports(build: &Build<'_>) {
    let plant = &build.plant;
    let fleet = build.root.tables("fleet").next().is_some();
    let mut seen = BTreeSet::new();
    for ((id, buffer), element) in plant.buffers.pairs().zip(&build.buffers) {
        let by_crane = |crane: &crate::Crane| crane.io.iter().any(|point| point.buffer == id);
        if plant.cranes.iter().any(by_crane) {
            continue;
        }
        let (places, carrier) = match &buffer.kind {
            BufferKind::Unload {
                places, carrier, ..
            }
            | BufferKind::Load {
                places, carrier, ..
            } => (places, Some(*carrier)),
            BufferKind::Store { places } => (places, None),
            BufferKind::Queue { .. } => continue,
        };
        let name = &buffer.name;
        let node = plant.places.get(places.start).and_then(|place| place.node);
        if carrier.is_some() && !fleet {
            build.report("fleet/none", element.at, &[("buffer", name)]);
            return;
        }
        let written = ["unload", "load", "store"].iter().any(|key| {
            element
                .read
                .inner(key)
                .is_some_and(|read| read.item("node").is_some())
        });
        let own = element.read.text("id").unwrap_or_default();
        let given = element
            .scope
            .as_ref()
            .is_some_and(|scope| scope.nodes.contains_key(own));
        if build.knows_nodes && fleet && node.is_none() && !written && !given {
            build.report("port/no-node", element.at, &[("buffer", name)]);
        }
        if let Some(carrier) = carrier
            && seen.insert(carrier)
            && plant
                .carriers
                .get(carrier)
                .is_some_and(|carrier| carrier.start.is_empty())
        {
            let read = build
                .root
                .tables("carrier")
                .nth(carrier.index())
                .unwrap_or(build.root);
            let problem = build.desk.error("carrier/none", read.at("count"));
            build.desk.push(
                problem
                    .arg("carrier", &plant.carriers[carrier].name)
                    .warning(),
            );
        }
    }
}

/// Every node named in `plant.toml` must be reached from the parking and lead back there.
fn connected(build: &Build<'_>) {
    let plant = &build.plant;
    let component = components(&plant.tracks);
    let home = plant.parking[0];
    let from_home = reach(&plant.tracks, home);
    let mut seen = BTreeSet::new();
    for (node, at) in points(build) {
        if component[node.index()] == component[home.index()] || !seen.insert(node) {
            continue;
        }
        let name = &plant.tracks.nodes[node].name;
        let known = build
            .desk
            .reported(&["track/unreachable", "track/dead-end"], name);
        if !known {
            let back = from_home[node.index()];
            let code = if back {
                "track/dead-end"
            } else {
                "track/unreachable"
            };
            build.report(code, at, &[("node", name)]);
        }
    }
}

/// Nodes that vehicles must serve, and where they are named.
fn points(build: &Build<'_>) -> Vec<(NodeId, At)> {
    let plant = &build.plant;
    let mut points = Vec::new();
    for (buffer, element) in plant.buffers.iter().zip(&build.buffers) {
        let (BufferKind::Unload { places, .. }
        | BufferKind::Load { places, .. }
        | BufferKind::Store { places }) = &buffer.kind
        else {
            continue;
        };
        let node = plant.places.get(places.start).and_then(|place| place.node);
        let own = element.read.text("id").unwrap_or_default();
        let given = element
            .scope
            .as_ref()
            .and_then(|scope| scope.nodes.get(own));
        points.extend(node.map(|node| (node, given.map_or(element.at, |(_, at)| *at))));
    }
    for (charger, read) in plant.chargers.iter().zip(build.root.tables("charger")) {
        points.push((charger.node, read.at("node")));
    }
    let tracks = build
        .root
        .inner("tracks")
        .map_or(build.root.at, |read| read.at("file"));
    points.extend(plant.vehicles.iter().map(|vehicle| (vehicle.start, tracks)));
    points
}

fn reach(tracks: &Tracks, from: NodeId) -> Vec<bool> {
    let mut reached = vec![false; tracks.nodes.len()];
    let mut todo = vec![from];
    while let Some(node) = todo.pop() {
        if !core::mem::replace(&mut reached[node.index()], true) {
            todo.extend(
                tracks
                    .leaving(node)
                    .iter()
                    .map(|edge| tracks.edges[*edge].to),
            );
        }
    }
    reached
}

/// Tracks that are one ring with bays beside it: if the fleet has as many vehicles as the ring has
/// standing places, it can fill the ring, and then none of them can move.
fn ring(build: &Build<'_>) {
    let plant = &build.plant;
    let Some(ring) = only_ring(&plant.tracks) else {
        return;
    };
    let mut standing: Vec<ResourceId> = Vec::new();
    for node in ring {
        let resource = plant.tracks.node_resource(node);
        let conflicts = plant.tracks.conflicts_of(resource);
        if !standing
            .iter()
            .any(|other| conflicts.binary_search(other).is_ok())
        {
            standing.push(resource);
        }
    }
    let (count, capacity) = (plant.vehicles.len(), standing.len());
    let read = build.root.tables("fleet").last();
    if count >= capacity
        && let Some(read) = read
    {
        let problem = build
            .desk
            .error("fleet/fills-ring", read.at("count"))
            .warning();
        let problem = problem
            .arg("count", count)
            .arg("capacity", capacity.to_string());
        build.desk.push(problem);
    }
}

/// The nodes of the one directed ring of the tracks in order, bays (nodes with one neighbour) and
/// what hangs on them left out; `None` if the rest is anything else than a ring.
fn only_ring(tracks: &Tracks) -> Option<Vec<NodeId>> {
    let mut neighbours: Vec<BTreeSet<NodeId>> = vec![BTreeSet::new(); tracks.nodes.len()];
    for edge in &tracks.edges {
        neighbours[edge.from.index()].insert(edge.to);
        neighbours[edge.to.index()].insert(edge.from);
    }
    let mut bays: Vec<NodeId> = tracks
        .nodes
        .ids()
        .filter(|node| neighbours[node.index()].len() == 1)
        .collect();
    let mut left: BTreeSet<NodeId> = tracks.nodes.ids().collect();
    while let Some(bay) = bays.pop() {
        left.remove(&bay);
        for other in core::mem::take(&mut neighbours[bay.index()]) {
            neighbours[other.index()].remove(&bay);
            if neighbours[other.index()].len() == 1 {
                bays.push(other);
            }
        }
    }
    let mut next: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    for edge in &tracks.edges {
        let inside = left.contains(&edge.from) && left.contains(&edge.to);
        if inside
            && next
                .insert(edge.from, edge.to)
                .is_some_and(|other| other != edge.to)
        {
            return None;
        }
    }
    let first = *left.first()?;
    let mut ring = vec![first];
    let mut node = *next.get(&first)?;
    while node != first && ring.len() <= left.len() {
        ring.push(node);
        node = *next.get(&node)?;
    }
    (ring.len() == left.len() && ring.len() > 2).then_some(ring)
}
