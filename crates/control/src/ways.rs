//! Where a load goes. It is decided when a vehicle is there to take it, by what stands and comes at each
//! destination:
//!
//! 1. full carriers go where their next operation is done, least filled port first; where a rack stands
//!    before that operation, to an in point of it, and straight on only while it has no slot for them;
//! 2. empties go to the load ports of their kind that have fewest, in the segment that has fewest;
//!    the last carriers of a segment are kept for it, else full ones could fill all places before a
//!    station while the carriers it needs behind are all among them;
//! 3. what has nowhere to go while its port is nearly blocked goes to a store (first leg), and from
//!    there on as above (second leg).
//!
//! What is bound to come out of a rack has its place at a port promised to it: others do not get that.

use crate::books::Load;
use crate::fleet::Desk;
use crate::ports;
use crate::racks::Need;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::BufferKind;

/// Where a group of loads could go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Way {
    /// Driving time and what stands there already, in one figure [ms].
    cost: u64,
    pub to: BufferId,
    /// Free places there.
    pub room: u32,
    /// Nothing stands there and nothing is coming.
    pub starving: bool,
    /// Loads that may go there and no more: slots of a rack, or places that are promised to nobody.
    pub most: u32,
}

/// One load standing or coming at a destination counts as much as this much driving [ms].
const LEVEL: u64 = 30_000;

/// A segment full of carriers counts as much as this much driving [ms].
const SHARE: u64 = 300_000;

impl Desk<'_> {
    /// The best destination for a load that stands in `from`.
    pub fn way(&self, from: BufferId, load: &Load, but: Option<BufferId>) -> Option<Way> {
        let node = self.tables.ports.node[from]?;
        let here = (from, node);
        let out = self.tables.racks.gives_out(from);
        if self.is_inside(from, load) {
            return None;
        }
        if !out && let Some(ins) = self.through(load) {
            return self.to_rack(here, load, &ins, but);
        }
        let best = if load.count > 0 {
            self.to_port(here, load, but)
        } else {
            self.to_load(here, load, but)
        };
        best.or_else(|| self.to_store(here, load, but))
    }

    /// The best destination for a load on a deck that was to go to `from`.
    pub fn way_on(&self, from: BufferId, load: &Load, but: Option<BufferId>) -> Option<Way> {
        let node = self.tables.ports.node[from]?;
        let stored = self.tables.racks.takes_in(self.plant, from);
        let ins = self.through(load).unwrap_or_default();
        let rack = || self.to_rack((from, node), load, &ins, but);
        if stored && let Some(way) = rack() {
            return Some(way);
        }
        let port = || match load.count {
            0 => self.to_load((from, node), load, but),
            _ => self.to_port((from, node), load, but),
        };
        let other = port().or_else(rack);
        other.or_else(|| self.to_store((from, node), load, but))
    }

    /// In points with room of the racks that a load goes through; none if it goes through none, or they have
    /// no slot for it.
    fn through(&self, load: &Load) -> Option<Vec<BufferId>> {
        let next = load.next(self.plant).filter(|_| load.count > 0)?;
        let ins = &self.tables.racks.through[next];
        if ins.is_empty() {
            return None;
        }
        let open = self.inlets(ins, load);
        (!open.is_empty()).then_some(open)
    }

    /// It stands where a crane will take it into the rack that it goes through.
    fn is_inside(&self, from: BufferId, load: &Load) -> bool {
        let next = load.next(self.plant).filter(|_| load.count > 0);
        let ins = next.map(|next| &self.tables.racks.through[next]);
        ins.is_some_and(|ins| ins.contains(&from)) && self.some_crane_takes(from, load)
    }

    fn to_rack(
        &self,
        from: (BufferId, NodeId),
        load: &Load,
        ins: &[BufferId],
        but: Option<BufferId>,
    ) -> Option<Way> {
        let way = self.best(from, load, ins, but)?;
        Some(Way {
            most: self.slots_behind(way.to, load),
            starving: false,
            ..way
        })
    }

    /// The port for its next operation; places promised to what comes out of racks are not to be had.
    fn to_port(&self, from: (BufferId, NodeId), load: &Load, but: Option<BufferId>) -> Option<Way> {
        let next = load.next(self.plant)?;
        let left = if self.tables.racks.gives_out(from.0) {
            u32::MAX
        } else {
            self.unpromised(Need::Full(next, load.kind))
        };
        let way = self.best(from, load, self.tables.ports.unload(next), but);
        way.filter(|_| left > 0)
            .map(|way| Way { most: left, ..way })
    }

    fn best(
        &self,
        (from, node): (BufferId, NodeId),
        load: &Load,
        to: &[BufferId],
        but: Option<BufferId>,
    ) -> Option<Way> {
        let line = self.plant.buffers[from].line;
        let policy = &self.plant.policy;
        let rack = self.tables.racks.gives_out(from); // of no line
        let mut best: Option<Way> = None;
        for &to in to {
            let same = !policy.same_line || load.count == 0 || rack;
            let store = matches!(self.plant.buffers[to].kind, BufferKind::Store { .. });
            let same = same || store || self.plant.buffers[to].line == line;
            let room = self.own.books.free(&self.tables.ports, to);
            if room == 0 || !same || but == Some(to) || !ports::takes(self.plant, to, load.kind) {
                continue;
            }
            let counts = self.own.books.counts(to);
            let level = if load.count > 0 {
                counts.fulls
            } else {
                counts.empties
            };
            // What is dearer before the first metre need not be looked up.
            if best.is_some_and(|best| best.cost < LEVEL * u64::from(level)) {
                continue;
            }
            let open = self.tables.ports.node[to].filter(|&to| !self.shut(to));
            let Some(time) = open.and_then(|to| self.tables.routes.time(node, to)) else {
                continue;
            };
            let cost = u64::from(time) + LEVEL * u64::from(level);
            let way = Way {
                cost,
                to,
                room,
                starving: level == 0,
                most: u32::MAX,
            };
            best = best.min(Some(way)).or(Some(way));
        }
        best
    }

    /// The load port where an empty is needed most.
    fn to_load(
        &self,
        (from, node): (BufferId, NodeId),
        load: &Load,
        but: Option<BufferId>,
    ) -> Option<Way> {
        let ports = &self.tables.ports;
        let out = self.tables.racks.gives_out(from);
        let left = match out {
            true => u32::MAX,
            false => self.unpromised(Need::Empty(load.kind)),
        };
        if left == 0 {
            return None;
        }
        let segments = &ports.segments[load.kind];
        let levels: Vec<u32> = segments
            .iter()
            .map(|s| self.own.books.committed(s))
            .collect();
        let lacks = |i: usize| (segments[i].loads.len() as u32).saturating_sub(levels[i]);
        let lacking: u32 = (0..segments.len()).map(lacks).sum();
        let stored = |&store: &BufferId| self.own.books.counts(store).fulls;
        let population = self.plant.carriers[load.kind].start.len() as u32;
        let committed = levels.iter().sum::<u32>() + ports.stores.iter().map(stored).sum::<u32>();
        let free = population.saturating_sub(committed);
        let mut best: Option<Way> = None;
        for &to in &ports.load[load.kind] {
            let segment = ports.segment[to];
            let others = lacking - lacks(segment);
            let mut room = self.own.books.free(ports, to);
            if others > 0 {
                room = room.min((free.max(1) - 1).saturating_sub(others) + lacks(segment));
            }
            if room == 0 || but == Some(to) || to == from {
                continue;
            }
            let open = ports.node[to].filter(|&to| !self.shut(to));
            let Some(time) = open.and_then(|to| self.tables.routes.time(node, to)) else {
                continue;
            };
            let empties = self.own.books.counts(to).empties;
            let share =
                u64::from(levels[segment]) * SHARE / u64::from(segments[segment].capacity.max(1));
            let cost = u64::from(time) + LEVEL * u64::from(empties) + share;
            let starving = empties == 0 && 2 * share < SHARE;
            let way = Way {
                cost,
                to,
                room,
                starving,
                most: left,
            };
            best = best.min(Some(way)).or(Some(way));
        }
        best
    }

    /// A store, if the port is nearly blocked by loads that have nowhere to go. An out point of a rack is,
    /// when it is full; from other stores nothing goes to a store.
    fn to_store(
        &self,
        from: (BufferId, NodeId),
        load: &Load,
        but: Option<BufferId>,
    ) -> Option<Way> {
        let out = self.tables.racks.gives_out(from.0);
        let store = matches!(self.plant.buffers[from.0].kind, BufferKind::Store { .. });
        let free = self.own.books.free(&self.tables.ports, from.0);
        if (store && !out) || free > u32::from(!out) {
            return None;
        }
        let racks = &self.tables.racks;
        let others = self.tables.ports.stores.iter().copied();
        let (ins, mut stores): (Vec<BufferId>, Vec<BufferId>) =
            (others.filter(|&id| but != Some(id))).partition(|&id| racks.takes_in(self.plant, id));
        stores.extend(self.inlets(&ins, load));
        let way = self.best(from, &Load { count: 0, ..*load }, &stores, but);
        let most = |to: BufferId| match racks.takes_in(self.plant, to) {
            true => self.slots_behind(to, load),
            false => u32::MAX,
        };
        way.map(|way| Way {
            starving: false,
            most: most(way.to),
            ..way
        })
    }

    /// Whether what is put down here goes on by the same transport: in stores, but for points of racks.
    pub fn half_way(&self, place: PlaceId) -> bool {
        self.buffer(place).is_some_and(|buffer| {
            let store = matches!(self.plant.buffers[buffer].kind, BufferKind::Store { .. });
            store && !self.tables.racks.takes_in(self.plant, buffer)
        })
    }
}
