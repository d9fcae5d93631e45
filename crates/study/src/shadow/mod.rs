//! Beside another master: what it decides is compared with what our rules would have decided at that
//! instant, from the same knowledge. Then its decision is taken, so that the two never drift apart.
//!
//! ```text
//!   facts ------------------------> core (gives no orders)
//!   its decision --+--fork--------> what we would have done --+--> divergence
//!                  +--compare--------------------------------+
//!                  +--take--------> core
//! ```

mod divergence;
mod follower;
mod trail;

pub use divergence::{Divergence, Mean, Trips};
pub use follower::Follower;
pub use trail::Leg;

use fenhe_contract::*;
use fenhe_control::{Choice, Controller, Observed};
use fenhe_plant::{Owner, Plant};
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::Arc;

/// A decision core beside another master.
#[derive(Clone)]
pub struct Shadow {
    plant: Arc<Plant>,
    core: Controller,
    divergence: Divergence,
    /// What the core would do, as long as it has heard nothing new.
    choices: Option<Vec<Choice>>,
    latest: VecDeque<Compared>,
    out: Commands,
}

/// A decision of the other master beside ours.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Compared {
    /// When.
    pub at: Time,
    /// Whom it chose.
    pub vehicle: VehicleId,
    /// From where.
    pub from: BufferId,
    /// To where, if that was seen.
    pub to: Option<BufferId>,
    /// What we would have done.
    pub ours: Ours,
    /// We would have brought the load to the same place. Only if we too had sent somebody for it.
    pub place: Option<bool>,
    /// So much sooner would our vehicle be at the load, over empty streets; negative: later. Only if
    /// we too had sent somebody for it, and somebody else.
    pub gain: Option<Span>,
}

/// What we would have done at the instant of another master's decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "did")]
pub enum Ours {
    /// The same vehicle for the same load.
    Same,
    /// Another vehicle for the same load.
    OtherVehicle {
        /// Whom.
        vehicle: VehicleId,
    },
    /// The same vehicle, for another load; this one would have waited.
    OtherLoad {
        /// From where.
        from: BufferId,
    },
    /// Neither a vehicle for this load nor a load for this vehicle at that instant.
    NotNow,
}

/// So many decisions are kept to be looked at.
const KEPT: usize = 200;

impl Shadow {
    /// Beside a plant at its epoch.
    pub fn new(plant: &Arc<Plant>) -> Shadow {
        Shadow {
            plant: plant.clone(),
            core: Controller::new(plant.clone()).shadowing(),
            divergence: Divergence::default(),
            choices: None,
            latest: VecDeque::new(),
            out: Commands::default(),
        }
    }
    /// What it believes of the plant.
    pub fn core(&self) -> &Controller {
        &self.core
    }
    /// How the decisions compare so far.
    pub fn divergence(&self) -> &Divergence {
        &self.divergence
    }
    /// The latest decisions compared, oldest first.
    pub fn latest(&self) -> impl Iterator<Item = &Compared> {
        self.latest.iter()
    }

    /// A fact. [`Event::Deadline`] says only that the time has come.
    pub fn fact(&mut self, now: Time, event: &Event) {
        self.choices = None;
        let deadline = *event == Event::Deadline;
        self.wake(now, deadline);
        if !deadline {
            self.out.clear();
            self.core.handle(now, event, &mut self.out);
        }
    }

    /// The other master chose a vehicle for these loads: from where, to where if that was seen.
    pub fn trip(&mut self, now: Time, vehicle: VehicleId, legs: &[Leg]) {
        if self.core.carries(vehicle) {
            self.divergence.added += 1; // not a choice between vehicles
        } else if let Some(compared) = self.compare(now, vehicle, legs) {
            self.divergence.trips.add(&compared);
            if self.latest.len() >= KEPT {
                self.latest.pop_front();
            }
            self.latest.push_back(compared);
        }
        self.out.clear();
        let trip = Observed::Trip { vehicle, legs };
        let taken = self.core.observe(now, &trip, &mut self.out);
        self.divergence.unknown += u64::from(taken.unknown);
    }

    /// The other master sent a vehicle somewhere: to the next hand-over of its trip, to stand or to
    /// charge.
    pub fn sent(&mut self, now: Time, vehicle: VehicleId, node: NodeId) {
        self.out.clear();
        let sent = Observed::Sent { vehicle, node };
        self.core.observe(now, &sent, &mut self.out);
    }

    /// The other master told a device something; `edges` of a [`Command::Drive`].
    pub fn told(&mut self, now: Time, command: &Command, edges: &[EdgeId]) {
        self.out.clear();
        let told = Observed::Told(command, edges);
        let taken = self.core.observe(now, &told, &mut self.out);
        self.divergence.unknown += u64::from(taken.unknown);
        if let (Command::Run { tag, .. }, Some(ours)) = (command, taken.start) {
            self.divergence.start(*tag == ours);
        }
    }

    /// Whatever it waits for up to this instant has come; at it only if nothing else comes first.
    fn wake(&mut self, now: Time, also_now: bool) {
        while let Some((at, _)) = self.core.deadline()
            && (at < now || also_now && at == now)
        {
            self.out.clear();
            self.core.handle(at, &Event::Deadline, &mut self.out);
            if self.core.deadline().is_some_and(|(next, _)| next <= at) {
                break; // it will not be woken in vain for ever
            }
        }
    }

    fn buffer(&self, place: PlaceId) -> Option<BufferId> {
        match self.plant.places.get(place)?.owner {
            Owner::Buffer(buffer) => Some(buffer),
            Owner::Deck(..) | Owner::Slot(_) | Owner::Crane(_) => None,
        }
    }

    fn compare(&mut self, at: Time, vehicle: VehicleId, legs: &[Leg]) -> Option<Compared> {
        let &(from, to) = legs.first()?;
        let from = self.buffer(from)?;
        let to = to.and_then(|to| self.buffer(to));
        let core = &self.core;
        let choices = self.choices.get_or_insert_with(|| core.choices(at));
        let (ours, chosen) = judge(choices, vehicle, from, to);
        let place = to.and_then(|to| Some(chosen?.to == to));
        let gain = chosen
            .filter(|_| ours != Ours::Same)
            .and_then(|chosen| self.gain(vehicle, from, chosen.vehicle));
        Some(Compared {
            at,
            vehicle,
            from,
            to,
            ours,
            place,
            gain,
        })
    }

    /// Both decisions by the same measure: driving to the load over empty streets.
    fn gain(&self, theirs: VehicleId, from: BufferId, ours: VehicleId) -> Option<Span> {
        Some(self.core.reach(theirs, from)? - self.core.reach(ours, from)?)
    }
}

/// Where another master's choice stands among ours, and ours for the same load.
fn judge(
    choices: &[Choice],
    vehicle: VehicleId,
    from: BufferId,
    to: Option<BufferId>,
) -> (Ours, Option<Choice>) {
    let of = |choice: &&Choice| choice.from == from;
    let both = |choice: &&Choice| of(choice) && choice.vehicle == vehicle;
    // Loads with pieces and without may wait in one place; which, the place they go to tells.
    let kind = |choice: &&Choice| to.is_none_or(|to| choice.to == to);
    let mut same = choices.iter().filter(both);
    if let Some(same) = same.clone().find(kind).or_else(|| same.next()) {
        return (Ours::Same, Some(*same));
    }
    let mut rest = choices.iter().filter(of);
    if let Some(other) = rest.clone().find(kind).or_else(|| rest.next()) {
        let vehicle = other.vehicle;
        return (Ours::OtherVehicle { vehicle }, Some(*other));
    }
    match choices.iter().find(|choice| choice.vehicle == vehicle) {
        Some(other) => (Ours::OtherLoad { from: other.from }, None),
        None => (Ours::NotNow, None),
    }
}
