//! Who waits for whom, for those who ask why a vehicle stands.

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
        let first = |resource: ResourceId| self.passes[resource].front().map(|&(_, by)| by);
        if let Some(&(key, edge)) = row.pledged.front() {
            let mut claims = resources(plant, edge).into_iter();
            let resource = claims.find_map(|claim| self.obstacle(plant, (key, v), claim))?;
            let held = self.holder[resource].filter(other);
            return held.or_else(|| first(resource));
        }
        let &(key, count) = row.hops.front()?;
        let mut edges = row.ahead(0, count as usize);
        let mut claims = edges.by_ref().flat_map(|edge| resources(plant, edge));
        let resource = claims.find_map(|claim| self.bar(plant, (key, v), claim))?;
        let ends = self.ends[resource].filter(other);
        ends.or_else(|| {
            let mut passes = self.passes[resource].iter();
            let found = passes.find(|&&(first, by)| by != v && !self.is_pledged(by, first));
            found.map(|&(_, by)| by)
        })
    }
}
