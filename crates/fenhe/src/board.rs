//! What the API shows of a running loop, and how its acts reach it.

use crate::drift::Deviations;
use crate::rows::{Rows, owner};
use fenhe_contract::*;
use fenhe_live::Input;
use fenhe_live::kept::Gauge;
use fenhe_live::run::Running;
use fenhe_plant::Plant;
use fenhe_server as api;
use fenhe_server::{Act, Actor, Done, Feed, Health, Item, Reason, Refusal, Status, View, What};
use serde_json::{Value, json};
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
    deviations: Mutex<Deviations>,
    view: RwLock<Arc<View>>,
    running: OnceLock<(Arc<Loop>, Arc<Gauge>)>,
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
            deviations: Mutex::new(Deviations::new(&plant, true)),
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
        Box::new(move |now, out| {
            held(&board.rows).hear(&board.plant, &board.feed, now, out);
            let mut deviations = held(&board.deviations);
            let told = deviations.hear(&board.plant, now, &out.facts, &out.decided);
            if let Some((running, _)) = board.running.get() {
                for fact in told {
                    running.input(Input::Fact(fact));
                }
            }
        })
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
                .map(|alarm| alarm_view(&plant, &alarm))
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

/// An alarm as the API spells it.
fn alarm_view(plant: &Plant, alarm: &fenhe_control::AlarmView<'_>) -> api::AlarmView {
    api::AlarmView {
        id: alarm.id.0,
        revision: alarm.changed.0.unsigned_abs(),
        code: alarm.point.code.into(),
        object: object(plant, alarm.point.source),
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
            .map(|&source| object(plant, source))
            .collect(),
    }
}

/// Kind and name of what an alarm is about.
fn object(plant: &Plant, source: AlarmSource) -> String {
    match source {
        AlarmSource::Plant => format!("plant {}", plant.name),
        AlarmSource::Vehicle(v) => format!("vehicle {}", plant.vehicles[v].name),
        AlarmSource::Station(s) => format!("station {}", plant.stations[s].name),
        AlarmSource::Buffer(b) => format!("buffer {}", plant.buffers[b].name),
        AlarmSource::Place(place) => format!("buffer {}", owner(plant, place)),
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
