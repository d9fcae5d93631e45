//! How vehicles are spoken to: what the plant says about VDA 5050, by type and by vehicle.

use super::*;

/// Version of VDA 5050 that a vehicle speaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Vda5050Version {
    /// 2.0.0 of January 2022.
    V2_0,
    /// 2.1.0 of August 2024.
    V2_1,
    /// 3.0.0 of March 2026.
    V3_0,
}
impl Vda5050Version {
    /// All of them.
    pub const ALL: [Vda5050Version; 3] = [
        Vda5050Version::V2_0,
        Vda5050Version::V2_1,
        Vda5050Version::V3_0,
    ];
    /// As it stands in a header.
    pub fn text(self) -> &'static str {
        match self {
            Vda5050Version::V2_0 => "2.0.0",
            Vda5050Version::V2_1 => "2.1.0",
            Vda5050Version::V3_0 => "3.0.0",
        }
    }
}

/// What tells that a node has been reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StepEnds {
    /// `lastNodeId`, with its sequence id or as the only node of that name ahead.
    LastNode,
    /// The node has left `nodeStates`.
    NodeStates,
    /// Both.
    Both,
}

/// What an update that begins at a node with actions does about them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StitchActions {
    /// It waits until they are over, then leaves them out: no vehicle loses or repeats one.
    Wait,
    /// It leaves them out at once.
    Omit,
    /// It repeats them, as 3.0 says.
    Repeat,
}

/// Words that were spelt otherwise by some versions and some makers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Spelling {
    /// The array of an instantActions message is called `instantActions` instead of `actions`.
    pub instant_actions: bool,
    /// An instant action carries `actionName` beside `actionType` (schema 2.0.0).
    pub action_name: bool,
    /// `allowedDeviationXy` instead of `allowedDeviationXY` (schema 2.0.0).
    pub deviation_xy: bool,
}

/// When an action may run beside driving and other actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Vda5050Blocking {
    /// Beside driving and other actions.
    None,
    /// The vehicle stands; other actions may run.
    Soft,
    /// It may drive; no other action runs (3.0).
    Single,
    /// It stands, and no other action runs.
    Hard,
}

/// Names of topics that are not built of interface, version, maker and serial number.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TopicNames {
    /// Full name, `$serial` standing for the serial number.
    pub order: Option<String>,
    /// See `order`.
    pub instant_actions: Option<String>,
    /// See `order`.
    pub state: Option<String>,
    /// See `order`.
    pub connection: Option<String>,
    /// See `order`.
    pub factsheet: Option<String>,
    /// See `order`.
    pub visualization: Option<String>,
}

/// What a plant says about the VDA 5050 of a vehicle type or of one vehicle. What is `None` is said
/// by the type, and else by the standard.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Vda5050 {
    /// First part of the topics; may hold several levels.
    pub interface: Option<String>,
    /// Maker, a part of the topics.
    pub manufacturer: Option<String>,
    /// Serial number, a part of the topics; of one vehicle only.
    pub serial: Option<String>,
    /// Names of topics, where they are not built of the above.
    pub topics: Option<TopicNames>,
    /// MQTT quality of service of orders and instant actions, 0 to 2.
    pub qos: Option<u8>,
    /// blockingType of the actions of an order.
    pub blocking: Option<Vda5050Blocking>,
    /// Version it speaks.
    pub version: Option<Vda5050Version>,
    /// `mapId` of the nodes.
    pub map: Option<String>,
    /// What tells that a node has been reached.
    pub step_ends: Option<StepEnds>,
    /// Actions of the node where an update begins.
    pub stitch_actions: Option<StitchActions>,
    /// Spellings it wants.
    pub spelling: Option<Spelling>,
    /// Nodes carry `nodePosition`.
    pub send_position: Option<bool>,
    /// Nodes carry a heading.
    pub send_theta: Option<bool>,
    /// How far away the first node of a new order may be.
    pub first_node_deviation: Option<Length>,
    /// The identical update may be sent again without asking for a state first.
    pub identical_resend: Option<bool>,
    /// Most edges of base in one message, 1 to 1000.
    pub max_base: Option<u16>,
    /// Most edges of horizon, 0 to 1000.
    pub max_horizon: Option<u16>,
    /// `stationType` of pick and drop, empty to leave it out.
    pub station_type: Option<String>,
    /// `loadType` of pick and drop, empty to leave it out.
    pub load_type: Option<String>,
    /// Pick and drop carry `lhd`, the deck position.
    pub send_lhd: Option<bool>,
    /// Key of the parameter of startCharging that says at how many percent to stop.
    pub charge_until: Option<String>,
    /// It tells its actions.
    pub tells_actions: Option<bool>,
    /// First wait before something is sent again.
    pub resend: Option<Span>,
    /// Silence after which a state is asked for.
    pub ask_after: Option<Span>,
    /// Silence after which the link counts as lost.
    pub lost_after: Option<Span>,
    /// How often an instant action is sent that never shows.
    pub instant_tries: Option<u8>,
    /// Rules broken within ten minutes before it is isolated.
    pub tolerance: Option<u16>,
    /// Change of the state of charge that is worth a fact [parts per thousand].
    pub charge_step: Option<u16>,
}

impl Vda5050 {
    /// What is said here, and where nothing is, what the type says.
    #[must_use]
    pub fn over(self, kind: Vda5050) -> Vda5050 {
        Vda5050 {
            interface: self.interface.or(kind.interface),
            manufacturer: self.manufacturer.or(kind.manufacturer),
            serial: self.serial.or(kind.serial),
            topics: self.topics.or(kind.topics),
            qos: self.qos.or(kind.qos),
            blocking: self.blocking.or(kind.blocking),
            version: self.version.or(kind.version),
            map: self.map.or(kind.map),
            step_ends: self.step_ends.or(kind.step_ends),
            stitch_actions: self.stitch_actions.or(kind.stitch_actions),
            spelling: self.spelling.or(kind.spelling),
            send_position: self.send_position.or(kind.send_position),
            send_theta: self.send_theta.or(kind.send_theta),
            first_node_deviation: self.first_node_deviation.or(kind.first_node_deviation),
            identical_resend: self.identical_resend.or(kind.identical_resend),
            max_base: self.max_base.or(kind.max_base),
            max_horizon: self.max_horizon.or(kind.max_horizon),
            station_type: self.station_type.or(kind.station_type),
            load_type: self.load_type.or(kind.load_type),
            send_lhd: self.send_lhd.or(kind.send_lhd),
            charge_until: self.charge_until.or(kind.charge_until),
            tells_actions: self.tells_actions.or(kind.tells_actions),
            resend: self.resend.or(kind.resend),
            ask_after: self.ask_after.or(kind.ask_after),
            lost_after: self.lost_after.or(kind.lost_after),
            instant_tries: self.instant_tries.or(kind.instant_tries),
            tolerance: self.tolerance.or(kind.tolerance),
            charge_step: self.charge_step.or(kind.charge_step),
        }
    }
}

/// All that the plant says about links; vehicles by the book do not appear.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Links {
    /// By type, ascending.
    pub types: Vec<(VehicleTypeId, Vda5050)>,
    /// By vehicle, ascending.
    pub vehicles: Vec<(VehicleId, Vda5050)>,
}

impl Plant {
    /// What the plant says about the VDA 5050 of a vehicle: its own words before its type's.
    pub fn vda5050(&self, vehicle: VehicleId) -> Vda5050 {
        let kind = self.vehicles.get(vehicle).map(|vehicle| vehicle.kind);
        let links = &self.links;
        let own = links.vehicles.binary_search_by_key(&vehicle, |row| row.0);
        let own = own.map_or_else(|_| Vda5050::default(), |at| links.vehicles[at].1.clone());
        let all = kind.and_then(|kind| links.types.iter().find(|row| row.0 == kind));
        own.over(all.map_or_else(Vda5050::default, |row| row.1.clone()))
    }
}
