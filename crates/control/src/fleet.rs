//! Vehicles: what each is doing, hand by hand. A trip is a list of hand-overs in order; the
//! vehicle goes to the node of the first one left, does all that belong to that node, and goes on.

use crate::books::{Books, Load};
use crate::charging::Charging;
use crate::inside::Inside;
use crate::racks::Racks;
use crate::resend::Links;
use crate::shadow::Watch;
use crate::tables::Tables;
use crate::traffic::{Moves, Traffic};
use crate::transports::Transports;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Plant};
use serde::{Deserialize, Serialize};

/// Loads, transports and vehicles: everything that is carried and everyone who carries.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Carrying {
    pub books: Books,
    pub transports: Transports,
    pub vehicles: Fixed<VehicleId, Vehicle>,
    pub links: Links,
    pub traffic: Traffic,
    pub charging: Charging,
    pub inside: Inside,
    pub racks: Racks,
    /// Vehicles that may be given a trip.
    pub idle: BTreeSet<VehicleId>,
    /// Vehicles with a load and nowhere to bring it.
    pub stranded: BTreeSet<VehicleId>,
    /// When idle vehicles leave the terminal they stand on.
    pub leaving: BTreeSet<(Time, VehicleId)>,
    /// Loads that could not be fetched are tried again.
    pub later: BTreeSet<(Time, PlaceId)>,
    /// Vehicles that wait until a terminal is free: for which, since when, who.
    pub awaiting: BTreeSet<(NodeId, Time, VehicleId)>,
    /// Where people send vehicles that have something to end first, or find no free charger.
    pub errands: BTreeMap<VehicleId, Errand>,
    /// Vehicles on the way to or at each node.
    pub bound: Fixed<NodeId, u16>,
    /// Something changed that dispatch should look at.
    pub dirty: bool,
    /// When a load has waited long enough for a full deck.
    pub look: Time,
    /// Another master decides; this one takes what that decided.
    #[serde(skip)]
    pub watch: Option<Watch>,
}

/// A vehicle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Vehicle {
    /// Last node reported, and since when.
    pub node: NodeId,
    pub since: Time,
    /// Where it is going or stands.
    pub goal: NodeId,
    pub mission: Mission,
    /// The terminal it waits for, since when.
    pub awaits: Option<(Time, NodeId)>,
    /// Hand-overs to do, in order.
    pub hands: VecDeque<Hand>,
    /// State of charge last told [parts per thousand].
    pub permille: u16,
    /// Its link is lost.
    pub lost: bool,
    /// Of which somebody has said since then where the load is.
    pub looked: BTreeSet<TransportId>,
}

/// What a vehicle is for at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Mission {
    /// Standing, or on the way home.
    Idle,
    /// Carrying.
    Trip,
    /// On the way to a charger, or charging there.
    Charge(ChargerId),
    /// Sent by a person: there it stands until a person lets it work again.
    Sent,
}

/// One hand-over of a trip.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Hand {
    pub transport: TransportId,
    pub place: PlaceId,
    pub deck: u8,
    pub pick: bool,
    /// The vehicle has been told.
    pub told: bool,
}

/// Everything a decision about carrying looks at and writes to.
pub(crate) struct Desk<'a> {
    pub plant: &'a Plant,
    pub tables: &'a Tables,
    pub now: Time,
    pub own: &'a mut Carrying,
    pub out: &'a mut Commands,
}

/// A load that could not be fetched is tried again after this.
const RETRY: Span = Span::seconds(30);
/// An idle vehicle leaves a terminal after this even if nobody wants it.
pub(crate) const LINGER: Span = Span::seconds(20);

impl Carrying {
    pub fn new(plant: &Plant, tables: &Tables) -> Carrying {
        let mut bound = Fixed::like(&plant.tracks.nodes, |_| 0);
        for vehicle in &plant.vehicles {
            bound[vehicle.start] += 1;
        }
        let vehicle = |v: VehicleId| Vehicle {
            node: plant.vehicles[v].start,
            since: Time::ZERO,
            goal: plant.vehicles[v].start,
            mission: Mission::Idle,
            awaits: None,
            hands: VecDeque::new(),
            permille: 1000,
            lost: false,
            looked: BTreeSet::new(),
        };
        let books = Books::new(plant, &tables.ports);
        Carrying {
            racks: Racks::new(plant, &tables.racks, &books),
            books,
            transports: Transports::default(),
            vehicles: Fixed::like(&plant.vehicles, vehicle),
            links: Links::new(plant),
            traffic: Traffic::new(plant),
            charging: Charging::new(plant),
            inside: Inside::new(plant),
            idle: plant.vehicles.ids().collect(),
            stranded: BTreeSet::new(),
            leaving: BTreeSet::new(),
            later: BTreeSet::new(),
            awaiting: BTreeSet::new(),
            errands: BTreeMap::new(),
            bound,
            dirty: true,
            look: if plant.vehicles.is_empty() && plant.cranes.is_empty() {
                Time::NEVER
            } else {
                Time::ZERO
            },
            watch: None,
        }
    }
}

impl Desk<'_> {
    /// A vehicle reported.
    #[inline]
    pub fn vehicle(&mut self, v: VehicleId, event: VehicleEvent) {
        match event {
            VehicleEvent::At { node, revision } => {
                self.own.links.heard(self.plant, self.now, v, revision);
                self.reached(v, node);
            }
            VehicleEvent::Picked {
                deck,
                place,
                tag,
                revision,
            } => {
                self.own.links.heard(self.plant, self.now, v, revision);
                if self.own.links.handed(v, deck, place, Some(true)) || self.watches() {
                    self.picked(v, (deck, place), Some(tag));
                    self.hand_over(v, place, true);
                }
            }
            VehicleEvent::Dropped {
                deck,
                place,
                revision,
            } => {
                self.own.links.heard(self.plant, self.now, v, revision);
                if self.own.links.handed(v, deck, place, Some(false)) || self.watches() {
                    self.dropped(v, (deck, place));
                    self.hand_over(v, place, false);
                }
            }
            VehicleEvent::HandFailed {
                deck,
                place,
                why,
                revision,
            } => {
                self.own.links.heard(self.plant, self.now, v, revision);
                if self.own.links.handed(v, deck, place, None) {
                    self.failed(v, (deck, place), why);
                }
            }
            VehicleEvent::Charge {
                permille,
                charging,
                revision,
            } => {
                self.own.links.heard(self.plant, self.now, v, revision);
                self.own.vehicles[v].permille = permille;
                if !charging && self.own.links.charged(v) {
                    self.charge_ended(v);
                }
                self.own.dirty = true;
            }
            VehicleEvent::Held(_) => {}
            VehicleEvent::State {
                node,
                revision,
                done,
            } => {
                self.own.links.heard(self.plant, self.now, v, revision);
                self.reached(v, node);
                if self.own.links.state(v, done) {
                    self.charge_ended(v);
                }
                self.arrived(v);
                self.own.links.fill_gap(self.now, v, self.out);
            }
        }
    }

    /// Its link was lost or is back.
    pub fn link(&mut self, v: VehicleId, back: bool) {
        let vehicle = &mut self.own.vehicles[v];
        vehicle.lost = !back;
        vehicle.looked.clear();
        if back {
            self.own.links.fill_gap(self.now, v, self.out);
        }
        self.own.dirty = true;
    }

    /// It is at a node of its base.
    #[inline]
    fn reached(&mut self, v: VehicleId, node: NodeId) {
        let passed = self.own.links.passed(self.plant, v, node);
        let vehicle = &mut self.own.vehicles[v];
        if self.own.watch.is_some() {
            if vehicle.node != node {
                (vehicle.node, vehicle.since) = (node, self.now);
            }
            return;
        }
        if !passed {
            return;
        }
        (vehicle.node, vehicle.since) = (node, self.now);
        let mut moves = Moves::default();
        self.own
            .traffic
            .at(self.plant, self.now, v, node, &mut moves);
        self.drive(moves);
        self.arrived(v);
    }

    /// Sends it to a node; it may stand there already.
    pub fn send(&mut self, v: VehicleId, goal: NodeId) {
        self.give_up(v);
        let old = self.aim(v, goal);
        if self.watches() {
            return;
        }
        let mut moves = Moves::default();
        self.own
            .traffic
            .send(self.plant, self.now, v, goal, &mut moves);
        self.drive(moves);
        self.make_way(goal, v);
        self.call_up(old);
        self.arrived(v);
    }

    /// It is on its way to a node, or stands there. Gives where it was to go before.
    pub fn aim(&mut self, v: VehicleId, goal: NodeId) -> NodeId {
        let old = core::mem::replace(&mut self.own.vehicles[v].goal, goal);
        self.own.bound[old] -= 1;
        self.own.bound[goal] += 1;
        old
    }

    pub fn drive(&mut self, moves: Moves) {
        if self.watches() {
            return;
        }
        for (v, edges) in moves.iter() {
            self.own
                .links
                .drive((self.plant, self.now), v, edges, self.out);
        }
    }

    /// If it stands on its goal it does what it came for.
    pub fn arrived(&mut self, v: VehicleId) {
        let vehicle = &self.own.vehicles[v];
        let there = vehicle.node == vehicle.goal && self.own.links.stands(v);
        if !there || self.watches() {
            return;
        }
        match vehicle.mission {
            Mission::Idle | Mission::Sent => {}
            Mission::Trip => self.work(v),
            Mission::Charge(_) => self.begin_charge(v),
        }
    }

    /// Tells it the hand-overs at the node where it stands, or sends it on.
    pub fn work(&mut self, v: VehicleId) {
        let node = self.own.vehicles[v].node;
        if self.own.vehicles[v].hands.iter().any(|hand| hand.told) || self.kept_from_work(v) {
            return;
        }
        self.top_up(v);
        loop {
            let untold = |hand: &&Hand| !hand.told;
            let Some(hand) = self.own.vehicles[v].hands.iter().find(untold).copied() else {
                return;
            };
            if self.plant.places[hand.place].node != Some(node) {
                break;
            }
            if self.is_off(v, &hand) {
                return self.was_dropped(v, &hand);
            }
            if !hand.pick && !self.still_free(&hand) {
                self.redirect(v, hand, None);
                if self.own.stranded.contains(&v) {
                    break;
                }
                continue;
            }
            for other in &mut self.own.vehicles[v].hands {
                if (other.transport, other.pick) == (hand.transport, hand.pick) {
                    other.told = true;
                }
            }
            let order = (hand.deck, hand.place, hand.pick);
            self.own
                .links
                .handle((self.plant, self.now), v, order, self.out);
        }
        self.go_on(v);
    }

    /// On to the next node, if nothing is left to do at this one.
    pub fn go_on(&mut self, v: VehicleId) {
        let vehicle = &self.own.vehicles[v];
        if self.own.stranded.contains(&v) || vehicle.hands.iter().any(|hand| hand.told) {
            return;
        }
        match vehicle.hands.front() {
            None if self.watches() && !self.over(v) => {}
            None => self.trip_over(v),
            Some(hand) => {
                let node = self.plant.places[hand.place].node;
                if self.watches() {
                    // It counts where it stands until it is seen to be sent on.
                    if let Some(node) = node.filter(|&node| node != vehicle.goal) {
                        self.await_again(v, Some((self.now, node)));
                    }
                } else if let Some(node) = node
                    && node != vehicle.goal
                {
                    self.head_for(v, node);
                } else if !vehicle.hands.is_empty() && vehicle.node == vehicle.goal {
                    self.work(v);
                }
            }
        }
    }

    /// The load has left the deck, though nobody said that it was handed over: the port saw it come.
    fn is_off(&self, v: VehicleId, hand: &Hand) -> bool {
        let hands = &self.own.vehicles[v].hands;
        let fetched = |other: &Hand| !(other.pick && other.transport == hand.transport);
        let on = self.own.books.at(self.deck(v, hand.deck));
        !hand.pick && on.is_none() && hands.iter().all(fetched)
    }

    /// There is nothing left to hand over.
    fn was_dropped(&mut self, v: VehicleId, hand: &Hand) {
        if self.own.books.kept_for(hand.place) == Some(hand.transport) {
            self.own.books.release(self.plant, hand.place);
        }
        self.now_done(v, *hand);
    }

    fn still_free(&self, hand: &Hand) -> bool {
        let books = &self.own.books;
        books.kept_for(hand.place) == Some(hand.transport) && books.at(hand.place).is_none()
    }

    /// A hand-over is done: the next one.
    pub fn hand_over(&mut self, v: VehicleId, place: PlaceId, pick: bool) {
        let hands = &mut self.own.vehicles[v].hands;
        let is = |hand: &Hand| hand.told && hand.place == place && hand.pick == pick;
        let Some(hand) = hands.iter().position(is).and_then(|at| hands.remove(at)) else {
            return;
        };
        if !pick {
            self.transport_done(&hand);
        }
        self.own.dirty = true;
        self.call_up(self.own.vehicles[v].node);
        self.go_on(v);
    }

    /// A hand-over failed: nothing is lost, the load goes back to where it can be had.
    fn failed(&mut self, v: VehicleId, (deck, place): (u8, PlaceId), why: Why) {
        let hands = &self.own.vehicles[v].hands;
        let is = |hand: &&Hand| hand.told && hand.place == place && hand.deck == deck;
        let Some(hand) = hands.iter().find(is).copied() else {
            return;
        };
        if hand.pick {
            self.cancel(v, hand.transport);
            self.not_on_deck(place, (v, hand));
            if why == Why::Empty {
                self.vanished(place);
            } else {
                self.own
                    .books
                    .change(self.plant, place, |load| load.ready = false);
                self.own.later.insert((self.now + RETRY, place));
            }
        } else {
            if why == Why::Occupied && self.own.books.at(place).is_none() {
                let kind = self.kind_at(place, Tag::UNREAD);
                let unknown = Load {
                    count: 1,
                    ..Load::empty(Tag::UNREAD, kind, self.now)
                };
                self.own.books.put(self.plant, place, unknown);
                self.own.later.insert((self.now + RETRY, place));
            }
            self.redirect(v, hand, self.buffer(place).filter(|_| why != Why::Occupied));
        }
        self.own.dirty = true;
        self.go_on(v);
    }

    /// A load is gone before the vehicle came.
    pub fn gone(&mut self, v: VehicleId, place: PlaceId) {
        if let Some(transport) = self.own.books.at(place).and_then(|load| load.transport) {
            self.cancel(v, transport);
        }
        self.vanished(place);
        self.own.dirty = true;
        self.go_on(v);
    }

    /// The transport is off: its place at the other end is free, its hands are gone.
    pub fn cancel(&mut self, v: VehicleId, transport: TransportId) {
        for hand in core::mem::take(&mut self.own.vehicles[v].hands) {
            if hand.transport != transport {
                self.own.vehicles[v].hands.push_back(hand);
            } else if hand.pick {
                self.own.books.change(self.plant, hand.place, |load| {
                    load.claimed = false;
                    load.transport = None;
                });
            } else if self.own.books.kept_for(hand.place) == Some(transport) {
                self.own.books.release(self.plant, hand.place);
            }
        }
        self.own.transports.cancel(transport);
    }

    /// The load has gone from its place to the deck.
    pub fn picked(&mut self, v: VehicleId, (deck, place): (u8, PlaceId), tag: Option<Tag>) {
        let on = self.deck(v, deck);
        if self.own.books.at(on).is_none() {
            let kind = self.kind_at(place, tag.unwrap_or(Tag::UNREAD));
            let unknown = Load::empty(tag.unwrap_or(Tag::UNREAD), kind, self.now);
            let mut load = self.own.books.take(self.plant, place).unwrap_or(unknown);
            load.since = self.now;
            self.own.books.put(self.plant, on, load);
        }
        if let Some(tag) = tag.filter(|&tag| tag != Tag::UNREAD) {
            self.own.books.change(self.plant, on, |load| load.tag = tag);
        }
    }

    /// The load has gone from the deck to its place.
    pub fn dropped(&mut self, v: VehicleId, (deck, place): (u8, PlaceId)) {
        let Some(mut load) = self.own.books.take(self.plant, self.deck(v, deck)) else {
            return;
        };
        (load.since, load.claimed) = (self.now, false);
        self.own.books.release(self.plant, place);
        let store = self.buffer(place).is_some_and(|buffer| {
            matches!(self.plant.buffers[buffer].kind, BufferKind::Store { .. })
        });
        load.ready = store;
        if !self.half_way(place) {
            load.transport = None;
        }
        self.own.books.put(self.plant, place, load);
    }

    fn trip_over(&mut self, v: VehicleId) {
        let vehicle = &mut self.own.vehicles[v];
        vehicle.mission = Mission::Idle;
        self.give_up(v);
        self.own.idle.insert(v);
        self.own.dirty = true;
        if self.watches() {
            return self.was_over(v);
        }
        if !self.run_errand(v) && !self.start_here(v) {
            self.rest(v);
        }
    }
}
