//! The shop of a plant: jobs are lots of orders on their routes, machines are servers of stations, as promises see them.
//! Vehicles are no machines here: each transport is a lag of its mean. Times are whole seconds, rounded up.

use super::{Alternative, Due, LONGEST, Shop, Units, Working};
use crate::promise::{Capacity, Demand, Part, Server, Step};
use alloc::vec::Vec;
use fenhe_contract::*;

/// Operations that a shop of a plant may have.
pub const MOST_OPERATIONS: usize = 1_000_000;

/// An order as it is scheduled.
#[derive(Clone, PartialEq, Debug)]
pub struct Ordered {
    /// Its lots, and from when on there is material.
    pub demand: Demand,
    /// When it should be done.
    pub due: Option<Time>,
    /// What each second beyond that costs.
    pub weight: u32,
}

/// A server that is closed once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shut {
    /// Index of the machine.
    pub machine: u32,
    /// From then on.
    pub from: Units,
    /// Until then.
    pub to: Units,
}

/// One machine of the shop: a server of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
    /// Index of the group in the capacity.
    pub group: u32,
    /// Index of the server in it.
    pub server: u32,
}

/// One job of the shop.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Lot {
    /// Index of the order.
    pub order: u32,
    /// Index of the part in its demand.
    pub part: u32,
    /// Which lot of the part, from 0.
    pub number: u32,
}

/// Why there is no shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoShop {
    /// So many operations are too many.
    Many(usize),
    /// It would take longer than can be counted.
    Long,
    /// This station's calendar never lets it work.
    Never(StationId),
}

/// A plant as a shop.
#[derive(Clone, Debug)]
pub struct Works {
    /// What is to be scheduled.
    pub shop: Shop,
    /// One a machine.
    pub seats: Vec<Seat>,
    /// One a job.
    pub lots: Vec<Lot>,
    /// One an operation: the group that does it, and the material before it.
    pub steps: Vec<Step>,
}

/// Whole seconds, rounded up.
pub fn units(span: Span) -> Units {
    let seconds = span.0.max(0) as u64;
    Units::try_from(seconds.div_ceil(1_000_000)).unwrap_or(Units::MAX)
}

/// The machines of a plant, in order of groups and servers; vehicles and cranes are none.
pub fn seats(capacity: &Capacity) -> Vec<Seat> {
    let mut seats = Vec::new();
    for (at, group) in (0..).zip(&capacity.groups) {
        if !group.resource.moves() {
            let servers = 0..group.servers.len() as u32;
            seats.extend(servers.map(|server| Seat { group: at, server }));
        }
    }
    seats
}

/// The shop of some orders.
///
/// # Errors
/// There is none.
pub fn works(
    capacity: &Capacity,
    products: usize,
    orders: &[Ordered],
    shut: &[Shut],
) -> Result<Works, NoShop> {
    let done_here = |step: &&Step| !capacity.groups[step.group as usize].resource.moves();
    let count = |order: &Ordered| -> usize {
        let parts = order.demand.parts.iter();
        let each = |part: &Part| part.route.steps.iter().filter(done_here).count();
        parts.map(|part| part.lots as usize * each(part)).sum()
    };
    let count = orders.iter().map(count).sum();
    if count > MOST_OPERATIONS {
        return Err(NoShop::Many(count));
    }
    let seats = seats(capacity);
    let mut works = Works {
        shop: Shop::new(seats.len() as u32),
        seats,
        lots: Vec::new(),
        steps: Vec::new(),
    };
    for (at, order) in (0..).zip(orders) {
        works.order(capacity, at, order);
    }
    works.setups(capacity, products);
    works.hours(capacity, shut)?;
    works.shop.set_from(0);
    match works.shop.longest() < LONGEST {
        true => Ok(works),
        false => Err(NoShop::Long),
    }
}

impl Works {
    /// One job a lot.
    fn order(&mut self, capacity: &Capacity, order: u32, of: &Ordered) {
        let due = of.due.map(|due| Due {
            at: Units::try_from(due.0.max(0) / 1_000_000).unwrap_or(Units::MAX),
            weight: of.weight,
        });
        for (part, demanded) in (0..).zip(&of.demand.parts) {
            for number in 0..demanded.lots {
                let job = self.shop.jobs();
                self.lot(capacity, &demanded.route.steps);
                self.shop.set_release(job, units(Span(of.demand.from.0)));
                if let Some(due) = due {
                    self.shop.set_due(job, due);
                }
                self.lots.push(Lot {
                    order,
                    part,
                    number,
                });
            }
        }
    }

    fn lot(&mut self, capacity: &Capacity, steps: &[Step]) {
        let mut operations: Vec<Vec<Alternative>> = Vec::new();
        let first = self.shop.operations();
        let mut lags: Vec<Units> = Vec::new();
        for step in steps {
            let group = &capacity.groups[step.group as usize];
            let takes = |server: &Server| units(capacity.takes(server, *step));
            if group.resource.moves() {
                if let Some(lag) = lags.last_mut() {
                    *lag += group.servers.first().map_or(0, takes);
                }
                continue;
            }
            let machines = (0..).zip(&self.seats);
            let here = machines.filter(|(_, seat)| seat.group == step.group);
            let way = |(machine, seat): (u32, &Seat)| Alternative {
                machine,
                time: takes(&group.servers[seat.server as usize]),
            };
            operations.push(here.map(way).collect());
            lags.push(0);
            self.steps.push(*step);
        }
        self.shop.job(operations.iter().map(Vec::as_slice));
        for (op, lag) in (first..).zip(lags) {
            self.shop.set_lag(op, lag);
            self.shop.set_family(op, self.steps[op].product.0);
        }
    }

    /// Set-ups between materials, one table a station.
    fn setups(&mut self, capacity: &Capacity, products: usize) {
        let server =
            |seat: &Seat| &capacity.groups[seat.group as usize].servers[seat.server as usize];
        let mut at = 0;
        while at < self.seats.len() {
            let station = server(&self.seats[at]).station;
            let same = |seat: &&Seat| server(seat).station == station;
            let count = self.seats[at..].iter().take_while(same).count().max(1);
            let machines: Vec<u32> = (at as u32..(at + count) as u32).collect();
            let pairs = (0..products * products).map(|pair| {
                let [from, to] = [pair / products, pair % products].map(|p| ProductId(p as u32));
                units(capacity.setup(station, from, to))
            });
            let times: Vec<Units> = pairs.collect();
            if times.iter().any(|time| *time > 0) {
                self.shop.set_setups(&machines, products as u32, &times);
            }
            at += count;
        }
    }

    /// Calendars, and what is closed once.
    ///
    /// # Errors
    /// A calendar never lets its station work.
    pub fn hours(&mut self, capacity: &Capacity, shut: &[Shut]) -> Result<(), NoShop> {
        for (machine, seat) in (0..).zip(&self.seats) {
            let server = &capacity.groups[seat.group as usize].servers[seat.server as usize];
            let here = shut.iter().filter(|shut| shut.machine == machine);
            let closed: Vec<(Units, Units)> = here.map(|shut| (shut.from, shut.to)).collect();
            let calendar = server.hours.0.as_ref();
            let Some(calendar) = calendar.filter(|calendar| !calendar.on.is_empty()) else {
                if !closed.is_empty() {
                    self.shop.set_working(machine, Working::but(&closed));
                }
                continue;
            };
            // A shift begins late and ends early rather than the other way round.
            let whole = |span: Span| (span.0.max(0) / 1_000_000) as Units;
            let on = calendar.on.iter();
            let on: Vec<(Units, Units)> = on.map(|(a, b)| (units(*a), whole(*b))).collect();
            let working = Working::new(units(calendar.period).max(1), &on, &closed);
            let station = server.station.unwrap_or(StationId(0));
            let working = working.ok_or(NoShop::Never(station))?;
            if !(working.is_always() && closed.is_empty()) {
                self.shop.set_working(machine, working);
            }
        }
        Ok(())
    }
}
