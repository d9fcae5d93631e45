//! Reads along: what another master orders a vehicle to do, and what that vehicle does. Never sends.
//!
//! Orders become the commands that a decision core would have given ([`Seen::orders`], numbered by the observer itself),
//! states become the same facts that a [`super::Master`] tells ([`Seen::events`]). Whoever begins to listen in mid-order learns
//! the rest from the next order.
//!
//! ```text
//!   order          --> Watched (points, acts) --> Drive, Handle, Charge
//!   state --> Ear (stale?) --> points passed, acts over --> At, Picked, Dropped, Charge, Held
//! ```

mod states;

use super::dialect::{Dialect, Topic};
use super::fault::Fault;
use super::master::ear::Ear;
use super::master::road::{Point, What};
use super::model::{Order, Presence};
use super::vehicle::orders::deed;
use super::vehicle::task::Deed;
use super::{Now, read};
use crate::Names;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// What was seen. Cleared by the caller.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seen {
    /// Facts, in order. Their `revision` is the newest of [`Seen::orders`] that a state has shown.
    pub events: Vec<Event>,
    /// What the other master decided, in order.
    pub orders: Commands,
    /// Hand-overs that an order shows beyond its base, in order: where the vehicle will probably be sent.
    pub ahead: Vec<Hand>,
    /// What could not be made sense of.
    pub sights: Vec<Sight>,
}
impl Seen {
    /// Empty again, memory kept.
    pub fn clear(&mut self) {
        self.events.clear();
        self.orders.clear();
        self.ahead.clear();
        self.sights.clear();
    }
}

/// A hand-over that is not ordered yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hand {
    /// Deck position.
    pub deck: u8,
    /// Where.
    pub place: PlaceId,
    /// Take or give.
    pub pick: bool,
}

/// Something that an observer could not make sense of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sight {
    /// A message that could not be read.
    Unreadable(Topic, Fault),
    /// An order leads over a node or an edge that the plant does not have: its name.
    OffMap(String),
    /// An action to take or give that names no place of the plant: its id.
    NoPlace(String),
    /// A hand-over of which neither its state nor the loads tell whether it took place: its action's id.
    InDoubt(String),
    /// The other master takes an order back.
    Cancelled,
}

/// One vehicle and its master, heard from aside. All of it is state, to be kept with [`snapshot`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Observer {
    vehicle: VehicleId,
    dialect: Dialect,
    ear: Ear,
    order: Option<Watched>,
    acts: Vec<Act>,
    /// Where it was told last.
    node: Option<NodeId>,
    /// Of the newest command seen, and of the newest that a state has shown.
    revision: u32,
    accepted: u32,
    up: bool,
    held: bool,
    charge: Option<(u16, bool)>,
}

/// The newest order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Watched {
    id: String,
    update: u32,
    /// Newest update that a state has shown.
    shown: Option<u32>,
    /// Each update that no state has shown, and the newest revision in it.
    unseen: VecDeque<(u32, u32)>,
    /// The node behind the vehicle, and those ahead.
    points: VecDeque<Point>,
}
impl Watched {
    fn end(&self) -> Option<Point> {
        self.points.back().copied()
    }
}

/// Something to do in an order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Act {
    id: String,
    order: String,
    update: u32,
    seq: u32,
    what: What,
    /// States in a row in which it should have been shown and was not.
    missing: u8,
    /// Charging was seen.
    begun: bool,
    over: bool,
}

/// Acts, points and updates that are kept of a master that goes on ordering what is never done.
const MANY: usize = 4000;

impl Observer {
    /// Nothing is known of the vehicle: its first state tells where it is.
    pub fn new(vehicle: VehicleId, dialect: Dialect) -> Observer {
        Observer {
            vehicle,
            dialect,
            ear: Ear::default(),
            order: None,
            acts: Vec::new(),
            node: None,
            revision: 0,
            accepted: 0,
            up: true,
            held: false,
            charge: None,
        }
    }

    /// How it is talked to.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }
    /// Topics to listen to.
    pub fn topics(&self) -> [(Topic, String); 4] {
        let topics = [
            Topic::Order,
            Topic::InstantActions,
            Topic::State,
            Topic::Connection,
        ];
        topics.map(|topic| (topic, self.dialect.topic(topic)))
    }
    /// Where it was told last.
    pub fn node(&self) -> Option<NodeId> {
        self.node
    }
    /// Number of the newest command seen.
    pub fn revision(&self) -> u32 {
        self.revision
    }
    /// Everything that it has shown to hold is done. What it was told and has not shown does not count.
    pub fn idle(&self) -> bool {
        let Some(order) = &self.order else {
            return self.acts.iter().all(|act| act.over);
        };
        let holds = |update: u32| order.shown.is_some_and(|shown| update <= shown);
        let driven = order.points.iter().skip(1).all(|p| !holds(p.update));
        let done = |act: &Act| act.over || act.order == order.id && !holds(act.update);
        driven && self.acts.iter().all(done)
    }

    /// Takes a message, whoever sent it.
    pub fn hear(&mut self, now: Now, names: &Names, topic: Topic, bytes: &[u8], seen: &mut Seen) {
        let result = match topic {
            Topic::Order => self.hear_order(names, bytes, seen),
            Topic::InstantActions => hear_instants(bytes, seen),
            Topic::State => self.hear_state(now, names, bytes, seen),
            Topic::Connection => self.hear_connection(bytes, seen),
            Topic::Factsheet | Topic::Visualization => Ok(()),
        };
        if let Err(fault) = result {
            seen.sights.push(Sight::Unreadable(topic, fault));
        }
    }

    /// To be called at [`Observer::deadline`]: silence is told.
    pub fn tick(&mut self, now: Time, seen: &mut Seen) {
        if self.deadline() <= now {
            self.tell_up(false, seen);
        }
    }

    /// When silence means that the link is lost.
    pub fn deadline(&self) -> Time {
        match self.ear.heard {
            Some(heard) if self.up => heard + self.dialect.lost_after,
            Some(_) | None => Time::NEVER,
        }
    }

    fn hear_order(&mut self, names: &Names, bytes: &[u8], seen: &mut Seen) -> Result<(), Fault> {
        let order = read::order(bytes)?;
        read::check_sender(&order.header, &self.dialect)?;
        match &mut self.order {
            Some(known) if known.id == order.id && known.update >= order.update => return Ok(()),
            Some(known) if known.id == order.id => known.update = order.update,
            _ => self.begins(names, &order),
        }
        let mut run = Vec::new();
        for (i, node) in order.nodes.iter().enumerate() {
            let Some(id) = names.find_node(&node.id).filter(|_| node.released) else {
                if node.released {
                    seen.sights.push(Sight::OffMap(node.id.clone()));
                }
                break;
            };
            let by = i.checked_sub(1).and_then(|i| order.edges.get(i));
            if let Some(by) = by
                && !self.leads(names, &mut run, (node.seq, id), &by.id)
            {
                seen.sights.push(Sight::OffMap(by.id.clone()));
            }
            for action in &node.actions {
                self.acts_at(names, (&order, node.seq), action, &mut run, seen);
            }
        }
        self.drives(&mut run, seen);
        let horizon = order.nodes.iter().filter(|node| !node.released);
        seen.ahead.extend(
            horizon
                .flat_map(|node| &node.actions)
                .filter_map(|action| hand(names, action)),
        );
        let (revision, extra) = (self.revision, self.acts.len().saturating_sub(MANY));
        self.acts.drain(..extra);
        if let Some(known) = &mut self.order {
            known.unseen.push_back((order.update, revision));
            let extra = known.unseen.len().saturating_sub(MANY);
            known.unseen.drain(..extra);
            let extra = known.points.len().saturating_sub(MANY);
            known.points.drain(..extra);
        }
        Ok(())
    }

    /// An order of another name: what is left of the one before is no longer driven.
    fn begins(&mut self, names: &Names, order: &Order) {
        let first = order.nodes.first();
        let start = first.and_then(|node| Some((node.seq, names.find_node(&node.id)?)));
        let point = start.map(|(seq, node)| Point {
            seq,
            node,
            edge: None,
            revision: self.revision,
            update: order.update,
        });
        self.acts.retain(|act| !act.over);
        self.order = Some(Watched {
            id: order.id.clone(),
            update: order.update,
            shown: None,
            unseen: VecDeque::new(),
            points: point.into_iter().collect(),
        });
    }

    /// One more node of base. `false`: no edge of the plant leads there, so nothing is decided.
    fn leads(
        &mut self,
        names: &Names,
        run: &mut Vec<EdgeId>,
        (seq, node): (u32, NodeId),
        edge: &str,
    ) -> bool {
        let Some(order) = &mut self.order else {
            return false;
        };
        let end = order.end();
        if end.is_some_and(|end| seq <= end.seq) {
            return true;
        }
        let joins = |edge: &EdgeId| {
            names
                .edge(*edge)
                .is_some_and(|edge| edge.to == node && end.is_none_or(|end| edge.from == end.node))
        };
        let named = names.find_edge(edge).filter(joins);
        let edge = named.or_else(|| names.edge_between(end?.node, node));
        order.points.push_back(Point {
            seq,
            node,
            edge,
            revision: self.revision.saturating_add(1),
            update: order.update,
        });
        run.extend(edge);
        edge.is_some()
    }

    /// Something to do at a node.
    fn acts_at(
        &mut self,
        names: &Names,
        (order, seq): (&Order, u32),
        action: &super::model::Action,
        run: &mut Vec<EdgeId>,
        seen: &mut Seen,
    ) {
        if self.acts.iter().any(|act| act.id == action.id) {
            return;
        }
        let what = match deed(names, action) {
            Ok(Deed::Hand { deck, place, pick }) => What::Hand { deck, place, pick },
            Ok(Deed::Charge { until }) => What::Charge { until },
            Ok(Deed::Nothing) => return,
            Err(_) if matches!(action.kind.as_str(), "pick" | "drop") => {
                return seen.sights.push(Sight::NoPlace(action.id.clone()));
            }
            Err(_) => return,
        };
        self.drives(run, seen);
        let (vehicle, revision) = (self.vehicle, self.next());
        seen.orders.push(match what {
            What::Hand { deck, place, pick } => Command::Handle {
                vehicle,
                revision,
                deck,
                place,
                pick,
            },
            What::Charge { until } => Command::Charge {
                vehicle,
                revision,
                until_permille: until,
            },
        });
        self.acts.push(Act {
            id: action.id.clone(),
            order: order.id.clone(),
            update: order.update,
            seq,
            what,
            missing: 0,
            begun: false,
            over: false,
        });
    }

    /// The edges up to here, as one command.
    fn drives(&mut self, run: &mut Vec<EdgeId>, seen: &mut Seen) {
        if !run.is_empty() {
            let revision = self.next();
            seen.orders.drive(self.vehicle, revision, run);
            run.clear();
        }
    }

    fn next(&mut self) -> u32 {
        self.revision = self.revision.saturating_add(1);
        self.revision
    }

    fn hear_connection(&mut self, bytes: &[u8], seen: &mut Seen) -> Result<(), Fault> {
        let message = read::connection(bytes)?;
        read::check_sender(&message.header, &self.dialect)?;
        // That it is back only a state says.
        if message.presence != Presence::Online {
            self.tell_up(false, seen);
        }
        Ok(())
    }

    fn tell(&self, event: VehicleEvent, seen: &mut Seen) {
        seen.events.push(Event::Vehicle(self.vehicle, event));
    }

    fn tell_up(&mut self, up: bool, seen: &mut Seen) {
        if self.up != up {
            self.up = up;
            seen.events.push(Event::Link(self.vehicle, up));
        }
    }
}

/// The hand-over that an action means.
fn hand(names: &Names, action: &super::model::Action) -> Option<Hand> {
    match deed(names, action) {
        Ok(Deed::Hand { deck, place, pick }) => Some(Hand { deck, place, pick }),
        _ => None,
    }
}

fn hear_instants(bytes: &[u8], seen: &mut Seen) -> Result<(), Fault> {
    let message = read::instant_actions(bytes)?;
    let mut actions = message.actions.iter();
    if actions.any(|action| action.kind == "cancelOrder") {
        seen.sights.push(Sight::Cancelled);
    }
    Ok(())
}
