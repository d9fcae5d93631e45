//! Why a journal could not do something: codes with their figures.

use crate::Seq;
use std::fmt;

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// Another controller writes this journal: who, as far as it is known.
    Busy(String),
    /// The next entry would have another number: somebody else has written, or less is there than
    /// the caller believes.
    WrongSeq {
        /// What the caller expected to write next.
        expected: Seq,
        /// What comes next.
        found: Seq,
    },
    /// No room on the disk.
    Full,
    /// An entry, snapshot or state is damaged: at this number, 0 if it cannot be said.
    Corrupt {
        /// Where.
        seq: Seq,
    },
    /// An entry of a kind or version that this program does not know.
    Format {
        /// Where.
        seq: Seq,
        /// Its kind.
        kind: u8,
        /// Its version.
        version: u8,
    },
    /// The server does not answer, in the words of the driver.
    Unreachable(String),
    /// The server does not let us in, or has no such database, in its words.
    Refused(String),
    /// Written by a newer program.
    Version {
        /// Version of its tables.
        found: u32,
        /// Newest version this program knows.
        known: u32,
    },
    /// There is something else, not a journal.
    Foreign,
    /// There is nothing.
    Missing,
    /// Opened for reading only.
    ReadOnly,
    /// This program was built without that store.
    NotBuilt,
    /// The writer has ended.
    Closed,
    /// Anything else, in the words of the system.
    Io(String),
}

impl Error {
    /// The code, as in the message catalogue.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Busy(_) => "journal-busy",
            Error::WrongSeq { .. } => "journal-wrong-seq",
            Error::Full => "journal-full",
            Error::Corrupt { .. } => "journal-corrupt",
            Error::Format { .. } => "journal-format",
            Error::Unreachable(_) => "journal-unreachable",
            Error::Refused(_) => "journal-refused",
            Error::Version { .. } => "journal-version",
            Error::Foreign => "journal-foreign",
            Error::Missing => "journal-missing",
            Error::ReadOnly => "journal-read-only",
            Error::NotBuilt => "journal-not-built",
            Error::Closed => "journal-closed",
            Error::Io(_) => "journal-io",
        }
    }

    /// Its figures and names, for the sentence of its code.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Error::Busy(who) => vec![("who", who.clone())],
            Error::WrongSeq { expected, found } => vec![
                ("expected", expected.to_string()),
                ("found", found.to_string()),
            ],
            Error::Corrupt { seq } => vec![("seq", seq.to_string())],
            Error::Format { seq, kind, version } => vec![
                ("seq", seq.to_string()),
                ("kind", kind.to_string()),
                ("version", version.to_string()),
            ],
            Error::Version { found, known } => {
                vec![("found", found.to_string()), ("known", known.to_string())]
            }
            Error::Unreachable(text) | Error::Refused(text) | Error::Io(text) => {
                vec![("detail", text.clone())]
            }
            Error::Full
            | Error::Foreign
            | Error::Missing
            | Error::ReadOnly
            | Error::NotBuilt
            | Error::Closed => Vec::new(),
        }
    }

    /// The same call may succeed later, when the store is back or has room.
    pub fn passing(&self) -> bool {
        matches!(self, Error::Full | Error::Unreachable(_) | Error::Io(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        for (name, value) in self.args() {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}
impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::Full,
            _ => Error::Io(error.to_string()),
        }
    }
}
