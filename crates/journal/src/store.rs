//! The seam that both stores stand behind.

use crate::entry::{Body, Entry};
use crate::error::Error;
use crate::verify::Report;
use fenhe_contract::Digest;
use serde::{Deserialize, Serialize};

/// Number of an entry: from 1, without gaps. 0 is "before the first".
pub type Seq = u64;

/// The newest state of something beside the core (a protocol link): its key and its bytes.
pub type State = (String, Vec<u8>);

/// Most entries that one call of [`Journal::prune`] removes.
pub const PRUNE_STEP: u64 = 20_000;

/// Where a journal ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Number of the newest entry, 0 if there never was one.
    pub seq: Seq,
    /// Its checksum, which covers all before it.
    pub chain: u64,
}

/// What an epoch is opened with. Within an epoch the same facts promise the same digests.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Epoch {
    /// Version of the program.
    pub program_version: String,
    /// Version of the decision logic: a change of it may change decisions.
    pub logic_version: u32,
    /// Digest of the checked plant.
    pub plant_hash: Digest,
    /// Its name.
    pub plant_name: String,
    /// When it was opened [µs since 1970-01-01 UTC].
    pub utc_us: i64,
    /// Names of the plant's elements by kind, in the order of their ids: what an id means in this epoch.
    pub names: Vec<(String, Vec<String>)>,
    /// Digest of the core's state.
    pub digest: Digest,
    /// The core's whole state.
    pub snapshot: Vec<u8>,
}

/// An epoch as it stands in a journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// From 1, without gaps.
    pub number: u32,
    /// Number of its first entry.
    pub first: Seq,
    /// What it was opened with.
    pub epoch: Epoch,
}

/// The core's state after an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// In which epoch.
    pub epoch: u32,
    /// After which entry.
    pub seq: Seq,
    /// Digest of the state.
    pub digest: Digest,
    /// The state.
    pub bytes: Vec<u8>,
}

/// An entry as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its number.
    pub seq: Seq,
    /// Plant's time [µs].
    pub time_us: i64,
    /// Wall clock [µs since 1970-01-01 UTC].
    pub utc_us: i64,
    /// Kind of the body.
    pub kind: u8,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// Checksum over this entry and the checksum before it.
    pub chain: u64,
}

impl Row {
    /// An entry that follows the checksum `before`.
    pub(crate) fn new(seq: Seq, before: u64, entry: &Entry) -> Row {
        let mut row = Row {
            seq,
            time_us: entry.time.0,
            utc_us: entry.utc_us,
            kind: entry.body.kind(),
            body: entry.body.encode(),
            chain: 0,
        };
        row.chain = row.chained(before);
        row
    }

    /// The checksum it must have after `before`: against damage, not against forgery.
    pub fn chained(&self, before: u64) -> u64 {
        Digest(before)
            .with(self.seq)
            .with(u64::from(self.kind))
            .with(self.time_us as u64)
            .with(self.utc_us as u64)
            .with_bytes(&self.body)
            .0
    }

    /// The entry.
    ///
    /// # Errors
    /// [`Error::Format`] for bytes of an unknown kind or version, [`Error::Corrupt`] for damaged ones.
    pub fn entry(&self) -> Result<Entry, Error> {
        let body = Body::decode(self.kind, &self.body).map_err(|bad| match bad.version {
            Some(version) if !bad.damaged() => Error::Format {
                seq: self.seq,
                kind: bad.kind,
                version,
            },
            _ => Error::Corrupt { seq: self.seq },
        })?;
        Ok(Entry {
            time: fenhe_contract::Time(self.time_us),
            utc_us: self.utc_us,
            body,
        })
    }
}

/// Rows for entries that follow `head`.
pub(crate) fn rows_after(head: Head, entries: &[Entry]) -> Vec<Row> {
    let mut before = head;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let row = Row::new(before.seq + 1, before.chain, entry);
        before = Head {
            seq: row.seq,
            chain: row.chain,
        };
        rows.push(row);
    }
    rows
}

/// A durable journal. One controller writes it, many may read.
pub trait Journal: Send {
    /// Appends entries and puts states (each key overwrites what it had) in one transaction. Durable
    /// on return. `expected` is the number the first entry will get. Gives the newest number.
    ///
    /// # Errors
    /// [`Error::WrongSeq`] if the next number is another one. Whatever the error: all of it is kept or
    /// nothing; after [`Error::Unreachable`] the same call may be made again and finds out which.
    fn commit(&mut self, expected: Seq, entries: &[Entry], states: &[State]) -> Result<Seq, Error>;

    /// [`Journal::commit`] without states.
    ///
    /// # Errors
    /// As there.
    fn append(&mut self, expected: Seq, entries: &[Entry]) -> Result<Seq, Error> {
        self.commit(expected, entries, &[])
    }

    /// [`Journal::commit`] without entries.
    ///
    /// # Errors
    /// As there.
    fn put_states(&mut self, expected: Seq, states: &[State]) -> Result<(), Error> {
        self.commit(expected, &[], states).map(|_| ())
    }

    /// All states, in order of their keys.
    ///
    /// # Errors
    /// [`Error::Corrupt`] (number 0) if one is damaged.
    fn states(&mut self) -> Result<Vec<State>, Error>;

    /// Where it ends.
    ///
    /// # Errors
    /// The store's.
    fn head(&mut self) -> Result<Head, Error>;

    /// Where it begins: what [`Journal::prune`] has removed up to (number 0 if nothing).
    ///
    /// # Errors
    /// The store's.
    fn anchor(&mut self) -> Result<Head, Error>;

    /// At most `limit` entries as they are stored, from number `from`, in order.
    ///
    /// # Errors
    /// The store's.
    fn rows(&mut self, from: Seq, limit: usize) -> Result<Vec<Row>, Error>;

    /// At most `limit` entries with their numbers, from number `from`, in order.
    ///
    /// # Errors
    /// [`Error::Format`] or [`Error::Corrupt`] at the first that cannot be read; a gap is
    /// [`Error::Corrupt`] too. Checksums are compared by [`Journal::verify`].
    fn read(&mut self, from: Seq, limit: usize) -> Result<Vec<(Seq, Entry)>, Error> {
        let rows = self.rows(from, limit)?;
        let first = rows.first().map_or(from, |row| row.seq);
        let numbered = rows.iter().zip(first..);
        numbered
            .map(|(row, seq)| match row.seq == seq {
                true => Ok((row.seq, row.entry()?)),
                false => Err(Error::Corrupt { seq }),
            })
            .collect()
    }

    /// Opens an epoch; `expected` is the number of its first entry. Gives the epoch's number.
    ///
    /// # Errors
    /// [`Error::WrongSeq`] as for [`Journal::commit`].
    fn open_epoch(&mut self, expected: Seq, epoch: &Epoch) -> Result<u32, Error>;

    /// All epochs, in order.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with the number of the first entry of an epoch that is damaged.
    fn epochs(&mut self) -> Result<Vec<Opened>, Error>;

    /// Keeps the state of the core after entry `seq`, in the newest epoch.
    ///
    /// # Errors
    /// [`Error::WrongSeq`] if there is no such entry yet.
    fn put_snapshot(&mut self, seq: Seq, digest: Digest, bytes: &[u8]) -> Result<(), Error>;

    /// The newest snapshot after an entry up to `at_or_before`; those that open epochs count.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is damaged: ask for an older one.
    fn latest_snapshot(&mut self, at_or_before: Seq) -> Result<Option<Snapshot>, Error>;

    /// Removes entries before `before`, at most [`PRUNE_STEP`] a call so that nobody waits long: call
    /// it until it gives 0. What follows the newest snapshot always stays, and so do epochs; snapshots
    /// that no remaining entry follows directly go, the newest stays. Gives how many entries went.
    ///
    /// # Errors
    /// The store's.
    fn prune(&mut self, before: Seq) -> Result<u64, Error>;

    /// What the store itself says of its files: `None` if nothing is wrong.
    ///
    /// # Errors
    /// The store's.
    fn check_store(&mut self) -> Result<Option<String>, Error>;

    /// Size on disk [B], as far as the store tells.
    ///
    /// # Errors
    /// The store's.
    fn bytes(&mut self) -> Result<u64, Error>;

    /// Reads everything: numbers without gaps, the chain of checksums, every entry decodable, epochs,
    /// snapshots and states whole. Names the first that is not.
    ///
    /// # Errors
    /// The store's; what is wrong with the journal is in the report.
    fn verify(&mut self) -> Result<Report, Error>;
}
