//! Vehicles come and go with a change of the plant.

use super::*;
use fenhe_plant::Moving;

impl Traffic {
    /// It stands, and has no way to go on.
    pub fn rests(&self, v: VehicleId) -> bool {
        self.rows[v].rests()
    }

    /// Vehicles that the new plant does not have hold nothing and pass nowhere any more.
    pub fn forget(&mut self, moving: &Moving) {
        let gone = |v: VehicleId| moving.id(v).is_none();
        for holder in self.holder.iter_mut() {
            *holder = holder.filter(|&v| !gone(v));
        }
        for end in self.ends.iter_mut() {
            *end = end.filter(|&v| !gone(v));
        }
        for passes in self.passes.iter_mut() {
            passes.retain(|&(_, v)| !gone(v));
        }
        for pledges in self.pledges.iter_mut() {
            pledges.retain(|&(_, v)| !gone(v));
        }
        for waiting in self.waiting.iter_mut() {
            waiting.retain(|&v| !gone(v));
        }
        self.touched
            .retain(|&resource| moving.id(resource).is_some());
        self.pending.retain(|&(_, v)| !gone(v));
        self.closed.stopped.retain(|&v| !gone(v));
        self.closed.areas.retain(|&area| moving.id(area).is_some());
        self.closed.fires.retain(|&area| moving.id(area).is_some());
    }

    /// In the words of the new plant: what is kept in order of ids is put in order again.
    pub fn settle(&mut self) {
        self.closed.stopped.sort_unstable();
        self.closed.areas.sort_unstable();
        self.closed.fires.sort_unstable();
    }

    /// A vehicle begins where the plant says. Gives who is in the way there, or is still to pass; then
    /// nothing has changed.
    pub fn begin(&mut self, plant: &Plant, v: VehicleId) -> Option<VehicleId> {
        let start = plant.tracks.node_resource(plant.vehicles[v].start);
        if let Some(resource) = self.obstacle(plant, (u64::MAX, v), start) {
            let by = self.holder[resource].filter(|&by| by != v);
            return by.or_else(|| self.pledges[resource].front().map(|&(_, by)| by));
        }
        if let Some(resource) = self.passed(plant, (u32::MAX, v), start) {
            return self.passes[resource].front().map(|&(_, by)| by);
        }
        (self.holder[start], self.ends[start]) = (Some(v), Some(v));
        None
    }
}
