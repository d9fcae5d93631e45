//! A sketch as tracks in VDMA LIF.

use crate::names::Ids;
use crate::sketch::{Edge, Kind, Sketch};
use fenhe_plant::lif::{
    EdgeProperty, Layout, Lif, LifEdge, LifNode, LifStation, MetaInformation, NodeProperty,
    Position, StationPosition,
};

/// Ids of everything that a plant folder names.
#[derive(Debug, Default)]
pub struct Named {
    /// By index of nodes.
    pub nodes: Vec<String>,
    /// By index of edges.
    pub edges: Vec<String>,
    /// By index of areas.
    pub areas: Vec<String>,
    /// By index of docks.
    pub docks: Vec<String>,
    /// By index of chargers.
    pub chargers: Vec<String>,
    /// By index of kinds of vehicles.
    pub kinds: Vec<String>,
}

/// Gives every element its id.
pub fn name(sketch: &Sketch) -> Named {
    fn all<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
        let mut ids = Ids::default();
        names.map(|name| ids.give(name)).collect()
    }
    // Stations of LIF are docks, chargers and parking nodes together: docks and chargers share ids.
    let places = sketch.docks.iter().map(|dock| &dock.name);
    let mut docks = all(places.chain(sketch.chargers.iter().map(|spot| &spot.name)));
    let chargers = docks.split_off(sketch.docks.len());
    Named {
        nodes: all(sketch.nodes.iter().map(|node| &node.name)),
        edges: all(sketch.edges.iter().map(|edge| &edge.name)),
        areas: all(sketch.areas.iter().map(|area| &area.name)),
        docks,
        chargers,
        kinds: all(sketch.kinds.iter().map(|kind| &kind.name)),
    }
}

/// The tracks; the same sketch gives the same bytes.
pub fn tracks(sketch: &Sketch, named: &Named) -> Lif {
    Lif {
        meta_information: MetaInformation {
            project_identification: sketch.name.clone(),
            creator: format!("fenhe import, {}", sketch.origin),
            export_timestamp: "2026-01-01T00:00:00Z".into(),
            lif_version: "1.0.0".into(),
        },
        layouts: vec![Layout {
            layout_id: "imported".into(),
            layout_name: Some(sketch.name.clone()),
            layout_version: "1".into(),
            layout_level_id: None,
            layout_description: None,
            nodes: nodes(sketch, named),
            edges: edges(sketch, named),
            stations: stations(sketch, named),
        }],
    }
}

fn nodes(sketch: &Sketch, named: &Named) -> Vec<LifNode> {
    let all = sketch.nodes.iter().zip(&named.nodes);
    all.map(|(node, id)| LifNode {
        node_id: id.clone(),
        node_name: other(&node.name, id),
        map_id: None,
        node_position: at(node.x, node.y),
        vehicle_type_node_properties: named
            .kinds
            .iter()
            .map(|kind| NodeProperty {
                vehicle_type_id: kind.clone(),
                theta: node.theta,
            })
            .collect(),
        span: 0..0,
    })
    .collect()
}

fn edges(sketch: &Sketch, named: &Named) -> Vec<LifEdge> {
    let all = sketch.edges.iter().zip(&named.edges);
    all.map(|(edge, id)| LifEdge {
        edge_id: id.clone(),
        edge_name: other(&edge.name, id),
        start_node_id: named.nodes[edge.from].clone(),
        end_node_id: named.nodes[edge.to].clone(),
        vehicle_type_edge_properties: sketch
            .kinds
            .iter()
            .zip(&named.kinds)
            .filter(|(kind, _)| !edge.backward || kind.backs())
            .map(|(kind, id)| property(edge, kind, id))
            .collect(),
        span: 0..0,
    })
    .collect()
}

fn property(edge: &Edge, kind: &Kind, id: &str) -> EdgeProperty {
    let own = kind.reverse.filter(|&speed| edge.backward && speed > 0);
    let limit = [edge.limit, own].into_iter().flatten().min();
    EdgeProperty {
        vehicle_type_id: id.to_string(),
        vehicle_orientation: None,
        orientation_type: None,
        rotation_allowed: false,
        max_speed: limit.map(|limit| f64::from(limit) / 1e3),
        trajectory: None,
    }
}

fn stations(sketch: &Sketch, named: &Named) -> Vec<LifStation> {
    let station = |id: &str, name: &str, node: usize, place: Option<(f64, f64)>, what: &str| {
        let (x, y) = place.unwrap_or((sketch.nodes[node].x, sketch.nodes[node].y));
        let Position { x, y } = at(x, y);
        LifStation {
            station_id: id.to_string(),
            interaction_node_ids: vec![named.nodes[node].clone()],
            station_name: other(name, id),
            station_description: Some(what.to_string()),
            station_position: Some(StationPosition { x, y, theta: None }),
            span: 0..0,
        }
    };
    let docks = sketch.docks.iter().zip(&named.docks);
    let mut all: Vec<LifStation> = docks
        .map(|(dock, id)| station(id, &dock.name, dock.node, dock.at, "dock"))
        .collect();
    let chargers = sketch.chargers.iter().zip(&named.chargers);
    all.extend(chargers.map(|(spot, id)| station(id, &spot.name, spot.node, spot.at, "charger")));
    all.extend(sketch.parking.iter().map(|&node| {
        let id = format!("{}/parking", named.nodes[node]);
        station(&id, &id, node, None, "parking")
    }));
    all
}

/// Whole millimetres as metres.
fn at(x: f64, y: f64) -> Position {
    let metres = |mm: f64| libm::round(mm) / 1e3;
    Position {
        x: metres(x),
        y: metres(y),
    }
}

/// The name, where it is not the id.
fn other(name: &str, id: &str) -> Option<String> {
    (name != id).then(|| name.to_string())
}
