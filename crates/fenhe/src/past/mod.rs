//! The past of a running plant, read from its journal on a thread of its own: it never waits for the main loop,
//! nor that for it.
//!
//! ```text
//!   requests --bounded queue--> thread "history" --own connection--> journal
//!                                   |  reel: nearest picture or snapshot, then facts through a core
//!                                   +- index: one walk over all facts, for marks and time lines
//! ```

mod index;
mod kept;
mod lines;
mod lots;
pub mod picture;
pub mod reel;
mod walk;

use crate::board::Board;
use crate::ledger::Ledger;
use crate::rows::Rows;
use fenhe_contract::*;
use fenhe_journal::Error;
use fenhe_plant::Plant;
use fenhe_server as api;
use fenhe_server::lots::{LotTrace, LotsAsked, LotsView};
use fenhe_server::past::*;
use fenhe_server::{Item, Numbered, OrderView, Reason, Refusal, View};
use kept::Kept;
use picture::Picture;
use reel::{Reel, Start};
use std::collections::BTreeMap;
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel,
};
use std::sync::{Arc, Weak};
use std::time::Duration;
use walk::Walk;

/// Requests that may wait.
const WAITING: usize = 16;
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(25);
/// A request may walk on for so long before it answers with what there is.
const WALKS: Duration = Duration::from_millis(300);
/// Marks given at once.
const MARKS: usize = 2_000;

/// How the wall's clock shows in the plant's time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How often the live picture looks at the loop.
    pub every: Span,
    /// By how much a fact may be heard later than one of what followed it.
    pub late: Span,
}

/// The thread that reads, seen from requests.
pub struct Book {
    jobs: SyncSender<Job>,
}

type Job = Box<dyn FnOnce(&mut Reader) + Send>;

/// What the thread has.
struct Reader {
    plant: Arc<Plant>,
    board: Weak<Board>,
    reel: Reel<Kept>,
    walk: Walk,
}

fn fault(why: &Error) -> Refusal {
    Refusal::Busy(Reason::new("history/journal").arg("why", format!("{why:?}")))
}

impl Book {
    /// Of the journal that a controller writes. `begun`: what had left before the journal began.
    pub fn open(
        address: &str,
        board: &Arc<Board>,
        mode: api::Mode,
        (pace, begun): (Pace, Ledger),
    ) -> Arc<Book> {
        let (jobs, wanted) = sync_channel(WAITING);
        let plant = api::Engine::plant(&**board);
        let (weak, model, address) = (Arc::downgrade(board), plant.clone(), address.to_string());
        let make = move |start: Start| {
            let rows = Rows::new(&plant, mode);
            Picture::believed(&plant, start, rows, (mode, pace.every))
        };
        let work = move || {
            let kept = || Kept::new(&address, &model, begun.clone());
            let mut reader = Reader {
                walk: Walk::new(kept(), (&model, pace.late), Box::new(make.clone())),
                reel: Reel::new(kept(), Box::new(make)),
                plant: model,
                board: weak,
            };
            reader.run(&wanted);
        };
        let thread = std::thread::Builder::new().name("history".into());
        let _ = thread.spawn(work);
        Arc::new(Book { jobs })
    }

    /// Tells the ledger as it was after an entry, once that has been walked to.
    pub fn ledger_at(&self, seq: u64, tell: impl FnOnce(Ledger) + Send + 'static) {
        let tell = Box::new(tell);
        let job: Job = Box::new(move |reader| reader.walk.ledger_at(seq, tell));
        let _ = self.jobs.send(job);
    }

    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Reader) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (tx, rx) = channel();
        let job: Job = Box::new(move |reader| {
            // Whoever asked may have gone.
            let _ = tx.send(work(reader));
        });
        let busy = || Refusal::Busy(Reason::new("history/busy"));
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(busy()),
            Err(TrySendError::Disconnected(_)) => {
                return Err(Refusal::Busy(Reason::new("engine/stopped")));
            }
        }
        rx.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(busy()))
    }
}

impl Reader {
    fn run(&mut self, jobs: &Receiver<Job>) {
        loop {
            let wait = match self.walk.behind() {
                true => Duration::ZERO,
                false => Duration::from_secs(1),
            };
            match jobs.recv_timeout(wait) {
                Ok(job) => job(self),
                Err(RecvTimeoutError::Timeout) => self.walk.on(Duration::from_millis(20)),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn bounds(&mut self) -> Result<(Time, Time), Refusal> {
        let kept = &mut self.reel.facts;
        let (first, last) = kept.range().map_err(|why| fault(&why))?;
        if first > last {
            return Ok((Time::ZERO, Time::ZERO));
        }
        let mut time = |seq| kept.time(seq).map_err(|why| fault(&why));
        Ok((time(first)?, time(last)?))
    }

    fn history(&mut self, window: Window) -> Result<HistoryView, Refusal> {
        let bounds = self.bounds()?;
        let (from, until) = window.within(bounds, Span(i64::MAX))?;
        self.walk.catch_up(WALKS);
        let index = self.walk.index();
        let within = |mark: &&Mark| mark.at <= until && mark.until.is_none_or(|over| over >= from);
        let all = index.map_or(&[][..], |index| &index.marks);
        let mut marks: Vec<Mark> = all
            .iter()
            .rev()
            .filter(within)
            .take(MARKS + 1)
            .cloned()
            .collect();
        let more = marks.len() > MARKS;
        marks.truncate(MARKS);
        marks.reverse();
        for mark in marks.iter_mut().filter(|mark| mark.kind == MarkKind::Order) {
            if let Some(name) = self.reference(mark.id) {
                mark.object = format!("order {name}");
            }
        }
        Ok(HistoryView {
            from: bounds.0,
            to: bounds.1,
            seen: self.walk.to().map_or(bounds.0, |to| to.min(bounds.1)),
            marks,
            more,
        })
    }

    /// Under which reference an order is known.
    fn reference(&self, serial: u64) -> Option<String> {
        let board = self.board.upgrade()?;
        let row = board.rows().orders.get(&serial)?.reference.clone();
        Some(row)
    }

    /// What can be shown reaches to now: the last fact may be a while ago.
    fn inside(&mut self, at: Time) -> Result<(), Refusal> {
        let (from, to) = self.bounds()?;
        let live = self.board.upgrade().map_or(to, |board| board.rows().now);
        let to = to.max(live);
        match (from..=to).contains(&at) {
            true => Ok(()),
            false => {
                let reason = Reason::new("history/outside").arg("from", from.0);
                Err(Refusal::Unknown(reason.arg("to", to.0).at("at")))
            }
        }
    }

    fn view(&mut self, at: Time) -> Result<View, Refusal> {
        self.inside(at)?;
        let found = self.reel.at(at).map_err(|why| fault(&why))?;
        let outside = || Refusal::Unknown(Reason::new("history/none"));
        let mut view = found.ok_or_else(outside)?.view(at);
        // What the core had forgotten by then: orders that were all in, and what had left of each.
        self.walk.catch_up(WALKS);
        let known: Vec<u64> = self.walk.index().map_or_else(Vec::new, |index| {
            let orders = index.orders.iter();
            let known = orders.filter(|(_, row)| row.released.is_none_or(|then| then <= at));
            known.map(|(&serial, _)| serial).collect()
        });
        let mut rows: BTreeMap<u64, OrderView> = view
            .orders
            .into_iter()
            .map(|row| (row.serial, row))
            .collect();
        for serial in known {
            let whole = || {
                self.walk
                    .index()?
                    .orders
                    .get(&serial)
                    .map(|row| row.view.clone())
            };
            if let Some(whole) = whole() {
                rows.entry(serial).or_insert(OrderView {
                    revision: 0,
                    ..whole
                });
            }
        }
        view.orders = rows.into_values().collect();
        for row in &mut view.orders {
            self.books(at, row);
        }
        Ok(view)
    }

    /// An order as it was then, by its reference.
    fn books(&self, at: Time, row: &mut OrderView) {
        if let Some(name) = self.reference(row.serial) {
            row.reference = name;
        }
        let order = self
            .walk
            .index()
            .and_then(|index| index.orders.get(&row.serial));
        if let Some(order) = order {
            let after = order.points.partition_point(|point| point.at <= at);
            let point = order.points[..after].last();
            row.done = point.map_or(0, |point| point.done);
            row.entered = row.entered.max(point.map_or(0, |point| point.entered));
        }
    }

    fn feed(&mut self, window: Window) -> Result<Vec<Numbered>, Refusal> {
        let bounds = self.bounds()?;
        let asked = Window {
            from: window
                .from
                .or(Some((bounds.1 - FEED_LONGEST).max(bounds.0))),
            until: window.until,
        };
        let window = asked.within(bounds, FEED_LONGEST)?;
        self.inside(window.0)?;
        let mut items = self.reel.feed(window).map_err(|why| fault(&why))?;
        self.walk.catch_up(WALKS);
        for item in &mut items {
            if let Item::Order(row) = &mut item.item {
                self.books(item.at, row);
            }
        }
        Ok(items)
    }

    fn lines(&mut self, window: Window, of: &LinesOf) -> Result<TimeLines, Refusal> {
        let window = self.walked(window)?;
        let Some(index) = self.walk.index() else {
            return Err(Refusal::Unknown(Reason::new("history/none")));
        };
        lines::lines(&self.plant, index, window, of)
    }

    fn orders(&mut self, window: Window) -> Result<OrderLines, Refusal> {
        let window = self.walked(window)?;
        let Some(index) = self.walk.index() else {
            return Err(Refusal::Unknown(Reason::new("history/none")));
        };
        lines::orders(index, window, |serial| self.reference(serial))
    }

    fn lots<T>(
        &mut self,
        of: impl FnOnce(&lots::Lots, &Plant, Time) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.walk.catch_up(WALKS);
        let none = || Refusal::Unknown(Reason::new("history/none"));
        let (lots, seen) = self.walk.lots().zip(self.walk.to()).ok_or_else(none)?;
        of(lots, &self.plant, seen)
    }

    /// A window within what has been walked over.
    fn walked(&mut self, window: Window) -> Result<(Time, Time), Refusal> {
        self.walk.catch_up(WALKS);
        let none = || Refusal::Unknown(Reason::new("history/none"));
        let bounds = self.walk.index().map(|index| (index.from, index.to));
        let (from, to) = bounds.ok_or_else(none)?;
        let open = Window {
            // Without a begin: as long as may be.
            from: window.from.or(Some(
                (window.until.unwrap_or(to).min(to) - LINES_LONGEST).max(from),
            )),
            until: window.until,
        };
        open.within((from, to), LINES_LONGEST)
    }
}

impl Past for Book {
    fn history(&self, window: Window) -> Result<HistoryView, Refusal> {
        self.ask(move |reader| reader.history(window))
    }
    fn view(&self, at: Time) -> Result<View, Refusal> {
        self.ask(move |reader| reader.view(at))
    }
    fn feed(&self, window: Window) -> Result<Vec<Numbered>, Refusal> {
        self.ask(move |reader| reader.feed(window))
    }
    fn lines(&self, window: Window, of: LinesOf) -> Result<TimeLines, Refusal> {
        self.ask(move |reader| reader.lines(window, &of))
    }
    fn orders(&self, window: Window) -> Result<OrderLines, Refusal> {
        self.ask(move |reader| reader.orders(window))
    }
    fn lots(&self, asked: LotsAsked) -> Result<LotsView, Refusal> {
        self.ask(move |reader| reader.lots(|lots, plant, seen| lots.list(plant, seen, &asked)))
    }
    fn lot(&self, id: String, depth: u32) -> Result<LotTrace, Refusal> {
        self.ask(move |reader| reader.lots(|lots, plant, seen| lots.trace(plant, seen, &id, depth)))
    }
}
