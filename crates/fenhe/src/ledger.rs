//! Which orders the pieces belong to that left. Nothing marks a piece with its order, and sinks count pieces of
//! whatever order: so within a line they are taken to leave in the order in which they were let in, and
//! scrap to be of the oldest. Scrap that nobody reports is seen by what stays away.

use fenhe_contract::*;
use fenhe_plant::Plant;
use std::collections::{BTreeMap, VecDeque};

/// A line from which nothing has come for so long holds no piece of an order any more ...
const SILENT: Span = Span::hours(1);
/// ... if no more than one of so many is missing.
const MISSING: u32 = 50;

/// Pieces let in and not out again, by line, and what has left of each order.
#[derive(Clone, Default, Debug)]
pub struct Ledger {
    lines: BTreeMap<Option<LineId>, VecDeque<(OrderId, u32)>>,
    orders: BTreeMap<OrderId, Account>,
}

#[derive(Clone, Copy, Default, Debug)]
struct Account {
    entered: u32,
    inside: u32,
    done: u32,
    /// When its last good piece left.
    last: Time,
}

impl Ledger {
    /// Good pieces that have left.
    pub fn done(&self, order: OrderId) -> u32 {
        self.orders.get(&order).map_or(0, |account| account.done)
    }

    /// When the last piece of an order left of which `wanted` are to be let in; none while it is not done.
    pub fn finished(&self, order: OrderId, wanted: u32, now: Time) -> Option<Time> {
        let account = self.orders.get(&order)?;
        let few = account.inside.saturating_mul(MISSING) <= account.entered;
        let over = account.inside == 0 || (few && now - account.last > SILENT);
        (account.done > 0 && account.entered >= wanted && over).then_some(account.last)
    }

    /// Pieces were let in.
    pub fn released(&mut self, plant: &Plant, source: SourceId, (order, count): (OrderId, u32)) {
        let line = self.lines.entry(plant.sources[source].line).or_default();
        match line.back_mut() {
            Some(last) if last.0 == order => last.1 += count,
            _ => line.push_back((order, count)),
        }
        let account = self.orders.entry(order).or_default();
        account.entered += count;
        account.inside += count;
    }

    /// A fact. Gives the orders of which something left.
    pub fn hear(&mut self, plant: &Plant, now: Time, fact: &Event) -> Vec<OrderId> {
        match *fact {
            Event::Sink(sink, count) => {
                let line = plant.sinks[sink].line;
                self.take(plant, line, (count.scrap, None));
                self.take(plant, line, (count.good, Some(now)))
            }
            Event::Station(station, StationEvent::Scrapped(_)) => {
                self.take(plant, plant.stations[station].line, (1, None))
            }
            Event::Station(station, StationEvent::Counted(count)) => {
                self.take(plant, plant.stations[station].line, (count.scrap, None))
            }
            _ => Vec::new(),
        }
    }

    /// The oldest pieces of a line are out; good ones left at that time.
    fn take(
        &mut self,
        plant: &Plant,
        line: Option<LineId>,
        (mut count, left): (u32, Option<Time>),
    ) -> Vec<OrderId> {
        let mut told = Vec::new();
        let own = plant.sources.iter().any(|source| source.line == line);
        while count > 0 {
            let all = &mut self.lines;
            let queue = match own {
                true => all.get_mut(&line),
                // Not the end of one line: whoever has most inside.
                false => all.values_mut().max_by_key(|queue| inside(queue)),
            };
            // Otherwise let in by nobody's word, or before the journal.
            let Some(queue) = queue.filter(|queue| !queue.is_empty()) else {
                break;
            };
            let (order, there) = queue[0];
            let many = there.min(count);
            count -= many;
            match many == there {
                true => drop(queue.pop_front()),
                false => queue[0].1 -= many,
            }
            let account = self.orders.entry(order).or_default();
            account.inside -= many;
            if let Some(now) = left {
                account.done += many;
                account.last = now;
                told.push(order);
            }
        }
        told
    }
}

fn inside(queue: &VecDeque<(OrderId, u32)>) -> u64 {
    queue.iter().map(|(_, count)| u64::from(*count)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_study::read_folder;
    use std::path::Path;

    fn workshop() -> Plant {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plants/jinneng-cells");
        let files = read_folder(Path::new(folder)).expect("a folder");
        fenhe_plant::load("jinneng-cells", &files)
            .expect("a plant")
            .0
    }

    fn left(good: u32, scrap: u32) -> Event {
        Event::Sink(SinkId(0), Count { good, scrap })
    }

    #[test]
    fn pieces_leave_in_the_order_they_were_let_in() {
        let plant = workshop();
        let (one, two) = (OrderId(1), OrderId(2));
        let mut ledger = Ledger::default();
        ledger.released(&plant, SourceId(0), (one, 10));
        ledger.released(&plant, SourceId(0), (two, 10));
        let now = Time(5);
        assert_eq!(ledger.hear(&plant, now, &left(7, 1)), [one]);
        assert_eq!((ledger.done(one), ledger.done(two)), (7, 0));
        assert_eq!(ledger.finished(one, 10, now), None);
        assert_eq!(ledger.hear(&plant, Time(6), &left(4, 0)), [one, two]);
        assert_eq!((ledger.done(one), ledger.done(two)), (9, 2));
        assert_eq!(ledger.finished(one, 10, now), Some(Time(6)));
        // Pieces of other lines are nobody's.
        let other = Event::Sink(SinkId(1), Count { good: 5, scrap: 0 });
        assert_eq!(ledger.hear(&plant, now, &other), []);
        assert_eq!(ledger.done(two), 2);
    }

    #[test]
    fn scrap_that_nobody_reports_ends_with_the_lines_silence() {
        let plant = workshop();
        let order = OrderId(1);
        let mut ledger = Ledger::default();
        ledger.released(&plant, SourceId(0), (order, 100));
        let last = Time::ZERO + Span::hours(1);
        ledger.hear(&plant, last, &left(98, 0));
        assert_eq!(ledger.finished(order, 100, last + SILENT), None);
        let later = last + SILENT + Span(1);
        assert_eq!(ledger.finished(order, 100, later), Some(last));
        // Not while pieces are to be let in, nor with more missing.
        assert_eq!(ledger.finished(order, 101, later), None);
        ledger.released(&plant, SourceId(0), (order, 10));
        assert_eq!(ledger.finished(order, 110, later), None);
    }
}
