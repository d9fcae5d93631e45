//! What waits to be fetched, and who fetches what. While vehicles are to spare, loads choose: most urgent and
//! oldest first, the nearest idle vehicle to each. While work is to spare, vehicles choose: whoever has come
//! free takes the nearest of the equally urgent (the two sides of Egbelu and Tanchoco 1984, as the share of
//! empty driving asks); only what has waited far longer than the others goes first.

use crate::books::FULL;
use crate::fleet::Desk;
use crate::ways::Way;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Fetch};

/// A group of loads that one trip could take.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Job {
    /// 0 urgent, 1 ordinary.
    phase: u8,
    /// Of its product; smaller is more urgent.
    priority: u8,
    /// When the oldest was ready.
    since: Time,
    pub from: BufferId,
    pub class: usize,
}

/// At most so many vehicles are sent to fetch from one node at a time.
const CROWD: usize = 2;

/// A load that has waited so many times as long as the equally urgent do on average goes first.
const LATE: i128 = 5;

/// A vehicle that is coming to either end of a way counts as this much driving [ms]: there is one dock, and one
/// must wait for the other.
const OTHER: u32 = 60_000;

impl Desk<'_> {
    /// Every group that may go now, most urgent first; notes when the next one may.
    pub fn jobs(&mut self) -> Vec<Job> {
        let mut jobs = Vec::new();
        let mut look = Time::NEVER;
        for from in self.own.books.active() {
            for class in Self::CLASSES {
                let Some((job, at)) = self.job(from, class, false) else {
                    continue;
                };
                if at <= self.now {
                    jobs.push(job);
                } else {
                    look = look.min(at);
                }
            }
        }
        self.own.look = look;
        jobs.sort_unstable();
        jobs
    }

    /// A group with the time from which it may go.
    pub fn job(&self, from: BufferId, class: usize, here: bool) -> Option<(Job, Time)> {
        let counts = self.own.books.counts(from);
        let &(since, place) = counts.ready[class].first()?;
        let load = self.own.books.at(place)?;
        let node = self.tables.ports.node[from]?;
        if self.shut(node) {
            return None;
        }
        let coming = self.coming(node) - usize::from(self.idle_at(node));
        if !here && coming >= CROWD {
            return None;
        }
        let way = self.way(from, load, None)?;
        let urgent = way.starving || self.chokes(from, class);
        if !here && !urgent && coming > 0 {
            return None;
        }
        let full = counts.ready[class].len() as u32
            >= u32::from(self.tables.ports.decks).min(way.room.min(way.most));
        let full = full && way.room >= u32::from(self.tables.ports.decks).min(2);
        let at = if urgent || full {
            since
        } else {
            since + self.plant.policy.consolidate
        };
        let priority = match load.product {
            Some(product) => self.plant.products[product].priority,
            None => self.tables.ports.priority[way.to],
        };
        Some((
            Job {
                phase: if urgent { 0 } else { 1 + class as u8 },
                priority,
                since,
                from,
                class,
            },
            at,
        ))
    }

    /// Whether a port is so full of loads to be taken that its station will stand still.
    fn chokes(&self, from: BufferId, class: usize) -> bool {
        let counts = self.own.books.counts(from);
        let port = !matches!(self.plant.buffers[from].kind, BufferKind::Store { .. });
        let needed = if class == FULL {
            counts.empties
        } else {
            counts.fulls
        };
        port && needed == 0 && self.own.books.free(&self.tables.ports, from) == 0
    }

    pub fn head_way(&self, from: BufferId, class: usize) -> Option<Way> {
        let &(_, place) = self.own.books.counts(from).ready[class].first()?;
        self.way(from, self.own.books.at(place)?, None)
    }

    fn idle_at(&self, node: NodeId) -> bool {
        let here = |&v: &VehicleId| self.own.vehicles[v].goal == node;
        self.own.bound[node] > 0 && self.own.idle.iter().any(here)
    }

    /// Which of these groups comes next, and who fetches it, if anybody can. While vehicles are to spare, the most
    /// urgent and oldest has its choice of them; while work is, every vehicle has its choice of what is
    /// equally urgent, but for what has waited far too long.
    pub fn choose(&self, jobs: &[Job]) -> Option<(usize, Option<VehicleId>)> {
        let first = jobs.first()?;
        let idle = self.own.idle.iter().copied();
        let fit: Vec<VehicleId> = idle.filter(|&v| self.fit(v)).collect();
        if fit.is_empty() {
            return None;
        }
        let urgent = |job: &&Job| (job.phase, job.priority) == (first.phase, first.priority);
        let equal = jobs.iter().take_while(urgent).count();
        let age = |job: &Job| i128::from((self.now - job.since).0);
        let ages: i128 = jobs[..equal].iter().map(age).sum();
        let late = age(first) * equal as i128 > LATE * ages;
        let choice = if late || equal <= fit.len() { 1 } else { equal };
        let ways = jobs[..choice].iter().enumerate().flat_map(|(at, job)| {
            let to = self.tables.ports.node[job.from];
            let others = self.others(job) * OTHER;
            let way = move |&v: &VehicleId| Some((self.cost(v, to?, others)?, at, v));
            fit.iter().filter_map(way)
        });
        let best = ways.min();
        Some(best.map_or((0, None), |(_, at, v)| (at, Some(v))))
    }

    fn fit(&self, v: VehicleId) -> bool {
        let goes = self.own.traffic.may_go(self.plant, v);
        let errand = self.own.errands.contains_key(&v);
        !self.own.vehicles[v].lost && goes && !self.low(v) && !errand
    }

    /// Vehicles that are coming to either end of a way.
    fn others(&self, job: &Job) -> u32 {
        let to = self.head_way(job.from, job.class).map(|way| way.to);
        let ends = [Some(job.from), to].into_iter().flatten();
        let nodes = ends.filter_map(|end| self.tables.ports.node[end]);
        nodes.map(|node| self.coming(node) as u32).sum()
    }

    /// What a vehicle that fetches somewhere costs: its way and what it may wait for others there; first of all that another
    /// has stood longer, where that decides.
    fn cost(&self, v: VehicleId, to: NodeId, others: u32) -> Option<(Time, u32)> {
        let vehicle = &self.own.vehicles[v];
        let stood = match self.plant.policy.fetch {
            Fetch::Nearest => Time::ZERO,
            Fetch::LongestIdle => vehicle.since,
        };
        let time = self.tables.routes.time(vehicle.node, to)?;
        Some((stood, time.saturating_add(others)))
    }
}
