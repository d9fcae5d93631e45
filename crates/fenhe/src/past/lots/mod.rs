//! Lots: what one carrier was filled with (a material lot of ISA-95), where it went, and which lots its pieces came
//! from or went into. Gathered from facts alone: what ports and vehicles reported. Between two ports nobody looks
//! into the machine, so what is inside which lot is bounded by order and time (`kin`), never drawn.
//!
//! ```text
//!   Filled --> lot --Picked--> deck --Dropped--> port --Emptied--> machine --Filled--> lots
//! ```

mod hear;
mod kin;
mod machine;
mod show;
#[cfg(test)]
mod truth;

use fenhe_contract::{Index as _, *};
use fenhe_plant::{BufferKind, Owner, Plant};
use machine::Machine;
use std::collections::BTreeMap;

/// Lots that are kept; beyond it the older half goes.
const MOST: usize = 200_000;

/// All lots.
pub struct Lots {
    machines: Vec<Machine>,
    /// The machine behind a port.
    of: BTreeMap<BufferId, usize>,
    lots: BTreeMap<u64, Lot>,
    newest: u64,
    /// Lots that are not emptied yet, by place and by mark.
    at: BTreeMap<PlaceId, u64>,
    marked: BTreeMap<Tag, u64>,
    flows: Vec<Flow>,
    ports: BTreeMap<BufferId, Port>,
    /// When stations did not work though they may have held pieces: begin, end, and all of it up to then.
    stops: Vec<Vec<(Time, Option<Time>, Span)>>,
    /// Transports that vehicles were told, by where they fetch.
    told: BTreeMap<(VehicleId, PlaceId), TransportId>,
    /// Of the last facts.
    now: Time,
    /// What was in machines when the record begins is not known.
    partial: bool,
    /// By how much a fact may be heard later than one of what followed it.
    late: Span,
}

/// What one carrier was filled with.
#[derive(Clone, Debug)]
struct Lot {
    tag: Tag,
    product: Option<ProductId>,
    count: u16,
    /// When, and out of which machine; none before the record.
    filled: Option<Filled>,
    steps: Vec<Step>,
    /// Where it stands, stood last or was emptied.
    place: PlaceId,
    /// When it was put down where it is emptied.
    entry: Option<Entry>,
    emptied: Option<Time>,
}

/// How a lot came about.
#[derive(Clone, Copy, Debug)]
struct Filled {
    at: Time,
    place: PlaceId,
    machine: Option<usize>,
    /// Pieces out of the machine before the first of this, and with the last: at least.
    before: u64,
    after: u64,
    /// Pieces that had certainly gone into the machine before the first of this came out.
    inside: u64,
}

/// What a lot is emptied into.
#[derive(Clone, Copy, Debug)]
struct Entry {
    machine: usize,
    port: BufferId,
    /// Its number at this port.
    number: usize,
}

/// A step on a lot's way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Step {
    at: Time,
    place: PlaceId,
    what: Moved,
    /// The position on the vehicle that took it.
    deck: Option<PlaceId>,
}

/// What happened to a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Moved {
    Filled,
    /// Somebody put it there; no vehicle has told.
    Stood,
    Picked(VehicleId, Option<TransportId>),
    Dropped(VehicleId, Option<TransportId>),
    Emptied,
}

/// What went through a machine.
#[derive(Clone, Default, Debug)]
struct Flow {
    /// Lots filled from it, in order.
    fills: Vec<u64>,
    /// Pieces known to have come out.
    out: u64,
    /// Pieces certainly gone in.
    emptied: u64,
    /// Pieces by which all counts may be wrong: carriers emptied of which nobody knows what was in them.
    loose: u64,
}

/// Lots at a port where they are emptied, in the order in which they came.
#[derive(Clone, Default, Debug)]
struct Port {
    entries: Vec<Stay>,
    /// Pieces in all of them.
    sum: u64,
    /// At a port where lots are filled: the machine's counts when the last one was.
    last: (u64, u64),
}

/// A lot at a port where it is emptied.
#[derive(Clone, Copy, Debug)]
struct Stay {
    lot: u64,
    came: Time,
    done: Option<Time>,
    /// Its pieces.
    count: u64,
    /// Pieces of this and those before.
    upto: u64,
}

impl Lots {
    /// Before the first fact. `loads`: what stood where then; `partial`: the plant had worked before; `late`: by
    /// how much a fact may be heard later than one of what followed it.
    pub fn new(plant: &Plant, loads: &[LoadBelief], (partial, late): (bool, Span)) -> Lots {
        let (machines, of) = machine::machines(plant);
        let mut lots = Lots {
            flows: vec![Flow::default(); machines.len()],
            machines,
            of,
            lots: BTreeMap::new(),
            newest: 0,
            at: BTreeMap::new(),
            marked: BTreeMap::new(),
            ports: BTreeMap::new(),
            stops: vec![Vec::new(); plant.stations.len()],
            told: BTreeMap::new(),
            now: Time::ZERO,
            partial,
            late,
        };
        let mut loads: Vec<&LoadBelief> = loads.iter().filter(|load| load.count > 0).collect();
        loads.sort_by_key(|load| (load.since, load.place));
        for load in loads {
            let id = lots.add(Lot {
                tag: load.tag,
                product: load.product,
                count: load.count,
                filled: None,
                steps: Vec::new(),
                place: load.place,
                entry: None,
                emptied: None,
            });
            lots.put(plant, id, load.place, load.since);
        }
        lots
    }

    fn add(&mut self, lot: Lot) -> u64 {
        self.newest += 1;
        if lot.tag != Tag::UNREAD {
            self.marked.insert(lot.tag, self.newest);
        }
        self.lots.insert(self.newest, lot);
        if self.lots.len() > MOST {
            self.forget();
        }
        self.newest
    }

    /// The older half goes, but for what is still on its way.
    fn forget(&mut self) {
        let cut = self.newest - MOST as u64 / 2;
        let open: Vec<u64> = self.at.values().copied().collect();
        self.lots.retain(|id, _| *id > cut || open.contains(id));
        for flow in &mut self.flows {
            flow.fills.retain(|id| self.lots.contains_key(id));
        }
        for port in self.ports.values_mut() {
            port.entries
                .retain(|stay| self.lots.contains_key(&stay.lot));
            for (number, stay) in port.entries.iter().enumerate() {
                if let Some(entry) = self
                    .lots
                    .get_mut(&stay.lot)
                    .and_then(|lot| lot.entry.as_mut())
                {
                    entry.number = number;
                }
            }
        }
        self.partial = true;
    }

    /// The lot with this mark, or the one at this place.
    fn find(&self, tag: Tag, place: PlaceId) -> Option<u64> {
        let by_mark = self.marked.get(&tag).filter(|_| tag != Tag::UNREAD);
        by_mark
            .or_else(|| {
                let there = self.at.get(&place)?;
                // Somebody else's mark: that lot has gone.
                let other =
                    |lot: &Lot| tag != Tag::UNREAD && lot.tag != Tag::UNREAD && lot.tag != tag;
                (!self.lots.get(there).is_some_and(other)).then_some(there)
            })
            .copied()
    }

    fn step(&mut self, id: u64, at: Time, (place, what): (PlaceId, Moved)) {
        if let Some(lot) = self.lots.get_mut(&id) {
            lot.steps.push(Step {
                at,
                place,
                what,
                deck: None,
            });
        }
    }

    /// It stands there from now on; where lots are emptied it is the next in line.
    fn put(&mut self, plant: &Plant, id: u64, place: PlaceId, now: Time) {
        self.at.retain(|_, other| *other != id);
        self.at.insert(place, id);
        let Some(lot) = self.lots.get_mut(&id) else {
            return;
        };
        lot.place = place;
        let Some(port) = buffer(plant, place) else {
            return;
        };
        let unload = matches!(plant.buffers[port].kind, BufferKind::Unload { .. });
        let Some(&machine) = self.of.get(&port).filter(|_| unload && lot.entry.is_none()) else {
            return;
        };
        let own = self.ports.entry(port).or_default();
        own.sum += u64::from(lot.count);
        lot.entry = Some(Entry {
            machine,
            port,
            number: own.entries.len(),
        });
        own.entries.push(Stay {
            lot: id,
            came: now,
            done: None,
            count: u64::from(lot.count),
            upto: own.sum,
        });
    }

    /// It is no more.
    fn close(&mut self, id: u64) {
        self.at.retain(|_, other| *other != id);
        self.marked.retain(|_, other| *other != id);
    }

    /// A station begins or ends to stand.
    fn state(&mut self, station: StationId, now: Time, state: UnitState) {
        let works = matches!(
            state,
            UnitState::Execute | UnitState::Idle | UnitState::Blocked
        );
        let stops = &mut self.stops[station.index()];
        match (works, stops.last_mut()) {
            (false, Some((_, Some(_), _)) | None) => {
                let sum = stops.last().map_or(Span::ZERO, |(from, to, before)| {
                    *before + to.map_or(Span::ZERO, |to| to - *from)
                });
                stops.push((now, None, sum));
            }
            (true, Some((_, end @ None, _))) => *end = Some(now),
            _ => {}
        }
    }
}

fn buffer(plant: &Plant, place: PlaceId) -> Option<BufferId> {
    match plant.places.get(place)?.owner {
        Owner::Buffer(buffer) => Some(buffer),
        Owner::Deck(..) | Owner::Slot(_) | Owner::Crane(_) => None,
    }
}

fn on_deck(plant: &Plant, v: VehicleId, deck: u8) -> Option<PlaceId> {
    let decks = &plant.vehicles.get(v)?.decks;
    let on = PlaceId(decks.start.0 + u32::from(deck));
    decks.contains(&on).then_some(on)
}
