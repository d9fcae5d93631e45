//! Ids to the names that stand on the wire, and back. Names are the lasting identity.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_plant::model::Owner;

/// A node as it stands on the wire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeName {
    /// LIF nodeId.
    pub name: String,
    /// East.
    pub x: Length,
    /// North.
    pub y: Length,
}

/// An edge as it stands on the wire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EdgeName {
    /// LIF edgeId.
    pub name: String,
    /// Start.
    pub from: NodeId,
    /// End.
    pub to: NodeId,
    /// Direction of travel.
    pub heading: Angle,
}

/// All names of a plant that a vehicle may read or write. Made once, read by every link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Names {
    nodes: Fixed<NodeId, NodeName>,
    edges: Fixed<EdgeId, EdgeName>,
    places: Fixed<PlaceId, String>,
    by_node: Vec<NodeId>,
    by_edge: Vec<EdgeId>,
    by_place: Vec<PlaceId>,
}

impl Names {
    /// From the plant. A place is called after its owner and its position there: `rack.3`.
    pub fn of(plant: &Plant) -> Names {
        let node = |id| {
            let node: &fenhe_plant::model::Node = &plant.tracks.nodes[id];
            NodeName {
                name: node.name.clone(),
                x: node.x,
                y: node.y,
            }
        };
        let edge = |id| {
            let edge: &fenhe_plant::model::Edge = &plant.tracks.edges[id];
            EdgeName {
                name: edge.name.clone(),
                from: edge.from,
                to: edge.to,
                heading: edge.heading,
            }
        };
        Names::new(
            Fixed::like(&plant.tracks.nodes, node),
            Fixed::like(&plant.tracks.edges, edge),
            places(plant),
        )
    }

    /// From tables that are already named. Where a name stands twice, its first owner is found.
    pub fn new(
        nodes: Fixed<NodeId, NodeName>,
        edges: Fixed<EdgeId, EdgeName>,
        places: Fixed<PlaceId, String>,
    ) -> Names {
        let mut by_node: Vec<NodeId> = nodes.ids().collect();
        by_node.sort_by(|&a, &b| nodes[a].name.cmp(&nodes[b].name));
        let mut by_edge: Vec<EdgeId> = edges.ids().collect();
        by_edge.sort_by(|&a, &b| edges[a].name.cmp(&edges[b].name));
        let mut by_place: Vec<PlaceId> = places.ids().collect();
        by_place.sort_by(|&a, &b| places[a].cmp(&places[b]));
        Names {
            nodes,
            edges,
            places,
            by_node,
            by_edge,
            by_place,
        }
    }

    /// The node, if there is one with this id.
    pub fn node(&self, id: NodeId) -> Option<&NodeName> {
        self.nodes.get(id)
    }
    /// The edge, if there is one with this id.
    pub fn edge(&self, id: EdgeId) -> Option<&EdgeName> {
        self.edges.get(id)
    }
    /// The name of a place, empty if there is none with this id.
    pub fn place(&self, id: PlaceId) -> &str {
        self.places.get(id).map_or("", String::as_str)
    }
    /// The node with this name.
    pub fn find_node(&self, name: &str) -> Option<NodeId> {
        find(&self.by_node, name, |id| self.nodes[id].name.as_str())
    }
    /// The edge with this name.
    pub fn find_edge(&self, name: &str) -> Option<EdgeId> {
        find(&self.by_edge, name, |id| self.edges[id].name.as_str())
    }
    /// The first edge that leads from one node to the other.
    pub fn edge_between(&self, from: NodeId, to: NodeId) -> Option<EdgeId> {
        let joins = |id: &EdgeId| (self.edges[*id].from, self.edges[*id].to) == (from, to);
        self.edges.ids().find(joins)
    }
    /// The place with this name.
    pub fn find_place(&self, name: &str) -> Option<PlaceId> {
        find(&self.by_place, name, |id| self.places[id].as_str())
    }
}

fn find<'a, I: Index>(sorted: &[I], name: &str, of: impl Fn(I) -> &'a str) -> Option<I> {
    let at = sorted.partition_point(|&id| of(id) < name);
    sorted.get(at).copied().filter(|&id| of(id) == name)
}

fn places(plant: &Plant) -> Fixed<PlaceId, String> {
    let mut last: Option<(BufferId, u32)> = None;
    let name = |id| {
        let place: &fenhe_plant::model::Place = &plant.places[id];
        match place.owner {
            Owner::Buffer(buffer) => {
                let n = match last {
                    Some((of, n)) if of == buffer => n + 1,
                    _ => 0,
                };
                last = Some((buffer, n));
                format!("{}.{n}", plant.buffers[buffer].name)
            }
            Owner::Slot(_) => plant.slot_name(id).unwrap_or_default(),
            Owner::Crane(crane) => plant.cranes[crane].name.clone(),
            Owner::Deck(vehicle, deck) => {
                let vehicle = plant.vehicles[vehicle].name.to_string();
                format!("{vehicle}.{deck}")
            }
        }
    };
    Fixed::like(&plant.places, name)
}
