//! Alarms of elements that a changed plant does not have are over.

use super::Alarms;
use alloc::collections::BTreeSet;
use fenhe_contract::*;
use fenhe_plant::Moving;

impl Alarms {
    /// Forgets them.
    pub fn forget(&mut self, moving: &Moving) {
        let there = |source: AlarmSource| match source {
            // An order that a changed plant cannot make is nobody's alarm: whoever told it tells that it is over.
            AlarmSource::Plant | AlarmSource::Order(_) => true,
            AlarmSource::Vehicle(v) => moving.id(v).is_some(),
            AlarmSource::Station(s) => moving.id(s).is_some(),
            AlarmSource::Buffer(b) => moving.id(b).is_some(),
            AlarmSource::Place(p) => moving.id(p).is_some(),
        };
        self.points.retain(|point, _| there(point.source));
        self.due.retain(|(_, point)| there(point.source));
        self.failed.retain(|&place| moving.id(place).is_some());
        let ids: BTreeSet<AlarmId> = self.points.values().map(|point| point.id).collect();
        for point in self.points.values_mut() {
            if !ids.contains(&point.cause) {
                point.cause = AlarmId(0);
            }
            point.affected.retain(|&source| there(source));
        }
    }
}
