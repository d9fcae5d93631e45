//! History: emitted, never held. World and control write records to a sink the caller gives.

use crate::*;
use serde::{Deserialize, Serialize};

/// Takes history as it happens.
pub trait RecordSink {
    /// Whether per-piece steps are wanted: they cost most.
    const PIECES: bool;
    /// Whether [`Record::Motion`] is wanted. These alone come late: each when its edge has been
    /// driven or its motion changed, with the time at which the segment began.
    const MOTION: bool = false;
    /// One record, in order of time.
    fn record(&mut self, now: Time, record: Record);
}

/// Forgets everything.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoRecords;
impl RecordSink for NoRecords {
    const PIECES: bool = false;
    #[inline]
    fn record(&mut self, _: Time, _: Record) {}
}

/// Keeps everything, for tests.
#[derive(Clone, Default, Debug)]
pub struct AllRecords(pub alloc::vec::Vec<(Time, Record)>);
impl RecordSink for AllRecords {
    const PIECES: bool = true;
    fn record(&mut self, now: Time, record: Record) {
        self.0.push((now, record));
    }
}

/// One thing that happened.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Record {
    /// One server of a station went from one state to another. A station starts with all its
    /// servers `Idle`.
    Server {
        /// Where.
        station: StationId,
        /// Old state.
        from: UnitState,
        /// New state.
        to: UnitState,
    },
    /// A piece entered the plant.
    Entered {
        /// Which.
        piece: PieceSerial,
        /// What.
        product: ProductId,
        /// Where.
        source: SourceId,
    },
    /// Pieces wanted to enter, found no room and were lost.
    Lost {
        /// What.
        product: ProductId,
        /// Where.
        source: SourceId,
        /// How many.
        count: u32,
    },
    /// A piece finished at a station; told only to sinks with `PIECES`.
    Step {
        /// Which.
        piece: PieceSerial,
        /// Where.
        station: StationId,
        /// When its processing began.
        started: Time,
        /// How it ended.
        result: StepResult,
    },
    /// A piece left the plant as good.
    Left {
        /// Which.
        piece: PieceSerial,
        /// What.
        product: ProductId,
        /// The work order it was let in for, 0 for none.
        order: OrderId,
        /// Where.
        sink: SinkId,
        /// When it had entered.
        born: Time,
        /// Its test result: millionths of relative efficiency, 1 000 000 = nominal.
        grade: u32,
    },
    /// A piece was scrapped.
    Scrapped {
        /// Which.
        piece: PieceSerial,
        /// What.
        product: ProductId,
        /// The work order it was let in for, 0 for none.
        order: OrderId,
        /// Where.
        station: StationId,
        /// When it had entered.
        born: Time,
    },
    /// Pieces joined into another (assembly) or one came apart: genealogy.
    Joined {
        /// The whole.
        parent: PieceSerial,
        /// The part.
        child: PieceSerial,
    },
    /// A piece waited longer between two steps than its product allows.
    QueueExcess {
        /// Which.
        piece: PieceSerial,
        /// The operation that began too late.
        operation: OperationId,
        /// By how much.
        by: Span,
    },
    /// A buffer's level changed (pieces in a queue, loads in a port or store).
    Level {
        /// Which.
        buffer: BufferId,
        /// Pieces or loads in it now.
        level: u32,
    },
    /// A vehicle went from one state to another. It starts `Parked`.
    Vehicle {
        /// Who.
        vehicle: VehicleId,
        /// Old state.
        from: VehicleState,
        /// New state.
        to: VehicleState,
    },
    /// A vehicle left an edge it had entered at `entered`, having waited on it for `waited`.
    Edge {
        /// Who.
        vehicle: VehicleId,
        /// Which.
        edge: EdgeId,
        /// When.
        entered: Time,
        /// Standing for want of base.
        waited: Span,
    },
    /// A load was handed over.
    Handed {
        /// Who.
        vehicle: VehicleId,
        /// Where.
        place: PlaceId,
        /// Taken (`true`) or given.
        pick: bool,
        /// Pieces in the carrier.
        count: u16,
    },
    /// A motion segment: from the time of the record along the edge with constant acceleration until `until`.
    Motion {
        /// Who.
        vehicle: VehicleId,
        /// On which edge.
        edge: EdgeId,
        /// Distance from the edge's start [mm].
        offset: Length,
        /// Speed at the start.
        speed: Speed,
        /// Acceleration.
        accel: Accel,
        /// When the segment ends.
        until: Time,
    },
    /// Control decided on a transport.
    Transport {
        /// Which.
        transport: TransportId,
        /// By whom.
        vehicle: VehicleId,
        /// From where.
        from: PlaceId,
        /// To where.
        to: PlaceId,
    },
    /// A transport is done: wanted at `wanted`, told to a vehicle at `assigned`.
    Transported {
        /// Which.
        transport: TransportId,
        /// When its load was ready.
        wanted: Time,
        /// When a vehicle was chosen.
        assigned: Time,
    },
    /// The referee saw something that must never happen.
    Breach(Breach),
    /// An access window went from one state to another.
    Access {
        /// Of which area.
        area: AreaId,
        /// Old state.
        from: AccessState,
        /// New state.
        to: AccessState,
    },
    /// An act about an access window did not fit its state and was ignored; somebody signing in at an
    /// area that is not permitted is told like this, and the area is drained.
    AccessRefused {
        /// Of which area.
        area: AreaId,
        /// The act.
        act: AccessAct,
        /// The state it did not fit.
        state: AccessState,
    },
    /// What keeps a draining area from being clear is another than before, and does not go by itself.
    AccessKept {
        /// Which area.
        area: AreaId,
        /// What; `None` if it is over.
        by: Option<Keeper>,
    },
    /// The fire alarm of a section went off, or is over.
    Fire {
        /// Which section.
        area: AreaId,
        /// On.
        on: bool,
    },
    /// An emergency-stop group went from one state to another.
    EStop {
        /// Which.
        group: StopGroupId,
        /// Old state.
        from: StopState,
        /// New state.
        to: StopState,
    },
    /// An alarm went from one state to another.
    Alarm {
        /// Which occurrence.
        alarm: AlarmId,
        /// What is wrong with what.
        point: AlarmPoint,
        /// How urgent.
        priority: AlarmPriority,
        /// Old state.
        from: AlarmState,
        /// New state.
        to: AlarmState,
        /// The alarm that explains it, 0 for none.
        cause: AlarmId,
        /// Elements that wait because of it.
        affected: u32,
    },
    /// A piece stood in a rack at the epoch.
    Stocked {
        /// Which.
        piece: PieceSerial,
        /// What.
        product: ProductId,
    },
    /// A crane went from one state to another. It starts `Idle`.
    Crane {
        /// Who.
        crane: CraneId,
        /// Old state.
        from: UnitState,
        /// New state.
        to: UnitState,
    },
    /// A crane did what it was told.
    Craned {
        /// Who.
        crane: CraneId,
        /// Where it took a load; where it went, if it was sent without one.
        from: PlaceId,
        /// Where it gave it; the same, if it was sent without one.
        to: PlaceId,
        /// In motion, the way to the load included; transfers and stops are not.
        travel: Span,
        /// On its way to the load.
        approach: Span,
    },
    /// Control's cycle of a crane is over: loads put away and retrieved between two decisions.
    Cycle {
        /// Who.
        crane: CraneId,
        /// Loads put away.
        stored: u8,
        /// Loads retrieved.
        retrieved: u8,
        /// When the first of its loads was ready.
        wanted: Time,
        /// When it was decided.
        began: Time,
    },
}
const _: () = assert!(core::mem::size_of::<Record>() <= 48);

/// How a step ended for a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum StepResult {
    Good,
    Scrapped,
    Rework,
}

/// What a vehicle does (VDI 2710 words), for its time line and the report.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum VehicleState {
    /// Standing at a parking place or terminal with nothing to do.
    #[default]
    Parked = 0,
    /// Driving without load.
    Empty = 1,
    /// Driving with load.
    Loaded = 2,
    /// Standing on the track, waiting for right of way.
    Waiting = 3,
    /// Taking or giving loads.
    Handling = 4,
    /// Charging.
    Charging = 5,
    /// Stopped by a fault or an obstacle.
    Stopped = 6,
}
impl VehicleState {
    /// All states, in the order of their numbers.
    pub const ALL: [VehicleState; 7] = [
        VehicleState::Parked,
        VehicleState::Empty,
        VehicleState::Loaded,
        VehicleState::Waiting,
        VehicleState::Handling,
        VehicleState::Charging,
        VehicleState::Stopped,
    ];
}

/// What must never happen, judged by the referee from truth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Breach {
    /// Two bodies overlapped.
    Overlap(VehicleId, VehicleId),
    /// More in a place or buffer than it holds.
    Overfull(BufferId),
    /// A load or piece was lost, doubled or teleported.
    Conservation {
        /// How many should be there.
        expected: u64,
        /// How many are.
        found: u64,
    },
    /// Something waited longer than its declared bound.
    Starved(VehicleId),
    /// A vehicle drove where it may not.
    OffBase(VehicleId),
    /// A vehicle's battery ran empty away from a charger.
    Flat(VehicleId),
    /// A body was where people were.
    AmongPeople(VehicleId, AreaId),
    /// A body stood in a fire-door zone or on an escape route long after the fire alarm.
    InFireZone(VehicleId, AreaId),
}
