//! THE decision core: facts in, orders out. One module a concern; nothing here knows a clock.
//!
//! ```text
//!   Event --> books (what is believed) --> release / stations / transports / dispatch / charging
//!                                                            |            goals
//!                                                            v
//!                                                         traffic --> Drive
//! ```
#![no_std]
extern crate alloc;

mod access;
mod alarms;
mod belief;
mod books;
mod charging;
mod dispatch;
mod fleet;
mod graph;
mod inside;
mod jobs;
mod moving;
mod operator;
mod orders;
mod parking;
mod passing;
mod people;
mod places;
mod ports;
mod racks;
mod release;
mod resend;
mod routes;
mod shadow;
mod stations;
mod tables;
mod traffic;
mod transports;
mod ways;

pub use access::{AccessView, AreaView, StopGroupView};
pub use alarms::AlarmView;
use alarms::Alarms;
use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Owner, Plant};
use fleet::Desk;
pub use operator::{OrderLeft, TransportNow};
use serde::{Deserialize, Serialize};
pub use shadow::{Choice, Observed, Taken};
use tables::Tables;

/// The decision core for one plant. A clone is a fork.
#[derive(Clone)]
pub struct Controller {
    plant: Arc<Plant>,
    tables: Arc<Tables>,
    state: State,
}

#[derive(Clone, Serialize, Deserialize)]
struct State {
    orders: orders::Orders,
    release: release::Release,
    stations: stations::Stations,
    carrying: fleet::Carrying,
    alarms: Alarms,
    access: access::Access,
}

impl Controller {
    /// For a plant at its epoch, everything where the plant says it starts.
    pub fn new(plant: Arc<Plant>) -> Controller {
        let tables = Arc::new(Tables::new(&plant));
        let state = State {
            orders: orders::Orders::default(),
            release: release::Release::new(&plant, &tables),
            stations: stations::Stations::new(&plant),
            carrying: fleet::Carrying::new(&plant, &tables),
            alarms: Alarms::new(&plant),
            access: access::Access::new(&plant),
        };
        Controller {
            plant,
            tables,
            state,
        }
    }
    /// From a snapshot taken with the same plant.
    ///
    /// # Errors
    /// The bytes are not a snapshot of a controller.
    pub fn restore(plant: Arc<Plant>, bytes: &[u8]) -> Result<Controller, BadSnapshot> {
        let tables = Arc::new(Tables::new(&plant));
        Ok(Controller {
            plant,
            tables,
            state: restore(bytes)?,
        })
    }

    fn desk<'a>(&'a mut self, now: Time, out: &'a mut Commands) -> Desk<'a> {
        Desk {
            plant: &self.plant,
            tables: &self.tables,
            now,
            own: &mut self.state.carrying,
            out,
        }
    }

    /// All alarms: those on the operator's list, and those kept from it (shelved, suppressed, out
    /// of service), in order of their points.
    pub fn alarms(&self) -> impl Iterator<Item = AlarmView<'_>> {
        self.state.alarms.views(&self.plant)
    }

    /// What it was told to be wrong around it, and not yet to be over.
    pub fn troubles(&self) -> impl Iterator<Item = Trouble> + '_ {
        self.state.alarms.troubles()
    }

    /// When something has to be decided, alarms apart.
    #[inline]
    fn decides_at(&self) -> (Time, Deadline) {
        let own = &self.state.carrying;
        if own.watch.is_some() {
            return (own.next_retry(), Deadline::Dispatch);
        }
        let (mut at, mut why) = (self.state.release.deadline(), Deadline::Release);
        if own.links.deadline() < at {
            (at, why) = (own.links.deadline(), Deadline::Resend);
        }
        if own.next_look() < at {
            (at, why) = (own.next_look(), Deadline::Dispatch);
        }
        (at, why)
    }

    /// The time it waited for has come. Alarms decide nothing, also not by waking the rest.
    fn wake(&mut self, now: Time, out: &mut Commands) {
        let alarms = self.state.alarms.deadline() <= now;
        if !alarms || self.decides_at().0 <= now {
            if !self.shadows() {
                self.state.release.start(&self.plant, out);
            }
            self.desk(now, out).wake();
        }
        if alarms {
            let eyes = alarms::Eyes {
                plant: &self.plant,
                tables: &self.tables,
                carrying: &self.state.carrying,
                stations: &self.state.stations,
                roots: alarms::Roots::default(),
            };
            self.state.alarms.wake(&eyes, now, out);
        }
    }

    /// Pieces let into stations that run by themselves.
    #[inline]
    fn count_in(&mut self, now: Time, commands: &[Command]) {
        let entry = &self.tables.exits.entry;
        let inside = &mut self.state.carrying.inside;
        for command in commands {
            match *command {
                Command::Release {
                    source,
                    product,
                    count,
                    ..
                } => {
                    let to = self.plant.sources[source].to;
                    if entry.get(to) == Some(&true) && self.tables.takers[to].is_empty() {
                        inside.entered(now, to, product, count);
                    }
                }
                Command::Run { station, .. } => {
                    let from = self.plant.stations[station].inputs.first();
                    let product = self.state.stations.last(station);
                    if let (Some(from), Some(product)) = (from, product)
                        && entry[from.buffer]
                    {
                        inside.entered(now, from.buffer, product, 1);
                    }
                }
                Command::Drive { .. }
                | Command::Handle { .. }
                | Command::Charge { .. }
                | Command::Hold { .. }
                | Command::Carry { .. }
                | Command::Go { .. }
                | Command::Ask(_) => {}
            }
        }
    }

    fn station(&mut self, now: Time, id: StationId, event: StationEvent, out: &mut Commands) {
        let (plant, tables) = (&*self.plant, &*self.tables);
        let State {
            orders,
            release,
            stations,
            carrying,
            alarms,
            ..
        } = &mut self.state;
        if let StationEvent::State(state) = event {
            let states = (stations.state(id).0, state);
            alarms.station(&mut alarms::Ctx { plant, now, out }, id, states);
        }
        let scraps = &tables.exits.scraps[id];
        stations.reported(
            &stations::Ctx {
                plant,
                tables,
                orders,
                now,
            },
            id,
            event,
            out,
        );
        match event {
            StationEvent::Ended(tag) => {
                release.ended((plant, tables), id, 1, out);
                if tables.dues_end[id] {
                    orders.forget(tag);
                }
            }
            StationEvent::Scrapped(tag) => {
                release.ended((plant, tables), id, 1, out);
                release.scrapped((plant, tables), id, 1, out);
                carrying.inside.left(scraps, 1);
                orders.forget(tag);
            }
            StationEvent::Counted(count) => {
                release.ended((plant, tables), id, count.good + count.scrap, out);
                if count.scrap > 0 {
                    carrying.inside.left(scraps, count.scrap);
                    release.scrapped((plant, tables), id, count.scrap, out);
                }
            }
            StationEvent::Started(tag) => {
                if tables.dues_end[id] {
                    orders.forget(tag);
                }
            }
            StationEvent::State(_) | StationEvent::Refused(_) | StationEvent::Shows(_) => {}
        }
    }
}

impl Decide for Controller {
    #[inline]
    fn handle(&mut self, now: Time, event: &Event, out: &mut Commands) {
        let before = out.list.len();
        let (plant, tables) = (&*self.plant, &*self.tables);
        let state = &mut self.state;
        match *event {
            Event::Source(source, SourceEvent::Wanted { product, count }) => {
                state
                    .release
                    .wanted((plant, now), source, (product, count), out);
            }
            Event::Source(source, SourceEvent::Entered { tag, order }) => {
                state.release.entered(source);
                state.orders.entered(tables, tag, order);
            }
            Event::Sink(sink, count) => {
                let entries = &tables.exits.sinks[sink];
                state.carrying.inside.left(entries, count.good);
                let all = count.good + count.scrap;
                state.stations.passed(&tables.passing.sinks[sink], all);
                state.release.left((plant, tables), sink, all, out);
            }
            Event::Order(ref order) => {
                state.orders.opened(order);
                state.release.order((plant, tables), order, out);
            }
            Event::Station(id, event) => self.station(now, id, event, out),
            Event::Queue(buffer, QueueEvent::Arrived { tag, product }) => {
                let ctx = stations::Ctx {
                    plant,
                    tables,
                    orders: &state.orders,
                    now,
                };
                state.stations.arrived(&ctx, buffer, (tag, product), out);
                state.carrying.inside.left(&tables.exits.buffers[buffer], 1);
                state.stations.passed(&tables.passing.buffers[buffer], 1);
            }
            Event::Vehicle(v, event) => {
                let ctx = &mut alarms::Ctx { plant, now, out };
                state.alarms.vehicle(ctx, v, &event);
                if let VehicleEvent::Held(on) = event {
                    state.access.held(v, on);
                }
                let mut desk = self.desk(now, out);
                desk.vehicle(v, event);
                desk.dispatch();
            }
            Event::Place(place, event) => {
                let ctx = &mut alarms::Ctx { plant, now, out };
                state.alarms.place(ctx, place);
                if let (PlaceEvent::Filled { count, .. }, Owner::Buffer(buffer)) =
                    (event, plant.places[place].owner)
                {
                    let passed = &tables.passing.buffers[buffer];
                    state.stations.passed(passed, u32::from(count));
                }
                let mut desk = self.desk(now, out);
                desk.place(place, event);
                desk.dispatch();
            }
            Event::Crane(crane, event) => {
                let ctx = &mut alarms::Ctx { plant, now, out };
                state.alarms.crane(ctx, crane, &event);
                let mut desk = self.desk(now, out);
                desk.crane(crane, event);
                desk.dispatch();
            }
            Event::Link(v, back) => {
                let ctx = &mut alarms::Ctx { plant, now, out };
                state.alarms.link(ctx, v, back);
                let mut desk = self.desk(now, out);
                desk.link(v, back);
                desk.dispatch();
            }
            Event::Deadline => self.wake(now, out),
            Event::Alarm(id, act) => {
                let ctx = &mut alarms::Ctx { plant, now, out };
                state.alarms.act(ctx, id, act);
            }
            Event::Access(..) | Event::Fire(..) | Event::EStop(..) => {
                self.people(now, event, out);
            }
            Event::OutOfService(point, on) => {
                let ctx = &mut alarms::Ctx { plant, now, out };
                state.alarms.service(ctx, point, on);
            }
            Event::Trouble(trouble, on) => {
                let ctx = &mut alarms::Ctx { plant, now, out };
                state.alarms.trouble(ctx, trouble, on);
            }
            Event::Operator(act) => self.operator(now, act, out),
            Event::Calendar(..) | Event::Plan(_) => {}
        }
        if !self.state.access.quiet() {
            self.keep_clear(now, out);
        }
        if self.shadows() {
            out.list.truncate(before); // what follows from people and stops is for the other master too
        }
        self.count_in(now, &out.list[before..]);
    }
    #[inline]
    fn deadline(&self) -> Option<(Time, Deadline)> {
        let (mut at, mut why) = self.decides_at();
        if self.state.alarms.deadline() < at {
            (at, why) = (self.state.alarms.deadline(), Deadline::Alarm);
        }
        (at < Time::NEVER).then_some((at, why))
    }
    fn digest(&self) -> Digest {
        Digest::of(&self.state)
    }
    fn snapshot(&self) -> Vec<u8> {
        snapshot(&self.state)
    }
}
