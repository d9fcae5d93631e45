//! What control believes, in words a device could have reported.

use crate::Controller;
use fenhe_contract::*;

impl Controller {
    /// Everything known about the plant at this instant, which is not before the last fact.
    pub fn belief(&self, now: Time) -> Belief {
        let own = &self.state.carrying;
        let load = |(place, load): (PlaceId, &crate::books::Load)| LoadBelief {
            place,
            tag: load.tag,
            count: load.count,
            product: load.product,
            done: load.done,
            since: load.since,
            filled: load.filled,
        };
        let vehicle = |v: VehicleId| {
            let known = &own.vehicles[v];
            let mut belief = VehicleBelief {
                node: known.node,
                since: known.since,
                base: alloc::vec::Vec::new(),
                handles: alloc::vec::Vec::new(),
                charge_until: None,
                permille: known.permille,
                revision: 0,
            };
            own.links.believe(v, &mut belief);
            belief
        };
        let [ordered, running] = self.state.stations.jobs();
        Belief {
            now: now.0,
            loads: own.books.loads().map(load).collect(),
            vehicles: own.vehicles.ids().map(vehicle).collect(),
            stations: self
                .state
                .stations
                .states(&self.tables.passing.known, &self.state.access.holds)
                .collect(),
            queued: self.state.stations.queued(),
            ordered,
            running,
            sources: self.state.release.sources(&self.plant),
            unreleased: self.state.release.entering(),
            inside: own.inside.believed(),
            cranes: (self.plant.cranes.ids())
                .map(|id| own.racks.crane(id))
                .collect(),
        }
    }
}
