//! A plant that has run for a while when somebody begins to look at it: simulated without a wire, then handed
//! to the links at an instant at which every vehicle stands.

use crate::batches::vehicle_of;
use crate::devices::Devices;
use crate::recover::give;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_study::{PingPong, Scratch, Tap, handle, run};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Dialect, Master, Now, Out, Quirks, Utc};
use fenhe_world::{Standing, World};
use std::sync::Arc;

/// How often it is looked whether it is time.
const LOOK: Span = Span::seconds(1);
/// Vehicles that nobody sends on stand within this time, or do not.
const STILL: Span = Span::hours(1);

/// A plant at work, its vehicles standing at this instant, and the core that ran it.
#[derive(Clone)]
pub struct Warm {
    /// The instant.
    pub at: Time,
    /// Has decided everything so far, and what comes next.
    pub core: Controller,
    world: World,
    stands: Fixed<VehicleId, Standing>,
    /// Decided at the instant, and told to nobody yet.
    next: Commands,
}

/// Why a plant could not be warmed up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotWarm {
    /// Control and plant answered each other without end.
    PingPong(PingPong),
    /// A vehicle did not come to a stand.
    Moves(VehicleId),
}
impl From<PingPong> for NotWarm {
    fn from(error: PingPong) -> NotWarm {
        NotWarm::PingPong(error)
    }
}

/// How a plant is wanted.
pub struct Wanted<'a> {
    /// After so long.
    pub after: Span,
    /// Then as soon as this is so ...
    pub when: &'a dyn Fn(&Controller) -> bool,
    /// ... but no longer than this.
    pub most: Span,
    /// What people have said by then.
    pub said: &'a dyn Fn(&Controller) -> Vec<Event>,
}

/// Simulates a plant until it is as wanted. Vehicles are held until each has done what it was told, and let go on.
/// `tap` hears every fact and what was decided on it.
///
/// # Errors
/// See [`NotWarm`].
pub fn warm_up(
    plant: &Arc<Plant>,
    seed: Seed,
    wanted: &Wanted<'_>,
    tap: &mut impl Tap,
) -> Result<Warm, NotWarm> {
    let mut pair = Pair {
        core: Controller::new(plant.clone()),
        world: World::new(plant.clone(), seed),
        at: Time::ZERO,
        scratch: Scratch::default(),
        tap,
    };
    pair.on(wanted.after)?;
    let end = pair.at + wanted.most;
    while !(wanted.when)(&pair.core) && pair.at < end {
        pair.on(LOOK)?;
    }
    let said = (wanted.said)(&pair.core);
    pair.tell(said)?;
    let hold = |v| Event::Operator(OperatorAct::HoldVehicle(v, true));
    pair.tell(plant.vehicles.ids().map(hold))?;
    let stands = pair.stand(plant)?;
    let next = pair.go_on(plant);
    Ok(Warm {
        at: pair.at,
        core: pair.core,
        world: pair.world,
        stands,
        next,
    })
}

/// Control and plant on the way.
struct Pair<'a, T> {
    core: Controller,
    world: World,
    at: Time,
    scratch: Scratch,
    tap: &'a mut T,
}

impl<T: Tap> Pair<'_, T> {
    fn on(&mut self, span: Span) -> Result<(), PingPong> {
        self.at += span;
        let (core, world) = (&mut self.core, &mut self.world);
        let mut sink = NoRecords;
        run(core, world, self.at, &mut sink, &mut self.scratch, self.tap)
    }

    /// What people say.
    fn tell(&mut self, words: impl IntoIterator<Item = Event>) -> Result<(), PingPong> {
        let (core, world, mut sink) = (&mut self.core, &mut self.world, NoRecords);
        for word in words {
            let scratch = &mut self.scratch;
            handle(core, world, self.at, &word, &mut sink, scratch, self.tap)?;
        }
        Ok(())
    }

    /// Goes on until every vehicle stands, by its own word and in truth.
    fn stand(&mut self, plant: &Plant) -> Result<Fixed<VehicleId, Standing>, NotWarm> {
        let end = self.at + STILL;
        loop {
            self.on(LOOK)?;
            let standing = |v: VehicleId| match self.core.rests(v) {
                true => self.world.standing(v).ok_or(v),
                false => Err(v),
            };
            let all: Result<Vec<Standing>, VehicleId> =
                plant.vehicles.ids().map(standing).collect();
            match all {
                Ok(all) => return Ok(Fixed::from_vec(all)),
                Err(v) if self.at > end => return Err(NotWarm::Moves(v)),
                Err(_) => {}
            }
        }
    }

    /// Lets every vehicle go on: what is decided on that. Stations get theirs at once.
    fn go_on(&mut self, plant: &Plant) -> Commands {
        let mut next = Commands::default();
        for v in plant.vehicles.ids() {
            let word = Event::Operator(OperatorAct::HoldVehicle(v, false));
            let mut commands = Commands::default();
            self.core.handle(self.at, &word, &mut commands);
            self.tap.fact(self.at, &word, &commands);
            for command in &commands.list {
                if vehicle_of(command).is_none() {
                    self.world.apply(self.at, command, &[], &mut NoRecords);
                }
            }
            next.append(&commands);
        }
        next
    }
}

impl Warm {
    /// Our ends of the links: all that was done is behind them, what comes next is not yet sent.
    pub fn masters(
        &self,
        plant: &Plant,
        names: &Names,
        dialect: impl Fn(VehicleId) -> Dialect,
    ) -> Fixed<VehicleId, Master> {
        let new = |v| {
            let stands = &self.stands[v];
            Master::new(v, dialect(v), stands.node, stands.revision)
        };
        let mut masters = Fixed::like(&plant.vehicles, new);
        for master in masters.iter_mut() {
            master.disconnected();
        }
        let now = Now {
            time: self.at,
            utc: Utc(self.at.0),
        };
        give(&mut masters, now, names, &self.next, &mut Out::default());
        masters
    }

    /// The plant behind its protocols, as it stands.
    pub fn devices(
        &self,
        plant: &Arc<Plant>,
        names: Arc<Names>,
        voice: impl Fn(VehicleId) -> (Dialect, Quirks),
    ) -> Devices {
        Devices::at_work(plant, names, (&self.world, &self.stands), voice)
    }
}
