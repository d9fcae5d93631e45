//! The other side: the simulated plant behind the protocols that its devices would speak.
//!
//! Each vehicle is a `wire` vehicle whose body is the simulated one; stations, sources and places
//! speak in facts. Whoever calls carries the bytes and says how late it is.
//!
//! A vehicle that is not simulated is a puppet: an observer hears what the real one is told and tells, and its body
//! follows. A machine that is not simulated says nothing here, and its carriers are filled and emptied as the real one
//! reports.

use crate::mode::{Mode, NoSwitch};
use crate::showing::{Showing, Tee};
use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::vda5050::vehicle::Doing;
use fenhe_wire::vda5050::{
    Dialect, Fault, Message, Now, Observer, Quirks, Seen, Sight, Topic, Utc, Vehicle,
};
use fenhe_world::{Misfit, Standing, World};
use std::sync::Arc;

/// Misfits kept for the question "which?".
const MISFITS: usize = 100;

/// The plant whose messages are late and lost as whoever carries them decides.
fn bare(plant: &Plant) -> Arc<Plant> {
    let mut bare = plant.clone();
    (bare.messages.delay, bare.messages.loss) = (Dist::Constant(Span::ZERO), Share::ZERO);
    Arc::new(bare)
}

/// What devices have to say. Cleared by the caller.
#[derive(Clone, Default, Debug)]
pub struct Told {
    /// From vehicles, in order.
    pub messages: Vec<(VehicleId, Message)>,
    /// From stations, sources, sinks and places, in order.
    pub facts: Vec<Event>,
    /// Messages to vehicles that could not be read.
    pub faults: Vec<(VehicleId, Topic, Fault)>,
    /// Reports of real devices that cannot have happened in the simulated plant.
    pub misfits: Vec<Misfit>,
    /// What was heard of real vehicles and could not be made sense of.
    pub sights: Vec<(VehicleId, Sight)>,
}

/// A simulated plant with its devices.
pub struct Devices {
    names: Arc<Names>,
    world: World,
    vehicles: Fixed<VehicleId, Vehicle>,
    /// When each wants to be woken.
    due: Fixed<VehicleId, Time>,
    modes: Fixed<VehicleId, Mode>,
    /// Of those that are followed.
    observers: Fixed<VehicleId, Option<Observer>>,
    seen: Seen,
    /// The first hundred, and when.
    misfits: Vec<(Time, Misfit)>,
    /// The instant of `Time::ZERO`.
    epoch: Utc,
    showing: Showing,
    reports: Vec<Event>,
    records: Vec<(Time, Record)>,
    doing: Doing,
}

impl Devices {
    /// A plant at its epoch. Messages are late and lost as whoever carries them decides, not as the
    /// plant says.
    pub fn new(
        plant: &Arc<Plant>,
        names: Arc<Names>,
        seed: Seed,
        voice: impl Fn(VehicleId) -> (Dialect, Quirks),
    ) -> Devices {
        let vehicle = |v: VehicleId| {
            let (dialect, quirks) = voice(v);
            Vehicle::new(v, dialect, quirks, plant.vehicles[v].start, 0)
        };
        let vehicles = Fixed::like(&plant.vehicles, vehicle);
        Devices::of(plant, names, World::new(bare(plant), seed), vehicles)
    }

    /// A plant at work, each vehicle where it stands.
    pub(crate) fn at_work(
        plant: &Arc<Plant>,
        names: Arc<Names>,
        (world, stands): (&World, &Fixed<VehicleId, Standing>),
        voice: impl Fn(VehicleId) -> (Dialect, Quirks),
    ) -> Devices {
        let vehicle = |v: VehicleId| {
            let (stands, (dialect, quirks)) = (&stands[v], voice(v));
            let mut vehicle = Vehicle::new(v, dialect, quirks, stands.node, stands.revision);
            let loads = stands.loads.iter().copied();
            vehicle.knows(stands.permille, stands.charging, loads);
            vehicle
        };
        let vehicles = Fixed::like(&plant.vehicles, vehicle);
        Devices::of(plant, names, world.of_plant(bare(plant)), vehicles)
    }

    fn of(
        plant: &Plant,
        names: Arc<Names>,
        world: World,
        vehicles: Fixed<VehicleId, Vehicle>,
    ) -> Devices {
        Devices {
            names,
            showing: Showing::new(plant, world.now()),
            world,
            vehicles,
            due: Fixed::like(&plant.vehicles, |_| Time::NEVER),
            modes: Fixed::like(&plant.vehicles, |_| Mode::Simulated),
            observers: Fixed::like(&plant.vehicles, |_| None),
            seen: Seen::default(),
            misfits: Vec::new(),
            epoch: Utc::parse(&plant.epoch).unwrap_or_default(),
            reports: Vec::new(),
            records: Vec::new(),
            doing: Doing::default(),
        }
    }

    /// How often each vehicle writes a state though nothing has changed.
    pub fn tell_every(&mut self, every: Span) {
        for vehicle in self.vehicles.iter_mut() {
            vehicle.tell_every(every);
        }
    }

    /// The truth.
    pub fn world(&self) -> &World {
        &self.world
    }
    /// A vehicle's end of its link.
    pub fn vehicle(&self, v: VehicleId) -> &Vehicle {
        &self.vehicles[v]
    }

    /// Who a vehicle is; one that does not exist is off.
    pub fn mode(&self, v: VehicleId) -> Mode {
        self.modes.get(v).copied().unwrap_or(Mode::Off)
    }

    /// Where a vehicle is, as it told or was told last.
    pub fn node(&self, v: VehicleId) -> NodeId {
        self.vehicles[v].node()
    }

    /// The first hundred reports of real devices that cannot have happened in the simulated plant, and when.
    pub fn misfits(&self) -> &[(Time, Misfit)] {
        &self.misfits
    }

    /// Switches a vehicle over when it has nothing to do. `stated`: the deck positions that carry a load. Its
    /// connection is for the caller to open or close.
    ///
    /// # Errors
    /// See [`NoSwitch`].
    pub fn switch<S: RecordSink>(
        &mut self,
        now: Time,
        v: VehicleId,
        (mode, stated): (Mode, &[u8]),
        sink: &mut S,
        told: &mut Told,
    ) -> Result<(), NoSwitch> {
        let was = self.modes.get(v).copied().ok_or(NoSwitch::Unknown)?;
        let idle = match &self.observers[v] {
            Some(observer) => observer.idle(),
            None => self.vehicles[v].idle(),
        };
        if was != mode && !idle {
            return Err(NoSwitch::Busy);
        }
        let now = now.max(self.world.now());
        let puppet = mode != Mode::Simulated;
        self.world.puppet(now, v, puppet, stated, sink)?;
        self.modes[v] = mode;
        if !mode.followed() {
            self.observers[v] = None;
        } else if self.observers[v].is_none() {
            let dialect = self.vehicles[v].dialect().clone();
            self.observers[v] = Some(Observer::new(v, dialect));
        }
        if puppet {
            self.with(now, v, sink, told, |vehicle, now, _, out| {
                vehicle.leaves(now, out)
            });
        }
        Ok(())
    }

    /// A message that a real vehicle was told or told: its body follows.
    pub fn follow<S: RecordSink>(
        &mut self,
        now: Time,
        (v, topic): (VehicleId, Topic),
        bytes: &[u8],
        sink: &mut S,
        told: &mut Told,
    ) {
        let time = now.max(self.world.now());
        let at = self.now(time);
        if self.observers.get(v).is_none() {
            return;
        }
        let Some(observer) = &mut self.observers[v] else {
            return;
        };
        let mut seen = std::mem::take(&mut self.seen);
        observer.hear(at, &self.names, topic, bytes, &mut seen);
        for event in &seen.events {
            let Event::Vehicle(_, event) = *event else {
                continue;
            };
            let fits = self.world.follow(time, v, &event, sink);
            self.note(time, fits, told);
            // The simulated one's own end knows, should it take over again.
            self.with(time, v, sink, told, |vehicle, now, names, out| {
                vehicle.happened(now, names, event, out);
            });
        }
        told.sights
            .extend(seen.sights.drain(..).map(|sight| (v, sight)));
        seen.clear();
        self.seen = seen;
    }

    /// Switches the machine that a station is part of: simulated (`true`), or followed. `stated`: places of its ports
    /// that hold pieces.
    ///
    /// # Errors
    /// See [`NoSwitch`].
    pub fn switch_station<S: RecordSink>(
        &mut self,
        now: Time,
        station: StationId,
        (simulated, stated): (bool, &[PlaceId]),
        sink: &mut S,
    ) -> Result<(), NoSwitch> {
        let now = now.max(self.world.now());
        let done = self.world.foreign(now, station, !simulated, stated, sink);
        Ok(done?)
    }

    /// Whether a station is simulated.
    pub fn simulates(&self, station: StationId) -> bool {
        self.world.simulates_station(station)
    }

    /// A fact that somebody else's gateway told: the ports of its machines follow.
    pub fn follow_fact<S: RecordSink>(
        &mut self,
        now: Time,
        fact: &Event,
        sink: &mut S,
        told: &mut Told,
    ) {
        let Event::Place(place, event) = *fact else {
            return;
        };
        let now = now.max(self.world.now());
        let fits = self.world.follow_place(now, place, event, sink);
        self.note(now, fits, told);
    }

    fn note(&mut self, now: Time, fits: Result<(), Misfit>, told: &mut Told) {
        let Err(misfit) = fits else { return };
        told.misfits.push(misfit);
        if self.misfits.len() < MISFITS {
            self.misfits.push((now, misfit));
        }
    }

    /// When something happens next.
    pub fn next_at(&self) -> Time {
        let world = self.world.next_at().unwrap_or(Time::NEVER);
        let first = world.min(self.showing.next());
        self.due.iter().fold(first, |first, &due| first.min(due))
    }

    /// Goes on until then, and no further than the first instant at which somebody says something.
    pub fn advance<S: RecordSink>(&mut self, until: Time, sink: &mut S, told: &mut Told) -> Time {
        let first = until.min(self.showing.next());
        let first = self.due.iter().fold(first, |first, &due| first.min(due));
        let mut reports = std::mem::take(&mut self.reports);
        let mut tee = Tee(sink, &mut self.records);
        let now = self
            .world
            .advance(first.max(self.world.now()), &mut tee, &mut reports);
        for (at, record) in self.records.drain(..) {
            self.showing.hear(at, record);
        }
        for event in reports.drain(..) {
            match event {
                Event::Vehicle(v, event) => {
                    self.with(now, v, sink, told, |vehicle, now, names, out| {
                        vehicle.happened(now, names, event, out);
                    })
                }
                // Of a real machine the real one tells.
                other if !self.world.simulates(&other) => {}
                other => {
                    if let Event::Station(station, StationEvent::State(state)) = other {
                        self.showing.told(now, station, state);
                    }
                    told.facts.push(other);
                }
            }
        }
        let simulated = |event: &Event| self.world.simulates(event);
        let news = self.showing.news(now, &self.world);
        told.facts.extend(news.into_iter().filter(simulated));
        self.reports = reports;
        for i in 0..self.due.len() {
            let v = VehicleId(i as u32);
            if self.due[v] <= now {
                self.with(now, v, sink, told, |vehicle, now, names, out| {
                    vehicle.tick(now, names, out)
                });
            }
        }
        now
    }

    /// A message reaches a vehicle.
    pub fn hear<S: RecordSink>(
        &mut self,
        now: Time,
        (v, topic): (VehicleId, Topic),
        bytes: &[u8],
        sink: &mut S,
        told: &mut Told,
    ) {
        self.with(now, v, sink, told, |vehicle, now, names, out| {
            vehicle.receive(now, names, topic, bytes, out);
        });
    }

    /// An order reaches a station or a source. One for a machine that is not simulated is somebody else's.
    pub fn order<S: RecordSink>(&mut self, now: Time, command: &Command, sink: &mut S) {
        let here = match *command {
            Command::Run { station, .. } | Command::Hold { station, .. } => self.simulates(station),
            Command::Release { source, .. } => {
                let event = SourceEvent::Wanted {
                    product: ProductId(0),
                    count: 0,
                };
                self.world.simulates(&Event::Source(source, event))
            }
            _ => true,
        };
        if !here {
            return;
        }
        let mut tee = Tee(sink, &mut self.records);
        self.world
            .apply(now.max(self.world.now()), command, &[], &mut tee);
    }

    /// A vehicle's connection to the broker is up, or down.
    pub fn connected<S: RecordSink>(
        &mut self,
        now: Time,
        v: VehicleId,
        up: bool,
        sink: &mut S,
        told: &mut Told,
    ) {
        self.with(now, v, sink, told, |vehicle, now, names, out| {
            if up {
                vehicle.connected(now, names, out);
            } else {
                vehicle.disconnected();
            }
        });
    }

    /// What a vehicle leaves with the broker for the case that it is lost.
    pub fn will(&self, now: Time, v: VehicleId) -> Message {
        self.vehicles[v].will(self.now(now))
    }

    fn now(&self, time: Time) -> Now {
        Now {
            time,
            utc: Utc(self.epoch.0 + time.0),
        }
    }

    fn with<S: RecordSink>(
        &mut self,
        now: Time,
        v: VehicleId,
        sink: &mut S,
        told: &mut Told,
        call: impl FnOnce(&mut Vehicle, Now, &Names, &mut Doing),
    ) {
        if v.index() >= self.vehicles.len() {
            return;
        }
        let time = now.max(self.world.now());
        let at = self.now(time);
        let doing = &mut self.doing;
        call(&mut self.vehicles[v], at, &self.names, doing);
        self.due[v] = self.vehicles[v].deadline();
        told.messages
            .extend(doing.messages.drain(..).map(|message| (v, message)));
        told.faults.extend(
            doing
                .faults
                .drain(..)
                .map(|(topic, fault)| (v, topic, fault)),
        );
        for command in &doing.commands.list {
            self.world.apply(time, command, &doing.commands.edges, sink);
        }
        doing.commands.clear();
    }
}
