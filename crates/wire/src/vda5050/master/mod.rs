//! Master control's end of the link with one vehicle.
//!
//! Commands become orders whose base is exactly what was commanded; states become facts. One
//! update is under way at a time: it is sent again, with the same ids, until a state shows it.
//! After every (re)connect a state comes first, then only what that state does not show. Nothing
//! is sent after a rejection until the order is withdrawn. Errors alone ground no vehicle.
//!
//! ```text
//!   commands --> Road (pending -> order) --> order messages
//!   bytes --> read --> Ear (stale?) --> Road::progress, works --> facts
//!                          \--> Trust (isolated?)
//! ```

pub(super) mod ear;
pub(super) mod hear;
mod instant;
mod recover;
pub(super) mod road;
mod sending;
mod tell;
pub(super) mod works;

pub use road::What;

use super::dialect::{Dialect, Topic};
use super::fault::{Breach, Fault};
use super::model::{Mode, Presence, Status};
use super::{Message, Now, read};
use crate::Names;
use alloc::string::String;
use alloc::vec::Vec;
use ear::{Ear, Trust};
use fenhe_contract::*;
use instant::{Instant, Kind};
use road::Road;
use serde::{Deserialize, Serialize};

/// What one call of a [`Master`] leads to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Out {
    /// To be published, in order.
    pub messages: Vec<Message>,
    /// Facts for the decision core, in order.
    pub events: Vec<Event>,
    /// For the log and for alarms.
    pub notes: Vec<Note>,
}

/// Something worth a line in the log, or an alarm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Note {
    /// A message that could not be read.
    Unreadable(Topic, Fault),
    /// A message older than one already read; dropped.
    Stale(Topic),
    /// The order was sent many times, and no state shows it or says why not.
    OrderIgnored,
    /// The vehicle rejected the order; held until it is withdrawn. The vehicle's word for it.
    Rejected(String),
    /// It has forgotten an order that it had accepted; what is left goes as a new one.
    OrderLost,
    /// It stands where the commanded route does not lead.
    OffRoute,
    /// Whether the hand-over of this revision took place is not known; an operator must say.
    InDoubt(u32),
    /// The action of this revision failed and can be tried again (3.0); an operator must say.
    Retriable(u32),
    /// The order is withdrawn.
    Withdrawn,
    /// An instant action never showed and is not sent any more.
    InstantIgnored(&'static str),
    /// An instant action failed.
    InstantFailed(&'static str),
    /// It has broken a rule.
    Breach(Breach),
    /// It has broken rules too often: nothing is sent to it until it is readmitted.
    Isolated(Breach),
    /// Its operating mode has changed.
    Mode(Mode),
    /// It told what it can do.
    Factsheet {
        /// Series.
        series: String,
        /// Names of the actions it knows.
        actions: Vec<String>,
    },
}

/// May it be talked to?
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Phase {
    /// Our own link is down, or was never up.
    Away,
    /// A state is awaited.
    Asking,
    /// It has told a state since we connected.
    Talking,
}

/// Our end of one vehicle's link. All of it is state, to be kept with [`snapshot`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Master {
    vehicle: VehicleId,
    dialect: Dialect,
    phase: Phase,
    road: Road,
    instants: Vec<Instant>,
    instant_serial: u64,
    header_ids: [u32; 2],
    ear: Ear,
    trust: Trust,
    seen: Seen,
    told: Told,
    rejected: Option<String>,
    withdrawing: Option<bool>,
    /// Most nodes of one order, by its newest factsheet.
    max_nodes: Option<u16>,
}

/// What the newest state showed, as far as it matters later.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Seen {
    mode: Mode,
    driving: bool,
    /// It would accept a new order.
    idle: bool,
    /// Nothing but horizon is left of an order, and that keeps it from being idle.
    left_over: bool,
    /// A mode in which orders are forgotten was seen.
    cleared: bool,
    stopped: bool,
    off_route: bool,
    charging: bool,
    /// Where it says it is.
    node: Option<NodeId>,
    /// How far from its last node it says it is [mm].
    astray: u32,
    /// Deck positions that it shows loaded, one bit each; `None` where it tells no loads.
    decks: Option<u64>,
    /// Signatures of the errors shown.
    errors: Vec<u64>,
}

/// What control was told last.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Told {
    up: bool,
    held: bool,
    charge: Option<(u16, bool)>,
}

impl Master {
    /// For a vehicle that is believed at a node and was given commands up to `revision` before.
    pub fn new(vehicle: VehicleId, dialect: Dialect, node: NodeId, revision: u32) -> Master {
        Master {
            vehicle,
            dialect,
            phase: Phase::Away,
            road: Road::new(node, revision),
            instants: Vec::new(),
            instant_serial: 0,
            header_ids: [0; 2],
            ear: Ear::default(),
            trust: Trust::default(),
            seen: Seen {
                mode: Mode::Automatic,
                driving: false,
                idle: false,
                left_over: false,
                cleared: false,
                stopped: false,
                off_route: false,
                charging: false,
                node: None,
                astray: 0,
                decks: None,
                errors: Vec::new(),
            },
            told: Told {
                up: true,
                held: false,
                charge: None,
            },
            rejected: None,
            withdrawing: None,
            max_nodes: None,
        }
    }

    /// How it is talked to.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }
    /// Why nothing is sent to it, if it was isolated.
    pub fn isolated(&self) -> Option<Breach> {
        self.trust.isolated
    }
    /// The word with which it rejected the order, until that is withdrawn.
    pub fn rejected(&self) -> Option<&str> {
        self.rejected.as_deref()
    }
    /// It has told something not too long ago.
    pub fn is_up(&self) -> bool {
        self.phase == Phase::Talking && self.told.up
    }
    /// Everything commanded is done.
    pub fn idle(&self) -> bool {
        self.road.done() == self.road.revision
    }
    /// Revisions of the hand-overs that are in doubt.
    pub fn doubts(&self) -> impl Iterator<Item = u32> + '_ {
        self.road.doubts.iter().map(|work| work.revision)
    }

    /// Hand-overs in doubt: revision, deck position, place, taking or giving.
    pub fn doubted(&self) -> impl Iterator<Item = (u32, u8, PlaceId, bool)> + '_ {
        self.road.doubts.iter().filter_map(|work| match work.what {
            What::Hand { deck, place, pick } => Some((work.revision, deck, place, pick)),
            What::Charge { .. } => None,
        })
    }

    /// Our link to the broker is up (again), or we have been restarted: a state comes first.
    pub fn connected(&mut self, now: Now, names: &Names, out: &mut Out) {
        self.phase = Phase::Asking;
        self.ear.start(now.time);
        self.instants
            .retain(|instant| instant.kind != Kind::StateRequest);
        self.instant(now, Kind::StateRequest, out);
        self.pump(now, names, out);
    }

    /// Our link to the broker is down: nothing is sent.
    pub fn disconnected(&mut self) {
        self.phase = Phase::Away;
    }

    /// The vehicle is not used for a while: nothing is sent to it, and control is told that it is not there. It is used
    /// again from [`Master::connected`] on, as soon as it tells a state.
    pub fn rest(&mut self, out: &mut Out) {
        self.phase = Phase::Away;
        self.ear.heard = None;
        self.tell_up(false, out);
    }

    /// Takes this vehicle's commands out of a batch.
    pub fn commands(&mut self, now: Now, names: &Names, commands: &Commands, out: &mut Out) {
        for command in &commands.list {
            let fits = match *command {
                Command::Drive {
                    vehicle,
                    revision,
                    first,
                    count,
                } if vehicle == self.vehicle => {
                    let end = first as usize + count as usize;
                    let edges = commands.edges.get(first as usize..end);
                    edges.is_some_and(|edges| self.road.drive(names, revision, edges))
                }
                Command::Handle {
                    vehicle,
                    revision,
                    deck,
                    place,
                    pick,
                } if vehicle == self.vehicle => {
                    self.road.work(revision, What::Hand { deck, place, pick })
                }
                Command::Charge {
                    vehicle,
                    revision,
                    until_permille: until,
                } if vehicle == self.vehicle => self.road.work(revision, What::Charge { until }),
                _ => true,
            };
            if !fits {
                self.tell_state(out);
            }
        }
        self.pump(now, names, out);
    }

    /// Says where the route will probably lead from the end of the base: the horizon.
    pub fn horizon(&mut self, now: Now, names: &Names, edges: &[EdgeId], out: &mut Out) {
        self.road
            .set_horizon(names, edges, self.dialect.max_horizon);
        self.pump(now, names, out);
    }

    /// Takes a message from one of its topics. `retained`: the broker kept it.
    pub fn receive(
        &mut self,
        now: Now,
        names: &Names,
        (topic, retained): (Topic, bool),
        bytes: &[u8],
        out: &mut Out,
    ) {
        let result = match topic {
            // States are not retained. One that is may be days old: it answers no question.
            Topic::State if retained => {
                out.notes.push(Note::Stale(topic));
                Ok(())
            }
            Topic::State => self.state(now, names, bytes, out),
            Topic::Connection => self.connection(now, retained, bytes, out),
            Topic::Factsheet => self.factsheet(now, retained, bytes, out),
            Topic::Visualization => Ok(()),
            Topic::Order | Topic::InstantActions => Err(Fault::Topic),
        };
        if let Err(fault) = result {
            out.notes.push(Note::Unreadable(topic, fault));
            self.breach(now, Breach::Unreadable(fault), out);
        }
        self.pump(now, names, out);
    }

    /// To be called at [`Master::deadline`].
    pub fn tick(&mut self, now: Now, names: &Names, out: &mut Out) {
        self.listen(now, out);
        self.send_instants_again(now, out);
        self.send_order_again(now, names, out);
        self.pump(now, names, out);
    }

    /// The earliest time at which it wants to be woken.
    pub fn deadline(&self) -> Time {
        if self.phase == Phase::Away {
            return self.silence();
        }
        let instants = self.instants.iter().map(|instant| instant.next);
        let first = instants.min().unwrap_or(Time::NEVER);
        let order = if self.may_send() {
            self.road.due()
        } else {
            Time::NEVER
        };
        first.min(order).min(self.silence())
    }

    /// Takes the order back: cancelOrder, then nothing until the vehicle stands. `keep`: what was
    /// not done goes again as a new order; otherwise it is forgotten and told as failed.
    pub fn withdraw(&mut self, now: Now, names: &Names, keep: bool, out: &mut Out) {
        if keep && self.try_again(now) {
            return self.tick(now, names, out);
        }
        self.withdrawing = Some(keep);
        if self.road.has_order() {
            self.instant(now, Kind::CancelOrder, out);
        } else {
            self.withdrawn(names, out);
        }
        self.pump(now, names, out);
    }

    /// Pauses the vehicle where it is, or lets it go on.
    pub fn pause(&mut self, now: Now, on: bool, out: &mut Out) {
        let opposite = if on {
            Kind::StopPause
        } else {
            Kind::StartPause
        };
        self.instants.retain(|instant| instant.kind != opposite);
        let kind = if on {
            Kind::StartPause
        } else {
            Kind::StopPause
        };
        self.instant(now, kind, out);
    }

    /// An operator says whether a hand-over in doubt took place.
    pub fn resolve(&mut self, now: Now, names: &Names, revision: u32, done: bool, out: &mut Out) {
        self.settle_doubt(revision, done, out);
        self.tell_held(out);
        self.pump(now, names, out);
    }

    /// An operator has said how a hand-over ended, and control knows: it is not told again. If it did
    /// not take place the vehicle's order is taken back, and what else is in it goes again.
    pub fn settle(&mut self, now: Now, names: &Names, what: What, done: bool, out: &mut Out) {
        if self.strike(what) && !done {
            self.withdraw(now, names, true, out);
        }
        self.tell_held(out);
        self.pump(now, names, out);
    }

    /// An operator lets an isolated vehicle take part again.
    pub fn readmit(&mut self, now: Now, names: &Names, out: &mut Out) {
        self.trust = Trust::default();
        self.ear.twins = 0;
        self.tell_held(out);
        self.connected(now, names, out);
    }

    fn connection(
        &mut self,
        now: Now,
        retained: bool,
        bytes: &[u8],
        out: &mut Out,
    ) -> Result<(), Fault> {
        let message = read::connection(bytes)?;
        read::check_sender(&message.header, &self.dialect)?;
        match message.presence {
            // Not a health check: only a state says that it is back.
            Presence::Online => self.instant(now, Kind::StateRequest, out),
            // A retained one may be hours old: silence will tell.
            Presence::Offline | Presence::Broken | Presence::Hibernating if retained => {}
            // A last will may come after the vehicle has come back: it is asked.
            Presence::Broken => {
                self.tell_up(false, out);
                self.instant(now, Kind::StateRequest, out);
            }
            Presence::Offline | Presence::Hibernating => self.tell_up(false, out),
        }
        Ok(())
    }

    /// A retained one may be that of an earlier vehicle with this name: it is asked for anew.
    fn factsheet(
        &mut self,
        now: Now,
        retained: bool,
        bytes: &[u8],
        out: &mut Out,
    ) -> Result<(), Fault> {
        let sheet = read::factsheet(bytes)?;
        read::check_sender(&sheet.header, &self.dialect)?;
        if retained {
            self.instant(now, Kind::FactsheetRequest, out);
        } else {
            self.instants.retain(|i| i.kind != Kind::FactsheetRequest);
        }
        let nodes = sheet.max_nodes.filter(|&nodes| nodes >= 2);
        self.max_nodes = nodes.map(|nodes| u16::try_from(nodes).unwrap_or(u16::MAX));
        let (series, actions) = (sheet.series, sheet.actions);
        out.notes.push(Note::Factsheet { series, actions });
        Ok(())
    }

    /// Most edges of an order, base and horizon, by dialect and factsheet.
    fn most_edges(&self) -> (usize, usize) {
        let dialect = usize::from(self.dialect.max_base.max(1));
        let sheet = self
            .max_nodes
            .map_or(usize::MAX, |nodes| usize::from(nodes) - 1);
        (dialect.min(sheet), sheet)
    }

    /// Asks for the factsheet.
    pub fn ask_factsheet(&mut self, now: Now, out: &mut Out) {
        self.instant(now, Kind::FactsheetRequest, out);
    }

    fn may_send(&self) -> bool {
        self.phase == Phase::Talking
            && self.trust.isolated.is_none()
            && self.rejected.is_none()
            && self.withdrawing.is_none()
            && self.road.doubts.is_empty()
            && self.seen.mode.obeys()
    }
}

/// Whether a status ends the wait for an action.
fn over(status: Option<Status>) -> bool {
    status.is_some_and(Status::over)
}
