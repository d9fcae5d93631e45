//! The controller on the wall clock: one thread that owns the engine, and its link to a broker.

use crate::clock::Clock;
use crate::engine::{Engine, Input, Outputs};
use crate::log::Log;
use crate::topics::{self, Topics, Whose};
use fenhe_contract::*;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Client, Config, Heard, Post};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Inputs handled in one step: what comes while a commit waits goes together with the next.
const BATCH: usize = 2_000;
/// Inputs that wait; beyond this, messages of vehicles are dropped as quality 0 allows.
const WAITING: u64 = 50_000;
/// The loop looks at the clock at least this often.
const LOOK: Duration = Duration::from_millis(200);
/// The wall clock may go astray by this much in [`STEADY`] [µs].
const JUMP: i64 = 1_000_000;
/// After so long without a jump it counts as steady [µs].
const STEADY: i64 = 60_000_000;
/// The log may tidy up this often, when nothing waits.
const TIDY: Duration = Duration::from_secs(5);
/// Facts from one snapshot of the core to the next.
const SNAPSHOT: u64 = 20_000;

/// What an observer does on the loop's own thread, between two steps.
pub type Look<L> = Box<dyn FnOnce(&mut Engine<L>) + Send>;
/// Hears each step: its time and what came of it.
pub type Ear = Box<dyn FnMut(Time, &Outputs) + Send>;

enum Word<L> {
    Came(Input, Instant),
    Act(Vec<Input>, Sender<Time>),
    Look(Look<L>),
    Stop,
}

/// Counters of a running loop.
#[derive(Default, Debug)]
pub struct Counters {
    /// Inputs that wait for the loop.
    pub waiting: AtomicU64,
    /// Messages of vehicles dropped because too many waited.
    pub dropped: AtomicU64,
    /// Messages on topics that nobody owns.
    pub strange: AtomicU64,
    /// Messages taken.
    pub heard: AtomicU64,
    /// Messages sent.
    pub said: AtomicU64,
    /// Steps.
    pub steps: AtomicU64,
    /// Facts handled.
    pub facts: AtomicU64,
    /// Time in steps, commits and sending included [us].
    pub step_us: AtomicU64,
    /// The longest of them [us].
    pub longest_step_us: AtomicU64,
    /// Time in which steps were told to whoever listens [us].
    pub ear_us: AtomicU64,
    /// Time in which others looked at the engine [us].
    pub look_us: AtomicU64,
}

/// A running controller. It stops when this is dropped.
pub struct Running<L: Log> {
    words: Sender<Word<L>>,
    /// Its counters.
    pub counters: Arc<Counters>,
    thread: Mutex<Option<Ending<L>>>,
}

type Ending<L> = JoinHandle<Result<Engine<L>, <L as Log>::Error>>;

/// How a controller is reached.
pub struct Place {
    /// Of the broker; topics are filled in.
    pub broker: Config,
    /// Where connections live.
    pub runtime: Handle,
    /// Its clock.
    pub clock: Clock,
    /// Waits from message in to order out, in plain microseconds; for measurements.
    pub latencies: Option<Sender<u64>>,
}

impl<L: Log + Send + 'static> Running<L>
where
    L::Error: Send,
{
    /// Connects and begins.
    pub fn start(engine: Engine<L>, place: Place, ear: Ear) -> Running<L> {
        let (words, heard) = channel();
        let counters = Arc::new(Counters::default());
        let topics = Topics::of(engine.plant(), |v| engine.master(v).dialect().clone());
        let config = Config {
            topics: topics.wanted(),
            ..place.broker.clone()
        };
        let client = Client::open(
            config,
            &place.runtime,
            listener(topics, words.clone(), counters.clone()),
        );
        let mut run = Loop {
            orders: topics::GATEWAYS.map(|gateway| topics::orders(engine.plant(), gateway)),
            engine,
            client,
            clock: place.clock,
            latencies: place.latencies,
            counters: counters.clone(),
            ear,
            out: Outputs::default(),
            since: 0,
            seen: (Instant::now(), crate::clock::utc().0),
            jumped: false,
            tidied: Instant::now(),
        };
        let thread = std::thread::Builder::new().name("engine".into());
        let thread = thread.spawn(move || run.run(&heard).map(|()| run.engine));
        Running {
            words,
            counters,
            thread: Mutex::new(thread.ok()),
        }
    }

    /// Something came in that no broker carried: an operator's word.
    pub fn input(&self, input: Input) {
        self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        let _ = self.words.send(Word::Came(input, Instant::now()));
    }

    /// The same, and waits until it is durable and decided on: when that was. `None`: the loop has
    /// ended, or ends before.
    pub fn act(&self, inputs: Vec<Input>) -> Option<Time> {
        let (tx, rx) = channel();
        self.words.send(Word::Act(inputs, tx)).ok()?;
        rx.recv().ok()
    }

    /// Lets somebody look at the engine, and waits for the answer. `None`: the loop has ended.
    pub fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Engine<L>) -> T + Send + 'static,
    ) -> Option<T> {
        let (tx, rx) = channel();
        let look = Box::new(move |engine: &mut Engine<L>| {
            let _ = tx.send(look(engine));
        });
        self.words.send(Word::Look(look)).ok()?;
        rx.recv().ok()
    }

    /// Whether the loop goes on.
    pub fn runs(&self) -> bool {
        self.thread()
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    /// Stops; the engine as it was, or the log's error that stopped it. `None`: it had been stopped.
    pub fn stop(&self) -> Option<Result<Engine<L>, L::Error>> {
        let _ = self.words.send(Word::Stop);
        let thread = self.thread().take();
        thread?.join().ok()
    }
}

impl<L: Log> Running<L> {
    fn thread(&self) -> MutexGuard<'_, Option<Ending<L>>> {
        self.thread
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl<L: Log> Drop for Running<L> {
    fn drop(&mut self) {
        let _ = self.words.send(Word::Stop);
        let thread = self.thread().take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// Puts what the broker brings before the loop. Never blocks.
fn listener<L: 'static>(
    topics: Topics,
    words: Sender<Word<L>>,
    counters: Arc<Counters>,
) -> impl FnMut(Heard) + Send + 'static {
    move |heard| {
        let input = match heard {
            Heard::Up => Input::Broker(true),
            Heard::Down(_) => Input::Broker(false),
            Heard::Message {
                topic,
                retained,
                payload,
            } => match topics.whose(&topic) {
                Some(Whose::Vehicle(vehicle, topic)) => {
                    if counters.waiting.load(Ordering::Relaxed) > WAITING {
                        counters.dropped.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    Input::Heard {
                        vehicle,
                        topic,
                        retained,
                        payload,
                    }
                }
                Some(Whose::Gateway(0)) => Input::Telegram(payload),
                Some(Whose::Gateway(_)) => Input::Beside(payload),
                None => {
                    counters.strange.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            },
        };
        counters.waiting.fetch_add(1, Ordering::Relaxed);
        counters.heard.fetch_add(1, Ordering::Relaxed);
        let _ = words.send(Word::Came(input, Instant::now()));
    }
}

/// Adds the time since then to a counter, and gives it [us].
fn spent(counter: &AtomicU64, begun: Instant) -> u64 {
    let us = begun.elapsed().as_micros() as u64;
    counter.fetch_add(us, Ordering::Relaxed);
    us
}

struct Loop<L> {
    engine: Engine<L>,
    orders: [String; 2],
    client: Client,
    clock: Clock,
    latencies: Option<Sender<u64>>,
    counters: Arc<Counters>,
    ear: Ear,
    out: Outputs,
    /// Facts since the last snapshot.
    since: u64,
    /// The wall clock, when it was last looked at for good.
    seen: (Instant, i64),
    /// It had jumped then.
    jumped: bool,
    /// When the log last had a moment to tidy up.
    tidied: Instant,
}

impl<L: Log> Loop<L> {
    fn run(&mut self, words: &Receiver<Word<L>>) -> Result<(), L::Error> {
        let (mut inputs, mut acts) = (Vec::new(), Vec::new());
        loop {
            let wait = self.clock.until(self.engine.deadline(), LOOK);
            let mut oldest = None;
            let mut next = match words.recv_timeout(wait) {
                Ok(word) => Some(word),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return self.end(),
            };
            while let Some(word) = next {
                match word {
                    Word::Came(input, at) => {
                        self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
                        oldest = oldest.or(Some(at));
                        inputs.push(input);
                    }
                    Word::Look(look) => {
                        let begun = Instant::now();
                        look(&mut self.engine);
                        spent(&self.counters.look_us, begun);
                    }
                    Word::Act(wanted, done) => {
                        inputs.extend(wanted);
                        acts.push(done);
                    }
                    Word::Stop => return self.end(),
                }
                next = if inputs.len() < BATCH {
                    words.try_recv().ok()
                } else {
                    None
                };
            }
            self.step(&mut inputs, oldest)?;
            for done in acts.drain(..) {
                let _ = done.send(self.engine.last());
            }
            if self.tidied.elapsed() > TIDY && self.counters.waiting.load(Ordering::Relaxed) == 0 {
                self.tidied = Instant::now();
                let now = self.clock.now();
                self.engine.log().tidy(now);
            }
        }
    }

    /// The wall clock went another way than time did.
    fn look_at_clock(&mut self, inputs: &mut Vec<Input>) {
        let (utc, gone) = (
            crate::clock::utc().0,
            self.seen.0.elapsed().as_micros() as i64,
        );
        if (utc - self.seen.1 - gone).abs() > JUMP {
            inputs.push(Input::ClockJump(true));
            (self.seen, self.jumped) = ((Instant::now(), utc), true);
        } else if gone > STEADY {
            if self.jumped {
                inputs.push(Input::ClockJump(false));
            }
            (self.seen, self.jumped) = ((Instant::now(), utc), false);
        }
    }

    fn step(&mut self, inputs: &mut Vec<Input>, oldest: Option<Instant>) -> Result<(), L::Error> {
        let now = self.clock.now();
        self.look_at_clock(inputs);
        if self.engine.wants_waking(now.time) {
            inputs.push(Input::Wake);
        }
        if inputs.is_empty() && self.engine.deadline() > now.time {
            return Ok(());
        }
        let begun = Instant::now();
        self.out.clear();
        self.engine.step(now, inputs.drain(..), &mut self.out)?;
        self.counters.steps.fetch_add(1, Ordering::Relaxed);
        self.counters
            .facts
            .fetch_add(self.out.facts.len() as u64, Ordering::Relaxed);
        self.say(oldest);
        let took = spent(&self.counters.step_us, begun);
        self.counters
            .longest_step_us
            .fetch_max(took, Ordering::Relaxed);
        let begun = Instant::now();
        (self.ear)(self.engine.last(), &self.out);
        spent(&self.counters.ear_us, begun);
        self.since += self.out.facts.len() as u64;
        if self.since >= SNAPSHOT {
            self.since = 0;
            self.engine.snapshot(now)?;
        }
        Ok(())
    }

    fn say(&mut self, oldest: Option<Instant>) {
        let any = !self.out.messages.is_empty() || !self.out.telegrams.is_empty();
        for (_, message) in self.out.messages.drain(..) {
            self.counters.said.fetch_add(1, Ordering::Relaxed);
            self.client.publish(topics::post(message));
        }
        let [first, second] = &self.orders;
        let first = self.out.telegrams.drain(..).map(|bytes| (first, bytes));
        let second = self.out.beside.drain(..).map(|bytes| (second, bytes));
        for (topic, payload) in first.chain(second) {
            self.counters.said.fetch_add(1, Ordering::Relaxed);
            self.client.publish(Post {
                topic: topic.clone(),
                payload,
                qos: 1,
                retain: false,
            });
        }
        if let (Some(latencies), Some(at), true) = (&self.latencies, oldest, any) {
            let _ = latencies.send(at.elapsed().as_micros() as u64);
        }
    }

    /// The last word: a snapshot, so that the next start is quick.
    fn end(&mut self) -> Result<(), L::Error> {
        self.client.leave();
        self.engine.snapshot(self.clock.now())
    }
}
