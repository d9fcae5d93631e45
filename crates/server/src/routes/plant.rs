//! The model that is run, as far as a screen needs it.

use super::page::{Head, answer};
use crate::app::App;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use fenhe_contract::{EdgeId, Index};
use fenhe_plant::{Area, BufferKind, Plant, Station, To};
use flate2::{Compression, write::GzEncoder};
use serde::Serialize;
use std::io::Write;
use utoipa::ToSchema;

/// The model that is run. Rows stand in the order of ids: the feed and these tables refer to them by
/// index, for as long as `hash` stays.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlantView {
    /// Folder name.
    name: String,
    /// Hash of the folder's bytes, hexadecimal.
    hash: String,
    /// The instant that times count from, RFC 3339.
    epoch: String,
    /// IANA time zone.
    time_zone: String,
    /// Names of products.
    products: Vec<String>,
    /// Names of mixes of products, that may be asked for.
    mixes: Vec<String>,
    /// Names of lines.
    lines: Vec<String>,
    /// Wanted mean time between good pieces of each line [us].
    takt_targets: Vec<Option<i64>>,
    stations: Vec<StationRow>,
    buffers: Vec<BufferRow>,
    vehicle_types: Vec<TypeRow>,
    vehicles: Vec<VehicleRow>,
    nodes: Vec<NodeRow>,
    edges: Vec<EdgeRow>,
    chargers: Vec<ChargerRow>,
    /// Names of automated stores.
    racks: Vec<String>,
    /// Nodes that vehicles wait on while they have nothing to do.
    parking: Vec<u32>,
    areas: Vec<AreaRow>,
}

/// A station.
#[derive(Serialize, ToSchema)]
struct StationRow {
    name: String,
    /// Index of its line.
    line: Option<u32>,
    /// What it does, as routes call it.
    operation: Option<String>,
    /// Indexes of the buffers it takes from.
    inputs: Vec<u32>,
    /// Indexes of the buffers it gives to.
    outputs: Vec<u32>,
}

/// A queue, port or store.
#[derive(Serialize, ToSchema)]
struct BufferRow {
    name: String,
    /// Index of its line.
    line: Option<u32>,
    kind: BufferWord,
    /// Indexes of the nodes that vehicles serve it from.
    nodes: Vec<u32>,
    /// Pieces a queue holds, carriers elsewhere; none: any number.
    capacity: Option<u32>,
}

/// What a buffer is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum BufferWord {
    Queue,
    Unload,
    Load,
    Store,
}

/// A kind of vehicle.
#[derive(Serialize, ToSchema)]
struct TypeRow {
    name: String,
    /// Body, load included [mm].
    length: i64,
    /// Body, load included [mm].
    width: i64,
    /// Top speed [mm/s].
    speed: i64,
    /// Deck positions.
    decks: u8,
}

/// A vehicle.
#[derive(Serialize, ToSchema)]
struct VehicleRow {
    name: String,
    /// Index of its type.
    kind: u32,
}

/// A point of the tracks.
#[derive(Serialize, ToSchema)]
struct NodeRow {
    name: String,
    /// East [mm].
    x: i64,
    /// North [mm].
    y: i64,
}

/// A straight directed edge.
#[derive(Serialize, ToSchema)]
struct EdgeRow {
    name: String,
    /// Index of the node it begins at.
    from: u32,
    /// Index of the node it ends at.
    to: u32,
    /// [mm]
    length: i64,
    /// Speed limit [mm/s].
    speed: i64,
}

/// A charging point.
#[derive(Serialize, ToSchema)]
struct ChargerRow {
    name: String,
    /// Index of the node.
    node: u32,
}

/// A named area of the floor that people may want to enter.
#[derive(Serialize, ToSchema)]
struct AreaRow {
    name: String,
    /// East and north of its corners [mm]; empty if it was given by nodes.
    outline: Vec<[i64; 2]>,
    /// Indexes of the nodes inside.
    nodes: Vec<u32>,
    /// Indexes of the stations inside.
    stations: Vec<u32>,
}

fn buffers(plant: &Plant) -> Vec<BufferRow> {
    let row = |buffer: &fenhe_plant::Buffer| {
        let (kind, places) = match &buffer.kind {
            BufferKind::Queue { .. } => (BufferWord::Queue, None),
            BufferKind::Unload { places, .. } => (BufferWord::Unload, Some(places)),
            BufferKind::Load { places, .. } => (BufferWord::Load, Some(places)),
            BufferKind::Store { places } => (BufferWord::Store, Some(places)),
        };
        let capacity = match (&buffer.kind, &places) {
            (BufferKind::Queue { capacity }, _) => *capacity,
            (_, Some(places)) => Some(places.end.0.saturating_sub(places.start.0)),
            (_, None) => None,
        };
        let places = places.map_or(0..0, |places| places.start.index()..places.end.index());
        let places = plant.places.as_slice().get(places).unwrap_or(&[]);
        let mut nodes: Vec<u32> = places
            .iter()
            .filter_map(|place| place.node.map(|n| n.0))
            .collect();
        nodes.dedup();
        BufferRow {
            name: buffer.name.clone(),
            line: buffer.line.map(|line| line.0),
            kind,
            nodes,
            capacity,
        }
    };
    plant.buffers.iter().map(row).collect()
}

fn station(plant: &Plant, row: &Station) -> StationRow {
    let outputs = row.outputs.iter().filter_map(|output| match output.to {
        To::Buffer(buffer) => Some(buffer.0),
        To::Sink(_) => None,
    });
    StationRow {
        name: row.name.clone(),
        line: row.line.map(|line| line.0),
        operation: row.operation.map(|id| plant.operations[id].clone()),
        inputs: row.inputs.iter().map(|input| input.buffer.0).collect(),
        outputs: outputs.collect(),
    }
}

fn area(plant: &Plant, row: &Area) -> AreaRow {
    let nodes = plant.tracks.nodes.ids();
    let inside = nodes.filter(|node| row.holds(plant.tracks.node_resource(*node)));
    AreaRow {
        name: row.name.clone(),
        outline: row.outline.iter().map(|(x, y)| [x.0, y.0]).collect(),
        nodes: inside.map(|node| node.0).collect(),
        stations: row.stations.iter().map(|station| station.0).collect(),
    }
}

pub(super) fn picture(plant: &Plant) -> PlantView {
    let edge = |id: EdgeId| {
        let edge = &plant.tracks.edges[id];
        EdgeRow {
            name: edge.name.clone(),
            from: edge.from.0,
            to: edge.to.0,
            length: edge.length.0,
            speed: edge.speed.0,
        }
    };
    let kind = |row: &fenhe_plant::VehicleType| TypeRow {
        name: row.name.clone(),
        length: row.length.0,
        width: row.width.0,
        speed: row.speed.0,
        decks: row.decks,
    };
    let vehicle = |row: &fenhe_plant::Vehicle| VehicleRow {
        name: row.name.clone(),
        kind: row.kind.0,
    };
    let node = |row: &fenhe_plant::Node| NodeRow {
        name: row.name.clone(),
        x: row.x.0,
        y: row.y.0,
    };
    let charger = |row: &fenhe_plant::Charger| ChargerRow {
        name: row.name.clone(),
        node: row.node.0,
    };
    PlantView {
        name: plant.name.clone(),
        hash: plant.hash.to_string(),
        epoch: plant.epoch.clone(),
        time_zone: plant.time_zone.clone(),
        products: plant.products.iter().map(|row| row.name.clone()).collect(),
        mixes: plant.mixes.iter().map(|row| row.name.clone()).collect(),
        takt_targets: plant
            .lines
            .iter()
            .map(|row| row.takt_target.map(|span| span.0))
            .collect(),
        lines: plant.lines.iter().map(|row| row.name.clone()).collect(),
        stations: plant
            .stations
            .iter()
            .map(|row| station(plant, row))
            .collect(),
        buffers: buffers(plant),
        vehicle_types: plant.vehicle_types.iter().map(kind).collect(),
        vehicles: plant.vehicles.iter().map(vehicle).collect(),
        nodes: plant.tracks.nodes.iter().map(node).collect(),
        edges: plant.tracks.edges.ids().map(edge).collect(),
        chargers: plant.chargers.iter().map(charger).collect(),
        racks: plant.racks.iter().map(|row| row.name.clone()).collect(),
        parking: plant.parking.iter().map(|node| node.0).collect(),
        areas: plant.areas.iter().map(|row| area(plant, row)).collect(),
    }
}

/// The model as it is sent: of a thousand vehicles some megabytes, which nobody should make anew for each page.
pub(crate) struct Model {
    plain: Bytes,
    /// By gzip.
    packed: Bytes,
}

impl Model {
    fn of(plant: &Plant) -> Model {
        let plain = serde_json::to_vec(&picture(plant)).unwrap_or_default();
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        let packed = packer.write_all(&plain).and_then(|()| packer.finish());
        let plain = Bytes::from(plain);
        // Nothing fails that writes to memory; if it did, the plain bytes would go.
        let packed = packed.map_or_else(|_| plain.clone(), Bytes::from);
        Model { plain, packed }
    }
}

/// The model that is run. Changes only with its hash, which is the `ETag`.
#[utoipa::path(get, path = "/api/v1/plant", tag = "picture",
    responses((status = 200, body = PlantView), (status = 304, description = "As the `If-None-Match` sent")))]
pub(crate) async fn plant(State(app): State<App>, headers: HeaderMap) -> Response {
    let plant = app.engine.plant();
    let tag = format!("\"{}\"", plant.hash);
    let head = Head {
        tag: &tag,
        kind: "application/json",
        cache: "private, no-cache",
    };
    answer(&headers, &head, || {
        let model = app.model.get_or_init(|| Model::of(&plant));
        [model.plain.clone(), model.packed.clone()]
    })
}
