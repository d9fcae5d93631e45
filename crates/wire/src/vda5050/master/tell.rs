//! What control, the log and the alarms are told.

use super::super::fault::Breach;
use super::road::What;
use super::{Master, Note, Now, Out};
use fenhe_contract::*;

impl Master {
    pub(super) fn breach(&mut self, now: Now, breach: Breach, out: &mut Out) {
        out.notes.push(Note::Breach(breach));
        if self.trust.strike(now.time, breach, self.dialect.tolerance) {
            out.notes.push(Note::Isolated(breach));
            self.tell_held(out);
        }
    }

    /// Not to be forgiven by waiting.
    pub(super) fn isolate(&mut self, breach: Breach, out: &mut Out) {
        if self.trust.isolated.is_none() {
            self.trust.isolated = Some(breach);
            out.notes.push(Note::Breach(breach));
            out.notes.push(Note::Isolated(breach));
            self.tell_held(out);
        }
    }

    pub(super) fn tell(&self, event: VehicleEvent, out: &mut Out) {
        out.events.push(Event::Vehicle(self.vehicle, event));
    }

    pub(super) fn tell_state(&self, out: &mut Out) {
        let state = VehicleEvent::State {
            node: self.road.node,
            revision: self.road.accepted,
            done: self.road.done(),
        };
        self.tell(state, out);
    }

    pub(super) fn tell_up(&mut self, up: bool, out: &mut Out) {
        if self.told.up != up {
            self.told.up = up;
            out.events.push(Event::Link(self.vehicle, up));
        }
    }

    pub(super) fn tell_held(&mut self, out: &mut Out) {
        let held = self.rejected.is_some()
            || self.trust.isolated.is_some()
            || self.seen.stopped
            || self.seen.off_route
            || !self.seen.mode.obeys()
            || !self.road.doubts.is_empty();
        if self.told.held != held {
            self.told.held = held;
            self.tell(VehicleEvent::Held(held), out);
        }
    }

    /// An action of an order is over, well or badly.
    pub(super) fn tell_hand(&self, what: What, tag: Tag, why: Option<Why>, out: &mut Out) {
        let What::Hand { deck, place, pick } = what else {
            return;
        };
        let revision = self.road.accepted;
        let event = match (why, pick) {
            (Some(why), _) => VehicleEvent::HandFailed {
                deck,
                place,
                why,
                revision,
            },
            (None, true) => VehicleEvent::Picked {
                deck,
                place,
                tag,
                revision,
            },
            (None, false) => VehicleEvent::Dropped {
                deck,
                place,
                revision,
            },
        };
        self.tell(event, out);
    }
}
