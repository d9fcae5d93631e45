//! What is to come: look-ahead from the live belief on a thread of its own that gives way to all others. It
//! looks at the main loop once a forecast, to copy the core.
//!
//! ```text
//!   look: core, rows, ledger --> path 1, facts kept --> ghosts   (a reel like that of the past)
//!                           +--> paths 2 .. n ---------> dates, rates
//!   price: pairs of paths with the same luck, one of them with the act
//! ```

mod path;
mod price;
mod sum;
#[cfg(test)]
mod trial;

use crate::board::Board;
use crate::ledger::Ledger;
use crate::orders;
use crate::past::picture::Picture;
use crate::past::reel::{Reel, Start};
use crate::rows::Rows;
use fenhe_contract::*;
use fenhe_plant::{Plant, moment};
use fenhe_server as api;
use fenhe_server::forecast::*;
use fenhe_server::past::{FEED_LONGEST, Window};
use fenhe_server::{Numbered, Reason, Refusal, View};
use path::{Counts, List};
pub use path::{Instant, Path};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant as Moment};
pub use sum::wilson;
use sum::{Open, Outcome};

/// How far a forecast looks.
pub const HORIZON: Span = Span::hours(8);
/// A path goes on by this much at once; requests wait no longer.
const CHUNK: Span = Span::seconds(600);
/// Prices that may wait.
const WAITING: usize = 4;
/// Longest wait for a price.
const PATIENCE: Duration = Duration::from_secs(28);
/// Nobody has asked for so long: no new forecast is made.
const ASKED: Duration = Duration::from_secs(120);
/// A forecast is not begun anew sooner than this after the last.
const SOONEST: Duration = Duration::from_secs(2);

/// How forecasts are made.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Paths wanted.
    pub paths: u32,
    /// A new one so often, while somebody asks.
    pub every: Duration,
}

/// The thread that looks ahead, seen from requests.
pub struct Scout {
    shared: Arc<Shared>,
    prices: SyncSender<Job>,
}

type Job = Box<dyn FnOnce(&Worker) + Send>;

struct Shared {
    view: RwLock<Arc<ForecastView>>,
    asked: Mutex<Option<Moment>>,
    anew: AtomicBool,
    ghost: Mutex<Option<Ghost>>,
}

/// The first path, to be looked at.
struct Ghost {
    reel: Reel<List>,
    bounds: (Time, Time),
}

struct Worker {
    board: Weak<Board>,
    plant: Arc<Plant>,
    mode: api::Mode,
    settings: Settings,
    shared: Arc<Shared>,
}

/// What a forecast starts from.
pub struct Begin {
    pub at: Instant,
    pub rows: Rows,
    pub open: Vec<Open>,
}

impl Begin {
    /// With the orders that are open at that instant.
    fn of(plant: &Plant, at: Instant, rows: Rows) -> Begin {
        let epoch = moment::parse(&plant.epoch).unwrap_or(0);
        let open = |row: &&api::OrderView| {
            let wanted = row.quantity.saturating_sub(row.cancelled);
            let over = at.ledger.finished(OrderId(row.serial), wanted, at.now);
            wanted > 0 && over.is_none()
        };
        let due = |due: &str| moment::parse(due).map(|at| Time(at - epoch));
        let open = rows.orders.values().filter(open).map(|row| Open {
            view: row.clone(),
            due: row.due.as_deref().and_then(due),
        });
        let open = open.collect();
        Begin { at, rows, open }
    }

    /// What a path came to that ended then, and its facts if they were kept.
    fn outcome(&self, path: Path, end: Time) -> (Outcome, List) {
        let (counts, ledger, list) = path.found();
        let finish = self.finished(&ledger, end);
        (Outcome { counts, finish }, list)
    }

    /// When each open order's last piece had left by then, by a ledger of that time.
    fn finished(&self, ledger: &Ledger, end: Time) -> Vec<Option<Time>> {
        let finish = |open: &Open| ledger.finished(OrderId(open.view.serial), open.wanted(), end);
        self.open.iter().map(finish).collect()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scout {
    /// For a board.
    pub fn start(board: &Arc<Board>, mode: api::Mode, settings: Settings) -> Arc<Scout> {
        let (prices, wanted) = sync_channel(WAITING);
        let empty = ForecastView {
            as_of: Time::ZERO,
            seq: 0,
            horizon_us: HORIZON,
            status: ForecastStatus::None,
            n: 0,
            wanted: settings.paths,
            reached: Time::ZERO,
            first_path_ms: None,
            fan: false,
            orders: Vec::new(),
            output: Vec::new(),
        };
        let shared = Arc::new(Shared {
            view: RwLock::new(Arc::new(empty)),
            asked: Mutex::new(None),
            anew: AtomicBool::new(false),
            ghost: Mutex::new(None),
        });
        let worker = Worker {
            board: Arc::downgrade(board),
            plant: api::Engine::plant(&**board),
            mode,
            settings,
            shared: shared.clone(),
        };
        let thread = std::thread::Builder::new().name("forecast".into());
        let _ = thread.spawn(move || {
            give_way();
            worker.run(&wanted);
        });
        Arc::new(Scout { shared, prices })
    }
}

/// All other threads go before this one.
pub fn give_way() {
    // Where that is refused it works beside them.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}

impl Shared {
    fn set(&self, change: impl FnOnce(&mut ForecastView)) {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut view));
    }
    fn view(&self) -> Arc<ForecastView> {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        view.clone()
    }
}

impl Worker {
    fn run(&self, jobs: &Receiver<Job>) {
        let mut begun: Option<Moment> = None;
        loop {
            match jobs.recv_timeout(Duration::from_millis(100)) {
                Ok(job) => job(self),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let old = begun.is_none_or(|begun| begun.elapsed() > self.settings.every);
            let asked = held(&self.shared.asked).is_some_and(|at| at.elapsed() < ASKED);
            let wanted = self.shared.anew.swap(false, Ordering::Relaxed);
            let soon = begun.is_some_and(|begun| begun.elapsed() < SOONEST);
            if (wanted && !soon) || (old && asked) {
                let Some(begin) = self.begin() else { continue };
                begun = Some(Moment::now());
                if !self.forecast(&begin, jobs) {
                    return;
                }
            }
        }
    }

    /// A copy of the core between two steps, with the picture that belongs to it.
    fn begin(&self) -> Option<Begin> {
        let (at, rows) = self.board.upgrade()?.instant()?;
        Some(Begin::of(&self.plant, at, rows))
    }

    /// Makes all paths. `false`: nobody is there any more.
    fn forecast(&self, begin: &Begin, jobs: &Receiver<Job>) -> bool {
        let (from, end) = (begin.at.now, begin.at.now + HORIZON);
        let mut outcomes = Vec::new();
        let first = Moment::now();
        self.shared.set(|view| {
            (view.status, view.reached) = (ForecastStatus::First, from);
        });
        for i in 0..self.settings.paths {
            let mut path = Path::new(&self.plant, &begin.at, (i, HORIZON), i == 0);
            let mut to = from;
            while to < end {
                to = (to + CHUNK).min(end);
                if path.on(to).is_err() {
                    self.shared.set(|view| view.status = ForecastStatus::Failed);
                    return true;
                }
                self.shared.set(|view| view.reached = to);
                std::thread::yield_now();
                match jobs.try_recv() {
                    Ok(job) => job(self),
                    Err(std::sync::mpsc::TryRecvError::Disconnected) => return false,
                    Err(std::sync::mpsc::TryRecvError::Empty) => {}
                }
                if i > 0 && self.shared.anew.load(Ordering::Relaxed) {
                    return true;
                }
            }
            let (outcome, list) = begin.outcome(path, end);
            outcomes.push(outcome);
            let took = (i == 0).then(|| first.elapsed().as_millis() as u64);
            if i == 0 {
                let reel = self.reel(begin, list);
                *held(&self.shared.ghost) = Some(Ghost {
                    reel,
                    bounds: (from, end),
                });
            }
            self.tell(begin, &outcomes, took);
        }
        true
    }

    fn reel(&self, begin: &Begin, list: List) -> Reel<List> {
        let (plant, mode, rows) = (self.plant.clone(), self.mode, begin.rows.clone());
        let make = move |start: Start| {
            Picture::believed(&plant, start, rows.clone(), (mode, Span::seconds(1)))
        };
        let mut reel = Reel::new(list, Box::new(make));
        let (core, rows) = (begin.at.core.clone(), begin.rows.clone());
        let how = (self.mode, Span::seconds(1));
        reel.keep(
            0,
            Picture::at(&self.plant, (core, rows, Default::default()), how),
        );
        reel
    }

    fn tell(&self, begin: &Begin, outcomes: &[Outcome], took: Option<u64>) {
        let end = begin.at.now + HORIZON;
        let order = |(i, open): (usize, &Open)| {
            let finish = outcomes.iter().map(|path| path.finish[i]).collect();
            sum::order(open, finish, end)
        };
        let orders = begin.open.iter().enumerate().map(order).collect();
        let counts: Vec<&Counts> = outcomes.iter().map(|path| &path.counts).collect();
        let output = sum::output(&self.plant, begin.at.now, HORIZON, &counts);
        let n = outcomes.len() as u32;
        self.shared.set(|view| {
            (view.as_of, view.seq, view.n) = (begin.at.now, begin.at.seq, n);
            view.status = match n < self.settings.paths {
                true => ForecastStatus::Refining,
                false => ForecastStatus::Ready,
            };
            view.first_path_ms = took.or(view.first_path_ms);
            view.fan = n >= FAN;
            (view.orders, view.output) = (orders, output);
        });
    }
}

fn outside((from, to): (Time, Time)) -> Refusal {
    let reason = Reason::new("forecast/outside").arg("from", from.0);
    Refusal::Unknown(reason.arg("to", to.0).at("at"))
}

impl Scout {
    fn ghost<T>(&self, look: impl FnOnce(&mut Ghost) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut ghost = held(&self.shared.ghost);
        let none = || Refusal::Unknown(Reason::new("forecast/early"));
        look(ghost.as_mut().ok_or_else(none)?)
    }
}

impl Ahead for Scout {
    fn forecast(&self) -> ForecastView {
        *held(&self.shared.asked) = Some(Moment::now());
        (*self.shared.view()).clone()
    }

    fn anew(&self) -> Result<ForecastView, Refusal> {
        if self.shared.view().status != ForecastStatus::First {
            self.shared.anew.store(true, Ordering::Relaxed);
        }
        Ok(self.forecast())
    }

    fn view(&self, at: Time) -> Result<View, Refusal> {
        self.ghost(|ghost| {
            let (from, to) = ghost.bounds;
            let found = match (from..=to).contains(&at) {
                true => ghost.reel.at(at).unwrap_or_else(|never| match never {}),
                false => None,
            };
            let mut picture = found.ok_or_else(|| outside(ghost.bounds))?;
            Ok(picture.view(at))
        })
    }

    fn feed(&self, window: Window) -> Result<Vec<Numbered>, Refusal> {
        self.ghost(|ghost| {
            let (from, to) = ghost.bounds;
            let begin = window.from.unwrap_or(from);
            let asked = Window {
                from: Some(begin),
                until: window.until.or(Some((begin + FEED_LONGEST).min(to))),
            };
            let window = asked.within((from, to), FEED_LONGEST)?;
            if begin < from || begin > to {
                return Err(outside(ghost.bounds));
            }
            Ok(ghost
                .reel
                .feed(window)
                .unwrap_or_else(|never| match never {}))
        })
    }

    fn price(&self, asked: &PriceAsked) -> Result<PriceView, Refusal> {
        let (tx, rx) = channel();
        let asked = asked.clone();
        let job: Job = Box::new(move |worker| {
            // Whoever asked may have gone.
            let _ = tx.send(worker.price(&asked));
        });
        let busy = || Refusal::Busy(Reason::new("history/busy"));
        match self.prices.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(busy()),
            Err(TrySendError::Disconnected(_)) => {
                return Err(Refusal::Busy(Reason::new("engine/stopped")));
            }
        }
        rx.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(busy()))
    }
}

/// The order's own serial and number of pieces, as a fact.
pub fn released(
    plant: &Plant,
    rows: &Rows,
    new: &api::NewOrder,
    newest: OrderId,
) -> Result<(Event, Open), Refusal> {
    let (event, _) = rows.clone().release(plant, new, Some(newest))?;
    let Event::Order(order) = event else {
        return Err(Refusal::Invalid(Reason::new("forecast/act")));
    };
    let open = Open {
        view: api::OrderView {
            reference: new.reference.clone(),
            ..orders::fresh(plant, &order)
        },
        due: Some(order.due),
    };
    Ok((Event::Order(order), open))
}
