//! The clocks that breakdowns run on: which run, which stand, when they are out.

use super::unit::Phase;
use super::{Flow, What, schedule};
use crate::Ctx;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;
use serde::{Deserialize, Serialize};

/// A way to break down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Mode {
    pub every: Stream,
    pub repair: Stream,
    /// What is left on a busy or pieces clock [us or pieces].
    pub left: i64,
    /// The clock ran out while the station stood already.
    pub pending: bool,
    /// When a calendar clock runs out; standing clocks keep what is `left`.
    pub at: Time,
    pub generation: u16,
}
impl Mode {
    pub fn all(station: &Station, seed: Seed) -> Vec<Mode> {
        let mode = |n: usize| Mode {
            every: seed.stream_n(&station.name, Purpose::Failure, n as u32),
            repair: seed.stream_n(&station.name, Purpose::Repair, n as u32),
            left: 0,
            pending: false,
            at: Time::NEVER,
            generation: 0,
        };
        (0..station.failures.len()).map(mode).collect()
    }
}

impl Flow {
    /// All clocks start at the epoch.
    pub(super) fn start_clocks<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        for (id, station) in ctx.plant.stations.pairs() {
            for mode in 0..station.failures.len() {
                self.wind(ctx, id.0, mode);
            }
            for (number, plan) in station.maintenance.iter().enumerate() {
                if plan.clock == FailureClock::Calendar {
                    let at = ctx.now + plan.first;
                    schedule(
                        ctx,
                        at,
                        What::Due {
                            station: id.0,
                            job: number as u8,
                        },
                    );
                }
            }
        }
    }

    /// Winds a failure's clock anew.
    pub(super) fn wind<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: usize) {
        let failure = &ctx.plant.stations[StationId(id)].failures[number];
        let mode = &mut self.units[id as usize].modes[number];
        let span = failure.every.draw(&mut mode.every);
        mode.pending = false;
        mode.left = span.0;
        if failure.clock == FailureClock::Calendar {
            self.run_calendar_clock(ctx, id, number);
        }
    }

    pub(super) fn run_calendar_clock<S>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: usize) {
        let mode = &mut self.units[id as usize].modes[number];
        mode.at = ctx.now + Span(mode.left);
        mode.generation = mode.generation.wrapping_add(1);
        let what = What::Fail {
            station: id,
            mode: number as u8,
            generation: mode.generation,
        };
        schedule(ctx, mode.at, what);
    }

    /// Calendar clocks stand while the station is down; that of the failure is wound anew after.
    pub(super) fn stand_calendar_clocks(&mut self, now: Time, station: &Station, id: u32) {
        let modes = self.units[id as usize].modes.iter_mut();
        for (mode, failure) in modes.zip(&station.failures) {
            if failure.clock == FailureClock::Calendar && !mode.pending {
                mode.left = (mode.at - now).0.max(0);
                mode.generation = mode.generation.wrapping_add(1);
            }
        }
    }

    /// Brings a server's recorded state in line with what it does; starts and stops busy clocks.
    pub(super) fn refresh<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: u16) {
        let unit = &mut self.units[id as usize];
        let server = &mut unit.servers[usize::from(number)];
        let to = match (unit.up, server.phase) {
            (UnitState::Execute, Phase::Empty) => UnitState::Idle,
            (UnitState::Execute, Phase::SettingUp) => UnitState::Setup,
            (UnitState::Execute, Phase::Working) => UnitState::Execute,
            (UnitState::Execute, Phase::Leaving) => UnitState::Blocked,
            (stopped, _) => stopped,
        };
        let from = server.state;
        if from == to {
            return;
        }
        server.state = to;
        ctx.sink.record(
            ctx.now,
            Record::Server {
                station: StationId(id),
                from,
                to,
            },
        );
        let (tells, clocked) = (unit.tells_idle && unit.is_idle(), unit.clocked);
        if clocked {
            self.refresh_clocks(ctx, id, number, (from, to));
        }
        if tells && to == UnitState::Idle {
            self.tell_state(ctx, id, to);
        }
    }

    /// Busy clocks follow a server's change of state.
    pub(super) fn refresh_clocks<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
        (from, to): (UnitState, UnitState),
    ) {
        let unit = &mut self.units[id as usize];
        if to == UnitState::Execute {
            unit.executing += 1;
            if unit.executing == 1 {
                unit.executing_since = ctx.now;
                self.run_clocks(ctx, id, number);
            }
        } else if from == UnitState::Execute {
            unit.executing -= 1;
            if unit.executing == 0 {
                self.halt_clocks(ctx, id);
            } else {
                let ran = (ctx.now - unit.executing_since).0;
                let plans = &ctx.plant.stations[StationId(id)].maintenance;
                for (job, plan) in unit.jobs.iter_mut().zip(plans) {
                    job.due |= plan.clock == FailureClock::Busy && job.left <= ran;
                }
            }
        }
    }

    /// The station begins to execute: busy clocks run.
    pub(super) fn run_clocks<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: u16) {
        let station = &ctx.plant.stations[StationId(id)];
        let unit = &mut self.units[id as usize];
        let alone = unit.servers.len() == 1 && unit.belt.is_none();
        let span = unit.servers[usize::from(number)].ends - ctx.now;
        for (i, failure) in station.failures.iter().enumerate() {
            let left = unit.modes[i].left;
            if failure.clock == FailureClock::Busy && (!alone || left <= span.0) {
                let generation = unit.clock_generation;
                let what = What::Fail {
                    station: id,
                    mode: i as u8,
                    generation,
                };
                schedule(ctx, ctx.now + Span(left.max(0)), what);
            }
        }
    }

    /// The station no longer executes: busy clocks stand.
    pub(super) fn halt_clocks<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let station = &ctx.plant.stations[StationId(id)];
        let unit = &mut self.units[id as usize];
        unit.clock_generation = unit.clock_generation.wrapping_add(1);
        let ran = (ctx.now - unit.executing_since).0;
        for (mode, failure) in unit.modes.iter_mut().zip(&station.failures) {
            if failure.clock == FailureClock::Busy {
                mode.left -= ran;
            }
        }
        for (job, plan) in unit.jobs.iter_mut().zip(&station.maintenance) {
            if plan.clock == FailureClock::Busy {
                job.left -= ran;
                job.due |= job.left <= 0;
            }
        }
    }

    /// Pieces clocks: a server has begun its pieces.
    pub(super) fn count_started<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
    ) {
        let unit = &mut self.units[id as usize];
        if unit.modes.is_empty() && unit.jobs.is_empty() {
            return;
        }
        let begun = unit.servers[usize::from(number)].pieces.len().max(1) as i64;
        let station = &ctx.plant.stations[StationId(id)];
        for (job, plan) in unit.jobs.iter_mut().zip(&station.maintenance) {
            if plan.clock == FailureClock::Pieces {
                job.left -= begun;
                job.due |= job.left <= 0;
            }
        }
        let mut broken = None;
        for (i, failure) in station.failures.iter().enumerate() {
            if failure.clock == FailureClock::Pieces {
                unit.modes[i].left -= begun;
                if unit.modes[i].left <= 0 {
                    broken = broken.or(Some(i as u8));
                }
            }
        }
        if let Some(mode) = broken {
            self.break_down(ctx, id, mode);
        }
    }
}
