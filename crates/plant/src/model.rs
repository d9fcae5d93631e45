//! The checked plant: dense tables with ids, ready for deciding and simulating.
//!
//! Pieces flow through *stations* and *buffers*, which form a directed graph: a station takes from
//! its inputs and gives to its outputs. Stations that run by themselves need no word from control;
//! a station with `start = control` waits for [`fenhe_contract::Command::Run`]. A buffer is a queue
//! of pieces, a port where carriers are unloaded or loaded piece by piece, or a store of carriers.
//! Vehicles carry carriers between ports and stores over the tracks.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// A checked plant. Every id in it is in range; every figure is within sane bounds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Plant {
    /// Folder name.
    pub name: String,
    /// RFC 3339 UTC instant of `Time::ZERO`.
    pub epoch: String,
    /// IANA time zone of calendars.
    pub time_zone: String,
    /// Hash of the bytes it was read from.
    pub hash: Digest,
    /// What is made.
    pub products: Fixed<ProductId, Product>,
    /// Names of route steps.
    pub operations: Fixed<OperationId, String>,
    /// Kinds of carriers, each a closed population.
    pub carriers: Fixed<CarrierTypeId, CarrierType>,
    /// Rows of the report.
    pub lines: Fixed<LineId, Line>,
    /// Queues, ports and stores.
    pub buffers: Fixed<BufferId, Buffer>,
    /// Stations.
    pub stations: Fixed<StationId, Station>,
    /// Entries.
    pub sources: Fixed<SourceId, Source>,
    /// Exits.
    pub sinks: Fixed<SinkId, Sink>,
    /// Repairers and other hands.
    pub crews: Fixed<CrewId, Crew>,
    /// Intervals in which things work.
    pub calendars: Fixed<CalendarId, Calendar>,
    /// Synchronous transfer lines.
    pub indexers: Fixed<IndexerId, Indexer>,
    /// Positions that hold one load. Ports and stores first, then vehicle decks.
    pub places: Fixed<PlaceId, Place>,
    /// Where vehicles drive.
    pub tracks: Tracks,
    /// Kinds of vehicles.
    pub vehicle_types: Fixed<VehicleTypeId, VehicleType>,
    /// The fleet.
    pub vehicles: Fixed<VehicleId, Vehicle>,
    /// Charging points.
    pub chargers: Fixed<ChargerId, Charger>,
    /// Nodes where vehicles may stand idle; at least one per vehicle.
    pub parking: Vec<NodeId>,
    /// Work orders known at the start, by time of becoming known.
    pub orders: Vec<(Time, WorkOrder)>,
    /// How decisions are made.
    pub policy: Policy,
    /// How messages travel in the simulated plant.
    pub messages: MessageFaults,
}

/// A kind of thing that is made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Product {
    /// Lasting name.
    pub name: String,
    /// Its operations in order; empty for plants whose stations alone define the way.
    pub route: Vec<RouteStep>,
    /// Smaller is more urgent.
    pub priority: u8,
}

/// One step of a route.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RouteStep {
    /// Which operation.
    pub operation: OperationId,
    /// Longest allowed time from the end of the step before to the start of this one.
    pub queue_max: Option<Span>,
    /// A piece over the limit is scrapped instead of only counted.
    pub queue_scrap: bool,
}

/// A kind of carrier: a closed population.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CarrierType {
    /// Lasting name.
    pub name: String,
    /// Pieces in one.
    pub capacity: u16,
    /// Where the empties stand at the start: one place each, length = population.
    pub start: Vec<PlaceId>,
}

/// A production line: the row of the report that output is counted in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Lasting name.
    pub name: String,
    /// Wanted mean time between good pieces, for the report.
    pub takt_target: Option<Span>,
}

/// A buffer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Buffer {
    /// Lasting name.
    pub name: String,
    /// What it is.
    pub kind: BufferKind,
    /// Its line, if any.
    pub line: Option<LineId>,
}

/// What a buffer is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum BufferKind {
    /// Pieces in order of arrival; `None` holds any number.
    Queue {
        /// Pieces it holds.
        capacity: Option<u32>,
    },
    /// Carriers arrive full; the stations behind take pieces out; the empty carrier waits to be
    /// fetched, or goes by itself to `returns`.
    Unload {
        /// What carriers.
        carrier: CarrierTypeId,
        /// Its positions.
        places: Range<PlaceId>,
        /// The operation that the stations behind it perform.
        operation: OperationId,
        /// A load port that takes the empties by an inner conveyor, and how long that takes.
        returns: Option<(BufferId, Span)>,
    },
    /// Empty carriers arrive; the stations before put pieces in; the full carrier waits.
    Load {
        /// What carriers.
        carrier: CarrierTypeId,
        /// Its positions.
        places: Range<PlaceId>,
        /// The operation done last on the pieces that come out here; `None` for raw pieces.
        operation: Option<OperationId>,
        /// A carrier not full goes all the same after this long without a new piece.
        flush: Option<Span>,
    },
    /// Carriers, full or empty, standing by.
    Store {
        /// Its positions.
        places: Range<PlaceId>,
    },
}

/// A station.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Station {
    /// Lasting name.
    pub name: String,
    /// Its line, if any.
    pub line: Option<LineId>,
    /// The operation it performs, stamped on pieces for queue-time limits and genealogy.
    pub operation: Option<OperationId>,
    /// What it takes; more than one input is assembly.
    pub inputs: Vec<Input>,
    /// What it gives; more than one output is separation.
    pub outputs: Vec<Output>,
    /// How it works.
    pub process: Process,
    /// Process time by product: one row, or one per product.
    pub times: Vec<Dist>,
    /// Change-over between products.
    pub setup: Option<Setup>,
    /// Ways to break down.
    pub failures: Vec<Failure>,
    /// Planned stops.
    pub maintenance: Vec<Maintenance>,
    /// Share of pieces scrapped here.
    pub scrap: Share,
    /// Pieces sent back.
    pub rework: Option<Rework>,
    /// When it works; `None` is always.
    pub calendar: Option<CalendarId>,
    /// Who starts jobs.
    pub start: Start,
    /// What it tells control.
    pub reports: Reports,
    /// Its reports arrive this much later.
    pub delay: Span,
    /// Power when idle and when executing.
    pub power: (Power, Power),
}

/// One input of a station.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Input {
    /// From where.
    pub buffer: BufferId,
    /// Pieces taken for one piece made (assembly); 1 otherwise.
    pub count: u32,
}

/// One output of a station.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Output {
    /// To where.
    pub to: To,
    /// Pieces given for one piece made; more than 1, or several outputs, is separation.
    pub count: u32,
    /// What they become; `None` keeps the product.
    pub product: Option<ProductId>,
}

/// Where pieces go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum To {
    /// Into a buffer; a full one blocks the station (blocking after service).
    Buffer(BufferId),
    /// Out of the plant.
    Sink(SinkId),
}

/// How a station works.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Process {
    /// `servers` pieces at once, each on its own; blocking after service.
    Single {
        /// Number of servers; `u32::MAX` for a pure delay.
        servers: u32,
    },
    /// `servers` batches at once. A batch starts at `max` pieces, or at `min` pieces once the
    /// oldest has waited `wait`. All pieces of a batch leave together.
    Batch {
        /// Number of tubes or chambers.
        servers: u32,
        /// Fewest pieces.
        min: u32,
        /// Most pieces.
        max: u32,
        /// How long the first piece waits for a full batch; `None` starts at `min` at once.
        wait: Option<Span>,
    },
    /// A conveyor: pieces enter one `pitch` apart at the closest and leave after the process time
    /// (constant); a blocked exit or a stop halts all of them.
    Stream {
        /// Time between two pieces.
        pitch: Span,
    },
}

/// Who starts jobs at a station.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Start {
    /// The station takes what stands first.
    Itself,
    /// Control says what is next, by this rule.
    Control(DispatchRule),
}

/// How control chooses the next job of a station.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum DispatchRule {
    /// First in, first out.
    Fifo,
    /// Most urgent product first, then FIFO (non-preemptive head of line).
    Priority,
    /// Earliest due date.
    EarliestDue,
    /// Smallest (due - now) / remaining process time.
    CriticalRatio,
    /// Shortest mean process time.
    Shortest,
    /// Same product as the last one, while any waits; then FIFO.
    AvoidSetup,
}

/// What a station tells control.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Reports {
    /// Good and scrap since the last report, every so often (and its state changes).
    Counter {
        /// Period.
        every: Span,
    },
    /// Only what its ports tell about carriers (and its state changes).
    Carrier,
    /// Each piece.
    Piece,
    /// Nothing.
    Nothing,
}

/// Change-over between products.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Setup {
    /// Span by old and new product: `times[old * products + new]`; the first job needs none.
    pub times: Vec<Dist>,
}

/// A way to break down.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// Name for the report.
    pub name: String,
    /// What runs its clock.
    pub clock: FailureClock,
    /// Time between repair and failure, on that clock.
    pub every: Dist,
    /// Time to repair, once somebody is there.
    pub repair: Dist,
    /// Who repairs; `None` needs nobody.
    pub crew: Option<CrewId>,
    /// What happens to the pieces inside.
    pub effect: Effect,
}

/// What runs a failure's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FailureClock {
    /// Time since the last repair ended, working or not (but not while down).
    Calendar,
    /// Time spent executing.
    Busy,
    /// Pieces started: the distribution counts pieces, one microsecond for one piece.
    Pieces,
}

/// What a failure does to the pieces inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Effect {
    /// They stay; the remaining time runs on after the repair.
    Resume,
    /// They stay; the process begins anew after the repair.
    Restart,
    /// They are lost.
    Scrap,
}

/// A planned stop. It waits for the job in hand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Maintenance {
    /// Name for the report.
    pub name: String,
    /// What runs its clock: calendar (counted from planned start to planned start), busy, pieces.
    pub clock: FailureClock,
    /// Interval on that clock (pieces: one microsecond for one piece).
    pub every: Span,
    /// First interval: staggered over the stations of a class.
    pub first: Span,
    /// How long.
    pub duration: Dist,
    /// Who does it.
    pub crew: Option<CrewId>,
}

/// Pieces sent back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rework {
    /// Share of pieces.
    pub share: Share,
    /// Into which queue.
    pub to: BufferId,
    /// A piece sent back more often than this is scrapped.
    pub max: u8,
}

/// Where pieces enter.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Lasting name.
    pub name: String,
    /// Its line, if any.
    pub line: Option<LineId>,
    /// Into which buffer.
    pub to: BufferId,
    /// What makes demand.
    pub demand: Demand,
    /// When control lets it in.
    pub release: Release,
    /// Arrivals that find no room are lost (a loss system) instead of waiting outside.
    pub loses: bool,
}

/// What makes demand at a source.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Demand {
    /// Always more of this product.
    Endless(ProductId),
    /// `count` pieces at a time at random intervals.
    Arrivals {
        /// What.
        product: ProductId,
        /// Time between arrivals.
        every: Dist,
        /// Pieces each time.
        count: u32,
    },
    /// Work orders for this product.
    Orders(ProductId),
}

/// How control releases demand into the plant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Release {
    /// At once (endless demand: whenever the buffer has room, by the source itself).
    Push,
    /// While fewer than this many pieces released here are in the plant.
    Conwip(u32),
    /// While fewer than this many pieces stand in or before the station behind (kanban cards).
    Kanban(u32),
}

/// Where pieces leave.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Sink {
    /// Lasting name.
    pub name: String,
    /// The line whose output it counts.
    pub line: Option<LineId>,
    /// What it tells control.
    pub reports: Reports,
}

/// A group of hands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Crew {
    /// Lasting name.
    pub name: String,
    /// How many jobs at once.
    pub size: u32,
}

/// Intervals in which something works, already expanded: repeats every `period`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Calendar {
    /// Lasting name.
    pub name: String,
    /// Repeats after this.
    pub period: Span,
    /// On-intervals within a period, ascending, not overlapping.
    pub on: Vec<(Span, Span)>,
}

/// A synchronous transfer line (Gershwin 1994, Li and Meerkov 2009): all machines index together
/// once per `cycle`; buffer `i` stands between machines `i` and `i + 1`. The first machine always
/// has raw pieces, the last always has room.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Indexer {
    /// Lasting name.
    pub name: String,
    /// What it makes.
    pub product: ProductId,
    /// Where pieces enter.
    pub source: SourceId,
    /// Where they leave.
    pub sink: SinkId,
    /// Time between two indexes.
    pub cycle: Span,
    /// Machines in order.
    pub machines: Vec<IndexedMachine>,
    /// Capacities, one fewer than machines.
    pub buffers: Vec<u32>,
    /// A machine before a full buffer may work in the cycle in which the next machine takes a
    /// piece from it (Li and Meerkov); otherwise it is blocked (Gershwin).
    pub flow_through: bool,
}

/// One machine of an indexer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct IndexedMachine {
    /// Lasting name.
    pub name: String,
    /// Chance to fail at the start of a cycle while up and neither starved nor blocked.
    pub fail: Share,
    /// Chance to be repaired at the start of a cycle while down.
    pub repair: Share,
}

/// A position that holds one load.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Whose it is.
    pub owner: Owner,
    /// The node a vehicle stands on to serve it; `None` for decks.
    pub node: Option<NodeId>,
}

/// Who owns a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Owner {
    /// A port or store.
    Buffer(BufferId),
    /// Deck position `n` of a vehicle.
    Deck(VehicleId, u8),
}

/// Where vehicles drive.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tracks {
    /// Points.
    pub nodes: Fixed<NodeId, Node>,
    /// Directed edges.
    pub edges: Fixed<EdgeId, Edge>,
    /// Edges leaving each node: `out[out_start[n] .. out_start[n + 1]]`, ascending.
    pub out_start: Vec<u32>,
    /// See `out_start`.
    pub out: Vec<EdgeId>,
    /// Resources in conflict with each resource, itself left out: row starts. Length resources + 1.
    /// Resource `e` is edge `e` (sweeping it, ends included); resource `edges + n` is standing (and
    /// turning) on node `n`.
    pub conflict_start: Vec<u32>,
    /// See `conflict_start`; ascending within a row, symmetric.
    pub conflicts: Vec<ResourceId>,
}

impl Tracks {
    /// Edges leaving a node.
    #[inline]
    pub fn leaving(&self, node: NodeId) -> &[EdgeId] {
        let n = node.index();
        &self.out[self.out_start[n] as usize..self.out_start[n + 1] as usize]
    }
    /// The resource of sweeping an edge.
    #[inline]
    pub fn edge_resource(&self, edge: EdgeId) -> ResourceId {
        ResourceId(edge.0)
    }
    /// The resource of standing on a node.
    #[inline]
    pub fn node_resource(&self, node: NodeId) -> ResourceId {
        ResourceId(self.edges.len() as u32 + node.0)
    }
    /// Resources in conflict with one.
    #[inline]
    pub fn conflicts_of(&self, resource: ResourceId) -> &[ResourceId] {
        let r = resource.index();
        &self.conflicts[self.conflict_start[r] as usize..self.conflict_start[r + 1] as usize]
    }
    /// Number of resources.
    pub fn resources(&self) -> usize {
        self.edges.len() + self.nodes.len()
    }
}

/// A point of the tracks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Node {
    /// LIF nodeId.
    pub name: String,
    /// East.
    pub x: Length,
    /// North.
    pub y: Length,
}

/// A straight directed edge.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Edge {
    /// LIF edgeId.
    pub name: String,
    /// Start.
    pub from: NodeId,
    /// End.
    pub to: NodeId,
    /// Length.
    pub length: Length,
    /// Direction of travel.
    pub heading: Angle,
    /// Speed limit.
    pub speed: Speed,
}

/// A kind of vehicle. The body is a rectangle centred on the reference point, the same driving
/// either way; it turns on the spot at nodes where its axis must change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VehicleType {
    /// Lasting name (LIF vehicleTypeId).
    pub name: String,
    /// Body length, load included.
    pub length: Length,
    /// Body width, load included.
    pub width: Length,
    /// Distance kept around the body.
    pub margin: Length,
    /// Top speed.
    pub speed: Speed,
    /// Speeding up.
    pub accel: Accel,
    /// Braking.
    pub brake: Accel,
    /// Turning on the spot.
    pub turn: TurnRate,
    /// Deck positions.
    pub decks: u8,
    /// Docking before the first hand-over at a stop.
    pub dock: Dist,
    /// One hand-over.
    pub transfer: Dist,
    /// Battery.
    pub battery: Energy,
    /// Drawn while switched on.
    pub idle_power: Power,
    /// Drawn for a metre driven.
    pub drive_energy: Energy,
    /// Chance that an edge pass ends in a stop.
    pub stop_share: Share,
    /// How long such a stop lasts.
    pub stop_time: Dist,
    /// State of charge below which it goes charging, above which it leaves [parts per thousand].
    pub charge_at: (u16, u16),
}

/// One vehicle.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Vehicle {
    /// Lasting name.
    pub name: String,
    /// What kind.
    pub kind: VehicleTypeId,
    /// Where it stands at the start: a parking node of its own.
    pub start: NodeId,
    /// Its deck positions.
    pub decks: Range<PlaceId>,
}

/// A charging point.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Charger {
    /// Lasting name.
    pub name: String,
    /// Where the vehicle stands.
    pub node: NodeId,
    /// Into the battery.
    pub power: Power,
}

/// How decisions are made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Full carriers go only to ports of their own line.
    pub same_line: bool,
    /// A trip waits for a full deck at most this long.
    pub consolidate: Span,
    /// Base released ahead of the vehicle.
    pub base_ahead: Length,
    /// Silence after which commands not acknowledged are sent again.
    pub resend: Span,
    /// Longest a vehicle may wait for right of way before the referee objects.
    pub wait_max: Span,
}

/// How messages between vehicles and control travel in the simulated plant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MessageFaults {
    /// Each message is late by this.
    pub delay: Span,
    /// Share of messages lost.
    pub loss: Share,
}
