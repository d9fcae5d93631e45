//! Vehicle dispatch in fixed phases, each time something relevant has changed: vehicles that are
//! stranded with a load first, then those that must charge, then trips, as `jobs` orders them. Whoever has just dropped somewhere takes what waits
//! there. A trip takes up to a deck full from one buffer to one buffer; for a full deck it waits at
//! most `policy.consolidate`, not at all if the destination starves or the port is blocked.

use crate::fleet::{Carrying, Desk, Hand, Mission, Vehicle};
use crate::jobs::Job;
use crate::ways::Way;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;

impl Carrying {
    /// When a load that could not be fetched may be tried again.
    pub fn next_retry(&self) -> Time {
        self.later.first().map_or(Time::NEVER, |&(at, _)| at)
    }
    /// When dispatch wants to look again by itself.
    #[inline]
    pub fn next_look(&self) -> Time {
        let leave = self.leaving.first().map_or(Time::NEVER, |&(at, _)| at);
        let chooses = self.racks.chooses();
        self.look.min(leave).min(chooses).min(self.next_retry())
    }
}

impl Desk<'_> {
    /// Time has passed: loads to try again, vehicles to send home.
    pub fn wake(&mut self) {
        while let Some(&(at, place)) = self.own.later.first()
            && at <= self.now
        {
            self.own.later.pop_first();
            if self
                .own
                .books
                .at(place)
                .is_some_and(|load| load.tag == Tag::UNREAD)
            {
                // Only a refusal said that something stands here.
                self.own.books.take(self.plant, place);
            }
            self.own
                .books
                .change(self.plant, place, |load| load.ready = true);
            self.own.dirty = true;
            self.rouse();
        }
        if self.watches() {
            return;
        }
        self.own.dirty |= self.own.look <= self.now;
        self.choose_now();
        self.own.links.ask(self.plant, self.now, self.out);
        self.dispatch();
        self.leave();
    }

    /// Looks at what waits and who is idle, if anything has changed.
    #[inline]
    pub fn dispatch(&mut self) {
        self.serve_racks();
        if self.own.dirty && !self.watches() {
            self.own.dirty = false;
            self.pass();
        }
    }

    /// Gives trips to idle vehicles.
    pub fn pass(&mut self) {
        self.own.look = Time::NEVER;
        self.unstrand();
        if self.own.idle.is_empty() {
            return;
        }
        self.run_errands();
        self.charge_low();
        let mut room = self.room();
        let mut jobs = self.jobs();
        while room > 0
            && let Some((at, v)) = self.choose(&jobs)
        {
            let job = jobs.remove(at);
            let (Some(way), Some(v)) = (self.head_way(job.from, job.class), v) else {
                continue;
            };
            self.assign(v, (job.from, job.class), way);
            room -= 1;
        }
        self.own.dirty = false;
    }

    /// How many more vehicles may set out without being in each other's way; who hands over at its dock is in nobody's.
    fn room(&self) -> usize {
        let out = |&(_, vehicle): &(VehicleId, &Vehicle)| {
            let docked = vehicle.node == vehicle.goal && vehicle.awaits.is_none();
            vehicle.mission == Mission::Trip && !docked
        };
        let out = self.own.vehicles.pairs().filter(out).count();
        self.tables.admits.saturating_sub(out)
    }

    /// Gives a vehicle a trip.
    fn assign(&mut self, v: VehicleId, from: (BufferId, usize), way: Way) {
        let Some(node) = self.tables.ports.node[from.0] else {
            return;
        };
        let decks = self.free_decks(v);
        let (picks, drops) = self.begin_legs(v, from, way, &decks);
        if picks.is_empty() {
            return;
        }
        let vehicle = &mut self.own.vehicles[v];
        vehicle.mission = Mission::Trip;
        vehicle.hands = picks.into_iter().chain(drops).collect();
        self.own.idle.remove(&v);
        self.own.leaving.retain(|&(_, other)| other != v);
        self.head_for(v, node);
    }

    /// Deck positions with no load and no hand-over ahead.
    fn free_decks(&self, v: VehicleId) -> Vec<u8> {
        let decks = &self.plant.vehicles[v].decks;
        let hands = &self.own.vehicles[v].hands;
        let free = |&deck: &u8| {
            self.own.books.at(self.deck(v, deck)).is_none()
                && hands.iter().all(|hand| hand.deck != deck)
        };
        (0..(decks.end.0 - decks.start.0) as u8)
            .filter(free)
            .collect()
    }

    /// About to take loads: whatever else has become ready for the same way comes along.
    pub fn top_up(&mut self, v: VehicleId) {
        let Some(first) = self.own.vehicles[v]
            .hands
            .front()
            .copied()
            .filter(|hand| hand.pick)
        else {
            return;
        };
        let last = self.own.vehicles[v].hands.back().copied();
        let (Some(from), Some(to)) = (
            self.buffer(first.place),
            last.and_then(|hand| self.buffer(hand.place)),
        ) else {
            return;
        };
        let Some(class) = self.own.books.at(first.place).map(|load| load.class()) else {
            return;
        };
        let decks = self.free_decks(v);
        let Some(way) = self.head_way(from, class).filter(|_| !decks.is_empty()) else {
            return;
        };
        if way.to != to {
            return;
        }
        let (picks, drops) = self.begin_legs(v, (from, class), way, &decks);
        let hands = &mut self.own.vehicles[v].hands;
        let at = hands
            .iter()
            .position(|hand| !hand.pick)
            .unwrap_or(hands.len());
        let rest: VecDeque<Hand> = hands.split_off(at);
        hands.extend(picks);
        hands.extend(rest);
        hands.extend(drops);
    }

    /// A vehicle that has just dropped somewhere takes what waits at that node, if it is at least
    /// half a deck full or may go anyway.
    pub fn start_here(&mut self, v: VehicleId) -> bool {
        let Some((from, way)) = self.here(v) else {
            return false;
        };
        self.assign(v, from, way);
        self.own.vehicles[v].mission == Mission::Trip
    }

    /// What a vehicle that has just dropped somewhere takes there, and where to.
    pub fn here(&self, v: VehicleId) -> Option<((BufferId, usize), Way)> {
        let node = self.own.vehicles[v].node;
        if self.low(v) || self.own.vehicles[v].lost || self.kept_from_work(v) {
            return None;
        }
        let mut best: Option<Job> = None;
        for &from in &self.tables.ports.at[node] {
            for class in Self::CLASSES {
                let Some((job, at)) = self.job(from, class, true) else {
                    continue;
                };
                let ready = self.own.books.counts(from).ready[class].len() as u32;
                let enough = 2 * ready >= u32::from(self.tables.ports.decks);
                if at <= self.now || enough {
                    best = best.min(Some(job)).or(Some(job));
                }
            }
        }
        let job = best?;
        let way = self.head_way(job.from, job.class)?;
        Some(((job.from, job.class), way))
    }

    /// Vehicles with a load and nowhere to bring it try again; meanwhile they are out of the way.
    fn unstrand(&mut self) {
        for v in core::mem::take(&mut self.own.stranded) {
            let hands = &self.own.vehicles[v].hands;
            if let Some(hand) = hands
                .front()
                .copied()
                .filter(|hand| !hand.pick && !hand.told)
                && !self.kept(&hand)
            {
                self.redirect(v, hand, None);
            }
            if self.own.stranded.contains(&v) {
                self.park(v);
            } else {
                self.go_on(v);
            }
        }
    }

    fn kept(&self, hand: &Hand) -> bool {
        self.own.books.kept_for(hand.place) == Some(hand.transport)
    }
}
