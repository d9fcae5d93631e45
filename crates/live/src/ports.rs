//! What ports tell of hand-overs that their vehicles cannot tell of; see decision 20.

use crate::engine::{Engine, Input, Outputs};
use crate::log::Log;
use fenhe_contract::*;
use fenhe_wire::vda5050::Now;

impl<L: Log> Engine<L> {
    /// A hand-over in doubt of which its port has told is in doubt no longer.
    pub(crate) fn hear_ports(&mut self, now: Now, facts: &mut Vec<Event>, out: &mut Outputs) {
        while let Some((v, revision)) = self.told_by_port() {
            self.link(now, Input::Resolve(v, revision, true), facts, out);
        }
    }

    /// The first of those: whose, and the revision of its order.
    pub(crate) fn told_by_port(&self) -> Option<(VehicleId, u32)> {
        let doubts = |v: VehicleId| {
            let mut doubts = self.master(v).doubted();
            let told = |&(_, deck, place, pick): &(u32, u8, PlaceId, bool)| {
                self.core().told_by_port(v, deck, place, pick)
            };
            doubts.find(told).map(|(revision, ..)| (v, revision))
        };
        self.plant().vehicles.ids().find_map(doubts)
    }
}
