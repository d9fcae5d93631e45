//! Breakdowns, planned stops and hands.
//!
//! A station that reports has been as it is since its last report. One that reports nothing is drawn up
//! or down as often as it is in the long run.

use super::super::stops::Mending;
use super::super::{Flow, What, schedule};
use super::laws;
use crate::Ctx;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Failure, FailureClock, Maintenance, Plant, Process, Reports, Start, Station};

/// Tries before a draw by rejection is given up.
const TRIES: usize = 64;
/// Least and greatest share of its time that a station has probably worked.
const USE: (f64, f64) = (0.4, 1.0);

/// A station that stands: what is mended, since when it stands.
struct Stop {
    id: u32,
    mending: Mending,
    since: Time,
    crew: Option<CrewId>,
}

impl Flow {
    pub(super) fn recall_stops<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        belief: &Belief,
        seed: Seed,
    ) {
        let mut stops = Vec::new();
        for (id, station) in ctx.plant.stations.pairs() {
            let mut luck = seed.stream(&station.name, Purpose::Initial);
            let known = belief.stations[id.index()];
            let stop = stopped(ctx, (id, station), &known, &mut luck);
            let unit = &mut self.units[id.index()];
            unit.held = known.hold;
            if known.hold.1 {
                unit.plain = None;
                if known.state == UnitState::Maintenance {
                    unit.up = UnitState::Maintenance;
                }
            }
            if let Some(stop) = &stop {
                let unit = &mut self.units[id.index()];
                unit.mending = Some(stop.mending);
                unit.up = match stop.mending {
                    Mending::Failure(_) => UnitState::Down,
                    Mending::Planned(_) => UnitState::Maintenance,
                };
            }
            self.recall_clocks(ctx, (id, station), &known, &mut luck);
            self.recall_plans(ctx, (id, station), &known, &mut luck);
            stops.extend(stop);
        }
        stops.sort_by_key(|stop| (stop.since, stop.id));
        for stop in stops {
            self.recall_mending(ctx, belief, &stop, seed);
        }
    }

    /// What is left on the clock of each way to break down.
    fn recall_clocks<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        (id, station): (StationId, &Station),
        known: &StationBelief,
        luck: &mut Stream,
    ) {
        let rate = rate(station);
        let alone = station.failures.len() == 1 || known.up == Time::ZERO;
        let down = self.units[id.index()].up == UnitState::Down;
        for (n, failure) in station.failures.iter().enumerate() {
            let age = ctx.now - known.up.min(ctx.now);
            let used = share_used(station, known, ctx.now, luck);
            let left = match failure.clock {
                FailureClock::Calendar if alone => laws::remaining(&failure.every, age, luck),
                FailureClock::Busy if alone => {
                    let age = Span((age.0 as f64 * used) as i64);
                    laws::remaining(&failure.every, age, luck)
                }
                FailureClock::Pieces if alone => {
                    let age = Span((age.as_seconds() * used * rate) as i64);
                    laws::remaining(&failure.every, age, luck)
                }
                _ => laws::caught(&failure.every, luck),
            };
            self.units[id.index()].modes[n].left = left.0.max(1);
            if failure.clock == FailureClock::Calendar && !down {
                self.run_calendar_clock(ctx, id.0, n);
            }
        }
    }

    /// What is left until each planned stop.
    fn recall_plans<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        (id, station): (StationId, &Station),
        known: &StationBelief,
        luck: &mut Stream,
    ) {
        let alone = station.maintenance.len() == 1;
        for (n, plan) in station.maintenance.iter().enumerate() {
            let since = if alone { known.serviced } else { Time::ZERO };
            let job = &mut self.units[id.index()].jobs[n];
            if plan.clock == FailureClock::Calendar {
                let (last, next) = around(plan, ctx.now);
                job.due = alone && is_told(station) && last.is_some_and(|last| last > since);
                let job = n as u8;
                schedule(ctx, next, What::Due { station: id.0, job });
                continue;
            }
            let first = since == Time::ZERO;
            let whole = if first { plan.first } else { plan.every };
            let scale = match plan.clock {
                FailureClock::Pieces => rate(station),
                FailureClock::Busy | FailureClock::Calendar => 1e6,
            };
            let pieces = |pieces: u64| pieces as f64 * scale / rate(station);
            let used = match known.passed {
                Some(passed) if alone && beside(ctx.plant, station) => Use::Shared(pieces(passed)),
                Some(passed) if alone => Use::Known(pieces(passed)),
                _ => Use::AtMost((ctx.now - since.min(ctx.now)).as_seconds() * scale),
            };
            job.left = left_of_plan((whole, plan.every), used, alone, luck).max(1);
        }
    }

    /// Hands are there in the order in which stations stopped; who comes too late waits.
    fn recall_mending<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        belief: &Belief,
        stop: &Stop,
        seed: Seed,
    ) {
        let mut begun = stop.since;
        if let Some(crew) = stop.crew {
            let crew = &mut self.crews[crew.index()];
            if crew.free == 0 {
                crew.waiting.push_back(stop.id);
                return;
            }
            crew.free -= 1;
            begun = begun_by(ctx.plant, belief, stop);
        }
        let station = &ctx.plant.stations[StationId(stop.id)];
        let mut luck = seed.stream_n(&station.name, Purpose::Initial, 1);
        let law = match stop.mending {
            Mending::Failure(n) => &station.failures[usize::from(n)].repair,
            Mending::Planned(n) => &station.maintenance[usize::from(n)].duration,
        };
        let gone = ctx.now - begun.max(stop.since).min(ctx.now);
        let left = laws::remaining(law, gone, &mut luck);
        let unit = &mut self.units[stop.id as usize];
        unit.mend_generation = unit.mend_generation.wrapping_add(1);
        let generation = unit.mend_generation;
        let station = stop.id;
        schedule(
            ctx,
            ctx.now + left,
            What::Mended {
                station,
                generation,
            },
        );
    }
}

/// When hands came to a station: at once, unless others had all of them then; then when enough of those
/// were done. Whoever has gone on since is taken to have been in their hands before.
fn begun_by(plant: &Plant, belief: &Belief, stop: &Stop) -> Time {
    let Some(crew) = stop.crew else {
        return stop.since;
    };
    let needs = |station: &Station| {
        station.failures.iter().any(|f| f.crew == Some(crew))
            || station.maintenance.iter().any(|m| m.crew == Some(crew))
    };
    let mut ends = Vec::new();
    let mut before = 0;
    for (id, _) in plant
        .stations
        .pairs()
        .filter(|(id, s)| id.0 != stop.id && needs(s))
    {
        let known = &belief.stations[id.index()];
        let stands = matches!(known.state, UnitState::Down | UnitState::Maintenance);
        if stands && known.since < stop.since {
            before += 1;
        } else if !stands && known.up > stop.since && known.down < stop.since {
            ends.push(known.up);
        }
    }
    ends.sort_unstable();
    let hands = plant.crews[crew].size as usize;
    match (before + ends.len()).checked_sub(hands) {
        Some(late) => ends.get(late).copied().unwrap_or(stop.since),
        None => stop.since,
    }
}

/// Control hears of its stops.
fn is_told(station: &Station) -> bool {
    station.start != Start::Itself || !matches!(station.reports, Reports::Nothing)
}

/// Whether the station stands, and why.
fn stopped<S>(
    ctx: &Ctx<'_, S>,
    (id, station): (StationId, &Station),
    known: &StationBelief,
    luck: &mut Stream,
) -> Option<Stop> {
    let stop = |mending, since, crew| {
        Some(Stop {
            id: id.0,
            mending,
            since,
            crew,
        })
    };
    let since = known.since.min(ctx.now);
    if !is_told(station) {
        for (n, failure) in station.failures.iter().enumerate() {
            let (up, down) = (
                between(failure, station),
                failure.repair.mean().as_seconds(),
            );
            if luck.unit() * (up + down) < down {
                let age = failure.repair.draw(luck);
                let since = Time((ctx.now.0 - (age.0 as f64 * luck.unit()) as i64).max(0));
                return stop(Mending::Failure(n as u8), since, failure.crew);
            }
        }
        return None;
    }
    match known.state {
        UnitState::Down if !station.failures.is_empty() => {
            let n = which_failure(station, ctx.now - since, luck);
            stop(Mending::Failure(n as u8), since, station.failures[n].crew)
        }
        UnitState::Maintenance if !station.maintenance.is_empty() && !known.hold.1 => {
            let n = which_plan(&station.maintenance, since);
            stop(
                Mending::Planned(n as u8),
                since,
                station.maintenance[n].crew,
            )
        }
        _ => None,
    }
}

/// Mean time between failures of one way, working all the time [s].
fn between(failure: &Failure, station: &Station) -> f64 {
    let mean = failure.every.mean();
    match failure.clock {
        FailureClock::Calendar | FailureClock::Busy => mean.as_seconds(),
        FailureClock::Pieces => mean.0 as f64 / rate(station),
    }
    .max(1e-6)
}

/// The way in which it broke down: by how often each happens and whether it lasts that long.
fn which_failure(station: &Station, gone: Span, luck: &mut Stream) -> usize {
    let often = |failure: &Failure| 1.0 / between(failure, station);
    let all: f64 = station.failures.iter().map(often).sum();
    for _ in 0..TRIES {
        let mut at = luck.unit() * all;
        for (n, failure) in station.failures.iter().enumerate() {
            at -= often(failure);
            if at <= 0.0 {
                if failure.repair.draw(luck) > gone {
                    return n;
                }
                break;
            }
        }
    }
    let longest = |&n: &usize| station.failures[n].repair.mean();
    (0..station.failures.len()).max_by_key(longest).unwrap_or(0)
}

/// The planned stop that began then: by calendar the one due last before, else one by use.
fn which_plan(plans: &[Maintenance], since: Time) -> usize {
    let due = |n: &usize| match plans[*n].clock {
        FailureClock::Calendar => around(&plans[*n], since).0,
        FailureClock::Busy | FailureClock::Pieces => None,
    };
    let used = |n: &usize| plans[*n].clock != FailureClock::Calendar;
    let near = |at: Time| since - at < Span::hours(1);
    let latest = (0..plans.len())
        .filter(|n| due(n).is_some_and(near))
        .max_by_key(due);
    latest.or_else(|| (0..plans.len()).find(used)).unwrap_or(0)
}

/// The planned starts by calendar at or before a moment, and after it.
fn around(plan: &Maintenance, now: Time) -> (Option<Time>, Time) {
    let first = Time::ZERO + plan.first;
    if now < first {
        return (None, first);
    }
    let every = plan.every.0.max(1);
    let last = first + Span((now - first).0 / every * every);
    (Some(last), last + Span(every))
}

/// Share of its time that it has worked since its last planned stop.
fn share_used(station: &Station, known: &StationBelief, now: Time, luck: &mut Stream) -> f64 {
    let drawn = USE.0 + (USE.1 - USE.0) * luck.unit();
    let whole = (now - known.serviced).as_seconds() * rate(station);
    match known.passed {
        Some(pieces) if pieces > 0 && whole > 0.0 => (pieces as f64 / whole).min(1.0),
        _ => drawn,
    }
}

/// Others take from where it takes.
fn beside(plant: &Plant, station: &Station) -> bool {
    let from = |one: &Station| one.inputs.first().map(|input| input.buffer);
    let same = |one: &&Station| from(one) == from(station);
    plant.stations.iter().filter(same).count() > 1
}

/// How much a station was used since a stop.
#[derive(Clone, Copy)]
enum Use {
    Known(f64),
    /// The mean of stations side by side, which take unequal shares.
    Shared(f64),
    /// Had it worked all the time.
    AtMost(f64),
}

impl Use {
    fn drawn(self, luck: &mut Stream) -> f64 {
        match self {
            Use::Known(used) => used,
            Use::Shared(mean) => mean * (0.5 + luck.unit()),
            Use::AtMost(most) => most * (USE.0 + (USE.1 - USE.0) * luck.unit()),
        }
    }
}

/// What is left of `whole` after some use; if that must have passed, or another stop may have come between,
/// it is any moment of an interval.
fn left_of_plan((whole, every): (Span, Span), used: Use, alone: bool, luck: &mut Stream) -> i64 {
    for _ in 0..TRIES {
        let used = used.drawn(luck);
        if used < whole.0 as f64 {
            return whole.0 - used as i64;
        }
    }
    // Known to be alone and not begun yet: it is due soon.
    let share = if alone { 0.1 } else { 1.0 };
    (every.0 as f64 * luck.unit() * share) as i64
}

/// Pieces a second while it works.
fn rate(station: &Station) -> f64 {
    let mean = station.times[0].mean().as_seconds().max(1e-6);
    match station.process {
        Process::Single { servers } => f64::from(servers.min(1 << 16)) / mean,
        Process::Batch { servers, max, .. } => f64::from(servers) * f64::from(max) / mean,
        Process::Stream { pitch } => 1.0 / pitch.as_seconds().max(1e-6),
    }
}
