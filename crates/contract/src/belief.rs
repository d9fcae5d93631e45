//! Belief: everything control knows about the live plant, in words a device could have reported.
//! Look-ahead starts from it; truth does not exist live.

use crate::*;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// What control believes at one instant.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Belief {
    /// The instant.
    pub now: i64,
    /// Loads at places, in order of place.
    pub loads: Vec<LoadBelief>,
    /// One per vehicle, in order of id.
    pub vehicles: Vec<VehicleBelief>,
    /// One per station, in order of id.
    pub stations: Vec<StationBelief>,
    /// Pieces known one by one, standing in queues that wait for control, in order of arrival.
    pub queued: Vec<QueuedBelief>,
    /// Jobs that stations were told to start and have not reported started, in order of the orders.
    pub ordered: Vec<JobBelief>,
    /// Jobs reported started and not known to be over, in order of starting.
    pub running: Vec<JobBelief>,
    /// One per source, in order of id.
    pub sources: Vec<SourceBelief>,
    /// Pieces released and not yet seen to enter, in order of release.
    pub unreleased: Vec<ReleaseBelief>,
    /// Pieces that entered a group of stations that run by themselves and have not been seen to
    /// leave: per entry buffer, how many.
    pub inside: Vec<InsideBelief>,
    /// One per crane, in order of id.
    #[serde(default)]
    pub cranes: Vec<CraneBelief>,
}

/// A crane.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CraneBelief {
    /// Where it last took or gave a load, or was sent.
    pub place: PlaceId,
    /// Newest revision sent.
    pub revision: u32,
    /// What it was told and has not reported done: from where to where; the same: only to go there.
    pub told: Option<(PlaceId, PlaceId, Tag)>,
    /// It reported that it broke down.
    pub down: bool,
}

/// A load at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LoadBelief {
    /// Where.
    pub place: PlaceId,
    /// Its mark.
    pub tag: Tag,
    /// Pieces in it as reported; 0 for an empty carrier.
    pub count: u16,
    /// What they are.
    pub product: Option<ProductId>,
    /// Number of operations of the product's route already done.
    pub done: u16,
    /// Since when it has been as it is.
    pub since: Time,
    /// When what is in it came in; the epoch, if nobody saw that.
    pub filled: Time,
}

/// A vehicle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VehicleBelief {
    /// Last node reported.
    pub node: NodeId,
    /// Since when.
    pub since: Time,
    /// Base edges not yet reported passed.
    pub base: Vec<EdgeId>,
    /// Hand-overs ordered and not yet reported: (revision, deck, place, pick). A later one may have
    /// been reported before.
    pub handles: Vec<(u32, u8, PlaceId, bool)>,
    /// Charging ordered up to this state.
    pub charge_until: Option<u16>,
    /// State of charge, parts per thousand.
    pub permille: u16,
    /// Newest revision sent.
    pub revision: u32,
}

/// A station.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StationBelief {
    /// Last state reported.
    pub state: UnitState,
    /// Since when.
    pub since: Time,
    /// When its last breakdown was reported begun, and when one was reported over; the epoch, if there
    /// was none.
    pub down: Time,
    /// See `down`.
    pub up: Time,
    /// When its last planned stop was reported begun; the epoch, if there was none.
    pub serviced: Time,
    /// Pieces that have passed it since then, as far as is known: by its own word, or by what came out behind it.
    /// `None`: nobody can tell.
    pub passed: Option<u64>,
    /// Revision of the last hold it was told, and whether it is held.
    pub hold: (u32, bool),
    /// What it was last seen to do, and since when, where that was told after its state.
    pub shows: Option<(UnitState, Time)>,
}

/// A job of a station.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JobBelief {
    /// Where.
    pub station: StationId,
    /// The mark of its piece.
    pub tag: Tag,
    /// What it is.
    pub product: ProductId,
    /// When it was told to start, or reported started.
    pub since: Time,
}

/// A source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceBelief {
    /// When demand arrived last; the epoch, if none has.
    pub wanted: Time,
    /// Pieces released and not yet known to have left what the limit of release covers; 0 without
    /// a limit.
    pub inside: u64,
}

/// Pieces released and not yet seen to enter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReleaseBelief {
    /// Where.
    pub source: SourceId,
    /// What.
    pub product: ProductId,
    /// For which work order, 0 for none.
    pub order: OrderId,
    /// How many.
    pub count: u32,
}

/// A piece in a queue that waits for control.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QueuedBelief {
    /// Where.
    pub buffer: BufferId,
    /// Its mark.
    pub tag: Tag,
    /// What it is.
    pub product: ProductId,
    /// When it came.
    pub since: Time,
}

/// Pieces inside a group of stations that run by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InsideBelief {
    /// The buffer they entered by (an unload port or a queue fed by a source).
    pub entry: BufferId,
    /// How many are inside.
    pub count: u32,
    /// What they are.
    pub product: ProductId,
    /// When the oldest of them is believed to have entered.
    pub since: Time,
}
