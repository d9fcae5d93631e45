//! Facts: everything control may know. Past tense, small, in words a device could have reported.

use crate::*;
use alloc::boxed::Box;
use serde::{Deserialize, Serialize};

/// A fact, stamped with a time by whoever hands it to [`Decide::handle`]. At most 32 bytes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Event {
    /// Something happened at a position that holds loads.
    Place(PlaceId, PlaceEvent),
    /// A station reported.
    Station(StationId, StationEvent),
    /// A queue whose station waits for control's word reported a piece.
    Queue(BufferId, QueueEvent),
    /// A source reported.
    Source(SourceId, SourceEvent),
    /// A sink counted pieces since its last report.
    Sink(SinkId, Count),
    /// A vehicle reported; no more than a VDA 5050 state carries.
    Vehicle(VehicleId, VehicleEvent),
    /// A work order became known.
    Order(WorkOrder),
    /// A calendar's interval began (`true`) or ended.
    Calendar(CalendarId, bool),
    /// A vehicle's link was judged lost (`false`) or back (`true`).
    Link(VehicleId, bool),
    /// The answer of a planner to [`Command::Ask`].
    Plan(Box<PlanAnswer>),
    /// The time of [`Decide::deadline`] has come.
    Deadline,
    /// Somebody did something about an access window. Told by equipment of the plant, never a safety
    /// function.
    Access(AreaId, AccessAct),
    /// The fire alarm of a section went off (`true`), or an operator gave the all-clear.
    Fire(AreaId, bool),
    /// Something happened to an emergency-stop group.
    EStop(StopGroupId, StopAct),
    /// An operator did something with an alarm.
    Alarm(AlarmId, AlarmAct),
    /// A point was taken out of service (`true`) or put back, in alarm or not.
    OutOfService(AlarmPoint, bool),
    /// Something began to be wrong (`true`) around the core, or is over.
    Trouble(Trouble, bool),
    /// A person ordered something.
    Operator(OperatorAct),
    /// The crane of a rack reported.
    Crane(CraneId, CraneEvent),
}
const _: () = assert!(core::mem::size_of::<Event>() <= 32);

/// What happens at a place of a port or store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PlaceEvent {
    /// A load stands here now; its mark was read (or not).
    Occupied(Tag),
    /// The place is free now.
    Freed,
    /// The carrier here has been emptied by the station behind the port.
    Emptied(Tag),
    /// The carrier here has been filled by the station before the port and may go.
    Filled {
        /// The carrier.
        tag: Tag,
        /// Pieces in it.
        count: u16,
        /// What they are.
        product: ProductId,
    },
}

/// What a station tells, by its declared `reports`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StationEvent {
    /// The unit's state changed (PackML words; several servers: the best of them).
    State(UnitState),
    /// A job ordered by [`Command::Run`] was started.
    Started(Tag),
    /// A piece is done and has left; told by stations with `reports = "piece"`.
    Ended(Tag),
    /// A piece was scrapped here.
    Scrapped(Tag),
    /// Pieces done since the last report; told by stations with `reports = "counter"`.
    Counted(Count),
    /// A command was refused.
    Refused(Why),
    /// What a station that starts by itself is seen to do. For people: nothing is decided on it.
    Shows(UnitState),
}

/// Pieces since the last report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Count {
    /// Good pieces.
    pub good: u32,
    /// Scrapped pieces.
    pub scrap: u32,
}

/// A queue with `start = "control"`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum QueueEvent {
    /// A piece stands in the queue.
    Arrived {
        /// Its mark.
        tag: Tag,
        /// What it is.
        product: ProductId,
    },
}

/// What a source tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SourceEvent {
    /// Demand for pieces arrived and waits for release.
    Wanted {
        /// What is wanted.
        product: ProductId,
        /// How many.
        count: u32,
    },
    /// A piece entered the plant.
    Entered {
        /// Its mark.
        tag: Tag,
        /// The work order it was released for, 0 for none.
        order: OrderId,
    },
}

/// A work order: make `quantity` of `product`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkOrder {
    /// Its serial.
    pub order: OrderId,
    /// What to make.
    pub product: ProductId,
    /// How many pieces.
    pub quantity: u32,
    /// When it is due.
    pub due: Time,
}

/// What a vehicle tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum VehicleEvent {
    /// It reached a node (passing or stopping); all commands up to `revision` are accepted.
    At {
        /// The node.
        node: NodeId,
        /// Newest accepted command.
        revision: u32,
    },
    /// It took a load from a place.
    Picked {
        /// The deck position it stands on.
        deck: u8,
        /// From where.
        place: PlaceId,
        /// What was read on it.
        tag: Tag,
        /// Newest accepted command.
        revision: u32,
    },
    /// It gave a load to a place.
    Dropped {
        /// The deck position it stood on.
        deck: u8,
        /// To where.
        place: PlaceId,
        /// Newest accepted command.
        revision: u32,
    },
    /// It could not take or give.
    HandFailed {
        /// The deck position.
        deck: u8,
        /// Where.
        place: PlaceId,
        /// Why not.
        why: Why,
        /// Newest accepted command.
        revision: u32,
    },
    /// State of charge, told when it crosses a step of the dead-band and when charging ends.
    Charge {
        /// Parts per thousand of the battery.
        permille: u16,
        /// It is charging.
        charging: bool,
        /// Newest command accepted.
        revision: u32,
    },
    /// It stands though it could drive (a person in the way, a fault), or goes on.
    Held(bool),
    /// The answer to a stale or repeated command: where it is and what it has accepted.
    State {
        /// Last node reached.
        node: NodeId,
        /// Newest accepted command.
        revision: u32,
        /// Commands up to here are carried out in full (base driven, loads handled).
        done: u32,
    },
}

/// What the crane of a rack tells. It has no eyes for slots: whether one is taken it tells when it has tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CraneEvent {
    /// It took a load from a place; the load is on its deck.
    Picked {
        /// From where.
        place: PlaceId,
        /// What was read on it.
        tag: Tag,
        /// Newest accepted command.
        revision: u32,
    },
    /// It gave its load to a place: what it was told is done.
    Dropped {
        /// To where.
        place: PlaceId,
        /// Newest accepted command.
        revision: u32,
    },
    /// It stands where it was sent without a load.
    Arrived {
        /// Where.
        place: PlaceId,
        /// Newest accepted command.
        revision: u32,
    },
    /// It could not take or give and waits for another order; a load stays on its deck.
    Failed {
        /// Where.
        place: PlaceId,
        /// Why not.
        why: Why,
        /// Newest accepted command.
        revision: u32,
    },
    /// It broke down, or works again and goes on with what it was told.
    State(UnitState),
}

/// State of a unit, PackML words (ISA TR88.00.02) as far as they are told apart here.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum UnitState {
    /// Ready, nothing to work on (ISO 22400: idle; queueing: starved).
    #[default]
    Idle = 0,
    /// Working (PackML Execute).
    Execute = 1,
    /// Being set up for another product.
    Setup = 2,
    /// Done, the piece cannot leave (PackML Suspended).
    Blocked = 3,
    /// Broken down, waiting for repair or being repaired (PackML Aborted).
    Down = 4,
    /// Planned maintenance (PackML Held).
    Maintenance = 5,
    /// Outside its shift.
    Off = 6,
}
impl UnitState {
    /// All states, in the order of their numbers.
    pub const ALL: [UnitState; 7] = [
        UnitState::Idle,
        UnitState::Execute,
        UnitState::Setup,
        UnitState::Blocked,
        UnitState::Down,
        UnitState::Maintenance,
        UnitState::Off,
    ];
}

/// Why something was refused or did not work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Why {
    Stale,
    NotThere,
    Occupied,
    Empty,
    WrongKind,
    Down,
    NoRoute,
    NotReleased,
    LowBattery,
}
