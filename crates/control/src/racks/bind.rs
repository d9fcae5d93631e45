//! Requests: each place that is free at an out point, and wanted, is bound to a load at once.

use super::stock::{Need, Rank};
use super::{Request, Work};
use crate::fleet::Desk;
use fenhe_contract::*;
use fenhe_plant::BufferKind;

impl Desk<'_> {
    /// Binds loads to the free places of an out point.
    pub(super) fn bind(&mut self, buffer: BufferId) {
        match self.plant.buffers[buffer].kind {
            BufferKind::Unload {
                carrier, operation, ..
            } => while self.bind_one(buffer, (operation, carrier)) {},
            BufferKind::Store { .. } => {
                while let Some(need) = self.need_behind(buffer) {
                    if !self.bind_one(buffer, need) {
                        return;
                    }
                }
            }
            BufferKind::Load { .. } | BufferKind::Queue { .. } => {}
        }
    }

    /// What ports want that vehicles serve from here: free places there less what is on its way.
    fn need_behind(&self, buffer: BufferId) -> Option<Need> {
        self.tables.ports.node[buffer]?;
        let cranes = &self.tables.racks.outs[buffer];
        let needs = cranes
            .iter()
            .flat_map(|&crane| self.own.racks.aisles[crane].stock.needs());
        needs
            .filter(|&need| self.lacking(need) > self.coming_out(need))
            .min()
    }

    /// Free places of the ports for an operation that vehicles serve.
    fn lacking(&self, (operation, kind): Need) -> u32 {
        let ports = &self.tables.ports;
        let served = ports.unload(operation).iter().filter(|&&port| {
            ports.node[port].is_some() && crate::ports::takes(self.plant, port, kind)
        });
        served.map(|&port| self.own.books.free(ports, port)).sum()
    }

    /// Loads for a need that stand at out points for vehicles, or are bound to them.
    fn coming_out(&self, need: Need) -> u32 {
        let fits = |load: &crate::books::Load| {
            !load.claimed && load.next(self.plant).map(|next| (next, load.kind)) == Some(need)
        };
        let stores = self.tables.racks.stores.iter();
        let places = stores.flat_map(|&store| self.tables.ports.places[store].clone());
        let mut coming = 0;
        for place in places.map(PlaceId) {
            let here = self.own.books.at(place).is_some_and(fits);
            coming += u32::from(here || self.own.books.kept_for(place).is_some());
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
            Work::Return => {}
        }
    }
}
