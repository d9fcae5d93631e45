//! Control, links and simulated devices in one process on a virtual clock: real bytes, every message
//! late by the same.

use crate::devices::{Devices, Told};
use crate::engine::{Engine, Input, Outputs};
use crate::log::Log;
use fenhe_contract::*;
use fenhe_plant::{Moving, Plant};
use fenhe_wire::vda5050::{Message, Now, Topic, Utc};
use std::collections::VecDeque;

/// Hears a message: when, of which vehicle, on which of its topics, and what.
pub type Ear = Box<dyn FnMut(Time, VehicleId, Topic, &[u8])>;

/// Both sides and what is on its way between them.
pub struct Loopback<L> {
    /// The controller.
    pub engine: Engine<L>,
    /// The plant.
    pub devices: Devices,
    delay: Span,
    epoch: Utc,
    down: VecDeque<(Time, VehicleId, Message)>,
    up: VecDeque<(Time, VehicleId, Message)>,
    /// Hears every message as it arrives, as anybody at the broker could.
    pub ear: Option<Ear>,
    /// Messages carried so far: to vehicles, from vehicles.
    pub carried: [u64; 2],
    told: Told,
    /// Facts of stations that the controller has not confirmed.
    unconfirmed: Vec<Event>,
    /// From the devices' ids to the controller's and back, where its plant has changed since.
    bridge: Option<[Moving; 2]>,
    /// The controller is not there until then.
    away: Time,
    out: Outputs,
}

impl<L: Log> Loopback<L> {
    /// Links are up, and both sides have told each other so, before the first instant.
    ///
    /// # Errors
    /// The log's.
    pub fn new(engine: Engine<L>, devices: Devices, delay: Span) -> Result<Loopback<L>, L::Error> {
        let epoch = Utc::parse(&engine.plant().epoch).unwrap_or_default();
        let mut all = Loopback {
            engine,
            devices,
            delay,
            epoch,
            down: VecDeque::new(),
            up: VecDeque::new(),
            ear: None,
            carried: [0; 2],
            told: Told::default(),
            unconfirmed: Vec::new(),
            bridge: None,
            away: Time(i64::MIN),
            out: Outputs::default(),
        };
        let plant = all.engine.plant().clone();
        let begins = all.devices.world().now();
        for v in plant.vehicles.ids() {
            all.devices
                .connected(begins, v, true, &mut NoRecords, &mut all.told);
        }
        Ok(all)
    }

    /// Before the first instant: both sides tell each other that they are there. Orders decided on
    /// meanwhile are late as ever.
    ///
    /// # Errors
    /// The log's.
    pub fn greet(&mut self, hear: &mut impl FnMut(Time, &Outputs)) -> Result<(), L::Error> {
        let late = std::mem::replace(&mut self.delay, Span::ZERO);
        let now = self.devices.world().now();
        self.post(now);
        self.step(now, vec![Input::Broker(true)], hear)?;
        let mut orders = Vec::new();
        while self.next_on_wire() <= now {
            let (order, other) = std::mem::take(&mut self.down)
                .into_iter()
                .partition::<VecDeque<_>, _>(|(_, _, message)| message.kind == Topic::Order);
            self.down = other;
            orders.extend(order);
            let inputs = self.arrive(now, &mut NoRecords);
            self.step(now, inputs, hear)?;
        }
        self.delay = late;
        let late = orders
            .into_iter()
            .map(|(at, v, message)| (at + late, v, message));
        self.down.extend(late);
        Ok(())
    }

    /// Another controller takes over at `at`: what vehicles say meanwhile nobody hears; stations
    /// say again what was not confirmed. `confirmed`: their last facts were kept.
    pub fn replace(&mut self, engine: Engine<L>, at: Time, confirmed: bool, orders: &[Command]) {
        self.engine = engine;
        self.away = at;
        if confirmed {
            self.unconfirmed.clear();
        }
        self.out.clear();
        self.up.clear();
        for order in orders {
            self.order(self.devices.world().now(), order, &mut NoRecords);
        }
    }

    /// The controller that takes over next knows a changed plant: what both have goes by name between them,
    /// of what only one has the other hears nothing.
    pub fn changed(&mut self, devices: &Plant, controller: &Plant) {
        let there = Moving::new(devices, controller);
        self.bridge = Some([there, Moving::new(controller, devices)]);
        self.down.clear();
    }

    fn order<S: RecordSink>(&mut self, now: Time, order: &Command, sink: &mut S) {
        let moved = self
            .bridge
            .as_ref()
            .map(|[_, back]| back.carry(order, None));
        match moved {
            None => self.devices.order(now, order, sink),
            Some(Ok(order)) => self.devices.order(now, &order, sink),
            Some(Err(_)) => {}
        }
    }

    /// A vehicle's id on the other side; `way` 0: at the controller, 1: at the devices.
    fn across(&self, v: VehicleId, way: usize) -> Option<VehicleId> {
        match &self.bridge {
            None => Some(v),
            Some(ways) => ways[way].id(v),
        }
    }

    /// Runs until then. `hear` is told of each step: its time and what came of it.
    ///
    /// # Errors
    /// The log's.
    pub fn run<S: RecordSink>(
        &mut self,
        until: Time,
        sink: &mut S,
        hear: &mut impl FnMut(Time, &Outputs),
    ) -> Result<(), L::Error> {
        loop {
            let there = self.away <= self.devices.world().now();
            let core = if there {
                self.engine.deadline()
            } else {
                self.away
            };
            let limit = self.next_on_wire().min(core).min(until);
            let now = self.devices.advance(limit, sink, &mut self.told);
            let mut inputs = Vec::new();
            let told = self.told.facts.drain(..);
            match &self.bridge {
                None => self.unconfirmed.extend(told),
                Some([there, _]) => self
                    .unconfirmed
                    .extend(told.filter_map(|fact| there.carry(&fact, None).ok())),
            }
            self.post(now);
            if self.unconfirmed.is_empty() || now < self.away {
                inputs = self.arrive(now, sink);
            }
            if now < self.away {
                if now >= until {
                    return Ok(());
                }
                continue;
            }
            if self.away > Time(i64::MIN) {
                self.away = Time(i64::MIN);
                inputs = vec![Input::Broker(true)];
            }
            inputs.extend(self.unconfirmed.iter().cloned().map(Input::Fact));
            if inputs.is_empty() && self.engine.deadline() <= now {
                if self.engine.wants_waking(now) {
                    inputs.push(Input::Wake);
                }
            } else if inputs.is_empty() && now >= until {
                return Ok(());
            }
            self.step(now, inputs, hear)?;
            self.unconfirmed.clear();
            for order in std::mem::take(&mut self.out.orders) {
                self.order(now, &order, sink);
            }
        }
    }

    fn next_on_wire(&self) -> Time {
        let first = |queue: &VecDeque<(Time, VehicleId, Message)>| {
            queue.front().map_or(Time::NEVER, |(at, ..)| *at)
        };
        first(&self.down).min(first(&self.up))
    }

    /// What is due on the wire now: to vehicles first.
    fn arrive<S: RecordSink>(&mut self, now: Time, sink: &mut S) -> Vec<Input> {
        let mut inputs = Vec::new();
        while let Some((_, v, message)) = due(&mut self.down, now) {
            let Some(v) = self.across(v, 1) else { continue };
            let to = (v, message.kind);
            if let Some(ear) = &mut self.ear {
                ear(now, v, message.kind, &message.payload);
            }
            self.devices
                .hear(now, to, &message.payload, sink, &mut self.told);
            self.carried[0] += 1;
        }
        self.post(now);
        while let Some((_, vehicle, message)) = due(&mut self.up, now) {
            let Some(vehicle) = self.across(vehicle, 0) else {
                continue;
            };
            self.carried[1] += 1;
            if let Some(ear) = &mut self.ear {
                ear(now, vehicle, message.kind, &message.payload);
            }
            inputs.push(Input::Heard {
                vehicle,
                topic: message.kind,
                retained: false,
                payload: message.payload,
            });
        }
        inputs
    }

    fn step(
        &mut self,
        now: Time,
        inputs: Vec<Input>,
        hear: &mut impl FnMut(Time, &Outputs),
    ) -> Result<(), L::Error> {
        self.out.clear();
        let at = Now {
            time: now,
            utc: Utc(self.epoch.0 + now.0),
        };
        self.engine.step(at, inputs, &mut self.out)?;
        hear(now, &self.out);
        for (v, message) in self.out.messages.drain(..) {
            self.down.push_back((now + self.delay, v, message));
        }
        Ok(())
    }

    /// What vehicles said goes on its way.
    fn post(&mut self, now: Time) {
        let of_interest = |kind: Topic| kind != Topic::Visualization;
        for (v, message) in self.told.messages.drain(..) {
            if of_interest(message.kind) {
                self.up.push_back((now + self.delay, v, message));
            }
        }
    }
}

fn due(
    queue: &mut VecDeque<(Time, VehicleId, Message)>,
    now: Time,
) -> Option<(Time, VehicleId, Message)> {
    queue.pop_front_if(|(at, ..)| *at <= now)
}
