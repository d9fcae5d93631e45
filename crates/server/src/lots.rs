//! What the API shows of lots: what carriers were filled with, where that came from and where it went.

use fenhe_contract::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most lots that are listed at once.
pub const LOTS_MOST: usize = 200;
/// Most generations that are followed.
pub const LOTS_DEEP: u32 = 100;
/// Most lots of a trace.
pub const LOTS_TRACED: usize = 2_000;

/// Which lots.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LotsAsked {
    /// Of the carrier with this mark.
    pub carrier: Option<String>,
    /// At this port, store or vehicle.
    pub place: Option<String>,
    /// That were there at this instant; left out: now.
    pub at: Option<Time>,
}

/// Lots that were asked for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct LotsView {
    /// All facts up to here have been read [us].
    #[schema(value_type = i64)]
    pub seen: Time,
    /// The newest first; at most 200.
    pub lots: Vec<LotView>,
    /// There are more.
    pub more: bool,
}

/// What one carrier was filled with, until it was emptied (a material lot of ISA-95).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct LotView {
    /// The carrier's mark and when it was filled; lasts.
    pub id: String,
    /// The carrier's mark; empty if it could not be read.
    pub carrier: String,
    /// Name of the product; `null` if nobody told.
    pub product: Option<String>,
    /// Pieces.
    pub count: u16,
    /// When it was filled, since the plant's epoch [us]; `null` if that was before the record.
    #[schema(value_type = Option<i64>)]
    pub filled: Option<Time>,
    /// The port where it was filled.
    pub from: Option<String>,
    /// The port, store or vehicle where it stands, or where it was emptied.
    pub place: String,
    /// When it was emptied [us]; `null` while it holds its pieces.
    #[schema(value_type = Option<i64>)]
    pub emptied: Option<Time>,
}

/// A lot with its way and its kin.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct LotTrace {
    /// All facts up to here have been read [us].
    #[schema(value_type = i64)]
    pub seen: Time,
    /// The lot.
    pub lot: LotView,
    /// Its way, in order.
    pub steps: Vec<LotStep>,
    /// Where its pieces came from, generation by generation.
    pub back: Vec<Generation>,
    /// Where its pieces went, generation by generation.
    pub forth: Vec<Generation>,
}

/// A step of a lot on its way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct LotStep {
    /// When, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// What happened.
    pub what: LotMoved,
    /// The port or store.
    pub place: String,
    /// The vehicle that took or brought it.
    pub vehicle: Option<String>,
    /// Its transport.
    pub transport: Option<u64>,
}

/// What happened to a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LotMoved {
    /// Its carrier was filled here.
    Filled,
    /// It stood here; nobody told who brought it.
    Stood,
    /// A vehicle took it from here.
    Picked,
    /// A vehicle brought it here.
    Dropped,
    /// Its carrier was emptied here.
    Emptied,
}

/// Lots that are so many machines away from one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Generation {
    /// How many machines away: from 1.
    pub depth: u32,
    /// The stations between these lots and the generation before.
    pub stations: Vec<String>,
    /// Which lots.
    pub lots: Vec<LotKin>,
    /// Sources or sinks of these machines: the way of some pieces begins or ends there.
    pub ends: Vec<String>,
    /// Pieces of which nothing is known may be among them: from before the record, or of carriers that could not be
    /// read.
    pub others: bool,
    /// There are more lots than are shown; the trace ends here.
    pub more: bool,
}

/// A lot of another's kin.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct LotKin {
    /// Which.
    pub lot: LotView,
    /// Pieces of it are certainly the same. Otherwise they may be: nobody looks into a machine, order and time
    /// bound what is in which.
    pub certain: bool,
}
