//! A book of promises as a file: what is held, for how long, and how it turned out.

use super::Promise;
use super::kept::days;
use crate::faults::Fault;
use crate::tools::replace;
use fenhe_contract::*;
use fenhe_messages::Word;
use fenhe_planner::promise::{Book, Booking, names};
use fenhe_plant::{Plant, Quantity};
use fenhe_study::promise::{Row, Wanted, resource};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The form of the file.
const FORMAT: u32 = 1;

/// A book: promises in the order in which they were made.
#[derive(Clone, Serialize, Deserialize)]
pub struct Register {
    format: u32,
    /// Whose it is.
    pub plant: String,
    /// From when days count.
    pub epoch: String,
    /// Of the model that made its bookings.
    model: Digest,
    /// What was promised.
    pub promises: Vec<Held>,
}

/// A promise in the book; times in microseconds from the plant's epoch.
#[derive(Clone, Serialize, Deserialize)]
pub struct Held {
    pub order: String,
    pub product: String,
    /// In pieces, or in grams of finished weight.
    pub quantity: Amount,
    pub due_us: Option<Time>,
    state: State,
    made_us: Time,
    pub full_us: Time,
    plan_us: Time,
    /// Promised for so many of a hundred paths.
    pub quantile: u32,
    /// How often its paths kept it, the interval of that, their number.
    pub sure: Option<(f64, [f64; 2], u32)>,
    binding: Option<String>,
    pub done_us: Option<Time>,
    release_us: Time,
    /// Product and pieces that are enough.
    enough: Vec<(ProductId, u32)>,
    /// Product, pieces let in, by when.
    rows: Vec<(ProductId, u32, Time)>,
    /// Group, server, begin, end, product.
    bookings: Vec<(u32, u32, Time, Time, ProductId)>,
}

/// How much.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    Grams(Mass),
    Pieces(u32),
}

/// What a promise is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It holds until then.
    Quoted {
        until_us: Time,
    },
    Confirmed,
    Withdrawn,
}

impl Held {
    /// What it reserves stays reserved at that time.
    pub fn holds(&self, at: Time) -> bool {
        let open = match self.state {
            State::Quoted { until_us } => at <= until_us,
            State::Confirmed => true,
            State::Withdrawn => false,
        };
        open && self.done_us.is_none()
    }

    /// Its state at that time, for people.
    pub fn word(&self, at: Time) -> Word {
        match (self.done_us, self.state) {
            (Some(done), _) if done <= self.full_us => Word::PromiseStateKept,
            (Some(_), _) => Word::PromiseStateLate,
            (None, State::Quoted { until_us }) if at > until_us => Word::PromiseStateExpired,
            (None, State::Quoted { .. }) => Word::PromiseStateQuoted,
            (None, State::Confirmed) => Word::PromiseStateConfirmed,
            (None, State::Withdrawn) => Word::PromiseStateWithdrawn,
        }
    }

    /// How long its quote holds.
    pub fn until(&self) -> Option<Time> {
        match self.state {
            State::Quoted { until_us } if self.done_us.is_none() => Some(until_us),
            _ => None,
        }
    }

    /// Made firm, or taken back; `false` if it does not hold any more.
    pub fn set(&mut self, state: State, at: Time) -> bool {
        let holds = self.holds(at);
        if holds {
            self.state = state;
        }
        holds
    }

    /// As the plant gets it.
    pub fn wanted(&self) -> Wanted {
        let row = |&(product, pieces, due): &(ProductId, u32, Time)| Row {
            product,
            pieces,
            due,
        };
        Wanted {
            rows: self.rows.iter().map(row).collect(),
            enough: self.enough.clone(),
            release: self.release_us,
        }
    }

    /// Its bookings.
    fn bookings(&self) -> Vec<Booking> {
        let booking = |&(group, server, begin, end, product)| Booking {
            group,
            server,
            begin,
            end,
            product,
        };
        self.bookings.iter().map(booking).collect()
    }

    /// What was asked for.
    pub fn quantity(&self) -> Quantity {
        match self.quantity {
            Amount::Grams(mass) => Quantity::Weight(mass),
            Amount::Pieces(pieces) => Quantity::Pieces(pieces),
        }
    }

    /// When its material is there.
    pub fn release(&self) -> Time {
        self.release_us
    }

    /// The same promise in another plan: its date stands.
    pub fn planned_anew(&mut self, wanted: &Wanted, bookings: &[Booking]) {
        (self.rows, self.enough) = (rows(wanted), wanted.enough.clone());
        self.bookings = bookings.iter().map(plain).collect();
    }
}

fn rows(wanted: &Wanted) -> Vec<(ProductId, u32, Time)> {
    let row = |row: &Row| (row.product, row.pieces, row.due);
    wanted.rows.iter().map(row).collect()
}

fn plain(booking: &Booking) -> (u32, u32, Time, Time, ProductId) {
    let Booking {
        group,
        server,
        begin,
        end,
        product,
    } = *booking;
    (group, server, begin, end, product)
}

impl Register {
    /// An empty one.
    pub fn new(plant: &Plant) -> Register {
        Register {
            format: FORMAT,
            plant: plant.name.clone(),
            epoch: plant.epoch.clone(),
            model: plant.hash,
            promises: Vec::new(),
        }
    }

    /// Of a file's text.
    pub fn parse(text: &str) -> Result<Register, Fault> {
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let json = |why: serde_json::Error| Fault::new("book/json", why.line()).arg("detail", why);
        let Form { format } = serde_json::from_str(text).map_err(json)?;
        if format > FORMAT {
            let fault = Fault::new("book/newer", 0).arg("found", format);
            return Err(fault.arg("known", FORMAT));
        }
        serde_json::from_str(text).map_err(json)
    }

    /// Its bookings are of this model.
    pub fn is_of(&self, model: Digest) -> bool {
        self.model == model
    }

    /// All of it is of this model from now on.
    pub fn belongs_to(&mut self, model: Digest) {
        self.model = model;
    }

    /// The newest promise of an order.
    pub fn find(&mut self, order: &str) -> Option<&mut Held> {
        let mut all = self.promises.iter_mut().rev();
        all.find(|held| held.order == order)
    }

    /// What holds at that time.
    pub fn holding(&self, at: Time) -> impl Iterator<Item = &Held> {
        self.promises.iter().filter(move |held| held.holds(at))
    }

    /// Books what holds; `false` if a booking does not belong to the plant.
    pub fn hold(&self, book: &mut Book, at: Time) -> bool {
        self.holding(at).all(|held| book.hold(&held.bookings()))
    }

    /// One more promise.
    pub fn add(
        &mut self,
        (plant, book): (&Plant, &Book),
        promise: &Promise,
        (state, at, quantile): (State, Time, u32),
    ) {
        let planned = &promise.planned;
        let binding = planned.binding.first();
        let binding = binding.map(|&(group, _)| names(plant, resource(book, group)).0);
        self.promises.push(Held {
            order: promise.asked.order.clone(),
            product: promise.asked.product.clone(),
            quantity: match promise.asked.quantity {
                Quantity::Weight(mass) => Amount::Grams(mass),
                Quantity::Pieces(pieces) => Amount::Pieces(pieces),
            },
            due_us: promise.asked.due,
            state,
            made_us: at,
            full_us: promise.full.unwrap_or(planned.dates.full()),
            plan_us: planned.dates.full(),
            quantile,
            sure: promise.sure,
            binding,
            done_us: None,
            release_us: planned.wanted.release,
            enough: planned.wanted.enough.clone(),
            rows: rows(&planned.wanted),
            bookings: planned.dates.bookings.iter().map(plain).collect(),
        });
    }

    /// Writes it: a book is there whole or as it was.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(self).map_err(std::io::Error::other)?;
        text.push(b'\n');
        replace(path, &text)
    }
}

/// A quantity for people.
pub fn amount(amount: Amount) -> String {
    match amount {
        Amount::Grams(mass) => format!("{} t", mass.0 as f64 / 1e6),
        Amount::Pieces(pieces) => pieces.to_string(),
    }
}

/// Days for people.
pub fn day(time: Time) -> String {
    format!("{:.1}", days(time))
}
