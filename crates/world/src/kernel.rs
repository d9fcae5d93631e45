//! The event list: a 4-ary heap on (time, sequence). Ties go in order of scheduling; nothing is
//! searched or removed: whoever schedules keeps a generation and ignores what has become stale.

use alloc::vec::Vec;
use fenhe_contract::Time;
use serde::{Deserialize, Serialize};

/// What is due: small and copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum What {
    Flow(crate::flow::What),
    Fleet(crate::fleet::What),
}
const _: () = assert!(core::mem::size_of::<What>() <= 16);

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Entry {
    time: i64,
    sequence: u64,
    what: What,
}
impl Entry {
    #[inline]
    fn key(&self) -> u128 {
        // Times are never negative here.
        ((self.time as u128) << 64) | u128::from(self.sequence)
    }
}

/// The event list.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(crate) struct Queue {
    heap: Vec<Entry>,
    sequence: u64,
    handled: u64,
}

impl Queue {
    /// Adds an event.
    #[inline]
    pub fn schedule(&mut self, at: Time, what: What) {
        self.sequence += 1;
        self.heap.push(Entry {
            time: at.0,
            sequence: self.sequence,
            what,
        });
        self.rise(self.heap.len() - 1);
    }

    /// The earliest event, if it is due by `until`.
    #[inline]
    pub fn pop_due(&mut self, until: Time) -> Option<(Time, What)> {
        let first = *self.heap.first()?;
        if first.time > until.0 {
            return None;
        }
        self.handled += 1;
        let last = self.heap.pop()?;
        if !self.heap.is_empty() {
            self.heap[0] = last;
            self.sink();
        }
        Some((Time(first.time), first.what))
    }

    #[inline]
    pub fn next_at(&self) -> Option<Time> {
        self.heap.first().map(|entry| Time(entry.time))
    }

    /// Events handled so far.
    pub fn handled(&self) -> u64 {
        self.handled
    }

    #[inline]
    fn rise(&mut self, mut at: usize) {
        let entry = self.heap[at];
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.heap[parent].key() <= entry.key() {
                break;
            }
            self.heap[at] = self.heap[parent];
            at = parent;
        }
        self.heap[at] = entry;
    }

    #[inline]
    fn sink(&mut self) {
        let len = self.heap.len();
        let entry = self.heap[0];
        let mut at = 0;
        loop {
            let first = 4 * at + 1;
            if first >= len {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + 4).min(len) {
                if self.heap[child].key() < self.heap[least].key() {
                    least = child;
                }
            }
            if self.heap[least].key() >= entry.key() {
                break;
            }
            self.heap[at] = self.heap[least];
            at = least;
        }
        self.heap[at] = entry;
    }
}
