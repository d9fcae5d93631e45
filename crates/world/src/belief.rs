//! A world from what control believes: live, truth does not exist.

use crate::crane::Cranes;
use crate::fleet::Fleet;
use crate::flow::{self, Flow};
use crate::kernel::Queue;
use crate::{Bodies, Ctx, State, World};
use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;

impl World {
    /// A plant as control believes it to be, with luck of its own from there on. What no device
    /// reported is drawn given what was; see `flow::belief` and `fleet::belief` for how. The core that
    /// believes this (or its clone) goes on with it as with the plant itself.
    pub fn from_belief(plant: Arc<Plant>, belief: &Belief, seed: Seed) -> World {
        let belief = flow::sane(&plant, belief);
        let now = Time(belief.now);
        let mut queue = Queue::default();
        let mut bodies = Bodies::new(&plant);
        let mut ready = Vec::new();
        let mut ctx = Ctx {
            plant: &plant,
            now,
            queue: &mut queue,
            bodies: &mut bodies,
            ready: &mut ready,
            sink: &mut NoRecords,
        };
        flow::stand(ctx.plant, ctx.bodies, &belief.loads);
        let flow = Flow::from_belief(&mut ctx, &belief, seed);
        let fleet = Fleet::from_belief(&mut ctx, &belief, seed);
        let cranes = Cranes::from_belief(&mut ctx, &belief, seed);
        let state = State {
            now,
            queue,
            bodies,
            flow,
            fleet,
            cranes,
            ready,
        };
        World { plant, state }
    }

    /// Another luck from here on: whatever is drawn from now on is drawn anew, what has been drawn
    /// already stays. For forecasts from truth, which only tests can make.
    pub fn reseed(&mut self, seed: Seed) {
        self.state.flow.reseed(&self.plant, seed);
        self.state.fleet.reseed(&self.plant, seed);
        self.state.cranes.reseed(&self.plant, seed);
    }
}
