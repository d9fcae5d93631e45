//! One walk over all facts of a journal, a little at a time, for the index.

use super::index::Index;
use super::kept::Kept;
use super::lots::Lots;
use super::picture::{Picture, Step};
use super::reel::{Entry, Facts, Make};
use crate::ledger::Ledger;
use fenhe_contract::*;
use fenhe_journal::Error;
use fenhe_plant::Plant;
use fenhe_server::{Feed, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Entries read at once.
const PAGE: usize = 500;
/// Items that one step may push.
const RING: usize = 50_000;

/// The walk.
pub struct Walk {
    facts: Kept,
    plant: Arc<Plant>,
    late: Span,
    make: Make,
    at: Option<Place>,
    /// It walks on up to here.
    wanted: u64,
    /// The ledger after this entry is wanted.
    ledger: Option<(u64, Tell)>,
}

type Tell = Box<dyn FnOnce(Ledger) + Send>;

/// Where it is.
struct Place {
    picture: Picture,
    index: Index,
    lots: Lots,
    feed: Feed,
    next_item: u64,
    seq: u64,
    step: Step,
    then: Time,
    /// When it was last looked which orders are done.
    looked: Time,
}

impl Walk {
    /// Over this journal. `late`: by how much a fact may be heard later than one of what followed it.
    pub fn new(facts: Kept, (plant, late): (&Arc<Plant>, Span), make: Make) -> Walk {
        Walk {
            facts,
            plant: plant.clone(),
            late,
            make,
            at: None,
            wanted: 0,
            ledger: None,
        }
    }

    /// What it has gathered.
    pub fn index(&self) -> Option<&Index> {
        self.at.as_ref().map(|place| &place.index)
    }
    /// The lots it has met.
    pub fn lots(&self) -> Option<&Lots> {
        self.at.as_ref().map(|place| &place.lots)
    }
    /// Up to when.
    pub fn to(&self) -> Option<Time> {
        self.index().map(|index| index.to)
    }
    /// Something is still to be walked over.
    pub fn behind(&self) -> bool {
        self.at.as_ref().map_or(0, |place| place.seq) < self.wanted
    }

    /// Tells the ledger as it is after an entry.
    pub fn ledger_at(&mut self, seq: u64, tell: Tell) {
        if seq == 0 {
            return tell(self.facts.begun.clone());
        }
        self.ledger = Some((seq, tell));
        self.told();
    }

    /// On to what is there now, for so long at most; the rest follows when nobody asks for anything.
    pub fn catch_up(&mut self, most: Duration) {
        if let Ok((_, last)) = self.facts.range() {
            self.wanted = last;
        }
        self.on(most);
    }

    /// On for so long at most. A journal that cannot be read is tried again by the next request.
    pub fn on(&mut self, most: Duration) {
        let until = Instant::now() + most;
        if let Some((seq, _)) = &self.ledger {
            self.wanted = self.wanted.max(*seq);
        }
        while self.behind() && Instant::now() < until {
            if self.page().is_err() {
                self.wanted = 0;
            }
        }
    }

    fn page(&mut self) -> Result<(), Error> {
        if self.at.is_none() {
            let start = self.facts.begin()?.ok_or(Error::Missing)?;
            let (seq, now) = (start.seq, start.now);
            let picture = (self.make)(start);
            let mut index = Index::new(&self.plant, now);
            index.begin(&picture.rows);
            let loads = picture.core.belief(now).loads;
            let lots = Lots::new(&self.plant, &loads, (seq > 0, self.late));
            self.at = Some(Place {
                picture,
                index,
                lots,
                feed: Feed::new(RING, 1),
                next_item: 1,
                seq,
                step: Step::default(),
                then: Time(i64::MIN),
                looked: now,
            });
        }
        let Some(place) = &mut self.at else {
            return Ok(());
        };
        // Not beyond the entry whose ledger is wanted.
        let stop = self
            .ledger
            .as_ref()
            .map_or(self.wanted, |(seq, _)| (*seq).min(self.wanted));
        let many = stop.saturating_sub(place.seq).min(PAGE as u64) as usize;
        let page = self.facts.read(place.seq + 1, many.max(1))?;
        if page.is_empty() {
            self.wanted = place.seq;
        }
        for entry in page {
            place.entry(&self.plant, entry);
        }
        // What comes later at the same instant is a step of its own.
        place.flush(&self.plant);
        self.told();
        Ok(())
    }

    fn told(&mut self) {
        let Some(place) = &self.at else { return };
        if let Some((_, tell)) = self.ledger.take_if(|(seq, _)| *seq <= place.seq) {
            tell(place.picture.rows.ledger.clone());
        }
    }
}

impl Place {
    fn entry(&mut self, plant: &Plant, (seq, time, fact): Entry) {
        if time != self.then {
            self.flush(plant);
        }
        self.then = time;
        self.step.facts.extend(fact);
        self.seq = seq;
    }

    fn flush(&mut self, plant: &Plant) {
        if self.step.facts.is_empty() {
            return;
        }
        let now = self.then;
        self.picture.step(&self.feed, now, &mut self.step);
        let mut items = Vec::new();
        if let Read::Items(news) = self.feed.read(self.next_item, usize::MAX) {
            self.next_item += news.len() as u64;
            items.extend(news.iter().map(|entry| entry.numbered.clone()));
        } else {
            self.next_item = self.feed.newest() + 1;
        }
        let told = (&*self.step.facts, &*self.step.decided.records);
        self.index.hear(plant, now, &items, told);
        self.lots.hear(plant, now, told);
        if now - self.looked > Span::seconds(1) {
            self.looked = now;
            self.finished(now);
        }
        self.step.facts.clear();
    }

    /// Orders whose last piece has left.
    fn finished(&mut self, now: Time) {
        let ledger = &self.picture.rows.ledger;
        let open = self
            .index
            .orders
            .values()
            .filter(|row| row.finished.is_none());
        let over = open.filter_map(|row| {
            let wanted = row.view.quantity - row.view.cancelled;
            let at = ledger.finished(OrderId(row.view.serial), wanted, now)?;
            Some((row.view.serial, at))
        });
        let over: Vec<(u64, Time)> = over.collect();
        for (serial, at) in over {
            self.index.finished(serial, at);
        }
    }
}
