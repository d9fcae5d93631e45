//! Tracks with their conflicts, vehicles and chargers.

use super::*;

/// Where vehicles drive.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tracks {
    /// Points.
    pub nodes: Fixed<NodeId, Node>,
    /// Directed edges.
    pub edges: Fixed<EdgeId, Edge>,
    /// Edges leaving each node: `out[out_start[n] .. out_start[n + 1]]`, ascending.
    pub out_start: Vec<u32>,
    /// See `out_start`.
    pub out: Vec<EdgeId>,
    /// Resources in conflict with each resource, itself left out: row starts. Length resources + 1.
    /// Resource `e` is edge `e` (sweeping it, ends included); resource `edges + n` is standing (and
    /// turning) on node `n`.
    pub conflict_start: Vec<u32>,
    /// See `conflict_start`; ascending within a row, symmetric.
    pub conflicts: Vec<ResourceId>,
}

impl Tracks {
    /// Edges leaving a node.
    #[inline]
    pub fn leaving(&self, node: NodeId) -> &[EdgeId] {
        let n = node.index();
        &self.out[self.out_start[n] as usize..self.out_start[n + 1] as usize]
    }
    /// The resource of sweeping an edge.
    #[inline]
    pub fn edge_resource(&self, edge: EdgeId) -> ResourceId {
        ResourceId(edge.0)
    }
    /// The resource of standing on a node.
    #[inline]
    pub fn node_resource(&self, node: NodeId) -> ResourceId {
        ResourceId(self.edges.len() as u32 + node.0)
    }
    /// Resources in conflict with one.
    #[inline]
    pub fn conflicts_of(&self, resource: ResourceId) -> &[ResourceId] {
        let r = resource.index();
        &self.conflicts[self.conflict_start[r] as usize..self.conflict_start[r + 1] as usize]
    }
    /// Number of resources.
    pub fn resources(&self) -> usize {
        self.edges.len() + self.nodes.len()
    }
}

/// A point of the tracks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Node {
    /// LIF nodeId.
    pub name: String,
    /// East.
    pub x: Length,
    /// North.
    pub y: Length,
}

/// A straight directed edge.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Edge {
    /// LIF edgeId.
    pub name: String,
    /// Start.
    pub from: NodeId,
    /// End.
    pub to: NodeId,
    /// Length.
    pub length: Length,
    /// Direction of travel.
    pub heading: Angle,
    /// Speed limit.
    pub speed: Speed,
}

/// A kind of vehicle. The body is a rectangle centred on the reference point, the same driving
/// either way; it turns on the spot at nodes where its axis must change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VehicleType {
    /// Lasting name (LIF vehicleTypeId).
    pub name: String,
    /// Body length, load included.
    pub length: Length,
    /// Body width, load included.
    pub width: Length,
    /// Distance kept around the body.
    pub margin: Length,
    /// Top speed.
    pub speed: Speed,
    /// Speeding up.
    pub accel: Accel,
    /// Braking.
    pub brake: Accel,
    /// Turning on the spot.
    pub turn: TurnRate,
    /// Deck positions.
    pub decks: u8,
    /// Docking before the first hand-over at a stop.
    pub dock: Dist,
    /// One hand-over.
    pub transfer: Dist,
    /// Battery.
    pub battery: Energy,
    /// Drawn while switched on.
    pub idle_power: Power,
    /// Drawn for a metre driven.
    pub drive_energy: Energy,
    /// Chance that an edge pass ends in a stop.
    pub stop_share: Share,
    /// How long such a stop lasts.
    pub stop_time: Dist,
    /// State of charge below which it goes charging, above which it leaves [parts per thousand].
    pub charge_at: (u16, u16),
}

/// One vehicle.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Vehicle {
    /// Lasting name.
    pub name: String,
    /// What kind.
    pub kind: VehicleTypeId,
    /// Where it stands at the start: a parking node of its own.
    pub start: NodeId,
    /// Its deck positions.
    pub decks: Range<PlaceId>,
}

/// A charging point.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Charger {
    /// Lasting name.
    pub name: String,
    /// Where the vehicle stands.
    pub node: NodeId,
    /// Into the battery.
    pub power: Power,
}
