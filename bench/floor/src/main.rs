//! The floor: what a careful programmer writes by hand for this one job. A 4-ary heap on (time,
//! sequence) as the event list, a queue and a time-weighted level per station, a sum over jobs.
//! Nothing is general: no plant, no decisions, no elements other than the ten servers.

use bench_common::{Answer, BETWEEN, Level, Luck, SERVICE, STATIONS, arguments, report};
use std::collections::VecDeque;

/// What is due: an arrival, or the end of service at a station.
const ARRIVAL: u32 = STATIONS as u32;

/// Time in the upper half (the bits of a float that is not negative rise with it), then sequence,
/// then what: one comparison orders them.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Entry(u128);

impl Entry {
    #[inline]
    fn new(time: f64, sequence: u32, what: u32) -> Entry {
        Entry(u128::from(time.to_bits()) << 64 | u128::from(sequence) << 32 | u128::from(what))
    }
    #[inline]
    fn time(self) -> f64 {
        f64::from_bits((self.0 >> 64) as u64)
    }
    #[inline]
    fn what(self) -> u32 {
        self.0 as u32
    }
}

/// The event list.
#[derive(Default)]
struct Heap {
    entries: Vec<Entry>,
    sequence: u32,
}

impl Heap {
    #[inline]
    fn push(&mut self, time: f64, what: u32) {
        self.sequence = self.sequence.wrapping_add(1);
        let entry = Entry::new(time, self.sequence, what);
        self.entries.push(entry);
        let mut at = self.entries.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.entries[parent] < entry {
                break;
            }
            self.entries[at] = self.entries[parent];
            at = parent;
        }
        self.entries[at] = entry;
    }

    #[inline]
    fn pop(&mut self) -> Option<Entry> {
        let first = *self.entries.first()?;
        let entry = self.entries.pop()?;
        let len = self.entries.len();
        if len == 0 {
            return Some(first);
        }
        let mut at = 0;
        loop {
            let child = 4 * at + 1;
            if child >= len {
                break;
            }
            let mut least = child;
            for other in child + 1..(child + 4).min(len) {
                if self.entries[other] < self.entries[least] {
                    least = other;
                }
            }
            if entry < self.entries[least] {
                break;
            }
            self.entries[at] = self.entries[least];
            at = least;
        }
        self.entries[at] = entry;
        Some(first)
    }
}

struct Station {
    /// When each job here arrived in the system; the first one is being served.
    jobs: VecDeque<f64>,
    level: Level,
    luck: Luck,
}

fn main() {
    let (jobs, seed) = arguments();
    let mut heap = Heap::default();
    let mut arrivals = Luck::new(seed, STATIONS);
    let mut stations: Vec<Station> = (0..STATIONS)
        .map(|n| Station {
            jobs: VecDeque::new(),
            level: Level::default(),
            luck: Luck::new(seed, n),
        })
        .collect();
    let mut answer = Answer::default();
    let mut waiting = jobs;
    heap.push(arrivals.exponential(BETWEEN), ARRIVAL);
    while let Some(entry) = heap.pop() {
        let (now, what) = (entry.time(), entry.what());
        let (born, next) = if what == ARRIVAL {
            waiting -= 1;
            if waiting > 0 {
                heap.push(now + arrivals.exponential(BETWEEN), ARRIVAL);
            }
            (now, 0)
        } else {
            let station = &mut stations[what as usize];
            let Some(born) = station.jobs.pop_front() else {
                continue;
            };
            station.level.add(now, -1.0);
            if !station.jobs.is_empty() {
                heap.push(now + station.luck.exponential(SERVICE), what);
            }
            (born, what as usize + 1)
        };
        if let Some(station) = stations.get_mut(next) {
            station.jobs.push_back(born);
            station.level.add(now, 1.0);
            if station.jobs.len() == 1 {
                heap.push(now + station.luck.exponential(SERVICE), next as u32);
            }
        } else {
            answer.jobs += 1;
            answer.time += now - born;
        }
    }
    answer.area = stations.iter().map(|station| station.level.area()).sum();
    report(answer);
}
