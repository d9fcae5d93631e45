//! Follows another master from what can be heard of it.

use super::trail::{Heard, Trail};
use super::{Divergence, Shadow};
use fenhe_contract::*;
use fenhe_plant::Plant;
use std::sync::Arc;

/// A shadow of a master of whom only facts and orders are heard. It lags behind by the time it takes
/// until orders show what vehicles were sent for: up to a trip, not at all where orders show what lies
/// ahead; never more than an hour.
#[derive(Clone)]
pub struct Follower {
    trail: Trail,
    shadow: Shadow,
    now: Time,
}

impl Follower {
    /// Beside a plant at its epoch.
    pub fn new(plant: &Arc<Plant>) -> Follower {
        Follower {
            trail: Trail::new(plant),
            shadow: Shadow::new(plant),
            now: Time::ZERO,
        }
    }
    /// What it has found, as of [`Follower::lag`] ago.
    pub fn shadow(&self) -> &Shadow {
        &self.shadow
    }
    /// How the decisions compare so far.
    pub fn divergence(&self) -> Divergence {
        let mut found = self.shadow.divergence().clone();
        found.unresolved = self.trail.unresolved;
        found
    }
    /// How far what it has found lies behind what it has heard.
    pub fn lag(&self) -> Span {
        self.trail.oldest().map_or(Span::ZERO, |at| self.now - at)
    }

    /// A fact. [`Event::Deadline`] says only that time has passed.
    pub fn fact(&mut self, now: Time, event: &Event) {
        self.now = self.now.max(now);
        self.trail.fact(self.now, event);
        self.catch_up(self.now);
    }
    /// An order was heard; `edges` of a [`Command::Drive`].
    pub fn told(&mut self, now: Time, command: &Command, edges: &[EdgeId]) {
        self.now = self.now.max(now);
        self.trail.told(self.now, command, edges);
    }
    /// What lies ahead of a vehicle beyond what it was told, as its newest order shows: deck, place, pick.
    pub fn ahead(&mut self, v: VehicleId, hands: &[(u8, PlaceId, bool)]) {
        self.trail.ahead(v, hands);
    }
    /// Nothing more will be heard: what waits is taken as far as it is known.
    pub fn end(&mut self) {
        self.catch_up(Time::NEVER);
    }

    fn catch_up(&mut self, now: Time) {
        while let Some((at, before, heard)) = self.trail.next(now) {
            for one in before.into_iter().chain([heard]) {
                match one {
                    Heard::Fact(event) => self.shadow.fact(at, &event),
                    Heard::Told(command, edges) => self.shadow.told(at, &command, &edges),
                    Heard::Trip(v, legs) => self.shadow.trip(at, v, &legs),
                    Heard::Sent(v, node) => self.shadow.sent(at, v, node),
                }
            }
        }
    }
}
