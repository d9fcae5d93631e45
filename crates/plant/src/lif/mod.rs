//! VDMA Layout Interchange Format 1.0: what vehicle makers deliver. Metres, radians, metres a
//! second, as in the file. Names of fields are those of the standard; what is not read here (actions,
//! load restrictions, heights) is skipped.
//!
//! Source: VDMA e.V., *LIF - Layout Interchange Format*, version 1.0.0, with its JSON schema.

mod parse;
mod write;

pub use parse::parse;
pub(crate) use parse::within;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use serde::{Deserialize, Serialize};

/// A whole file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lif {
    /// Who made it and when.
    pub meta_information: MetaInformation,
    /// Planes or parts of planes; ids are unique over all of them.
    pub layouts: Vec<Layout>,
}

/// Who made it and when.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct MetaInformation {
    pub project_identification: String,
    pub creator: String,
    /// ISO 8601 in UTC.
    pub export_timestamp: String,
    /// Semantic version of the format.
    pub lif_version: String,
}

/// A plane, or a part of one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Layout {
    pub layout_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout_name: Option<String>,
    pub layout_version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout_level_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout_description: Option<String>,
    pub nodes: Vec<LifNode>,
    pub edges: Vec<LifEdge>,
    pub stations: Vec<LifStation>,
}

/// A point.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct LifNode {
    pub node_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_id: Option<String>,
    pub node_position: Position,
    pub vehicle_type_node_properties: Vec<NodeProperty>,
    /// Bytes of the file it was read from; empty for a generated one.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// A point of the plane [m].
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Position {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
}

/// What holds at a node for one type of vehicle.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeProperty {
    /// Which type.
    pub vehicle_type_id: String,
    /// Orientation on the node [rad].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theta: Option<f64>,
}

/// A directed edge.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct LifEdge {
    pub edge_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge_name: Option<String>,
    pub start_node_id: String,
    pub end_node_id: String,
    pub vehicle_type_edge_properties: Vec<EdgeProperty>,
    /// Bytes of the file it was read from; empty for a generated one.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// What holds on an edge for one type of vehicle.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EdgeProperty {
    /// Which type.
    pub vehicle_type_id: String,
    /// Orientation of the vehicle on the edge [rad].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle_orientation: Option<f64>,
    /// What the orientation is relative to; tangential by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orientation_type: Option<OrientationType>,
    /// The vehicle may rotate while on the edge.
    pub rotation_allowed: bool,
    /// Speed limit [m/s].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_speed: Option<f64>,
    /// A curve between start and end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trajectory: Option<Trajectory>,
}

/// What an orientation is relative to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OrientationType {
    /// To the map.
    Global,
    /// To the edge.
    Tangential,
}

/// A curve as NURBS.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trajectory {
    /// Degree; 1 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degree: Option<f64>,
    /// 0 to 1, as many as control points + degree + 1.
    pub knot_vector: Vec<f64>,
    /// From start to end.
    pub control_points: Vec<ControlPoint>,
}

/// A control point [m].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ControlPoint {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// Pull on the curve; 1 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
}

/// A point where vehicles meet the world around them: dock, charger, parking bay.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LifStation {
    /// Lasting name.
    pub station_id: String,
    /// Where vehicles stand to serve it; at least one.
    pub interaction_node_ids: Vec<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station_name: Option<String>,
    /// What it is. Generated tracks write `dock`, `parking` or `charger`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station_description: Option<String>,
    /// Where to draw it [m].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station_position: Option<StationPosition>,
    /// Bytes of the file it was read from; empty for a generated one.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// Where to draw a station [m, rad].
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct StationPosition {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// Orientation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theta: Option<f64>,
}

impl Lif {
    /// All nodes of all layouts, in file order.
    pub fn nodes(&self) -> impl Iterator<Item = &LifNode> {
        self.layouts.iter().flat_map(|layout| &layout.nodes)
    }
    /// All edges of all layouts, in file order.
    pub fn edges(&self) -> impl Iterator<Item = &LifEdge> {
        self.layouts.iter().flat_map(|layout| &layout.edges)
    }
    /// All stations of all layouts, in file order.
    pub fn stations(&self) -> impl Iterator<Item = &LifStation> {
        self.layouts.iter().flat_map(|layout| &layout.stations)
    }
    /// Nodes of the stations described as `kind` (`dock`, `parking`, `charger`), in file order.
    pub fn station_nodes<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.stations()
            .filter(move |station| station.station_description.as_deref() == Some(kind))
            .flat_map(|station| station.interaction_node_ids.iter().map(String::as_str))
    }
}
