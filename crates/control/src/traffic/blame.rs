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
        let &(key, count) = row.hops.front()?;
        let mut edges = row.ahead(0, count as usize);
        let mut claims = edges.by_ref().flat_map(|edge| resources(plant, edge));
        let resource = claims.find_map(|claim| self.obstacle(plant, (key, v), claim))?;
        let held = self.holder[resource].filter(|&by| by != v);
        held.or_else(|| self.passes[resource].front().map(|&(_, by)| by))
    }
}
