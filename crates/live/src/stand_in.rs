//! Simulated devices on the wall clock behind a real broker: each vehicle with a connection of its
//! own, stations and sources behind one gateway.

use crate::clock::Clock;
use crate::devices::{Devices, Told};
use crate::topics;
use fenhe_contract::*;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Client, Config, Heard, Post};
use fenhe_plant::Plant;
use fenhe_wire::telegram::Gate;
use fenhe_wire::vda5050::Topic;
use std::collections::BTreeMap;
use std::sync::Arc;
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

enum Word {
    Vehicle(VehicleId, Heard),
    Gateway(Heard),
    Cut(VehicleId, bool),
    Order(Command),
    Look(Look),
    Stop,
}

/// Running devices. They stop when this is dropped.
pub struct StandIn {
    words: Sender<Word>,
    thread: Option<JoinHandle<Devices>>,
}

impl StandIn {
    /// Connects everything and begins. `voices`: which vehicles are simulated, and stations too or not.
    pub fn start(
        plant: &Arc<Plant>,
        devices: Devices,
        (simulated, stations): (Vec<VehicleId>, bool),
        (broker, clock, runtime): (Config, Clock, Handle),
        (witness, aside): (Witness, Aside),
    ) -> StandIn {
        let (words, heard) = channel();
        let instance = crate::clock::utc().0.unsigned_abs();
        let mut run = Loop {
            plant: plant.clone(),
            devices,
            clients: BTreeMap::new(),
            topics: BTreeMap::new(),
            gateway: None,
            gate: Gate::new(instance),
            broker,
            clock,
            runtime,
            words: words.clone(),
            told: Told::default(),
            witness: Sink(witness),
            aside,
        };
        let thread = std::thread::Builder::new().name("devices".into());
        let thread = thread.spawn(move || {
            for v in simulated {
                run.connect(v);
            }
            if stations {
                run.open_gateway();
            }
            run.run(&heard);
            run.devices
        });
        StandIn {
            words,
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

    /// Cuts a vehicle's connection without a word, or lets it connect again.
    pub fn cut(&self, v: VehicleId, gone: bool) {
        let _ = self.words.send(Word::Cut(v, gone));
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
    gateway: Option<Client>,
    gate: Gate,
    broker: Config,
    clock: Clock,
    runtime: Handle,
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
            will: Some(topics::post(self.devices.will(self.clock.time(), v))),
            topics,
            ..self.broker.clone()
        };
        let words = self.words.clone();
        let client = Client::open(config, &self.runtime, move |heard| {
            let _ = words.send(Word::Vehicle(v, heard));
        });
        self.clients.insert(v, client);
    }

    fn open_gateway(&mut self) {
        let config = Config {
            client_id: format!("fenhe-gateway-{}", self.plant.name),
            topics: vec![(topics::orders(&self.plant), 1)],
            ..self.broker.clone()
        };
        let words = self.words.clone();
        self.gateway = Some(Client::open(config, &self.runtime, move |heard| {
            let _ = words.send(Word::Gateway(heard));
        }));
    }

    fn run(&mut self, words: &Receiver<Word>) {
        loop {
            let next = self.devices.next_at().min(self.gate_deadline());
            let mut word = match words.recv_timeout(self.clock.until(next, LOOK)) {
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
        let now = self.clock.time();
        loop {
            let at = self.devices.advance(now, &mut self.witness, &mut self.told);
            if at >= now && self.devices.next_at() > now {
                return;
            }
        }
    }

    fn hear(&mut self, word: Word) {
        let now = self.clock.time();
        let (told, sink) = (&mut self.told, &mut self.witness);
        match word {
            Word::Vehicle(v, Heard::Up) => self.devices.connected(now, v, true, sink, told),
            Word::Vehicle(v, Heard::Down(_)) => self.devices.connected(now, v, false, sink, told),
            Word::Vehicle(_, Heard::Message { topic, payload, .. }) => {
                if let Some(&to) = self.topics.get(&topic) {
                    self.devices.hear(now, to, &payload, sink, told);
                }
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
        let now = self.clock.time();
        for fact in self.told.facts.drain(..) {
            if !(self.aside)(now, &fact) {
                self.gate.say(fact);
            }
        }
        let Some(gateway) = &self.gateway else { return };
        let mut telegrams = Vec::new();
        if self.gate.deadline() <= self.clock.time() {
            self.gate.speak(self.clock.time(), &mut telegrams);
        }
        for payload in telegrams {
            let topic = topics::facts(&self.plant);
            gateway.publish(Post {
                topic,
                payload,
                qos: 1,
                retain: false,
            });
        }
    }
}
