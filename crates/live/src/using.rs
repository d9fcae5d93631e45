//! Which vehicles the controller uses: one that is off, or under somebody else's control, is told nothing and expected
//! to do nothing.

use crate::engine::{Engine, Outputs};
use crate::log::{LinkKey, Log};
use crate::mode::{Mode, NoSwitch};
use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Dialect, Now, Observer, Seen, Topic};

/// Who each vehicle is.
pub(crate) struct Using {
    modes: Fixed<VehicleId, Mode>,
    /// Newer than what the log holds.
    dirty: Vec<VehicleId>,
    /// Used again, and not asked for its state yet.
    pub again: Vec<VehicleId>,
    /// Of those that are heard and never told anything.
    observers: Fixed<VehicleId, Option<Observer>>,
    seen: Seen,
}

impl Using {
    pub fn new(plant: &Plant) -> Using {
        Using {
            modes: Fixed::like(&plant.vehicles, |_| Mode::default()),
            dirty: Vec::new(),
            again: Vec::new(),
            observers: Fixed::like(&plant.vehicles, |_| None),
            seen: Seen::default(),
        }
    }

    pub fn mode(&self, v: VehicleId) -> Mode {
        self.modes.get(v).copied().unwrap_or(Mode::Off)
    }

    pub fn set(&mut self, v: VehicleId, mode: Mode, dialect: impl FnOnce() -> Dialect) {
        self.modes[v] = mode;
        self.dirty.push(v);
        self.observers[v] = (mode == Mode::Shadow).then(|| Observer::new(v, dialect()));
    }

    /// A message of a vehicle that is only heard.
    pub fn hear(
        &mut self,
        (now, names): (Now, &Names),
        (v, topic): (VehicleId, Topic),
        bytes: &[u8],
        out: &mut Outputs,
    ) {
        if self.observers.get(v).is_none() {
            return;
        }
        if let Some(observer) = &mut self.observers[v] {
            observer.hear(now, names, topic, bytes, &mut self.seen);
            out.aside.append(&mut self.seen.events);
            self.seen.clear();
        }
    }

    pub fn states(&mut self, states: &mut Vec<(LinkKey, Vec<u8>)>) {
        for v in self.dirty.drain(..) {
            states.push((LinkKey::Mode(v), snapshot(&self.modes[v])));
        }
    }
}

impl<L: Log> Engine<L> {
    /// Vehicles as they were kept, or as somebody says they are from the start.
    #[must_use]
    pub fn with_modes(mut self, modes: &[(VehicleId, Mode)]) -> Engine<L> {
        for &(v, mode) in modes {
            self.set_mode(v, mode);
        }
        self
    }

    /// Somebody else is the vehicle from now on. The core is told with the next step, which is due at once. What it had to
    /// do stays with its link. `stated`: the deck positions that carry a load.
    ///
    /// # Errors
    /// See [`NoSwitch`].
    pub fn switch(&mut self, v: VehicleId, mode: Mode, stated: &[u8]) -> Result<(), NoSwitch> {
        self.may_switch(v, stated)?;
        self.set_mode(v, mode);
        Ok(())
    }

    /// Who a vehicle is; one that does not exist is off.
    pub fn mode(&self, v: VehicleId) -> Mode {
        self.using.mode(v)
    }

    /// Whether a vehicle can be switched now: it has nothing to do, and everything it carries is stated by its deck positions.
    ///
    /// # Errors
    /// Why not.
    pub fn may_switch(&self, v: VehicleId, stated: &[u8]) -> Result<(), NoSwitch> {
        let vehicle = self.plant().vehicles.get(v).ok_or(NoSwitch::Unknown)?;
        if !self.master(v).idle() {
            return Err(NoSwitch::Busy);
        }
        let held = self.core().belief(self.last()).loads;
        for (deck, place) in (vehicle.decks.start.0..vehicle.decks.end.0).enumerate() {
            let place = PlaceId(place);
            let loaded = held.iter().any(|load| load.place == place);
            match (loaded, stated.contains(&(deck as u8))) {
                (true, false) => return Err(NoSwitch::Loaded(place)),
                (false, true) => return Err(NoSwitch::NoLoad(place)),
                _ => {}
            }
        }
        Ok(())
    }

    fn set_mode(&mut self, v: VehicleId, mode: Mode) {
        let was = self.mode(v);
        if self.plant().vehicles.get(v).is_none() || was == mode {
            return;
        }
        let dialect = self.master(v).dialect().clone();
        self.using.set(v, mode, || dialect);
        if was.used() == mode.used() {
            return;
        }
        let lost = AlarmPoint {
            code: AlarmCode::LinkLost,
            source: AlarmSource::Vehicle(v),
        };
        self.waiting.push(Event::OutOfService(lost, !mode.used()));
        if mode.used() {
            self.using.again.push(v);
        } else {
            let (mut facts, mut nothing) = (Vec::new(), Outputs::default());
            self.with(v, &mut nothing, &mut facts, |master, _, out| {
                master.rest(out)
            });
            self.waiting.append(&mut facts);
        }
    }

    /// Vehicles that are used again are asked for their state.
    pub(crate) fn greet(&mut self, now: Now, facts: &mut Vec<Event>, out: &mut Outputs) {
        for v in std::mem::take(&mut self.using.again) {
            if self.up && self.mode(v).used() {
                self.with(v, out, facts, |master, names, out| {
                    master.connected(now, names, out);
                });
            }
        }
    }
}
