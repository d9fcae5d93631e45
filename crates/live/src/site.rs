//! A running plant put together: broker, journal, controller, devices.

use crate::acl;
use crate::clock::{self, Clock, Pause};
use crate::devices::Devices;
use crate::drivers::Driven;
use crate::engine::Engine;
use crate::kept::{self, CannotOpen, Gauge, JournalLog};
use crate::mode::Mode;
use crate::moving::Moved;
use crate::recover::recover;
use crate::run::{Ear, Place, Running};
use crate::stand_in::{Aside, Part, Reach, StandIn, Witness};
use crate::warm::Warm;
use fenhe_contract::*;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Config, Tls};
use fenhe_plant::{Files, Plant};
use fenhe_wire::Names;
use fenhe_wire::telegram::Desk;
use fenhe_wire::vda5050::vehicle::STATE_EVERY;
use fenhe_wire::vda5050::{Dialect, Quirks};
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// A plant and how to reach its devices.
#[derive(Clone)]
pub struct Site {
    /// The model.
    pub plant: Arc<Plant>,
    /// Its names on the wire.
    pub names: Arc<Names>,
    /// The broker.
    pub broker: Config,
    /// Where connections live.
    pub runtime: Handle,
    /// Plant seconds a second.
    pub speed: u32,
    /// Stations with drivers of their own; the gateway speaks for all others.
    pub driven: Vec<StationId>,
    /// The plant's folder, kept in the journal so that a changed plant can take over; none: it cannot.
    pub files: Option<Arc<Files>>,
    /// Entries of the journal older than this go, as far as no recovery needs them; none: all stay.
    pub retain: Option<Span>,
    /// How often a simulated vehicle tells its state though nothing has changed.
    pub state_every: Span,
    /// Who vehicles are, where somebody says so at the start; otherwise as it was kept, or simulated.
    pub modes: Vec<(VehicleId, Mode)>,
    /// Stops the clocks of controller and simulated devices.
    pub pause: Pause,
    /// A plant at work to begin with, in a new journal; none: it begins at its epoch.
    pub warm: Option<Arc<Warm>>,
    /// Certificate and key of a name, for a broker that asks for them; see [`crate::acl`].
    pub keys: Option<Keys>,
}

/// Certificate and key of a name, and whom it trusts.
pub type Keys = Arc<dyn Fn(&str) -> Option<Tls> + Send + Sync>;

/// A controller at work.
pub struct Control {
    /// The loop.
    pub running: Running<JournalLog>,
    /// Its journal.
    pub gauge: Arc<Gauge>,
    /// Its clock.
    pub clock: Clock,
    /// Facts that were replayed to get here.
    pub replayed: u64,
    /// The epoch of its journal.
    pub epoch: u32,
    /// Stations with drivers, as they were kept: what was told and taken in before.
    pub driven: Vec<(StationId, Driven)>,
    /// What has changed, if that was opened for a changed plant.
    pub moved: Option<Moved>,
}

/// Why a controller does not start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoStart {
    /// The journal.
    Journal(CannotOpen),
    /// A snapshot or link in it is of another version.
    Version,
}
impl From<CannotOpen> for NoStart {
    fn from(error: CannotOpen) -> NoStart {
        NoStart::Journal(error)
    }
}

impl Site {
    /// For a plant and a broker.
    pub fn new(plant: Arc<Plant>, broker: Config, runtime: Handle, speed: u32) -> Site {
        let names = Arc::new(Names::of(&plant));
        Site {
            plant,
            names,
            broker,
            runtime,
            speed,
            driven: Vec::new(),
            files: None,
            retain: None,
            state_every: STATE_EVERY,
            modes: Vec::new(),
            pause: Pause::default(),
            warm: None,
            keys: None,
        }
    }

    /// Starts the controller, from where its journal ends. The plant's time goes on as the wall
    /// clock's did meanwhile.
    ///
    /// # Errors
    /// See [`NoStart`].
    pub fn control(
        &self,
        journal: &str,
        ear: Ear,
        latencies: Option<Sender<u64>>,
    ) -> Result<Control, NoStart> {
        let utc = clock::utc().0;
        let files = self.files.as_deref();
        let mut opened = match &self.warm {
            None => kept::open(journal, &self.plant, files, utc)?,
            Some(warm) => kept::begin(journal, &self.plant, files, (utc, &warm.core))?,
        };
        opened.log.retain(self.retain);
        let session = format!("f{:x}", opened.begun / 1000);
        let voice = |v| self.voice(v, &session);
        let again = recover(
            &self.plant,
            &self.names,
            &opened.kept,
            voice,
            &mut |_, _, _| {},
        );
        let mut again = again.map_err(|_| NoStart::Version)?;
        if let Some(warm) = &self.warm {
            again.masters = warm.masters(&self.plant, &self.names, voice);
        }
        let zero = opened.last.map_or(self.begins(), |(time, then)| {
            let away = (utc - then).max(0).saturating_mul(i64::from(self.speed));
            time + Span(away)
        });
        let clock = Clock::with(self.pause.clone(), zero, self.speed);
        let gauge = opened.log.gauge();
        let desk = again.desk.unwrap_or_else(|| Desk::new(utc.unsigned_abs()));
        let (plant, names) = (self.plant.clone(), self.names.clone());
        let orders = opened.again.into_iter().chain(again.orders).collect();
        let (own, orders) = self.split(orders);
        let mut kept = again.driven;
        let mut was = |s: &StationId| {
            let at = kept.iter().position(|(of, _)| of == s);
            (*s, at.map(|at| kept.swap_remove(at).1).unwrap_or_default())
        };
        let stations = self.driven.iter().map(&mut was).collect();
        let engine = Engine::new(plant, names, again.core, again.masters, opened.log)
            .with_gateway(desk, orders)
            .with_second_gateway(again.beside)
            .with_modes(&again.modes)
            .with_modes(&self.modes)
            .with_drivers(stations, &own);
        let driven = engine.driven().map(|(s, one)| (s, one.clone())).collect();
        let place = Place {
            broker: Config {
                client_id: format!("fenhe-{}", self.plant.name),
                tls: self.tls(acl::CONTROLLER),
                ..self.broker.clone()
            },
            runtime: self.runtime.clone(),
            clock: clock.clone(),
            latencies,
        };
        Ok(Control {
            running: Running::start(engine, place, ear),
            gauge,
            clock,
            replayed: opened.kept.facts.len() as u64,
            epoch: opened.epoch,
            driven,
            moved: opened.moved,
        })
    }

    /// The first instant of a new journal.
    fn begins(&self) -> Time {
        self.warm.as_ref().map_or(Time::ZERO, |warm| warm.at)
    }

    /// Orders of stations with drivers, and all others.
    fn split(&self, orders: Vec<Command>) -> (Vec<Command>, Vec<Command>) {
        orders.into_iter().partition(|order| match order {
            Command::Run { station, .. } | Command::Hold { station, .. } => {
                self.driven.contains(station)
            }
            _ => false,
        })
    }

    /// How a name shows who it is.
    fn tls(&self, name: &str) -> Option<Tls> {
        let known = self.keys.as_ref().and_then(|keys| keys(name));
        known.or_else(|| self.broker.tls.clone())
    }

    /// How a vehicle is spoken to; see [`voice`].
    pub fn voice(&self, v: VehicleId, session: &str) -> Dialect {
        voice(&self.plant, v, session)
    }

    /// Starts simulated devices: these vehicles, and the stations or not. What `aside` takes is not
    /// told by the gateway.
    pub fn devices(
        &self,
        seed: Seed,
        vehicles: Vec<VehicleId>,
        stations: bool,
        (witness, aside): (Witness, Aside),
    ) -> StandIn {
        self.part(seed, (vehicles, stations).into(), (witness, aside))
    }

    /// Starts the simulated devices of a part of the plant.
    pub fn part(&self, seed: Seed, part: Part, (witness, aside): (Witness, Aside)) -> StandIn {
        let names = self.names.clone();
        let voice = |v| (self.voice(v, ""), Quirks::default());
        let mut devices = match &self.warm {
            None => Devices::new(&self.plant, names, seed, voice),
            Some(warm) => warm.devices(&self.plant, names, voice),
        };
        devices.tell_every(self.state_every);
        let clock = Clock::with(self.pause.clone(), self.begins(), self.speed);
        let reach = Reach {
            broker: self.broker.clone(),
            keys: self.keys.clone(),
            clock,
            runtime: self.runtime.clone(),
        };
        StandIn::start(&self.plant, devices, part, reach, (witness, aside))
    }
}

/// How a vehicle is spoken to. `session` stands in every orderId: what one journal named is never
/// named again by another.
pub fn voice(plant: &Plant, v: VehicleId, session: &str) -> Dialect {
    let mut dialect = Dialect::of(plant, v);
    dialect.session = session.to_string();
    if dialect.manufacturer == "Fenhe" {
        // Our own virtual vehicles stop charging by themselves.
        dialect.charge_until.get_or_insert_with(|| "until".into());
    }
    dialect
}
