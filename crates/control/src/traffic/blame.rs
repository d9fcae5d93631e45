//! Who waits for whom, for those who ask why a vehicle stands.

use super::granting::end_of;
use super::*;

impl Traffic {
    /// Since when a vehicle has been waiting for right of way.
    pub fn waits_since(&self, v: VehicleId) -> Option<Time> {
        self.rows[v].since
    }

    /// The vehicle that holds, or is to pass before, what this one waits for.
    pub fn waits_for(&self, plant: &Plant, v: VehicleId) -> Option<VehicleId> {
        let row = &self.rows[v];
        row.since?;
        let other = |by: &VehicleId| *by != v;
        if let Some(&(key, edge)) = row.pledged.front() {
            let mut claims = resources(plant, edge).into_iter();
            let resource = claims.find_map(|claim| self.obstacle(plant, (key, v), claim))?;
            let held = self.holder[resource].filter(other);
            return held.or_else(|| self.pledges[resource].front().map(|&(_, by)| by));
        }
        let &(key, count) = row.hops.front()?;
        let edges: Vec<EdgeId> = row.ahead(0, count as usize).collect();
        let mut claims = edges.iter().flat_map(|&edge| resources(plant, edge));
        if let Some(resource) = claims.find_map(|claim| self.stands(plant, v, claim)) {
            return self.ends[resource];
        }
        let resource = self.passed(plant, (key, v), end_of(plant, &edges))?;
        let passes = self.passes[resource].iter();
        let mut passing = passes.map(|&(_, by)| by);
        passing.find(other)
    }
}
