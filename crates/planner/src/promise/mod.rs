//! Capable-to-promise: when an order can be done, given what is promised already.
//!
//! The plan is a list of bookings of servers. An order is put in lot by lot, each step at the earliest end that the
//! bookings before it leave (forward, finite capacity, set-ups between materials, working hours); nothing that is
//! booked ever moves. What holds the date is found by asking again with one more server ([`Book::with_one_more`]). The date is
//! that of means: how often it is kept is for simulation to say (`fenhe_study::promise`).
//!
//! Sources: capable-to-promise as Oracle, Infor and PlanetTogether document it (finite capacity, material, inquiry and
//! confirmation); earliest insertion as in Kolisch 1996 (serial schedule generation).

mod capacity;
mod hours;
mod stores;
mod timeline;
mod ways;

pub use capacity::{Capacity, Group, Resource, Route, Server, Step, names};
pub use hours::Hours;
pub use stores::load_time;
pub use timeline::{Booked, Timeline};

use alloc::vec::Vec;
use fenhe_contract::*;

/// So many lots of a product.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// How they go.
    pub route: Route,
    /// How many are put in.
    pub lots: u32,
    /// So many of them are expected to be enough: the rest is for scrap beyond its mean.
    pub enough: u32,
}

/// What is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Demand {
    /// Products, each with its lots; they are put in turn by turn, evenly.
    pub parts: Vec<Part>,
    /// Material is there from then on.
    pub from: Time,
}

/// One booking of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Booking {
    /// Index of the group.
    pub group: u32,
    /// Index of the server in it.
    pub server: u32,
    /// Its begin.
    pub begin: Time,
    /// Its end.
    pub end: Time,
    /// The material.
    pub product: ProductId,
}

/// When an order is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dates {
    /// Ends of the lots that are expected to be enough, with their part, ascending.
    pub lots: Vec<(Time, u32)>,
    /// The same in the order in which they were put in.
    pub turns: Vec<(Time, u32)>,
    /// All bookings, in the order in which they were made.
    pub bookings: Vec<Booking>,
}

impl Dates {
    /// When all of it is done.
    pub fn full(&self) -> Time {
        self.lots.last().map_or(Time::ZERO, |lot| lot.0)
    }
    /// When so many of all lots are done: `share` of them, rounded up.
    pub fn partial(&self, share: Share) -> Time {
        let at = share.of(self.lots.len()).max(1) - 1;
        self.lots.get(at).map_or(Time::ZERO, |lot| lot.0)
    }
}

/// What is promised: bookings of all servers.
#[derive(Clone, Debug)]
pub struct Book {
    capacity: Capacity,
    timelines: Vec<Vec<Timeline>>,
}

impl Book {
    /// With nothing promised.
    pub fn new(capacity: Capacity) -> Book {
        let timelines = capacity.groups.iter();
        let timelines =
            timelines.map(|group| group.servers.iter().map(|_| Timeline::default()).collect());
        Book {
            timelines: timelines.collect(),
            capacity,
        }
    }

    /// What the plant can do.
    pub fn capacity(&self) -> &Capacity {
        &self.capacity
    }

    /// Bookings of a group's servers.
    pub fn timelines(&self, group: u32) -> &[Timeline] {
        &self.timelines[group as usize]
    }

    /// Books an order at the earliest.
    pub fn put(&mut self, demand: &Demand) -> Dates {
        let mut dates = Dates {
            lots: Vec::new(),
            turns: Vec::new(),
            bookings: Vec::new(),
        };
        for part in turns(demand) {
            let mut at = demand.from;
            for step in &demand.parts[part as usize].route.steps {
                let booking = self.step(at, *step);
                at = booking.end;
                dates.bookings.push(booking);
            }
            dates.turns.push((at, part));
        }
        dates.lots = enough(demand, &dates.turns);
        dates
    }

    /// Books one step on the server where it ends first.
    fn step(&mut self, from: Time, step: Step) -> Booking {
        let Book {
            capacity,
            timelines,
        } = self;
        let capacity = &*capacity;
        let group = &capacity.groups[step.group as usize];
        let lines = &mut timelines[step.group as usize];
        let mut best: Option<(Time, Time, usize)> = None;
        for (number, (server, line)) in group.servers.iter().zip(lines.iter()).enumerate() {
            let setups = |from: ProductId, to: ProductId| capacity.setup(server.station, from, to);
            let what = (step.product, capacity.takes(server, step));
            let (begin, end) = line.fit(from, what, &server.hours, &setups);
            let this = (end, begin, number);
            best = Some(best.map_or(this, |best| best.min(this)));
        }
        let (end, begin, number) = best.unwrap_or((from, from, 0));
        if let Some(line) = lines.get_mut(number) {
            line.book((begin, end), step.product);
        }
        Booking {
            group: step.group,
            server: number as u32,
            begin,
            end,
            product: step.product,
        }
    }

    /// Books what was promised before, as it was; `false` if a booking names a server that there is not, and then
    /// none is made.
    pub fn hold(&mut self, bookings: &[Booking]) -> bool {
        let lines = &mut self.timelines;
        let known = |booking: &Booking| {
            let group = lines.get(booking.group as usize);
            group.is_some_and(|group| group.len() > booking.server as usize)
        };
        if !bookings.iter().all(known) {
            return false;
        }
        for booking in bookings {
            let line = &mut lines[booking.group as usize][booking.server as usize];
            line.book((booking.begin, booking.end), booking.product);
        }
        true
    }

    /// When an order would be done with one more server of a group, on which nothing is booked. Books nothing.
    pub fn with_one_more(&mut self, group: u32, demand: &Demand) -> Dates {
        let at = group as usize;
        let more = self.capacity.groups[at].servers.first().cloned();
        for timeline in self.timelines.iter_mut().flatten() {
            timeline.try_out();
        }
        let more = more.map(|server| {
            self.capacity.groups[at].servers.push(server);
            self.timelines[at].push(Timeline::default());
        });
        let dates = self.put(demand);
        if more.is_some() {
            self.capacity.groups[at].servers.pop();
            self.timelines[at].pop();
        }
        for timeline in self.timelines.iter_mut().flatten() {
            timeline.back();
        }
        dates
    }
}

/// The first lots of each part that are expected to be enough, by their ends.
fn enough(demand: &Demand, turns: &[(Time, u32)]) -> Vec<(Time, u32)> {
    let mut lots = turns.to_vec();
    lots.sort_unstable();
    let mut left: Vec<u32> = demand.parts.iter().map(|part| part.enough).collect();
    lots.retain(|&(_, part)| {
        let left = &mut left[part as usize];
        let wanted = *left > 0;
        *left = left.saturating_sub(1);
        wanted
    });
    lots
}

/// Lots of one product that are put in behind one another, as a campaign.
const CAMPAIGN: u64 = 10;

/// The parts of an order's lots, one after the other, in campaigns: always that of which least is put in.
fn turns(demand: &Demand) -> Vec<u32> {
    let all: u64 = demand.parts.iter().map(|part| u64::from(part.lots)).sum();
    let mut done = alloc::vec![0_u64; demand.parts.len()];
    let mut turns = Vec::with_capacity(all as usize);
    while (turns.len() as u64) < all {
        let left = |at: &usize| done[*at] < u64::from(demand.parts[*at].lots);
        // (done + 1/2) / lots is least, without dividing.
        let behind = |a: &usize, b: &usize| {
            let side = |x: usize, y: usize| (2 * done[x] + 1) * u64::from(demand.parts[y].lots);
            side(*a, *b).cmp(&side(*b, *a)).then(a.cmp(b))
        };
        let Some(next) = (0..done.len()).filter(left).min_by(behind) else {
            break;
        };
        let campaign = CAMPAIGN.min(u64::from(demand.parts[next].lots) - done[next]);
        done[next] += campaign;
        turns.extend((0..campaign).map(|_| next as u32));
    }
    turns
}
