//! What ports and stores report. It may come before or after what the vehicle says of the same
//! hand-over, or instead of it; either is enough.

use crate::Controller;
use crate::books::Load;
use crate::fleet::{Desk, Hand};
use crate::graph;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Owner};

impl Controller {
    /// Whether a port has told of a hand-over that its vehicle was ordered and has not told of: the load
    /// has gone from the port (`pick`), or has come to it.
    pub fn told_by_port(&self, v: VehicleId, deck: u8, place: PlaceId, pick: bool) -> bool {
        let own = &self.state.carrying;
        let (Some(vehicle), Some(row)) = (own.vehicles.get(v), self.plant.vehicles.get(v)) else {
            return false;
        };
        let on = PlaceId(row.decks.start.0 + u32::from(deck));
        let is =
            |hand: &Hand| hand.told && (hand.deck, hand.place, hand.pick) == (deck, place, pick);
        row.decks.contains(&on)
            && vehicle.hands.iter().any(is)
            && own.books.at(on).is_some() == pick
    }
}

impl Desk<'_> {
    /// Something happened at a place.
    pub fn place(&mut self, place: PlaceId, event: PlaceEvent) {
        self.own.dirty = true;
        match self.plant.places[place].owner {
            Owner::Slot(_) => return self.slot_told(place, event),
            Owner::Crane(_) => return,
            Owner::Buffer(_) | Owner::Deck(..) => {}
        }
        self.place_of_port(place, event);
        self.point_changed(place);
    }

    fn place_of_port(&mut self, place: PlaceId, event: PlaceEvent) {
        if event == PlaceEvent::Freed {
            return self.freed(place);
        }
        self.gone_ahead(place, tag_of(event));
        match event {
            PlaceEvent::Occupied(tag) => {
                self.stands(place, tag);
                self.spare(place);
            }
            PlaceEvent::Freed => {}
            PlaceEvent::Emptied(tag) => {
                self.stands(place, tag);
                let kind = self.kind_at(place, tag);
                let mut load = Load {
                    tag,
                    ..Load::empty(tag, kind, self.now)
                };
                let old = self.own.books.at(place).copied();
                self.enter(place, old);
                load.claimed = old.is_some_and(|old| old.claimed);
                load.transport = old.filter(|old| old.claimed).and_then(|old| old.transport);
                self.own.books.put(self.plant, place, load);
                let ready = self.own.books.may_go_empty(self.plant, place);
                self.own
                    .books
                    .change(self.plant, place, |load| load.ready = ready);
                self.spare(place);
            }
            PlaceEvent::Filled {
                tag,
                count,
                product,
            } => {
                self.stands(place, tag);
                let (done, now) = (self.done(place, product), self.now);
                if let Some(buffer) = self.buffer(place) {
                    let entries = &self.tables.exits.buffers[buffer];
                    self.own.inside.left(entries, u32::from(count));
                }
                self.own.books.change(self.plant, place, |load| {
                    (load.count, load.product, load.done) = (count, Some(product), done);
                    (load.since, load.filled, load.ready) = (now, now, true);
                });
            }
        }
    }

    /// The place is free: the vehicle told to fetch from it has the load, or somebody else has.
    fn freed(&mut self, place: PlaceId) {
        let Some(load) = self.own.books.at(place).copied() else {
            return;
        };
        let v = load
            .transport
            .and_then(|transport| self.own.transports.vehicle(transport));
        if let (Some(v), true) = (v, load.claimed) {
            let hands = &self.own.vehicles[v].hands;
            let hand = hands
                .iter()
                .find(|hand| hand.place == place && hand.pick && hand.told);
            match hand.copied() {
                Some(hand) => self.picked(v, (hand.deck, place), None),
                None => self.gone(v, place),
            }
        } else {
            self.vanished(place);
        }
    }

    /// What was in a carrier has gone into the stations behind its port.
    fn enter(&mut self, place: PlaceId, old: Option<Load>) {
        if let (Some(by), Some(load)) = (self.buffer(place), old)
            && let (Some(product), true) = (load.product, self.tables.exits.entry[by])
        {
            self.own
                .inside
                .entered(self.now, by, product, u32::from(load.count));
        }
    }

    /// Empties at the two ends of a conveyor have changed.
    fn spare(&mut self, place: PlaceId) {
        let Some(buffer) = self.buffer(place) else {
            return;
        };
        let load = match self.plant.buffers[buffer].kind {
            BufferKind::Unload {
                returns: Some((to, _)),
                ..
            } => to,
            BufferKind::Load { .. } => buffer,
            BufferKind::Unload { .. } | BufferKind::Store { .. } | BufferKind::Queue { .. } => {
                return;
            }
        };
        let (ports, decks) = (&self.tables.ports, u32::from(self.tables.ports.decks));
        self.own.books.spare(self.plant, ports, load, decks);
    }

    /// A load on its way to this place must have been put down already, unless another mark is read here.
    fn gone_ahead(&mut self, place: PlaceId, tag: Tag) {
        let Some(transport) = self.own.books.kept_for(place) else {
            return;
        };
        let Some(v) = self.own.transports.vehicle(transport) else {
            return;
        };
        let is =
            |hand: &&crate::fleet::Hand| hand.transport == transport && !hand.pick && hand.told;
        if let Some(hand) = self.own.vehicles[v].hands.iter().find(is).copied()
            && hand.place == place
        {
            let on = self.own.books.at(self.deck(v, hand.deck));
            let read = |load: &&Load| load.tag != Tag::UNREAD && tag != Tag::UNREAD;
            if on.filter(read).is_none_or(|load| load.tag == tag) {
                self.dropped(v, (hand.deck, place));
            }
        }
    }

    /// A load with this tag stands here.
    fn stands(&mut self, place: PlaceId, tag: Tag) {
        if self.own.books.at(place).is_some() {
            if tag != Tag::UNREAD {
                self.own
                    .books
                    .change(self.plant, place, |load| load.tag = tag);
            }
            return;
        }
        let point = self.is_point(place);
        let old = self.own.books.seen(tag);
        let known = match old.filter(|&old| self.buffer(old).is_some()) {
            Some(old) => self.own.books.take(self.plant, old),
            None if point => Some(self.known_by(place, tag)),
            None => None,
        };
        let kind = self.kind_at(place, tag);
        let load = Load {
            // What nobody was to bring there has been put there by a person.
            ready: point && self.own.books.kept_for(place).is_none(),
            claimed: false,
            transport: None,
            since: self.now,
            ..known.unwrap_or(Load::empty(tag, kind, self.now))
        };
        self.own.books.put(self.plant, place, load);
    }

    /// Operations of the route done on what comes out of a load port.
    fn done(&self, place: PlaceId, product: ProductId) -> u16 {
        let Some(buffer) = self.buffer(place) else {
            return 0;
        };
        match self.plant.buffers[buffer].kind {
            BufferKind::Load { operation, .. } => {
                graph::done(&self.plant.products[product], operation)
            }
            BufferKind::Unload { .. } | BufferKind::Store { .. } | BufferKind::Queue { .. } => 0,
        }
    }

    /// The place of a deck position.
    pub fn deck(&self, v: VehicleId, deck: u8) -> PlaceId {
        PlaceId(self.plant.vehicles[v].decks.start.0 + u32::from(deck))
    }
    /// Whose place it is.
    pub fn buffer(&self, place: PlaceId) -> Option<BufferId> {
        match self.plant.places[place].owner {
            Owner::Buffer(buffer) => Some(buffer),
            Owner::Deck(..) | Owner::Slot(_) | Owner::Crane(_) => None,
        }
    }
    /// The kind of a carrier by its tag, or by where it stands.
    pub fn kind_at(&self, place: PlaceId, tag: Tag) -> CarrierTypeId {
        let by_place = || match self.plant.buffers[self.buffer(place)?].kind {
            BufferKind::Unload { carrier, .. } | BufferKind::Load { carrier, .. } => Some(carrier),
            BufferKind::Queue { .. } | BufferKind::Store { .. } => None,
        };
        self.tables
            .ports
            .kind(tag)
            .or_else(by_place)
            .unwrap_or(CarrierTypeId(0))
    }
}

/// The mark that was read.
fn tag_of(event: PlaceEvent) -> Tag {
    match event {
        PlaceEvent::Occupied(tag) | PlaceEvent::Emptied(tag) | PlaceEvent::Filled { tag, .. } => {
            tag
        }
        PlaceEvent::Freed => Tag::UNREAD,
    }
}
