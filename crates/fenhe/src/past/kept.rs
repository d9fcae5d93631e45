//! Facts of a journal that somebody else writes, on a connection of their own.

use super::reel::{Entry, Facts, Start};
use crate::ledger::Ledger;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_journal::{Body, Error, Journal, oldest_start};
use fenhe_plant::Plant;
use std::sync::Arc;

/// A journal that is read; opened anew after a fault.
pub struct Kept {
    address: String,
    plant: Arc<Plant>,
    journal: Option<Box<dyn Journal>>,
    /// The first entry of the newest epoch.
    first: u64,
    /// What had left before the journal began.
    pub begun: Ledger,
}

impl Kept {
    /// Of the journal of a plant that runs.
    pub fn new(address: &str, plant: &Arc<Plant>, begun: Ledger) -> Kept {
        Kept {
            address: address.to_string(),
            plant: plant.clone(),
            journal: None,
            first: 1,
            begun,
        }
    }

    fn with<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Journal) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.journal.is_none() {
            let mut journal = fenhe_journal::look(&self.address)?;
            let epochs = journal.epochs()?;
            self.first = epochs.last().ok_or(Error::Missing)?.first;
            self.journal = Some(journal);
        }
        let Some(journal) = &mut self.journal else {
            return Err(Error::Missing);
        };
        let done = work(journal.as_mut());
        if matches!(done, Err(Error::Unreachable(_))) {
            self.journal = None;
        }
        done
    }

    /// First and newest entry of this epoch that are there; the first is the higher one if none is.
    pub fn range(&mut self) -> Result<(u64, u64), Error> {
        let (anchor, head) =
            self.with(|journal| Ok((journal.anchor()?.seq, journal.head()?.seq)))?;
        Ok((self.first.max(anchor + 1), head))
    }

    /// Time of an entry.
    pub fn time(&mut self, seq: u64) -> Result<Time, Error> {
        let rows = self.with(|journal| journal.rows(seq, 1))?;
        let row = rows.first().filter(|row| row.seq == seq);
        row.map(|row| Time(row.time_us)).ok_or(Error::Missing)
    }

    /// The core where a replay of all that is there begins.
    pub fn begin(&mut self) -> Result<Option<Start>, Error> {
        let (first, _) = self.range()?;
        let start = self.with(oldest_start_of)?;
        match start {
            Some(seq) if seq + 1 >= first => self.start(seq),
            _ => self.start(first - 1),
        }
    }
}

fn oldest_start_of(journal: &mut dyn Journal) -> Result<Option<u64>, Error> {
    Ok(oldest_start(journal)?.map(|snapshot| snapshot.seq))
}

impl Facts for Kept {
    type Error = Error;

    fn read(&mut self, from: u64, many: usize) -> Result<Vec<Entry>, Error> {
        let page = self.with(|journal| journal.read(from, many))?;
        let row = |(seq, entry): (u64, fenhe_journal::Entry)| match entry.body {
            Body::Fact(fact) => (seq, entry.time, Some(fact)),
            _ => (seq, entry.time, None),
        };
        Ok(page.into_iter().map(row).collect())
    }

    fn last_at(&mut self, at: Time) -> Result<u64, Error> {
        let (first, last) = self.range()?;
        let (mut low, mut high) = (first - 1, last);
        while low < high {
            let middle = high - (high - low) / 2;
            if self.time(middle)? <= at {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(low)
    }

    fn start(&mut self, before: u64) -> Result<Option<Start>, Error> {
        let snapshot = self.with(|journal| journal.latest_snapshot(before))?;
        let Some(snapshot) = snapshot.filter(|found| found.seq + 1 >= self.first) else {
            return Ok(None);
        };
        let core = Controller::restore(self.plant.clone(), &snapshot.bytes)
            .map_err(|_| Error::Corrupt { seq: snapshot.seq })?;
        let now = match self.time(snapshot.seq) {
            Ok(time) => time,
            // Before the first entry that is there.
            Err(Error::Missing) => match self.time(snapshot.seq + 1) {
                Err(Error::Missing) => Time::ZERO,
                other => other?,
            },
            Err(other) => return Err(other),
        };
        Ok(Some(Start {
            seq: snapshot.seq,
            now,
            core,
            ledger: (snapshot.seq == 0).then(|| self.begun.clone()),
        }))
    }
}
