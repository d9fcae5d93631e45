//! What no single fact tells: it is seen on patrol, from what is believed.

use super::cause::Reason;
use super::rules::rule;
use super::{Alarms, Ctx, Eyes};
use crate::books::{FULL, Load};
use crate::fleet::Mission;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::BufferKind;

/// Conditions that only the patrol judges, unless they were told from outside.
fn watched(code: AlarmCode) -> bool {
    matches!(
        code,
        AlarmCode::NotAnswering
            | AlarmCode::WaitsTooLong
            | AlarmCode::BatteryLow
            | AlarmCode::Stranded
            | AlarmCode::LoadInDoubt
            | AlarmCode::NotFetched
            | AlarmCode::Starved
            | AlarmCode::Blocked
    )
}

impl Alarms {
    /// Looks at everything once.
    pub(super) fn watch(&mut self, eyes: &Eyes<'_>, ctx: &mut Ctx<'_>) {
        let mut seen = Vec::new();
        self.watch_vehicles(eyes, ctx.now, &mut seen);
        eyes.watch_ports(ctx.now, &mut seen);
        self.watch_stations(eyes, ctx.now, &mut seen);
        let over = |key: &AlarmPoint| watched(key.code) && !seen.iter().any(|(k, _)| k == key);
        let points = self.points.iter();
        let over: Vec<AlarmPoint> = points
            .filter(|(key, point)| point.on && !point.told && over(key))
            .map(|(&key, _)| key)
            .collect();
        let now = ctx.now;
        for key in over {
            self.set(ctx, key, false, now);
        }
        for (key, since) in seen {
            self.set(ctx, key, true, since);
        }
    }

    fn watch_vehicles(&self, eyes: &Eyes<'_>, now: Time, seen: &mut Vec<(AlarmPoint, Time)>) {
        let own = eyes.carrying;
        let silent = rule(eyes.plant, AlarmCode::NotAnswering).on;
        for (v, vehicle) in own.vehicles.pairs() {
            let source = AlarmSource::Vehicle(v);
            let mut see = |code, since| seen.push((AlarmPoint { source, code }, since));
            if let Some(since) = own.links.silent(v)
                && since + silent <= now
                && !vehicle.lost
            {
                see(AlarmCode::NotAnswering, since);
            }
            if let Some(since) = own.traffic.waits_since(v)
                && since + eyes.plant.policy.wait_max <= now
            {
                see(AlarmCode::WaitsTooLong, since);
            }
            if vehicle.permille < eyes.low(v) / 2 && !eyes.charging(v) {
                see(AlarmCode::BatteryLow, now);
            }
            if own.stranded.contains(&v) {
                see(AlarmCode::Stranded, now);
            }
            if vehicle.lost && eyes.has_doubtful_load(v) {
                see(AlarmCode::LoadInDoubt, now);
            }
        }
    }

    fn watch_stations(&self, eyes: &Eyes<'_>, now: Time, seen: &mut Vec<(AlarmPoint, Time)>) {
        let starved = rule(eyes.plant, AlarmCode::Starved).on;
        let blocked = rule(eyes.plant, AlarmCode::Blocked).on;
        for id in eyes.plant.stations.ids() {
            let source = AlarmSource::Station(id);
            match eyes.stations.state(id) {
                (UnitState::Idle, since) if since + starved <= now => {
                    let since = match eyes.promised(id) {
                        Some((_, told)) if since.max(told) + starved <= now => since.max(told),
                        _ if self.down(eyes.upstream(id)).is_some() => since,
                        _ => continue,
                    };
                    let code = AlarmCode::Starved;
                    seen.push((AlarmPoint { source, code }, since));
                }
                (UnitState::Blocked, since) if since + blocked <= now => {
                    let reason = eyes.downstream(id);
                    if reason == Reason::Unknown || self.down(reason).is_some() {
                        let code = AlarmCode::Blocked;
                        seen.push((AlarmPoint { source, code }, since));
                    }
                }
                _ => {}
            }
        }
    }
}

impl Eyes<'_> {
    /// Full carriers that could go and have stood for too long.
    fn watch_ports(&self, now: Time, seen: &mut Vec<(AlarmPoint, Time)>) {
        let limit = rule(self.plant, AlarmCode::NotFetched).on;
        let books = &self.carrying.books;
        for id in books.active() {
            let Some(&(since, place)) = books.counts(id).ready[FULL].first() else {
                continue;
            };
            let port = matches!(self.plant.buffers[id].kind, BufferKind::Load { .. });
            if !port || now < since + limit {
                continue;
            }
            let next = books.at(place).and_then(|load| load.next(self.plant));
            let to = next.map_or(&[][..], |next| self.tables.ports.unload(next));
            let line = self.plant.buffers[id].line;
            let open = |&to: &BufferId| {
                let near = !self.plant.policy.same_line || self.plant.buffers[to].line == line;
                near && books.free(&self.tables.ports, to) > 0
            };
            if to.iter().any(open) {
                let (source, code) = (AlarmSource::Buffer(id), AlarmCode::NotFetched);
                seen.push((AlarmPoint { source, code }, since));
            }
        }
    }

    /// Where it should go charging [parts per thousand]; 0 in a plant without chargers.
    fn low(&self, v: VehicleId) -> u16 {
        let kind = self.plant.vehicles[v].kind;
        if self.plant.chargers.is_empty() {
            0
        } else {
            self.plant.vehicle_types[kind].charge_at.0
        }
    }
    /// It stands on its charger.
    fn charging(&self, v: VehicleId) -> bool {
        let vehicle = &self.carrying.vehicles[v];
        matches!(vehicle.mission, Mission::Charge(_)) && vehicle.node == vehicle.goal
    }
    /// A load stands on it, or it was told to take one or to give one, and nobody has looked.
    fn has_doubtful_load(&self, v: VehicleId) -> bool {
        let decks = &self.plant.vehicles[v].decks;
        let books = &self.carrying.books;
        let vehicle = &self.carrying.vehicles[v];
        let open = |transport: &TransportId| !vehicle.looked.contains(transport);
        let stands = |load: &Load| load.transport.as_ref().is_none_or(open);
        let mut told = vehicle.hands.iter().filter(|hand| hand.told);
        told.any(|hand| open(&hand.transport))
            || (decks.start.0..decks.end.0).any(|deck| books.at(PlaceId(deck)).is_some_and(stands))
    }
    /// The load promised to a station for longest: by which transport, since when.
    pub(super) fn promised(&self, id: StationId) -> Option<(TransportId, Time)> {
        let own = self.carrying;
        let inputs = self.plant.stations[id].inputs.iter();
        let places = inputs.flat_map(|input| self.tables.ports.places[input.buffer].clone());
        let kept = places.filter_map(|place| own.books.kept_for(PlaceId(place)));
        let told = kept.filter_map(|id| Some((id, own.transports.assigned(id)?)));
        told.min_by_key(|&(id, at)| (at, id))
    }
}
