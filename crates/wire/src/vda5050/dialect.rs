//! What differs between makers, per vehicle.

use super::model::{Blocking, Version};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::{Span, VehicleId};
use fenhe_plant::Plant;
use fenhe_plant::model::TopicNames;
pub use fenhe_plant::model::{Spelling, StepEnds, StitchActions};
use serde::{Deserialize, Serialize};

/// A topic of the standard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Topic {
    Order,
    InstantActions,
    State,
    Connection,
    Factsheet,
    Visualization,
}
impl Topic {
    /// All of them.
    pub const ALL: [Topic; 6] = [
        Topic::Order,
        Topic::InstantActions,
        Topic::State,
        Topic::Connection,
        Topic::Factsheet,
        Topic::Visualization,
    ];
    /// Last part of its name.
    pub fn text(self) -> &'static str {
        match self {
            Topic::Order => "order",
            Topic::InstantActions => "instantActions",
            Topic::State => "state",
            Topic::Connection => "connection",
            Topic::Factsheet => "factsheet",
            Topic::Visualization => "visualization",
        }
    }
}

/// How to talk with one vehicle.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Dialect {
    /// First part of its topics.
    pub interface: String,
    /// Maker, a part of its topics.
    pub manufacturer: String,
    /// Serial number, a part of its topics.
    pub serial: String,
    /// Full names of topics that are not built of the above.
    pub topics: Vec<(Topic, String)>,
    /// MQTT quality of service of orders and instant actions.
    pub qos: u8,
    /// blockingType of the actions of an order.
    pub blocking: Blocking,
    /// Version it speaks.
    pub version: Version,
    /// `mapId` of the nodes.
    pub map: String,
    /// First part of every orderId and actionId. Of one journal: what it named is never named again.
    pub session: String,
    /// What tells that a node has been reached.
    pub step_ends: StepEnds,
    /// Actions of the node where an update begins.
    pub stitch_actions: StitchActions,
    /// Spellings it wants.
    pub spelling: Spelling,
    /// Nodes carry `nodePosition`.
    pub send_position: bool,
    /// Nodes carry the heading of the edge that leads there.
    pub send_theta: bool,
    /// The first node of a new order may be this far away, in millimetres; 0: not sent.
    pub first_node_deviation: u32,
    /// The identical update may be sent again without asking for a state first.
    pub identical_resend: bool,
    /// Most edges of base in one order or update.
    pub max_base: u16,
    /// Most edges of horizon; 0 sends none.
    pub max_horizon: u16,
    /// Actions carry `stationType` (required for pick and drop by the text), this one.
    pub station_type: Option<String>,
    /// Actions carry `loadType` (required by the text), this one.
    pub load_type: Option<String>,
    /// Actions carry `lhd`, the deck position.
    pub send_lhd: bool,
    /// Key of a parameter of startCharging that says at how many percent to stop. Without it we send
    /// stopCharging.
    pub charge_until: Option<String>,
    /// It tells its actions; otherwise standing at the end of the order with the load there, or
    /// gone, ends one.
    pub tells_actions: bool,
    /// First wait before something is sent again; doubles up to 16 times this.
    pub resend: Span,
    /// Silence after which a state is asked for.
    pub ask_after: Span,
    /// Silence after which the link counts as lost.
    pub lost_after: Span,
    /// How often an instant action is sent that never shows.
    pub instant_tries: u8,
    /// Rules broken within ten minutes before it is isolated.
    pub tolerance: u16,
    /// Change of the state of charge that is worth a fact [parts per thousand].
    pub charge_step: u16,
}

impl Dialect {
    /// What the standard says, for a vehicle of this maker and serial number.
    pub fn new(version: Version, manufacturer: &str, serial: &str) -> Dialect {
        let interface = if version == Version::V3_0 {
            "vda5050"
        } else {
            "uagv"
        };
        Dialect {
            interface: interface.to_string(),
            manufacturer: manufacturer.to_string(),
            serial: serial.to_string(),
            topics: Vec::new(),
            qos: 0,
            blocking: Blocking::Hard,
            version,
            map: "map".to_string(),
            session: "f1".to_string(),
            step_ends: StepEnds::LastNode,
            stitch_actions: StitchActions::Wait,
            spelling: Spelling {
                action_name: version == Version::V2_0,
                ..Spelling::default()
            },
            send_position: true,
            send_theta: true,
            first_node_deviation: 0,
            identical_resend: false,
            max_base: 64,
            max_horizon: 0,
            station_type: Some("port".to_string()),
            load_type: Some("carrier".to_string()),
            send_lhd: true,
            charge_until: None,
            tells_actions: true,
            resend: Span::seconds(2),
            ask_after: Span::seconds(35),
            lost_after: Span::seconds(60),
            instant_tries: 8,
            tolerance: 20,
            charge_step: 10,
        }
    }

    /// What the plant says of this vehicle; where it says nothing, what the standard says. The maker
    /// is then `Fenhe`, the serial number the vehicle's name, the version 2.1.0. `session` is the
    /// journal's and for whoever opened that to set.
    pub fn of(plant: &Plant, vehicle: VehicleId) -> Dialect {
        let said = plant.vda5050(vehicle);
        let name = plant.vehicles.get(vehicle).map_or("", |v| v.name.as_str());
        let version = said.version.unwrap_or(Version::V2_1);
        let maker = said.manufacturer.as_deref().unwrap_or("Fenhe");
        let serial = said.serial.clone().unwrap_or_else(|| serial_of(name));
        let mut dialect = Dialect::new(version, maker, &serial);
        let d = &mut dialect;
        take(&mut d.interface, said.interface);
        d.topics = said
            .topics
            .map_or_else(Vec::new, |names| topics(names, &serial));
        take(&mut d.qos, said.qos);
        take(&mut d.blocking, said.blocking);
        take(&mut d.map, said.map);
        take(&mut d.step_ends, said.step_ends);
        take(&mut d.stitch_actions, said.stitch_actions);
        take(&mut d.spelling, said.spelling);
        take(&mut d.send_position, said.send_position);
        take(&mut d.send_theta, said.send_theta);
        let millimetres = |length: fenhe_contract::Length| length.0.clamp(0, 100_000) as u32;
        let deviation = said.first_node_deviation.map(millimetres);
        take(&mut d.first_node_deviation, deviation);
        take(&mut d.identical_resend, said.identical_resend);
        take(&mut d.max_base, said.max_base);
        take(&mut d.max_horizon, said.max_horizon);
        take(&mut d.station_type, said.station_type.map(filled));
        take(&mut d.load_type, said.load_type.map(filled));
        take(&mut d.send_lhd, said.send_lhd);
        take(&mut d.charge_until, said.charge_until.map(filled));
        take(&mut d.tells_actions, said.tells_actions);
        take(&mut d.resend, said.resend);
        take(&mut d.ask_after, said.ask_after);
        take(&mut d.lost_after, said.lost_after);
        take(&mut d.instant_tries, said.instant_tries);
        take(&mut d.tolerance, said.tolerance);
        take(&mut d.charge_step, said.charge_step);
        dialect
    }

    /// Full name of a topic: interface/vMAJOR/manufacturer/serial/topic, unless it has a name of its
    /// own.
    pub fn topic(&self, topic: Topic) -> String {
        if let Some((_, name)) = self.topics.iter().find(|(of, _)| *of == topic) {
            return name.clone();
        }
        let major = match self.version {
            Version::V2_0 | Version::V2_1 => "v2",
            Version::V3_0 => "v3",
        };
        let (interface, maker, serial) = (&self.interface, &self.manufacturer, &self.serial);
        format!("{interface}/{major}/{maker}/{serial}/{}", topic.text())
    }

    /// Which topic of this vehicle a full name is.
    pub fn topic_of(&self, name: &str) -> Option<Topic> {
        let mut all = Topic::ALL.into_iter();
        all.find(|&topic| self.topic(topic) == name)
    }
}

/// Names of their own, the serial number filled in.
fn topics(names: TopicNames, serial: &str) -> Vec<(Topic, String)> {
    let all = [
        (Topic::Order, names.order),
        (Topic::InstantActions, names.instant_actions),
        (Topic::State, names.state),
        (Topic::Connection, names.connection),
        (Topic::Factsheet, names.factsheet),
        (Topic::Visualization, names.visualization),
    ];
    let fill =
        |(topic, name): (Topic, Option<String>)| Some((topic, name?.replace("$serial", serial)));
    all.into_iter().filter_map(fill).collect()
}

fn take<T>(field: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *field = said;
    }
}

/// Empty text leaves a parameter out.
fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// A vehicle's name as a serial number: A-Z, a-z, 0-9 and `_.-` stay (VDA 5050, 6.4), anything else
/// becomes its number in hexadecimal between colons, which no name holds.
fn serial_of(name: &str) -> String {
    let mut serial = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-') {
            serial.push(letter);
        } else {
            serial.push_str(&format!(":{:x}:", u32::from(letter)));
        }
    }
    serial
}
