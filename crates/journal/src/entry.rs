//! What stands in a journal, and how it is written down.

use fenhe_contract::{Event, Time};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One entry.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// When, in the plant's time [µs since its epoch].
    pub time: Time,
    /// When, by the wall clock [µs since 1970-01-01 UTC]; may step.
    pub utc_us: i64,
    /// What.
    pub body: Body,
}

/// What an entry says.
#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// A fact for the decision core.
    Fact(Event),
    /// The wall clock, seen at start and at each step of it.
    Clock {
        /// What it showed [µs since 1970-01-01 UTC].
        utc_us: i64,
        /// UTC less the plant's time [µs].
        offset_us: i64,
    },
    /// Somebody changed something.
    Audit {
        /// Who.
        who: String,
        /// What.
        what: String,
        /// From which value.
        from: String,
        /// To which value.
        to: String,
    },
    /// Something worth keeping that decides nothing: a code with its arguments.
    Note {
        /// A code of the message catalogue.
        code: String,
        /// Its arguments by name.
        args: Vec<(String, String)>,
    },
}

/// Version of the form in which bodies are written. Bytes of each older version are decoded too.
pub const FORMAT: u8 = 1;

/// Bytes of a kind or version that this program does not know, or that are damaged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Undecodable {
    /// Kind of the entry.
    pub kind: u8,
    /// Version of its form; `None` if there are no bytes at all.
    pub version: Option<u8>,
}
impl Undecodable {
    /// Kind and version are known: the bytes are damaged.
    pub fn damaged(self) -> bool {
        (1..=4).contains(&self.kind) && self.version.is_none_or(|v| (1..=FORMAT).contains(&v))
    }
}

impl Body {
    /// Its kind: 1 fact, 2 clock, 3 audit, 4 note.
    pub fn kind(&self) -> u8 {
        match self {
            Body::Fact(_) => 1,
            Body::Clock { .. } => 2,
            Body::Audit { .. } => 3,
            Body::Note { .. } => 4,
        }
    }

    /// The name of its kind: "fact", "clock", "audit", "note".
    pub fn kind_name(&self) -> &'static str {
        ["fact", "clock", "audit", "note"][usize::from(self.kind() - 1)]
    }

    /// What it is about in one word: the kind of fact, what was changed, the code of a note.
    pub fn what(&self) -> String {
        match self {
            Body::Fact(event) => {
                let words = format!("{event:?}");
                let end = words.find(|c: char| !c.is_alphanumeric());
                words[..end.unwrap_or(words.len())].to_string()
            }
            Body::Clock { .. } => "Clock".into(),
            Body::Audit { what, .. } => what.clone(),
            Body::Note { code, .. } => code.clone(),
        }
    }

    /// All of it in the words of the code.
    pub fn words(&self) -> String {
        match self {
            Body::Fact(event) => format!("{event:?}"),
            Body::Clock { utc_us, offset_us } => format!("utc_us={utc_us} offset_us={offset_us}"),
            Body::Audit { who, from, to, .. } => format!("{who}: {from:?} -> {to:?}"),
            Body::Note { args, .. } => {
                let args: Vec<_> = args.iter().map(|(k, v)| format!("{k}={v}")).collect();
                args.join(" ")
            }
        }
    }

    /// The bytes: one of [`FORMAT`], then postcard.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Body::Fact(event) => written(event),
            Body::Clock { utc_us, offset_us } => written(&(utc_us, offset_us)),
            Body::Audit {
                who,
                what,
                from,
                to,
            } => written(&(who, what, from, to)),
            Body::Note { code, args } => written(&(code, args)),
        }
    }

    /// Back from its bytes.
    ///
    /// # Errors
    /// The bytes are of an unknown kind or version, or damaged.
    pub fn decode(kind: u8, bytes: &[u8]) -> Result<Body, Undecodable> {
        let bad = Undecodable {
            kind,
            version: bytes.first().copied(),
        };
        let (version, rest) = bytes.split_first().ok_or(bad)?;
        if *version != FORMAT {
            return Err(bad);
        }
        let body = match kind {
            1 => read(rest).map(Body::Fact),
            2 => read(rest).map(|(utc_us, offset_us)| Body::Clock { utc_us, offset_us }),
            3 => read(rest).map(|(who, what, from, to)| Body::Audit {
                who,
                what,
                from,
                to,
            }),
            4 => read(rest).map(|(code, args)| Body::Note { code, args }),
            _ => None,
        };
        body.ok_or(bad)
    }
}

/// The form of everything that is written: one byte of version, then postcard.
pub(crate) fn written<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = vec![FORMAT];
    bytes.extend(fenhe_contract::snapshot(value));
    bytes
}

/// All bytes, or nothing.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

/// A value written by [`written`], if its version is known.
pub(crate) fn read_versioned<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Option<T> {
    match bytes.split_first() {
        Some((&FORMAT, rest)) => read(rest),
        _ => None,
    }
}
