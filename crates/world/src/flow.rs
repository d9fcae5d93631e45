//! Pieces through stations and buffers.

use crate::Ctx;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum What {
    Station { station: u32, generation: u16 },
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Flow {}

impl Flow {
    pub fn new<S: RecordSink>(_ctx: &mut Ctx<'_, S>, _seed: Seed) -> Flow {
        Flow {}
    }
    pub fn handle<S: RecordSink>(&mut self, _ctx: &mut Ctx<'_, S>, _what: What) {}
    pub fn apply<S: RecordSink>(&mut self, _ctx: &mut Ctx<'_, S>, _command: &Command) {}
    /// A carrier has just been put on this place (by a vehicle).
    pub fn carrier_came<S: RecordSink>(&mut self, _ctx: &mut Ctx<'_, S>, _place: PlaceId) {}
    /// A carrier has just been taken from this place (by a vehicle).
    pub fn carrier_left<S: RecordSink>(&mut self, _ctx: &mut Ctx<'_, S>, _place: PlaceId) {}
    /// Whether a vehicle may take the carrier standing there (a station may be busy with it).
    pub fn may_take<S: RecordSink>(&self, _ctx: &Ctx<'_, S>, _place: PlaceId) -> bool {
        true
    }
}
