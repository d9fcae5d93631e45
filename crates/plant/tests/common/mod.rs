//! A small plant with vehicles, for several tests.
#![allow(clippy::missing_panics_doc)]

use fenhe_plant::Files;
use serde_json::{Value, json};

/// A LIF file of nodes (name, x, y) and directed edges.
pub fn lif(nodes: &[(&str, f64, f64)], edges: &[(&str, &str)], parking: &[&str]) -> Vec<u8> {
    let property = json!([{ "vehicleTypeId": "agv" }]);
    let nodes: Vec<Value> = nodes
        .iter()
        .map(|(name, x, y)| {
            json!({ "nodeId": name, "nodePosition": { "x": x, "y": y },
                    "vehicleTypeNodeProperties": property })
        })
        .collect();
    let edges: Vec<Value> = edges
        .iter()
        .map(|(from, to)| {
            json!({ "edgeId": format!("{from}-{to}"), "startNodeId": from, "endNodeId": to,
                    "vehicleTypeEdgeProperties": [{ "vehicleTypeId": "agv", "rotationAllowed": false }] })
        })
        .collect();
    let stations: Vec<Value> = parking
        .iter()
        .map(|name| {
            json!({ "stationId": name, "interactionNodeIds": [name],
                    "stationDescription": "parking" })
        })
        .collect();
    let file = json!({
        "metaInformation": { "projectIdentification": "test", "creator": "test",
            "exportTimestamp": "2026-01-01T00:00:00Z", "lifVersion": "1.0.0" },
        "layouts": [{ "layoutId": "hall", "layoutVersion": "1", "nodes": nodes, "edges": edges,
            "stations": stations }]
    });
    serde_json::to_vec(&file).expect("json")
}

/// Two machines, two vehicles on a ring.
pub const PLANT: &str = r#"
[[product]]
id = "cell"
route = ["cut", "print"]
[[carrier]]
id = "box"
capacity = 10
count = 3
start = ["cut.out", "print.in"]
[[class]]
id = "cutter"
[[class.buffer]]
id = "q"
queue = { capacity = 9 }
[[class.buffer]]
id = "out"
load = { carrier = "box", places = 2, operation = "cut" }
[[class.station]]
id = "saw"
copies = 2
operation = "cut"
from = "q"
to = "out"
single = {}
time = "1 s"
maintenance = [{ id = "oil", every = "1 h", duration = "1 min" }]
[[equipment]]
id = "cut"
class = "cutter"
nodes = { out = "a" }
[[buffer]]
id = "print.in"
unload = { carrier = "box", places = 2, operation = "print", node = "c" }
[[station]]
id = "printer"
operation = "print"
from = "print.in"
to = "out"
single = {}
time = "1 s"
[[source]]
id = "in"
to = "cut.q"
endless = "cell"
[[sink]]
id = "out"
[tracks]
file = "tracks.lif.json"
[[vehicle_type]]
id = "agv"
length = "1 m"
width = "0.6 m"
speed = "1 m/s"
accel = "1 m/s2"
brake = "1 m/s2"
turn = "45 deg/s"
decks = 2
battery = "1 kWh"
[[fleet]]
type = "agv"
count = 2
[[charger]]
id = "c1"
node = "d"
power = "1 kW"
"#;

/// Nodes of a ring.
pub const RING: &[(&str, f64, f64)] = &[
    ("a", 0.0, 0.0),
    ("b", 10.0, 0.0),
    ("c", 10.0, 10.0),
    ("d", 0.0, 10.0),
];
/// Edges of a ring.
pub const WAYS: &[(&str, &str)] = &[("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")];

/// A folder with tracks.
pub fn folder(text: &str, tracks: Vec<u8>) -> Files {
    Files::of_toml(text).with("tracks.lif.json", &tracks)
}
