//! What cranes tell, and what people tell of slots.

use super::{Step, Work};
use crate::books::Load;
use crate::fleet::Desk;
use fenhe_contract::*;
use fenhe_plant::BufferKind;

impl Desk<'_> {
    /// A crane reported.
    pub fn crane(&mut self, crane: CraneId, event: CraneEvent) {
        let Some(aisle) = self.own.racks.aisles.get(crane) else {
            return;
        };
        let expects = |revision: u32| {
            let told = aisle.steps.front().is_some_and(|step| step.told);
            told && revision == aisle.revision
        };
        match event {
            CraneEvent::Picked {
                place,
                tag,
                revision,
            } if expects(revision) => self.crane_picked(crane, (place, tag)),
            CraneEvent::Dropped { place, revision } if expects(revision) => {
                self.crane_dropped(crane, place);
            }
            CraneEvent::Arrived { place, revision } if expects(revision) => {
                let aisle = &mut self.own.racks.aisles[crane];
                aisle.place = place;
                aisle.steps.pop_front();
            }
            CraneEvent::Failed {
                place,
                why,
                revision,
            } if expects(revision) => self.crane_failed(crane, (place, why)),
            CraneEvent::State(state) => self.crane_turned(crane, state),
            _ => return,
        }
        // Vehicles may bring what had to wait.
        self.own.dirty |= !self.tables.racks.curious.is_empty();
        self.own.racks.awake.insert(crane);
    }

    fn crane_turned(&mut self, crane: CraneId, state: UnitState) {
        let down = state == UnitState::Down;
        self.own.racks.aisles[crane].down = down;
        if down {
            return self.hand_back(crane);
        }
        let outs = &self.tables.racks[crane].outs;
        self.own.racks.wanting.extend(outs);
    }

    /// The load has come onto the deck.
    fn crane_picked(&mut self, crane: CraneId, (place, tag): (PlaceId, Tag)) {
        let deck = self.plant.cranes[crane].deck;
        let known = match self.plant.slot(place) {
            Some(_) => self.slot_take(place),
            None => self.own.books.take(self.plant, place),
        };
        let known = known.filter(|load| load.tag == tag || tag == Tag::UNREAD);
        let load = known.unwrap_or_else(|| self.known_by(place, tag));
        self.own.books.put(self.plant, deck, load);
        self.own.racks.aisles[crane].place = place;
    }

    /// The load has gone from the deck to its place: the step is done.
    fn crane_dropped(&mut self, crane: CraneId, place: PlaceId) {
        let deck = self.plant.cranes[crane].deck;
        let aisle = &mut self.own.racks.aisles[crane];
        aisle.place = place;
        let Some(step) = aisle.steps.pop_front() else {
            return;
        };
        if let Some(cycle) = &mut aisle.cycle {
            match step.work {
                Work::Store => cycle.stored = cycle.stored.saturating_add(1),
                Work::Retrieve => cycle.retrieved = cycle.retrieved.saturating_add(1),
                Work::Dig | Work::Return | Work::Tidy => {}
            }
        }
        self.own.books.release(self.plant, place);
        let Some(load) = self.own.books.take(self.plant, deck) else {
            return self.slot_changed(place);
        };
        self.put_down(place, load, &step);
    }

    fn put_down(&mut self, place: PlaceId, load: Load, step: &Step) {
        let mut load = Load {
            claimed: false,
            transport: None,
            ..load
        };
        if !matches!(step.work, Work::Dig | Work::Tidy) {
            load.since = self.now;
        }
        if self.plant.slot(place).is_some() {
            return self.slot_put(place, load);
        }
        let store = self.buffer(place).is_some_and(|buffer| {
            matches!(self.plant.buffers[buffer].kind, BufferKind::Store { .. })
        });
        load.ready = store;
        self.own.dirty = true;
        self.own.books.put(self.plant, place, load);
    }

    /// Somebody has looked into a slot: that is how it is.
    pub fn slot_told(&mut self, place: PlaceId, event: PlaceEvent) {
        let tag = match event {
            PlaceEvent::Occupied(tag) => Some(tag),
            PlaceEvent::Freed => None,
            PlaceEvent::Emptied(_) | PlaceEvent::Filled { .. } => return,
        };
        self.own.racks.aside.remove(&place);
        if self.own.books.at(place).map(|load| load.tag) != tag {
            self.lose(place);
            if let Some(tag) = tag {
                let load = self.known_by(place, tag);
                self.slot_put(place, load);
            }
        }
        self.slot_changed(place);
        self.rouse();
    }

    /// A load is not where it was believed: it is kept as missing, and bound to nothing.
    pub(super) fn lose(&mut self, place: PlaceId) {
        let Some((crane, _)) = self.plant.slot(place) else {
            return;
        };
        let requests = &mut self.own.racks.aisles[crane].requests;
        let bound = requests.iter().position(|request| request.slot == place);
        if let Some(request) = bound.and_then(|at| requests.remove(at)) {
            self.unbind(crane, request);
        }
        let steps = &mut self.own.racks.aisles[crane].steps;
        let planned = |step: &Step| !step.told && step.from == place;
        if let Some(step) = steps
            .iter()
            .position(planned)
            .and_then(|at| steps.remove(at))
        {
            self.call_off(crane, step);
        }
        if let Some(load) = self.slot_take(place)
            && load.tag != Tag::UNREAD
        {
            self.miss(load);
        }
    }

    /// A hand-over point where cranes and vehicles meet.
    pub fn is_point(&self, place: PlaceId) -> bool {
        let racks = &self.tables.racks;
        self.buffer(place)
            .is_some_and(|id| racks.takes_in(self.plant, id) || racks.gives_out(id))
    }

    /// What stood here has been taken away, nobody knows by whom. A load of a hand-over point is kept as
    /// missing until its mark is read again.
    pub fn vanished(&mut self, place: PlaceId) {
        let load = self.own.books.take(self.plant, place);
        if let Some(load) = load.filter(|load| load.tag != Tag::UNREAD && self.is_point(place)) {
            self.miss(load);
        }
    }

    /// A hand-over point told that its load had gone, and the vehicle that was to take it has not got it:
    /// somebody else has.
    pub fn not_on_deck(&mut self, place: PlaceId, (v, hand): (VehicleId, crate::fleet::Hand)) {
        let deck = self.deck(v, hand.deck);
        let on = self.own.books.at(deck).copied();
        let on = on.filter(|load| load.transport == Some(hand.transport) && self.is_point(place));
        if let Some(load) = on {
            self.own.books.take(self.plant, deck);
            if load.tag != Tag::UNREAD {
                self.miss(load);
            }
        }
    }

    fn miss(&mut self, load: Load) {
        let load = Load {
            claimed: false,
            transport: None,
            ..load
        };
        self.own.racks.missing.insert(load.tag, load);
    }

    /// The load with this mark, wherever it was believed.
    pub fn known_by(&mut self, place: PlaceId, tag: Tag) -> Load {
        if let Some(old) = self.own.books.seen(tag) {
            if self.plant.slot(old).is_some() {
                self.lose(old);
            } else if let Some(load) = self.own.books.take(self.plant, old) {
                self.miss(load); // it was only thought to have been taken
            }
        }
        let missing = self.own.racks.missing.remove(&tag);
        let kind = self.kind_at(place, tag);
        missing.unwrap_or(Load::empty(tag, kind, self.now))
    }
}
