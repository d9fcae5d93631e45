//! Makes a sketch one that vehicles can live in: no edge that leads nowhere, every place within reach
//! of every other, and a parking node for each vehicle.

use crate::note::Notes;
use crate::sketch::{Edge, Sketch};
use fenhe_contract::{Angle, EdgeId, Fixed, Length, NodeId, Speed};
use fenhe_plant::Tracks;
use fenhe_plant::geometry::components;

/// Ends nearer than this are one point: there is nothing to drive [mm].
const SAME: f64 = 1.0;

/// Tidies up and tells what had to go; `false` if no edge is left.
pub fn trim(sketch: &mut Sketch, notes: &mut Notes) -> bool {
    drop_edges(sketch, notes);
    if sketch.edges.is_empty() {
        return false;
    }
    let main = main_nodes(sketch);
    drop_places(sketch, &main, notes);
    park(sketch, &main, notes);
    true
}

/// Edges without length, and those into nodes that no edge leaves: vehicles would never come back.
fn drop_edges(sketch: &mut Sketch, notes: &mut Notes) {
    let mut keep: Vec<bool> = Vec::with_capacity(sketch.edges.len());
    for edge in &sketch.edges {
        let long = sketch.straight(edge) >= SAME;
        if !long {
            notes.left("left/no-length", &edge.name);
        }
        keep.push(long);
    }
    let mut leaving = vec![0_usize; sketch.nodes.len()];
    let mut entering: Vec<Vec<usize>> = vec![Vec::new(); sketch.nodes.len()];
    for (i, edge) in sketch.edges.iter().enumerate().filter(|(i, _)| keep[*i]) {
        leaving[edge.from] += 1;
        entering[edge.to].push(i);
    }
    let mut dead: Vec<usize> = (0..leaving.len()).filter(|&n| leaving[n] == 0).collect();
    let mut gone = Vec::new();
    while let Some(node) = dead.pop() {
        for &i in &entering[node] {
            if !std::mem::replace(&mut keep[i], false) {
                continue;
            }
            gone.push(i);
            let from = sketch.edges[i].from;
            leaving[from] -= 1;
            if leaving[from] == 0 {
                dead.push(from);
            }
        }
    }
    gone.sort_unstable();
    for i in gone {
        notes.left("left/dead-end", &sketch.edges[i].name);
    }
    retain_edges(sketch, &keep);
}

/// Keeps some edges; areas hold the same ones as before.
fn retain_edges(sketch: &mut Sketch, keep: &[bool]) {
    let mut place = vec![None; keep.len()];
    let mut kept: Vec<Edge> = Vec::new();
    for (i, edge) in std::mem::take(&mut sketch.edges).into_iter().enumerate() {
        if keep[i] {
            place[i] = Some(kept.len());
            kept.push(edge);
        }
    }
    sketch.edges = kept;
    for area in &mut sketch.areas {
        area.edges = area.edges.iter().filter_map(|&i| place[i]).collect();
    }
}

/// Whether each node can be reached from the most others and back.
fn main_nodes(sketch: &Sketch) -> Vec<bool> {
    let component = components(&graph(sketch));
    let mut sizes = vec![0_u32; component.len()];
    for &c in &component {
        sizes[c as usize] += 1;
    }
    let most = sizes.iter().copied().max().unwrap_or(0);
    // The loader takes the same one where several are as large.
    let main = sizes
        .iter()
        .position(|&size| size == most)
        .map(|c| c as u32);
    component.iter().map(|&c| Some(c) == main).collect()
}

/// The graph alone, for the search of components.
fn graph(sketch: &Sketch) -> Tracks {
    let id = |n: usize| NodeId(u32::try_from(n).unwrap_or(u32::MAX));
    let mut tracks = Tracks::default();
    for _ in &sketch.nodes {
        tracks.nodes.push(fenhe_plant::Node {
            name: String::new(),
            x: Length(0),
            y: Length(0),
        });
    }
    let mut out: Vec<Vec<EdgeId>> = vec![Vec::new(); sketch.nodes.len()];
    let mut edges: Fixed<EdgeId, fenhe_plant::Edge> = Fixed::default();
    for edge in &sketch.edges {
        let added = edges.push(fenhe_plant::Edge {
            name: String::new(),
            from: id(edge.from),
            to: id(edge.to),
            length: Length(1),
            heading: Angle(0),
            speed: Speed(1),
        });
        out[edge.from].push(added);
    }
    tracks.edges = edges;
    tracks.out_start = vec![0];
    for row in out {
        tracks.out.extend(row);
        tracks.out_start.push(tracks.out.len() as u32);
    }
    tracks
}

/// Docks, chargers, parking and starts that vehicles cannot get to and back from.
fn drop_places(sketch: &mut Sketch, main: &[bool], notes: &mut Notes) {
    let node_name = |node: usize| sketch.nodes[node].name.clone();
    for dock in sketch.docks.iter().filter(|dock| !main[dock.node]) {
        notes.left_with(
            "left/dock-apart",
            &dock.name,
            node_arg(node_name(dock.node)),
        );
    }
    for spot in sketch.chargers.iter().filter(|spot| !main[spot.node]) {
        notes.left_with(
            "left/charger-apart",
            &spot.name,
            node_arg(node_name(spot.node)),
        );
    }
    for &node in sketch.parking.iter().filter(|&&node| !main[node]) {
        notes.left("left/parking-apart", &node_name(node));
    }
    sketch.docks.retain(|dock| main[dock.node]);
    sketch.chargers.retain(|spot| main[spot.node]);
    sketch.parking.retain(|&node| main[node]);
    for kind in &mut sketch.kinds {
        for vehicle in &mut kind.vehicles {
            vehicle.start = vehicle.start.filter(|&node| main[node]);
        }
    }
}

fn node_arg(name: String) -> Vec<(&'static str, String)> {
    vec![("node", name)]
}

/// Puts the starts of the vehicles first, in their order, and finds parking for those without.
fn park(sketch: &mut Sketch, main: &[bool], notes: &mut Notes) {
    let vehicles: Vec<Option<usize>> = sketch
        .kinds
        .iter()
        .flat_map(|kind| kind.vehicles.iter().map(|vehicle| vehicle.start))
        .collect();
    let mut taken = vec![false; sketch.nodes.len()];
    let mut order: Vec<Option<usize>> = Vec::new();
    for start in vehicles {
        let free = start.filter(|&node| !std::mem::replace(&mut taken[node], true));
        order.push(free);
    }
    let declared = std::mem::take(&mut sketch.parking);
    let mut rest = declared
        .into_iter()
        .filter(|&n| !std::mem::replace(&mut taken[n], true));
    for slot in order.iter_mut().filter(|slot| slot.is_none()) {
        *slot = rest.next();
    }
    let rest: Vec<usize> = rest.collect();
    let mut parking: Vec<usize> = order.iter().flatten().copied().chain(rest).collect();
    let mut found = Vec::new();
    for slot in order.iter_mut().filter(|slot| slot.is_none()) {
        let node = room(sketch, main, &parking);
        *slot = node;
        parking.extend(node);
        found.extend(node);
    }
    tell_parking(
        sketch,
        &found,
        order.iter().filter(|slot| slot.is_none()).count(),
        notes,
    );
    let first: Vec<usize> = order.into_iter().flatten().collect();
    let others = parking.into_iter().filter(|node| !first.contains(node));
    sketch.parking = first.iter().copied().chain(others).collect();
}

/// A node to park on that is not served, else any, where nobody stands near.
fn room(sketch: &Sketch, main: &[bool], parking: &[usize]) -> Option<usize> {
    let apart = sketch.diagonal() + 200.0;
    let far = |node: usize| {
        let other = |&p: &usize| {
            let (a, b) = (&sketch.nodes[p], &sketch.nodes[node]);
            libm::hypot(a.x - b.x, a.y - b.y) > apart
        };
        parking.iter().all(other)
    };
    let served = |node: usize| {
        sketch.docks.iter().any(|dock| dock.node == node)
            || sketch.chargers.iter().any(|spot| spot.node == node)
    };
    let free = |node: &usize| main[*node] && far(*node);
    let nodes = 0..sketch.nodes.len();
    nodes
        .clone()
        .filter(free)
        .find(|&node| !served(node))
        .or_else(|| nodes.clone().find(free))
}

fn tell_parking(sketch: &mut Sketch, found: &[usize], lacking: usize, notes: &mut Notes) {
    if !found.is_empty() {
        let names: Vec<&str> = found
            .iter()
            .map(|&n| sketch.nodes[n].name.as_str())
            .collect();
        let args = vec![
            ("count", found.len().to_string()),
            ("nodes", names.join(", ")),
        ];
        notes.assumed("assumed/parking", args);
    }
    // The last vehicles of the last kinds stay out.
    for _ in 0..lacking {
        let kind = sketch
            .kinds
            .iter_mut()
            .rev()
            .find(|k| !k.vehicles.is_empty());
        if let Some(vehicle) = kind.and_then(|kind| kind.vehicles.pop()) {
            notes.left("left/vehicle-no-room", &vehicle.name);
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::Node;

    fn sketch(edges: &[(usize, usize)]) -> Sketch {
        let count = edges.iter().map(|e| e.0.max(e.1) + 1).max().unwrap_or(0);
        let node = |n: usize| Node {
            name: format!("n{n}"),
            x: 5_000.0 * n as f64,
            y: 0.0,
            theta: None,
        };
        let edge = |&(from, to): &(usize, usize)| Edge {
            name: format!("{from}-{to}"),
            from,
            to,
            limit: None,
            length: None,
            backward: false,
        };
        Sketch {
            nodes: (0..count).map(node).collect(),
            edges: edges.iter().map(edge).collect(),
            ..Sketch::default()
        }
    }

    #[test]
    fn edges_that_lead_nowhere_go_one_after_the_other() {
        let mut notes = Notes::default();
        let mut plant = sketch(&[(0, 1), (1, 0), (1, 2), (2, 3), (0, 0)]);
        plant.parking = vec![3, 1];
        assert!(trim(&mut plant, &mut notes));
        assert_eq!((plant.edges.len(), &plant.parking), (2, &vec![1]));
        let told = notes.finish();
        let dead = told.iter().find(|note| note.code == "left/dead-end");
        assert_eq!(dead.expect("told").names, ["1-2", "2-3"]);
        assert!(!trim(&mut sketch(&[(0, 1), (1, 2)]), &mut Notes::default()));
    }
}
