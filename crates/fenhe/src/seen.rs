//! What only a look at the loop shows, four times a second and after each act, and how the picture follows it.

use crate::orders::fresh;
use crate::rows::{Rows, owner};
use fenhe_contract::*;
use fenhe_control::{AccessView, Controller, OrderLeft, TransportNow};
use fenhe_live::kept::JournalLog;
use fenhe_live::{Engine, Mode};
use fenhe_plant::Plant;
use fenhe_server as api;
use fenhe_server::{Feed, Item, alarm_object};
use std::collections::BTreeSet;

/// What one look at the loop shows.
pub struct Seen {
    pub digest: Digest,
    pub alarms: Vec<api::AlarmView>,
    /// What each of them is about.
    pub about: Vec<AlarmSource>,
    pub vehicles: Vec<VehicleSeen>,
    /// Stations that a person holds.
    pub stations: Vec<bool>,
    pub orders: Vec<OrderLeft>,
    /// Open transports, and whether the load of each is in doubt.
    pub transports: Vec<(TransportNow, bool)>,
    pub access: AccessView,
}

/// A vehicle in [`Seen`].
pub struct VehicleSeen {
    pub up: bool,
    pub mode: Mode,
    pub by_word: bool,
    pub errand: Option<Errand>,
}

impl Seen {
    /// Of an engine between two steps.
    pub fn of(engine: &Engine<JournalLog>) -> Seen {
        let link = |v| (engine.master(v).is_up(), engine.mode(v));
        let asked = |row: &TransportNow| {
            let hand = |(_, deck, place, pick)| row.handing == Some((deck, place, pick));
            engine.master(row.vehicle).doubted().any(hand)
        };
        Seen::told(engine.plant(), engine.core(), link, asked)
    }

    /// Of a core alone.
    pub fn of_core(plant: &Plant, core: &Controller) -> Seen {
        let link = |v| (!core.lost(v), Mode::default());
        Seen::told(plant, core, link, |_| false)
    }

    fn told(
        plant: &Plant,
        core: &Controller,
        link: impl Fn(VehicleId) -> (bool, Mode),
        asked: impl Fn(&TransportNow) -> bool,
    ) -> Seen {
        let vehicle = |v| {
            let (up, mode) = link(v);
            VehicleSeen {
                up,
                mode,
                by_word: core.held_vehicle(v),
                errand: core.errand(v),
            }
        };
        let doubt = |row: TransportNow| {
            let away =
                core.unsure(row.vehicle, row.transport) && (row.carried || row.handing.is_some());
            let asked = asked(&row);
            (row, asked || away)
        };
        Seen {
            digest: core.digest(),
            alarms: core
                .alarms()
                .map(|alarm| alarm_view(plant, &alarm))
                .collect(),
            about: core.alarms().map(|alarm| alarm.point.source).collect(),
            vehicles: plant.vehicles.ids().map(vehicle).collect(),
            stations: plant.stations.ids().map(|s| core.held_station(s)).collect(),
            orders: core.orders().collect(),
            transports: core.transports().map(doubt).collect(),
            access: core.access(),
        }
    }
}

/// An alarm as the API spells it.
fn alarm_view(plant: &Plant, alarm: &fenhe_control::AlarmView<'_>) -> api::AlarmView {
    api::AlarmView {
        id: alarm.id.0,
        revision: alarm.changed.0.unsigned_abs(),
        code: alarm.point.code.into(),
        object: alarm_object(plant, alarm.point.source),
        priority: alarm.priority.into(),
        state: alarm.state.into(),
        wrong: alarm.wrong,
        raised: alarm.raised,
        changed: alarm.changed,
        shelved_until: alarm.shelved.map(|(until, _)| until),
        shelved_why: alarm.shelved.map(|(_, why)| why.into()),
        cause: alarm.cause.map(|cause| cause.0),
        affected: alarm
            .affected
            .iter()
            .map(|&source| alarm_object(plant, source))
            .collect(),
    }
}

impl Rows {
    /// Alarms of orders go by the references of these.
    pub fn names_orders(&self, seen: &mut Seen) {
        for (alarm, source) in seen.alarms.iter_mut().zip(&seen.about) {
            if let AlarmSource::Order(order) = source
                && let Some(row) = self.orders.get(&order.0)
            {
                alarm.object = format!("order {}", row.reference);
            }
        }
    }

    /// What only a look at the loop shows.
    pub fn seen(&mut self, plant: &Plant, feed: &Feed, seen: &Seen) {
        for (i, now) in seen.vehicles.iter().enumerate() {
            let sent = now.errand.map(|errand| match errand {
                Errand::Node(node) => plant.tracks.nodes[node].name.clone(),
                Errand::Charger => "charger".to_string(),
            });
            let row = &mut self.vehicles[i];
            row.held = now.by_word || self.stands[i];
            let mode = crate::modes::shown(now.mode, self.live);
            let now = (now.up, now.by_word, mode);
            let news = (row.link, row.by_word, row.mode) != now || row.sent != sent;
            (row.link, row.by_word, row.mode) = now;
            row.sent = sent;
            if news {
                row.revision += 1;
                let (vehicle, view) = (VehicleId::from_index(i), row.clone());
                feed.push(self.now, Item::Vehicle { vehicle, view });
            }
        }
        for (i, &held) in seen.stations.iter().enumerate() {
            let row = &mut self.stations[i];
            if std::mem::replace(&mut row.held, held) != held {
                row.revision += 1;
                let (station, view) = (StationId::from_index(i), row.clone());
                feed.push(self.now, Item::Station { station, view });
            }
        }
        self.alarms_seen(feed, &seen.alarms);
        for order in &seen.orders {
            self.order_seen(plant, feed, order);
        }
        self.transports_seen(plant, feed, &seen.transports);
    }

    fn alarms_seen(&mut self, feed: &Feed, now: &[api::AlarmView]) {
        let before = std::mem::take(&mut self.shown);
        for alarm in now {
            if before.get(&alarm.id) != Some(alarm) {
                feed.push(self.now, Item::Alarm(alarm.clone()));
            }
            self.shown.insert(alarm.id, alarm.clone());
        }
        for id in before.into_keys().filter(|id| !self.shown.contains_key(id)) {
            feed.push(self.now, Item::AlarmOver { id });
        }
    }

    fn order_seen(&mut self, plant: &Plant, feed: &Feed, now: &OrderLeft) {
        let fresh = || {
            let (order, product) = (now.order, now.product);
            let order = WorkOrder {
                order,
                product,
                quantity: now.quantity,
                due: now.due,
            };
            fresh(plant, &order)
        };
        let done = self.ledger.done(now.order);
        let row = self.orders.entry(now.order.0).or_insert_with(fresh);
        row.done = row.done.max(done);
        let news = (row.held, row.priority) != (now.held, now.priority);
        row.entered = row.quantity - row.cancelled - now.left;
        (row.held, row.priority) = (now.held, now.priority);
        if news {
            row.revision += 1;
            feed.push(self.now, Item::Order(row.clone()));
        }
    }

    fn transports_seen(&mut self, plant: &Plant, feed: &Feed, seen: &[(TransportNow, bool)]) {
        for (now, doubt) in seen {
            let state = match (doubt, now.carried) {
                (true, _) => api::TransportState::InDoubt,
                (false, true) => api::TransportState::Carried,
                (false, false) => api::TransportState::Assigned,
            };
            let name = self.vehicles[now.vehicle.index()].name.clone();
            let (from, to) = (owner(plant, now.from), owner(plant, now.to));
            let fresh = || api::TransportView {
                id: now.transport.0,
                revision: 0,
                from: from.clone(),
                to: to.clone(),
                vehicle: Some(name.clone()),
                since: self.now,
                state,
            };
            let known = self.transports.get(&now.transport.0);
            let same = |row: &api::TransportView| {
                let ends = row.to == to && row.from == from;
                row.revision > 0
                    && row.state == state
                    && ends
                    && row.vehicle.as_ref() == Some(&name)
            };
            if known.is_some_and(same) {
                continue;
            }
            let mut row = known.cloned().unwrap_or_else(fresh);
            (row.from, row.to, row.vehicle) = (from, to, Some(name));
            (row.state, row.since) = (state, self.now);
            row.revision += 1;
            self.transport(feed, self.now, row);
        }
        let open: BTreeSet<u64> = seen.iter().map(|(now, _)| now.transport.0).collect();
        let gone = self.transports.keys().filter(|id| !open.contains(id));
        for id in gone.copied().collect::<Vec<_>>() {
            self.transport_done(feed, self.now, id);
        }
    }
}
