//! What one window of one replication gave: exact integers, one row per element.

use crate::Spans;
use fenhe_contract::*;

/// One window of one replication.
#[derive(Clone, PartialEq, Debug)]
pub struct Sample {
    /// Begin of the window.
    pub from: Time,
    /// End of the window.
    pub to: Time,
    /// One per station.
    pub stations: Fixed<StationId, StationSample>,
    /// One per buffer.
    pub buffers: Fixed<BufferId, BufferSample>,
    /// Pieces that entered, one per source.
    pub entered: Fixed<SourceId, u64>,
    /// Pieces that wanted to enter and found no room, one per source that loses them.
    pub lost: Fixed<SourceId, u64>,
    /// Good pieces that left, one per sink.
    pub left: Fixed<SinkId, u64>,
    /// One per product.
    pub products: Fixed<ProductId, ProductSample>,
    /// Pieces in the plant, integrated over the window [pieces x µs].
    pub pieces: i128,
    /// Pieces in the plant at the end of the window.
    pub inside: i64,
    /// One per vehicle type.
    pub vehicles: Fixed<VehicleTypeId, VehicleSample>,
    /// From the load being ready to its transport being done.
    pub transports: Spans,
    /// Sum of the spans from load ready to vehicle chosen.
    pub unassigned: Span,
    /// One per edge of the tracks.
    pub edges: Fixed<EdgeId, EdgeSample>,
    /// Waits longer than allowed, one per operation.
    pub excesses: Fixed<OperationId, ExcessSample>,
    /// One per crane.
    pub cranes: Fixed<CraneId, CraneSample>,
    /// How often something happened that must never happen.
    pub breaches: u64,
    /// The first of them.
    pub first_breaches: Vec<(Time, Breach)>,
}

/// One station in one window.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StationSample {
    /// Server time in each state [servers x µs], in the order of [`UnitState::ALL`]. They sum to
    /// servers x window exactly.
    pub states: [i128; 7],
    /// Servers.
    pub servers: u32,
    /// Pieces done well.
    pub good: u64,
    /// Pieces scrapped here.
    pub scrap: u64,
    /// Pieces sent back from here.
    pub rework: u64,
    /// Sum of the spans from begin of processing to its end, over all pieces done.
    pub processing: Span,
}

/// One buffer in one window.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BufferSample {
    /// Pieces (loads) in it, integrated over the window [pieces x µs].
    pub level: i128,
    /// How many came.
    pub came: u64,
    /// Most at once.
    pub most: u32,
}

/// One product in one window.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ProductSample {
    /// Scrapped anywhere.
    pub scrap: u64,
    /// From entering to leaving, of the good ones that left.
    pub cycle: Spans,
}

/// One vehicle type in one window.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VehicleSample {
    /// Vehicle time in each state [vehicles x µs], in the order of [`VehicleState::ALL`].
    pub states: [i128; 7],
    /// Vehicles.
    pub vehicles: u32,
    /// Loads given to a place: transports done.
    pub drops: u64,
    /// Pieces in them.
    pub pieces: u64,
}

/// One crane in one window.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CraneSample {
    /// Time in each state [µs], in the order of [`UnitState::ALL`]; in state `Idle` from the epoch.
    pub states: [i128; 7],
    /// Cycles ended.
    pub cycles: u64,
    /// Loads put away in them.
    pub stored: u64,
    /// Loads retrieved in them.
    pub retrieved: u64,
    /// In motion, all that ended.
    pub travel: Span,
    /// Loads brought out of slots to other places.
    pub out: u64,
    /// In motion on the way to them.
    pub between: Span,
    /// Loads moved from one slot to another.
    pub dug: u64,
    /// From a load being ready, or a place being free, to the beginning of its cycle.
    pub waits: Spans,
}

/// One edge in one window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EdgeSample {
    /// Times passed.
    pub passes: u64,
    /// Waiting for right of way on it, all vehicles.
    pub waited: Span,
}

/// One operation's waits that were too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ExcessSample {
    /// How many pieces.
    pub count: u64,
    /// By how much in all.
    pub sum: Span,
    /// By how much at most.
    pub max: Span,
}

impl Sample {
    /// Length of the window.
    pub fn span(&self) -> Span {
        self.to - self.from
    }
    /// Length of the window [s].
    pub fn seconds(&self) -> f64 {
        self.span().as_seconds()
    }
    /// An integral [x µs] as a mean over the window.
    pub fn mean(&self, integral: i128) -> f64 {
        integral as f64 / self.span().0 as f64
    }
    /// Share of a station's server time in each state.
    pub fn shares(&self, station: StationId) -> [f64; 7] {
        let row = &self.stations[station];
        shares(&row.states)
    }
    /// Mean number of pieces in a station: waiting in its queues is not counted, standing in it is
    /// (executing, blocked; single servers).
    pub fn in_service(&self, station: StationId) -> f64 {
        let states = &self.stations[station].states;
        self.mean(states[UnitState::Execute as usize] + states[UnitState::Blocked as usize])
    }
}

/// Parts of a whole.
pub fn shares(states: &[i128; 7]) -> [f64; 7] {
    let sum: i128 = states.iter().sum();
    states.map(|part| {
        if sum == 0 {
            0.0
        } else {
            part as f64 / sum as f64
        }
    })
}
