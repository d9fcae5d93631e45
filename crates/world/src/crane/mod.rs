//! Cranes of racks: motion, transfer, breakdowns.
//!
//! A crane does one thing it was told at a time: it goes to the load, takes it, brings it, gives it,
//! each phase one event; an event with an old generation is stale. A breakdown stops it wherever it is
//! and the phase goes on after the repair with the time it had left: what it carries stays on its deck.
//!
//! ```text
//!   Carry --> Approach --> Taking --> Bringing --> Giving --> Dropped, idle
//!   Go    --> Approach --> Arrived, idle
//! ```

mod belief;
mod clocks;
mod hands;

use crate::flow::Flow;
use crate::{Ctx, kernel};
use alloc::vec::Vec;
use clocks::Mode;
use fenhe_contract::*;
use fenhe_plant::{Plant, Spot};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum What {
    /// The end of what a crane does now.
    Crane { crane: u32, generation: u16 },
    /// A failure's clock runs out.
    Fail {
        crane: u32,
        mode: u8,
        generation: u16,
    },
    /// The repair is over.
    Mended { crane: u32 },
}

/// What a crane was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Task {
    Carry {
        from: PlaceId,
        to: PlaceId,
        tag: Tag,
    },
    Go {
        to: PlaceId,
    },
}

/// What it does for that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Phase {
    Standing,
    Approach,
    Taking,
    Bringing,
    Giving,
}

/// One crane.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Crane {
    /// Where it stands, or stood before it moved.
    at: Spot,
    /// Newest command it accepted.
    revision: u32,
    task: Option<Task>,
    phase: Phase,
    /// When the phase ends; while it is down, what is left of it.
    ends: Time,
    left: Span,
    generation: u16,
    /// Time in motion for the task, and of it on the way to the load.
    travel: Span,
    approach: Span,
    state: UnitState,
    transfers: Stream,
    modes: Vec<Mode>,
}

/// All cranes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Cranes {
    rows: Fixed<CraneId, Crane>,
}

impl Cranes {
    /// All at their first hand-over point, up and with nothing to do.
    pub fn new<S: RecordSink>(ctx: &mut Ctx<'_, S>, seed: Seed) -> Cranes {
        let plant = ctx.plant;
        let crane = |id: CraneId| {
            let row = &plant.cranes[id];
            Crane {
                at: row.io.first().map_or(Spot::default(), |point| point.at),
                revision: 0,
                task: None,
                phase: Phase::Standing,
                ends: Time::NEVER,
                left: Span::ZERO,
                generation: 0,
                travel: Span::ZERO,
                approach: Span::ZERO,
                state: UnitState::Idle,
                transfers: seed.stream(&row.name, Purpose::Transfer),
                modes: Mode::all(plant, id, seed),
            }
        };
        let mut cranes = Cranes {
            rows: Fixed::like(&plant.cranes, crane),
        };
        for id in plant.cranes.ids() {
            cranes.start_clocks(ctx, id);
        }
        cranes
    }

    #[inline]
    pub fn handle<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, flow: &mut Flow, what: What) {
        match what {
            What::Crane { crane, generation } => {
                let id = CraneId(crane);
                if self.rows[id].generation == generation {
                    self.ended(ctx, flow, id);
                }
            }
            What::Fail {
                crane,
                mode,
                generation,
            } => self.fail_due(ctx, CraneId(crane), (mode, generation)),
            What::Mended { crane } => self.mended(ctx, CraneId(crane)),
        }
    }

    /// Carries out a command. An older one than the newest accepted is dropped; one that comes while
    /// it is busy, or that leads out of its aisle, is refused.
    pub fn apply<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, command: &Command) {
        let (id, revision, task) = match *command {
            Command::Carry {
                crane,
                revision,
                from,
                to,
                tag,
            } => (crane, revision, Task::Carry { from, to, tag }),
            Command::Go {
                crane,
                revision,
                to,
            } => (crane, revision, Task::Go { to }),
            _ => return,
        };
        let Some(crane) = self.rows.get(id) else {
            return;
        };
        if revision <= crane.revision {
            return;
        }
        let (from, to) = match task {
            Task::Carry { from, to, .. } => (from, to),
            Task::Go { to } => (to, to),
        };
        let on_deck = from == ctx.plant.cranes[id].deck;
        let known = |place| ctx.plant.crane_spot(id, place).is_some();
        if crane.task.is_some() {
            return self.tell_failed(ctx, id, to, Why::NotReleased);
        }
        if !known(to) || !(on_deck || known(from)) {
            return self.tell_failed(ctx, id, to, Why::NotThere);
        }
        let crane = &mut self.rows[id];
        (crane.revision, crane.task) = (revision, Some(task));
        (crane.travel, crane.approach) = (Span::ZERO, Span::ZERO);
        if crane.state != UnitState::Down {
            self.turn_to(ctx, id, UnitState::Execute);
            self.begin(ctx, id);
        }
    }

    /// Sets off for what it was told.
    fn begin<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId) {
        match self.rows[id].task {
            Some(Task::Carry { from, to, .. }) if from == ctx.plant.cranes[id].deck => {
                self.go(ctx, id, (Phase::Bringing, to));
            }
            Some(Task::Carry { from, .. }) => self.go(ctx, id, (Phase::Approach, from)),
            Some(Task::Go { to }) => self.go(ctx, id, (Phase::Approach, to)),
            None => {}
        }
    }

    /// Moves to a place of its aisle.
    fn go<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: CraneId,
        (phase, to): (Phase, PlaceId),
    ) {
        let rack = &ctx.plant.racks[ctx.plant.cranes[id].rack];
        let crane = &mut self.rows[id];
        let to = ctx.plant.crane_spot(id, to).unwrap_or(crane.at);
        let span = rack.travel(crane.at, to);
        crane.at = to;
        crane.travel += span;
        if phase == Phase::Approach {
            crane.approach += span;
        }
        self.phase(ctx, id, (phase, span));
    }

    fn transfer<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId, phase: Phase) {
        let rack = &ctx.plant.racks[ctx.plant.cranes[id].rack];
        let span = rack.transfer.draw(&mut self.rows[id].transfers);
        self.phase(ctx, id, (phase, span));
    }

    /// A phase begins and ends after its time.
    fn phase<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: CraneId,
        (phase, span): (Phase, Span),
    ) {
        let crane = &mut self.rows[id];
        crane.phase = phase;
        crane.ends = ctx.now + span;
        crane.generation = crane.generation.wrapping_add(1);
        let what = What::Crane {
            crane: id.0,
            generation: crane.generation,
        };
        ctx.queue
            .schedule(ctx.now + span, kernel::What::Crane(what));
    }

    /// What it did has come to its end.
    fn ended<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, flow: &mut Flow, id: CraneId) {
        let crane = &self.rows[id];
        match (crane.phase, crane.task) {
            (Phase::Approach, Some(Task::Carry { .. })) => self.transfer(ctx, id, Phase::Taking),
            (Phase::Approach, Some(Task::Go { to })) => {
                self.done(ctx, id, (to, to));
                let revision = self.rows[id].revision;
                tell(
                    ctx,
                    id,
                    CraneEvent::Arrived {
                        place: to,
                        revision,
                    },
                );
            }
            (Phase::Taking, Some(Task::Carry { from, to, tag })) => {
                match self.take(ctx, flow, id, (from, tag)) {
                    Ok(()) => self.go(ctx, id, (Phase::Bringing, to)),
                    Err((place, why)) => self.failed(ctx, id, place, why),
                }
            }
            (Phase::Bringing, _) => self.transfer(ctx, id, Phase::Giving),
            (Phase::Giving, Some(Task::Carry { from, to, .. })) => {
                if let Err((place, why)) = self.give(ctx, flow, id, (from, to)) {
                    self.failed(ctx, id, place, why);
                }
            }
            _ => {}
        }
    }

    /// What it was told is done.
    fn done<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: CraneId,
        (from, to): (PlaceId, PlaceId),
    ) {
        let crane = &self.rows[id];
        let record = Record::Craned {
            crane: id,
            from,
            to,
            travel: crane.travel,
            approach: crane.approach,
        };
        ctx.sink.record(ctx.now, record);
        self.rests(ctx, id);
    }

    /// It has nothing to do.
    fn rests<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId) {
        let crane = &mut self.rows[id];
        (crane.task, crane.phase) = (None, Phase::Standing);
        self.turn_to(ctx, id, UnitState::Idle);
    }

    fn failed<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: CraneId,
        place: PlaceId,
        why: Why,
    ) {
        self.rests(ctx, id);
        self.tell_failed(ctx, id, place, why);
    }

    fn tell_failed<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: CraneId,
        place: PlaceId,
        why: Why,
    ) {
        let revision = self.rows[id].revision;
        let event = CraneEvent::Failed {
            place,
            why,
            revision,
        };
        tell(ctx, id, event);
    }

    /// Another state, on record; busy clocks run while it works.
    fn turn_to<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId, to: UnitState) {
        let from = core::mem::replace(&mut self.rows[id].state, to);
        if from == to {
            return;
        }
        let record = Record::Crane {
            crane: id,
            from,
            to,
        };
        ctx.sink.record(ctx.now, record);
        self.turn_clocks(ctx, id, (from, to));
    }
}

fn tell<S>(ctx: &mut Ctx<'_, S>, id: CraneId, event: CraneEvent) {
    ctx.ready.push(Event::Crane(id, event));
}

/// Carriers that start in a rack are full from the start, where the plant says so.
pub(crate) fn stock<S: RecordSink>(ctx: &mut Ctx<'_, S>) {
    let plant: &Plant = ctx.plant;
    for row in 0..ctx.bodies.carriers.len() {
        let carrier = &ctx.bodies.carriers[row];
        let kind = &plant.carriers[carrier.kind];
        let Some((product, done)) = kind.full.filter(|_| plant.slot(carrier.at).is_some()) else {
            continue;
        };
        for _ in 0..kind.capacity {
            let piece = ctx.bodies.create(crate::Piece {
                serial: PieceSerial(0),
                product,
                order: OrderId(0),
                source: SourceId(0),
                born: ctx.now,
                stepped: ctx.now,
                done,
                reworked: 0,
            });
            ctx.bodies.carriers[row].pieces.push(piece);
            let piece = ctx.bodies.pieces[piece as usize].serial;
            ctx.sink.record(ctx.now, Record::Stocked { piece, product });
        }
    }
}
