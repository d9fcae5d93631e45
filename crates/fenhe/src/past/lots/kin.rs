//! Which lots may be in which. Pieces are numbered as they go into a machine and as they come out; between the two
//! numbers of a piece lies what was scrapped before it, which nobody may have told.
//!
//! What is *certain* rests on facts and on the plant's stations and queues alone. What *may* be is narrowed by the
//! scrap of the model too, at six standard deviations. Both hold a lot that is told as in nobody else's: a piece comes out no
//! sooner than its shortest way takes, and in the order in which it went in, but that the pieces of a
//! station which stood are passed by those of its equals: with `s` jobs of `b` pieces that take `p`, by at most
//! `(s - 1) b (1 + d / p)` where it stood for `d`; so many more of them come out sooner.

use super::machine::{Group, Machine, Order};
use super::{Filled, Lots, Port, Stay};
use core::ops::Range;
use fenhe_contract::{Index as _, *};

/// Lots that are in another, or that another is in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Kin {
    /// Which, and whether it is certain; in the order in which they went in or came out.
    pub lots: Vec<(u64, bool)>,
    /// Pieces of which nothing is known may be in it: from before the record, or of carriers that were not read.
    pub others: bool,
}

/// What may be in a lot, by numbers of pieces going in.
struct Bounds {
    /// By facts alone: no lower.
    least: i64,
    /// By the scrap of the model too, where that is known: no lower, no higher.
    low: i64,
    high: i64,
}

impl Lots {
    /// Lots whose pieces may be in this one.
    pub(super) fn parents(&self, id: u64) -> Kin {
        let filled = self.lots.get(&id).and_then(|lot| lot.filled);
        let Some((filled, machine)) = filled.and_then(|filled| Some((filled, filled.machine?)))
        else {
            return Kin {
                others: true,
                ..Kin::default()
            };
        };
        let (row, bounds) = (&self.machines[machine], self.bounds(machine, &filled));
        let mut kin = Kin {
            others: self.partial && bounds.as_ref().is_none_or(|bounds| bounds.low <= 0),
            ..Kin::default()
        };
        kin.others |= self.flows[machine].loose > 0;
        let alone = !kin.others && row.sources.is_empty();
        let ports = row.inputs.iter().filter_map(|port| self.ports.get(port));
        let mut strict: Vec<(u64, u64)> = Vec::new();
        for port in ports {
            for number in self.window(machine, &filled, bounds.as_ref(), port) {
                let stay = &port.entries[number];
                let Some((may, must)) =
                    self.holds(machine, &filled, bounds.as_ref(), (port, number))
                else {
                    continue;
                };
                if must > 0 {
                    strict.push((stay.lot, must));
                }
                if may {
                    kin.lots.push((stay.lot, false));
                }
            }
        }
        // Fewer pieces in all others than in this lot: one of this parent is there.
        let all = strict.iter().map(|(_, pieces)| pieces).sum::<u64>();
        let whole = self.lots.get(&id).map_or(0, |lot| u64::from(lot.count));
        for (parent, certain) in &mut kin.lots {
            let pieces = strict
                .iter()
                .find(|(lot, _)| lot == parent)
                .map_or(0, |(_, pieces)| *pieces);
            // Where pieces are joined or parted their numbers tell nothing.
            let no_doubt = strict.len() == 1 || (bounds.is_some() && all - pieces < whole);
            *certain = alone && pieces > 0 && no_doubt;
        }
        kin
    }

    /// Lots that its pieces may have gone into.
    pub(super) fn children(&self, id: u64) -> Kin {
        let entry = self.lots.get(&id).and_then(|lot| lot.entry);
        let Some(entry) = entry else {
            return Kin::default();
        };
        let Some(port) = self.ports.get(&entry.port) else {
            return Kin::default();
        };
        let mut kin = Kin::default();
        let Some(first) = begun(port, entry.number) else {
            return kin;
        };
        let last = port.entries[entry.number].upto as i64
            + self.most_passed(entry.machine, (first, self.now));
        let fills = &self.flows[entry.machine].fills;
        let filled_at = |id: &u64| Some(self.lots.get(id)?.filled?.at);
        let from =
            fills.partition_point(|id| filled_at(id).is_none_or(|at| at + self.late < first));
        for &child in &fills[from..] {
            let Some(filled) = self.lots.get(&child).and_then(|lot| lot.filled) else {
                continue;
            };
            let bounds = self.bounds(entry.machine, &filled);
            if bounds.as_ref().is_some_and(|bounds| last < bounds.least) {
                break; // and all that follow: their numbers only rise
            }
            let held = self.holds(
                entry.machine,
                &filled,
                bounds.as_ref(),
                (port, entry.number),
            );
            if held.is_some_and(|(may, _)| may) {
                let certain = self.parents(child).lots.contains(&(id, true));
                kin.lots.push((child, certain));
            }
        }
        kin
    }

    /// Lots at a port that are worth a look: those that came in time and whose last piece is not too old.
    fn window(
        &self,
        machine: usize,
        filled: &Filled,
        bounds: Option<&Bounds>,
        port: &Port,
    ) -> Range<usize> {
        let most = self.most_passed(machine, (Time(0), filled.at));
        let old = |stay: &Stay| bounds.is_some_and(|bounds| stay.upto as i64 + most < bounds.least);
        let end = port
            .entries
            .partition_point(|stay| stay.came <= filled.at + self.late);
        port.entries.partition_point(old).min(end)..end
    }

    /// By how many pieces any may come out later in a window.
    fn most_passed(&self, machine: usize, window: (Time, Time)) -> i64 {
        match &self.machines[machine].order {
            Order::Kept { groups, .. } => self.passed(groups, window).0,
            Order::Free => 0,
        }
    }

    /// Whether pieces of a lot that was put down there may be in one that was filled like this; and how many of
    /// them at most by facts alone. None: certainly not.
    fn holds(
        &self,
        machine: usize,
        filled: &Filled,
        bounds: Option<&Bounds>,
        at: (&Port, usize),
    ) -> Option<(bool, u64)> {
        let (port, number) = at;
        let (stay, row) = (&port.entries[number], &self.machines[machine]);
        let first = begun(port, number)?;
        if first + row.quickest > filled.at + self.late {
            return None;
        }
        let count = stay.count;
        let (Some(bounds), Order::Kept { groups, .. }) = (bounds, &row.order) else {
            return Some((true, count));
        };
        let (passed, ahead) = self.passed(groups, (first, filled.at));
        let (last, before) = (stay.upto as i64, (stay.upto - count) as i64);
        let least = last + passed - bounds.least + 1;
        if least <= 0 {
            return None;
        }
        let may = last + passed >= bounds.low && before < bounds.high.saturating_add(ahead);
        Some((may, count.min(least.unsigned_abs())))
    }

    /// By how many pieces those of a station that stood in a window may come out later, and others sooner.
    fn passed(&self, groups: &[Group], window: (Time, Time)) -> (i64, i64) {
        let (mut passed, mut ahead) = (0, 0);
        for group in groups {
            let stood = group.stations.iter().map(|s| self.stood(*s, window));
            let most = stood.max().unwrap_or(Span::ZERO);
            if most > Span::ZERO {
                let jobs = 1 + most.0 / group.time.0.max(1);
                passed += (group.servers - 1) as i64 * group.batch as i64 * jobs;
                ahead += (group.servers * group.batch) as i64;
            }
        }
        (passed, ahead)
    }

    /// How long a station stood in a window.
    fn stood(&self, station: StationId, (from, until): (Time, Time)) -> Span {
        let stops = &self.stops[station.index()];
        let up_to = |at: Time| {
            let after = stops.partition_point(|(begin, _, _)| *begin <= at);
            let Some((begin, end, before)) = stops[..after].last() else {
                return Span::ZERO;
            };
            *before + (end.unwrap_or(at).min(at) - *begin)
        };
        up_to(until) - up_to(from)
    }

    /// None where pieces come out in any order.
    fn bounds(&self, machine: usize, filled: &Filled) -> Option<Bounds> {
        let (row, flow): (&Machine, _) = (&self.machines[machine], &self.flows[machine]);
        let Order::Kept { scrap, .. } = row.order else {
            return None;
        };
        // What was inside when the record begins came out first.
        let inside = match (self.partial, row.capacity) {
            (false, _) => 0,
            (true, Some(most)) => most as i64,
            (true, None) => return None,
        };
        let loose = flow.loose as i64;
        let (before, after) = (filled.before as i64, filled.after as i64);
        let fits = row
            .capacity
            .map_or(i64::MIN, |most| filled.inside as i64 - most as i64);
        let least = (before + 1 - inside).max(fits) - loose;
        let Some(share) = scrap else {
            return Some(Bounds {
                least,
                low: least,
                high: i64::MAX,
            });
        };
        let (fewest, _) = scrapped(share, before);
        let (_, most) = scrapped(share, after + inside);
        let (low, high) = (before + 1 - inside + fewest - loose, after + most + loose);
        // More was scrapped than the model knows of: then it tells nothing.
        match high < least {
            true => Some(Bounds {
                least,
                low: least,
                high: i64::MAX,
            }),
            false => Some(Bounds {
                least,
                low: low.max(least),
                high,
            }),
        }
    }
}

/// When the first piece of a lot may have been taken: lots are emptied one after the other. None while one before it is
/// still being emptied.
fn begun(port: &Port, number: usize) -> Option<Time> {
    let stay: &Stay = &port.entries[number];
    let Some(before) = number.checked_sub(1) else {
        return Some(stay.came);
    };
    match (port.entries[before].done, stay.done) {
        (Some(done), _) => Some(stay.came.max(done)),
        // Nobody told of the one before.
        (None, Some(_)) => Some(stay.came),
        (None, None) => None,
    }
}

/// Fewest and most of about so many pieces that are scrapped, at six standard deviations of a Poisson law.
fn scrapped(share: f64, pieces: i64) -> (i64, i64) {
    let mean = share * pieces.max(0) as f64 / (1.0 - share).max(1e-9);
    let half = 6.0 * mean.sqrt() + 10.0;
    (((mean - half).max(0.0)) as i64, (mean + half).ceil() as i64)
}
