//! The main loop's heart: what came in becomes facts, facts become durable, then they are decided on,
//! and what was decided leaves only when the state of its link is durable too.
//!
//! ```text
//!   bytes --> Master --facts--> log (durable) --> Controller --commands--> Master --bytes--> out
//!                                  ^                                          |
//!                                  +------- state of the link (outbox) -------+
//! ```
//!
//! It knows no clock, socket or thread: whoever calls hands in the time. So the same loop runs on a
//! wall clock with a broker, and on a virtual clock in one process.

use crate::batches::{already, vehicle_of};
use crate::desks::Desks;
use crate::drivers::{Drivers, Said};
use crate::log::{LinkKey, Log};
use crate::troubles::Troubles;
use crate::using::Using;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::telegram::Desk;
use fenhe_wire::vda5050::{Dialect, Master, Message, Note, Now, Out, Topic, What};
use std::sync::Arc;

/// Something that came in since the last step.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// A station, a source, a place or an operator said something.
    Fact(Event),
    /// A message from a vehicle.
    Heard {
        /// From whom.
        vehicle: VehicleId,
        /// On which of its topics.
        topic: Topic,
        /// The broker had kept it.
        retained: bool,
        /// JSON, or anything.
        payload: Vec<u8>,
    },
    /// A telegram from the gateway of stations and sources.
    Telegram(Vec<u8>),
    /// A station's own driver tells something; all of it is kept together or not at all.
    Driven(StationId, Vec<Said>),
    /// A telegram from a second gateway, beside the first: real stations beside simulated ones.
    Beside(Vec<u8>),
    /// Our link to the broker is up, or down.
    Broker(bool),
    /// An operator takes a vehicle's order back. `true`: what was not done goes again.
    Withdraw(VehicleId, bool),
    /// An operator says whether the hand-over of this revision took place.
    Resolve(VehicleId, u32, bool),
    /// An operator has said how a hand-over ended, and the core is told by a fact: deck position,
    /// place, taking or giving, whether it took place.
    Settle(VehicleId, (u8, PlaceId, bool), bool),
    /// An operator lets an isolated vehicle take part again.
    Readmit(VehicleId),
    /// The wall clock jumped, or is steady again.
    ClockJump(bool),
    /// The core's deadline has come.
    Wake,
}

/// What a step leads to. Cleared by the caller.
#[derive(Clone, Default, Debug)]
pub struct Outputs {
    /// For vehicles, to be published in order.
    pub messages: Vec<(VehicleId, Message)>,
    /// For stations and sources, in order, where no gateway stands between.
    pub orders: Vec<Command>,
    /// For the gateway of stations and sources, in order.
    pub telegrams: Vec<Vec<u8>>,
    /// For stations with drivers, in order; durable.
    pub driven: Vec<Command>,
    /// For the second gateway, in order.
    pub beside: Vec<Vec<u8>>,
    /// Telegrams that could not be read.
    pub garbled: u32,
    /// Facts that were handled, in order, all at the time of the step.
    pub facts: Vec<Event>,
    /// What was heard of vehicles that are not used: for the picture alone.
    pub aside: Vec<Event>,
    /// Decisions on vehicles, in order, with the edges of the `Drive` ones.
    pub decided: Commands,
    /// For the log and for alarms.
    pub notes: Vec<(VehicleId, Note)>,
}
impl Outputs {
    /// Empty again, memory kept.
    pub fn clear(&mut self) {
        self.messages.clear();
        self.orders.clear();
        self.telegrams.clear();
        self.driven.clear();
        self.beside.clear();
        self.aside.clear();
        self.garbled = 0;
        self.facts.clear();
        self.decided.clear();
        self.notes.clear();
    }
}

/// A core with its links and its log.
pub struct Engine<L> {
    plant: Arc<Plant>,
    names: Arc<Names>,
    core: Controller,
    masters: Fixed<VehicleId, Link>,
    desks: Desks,
    pub(crate) drivers: Drivers,
    pub(crate) using: Using,
    /// Our link to the broker is up.
    pub(crate) up: bool,
    log: L,
    troubles: Troubles,
    last: Time,
    /// Facts that links told in answer to commands of the last step.
    pub(crate) waiting: Vec<Event>,
    scratch: Scratch,
}

struct Link {
    master: Master,
    /// When it wants to be woken; kept so that looking for the first is a walk over numbers.
    due: Time,
    /// Its state is newer than what the log holds.
    dirty: bool,
}

#[derive(Default)]
struct Scratch {
    out: Out,
    commands: Commands,
    facts: Vec<Event>,
}

impl<L: Log> Engine<L> {
    /// For a core and the links it had when it was kept, or new ones.
    pub fn new(
        plant: Arc<Plant>,
        names: Arc<Names>,
        core: Controller,
        masters: Fixed<VehicleId, Master>,
        log: L,
    ) -> Engine<L> {
        let link = |v| {
            let master: &Master = &masters[v];
            Link {
                master: master.clone(),
                due: master.deadline(),
                dirty: true,
            }
        };
        let using = Using::new(&plant);
        Engine {
            masters: Fixed::like(&plant.vehicles, link),
            plant,
            names,
            troubles: Troubles::of(&core),
            core,
            desks: Desks::default(),
            drivers: Drivers::default(),
            using,
            up: false,
            log,
            last: Time(i64::MIN),
            waiting: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// Stations and sources are reached by telegrams: `desk` as it was kept, or new. `again`: orders
    /// that may not have been said.
    #[must_use]
    pub fn with_gateway(mut self, mut desk: Desk, again: Vec<Command>) -> Engine<L> {
        desk.say_again(again);
        self.desks.set(0, desk);
        self
    }

    /// A second gateway had spoken: its desk as it was kept. Otherwise it gets one with its first word.
    #[must_use]
    pub fn with_second_gateway(mut self, desk: Option<Desk>) -> Engine<L> {
        if let Some(desk) = desk {
            self.desks.set(1, desk);
        }
        self
    }

    /// Links to vehicles that have never been talked to.
    pub fn new_masters(
        plant: &Plant,
        dialect: impl Fn(VehicleId) -> Dialect,
    ) -> Fixed<VehicleId, Master> {
        Fixed::like(&plant.vehicles, |v| {
            Master::new(v, dialect(v), plant.vehicles[v].start, 0)
        })
    }

    /// The decision core.
    pub fn core(&self) -> &Controller {
        &self.core
    }
    /// The plant.
    pub fn plant(&self) -> &Arc<Plant> {
        &self.plant
    }
    /// Our end of a vehicle's link.
    pub fn master(&self, v: VehicleId) -> &Master {
        &self.masters[v].master
    }
    /// The log.
    pub fn log(&mut self) -> &mut L {
        &mut self.log
    }
    /// Time of the last step.
    pub fn last(&self) -> Time {
        self.last
    }

    /// The earliest time at which a step is wanted though nothing came in: the core's deadline, a
    /// link's, or at once for what links told in answer.
    pub fn deadline(&self) -> Time {
        if !self.waiting.is_empty() || self.told_by_port().is_some() {
            return self.last;
        }
        let core = self.core.deadline().map_or(Time::NEVER, |(at, _)| at);
        let links = self.masters.iter().map(|link| link.due).min();
        let desk = self.desks.deadline().max(self.last);
        core.min(links.unwrap_or(Time::NEVER)).min(desk)
    }

    /// Whether the core's deadline has come.
    pub fn wants_waking(&self, now: Time) -> bool {
        self.core.deadline().is_some_and(|(at, _)| at <= now)
    }

    /// Takes what came in. Facts are durable before the core sees them; messages are in `out` only
    /// when the state of their link is durable. The time of the step is `now`, or the last step's if
    /// that was later.
    ///
    /// # Errors
    /// The log's, and nothing has left: facts that were not kept were not decided on.
    pub fn step(
        &mut self,
        now: Now,
        inputs: impl IntoIterator<Item = Input>,
        out: &mut Outputs,
    ) -> Result<(), L::Error> {
        let now = Now {
            time: now.time.max(self.last),
            ..now
        };
        self.last = now.time;
        let mut facts = std::mem::take(&mut self.scratch.facts);
        facts.append(&mut self.waiting);
        let mut wake = false;
        for input in inputs {
            match input {
                Input::Fact(event) => facts.push(event),
                Input::Wake => wake = true,
                Input::ClockJump(on) => self.troubles.tell(Trouble::ClockJump, on, &mut facts),
                Input::Telegram(bytes) => self.telegram(now, (0, &bytes), &mut facts, out),
                Input::Beside(bytes) => self.telegram(now, (1, &bytes), &mut facts, out),
                Input::Driven(station, said) => {
                    let Engine {
                        drivers, troubles, ..
                    } = self;
                    drivers.said(station, said, troubles, &mut facts);
                }
                other => self.link(now, other, &mut facts, out),
            }
        }
        self.hear_ports(now, &mut facts, out);
        self.greet(now, &mut facts, out);
        self.tick(now, &mut facts, out);
        if wake {
            facts.push(Event::Deadline);
        }
        let result = self.decide(now, &facts, out);
        let slow = self.log.slow();
        self.troubles
            .tell(Trouble::JournalSlow, slow, &mut self.waiting);
        facts.clear();
        self.scratch.facts = facts;
        result
    }

    /// Keeps the whole state of the core.
    ///
    /// # Errors
    /// The log's.
    pub fn snapshot(&mut self, now: Now) -> Result<(), L::Error> {
        let now = Now {
            time: now.time.max(self.last),
            ..now
        };
        self.log
            .snapshot(now, self.core.digest(), self.core.snapshot())
    }

    fn decide(&mut self, now: Now, facts: &[Event], out: &mut Outputs) -> Result<(), L::Error> {
        if !facts.is_empty() {
            self.keep(now, facts)?;
        }
        let mut commands = std::mem::take(&mut self.scratch.commands);
        for fact in facts {
            commands.clear();
            self.core.handle(now.time, fact, &mut commands);
            self.carry_out(now, &commands, out);
            out.facts.push(fact.clone());
        }
        self.scratch.commands = commands;
        self.speak(now, out);
        let said = !out.telegrams.is_empty() || !out.beside.is_empty();
        if out.messages.is_empty() && !said && out.driven.is_empty() {
            return Ok(());
        }
        self.keep(now, &[])
    }

    fn telegram(
        &mut self,
        now: Now,
        (gateway, bytes): (usize, &[u8]),
        facts: &mut Vec<Event>,
        out: &mut Outputs,
    ) {
        let instance = now.utc.0.unsigned_abs();
        if !self.desks.hear(gateway, bytes, instance, facts) {
            out.garbled += 1;
        }
    }

    fn speak(&mut self, now: Now, out: &mut Outputs) {
        let said = [&mut out.telegrams, &mut out.beside];
        self.desks.speak(now.time, &mut out.orders, said);
    }

    /// Hands commands to the links of their vehicles, and those of stations out.
    fn carry_out(&mut self, now: Now, commands: &Commands, out: &mut Outputs) {
        let mut told: Option<VehicleId> = None;
        for command in &commands.list {
            match vehicle_of(command) {
                // A link takes all that is its own out of the batch at once.
                Some(v) if told != Some(v) && !already(commands, command, v) => {
                    told = Some(v);
                    let mut waiting = std::mem::take(&mut self.waiting);
                    self.with(v, out, &mut waiting, |master, names, out| {
                        master.commands(now, names, commands, out);
                    });
                    self.waiting = waiting;
                }
                Some(_) => {}
                None => match self.drivers.order(command) {
                    Some(true) => out.driven.push(command.clone()),
                    Some(false) => {}
                    None => out.orders.push(command.clone()),
                },
            }
        }
        out.decided.append(commands);
    }

    pub(crate) fn link(
        &mut self,
        now: Now,
        input: Input,
        facts: &mut Vec<Event>,
        out: &mut Outputs,
    ) {
        match input {
            Input::Heard {
                vehicle,
                topic,
                payload,
                ..
            } if !self.using.mode(vehicle).used() => {
                let to = (vehicle, topic);
                self.using.hear((now, &self.names), to, &payload, out);
            }
            Input::Heard {
                vehicle,
                topic,
                retained,
                payload,
            } => self.with(vehicle, out, facts, |master, names, out| {
                master.receive(now, names, (topic, retained), &payload, out);
            }),
            Input::Broker(up) => {
                self.troubles.tell(Trouble::BrokerLost, !up, facts);
                self.up = up;
                if up {
                    self.desks.connected();
                }
                let used = |v: &VehicleId| self.using.mode(*v).used();
                let used: Vec<VehicleId> = self.plant.vehicles.ids().filter(used).collect();
                for v in used {
                    self.with(v, out, facts, |master, names, out| {
                        if up {
                            master.connected(now, names, out);
                        } else {
                            master.disconnected();
                        }
                    });
                }
            }
            Input::Withdraw(v, keep) => self.with(v, out, facts, |master, names, out| {
                master.withdraw(now, names, keep, out);
            }),
            Input::Resolve(v, revision, done) => self.with(v, out, facts, |master, names, out| {
                master.resolve(now, names, revision, done, out);
            }),
            Input::Settle(v, (deck, place, pick), done) => {
                let what = What::Hand { deck, place, pick };
                self.with(v, out, facts, |master, names, out| {
                    master.settle(now, names, what, done, out);
                });
                if v.index() < self.masters.len() {
                    self.masters[v].dirty = true;
                }
            }
            Input::Readmit(v) => self.with(v, out, facts, |master, names, out| {
                master.readmit(now, names, out);
            }),
            Input::Fact(_)
            | Input::Wake
            | Input::Telegram(_)
            | Input::Driven(..)
            | Input::Beside(_)
            | Input::ClockJump(_) => {}
        }
    }

    fn tick(&mut self, now: Now, facts: &mut Vec<Event>, out: &mut Outputs) {
        for v in self.plant.vehicles.ids() {
            if self.masters[v].due <= now.time {
                self.with(v, out, facts, |master, names, out| {
                    master.tick(now, names, out)
                });
            }
        }
    }

    /// One call of a link: its facts, messages and notes go where they belong.
    pub(crate) fn with(
        &mut self,
        v: VehicleId,
        to: &mut Outputs,
        facts: &mut Vec<Event>,
        call: impl FnOnce(&mut Master, &Names, &mut Out),
    ) {
        if v.index() >= self.masters.len() {
            return;
        }
        let link = &mut self.masters[v];
        let out = &mut self.scratch.out;
        call(&mut link.master, &self.names, out);
        link.due = link.master.deadline();
        // What it only heard can be heard again; what it sent or told must be remembered.
        link.dirty |= !out.messages.is_empty() || !out.events.is_empty();
        let messages = out.messages.drain(..);
        to.messages.extend(messages.map(|message| (v, message)));
        facts.append(&mut out.events);
        self.troubles.link(v, &link.master, &out.notes, facts);
        to.notes.extend(out.notes.drain(..).map(|note| (v, note)));
    }

    /// Facts and the links' states, durable on return.
    fn keep(&mut self, now: Now, facts: &[Event]) -> Result<(), L::Error> {
        let mut states = Vec::new();
        for v in self.plant.vehicles.ids() {
            let link = &mut self.masters[v];
            if std::mem::take(&mut link.dirty) {
                states.push((LinkKey::Vehicle(v), snapshot(&link.master)));
            }
        }
        self.desks.states(&mut states);
        self.using.states(&mut states);
        states.extend(self.drivers.dirty());
        self.log.commit(now, facts, &states)
    }
}
