//! Beside another master: everything that passes between it and its devices is heard, nothing is said.
//!
//! ```text
//!   order, state --> Observer --orders, facts--> Follower --> divergence
//!   telegrams    --> Ear      --orders, facts------^
//! ```

use crate::clock::Clock;
use crate::topics::{self, Overheard};
use fenhe_contract::*;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Client, Config, Heard};
use fenhe_plant::Plant;
use fenhe_study::Follower;
use fenhe_wire::Names;
use fenhe_wire::telegram::Ear;
use fenhe_wire::vda5050::{Dialect, Now, Observer, Seen, Topic};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// What passes between another master and its devices, and what it is compared with. It knows no clock
/// and no socket.
pub struct Beside {
    plant: Arc<Plant>,
    names: Arc<Names>,
    observers: Fixed<VehicleId, Observer>,
    gateway: [Ear; 2],
    follower: Follower,
    seen: Seen,
    linked: bool,
    /// What was heard so far.
    pub counts: Counts,
}

/// What was heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Messages of and to vehicles.
    pub messages: u64,
    /// Orders to vehicles and stations.
    pub orders: u64,
    /// Facts.
    pub facts: u64,
    /// Messages, or parts of them, that could not be made sense of.
    pub strange: u64,
    /// Facts and orders of stations that were said while nobody listened.
    pub missed: u64,
}

impl Beside {
    /// At a plant's epoch.
    pub fn new(
        plant: &Arc<Plant>,
        names: Arc<Names>,
        dialect: impl Fn(VehicleId) -> Dialect,
    ) -> Beside {
        Beside {
            observers: Fixed::like(&plant.vehicles, |v| Observer::new(v, dialect(v))),
            plant: plant.clone(),
            names,
            gateway: Default::default(),
            follower: Follower::new(plant),
            seen: Seen::default(),
            linked: false,
            counts: Counts::default(),
        }
    }
    /// Its connection to a broker is up.
    pub fn linked(&self) -> bool {
        self.linked
    }
    /// What was found.
    pub fn follower(&self) -> &Follower {
        &self.follower
    }
    /// Nothing more will be heard.
    pub fn end(&mut self) {
        self.follower.end();
    }

    /// A message of a vehicle or its master.
    pub fn hear(&mut self, now: Now, v: VehicleId, topic: Topic, bytes: &[u8]) {
        if v.index() < self.observers.len() {
            self.counts.messages += 1;
            self.observers[v].hear(now, &self.names, topic, bytes, &mut self.seen);
            self.take(now.time, v);
        }
    }

    /// A fact of a station, a source or a place.
    pub fn fact(&mut self, now: Time, event: &Event) {
        self.counts.facts += 1;
        self.follower.fact(now, event);
    }
    /// An order to a station or a source.
    pub fn order(&mut self, now: Time, command: &Command) {
        self.counts.orders += 1;
        self.follower.told(now, command, &[]);
    }

    /// A telegram between the controller and the gateway of stations: with facts, or with orders.
    pub fn telegram(&mut self, now: Time, facts: bool, bytes: &[u8]) {
        let missed = if facts {
            let mut new = Vec::new();
            let missed = self.gateway[0].hear::<Event>(bytes, &mut new);
            new.iter().for_each(|event| self.fact(now, event));
            missed
        } else {
            let mut new = Vec::new();
            let missed = self.gateway[1].hear::<Command>(bytes, &mut new);
            new.iter().for_each(|command| self.order(now, command));
            missed
        };
        match missed {
            Ok(missed) => self.counts.missed += missed,
            Err(_) => self.counts.strange += 1,
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Time) {
        for v in self.plant.vehicles.ids() {
            self.observers[v].tick(now, &mut self.seen);
            self.take(now, v);
        }
        self.follower.fact(now, &Event::Deadline);
    }

    fn take(&mut self, now: Time, v: VehicleId) {
        let mut seen = std::mem::take(&mut self.seen);
        for event in &seen.events {
            self.fact(now, event);
        }
        for command in &seen.orders.list {
            let edges = match *command {
                Command::Drive { first, count, .. } => seen.orders.base(first, count),
                _ => &[],
            };
            self.counts.orders += 1;
            self.follower.told(now, command, edges);
        }
        if !seen.ahead.is_empty() {
            let ahead = seen.ahead.iter().map(|one| (one.deck, one.place, one.pick));
            self.follower.ahead(v, &ahead.collect::<Vec<_>>());
        }
        self.counts.strange += seen.sights.len() as u64;
        seen.clear();
        self.seen = seen;
    }
}

/// The loop looks at the clock at least this often.
const LOOK: Duration = Duration::from_millis(200);

type Look = Box<dyn FnOnce(&mut Beside, Time) + Send>;

enum Word {
    Heard(Overheard, Vec<u8>),
    Link(bool),
    Look(Look),
    Stop,
}

/// A listener on a thread of its own. It stops when this is dropped.
pub struct Listening {
    words: Sender<Word>,
    thread: Option<JoinHandle<Beside>>,
}

impl Listening {
    /// Connects and listens. It has topics to hear and publishes none, also no last will.
    pub fn start(beside: Beside, (broker, clock, runtime): (Config, Clock, Handle)) -> Listening {
        let (words, heard) = channel();
        let dialect = |v: VehicleId| beside.observers[v].dialect().clone();
        let topics = topics::overheard(&beside.plant, dialect);
        let config = Config {
            topics: topics.keys().map(|topic| (topic.clone(), 1)).collect(),
            will: None,
            ..broker
        };
        let ear = words.clone();
        let client = Client::open(config, &runtime, move |heard| {
            let word = match heard {
                Heard::Up => Some(Word::Link(true)),
                Heard::Down(_) => Some(Word::Link(false)),
                Heard::Message { topic, payload, .. } => {
                    topics.get(&topic).map(|&whose| Word::Heard(whose, payload))
                }
            };
            if let Some(word) = word {
                let _ = ear.send(word);
            }
        });
        let thread = std::thread::Builder::new().name("beside".into());
        let thread = thread.spawn(move || {
            let beside = listen(beside, clock, &heard);
            client.leave();
            beside
        });
        Listening {
            words,
            thread: thread.ok(),
        }
    }

    /// Lets somebody look at what was found, and waits for the answer. `None`: it has stopped.
    pub fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Beside, Time) -> T + Send + 'static,
    ) -> Option<T> {
        let (tx, rx) = channel();
        let look = Box::new(move |beside: &mut Beside, now: Time| {
            let _ = tx.send(look(beside, now));
        });
        self.words.send(Word::Look(look)).ok()?;
        rx.recv().ok()
    }

    /// Stops; what was found.
    pub fn stop(mut self) -> Option<Beside> {
        let _ = self.words.send(Word::Stop);
        let mut beside = self.thread.take()?.join().ok()?;
        beside.end();
        Some(beside)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.words.send(Word::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(mut beside: Beside, clock: Clock, words: &Receiver<Word>) -> Beside {
    let mut ticked = Time::ZERO;
    loop {
        let word = match words.recv_timeout(LOOK) {
            Ok(word) => Some(word),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return beside,
        };
        let now = clock.now();
        match word {
            Some(Word::Heard(Overheard::Vehicle(v, topic), bytes)) => {
                beside.hear(now, v, topic, &bytes);
            }
            Some(Word::Heard(Overheard::Facts, bytes)) => beside.telegram(now.time, true, &bytes),
            Some(Word::Heard(Overheard::Orders, bytes)) => beside.telegram(now.time, false, &bytes),
            Some(Word::Link(up)) => beside.linked = up,
            Some(Word::Look(look)) => look(&mut beside, now.time),
            Some(Word::Stop) => return beside,
            None => {}
        }
        if now.time >= ticked + Span::seconds(1) {
            ticked = now.time;
            beside.tick(now.time);
        }
    }
}
