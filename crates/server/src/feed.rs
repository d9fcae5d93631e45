//! The live feed: a bounded ring of numbered items that any number of readers follow, each at its own
//! pace. Whoever falls out of the ring starts again from a whole picture.
//!
//! Sequence numbers begin at the microsecond in which the feed was made, so that those of one run of the
//! program never fall into those of the next: a reader that resumes after a restart is told to
//! start again instead of being given a gap.

use crate::view::*;
use axum::extract::ws::Utf8Bytes;
use fenhe_contract::{Accel, EdgeId, Length, Speed, StationId, Time, VehicleId};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use tokio::sync::watch;
use utoipa::ToSchema;

/// One numbered item.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Numbered {
    /// Rises by one from item to item.
    pub seq: u64,
    /// When, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// What.
    #[serde(flatten)]
    pub item: Item,
}

/// What a feed carries. Vehicles, stations and edges are given by their index in the tables of
/// `GET /api/v1/plant`, for as long as its hash stays.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Item {
    /// A whole picture: what came before it need not be known. Sent first, and after a gap.
    Resync {
        /// Why.
        reason: Resync,
        /// The picture; its `seq` is that of this item.
        #[schema(value_type = View)]
        view: Arc<View>,
    },
    /// A vehicle moves along an edge with constant acceleration; never a position.
    Motion(Motion),
    /// A vehicle changed otherwise.
    Vehicle {
        /// Index.
        #[schema(value_type = u32)]
        vehicle: VehicleId,
        /// As it is now.
        view: VehicleView,
    },
    /// A station changed.
    Station {
        /// Index.
        #[schema(value_type = u32)]
        station: StationId,
        /// As it is now.
        view: StationView,
    },
    /// A transport began, changed or was done.
    Transport(TransportView),
    /// An order came or changed.
    Order(OrderView),
    /// An alarm came or changed.
    Alarm(AlarmView),
    /// An alarm is over and acknowledged.
    AlarmOver {
        /// Its serial.
        id: u64,
    },
    /// An access window came or changed.
    Access(AccessView),
    /// An access window was closed.
    AccessOver {
        /// Name of the zone.
        zone: String,
    },
    /// The plant is run otherwise now.
    Mode {
        /// From now on.
        mode: Mode,
    },
    /// It is alive: facts handled since the start, once a second.
    Facts {
        /// How many.
        count: u64,
    },
}

/// A motion segment: at `from` the vehicle's reference point was `offset` along the edge with `speed`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Motion {
    /// Index.
    #[schema(value_type = u32)]
    pub vehicle: VehicleId,
    /// Index.
    #[schema(value_type = u32)]
    pub edge: EdgeId,
    /// From the edge's start [mm].
    #[schema(value_type = i64)]
    pub offset: Length,
    /// At `from` [mm/s].
    #[schema(value_type = i64)]
    pub speed: Speed,
    /// Until `until` [mm/s2].
    #[schema(value_type = i64)]
    pub accel: Accel,
    /// Since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub from: Time,
    /// Since the plant's epoch [us]; at rest from then on, if nothing follows.
    #[schema(value_type = i64)]
    pub until: Time,
}

/// Why a whole picture was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resync {
    /// The reader asked for no number.
    Start,
    /// The number asked for has fallen out of the ring.
    Gap,
    /// The number asked for has not been given: the program was started again.
    Restart,
}

/// An item in the ring; its text is made once for all readers.
#[derive(Debug)]
pub struct Entry {
    /// The item.
    pub numbered: Numbered,
    text: OnceLock<Utf8Bytes>,
}

impl Entry {
    /// As JSON.
    pub fn text(&self) -> &Utf8Bytes {
        self.text.get_or_init(|| json(&self.numbered))
    }
}

/// Items are plain data: this cannot fail but by a bug in a `Serialize`, and then it says so.
pub(crate) fn json(numbered: &Numbered) -> Utf8Bytes {
    let text = serde_json::to_string(numbered);
    text.unwrap_or_else(|_| format!("{{\"seq\":{},\"type\":\"broken\"}}", numbered.seq))
        .into()
}

/// The ring.
#[derive(Debug)]
pub struct Feed {
    ring: Mutex<Ring>,
    newest: watch::Sender<u64>,
    capacity: usize,
}

#[derive(Debug)]
struct Ring {
    next: u64,
    items: VecDeque<Arc<Entry>>,
}

/// What [`Feed::read`] found.
#[derive(Clone, Debug)]
pub enum Read {
    /// Items from the number asked for on; none if it is the next to come.
    Items(Vec<Arc<Entry>>),
    /// The number has fallen out of the ring, or was never given.
    Lost(Resync),
}

impl Feed {
    /// An empty ring of so many items whose first number is `first`, the microsecond of UTC it is made in.
    pub fn new(capacity: usize, first: u64) -> Feed {
        let capacity = capacity.max(1);
        let items = VecDeque::with_capacity(capacity.min(1 << 16));
        Feed {
            ring: Mutex::new(Ring { next: first, items }),
            newest: watch::Sender::new(first.saturating_sub(1)),
            capacity,
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(|held| held.into_inner())
    }

    /// Adds an item and wakes the readers. Gives its number.
    pub fn push(&self, at: Time, item: Item) -> u64 {
        let mut ring = self.ring();
        let seq = ring.next;
        ring.next += 1;
        if ring.items.len() == self.capacity {
            ring.items.pop_front();
        }
        ring.items.push_back(Arc::new(Entry {
            numbered: Numbered { seq, at, item },
            text: OnceLock::new(),
        }));
        // Under the lock, so that the number woken with never falls.
        self.newest.send_replace(seq);
        seq
    }

    /// The number of the last item; one less than the first, if there is none yet.
    pub fn newest(&self) -> u64 {
        *self.newest.borrow()
    }

    /// Wakes when items come; holds the newest number.
    pub fn wake(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// At most `most` items from this number on.
    pub fn read(&self, from: u64, most: usize) -> Read {
        let ring = self.ring();
        let oldest = ring.next - ring.items.len() as u64;
        if from > ring.next {
            return Read::Lost(Resync::Restart);
        }
        if from < oldest {
            return Read::Lost(Resync::Gap);
        }
        let skip = (from - oldest) as usize;
        Read::Items(ring.items.iter().skip(skip).take(most).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(feed: &Feed, count: u64) -> u64 {
        feed.push(Time(count as i64), Item::Facts { count })
    }
    fn numbers(read: Read) -> Vec<u64> {
        match read {
            Read::Items(items) => items.iter().map(|entry| entry.numbered.seq).collect(),
            Read::Lost(_) => panic!("not lost"),
        }
    }

    #[test]
    fn numbers_rise_and_the_oldest_fall_out() {
        let feed = Feed::new(3, 100);
        assert_eq!(feed.newest(), 99);
        assert_eq!(numbers(feed.read(100, 9)), [] as [u64; 0]);
        for count in 0..5 {
            assert_eq!(facts(&feed, count), 100 + count);
        }
        assert_eq!(numbers(feed.read(102, 9)), [102, 103, 104]);
        assert_eq!(numbers(feed.read(103, 1)), [103]);
        assert_eq!(numbers(feed.read(105, 9)), [] as [u64; 0]);
        assert!(matches!(feed.read(101, 9), Read::Lost(Resync::Gap)));
        assert!(matches!(feed.read(106, 9), Read::Lost(Resync::Restart)));
    }

    #[test]
    fn a_feed_of_an_earlier_run_is_lost_not_empty() {
        let feed = Feed::new(3, 5_000);
        assert!(matches!(feed.read(4_000, 9), Read::Lost(Resync::Gap)));
    }

    #[test]
    fn an_item_reads_back_from_its_text() {
        let feed = Feed::new(3, 7);
        let motion = Motion {
            vehicle: VehicleId(3),
            edge: EdgeId(17),
            offset: Length(0),
            speed: Speed(1_200),
            accel: Accel(-500),
            from: Time(1),
            until: Time(2),
        };
        feed.push(Time(1), Item::Motion(motion));
        let Read::Items(items) = feed.read(7, 1) else {
            panic!("there")
        };
        let text = items[0].text().as_str();
        assert_eq!(
            text,
            "{\"seq\":7,\"at\":1,\"type\":\"motion\",\"vehicle\":3,\"edge\":17,\"offset\":0,\"speed\":1200,\"accel\":-500,\"from\":1,\"until\":2}"
        );
        let back: Numbered = serde_json::from_str(text).expect("reads");
        assert_eq!(back, items[0].numbered);
    }
}
