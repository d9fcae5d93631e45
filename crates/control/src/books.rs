//! What is believed: which load stands on which place, what is in it, where it may go next, and
//! which places are kept for loads on their way. Counted per buffer, so that dispatch never scans.

use crate::ports::{Ports, Segment};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Moving, Owner, Plant};
use serde::{Deserialize, Serialize};

/// A carrier as control knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Load {
    /// Its mark.
    pub tag: Tag,
    /// What kind of carrier.
    pub kind: CarrierTypeId,
    /// Pieces in it.
    pub count: u16,
    /// What they are.
    pub product: Option<ProductId>,
    /// Operations of the product's route done.
    pub done: u16,
    /// Since when it has been as it is.
    pub since: Time,
    /// When what is in it came in.
    pub filled: Time,
    /// It may be fetched.
    pub ready: bool,
    /// A vehicle has been told to fetch it.
    pub claimed: bool,
    /// The transport it is on, also while it stands in a store half way.
    pub transport: Option<TransportId>,
}

/// A port or store.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Places with a load.
    pub occupied: u32,
    /// Places kept for loads on their way.
    pub kept: u32,
    /// Loads with pieces, standing or on their way.
    pub fulls: u32,
    /// Loads without, standing or on their way.
    pub empties: u32,
    /// May be fetched, nobody told yet: (since, place), oldest first; with pieces and without.
    pub ready: [Vec<(Time, PlaceId)>; 2],
}

/// Loads at places.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Books {
    at: Fixed<PlaceId, Option<Load>>,
    /// For which transport a place is kept, and whether it comes full.
    kept: Fixed<PlaceId, Option<(TransportId, bool)>>,
    buffers: Fixed<BufferId, Counts>,
    /// Buffers with anything ready.
    active: BTreeSet<BufferId>,
    /// Where each tag was seen last.
    seen: BTreeMap<Tag, PlaceId>,
}

/// Index into [`Counts::ready`].
pub(crate) const FULL: usize = 0;
/// Index into [`Counts::ready`].
pub(crate) const EMPTY: usize = 1;

impl Books {
    /// Carriers empty at their starting places.
    pub fn new(plant: &Plant, ports: &Ports) -> Books {
        let mut books = Books {
            at: Fixed::like(&plant.places, |_| None),
            kept: Fixed::like(&plant.places, |_| None),
            buffers: Fixed::like(&plant.buffers, |_| Counts::default()),
            active: BTreeSet::new(),
            seen: BTreeMap::new(),
        };
        let starts = plant.carriers.iter().flat_map(|kind| kind.start.iter());
        for (row, (&place, &kind)) in starts.zip(&ports.kinds).enumerate() {
            let mut load = Load::empty(Tag(row as u64), kind, Time::ZERO);
            let full = plant.carriers[kind].full;
            if let Some((product, done)) = full.filter(|_| plant.slot(place).is_some()) {
                load.count = plant.carriers[kind].capacity;
                (load.product, load.done) = (Some(product), done);
            }
            books.put(plant, place, load);
        }
        for place in plant.places.ids() {
            let ready = books.may_go_empty(plant, place);
            books.change(plant, place, |load| load.ready = ready);
        }
        for load in plant.buffers.ids() {
            books.spare(plant, ports, load, u32::from(ports.decks));
        }
        books
    }

    /// What stands on a place.
    #[inline]
    pub fn at(&self, place: PlaceId) -> Option<&Load> {
        self.at[place].as_ref()
    }
    /// Counts of a port or store.
    #[inline]
    pub fn counts(&self, buffer: BufferId) -> &Counts {
        &self.buffers[buffer]
    }
    /// Places neither occupied nor kept.
    #[inline]
    pub fn free(&self, ports: &Ports, buffer: BufferId) -> u32 {
        let counts = &self.buffers[buffer];
        ports
            .capacity(buffer)
            .saturating_sub(counts.occupied + counts.kept)
    }
    /// Buffers with anything ready, in order.
    pub fn active(&self) -> impl Iterator<Item = BufferId> + '_ {
        self.active.iter().copied()
    }
    /// The transport a place is kept for.
    pub fn kept_for(&self, place: PlaceId) -> Option<TransportId> {
        self.kept[place].map(|(transport, _)| transport)
    }
    /// Where a tag was seen last.
    pub fn seen(&self, tag: Tag) -> Option<PlaceId> {
        self.seen.get(&tag).copied()
    }
    /// All loads in order of place.
    pub fn loads(&self) -> impl Iterator<Item = (PlaceId, &Load)> {
        self.at
            .pairs()
            .filter_map(|(place, load)| Some((place, load.as_ref()?)))
    }

    /// A free place of a buffer.
    pub fn free_place(&self, ports: &Ports, buffer: BufferId) -> Option<PlaceId> {
        let free = |&place: &PlaceId| self.at[place].is_none() && self.kept[place].is_none();
        ports.places[buffer].clone().map(PlaceId).find(free)
    }

    /// Keeps a place for a transport.
    pub fn keep(&mut self, plant: &Plant, place: PlaceId, transport: TransportId, full: bool) {
        self.release(plant, place);
        self.kept[place] = Some((transport, full));
        if let Some(counts) = self.of(plant, place) {
            counts.kept += 1;
            *counts.level(full) += 1;
        }
    }

    /// The place is kept no longer.
    pub fn release(&mut self, plant: &Plant, place: PlaceId) {
        if let Some((_, full)) = self.kept[place].take()
            && let Some(counts) = self.of(plant, place)
        {
            counts.kept -= 1;
            *counts.level(full) -= 1;
        }
    }

    /// A load stands here now; what stood here before is gone.
    pub fn put(&mut self, plant: &Plant, place: PlaceId, load: Load) {
        self.take(plant, place);
        if load.tag != Tag::UNREAD {
            self.seen.insert(load.tag, place);
        }
        self.at[place] = Some(load);
        self.count(plant, place);
    }

    /// Takes the load away from a place.
    pub fn take(&mut self, plant: &Plant, place: PlaceId) -> Option<Load> {
        self.uncount(plant, place);
        let load = self.at[place].take()?;
        if self.seen.get(&load.tag) == Some(&place) {
            self.seen.remove(&load.tag);
        }
        Some(load)
    }

    /// Changes what is known of the load on a place.
    pub fn change(&mut self, plant: &Plant, place: PlaceId, with: impl FnOnce(&mut Load)) {
        if self.at[place].is_some() {
            self.uncount(plant, place);
            if let Some(load) = &mut self.at[place] {
                with(load);
            }
            self.count(plant, place);
        }
    }

    /// Whether an empty carrier here is for vehicles to fetch: at unload ports without a conveyor
    /// and in stores.
    pub fn may_go_empty(&self, plant: &Plant, place: PlaceId) -> bool {
        let Owner::Buffer(buffer) = plant.places[place].owner else {
            return false;
        };
        match plant.buffers[buffer].kind {
            BufferKind::Unload { returns: None, .. } | BufferKind::Store { .. } => true,
            BufferKind::Unload { .. } | BufferKind::Load { .. } | BufferKind::Queue { .. } => false,
        }
    }

    /// A load port that gets its empties by a conveyor, all of it empties and more of them coming,
    /// would block for ever: its newest are to spare, up to `most` at a time.
    pub fn spare(&mut self, plant: &Plant, ports: &Ports, load: BufferId, most: u32) {
        let Some(feeder) = ports.feeder[load] else {
            return;
        };
        let counts = &self.buffers[load];
        let waiting = self.buffers[feeder].empties.min(most);
        if counts.empties + 1 < ports.capacity(load) || waiting == 0 {
            return;
        }
        let mut empties: Vec<(Time, PlaceId)> = Vec::new();
        for place in ports.places[load].clone().map(PlaceId) {
            match self.at[place] {
                Some(load) if load.count > 0 => {}
                Some(load) if load.ready || load.claimed => return,
                Some(load) => empties.push((load.since, place)),
                None => {}
            }
        }
        empties.sort_unstable();
        for &(_, place) in empties.iter().rev().take(waiting as usize) {
            self.change(plant, place, |load| load.ready = true);
        }
    }

    /// Carriers committed to a segment: at its load ports or on their way there, and full at or on
    /// their way to the unload ports behind.
    pub fn committed(&self, segment: &Segment) -> u32 {
        let load = |&id: &BufferId| self.buffers[id].occupied + self.buffers[id].kept;
        let unload = |&id: &BufferId| self.buffers[id].fulls;
        segment.loads.iter().map(load).sum::<u32>()
            + segment.unloads.iter().map(unload).sum::<u32>()
    }

    /// Forgets where tags were seen last, and buffers, that are no more.
    pub fn forget(&mut self, place: impl Fn(PlaceId) -> bool, buffer: impl Fn(BufferId) -> bool) {
        self.seen.retain(|_, at| !place(*at));
        self.active.retain(|&id| !buffer(id));
    }

    /// After a move to another plant: what is kept in order of ids is put in order again, and loads on
    /// places that were added are counted where their buffer was there before.
    pub fn settle(&mut self, plant: &Plant, moving: &Moving, fresh: &Books) {
        for counts in self.buffers.iter_mut() {
            counts
                .ready
                .iter_mut()
                .for_each(|ready| ready.sort_unstable());
        }
        for place in plant.places.ids() {
            let Owner::Buffer(buffer) = plant.places[place].owner else {
                continue;
            };
            if moving.was(place).is_some() {
                continue;
            }
            if let Some(load) = self.at[place]
                && load.tag != Tag::UNREAD
            {
                if self.seen.contains_key(&load.tag) {
                    self.at[place] = None; // that carrier is known to stand elsewhere
                    continue;
                }
                self.seen.insert(load.tag, place);
            }
            if moving.was(buffer).is_some() {
                self.count(plant, place);
            } else if fresh.active.contains(&buffer) {
                self.active.insert(buffer);
            }
        }
    }

    fn of(&mut self, plant: &Plant, place: PlaceId) -> Option<&mut Counts> {
        match plant.places[place].owner {
            Owner::Buffer(buffer) => Some(&mut self.buffers[buffer]),
            Owner::Deck(..) | Owner::Slot(_) | Owner::Crane(_) => None,
        }
    }

    fn count(&mut self, plant: &Plant, place: PlaceId) {
        let (Some(load), Owner::Buffer(buffer)) = (self.at[place], plant.places[place].owner)
        else {
            return;
        };
        let counts = &mut self.buffers[buffer];
        counts.occupied += 1;
        *counts.level(load.count > 0) += 1;
        if load.ready && !load.claimed {
            let ready = &mut counts.ready[load.class()];
            let at = ready.partition_point(|&other| other < (load.since, place));
            ready.insert(at, (load.since, place));
            self.active.insert(buffer);
        }
    }

    fn uncount(&mut self, plant: &Plant, place: PlaceId) {
        let (Some(load), Owner::Buffer(buffer)) = (self.at[place], plant.places[place].owner)
        else {
            return;
        };
        let counts = &mut self.buffers[buffer];
        counts.occupied -= 1;
        *counts.level(load.count > 0) -= 1;
        if load.ready && !load.claimed {
            counts.ready[load.class()].retain(|&(_, other)| other != place);
            if counts.ready.iter().all(Vec::is_empty) {
                self.active.remove(&buffer);
            }
        }
    }
}

impl Counts {
    fn level(&mut self, full: bool) -> &mut u32 {
        if full {
            &mut self.fulls
        } else {
            &mut self.empties
        }
    }
}

impl Load {
    /// An empty carrier.
    pub fn empty(tag: Tag, kind: CarrierTypeId, since: Time) -> Load {
        Load {
            tag,
            kind,
            count: 0,
            product: None,
            done: 0,
            since,
            filled: since,
            ready: false,
            claimed: false,
            transport: None,
        }
    }
    /// [`FULL`] or [`EMPTY`].
    pub fn class(&self) -> usize {
        if self.count > 0 { FULL } else { EMPTY }
    }
    /// The next operation of its route.
    pub fn next(&self, plant: &Plant) -> Option<OperationId> {
        let route = &plant.products[self.product?].route;
        route.get(usize::from(self.done)).map(|step| step.operation)
    }
}
