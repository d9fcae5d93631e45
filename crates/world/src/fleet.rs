//! Vehicles: motion, hand-over, battery, messages.

use crate::{Ctx, flow::Flow};
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum What {
    Vehicle { vehicle: u32, generation: u16 },
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Fleet {}

impl Fleet {
    pub fn new<S: RecordSink>(_ctx: &mut Ctx<'_, S>, _seed: Seed) -> Fleet {
        Fleet {}
    }
    pub fn handle<S: RecordSink>(&mut self, _ctx: &mut Ctx<'_, S>, _flow: &mut Flow, _what: What) {}
    pub fn apply<S: RecordSink>(
        &mut self,
        _ctx: &mut Ctx<'_, S>,
        _flow: &mut Flow,
        _command: &Command,
        _edges: &[EdgeId],
    ) {
    }
}
