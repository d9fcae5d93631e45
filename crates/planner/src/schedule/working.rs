//! When a machine works: shifts that come back, and times at which it is closed once. Work pauses while it is closed
//! and goes on afterwards.

use super::Units;
use alloc::vec::Vec;

/// Working time of a machine. Up to the last closed time every interval stands in a list; behind it shifts come back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Working {
    /// Intervals before `edge`: begin, end, and work done before the begin.
    list: Vec<(u64, u64, u64)>,
    /// From here on only the shifts count: a multiple of the period.
    edge: u64,
    /// Work done before the edge.
    done: u64,
    period: u64,
    /// Intervals of one period, as in the list.
    on: Vec<(u64, u64, u64)>,
    /// Work in one period.
    each: u64,
}

impl Working {
    /// Shifts within a period, ascending, less the times at which it is closed once. None if it
    /// would never work.
    pub fn new(period: Units, on: &[(Units, Units)], closed: &[(Units, Units)]) -> Option<Working> {
        let period = u64::from(period);
        let wide = |&(from, to): &(Units, Units)| (u64::from(from), u64::from(to).min(period));
        let shifts: Vec<(u64, u64)> = on.iter().map(wide).filter(|(a, b)| a < b).collect();
        if shifts.is_empty() {
            return None;
        }
        let last = closed.iter().map(|closed| u64::from(closed.1)).max();
        let edge = last.unwrap_or(0).div_ceil(period) * period;
        let rounds = (0..edge / period).map(|round| round * period);
        let all = rounds.flat_map(|begin| shifts.iter().map(move |(a, b)| (begin + a, begin + b)));
        let (list, done) = summed(open(all.collect(), closed));
        let (on, each) = summed(shifts);
        Some(Working {
            list,
            edge,
            done,
            period,
            on,
            each,
        })
    }

    /// Always, but for the times at which it is closed once.
    pub fn but(closed: &[(Units, Units)]) -> Working {
        let last = closed.iter().map(|closed| u64::from(closed.1)).max();
        let edge = last.unwrap_or(0);
        let (list, done) = summed(open(Vec::from([(0, edge)]), closed));
        Working {
            list,
            edge,
            done,
            period: 1,
            on: Vec::from([(0, 1, 0)]),
            each: 1,
        }
    }

    /// The first time from then on at which it works.
    pub fn open(&self, at: Units) -> Units {
        narrow(self.wide_open(u64::from(at)))
    }

    fn wide_open(&self, at: u64) -> u64 {
        if at < self.edge {
            let next = self.list.partition_point(|(_, to, _)| *to <= at);
            if let Some((from, ..)) = self.list.get(next) {
                return at.max(*from);
            }
        }
        let at = at.max(self.edge);
        let (round, into) = (at - at % self.period, at % self.period);
        let next = self.on.partition_point(|(_, to, _)| *to <= into);
        match self.on.get(next) {
            Some((from, ..)) => round + into.max(*from),
            None => round + self.period + self.on[0].0,
        }
    }

    /// When so much work that begins then, or when it opens, is done.
    pub fn after(&self, begin: Units, work: Units) -> Units {
        if work == 0 {
            return begin;
        }
        let begin = self.wide_open(u64::from(begin));
        narrow(self.when(self.before(begin) + u64::from(work)))
    }

    /// The last time from which on so much work is done by then; none if there was never so much time.
    pub fn back(&self, end: Units, work: Units) -> Option<Units> {
        if work == 0 {
            return Some(end);
        }
        let left = self.before(u64::from(end)).checked_sub(u64::from(work))?;
        // The time up to which `left` is done may lie before a closed time: work begins behind it.
        Some(narrow(self.wide_open(self.when(left))))
    }

    /// Times between two at which it is closed.
    pub fn closed(&self, from: Units, to: Units) -> Vec<(Units, Units)> {
        let (mut all, mut at) = (Vec::new(), from);
        while at < to {
            let open = self.open(at);
            if open > at {
                all.push((at, open.min(to)));
            }
            // To the end of this interval.
            let wide = u64::from(open);
            let end = match self.list.iter().find(|(_, end, _)| *end > wide) {
                Some((_, end, _)) if wide < self.edge => *end,
                _ if self.each == self.period => break,
                _ => {
                    let into = wide % self.period;
                    let on = self.on.iter().find(|(_, end, _)| *end > into);
                    wide - into + on.map_or(self.period, |(_, end, _)| *end)
                }
            };
            at = narrow(end);
        }
        all
    }

    /// Work done before a time.
    fn before(&self, at: u64) -> u64 {
        let of = |list: &[(u64, u64, u64)], at: u64| {
            let next = list.partition_point(|(from, ..)| *from < at);
            next.checked_sub(1).map_or(0, |last| {
                let (from, to, before) = list[last];
                before + at.min(to) - from
            })
        };
        match at <= self.edge {
            true => of(&self.list, at),
            false => {
                let rounds = (at - self.edge) / self.period;
                self.done + rounds * self.each + of(&self.on, (at - self.edge) % self.period)
            }
        }
    }

    /// The first time by which so much work is done.
    fn when(&self, work: u64) -> u64 {
        let of = |list: &[(u64, u64, u64)], work: u64| {
            let next = list.partition_point(|(.., before)| *before < work);
            next.checked_sub(1).map_or(0, |last| {
                let (from, _, before) = list[last];
                from + work - before
            })
        };
        if work <= self.done {
            return of(&self.list, work);
        }
        let left = work - self.done;
        let rounds = (left - 1) / self.each;
        self.edge + rounds * self.period + of(&self.on, left - rounds * self.each)
    }

    /// How long so much work may take at most behind the last closed time, waiting for its begin included.
    pub fn at_most(&self, work: Units) -> u64 {
        let gaps = u64::from(work) / self.each + 1;
        u64::from(work) + gaps * (self.period - self.each)
    }

    /// Working time between two times.
    pub fn between(&self, from: Units, to: Units) -> Units {
        let [from, to] = [from, to].map(|at| self.before(u64::from(at)));
        narrow(to.saturating_sub(from))
    }

    /// It is never closed.
    pub fn is_always(&self) -> bool {
        self.each == self.period && self.done == self.edge
    }

    /// From here on only shifts count.
    pub fn edge(&self) -> u64 {
        self.edge
    }
}

/// Intervals less what is closed.
fn open(mut intervals: Vec<(u64, u64)>, closed: &[(Units, Units)]) -> Vec<(u64, u64)> {
    for &(from, to) in closed.iter().filter(|(from, to)| from < to) {
        let (from, to) = (u64::from(from), u64::from(to));
        let parts = intervals
            .iter()
            .flat_map(|&(a, b)| [(a, b.min(from)), (a.max(to), b)]);
        intervals = parts.filter(|(a, b)| a < b).collect();
    }
    intervals
}

/// Intervals with the work done before each; those that touch or overlap are one.
fn summed(intervals: Vec<(u64, u64)>) -> (Vec<(u64, u64, u64)>, u64) {
    let mut list: Vec<(u64, u64, u64)> = Vec::new();
    let mut done = 0;
    for (from, to) in intervals {
        let from = list.last().map_or(from, |last| from.max(last.1));
        if from >= to {
            continue;
        }
        match list.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => list.push((from, to, done)),
        }
        done += to - from;
    }
    (list, done)
}

fn narrow(time: u64) -> Units {
    Units::try_from(time).unwrap_or(Units::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::{Purpose, Seed};

    #[test]
    fn work_is_counted_as_on_the_fingers() {
        for seed in 0..300 {
            let mut luck = Seed(seed).stream("working", Purpose::Initial);
            let period = 3 + luck.below(8);
            let (mut on, mut at) = (Vec::new(), luck.below(3));
            while at + 1 < period {
                let to = (at + 1 + luck.below(3)).min(period);
                on.push((at, to));
                at = to + luck.below(4);
            }
            let closed: Vec<(Units, Units)> = (0..luck.below(3))
                .map(|_| (luck.below(30), 1 + luck.below(9)))
                .map(|(from, long)| (from, from + long))
                .collect();
            let always = luck.below(4) == 0;
            let working = match always {
                true => Some(Working::but(&closed)),
                false => Working::new(period, &on, &closed),
            };
            let Some(working) = working else { continue };
            let shut = |at: Units| closed.iter().any(|(from, to)| (*from..*to).contains(&at));
            let on = |at: Units| on.iter().any(|(a, b)| (*a..*b).contains(&(at % period)));
            let works = |at: &Units| (always || on(*at)) && !shut(*at);
            for at in 0..60 {
                assert_eq!(Some(working.open(at)), (at..).find(works), "{seed} {at}");
                for work in 1..9 {
                    let last = (at..).filter(works).nth(work as usize - 1);
                    let end = last.map(|last| last + 1);
                    assert_eq!(Some(working.after(at, work)), end, "{seed} {at} {work}");
                    let back = (0..at).rev().filter(works).nth(work as usize - 1);
                    assert_eq!(working.back(at, work), back, "{seed} {at} {work}");
                }
            }
            let closed = working.closed(2, 50);
            for at in 2..50 {
                let shut = closed.iter().any(|(a, b)| (*a..*b).contains(&at));
                assert_eq!(shut, !works(&at), "{seed} {at}");
            }
        }
    }
}
