//! Automated stores as the API shows them, from what control believes now, and the stock-take of a slot.

use crate::acts::{Changed, fresh};
use crate::board::{Board, Loop};
use crate::rows::read;
use fenhe_contract::*;
use fenhe_live::Input;
use fenhe_plant::{Plant, Rack, Spot};
use fenhe_server::racks::*;
use fenhe_server::{self as api, Reason, Refusal};
use serde_json::json;
use std::collections::BTreeMap;

/// What is believed at one instant, and which carriers are missing.
struct Told {
    belief: Belief,
    missing: Vec<Tag>,
}

impl Board {
    fn told(&self, running: &Loop) -> Result<Told, Refusal> {
        let look = |engine: &mut fenhe_live::Engine<fenhe_live::kept::JournalLog>| Told {
            belief: engine.core().belief(engine.last().max(Time::ZERO)),
            missing: engine.core().missing().collect(),
        };
        let stopped = || Refusal::Busy(Reason::new("engine/stopped"));
        running.look(look).ok_or_else(stopped)
    }

    /// All racks.
    pub fn racks_now(&self) -> Result<RacksView, Refusal> {
        let plant = api::Engine::plant(self);
        if plant.racks.is_empty() {
            return Ok(RacksView::default());
        }
        let told = self.told(self.looping()?)?;
        Ok(racks(&plant, &told))
    }

    /// Slots of the aisle of this name.
    pub fn slots_now(&self, aisle: &str) -> Result<Option<AisleSlots>, Refusal> {
        let plant = api::Engine::plant(self);
        let Some((crane, _)) = plant.cranes.pairs().find(|(_, row)| row.name == aisle) else {
            return Ok(None);
        };
        let told = self.told(self.looping()?)?;
        Ok(Some(slots(&plant, &told.belief, crane)))
    }

    /// Somebody has looked into a slot: a carrier with this mark is there, or nothing.
    pub fn count_slot(
        &self,
        running: &Loop,
        (name, carrier): (&str, Option<&str>),
        seen: u64,
    ) -> Result<Changed, Refusal> {
        let plant = api::Engine::plant(self);
        let reason = |code: &'static str| Reason::new(code).arg("name", name);
        let mut places = plant.places.pairs().map(|(place, _)| place);
        let place = places.find(|place| plant.slot_name(*place).as_deref() == Some(name));
        let unknown = || Refusal::Unknown(reason("slot/unknown"));
        let place = place.ok_or_else(unknown)?;
        let belief = self.told(running)?.belief;
        let there = |belief: &Belief| {
            belief
                .loads
                .iter()
                .find(|load| load.place == place)
                .copied()
        };
        let before = there(&belief);
        fresh(revision(before.as_ref()), seen)?;
        let busy = |row: &CraneBelief| {
            row.told
                .is_some_and(|(from, to, _)| from == place || to == place)
        };
        if belief.cranes.iter().any(busy) {
            return Err(Refusal::Conflict(reason("slot/busy")));
        }
        let event = match carrier {
            None => PlaceEvent::Freed,
            Some(mark) => PlaceEvent::Occupied(mark.parse().map_or(Tag::UNREAD, Tag)),
        };
        self.input(running, vec![Input::Fact(Event::Place(place, event))])?;
        let after = there(&self.told(running)?.belief);
        let mark = |load: Option<LoadBelief>| json!(load.map(|load| read(load.tag)));
        Ok((revision(after.as_ref()), mark(before), mark(after)))
    }
}

/// 0 while it is empty; another number each time something is put there.
fn revision(load: Option<&LoadBelief>) -> u64 {
    load.map_or(0, |load| load.since.0.max(0) as u64 + 1)
}

fn racks(plant: &Plant, told: &Told) -> RacksView {
    let at: BTreeMap<PlaceId, &LoadBelief> = told
        .belief
        .loads
        .iter()
        .map(|load| (load.place, load))
        .collect();
    RacksView {
        at: Time(told.belief.now),
        racks: plant
            .racks
            .iter()
            .map(|rack| view(plant, told, &at, rack))
            .collect(),
        missing: told.missing.iter().map(|tag| read(*tag)).collect(),
    }
}

type Loads<'l> = BTreeMap<PlaceId, &'l LoadBelief>;

fn view(plant: &Plant, told: &Told, at: &Loads<'_>, rack: &Rack) -> RackView {
    let cranes = rack.cranes.start.0..rack.cranes.end.0;
    let believed = |crane: CraneId| told.belief.cranes.get(crane.index());
    RackView {
        name: rack.name.clone(),
        sides: rack.sides,
        bays: rack.bays,
        levels: rack.levels,
        depth: rack.depth,
        bay_width: rack.bay_width.0,
        level_height: rack.level_height.0,
        aisles: cranes
            .clone()
            .map(CraneId)
            .map(|crane| aisle(plant, at, crane, believed(crane)))
            .collect(),
        stock: stock(plant, at, cranes),
    }
}

fn stock(plant: &Plant, at: &Loads<'_>, cranes: std::ops::Range<u32>) -> Vec<StockView> {
    let mut sums: BTreeMap<(bool, Option<ProductId>), (u32, u64)> = BTreeMap::new();
    for slots in cranes.map(|crane| plant.cranes[CraneId(crane)].slots.clone()) {
        for (_, load) in at.range(slots) {
            let sum = sums
                .entry((load.product.is_none(), load.product))
                .or_default();
            *sum = (sum.0 + 1, sum.1 + u64::from(load.count));
        }
    }
    let row =
        |((_, product), (carriers, pieces)): (&(bool, Option<ProductId>), &(u32, u64))| StockView {
            product: product.map(|product| plant.products[product].name.clone()),
            carriers: *carriers,
            pieces: *pieces,
        };
    sums.iter().map(row).collect()
}

fn aisle(
    plant: &Plant,
    at: &Loads<'_>,
    crane: CraneId,
    believed: Option<&CraneBelief>,
) -> AisleView {
    let row = &plant.cranes[crane];
    let place = |place: PlaceId| {
        plant
            .slot_name(place)
            .unwrap_or_else(|| crate::rows::owner(plant, place))
    };
    let told = believed.and_then(|row| row.told);
    let spot = believed.and_then(|row| plant.crane_spot(crane, row.place));
    let spot = spot.unwrap_or_default();
    AisleView {
        name: row.name.clone(),
        state: match (believed.is_some_and(|row| row.down), told) {
            (true, _) => CraneDoes::Down,
            (false, Some(_)) => CraneDoes::Working,
            (false, None) => CraneDoes::Idle,
        },
        x: spot.x.0,
        y: spot.y.0,
        from: told.map(|(from, ..)| place(from)),
        to: told.map(|(_, to, _)| place(to)),
        load: at.get(&row.deck).map(|load| contents(plant, load)),
        slots: row.slots.end.0 - row.slots.start.0,
        filled: at.range(row.slots.clone()).count() as u32,
        points: row
            .io
            .iter()
            .map(|point| self::point(plant, (point.buffer, point.at, point.out)))
            .collect(),
    }
}

fn point(plant: &Plant, (buffer, at, out): (BufferId, Spot, bool)) -> PointView {
    PointView {
        name: plant.buffers[buffer].name.clone(),
        x: at.x.0,
        y: at.y.0,
        out,
    }
}

fn contents(plant: &Plant, load: &LoadBelief) -> LoadView {
    let product = load.product.map(|product| &plant.products[product]);
    let next = product.and_then(|product| product.route.get(usize::from(load.done)));
    LoadView {
        carrier: read(load.tag),
        product: product.map(|product| product.name.clone()),
        count: load.count,
        next: next.map(|step| plant.operations[step.operation].clone()),
        since: load.since,
    }
}

fn slots(plant: &Plant, belief: &Belief, crane: CraneId) -> AisleSlots {
    let row = &plant.cranes[crane];
    let loads = belief.loads.iter();
    let at: Loads<'_> = loads.map(|load| (load.place, load)).collect();
    let slot = |place: PlaceId| {
        let load = at.get(&place);
        SlotView {
            name: plant.slot_name(place).unwrap_or_default(),
            revision: revision(load.copied()),
            load: load.map(|load| contents(plant, load)),
        }
    };
    AisleSlots {
        at: Time(belief.now),
        aisle: row.name.clone(),
        slots: (row.slots.start.0..row.slots.end.0)
            .map(PlaceId)
            .map(slot)
            .collect(),
    }
}
