//! What one server is booked for, and where something more fits in. Bookings never move: a gap that is too short for
//! a length stays too short for it, so a search need look at it only once.

use super::Hours;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound::{Excluded, Unbounded};
use fenhe_contract::*;

/// Something is done from its key on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Booked {
    /// Until then.
    pub end: Time,
    /// The material; set-ups lie between two of them.
    pub product: ProductId,
}

/// The bookings of one server.
#[derive(Clone, Default, Debug)]
pub struct Timeline {
    booked: BTreeMap<Time, Booked>,
    /// By class of length and begin of a booking: up to this booking every gap before one is shorter.
    skip: BTreeMap<(u16, Time), Time>,
    /// What has changed since a trial began.
    trial: Option<Vec<Change>>,
}

/// A change that can be taken back.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// Booked at this time.
    Booked(Time),
    /// A skip was set; what it was before.
    Skip((u16, Time), Option<Time>),
}

/// Set-up between two materials.
pub type Setups<'s> = &'s dyn Fn(ProductId, ProductId) -> Span;

/// Classes of lengths: eight to each doubling.
fn class(length: Span) -> u16 {
    let length = length.0.max(8) as u64;
    let top = length.ilog2();
    ((top << 3) as u16) | (length >> (top - 3) & 7) as u16
}

/// The shortest length of a class.
fn shortest(class: u16) -> i64 {
    (8 + i64::from(class & 7)) << ((class >> 3) - 3)
}

impl Timeline {
    /// Bookings in order of time.
    pub fn booked(&self) -> impl Iterator<Item = (Time, Booked)> + '_ {
        self.booked.iter().map(|(at, booked)| (*at, *booked))
    }

    /// The booking before `at` or there.
    fn before(&self, at: Time) -> Option<Booked> {
        let before = self.booked.range(..=at).next_back();
        before.map(|(_, booked)| *booked)
    }

    /// The first begin and end, not before `from`, of something that takes so long, with set-ups on both sides.
    pub fn fit(
        &mut self,
        from: Time,
        (product, takes): (ProductId, Span),
        hours: &Hours,
        setups: Setups<'_>,
    ) -> (Time, Time) {
        let class = class(takes);
        let mut passed = Vec::new();
        let mut before = self.before(from);
        let found = loop {
            let begin = begin(from, before, product, hours, setups);
            let slot = (begin, hours.after(begin, takes));
            let last = before.map_or(from, |booked| booked.end.max(from));
            let next = self.next(before, from);
            let Some((next, booked)) = next else {
                break slot;
            };
            if slot.1 + setups(product, booked.product) <= next {
                break slot;
            }
            // The first gap is cut by `from`: it says nothing of its own length.
            let whole = before.is_some_and(|booked| booked.end >= from);
            let short = (next - last).0 < shortest(class);
            if !(short && whole) {
                self.compress(class, &mut passed);
                before = Some(booked);
                continue;
            }
            passed.push(next);
            before = match self.skip.get(&(class, next)) {
                Some(&to) => {
                    passed.push(to);
                    self.booked.get(&to).copied()
                }
                None => Some(booked),
            };
        };
        self.compress(class, &mut passed);
        found
    }

    /// The first booking that begins after another, or after a time.
    fn next(&self, before: Option<Booked>, from: Time) -> Option<(Time, Booked)> {
        // Bookings do not overlap: what follows begins at the end of the one before or later.
        let after = before.map_or(from, |booked| booked.end.max(from));
        let next = match before {
            Some(booked) if booked.end >= from => self.booked.range(booked.end..).next(),
            _ => self.booked.range((Excluded(after), Unbounded)).next(),
        };
        next.map(|(at, booked)| (*at, *booked))
    }

    /// The gaps before these bookings, and all in between, are too short for a class.
    fn compress(&mut self, class: u16, passed: &mut Vec<Time>) {
        let Some(to) = passed.last().copied() else {
            return;
        };
        for at in passed.drain(..) {
            let before = self.skip.insert((class, at), to);
            if let Some(trial) = &mut self.trial {
                trial.push(Change::Skip((class, at), before));
            }
        }
    }

    /// Books it.
    pub fn book(&mut self, (begin, end): (Time, Time), product: ProductId) {
        self.booked.insert(begin, Booked { end, product });
        if let Some(trial) = &mut self.trial {
            trial.push(Change::Booked(begin));
        }
    }

    /// What follows is taken back by [`Timeline::back`].
    pub fn try_out(&mut self) {
        self.trial = Some(Vec::new());
    }

    /// As it was before the trial.
    pub fn back(&mut self) {
        for change in self.trial.take().into_iter().flatten().rev() {
            match change {
                Change::Booked(at) => {
                    self.booked.remove(&at);
                }
                Change::Skip(key, Some(to)) => {
                    self.skip.insert(key, to);
                }
                Change::Skip(key, None) => {
                    self.skip.remove(&key);
                }
            }
        }
    }
}

fn begin(
    from: Time,
    before: Option<Booked>,
    product: ProductId,
    hours: &Hours,
    setups: Setups<'_>,
) -> Time {
    let ready = before.map_or(from, |booked| booked.end + setups(booked.product, product));
    hours.open(from.max(ready))
}
