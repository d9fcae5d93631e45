//! Stops: breakdowns, planned maintenance, crews, shifts - and the server states that follow.

use super::unit::Phase;
use super::{Flow, What, schedule};
use crate::Ctx;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;
use serde::{Deserialize, Serialize};

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

    pub(super) fn break_down<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, mode: u8) {
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
    pub(super) fn stop<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, state: UnitState) {
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
    pub(super) fn resume<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, restart: bool) {
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
        if busy {
            return;
        }
        let Some(number) = unit.jobs.iter().position(|job| job.due) else {
            return self.stand_held(ctx, id);
        };
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
