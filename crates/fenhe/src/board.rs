//! What the API shows of a running loop, and how its acts reach it.

use fenhe_contract::*;
use fenhe_live::kept::Gauge;
use fenhe_live::run::Running;
use fenhe_live::{Input, Outputs};
use fenhe_plant::{Owner, Plant, moment};
use fenhe_server as api;
use fenhe_server::{Act, Actor, Done, Feed, Health, Item, Reason, Refusal, Status, View, What};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock, Weak};
use std::time::Duration;

/// The picture is made anew this often.
const FRESH: Duration = Duration::from_millis(250);
/// Items that a reader may fall behind.
const RING: usize = 200_000;

type Loop = Running<fenhe_live::kept::JournalLog>;

/// The picture of a running plant.
pub struct Board {
    plant: Arc<Plant>,
    mode: api::Mode,
    feed: Arc<Feed>,
    rows: Mutex<Rows>,
    view: RwLock<Arc<View>>,
    running: OnceLock<(Arc<Loop>, Arc<Gauge>)>,
}

struct Rows {
    stations: Vec<api::StationView>,
    vehicles: Vec<api::VehicleView>,
    /// Base of each vehicle that it has not reported driven.
    ways: Vec<VecDeque<EdgeId>>,
    transports: BTreeMap<u64, api::TransportView>,
    orders: BTreeMap<u64, api::OrderView>,
    facts: u64,
    commands: u64,
    now: Time,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Board {
    /// Of a plant before its first fact.
    pub fn new(plant: Arc<Plant>, mode: api::Mode) -> Arc<Board> {
        let feed = Arc::new(Feed::new(RING, api::Clock::system().now()));
        let rows = Rows::new(&plant, mode);
        let view = rows.view(&plant, mode, feed.newest());
        Arc::new(Board {
            plant,
            mode,
            feed,
            rows: Mutex::new(rows),
            view: RwLock::new(Arc::new(view)),
            running: OnceLock::new(),
        })
    }

    /// What hears each step of the loop.
    pub fn ear(self: &Arc<Board>) -> fenhe_live::run::Ear {
        let board = self.clone();
        Box::new(move |now, out| held(&board.rows).hear(&board.plant, &board.feed, now, out))
    }

    /// The loop runs: from now on the picture is kept fresh.
    pub fn watch(self: &Arc<Board>, running: Arc<Loop>, gauge: Arc<Gauge>) {
        let _ = self.running.set((running, gauge));
        let board = Arc::downgrade(self);
        let watch = move || {
            while let Some(board) = Weak::upgrade(&board) {
                if !board.refresh() {
                    return;
                }
                drop(board);
                std::thread::sleep(FRESH);
            }
        };
        let _ = std::thread::Builder::new()
            .name("board".into())
            .spawn(watch);
    }

    /// `false`: the loop has ended.
    fn refresh(&self) -> bool {
        let Some((running, _)) = self.running.get() else {
            return false;
        };
        let looked = running.look(|engine| {
            let plant = engine.plant().clone();
            let up: Vec<bool> = plant
                .vehicles
                .ids()
                .map(|v| engine.master(v).is_up())
                .collect();
            let core = engine.core();
            let alarms = core
                .alarms()
                .filter_map(|alarm| alarm_view(&plant, &alarm))
                .collect();
            (core.digest(), up, alarms)
        });
        let Some((digest, up, alarms)) = looked else {
            return false;
        };
        let mut rows = held(&self.rows);
        for (row, up) in rows.vehicles.iter_mut().zip(up) {
            row.link = up;
        }
        let seq = self.feed.push(rows.now, Item::Facts { count: rows.facts });
        let mut view = rows.view(&self.plant, self.mode, seq);
        drop(rows);
        (view.digest, view.alarms) = (digest.to_string(), alarms);
        *self.view.write().unwrap_or_else(|held| held.into_inner()) = Arc::new(view);
        true
    }

    fn act_on(&self, running: &Loop, act: &Act) -> Result<(u64, Value, Value), Refusal> {
        let fact = |event: Event| running.input(Input::Fact(event));
        match &act.what {
            What::ReleaseOrder(order) => {
                let (event, view) = held(&self.rows).release(&self.plant, order)?;
                let Some(event) = event else {
                    return Ok((view.revision, json!(view), json!(view)));
                };
                self.feed
                    .push(held(&self.rows).now, Item::Order(view.clone()));
                fact(event);
                Ok((1, Value::Null, json!(view)))
            }
            What::AcknowledgeAlarm { alarm } => {
                let before = self.alarm(*alarm, act.revision)?;
                fact(Event::Alarm(AlarmId(*alarm), AlarmAct::Acknowledge));
                Ok((act.revision, json!(before), json!("acknowledge")))
            }
            What::ShelveAlarm { alarm, seconds, .. } => {
                let before = self.alarm(*alarm, act.revision)?;
                let until = held(&self.rows).now + Span::seconds(i64::from(*seconds));
                let why = ShelveWhy::BeingRepaired;
                fact(Event::Alarm(
                    AlarmId(*alarm),
                    AlarmAct::Shelve { until, why },
                ));
                Ok((act.revision, json!(before), json!("shelve")))
            }
            What::UnshelveAlarm { alarm } => {
                let before = self.alarm(*alarm, act.revision)?;
                fact(Event::Alarm(AlarmId(*alarm), AlarmAct::Unshelve));
                Ok((act.revision, json!(before), json!("unshelve")))
            }
            What::ReadmitVehicle { vehicle } => {
                let v = self.vehicle(vehicle)?;
                running.input(Input::Readmit(v));
                Ok((act.revision, Value::Null, json!("readmit")))
            }
            What::RequestAccess { zone, .. } => self.access(running, zone, AccessAct::Request),
            What::WithdrawAccess { zone } => self.access(running, zone, AccessAct::Withdraw),
            other => {
                let reason = Reason::new("act/unsupported").arg("act", other.word());
                Err(Refusal::Unsupported(reason))
            }
        }
    }

    fn access(
        &self,
        running: &Loop,
        zone: &str,
        act: AccessAct,
    ) -> Result<(u64, Value, Value), Refusal> {
        let mut areas = self.plant.areas.pairs();
        let unknown = || Refusal::Unknown(Reason::new("access/unknown").arg("name", zone));
        let (area, _) = areas
            .find(|(_, area)| area.name == zone)
            .ok_or_else(unknown)?;
        running.input(Input::Fact(Event::Access(area, act)));
        Ok((0, Value::Null, json!(format!("{act:?}"))))
    }

    fn vehicle(&self, name: &str) -> Result<VehicleId, Refusal> {
        let mut all = self.plant.vehicles.pairs();
        let unknown = || Refusal::Unknown(Reason::new("vehicle/unknown").arg("name", name));
        all.find(|(_, row)| row.name == name)
            .map(|(v, _)| v)
            .ok_or_else(unknown)
    }

    /// Its state as the picture shows it, if that is what the caller saw.
    fn alarm(&self, id: u64, seen: u64) -> Result<api::AlarmState, Refusal> {
        let view = api::Engine::view(self);
        let unknown = || Refusal::Unknown(Reason::new("alarm/unknown").arg("name", id));
        let alarm = view
            .alarms
            .iter()
            .find(|alarm| alarm.id == id)
            .ok_or_else(unknown)?;
        if alarm.revision == seen {
            Ok(alarm.state)
        } else {
            Err(Refusal::Stale {
                current: alarm.revision,
            })
        }
    }
}

/// An alarm for the list; none for what is kept from it by the plant's own logic.
fn alarm_view(plant: &Plant, alarm: &fenhe_control::AlarmView<'_>) -> Option<api::AlarmView> {
    let state = match alarm.state {
        AlarmState::Unacknowledged => api::AlarmState::Unacknowledged,
        AlarmState::Acknowledged => api::AlarmState::Acknowledged,
        AlarmState::Returned => api::AlarmState::ReturnedUnacknowledged,
        AlarmState::Shelved => api::AlarmState::Shelved,
        AlarmState::Normal | AlarmState::Suppressed | AlarmState::OutOfService => return None,
    };
    let object = match alarm.point.source {
        AlarmSource::Plant => format!("plant {}", plant.name),
        AlarmSource::Vehicle(v) => format!("vehicle {}", plant.vehicles[v].name),
        AlarmSource::Station(s) => format!("station {}", plant.stations[s].name),
        AlarmSource::Buffer(b) => format!("buffer {}", plant.buffers[b].name),
        AlarmSource::Place(place) => format!("buffer {}", owner(plant, place)),
    };
    Some(api::AlarmView {
        id: alarm.id.0,
        revision: alarm.changed.0.unsigned_abs(),
        code: fenhe_messages::alarm_key(alarm.point.code).to_string(),
        object,
        priority: 4 - alarm.priority as u8,
        state,
        raised: alarm.raised,
        shelved_until: alarm.shelved.map(|(until, _)| until),
        consequences: alarm.affected.len() as u32,
    })
}

fn owner(plant: &Plant, place: PlaceId) -> String {
    match plant.places[place].owner {
        Owner::Buffer(buffer) => plant.buffers[buffer].name.clone(),
        Owner::Deck(vehicle, _) => plant.vehicles[vehicle].name.clone(),
    }
}

impl api::Engine for Board {
    fn plant(&self) -> Arc<Plant> {
        self.plant.clone()
    }
    fn view(&self) -> Arc<View> {
        self.view
            .read()
            .unwrap_or_else(|held| held.into_inner())
            .clone()
    }
    fn act(&self, _: &Actor, act: Act) -> Result<Done, Refusal> {
        let Some((running, _)) = self.running.get().filter(|(running, _)| running.runs()) else {
            return Err(Refusal::Busy(Reason::new("engine/stopped")));
        };
        let (revision, from, to) = self.act_on(running, &act)?;
        Ok(Done {
            revision,
            at: held(&self.rows).now,
            seq: self.feed.newest(),
            from,
            to,
        })
    }
    fn feed(&self) -> Arc<Feed> {
        self.feed.clone()
    }
    fn health(&self) -> Health {
        let view = self.view();
        let (facts, commands) = {
            let rows = held(&self.rows);
            (rows.facts, rows.commands)
        };
        let Some((running, gauge)) = self.running.get() else {
            return Health::default();
        };
        let stuck = gauge.stuck.load(Ordering::Relaxed);
        let status = match (running.runs(), stuck) {
            (false, _) => Status::Stopped,
            (true, true) => Status::Degraded,
            (true, false) => Status::Good,
        };
        Health {
            status,
            facts,
            commands,
            waiting: running.counters.waiting.load(Ordering::Relaxed),
            links: view.vehicles.len() as u32,
            links_up: view.vehicles.iter().filter(|row| row.link).count() as u32,
            problems: if stuck {
                vec!["journal/stuck".into()]
            } else {
                Vec::new()
            },
            ..Health::default()
        }
    }
}

impl Rows {
    fn new(plant: &Plant, mode: api::Mode) -> Rows {
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
            mode: device,
        };
        Rows {
            stations: plant.stations.iter().map(station).collect(),
            vehicles: plant.vehicles.iter().map(vehicle).collect(),
            ways: plant.vehicles.iter().map(|_| VecDeque::new()).collect(),
            transports: BTreeMap::new(),
            orders: BTreeMap::new(),
            facts: 0,
            commands: 0,
            now: Time::ZERO,
        }
    }

    fn hear(&mut self, plant: &Plant, feed: &Feed, now: Time, out: &Outputs) {
        self.now = now;
        self.facts += out.facts.len() as u64;
        self.commands += out.decided.list.len() as u64;
        for fact in &out.facts {
            self.fact(plant, feed, now, fact);
        }
        for command in &out.decided.list {
            match *command {
                Command::Drive {
                    vehicle,
                    first,
                    count,
                    ..
                } => {
                    let stood = self.ways[vehicle.index()].is_empty();
                    self.ways[vehicle.index()].extend(out.decided.base(first, count));
                    if stood {
                        self.moves(plant, feed, now, vehicle);
                    }
                }
                Command::Release { order, count, .. } => {
                    if let Some(row) = self.orders.get_mut(&order.0) {
                        row.entered += count;
                    }
                }
                _ => {}
            }
        }
        for record in &out.decided.records {
            self.record(plant, feed, now, *record);
        }
    }

    fn fact(&mut self, plant: &Plant, feed: &Feed, now: Time, fact: &Event) {
        match *fact {
            Event::Station(station, StationEvent::State(state)) => {
                let row = &mut self.stations[station.index()];
                (row.state, row.since) = (state.into(), now);
                let view = row.clone();
                feed.push(now, Item::Station { station, view });
            }
            Event::Vehicle(vehicle, event) => self.vehicle(plant, feed, (now, vehicle), event),
            _ => {}
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
                    let read = if tag == Tag::UNREAD {
                        String::new()
                    } else {
                        tag.0.to_string()
                    };
                    *load = Some(read);
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
                row.held = stands;
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
        row.revision += 1;
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
                self.transports.insert(transport.0, view.clone());
                feed.push(now, Item::Transport(view));
            }
            Record::Transported { transport, .. } => {
                if let Some(mut view) = self.transports.remove(&transport.0) {
                    (view.state, view.since) = (api::TransportState::Done, now);
                    feed.push(now, Item::Transport(view));
                }
            }
            _ => {}
        }
    }

    /// A new order and its fact; no fact for one that is known already.
    fn release(
        &mut self,
        plant: &Plant,
        new: &api::NewOrder,
    ) -> Result<(Option<Event>, api::OrderView), Refusal> {
        if let Some(row) = self
            .orders
            .values()
            .find(|row| row.reference == new.reference)
        {
            if (row.quantity, &row.product) == (new.quantity, &new.product) {
                return Ok((None, row.clone()));
            }
            let reason = Reason::new("order/exists").arg("name", &new.reference);
            return Err(Refusal::Conflict(reason.at("reference")));
        }
        let mut products = plant.products.pairs();
        let unknown = || Refusal::Unknown(Reason::new("product/unknown").arg("name", &new.product));
        let (product, _) = products
            .find(|(_, row)| row.name == new.product)
            .ok_or_else(unknown)?;
        let serial = (plant.orders.len() + self.orders.len() + 1) as u64;
        let epoch = moment::parse(&plant.epoch).unwrap_or(0);
        let view = api::OrderView {
            reference: new.reference.clone(),
            revision: 1,
            product: new.product.clone(),
            quantity: new.quantity,
            entered: 0,
            done: 0,
            due: Some(new.due.clone()),
            held: false,
        };
        self.orders.insert(serial, view.clone());
        let order = WorkOrder {
            order: OrderId(serial),
            product,
            quantity: new.quantity,
            due: Time(moment::parse(&new.due).unwrap_or(epoch) - epoch),
        };
        Ok((Some(Event::Order(order)), view))
    }

    fn view(&self, plant: &Plant, mode: api::Mode, seq: u64) -> View {
        let epoch = moment::parse(&plant.epoch).unwrap_or(0);
        View {
            seq,
            mode,
            time: self.now,
            utc: api::rfc3339((epoch + self.now.0).max(0) as u64),
            plant: plant.name.clone(),
            plant_hash: plant.hash.to_string(),
            digest: String::new(),
            stations: self.stations.clone(),
            vehicles: self.vehicles.clone(),
            transports: self.transports.values().cloned().collect(),
            orders: self.orders.values().cloned().collect(),
            alarms: Vec::new(),
            access: Vec::new(),
        }
    }
}
