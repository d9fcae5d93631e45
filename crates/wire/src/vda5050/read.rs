//! Bytes to messages, tolerantly: unknown fields are skipped, null is missing, both spellings of a
//! word are read, what is optional by any version may be missing. What we cannot do without is named.

use super::dialect::Dialect;
use super::fault::{Fault, Field};
use super::json::{self, Object, any, count, each, flag, float, get, list, need_count, need_text};
use super::model::*;
use super::stamp::Utc;
use alloc::string::String;
use alloc::vec::Vec;
use serde_json::Value as Json;

/// Longest message that is read.
pub const MAX_BYTES: usize = 1 << 20;
/// Longest text that is read [bytes]: a longer name is wrong, any other text is cut.
pub const MAX_TEXT: usize = 1000;
/// Longest list that is read.
pub const MAX_ITEMS: usize = 2000;

fn parse(bytes: &[u8]) -> Result<Object, Fault> {
    if bytes.len() > MAX_BYTES {
        return Err(Fault::TooLong);
    }
    match serde_json::from_slice(bytes) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(Fault::NotAnObject),
        Err(_) => Err(Fault::NotJson),
    }
}

fn header(object: &Object) -> Header {
    let stamp = json::text(object, "timestamp");
    let or_empty = |key| json::text(object, key).unwrap_or_default();
    Header {
        header_id: get(object, "headerId").and_then(count).unwrap_or(0),
        timestamp: stamp.and_then(|text| Utc::parse(&text)),
        version: or_empty("version"),
        manufacturer: or_empty("manufacturer"),
        serial: or_empty("serialNumber"),
    }
}

/// Maker and serial number, where they stand in the message, must be the topic's.
///
/// # Errors
/// [`Fault::OtherVehicle`].
pub fn check_sender(header: &Header, dialect: &Dialect) -> Result<(), Fault> {
    let fits = |told: &str, known: &str| told.is_empty() || told == known;
    if fits(&header.serial, &dialect.serial) && fits(&header.manufacturer, &dialect.manufacturer) {
        Ok(())
    } else {
        Err(Fault::OtherVehicle)
    }
}

/// Reads an order.
///
/// # Errors
/// Why it cannot be read.
pub fn order(bytes: &[u8]) -> Result<Order, Fault> {
    let object = parse(bytes)?;
    let nodes = list(&object, &["nodes"], Field::Nodes)?.ok_or(Fault::Missing(Field::Nodes))?;
    let edges = list(&object, &["edges"], Field::Edges)?.unwrap_or_default();
    Ok(Order {
        header: header(&object),
        id: need_text(&object, Field::OrderId)?,
        update: need_count(&object, Field::OrderUpdateId)?,
        nodes: each(nodes, Field::Nodes, node)?,
        edges: each(edges, Field::Edges, edge)?,
    })
}

fn node(object: &Object) -> Result<Node, Fault> {
    let actions = list(object, &["actions"], Field::Actions)?.unwrap_or_default();
    Ok(Node {
        id: need_text(object, Field::NodeId)?,
        seq: need_count(object, Field::SequenceId)?,
        released: flag(object, "released").ok_or(Fault::Missing(Field::Released))?,
        position: json::object(object, "nodePosition").and_then(position),
        actions: each(actions, Field::Actions, action)?,
    })
}

fn position(object: &Object) -> Option<Position> {
    let deviation = any(object, &["allowedDeviationXY", "allowedDeviationXy"]);
    let deviation = deviation.and_then(|value| match value {
        Json::Object(ellipse) => float(ellipse, "a"),
        number => number.as_f64(),
    });
    Some(Position {
        x: float(object, "x")?,
        y: float(object, "y")?,
        theta: float(object, "theta"),
        deviation,
        map: json::text(object, "mapId").unwrap_or_default(),
    })
}

fn edge(object: &Object) -> Result<Edge, Fault> {
    let actions = list(object, &["actions"], Field::Actions)?.unwrap_or_default();
    Ok(Edge {
        id: need_text(object, Field::EdgeId)?,
        seq: need_count(object, Field::SequenceId)?,
        released: flag(object, "released").ok_or(Fault::Missing(Field::Released))?,
        from: json::text(object, "startNodeId").unwrap_or_default(),
        to: json::text(object, "endNodeId").unwrap_or_default(),
        actions: each(actions, Field::Actions, action)?,
    })
}

fn action(object: &Object) -> Result<Action, Fault> {
    let kind = any(object, &["actionType", "actionName"]).and_then(Json::as_str);
    let blocking = get(object, "blockingType").and_then(json::word);
    let field = Field::ActionParameters;
    let parameters = list(object, &["actionParameters"], field)?.unwrap_or_default();
    Ok(Action {
        id: need_text(object, Field::ActionId)?,
        kind: json::cut(kind.ok_or(Fault::Missing(Field::ActionType))?),
        blocking: match blocking.as_deref() {
            Some("NONE") => Blocking::None,
            Some("SOFT") => Blocking::Soft,
            Some("SINGLE") => Blocking::Single,
            Some("HARD") | None => Blocking::Hard,
            Some(_) => return Err(Fault::Wrong(Field::BlockingType)),
        },
        parameters: each(parameters, field, parameter)?,
    })
}

fn parameter(object: &Object) -> Result<(String, Value), Fault> {
    let field = Field::ActionParameters;
    let key = json::text(object, "key").ok_or(Fault::Wrong(field))?;
    let value = match get(object, "value") {
        Some(Json::String(text)) => Value::Text(json::cut(text)),
        Some(Json::Number(number)) => Value::Number(number.as_f64().unwrap_or(0.0)),
        Some(Json::Bool(flag)) => Value::Bool(*flag),
        Some(_) => Value::Other,
        None => return Err(Fault::Wrong(field)),
    };
    Ok((key, value))
}

/// Reads instant actions, under `actions` or `instantActions`.
///
/// # Errors
/// Why they cannot be read.
pub fn instant_actions(bytes: &[u8]) -> Result<InstantActions, Fault> {
    let object = parse(bytes)?;
    let keys = ["actions", "instantActions"];
    let actions = list(&object, &keys, Field::Actions)?.ok_or(Fault::Missing(Field::Actions))?;
    Ok(InstantActions {
        header: header(&object),
        actions: each(actions, Field::Actions, action)?,
    })
}

/// Reads a connection message.
///
/// # Errors
/// Why it cannot be read.
pub fn connection(bytes: &[u8]) -> Result<Connection, Fault> {
    let object = parse(bytes)?;
    let field = Field::ConnectionState;
    let value = get(&object, field.text()).ok_or(Fault::Missing(field))?;
    let presence = match json::word(value).as_deref() {
        Some("ONLINE") => Presence::Online,
        Some("OFFLINE") => Presence::Offline,
        Some("CONNECTIONBROKEN") => Presence::Broken,
        Some("HIBERNATING") => Presence::Hibernating,
        _ => return Err(Fault::Wrong(field)),
    };
    Ok(Connection {
        header: header(&object),
        presence,
    })
}

/// Reads a state.
///
/// # Errors
/// Why it cannot be read.
pub fn state(bytes: &[u8]) -> Result<State, Fault> {
    let object = &parse(bytes)?;
    let nodes = list(object, &["nodeStates"], Field::NodeStates)?.unwrap_or_default();
    let edges = list(object, &["edgeStates"], Field::EdgeStates)?.unwrap_or_default();
    let errors = list(object, &["errors"], Field::Errors)?.unwrap_or_default();
    let power = any(object, &["batteryState", "powerSupply"]).and_then(Json::as_object);
    let safety = json::object(object, "safetyState");
    let on = |key| flag(object, key).unwrap_or(false);
    let or_empty = |key| json::text(object, key).unwrap_or_default();
    Ok(State {
        header: header(object),
        order: or_empty("orderId"),
        update: or_zero(object, Field::OrderUpdateId)?,
        last_node: or_empty("lastNodeId"),
        last_seq: or_zero(object, Field::LastNodeSequenceId)?,
        nodes: each(nodes, Field::NodeStates, node)?,
        edges: each(edges, Field::EdgeStates, edge)?,
        driving: on("driving"),
        paused: on("paused"),
        base_request: on("newBaseRequest"),
        pose: any(object, &["agvPosition", "mobileRobotPosition"])
            .and_then(Json::as_object)
            .and_then(pose),
        loads: loads(object)?,
        actions: action_states(object)?,
        charge: power.and_then(charge),
        charging: power
            .and_then(|power| flag(power, "charging"))
            .unwrap_or(false),
        mode: mode(object)?,
        errors: each(errors, Field::Errors, error)?,
        stop: safety.map_or(EmergencyStop::None, stop),
        field_violation: safety
            .and_then(|s| flag(s, "fieldViolation"))
            .unwrap_or(false),
    })
}

fn or_zero(object: &Object, field: Field) -> Result<u32, Fault> {
    match get(object, field.text()) {
        None => Ok(0),
        Some(value) => count(value).ok_or(Fault::Wrong(field)),
    }
}

fn pose(object: &Object) -> Option<Pose> {
    let localized = flag(object, "positionInitialized").or_else(|| flag(object, "localized"));
    Some(Pose {
        x: float(object, "x")?,
        y: float(object, "y")?,
        theta: float(object, "theta").unwrap_or(0.0),
        map: json::text(object, "mapId").unwrap_or_default(),
        initialized: localized.unwrap_or(false),
    })
}

fn loads(object: &Object) -> Result<Option<Vec<Load>>, Fault> {
    let Some(items) = list(object, &["loads"], Field::Loads)? else {
        return Ok(None);
    };
    let load = |object: &Object| {
        Ok(Load {
            id: json::text(object, "loadId").filter(|id| !id.is_empty()),
            position: json::text(object, "loadPosition").filter(|at| !at.is_empty()),
        })
    };
    each(items, Field::Loads, load).map(Some)
}

/// Actions of the order and, in 3.0 apart, instant ones.
fn action_states(object: &Object) -> Result<Option<Vec<ActionState>>, Fault> {
    let field = Field::ActionStates;
    let mut all = None;
    for key in ["actionStates", "instantActionStates"] {
        if let Some(items) = list(object, &[key], field)? {
            let more = each(items, field, action_state)?;
            all.get_or_insert_with(Vec::new).extend(more);
        }
    }
    Ok(all)
}

fn action_state(object: &Object) -> Result<ActionState, Fault> {
    let field = Field::ActionStatus;
    let status = get(object, field.text()).ok_or(Fault::Missing(field))?;
    let status = match json::word(status).as_deref() {
        Some("WAITING") => Status::Waiting,
        Some("INITIALIZING" | "INITIALISING") => Status::Initializing,
        Some("RUNNING") => Status::Running,
        Some("PAUSED") => Status::Paused,
        Some("RETRIABLE") => Status::Retriable,
        Some("FINISHED") => Status::Finished,
        Some("FAILED") => Status::Failed,
        _ => return Err(Fault::Wrong(field)),
    };
    let result = any(object, &["resultDescription", "actionResult"]);
    Ok(ActionState {
        id: need_text(object, Field::ActionId)?,
        kind: json::text(object, "actionType").unwrap_or_default(),
        status,
        result: result.and_then(Json::as_str).map(json::cut),
    })
}

/// Parts per thousand, within 0 and 1000.
fn charge(power: &Object) -> Option<u16> {
    let percent = float(power, "batteryCharge").or_else(|| float(power, "stateOfCharge"))?;
    Some((percent.clamp(0.0, 100.0) * 10.0 + 0.5) as u16)
}

fn mode(object: &Object) -> Result<Mode, Fault> {
    let field = Field::OperatingMode;
    let Some(value) = get(object, field.text()) else {
        return Ok(Mode::Automatic);
    };
    Ok(match json::word(value).as_deref() {
        Some("AUTOMATIC") => Mode::Automatic,
        Some("SEMIAUTOMATIC") => Mode::Semiautomatic,
        Some("INTERVENED") => Mode::Intervened,
        Some("MANUAL") => Mode::Manual,
        Some("SERVICE") => Mode::Service,
        Some("TEACHIN") => Mode::TeachIn,
        Some("STARTUP") => Mode::Startup,
        _ => return Err(Fault::Wrong(field)),
    })
}

/// An unknown level reads as a warning: errors drive nothing by their level.
fn error(object: &Object) -> Result<VehicleError, Fault> {
    let field = Field::ErrorReferences;
    let references = list(object, &["errorReferences"], field)?.unwrap_or_default();
    let pair = |object: &Object| {
        let of = |key| json::text(object, key).unwrap_or_default();
        Ok((of("referenceKey"), of("referenceValue")))
    };
    Ok(VehicleError {
        kind: json::text(object, "errorType").unwrap_or_default(),
        level: match get(object, "errorLevel").and_then(json::word).as_deref() {
            Some("FATAL") => Level::Fatal,
            Some("CRITICAL") => Level::Critical,
            Some("URGENT") => Level::Urgent,
            _ => Level::Warning,
        },
        references: each(references, field, pair)?,
    })
}

/// An unknown word reads as a stop: it says that something is the matter.
fn stop(safety: &Object) -> EmergencyStop {
    let value = any(safety, &["eStop", "activeEmergencyStop"]);
    match value.and_then(json::word).as_deref() {
        None | Some("NONE") => EmergencyStop::None,
        Some("AUTOACK") => EmergencyStop::Autoack,
        Some("REMOTE") => EmergencyStop::Remote,
        Some(_) => EmergencyStop::Manual,
    }
}

/// Reads a factsheet, also one that is only a header.
///
/// # Errors
/// Why it cannot be read.
pub fn factsheet(bytes: &[u8]) -> Result<Factsheet, Fault> {
    let object = &parse(bytes)?;
    let kind = json::object(object, "typeSpecification");
    let body = json::object(object, "physicalParameters");
    let limits = json::object(object, "protocolLimits");
    let lens = |keys: [&str; 2], field| {
        let lens = any(limits?, &keys).and_then(Json::as_object)?;
        any(lens, field).and_then(count)
    };
    let features = json::object(object, "protocolFeatures");
    let metres = |keys: &[&str]| body.and_then(|b| any(b, keys)).and_then(Json::as_f64);
    let actions = features.and_then(|f| any(f, &["agvActions", "mobileRobotActions"]));
    let names = actions.and_then(Json::as_array).into_iter().flatten();
    let name = |action: &Json| json::text(action.as_object()?, "actionType");
    Ok(Factsheet {
        header: header(object),
        series: kind
            .and_then(|k| json::text(k, "seriesName"))
            .unwrap_or_default(),
        speed: metres(&["speedMax", "maximumSpeed"]),
        length: metres(&["length"]),
        width: metres(&["width"]),
        max_nodes: lens(["maxArrayLens", "maximumArrayLengths"], &["order.nodes"]),
        max_message: lens(
            ["maxStringLens", "maximumStringLengths"],
            &["msgLen", "maximumMessageLength"],
        ),
        actions: names.take(MAX_ITEMS).filter_map(name).collect(),
    })
}
