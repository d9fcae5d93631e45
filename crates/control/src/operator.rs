//! What people order: hold, send, cancel, and say where a load is. Each is a fact, so a replay obeys
//! the same words at the same moments. What an act does not fit is left as it is.

use crate::Controller;
use crate::fleet::{Carrying, Desk, Hand, Mission};
use alloc::vec::Vec;
use fenhe_contract::*;

/// An order with pieces that have not entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderLeft {
    /// Its serial.
    pub order: OrderId,
    /// What to make.
    pub product: ProductId,
    /// Pieces in all.
    pub quantity: u32,
    /// Pieces not let in.
    pub left: u32,
    /// When it is due.
    pub due: Time,
    /// Smaller is more urgent.
    pub priority: u8,
    /// A person holds it.
    pub held: bool,
}

/// A transport that is not over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TransportNow {
    /// Its serial.
    pub transport: TransportId,
    /// Who has its last leg.
    pub vehicle: VehicleId,
    /// Where that begins.
    pub from: PlaceId,
    /// Where that ends.
    pub to: PlaceId,
    /// When its first vehicle was chosen.
    pub assigned: Time,
    /// The load is on the vehicle.
    pub carried: bool,
    /// The hand-over that the vehicle was told and has not reported: deck position, place, taking.
    pub handing: Option<(u8, PlaceId, bool)>,
}

impl Controller {
    /// A person ordered something.
    pub(crate) fn operator(&mut self, now: Time, act: OperatorAct, out: &mut Commands) {
        let crate::State {
            release,
            orders,
            access,
            ..
        } = &mut self.state;
        match act {
            OperatorAct::HoldOrder(..)
            | OperatorAct::CancelOrder(_)
            | OperatorAct::Prioritise(..) => {
                let never = release.order_act(&self.plant, act, out);
                if let (OperatorAct::CancelOrder(order), 1..) = (act, never) {
                    orders.never(order, never);
                }
            }
            OperatorAct::HoldVehicle(v, on) if v.index() < self.plant.vehicles.len() => {
                let _ = match on {
                    true => access.by_word.1.insert(v),
                    false => access.by_word.1.remove(&v),
                };
                self.follow(now, out);
            }
            OperatorAct::HoldStation(s, on) if s.index() < self.plant.stations.len() => {
                let _ = match on {
                    true => access.by_word.0.insert(s),
                    false => access.by_word.0.remove(&s),
                };
                self.follow(now, out);
            }
            OperatorAct::Send(v, errand) if v.index() < self.plant.vehicles.len() => {
                let mut desk = self.desk(now, out);
                desk.errand(v, errand);
                desk.dispatch();
            }
            OperatorAct::Found(transport, at) => {
                let mut desk = self.desk(now, out);
                desk.found(transport, at);
                desk.dispatch();
            }
            OperatorAct::HoldVehicle(..) | OperatorAct::HoldStation(..) | OperatorAct::Send(..) => {
            }
        }
    }

    /// Whether a person holds a vehicle.
    pub fn held_vehicle(&self, v: VehicleId) -> bool {
        self.state.access.by_word.1.contains(&v)
    }
    /// Whether a person holds a station.
    pub fn held_station(&self, station: StationId) -> bool {
        self.state.access.by_word.0.contains(&station)
    }
    /// Where a person has sent a vehicle, until it is there and, for a node, let go again.
    pub fn errand(&self, v: VehicleId) -> Option<Errand> {
        let own = &self.state.carrying;
        let vehicle = &own.vehicles[v];
        let there = (vehicle.mission == Mission::Sent).then_some(Errand::Node(vehicle.goal));
        own.errands.get(&v).copied().or(there)
    }
    /// Orders with pieces that have not entered, by serial.
    pub fn orders(&self) -> impl Iterator<Item = OrderLeft> + '_ {
        let row = |(order, product, quantity, _, due)| {
            let waits = self.state.release.waiting(order);
            let (left, priority, held) =
                waits.unwrap_or((0, self.plant.products[product].priority, false));
            OrderLeft {
                order,
                product,
                quantity,
                left,
                due,
                priority,
                held,
            }
        };
        self.state.orders.open().map(row)
    }
    /// The highest serial of an order ever seen.
    pub fn newest_order(&self) -> OrderId {
        self.state.orders.newest()
    }
    /// Transports that are not over, by serial.
    pub fn transports(&self) -> impl Iterator<Item = TransportNow> + '_ {
        let own = &self.state.carrying;
        own.transports
            .open()
            .map(|(transport, vehicle, from, to, assigned)| {
                let hands = &own.vehicles[vehicle].hands;
                let mut mine = hands.iter().filter(|hand| hand.transport == transport);
                let told = hands
                    .iter()
                    .find(|hand| hand.transport == transport && hand.told);
                TransportNow {
                    transport,
                    vehicle,
                    from,
                    to: mine.clone().next_back().map_or(to, |hand| hand.place),
                    assigned,
                    carried: mine.next().is_some_and(|hand| !hand.pick),
                    handing: told.map(|hand| (hand.deck, hand.place, hand.pick)),
                }
            })
    }
    /// Whether the load of a transport may be back where its last leg began, by what is believed of
    /// that place.
    pub fn could_be_back(&self, transport: TransportId) -> bool {
        self.state.carrying.could_be_back(transport)
    }
    /// Whether a vehicle is known to have done all it was told, charging apart.
    pub fn rests(&self, v: VehicleId) -> bool {
        self.state.carrying.links.rests(v)
    }
    /// Whether a vehicle's link is lost.
    pub fn lost(&self, v: VehicleId) -> bool {
        self.state.carrying.vehicles[v].lost
    }
    /// Whether a vehicle's link is lost and nobody has said since then where a transport's load is.
    pub fn unsure(&self, v: VehicleId, transport: TransportId) -> bool {
        let vehicle = &self.state.carrying.vehicles[v];
        vehicle.lost && !vehicle.looked.contains(&transport)
    }
}

impl Carrying {
    fn could_be_back(&self, transport: TransportId) -> bool {
        let books = &self.books;
        let free = |place| books.at(place).is_none() && books.kept_for(place).is_none();
        self.transports.origin(transport).is_some_and(free)
    }
}

impl Desk<'_> {
    /// A person sends a vehicle somewhere, or lets it work again.
    fn errand(&mut self, v: VehicleId, errand: Option<Errand>) {
        if self.watches() {
            return; // Another master sends them.
        }
        let known = |node: NodeId| node.index() < self.plant.tracks.nodes.len();
        match errand {
            Some(Errand::Node(node)) if !known(node) => return,
            Some(errand) => {
                self.own.errands.insert(v, errand);
            }
            None => {
                self.own.errands.remove(&v);
            }
        }
        if self.own.vehicles[v].mission == Mission::Sent {
            self.own.vehicles[v].mission = Mission::Idle;
            self.own.idle.insert(v);
        }
        self.own.dirty = true;
        if !self.run_errand(v) && self.own.idle.contains(&v) {
            self.rest(v);
        }
    }

    /// Those who could not be sent before.
    pub(crate) fn run_errands(&mut self) {
        let waiting: Vec<VehicleId> = self.own.errands.keys().copied().collect();
        for v in waiting {
            self.run_errand(v);
        }
    }

    /// It sets off where a person sent it, if it has nothing else to do and may go.
    pub(crate) fn run_errand(&mut self, v: VehicleId) -> bool {
        let Some(&errand) = self.own.errands.get(&v) else {
            return false;
        };
        if !self.own.idle.contains(&v) || self.own.vehicles[v].lost {
            return false;
        }
        let goes = match errand {
            Errand::Charger => self.go_charging(v),
            Errand::Node(node) => {
                let may = self.own.traffic.may_go(self.plant, v) && !self.shut(node);
                if may {
                    self.own.vehicles[v].mission = Mission::Sent;
                    self.own.idle.remove(&v);
                    self.own.leaving.retain(|&(_, other)| other != v);
                    self.send(v, node);
                }
                may
            }
        };
        if goes {
            self.own.errands.remove(&v);
        }
        goes
    }

    /// Somebody has looked where a load is: what its vehicle was told about it is no longer waited
    /// for, and the books say what the person says.
    fn found(&mut self, transport: TransportId, at: LoadAt) {
        let Some(v) = self.own.transports.vehicle(transport) else {
            return;
        };
        let mine = |hand: &&Hand| hand.transport == transport;
        let hands: Vec<Hand> = self.own.vehicles[v]
            .hands
            .iter()
            .filter(mine)
            .copied()
            .collect();
        let Some(&last) = hands.last() else {
            return;
        };
        let pick = hands.iter().find(|hand| hand.pick).copied();
        // Fetched by its own word, or by the port's.
        let taken = pick.is_none() || self.own.books.at(self.deck(v, last.deck)).is_some();
        if at == LoadAt::Origin && taken && !self.own.could_be_back(transport) {
            return;
        }
        for hand in hands.iter().filter(|hand| hand.told) {
            self.own.links.handed(v, hand.deck, hand.place, None);
        }
        match at {
            LoadAt::Origin => self.back_to_origin(v, transport, (taken, last.deck)),
            LoadAt::Gone => {
                let on = self.deck(v, last.deck);
                let stood = pick.map_or(on, |hand| hand.place);
                self.cancel(v, transport);
                self.own.books.take(self.plant, stood);
            }
            LoadAt::Vehicle | LoadAt::Destination => {
                if let Some(hand) = pick {
                    self.picked(v, (hand.deck, hand.place), None);
                    self.now_done(v, hand);
                }
                if at == LoadAt::Destination {
                    self.dropped(v, (last.deck, last.place));
                    self.now_done(v, last);
                }
            }
        }
        let untold = |hand: &mut Hand| hand.told &= hand.transport != transport;
        self.own.vehicles[v].hands.iter_mut().for_each(untold);
        self.own.stranded.remove(&v);
        if self.own.vehicles[v].lost {
            self.own.vehicles[v].looked.insert(transport);
        }
        self.own.dirty = true;
        self.go_on(v);
    }

    /// A hand-over has taken place, by the word of a person or of the port.
    pub(crate) fn now_done(&mut self, v: VehicleId, hand: Hand) {
        for other in &mut self.own.vehicles[v].hands {
            if (other.transport, other.pick) == (hand.transport, hand.pick) {
                other.told = true;
            }
        }
        self.hand_over(v, hand.place, hand.pick);
    }

    /// The load stands where it was fetched from, or was to be: it waits there to be fetched.
    fn back_to_origin(&mut self, v: VehicleId, transport: TransportId, (taken, deck): (bool, u8)) {
        let from = self.own.transports.origin(transport);
        self.cancel(v, transport);
        let on = self.deck(v, deck);
        if let Some(from) = from.filter(|_| taken)
            && let Some(mut load) = self.own.books.take(self.plant, on)
        {
            (load.claimed, load.transport, load.ready) = (false, None, true);
            load.since = self.now;
            self.own.books.put(self.plant, from, load);
        }
    }
}
