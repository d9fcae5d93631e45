//! Messages to bytes, strictly: what the schema of the vehicle's version allows and no more.

use super::dialect::{Dialect, Spelling, Topic};
use super::model::*;
use super::{Message, Utc};
use alloc::string::String;
use alloc::vec::Vec;
use serde_json::{Map, Value as Json, json};

pub use super::sheet::factsheet;

/// A message ready to be published.
pub(crate) fn message(dialect: &Dialect, kind: Topic, body: &Json) -> Message {
    let retain = match kind {
        Topic::Connection | Topic::Factsheet => true,
        Topic::Order | Topic::InstantActions | Topic::State | Topic::Visualization => false,
    };
    Message {
        topic: dialect.topic(kind),
        kind,
        payload: serde_json::to_vec(body).unwrap_or_default(), // a Value always serialises
        retain,
        qos: match kind {
            Topic::Order | Topic::InstantActions => dialect.qos,
            Topic::Connection => 1,
            Topic::State | Topic::Factsheet | Topic::Visualization => 0,
        },
    }
}

/// The header of a message from or to this vehicle.
pub(crate) fn header_of(dialect: &Dialect, header_id: u32, utc: Utc) -> Header {
    Header {
        header_id,
        timestamp: Some(utc),
        version: String::from(dialect.version.text()),
        manufacturer: dialect.manufacturer.clone(),
        serial: dialect.serial.clone(),
    }
}

pub(super) fn begin(header: &Header) -> Map<String, Json> {
    let mut object = Map::new();
    let utc = header.timestamp.unwrap_or_default();
    object.insert("headerId".into(), json!(header.header_id));
    object.insert("timestamp".into(), json!(utc.text()));
    object.insert("version".into(), json!(header.version));
    object.insert("manufacturer".into(), json!(header.manufacturer));
    object.insert("serialNumber".into(), json!(header.serial));
    object
}

pub(super) fn put(object: &mut Map<String, Json>, key: &str, value: impl Into<Json>) {
    object.insert(key.into(), value.into());
}

/// Writes an order.
pub fn order(order: &Order, version: Version, spelling: Spelling) -> Json {
    let mut object = begin(&order.header);
    put(&mut object, "orderId", order.id.as_str());
    put(&mut object, "orderUpdateId", order.update);
    let nodes = order.nodes.iter().map(|n| node(n, version, spelling));
    put(&mut object, "nodes", nodes.collect::<Vec<_>>());
    let edges = order.edges.iter().map(|e| edge(e, version));
    put(&mut object, "edges", edges.collect::<Vec<_>>());
    Json::Object(object)
}

fn node(node: &Node, version: Version, spelling: Spelling) -> Json {
    let mut object = step(&node.id, "nodeId", node.seq, node.released);
    if let Some(position) = &node.position {
        put(
            &mut object,
            "nodePosition",
            place(position, version, spelling),
        );
    }
    put(
        &mut object,
        "actions",
        actions(&node.actions, spelling, false),
    );
    Json::Object(object)
}

fn step(id: &str, key: &str, seq: u32, released: bool) -> Map<String, Json> {
    let mut object = Map::new();
    put(&mut object, key, id);
    put(&mut object, "sequenceId", seq);
    put(&mut object, "released", released);
    object
}

fn place(position: &Position, version: Version, spelling: Spelling) -> Json {
    let mut object = Map::new();
    put(&mut object, "x", position.x);
    put(&mut object, "y", position.y);
    put(&mut object, "mapId", position.map.as_str());
    if let Some(theta) = position.theta {
        put(&mut object, "theta", theta);
    }
    if let Some(radius) = position.deviation {
        let key = if spelling.deviation_xy {
            "allowedDeviationXy"
        } else {
            "allowedDeviationXY"
        };
        let value = if version == Version::V3_0 {
            json!({"a": radius, "b": radius, "theta": 0.0})
        } else {
            json!(radius)
        };
        put(&mut object, key, value);
    }
    Json::Object(object)
}

fn edge(edge: &Edge, version: Version) -> Json {
    let mut object = step(&edge.id, "edgeId", edge.seq, edge.released);
    if version != Version::V3_0 {
        put(&mut object, "startNodeId", edge.from.as_str());
        put(&mut object, "endNodeId", edge.to.as_str());
    }
    let list = actions(&edge.actions, Spelling::default(), false);
    put(&mut object, "actions", list);
    Json::Object(object)
}

fn actions(list: &[Action], spelling: Spelling, instant: bool) -> Json {
    let one = |action: &Action| {
        let mut object = Map::new();
        put(&mut object, "actionId", action.id.as_str());
        put(&mut object, "actionType", action.kind.as_str());
        if instant && spelling.action_name {
            put(&mut object, "actionName", action.kind.as_str());
        }
        put(&mut object, "blockingType", blocking(action.blocking));
        if !action.parameters.is_empty() {
            let all = action.parameters.iter().map(parameter);
            put(&mut object, "actionParameters", all.collect::<Vec<_>>());
        }
        Json::Object(object)
    };
    Json::Array(list.iter().map(one).collect())
}

fn blocking(blocking: Blocking) -> &'static str {
    match blocking {
        Blocking::None => "NONE",
        Blocking::Soft => "SOFT",
        Blocking::Single => "SINGLE",
        Blocking::Hard => "HARD",
    }
}

fn parameter((key, value): &(String, Value)) -> Json {
    match value {
        Value::Text(text) => json!({"key": key, "value": text}),
        Value::Number(number) => json!({"key": key, "value": number}),
        Value::Bool(flag) => json!({"key": key, "value": flag}),
        Value::Other => json!({"key": key, "value": []}),
    }
}

/// Writes instant actions.
pub fn instant_actions(message: &InstantActions, spelling: Spelling) -> Json {
    let mut object = begin(&message.header);
    let key = if spelling.instant_actions {
        "instantActions"
    } else {
        "actions"
    };
    put(&mut object, key, actions(&message.actions, spelling, true));
    Json::Object(object)
}

/// Writes a connection message.
pub fn connection(connection: &Connection, version: Version) -> Json {
    let mut object = begin(&connection.header);
    let word = match connection.presence {
        Presence::Online => "ONLINE",
        Presence::Broken if version == Version::V3_0 => "CONNECTION_BROKEN",
        Presence::Broken => "CONNECTIONBROKEN",
        Presence::Hibernating if version == Version::V3_0 => "HIBERNATING",
        Presence::Offline | Presence::Hibernating => "OFFLINE",
    };
    put(&mut object, "connectionState", word);
    Json::Object(object)
}

/// Writes a state. `actions` are those of the order; instant ones stand apart in 3.0.
pub fn state(state: &State, instant: &[ActionState], version: Version) -> Json {
    let mut object = begin(&state.header);
    put(&mut object, "orderId", state.order.as_str());
    put(&mut object, "orderUpdateId", state.update);
    put(&mut object, "lastNodeId", state.last_node.as_str());
    put(&mut object, "lastNodeSequenceId", state.last_seq);
    let nodes = state.nodes.iter();
    let nodes = nodes.map(|n| Json::Object(step(&n.id, "nodeId", n.seq, n.released)));
    put(&mut object, "nodeStates", nodes.collect::<Vec<_>>());
    let edges = state.edges.iter();
    let edges = edges.map(|e| Json::Object(step(&e.id, "edgeId", e.seq, e.released)));
    put(&mut object, "edgeStates", edges.collect::<Vec<_>>());
    put(&mut object, "driving", state.driving);
    put(&mut object, "paused", state.paused);
    put(&mut object, "newBaseRequest", state.base_request);
    put(&mut object, "operatingMode", mode(state.mode, version));
    let errors = state.errors.iter().map(|e| error(e, version));
    put(&mut object, "errors", errors.collect::<Vec<_>>());
    whereabouts(&mut object, state, version);
    all_actions(&mut object, state, instant, version);
    power_and_safety(&mut object, state, version);
    Json::Object(object)
}

fn whereabouts(object: &mut Map<String, Json>, state: &State, version: Version) {
    if let Some(pose) = &state.pose {
        let (key, known) = match version {
            Version::V3_0 => ("mobileRobotPosition", "localized"),
            Version::V2_0 | Version::V2_1 => ("agvPosition", "positionInitialized"),
        };
        let mut at = Map::new();
        put(&mut at, "x", pose.x);
        put(&mut at, "y", pose.y);
        put(&mut at, "theta", pose.theta);
        put(&mut at, "mapId", pose.map.as_str());
        put(&mut at, known, pose.initialized);
        put(object, key, at);
    }
    if let Some(loads) = &state.loads {
        let one = |load: &Load| {
            let mut at = Map::new();
            if let Some(id) = &load.id {
                put(&mut at, "loadId", id.as_str());
            }
            if let Some(position) = &load.position {
                put(&mut at, "loadPosition", position.as_str());
            }
            Json::Object(at)
        };
        put(object, "loads", loads.iter().map(one).collect::<Vec<_>>());
    }
}

fn all_actions(
    object: &mut Map<String, Json>,
    state: &State,
    instant: &[ActionState],
    version: Version,
) {
    let Some(own) = &state.actions else { return };
    let one = |action: &ActionState| action_state(action, version);
    let own = own.iter().map(one);
    let instant = instant.iter().map(one);
    if version == Version::V3_0 {
        put(object, "actionStates", own.collect::<Vec<_>>());
        put(object, "instantActionStates", instant.collect::<Vec<_>>());
    } else {
        put(
            object,
            "actionStates",
            own.chain(instant).collect::<Vec<_>>(),
        );
    }
}

fn action_state(action: &ActionState, version: Version) -> Json {
    let v3 = version == Version::V3_0;
    let mut object = Map::new();
    put(&mut object, "actionId", action.id.as_str());
    put(&mut object, "actionType", action.kind.as_str());
    let word = match action.status {
        Status::Waiting => "WAITING",
        Status::Initializing => "INITIALIZING",
        Status::Paused if v3 => "PAUSED",
        Status::Retriable if v3 => "RETRIABLE",
        Status::Running | Status::Paused => "RUNNING",
        Status::Finished => "FINISHED",
        Status::Retriable | Status::Failed => "FAILED",
    };
    put(&mut object, "actionStatus", word);
    if let Some(result) = &action.result {
        let key = if v3 {
            "actionResult"
        } else {
            "resultDescription"
        };
        put(&mut object, key, result.as_str());
    }
    Json::Object(object)
}

fn mode(mode: Mode, version: Version) -> &'static str {
    let v3 = version == Version::V3_0;
    match mode {
        Mode::Automatic => "AUTOMATIC",
        Mode::Semiautomatic => "SEMIAUTOMATIC",
        Mode::Intervened if v3 => "INTERVENED",
        Mode::Startup if v3 => "STARTUP",
        Mode::TeachIn if v3 => "TEACH_IN",
        Mode::TeachIn => "TEACHIN",
        Mode::Service => "SERVICE",
        Mode::Manual | Mode::Intervened | Mode::Startup => "MANUAL",
    }
}

fn error(error: &VehicleError, version: Version) -> Json {
    let v3 = version == Version::V3_0;
    let level = match error.level {
        Level::Warning => "WARNING",
        Level::Urgent if v3 => "URGENT",
        Level::Critical if v3 => "CRITICAL",
        Level::Urgent => "WARNING",
        Level::Critical | Level::Fatal => "FATAL",
    };
    let pairs = error.references.iter();
    let pairs = pairs.map(|(key, value)| json!({"referenceKey": key, "referenceValue": value}));
    let pairs: Vec<Json> = pairs.collect();
    json!({"errorType": error.kind, "errorLevel": level, "errorReferences": pairs})
}

fn power_and_safety(object: &mut Map<String, Json>, state: &State, version: Version) {
    let charge = f64::from(state.charge.unwrap_or(0)) / 10.0;
    let (charging, field) = (state.charging, state.field_violation);
    if version == Version::V3_0 {
        let power = json!({"stateOfCharge": charge, "charging": charging});
        put(object, "powerSupply", power);
        let word = match state.stop {
            EmergencyStop::None => "NONE",
            EmergencyStop::Remote => "REMOTE",
            EmergencyStop::Manual | EmergencyStop::Autoack => "MANUAL",
        };
        let safety = json!({"activeEmergencyStop": word, "fieldViolation": field});
        put(object, "safetyState", safety);
    } else {
        let power = json!({"batteryCharge": charge, "charging": charging});
        put(object, "batteryState", power);
        let word = match state.stop {
            EmergencyStop::None => "NONE",
            EmergencyStop::Remote => "REMOTE",
            EmergencyStop::Manual => "MANUAL",
            EmergencyStop::Autoack => "AUTOACK",
        };
        put(
            object,
            "safetyState",
            json!({"eStop": word, "fieldViolation": field}),
        );
    }
}
