//! Simulated devices on the wall clock behind a real broker: each vehicle with a connection of its
//! own, stations and sources behind one gateway. Vehicles that are not simulated are listened to, each on a
//! connection of its own, and their bodies follow.

mod part;
mod switching;

pub use part::{Part, Stations};

use crate::acl;
use crate::clock::Clock;
use crate::devices::{Devices, Told};
use crate::mode::{Mode, NoSwitch};
use crate::site::Keys;
use crate::topics;
use fenhe_contract::*;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Client, Config, Heard, Post, Tls};
use fenhe_plant::Plant;
use fenhe_wire::telegram::{Ear, Gate};
use fenhe_wire::vda5050::Topic;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// The loop looks at the clock at least this often.
const LOOK: Duration = Duration::from_millis(200);
/// Words handled before the world goes on.
const BATCH: usize = 2_000;

/// Hears the truth, record by record.
pub type Witness = Box<dyn FnMut(Time, Record) + Send>;
/// Takes facts of stations that somebody else tells the controller; `false` leaves it to the gateway.
pub type Aside = Box<dyn FnMut(Time, &Event) -> bool + Send>;
/// Does something to the devices on the loop's own thread.
type Look = Box<dyn FnOnce(&mut Devices, Time) + Send>;
/// Gets to know what came of a switch.
type Answer = Sender<Result<(), NoSwitch>>;
type Pending = (Mode, Vec<u8>, Answer);

enum Word {
    Vehicle(VehicleId, Heard),
    Gateway(Heard),
    /// Something that a vehicle which is not simulated was told, or told.
    Aside(VehicleId, Heard),
    Cut(VehicleId, bool),
    Order(Command),
    Switch(VehicleId, Mode, Vec<u8>, Answer),
    Station(StationId, bool, Vec<PlaceId>, Answer),
    /// From somebody else's gateway.
    Beside(Heard),
    Look(Look),
    Stop,
}

/// How the broker is reached, and when it is.
#[derive(Clone)]
pub struct Reach {
    /// The broker.
    pub broker: Config,
    /// Certificate and key of each name, where the broker wants to know.
    pub keys: Option<Keys>,
    /// The clock of the devices.
    pub clock: Clock,
    /// Where connections live.
    pub runtime: Handle,
}

impl Reach {
    fn tls(&self, name: &str) -> Option<Tls> {
        let known = self.keys.as_ref().and_then(|keys| keys(name));
        known.or_else(|| self.broker.tls.clone())
    }
}

/// Running devices. They stop when this is dropped.
pub struct StandIn {
    words: Sender<Word>,
    listening: Arc<AtomicUsize>,
    thread: Option<JoinHandle<Devices>>,
}

impl StandIn {
    /// Connects everything and begins.
    pub fn start(
        plant: &Arc<Plant>,
        devices: Devices,
        part: impl Into<Part>,
        reach: Reach,
        (witness, aside): (Witness, Aside),
    ) -> StandIn {
        let (words, heard) = channel();
        let part = part.into();
        let listening = Arc::new(AtomicUsize::new(0));
        let instance = crate::clock::utc().0.unsigned_abs();
        let mut run = Loop {
            plant: plant.clone(),
            devices,
            clients: BTreeMap::new(),
            topics: BTreeMap::new(),
            asides: BTreeMap::new(),
            waiting: BTreeMap::new(),
            listening: listening.clone(),
            own: part.gateway,
            gateway: None,
            beside: None,
            ears: Default::default(),
            gate: Gate::new(instance),
            reach,
            words: words.clone(),
            told: Told::default(),
            witness: Sink(witness),
            aside,
        };
        let thread = std::thread::Builder::new().name("devices".into());
        let thread = thread.spawn(move || {
            run.open(&part);
            run.run(&heard);
            run.devices
        });
        StandIn {
            words,
            listening,
            thread: thread.ok(),
        }
    }

    /// Hands orders to stations that did not come through the gateway. It may outlive the devices.
    pub fn orders(&self) -> impl Fn(Command) + Send + 'static {
        let words = self.words.clone();
        move |order| {
            let _ = words.send(Word::Order(order));
        }
    }

    /// How often an ear for what is not simulated has come up: one for each such vehicle, and one for other gateways.
    pub fn listening(&self) -> usize {
        self.listening.load(Ordering::Relaxed)
    }

    /// Cuts a vehicle's connection without a word, or lets it connect again.
    pub fn cut(&self, v: VehicleId, gone: bool) {
        let _ = self.words.send(Word::Cut(v, gone));
    }

    /// Switches a vehicle over, and waits until it is. `stated`: the deck positions that carry a load.
    ///
    /// # Errors
    /// See [`NoSwitch`].
    pub fn switch(&self, v: VehicleId, mode: Mode, stated: &[u8]) -> Result<(), NoSwitch> {
        let (tx, rx) = channel();
        let word = Word::Switch(v, mode, stated.to_vec(), tx);
        self.words.send(word).map_err(|_| NoSwitch::Stopped)?;
        rx.recv().unwrap_or(Err(NoSwitch::Stopped))
    }

    /// Switches the machine that a station is part of over, and waits until it is: simulated here (`true`), or followed.
    /// `stated`: places of its ports that hold pieces.
    ///
    /// # Errors
    /// See [`NoSwitch`].
    pub fn switch_station(
        &self,
        station: StationId,
        simulated: bool,
        stated: &[PlaceId],
    ) -> Result<(), NoSwitch> {
        let (tx, rx) = channel();
        let word = Word::Station(station, simulated, stated.to_vec(), tx);
        self.words.send(word).map_err(|_| NoSwitch::Stopped)?;
        rx.recv().unwrap_or(Err(NoSwitch::Stopped))
    }

    /// Lets somebody look at the devices, and waits for the answer. `None`: they have stopped.
    pub fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Devices, Time) -> T + Send + 'static,
    ) -> Option<T> {
        let (tx, rx) = channel();
        let look = Box::new(move |devices: &mut Devices, now: Time| {
            let _ = tx.send(look(devices, now));
        });
        self.words.send(Word::Look(look)).ok()?;
        rx.recv().ok()
    }

    /// Stops; the devices as they were.
    pub fn stop(mut self) -> Option<Devices> {
        let _ = self.words.send(Word::Stop);
        self.thread.take()?.join().ok()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.words.send(Word::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Sink(Witness);
impl RecordSink for Sink {
    const PIECES: bool = false;
    const MOTION: bool = true;
    fn record(&mut self, now: Time, record: Record) {
        (self.0)(now, record);
    }
}

struct Loop {
    plant: Arc<Plant>,
    devices: Devices,
    clients: BTreeMap<VehicleId, Client>,
    topics: BTreeMap<String, (VehicleId, Topic)>,
    /// Ears for vehicles that are not simulated.
    asides: BTreeMap<VehicleId, Client>,
    /// Switches that wait for their ear.
    waiting: BTreeMap<VehicleId, Pending>,
    /// Ears that have come up.
    listening: Arc<AtomicUsize>,
    /// As which gateway it speaks.
    own: Option<u8>,
    gateway: Option<Client>,
    /// Hears the others, one ear each.
    beside: Option<Client>,
    ears: [Ear; 2],
    gate: Gate,
    reach: Reach,
    words: Sender<Word>,
    told: Told,
    witness: Sink,
    aside: Aside,
}

impl Loop {
    /// A vehicle's own connection, with its last will.
    fn connect(&mut self, v: VehicleId) {
        let dialect = self.devices.vehicle(v).dialect().clone();
        let mut topics = Vec::new();
        for topic in [Topic::Order, Topic::InstantActions] {
            topics.push((dialect.topic(topic), 0));
            self.topics.insert(dialect.topic(topic), (v, topic));
        }
        let config = Config {
            client_id: format!("{}-{}", dialect.manufacturer, dialect.serial),
            will: Some(topics::post(self.devices.will(self.reach.clock.time(), v))),
            topics,
            tls: self.reach.tls(&dialect.serial),
            ..self.reach.broker.clone()
        };
        let words = self.words.clone();
        let client = Client::open(config, &self.reach.runtime, move |heard| {
            let _ = words.send(Word::Vehicle(v, heard));
        });
        self.clients.insert(v, client);
    }

    fn open_gateway(&mut self, gateway: u8) {
        let config = Config {
            client_id: format!("fenhe-gateway-{}-{gateway}", self.plant.name),
            topics: vec![(topics::orders(&self.plant, gateway), 1)],
            tls: self.reach.tls(acl::GATEWAY),
            ..self.reach.broker.clone()
        };
        let words = self.words.clone();
        self.gateway = Some(Client::open(config, &self.reach.runtime, move |heard| {
            let _ = words.send(Word::Gateway(heard));
        }));
    }

    fn run(&mut self, words: &Receiver<Word>) {
        loop {
            let next = self.devices.next_at().min(self.gate_deadline());
            let mut word = match words.recv_timeout(self.reach.clock.until(next, LOOK)) {
                Ok(word) => Some(word),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            self.advance();
            let mut handled = 0;
            while let Some(one) = word {
                if matches!(one, Word::Stop) {
                    return;
                }
                self.hear(one);
                handled += 1;
                word = if handled < BATCH {
                    words.try_recv().ok()
                } else {
                    None
                };
            }
            self.speak();
        }
    }

    fn gate_deadline(&self) -> Time {
        self.gateway
            .as_ref()
            .map_or(Time::NEVER, |_| self.gate.deadline())
    }

    /// The world catches up with the clock.
    fn advance(&mut self) {
        let now = self.reach.clock.time();
        loop {
            let at = self.devices.advance(now, &mut self.witness, &mut self.told);
            if at >= now && self.devices.next_at() > now {
                return;
            }
        }
    }

    fn hear(&mut self, word: Word) {
        let now = self.reach.clock.time();
        let (told, sink) = (&mut self.told, &mut self.witness);
        match word {
            // From a connection of before it was switched.
            Word::Vehicle(v, _) if self.devices.mode(v) != Mode::Simulated => {}
            Word::Vehicle(v, Heard::Up) => self.devices.connected(now, v, true, sink, told),
            Word::Vehicle(v, Heard::Down(_)) => self.devices.connected(now, v, false, sink, told),
            Word::Vehicle(_, Heard::Message { topic, payload, .. }) => {
                if let Some(&to) = self.topics.get(&topic) {
                    self.devices.hear(now, to, &payload, sink, told);
                }
            }
            Word::Aside(v, Heard::Up) => {
                self.listening.fetch_add(1, Ordering::Relaxed);
                self.switch_waiting(v);
            }
            Word::Aside(_, Heard::Down(_)) | Word::Beside(Heard::Down(_)) => {}
            Word::Aside(_, Heard::Message { topic, payload, .. }) => {
                if let Some(&to) = self.topics.get(&topic) {
                    self.devices.follow(now, to, &payload, sink, told);
                }
            }
            Word::Switch(v, mode, stated, answer) => {
                // Nothing that the real one does may go unheard: the ear is there before it.
                if mode.followed() && !self.asides.contains_key(&v) && self.has(v) {
                    self.listen(v);
                    self.waiting.insert(v, (mode, stated, answer));
                } else {
                    let _ = answer.send(self.switch(v, mode, &stated));
                }
            }
            Word::Station(station, simulated, stated, answer) => {
                let _ = answer.send(self.switch_station(station, simulated, &stated));
            }
            Word::Beside(Heard::Message { topic, payload, .. }) => {
                self.hear_beside(&topic, &payload);
            }
            Word::Beside(Heard::Up) => {
                self.listening.fetch_add(1, Ordering::Relaxed);
            }
            Word::Gateway(Heard::Up) => self.gate.connected(),
            Word::Gateway(Heard::Down(_)) => {}
            Word::Gateway(Heard::Message { payload, .. }) => {
                let mut orders = Vec::new();
                // A telegram that cannot be read is one that was lost: it comes again.
                let _ = self.gate.receive(&payload, &mut orders);
                for order in &orders {
                    self.devices.order(now, order, sink);
                }
            }
            Word::Cut(v, _) if self.devices.mode(v) != Mode::Simulated => {}
            Word::Cut(v, true) => {
                self.clients.remove(&v);
                self.devices.connected(now, v, false, sink, told);
            }
            Word::Cut(v, false) => self.connect(v),
            Word::Order(order) => self.devices.order(now, &order, sink),
            Word::Look(look) => look(&mut self.devices, now),
            Word::Stop => {}
        }
    }

    fn speak(&mut self) {
        for (v, message) in self.told.messages.drain(..) {
            if let Some(client) = self.clients.get(&v) {
                client.publish(topics::post(message));
            }
        }
        self.told.faults.clear();
        for misfit in self.told.misfits.drain(..) {
            tracing::warn!(?misfit, "somebody reported what cannot have happened");
        }
        for (v, sight) in self.told.sights.drain(..) {
            let vehicle = self.plant.vehicles[v].name.as_str();
            tracing::warn!(vehicle, ?sight, "not understood");
        }
        let now = self.reach.clock.time();
        for fact in self.told.facts.drain(..) {
            if !(self.aside)(now, &fact) {
                self.gate.say(fact);
            }
        }
        let (Some(gateway), Some(own)) = (&self.gateway, self.own) else {
            return;
        };
        let mut telegrams = Vec::new();
        if self.gate.deadline() <= self.reach.clock.time() {
            self.gate.speak(self.reach.clock.time(), &mut telegrams);
        }
        for payload in telegrams {
            let topic = topics::facts(&self.plant, own);
            gateway.publish(Post {
                topic,
                payload,
                qos: 1,
                retain: false,
            });
        }
    }
}
