//! Steps through a journal: what was told at an entry, what the core decided on it, and what it believed
//! before and after. Wherever one looks, it begins at the nearest snapshot before and replays from there.

use crate::kept::{CannotOpen, PAGE};
use crate::moving::plant_then;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_journal::{Body, Entry, Error, Journal, Opened, Seq};
use fenhe_plant::Plant;
use std::sync::Arc;

/// One entry and what it led to.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Its number.
    pub seq: Seq,
    /// The entry.
    pub entry: Entry,
    /// What was decided on it; nothing unless it is a fact.
    pub decided: Commands,
}

/// A journal with a core that can be brought to any entry of it.
pub struct Player {
    journal: Box<dyn Journal>,
    epochs: Vec<Opened>,
    /// The plant as it is now.
    newest: Arc<Plant>,
    /// The core after entry `at`, in which epoch.
    place: Option<(Controller, Seq, u32)>,
    page: Vec<(Seq, Entry)>,
}

impl Player {
    /// For a journal of this plant. Epochs with another plant's hash are read with the plant that the
    /// journal kept of them.
    ///
    /// # Errors
    /// [`CannotOpen::OtherPlant`], or the journal's.
    pub fn new(mut journal: Box<dyn Journal>, plant: Arc<Plant>) -> Result<Player, CannotOpen> {
        let epochs = journal.epochs()?;
        let newest = epochs.last().ok_or(Error::Missing)?;
        if newest.epoch.plant_name != plant.name {
            let name = newest.epoch.plant_name.clone();
            return Err(CannotOpen::OtherPlant(name));
        }
        Ok(Player {
            journal,
            epochs,
            newest: plant,
            place: None,
            page: Vec::new(),
        })
    }

    /// Numbers of the first and the newest entry that are there; the first is the higher one if none is.
    ///
    /// # Errors
    /// The journal's.
    pub fn range(&mut self) -> Result<(Seq, Seq), CannotOpen> {
        Ok((self.journal.anchor()?.seq + 1, self.journal.head()?.seq))
    }

    /// The first entry not before this time; one past the newest if there is none.
    ///
    /// # Errors
    /// The journal's.
    pub fn at_time(&mut self, time: Time) -> Result<Seq, CannotOpen> {
        let (mut low, last) = self.range()?;
        let mut high = last + 1;
        while low < high {
            let middle = low + (high - low) / 2;
            if self.entry(middle)?.time < time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// One entry.
    ///
    /// # Errors
    /// [`Error::Missing`] if it is not there; the journal's.
    pub fn entry(&mut self, seq: Seq) -> Result<&Entry, CannotOpen> {
        let first = self.page.first().map_or(0, |(seq, _)| *seq);
        let last = self.page.last().map_or(0, |(seq, _)| *seq);
        if first == 0 || !(first..=last).contains(&seq) {
            self.page = self.journal.read(seq.max(1), 256)?;
        }
        let found = self.page.iter().find(|(number, _)| *number == seq);
        let (_, entry) = found.ok_or(Error::Missing)?;
        Ok(entry)
    }

    /// The entry with what was decided on it. Afterwards the core is as it was after it.
    ///
    /// # Errors
    /// See [`CannotOpen`].
    pub fn step(&mut self, seq: Seq) -> Result<Step, CannotOpen> {
        self.seek(seq.saturating_sub(1), seq)?;
        let entry = self.entry(seq)?.clone();
        let mut decided = Commands::default();
        if let (Some((core, at, _)), Body::Fact(fact)) = (&mut self.place, &entry.body) {
            core.handle(entry.time, fact, &mut decided);
            *at = seq;
        }
        Ok(Step {
            seq,
            entry,
            decided,
        })
    }

    /// The core after the last entry that was stepped to; none before the first step.
    pub fn core(&self) -> Option<&Controller> {
        self.place.as_ref().map(|(core, ..)| core)
    }

    /// The plant of the epoch that an entry belongs to.
    ///
    /// # Errors
    /// [`CannotOpen::Changed`] if the journal does not hold it.
    pub fn plant(&mut self, seq: Seq) -> Result<Arc<Plant>, CannotOpen> {
        let opened = self.epoch(seq)?.clone();
        plant_then(self.journal.as_mut(), &opened, &self.newest)
    }

    fn epoch(&self, seq: Seq) -> Result<&Opened, CannotOpen> {
        let mut before = self.epochs.iter().rev();
        let found = before.find(|opened| opened.first <= seq);
        Ok(found.or(self.epochs.first()).ok_or(Error::Missing)?)
    }

    /// Brings the core to the state after entry `seq`, in the epoch of entry `of`.
    fn seek(&mut self, seq: Seq, of: Seq) -> Result<(), CannotOpen> {
        let number = self.epoch(of)?.number;
        let here = |place: &(Controller, Seq, u32)| place.2 == number && place.1 <= seq;
        let near = self.place.take_if(|place| here(place));
        let from = near.as_ref().map_or(0, |place| place.1);
        let snapshot = self.journal.latest_snapshot(seq)?;
        let (mut core, mut at) = match (near, snapshot) {
            (Some((core, at, _)), Some(snapshot)) if snapshot.seq <= from => (core, at),
            (_, Some(snapshot)) => {
                let plant = self.plant(of)?;
                let damaged = Error::Corrupt { seq: snapshot.seq };
                let core = Controller::restore(plant, &snapshot.bytes).map_err(|_| damaged)?;
                (core, snapshot.seq)
            }
            (Some((core, at, _)), None) => (core, at),
            (None, None) => return Err(Error::Missing.into()),
        };
        let mut commands = Commands::default();
        while at < seq {
            let many = usize::try_from(seq - at).unwrap_or(PAGE).min(PAGE);
            let page = self.journal.read(at + 1, many)?;
            let (last, _) = page.last().ok_or(Error::Missing)?;
            at = *last;
            for (_, entry) in page {
                if let Body::Fact(fact) = entry.body {
                    commands.clear();
                    core.handle(entry.time, &fact, &mut commands);
                }
            }
        }
        self.place = Some((core, seq, number));
        Ok(())
    }
}
