//! What stands out in a run, and time lines of its elements: gathered once, in order.

use fenhe_contract::{Index as _, *};
use fenhe_plant::{Owner, Plant, Reports, To};
use fenhe_server as api;
use fenhe_server::past::{Mark, MarkKind, OrderPoint};
use fenhe_server::{Item, Numbered, StationState, VehicleDoes, alarm_object};
use std::collections::BTreeMap;

/// Rows of one kind that are kept; beyond it the older half goes.
const MOST: usize = 200_000;

/// A row of changes, each good until the next.
pub type Line<T> = Vec<(Time, T)>;

/// All of it.
pub struct Index {
    /// Marks by begin.
    pub marks: Vec<Mark>,
    /// Those that go on: where they stand.
    open: BTreeMap<(MarkKey, u64), usize>,
    /// States of stations.
    pub stations: Vec<Line<StationState>>,
    /// Good and other pieces of stations since the begin.
    pub counts: Vec<Line<(u64, u64)>>,
    /// What vehicles did.
    pub vehicles: Vec<Line<VehicleDoes>>,
    /// Orders as they became.
    pub orders: BTreeMap<u64, Order>,
    /// From here on lines are complete.
    pub from: Time,
    /// Up to here everything is.
    pub to: Time,
    /// The station whose pieces a port's filled carrier holds.
    fills: BTreeMap<BufferId, StationId>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum MarkKey {
    Alarm,
    Access,
    Stop,
    Fire,
}

/// An order as it became.
pub struct Order {
    /// As it was told last.
    pub view: api::OrderView,
    /// When it became known.
    pub released: Option<Time>,
    /// When it is due.
    pub due: Option<Time>,
    /// When its last piece left.
    pub finished: Option<Time>,
    /// Let in and done.
    pub points: Vec<OrderPoint>,
}

impl Index {
    /// Before the first fact, at that time.
    pub fn new(plant: &Plant, from: Time) -> Index {
        Index {
            marks: Vec::new(),
            open: BTreeMap::new(),
            stations: vec![vec![(from, StationState::Idle)]; plant.stations.len()],
            counts: vec![vec![(from, (0, 0))]; plant.stations.len()],
            vehicles: vec![vec![(from, VehicleDoes::Parked)]; plant.vehicles.len()],
            orders: BTreeMap::new(),
            from,
            to: from,
            fills: fills(plant),
        }
    }

    /// As the picture is there where the index begins.
    pub fn begin(&mut self, rows: &crate::rows::Rows) {
        for (line, row) in self.stations.iter_mut().zip(&rows.stations) {
            line[0].1 = row.state;
        }
        for (line, row) in self.vehicles.iter_mut().zip(&rows.vehicles) {
            line[0].1 = row.state;
        }
    }

    /// One step: what the feed told, the facts, what was decided.
    pub fn hear(
        &mut self,
        plant: &Plant,
        now: Time,
        items: &[Numbered],
        (facts, records): (&[Event], &[Record]),
    ) {
        self.to = now;
        facts.iter().for_each(|fact| self.fact(plant, now, fact));
        for record in records {
            self.record(plant, now, *record);
        }
        for item in items {
            match &item.item {
                Item::Station { station, view } => {
                    let line = &mut self.stations[station.index()];
                    change(line, view.since.min(now), view.state, &mut self.from);
                }
                Item::Vehicle { vehicle, view } => {
                    let line = &mut self.vehicles[vehicle.index()];
                    change(line, view.since.min(now), view.state, &mut self.from);
                }
                Item::Order(view) => self.order(now, view),
                _ => {}
            }
        }
    }

    fn fact(&mut self, plant: &Plant, now: Time, fact: &Event) {
        let (station, good, other) = match *fact {
            Event::Order(order) => return self.known(plant, now, &order),
            Event::Station(station, StationEvent::Ended(_)) => (station, 1, 0),
            Event::Station(station, StationEvent::Scrapped(_)) => (station, 0, 1),
            Event::Station(station, StationEvent::Counted(count)) => {
                (station, u64::from(count.good), u64::from(count.scrap))
            }
            Event::Place(place, PlaceEvent::Filled { count, .. }) => {
                let Owner::Buffer(buffer) = plant.places[place].owner else {
                    return;
                };
                match self.fills.get(&buffer) {
                    Some(&station) => (station, u64::from(count), 0),
                    None => return,
                }
            }
            _ => return,
        };
        let line = &mut self.counts[station.index()];
        let (was, bad) = line.last().map_or((0, 0), |(_, counts)| *counts);
        change(line, now, (was + good, bad + other), &mut self.from);
    }

    fn known(&mut self, plant: &Plant, now: Time, order: &WorkOrder) {
        let view = crate::orders::fresh(plant, order);
        self.mark(
            now,
            MarkKind::Order,
            order.order.0,
            ("order", &view.reference, "released"),
        );
        let row = Order {
            view,
            released: Some(now),
            due: (order.due < Time::NEVER).then_some(order.due),
            finished: None,
            points: Vec::new(),
        };
        self.orders.insert(order.order.0, row);
    }

    fn order(&mut self, now: Time, view: &api::OrderView) {
        let row = self.orders.entry(view.serial).or_insert_with(|| Order {
            view: view.clone(),
            released: None,
            due: None,
            finished: None,
            points: Vec::new(),
        });
        row.view = view.clone();
        let point = OrderPoint {
            at: now,
            entered: view.entered,
            done: view.done,
        };
        match row.points.last_mut() {
            Some(last) if (last.entered, last.done) == (point.entered, point.done) => {}
            Some(last) if last.at == now => *last = point,
            _ => row.points.push(point),
        }
        if row.points.len() > MOST / 100 {
            row.points.drain(..MOST / 200);
        }
    }

    /// The last piece of an order left then.
    pub fn finished(&mut self, serial: u64, at: Time) {
        let Some(row) = self.orders.get_mut(&serial) else {
            return;
        };
        if row.finished.replace(at).is_none() {
            let name = row.view.reference.clone();
            self.mark(at, MarkKind::Order, serial, ("order", &name, "done"));
        }
    }

    fn record(&mut self, plant: &Plant, now: Time, record: Record) {
        match record {
            Record::Alarm {
                alarm, point, to, ..
            } => {
                let shown = |state| {
                    use AlarmState::{Acknowledged, Unacknowledged};
                    matches!(state, Unacknowledged | Acknowledged)
                };
                let object = alarm_object(plant, point.source);
                let code = api::AlarmKind::from(point.code).word();
                let on = shown(to);
                self.lasting((MarkKey::Alarm, alarm.0), (now, on), |at| Mark {
                    at,
                    until: None,
                    kind: MarkKind::Alarm,
                    object,
                    code: code.to_string(),
                    id: alarm.0,
                });
            }
            Record::Access { area, to, .. } => {
                let name = &plant.areas[area].name;
                let key = (MarkKey::Access, area.0.into());
                let on = to != AccessState::Closed;
                self.lasting(key, (now, on), |at| {
                    about(at, MarkKind::Access, ("zone", name, "window"))
                });
            }
            Record::EStop { group, to, .. } => {
                let name = &plant.stop_groups[group].name;
                let key = (MarkKey::Stop, group.0.into());
                let on = to != StopState::Normal;
                self.lasting(key, (now, on), |at| {
                    about(at, MarkKind::Stop, ("group", name, "pressed"))
                });
            }
            Record::Fire { area, on } => {
                let name = &plant.areas[area].name;
                let key = (MarkKey::Fire, area.0.into());
                self.lasting(key, (now, on), |at| {
                    about(at, MarkKind::Fire, ("zone", name, "fire"))
                });
            }
            _ => {}
        }
    }

    /// Something began, or is over.
    fn lasting(
        &mut self,
        key: (MarkKey, u64),
        (now, on): (Time, bool),
        mark: impl FnOnce(Time) -> Mark,
    ) {
        match (on, self.open.get(&key).copied()) {
            (true, None) => {
                self.open.insert(key, self.marks.len());
                self.push(mark(now));
            }
            (false, Some(at)) => {
                self.open.remove(&key);
                self.marks[at].until = Some(now);
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    fn mark(&mut self, at: Time, kind: MarkKind, id: u64, what: (&str, &str, &str)) {
        self.push(Mark {
            id,
            ..about(at, kind, what)
        });
    }

    fn push(&mut self, mark: Mark) {
        self.marks.push(mark);
        if self.marks.len() > MOST {
            let gone = MOST / 2;
            self.marks.drain(..gone);
            self.open.retain(|_, at| *at >= gone);
            self.open.values_mut().for_each(|at| *at -= gone);
        }
    }
}

fn about(at: Time, kind: MarkKind, (of, name, code): (&str, &str, &str)) -> Mark {
    Mark {
        at,
        until: None,
        kind,
        object: format!("{of} {name}"),
        code: code.to_string(),
        id: 0,
    }
}

/// Another value from then on, if it is another.
fn change<T: Copy + PartialEq>(line: &mut Line<T>, at: Time, value: T, from: &mut Time) {
    // What was true for no time is not told.
    while line.len() > 1 && line[line.len() - 1].0 >= at {
        line.pop();
    }
    match line.last_mut() {
        Some((_, last)) if *last == value => {}
        Some((when, last)) if *when >= at => *last = value,
        _ => line.push((at, value)),
    }
    if line.len() > MOST {
        line.drain(..MOST / 2);
        *from = (*from).max(line[0].0);
    }
}

/// Ports that one station alone fills, of stations that tell nothing but what their carriers do.
fn fills(plant: &Plant) -> BTreeMap<BufferId, StationId> {
    let mut all: BTreeMap<BufferId, Vec<StationId>> = BTreeMap::new();
    for (id, station) in plant.stations.pairs() {
        for output in &station.outputs {
            if let (To::Buffer(buffer), Reports::Carrier) = (output.to, station.reports) {
                all.entry(buffer).or_default().push(id);
            }
        }
    }
    let alone = all.into_iter().filter(|(_, stations)| stations.len() == 1);
    alone
        .map(|(buffer, stations)| (buffer, stations[0]))
        .collect()
}
