//! What one server is booked for, and where something more fits in. Bookings are kept in order in runs of bounded length,
//! each with the longest gap in it: a run whose gaps are all too short is passed at once.

use super::Hours;
use alloc::vec::Vec;
use fenhe_contract::*;

/// Something is done from its begin on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Booked {
    /// From then.
    pub begin: Time,
    /// Until then.
    pub end: Time,
    /// The material; set-ups lie between two of them.
    pub product: ProductId,
}

/// The bookings of one server.
#[derive(Clone, Default, Debug)]
pub struct Timeline {
    runs: Vec<Run>,
    /// Bookings made since a trial began.
    trial: Option<Vec<Booked>>,
}

/// Bookings behind one another, at least one.
#[derive(Clone, Debug)]
struct Run {
    /// The longest gap between two of them.
    gap: Span,
    /// The one that ends last.
    last: Booked,
    booked: Vec<Booked>,
}

/// A run of more than this is cut in two.
const LONG: usize = 64;

/// Set-up between two materials.
pub type Setups<'s> = &'s dyn Fn(ProductId, ProductId) -> Span;

/// What is to be fitted in.
#[derive(Clone, Copy)]
struct Wanted<'w> {
    from: Time,
    product: ProductId,
    takes: Span,
    hours: &'w Hours,
    setups: Setups<'w>,
}

impl Wanted<'_> {
    /// Its begin and end behind a booking.
    fn behind(&self, before: Option<Booked>) -> (Time, Time) {
        let ready = before.map(|booked| booked.end + (self.setups)(booked.product, self.product));
        let begin = self
            .hours
            .open(ready.map_or(self.from, |ready| ready.max(self.from)));
        (begin, self.hours.after(begin, self.takes))
    }

    /// Its begin and end between two bookings, if it fits there.
    fn between(&self, before: Option<Booked>, next: Booked) -> Option<(Time, Time)> {
        let last = before.map_or(self.from, |booked| booked.end.max(self.from));
        if next.begin - last < self.takes {
            return None;
        }
        let slot = self.behind(before);
        let ends = slot.1 + (self.setups)(self.product, next.product);
        (ends <= next.begin).then_some(slot)
    }
}

impl Run {
    fn of(booked: Vec<Booked>) -> Option<Run> {
        let mut run = Run {
            gap: Span::ZERO,
            last: *booked.first()?,
            booked,
        };
        run.measure();
        Some(run)
    }

    fn measure(&mut self) {
        (self.gap, self.last) = (Span::ZERO, self.booked[0]);
        for next in &self.booked[1..] {
            self.gap = self.gap.max(next.begin - self.last.end);
            self.last = later(self.last, *next);
        }
    }
}

/// The one that ends later.
fn later(a: Booked, b: Booked) -> Booked {
    if b.end >= a.end { b } else { a }
}

impl Timeline {
    /// Bookings in order of time.
    pub fn booked(&self) -> impl Iterator<Item = Booked> + '_ {
        self.runs.iter().flat_map(|run| run.booked.iter().copied())
    }

    /// The first begin and end, not before `from`, of something that takes so long, with set-ups on both sides.
    pub fn fit(
        &self,
        from: Time,
        (product, takes): (ProductId, Span),
        hours: &Hours,
        setups: Setups<'_>,
    ) -> (Time, Time) {
        let wanted = Wanted {
            from,
            product,
            takes,
            hours,
            setups,
        };
        let first = self.runs.partition_point(|run| run.booked[0].begin <= from);
        let mut before = None;
        // In the run that has begun, then in all that follow.
        if let Some(run) = first.checked_sub(1).and_then(|at| self.runs.get(at)) {
            let at = run.booked.partition_point(|booked| booked.begin <= from);
            before = run.booked[..at].iter().copied().reduce(later);
            if let Some(slot) = within(&run.booked[at..], &mut before, &wanted) {
                return slot;
            }
        }
        for run in &self.runs[first..] {
            if let Some(slot) = wanted.between(before, run.booked[0]) {
                return slot;
            }
            let last = before.map_or(run.last, |before| later(before, run.last));
            before = before.map(|before| later(before, run.booked[0]));
            before = before.or(run.booked.first().copied());
            if run.gap >= takes
                && let Some(slot) = within(&run.booked[1..], &mut before, &wanted)
            {
                return slot;
            }
            before = Some(last);
        }
        wanted.behind(before)
    }

    /// Books it.
    pub fn book(&mut self, (begin, end): (Time, Time), product: ProductId) {
        let booked = Booked {
            begin,
            end,
            product,
        };
        self.insert(booked);
        if let Some(trial) = &mut self.trial {
            trial.push(booked);
        }
    }

    fn insert(&mut self, new: Booked) {
        let at = self.run(new);
        let Some(run) = self.runs.get_mut(at) else {
            self.runs.extend(Run::of(alloc::vec![new]));
            return;
        };
        let place = run
            .booked
            .partition_point(|booked| key(booked) <= key(&new));
        run.booked.insert(place, new);
        if run.booked.len() > LONG {
            let half = run.booked.split_off(LONG / 2);
            self.runs.splice(at + 1..at + 1, Run::of(half));
        }
        self.runs[at].measure();
    }

    fn remove(&mut self, old: Booked) {
        let at = self.run(old);
        let Some(run) = self.runs.get_mut(at) else {
            return;
        };
        // Of equal ones the newest is the last.
        if let Some(place) = run.booked.iter().rposition(|booked| *booked == old) {
            run.booked.remove(place);
        }
        match run.booked.is_empty() {
            true => drop(self.runs.remove(at)),
            false => run.measure(),
        }
    }

    /// The run that a booking is in, or belongs into.
    fn run(&self, booked: Booked) -> usize {
        let first = |run: &Run| key(&run.booked[0]) <= key(&booked);
        self.runs.partition_point(first).saturating_sub(1)
    }

    /// What follows is taken back by [`Timeline::back`].
    pub fn try_out(&mut self) {
        self.trial = Some(Vec::new());
    }

    /// As it was before the trial.
    pub fn back(&mut self) {
        for booked in self.trial.take().into_iter().flatten().rev() {
            self.remove(booked);
        }
    }
}

fn key(booked: &Booked) -> (Time, Time, ProductId) {
    (booked.begin, booked.end, booked.product)
}

/// Where it fits before one of these bookings; else `before` is the one of them that ends last.
fn within(
    booked: &[Booked],
    before: &mut Option<Booked>,
    wanted: &Wanted<'_>,
) -> Option<(Time, Time)> {
    for next in booked {
        if let Some(slot) = wanted.between(*before, *next) {
            return Some(slot);
        }
        *before = Some(before.map_or(*next, |before| later(before, *next)));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at each gap, one after the other.
    fn plain(booked: &[Booked], wanted: &Wanted<'_>) -> (Time, Time) {
        let mut before = None;
        for next in booked {
            let passed = next.begin <= wanted.from;
            if let Some(slot) = wanted.between(before, *next).filter(|_| !passed) {
                return slot;
            }
            before = Some(before.map_or(*next, |before| later(before, *next)));
        }
        wanted.behind(before)
    }

    #[test]
    fn runs_find_what_one_gap_after_the_other_finds() {
        let mut luck = Seed(11).stream("timeline", Purpose::Fault);
        let hours = Hours::default();
        let setups = |from: ProductId, to: ProductId| Span(i64::from(from != to) * 7);
        let mut line = Timeline::default();
        let mut trials = 0;
        for turn in 0..3_000 {
            let wanted = Wanted {
                from: Time(i64::from(luck.below(60_000))),
                product: ProductId(luck.below(3)),
                takes: Span(i64::from(luck.below(40))),
                hours: &hours,
                setups: &setups,
            };
            let all: Vec<Booked> = line.booked().collect();
            let what = (wanted.product, wanted.takes);
            let found = line.fit(wanted.from, what, &hours, &setups);
            assert_eq!(found, plain(&all, &wanted), "turn {turn}");
            if turn % 10 == 9 {
                line.try_out();
                for _ in 0..5 {
                    let slot = line.fit(Time::ZERO, what, &hours, &setups);
                    line.book(slot, wanted.product);
                }
                line.back();
                trials += 1;
                assert_eq!(line.booked().collect::<Vec<_>>(), all, "turn {turn}");
            }
            line.book(found, wanted.product);
        }
        assert!(line.runs.len() > 40 && trials == 300);
    }
}
