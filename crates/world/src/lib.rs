//! The simulated plant: machines, vehicles, carriers and their mischief, and the referee.
//!
//! In: [`Command`]s. Out: [`Event`]s - exactly what the declared devices would report, no more - and
//! [`Record`]s of truth for statistics. It knows nothing of how decisions are made.
//!
//! ```text
//!   apply(command) --> flow / fleet --schedule--> queue --advance--> flow / fleet --> reports
//!                            \--------- records, motion ---------> sink, referee
//! ```
#![no_std]
extern crate alloc;

mod belief;
mod bodies;
mod crane;
mod fleet;
mod flow;
mod kernel;
mod people;
mod puppet;
mod referee;
mod standing;

pub use bodies::{Bodies, Carrier, Piece};
pub use puppet::{Misfit, NotNow};
pub use standing::Standing;

use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;
use kernel::{Queue, What};
use serde::{Deserialize, Serialize};

/// The simulated plant. A clone is a fork: it goes on exactly as the original would.
#[derive(Clone)]
pub struct World {
    plant: Arc<Plant>,
    state: State,
}

#[derive(Clone, Serialize, Deserialize)]
struct State {
    now: Time,
    queue: Queue,
    bodies: Bodies,
    flow: flow::Flow,
    fleet: fleet::Fleet,
    cranes: crane::Cranes,
    /// Reports that control has not heard yet, in order.
    ready: Vec<Event>,
}

/// What a module needs to act: the plant, the clock, and everything it may write to.
pub(crate) struct Ctx<'a, S> {
    pub plant: &'a Plant,
    pub now: Time,
    pub queue: &'a mut Queue,
    pub bodies: &'a mut Bodies,
    pub ready: &'a mut Vec<Event>,
    pub sink: &'a mut S,
}

impl World {
    /// An empty plant at its epoch, with this luck.
    pub fn new(plant: Arc<Plant>, seed: Seed) -> World {
        World::begin(plant, seed, &mut NoRecords)
    }

    /// The same, with the history of the first instant: endless sources fill their buffers and the
    /// stations behind start.
    pub fn begin<S: RecordSink>(plant: Arc<Plant>, seed: Seed, sink: &mut S) -> World {
        let mut queue = Queue::default();
        let mut bodies = Bodies::new(&plant);
        let mut ready = Vec::new();
        let mut ctx = Ctx {
            plant: &plant,
            now: Time::ZERO,
            queue: &mut queue,
            bodies: &mut bodies,
            ready: &mut ready,
            sink,
        };
        crane::stock(&mut ctx);
        let flow = flow::Flow::new(&mut ctx, seed);
        let fleet = fleet::Fleet::new(&mut ctx, seed);
        let cranes = crane::Cranes::new(&mut ctx, seed);
        let state = State {
            now: Time::ZERO,
            queue,
            bodies,
            flow,
            fleet,
            cranes,
            ready,
        };
        World { plant, state }
    }

    /// The time of the last thing that happened.
    pub fn now(&self) -> Time {
        self.state.now
    }

    /// When something happens next; now, if reports wait.
    #[inline]
    pub fn next_at(&self) -> Option<Time> {
        if self.state.ready.is_empty() {
            self.state.queue.next_at()
        } else {
            Some(self.state.now)
        }
    }

    /// Goes on until something is reported or nothing more happens by `until` (inclusive). Reports
    /// are appended to `reports`; their time is the returned one.
    pub fn advance<S: RecordSink>(
        &mut self,
        until: Time,
        sink: &mut S,
        reports: &mut Vec<Event>,
    ) -> Time {
        let State {
            now,
            queue,
            bodies,
            flow,
            fleet,
            cranes,
            ready,
        } = &mut self.state;
        let mut ctx = Ctx {
            plant: &self.plant,
            now: *now,
            queue,
            bodies,
            ready,
            sink,
        };
        while ctx.ready.is_empty() {
            let Some(at) = ctx.queue.pop_due(until) else {
                *now = until;
                return until;
            };
            ctx.now = at;
            match ctx.queue.due() {
                What::Flow(what) => flow.handle(&mut ctx, what),
                What::Fleet(what) => fleet.handle(&mut ctx, flow, what),
                What::Crane(what) => cranes.handle(&mut ctx, flow, what),
            }
            ctx.queue.close();
        }
        *now = ctx.now;
        reports.append(ready);
        *now
    }

    /// Carries out a command at `now`, which is not before the last thing that happened. `edges` is
    /// the [`Commands::edges`] it came with. Answers come as reports of the next `advance`.
    pub fn apply<S: RecordSink>(
        &mut self,
        at: Time,
        command: &Command,
        edges: &[EdgeId],
        sink: &mut S,
    ) {
        self.acting(at, sink, |fleet, flow, ctx| match command {
            Command::Drive { .. } | Command::Handle { .. } | Command::Charge { .. } => {
                fleet.apply(ctx, flow, command, edges);
            }
            Command::Run { .. } | Command::Release { .. } | Command::Hold { .. } => {
                flow.apply(ctx, command);
            }
            Command::Carry { .. } | Command::Go { .. } | Command::Ask(_) => {}
        });
        if let Command::Carry { .. } | Command::Go { .. } = command {
            self.crane(sink, command);
        }
    }

    /// An order to a crane, at the present time.
    fn crane<S: RecordSink>(&mut self, sink: &mut S, command: &Command) {
        let State {
            now,
            queue,
            bodies,
            cranes,
            ready,
            ..
        } = &mut self.state;
        let mut ctx = Ctx {
            plant: &self.plant,
            now: *now,
            queue,
            bodies,
            ready,
            sink,
        };
        cranes.apply(&mut ctx, command);
    }

    /// A person moves a load between slots of racks and places of stores, hand-over points of racks among
    /// them, at `at`, or now if that is later. Slots have no eyes: only a store tells that something left or came.
    ///
    /// # Errors
    /// One of the places is neither, nothing stands there, or something does where it is to go.
    pub fn carry_by_hand<S: RecordSink>(
        &mut self,
        at: Time,
        (from, to): (PlaceId, PlaceId),
        sink: &mut S,
    ) -> Result<Tag, Why> {
        if ![from, to].iter().all(|&place| self.by_hand(place)) {
            return Err(Why::NotThere);
        }
        self.acting(at, sink, |_, flow, ctx| {
            let row = ctx.bodies.move_carrier(from, to)?;
            flow.carrier_left(ctx, from);
            flow.carrier_came(ctx, to);
            Ok(Tag(u64::from(row)))
        })
    }

    /// Where people may take a load, or put one.
    fn by_hand(&self, place: PlaceId) -> bool {
        let buffer = match self.plant.places[place].owner {
            fenhe_plant::Owner::Slot(_) => return true,
            fenhe_plant::Owner::Buffer(buffer) => buffer,
            fenhe_plant::Owner::Deck(..) | fenhe_plant::Owner::Crane(_) => return false,
        };
        let kind = &self.plant.buffers[buffer].kind;
        matches!(kind, fenhe_plant::BufferKind::Store { .. })
    }

    /// Somebody outside does something to the plant at `at`, or now if that is later.
    #[inline]
    fn acting<S: RecordSink, T>(
        &mut self,
        at: Time,
        sink: &mut S,
        act: impl FnOnce(&mut fleet::Fleet, &mut flow::Flow, &mut Ctx<'_, S>) -> T,
    ) -> T {
        let State {
            now,
            queue,
            bodies,
            flow,
            fleet,
            ready,
            ..
        } = &mut self.state;
        *now = at.max(*now);
        let mut ctx = Ctx {
            plant: &self.plant,
            now: *now,
            queue,
            bodies,
            ready,
            sink,
        };
        act(fleet, flow, &mut ctx)
    }

    /// Events of the list handled so far.
    pub fn events(&self) -> u64 {
        self.state.queue.handled()
    }

    /// Stable hash of the whole state.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.state)
    }

    /// The whole state.
    pub fn snapshot(&self) -> Vec<u8> {
        snapshot(&self.state)
    }

    /// A world from its snapshot, for the plant it was taken with.
    ///
    /// # Errors
    /// The bytes are not a snapshot of a world.
    pub fn restore(plant: Arc<Plant>, bytes: &[u8]) -> Result<World, BadSnapshot> {
        let mut state: State = restore(bytes)?;
        state.fleet.restored(&plant);
        Ok(World { plant, state })
    }

    /// How often something happened that must never happen.
    pub fn breaches(&self) -> u64 {
        self.state.fleet.referee().count()
    }

    /// The first hundred such breaches, each with the end of the motion that showed it.
    pub fn breach_list(&self) -> &[(Time, Breach)] {
        self.state.fleet.referee().kept()
    }

    /// Breaches of conservation and capacity there are now.
    pub fn check(&self) -> Vec<Breach> {
        self.state.flow.check(&self.plant, &self.state.bodies)
    }

    /// What stands where, for the referee and for tests.
    pub fn bodies(&self) -> &Bodies {
        &self.state.bodies
    }
}
