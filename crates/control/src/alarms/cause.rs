//! The first cause: who waits for whom, and what stands before or behind a station.
//!
//! A vehicle waits for the one that holds, or is to pass before, what it wants; following that leads to
//! one that stands for a reason of its own, or to nobody. A station that has nothing to do is explained by
//! a station down before it, if no other station before it works; a blocked one by those behind it.

use super::{Alarms, Eyes};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cell::OnceCell;
use fenhe_contract::*;

/// Conditions of a vehicle that explain why it stands, the strongest first.
const OWN: [AlarmCode; 6] = [
    AlarmCode::Isolated,
    AlarmCode::LinkLost,
    AlarmCode::NotAnswering,
    AlarmCode::Held,
    AlarmCode::Stranded,
    AlarmCode::BatteryLow,
];

/// Stations that fall silent within this of each other do so for one reason.
const TOGETHER: Span = Span::seconds(2);

/// Why a station has nothing to take, or nowhere to give to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reason {
    /// Nobody knows.
    Unknown,
    /// Somebody there works: it will take its time.
    Works,
    /// A planned stop, or outside the shift.
    Planned,
    /// This one is down.
    Down(StationId),
}

impl Alarms {
    fn active(&self, source: AlarmSource, code: AlarmCode) -> Option<AlarmId> {
        let point = self.points.get(&AlarmPoint { source, code })?;
        point.active().then_some(point.id)
    }

    /// The alarm that explains a condition, 0 for none.
    pub(super) fn cause(&self, eyes: &Eyes<'_>, key: AlarmPoint) -> AlarmId {
        let cause = match (key.code, key.source) {
            (AlarmCode::JournalSlow, _) => self.active(AlarmSource::Plant, AlarmCode::JournalFull),
            (AlarmCode::LinkLost | AlarmCode::LoadInDoubt, AlarmSource::Vehicle(v)) => {
                let lost = eyes.carrying.vehicles[v].lost;
                let broker = self.active(AlarmSource::Plant, AlarmCode::BrokerLost);
                broker.filter(|_| lost)
            }
            (AlarmCode::LinkLost, AlarmSource::Station(_)) => self.fell_silent_with(key),
            (AlarmCode::WaitsTooLong, AlarmSource::Vehicle(v)) => self.behind(eyes, v),
            (code, AlarmSource::Vehicle(v)) if OWN.contains(&code) => self.stands(v, Some(code)),
            (AlarmCode::Starved, AlarmSource::Station(id)) => self.starved(eyes, id),
            (AlarmCode::Blocked, AlarmSource::Station(id)) => self.down(eyes.downstream(id)),
            (AlarmCode::HandFailed, AlarmSource::Place(place)) => self.at_place(eyes, place),
            _ => None,
        };
        cause.unwrap_or(AlarmId(0))
    }

    /// The first of the stations that fell silent together with this one: they share a server, a
    /// switch or a fuse.
    fn fell_silent_with(&self, key: AlarmPoint) -> Option<AlarmId> {
        let own = self.points.get(&key)?.since;
        let lost = |(other, point): &(&AlarmPoint, &super::Point)| {
            let station = matches!(other.source, AlarmSource::Station(_));
            let together = point.since + TOGETHER >= own && (point.since, **other) < (own, key);
            other.code == key.code && station && point.active() && together
        };
        let found = self.points.iter().filter(lost);
        let (_, first) = found.min_by_key(|(other, point)| (point.since, **other))?;
        Some(if first.cause.0 > 0 {
            first.cause
        } else {
            first.id
        })
    }

    /// The alarm of its own for which a vehicle stands, stronger than `but`.
    fn stands(&self, v: VehicleId, but: Option<AlarmCode>) -> Option<AlarmId> {
        let source = AlarmSource::Vehicle(v);
        let stronger = OWN.iter().take_while(|&&code| Some(code) != but);
        let found = stronger.filter_map(|&code| Some((code, self.active(source, code)?)));
        let (code, id) = found.into_iter().next()?;
        match code {
            AlarmCode::LinkLost => {
                let broker = self.active(AlarmSource::Plant, AlarmCode::BrokerLost);
                broker.or(Some(id))
            }
            _ => Some(id),
        }
    }

    /// The alarm of the vehicle at the head of those for which `v` waits, its own before all. If none
    /// of them stands for a reason of its own: the wait of the first in the queue, or of the lowest
    /// in a circle, stands for all others.
    fn behind(&self, eyes: &Eyes<'_>, v: VehicleId) -> Option<AlarmId> {
        let mut path = Vec::from([v]);
        let mut circle = 0..0;
        let mut at = v;
        loop {
            if let Some(id) = self.stands(at, None) {
                return Some(id);
            }
            let Some(next) = eyes.blocker(at) else {
                break;
            };
            if let Some(first) = path.iter().position(|&other| other == next) {
                circle = first..path.len();
                break;
            }
            path.push(next);
            at = next;
        }
        let waits = |&v: &VehicleId| self.active(AlarmSource::Vehicle(v), AlarmCode::WaitsTooLong);
        let lowest = path[circle].iter().filter(|v| waits(v).is_some()).min();
        let first = lowest.or_else(|| path.iter().rev().find(|v| waits(v).is_some()))?;
        waits(first).filter(|_| *first != v)
    }

    pub(super) fn down(&self, reason: Reason) -> Option<AlarmId> {
        match reason {
            Reason::Down(id) => self.active(AlarmSource::Station(id), AlarmCode::StationDown),
            Reason::Unknown | Reason::Works | Reason::Planned => None,
        }
    }

    fn starved(&self, eyes: &Eyes<'_>, id: StationId) -> Option<AlarmId> {
        let carrier = || {
            let (transport, _) = eyes.promised(id)?;
            self.behind(eyes, eyes.carrying.transports.vehicle(transport)?)
        };
        carrier().or_else(|| self.down(eyes.upstream(id)))
    }

    fn at_place(&self, eyes: &Eyes<'_>, place: PlaceId) -> Option<AlarmId> {
        let fenhe_plant::Owner::Buffer(buffer) = eyes.plant.places[place].owner else {
            return None;
        };
        let down = |&id: &StationId| self.active(AlarmSource::Station(id), AlarmCode::StationDown);
        eyes.tables.neighbours.takers[buffer].iter().find_map(down)
    }

    /// Who waits because of each alarm: vehicles in its jam, and what it suppresses.
    pub(super) fn count_affected(&mut self, eyes: &Eyes<'_>) {
        let mut waiting: BTreeMap<AlarmId, Vec<AlarmSource>> = BTreeMap::new();
        for (&key, point) in &self.points {
            if point.cause.0 > 0 {
                waiting.entry(point.cause).or_default().push(key.source);
            }
        }
        let stands = |(&key, point): (&AlarmPoint, &super::Point)| {
            let heads = [AlarmCode::BrokerLost, AlarmCode::WaitsTooLong];
            point.active() && (OWN.contains(&key.code) || heads.contains(&key.code))
        };
        if self.points.iter().any(stands) {
            for v in eyes.plant.vehicles.ids() {
                let root = eyes.waits(v).then(|| self.behind(eyes, v)).flatten();
                if let Some(id) = root {
                    waiting.entry(id).or_default().push(AlarmSource::Vehicle(v));
                }
            }
        }
        for (key, point) in &mut self.points {
            point.affected = waiting.remove(&point.id).unwrap_or_default();
            point.affected.sort_unstable();
            point.affected.dedup();
            point.affected.retain(|&source| source != key.source);
        }
    }
}

impl Eyes<'_> {
    /// It would go on if it could.
    fn waits(&self, v: VehicleId) -> bool {
        self.carrying.traffic.waits_since(v).is_some() || self.carrying.vehicles[v].awaits.is_some()
    }

    /// For whom a vehicle waits: on the way, or for the terminal it is to go to.
    fn blocker(&self, v: VehicleId) -> Option<VehicleId> {
        let own = self.carrying;
        own.traffic.waits_for(self.plant, v).or_else(|| {
            let (_, node) = own.vehicles[v].awaits?;
            let there = |id: &VehicleId| *id != v && own.vehicles[*id].goal == node;
            own.vehicles.ids().find(there)
        })
    }

    /// Why a station has nothing to take.
    pub(super) fn upstream(&self, id: StationId) -> Reason {
        let next = &self.tables.neighbours;
        self.along(id, &next.before, &next.behind, &self.roots.upstream)
    }
    /// Why a station cannot give.
    pub(super) fn downstream(&self, id: StationId) -> Reason {
        let next = &self.tables.neighbours;
        self.along(id, &next.behind, &next.before, &self.roots.downstream)
    }

    fn along(&self, from: StationId, next: &Near, back: &Near, roots: &Root) -> Reason {
        let works = |&id: &StationId| {
            let (state, _) = self.stations.state(id);
            matches!(state, UnitState::Execute | UnitState::Setup)
        };
        if next[from].iter().any(works) {
            return Reason::Works;
        }
        roots.get_or_init(|| self.spread(back))[from]
    }

    /// From those that stand by themselves to those that stand for want of something; a breakdown
    /// explains before a planned stop does.
    fn spread(&self, to: &Near) -> Fixed<StationId, Reason> {
        let mut roots = Fixed::like(to, |_| Reason::Unknown);
        let mut queue = Vec::new();
        for down in [true, false] {
            for id in self.plant.stations.ids() {
                match self.stations.state(id).0 {
                    UnitState::Down if down => queue.push((id, Reason::Down(id))),
                    UnitState::Maintenance | UnitState::Off if !down => {
                        queue.push((id, Reason::Planned));
                    }
                    _ => {}
                }
            }
            let mut i = 0;
            while let Some(&(at, why)) = queue.get(i) {
                i += 1;
                for &id in &to[at] {
                    let state = self.stations.state(id).0;
                    let wants = matches!(state, UnitState::Idle | UnitState::Blocked);
                    if wants && roots[id] == Reason::Unknown {
                        roots[id] = why;
                        queue.push((id, why));
                    }
                }
            }
            queue.clear();
        }
        roots
    }
}

type Near = Fixed<StationId, Vec<StationId>>;
type Root = OnceCell<Fixed<StationId, Reason>>;

/// What explains each station, found once a wake and only if asked for.
#[derive(Default)]
pub(crate) struct Roots {
    upstream: Root,
    downstream: Root,
}
