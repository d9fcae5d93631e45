//! What is wrong with tracks as a whole.

use crate::lif::{Lif, LifStation, within};
use crate::{Problem, Tracks};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use fenhe_contract::{EdgeId, Index, NodeId, ResourceId};

/// Checks compiled tracks: nodes that vehicles reach and cannot leave (`track/dead-end`), stations
/// that cannot be reached from the others or left to them (`track/unreachable`), stations so close
/// that two vehicles cannot stand at both (`track/too-tight`), and ends of spurs from where a
/// vehicle blocks edges that do not lead there (`track/parking-blocks`); the last two are warnings.
pub fn check(tracks: &Tracks, lif: &Lif, file: &str, source: &str) -> Vec<Problem> {
    let ids: BTreeMap<&str, NodeId> = tracks
        .nodes
        .pairs()
        .map(|(id, node)| (node.name.as_str(), id))
        .collect();
    let mut problems = Vec::new();
    dead_ends(tracks, lif, file, source, &mut problems);
    let component = components(tracks);
    let main = largest(&component);
    let mut seen = alloc::vec![false; tracks.nodes.len()];
    let mut stations: BTreeMap<ResourceId, (&LifStation, NodeId)> = BTreeMap::new();
    for station in lif.stations() {
        for name in &station.interaction_node_ids {
            let Some(&node) = ids.get(name.as_str()) else {
                continue;
            };
            if core::mem::replace(&mut seen[node.index()], true) {
                continue;
            }
            stations.insert(tracks.node_resource(node), (station, node));
            if component[node.index()] != main {
                let at = within(source, &station.span, "interactionNodeIds", name);
                let problem = Problem::error("track/unreachable", file, source, at);
                problems.push(
                    problem
                        .arg("node", name)
                        .arg("station", &station.station_id),
                );
            }
        }
    }
    let neighbours = neighbours(tracks);
    for (&resource, &(station, node)) in &stations {
        let conflicts = tracks.conflicts_of(resource);
        let at = within(source, &station.span, "stationId", &station.station_id);
        let warning = |code| Problem::error(code, file, source, at.clone()).warning();
        let other = conflicts
            .iter()
            .filter(|&&r| r > resource)
            .find_map(|r| stations.get(r));
        if let Some((_, other)) = other {
            let (node, other) = (&tracks.nodes[node].name, &tracks.nodes[*other].name);
            problems.push(
                warning("track/too-tight")
                    .arg("node", node)
                    .arg("other", other),
            );
        }
        if neighbours[node.index()] != Neighbours::One {
            continue;
        }
        if let Some(edge) = blocked(tracks, conflicts, node) {
            let problem = warning("track/parking-blocks").arg("node", &tracks.nodes[node].name);
            problems.push(problem.arg("edge", &tracks.edges[edge].name));
        }
    }
    problems
}

fn dead_ends(tracks: &Tracks, lif: &Lif, file: &str, source: &str, problems: &mut Vec<Problem>) {
    let mut entered = alloc::vec![false; tracks.nodes.len()];
    for edge in &tracks.edges {
        entered[edge.to.index()] = true;
    }
    for (node, row) in tracks.nodes.ids().zip(lif.nodes()) {
        if entered[node.index()] && tracks.leaving(node).is_empty() {
            let at = within(source, &row.span, "nodeId", &row.node_id);
            let problem = Problem::error("track/dead-end", file, source, at);
            problems.push(problem.arg("node", &row.node_id));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Neighbours {
    None,
    One,
    Many,
}

/// How many other nodes each node has edges with.
fn neighbours(tracks: &Tracks) -> Vec<Neighbours> {
    let mut first = alloc::vec![None; tracks.nodes.len()];
    let mut count = alloc::vec![Neighbours::None; tracks.nodes.len()];
    let mut meet = |a: NodeId, b: NodeId| {
        let slot = &mut first[a.index()];
        count[a.index()] = match *slot {
            None => {
                *slot = Some(b);
                Neighbours::One
            }
            Some(known) if known == b => count[a.index()],
            Some(_) => Neighbours::Many,
        };
    };
    for edge in &tracks.edges {
        meet(edge.from, edge.to);
        meet(edge.to, edge.from);
    }
    count
}

/// An edge that neither begins nor ends at a node and that a vehicle standing there is in the way
/// of.
fn blocked(tracks: &Tracks, conflicts: &[ResourceId], node: NodeId) -> Option<EdgeId> {
    conflicts
        .iter()
        .map(|resource| EdgeId(resource.0))
        .take_while(|edge| edge.index() < tracks.edges.len())
        .find(|&edge| tracks.edges[edge].from != node && tracks.edges[edge].to != node)
}

/// The component with the most nodes, the first of several.
fn largest(component: &[u32]) -> u32 {
    let mut size = alloc::vec![0_u32; component.len()];
    for &c in component {
        size[c as usize] += 1;
    }
    let best = size.iter().copied().max().unwrap_or(0);
    size.iter().position(|&s| s == best).unwrap_or(0) as u32
}

/// Strongly connected components (Tarjan 1972, without recursion): one number per node, the same
/// for nodes that can reach each other.
pub fn components(tracks: &Tracks) -> Vec<u32> {
    const NEW: u32 = u32::MAX;
    let n = tracks.nodes.len();
    let (mut index, mut low) = (alloc::vec![NEW; n], alloc::vec![0_u32; n]);
    let mut component = alloc::vec![NEW; n];
    let (mut stack, mut count, mut found) = (Vec::new(), 0_u32, 0_u32);
    for root in tracks.nodes.ids() {
        if index[root.index()] != NEW {
            continue;
        }
        let mut path = alloc::vec![(root, 0_usize)];
        while let Some((node, next)) = path.pop() {
            let v = node.index();
            if next == 0 {
                index[v] = count;
                low[v] = count;
                count += 1;
                stack.push(node);
            } else {
                let child = tracks.edges[tracks.leaving(node)[next - 1]].to.index();
                low[v] = low[v].min(low[child]);
            }
            let mut edges = tracks.leaving(node).iter().enumerate().skip(next);
            let deeper = edges.find_map(|(i, &edge)| {
                let to = tracks.edges[edge].to;
                if index[to.index()] == NEW {
                    return Some((i, to));
                }
                if component[to.index()] == NEW {
                    low[v] = low[v].min(index[to.index()]);
                }
                None
            });
            if let Some((i, to)) = deeper {
                path.push((node, i + 1));
                path.push((to, 0));
            } else if low[v] == index[v] {
                while let Some(member) = stack.pop() {
                    component[member.index()] = found;
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}
