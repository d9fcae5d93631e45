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

mod areas;
mod links;
mod racks;
mod stations;
mod strip;
mod tracks;

pub use areas::*;
pub use links::*;
pub use racks::*;
pub use stations::*;
pub use strip::*;
pub use tracks::*;

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
    /// Declared mixes of products.
    pub mixes: Vec<Mix>,
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
    /// Automated stores.
    pub racks: Fixed<RackId, Rack>,
    /// Their cranes, rack by rack and aisle by aisle.
    pub cranes: Fixed<CraneId, Crane>,
    /// Positions that hold one load. Ports and stores first, then slots and decks of racks, aisle by aisle,
    /// then vehicle decks.
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
    /// Their names, one each: that of serial 1 first.
    pub order_names: Vec<String>,
    /// How decisions are made.
    pub policy: Policy,
    /// How messages travel in the simulated plant.
    pub messages: MessageFaults,
    /// How vehicles are spoken to.
    pub links: Links,
    /// Access areas and fire sections.
    pub areas: Fixed<AreaId, Area>,
    /// What an emergency stop stops together.
    pub stop_groups: Fixed<StopGroupId, StopGroup>,
}

impl Plant {
    /// The name of a listed work order; of another one the plant knows none.
    pub fn order_name(&self, order: OrderId) -> Option<&str> {
        let at = usize::try_from(order.0).ok()?.checked_sub(1)?;
        self.order_names.get(at).map(String::as_str)
    }
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
    /// The material that a piece is once its route is done.
    pub becomes: Option<ProductId>,
    /// Of one piece, where it is known.
    pub weight: Option<Mass>,
    /// What the pass schedule says of its operation.
    pub stage: Option<Stage>,
    /// Names under which set-ups know it, besides its own: those of its product and its families.
    pub families: Vec<String>,
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
    /// Where they stand at the start: one place each, length = population. Empty, unless in a rack.
    pub start: Vec<PlaceId>,
    /// What those that start in a rack are full of, and operations of its route done.
    pub full: Option<(ProductId, u16)>,
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
    /// A slot of the aisle that this crane serves.
    Slot(CraneId),
    /// The deck of a crane.
    Crane(CraneId),
}

/// How decisions are made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Full carriers go only to ports of their own line.
    pub same_line: bool,
    /// A trip waits for a full deck at most this long.
    pub consolidate: Span,
    /// Which idle vehicle fetches.
    pub fetch: Fetch,
    /// Who drives first.
    pub traffic: Precedence,
    /// Base released ahead of the vehicle.
    pub base_ahead: Length,
    /// Silence after which commands not acknowledged are sent again.
    pub resend: Span,
    /// Longest a vehicle may wait for right of way before the referee objects.
    pub wait_max: Span,
}

/// Which idle vehicle fetches a load (vehicle rules of Egbelu and Tanchoco, International Journal of
/// Production Research 22(3), 1984).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Fetch {
    /// With the shortest way to it.
    #[default]
    Nearest,
    /// That has stood longest.
    LongestIdle,
}

/// Who drives first where ways meet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Precedence {
    /// As an order of all that is known to bring everyone to the end: nothing locks.
    #[default]
    Ordered,
    /// Whoever comes first to what is free, edge by edge on the shortest way, others not looked at: as open fleet
    /// managers do it by their documents (openTCS 7). For comparison; it locks.
    FirstCome,
}

/// How messages between vehicles and control travel in the simulated plant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MessageFaults {
    /// How late a message is. None overtakes another of its vehicle and direction.
    pub delay: Dist,
    /// Share of messages lost.
    pub loss: Share,
}
