//! The plan's answer: open orders as far as they are still to be made, then what is quoted, then the new one.

use super::kept::{Entry, Part};
use super::{INQUIRIES, LivePromises, QUANTILE, State, WAITING};
use crate::rows::Rows;
use fenhe_contract::*;
use fenhe_planner::promise::{Book, Capacity, Demand, Part as Lots, names};
use fenhe_plant::{Plant, asks, moment};
use fenhe_server::promise::*;
use fenhe_server::{OrderView, Reason, Refusal};
use fenhe_study::promise::{Ask, Fault, Planned, moved, plan, resource};
use std::time::{Duration, Instant as Moment};

/// A plan of what is promised is good for so long.
const GOOD: Duration = Duration::from_secs(60);

/// The plan of what is promised, for a new order to be put in.
pub struct Base {
    /// Orders and quotes in it.
    of: Vec<String>,
    made: Moment,
    book: Book,
}

impl LivePromises {
    /// Answers with the plan's date; the paths are run afterwards.
    pub fn asked(&self, asked: &PromiseAsked) -> Result<PromiseView, Refusal> {
        let board = self.board()?;
        let unknown = || Reason::new("product/unknown").arg("name", &asked.product);
        let of = asks::product(&self.plant, &asked.product);
        let of = of.ok_or_else(|| Refusal::Unknown(unknown().at("product")))?;
        let quantity = asks::quantity(&asked.quantity);
        let weighed = || asks::weighed(&self.plant, &of);
        let fits = |quantity: &fenhe_plant::Quantity| {
            !matches!(quantity, fenhe_plant::Quantity::Weight(_)) || weighed()
        };
        let quantity = quantity.filter(fits).ok_or_else(|| {
            let reason = Reason::new("promise/quantity").arg("value", &asked.quantity);
            Refusal::Invalid(reason.arg("name", &asked.product).at("quantity"))
        })?;
        let epoch = moment::parse(&self.plant.epoch).unwrap_or(0);
        let due = asked.due.as_deref().and_then(moment::parse);
        let due = due.map(|due| Time(due - epoch));
        let rows = board.rows().clone();
        let now = rows.now;
        let mut state = self.state();
        state.admits(&rows, &asked.reference)?;
        let mut book = state.base(&self.plant, &rows);
        let ask = Ask {
            of,
            quantity,
            from: now,
        };
        let planned = plan(&self.plant, &mut book, &ask);
        let planned = planned.map_err(|fault| cannot(&self.plant, &fault))?;
        let entry = entry(&self.plant, &book, (asked, due), &planned);
        let view = entry.view.clone();
        state
            .entries
            .retain(|old| old.view.reference != view.reference);
        state.entries.push(entry);
        state.forget();
        state.jobs.push_back(view.reference.clone());
        self.keep(&mut state);
        drop(state);
        self.news.notify_one();
        self.written().map(|()| view)
    }
}

impl State {
    /// A reference is free, and not too many wait.
    fn admits(&mut self, rows: &Rows, reference: &str) -> Result<(), Refusal> {
        use PromiseState::{Expired, Inquiry, Withdrawn};
        let taken =
            |code| Refusal::Conflict(Reason::new(code).arg("name", reference).at("reference"));
        let state = self.find(reference).map(|entry| entry.view.state);
        if state.is_some_and(|state| !matches!(state, Inquiry | Expired | Withdrawn)) {
            return Err(taken("promise/exists"));
        }
        if rows.order(reference).is_some() {
            return Err(taken("order/exists"));
        }
        match self.jobs.len() < WAITING {
            true => Ok(()),
            false => Err(Refusal::Busy(Reason::new("history/busy"))),
        }
    }

    /// The oldest inquiries go.
    fn forget(&mut self) {
        let is = |entry: &Entry| {
            use PromiseState::{Expired, Inquiry, Withdrawn};
            matches!(entry.view.state, Inquiry | Expired | Withdrawn)
        };
        let many = self.entries.iter().filter(|entry| is(entry)).count();
        let mut extra = many.saturating_sub(INQUIRIES);
        self.entries.retain(|entry| {
            let goes = extra > 0 && is(entry);
            extra -= usize::from(goes);
            !goes
        });
    }

    /// The plan of what is promised, made anew if something was added or it is old.
    fn base(&mut self, plant: &Plant, rows: &Rows) -> Book {
        let mut open: Vec<&OrderView> = rows.orders.values().filter(|row| left(row) > 0).collect();
        open.sort_by_key(|row| (row.due.clone().unwrap_or_else(|| "~".into()), row.serial));
        let quoted = |entry: &&Entry| entry.view.state == PromiseState::Quoted;
        let quotes: Vec<&Entry> = self.entries.iter().filter(quoted).collect();
        let names = open.iter().map(|row| row.reference.clone());
        let of: Vec<String> = names
            .chain(quotes.iter().map(|e| e.view.reference.clone()))
            .collect();
        let good = |base: &&Base| base.of == of && base.made.elapsed() < GOOD;
        if let Some(base) = self.base.as_ref().filter(good) {
            return base.book.clone();
        }
        let mut book = Book::new(Capacity::new(plant));
        for row in open {
            put(plant, &mut book, (&row.product, left(row)), rows.now);
        }
        for part in quotes.iter().flat_map(|entry| &entry.parts) {
            put(plant, &mut book, (&part.product, part.pieces), rows.now);
        }
        self.base = Some(Base {
            of,
            made: Moment::now(),
            book: book.clone(),
        });
        book
    }
}

/// Pieces that have not left yet. What is inside counts as if it were at its begin: the plan is late by no more than that.
fn left(row: &OrderView) -> u32 {
    let wanted = row.quantity.saturating_sub(row.cancelled);
    wanted.saturating_sub(row.done)
}

/// Plans pieces of a product that is made for orders; others hold nothing.
fn put(plant: &Plant, book: &mut Book, (product, pieces): (&str, u32), from: Time) {
    let mut products = plant.products.pairs();
    let found = products.find(|(_, row)| row.name == product);
    let route = found.and_then(|(id, _)| book.capacity().route(plant, id));
    if let Some(route) = route {
        let lots = pieces.div_ceil(route.lot.max(1));
        let part = Lots {
            route,
            lots,
            enough: lots,
        };
        book.put(&Demand {
            parts: vec![part],
            from,
        });
    }
}

fn cannot(plant: &Plant, fault: &Fault) -> Refusal {
    let (why, product) = crate::promise::cannot(fault);
    let name = &plant.products[product].name;
    let reason = Reason::new("promise/ask").arg("name", name);
    Refusal::Conflict(
        reason
            .arg("why", why.text(fenhe_messages::Lang::En))
            .at("product"),
    )
}

/// What was asked for with the plan's answer.
fn entry(
    plant: &Plant,
    book: &Book,
    (asked, due): (&PromiseAsked, Option<Time>),
    planned: &Planned,
) -> Entry {
    let mut parts: Vec<Part> = Vec::new();
    for row in &planned.wanted.rows {
        let name = &plant.products[row.product].name;
        match parts.iter_mut().find(|part| part.product == *name) {
            Some(part) => part.pieces += row.pieces,
            None => parts.push(Part {
                product: name.clone(),
                pieces: row.pieces,
                reference: String::new(),
            }),
        }
    }
    let alone = parts.len() == 1;
    for part in &mut parts {
        part.reference = match alone {
            true => asked.reference.clone(),
            false => format!("{}/{}", asked.reference, part.product),
        };
    }
    let view = PromiseView {
        reference: asked.reference.clone(),
        product: asked.product.clone(),
        quantity: asked.quantity.clone(),
        state: PromiseState::Inquiry,
        until: None,
        asked: planned.demand.from,
        due,
        plan: planned.dates.full(),
        full: None,
        quantile: f64::from(QUANTILE) / 100.0,
        partial: partial(planned),
        probability: None,
        by_due: None,
        looking: true,
        binding: binding(plant, book, planned),
        alternatives: alternatives(plant, book, planned, due),
        now: None,
        at_risk: false,
        done: None,
        orders: Vec::new(),
    };
    Entry { view, parts }
}

fn partial(planned: &Planned) -> Vec<PartialView> {
    let part = |percent: u32| PartialView {
        share: f64::from(percent) / 100.0,
        at: planned.dates.partial(Share(percent * 10_000_000)),
    };
    [25, 50, 75].map(part).to_vec()
}

/// The plan's partial dates, moved as the promised date is against the plan's.
pub fn moves(view: &mut PromiseView, full: Time) {
    let (from, plan, before) = (view.asked, view.plan, view.full.unwrap_or(view.plan));
    for part in &mut view.partial {
        let own = moved(part.at, from, (before, plan));
        part.at = moved(own, from, (plan, full));
    }
    view.full = Some(full);
}

fn binding(plant: &Plant, book: &Book, planned: &Planned) -> Option<BindingView> {
    let &(group, gain) = planned.binding.first()?;
    let held = resource(book, group);
    let (name, stations) = names(plant, held);
    Some(BindingView {
        kind: held.kind().into(),
        name,
        stations,
        gain,
    })
}

fn alternatives(
    plant: &Plant,
    book: &Book,
    planned: &Planned,
    due: Option<Time>,
) -> Vec<AlternativeView> {
    let dates = &planned.dates;
    let more = |&(group, gain): &(u32, Span)| AlternativeView::OneMoreServer {
        name: names(plant, resource(book, group)).0,
        at: dates.full() - gain,
    };
    let more = planned.binding.iter().take(2).map(more);
    let by_due = due.map(|due| {
        let done = dates.lots.iter().filter(|lot| lot.0 <= due).count();
        let share = done as f64 / dates.lots.len().max(1) as f64;
        AlternativeView::ByDue { share }
    });
    more.chain(by_due).collect()
}
