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
    /// By class of length and begin of a booking: the first booking from there on before which the gap may be as long.
    skip: BTreeMap<(u16, Time), Time>,
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
            before = match self.skip.get(&(class, next)).filter(|_| short && whole) {
                Some(&to) => {
                    passed.push(next);
                    self.booked
                        .range(..to)
                        .next_back()
                        .map(|(_, booked)| *booked)
                }
                None => Some(booked),
            };
            if short && whole {
                passed.push(next);
            } else {
                self.compress(class, &mut passed, next);
            }
        };
        // Behind the last booking others may come: it is looked at again.
        let next = self.next(before, from).map(|(next, _)| next);
        if let Some(to) = next.or_else(|| passed.pop()) {
            self.compress(class, &mut passed, to);
        }
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

    /// All gaps before these bookings are too short for a class, up to `to`.
    fn compress(&mut self, class: u16, passed: &mut Vec<Time>, to: Time) {
        for at in passed.drain(..) {
            self.skip.insert((class, at), to);
        }
    }

    /// Books it.
    pub fn book(&mut self, (begin, end): (Time, Time), product: ProductId) {
        self.booked.insert(begin, Booked { end, product });
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
