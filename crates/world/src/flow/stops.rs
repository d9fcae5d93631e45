//! Stops: breakdowns, planned maintenance, crews, shifts - and the server states that follow.

use super::unit::Phase;
use super::{Flow, What, schedule};
use crate::Ctx;
use alloc::collections::VecDeque;
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
    pending: bool,
    /// When a calendar clock runs out; standing clocks keep what is `left`.
    at: Time,
    generation: u16,
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

/// A planned stop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub duration: Stream,
    pub left: i64,
    /// It shall begin as soon as the job in hand is done.
    pub due: bool,
}
impl Job {
    pub fn all(station: &Station, seed: Seed) -> Vec<Job> {
        let job = |(n, plan): (usize, &Maintenance)| Job {
            duration: seed.stream_n(&station.name, Purpose::Maintenance, n as u32),
            left: plan.first.0,
            due: false,
        };
        station.maintenance.iter().enumerate().map(job).collect()
    }
}

/// What is being mended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Mending {
    Failure(u8),
    Planned(u8),
}

/// A group of hands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Crew {
    pub free: u32,
    pub waiting: VecDeque<u32>,
}
impl Crew {
    pub fn new(size: u32) -> Crew {
        Crew {
            free: size,
            waiting: VecDeque::new(),
        }
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
    fn wind<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: usize) {
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
    fn stand_calendar_clocks(&mut self, now: Time, station: &Station, id: u32) {
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
    fn refresh_clocks<S: RecordSink>(
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
    fn run_clocks<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: u16) {
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
    fn halt_clocks<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
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

    /// A failure's clock ran out.
    pub(super) fn fail_due<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        mode: u8,
        generation: u16,
    ) {
        let clock = ctx.plant.stations[StationId(id)].failures[usize::from(mode)].clock;
        let unit = &mut self.units[id as usize];
        let current = match clock {
            FailureClock::Calendar => unit.modes[usize::from(mode)].generation,
            _ => unit.clock_generation,
        };
        if current != generation {
            return;
        }
        if unit.up == UnitState::Execute {
            self.break_down(ctx, id, mode);
        } else {
            unit.modes[usize::from(mode)].pending = true;
        }
    }

    fn break_down<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, mode: u8) {
        let failure = &ctx.plant.stations[StationId(id)].failures[usize::from(mode)];
        self.stop(ctx, id, UnitState::Down);
        if failure.effect == Effect::Scrap {
            self.scrap_all(ctx, id);
        }
        self.stand_calendar_clocks(ctx.now, &ctx.plant.stations[StationId(id)], id);
        self.units[id as usize].mending = Some(Mending::Failure(mode));
        self.call(ctx, id, failure.crew);
    }

    fn scrap_all<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        for number in 0..self.units[id as usize].servers.len() {
            let server = &mut self.units[id as usize].servers[number];
            if !matches!(server.phase, Phase::Working | Phase::SettingUp) {
                continue;
            }
            let mut lost = core::mem::take(&mut server.pieces);
            if let Some(belt) = &mut self.units[id as usize].belt {
                lost.extend(belt.items.drain(..).map(|item| item.piece));
            } else {
                self.units[id as usize].free.push(number as u16);
            }
            self.units[id as usize].servers[number].phase = Phase::Empty;
            for row in lost {
                self.scrap(ctx, id, row);
            }
        }
    }

    /// All servers stand; what is in work keeps its remaining time.
    fn stop<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, state: UnitState) {
        self.sync_belt(ctx.now, id);
        self.units[id as usize].up = state;
        for number in 0..self.units[id as usize].servers.len() {
            let server = &mut self.units[id as usize].servers[number];
            if matches!(server.phase, Phase::Working | Phase::SettingUp) {
                server.left = server.ends - ctx.now;
                server.generation = server.generation.wrapping_add(1);
            }
            self.refresh(ctx, id, number as u16);
        }
        self.tell_state(ctx, id, state);
    }

    /// All servers go on.
    fn resume<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, restart: bool) {
        let station = &ctx.plant.stations[StationId(id)];
        let on = station
            .calendar
            .is_none_or(|calendar| self.on[calendar.index()]);
        if !on {
            self.stop(ctx, id, UnitState::Off);
            return;
        }
        self.units[id as usize].up = UnitState::Execute;
        self.tell_state(ctx, id, UnitState::Execute);
        let belt = self.units[id as usize].belt.is_some();
        for number in 0..self.units[id as usize].servers.len() {
            let unit = &mut self.units[id as usize];
            let server = &mut unit.servers[number];
            match server.phase {
                Phase::Working | Phase::SettingUp if !belt => {
                    let product = server.last_product.unwrap_or(ProductId(0));
                    let left = if restart && server.phase == Phase::Working {
                        super::stations::time_of(station, product).draw(&mut unit.process)
                    } else {
                        server.left
                    };
                    self.run_phase(ctx, id, number as u16, left);
                }
                _ => self.refresh(ctx, id, number as u16),
            }
            if self.units[id as usize].up != UnitState::Execute {
                return;
            }
        }
        self.resume_belt(ctx, id);
        let pending = self.units[id as usize]
            .modes
            .iter()
            .position(|mode| mode.pending);
        match pending {
            Some(mode) => self.break_down(ctx, id, mode as u8),
            None => self.wake(id),
        }
    }

    /// A calendar maintenance is due; the next one counts from the plan, not from the doing.
    pub(super) fn maintenance_due<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u8,
    ) {
        let plan = &ctx.plant.stations[StationId(id)].maintenance[usize::from(number)];
        schedule(
            ctx,
            ctx.now + plan.every,
            What::Due {
                station: id,
                job: number,
            },
        );
        self.units[id as usize].jobs[usize::from(number)].due = true;
        self.wake(id);
    }

    /// Begins the maintenance that is due, once nothing is in work.
    pub(super) fn maintain<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let unit = &mut self.units[id as usize];
        let busy = unit
            .servers
            .iter()
            .any(|server| matches!(server.phase, Phase::Working | Phase::SettingUp));
        let Some(number) = unit.jobs.iter().position(|job| job.due) else {
            return;
        };
        if busy {
            return;
        }
        let plan = &ctx.plant.stations[StationId(id)].maintenance[number];
        let job = &mut unit.jobs[number];
        job.due = false;
        if plan.clock != FailureClock::Calendar {
            job.left += plan.every.0;
            if job.left <= 0 {
                job.left = plan.every.0;
            }
        }
        unit.mending = Some(Mending::Planned(number as u8));
        self.stop(ctx, id, UnitState::Maintenance);
        self.call(ctx, id, plan.crew);
    }

    /// Calls hands; the work begins when they are there.
    fn call<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, crew: Option<CrewId>) {
        if let Some(crew) = crew {
            let crew = &mut self.crews[crew.index()];
            if crew.free == 0 {
                crew.waiting.push_back(id);
                return;
            }
            crew.free -= 1;
        }
        self.mend(ctx, id);
    }

    fn mend<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let station = &ctx.plant.stations[StationId(id)];
        let unit = &mut self.units[id as usize];
        let span = match unit.mending {
            Some(Mending::Failure(n)) => {
                let n = usize::from(n);
                station.failures[n].repair.draw(&mut unit.modes[n].repair)
            }
            Some(Mending::Planned(n)) => {
                let n = usize::from(n);
                station.maintenance[n]
                    .duration
                    .draw(&mut unit.jobs[n].duration)
            }
            None => return,
        };
        unit.mend_generation = unit.mend_generation.wrapping_add(1);
        let generation = unit.mend_generation;
        schedule(
            ctx,
            ctx.now + span,
            What::Mended {
                station: id,
                generation,
            },
        );
    }

    /// The hands are done: they go to who waits longest, the station goes on.
    pub(super) fn mended<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, generation: u16) {
        let unit = &mut self.units[id as usize];
        if unit.mend_generation != generation {
            return;
        }
        let Some(mending) = unit.mending.take() else {
            return;
        };
        let station = &ctx.plant.stations[StationId(id)];
        let (crew, restart) = match mending {
            Mending::Failure(n) => {
                for (i, failure) in station.failures.iter().enumerate() {
                    let mode = &self.units[id as usize].modes[i];
                    if i == usize::from(n) {
                        self.wind(ctx, id, i);
                    } else if failure.clock == FailureClock::Calendar && !mode.pending {
                        self.run_calendar_clock(ctx, id, i);
                    }
                }
                let failure = &station.failures[usize::from(n)];
                (failure.crew, failure.effect == Effect::Restart)
            }
            Mending::Planned(n) => (station.maintenance[usize::from(n)].crew, false),
        };
        if let Some(crew) = crew {
            match self.crews[crew.index()].waiting.pop_front() {
                Some(next) => self.mend(ctx, next),
                None => self.crews[crew.index()].free += 1,
            }
        }
        self.resume(ctx, id, restart);
    }

    /// Calendars are in their state at the epoch.
    pub(super) fn start_calendars<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        for calendar in ctx.plant.calendars.ids() {
            self.turn(ctx, calendar.0);
        }
    }

    /// A calendar turns to what it says for now, and its next turn is scheduled.
    pub(super) fn turn<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, number: u32) {
        let id = CalendarId(number);
        let calendar = &ctx.plant.calendars[id];
        let period = calendar.period.0.max(1);
        let phase = ctx.now.0.rem_euclid(period);
        let on = calendar
            .on
            .iter()
            .any(|&(from, to)| from.0 <= phase && phase < to.0);
        let edges = calendar.on.iter().flat_map(|&(from, to)| [from.0, to.0]);
        let next = edges
            .flat_map(|edge| [edge, edge + period])
            .filter(|&edge| edge > phase)
            .min()
            .unwrap_or(phase + period);
        schedule(
            ctx,
            ctx.now + Span(next - phase),
            What::Turn { calendar: number },
        );
        self.on[id.index()] = on;
        ctx.ready.push(Event::Calendar(id, on));
        for (station, row) in ctx.plant.stations.pairs() {
            if row.calendar != Some(id) {
                continue;
            }
            match (on, self.units[station.index()].up) {
                (true, UnitState::Off) => self.resume(ctx, station.0, false),
                (false, UnitState::Execute) => self.stop(ctx, station.0, UnitState::Off),
                _ => {}
            }
        }
    }
}
