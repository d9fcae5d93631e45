//! What a simulated station is seen to do. Stations that start by themselves tell of carriers, counts and
//! breakdowns, not of each piece; on a real machine people see whether it works, by its lamp if by nothing else.
//!
//! A change is told when it has lasted: a station that works piece by piece with short waits works.

use fenhe_contract::*;
use fenhe_plant::{Plant, Start};
use fenhe_world::World;
use std::collections::BTreeMap;

/// So long nothing must have been done for it to be seen as not working.
const LASTS: Span = Span::seconds(15);

/// Stations that are looked at, and what was told of them.
pub struct Showing {
    /// Those that start by themselves.
    own: Fixed<StationId, bool>,
    told: Fixed<StationId, Option<UnitState>>,
    /// When each is looked at next, and whether it has worked since the last look.
    looks: BTreeMap<StationId, (Time, bool)>,
    /// Not later than any look.
    next: Time,
}

impl Showing {
    /// All of a plant's are looked at when it begins.
    pub fn new(plant: &Plant, now: Time) -> Showing {
        let own = Fixed::like(&plant.stations, |id| {
            plant.stations[id].start == Start::Itself
        });
        let all = plant.stations.ids().filter(|id| own[*id]);
        Showing {
            told: Fixed::like(&plant.stations, |_| None),
            looks: all.map(|id| (id, (now + LASTS, false))).collect(),
            own,
            next: now + LASTS,
        }
    }

    /// When somebody is to be looked at.
    pub fn next(&self) -> Time {
        self.next
    }

    /// What happened, by the plant's own record and by what a station told itself.
    pub fn hear(&mut self, now: Time, record: Record) {
        let Record::Server { station, from, to } = record else {
            return;
        };
        let works = from == UnitState::Execute || to == UnitState::Execute;
        self.look(now, station, works);
    }

    /// A station told its state.
    pub fn told(&mut self, now: Time, station: StationId, state: UnitState) {
        if self.told[station].is_some() {
            self.told[station] = Some(state);
            self.look(now, station, false);
        }
    }

    fn look(&mut self, now: Time, station: StationId, works: bool) {
        if !self.own[station] {
            return;
        }
        let at = now + LASTS;
        let look = self.looks.entry(station).or_insert((at, false));
        look.1 |= works;
        self.next = self.next.min(look.0);
    }

    /// What there is to tell by now.
    pub fn news(&mut self, now: Time, world: &World) -> Vec<Event> {
        let mut facts = Vec::new();
        if now < self.next {
            return facts;
        }
        let due = self.looks.extract_if(.., |_, (at, _)| *at <= now);
        let due: Vec<(StationId, bool)> = due.map(|(id, (_, works))| (id, works)).collect();
        for (station, worked) in due {
            let is = world.works(station);
            let shows = match is {
                UnitState::Idle | UnitState::Blocked if worked => UnitState::Execute,
                other => other,
            };
            if is != shows {
                self.look(now, station, false);
            }
            if self.told[station].replace(shows) != Some(shows) {
                facts.push(Event::Station(station, StationEvent::Shows(shows)));
            }
        }
        let first = self.looks.values().map(|(at, _)| *at).min();
        self.next = first.unwrap_or(Time::NEVER);
        facts
    }
}

/// A sink with somebody who listens too.
pub struct Tee<'a, S>(pub &'a mut S, pub &'a mut Vec<(Time, Record)>);

impl<S: RecordSink> RecordSink for Tee<'_, S> {
    const PIECES: bool = S::PIECES;
    const MOTION: bool = S::MOTION;
    fn record(&mut self, now: Time, record: Record) {
        if matches!(record, Record::Server { .. }) {
            self.1.push((now, record));
        }
        self.0.record(now, record);
    }
}
