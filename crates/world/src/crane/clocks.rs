//! Breakdowns of cranes. A busy clock runs while the crane works, a calendar clock while it is not
//! down; both keep what is left while they stand.

use super::{Cranes, Phase, What, kernel, tell};
use crate::Ctx;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{FailureClock, Plant};
use serde::{Deserialize, Serialize};

/// A way to break down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Mode {
    every: Stream,
    repair: Stream,
    /// What is left on the clock while it stands.
    left: Span,
    /// When it runs out; `NEVER` while it stands.
    at: Time,
    generation: u16,
}

impl Mode {
    pub fn all(plant: &Plant, id: CraneId, seed: Seed) -> Vec<Mode> {
        let crane = &plant.cranes[id];
        let failures = &plant.racks[crane.rack].failures;
        let mode = |n: usize| {
            let mut every = seed.stream_n(&crane.name, Purpose::Failure, n as u32);
            Mode {
                left: failures[n].every.draw(&mut every),
                every,
                repair: seed.stream_n(&crane.name, Purpose::Repair, n as u32),
                at: Time::NEVER,
                generation: 0,
            }
        };
        (0..failures.len()).map(mode).collect()
    }
    /// What repairs are drawn from.
    pub fn repair(&mut self) -> &mut Stream {
        &mut self.repair
    }
}

impl Cranes {
    /// Calendar clocks start at the epoch.
    pub(super) fn start_clocks<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId) {
        self.turn_clocks(ctx, id, (UnitState::Down, UnitState::Idle));
    }

    /// Clocks start and stand with the state of the crane.
    pub(super) fn turn_clocks<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: CraneId,
        (from, to): (UnitState, UnitState),
    ) {
        let failures = &ctx.plant.racks[ctx.plant.cranes[id].rack].failures;
        for (n, failure) in failures.iter().enumerate() {
            let runs = |state: UnitState| match failure.clock {
                FailureClock::Calendar => state != UnitState::Down,
                FailureClock::Busy | FailureClock::Pieces => state == UnitState::Execute,
            };
            match (runs(from), runs(to)) {
                (false, true) => self.run_clock(ctx, id, n),
                (true, false) => {
                    let mode = &mut self.rows[id].modes[n];
                    mode.left = (mode.at - ctx.now).max(Span::ZERO);
                    mode.at = Time::NEVER;
                    mode.generation = mode.generation.wrapping_add(1);
                }
                _ => {}
            }
        }
    }

    fn run_clock<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId, n: usize) {
        let mode = &mut self.rows[id].modes[n];
        mode.at = ctx.now + mode.left;
        mode.generation = mode.generation.wrapping_add(1);
        let what = What::Fail {
            crane: id.0,
            mode: n as u8,
            generation: mode.generation,
        };
        ctx.queue.schedule(mode.at, kernel::What::Crane(what));
    }

    /// A clock ran out: the crane stands where it is.
    pub(super) fn fail_due<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: CraneId,
        (mode, generation): (u8, u16),
    ) {
        let n = usize::from(mode);
        if self.rows[id].modes[n].generation != generation {
            return;
        }
        self.turn_to(ctx, id, UnitState::Down);
        let failure = &ctx.plant.racks[ctx.plant.cranes[id].rack].failures[n];
        let crane = &mut self.rows[id];
        if crane.phase != Phase::Standing {
            crane.left = crane.ends - ctx.now;
            crane.generation = crane.generation.wrapping_add(1);
        }
        let row = &mut crane.modes[n];
        row.left = failure.every.draw(&mut row.every);
        let repair = failure.repair.draw(&mut row.repair);
        let what = What::Mended { crane: id.0 };
        ctx.queue
            .schedule(ctx.now + repair, kernel::What::Crane(what));
        tell(ctx, id, CraneEvent::State(UnitState::Down));
    }

    /// It works again and goes on with what it was told.
    pub(super) fn mended<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId) {
        let crane = &self.rows[id];
        let busy = crane.task.is_some();
        let (phase, left) = (crane.phase, crane.left);
        let state = if busy {
            UnitState::Execute
        } else {
            UnitState::Idle
        };
        self.turn_to(ctx, id, state);
        tell(ctx, id, CraneEvent::State(state));
        if !busy {
            return;
        }
        match phase {
            Phase::Standing => self.begin(ctx, id),
            phase => self.phase(ctx, id, (phase, left)),
        }
    }
}
