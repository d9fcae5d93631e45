//! What a crane does while nothing waits: one load to a better slot at a time, so that a request waits for no
//! more than the move in hand. The loads that come out soonest are looked at: what stands before one goes to a
//! lane of its own; else it goes to a slot nearer the hand-over points. Nothing is put before another load,
//! so with each move fewer loads are hidden, or none more and one is nearer: it comes to an end.

use super::stock::{Rank, tiers};
use super::{Step, Work};
use crate::fleet::Desk;
use alloc::vec::Vec;
use fenhe_contract::*;

/// A move that saves less on the way from the in point and to the out point is not worth it.
const GAIN: Span = Span::seconds(1);

impl Desk<'_> {
    /// The next move, if the plant wants any.
    pub(super) fn begin_tidy(&mut self, crane: CraneId) {
        if !self.rack(crane).tidy {
            return;
        }
        let soon: Vec<Rank> = self.own.racks.aisles[crane].stock.soon().collect();
        let better = |&(.., slot): &Rank| self.better(crane, slot);
        let Some((from, to)) = soon.iter().find_map(better) else {
            return;
        };
        let transport = self.own.transports.mint();
        self.keep(to, transport);
        self.claim(crane, from, Some(transport));
        self.own.racks.aisles[crane].steps.push_back(Step {
            work: Work::Tidy,
            from,
            to,
            transport,
            since: self.now,
            told: false,
        });
    }

    /// What to move, and where to, so that the load of a slot comes out sooner.
    fn better(&self, crane: CraneId, slot: PlaceId) -> Option<(PlaceId, PlaceId)> {
        let table = &self.tables.racks[crane];
        let first = self.plant.cranes[crane].slots.start.0;
        let n = slot.0 - first;
        let front = PlaceId(first + table.front(n));
        if front != slot && self.own.books.at(front).is_some() {
            return Some((front, self.clear(crane, front, i64::MAX)?));
        }
        let than = table.cost[n as usize] - GAIN.0;
        Some((slot, self.clear(crane, slot, than)?))
    }

    /// The nearest lane with nothing in it for the load of a slot, in the best zone there is for it.
    fn clear(&self, crane: CraneId, slot: PlaceId, than: i64) -> Option<PlaceId> {
        let load = self.own.books.at(slot).filter(|load| !load.claimed)?;
        let tiers = tiers(self.rack(crane), load);
        let slots = &self.own.racks.aisles[crane].slots;
        let n = slots.clear(&self.tables.racks[crane], tiers.first()?, than)?;
        Some(PlaceId(self.plant.cranes[crane].slots.start.0 + n))
    }
}
