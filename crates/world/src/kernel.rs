//! The event list: a tournament tree (Knuth, TAOCP 3, 5.4.1) on (time, sequence). Ties go in order of
//! scheduling; nothing is searched or removed: whoever schedules keeps a generation and ignores
//! what has become stale.
//!
//! ```text
//!                   20 s                  first
//!           2: 20 s       3: 30 s         n is the earlier of 2 n and 2 n + 1
//!        4: 50 s 5: 20 s 6: 30 s 7: -     one leaf a slot
//! ```
//!
//! A changed leaf plays the matches on its way up, as many for each. None but a tie is a branch that
//! a processor could guess wrongly, which is what costs most in a heap. An event that is due keeps
//! its leaf open until it has been handled; the first that its handler schedules takes that place,
//! so that an end of work followed by the next one goes up once.

use alloc::vec::Vec;
use core::hint::select_unpredictable;
use fenhe_contract::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is due: small and copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum What {
    Flow(crate::flow::What),
    Fleet(crate::fleet::What),
    Crane(crate::crane::What),
}
const _: () = assert!(core::mem::size_of::<What>() <= 16);

/// When an event is due, in what order among those of the same time, and in which slot it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Key {
    /// [us], never negative.
    time: u64,
    /// Sequence number, 40 bits, and slot, 24 bits.
    order: u64,
}
const SLOT_BITS: u32 = 24;
const SEQUENCES: u64 = 1 << (64 - SLOT_BITS);
/// Sequence numbers left when they start again: more than one event can schedule.
const SPARE: u64 = 1 << 32;
const LEAVES: usize = 16;

impl Key {
    /// Of a leaf without an event: later than any time.
    const NEVER: Key = Key {
        time: u64::MAX,
        order: u64::MAX,
    };
    #[inline]
    fn new(at: Time, sequence: u64, slot: u32) -> Key {
        Key {
            time: at.0 as u64,
            order: sequence << SLOT_BITS | u64::from(slot),
        }
    }
    #[inline]
    fn slot(self) -> u32 {
        self.order as u32 & ((1 << SLOT_BITS) - 1)
    }
    /// The earlier one, chosen without a branch where the times differ.
    #[inline(always)]
    fn earlier(self, other: Key) -> Key {
        if self.time == other.time {
            return self.in_order(other);
        }
        Key {
            time: self.time.min(other.time),
            order: select_unpredictable(self.time < other.time, self.order, other.order),
        }
    }
    #[cold]
    #[inline(never)]
    fn in_order(self, other: Key) -> Key {
        self.min(other)
    }
}

/// The event list.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// Who has won every match.
    first: Key,
    /// The keys of the tree below, rows 2 and up; the leaves are the upper half, one per slot.
    times: Vec<u64>,
    orders: Vec<u64>,
    /// One per slot; a power of two of them.
    whats: Vec<What>,
    free: Vec<u32>,
    /// The slot of the event that is being handled, while no other took it.
    open: Option<u32>,
    sequence: u64,
    handled: u64,
}

impl Default for Queue {
    fn default() -> Queue {
        Queue::of(0, LEAVES, &[])
    }
}

impl Queue {
    /// Adds an event.
    #[inline(always)]
    pub fn schedule(&mut self, at: Time, what: What) {
        let slot = match self.open.take().or_else(|| self.free.pop()) {
            Some(slot) => slot,
            None => self.grow(),
        };
        self.sequence += 1;
        self.whats[slot as usize] = what;
        self.play(slot, Key::new(at, self.sequence, slot));
    }

    /// Takes the earliest event, if it is due by `until`, and tells its time. [`Queue::due`] tells what
    /// it is, and [`Queue::close`] follows when it has been handled.
    #[inline]
    pub fn pop_due(&mut self, until: Time) -> Option<Time> {
        let first = self.first;
        if first.time > until.0 as u64 {
            return None;
        }
        if self.sequence >= SEQUENCES - SPARE {
            return self.renumbered(until);
        }
        self.handled += 1;
        self.open = Some(first.slot());
        Some(Time(first.time as i64))
    }

    /// What was popped last; to be asked before anything is scheduled.
    #[inline]
    pub fn due(&self) -> What {
        self.whats[self.first.slot() as usize]
    }

    /// The event last popped has been handled: its place is free, unless another has taken it.
    #[inline]
    pub fn close(&mut self) {
        if let Some(slot) = self.open.take() {
            self.free.push(slot);
            self.play(slot, Key::NEVER);
        }
    }

    #[inline]
    pub fn next_at(&self) -> Option<Time> {
        (self.first != Key::NEVER).then_some(Time(self.first.time as i64))
    }

    /// Events handled so far.
    pub fn handled(&self) -> u64 {
        self.handled
    }

    /// Sets the key of a slot and plays its matches up to the root.
    #[inline]
    fn play(&mut self, slot: u32, mut key: Key) {
        let times = &mut self.times[..];
        let orders = &mut self.orders[..times.len()];
        let mut at = times.len() / 2 + slot as usize;
        while at > 1 {
            (times[at], orders[at]) = (key.time, key.order);
            let (time, order) = (times[at ^ 1], orders[at ^ 1]);
            key = key.earlier(Key { time, order });
            at >>= 1;
        }
        self.first = key;
    }

    /// Twice as many leaves; gives a free slot.
    #[cold]
    fn grow(&mut self) -> u32 {
        *self = Queue::of(self.handled, 2 * self.whats.len(), &self.events());
        let slot = self.free.pop();
        slot.unwrap_or_else(|| unreachable!("half of the leaves are free"))
    }

    /// Sequence numbers start again; then as asked.
    #[cold]
    fn renumbered(&mut self, until: Time) -> Option<Time> {
        *self = Queue::of(self.handled, self.whats.len(), &self.events());
        self.pop_due(until)
    }

    /// Events to come, in order.
    fn events(&self) -> Vec<(Time, What)> {
        let keys = self.times.iter().zip(&self.orders);
        let keys = keys.map(|(&time, &order)| Key { time, order });
        let leaves = keys.skip(self.whats.len());
        let live = |key: &Key| *key != Key::NEVER && self.open != Some(key.slot());
        let mut live: Vec<Key> = leaves.filter(live).collect();
        live.sort_unstable();
        let event = |key: Key| (Time(key.time as i64), self.whats[key.slot() as usize]);
        live.into_iter().map(event).collect()
    }

    /// These events, which are in order, in the first slots.
    fn of(handled: u64, leaves: usize, events: &[(Time, What)]) -> Queue {
        assert!(leaves <= 1 << SLOT_BITS, "16 million events at once");
        let nothing = What::Flow(crate::flow::What::Turn { calendar: 0 });
        let mut queue = Queue {
            first: Key::NEVER,
            times: alloc::vec![Key::NEVER.time; 2 * leaves],
            orders: alloc::vec![Key::NEVER.order; 2 * leaves],
            whats: alloc::vec![nothing; leaves],
            free: (0..leaves as u32).rev().collect(),
            open: None,
            sequence: 0,
            handled,
        };
        for &(at, what) in events {
            queue.schedule(at, what);
        }
        queue
    }
}

/// In a snapshot, only what tells one list from another: the events to come, in order.
impl Serialize for Queue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.handled, self.events()).serialize(serializer)
    }
}
impl<'de> Deserialize<'de> for Queue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Queue, D::Error> {
        let (handled, events) = <(u64, Vec<(Time, What)>)>::deserialize(deserializer)?;
        let leaves = events.len().next_power_of_two().max(LEAVES);
        Ok(Queue::of(handled, leaves, &events))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::{Purpose, Seed, Span};

    fn what(number: u64) -> What {
        What::Flow(crate::flow::What::Order {
            number: number as u32,
        })
    }

    /// Random schedules and pops beside a sorted list; forked, saved and renumbered on the way.
    #[test]
    fn the_earliest_comes_first_and_ties_in_order_of_scheduling() {
        let mut luck = Seed(1).stream("queue", Purpose::Fault);
        let (mut queue, mut list) = (Queue::default(), Vec::new());
        let mut now = Time::ZERO;
        for number in 0..20_000 {
            // Rises to some hundreds of events and falls to none, again and again.
            let more = if number / 1_000 % 2 == 0 { 2 } else { 0 };
            for _ in 0..luck.below(more + 2) {
                let at = now + Span(i64::from(luck.below(50)));
                list.push((at, number));
                queue.schedule(at, what(number));
            }
            list.sort_by_key(|&(at, _)| at);
            match luck.below(1_000) {
                0 => queue.sequence = SEQUENCES - SPARE - u64::from(luck.below(3)),
                1 => queue = fenhe_contract::restore(&fenhe_contract::snapshot(&queue)).unwrap(),
                _ => {}
            }
            let until = now + Span(i64::from(luck.below(20)));
            assert_eq!(queue.next_at(), list.first().map(|&(at, _)| at));
            let due = list.first().copied().filter(|&(at, _)| at <= until);
            assert_eq!(queue.pop_due(until), due.map(|(at, _)| at));
            if let Some((at, n)) = due {
                assert_eq!(queue.due(), what(n));
                list.remove(0);
                now = at;
                if luck.below(2) == 0 {
                    list.push((now, number));
                    queue.schedule(now, what(number));
                }
            }
            queue.close();
        }
        assert!(queue.whats.len() > 4 * LEAVES);
    }

    #[test]
    fn what_is_saved_does_not_depend_on_how_it_came_to_be() {
        let (mut one, mut other) = (Queue::default(), Queue::default());
        for n in 0..40 {
            one.schedule(Time(n), what(n as u64));
        }
        for _ in 0..20 {
            one.pop_due(Time(100));
            one.close();
        }
        for n in (20..40).rev() {
            other.schedule(Time(n), what(n as u64));
        }
        other.handled = 20;
        assert_eq!(
            fenhe_contract::snapshot(&one),
            fenhe_contract::snapshot(&other)
        );
    }
}
