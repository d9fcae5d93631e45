//! The engine's log in a journal, and the way back.

mod replay;

pub use replay::{Replayed, replay};

use crate::log::{LinkKey, Log};
use crate::moving::{Moved, keep_folder, move_over, names_of};
use crate::recover::Kept;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_journal::{Body, Entry, Epoch, Error, Journal, Opened, Seq, State};
use fenhe_plant::{Files, InUse, Plant};
use fenhe_wire::vda5050::Now;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Version of the decision logic. Raise it with every change that may change a decision on the same
/// facts: an old journal then opens a new epoch, and its digests are promised only within the old one.
pub const LOGIC: u32 = 10;
/// Entries read at once.
pub(crate) const PAGE: usize = 10_000;
/// Entries removed at once while a plant runs: some milliseconds.
const SLICE: u64 = 1_000;
/// A commit that takes longer is worth an alarm.
const SLOW: Duration = Duration::from_secs(1);
/// First and longest wait before a commit is tried again.
const PATIENCE: [Duration; 2] = [Duration::from_millis(20), Duration::from_secs(2)];

/// What others may know of a log that is at work.
#[derive(Default, Debug)]
pub struct Gauge {
    /// It does not take anything at the moment; the loop waits, nothing is decided or sent.
    pub stuck: AtomicBool,
    /// Commits made.
    pub commits: AtomicU64,
    /// The longest of them [µs].
    pub longest: AtomicU64,
    /// All of them together [µs].
    pub total: AtomicU64,
    /// Nobody wants it to wait any longer.
    pub give_up: AtomicBool,
}

/// A journal as the engine's log. A store that does not answer, or is full, is waited for: the loop
/// stands meanwhile, vehicles drive to the end of their base.
pub struct JournalLog {
    journal: Box<dyn Journal>,
    next: Seq,
    plant: Arc<Plant>,
    /// Before the keys of its links.
    prefix: String,
    gauge: Arc<Gauge>,
    entries: Vec<Entry>,
    /// How long the last commit took.
    took: Duration,
    /// Entries older than this are removed [µs]; none: all stay.
    retain: Option<i64>,
}

/// A journal opened for a plant.
pub struct OpenJournal {
    /// The engine's log.
    pub log: JournalLog,
    /// What is to be replayed.
    pub kept: Kept,
    /// The plant's and the wall clock's time of its last entry; none in a new journal.
    pub last: Option<(Time, i64)>,
    /// The epoch that goes on, or was opened.
    pub epoch: u32,
    /// When the first epoch was opened [µs since 1970-01-01 UTC].
    pub begun: i64,
    /// What has changed, if an epoch was opened for a changed plant.
    pub moved: Option<Moved>,
    /// Orders of stations with drivers that may not have been said before that.
    pub again: Vec<Command>,
}

/// Why a journal cannot serve a plant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CannotOpen {
    /// The journal's own word.
    Journal(Error),
    /// It belongs to another plant, by name.
    OtherPlant(String),
    /// The plant has changed since, and the journal does not hold the folder it was. Begin a new journal, or
    /// go back to what the epoch was opened with.
    Changed {
        /// The plant's hash in the journal.
        hash: Digest,
        /// Version of the decision logic there.
        logic: u32,
    },
    /// The decision logic has another version and facts follow the newest snapshot: only the old version can
    /// say what it made of them. Let that run once more and stop it, which takes a snapshot.
    NotClosed {
        /// Version of the decision logic there.
        logic: u32,
    },
    /// The decision logic has another version, and this one cannot read its state. Begin a new journal.
    OtherState {
        /// Version of the decision logic there.
        logic: u32,
    },
    /// The plant has changed, and lacks what is in use.
    InUse(Vec<InUse>),
    /// There is something in it, and a warmed-up plant begins with a new one.
    NotNew,
}
impl From<Error> for CannotOpen {
    fn from(error: Error) -> CannotOpen {
        CannotOpen::Journal(error)
    }
}

/// Opens a journal for writing, or makes it with its first epoch. If the plant is another than in its last
/// epoch, the state moves over by name into a new one; for that the journal keeps `files`, the plant's folder.
///
/// # Errors
/// See [`CannotOpen`].
pub fn open(
    address: &str,
    plant: &Arc<Plant>,
    files: Option<&Files>,
    utc_us: i64,
) -> Result<OpenJournal, CannotOpen> {
    open_in(fenhe_journal::open(address)?, plant, files, utc_us)
}

/// The same in a journal that is open for writing.
///
/// # Errors
/// As [`open`].
pub fn open_in(
    journal: Box<dyn Journal>,
    plant: &Arc<Plant>,
    files: Option<&Files>,
    utc_us: i64,
) -> Result<OpenJournal, CannotOpen> {
    let core = Controller::new(plant.clone());
    begin_in(journal, plant, files, (utc_us, &core))
}

/// Makes a new journal whose first epoch begins with this core.
///
/// # Errors
/// [`CannotOpen::NotNew`], and as [`open`].
pub fn begin(
    address: &str,
    plant: &Arc<Plant>,
    files: Option<&Files>,
    (utc_us, core): (i64, &Controller),
) -> Result<OpenJournal, CannotOpen> {
    let mut journal = fenhe_journal::open(address)?;
    if !journal.epochs()?.is_empty() {
        return Err(CannotOpen::NotNew);
    }
    begin_in(journal, plant, files, (utc_us, core))
}

fn begin_in(
    mut journal: Box<dyn Journal>,
    plant: &Arc<Plant>,
    files: Option<&Files>,
    (utc_us, core): (i64, &Controller),
) -> Result<OpenJournal, CannotOpen> {
    let epochs = journal.epochs()?;
    let next = journal.head()?.seq + 1;
    let (mut epoch, mut moved) = (epochs.last().map_or(1, |opened| opened.number), None);
    let mut again = Vec::new();
    match epochs.last() {
        None => {
            keep_folder(journal.as_mut(), plant, files)?;
            epoch = journal.open_epoch(next, &epoch_of(core, plant, utc_us))?;
        }
        Some(opened) if fits(opened, plant)? => keep_folder(journal.as_mut(), plant, files)?,
        Some(opened) => {
            let (what, own) = move_over(journal.as_mut(), opened, (plant, files), utc_us)?;
            (moved, again) = (Some(what), own);
            epoch += 1;
        }
    }
    let (kept, last) = back(journal.as_mut(), plant, epoch)?;
    let begun = epochs.first().map_or(utc_us, |opened| opened.epoch.utc_us);
    let log = JournalLog {
        next,
        journal,
        plant: plant.clone(),
        prefix: prefix(epoch),
        gauge: Arc::default(),
        entries: Vec::new(),
        took: Duration::ZERO,
        retain: None,
    };
    Ok(OpenJournal {
        log,
        kept,
        last,
        epoch,
        begun,
        moved,
        again,
    })
}

/// What an epoch is opened with.
pub(crate) fn epoch_of(core: &Controller, plant: &Plant, utc_us: i64) -> Epoch {
    Epoch {
        program_version: env!("CARGO_PKG_VERSION").to_string(),
        logic_version: LOGIC,
        plant_hash: plant.hash,
        plant_name: plant.name.clone(),
        utc_us,
        names: names_of(plant),
        digest: core.digest(),
        snapshot: core.snapshot(),
    }
}

/// Whether an epoch goes on with this plant and logic.
fn fits(opened: &Opened, plant: &Plant) -> Result<bool, CannotOpen> {
    let epoch = &opened.epoch;
    if epoch.plant_name != plant.name {
        return Err(CannotOpen::OtherPlant(epoch.plant_name.clone()));
    }
    Ok(epoch.plant_hash == plant.hash && epoch.logic_version == LOGIC)
}

/// Before the keys of links of an epoch: the states of the one before stay what they were.
pub(crate) fn prefix(epoch: u32) -> String {
    if epoch <= 1 {
        String::new()
    } else {
        format!("{epoch}/")
    }
}

/// What a replay needs, from the newest snapshot on.
type Back = (Kept, Option<(Time, i64)>);

pub(crate) fn back(journal: &mut dyn Journal, plant: &Plant, epoch: u32) -> Result<Back, Error> {
    let head = journal.head()?.seq;
    let snapshot = journal.latest_snapshot(head)?;
    let from = snapshot.as_ref().map_or(1, |snapshot| snapshot.seq + 1);
    let mut kept = Kept {
        snapshot: snapshot.map(|snapshot| snapshot.bytes),
        ..Kept::default()
    };
    facts(journal, from, &mut |_, time, fact| {
        kept.facts.push((time, fact))
    })?;
    let last = journal.read(head.max(1), 1)?;
    let last = last.first().map(|(_, entry)| (entry.time, entry.utc_us));
    let prefix = prefix(epoch);
    for (key, bytes) in journal.states()? {
        if let Some(key) = key
            .strip_prefix(&prefix)
            .and_then(|key| link_key(plant, key))
        {
            kept.links.push((key, bytes));
        }
    }
    Ok((kept, last))
}

/// Hands over all facts from a number on, in order.
///
/// # Errors
/// The journal's, with the number of the entry it is about.
pub fn facts(
    journal: &mut dyn Journal,
    from: Seq,
    hear: &mut impl FnMut(Seq, Time, Event),
) -> Result<(), Error> {
    let mut next = from;
    loop {
        let page = journal.read(next, PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        next = last + 1;
        for (seq, entry) in page {
            if let Body::Fact(event) = entry.body {
                hear(seq, entry.time, event);
            }
        }
    }
}

/// Names are the lasting identity.
pub(crate) fn key_name(plant: &Plant, key: LinkKey) -> String {
    match key {
        LinkKey::Vehicle(v) => format!("vehicle:{}", plant.vehicles[v].name),
        LinkKey::Stations => "stations".to_string(),
        LinkKey::Station(s) => format!("station:{}", plant.stations[s].name),
        LinkKey::Beside => "stations-2".to_string(),
        LinkKey::Mode(v) => format!("mode:{}", plant.vehicles[v].name),
    }
}

fn link_key(plant: &Plant, name: &str) -> Option<LinkKey> {
    if name == "stations" {
        return Some(LinkKey::Stations);
    }
    if name == "stations-2" {
        return Some(LinkKey::Beside);
    }
    let (kind, name) = name.split_once(':')?;
    if kind == "station" {
        let mut all = plant.stations.pairs();
        let found = all.find(|(_, station)| station.name == name);
        return found.map(|(s, _)| LinkKey::Station(s));
    }
    let mut all = plant.vehicles.pairs();
    let (v, _) = all.find(|(_, vehicle)| vehicle.name == name)?;
    match kind {
        "vehicle" => Some(LinkKey::Vehicle(v)),
        "mode" => Some(LinkKey::Mode(v)),
        _ => None,
    }
}

impl JournalLog {
    /// What others may know of it.
    pub fn gauge(&self) -> Arc<Gauge> {
        self.gauge.clone()
    }

    /// Entries older than this go, as far as no recovery needs them.
    pub fn retain(&mut self, span: Option<Span>) {
        self.retain = span.map(|span| span.0);
    }

    /// Number of the newest entry.
    pub fn head(&self) -> Seq {
        self.next - 1
    }

    /// Notes who did what, from what, to what.
    ///
    /// # Errors
    /// The journal's; nothing was noted.
    pub fn audit(
        &mut self,
        now: Now,
        who: &str,
        what: &str,
        (from, to): (&str, &str),
    ) -> Result<(), Error> {
        let body = Body::Audit {
            who: who.to_string(),
            what: what.to_string(),
            from: from.to_string(),
            to: to.to_string(),
        };
        self.entries.push(entry(now, body));
        self.keep(&[])
    }

    /// Commits what was gathered, and waits for a store that cannot take it now.
    fn keep(&mut self, states: &[State]) -> Result<(), Error> {
        let begun = Instant::now();
        let mut wait = PATIENCE[0];
        let result = loop {
            match self.journal.commit(self.next, &self.entries, states) {
                Err(Error::Full | Error::Unreachable(_))
                    if !self.gauge.give_up.load(Ordering::Relaxed) =>
                {
                    self.gauge.stuck.store(true, Ordering::Relaxed);
                    std::thread::sleep(wait);
                    wait = (wait * 2).min(PATIENCE[1]);
                }
                other => break other,
            }
        };
        self.gauge.stuck.store(false, Ordering::Relaxed);
        self.took = begun.elapsed();
        let took = self.took.as_micros() as u64;
        self.gauge.commits.fetch_add(1, Ordering::Relaxed);
        self.gauge.total.fetch_add(took, Ordering::Relaxed);
        self.gauge.longest.fetch_max(took, Ordering::Relaxed);
        if result.is_ok() {
            self.next += self.entries.len() as u64;
        }
        self.entries.clear();
        result.map(|_| ())
    }
}

fn entry(now: Now, body: Body) -> Entry {
    Entry {
        time: now.time,
        utc_us: now.utc.0,
        body,
    }
}

impl Log for JournalLog {
    type Error = Error;

    fn commit(
        &mut self,
        now: Now,
        facts: &[Event],
        links: &[(LinkKey, Vec<u8>)],
    ) -> Result<(), Error> {
        let entries = facts
            .iter()
            .map(|fact| entry(now, Body::Fact(fact.clone())));
        self.entries.extend(entries);
        let named = |(key, bytes): &(LinkKey, Vec<u8>)| {
            (
                self.prefix.clone() + &key_name(&self.plant, *key),
                bytes.clone(),
            )
        };
        let states: Vec<State> = links.iter().map(named).collect();
        self.keep(&states)
    }

    fn snapshot(&mut self, _: Now, digest: Digest, bytes: Vec<u8>) -> Result<(), Error> {
        self.journal.put_snapshot(self.next - 1, digest, &bytes)
    }

    fn tidy(&mut self, now: Now) {
        if let Some(span) = self.retain {
            // What cannot go now goes later; a store that is ill says so when it is written.
            let _ = fenhe_journal::expire(self.journal.as_mut(), now.utc.0 - span, SLICE);
        }
    }

    fn slow(&self) -> bool {
        self.took > SLOW
    }
}
