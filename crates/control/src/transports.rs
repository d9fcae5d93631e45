//! Transports: one load from place to place, in legs joined at ports and stores. Where a load goes
//! is decided when a vehicle is there to take it (`ways`).
//!
//! Places at both ends are kept from assignment to hand-over, and slots of a rack for all that is brought
//! to it.

use crate::books::{EMPTY, FULL};
use crate::fleet::{Desk, Hand};
use crate::ways::Way;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Moving;
use serde::{Deserialize, Serialize};

/// Transports from assignment of the first leg to the end of the last.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(crate) struct Transports {
    last: u64,
    open: BTreeMap<TransportId, Transport>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Transport {
    /// When its load was ready.
    wanted: Time,
    /// When its first vehicle was chosen.
    assigned: Time,
    /// In order; all but the last are done.
    legs: Vec<Leg>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Leg {
    from: PlaceId,
    to: PlaceId,
    vehicle: VehicleId,
}

impl Transports {
    /// A leg begins: of a new transport, or of one that has come to a store.
    fn begin(&mut self, of: Option<TransportId>, wanted: Time, now: Time, leg: Leg) -> TransportId {
        if let Some(id) = of
            && let Some(transport) = self.open.get_mut(&id)
        {
            transport.legs.push(leg);
            return id;
        }
        self.last += 1;
        let id = TransportId(self.last);
        self.open.insert(
            id,
            Transport {
                wanted,
                assigned: now,
                legs: alloc::vec![leg],
            },
        );
        id
    }
    /// The serial of a transport whose legs are kept elsewhere.
    pub fn mint(&mut self) -> TransportId {
        self.last += 1;
        TransportId(self.last)
    }
    /// Who has its last leg.
    pub fn vehicle(&self, id: TransportId) -> Option<VehicleId> {
        self.open.get(&id)?.legs.last().map(|leg| leg.vehicle)
    }
    /// Where its last leg began.
    pub fn origin(&self, id: TransportId) -> Option<PlaceId> {
        self.open.get(&id)?.legs.last().map(|leg| leg.from)
    }
    /// When its first vehicle was chosen.
    pub fn assigned(&self, id: TransportId) -> Option<Time> {
        self.open.get(&id).map(|transport| transport.assigned)
    }
    /// A transport by one vehicle that somebody else decided on.
    pub fn observed(
        &mut self,
        of: Option<TransportId>,
        (wanted, now): (Time, Time),
        (from, to, vehicle): (PlaceId, PlaceId, VehicleId),
    ) -> TransportId {
        self.begin(of, wanted, now, Leg { from, to, vehicle })
    }
    /// Open ones by serial: who has the last leg, and where that begins and ends.
    pub fn open(
        &self,
    ) -> impl Iterator<Item = (TransportId, VehicleId, PlaceId, PlaceId, Time)> + '_ {
        let leg = |(&id, transport): (&TransportId, &Transport)| {
            let leg = transport.legs.last()?;
            Some((id, leg.vehicle, leg.from, leg.to, transport.assigned))
        };
        self.open.iter().filter_map(leg)
    }
    /// Legs that are done, of vehicles and places that are no more, are history.
    pub fn forget(&mut self, moving: &Moving) {
        for transport in self.open.values_mut() {
            transport.legs.retain(|leg| {
                let ends = [leg.from, leg.to];
                moving.id(leg.vehicle).is_some()
                    && ends.iter().all(|&place| moving.id(place).is_some())
            });
        }
    }
    /// Its last leg is off.
    pub fn cancel(&mut self, id: TransportId) {
        self.open.remove(&id);
    }
}

impl Desk<'_> {
    /// Starts legs for the first loads ready at `from` that can go `way`: their hands, picks first.
    pub fn begin_legs(
        &mut self,
        v: VehicleId,
        (from, class): (BufferId, usize),
        way: Way,
        decks: &[u8],
    ) -> (Vec<Hand>, Vec<Hand>) {
        let (mut picks, mut drops) = (Vec::new(), Vec::new());
        let ready = self.own.books.counts(from).ready[class].clone();
        let head = ready
            .first()
            .and_then(|&(_, place)| self.own.books.at(place))
            .copied();
        let mut decks = decks.iter().copied().take(way.most as usize);
        for (wanted, place) in ready {
            let (Some(head), Some(load)) = (head, self.own.books.at(place).copied()) else {
                continue;
            };
            if load.kind != head.kind || load.next(self.plant) != head.next(self.plant) {
                continue;
            }
            let Some(to) = self.own.books.free_place(&self.tables.ports, way.to) else {
                break;
            };
            let Some(deck) = decks.next() else {
                break;
            };
            let leg = Leg {
                from: place,
                to,
                vehicle: v,
            };
            let transport = self
                .own
                .transports
                .begin(load.transport, wanted, self.now, leg);
            self.own.books.change(self.plant, place, |load| {
                load.claimed = true;
                load.transport = Some(transport);
            });
            self.own
                .books
                .keep(self.plant, to, transport, class == FULL);
            let record = Record::Transport {
                transport,
                vehicle: v,
                from: place,
                to,
            };
            self.out.records.push(record);
            picks.push(Hand {
                transport,
                place,
                deck,
                pick: true,
                told: false,
            });
            drops.push(Hand {
                transport,
                place: to,
                deck,
                pick: false,
                told: false,
            });
        }
        (picks, drops)
    }

    /// A load was handed to its destination: the transport is over, unless that is a store.
    pub fn transport_done(&mut self, hand: &Hand) {
        let onward = self.half_way(hand.place)
            && self
                .own
                .books
                .at(hand.place)
                .is_some_and(|load| load.count > 0);
        if onward {
            return;
        }
        self.own.books.change(self.plant, hand.place, |load| {
            // Its place may have been taken away and given to another load since.
            load.transport = load.transport.filter(|&other| other != hand.transport);
        });
        if let Some(done) = self.own.transports.open.remove(&hand.transport) {
            let (wanted, assigned) = (done.wanted, done.assigned);
            let transport = hand.transport;
            self.out.records.push(Record::Transported {
                transport,
                wanted,
                assigned,
            });
        }
    }

    /// The place a load was going to is not to be had: another one, there or elsewhere. If there
    /// is none the vehicle is stranded and tries again whenever something changes.
    pub fn redirect(&mut self, v: VehicleId, hand: Hand, but: Option<BufferId>) {
        if self.own.books.kept_for(hand.place) == Some(hand.transport) {
            self.own.books.release(self.plant, hand.place);
        }
        let at = self.own.vehicles[v]
            .hands
            .iter()
            .position(|other| (other.transport, other.pick) == (hand.transport, false));
        if self.watches() {
            if let Some(at) = at {
                self.own.vehicles[v].hands[at].told = false; // the other master finds a place
            }
            return;
        }
        let deck = self.deck(v, hand.deck);
        let (Some(at), Some(load), Some(from)) = (
            at,
            self.own.books.at(deck).copied(),
            self.buffer(hand.place),
        ) else {
            return;
        };
        let place = if but.is_some() {
            None
        } else {
            self.own.books.free_place(&self.tables.ports, from)
        };
        let place = place.or_else(|| {
            let way = self
                .way_on(from, &load, but)
                .or_else(|| self.way_on(from, &load, None))?;
            self.own.books.free_place(&self.tables.ports, way.to)
        });
        let hands = &mut self.own.vehicles[v].hands;
        let Some(place) = place else {
            hands[at].told = false;
            self.own.stranded.insert(v);
            self.own.dirty = true;
            return;
        };
        if let Some(mut hand) = hands.remove(at) {
            (hand.place, hand.told) = (place, false);
            hands.push_back(hand);
        }
        self.own
            .books
            .keep(self.plant, place, hand.transport, load.count > 0);
        let (transport, from) = (hand.transport, deck);
        self.out.records.push(Record::Transport {
            transport,
            vehicle: v,
            from,
            to: place,
        });
    }

    /// Which classes of loads a buffer may have ready.
    pub const CLASSES: [usize; 2] = [FULL, EMPTY];
}
