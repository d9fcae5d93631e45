//! Places of ports and stores, and where the carriers stand at the start.

use super::{Build, Element, Scope};
use crate::read::Read;
use crate::shape::Kind;
use crate::*;
use alloc::collections::VecDeque;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::Range;
use fenhe_contract::*;

/// The most places of a plant.
const PLACES: usize = 1_000_000;

impl<'t> Build<'t> {
    /// The places of a port or store, numbered after those before.
    pub(super) fn places(
        &mut self,
        element: &Element<'t>,
        read: Read<'t>,
        scope: Option<&Scope>,
    ) -> Range<PlaceId> {
        let node = self.node_of(element, read, scope);
        let buffer = BufferId(self.plant.buffers.len() as u32);
        let first = self.plant.places.len();
        let mut count = read.count("places").unwrap_or(1).max(0) as usize;
        if first + count > PLACES {
            self.report("size/too-many", read.at("places"), &[("most", &PLACES)]);
            count = 0;
        }
        for _ in 0..count {
            self.plant.places.push(Place {
                owner: Owner::Buffer(buffer),
                node,
            });
        }
        PlaceId(first as u32)..PlaceId((first + count) as u32)
    }

    /// The node a port is served from: its own, else the one its equipment gives it.
    fn node_of(
        &mut self,
        element: &Element<'t>,
        read: Read<'t>,
        scope: Option<&Scope>,
    ) -> Option<NodeId> {
        let own = read
            .item("node")
            .and_then(|item| Some((item.text()?.to_string(), item.at)));
        let local = element.read.text("id").unwrap_or_default();
        let given = scope.and_then(|scope| scope.nodes.get(local).cloned());
        let (name, at) = own.or(given)?;
        if !self.knows_nodes {
            return None; // without tracks, or reported with them
        }
        self.names
            .resolve(self.desk, Kind::Node, &name, at, scope)
            .map(NodeId)
    }

    /// Puts the carriers on their places: one to each start buffer in turn, round and round.
    pub(super) fn carriers(&mut self) {
        let mut taken = alloc::vec![false; self.plant.places.len()];
        let root = self.root;
        for (i, read) in root.tables("carrier").enumerate() {
            let kind = CarrierTypeId(i as u32);
            let full = self.full(read);
            let mut rows: Vec<Row> = Vec::new();
            for item in read.list("start") {
                let name = item.text().unwrap_or_default();
                if let Some(rack) = self.names.get(Kind::Rack, name) {
                    self.rows_of(RackId(rack), kind, &mut rows);
                    continue;
                }
                let id = self
                    .names
                    .resolve(self.desk, Kind::Buffer, name, item.at, None);
                let Some(id) = id.map(BufferId) else { continue };
                let buffer = &self.plant.buffers[id];
                let places = match &buffer.kind {
                    BufferKind::Unload {
                        carrier, places, ..
                    }
                    | BufferKind::Load {
                        carrier, places, ..
                    } => {
                        if *carrier != kind {
                            let args: &[(&'static str, &dyn core::fmt::Display)] =
                                &[("buffer", &buffer.name)];
                            self.report("carrier/mismatch", item.at, args);
                        }
                        places
                    }
                    BufferKind::Store { places } => places,
                    BufferKind::Queue { .. } => {
                        self.wanted_kind(item.at, id, &["unload", "load", "store"]);
                        continue;
                    }
                };
                rows.push((places.start.0..places.end.0).collect());
            }
            let wanted = read.count("count").unwrap_or(0).max(0) as usize;
            let start = deal(&mut rows, &mut taken, wanted);
            if start.len() < wanted {
                let args: &[(&'static str, &dyn core::fmt::Display)] =
                    &[("count", &wanted), ("places", &start.len())];
                self.report("carrier/more-than-places", read.at("count"), args);
            }
            self.plant.carriers[kind].start = start;
            self.plant.carriers[kind].full = full;
        }
    }

    /// What carriers that start in a rack are full of, and operations of its route done.
    fn full(&mut self, read: Read<'t>) -> Option<(ProductId, u16)> {
        let product = self.refer(Kind::Product, read, "full", None).map(ProductId);
        let after = read.text("after");
        let done = match (product, after) {
            (Some(product), Some(after)) => {
                let operation = self.names.get(Kind::Operation, after).map(OperationId);
                let route = &self.plant.products[product].route;
                let is = |step: &RouteStep| Some(step.operation) == operation;
                route.iter().position(is).map(|at| at as u16 + 1)
            }
            (Some(_), None) => Some(0),
            (None, after) => after.is_none().then_some(0),
        };
        if done.is_none() {
            let after = after.unwrap_or_default();
            self.report("rack/full", read.at("after"), &[("operation", &after)]);
        }
        product.map(|product| (product, done.unwrap_or(0)))
    }

    /// The slots of each aisle that take this kind of carrier, rear ones first, scattered over the face.
    fn rows_of(&self, rack: RackId, kind: CarrierTypeId, rows: &mut Vec<Row>) {
        let row = &self.plant.racks[rack];
        let (size, depth) = (row.size(), u32::from(row.depth));
        let order = scattered(size / depth);
        for n in row.cranes.start.0..row.cranes.end.0 {
            let first = self.plant.cranes[CraneId(n)].slots.start.0;
            let slot = |deep: u32| {
                let lane = order.iter().map(move |lane| lane * depth + deep);
                lane.filter(move |&slot| row.takes(slot, kind))
            };
            let all = (0..depth).rev().flat_map(slot);
            rows.push(all.map(|slot| first + slot).collect());
        }
    }
}

/// Places in the order in which they are dealt.
type Row = VecDeque<u32>;

/// All numbers below `n` in an order without order (Fisher and Yates).
fn scattered(n: u32) -> Vec<u32> {
    let mut luck = Seed(0).stream("rack", Purpose::Initial);
    let mut all: Vec<u32> = (0..n).collect();
    for last in (1..n).rev() {
        all.swap(last as usize, luck.below(last + 1) as usize);
    }
    all
}

/// One free place of each row in turn until there are enough or all are taken.
fn deal(rows: &mut Vec<Row>, taken: &mut [bool], wanted: usize) -> Vec<PlaceId> {
    let mut start = Vec::new();
    while start.len() < wanted && !rows.is_empty() {
        rows.retain_mut(|row| {
            if start.len() == wanted {
                return true;
            }
            let next = loop {
                match row.pop_front() {
                    Some(place) if taken[place as usize] => {}
                    next => break next,
                }
            };
            match next {
                Some(place) => {
                    taken[place as usize] = true;
                    start.push(PlaceId(place));
                    true
                }
                None => false,
            }
        });
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_are_dealt_round_and_round() {
        let mut taken = [false; 7];
        taken[4] = true;
        let mut rows = alloc::vec![(0..3).collect(), (3..6).collect()];
        let start = deal(&mut rows, &mut taken, 9);
        assert_eq!(
            start.iter().map(|p| p.0).collect::<Vec<_>>(),
            [0, 3, 1, 5, 2]
        );
        assert!(!taken[6]);
    }

    #[test]
    fn slots_are_dealt_all_over_the_face() {
        for n in [1, 2, 3, 10, 1200] {
            let mut all = scattered(n);
            all.sort_unstable();
            assert!(all.into_iter().eq(0..n));
        }
    }
}
