//! Is a journal whole? The same walk for every store.

use crate::error::Error;
use crate::store::{Head, Journal, Seq};

/// Entries read at a time.
const PAGE: usize = 4096;

/// What [`Journal::verify`] found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Number of the first entry that is there, `last + 1` if none is.
    pub first: Seq,
    /// Number of the newest entry.
    pub last: Seq,
    /// Entries that were read and are whole.
    pub entries: u64,
    /// Epochs.
    pub epochs: usize,
    /// Keys with a state.
    pub states: usize,
    /// Size on disk [B].
    pub bytes: u64,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
}

/// Something is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// At which entry, 0 if it is none of them.
    pub seq: Seq,
    /// What.
    pub what: What,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// The entry is not there.
    Gap,
    /// Its checksum does not follow from its bytes and the checksum before it.
    Chain,
    /// Its bytes say nothing.
    Damaged,
    /// It is of a kind or version this program does not know.
    Unknown {
        /// Its kind.
        kind: u8,
        /// Its version.
        version: u8,
    },
    /// An epoch's row is damaged.
    Epoch,
    /// A snapshot is damaged.
    Snapshot,
    /// The state of a link is damaged.
    State,
    /// The store says that its files are damaged, in its words.
    Store(String),
}
impl Fault {
    /// Its figures, for the sentence of its code.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let mut args = vec![("seq", self.seq.to_string())];
        match &self.what {
            What::Store(words) => args.push(("detail", words.clone())),
            What::Unknown { kind, version } => {
                args.extend([("kind", kind.to_string()), ("version", version.to_string())]);
            }
            _ => {}
        }
        args
    }
}

impl What {
    /// The code, as in the message catalogue.
    pub fn code(&self) -> &'static str {
        match self {
            What::Gap => "journal-fault-gap",
            What::Chain => "journal-fault-chain",
            What::Damaged => "journal-fault-damaged",
            What::Unknown { .. } => "journal-fault-unknown",
            What::Epoch => "journal-fault-epoch",
            What::Snapshot => "journal-fault-snapshot",
            What::State => "journal-fault-state",
            What::Store(_) => "journal-fault-store",
        }
    }
}

pub(crate) fn verify(journal: &mut dyn Journal) -> Result<Report, Error> {
    let anchor = journal.anchor()?;
    let head = journal.head()?;
    let mut report = Report {
        first: anchor.seq + 1,
        last: head.seq,
        entries: 0,
        epochs: 0,
        states: 0,
        bytes: journal.bytes()?,
        fault: None,
    };
    if let Some(words) = journal.check_store()? {
        report.fault = Some(Fault {
            seq: 0,
            what: What::Store(words),
        });
        return Ok(report);
    }
    report.fault = entries(journal, anchor, head, &mut report.entries)?;
    if report.fault.is_none() {
        report.fault = beside(journal, head, &mut report)?;
    }
    Ok(report)
}

fn entries(
    journal: &mut dyn Journal,
    anchor: Head,
    head: Head,
    whole: &mut u64,
) -> Result<Option<Fault>, Error> {
    let mut before = anchor;
    while before.seq < head.seq {
        let rows = journal.rows(before.seq + 1, PAGE)?;
        for row in &rows {
            let seq = before.seq + 1;
            let what = if row.seq != seq {
                Some(What::Gap)
            } else if row.chain != row.chained(before.chain) {
                Some(What::Chain)
            } else {
                match row.entry() {
                    Ok(_) => None,
                    Err(Error::Format { kind, version, .. }) => {
                        Some(What::Unknown { kind, version })
                    }
                    Err(_) => Some(What::Damaged),
                }
            };
            if let Some(what) = what {
                return Ok(Some(Fault { seq, what }));
            }
            *whole += 1;
            before = Head {
                seq,
                chain: row.chain,
            };
            if seq == head.seq {
                // More may have been written since.
                return Ok(None);
            }
        }
        if rows.is_empty() {
            let seq = before.seq + 1;
            let what = What::Gap;
            return Ok(Some(Fault { seq, what }));
        }
    }
    Ok(None)
}

/// Epochs, states and the newest snapshots.
fn beside(
    journal: &mut dyn Journal,
    head: Head,
    report: &mut Report,
) -> Result<Option<Fault>, Error> {
    let fault = |seq, what| Ok(Some(Fault { seq, what }));
    match journal.epochs() {
        Ok(epochs) => report.epochs = epochs.len(),
        Err(Error::Corrupt { seq }) => return fault(seq, What::Epoch),
        Err(other) => return Err(other),
    }
    match journal.states() {
        Ok(states) => report.states = states.len(),
        Err(Error::Corrupt { seq }) => return fault(seq, What::State),
        Err(other) => return Err(other),
    }
    let mut at = head.seq;
    loop {
        match journal.latest_snapshot(at) {
            Ok(Some(snapshot)) if snapshot.seq > 0 => at = snapshot.seq - 1,
            Ok(_) => return Ok(None),
            Err(Error::Corrupt { seq }) => return fault(seq, What::Snapshot),
            Err(other) => return Err(other),
        }
    }
}
