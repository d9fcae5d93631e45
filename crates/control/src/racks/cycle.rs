//! What a crane does next: its cycle, step by step.
//!
//! A cycle takes a ready load of an in point, or a bound load of the rack, or in dual command one of
//! each, the put-away first (Bozer and White, IIE Transactions 16(4), 1984). In single command the one
//! that has waited longer is served, and after a put-away the crane returns to its in point.

use super::stock::tiers;
use super::{Cycle, Request, Step, Work};
use crate::books::{EMPTY, FULL, Load};
use crate::fleet::Desk;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{CraneCommand, Pairing, Rack};

/// A load that waits at an in point.
#[derive(Clone, Copy)]
struct Ready {
    since: Time,
    place: PlaceId,
    load: Load,
}

/// Loads of an in point, and requests, that one decision looks at.
const LOOKS: usize = 64;

impl Desk<'_> {
    /// A crane that is free is told its next step.
    pub(super) fn next_step(&mut self, crane: CraneId) {
        let aisle = &self.own.racks.aisles[crane];
        if aisle.steps.front().is_some_and(|step| step.told) || aisle.down {
            return;
        }
        if aisle.steps.is_empty() {
            self.end_cycle(crane);
            if self.rack(crane).pairing == Pairing::Nearest {
                let racks = &mut self.own.racks;
                racks.choosing.insert(crane);
                racks.chooses.get_or_insert(self.now);
                return;
            }
            self.begin_cycle(crane);
        }
        self.tell(crane);
    }

    /// A crane that chooses among requests has seen all of them.
    pub(super) fn begin_now(&mut self, crane: CraneId) {
        let aisle = &self.own.racks.aisles[crane];
        if aisle.steps.is_empty() && !aisle.down {
            self.begin_cycle(crane);
            self.tell(crane);
        }
    }

    fn begin_cycle(&mut self, crane: CraneId) {
        let rack = self.rack(crane);
        let ready = self.ready(crane);
        let request = self.own.racks.aisles[crane].requests.front().copied();
        match (ready, request, rack.command) {
            (Some(ready), Some(_), CraneCommand::Dual) => self.begin_dual(crane, ready),
            (Some(ready), request, command) => {
                let first = request.is_none_or(|request| ready.since <= request.since);
                if first && self.may_fill(crane) && self.begin_store(crane, ready, None) {
                    if command == CraneCommand::Single {
                        self.begin_return(crane);
                    }
                } else if request.is_some() {
                    self.begin_retrieve(crane, 0);
                }
            }
            (None, Some(_), _) => self.begin_retrieve(crane, 0),
            (None, None, _) => self.begin_tidy(crane),
        }
    }

    /// A put-away alone leaves the slots that are kept for cycles with a retrieval.
    fn may_fill(&self, crane: CraneId) -> bool {
        self.own.racks.aisles[crane].slots.count > self.rack(crane).reserve
    }

    fn begin_dual(&mut self, crane: CraneId, ready: Ready) {
        let (slot, at) = match self.rack(crane).pairing {
            Pairing::Fcfs => (None, 0),
            Pairing::Nearest => self
                .pair(crane, &ready.load)
                .map_or((None, 0), |(slot, at)| (Some(slot), at)),
        };
        // With no slot open the retrieval makes room.
        let _ = self.begin_store(crane, ready, slot);
        self.begin_retrieve(crane, at);
    }

    /// The open slot and the request nearest each other.
    fn pair(&self, crane: CraneId, load: &Load) -> Option<(PlaceId, usize)> {
        let (rack, table) = (self.rack(crane), &self.tables.racks[crane]);
        let aisle = &self.own.racks.aisles[crane];
        let first = self.plant.cranes[crane].slots.start.0;
        let tiers = tiers(rack, load);
        let mut best = (Span::MAX, None);
        for (at, request) in aisle.requests.iter().take(LOOKS).enumerate() {
            let to = request.slot.0 - first;
            if let Some((time, n)) = aisle.slots.nearest((table, rack), &tiers, to, best.0) {
                best = (time, Some((PlaceId(first + n), at)));
            }
        }
        best.1
    }

    /// The load of its in points that the crane takes next: the one that came first, unless another
    /// aisle has clearly less of its product, or no slot is open to it. Empty carriers come in where vehicles
    /// bring them.
    fn ready(&self, crane: CraneId) -> Option<Ready> {
        let mut best: Option<Ready> = None;
        for &buffer in &self.tables.racks[crane].ins {
            let brought = self.tables.racks.takes_in(self.plant, buffer);
            let classes = if brought {
                [FULL, EMPTY].as_slice()
            } else {
                &[FULL]
            };
            for &class in classes {
                let found = self.ready_at(crane, (buffer, class), brought);
                if found.is_some_and(|found| best.is_none_or(|best| found.since < best.since)) {
                    best = found;
                }
            }
        }
        best
    }

    fn ready_at(
        &self,
        crane: CraneId,
        (buffer, class): (BufferId, usize),
        brought: bool,
    ) -> Option<Ready> {
        let ready = &self.own.books.counts(buffer).ready[class];
        let mut ready = ready.iter().take(LOOKS).filter_map(|&(since, place)| {
            let load = *self.own.books.at(place)?;
            Some(Ready { since, place, load })
        });
        ready.find(|Ready { load, .. }| {
            self.spreads(crane, buffer, load)
                && (!brought || self.has_slot(crane, load))
                && self.has_no_way(buffer, load)
        })
    }

    pub(super) fn has_slot(&self, crane: CraneId, load: &Load) -> bool {
        let tiers = tiers(self.rack(crane), load);
        self.own.racks.aisles[crane].slots.offered(&tiers) > 0
    }

    /// No vehicle can bring it where it is wanted.
    fn has_no_way(&self, buffer: BufferId, load: &Load) -> bool {
        self.tables.ports.node[buffer].is_none() || self.way(buffer, load, None).is_none()
    }

    /// No other aisle at this point has clearly less of the product: a crane that is lost then never
    /// takes all of it.
    fn spreads(&self, crane: CraneId, buffer: BufferId, load: &Load) -> bool {
        let of = |id: CraneId| self.own.racks.aisles[id].stock.of(load.product);
        let others = self.tables.racks.ins[buffer].iter().filter(|&&other| {
            let aisle = &self.own.racks.aisles[other];
            other != crane && !aisle.down && aisle.slots.count > self.rack(other).reserve
        });
        let least = others.map(|&other| of(other)).min();
        least.is_none_or(|least| of(crane) <= least + 1 + least / 4)
    }

    /// A ready load goes into the rack; `false` if there is no slot for it.
    fn begin_store(&mut self, crane: CraneId, ready: Ready, slot: Option<PlaceId>) -> bool {
        let Some(to) = slot.or_else(|| self.open_slot(crane, &ready.load)) else {
            return false;
        };
        let transport = self.own.transports.mint();
        self.own.books.change(self.plant, ready.place, |load| {
            (load.claimed, load.transport) = (true, Some(transport));
        });
        self.keep(to, transport);
        self.plan(
            crane,
            Step {
                work: Work::Store,
                from: ready.place,
                to,
                transport,
                since: ready.since,
                told: false,
            },
        );
        true
    }

    /// The slot that a load is put away into.
    pub(super) fn open_slot(&mut self, crane: CraneId, load: &Load) -> Option<PlaceId> {
        let tiers = tiers(self.rack(crane), load);
        let table = &self.tables.racks[crane];
        let aisle = &mut self.own.racks.aisles[crane];
        let n = aisle.slots.choose(table, &tiers, &mut aisle.luck)?;
        Some(PlaceId(self.plant.cranes[crane].slots.start.0 + n))
    }

    /// The bound load at this position of the list comes out; if one that is bound too stands before
    /// it, that one.
    fn begin_retrieve(&mut self, crane: CraneId, at: usize) {
        let aisle = &self.own.racks.aisles[crane];
        let Some(request) = aisle.requests.get(at) else {
            return;
        };
        let front = self.front(crane, request.slot);
        let before = aisle.requests.iter().position(|other| other.slot == front);
        let Some(request) = self.own.racks.aisles[crane]
            .requests
            .remove(before.unwrap_or(at))
        else {
            return;
        };
        self.plan(
            crane,
            Step {
                work: Work::Retrieve,
                from: request.slot,
                to: request.to,
                transport: request.transport,
                since: request.since,
                told: false,
            },
        );
    }

    /// The slot at the front of a slot's lane.
    fn front(&self, crane: CraneId, slot: PlaceId) -> PlaceId {
        let first = self.plant.cranes[crane].slots.start.0;
        PlaceId(first + self.tables.racks[crane].front(slot.0 - first))
    }

    fn begin_return(&mut self, crane: CraneId) {
        if let Some(home) = self.tables.racks[crane].home {
            self.plan(
                crane,
                Step {
                    work: Work::Return,
                    from: home,
                    to: home,
                    transport: TransportId(0),
                    since: self.now,
                    told: false,
                },
            );
        }
    }

    fn plan(&mut self, crane: CraneId, step: Step) {
        let now = self.now;
        let aisle = &mut self.own.racks.aisles[crane];
        let cycle = aisle.cycle.get_or_insert(Cycle {
            stored: 0,
            retrieved: 0,
            wanted: step.since,
            began: now,
        });
        if step.work != Work::Return {
            cycle.wanted = cycle.wanted.min(step.since);
        }
        aisle.steps.push_back(step);
    }

    /// Tells the next step, if it can be done.
    fn tell(&mut self, crane: CraneId) {
        let Some(step) = self.own.racks.aisles[crane].steps.front().copied() else {
            return;
        };
        let deck = self.plant.cranes[crane].deck;
        match step.work {
            Work::Return => {}
            _ if step.from == deck => {
                if self.own.books.kept_for(step.to) != Some(step.transport)
                    && !self.aim_again(crane)
                {
                    return;
                }
            }
            Work::Retrieve => match self.dig(crane, step.from) {
                Dug::Clear => {}
                Dug::First => return self.tell(crane),
                Dug::NoRoom => return self.put_off(crane),
            },
            Work::Store | Work::Dig | Work::Tidy => {}
        }
        self.say(crane);
    }

    fn say(&mut self, crane: CraneId) {
        let deck = self.plant.cranes[crane].deck;
        let aisle = &mut self.own.racks.aisles[crane];
        let Some(step) = aisle.steps.front_mut() else {
            return;
        };
        step.told = true;
        aisle.revision += 1;
        let (revision, from, to) = (aisle.revision, step.from, step.to);
        let command = if step.work == Work::Return {
            Command::Go {
                crane,
                revision,
                to,
            }
        } else {
            let load = self.own.books.at(from).filter(|_| from != deck);
            Command::Carry {
                crane,
                revision,
                from,
                to,
                tag: load.map_or(Tag::UNREAD, |load| load.tag),
            }
        };
        self.out.push(command);
    }

    /// What stands before a load goes to the nearest open slot of another lane first.
    fn dig(&mut self, crane: CraneId, slot: PlaceId) -> Dug {
        let front = self.front(crane, slot);
        let Some(load) = self.own.books.at(front).copied() else {
            return Dug::Clear;
        };
        if front == slot {
            return Dug::Clear;
        }
        let (rack, table) = (self.rack(crane), &self.tables.racks[crane]);
        let first = self.plant.cranes[crane].slots.start.0;
        let tiers: Vec<Vec<usize>> = alloc::vec![tiers(rack, &load).concat()];
        let slots = &self.own.racks.aisles[crane].slots;
        let found = slots.nearest((table, rack), &tiers, front.0 - first, Span::MAX);
        let Some((_, n)) = found else {
            return Dug::NoRoom;
        };
        let transport = self.own.transports.mint();
        let to = PlaceId(first + n);
        self.keep(to, transport);
        let step = Step {
            work: Work::Dig,
            from: front,
            to,
            transport,
            since: self.now,
            told: false,
        };
        self.own.racks.aisles[crane].steps.push_front(step);
        Dug::First
    }

    /// A load cannot be reached now: it waits behind the other requests.
    fn put_off(&mut self, crane: CraneId) {
        let aisle = &mut self.own.racks.aisles[crane];
        if let Some(step) = aisle.steps.pop_front() {
            aisle.requests.push_back(Request {
                slot: step.from,
                to: step.to,
                transport: step.transport,
                since: step.since,
            });
        }
        if aisle.steps.is_empty() {
            aisle.cycle = None;
        } else {
            self.tell(crane);
        }
    }

    /// The cycle is on record.
    fn end_cycle(&mut self, crane: CraneId) {
        if let Some(cycle) = self.own.racks.aisles[crane].cycle.take()
            && cycle.stored + cycle.retrieved > 0
        {
            self.out.records.push(Record::Cycle {
                crane,
                stored: cycle.stored,
                retrieved: cycle.retrieved,
                wanted: cycle.wanted,
                began: cycle.began,
            });
        }
    }

    pub(super) fn rack(&self, crane: CraneId) -> &Rack {
        &self.plant.racks[self.plant.cranes[crane].rack]
    }
}

/// What stands before a load.
enum Dug {
    /// Nothing.
    Clear,
    /// Something, and it goes first.
    First,
    /// Something, and there is no slot for it.
    NoRoom,
}
