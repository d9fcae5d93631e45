//! Alarms by ISA-18.2 / IEC 62682: an alarm asks a person for something within a time; everything
//! else is history. An alarm belongs to a point: one condition of one element.

use crate::*;
use serde::{Deserialize, Serialize};

/// What an alarm is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum AlarmSource {
    /// The plant as a whole, or the system that runs it.
    Plant,
    /// A vehicle.
    Vehicle(VehicleId),
    /// A station.
    Station(StationId),
    /// A port or store.
    Buffer(BufferId),
    /// One position that holds a load.
    Place(PlaceId),
    /// A work order.
    Order(OrderId),
}

/// The condition that is wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum AlarmCode {
    /// A vehicle, or a station with a link of its own, cannot be heard.
    LinkLost = 0,
    /// A vehicle stands though it could drive: an obstacle or a fault.
    Held = 1,
    /// A vehicle is connected and does not do what it is told, however often it is told.
    NotAnswering = 2,
    /// A vehicle is not spoken to any more because it behaves badly.
    Isolated = 3,
    /// A vehicle waits for right of way longer than the plant allows: a lock is to be suspected.
    WaitsTooLong = 4,
    /// A vehicle is low and not on its charger.
    BatteryLow = 5,
    /// A vehicle has a load and nowhere to bring it.
    Stranded = 6,
    /// Where a load is, or which load it is, is not known for certain.
    LoadInDoubt = 7,
    /// A hand-over failed at a place and has not succeeded there since.
    HandFailed = 8,
    /// A load is ready at a port and nobody has fetched it.
    NotFetched = 9,
    /// A station broke down.
    StationDown = 10,
    /// A station has nothing to work on though something was promised to it.
    Starved = 11,
    /// A station cannot give away what it has done.
    Blocked = 12,
    /// The journal is slow: decisions wait for it.
    JournalSlow = 13,
    /// The journal cannot be written.
    JournalFull = 14,
    /// The broker between control and vehicles is away.
    BrokerLost = 15,
    /// The wall clock jumped.
    ClockJump = 16,
    /// What happens is not what the plan or the model says.
    Diverged = 17,
    /// An order will probably not be done by the date that was promised.
    PromiseAtRisk = 18,
}
impl AlarmCode {
    /// All codes, in the order of their numbers.
    pub const ALL: [AlarmCode; 19] = [
        AlarmCode::LinkLost,
        AlarmCode::Held,
        AlarmCode::NotAnswering,
        AlarmCode::Isolated,
        AlarmCode::WaitsTooLong,
        AlarmCode::BatteryLow,
        AlarmCode::Stranded,
        AlarmCode::LoadInDoubt,
        AlarmCode::HandFailed,
        AlarmCode::NotFetched,
        AlarmCode::StationDown,
        AlarmCode::Starved,
        AlarmCode::Blocked,
        AlarmCode::JournalSlow,
        AlarmCode::JournalFull,
        AlarmCode::BrokerLost,
        AlarmCode::ClockJump,
        AlarmCode::Diverged,
        AlarmCode::PromiseAtRisk,
    ];
}

/// One condition of one element: what can be in alarm (ISA-18.2: the alarm's tag and type).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct AlarmPoint {
    /// Whose condition.
    pub source: AlarmSource,
    /// Which condition.
    pub code: AlarmCode,
}

/// How soon somebody has to do something, by consequence and time to respond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum AlarmPriority {
    /// Within the shift.
    Low = 0,
    /// Within half an hour.
    Medium = 1,
    /// Within ten minutes.
    High = 2,
    /// Now: the plant stands or cannot be run.
    Critical = 3,
}
impl AlarmPriority {
    /// All priorities, lowest first.
    pub const ALL: [AlarmPriority; 4] = [
        AlarmPriority::Low,
        AlarmPriority::Medium,
        AlarmPriority::High,
        AlarmPriority::Critical,
    ];
}

/// States of an alarm, with their letters in ISA-18.2. Nothing here latches (E, F).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum AlarmState {
    /// A: nothing is wrong, or it is over and acknowledged.
    #[default]
    Normal = 0,
    /// B: wrong, nobody has acknowledged.
    Unacknowledged = 1,
    /// C: wrong, acknowledged.
    Acknowledged = 2,
    /// D: over, nobody has acknowledged.
    Returned = 3,
    /// G: kept silent by an operator for a time.
    Shelved = 4,
    /// H: wrong because of another alarm, and therefore silent.
    Suppressed = 5,
    /// I: taken out of service for work on the element.
    OutOfService = 6,
}
impl AlarmState {
    /// All states, in the order of their numbers.
    pub const ALL: [AlarmState; 7] = [
        AlarmState::Normal,
        AlarmState::Unacknowledged,
        AlarmState::Acknowledged,
        AlarmState::Returned,
        AlarmState::Shelved,
        AlarmState::Suppressed,
        AlarmState::OutOfService,
    ];
    /// It asks for somebody: it is on the operator's list of alarms.
    pub fn annunciated(self) -> bool {
        matches!(
            self,
            AlarmState::Unacknowledged | AlarmState::Acknowledged | AlarmState::Returned
        )
    }
}

/// Why an operator shelved an alarm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum ShelveWhy {
    /// Somebody is working on it.
    BeingRepaired = 0,
    /// The sensor or the report is wrong.
    FalseReport = 1,
    /// Waiting for a part or a supplier.
    WaitingForPart = 2,
    /// A trial or test is under way.
    Trial = 3,
    /// It comes and goes and tells nothing.
    Nuisance = 4,
}
impl ShelveWhy {
    /// All reasons, in the order of their numbers.
    pub const ALL: [ShelveWhy; 5] = [
        ShelveWhy::BeingRepaired,
        ShelveWhy::FalseReport,
        ShelveWhy::WaitingForPart,
        ShelveWhy::Trial,
        ShelveWhy::Nuisance,
    ];
}

/// What an operator does with an alarm. An act that does not fit its state changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AlarmAct {
    /// Somebody has seen it and has it.
    Acknowledge,
    /// Silent until then, for this reason; back by itself.
    Shelve {
        /// When it comes back; at most a week from now.
        until: Time,
        /// Why.
        why: ShelveWhy,
    },
    /// No longer shelved.
    Unshelve,
    /// Its point is taken out of service (`true`) or put back.
    OutOfService(bool),
}

/// What only the program around the core can see is wrong; told when it begins (`true`) and when it
/// is over. Each is one [`AlarmCode`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Trouble {
    /// Decisions wait for the journal.
    JournalSlow,
    /// The journal cannot be written.
    JournalFull,
    /// The broker is away.
    BrokerLost,
    /// The wall clock jumped; over when somebody has looked at it or it is steady again.
    ClockJump,
    /// A badly behaved vehicle is not spoken to any more.
    Isolated(VehicleId),
    /// Both sides of a hand-over tell different things, or nobody told how it ended.
    LoadInDoubt(AlarmSource),
    /// What happens at a station, or in the plant, is not what plan or model say.
    Diverged(AlarmSource),
    /// A station with a link of its own cannot be heard.
    StationLost(StationId),
    /// A promised order is done by its date less often than was promised, as the look-ahead sees it.
    PromiseAtRisk(OrderId),
}
impl Trouble {
    /// The point that is in alarm while it lasts.
    pub fn point(self) -> AlarmPoint {
        let (source, code) = match self {
            Trouble::JournalSlow => (AlarmSource::Plant, AlarmCode::JournalSlow),
            Trouble::JournalFull => (AlarmSource::Plant, AlarmCode::JournalFull),
            Trouble::BrokerLost => (AlarmSource::Plant, AlarmCode::BrokerLost),
            Trouble::ClockJump => (AlarmSource::Plant, AlarmCode::ClockJump),
            Trouble::Isolated(v) => (AlarmSource::Vehicle(v), AlarmCode::Isolated),
            Trouble::LoadInDoubt(source) => (source, AlarmCode::LoadInDoubt),
            Trouble::Diverged(source) => (source, AlarmCode::Diverged),
            Trouble::StationLost(s) => (AlarmSource::Station(s), AlarmCode::LinkLost),
            Trouble::PromiseAtRisk(o) => (AlarmSource::Order(o), AlarmCode::PromiseAtRisk),
        };
        AlarmPoint { source, code }
    }
}
