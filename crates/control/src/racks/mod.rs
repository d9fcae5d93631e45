//! Automated stores: which slot a load goes to, which load comes out, what each crane does next.
//!
//! ```text
//!   free place of an out point --bind--> request (a load and a place kept) \
//!   ready load at an in point -------------------------------------------- + cycle --> steps --> Carry
//!   crane's word, somebody's stock-take ----------> books, slots, stock ---/
//! ```
//!
//! A crane is told one step at a time. Slots have no eyes: what stands where is believed from what the
//! cranes told, and put right by what they find and by stock-takes; a load that is not where it was
//! believed is kept as missing, with its content, until its mark is read again.

mod bind;
mod cycle;
mod failing;
mod heard;
mod inlets;
mod slots;
mod stock;
mod table;
mod tidy;

use crate::Controller;
use crate::books::{Books, Load};
use crate::fleet::Desk;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use fenhe_contract::*;
use fenhe_plant::{Moving, Owner, Plant};
use serde::{Deserialize, Serialize};
use slots::Slots;
pub(crate) use stock::Need;
use stock::Stock;
pub(crate) use table::Table;

/// All cranes, and what they have to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Racks {
    aisles: Fixed<CraneId, Aisle>,
    /// Loads that were not where they were believed, by their marks.
    missing: BTreeMap<Tag, Load>,
    /// Slots that did not take what they should, until somebody tells what is there.
    aside: BTreeSet<PlaceId>,
    /// Cranes with something new to look at.
    awake: BTreeSet<CraneId>,
    /// Out points that may want more.
    wanting: BTreeSet<BufferId>,
    /// Cranes that choose among all requests of this instant, once all of it is known; since when.
    choosing: BTreeSet<CraneId>,
    chooses: Option<Time>,
}

/// One crane with its slots.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Aisle {
    slots: Slots,
    stock: Stock,
    /// Loads bound to places of out points, in order of binding.
    requests: VecDeque<Request>,
    /// What is left of the cycle; the first may have been told.
    steps: VecDeque<Step>,
    cycle: Option<Cycle>,
    /// Newest command.
    revision: u32,
    /// Where it was last.
    place: PlaceId,
    down: bool,
    luck: Stream,
}

/// A load that is to come out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Request {
    slot: PlaceId,
    to: PlaceId,
    transport: TransportId,
    since: Time,
}

/// One thing a crane is told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Step {
    work: Work,
    from: PlaceId,
    to: PlaceId,
    transport: TransportId,
    /// When its load was ready, or its place free.
    since: Time,
    told: bool,
}

/// What a step is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Work {
    /// Into the rack.
    Store,
    /// Out of it.
    Retrieve,
    /// Out of the way of the load behind.
    Dig,
    /// Back to the in point.
    Return,
    /// To a better slot, while nothing waits.
    Tidy,
}

/// What was decided at once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Cycle {
    stored: u8,
    retrieved: u8,
    wanted: Time,
    began: Time,
}

impl Racks {
    /// With the loads that the books begin with.
    pub fn new(plant: &Plant, table: &Table, books: &Books) -> Racks {
        let aisle = |id: CraneId| {
            let row = &plant.cranes[id];
            Aisle {
                slots: Slots::default(),
                stock: Stock::default(),
                requests: VecDeque::new(),
                steps: VecDeque::new(),
                cycle: None,
                revision: 0,
                place: table[id].home.unwrap_or(row.deck),
                down: false,
                luck: Seed(0).stream(&row.name, Purpose::Mix),
            }
        };
        let mut racks = Racks {
            aisles: Fixed::like(&plant.cranes, aisle),
            missing: BTreeMap::new(),
            aside: BTreeSet::new(),
            awake: BTreeSet::new(),
            wanting: BTreeSet::new(),
            choosing: BTreeSet::new(),
            chooses: None,
        };
        racks.rebuild(plant, table, books);
        racks
    }

    /// Open slots and stock anew from the books; everything is looked at again.
    pub fn rebuild(&mut self, plant: &Plant, table: &Table, books: &Books) {
        for (id, row) in plant.cranes.pairs() {
            let aisle = &mut self.aisles[id];
            aisle.slots = Slots::new(&table[id]);
            aisle.stock = Stock::default();
            for n in row.slots.start.0..row.slots.end.0 {
                let place = PlaceId(n);
                let shut = books.kept_for(place).is_some() || self.aside.contains(&place);
                match books.at(place) {
                    Some(load) => {
                        aisle.stock.came(load);
                        if !load.claimed {
                            aisle.stock.add(plant, id, place, load);
                        }
                    }
                    None if !shut => aisle.slots.set(&table[id], n - row.slots.start.0, true),
                    None => {}
                }
            }
            self.awake.insert(id);
            self.wanting.extend(&table[id].outs);
        }
    }

    /// Forgets what is no more.
    pub fn forget(&mut self, moving: &Moving) {
        self.aside.retain(|&place| moving.id(place).is_some());
        self.awake.retain(|&crane| moving.id(crane).is_some());
        self.wanting.retain(|&buffer| moving.id(buffer).is_some());
        self.choosing.retain(|&crane| moving.id(crane).is_some());
    }

    /// What is believed of a crane.
    pub fn crane(&self, id: CraneId) -> CraneBelief {
        let aisle = &self.aisles[id];
        let told = aisle.steps.front().filter(|step| step.told);
        CraneBelief {
            place: aisle.place,
            revision: aisle.revision,
            told: told.map(|step| (step.from, step.to, Tag::UNREAD)),
            down: aisle.down,
        }
    }

    /// When cranes want to choose among all requests.
    #[inline]
    pub fn chooses(&self) -> Time {
        self.chooses.unwrap_or(Time::NEVER)
    }
}

impl Controller {
    /// Marks of loads that were not where they were believed and have not been read since, in order.
    pub fn missing(&self) -> impl Iterator<Item = Tag> + '_ {
        self.state.carrying.racks.missing.keys().copied()
    }
}

impl Desk<'_> {
    /// Binds what can be bound and gives every crane that is free its next cycle.
    pub fn serve_racks(&mut self) {
        if self.plant.cranes.is_empty() || self.watches() {
            return;
        }
        if self.own.dirty {
            self.own.racks.wanting.extend(&self.tables.racks.stores);
            self.own.racks.awake.extend(&self.tables.racks.curious);
        }
        while let Some(buffer) = self.own.racks.wanting.pop_first() {
            self.bind(buffer);
        }
        while let Some(crane) = self.own.racks.awake.pop_first() {
            self.next_step(crane);
        }
    }

    /// All that happened at an instant is known: cranes that choose among requests do so.
    pub fn choose_now(&mut self) {
        let choosing = core::mem::take(&mut self.own.racks.choosing);
        self.own.racks.chooses = None;
        for crane in choosing {
            self.begin_now(crane);
        }
    }

    /// Something happened at a place that may be a hand-over point.
    pub fn point_changed(&mut self, place: PlaceId) {
        let Some(buffer) = self.buffer(place) else {
            return;
        };
        let (table, racks) = (&self.tables.racks, &mut self.own.racks);
        if let Some(cranes) = table.ins.get(buffer) {
            racks.awake.extend(cranes);
        }
        if table.outs.get(buffer).is_some_and(|at| !at.is_empty()) {
            racks.wanting.insert(buffer);
        }
        racks.wanting.extend(&table.behind[buffer]);
    }

    /// All cranes look again.
    pub fn rouse(&mut self) {
        self.own.racks.awake.extend(self.plant.cranes.ids());
    }

    /// A load stands in a slot now.
    fn slot_put(&mut self, place: PlaceId, load: Load) {
        let Owner::Slot(crane) = self.plant.places[place].owner else {
            return;
        };
        self.slot_take(place);
        let aisle = &mut self.own.racks.aisles[crane];
        aisle.stock.came(&load);
        if !load.claimed {
            aisle.stock.add(self.plant, crane, place, &load);
        }
        self.own.books.put(self.plant, place, load);
        self.slot_changed(place);
        let outs = &self.tables.racks[crane].outs;
        self.own.racks.wanting.extend(outs);
    }

    /// The load of a slot is gone from there.
    fn slot_take(&mut self, place: PlaceId) -> Option<Load> {
        let Owner::Slot(crane) = self.plant.places[place].owner else {
            return None;
        };
        let load = self.own.books.take(self.plant, place)?;
        let stock = &mut self.own.racks.aisles[crane].stock;
        stock.remove(self.plant, crane, place, &load);
        stock.gone(&load);
        self.slot_changed(place);
        Some(load)
    }

    /// Whether a slot is open follows from what is known of it.
    fn slot_changed(&mut self, place: PlaceId) {
        let Some((crane, n)) = self.plant.slot(place) else {
            return;
        };
        let books = &self.own.books;
        let open = books.at(place).is_none()
            && books.kept_for(place).is_none()
            && !self.own.racks.aside.contains(&place);
        let aisle = &mut self.own.racks.aisles[crane];
        aisle.slots.set(&self.tables.racks[crane], n, open);
        if open {
            self.own.racks.awake.insert(crane);
        }
    }

    /// Keeps a place for a step.
    fn keep(&mut self, place: PlaceId, transport: TransportId) {
        self.own.books.keep(self.plant, place, transport, true);
        self.slot_changed(place);
    }

    /// A place is kept no longer, if it was for this.
    fn let_go(&mut self, place: PlaceId, transport: TransportId) {
        if self.own.books.kept_for(place) == Some(transport) {
            self.own.books.release(self.plant, place);
            self.slot_changed(place);
            self.point_changed(place);
        }
    }
}
