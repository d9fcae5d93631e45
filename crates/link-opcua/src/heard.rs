//! What comes out of the client, and what a person can say to a doubt.

use fenhe_contract::{Event, Tag};
use serde::{Deserialize, Serialize};

/// How far a station's reports have been taken in. Kept with the facts (journal), it lets a
/// restarted controller go on exactly there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Mark {
    /// The machine's memory; empty takes whatever memory is met first, from its beginning.
    pub memory: String,
    /// Serial number of the newest entry of the result log that was taken in.
    pub serial: u64,
    /// Total of good pieces that was taken in.
    pub good: u32,
    /// Total of scrapped pieces that was taken in.
    pub scrap: u32,
}

/// What comes from a station.
#[derive(Clone, PartialEq, Debug)]
pub enum Heard {
    /// A fact for the decision core.
    Fact(Event),
    /// The link was judged lost (`false`) or is back and everything missed has been told (`true`).
    Link(bool),
    /// The alarm word changed.
    Alarm(u32),
    /// Something cannot be known; a person has to look.
    Doubt(Doubt),
    /// All before this was taken in up to here.
    Mark(Mark),
    /// The order of this job, of this revision, is over: it need not be kept any more.
    Over(Tag, u32),
    /// The machine took the word to hold (`true`) or to go on.
    Held(bool),
    /// Somebody said that a job in doubt was not done; it is sent again.
    Again(Tag),
}

/// A job that an earlier run ordered and did not see the end of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open {
    /// The mark of its piece.
    pub tag: Tag,
    /// Newest revision of its order.
    pub revision: u32,
    /// It was in doubt.
    pub doubt: bool,
}

/// What cannot be known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// The machine lost its memory, or dropped the job without a word, while it had this job. It
    /// is not sent again until somebody says so ([`Settle`]).
    Job(Tag),
    /// Entries of the result log with these serial numbers were overwritten before they were read.
    Missed {
        /// First.
        from: u64,
        /// Last.
        to: u64,
    },
    /// A total ran backwards though the memory is the same; what was made in between is unknown.
    CountBack,
    /// Nodes that are missing or whose value cannot be read, by node.
    Unreadable(String),
}

/// How a person settles a job in doubt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settle {
    /// It was done, well.
    Ended,
    /// It was done and is scrap.
    Scrapped,
    /// It was not done: send it again.
    Again,
}
