//! What another master was seen to do goes into the books.

use super::{JUST, Taken};
use crate::fleet::{Desk, Hand, Mission};
use alloc::vec::Vec;
use fenhe_contract::*;

impl Desk<'_> {
    /// Another master decides.
    #[inline]
    pub fn watches(&self) -> bool {
        self.own.watch.is_some()
    }

    /// It chose a vehicle. Gives the number of loads not known where it fetches them.
    pub(super) fn take_trip(&mut self, v: VehicleId, legs: &[(PlaceId, Option<PlaceId>)]) -> u32 {
        if v.index() >= self.own.vehicles.len() || !legs.iter().any(|leg| self.stands_at(leg.0)) {
            return legs.len() as u32;
        }
        self.leave_charger(v);
        self.own.vehicles[v].mission = Mission::Trip;
        self.own.idle.remove(&v);
        let mut unknown = 0;
        let mut drops = Vec::new();
        for &(from, to) in legs {
            if !self.stands_at(from) {
                unknown += 1;
                continue;
            }
            let to = to.filter(|&to| self.stands_at(to));
            unknown += u32::from(!self.known(v, from));
            let transport = self.take_load(v, from, to);
            let hand = |place, pick| Hand {
                transport,
                place,
                deck: u8::MAX,
                pick,
                told: false,
            };
            self.own.vehicles[v].hands.push_back(hand(from, true));
            drops.extend(to.map(|to| hand(to, false)));
        }
        self.own.vehicles[v].hands.extend(drops);
        self.go_on(v);
        unknown
    }

    /// A place of a port or store, where loads stand.
    fn stands_at(&self, place: PlaceId) -> bool {
        self.plant.places.get(place).is_some() && self.buffer(place).is_some()
    }

    /// A load is believed to stand there and to wait for a vehicle.
    fn known(&self, v: VehicleId, from: PlaceId) -> bool {
        let load = self.own.books.at(from);
        load.is_some_and(|load| {
            let by = load
                .transport
                .and_then(|id| self.own.transports.vehicle(id));
            !load.claimed || by == Some(v)
        })
    }

    /// The books follow: the load is claimed, the place it goes to is kept.
    fn take_load(&mut self, v: VehicleId, from: PlaceId, to: Option<PlaceId>) -> TransportId {
        let load = self.own.books.at(from).copied();
        if let Some(load) = load
            && load.claimed
            && let Some(other) = load.transport
            && let Some(by) = self.own.transports.vehicle(other)
        {
            // It has changed its mind about who fetches this.
            self.cancel(by, other);
            if by != v {
                self.go_on(by);
            }
        }
        let load = self.own.books.at(from).copied();
        let wanted = load.map_or(self.now, |load| load.since);
        let of = load.and_then(|load| load.transport);
        let ends = (from, to.unwrap_or(from), v);
        let transport = self.own.transports.observed(of, (wanted, self.now), ends);
        self.own.books.change(self.plant, from, |load| {
            load.claimed = true;
            load.transport = Some(transport);
        });
        if let Some(to) = to {
            self.keep_for(to, transport, load.is_some_and(|load| load.count > 0));
            self.out.records.push(Record::Transport {
                transport,
                vehicle: v,
                from,
                to,
            });
        }
        transport
    }

    /// The first to be sent somewhere has the place; a second is counted when it comes.
    fn keep_for(&mut self, place: PlaceId, transport: TransportId, full: bool) {
        if self.own.books.kept_for(place).is_none() && self.own.books.at(place).is_none() {
            self.own.books.keep(self.plant, place, transport, full);
        }
    }

    /// It sent a vehicle somewhere: with work to where that is done next.
    pub(super) fn take_sent(&mut self, v: VehicleId, node: NodeId) {
        if self.own.vehicles.get(v).is_none() || self.own.bound.get(node).is_none() {
            return;
        }
        if self.own.vehicles[v]
            .awaits
            .is_none_or(|wish| wish.1 == node)
        {
            self.give_up(v); // else it goes to wait nearer by
        }
        self.aim(v, node);
        let at = |id: &ChargerId| self.plant.chargers[*id].node == node;
        if self.own.vehicles[v].mission == Mission::Idle
            && let Some(charger) = self.plant.chargers.ids().find(at)
        {
            self.own.vehicles[v].mission = Mission::Charge(charger);
            self.own.charging.take(charger, Some(v));
            self.own.idle.remove(&v);
        }
    }

    /// A trip is over.
    pub fn was_over(&mut self, v: VehicleId) {
        let (now, here) = (self.now, self.here(v).is_some());
        if let Some(watch) = &mut self.own.watch {
            watch.just.retain(|&(at, by)| at + JUST >= now && by != v);
            watch.just.extend(here.then_some((now, v)));
        }
    }

    /// It was on a trip, and carries nothing any more.
    pub fn over(&self, v: VehicleId) -> bool {
        let vehicle = &self.own.vehicles[v];
        let decks = self.plant.vehicles[v].decks.clone();
        let laden = |place| self.own.books.at(PlaceId(place)).is_some();
        vehicle.mission == Mission::Trip
            && vehicle.hands.is_empty()
            && !(decks.start.0..decks.end.0).any(laden)
    }

    fn leave_charger(&mut self, v: VehicleId) {
        if let Mission::Charge(charger) = self.own.vehicles[v].mission {
            self.own.charging.take(charger, None);
            self.own.vehicles[v].mission = Mission::Idle;
            self.own.idle.insert(v);
        }
    }

    /// Whether an order is new, from somebody we know.
    fn fresh(&self, v: VehicleId, revision: u32) -> bool {
        v.index() < self.own.vehicles.len() && revision > self.own.links.newest(v)
    }

    pub(super) fn take_drive(&mut self, v: VehicleId, revision: u32, edges: &[EdgeId]) -> Taken {
        let known = |edge: &EdgeId| self.plant.tracks.edges.get(*edge).is_some();
        if !self.fresh(v, revision) || !edges.iter().all(known) {
            return Taken::default();
        }
        self.own.links.observed_drive(v, revision, edges);
        let vehicle = &self.own.vehicles[v];
        let goal = match vehicle.mission {
            Mission::Idle | Mission::Sent => self.own.links.end(self.plant, v),
            Mission::Trip => vehicle.awaits.map(|(_, node)| node),
            Mission::Charge(_) => None,
        };
        if let Some(goal) = goal {
            self.give_up(v);
            self.aim(v, goal);
        }
        Taken::default()
    }

    pub(super) fn take_handle(
        &mut self,
        v: VehicleId,
        revision: u32,
        hand: (u8, PlaceId, bool),
    ) -> Taken {
        let (deck, place, pick) = hand;
        let decks = self.plant.vehicles.get(v).map_or(0, |vehicle| {
            vehicle.decks.end.0.saturating_sub(vehicle.decks.start.0)
        });
        let there = u32::from(deck) < decks && self.stands_at(place);
        if !there || !self.fresh(v, revision) {
            return Taken::default();
        }
        self.own.links.observed_handle(v, revision, hand);
        let unknown = if pick {
            self.take_pick(v, deck, place)
        } else {
            self.take_drop(v, deck, place);
            0
        };
        Taken {
            unknown,
            start: None,
        }
    }

    /// The hand-over that a trip said would come; or a load it takes along.
    fn take_pick(&mut self, v: VehicleId, deck: u8, place: PlaceId) -> u32 {
        let planned = |hand: &Hand| hand.pick && hand.place == place && !hand.told;
        let hands = &self.own.vehicles[v].hands;
        let at = hands.iter().position(planned);
        let (at, unknown) = match at {
            Some(at) => (at, 0),
            None => {
                let unknown = self.take_trip(v, &[(place, None)]);
                let hands = &self.own.vehicles[v].hands;
                let Some(at) = hands.iter().rposition(planned) else {
                    return unknown;
                };
                (at, unknown)
            }
        };
        let transport = self.own.vehicles[v].hands[at].transport;
        for hand in &mut self.own.vehicles[v].hands {
            if hand.transport == transport {
                hand.deck = deck;
                hand.told |= hand.pick;
            }
        }
        unknown
    }

    /// The load on this deck position goes there, whatever a trip said before.
    fn take_drop(&mut self, v: VehicleId, deck: u8, place: PlaceId) {
        let on = self.own.books.at(self.deck(v, deck)).copied();
        let hands = &self.own.vehicles[v].hands;
        let planned = hands.iter().find(|hand| !hand.pick && hand.deck == deck);
        let picks = hands.iter().find(|hand| hand.pick && hand.deck == deck);
        let transport = planned
            .or(picks)
            .map(|hand| hand.transport)
            .or(on.and_then(|load| load.transport));
        let Some(transport) = transport else {
            return;
        };
        let drop = Hand {
            transport,
            place,
            deck,
            pick: false,
            told: true,
        };
        let of = |hand: &Hand| !hand.pick && hand.transport == transport;
        match self.own.vehicles[v].hands.iter().position(of) {
            Some(at) => {
                let old = core::mem::replace(&mut self.own.vehicles[v].hands[at], drop);
                if old.place != place && self.own.books.kept_for(old.place) == Some(transport) {
                    self.own.books.release(self.plant, old.place);
                }
            }
            None => self.own.vehicles[v].hands.push_back(drop),
        }
        self.own.vehicles[v].mission = Mission::Trip;
        self.own.idle.remove(&v);
        self.keep_for(place, transport, on.is_some_and(|load| load.count > 0));
    }

    pub(super) fn take_charge(&mut self, v: VehicleId, revision: u32, until: u16) -> Taken {
        if self.fresh(v, revision) {
            let end = self.own.links.end(self.plant, v);
            let node = end.unwrap_or(self.own.vehicles[v].node);
            self.take_sent(v, node);
            self.own.links.observed_charge(v, revision, until);
        }
        Taken::default()
    }
}
