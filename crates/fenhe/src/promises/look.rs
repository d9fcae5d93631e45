//! Paths from the live belief: dates of what is asked for, and how safe what was promised is.

use super::kept::Entry;
use super::{LivePromises, PATHS, QUANTILE, TICK, plan, share};
use crate::ahead::{Instant, Path};
use crate::board::Board;
use crate::rows::Rows;
use fenhe_contract::*;
use fenhe_server::forecast::ShareView;
use fenhe_server::promise::{PromiseState, PromiseView};
use fenhe_study::PingPong;
use fenhe_study::promise::quantile;
use std::sync::Arc;

/// A path goes on by this much at once.
const CHUNK: Span = Span::seconds(1_800);
/// A path looks this much further than the latest date, and as far again as that lies ahead.
const FURTHER: Span = Span::hours(24);

/// Orders that are put into paths, and orders that are followed in them.
struct Course {
    at: Instant,
    /// Not yet released.
    new: Vec<WorkOrder>,
    /// Of each promise, its orders with the pieces that are let in.
    of: Vec<Vec<(OrderId, u32)>>,
    until: Time,
}

impl LivePromises {
    /// Runs the paths of an answer; tells after each pair what is known.
    pub fn look(&self, board: &Arc<Board>, reference: &str) {
        let Some((at, rows)) = board.instant() else {
            // It is still being read what had left before this run of the program: later.
            std::thread::sleep(TICK);
            self.state().jobs.push_back(reference.to_string());
            return;
        };
        let entries = self.state().entries.clone();
        let is = |entry: &&Entry| entry.view.reference == reference;
        let Some(own) = entries.iter().rev().find(is) else {
            return;
        };
        let asked = own.view.asked;
        let course = self.course((at, &rows), &entries, &[own]);
        let (mut dates, mut judges) = (Vec::new(), Vec::new());
        for pair in 0..PATHS {
            let found = (
                self.path(&course, 2 * pair),
                self.path(&course, 2 * pair + 1),
            );
            let (Ok(date), Ok(judge)) = found else { break };
            dates.push(date[0]);
            judges.push(judge[0]);
            let looks = pair + 1 < PATHS;
            // Somebody may have asked anew, or taken it back.
            let same = self.change(reference, |entry| {
                let same = entry.view.asked == asked && entry.open();
                if same {
                    tell(&mut entry.view, (&dates, &judges), looks);
                }
                same
            });
            if same != Some(true) {
                return;
            }
        }
        self.change(reference, |entry| entry.view.looking = false);
    }

    /// How safe everything is that was promised; tells the core of what is at risk, and of what is not any more.
    pub fn watch(&self, board: &Arc<Board>) {
        let held = |entry: &&Entry| {
            use PromiseState::{Confirmed, Quoted};
            matches!(entry.view.state, Confirmed | Quoted)
        };
        let entries = self.state().entries.clone();
        let held: Vec<&Entry> = entries.iter().filter(held).collect();
        let Some((at, rows)) = board.instant().filter(|_| !held.is_empty()) else {
            return;
        };
        let course = self.course((at, &rows), &entries, &held);
        let mut finish = vec![Vec::new(); held.len()];
        for i in 0..PATHS {
            let Ok(found) = self.path(&course, i) else {
                return;
            };
            for (all, one) in finish.iter_mut().zip(found) {
                all.push(one);
            }
            if !self.state().jobs.is_empty() {
                // Somebody waits: the rest the next time.
                self.state().anew = true;
                break;
            }
        }
        for (entry, finish) in held.into_iter().zip(&finish) {
            self.judged(board, &rows, entry, finish);
        }
    }

    fn judged(&self, board: &Board, rows: &Rows, entry: &Entry, finish: &[Option<Time>]) {
        let Some(now) = share(finish, entry.date()) else {
            return;
        };
        let (quantile, said) = (entry.view.quantile, entry.view.probability);
        let risk = below(now, quantile, said.map(|said| said.low));
        let told = self.change(&entry.view.reference, |entry| {
            let before = entry.view.at_risk;
            // Neither raised nor over on a doubtful figure.
            let risk = risk || (before && now.high < quantile);
            (entry.view.now, entry.view.at_risk) = (Some(now), risk);
            (before != risk && entry.view.state == PromiseState::Confirmed).then_some(risk)
        });
        if let (Some(Some(risk)), Some(order)) = (told, entry.alarm(rows)) {
            board.tell_fact(Event::Trouble(Trouble::PromiseAtRisk(order), risk));
        }
    }

    /// What is quoted goes in, and what is followed if it is not released yet.
    fn course(&self, (at, rows): (Instant, &Rows), all: &[Entry], followed: &[&Entry]) -> Course {
        let mut serial = at.core.newest_order().0;
        serial = serial.max(rows.orders.last_key_value().map_or(0, |(&id, _)| id));
        let listed = self.plant.orders.iter().map(|(_, order)| order.order.0);
        serial = serial.max(listed.max().unwrap_or(0));
        let mut new = Vec::new();
        let mut put = |entry: &Entry| -> Vec<(OrderId, u32)> {
            let mut own = Vec::new();
            for part in &entry.parts {
                let mut products = self.plant.products.pairs();
                let Some((product, _)) = products.find(|(_, row)| row.name == part.product) else {
                    continue;
                };
                serial += 1;
                own.push((OrderId(serial), part.pieces));
                new.push(WorkOrder {
                    order: OrderId(serial),
                    product,
                    quantity: part.pieces,
                    due: entry.date(),
                });
            }
            own
        };
        let known = |entry: &Entry| -> Vec<(OrderId, u32)> {
            let parts = entry.parts.iter();
            let known =
                parts.filter_map(|part| Some((rows.order(&part.reference)?.0, part.pieces)));
            known.collect()
        };
        let of = followed.iter().map(|entry| match entry.view.state {
            PromiseState::Confirmed => known(entry),
            _ => put(entry),
        });
        let of: Vec<_> = of.collect();
        let same = |one: &Entry| {
            followed
                .iter()
                .any(|f| f.view.reference == one.view.reference)
        };
        for entry in all {
            if entry.view.state == PromiseState::Quoted && !same(entry) {
                put(entry);
            }
        }
        // As they would be let in: where nothing holds them back, who comes first goes first.
        new.sort_by_key(|order: &WorkOrder| (order.due, order.order));
        let last = followed.iter().map(|entry| entry.date()).max();
        let ahead = last.map_or(Span::ZERO, |last| Span((last - at.now).0.max(0)));
        Course {
            until: at.now + ahead + ahead + FURTHER,
            at,
            new,
            of,
        }
    }

    /// One path: when each promise that is followed was done.
    fn path(&self, course: &Course, i: u32) -> Result<Vec<Option<Time>>, PingPong> {
        let now = course.at.now;
        let mut path = Path::new(&self.plant, &course.at, (i, course.until - now), false);
        for order in &course.new {
            path.tell(now, &Event::Order(*order))?;
        }
        let mut to = now;
        loop {
            let done = |of: &Vec<(OrderId, u32)>| -> Option<Time> {
                let mut of = of.iter();
                let first = path.finished(*of.next()?, to)?;
                of.try_fold(first, |last, order| {
                    Some(last.max(path.finished(*order, to)?))
                })
            };
            let found: Vec<Option<Time>> = course.of.iter().map(done).collect();
            if to >= course.until || found.iter().all(Option::is_some) {
                return Ok(found);
            }
            to = (to + CHUNK).min(course.until);
            path.on(to)?;
            std::thread::yield_now();
        }
    }
}

/// Beyond doubt less than was promised, and less than was said: a date chosen by a few paths is itself uncertain.
pub fn below(now: ShareView, promised: f64, said: Option<f64>) -> bool {
    now.high < promised && said.is_none_or(|low| now.share < low)
}

/// What so many paths say: half of them give the date, the other half say how often it is kept.
fn tell(view: &mut PromiseView, (dates, judges): (&[Option<Time>], &[Option<Time>]), looks: bool) {
    view.looking = looks;
    let Some(full) = quantile(dates, Share(QUANTILE * 10_000_000)) else {
        return;
    };
    // What is reserved or released keeps its date.
    if view.state == PromiseState::Inquiry {
        plan::moves(view, full);
    }
    view.probability = view.full.and_then(|full| share(judges, full));
    view.by_due = view.due.and_then(|due| share(judges, due));
}
