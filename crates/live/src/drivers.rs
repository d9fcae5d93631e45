//! Stations with a driver of their own, such as machines over OPC UA: what each was told and is not
//! known to have done, and how far its reports were taken in. Kept with the facts, so that a restarted
//! controller goes on exactly there: nothing is told twice and no order is lost.
//!
//! A driver speaks to its station by itself, on threads of its own. It hands in what was heard in
//! pieces that belong together ([`Said`]) and gets orders after they are durable.

use crate::engine::Engine;
use crate::log::{LinkKey, Log};
use crate::troubles::Troubles;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a driver tells of its station.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// A fact.
    Fact(Event),
    /// The station cannot be heard (`false`), or is back and has told what was missed.
    Link(bool),
    /// The order of this job, up to this revision, need not be kept any more.
    Over(Tag, u32),
    /// Whether this job was done is not known; it is not sent again until somebody says so.
    Doubt(Tag),
    /// The station took the word to hold (`true`) or to go on.
    Held(bool),
    /// Somebody said: it was not done, and goes again.
    Again(Tag),
    /// How far reports were taken in, in the driver's own words.
    Mark(Vec<u8>),
}

/// What is kept of a station.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Driven {
    /// The driver's own words; empty: from the beginning.
    pub mark: Vec<u8>,
    /// Jobs ordered and not known to be over, in order of the orders.
    pub jobs: Vec<Job>,
    /// Newest job order ever put here, by revision.
    pub newest: u32,
    /// Newest hold.
    pub hold: Option<Hold>,
}

/// A hold, or its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hold {
    /// Revision of the order.
    pub revision: u32,
    /// It is to be held.
    pub on: bool,
    /// The station took it.
    pub taken: bool,
}

/// A job ordered and not known to be over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The mark of its piece.
    pub tag: Tag,
    /// Newest revision of its order.
    pub revision: u32,
    /// Whether it was done is not known.
    pub doubt: bool,
}

impl Driven {
    /// Takes an order; `false` if it is known, or none for a station.
    fn order(&mut self, command: &Command) -> bool {
        match *command {
            Command::Run { revision, tag, .. } if revision > self.newest => {
                self.newest = revision;
                match self.jobs.iter_mut().find(|job| job.tag == tag) {
                    Some(job) => job.revision = revision,
                    None => self.jobs.push(Job {
                        tag,
                        revision,
                        doubt: false,
                    }),
                }
                true
            }
            Command::Hold { revision, on, .. }
                if self.hold.is_none_or(|hold| revision > hold.revision) =>
            {
                let taken = false;
                self.hold = Some(Hold {
                    revision,
                    on,
                    taken,
                });
                true
            }
            _ => false,
        }
    }

    fn doubt(&mut self, tag: Tag, doubt: bool) {
        for job in self.jobs.iter_mut().filter(|job| job.tag == tag) {
            job.doubt = doubt;
        }
    }

    /// What has to be said of holding after a restart: on, or off and not known to be taken.
    pub fn say_hold(&self) -> Option<bool> {
        let hold = self.hold.filter(|hold| hold.on || !hold.taken);
        hold.map(|hold| hold.on)
    }

    fn doubts(&self) -> bool {
        self.jobs.iter().any(|job| job.doubt)
    }
}

impl<L: Log> Engine<L> {
    /// These stations have drivers of their own: each as it was kept, or new. `again`: orders that
    /// may not have been said.
    #[must_use]
    pub fn with_drivers(
        mut self,
        stations: Vec<(StationId, Driven)>,
        again: &[Command],
    ) -> Engine<L> {
        let ordered = self.core().belief(self.last().max(Time::ZERO)).ordered;
        let waits = |station, tag| {
            let mut ordered = ordered.iter();
            ordered.any(|job| job.station == station && job.tag == tag)
        };
        self.drivers = Drivers::new(stations, again, waits);
        self
    }

    /// What is kept of stations with drivers.
    pub fn driven(&self) -> impl Iterator<Item = (StationId, &Driven)> {
        self.drivers.kept()
    }
}

/// All stations with drivers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drivers(BTreeMap<StationId, Row>);

#[derive(Clone, Debug, Default)]
struct Row {
    kept: Driven,
    /// It is newer than what the log holds.
    dirty: bool,
}

impl Drivers {
    /// These stations, as they were kept or new. `again`: orders of a replay; `waits` says whether
    /// the core still waits for a job's beginning.
    pub fn new(
        stations: Vec<(StationId, Driven)>,
        again: &[Command],
        waits: impl Fn(StationId, Tag) -> bool,
    ) -> Drivers {
        let row = |(station, kept)| (station, Row { kept, dirty: true });
        let mut all = Drivers(stations.into_iter().map(row).collect());
        for command in again {
            let done =
                matches!(*command, Command::Run { station, tag, .. } if !waits(station, tag));
            if !done {
                all.order(command);
            }
        }
        all
    }

    /// Whose order this is, if it is one of these stations'; whether it is news.
    pub fn order(&mut self, command: &Command) -> Option<bool> {
        let (Command::Run { station, .. } | Command::Hold { station, .. }) = *command else {
            return None;
        };
        let row = self.0.get_mut(&station)?;
        let news = row.kept.order(command);
        row.dirty |= news;
        Some(news)
    }

    /// What a driver told. Facts and troubles are appended in its order.
    pub fn said(
        &mut self,
        station: StationId,
        said: Vec<Said>,
        troubles: &mut Troubles,
        facts: &mut Vec<Event>,
    ) {
        let Some(row) = self.0.get_mut(&station) else {
            return;
        };
        let source = AlarmSource::Station(station);
        for one in said {
            row.dirty |= !matches!(one, Said::Fact(_) | Said::Link(_));
            match one {
                Said::Fact(event) => facts.push(event),
                Said::Link(up) => troubles.tell(Trouble::StationLost(station), !up, facts),
                Said::Over(tag, revision) => {
                    let over = |job: &Job| job.tag == tag && job.revision <= revision;
                    row.kept.jobs.retain(|job| !over(job));
                }
                Said::Held(on) => {
                    for hold in row.kept.hold.iter_mut().filter(|hold| hold.on == on) {
                        hold.taken = true;
                    }
                }
                Said::Doubt(tag) => row.kept.doubt(tag, true),
                Said::Again(tag) => row.kept.doubt(tag, false),
                Said::Mark(mark) => row.kept.mark = mark,
            }
        }
        troubles.tell(Trouble::LoadInDoubt(source), row.kept.doubts(), facts);
    }

    /// States newer than what the log holds; they count as kept from now on.
    pub fn dirty(&mut self) -> impl Iterator<Item = (LinkKey, Vec<u8>)> + '_ {
        let dirty = self.0.iter_mut().filter(|(_, row)| row.dirty);
        dirty.map(|(&station, row)| {
            row.dirty = false;
            (LinkKey::Station(station), snapshot(&row.kept))
        })
    }

    /// What is kept of each.
    pub fn kept(&self) -> impl Iterator<Item = (StationId, &Driven)> {
        self.0.iter().map(|(&station, row)| (station, &row.kept))
    }
}
