//! A crane could not take or give: the books are put right by what it found, nothing is lost, and
//! another slot or load is chosen.

use super::Work;
use crate::books::Load;
use crate::fleet::Desk;
use fenhe_contract::*;

/// A load at a port that could not be had is tried again after this.
const RETRY: Span = Span::seconds(30);

impl Desk<'_> {
    pub(super) fn crane_failed(&mut self, crane: CraneId, failed: (PlaceId, Why)) {
        let deck = self.plant.cranes[crane].deck;
        if self.own.books.at(deck).is_some() {
            self.not_given(crane, failed);
        } else {
            self.not_taken(crane, failed);
        }
    }

    /// The step is off, its other end is free.
    fn not_taken(&mut self, crane: CraneId, (place, why): (PlaceId, Why)) {
        let Some(step) = self.own.racks.aisles[crane].steps.pop_front() else {
            return;
        };
        self.call_off(crane, step);
        let slot = self.plant.slot(place).is_some();
        match why {
            Why::Empty if slot => self.lose(place),
            Why::Empty => self.vanished(place),
            Why::WrongKind if slot => {
                self.lose(place);
                self.unknown(place);
            }
            Why::Occupied => self.unknown(place),
            _ => {
                self.own.books.change(self.plant, place, |load| {
                    load.ready = false;
                });
                self.own.later.insert((self.now + RETRY, place));
            }
        }
        self.rouse();
    }

    /// The load stays on the deck: another place for it.
    fn not_given(&mut self, crane: CraneId, (place, why): (PlaceId, Why)) {
        let deck = self.plant.cranes[crane].deck;
        let Some(step) = self.own.racks.aisles[crane].steps.front_mut() else {
            return;
        };
        (step.from, step.told) = (deck, false);
        let (to, transport) = (step.to, step.transport);
        match why {
            Why::Occupied => self.unknown(place),
            _ if self.plant.slot(place).is_some() => {
                self.own.racks.aside.insert(place);
            }
            _ => {}
        }
        self.let_go(to, transport);
        let _ = self.aim_again(crane);
    }

    /// Another place for the load on the deck: a free one of the same point, else a slot. `false` if
    /// there is none; it is tried again when something changes.
    pub(super) fn aim_again(&mut self, crane: CraneId) -> bool {
        let deck = self.plant.cranes[crane].deck;
        let Some(load) = self.own.books.at(deck).copied() else {
            return false;
        };
        let Some(step) = self.own.racks.aisles[crane].steps.front().copied() else {
            return false;
        };
        let ports = &self.tables.ports;
        let point = self.buffer(step.to).filter(|_| step.work == Work::Retrieve);
        let free = point.and_then(|buffer| self.own.books.free_place(ports, buffer));
        let work = if free.is_some() {
            Work::Retrieve
        } else {
            Work::Store
        };
        let Some(to) = free.or_else(|| self.open_slot(crane, &load)) else {
            return false;
        };
        self.keep(to, step.transport);
        if let Some(step) = self.own.racks.aisles[crane].steps.front_mut() {
            (step.work, step.to) = (work, to);
        }
        true
    }

    /// Something stands here that nobody knew of.
    fn unknown(&mut self, place: PlaceId) {
        if self.own.books.at(place).is_some() {
            return;
        }
        let kind = self.kind_at(place, Tag::UNREAD);
        let load = Load {
            count: 1,
            ..Load::empty(Tag::UNREAD, kind, self.now)
        };
        if self.plant.slot(place).is_some() {
            self.slot_put(place, load);
        } else {
            self.own.books.put(self.plant, place, load);
            self.own.later.insert((self.now + RETRY, place));
        }
    }
}
