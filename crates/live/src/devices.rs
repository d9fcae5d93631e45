//! The other side: the simulated plant behind the protocols that its devices would speak.
//!
//! Each vehicle is a `wire` vehicle whose body is the simulated one; stations, sources and places
//! speak in facts. Whoever calls carries the bytes and says how late it is.

use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::vda5050::vehicle::Doing;
use fenhe_wire::vda5050::{Dialect, Fault, Message, Now, Quirks, Topic, Utc, Vehicle};
use fenhe_world::World;
use std::sync::Arc;

/// What devices have to say. Cleared by the caller.
#[derive(Clone, Default, Debug)]
pub struct Told {
    /// From vehicles, in order.
    pub messages: Vec<(VehicleId, Message)>,
    /// From stations, sources, sinks and places, in order.
    pub facts: Vec<Event>,
    /// Messages to vehicles that could not be read.
    pub faults: Vec<(VehicleId, Topic, Fault)>,
}

/// A simulated plant with its devices.
pub struct Devices {
    names: Arc<Names>,
    world: World,
    vehicles: Fixed<VehicleId, Vehicle>,
    /// When each wants to be woken.
    due: Fixed<VehicleId, Time>,
    /// The instant of `Time::ZERO`.
    epoch: Utc,
    reports: Vec<Event>,
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
        let mut bare = (**plant).clone();
        (bare.messages.delay, bare.messages.loss) = (Span::ZERO, Share::ZERO);
        let vehicle = |v: VehicleId| {
            let (dialect, quirks) = voice(v);
            Vehicle::new(v, dialect, quirks, plant.vehicles[v].start, 0)
        };
        Devices {
            names,
            world: World::new(Arc::new(bare), seed),
            vehicles: Fixed::like(&plant.vehicles, vehicle),
            due: Fixed::like(&plant.vehicles, |_| Time::NEVER),
            epoch: Utc::parse(&plant.epoch).unwrap_or_default(),
            reports: Vec::new(),
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

    /// When something happens next.
    pub fn next_at(&self) -> Time {
        let world = self.world.next_at().unwrap_or(Time::NEVER);
        self.due.iter().fold(world, |first, &due| first.min(due))
    }

    /// Goes on until then, and no further than the first instant at which somebody says something.
    pub fn advance<S: RecordSink>(&mut self, until: Time, sink: &mut S, told: &mut Told) -> Time {
        let first = self.due.iter().fold(until, |first, &due| first.min(due));
        let mut reports = std::mem::take(&mut self.reports);
        let now = self
            .world
            .advance(first.max(self.world.now()), sink, &mut reports);
        for event in reports.drain(..) {
            match event {
                Event::Vehicle(v, event) => {
                    self.with(now, v, sink, told, |vehicle, now, names, out| {
                        vehicle.happened(now, names, event, out);
                    })
                }
                other => told.facts.push(other),
            }
        }
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

    /// An order reaches a station or a source.
    pub fn order<S: RecordSink>(&mut self, now: Time, command: &Command, sink: &mut S) {
        self.world
            .apply(now.max(self.world.now()), command, &[], sink);
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
