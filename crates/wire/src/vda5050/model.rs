//! The messages of VDA 5050, neutral of version. Names are those of 2.1; the codecs know the others.

use super::stamp::Utc;
use alloc::string::String;
use alloc::vec::Vec;
/// When an action may run beside driving and other actions.
pub use fenhe_plant::model::Vda5050Blocking as Blocking;
/// Version of the standard that a vehicle speaks.
pub use fenhe_plant::model::Vda5050Version as Version;

/// What every message begins with.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Header {
    /// Counts the messages of one topic; restarts when the sender does.
    pub header_id: u32,
    /// When it was written; `None` where it could not be read.
    pub timestamp: Option<Utc>,
    /// Version of the standard.
    pub version: String,
    /// Maker of the vehicle.
    pub manufacturer: String,
    /// Serial number of the vehicle.
    pub serial: String,
}

/// The value of a parameter, as far as we write or read one.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// An array or an object: kept apart, not read.
    Other,
}

/// An action on a node, on an edge or at once.
#[derive(Clone, PartialEq, Debug)]
pub struct Action {
    /// Names it for ever.
    pub id: String,
    /// `pick`, `drop`, `startCharging`, `cancelOrder` ...
    pub kind: String,
    /// When it may run.
    pub blocking: Blocking,
    /// Key and value.
    pub parameters: Vec<(String, Value)>,
}
impl Action {
    /// A parameter's text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.parameters.iter().find_map(|(k, value)| match value {
            Value::Text(text) if k == key => Some(text.as_str()),
            _ => None,
        })
    }
    /// A parameter's number.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.parameters.iter().find_map(|(k, value)| match value {
            Value::Number(number) if k == key => Some(*number),
            _ => None,
        })
    }
}

/// Where a node is.
#[derive(Clone, PartialEq, Debug)]
pub struct Position {
    /// East [m].
    pub x: f64,
    /// North [m].
    pub y: f64,
    /// Heading [rad], -pi ..= pi.
    pub theta: Option<f64>,
    /// How far from it counts as on it [m].
    pub deviation: Option<f64>,
    /// Which map.
    pub map: String,
}

/// A node of an order or of a state.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Its name.
    pub id: String,
    /// Even, shared count with the edges.
    pub seq: u32,
    /// Base (`true`) or horizon.
    pub released: bool,
    /// Where.
    pub position: Option<Position>,
    /// What to do there.
    pub actions: Vec<Action>,
}

/// An edge of an order or of a state.
#[derive(Clone, PartialEq, Debug)]
pub struct Edge {
    /// Its name.
    pub id: String,
    /// Odd, shared count with the nodes.
    pub seq: u32,
    /// Base (`true`) or horizon.
    pub released: bool,
    /// Name of the node where it begins; empty in a state.
    pub from: String,
    /// Name of the node where it ends; empty in a state.
    pub to: String,
    /// What to do on it.
    pub actions: Vec<Action>,
}

/// Drive along these nodes and edges.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// Sender and time.
    pub header: Header,
    /// Names the order for ever.
    pub id: String,
    /// Rises with each update of it.
    pub update: u32,
    /// n nodes.
    pub nodes: Vec<Node>,
    /// n - 1 edges.
    pub edges: Vec<Edge>,
}

/// Do this at once.
#[derive(Clone, PartialEq, Debug)]
pub struct InstantActions {
    /// Sender and time.
    pub header: Header,
    /// What.
    pub actions: Vec<Action>,
}

/// Is the vehicle at the broker?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// It is.
    Online,
    /// It has said good-bye.
    Offline,
    /// The broker has lost it (its last will).
    Broken,
    /// It sleeps (3.0).
    Hibernating,
}

/// The vehicle's connection to the broker.
#[derive(Clone, PartialEq, Debug)]
pub struct Connection {
    /// Sender and time.
    pub header: Header,
    /// Is it there?
    pub presence: Presence,
}

/// Where an action stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum Status {
    Waiting,
    Initializing,
    Running,
    Paused,
    Retriable,
    Finished,
    Failed,
}
impl Status {
    /// It will not change any more.
    pub fn over(self) -> bool {
        matches!(self, Status::Finished | Status::Failed)
    }
}

/// An action as the vehicle tells it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ActionState {
    /// Of the action.
    pub id: String,
    /// Its type, empty where it is not told.
    pub kind: String,
    /// Where it stands.
    pub status: Status,
    /// Result in the vehicle's words.
    pub result: Option<String>,
}

/// Who drives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum Mode {
    Automatic,
    Semiautomatic,
    Intervened,
    Manual,
    Service,
    TeachIn,
    Startup,
}
impl Mode {
    /// Orders are carried out in this mode.
    pub fn obeys(self) -> bool {
        matches!(self, Mode::Automatic | Mode::Semiautomatic)
    }
    /// Orders are forgotten in this mode.
    pub fn clears(self) -> bool {
        !self.obeys() && self != Mode::Intervened
    }
}

/// How bad.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum Level {
    Warning,
    Urgent,
    Critical,
    Fatal,
}

/// An error as the vehicle tells it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct VehicleError {
    /// `validationError`, `orderError` ... or the maker's own.
    pub kind: String,
    /// How bad.
    pub level: Level,
    /// Keys and values: `orderId`, `orderUpdateId`, `actionId`, `headerId` ...
    pub references: Vec<(String, String)>,
}
impl VehicleError {
    /// The value of a reference.
    pub fn reference(&self, key: &str) -> Option<&str> {
        let mut all = self.references.iter();
        all.find_map(|(k, value)| (k == key).then_some(value.as_str()))
    }
}

/// A load on the vehicle.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Load {
    /// What was read on it.
    pub id: Option<String>,
    /// On which position.
    pub position: Option<String>,
}

/// Where the vehicle is.
#[derive(Clone, PartialEq, Debug)]
pub struct Pose {
    /// East [m].
    pub x: f64,
    /// North [m].
    pub y: f64,
    /// Heading [rad].
    pub theta: f64,
    /// Which map.
    pub map: String,
    /// It knows.
    pub initialized: bool,
}

/// Emergency stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum EmergencyStop {
    None,
    Autoack,
    Manual,
    Remote,
}

/// What the vehicle tells of itself.
#[derive(Clone, PartialEq, Debug)]
pub struct State {
    /// Sender and time.
    pub header: Header,
    /// Its order, empty for none.
    pub order: String,
    /// Newest update accepted.
    pub update: u32,
    /// Last node reached, empty for none.
    pub last_node: String,
    /// Its sequence id.
    pub last_seq: u32,
    /// Still to be reached.
    pub nodes: Vec<Node>,
    /// Still to be driven.
    pub edges: Vec<Edge>,
    /// It moves.
    pub driving: bool,
    /// It was paused.
    pub paused: bool,
    /// It will soon stand for lack of base.
    pub base_request: bool,
    /// Where it is.
    pub pose: Option<Pose>,
    /// What it carries; `None` where it does not tell.
    pub loads: Option<Vec<Load>>,
    /// Its actions; `None` where it does not tell.
    pub actions: Option<Vec<ActionState>>,
    /// State of charge [parts per thousand], if told.
    pub charge: Option<u16>,
    /// It charges.
    pub charging: bool,
    /// Who drives.
    pub mode: Mode,
    /// Errors.
    pub errors: Vec<VehicleError>,
    /// Emergency stop.
    pub stop: EmergencyStop,
    /// Somebody is in its protective field.
    pub field_violation: bool,
}

/// What the vehicle can do, as far as we use it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Factsheet {
    /// Sender and time.
    pub header: Header,
    /// Series; empty where it is not told.
    pub series: String,
    /// Top speed [m/s].
    pub speed: Option<f64>,
    /// Length [m].
    pub length: Option<f64>,
    /// Width [m].
    pub width: Option<f64>,
    /// Most nodes in one order.
    pub max_nodes: Option<u32>,
    /// Longest message [bytes].
    pub max_message: Option<u32>,
    /// Names of the actions it knows.
    pub actions: Vec<String>,
}
