//! Requests: each place that is free at an out point, and wanted, is bound to a load at once.

use super::stock::{Need, Rank};
use super::{Request, Work};
use crate::books::Load;
use crate::fleet::Desk;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::BufferKind;

impl Desk<'_> {
    /// Binds loads to the free places of an out point.
    pub(super) fn bind(&mut self, buffer: BufferId) {
        match self.plant.buffers[buffer].kind {
            BufferKind::Unload {
                carrier, operation, ..
            } => while self.bind_one(buffer, Need::Full(operation, carrier)) {},
            BufferKind::Store { .. } => {
                while let Some(need) = self.need_behind(buffer) {
                    if !self.bind_one(self.out_first(buffer, need), need) {
                        return;
                    }
                }
            }
            BufferKind::Load { .. } | BufferKind::Queue { .. } => {}
        }
    }

    /// What ports want most that vehicles serve from here: those where nothing stands or comes first, then
    /// what has waited longest in the rack.
    fn need_behind(&self, buffer: BufferId) -> Option<Need> {
        self.tables.ports.node[buffer]?;
        if self.own.books.free(&self.tables.ports, buffer) == 0 {
            return None;
        }
        let coming = self.coming_out();
        let mut best: Option<(bool, Time, Need)> = None;
        for &crane in &self.tables.racks.outs[buffer] {
            let aisle = &self.own.racks.aisles[crane];
            if aisle.down {
                continue;
            }
            for need in aisle.stock.needs() {
                let Some((_, since, ..)) = aisle.stock.first(need) else {
                    continue;
                };
                let coming = coming.get(&need).copied().unwrap_or(0);
                let (places, starving) = self.wanted(buffer, need);
                if places > coming {
                    let rank = (!starving || coming > 0, since, need);
                    best = best.min(Some(rank)).or(Some(rank));
                }
            }
        }
        best.map(|(.., need)| need)
    }

    /// The out point with a free place whose aisles have the first load for a need, of all of this rack: what the rule names
    /// is not left in a far aisle because the same is to be had in a near one.
    fn out_first(&self, buffer: BufferId, need: Need) -> BufferId {
        let racks = &self.tables.racks;
        let rack = |crane: &CraneId| self.plant.cranes[*crane].rack;
        let own = racks.outs[buffer].first().map(rack);
        let first = |&out: &BufferId| {
            let cranes = racks.outs[out].iter();
            let up = cranes.filter(|&crane| Some(rack(crane)) == own);
            let up = up.map(|&crane| &self.own.racks.aisles[crane]);
            let rank = up.filter(|aisle| !aisle.down);
            let rank = rank.filter_map(|aisle| aisle.stock.first(need)).min()?;
            Some((rank, out))
        };
        let serves = |&&out: &&BufferId| {
            let free = self.own.books.free(&self.tables.ports, out);
            self.tables.ports.node[out].is_some() && free > 0
        };
        let best = racks.stores.iter().filter(serves).filter_map(first).min();
        best.filter(|_| matches!(need, Need::Full(..)))
            .map_or(buffer, |(_, out)| out)
    }

    /// How many loads for a need could be brought from an out point, and whether some port has none.
    fn wanted(&self, buffer: BufferId, need: Need) -> (u32, bool) {
        let (ports, books) = (&self.tables.ports, &self.own.books);
        match need {
            Need::Full(..) => {
                let served = self.served(need);
                let empty = |&port: &BufferId| books.counts(port).fulls == 0;
                (self.lacking(need), served.iter().any(empty))
            }
            Need::Empty(kind) => {
                let load = Load::empty(Tag::UNREAD, kind, self.now);
                if self.way(buffer, &load, None).is_none() {
                    return (0, false);
                }
                let served = self.served(need);
                // Half of each port: the rest is for empties on their way from other ports.
                let few = |&port: &BufferId| {
                    let half = ports.capacity(port).div_ceil(2);
                    let lacks = half.saturating_sub(books.counts(port).empties);
                    lacks.min(books.free(ports, port))
                };
                let empty = |&port: &BufferId| books.counts(port).empties == 0;
                (served.iter().map(few).sum(), served.iter().any(empty))
            }
        }
    }

    /// Ports where vehicles bring loads for a need.
    fn served(&self, need: Need) -> Vec<BufferId> {
        let ports = &self.tables.ports;
        let (list, kind) = match need {
            Need::Full(operation, kind) => (ports.unload(operation), kind),
            Need::Empty(kind) => (ports.load[kind].as_slice(), kind),
        };
        let served = |port: &&BufferId| {
            ports.node[**port].is_some() && crate::ports::takes(self.plant, **port, kind)
        };
        list.iter().filter(served).copied().collect()
    }

    /// Free places of the ports for a need that vehicles serve.
    fn lacking(&self, need: Need) -> u32 {
        let ports = &self.tables.ports;
        let free = |&port: &BufferId| self.own.books.free(ports, port);
        self.served(need).iter().map(free).sum()
    }

    /// Places for a need that nothing at an out point, or bound to one, will want.
    pub fn unpromised(&self, need: Need) -> u32 {
        if self.tables.racks.stores.is_empty() {
            return u32::MAX;
        }
        let coming = self.coming_out().get(&need).copied().unwrap_or(0);
        self.lacking(need).saturating_sub(coming)
    }

    /// Loads by need that stand at out points for vehicles and nobody fetches yet, or are bound to them.
    fn coming_out(&self) -> BTreeMap<Need, u32> {
        let (books, racks) = (&self.own.books, &self.tables.racks);
        let mut coming = BTreeMap::new();
        let mut one = |load: &Load| {
            if let Some(need) = super::stock::need(self.plant, load) {
                *coming.entry(need).or_default() += 1;
            }
        };
        let places = racks.stores.iter();
        for place in places.flat_map(|&store| self.tables.ports.places[store].clone()) {
            let load = books.at(PlaceId(place)).filter(|load| !load.claimed);
            load.into_iter().for_each(&mut one);
        }
        for (crane, aisle) in self.own.racks.aisles.pairs() {
            let deck = self.plant.cranes[crane].deck;
            let bound = aisle.requests.iter();
            let bound = bound.map(|request| (request.slot, request.to));
            let steps = aisle.steps.iter();
            let steps = steps.filter(|step| step.work == Work::Retrieve);
            for (from, to) in bound.chain(steps.map(|step| (step.from, step.to))) {
                if self.buffer(to).is_some_and(|to| racks.gives_out(to)) {
                    let load = books.at(from).or_else(|| books.at(deck));
                    load.into_iter().for_each(&mut one);
                }
            }
        }
        coming
    }

    /// Binds the load that the rule names, wherever it lies; `false` if there is no place or no load.
    fn bind_one(&mut self, buffer: BufferId, need: Need) -> bool {
        if self.own.books.free(&self.tables.ports, buffer) == 0 {
            return false;
        }
        let cranes = self.tables.racks.outs[buffer].iter();
        let first = |&crane: &CraneId| {
            let aisle = &self.own.racks.aisles[crane];
            let rank = (!aisle.down).then(|| aisle.stock.first(need))?;
            rank.map(|(first, since, tag, place): Rank| (first, since, tag, place, crane))
        };
        let Some((.., slot, crane)) = cranes.filter_map(first).min() else {
            return false;
        };
        let Some(to) = self.own.books.free_place(&self.tables.ports, buffer) else {
            return false;
        };
        let transport = self.own.transports.mint();
        self.keep(to, transport);
        self.claim(crane, slot, Some(transport));
        let request = Request {
            slot,
            to,
            transport,
            since: self.now,
        };
        self.own.racks.aisles[crane].requests.push_back(request);
        self.own.racks.awake.insert(crane);
        true
    }

    /// A load of the rack is bound (`Some`), or may be bound again.
    pub(super) fn claim(&mut self, crane: CraneId, slot: PlaceId, by: Option<TransportId>) {
        let Some(load) = self.own.books.at(slot).copied() else {
            return;
        };
        let stock = &mut self.own.racks.aisles[crane].stock;
        match by {
            Some(_) => stock.remove(self.plant, crane, slot, &load),
            None => stock.add(self.plant, crane, slot, &load),
        }
        self.own.books.change(self.plant, slot, |load| {
            (load.claimed, load.transport) = (by.is_some(), by);
        });
    }

    /// A request is off: its place may be bound to another load, its load to another place.
    pub(super) fn unbind(&mut self, crane: CraneId, request: Request) {
        let bound = self.own.books.at(request.slot);
        if bound.is_some_and(|load| load.transport == Some(request.transport)) {
            self.claim(crane, request.slot, None);
        }
        self.let_go(request.to, request.transport);
        let outs = &self.tables.racks[crane].outs;
        self.own.racks.wanting.extend(outs);
    }

    /// A crane is down: what it has not begun goes to others.
    pub(super) fn hand_back(&mut self, crane: CraneId) {
        let deck = self.plant.cranes[crane].deck;
        let aisle = &mut self.own.racks.aisles[crane];
        let requests = core::mem::take(&mut aisle.requests);
        let begun = |step: &super::Step| step.told || step.from == deck;
        let told = usize::from(aisle.steps.front().is_some_and(begun));
        let steps = aisle.steps.split_off(told.min(aisle.steps.len()));
        for request in requests {
            self.unbind(crane, request);
        }
        for step in steps {
            self.call_off(crane, step);
        }
        self.rouse();
    }

    /// A step that was not told is off.
    pub(super) fn call_off(&mut self, crane: CraneId, step: super::Step) {
        match step.work {
            Work::Retrieve => self.unbind(
                crane,
                Request {
                    slot: step.from,
                    to: step.to,
                    transport: step.transport,
                    since: step.since,
                },
            ),
            Work::Store => {
                self.own.books.change(self.plant, step.from, |load| {
                    load.claimed = false;
                });
                self.let_go(step.to, step.transport);
            }
            Work::Dig => self.let_go(step.to, step.transport),
            Work::Tidy => {
                self.claim(crane, step.from, None);
                self.let_go(step.to, step.transport);
            }
            Work::Return => {}
        }
    }
}
