//! The book while it is open: what holds in it is planned before anything new, and new promises are kept in it.

use super::book::{Held, Register, State, day};
use super::words::{self, Voice};
use super::{Order, Promise};
use crate::faults::{self, Fault};
use crate::{Failure, args};
use clap::ArgMatches;
use fenhe_contract::*;
use fenhe_messages::{Lang, Word, promise as sentences};
use fenhe_planner::promise::{Book, Capacity};
use fenhe_plant::{Asked, Plant, asks};
use fenhe_study::promise::{Ask, demand, work};
use std::path::PathBuf;

/// A plan with the book it came from.
pub struct OpenBook {
    /// The plan.
    pub book: Book,
    /// What was promised before.
    pub register: Register,
    path: Option<PathBuf>,
}

impl OpenBook {
    /// Reads the book, if one is named and there, and plans what holds in it.
    pub fn open(
        plant: &Plant,
        given: &ArgMatches,
        order: &Order,
        voice: Voice,
    ) -> Result<OpenBook, Failure> {
        let lang = voice.lang;
        let path = args::path(given, "book").cloned();
        let text = match &path {
            Some(path) if path.exists() => {
                let text = std::fs::read_to_string(path);
                Some(text.map_err(|why| Failure::read(lang, path, &why))?)
            }
            _ => None,
        };
        let mut open = OpenBook {
            book: Book::new(Capacity::new(plant)),
            register: Register::new(plant),
            path,
        };
        let Some(text) = text else {
            return Ok(open);
        };
        let read = open.read(plant, &text, order.at, lang);
        let anew = read.map_err(|faults| open.told(&faults, lang))?;
        let held = open.register.holding(order.at).count();
        let over = open.register.promises.iter();
        let over = over.filter(|held| held.word(order.at) == Word::PromiseStateExpired);
        let of = [
            ("held", held.to_string()),
            ("over", over.count().to_string()),
        ];
        voice.line(Word::PromiseHeld, &of);
        if anew {
            voice.line(Word::PromiseAnew, &[]);
        }
        Ok(open)
    }

    fn told(&self, faults: &[Fault], lang: Lang) -> Failure {
        let path = self.path.as_ref();
        let path = path.map_or_else(String::new, |path| path.display().to_string());
        faults::told(&path, faults, sentences, lang)
    }

    /// Gives whether all of it had to be planned anew.
    fn read(
        &mut self,
        plant: &Plant,
        text: &str,
        at: Time,
        lang: Lang,
    ) -> Result<bool, Vec<Fault>> {
        self.register = Register::parse(text).map_err(|fault| vec![fault])?;
        if self.register.plant != plant.name {
            let fault = Fault::new("book/plant", 0).arg("found", &self.register.plant);
            return Err(vec![fault.arg("plant", &plant.name)]);
        }
        let anew = !self.register.is_of(plant.hash);
        if anew {
            self.anew(plant, at, lang)?;
            self.register.belongs_to(plant.hash);
        } else if !self.register.hold(&mut self.book, at) {
            let fault = Fault::new("book/json", 0);
            return Err(vec![fault.arg("detail", "bookings")]);
        }
        Ok(anew)
    }

    /// Plans what holds in the order in which it was promised.
    fn anew(&mut self, plant: &Plant, at: Time, lang: Lang) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        let open = |held: &&mut Held| held.holds(at);
        for held in self.register.promises.iter_mut().filter(open) {
            if let Err(fault) = plan_anew(plant, &mut self.book, held, lang) {
                faults.push(fault);
            }
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults),
        }
    }

    /// No order of a table has a promise already that holds or was kept.
    pub fn free(&mut self, asked: &[Asked], at: Time, lang: Lang) -> Result<(), Failure> {
        let mut faults = Vec::new();
        for asked in asked {
            let held = self.register.find(&asked.order);
            let state = held.map(|held| held.word(at));
            let free = [Word::PromiseStateExpired, Word::PromiseStateWithdrawn];
            if let Some(state) = state.filter(|state| !free.contains(state)) {
                let fault = Fault::new("book/taken", 0).arg("order", &asked.order);
                faults.push(fault.arg("state", state.text(lang)));
            }
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(self.told(&faults, lang)),
        }
    }

    /// Keeps new promises, if that was asked for.
    pub fn keep(
        &mut self,
        (plant, promises): (&Plant, &[Promise]),
        order: &Order,
        voice: Voice,
    ) -> Result<(), Failure> {
        let (Some(state), Some(path)) = (order.keep, &self.path) else {
            return Ok(());
        };
        for promise in promises {
            let how = (state, order.at, order.quantile);
            self.register.add((plant, &self.book), promise, how);
        }
        let written = self.register.write(path);
        written.map_err(|why| Failure::write(voice.lang, path, &why))?;
        for promise in promises {
            let of = ("order", promise.asked.order.clone());
            match state {
                State::Quoted { until_us } => {
                    let until = ("until", day(until_us));
                    voice.line(Word::PromiseKeptQuote, &[of, until]);
                }
                _ => voice.line(Word::PromiseKeptFirm, &[of]),
            }
        }
        Ok(())
    }
}

/// Books a promise anew; its date stands.
fn plan_anew(plant: &Plant, book: &mut Book, held: &mut Held, lang: Lang) -> Result<(), Fault> {
    let gone = || {
        let fault = Fault::new("book/product", 0).arg("product", &held.product);
        fault.arg("order", &held.order)
    };
    let of = asks::product(plant, &held.product).ok_or_else(gone)?;
    let ask = Ask {
        of,
        quantity: held.quantity(),
        from: held.release(),
    };
    let cannot = |fault| {
        let (why, _) = words::cannot(&fault);
        let fault = Fault::new("book/route", 0).arg("order", &held.order);
        fault.arg("why", why.text(lang))
    };
    let (demand, enough) = demand(plant, book.capacity(), &ask).map_err(cannot)?;
    let dates = book.put(&demand);
    let wanted = work(&demand, &enough, &dates);
    held.planned_anew(&wanted, &dates.bookings);
    Ok(())
}
