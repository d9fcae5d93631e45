//! The picture of a running plant at one instant, by names of the plant folder. Rows of vehicles and
//! stations stand in the order of the plant's tables: a row's index is the id used in the feed.

use crate::words::*;
use fenhe_contract::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everything at one instant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct View {
    /// The last item of the feed that this picture includes: go on from the next.
    pub seq: u64,
    /// How the plant is run.
    pub mode: Mode,
    /// Rises when the clock is stopped or goes on: for an act on the clock.
    pub revision: u64,
    /// Since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub time: Time,
    /// The same instant, RFC 3339.
    pub utc: String,
    /// Name of the plant folder.
    pub plant: String,
    /// Hash of the folder's bytes, hexadecimal; ids hold for as long as this stays.
    pub plant_hash: String,
    /// Hash of the decision core's state, hexadecimal.
    pub digest: String,
    /// One per station, in order.
    pub stations: Vec<StationView>,
    /// One per vehicle, in order.
    pub vehicles: Vec<VehicleView>,
    /// Open transports, oldest first.
    pub transports: Vec<TransportView>,
    /// Open orders and those done last, by reference.
    pub orders: Vec<OrderView>,
    /// Active, unacknowledged and shelved alarms, oldest first.
    pub alarms: Vec<AlarmView>,
    /// Zones that people may want to enter, with their access windows, in order.
    pub access: Vec<AccessView>,
    /// Emergency-stop groups, in order.
    pub stops: Vec<StopView>,
}

/// How a plant is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Devices are what they are; the clock is the wall's.
    Live,
    /// Simulated devices behind real protocols.
    Rehearse,
    /// A rehearsal whose clock stands.
    Paused,
}

/// Who is at the other end of a device's link.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DeviceMode {
    /// Nobody; it gets nothing to do.
    Off,
    /// The simulated plant.
    #[default]
    Simulated,
    /// The device, whose reports are compared and not used; it gets no orders.
    Shadow,
    /// The device.
    Real,
}

/// A station.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct StationView {
    /// Lasting name.
    pub name: String,
    /// Rises when anything an act on it depends on changes.
    pub revision: u64,
    /// What it reported last.
    pub state: StationState,
    /// Since when, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub since: Time,
    /// Its link is up.
    pub link: bool,
    /// A person has held it.
    pub held: bool,
    /// Who is at the other end.
    pub mode: DeviceMode,
}

/// A vehicle, no more than it reported.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct VehicleView {
    /// Lasting name.
    pub name: String,
    /// Rises when anything an act on it depends on changes.
    pub revision: u64,
    /// What it does.
    pub state: VehicleDoes,
    /// Since when, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub since: Time,
    /// Last node reported; its name in the tracks.
    pub node: Option<String>,
    /// Edge it is on, if it is between nodes.
    pub edge: Option<String>,
    /// State of charge [parts per thousand].
    pub battery: u16,
    /// Its link is up.
    pub link: bool,
    /// What was read on the load of each deck position: `null` for an empty one, `""` for a load whose
    /// mark could not be read.
    pub loads: Vec<Option<String>>,
    /// Serial of the transport it works on.
    pub transport: Option<u64>,
    /// It stands though it could drive, by its own word or a person's.
    pub held: bool,
    /// A person holds it.
    pub by_word: bool,
    /// Where a person has sent it: name of a node, or `charger`; until it is there, at a node until it may
    /// work again.
    pub sent: Option<String>,
    /// Who is at the other end.
    pub mode: DeviceMode,
}

/// A transport: one load from place to place.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TransportView {
    /// Its serial.
    pub id: u64,
    /// Rises when anything an act on it depends on changes.
    pub revision: u64,
    /// Name of the buffer it begins at.
    pub from: String,
    /// Name of the buffer it ends at.
    pub to: String,
    /// Who carries it, once that is decided.
    pub vehicle: Option<String>,
    /// In this state since, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub since: Time,
    /// How far it is.
    pub state: TransportState,
}

/// How far a transport is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransportState {
    /// Wanted, no vehicle chosen.
    Wanted,
    /// A vehicle is on its way to the load.
    Assigned,
    /// The load is on the vehicle.
    Carried,
    /// Delivered.
    Done,
    /// Nobody knows where the load is: a person must look.
    InDoubt,
}

/// A work order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderView {
    /// Number given by whoever released it.
    pub reference: String,
    /// Its serial in the journal.
    pub serial: u64,
    /// Rises when anything an act on it depends on changes.
    pub revision: u64,
    /// Name of the product.
    pub product: String,
    /// Pieces wanted.
    pub quantity: u32,
    /// Pieces let in.
    pub entered: u32,
    /// Good pieces that have left.
    pub done: u32,
    /// When it is due, RFC 3339; `null` if never.
    pub due: Option<String>,
    /// A person has held it.
    pub held: bool,
    /// Smaller is let in first.
    pub priority: u8,
    /// Pieces that never will be let in, because a person cancelled them.
    pub cancelled: u32,
}

/// An alarm (ISA-18.2): on the operator's list, or kept from it for a stated reason.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AlarmView {
    /// Serial of this occurrence.
    pub id: u64,
    /// Rises when anything an act on it depends on changes.
    pub revision: u64,
    /// What is wrong.
    pub code: AlarmKind,
    /// With what: kind and name, such as `vehicle agv-7`.
    pub object: String,
    /// How urgent.
    pub priority: Priority,
    /// Its state.
    pub state: AlarmStands,
    /// It is wrong now.
    pub wrong: bool,
    /// When it became an alarm, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub raised: Time,
    /// When its state changed last, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub changed: Time,
    /// Until when it is shelved, since the plant's epoch [us].
    #[schema(value_type = Option<i64>)]
    pub shelved_until: Option<Time>,
    /// Why it is shelved.
    pub shelved_why: Option<ShelfWhy>,
    /// Serial of the alarm that explains this one.
    pub cause: Option<u64>,
    /// Who waits because of it: kinds and names.
    pub affected: Vec<String>,
}

/// A zone that people may want to enter, with its access window. **Never a safety function:** what keeps
/// people from harm is the plant's own interlock.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AccessView {
    /// Name of the zone.
    pub zone: String,
    /// Rises when anything an act on it depends on changes.
    pub revision: u64,
    /// How far its window is.
    pub state: AccessState,
    /// Since when, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub since: Time,
    /// Who asked, if this run of the program knows.
    pub by: Option<String>,
    /// The plant's own interlock permits entry, by what it signalled last.
    pub interlock: bool,
    /// People who signed in and not out.
    pub persons: u32,
    /// Its fire alarm is on.
    pub fire: bool,
    /// Vehicles still in it, or with base that leads there.
    pub inside: u32,
    /// What keeps it from being clear, while a window is wanted or open.
    pub keepers: Vec<KeeperView>,
}

/// What keeps a zone from being clear.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct KeeperView {
    /// Kind and name, such as `vehicle agv-7`.
    pub object: String,
    /// Why it is still there.
    pub why: KeeperWhy,
}

/// Why something still keeps a zone from being clear.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeeperWhy {
    /// It is expected to leave.
    Leaving,
    /// Its link is lost: somebody must look.
    Lost,
    /// It stands for a fault or an obstacle.
    Held,
    /// An emergency stop or a person's word holds it.
    Stopped,
    /// The station has not reported that it is held.
    Works,
}

/// An emergency-stop group. The plant's own hardware stops it; here stands what was told about it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct StopView {
    /// Name of the group.
    pub group: String,
    /// How far it is.
    pub state: StopStands,
    /// Who waits for a local reset: kinds and names.
    pub waiting: Vec<String>,
}
