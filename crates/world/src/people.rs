//! People in the simulated plant, and what stops vehicles from outside: for trials. Nothing here is
//! reported to control; whoever plays the plant's safety equipment tells it by facts of its own.

use super::*;
use fleet::Off;

impl World {
    /// A person goes into an area (`true`) or comes out; the referee minds every body there.
    pub fn walk<S: RecordSink>(&mut self, area: AreaId, inside: bool, sink: &mut S) {
        self.acting(self.now(), sink, |fleet, _, ctx| {
            fleet.walk(ctx, (area, inside))
        });
    }

    /// The plant's emergency stop switches a vehicle's drive off, at the next node at the latest, or
    /// on again. It goes on hearing and telling.
    pub fn stop<S: RecordSink>(&mut self, v: VehicleId, on: bool, sink: &mut S) {
        let off = if on { Off::Stopped } else { Off::No };
        self.acting(self.now(), sink, |fleet, _, ctx| fleet.switch(ctx, v, off));
    }

    /// A vehicle dies: it stands at the next node at the latest, hears nothing and tells nothing,
    /// until it is woken again.
    pub fn kill<S: RecordSink>(&mut self, v: VehicleId, dead: bool, sink: &mut S) {
        let off = if dead { Off::Dead } else { Off::No };
        self.acting(self.now(), sink, |fleet, _, ctx| fleet.switch(ctx, v, off));
    }

    /// The referee looks at the fire-door zones and escape routes of a section: each body there
    /// that could drive is a breach.
    pub fn judge_fire<S: RecordSink>(&mut self, area: AreaId, sink: &mut S) {
        self.acting(self.now(), sink, |fleet, _, ctx| {
            fleet.judge_fire(ctx, area);
        });
    }

    /// Vehicles whose bodies are in an area, by truth; ascending.
    pub fn inside(&self, area: AreaId) -> Vec<VehicleId> {
        self.state.fleet.inside(&self.plant, area)
    }
}

impl fleet::Fleet {
    fn inside(&self, plant: &Plant, area: AreaId) -> Vec<VehicleId> {
        let Some(area) = plant.areas.get(area) else {
            return Vec::new();
        };
        let (referee, tables) = (self.referee(), self.tables());
        let all = plant.vehicles.ids();
        all.filter(|&v| referee.touches(tables, v, area)).collect()
    }
}
