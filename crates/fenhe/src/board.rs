//! What the API shows of a running loop, and how its acts reach it.

use crate::acts::Changed;
use crate::ahead::{Instant as Begin, Scout, Settings};
use crate::drift::Deviations;
use crate::ledger::Ledger;
use crate::model::Workbench;
use crate::past::{Book, Pace};
use crate::people::People;
use crate::promises::LivePromises;
use crate::rows::Rows;
use crate::seen::Seen;
use crate::waits::Waits;
use fenhe_contract::*;
use fenhe_live::Input;
use fenhe_live::clock::Pause;
use fenhe_live::kept::{Gauge, JournalLog};
use fenhe_live::run::Running;
use fenhe_live::stand_in::StandIn;
use fenhe_plant::Plant;
use fenhe_server as api;
use fenhe_server::{Act, Actor, Done, Feed, Health, Item, Reason, Refusal, Status, View, What};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock, Weak};
use std::time::{Duration, Instant};

/// The picture is made anew this often.
const FRESH: Duration = Duration::from_millis(250);
/// A message of one device may be heard this much later than those of others.
const LATE: Duration = Duration::from_secs(2);
/// Lines of the audit read at once.
const PAGE: usize = 100_000;
/// Items that a reader may fall behind.
const RING: usize = 200_000;

pub type Loop = Running<JournalLog>;

/// The picture of a running plant.
pub struct Board {
    plant: Arc<Plant>,
    mode: api::Mode,
    feed: Arc<Feed>,
    rows: Mutex<Rows>,
    deviations: Mutex<Deviations>,
    view: RwLock<Arc<View>>,
    running: OnceLock<(Arc<Loop>, Arc<Gauge>)>,
    people: Mutex<People>,
    /// Waits from message in to order out, and where they come from.
    waits: Mutex<(Waits, Option<Receiver<u64>>)>,
    /// Stops the clocks of a rehearsal; none in a live plant. And how often that was done.
    clock: Option<Pause>,
    turned: AtomicU64,
    /// Of a rehearsal.
    devices: OnceLock<Weak<StandIn>>,
    past: OnceLock<Arc<Book>>,
    ahead: OnceLock<Arc<Scout>>,
    model: OnceLock<Arc<Workbench>>,
    promises: OnceLock<Arc<LivePromises>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Board {
    /// Of a plant before its first fact.
    pub fn new(plant: Arc<Plant>, mode: api::Mode, clock: Option<Pause>) -> Arc<Board> {
        let feed = Arc::new(Feed::new(RING, api::Clock::system().now()));
        let rows = Rows::new(&plant, mode);
        let view = rows.view(&plant, mode, feed.newest());
        Arc::new(Board {
            deviations: Mutex::new(Deviations::new(&plant, true)),
            plant,
            mode,
            feed,
            rows: Mutex::new(rows),
            view: RwLock::new(Arc::new(view)),
            running: OnceLock::new(),
            people: Mutex::default(),
            waits: Mutex::default(),
            clock,
            turned: AtomicU64::new(1),
            devices: OnceLock::new(),
            past: OnceLock::new(),
            ahead: OnceLock::new(),
            model: OnceLock::new(),
            promises: OnceLock::new(),
        })
    }

    /// What hears each step of the loop.
    pub fn ear(self: &Arc<Board>) -> fenhe_live::run::Ear {
        let board = self.clone();
        Box::new(move |now, out| {
            let told = (&*out.facts, &out.decided);
            held(&board.rows).hear(&board.plant, &board.feed, now, told);
            let mut deviations = held(&board.deviations);
            let told = deviations.hear(&board.plant, now, &out.facts, &out.decided);
            if let Some((running, _)) = board.running.get() {
                for fact in told {
                    running.input(Input::Fact(fact));
                }
            }
        })
    }

    /// The plant was at work when the record began, its vehicles let go at this instant.
    pub fn let_go(&self, at: Time) {
        *held(&self.deviations) = Deviations::let_go(&self.plant, at);
    }

    /// Where the files of the model are: drafts of it can be made. None: in the program.
    pub fn read_from(&self, folder: Option<PathBuf>) {
        let workbench = Workbench::new(self.plant.clone(), folder);
        let _ = self.model.set(Arc::new(workbench));
    }
    /// The model.
    pub fn model(&self) -> &Plant {
        &self.plant
    }
    /// The simulated devices that acts may switch.
    pub fn simulates(&self, devices: &Arc<StandIn>) {
        let _ = self.devices.set(Arc::downgrade(devices));
    }
    /// The same, as long as they go on.
    pub fn simulator(&self) -> Option<Arc<StandIn>> {
        self.devices.get().and_then(Weak::upgrade)
    }

    /// The loop runs: from now on the picture is kept fresh.
    pub fn watch(
        self: &Arc<Board>,
        running: Arc<Loop>,
        gauge: Arc<Gauge>,
        latencies: Receiver<u64>,
    ) {
        let _ = self.running.set((running, gauge));
        held(&self.waits).1 = Some(latencies);
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

    /// Looks into the journal that the loop writes: what was before this run of the program, and any past
    /// instant. `begun`: what had left before the journal began.
    pub fn remembers(self: &Arc<Board>, journal: &str, speed: u32, begun: Ledger) {
        let Some((running, _)) = self.running.get() else {
            return;
        };
        let of = |wall: Duration| Span(wall.as_micros() as i64 * i64::from(speed));
        let pace = Pace {
            every: of(FRESH),
            late: of(LATE),
        };
        let book = Book::open(journal, self, self.mode, (pace, begun));
        let board = self.clone();
        let begun = running.look(move |engine| {
            let mut rows = held(&board.rows);
            rows.believe(&board.plant, engine.core(), engine.last().max(Time::ZERO));
            rows.ledger_follows();
            engine.log().head()
        });
        let board = Arc::downgrade(self);
        if let Some(seq) = begun {
            book.ledger_at(seq, move |ledger| {
                if let Some(board) = board.upgrade() {
                    held(&board.rows).ledger_is(&board.plant, &board.feed, ledger);
                }
            });
        }
        let _ = self.past.set(book);
    }

    /// Looks ahead from what the core believes.
    pub fn foresees(self: &Arc<Board>, settings: Settings) {
        let scout = Scout::start(self, self.mode, settings);
        let _ = self.ahead.set(scout);
    }

    /// Copies of the core and of the rows that belong to it, between two steps; none while it is still being
    /// read what had left before this run of the program.
    pub fn instant(self: &Arc<Board>) -> Option<(Begin, Rows)> {
        let (running, _) = self.running.get()?;
        let board = self.clone();
        let look = move |engine: &mut fenhe_live::Engine<JournalLog>| {
            let rows = held(&board.rows);
            if rows.owed.is_some() {
                return None;
            }
            let begin = Begin {
                core: engine.core().clone(),
                ledger: rows.ledger.clone(),
                now: engine.last().max(Time::ZERO),
                seq: engine.log().head(),
            };
            Some((begin, rows.clone()))
        };
        running.look(look).flatten()
    }

    /// Looks at the loop and makes the picture anew. `false`: the loop has ended.
    pub fn refresh(&self) -> bool {
        let Some((running, _)) = self.running.get() else {
            return false;
        };
        let Some(mut seen) = running.look(|engine| Seen::of(engine)) else {
            return false;
        };
        self.waits(|_| {});
        let mut rows = held(&self.rows);
        rows.names_orders(&mut seen);
        rows.seen(&self.plant, &self.feed, &seen);
        let (mode, turned) = self.clock_view();
        let (access, stops) = held(&self.people).picture(&self.plant, &self.feed, rows.now, &seen);
        let seq = self.feed.push(rows.now, Item::Facts { count: rows.facts });
        let mut view = rows.view(&self.plant, mode, seq);
        drop(rows);
        (view.digest, view.alarms) = (seen.digest.to_string(), seen.alarms);
        (view.access, view.stops, view.revision) = (access, stops, turned);
        *self.view.write().unwrap_or_else(|held| held.into_inner()) = Arc::new(view);
        true
    }

    /// What only the audit of earlier runs knows: references of orders.
    pub fn remember(&self, audit: &impl api::AuditSink) -> std::io::Result<()> {
        let running = self.running.get();
        let newest = running.and_then(|(running, _)| running.look(|e| e.core().newest_order()));
        let mut after = 0;
        loop {
            let page = audit.read(after, PAGE)?;
            let Some(last) = page.last() else {
                self.refresh(); // the first picture that is served knows them
                return Ok(());
            };
            after = last.seq;
            let rows = &mut *self.rows();
            page.iter()
                .for_each(|line| rows.remember(newest.unwrap_or_default(), line));
        }
    }

    /// Rows of the picture.
    pub fn rows(&self) -> MutexGuard<'_, Rows> {
        held(&self.rows)
    }
    /// Looks at the waits from message in to order out so far.
    pub fn waits<T>(&self, look: impl FnOnce(&mut Waits) -> T) -> T {
        let (waits, latencies) = &mut *held(&self.waits);
        let now = Instant::now();
        let came = latencies.iter().flat_map(Receiver::try_iter);
        came.for_each(|us| waits.add(now, us));
        look(waits)
    }
    /// Who asked for which access window.
    pub fn people(&self) -> MutexGuard<'_, People> {
        held(&self.people)
    }
    /// What stops the clocks, in a rehearsal.
    pub fn clock(&self) -> Option<&Pause> {
        self.clock.as_ref()
    }
    /// How the plant is run, and how often that was changed.
    pub fn clock_view(&self) -> (api::Mode, u64) {
        let stands = self.clock.as_ref().is_some_and(Pause::stands);
        let mode = if stands { api::Mode::Paused } else { self.mode };
        (mode, self.turned.load(Ordering::Relaxed))
    }
    /// The clocks were stopped, or go on.
    pub fn clock_turned(&self) {
        self.turned.fetch_add(1, Ordering::Relaxed);
        let (mode, _) = self.clock_view();
        self.feed.push(held(&self.rows).now, Item::Mode { mode });
    }

    /// Tells the core a fact without waiting for it; nobody hears it when the loop has ended.
    pub fn tell_fact(&self, fact: Event) {
        if let Some((running, _)) = self.running.get() {
            running.input(Input::Fact(fact));
        }
    }

    /// Promises dates; what was promised is kept in the file.
    pub fn promises_in(self: &Arc<Board>, path: Option<PathBuf>) -> std::io::Result<()> {
        let _ = self.promises.set(LivePromises::start(self, path)?);
        Ok(())
    }

    fn act_on(&self, running: &Loop, who: &Actor, act: &Act) -> Result<Changed, Refusal> {
        match &act.what {
            What::ReleaseOrder(order) => {
                let known = self.rows().known(order)?;
                if let Some(view) = known {
                    return Ok((view.revision, json!(view), json!(view)));
                }
                let newest = running.look(|engine| engine.core().newest_order());
                let (event, view) = self.rows().release(&self.plant, order, newest)?;
                self.feed.push(self.rows().now, Item::Order(view));
                self.input(running, vec![Input::Fact(event)])?;
                let view = self.rows().known(order)?;
                Ok((1, Value::Null, json!(view)))
            }
            What::AcknowledgeAlarm { alarm } => {
                self.alarm_act(running, *alarm, act.revision, AlarmAct::Acknowledge)
            }
            What::ShelveAlarm {
                alarm,
                seconds,
                why,
            } => {
                let until = self.rows().now + Span::seconds(i64::from(*seconds));
                let why = (*why).into();
                self.alarm_act(
                    running,
                    *alarm,
                    act.revision,
                    AlarmAct::Shelve { until, why },
                )
            }
            What::UnshelveAlarm { alarm } => {
                self.alarm_act(running, *alarm, act.revision, AlarmAct::Unshelve)
            }
            What::RequestAccess { zone, .. } => {
                self.access(running, who, (zone, act.revision), AccessAct::Request)
            }
            What::WithdrawAccess { zone } => {
                self.access(running, who, (zone, act.revision), AccessAct::Withdraw)
            }
            _ => self.obey(running, act),
        }
    }

    fn alarm_act(
        &self,
        running: &Loop,
        id: u64,
        seen: u64,
        act: AlarmAct,
    ) -> Result<Changed, Refusal> {
        let before = self.alarm(id, seen)?;
        self.input(running, vec![Input::Fact(Event::Alarm(AlarmId(id), act))])?;
        let view = api::Engine::view(self);
        let now = view.alarms.iter().find(|alarm| alarm.id == id);
        let revision = now.map_or(seen, |alarm| alarm.revision);
        Ok((revision, json!(before), json!(now.map(|alarm| alarm.state))))
    }

    /// The id of a vehicle.
    pub fn vehicle(&self, name: &str) -> Result<VehicleId, Refusal> {
        let mut all = self.plant.vehicles.pairs();
        let unknown = || Refusal::Unknown(Reason::new("vehicle/unknown").arg("name", name));
        all.find(|(_, row)| row.name == name)
            .map(|(v, _)| v)
            .ok_or_else(unknown)
    }

    /// The loop that this shows.
    pub fn looping(&self) -> Result<&Loop, Refusal> {
        let running = self.running.get().map(|(running, _)| &**running);
        running.ok_or_else(|| Refusal::Busy(Reason::new("engine/stopped")))
    }

    /// Its state as the picture shows it, if that is what the caller saw.
    fn alarm(&self, id: u64, seen: u64) -> Result<api::AlarmStands, Refusal> {
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
    fn act(&self, who: &Actor, act: Act) -> Result<Done, Refusal> {
        let Some((running, _)) = self.running.get().filter(|(running, _)| running.runs()) else {
            return Err(Refusal::Busy(Reason::new("engine/stopped")));
        };
        let (revision, from, to) = self.act_on(running, who, &act)?;
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
    fn ahead(&self) -> Option<Arc<dyn api::forecast::Ahead>> {
        let scout = self.ahead.get()?.clone();
        Some(scout)
    }
    fn racks(&self) -> Result<api::racks::RacksView, Refusal> {
        self.racks_now()
    }
    fn slots(&self, aisle: &str) -> Result<Option<api::racks::AisleSlots>, Refusal> {
        self.slots_now(aisle)
    }
    fn promises(&self) -> Option<Arc<dyn api::promise::Promises>> {
        let promises = self.promises.get()?.clone();
        Some(promises)
    }
    fn model(&self) -> Option<Arc<dyn api::model::Model>> {
        let workbench = self.model.get()?.clone();
        Some(workbench)
    }
    fn past(&self) -> Option<Arc<dyn api::past::Past>> {
        let book = self.past.get()?.clone();
        Some(book)
    }
    fn alarm_history(&self) -> api::AlarmHistory {
        held(&self.rows).alarm_history()
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
            latency_p50: self.waits(|waits| waits.lately(Instant::now(), 500)),
            latency_p99: self.waits(|waits| waits.lately(Instant::now(), 990)),
            waiting: running.counters.waiting.load(Ordering::Relaxed),
            links: view.vehicles.len() as u32,
            links_up: view.vehicles.iter().filter(|row| row.link).count() as u32,
            deviations: held(&self.deviations)
                .rows(&self.plant)
                .map(|(name, figure, ratio)| (name, figure, (ratio * 1_000.0) as u32))
                .collect(),
            problems: if stuck {
                vec!["journal/stuck".into()]
            } else {
                Vec::new()
            },
            ..Health::default()
        }
    }
}
