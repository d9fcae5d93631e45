//! Rows of the picture that the API shows.

use crate::ledger::Ledger;
use crate::orders::{Owed, fresh};
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Owner, Plant, moment};
use fenhe_server as api;
use fenhe_server::{Feed, Item, View};
use fenhe_study::AlarmChange;
use std::collections::{BTreeMap, VecDeque};

/// Rows of the picture, as facts and decisions change them.
#[derive(Clone)]
pub struct Rows {
    pub stations: Vec<api::StationView>,
    pub vehicles: Vec<api::VehicleView>,
    /// Base of each vehicle that it has not reported driven.
    ways: Vec<VecDeque<EdgeId>>,
    /// Stands by its own word.
    pub stands: Vec<bool>,
    pub transports: BTreeMap<u64, api::TransportView>,
    pub orders: BTreeMap<u64, api::OrderView>,
    /// What has left of them.
    pub ledger: Ledger,
    /// What it is still to be told, while an earlier run's part of it is being read.
    pub owed: Option<Vec<Owed>>,
    /// Orders that changed in this step.
    pub touched: Vec<OrderId>,
    pub facts: u64,
    pub commands: u64,
    pub now: Time,
    /// No simulated plant stands behind.
    pub live: bool,
    /// Alarms as the feed showed them last.
    pub shown: BTreeMap<u64, api::AlarmView>,
    /// Changes of alarms, complete from a time on.
    alarms: (VecDeque<AlarmChange>, Option<Time>),
}

/// Orders shown; the newest.
const ORDERS: usize = 1_000;
/// Changes of alarms remembered.
const CHANGES: usize = 100_000;
/// For how long they matter.
const REMEMBERED: Span = Span::hours(8 * 24);

impl Rows {
    /// Before the first fact.
    pub fn new(plant: &Plant, mode: api::Mode) -> Rows {
        let device = match mode {
            api::Mode::Live => api::DeviceMode::Real,
            api::Mode::Rehearse | api::Mode::Paused => api::DeviceMode::Simulated,
        };
        let station = |row: &fenhe_plant::Station| api::StationView {
            name: row.name.clone(),
            revision: 1,
            state: api::StationState::Idle,
            since: Time::ZERO,
            link: true,
            held: false,
            mode: device,
        };
        let vehicle = |row: &fenhe_plant::Vehicle| api::VehicleView {
            name: row.name.clone(),
            revision: 1,
            state: api::VehicleDoes::Parked,
            since: Time::ZERO,
            node: Some(plant.tracks.nodes[row.start].name.clone()),
            edge: None,
            battery: 1_000,
            link: false,
            loads: vec![None; row.decks.end.index() - row.decks.start.index()],
            transport: None,
            held: false,
            by_word: false,
            sent: None,
            mode: device,
        };
        Rows {
            live: mode == api::Mode::Live,
            stands: vec![false; plant.vehicles.len()],
            stations: plant.stations.iter().map(station).collect(),
            vehicles: plant.vehicles.iter().map(vehicle).collect(),
            ways: plant.vehicles.iter().map(|_| VecDeque::new()).collect(),
            transports: BTreeMap::new(),
            orders: BTreeMap::new(),
            ledger: Ledger::default(),
            owed: None,
            touched: Vec::new(),
            facts: 0,
            commands: 0,
            now: Time::ZERO,
            shown: BTreeMap::new(),
            alarms: Default::default(),
        }
    }

    /// One step of the loop.
    pub fn hear(
        &mut self,
        plant: &Plant,
        feed: &Feed,
        now: Time,
        (facts, decided): (&[Event], &Commands),
    ) {
        self.now = now;
        self.facts += facts.len() as u64;
        self.commands += decided.list.len() as u64;
        for fact in facts {
            self.fact(plant, feed, now, fact);
        }
        for command in &decided.list {
            match *command {
                Command::Drive {
                    vehicle,
                    first,
                    count,
                    ..
                } => {
                    let stood = self.ways[vehicle.index()].is_empty();
                    self.ways[vehicle.index()].extend(decided.base(first, count));
                    if stood {
                        self.moves(plant, feed, now, vehicle);
                    }
                }
                Command::Release {
                    source,
                    order,
                    count,
                    ..
                } => {
                    if let Some(row) = self.orders.get_mut(&order.0) {
                        row.entered += count;
                        self.touched.push(order);
                    }
                    self.books(plant, Owed::Released(source, order, count));
                }
                _ => {}
            }
        }
        self.alarms.1.get_or_insert(now);
        for record in &decided.records {
            self.alarm(AlarmChange::of(now, record));
            self.record(plant, feed, now, *record);
        }
        self.orders_told(feed);
    }

    /// The plant as a core believes it to be, where nobody has heard what led there.
    pub fn believe(&mut self, plant: &Plant, core: &Controller, now: Time) {
        self.now = now;
        let belief = core.belief(now);
        for (row, known) in self.stations.iter_mut().zip(&belief.stations) {
            let (state, since) = known.shows.unwrap_or((known.state, known.since));
            (row.state, row.since) = (state.into(), since);
        }
        let loads: BTreeMap<u32, &LoadBelief> =
            belief.loads.iter().map(|l| (l.place.0, l)).collect();
        for (v, known) in plant.vehicles.ids().zip(&belief.vehicles) {
            let (row, decks) = (&mut self.vehicles[v.index()], &plant.vehicles[v].decks);
            row.node = Some(plant.tracks.nodes[known.node].name.clone());
            (row.battery, row.since) = (known.permille, known.since);
            let load = |place| loads.get(&place).map(|load| read(load.tag));
            row.loads = (decks.start.0..decks.end.0).map(load).collect();
            let loaded = row.loads.iter().any(Option::is_some);
            let next = known.base.first();
            row.edge = next.map(|&edge| plant.tracks.edges[edge].name.clone());
            row.state = match (next, known.charge_until, loaded) {
                (Some(_), _, true) => api::VehicleDoes::Loaded,
                (Some(_), _, false) => api::VehicleDoes::Empty,
                (None, Some(_), _) => api::VehicleDoes::Charging,
                (None, None, _) => row.state,
            };
            self.ways[v.index()] = known.base.iter().copied().collect();
        }
    }

    fn alarm(&mut self, change: Option<AlarmChange>) {
        let Some(change) = change else { return };
        let (changes, from) = &mut self.alarms;
        changes.push_back(change);
        let old = change.at - REMEMBERED;
        while changes.len() > CHANGES || changes.front().is_some_and(|first| first.at < old) {
            if let Some(gone) = changes.pop_front() {
                *from = Some(gone.at);
            }
        }
    }

    /// Changes of alarms that are remembered.
    pub fn alarm_history(&self) -> api::AlarmHistory {
        api::AlarmHistory {
            changes: self.alarms.0.iter().copied().collect(),
            from: self.alarms.1.unwrap_or(self.now),
            to: self.now,
        }
    }

    fn fact(&mut self, plant: &Plant, feed: &Feed, now: Time, fact: &Event) {
        match *fact {
            Event::Station(station, StationEvent::State(state) | StationEvent::Shows(state)) => {
                let row = &mut self.stations[station.index()];
                (row.state, row.since) = (state.into(), now);
                let view = row.clone();
                feed.push(now, Item::Station { station, view });
            }
            Event::Trouble(Trouble::StationLost(station), lost) => {
                let row = &mut self.stations[station.index()];
                row.link = !lost;
                let view = row.clone();
                feed.push(now, Item::Station { station, view });
            }
            Event::Vehicle(vehicle, event) => self.vehicle(plant, feed, (now, vehicle), event),
            Event::Order(order) => {
                let fresh = || fresh(plant, &order);
                self.orders.entry(order.order.0).or_insert_with(fresh);
            }
            Event::Operator(OperatorAct::CancelOrder(order)) => {
                if let Some(row) = self.orders.get_mut(&order.0) {
                    row.cancelled = row.quantity - row.entered;
                    row.revision += 1;
                    self.touched.push(order);
                }
            }
            Event::Sink(..) => self.books(plant, Owed::Fact(now, fact.clone())),
            _ => {}
        }
        if let Event::Station(_, StationEvent::Scrapped(_) | StationEvent::Counted(_)) = fact {
            self.books(plant, Owed::Fact(now, fact.clone()));
        }
    }

    fn vehicle(
        &mut self,
        plant: &Plant,
        feed: &Feed,
        (now, v): (Time, VehicleId),
        event: VehicleEvent,
    ) {
        let row = &mut self.vehicles[v.index()];
        let does = match event {
            VehicleEvent::At { node, .. } => {
                row.node = Some(plant.tracks.nodes[node].name.clone());
                let way = &mut self.ways[v.index()];
                let passed = way
                    .iter()
                    .position(|edge| plant.tracks.edges[*edge].to == node);
                way.drain(..passed.map_or(0, |at| at + 1));
                return self.moves(plant, feed, now, v);
            }
            VehicleEvent::State { node, .. } => {
                row.node = Some(plant.tracks.nodes[node].name.clone());
                return;
            }
            VehicleEvent::Picked { deck, tag, .. } => {
                if let Some(load) = row.loads.get_mut(usize::from(deck)) {
                    *load = Some(read(tag));
                }
                api::VehicleDoes::Handling
            }
            VehicleEvent::Dropped { deck, .. } => {
                if let Some(load) = row.loads.get_mut(usize::from(deck)) {
                    *load = None;
                }
                api::VehicleDoes::Handling
            }
            VehicleEvent::HandFailed { .. } => api::VehicleDoes::Handling,
            VehicleEvent::Charge {
                permille, charging, ..
            } => {
                row.battery = permille;
                if charging {
                    api::VehicleDoes::Charging
                } else {
                    row.state
                }
            }
            VehicleEvent::Held(stands) => {
                row.held = stands || row.by_word;
                row.revision += 1;
                self.stands[v.index()] = stands;
                if stands {
                    api::VehicleDoes::Stopped
                } else {
                    api::VehicleDoes::Waiting
                }
            }
        };
        self.does(feed, now, v, does);
    }

    fn does(&mut self, feed: &Feed, now: Time, vehicle: VehicleId, does: api::VehicleDoes) {
        let row = &mut self.vehicles[vehicle.index()];
        if row.state != does {
            (row.state, row.since) = (does, now);
        }
        let view = row.clone();
        feed.push(now, Item::Vehicle { vehicle, view });
    }

    /// It is believed to begin the next edge of its base, at the speed it may drive there.
    fn moves(&mut self, plant: &Plant, feed: &Feed, now: Time, vehicle: VehicleId) {
        let Some(&edge) = self.ways[vehicle.index()].front() else {
            self.vehicles[vehicle.index()].edge = None;
            return self.does(feed, now, vehicle, api::VehicleDoes::Waiting);
        };
        let row = &plant.tracks.edges[edge];
        let top = plant.vehicle_types[plant.vehicles[vehicle].kind].speed;
        let speed = row.speed.min(top);
        let lasts = row.length.0.saturating_mul(1_000_000) / speed.0.max(1);
        feed.push(
            now,
            Item::Motion(api::Motion {
                vehicle,
                edge,
                offset: Length(0),
                speed,
                accel: Accel(0),
                from: now,
                until: now + Span(lasts),
            }),
        );
        self.vehicles[vehicle.index()].edge = Some(row.name.clone());
        let loaded = self.vehicles[vehicle.index()]
            .loads
            .iter()
            .any(Option::is_some);
        let does = if loaded {
            api::VehicleDoes::Loaded
        } else {
            api::VehicleDoes::Empty
        };
        self.does(feed, now, vehicle, does);
    }

    fn record(&mut self, plant: &Plant, feed: &Feed, now: Time, record: Record) {
        match record {
            Record::Transport {
                transport,
                vehicle,
                from,
                to,
            } => {
                let view = api::TransportView {
                    id: transport.0,
                    revision: 1,
                    from: owner(plant, from),
                    to: owner(plant, to),
                    vehicle: Some(plant.vehicles[vehicle].name.clone()),
                    since: now,
                    state: api::TransportState::Assigned,
                };
                self.transport(feed, now, view);
            }
            Record::Transported { transport, .. } => {
                self.transport_done(feed, now, transport.0);
            }
            _ => {}
        }
    }

    /// A transport as it is now.
    pub fn transport(&mut self, feed: &Feed, now: Time, view: api::TransportView) {
        let before = self.transports.insert(view.id, view.clone());
        self.busy(before.and_then(|row| row.vehicle));
        self.busy(view.vehicle.clone());
        feed.push(now, Item::Transport(view));
    }

    /// A transport is no more.
    pub fn transport_done(&mut self, feed: &Feed, now: Time, id: u64) {
        if let Some(mut view) = self.transports.remove(&id) {
            (view.state, view.since) = (api::TransportState::Done, now);
            self.busy(view.vehicle.clone());
            feed.push(now, Item::Transport(view));
        }
    }

    /// What a vehicle works at: of its transports the first. A row that is told for another reason tells this too.
    fn busy(&mut self, name: Option<String>) {
        let Some(row) = self
            .vehicles
            .iter_mut()
            .find(|row| Some(&row.name) == name.as_ref())
        else {
            return;
        };
        let mut open = self.transports.values();
        row.transport = open.find(|open| open.vehicle == name).map(|open| open.id);
    }

    /// The whole picture, alarms and digest apart.
    pub fn view(&self, plant: &Plant, mode: api::Mode, seq: u64) -> View {
        let old = self.orders.len().saturating_sub(ORDERS);
        View {
            seq,
            revision: 1,
            mode,
            time: self.now,
            utc: utc(plant, self.now),
            plant: plant.name.clone(),
            plant_hash: plant.hash.to_string(),
            digest: String::new(),
            stations: self.stations.clone(),
            vehicles: self.vehicles.clone(),
            transports: self.transports.values().cloned().collect(),
            orders: self.orders.values().skip(old).cloned().collect(),
            alarms: Vec::new(),
            access: Vec::new(),
            stops: Vec::new(),
        }
    }
}

/// What was read on a load; nothing if it could not be read.
pub fn read(tag: Tag) -> String {
    match tag {
        Tag::UNREAD => String::new(),
        Tag(mark) => mark.to_string(),
    }
}

/// An instant of the plant, RFC 3339.
pub fn utc(plant: &Plant, at: Time) -> String {
    let epoch = moment::parse(&plant.epoch).unwrap_or(0);
    api::rfc3339((epoch + at.0).max(0) as u64)
}

/// Name of whoever owns a place.
pub fn owner(plant: &Plant, place: PlaceId) -> String {
    match plant.places[place].owner {
        Owner::Buffer(buffer) => plant.buffers[buffer].name.clone(),
        Owner::Deck(vehicle, _) => plant.vehicles[vehicle].name.clone(),
        Owner::Slot(crane) | Owner::Crane(crane) => plant.cranes[crane].name.clone(),
    }
}
