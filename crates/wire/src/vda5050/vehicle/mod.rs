//! The vehicle's end: takes orders as the standard says, tells a body what to do in the same words
//! as the decision core would, is told what happened, and writes states.
//!
//! The body gets base as far as the next node with something to do, and that only when it stands
//! there: so a cancelled order stops at the end of what the body was given, and a paused one too.
//!
//! ```text
//!   bytes --> orders (accept or reject) --> Task --> Commands --> body
//!   VehicleEvent --> Task --> state, connection, factsheet
//! ```

mod actions;
pub(super) mod orders;
mod publish;
mod quirks;
pub(super) mod task;

pub use quirks::Quirks;

use super::dialect::{Dialect, Topic};
use super::fault::Fault;
use super::model::{ActionState, EmergencyStop, Mode, Status, VehicleError};
use super::{Message, Now, read};
use crate::Names;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};
use task::Task;

/// What one call of a [`Vehicle`] leads to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Doing {
    /// To be published, in order.
    pub messages: Vec<Message>,
    /// For the body.
    pub commands: Commands,
    /// Messages that could not be read.
    pub faults: Vec<(Topic, Fault)>,
}

/// A virtual vehicle's end of its link. All of it is state, to be kept with [`snapshot`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Vehicle {
    id: VehicleId,
    dialect: Dialect,
    quirks: Quirks,
    body: Body,
    task: Task,
    instants: Vec<ActionState>,
    errors: Vec<VehicleError>,
    header_ids: [u32; 6],
    /// Something has changed that a state has not told.
    changed: bool,
    /// When the last state was written.
    told: Option<Time>,
    /// A state is written at least this often.
    every: Span,
    online: bool,
    crashed: bool,
}

/// What the body is known to be and do.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Body {
    node: NodeId,
    /// The newest command to it.
    revision: u32,
    charge: u16,
    charging: bool,
    /// It stands though it could drive.
    held: bool,
    paused: bool,
    mode: Mode,
    stop: EmergencyStop,
    loads: BTreeMap<u8, Tag>,
}

/// A state is written at least this often, unless [`Vehicle::tell_every`] says otherwise.
pub const STATE_EVERY: Span = Span::seconds(30);
/// So many instant actions are remembered.
const INSTANTS: usize = 32;
/// So many errors are remembered, even by a vehicle that never clears one.
const ERRORS: usize = 64;

impl Vehicle {
    /// A vehicle whose body stands at a node and was given commands up to `revision`.
    pub fn new(
        id: VehicleId,
        dialect: Dialect,
        quirks: Quirks,
        node: NodeId,
        revision: u32,
    ) -> Vehicle {
        Vehicle {
            id,
            dialect,
            quirks,
            body: Body {
                node,
                revision,
                charge: 1000,
                charging: false,
                held: false,
                paused: false,
                mode: Mode::Automatic,
                stop: EmergencyStop::None,
                loads: BTreeMap::new(),
            },
            task: Task::default(),
            instants: Vec::new(),
            errors: Vec::new(),
            header_ids: [0; 6],
            changed: false,
            told: None,
            every: STATE_EVERY,
            online: false,
            crashed: false,
        }
    }

    /// What its body is known to be where it is taken over: charge [parts per thousand], whether it is charging, loads by
    /// deck position.
    pub fn knows(
        &mut self,
        permille: u16,
        charging: bool,
        loads: impl IntoIterator<Item = (u8, Tag)>,
    ) {
        (self.body.charge, self.body.charging) = (permille, charging);
        self.body.loads = loads.into_iter().collect();
    }

    /// How often it writes a state though nothing has changed; at least a millisecond apart.
    pub fn tell_every(&mut self, every: Span) {
        self.every = every.max(Span::ms(1));
    }

    /// Topics, maker and version.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }
    /// Last node that its body reported.
    pub fn node(&self) -> NodeId {
        self.body.node
    }
    /// It would take a new order.
    pub fn idle(&self) -> bool {
        self.task.idle()
    }
    /// A fault switch has stopped the program; [`Vehicle::reboot`] starts it again.
    pub fn crashed(&self) -> bool {
        self.crashed
    }
    /// The order it shows, and its newest update.
    pub fn order(&self) -> (&str, u32) {
        (&self.task.order, self.task.update)
    }

    /// The last will to leave with the broker when connecting.
    pub fn will(&self, now: Now) -> Message {
        self.presence(super::model::Presence::Broken, 0, now)
    }

    /// The link to the broker is up: presence, factsheet and a state.
    pub fn connected(&mut self, now: Now, names: &Names, out: &mut Doing) {
        self.online = true;
        self.present(now, super::model::Presence::Online, out);
        self.publish_factsheet(now, out);
        self.changed = true;
        self.pump(now, names, out);
    }

    /// The link to the broker is down: it goes on with its base and tells nothing.
    pub fn disconnected(&mut self) {
        self.online = false;
    }

    /// It says good-bye: the link goes down on purpose.
    pub fn leaves(&mut self, now: Now, out: &mut Doing) {
        if self.online {
            self.present(now, super::model::Presence::Offline, out);
        }
        self.online = false;
    }

    /// The program starts again: orders, actions, errors and counters are forgotten, the body's
    /// place and loads are not.
    pub fn reboot(&mut self) {
        self.task = Task {
            seen_start: true,
            ..Task::default()
        };
        self.instants.clear();
        self.errors.clear();
        self.header_ids = [0; 6];
        (self.online, self.crashed, self.told) = (false, false, None);
        self.body.paused = false;
    }

    /// Somebody turns the switch of the operating mode.
    pub fn set_mode(&mut self, now: Now, names: &Names, mode: Mode, out: &mut Doing) {
        self.body.mode = mode;
        if mode.clears() {
            self.task.clear(true);
        }
        self.changed = true;
        self.pump(now, names, out);
    }

    /// A message from master control.
    pub fn receive(
        &mut self,
        now: Now,
        names: &Names,
        topic: Topic,
        bytes: &[u8],
        out: &mut Doing,
    ) {
        if self.crashed {
            return;
        }
        let result = match topic {
            Topic::Order => read::order(bytes).map(|order| self.take_order(names, &order)),
            Topic::InstantActions => read::instant_actions(bytes).map(|message| {
                let spelt = !self.quirks.wants_instant_actions
                    || bytes.windows(16).any(|w| w == b"\"instantActions\"");
                if spelt {
                    self.take_instants(now, &message, out);
                } else {
                    self.reject("validationError", Vec::new());
                }
            }),
            Topic::State | Topic::Connection | Topic::Factsheet | Topic::Visualization => {
                Err(Fault::Topic)
            }
        };
        if let Err(fault) = result {
            out.faults.push((topic, fault));
            let topic = ("topic".into(), topic.text().into());
            self.reject("validationError", alloc::vec![topic]);
        }
        self.pump(now, names, out);
    }

    /// The body reports.
    pub fn happened(&mut self, now: Now, names: &Names, event: VehicleEvent, out: &mut Doing) {
        self.changed = true;
        match event {
            VehicleEvent::At { node, .. } => {
                self.body.node = node;
                self.task.reached(node);
            }
            VehicleEvent::Picked {
                deck, place, tag, ..
            } => {
                self.body.loads.insert(deck, tag);
                self.task.handed((deck, place, true), None, Status::Failed);
            }
            VehicleEvent::Dropped { deck, place, .. } => {
                self.body.loads.remove(&deck);
                self.task.handed((deck, place, false), None, Status::Failed);
            }
            VehicleEvent::HandFailed {
                deck, place, why, ..
            } => {
                let pick = !self.body.loads.contains_key(&deck);
                let v3 = self.dialect.version == super::Version::V3_0;
                let failed = if v3 && self.quirks.retriable {
                    Status::Retriable
                } else {
                    Status::Failed
                };
                self.task.handed((deck, place, pick), Some(why), failed);
            }
            VehicleEvent::Charge {
                permille,
                charging,
                revision,
            } => {
                self.body.charge = permille;
                // A report from before the order to charge was known says nothing about it.
                if revision >= self.body.revision || !self.task.running() {
                    self.body.charging = charging;
                    self.task.charged();
                }
            }
            VehicleEvent::Held(held) => self.body.held = held,
            VehicleEvent::State { node, .. } => self.body.node = node,
        }
        self.pump(now, names, out);
    }

    /// To be called at [`Vehicle::deadline`].
    pub fn tick(&mut self, now: Now, names: &Names, out: &mut Doing) {
        self.changed |= self.deadline() <= now.time;
        self.pump(now, names, out);
    }

    /// When the next state is due.
    pub fn deadline(&self) -> Time {
        match self.told {
            Some(told) if self.online && !self.crashed => told + self.every,
            Some(_) | None => Time::NEVER,
        }
    }

    /// Tells the body what it may do now, and master control what has changed.
    fn pump(&mut self, now: Now, names: &Names, out: &mut Doing) {
        if self.crashed {
            return;
        }
        self.feed(out);
        self.finish_instants();
        if self.changed && self.online {
            self.changed = false;
            self.told = Some(now.time);
            self.publish_state(now, names, out);
        }
    }
}
