//! Where vehicles bring loads into racks.

use super::stock::tiers;
use crate::books::Load;
use crate::fleet::Desk;
use alloc::vec::Vec;
use fenhe_contract::*;

/// Aisles with less than this part of their slots open take loads only while no other has more: when a crane
/// is lost the others can take what comes until it is repaired.
const SPARE: u32 = 8;

impl Desk<'_> {
    /// In points that may be given one more load of this sort: some crane behind works, and has a slot for it
    /// that nothing which stands or comes there will want. Of those the ones whose aisles are not nearly full,
    /// and of those the ones that do not have clearly more of its product than another: a crane that is lost
    /// then never has all of it.
    pub fn inlets(&self, ins: &[BufferId], load: &Load) -> Vec<BufferId> {
        let behind = |&buffer: &BufferId| (buffer, self.slots_behind(buffer, load));
        let open = ins.iter().map(behind).filter(|&(_, slots)| slots > 0);
        let mut open: Vec<(BufferId, u32)> = open.collect();
        let spare = |&(buffer, slots): &(BufferId, u32)| {
            let aisles = self.tables.racks.ins[buffer].iter();
            let size = |&id: &CraneId| self.tables.racks[id].pool.len() as u32;
            SPARE * slots >= aisles.map(size).sum()
        };
        if open.iter().any(spare) {
            open.retain(spare);
        }
        let has = |&buffer: &BufferId| {
            let aisles = self.tables.racks.ins[buffer].iter();
            let of = |&id: &CraneId| self.own.racks.aisles[id].stock.of(load.product);
            aisles.map(of).sum::<u32>()
        };
        let open = open.iter().map(|(buffer, _)| buffer);
        let least = open.clone().map(has).min().unwrap_or(0);
        let most = least + least / 4;
        open.copied().filter(|buffer| has(buffer) <= most).collect()
    }

    /// Some crane at an in point works and has a slot for this load.
    pub fn some_crane_takes(&self, point: BufferId, load: &Load) -> bool {
        let cranes = self.tables.racks.ins[point].iter();
        let works = |&&crane: &&CraneId| !self.own.racks.aisles[crane].down;
        cranes
            .filter(works)
            .any(|&crane| self.has_slot(crane, load))
    }

    /// Open slots behind an in point that take this load, less what will be put into them.
    pub fn slots_behind(&self, buffer: BufferId, load: &Load) -> u32 {
        let aisles = &self.tables.racks.ins[buffer];
        let (mut open, mut points) = (0, Vec::new());
        for &crane in aisles {
            let (aisle, rack) = (&self.own.racks.aisles[crane], self.rack(crane));
            points.extend(&self.tables.racks[crane].ins);
            if !aisle.down {
                let offered = aisle.slots.offered(&tiers(rack, load));
                open += offered.saturating_sub(rack.reserve);
            }
        }
        points.sort_unstable();
        points.dedup();
        let brought = |point: &&BufferId| self.tables.racks.takes_in(self.plant, **point);
        let comes = |&point: &BufferId| {
            let counts = self.own.books.counts(point);
            counts.occupied + counts.kept
        };
        open.saturating_sub(points.iter().filter(brought).map(comes).sum())
    }
}
