//! A real plant behind the API: the decision core and the simulated workshop on a sped-up wall clock, in a
//! thread of their own.

mod acts;

use acts::let_in;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Owner, Plant, load, moment};
use fenhe_server::*;
use fenhe_study::{Scratch, read_folder, run};
use fenhe_world::World;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock};
use std::time::{Duration, Instant};

/// The cell workshop, one of its lines fed by orders.
pub fn plant() -> Arc<Plant> {
    static PLANT: OnceLock<Arc<Plant>> = OnceLock::new();
    let make = || {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plants/jinneng-cells");
        let mut files = read_folder(Path::new(folder)).expect("the folder reads");
        let bytes = files.0.remove("plant.toml").expect("a plant");
        let text = String::from_utf8(bytes).expect("text");
        let (head, tail) = text.rsplit_once("endless = \"cell\"").expect("a source");
        let text = format!("{head}orders = \"cell\"{tail}\n[orders]\nfile = \"orders.csv\"\n");
        files.0.insert("plant.toml".into(), text.into_bytes());
        let orders = b"order,product,quantity,release,due\nfirst,cell,200,1 h,48 h\n".to_vec();
        files.0.insert("orders.csv".into(), orders);
        let (plant, _) = load("jinneng-cells", &files).expect("no errors");
        Arc::new(plant)
    };
    PLANT.get_or_init(make).clone()
}

/// A running plant.
pub struct Running {
    plant: Arc<Plant>,
    feed: Arc<Feed>,
    view: RwLock<Arc<View>>,
    inner: Mutex<Inner>,
    stop: AtomicBool,
}

struct Inner {
    core: Controller,
    world: World,
    scratch: Scratch,
    speed: i64,
    paused: bool,
    /// Virtual time not yet run, and when it was counted last.
    owed: Time,
    counted: Instant,
    stations: Vec<StationView>,
    vehicles: Vec<VehicleView>,
    transports: BTreeMap<u64, TransportView>,
    orders: BTreeMap<u64, OrderView>,
    alarms: BTreeMap<u64, AlarmView>,
    clock_revision: u64,
    digest: Digest,
}

/// Facts and records of one step, in order of arrival.
#[derive(Default)]
struct Heard(Vec<(Time, Record)>);
impl RecordSink for Heard {
    const PIECES: bool = false;
    const MOTION: bool = true;
    fn record(&mut self, now: Time, record: Record) {
        self.0.push((now, record));
    }
}

impl Running {
    /// So many times as fast as the wall clock, with a ring of so many items.
    pub fn start(speed: i64, ring: usize) -> Arc<Running> {
        let plant = plant();
        let first = Clock::system().now();
        let inner = Inner::new(&plant, speed);
        let view = inner.view(&plant, first - 1);
        let running = Arc::new(Running {
            plant,
            feed: Arc::new(Feed::new(ring, first)),
            view: RwLock::new(Arc::new(view)),
            inner: Mutex::new(inner),
            stop: AtomicBool::new(false),
        });
        let weak = Arc::downgrade(&running);
        std::thread::spawn(move || {
            while let Some(running) = weak.upgrade() {
                if running.stop.load(Ordering::Relaxed) {
                    return;
                }
                running.step();
                drop(running);
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        running
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn step(&self) {
        let mut inner = self.inner();
        inner.advance(&self.plant, &self.feed);
        let count = inner.scratch.facts;
        let now = inner.world.now();
        let seq = self.feed.push(now, Item::Facts { count });
        self.publish(&inner, seq);
    }

    fn publish(&self, inner: &Inner, seq: u64) {
        let view = Arc::new(inner.view(&self.plant, seq));
        *self.view.write().unwrap_or_else(|held| held.into_inner()) = view;
    }

    /// An item of our own, to fill the ring.
    pub fn push(&self, count: u64) {
        let inner = self.inner();
        let seq = self.feed.push(inner.world.now(), Item::Facts { count });
        self.publish(&inner, seq);
    }

    /// The plant stands from now on, for good.
    pub fn halt(&self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.inner());
    }
}

impl Inner {
    fn new(plant: &Arc<Plant>, speed: i64) -> Inner {
        let core = Controller::new(plant.clone());
        let station = |row: &fenhe_plant::Station| StationView {
            name: row.name.clone(),
            revision: 1,
            state: StationState::Idle,
            since: Time::ZERO,
            link: true,
            held: false,
            mode: DeviceMode::Simulated,
        };
        let vehicle = |row: &fenhe_plant::Vehicle| VehicleView {
            name: row.name.clone(),
            revision: 1,
            state: VehicleDoes::Parked,
            since: Time::ZERO,
            node: Some(plant.tracks.nodes[row.start].name.clone()),
            edge: None,
            battery: 1_000,
            link: true,
            loads: vec![None; row.decks.end.index() - row.decks.start.index()],
            transport: None,
            held: false,
            by_word: false,
            sent: None,
            mode: DeviceMode::Simulated,
        };
        Inner {
            world: World::new(plant.clone(), Seed(1)),
            scratch: Scratch::default(),
            speed,
            paused: false,
            owed: Time::ZERO,
            counted: Instant::now(),
            stations: plant.stations.iter().map(station).collect(),
            vehicles: plant.vehicles.iter().map(vehicle).collect(),
            transports: BTreeMap::new(),
            orders: BTreeMap::new(),
            alarms: BTreeMap::new(),
            clock_revision: 1,
            digest: core.digest(),
            core,
        }
    }

    /// Runs what the wall clock owes.
    fn advance(&mut self, plant: &Plant, feed: &Feed) {
        let gone = self.counted.elapsed().as_micros() as i64;
        self.counted = Instant::now();
        if self.paused {
            return;
        }
        // A machine that is too slow falls behind rather than hanging.
        self.owed += Span((gone * self.speed).min(30_000_000));
        let (mut heard, mut facts) = (Heard::default(), Vec::new());
        let mut released = Vec::new();
        let mut tap = |now: Time, event: &Event, commands: &Commands| {
            facts.push((now, event.clone()));
            released.extend(commands.list.iter().filter_map(let_in));
        };
        let Inner {
            core,
            world,
            scratch,
            ..
        } = self;
        run(core, world, self.owed, &mut heard, scratch, &mut tap).expect("ends");
        self.released(&released);
        for (now, fact) in facts {
            self.fact(plant, feed, now, &fact);
        }
        for (now, record) in heard.0 {
            self.record(plant, feed, now, record);
        }
        self.digest = self.core.digest();
    }

    fn fact(&mut self, plant: &Plant, feed: &Feed, now: Time, fact: &Event) {
        match *fact {
            Event::Station(station, StationEvent::State(state)) => {
                let row = &mut self.stations[station.index()];
                (row.state, row.since) = (state.into(), now);
                let view = row.clone();
                feed.push(now, Item::Station { station, view });
                if state == UnitState::Down {
                    self.alarm(plant, feed, now, station);
                }
            }
            Event::Vehicle(vehicle, event) => {
                let row = &mut self.vehicles[vehicle.index()];
                match event {
                    VehicleEvent::At { node, .. } | VehicleEvent::State { node, .. } => {
                        row.node = Some(plant.tracks.nodes[node].name.clone());
                    }
                    VehicleEvent::Picked { deck, tag, .. } => {
                        row.loads[usize::from(deck)] = Some(tag.0.to_string());
                    }
                    VehicleEvent::Dropped { deck, .. } => row.loads[usize::from(deck)] = None,
                    VehicleEvent::Charge { permille, .. } => row.battery = permille,
                    VehicleEvent::Held(held) => row.held = held,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn released(&mut self, released: &[(OrderId, u32)]) {
        for (order, count) in released {
            if let Some(row) = self.orders.get_mut(&order.0) {
                row.entered += count;
            }
        }
    }

    fn alarm(&mut self, plant: &Plant, feed: &Feed, now: Time, station: StationId) {
        let id = self.alarms.last_key_value().map_or(1, |(last, _)| last + 1);
        let alarm = AlarmView {
            id,
            revision: 1,
            code: AlarmKind::StationDown,
            object: format!("station {}", plant.stations[station].name),
            priority: Priority::High,
            state: AlarmStands::Unacknowledged,
            wrong: true,
            raised: now,
            changed: now,
            shelved_until: None,
            shelved_why: None,
            cause: None,
            affected: Vec::new(),
        };
        feed.push(now, Item::Alarm(alarm.clone()));
        self.alarms.insert(id, alarm);
    }

    fn record(&mut self, plant: &Plant, feed: &Feed, now: Time, record: Record) {
        let buffer = |place: PlaceId| match plant.places[place].owner {
            Owner::Buffer(buffer) => plant.buffers[buffer].name.clone(),
            Owner::Deck(vehicle, _) => plant.vehicles[vehicle].name.clone(),
            Owner::Slot(crane) | Owner::Crane(crane) => plant.cranes[crane].name.clone(),
        };
        match record {
            Record::Vehicle { vehicle, to, .. } => {
                let row = &mut self.vehicles[vehicle.index()];
                (row.state, row.since) = (to.into(), now);
                let view = row.clone();
                feed.push(now, Item::Vehicle { vehicle, view });
            }
            Record::Motion {
                vehicle,
                edge,
                offset,
                speed,
                accel,
                until,
            } => {
                let from = now;
                let motion = Motion {
                    vehicle,
                    edge,
                    offset,
                    speed,
                    accel,
                    from,
                    until,
                };
                feed.push(now, Item::Motion(motion));
            }
            Record::Transport {
                transport,
                vehicle,
                from,
                to,
            } => {
                let view = TransportView {
                    id: transport.0,
                    revision: 1,
                    from: buffer(from),
                    to: buffer(to),
                    vehicle: Some(plant.vehicles[vehicle].name.clone()),
                    since: now,
                    state: TransportState::Assigned,
                };
                self.transports.insert(transport.0, view.clone());
                feed.push(now, Item::Transport(view));
            }
            Record::Transported { transport, .. } => {
                if let Some(mut view) = self.transports.remove(&transport.0) {
                    (view.state, view.since) = (TransportState::Done, now);
                    feed.push(now, Item::Transport(view));
                }
            }
            _ => {}
        }
    }

    fn view(&self, plant: &Plant, seq: u64) -> View {
        let now = self.world.now();
        let epoch = moment::parse(&plant.epoch).unwrap_or(0);
        View {
            seq,
            mode: if self.paused {
                Mode::Paused
            } else {
                Mode::Rehearse
            },
            revision: self.clock_revision,
            time: now,
            utc: rfc3339((epoch + now.0) as u64),
            plant: plant.name.clone(),
            plant_hash: plant.hash.to_string(),
            digest: self.digest.to_string(),
            stations: self.stations.clone(),
            vehicles: self.vehicles.clone(),
            transports: self.transports.values().cloned().collect(),
            orders: self.orders.values().cloned().collect(),
            alarms: self.alarms.values().cloned().collect(),
            access: Vec::new(),
            stops: Vec::new(),
        }
    }

    /// A fact from a person.
    fn tell(&mut self, plant: &Plant, feed: &Feed, fact: &Event) {
        let now = self.world.now();
        let mut commands = Commands::default();
        self.core.handle(now, fact, &mut commands);
        self.scratch.facts += 1;
        let released: Vec<_> = commands.list.iter().filter_map(let_in).collect();
        self.released(&released);
        for command in &commands.list {
            self.world
                .apply(now, command, &commands.edges, &mut NoRecords);
        }
        self.fact(plant, feed, now, fact);
    }
}

impl Engine for Running {
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
        let mut inner = self.inner();
        let done = inner.act(&self.plant, &self.feed, act)?;
        self.publish(&inner, self.feed.newest());
        Ok(done)
    }
    fn feed(&self) -> Arc<Feed> {
        self.feed.clone()
    }
    fn alarm_history(&self) -> AlarmHistory {
        AlarmHistory::default()
    }
    fn health(&self) -> Health {
        let links = self.plant.vehicles.len() as u32;
        Health {
            facts: self.inner().scratch.facts,
            links,
            links_up: links,
            ..Health::default()
        }
    }
}
