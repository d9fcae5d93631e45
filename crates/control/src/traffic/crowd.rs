//! Ways keep off where many others have yet to pass.

use super::*;

/// A point that so many others have yet to pass costs a vehicle this much more driving, times their number
/// squared [ms]: what one waits at a crossing grows faster than those who pass it, and of two ways as long
/// as each other the emptier one is better for all.
const CROWD: u32 = 150;

impl Traffic {
    /// A way to a goal by the streets that are open, as clear of others as it may be without being far longer.
    /// Who comes first is served first on the shortest.
    pub(super) fn way(
        &mut self,
        plant: &Plant,
        to: (VehicleTypeId, NodeId),
        from: NodeId,
    ) -> Option<Vec<EdgeId>> {
        if plant.policy.traffic == Precedence::FirstCome {
            return self.table(plant, to, from).way(plant, to.0, from);
        }
        let streets = self.streets(plant);
        let (passes, pledges) = (&self.passes, &self.pledges);
        let added = |edge: EdgeId| {
            let node = plant.tracks.node_resource(plant.tracks.edges[edge].to);
            let others = (passes[node].len() + pledges[node].len()) as u32;
            CROWD.saturating_mul(others.saturating_mul(others))
        };
        let shut = |edge: EdgeId| self.closed.edge(plant, edge);
        let routes = &mut self.known.routes;
        routes.around((plant, &streets), to, from, &shut, &added)
    }
}
