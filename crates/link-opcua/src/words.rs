//! Words on the wire: PackML state numbers, job states, lines of the result log and the job list.

use fenhe_contract::{Tag, UnitState, Why};

/// Namespace of the default layout. Its index is looked up at each connection.
pub const NAMESPACE: &str = "urn:fenhe:machine";

/// PackML state number (ISA-TR88.00.02, OPC 30050) of a unit's state.
pub fn packml(state: UnitState) -> i32 {
    match state {
        UnitState::Off => 2,
        UnitState::Setup => 3,
        UnitState::Idle => 4,
        UnitState::Blocked => 5,
        UnitState::Execute => 6,
        UnitState::Down => 9,
        UnitState::Maintenance => 11,
    }
}

/// The unit's state behind a PackML state number; `suspended` is what Suspended means at this
/// machine (blocked or starved). `None` for numbers that PackML does not have.
pub fn unit_state(number: i32, suspended: UnitState) -> Option<UnitState> {
    Some(match number {
        1 | 8 | 9 => UnitState::Down,      // Clearing, Aborting, Aborted
        2 | 7 => UnitState::Off,           // Stopped, Stopping
        3 | 15 => UnitState::Setup,        // Starting, Resetting
        4 => UnitState::Idle,              // Idle
        5 | 13 | 14 => suspended,          // Suspended, Suspending, Unsuspending
        6 | 16 => UnitState::Execute,      // Execute, Completing
        10..=12 => UnitState::Maintenance, // Holding, Held, Unholding
        17 => UnitState::Blocked,          // Complete: done, not yet taken away
        _ => return None,
    })
}

macro_rules! words {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $word:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
        $vis enum $name { $($(#[$vdoc])* $word),* }
        impl $name {
            /// As on the wire.
            pub fn word(self) -> &'static str {
                match self { $(Self::$word => stringify!($word)),* }
            }
            /// From the wire; `None` for a word that is not one of these.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $(stringify!($word) => Some(Self::$word),)* _ => None }
            }
        }
    };
}
words! {
    /// State of a job order (ISA-95 job control, OPC 10031-4).
    pub enum JobState {
        /// Stored, not released.
        NotAllowedToStart,
        /// Stored and released: it starts when the machine is ready.
        AllowedToStart,
        /// Being carried out.
        Running,
        /// Stands in the middle.
        Interrupted,
        /// Done.
        Ended,
        /// Given up.
        Aborted,
    }
}
impl JobState {
    /// Nothing more will happen to it.
    pub fn is_over(self) -> bool {
        matches!(self, JobState::Ended | JobState::Aborted)
    }
}

/// Word of a refusal.
pub(crate) fn why_word(why: Why) -> &'static str {
    match why {
        Why::Stale => "Stale",
        Why::NotThere => "NotThere",
        Why::Occupied => "Occupied",
        Why::Empty => "Empty",
        Why::WrongKind => "WrongKind",
        Why::Down => "Down",
        Why::NoRoute => "NoRoute",
        Why::NotReleased => "NotReleased",
        Why::LowBattery => "LowBattery",
    }
}
/// A refusal from its word; words that we do not know count as `Down`.
pub(crate) fn why_from(word: &str) -> Why {
    use Why::*;
    let all = [
        Stale,
        NotThere,
        Occupied,
        Empty,
        WrongKind,
        Down,
        NoRoute,
        NotReleased,
        LowBattery,
    ];
    let known = all.into_iter().find(|&why| why_word(why) == word);
    known.unwrap_or(Down)
}

/// What stands at a position of a port, as the machine shows it.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub enum Standing {
    /// Nothing.
    #[default]
    Free,
    /// A carrier.
    Occupied(Tag),
    /// A carrier that has been emptied.
    Emptied(Tag),
    /// A carrier that has been filled.
    Filled {
        /// Its mark.
        tag: Tag,
        /// Pieces in it.
        count: u16,
        /// What they are, by name.
        product: String,
    },
}
impl Standing {
    /// The mark of what stands there.
    pub fn tag(&self) -> Option<Tag> {
        match *self {
            Standing::Free => None,
            Standing::Occupied(tag) | Standing::Emptied(tag) | Standing::Filled { tag, .. } => {
                Some(tag)
            }
        }
    }
    pub(crate) fn fields(&self) -> String {
        match self {
            Standing::Free => "Freed".into(),
            Standing::Occupied(tag) => format!("Occupied|{}", tag_text(*tag)),
            Standing::Emptied(tag) => format!("Emptied|{}", tag_text(*tag)),
            Standing::Filled {
                tag,
                count,
                product,
            } => {
                format!("Filled|{}|{count}|{product}", tag_text(*tag))
            }
        }
    }
    pub(crate) fn parse(text: &str) -> Option<Standing> {
        let mut at = text.split('|');
        Some(match at.next()? {
            "Freed" => Standing::Free,
            "Occupied" => Standing::Occupied(tag_from(at.next()?)?),
            "Emptied" => Standing::Emptied(tag_from(at.next()?)?),
            "Filled" => Standing::Filled {
                tag: tag_from(at.next()?)?,
                count: at.next()?.parse().ok()?,
                product: at.next()?.into(),
            },
            _ => return None,
        })
    }
}

/// A mark as text: decimal, `?` for unread.
pub(crate) fn tag_text(tag: Tag) -> String {
    match tag {
        Tag::UNREAD => "?".into(),
        Tag(number) => number.to_string(),
    }
}
pub(crate) fn tag_from(text: &str) -> Option<Tag> {
    match text {
        "?" => Some(Tag::UNREAD),
        _ => text.parse().ok().map(Tag),
    }
}

/// One entry of the result log.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum Entry {
    /// A job began.
    Started(Tag),
    /// A job ended well.
    Ended(Tag),
    /// A job ended with scrap.
    Scrapped(Tag),
    /// A job was aborted.
    Aborted(Tag),
    /// An order was refused after it had been accepted; of which job, where the machine knows.
    Refused(Option<Tag>, Why),
    /// A position of a port changed, by name.
    Port(String, Standing),
    /// A piece arrived in a queue: queue, mark, product.
    Arrived(String, Tag, String),
}
impl Entry {
    /// As a line with its serial number.
    pub fn line(&self, serial: u64) -> String {
        let rest = match self {
            Entry::Started(tag) => format!("Started|{}", tag_text(*tag)),
            Entry::Ended(tag) => format!("Ended|{}", tag_text(*tag)),
            Entry::Scrapped(tag) => format!("Scrapped|{}", tag_text(*tag)),
            Entry::Aborted(tag) => format!("Aborted|{}", tag_text(*tag)),
            Entry::Refused(tag, why) => {
                let tag = tag.map(tag_text).unwrap_or_default();
                format!("Refused|{tag}|{}", why_word(*why))
            }
            Entry::Port(port, standing) => format!("Port|{port}|{}", standing.fields()),
            Entry::Arrived(queue, tag, product) => {
                format!("Arrived|{queue}|{}|{product}", tag_text(*tag))
            }
        };
        format!("{serial}|{rest}")
    }
    /// Serial number and entry of a line; `None` if it is not one.
    pub fn parse(line: &str) -> Option<(u64, Entry)> {
        let (serial, rest) = line.split_once('|')?;
        let (word, rest) = rest.split_once('|')?;
        let entry = match word {
            "Started" => Entry::Started(tag_from(rest)?),
            "Ended" => Entry::Ended(tag_from(rest)?),
            "Scrapped" => Entry::Scrapped(tag_from(rest)?),
            "Aborted" => Entry::Aborted(tag_from(rest)?),
            "Refused" => {
                let (tag, why) = rest.split_once('|')?;
                Entry::Refused(tag_from(tag), why_from(why))
            }
            "Port" => {
                let (port, standing) = rest.split_once('|')?;
                Entry::Port(port.into(), Standing::parse(standing)?)
            }
            "Arrived" => {
                let mut at = rest.split('|');
                let queue = at.next()?.into();
                let tag = tag_from(at.next()?)?;
                Entry::Arrived(queue, tag, at.next()?.into())
            }
            _ => return None,
        };
        Some((serial.parse().ok()?, entry))
    }
}

/// One line of the job list: `id|revision|state|scrap`.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct JobLine {
    /// Job order id: the mark of the piece or carrier.
    pub id: Tag,
    /// Newest revision of the order.
    pub revision: u32,
    /// Where it stands.
    pub state: JobState,
    /// It ended with scrap.
    pub scrap: bool,
}
impl JobLine {
    /// As on the wire.
    pub fn line(&self) -> String {
        let result = if self.scrap { "Scrap" } else { "" };
        let id = tag_text(self.id);
        format!("{id}|{}|{}|{result}", self.revision, self.state.word())
    }
    /// From the wire; `None` if it is not one.
    pub fn parse(line: &str) -> Option<JobLine> {
        let mut at = line.split('|');
        Some(JobLine {
            id: tag_from(at.next()?)?,
            revision: at.next()?.parse().ok()?,
            state: JobState::from_word(at.next()?)?,
            scrap: at.next() == Some("Scrap"),
        })
    }
}

/// Header of the result log: `memory|newest serial`.
pub(crate) fn header(memory: &str, newest: u64) -> String {
    format!("{memory}|{newest}")
}
pub(crate) fn parse_header(line: &str) -> Option<(&str, u64)> {
    let (memory, newest) = line.rsplit_once('|')?;
    Some((memory, newest.parse().ok()?))
}

/// A name with what would break a line replaced.
pub(crate) fn clean(name: &str) -> String {
    let bad = |c: char| c == '|' || c.is_control();
    name.chars().map(|c| if bad(c) { '_' } else { c }).collect()
}
