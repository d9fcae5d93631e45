//! Devices that are not simulated: ears for them, and switching from one to the other.

use super::{Loop, Part, Stations, Word};
use crate::acl;
use crate::mode::{Mode, NoSwitch};
use crate::topics;
use fenhe_contract::*;
use fenhe_link::{Client, Config};
use fenhe_wire::vda5050::Topic;

impl Loop {
    /// Hears what a real vehicle is told and tells.
    pub(super) fn listen(&mut self, v: VehicleId) {
        let dialect = self.devices.vehicle(v).dialect().clone();
        let heard = [
            (Topic::Order, 0),
            (Topic::InstantActions, 0),
            (Topic::State, 0),
            (Topic::Connection, 1),
        ];
        let mut topics = Vec::new();
        for (topic, quality) in heard {
            topics.push((dialect.topic(topic), quality));
            self.topics.insert(dialect.topic(topic), (v, topic));
        }
        let instance = crate::clock::utc().0.unsigned_abs();
        let config = Config {
            client_id: format!("fenhe-aside-{}-{instance:x}", dialect.serial),
            topics,
            tls: self.reach.tls(acl::GATEWAY),
            ..self.reach.broker.clone()
        };
        let words = self.words.clone();
        let client = Client::open(config, &self.reach.runtime, move |heard| {
            let _ = words.send(Word::Aside(v, heard));
        });
        self.asides.insert(v, client);
    }

    pub(super) fn has(&self, v: VehicleId) -> bool {
        self.plant.vehicles.get(v).is_some()
    }

    /// An ear is up: the switch that waited for it.
    pub(super) fn switch_waiting(&mut self, v: VehicleId) {
        let Some((mode, stated, answer)) = self.waiting.remove(&v) else {
            return;
        };
        let done = self.switch(v, mode, &stated);
        if done.is_err() {
            self.asides.remove(&v).into_iter().for_each(Client::close);
        }
        let _ = answer.send(done);
    }

    /// Switches a vehicle and its connections.
    pub(super) fn switch(
        &mut self,
        v: VehicleId,
        mode: Mode,
        stated: &[u8],
    ) -> Result<(), NoSwitch> {
        let was = self.devices.mode(v);
        let now = self.reach.clock.time();
        let (sink, told) = (&mut self.witness, &mut self.told);
        self.devices.switch(now, v, (mode, stated), sink, told)?;
        if was == mode {
            return Ok(());
        }
        self.speak(); // its good-bye
        self.clients.remove(&v).into_iter().for_each(Client::close);
        if !mode.followed() {
            self.asides.remove(&v).into_iter().for_each(Client::close);
        }
        if mode == Mode::Simulated {
            self.connect(v);
        } else if mode.followed() && !self.asides.contains_key(&v) {
            self.listen(v);
        }
        Ok(())
    }

    /// Everything as it is at the start: nothing has anything to do yet.
    pub(super) fn open(&mut self, part: &Part) {
        for v in self.plant.vehicles.ids() {
            if part.vehicles.contains(&v) {
                self.connect(v);
            } else {
                let _ = self.switch(v, Mode::Real, &[]);
            }
        }
        if let Stations::Except(there) = &part.stations {
            for &station in there {
                let _ = self.switch_station(station, false, &[]);
            }
        }
        if let Stations::Only(here) = &part.stations {
            let now = self.reach.clock.time();
            for station in self.plant.stations.ids() {
                let _ = self
                    .devices
                    .switch_station(now, station, (false, &[]), &mut self.witness);
            }
            for &station in here {
                let _ = self
                    .devices
                    .switch_station(now, station, (true, &[]), &mut self.witness);
            }
            self.listen_beside();
        }
        if let Some(gateway) = self.own {
            self.open_gateway(gateway);
        }
    }

    /// Hears what other gateways tell.
    pub(super) fn listen_beside(&mut self) {
        if self.beside.is_some() {
            return;
        }
        let others = topics::GATEWAYS
            .into_iter()
            .filter(|g| Some(*g) != self.own);
        let instance = crate::clock::utc().0.unsigned_abs();
        let config = Config {
            client_id: format!("fenhe-beside-{}-{instance:x}", self.plant.name),
            topics: others.map(|g| (topics::facts(&self.plant, g), 1)).collect(),
            tls: self.reach.tls(acl::GATEWAY),
            ..self.reach.broker.clone()
        };
        let words = self.words.clone();
        self.beside = Some(Client::open(config, &self.reach.runtime, move |heard| {
            let _ = words.send(Word::Beside(heard));
        }));
    }

    /// Switches a machine.
    pub(super) fn switch_station(
        &mut self,
        station: StationId,
        simulated: bool,
        stated: &[PlaceId],
    ) -> Result<(), NoSwitch> {
        let now = self.reach.clock.time();
        let how = (simulated, stated);
        self.devices
            .switch_station(now, station, how, &mut self.witness)?;
        if !simulated {
            self.listen_beside();
        }
        Ok(())
    }

    /// Facts that somebody else's gateway told.
    pub(super) fn hear_beside(&mut self, topic: &str, payload: &[u8]) {
        let mut facts: Vec<Event> = Vec::new();
        let mut gateways = topics::GATEWAYS.into_iter();
        let Some(gateway) = gateways.find(|g| topics::facts(&self.plant, *g) == topic) else {
            return;
        };
        // A telegram that cannot be read is one that was lost: it comes again.
        let missed = self.ears[usize::from(gateway)].hear(payload, &mut facts);
        if let Ok(missed @ 1..) = missed {
            tracing::warn!(gateway, missed, "facts of another gateway were missed");
        }
        let now = self.reach.clock.time();
        for fact in &facts {
            let (sink, told) = (&mut self.witness, &mut self.told);
            self.devices.follow_fact(now, fact, sink, told);
        }
    }
}
