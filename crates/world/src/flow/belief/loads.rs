//! Carriers at ports and stores.

use super::super::{Flow, What, schedule};
use super::{new_piece, takers};
use crate::{Bodies, Ctx};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Owner, Plant, Process};

/// Puts carriers where they are believed; those nobody has seen go where there is room.
pub(crate) fn stand(plant: &Plant, bodies: &mut Bodies, loads: &[LoadBelief]) {
    bodies.at = Fixed::like(&plant.places, |_| None);
    let mut placed: Vec<bool> = bodies.carriers.iter().map(|_| false).collect();
    let mut unread = Vec::new();
    for load in loads {
        match placed.get_mut(load.tag.0 as usize) {
            Some(known) if !*known && bodies.at[load.place].is_none() => {
                *known = true;
                put(bodies, load.tag.0 as u32, load.place);
            }
            _ => unread.push(load.place),
        }
    }
    for row in (0..placed.len()).filter(|&row| !placed[row]) {
        let kind = bodies.carriers[row].kind;
        let fits = |place: &PlaceId| {
            bodies.at[*place].is_none() && kind_at(plant, *place).is_none_or(|k| k == kind)
        };
        let home = plant.carriers[kind].start.iter().copied();
        let store = plant.places.pairs().filter_map(|(id, place)| {
            matches!(place.owner, Owner::Buffer(b) if matches!(plant.buffers[b].kind, BufferKind::Store { .. })).then_some(id)
        });
        let mut wanted = unread
            .iter()
            .copied()
            .chain(home)
            .chain(store)
            .chain(plant.places.ids());
        if let Some(place) = wanted.find(fits) {
            put(bodies, row as u32, place);
        }
    }
}

fn put(bodies: &mut Bodies, row: u32, place: PlaceId) {
    bodies.at[place] = Some(row);
    bodies.carriers[row as usize].at = place;
}

/// The kind of carrier that a place takes; `None` for any.
fn kind_at(plant: &Plant, place: PlaceId) -> Option<CarrierTypeId> {
    match plant.places[place].owner {
        Owner::Buffer(buffer) => match plant.buffers[buffer].kind {
            BufferKind::Unload { carrier, .. } | BufferKind::Load { carrier, .. } => Some(carrier),
            BufferKind::Store { .. } | BufferKind::Queue { .. } => None,
        },
        Owner::Deck(..) | Owner::Slot(_) | Owner::Crane(_) => None,
    }
}

impl Flow {
    /// What is in the carriers, and what their ports do with them. Gives the pieces of each buffer
    /// that are in the stations behind already though their carrier is not known to be empty.
    pub(super) fn recall_loads<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        belief: &Belief,
        seed: Seed,
    ) -> Vec<u32> {
        for load in belief.loads.iter().filter(|load| load.count > 0) {
            self.fill_carrier(ctx, load);
        }
        let mut standing: Vec<(Time, PlaceId)> = Vec::new();
        for place in ctx
            .plant
            .places
            .ids()
            .filter(|&p| ctx.bodies.at[p].is_some())
        {
            let known = belief.loads.binary_search_by_key(&place, |load| load.place);
            let known = known.ok().map(|at| &belief.loads[at]);
            standing.push((
                known.map_or(Time::ZERO, |load| load.since).min(ctx.now),
                place,
            ));
        }
        standing.sort_unstable();
        for (since, place) in standing {
            self.port_has(ctx, place, since);
        }
        let plant = ctx.plant;
        let mut taken = Vec::with_capacity(plant.buffers.len());
        for (id, buffer) in plant.buffers.pairs() {
            let unloads = matches!(buffer.kind, BufferKind::Unload { .. });
            taken.push(if unloads {
                self.begin_unloading(ctx, id, seed)
            } else {
                0
            });
        }
        taken
    }

    fn fill_carrier<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, load: &LoadBelief) {
        let (Some(row), Some(product)) = (ctx.bodies.at[load.place], load.product) else {
            return;
        };
        let kind = ctx.bodies.carriers[row as usize].kind;
        let count = load.count.min(ctx.plant.carriers[kind].capacity);
        for _ in 0..count {
            let piece = new_piece(ctx, (product, load.done, SourceId(0)), None);
            let seen = load.filled.min(ctx.now);
            let known = &mut ctx.bodies.pieces[piece as usize];
            (known.born, known.stepped) = (seen, seen);
            ctx.bodies.carriers[row as usize].pieces.push(piece);
        }
    }

    /// A carrier has stood on this place since then.
    fn port_has<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, place: PlaceId, since: Time) {
        let (Owner::Buffer(buffer), Some(carrier)) =
            (ctx.plant.places[place].owner, ctx.bodies.at[place])
        else {
            return;
        };
        let pieces = ctx.bodies.carriers[carrier as usize].pieces.len() as u32;
        let store = &mut self.stores[buffer.index()];
        store.loads += 1;
        match ctx.plant.buffers[buffer].kind {
            BufferKind::Unload { .. } if pieces > 0 => {
                store.carriers.push_back(carrier);
                store.came.push_back(since);
                store.pieces_left += pieces;
            }
            BufferKind::Unload {
                returns: Some((_, time)),
                ..
            } => {
                store.returning.push_back(carrier);
                let at = (since + time).max(ctx.now);
                schedule(ctx, at, What::Return { buffer: buffer.0 });
            }
            BufferKind::Load { .. } if pieces == 0 => store.carriers.push_back(carrier),
            _ => {}
        }
    }

    /// The first carrier of an unload port may have given some of its pieces already: any number,
    /// if the stations behind take them one by one and one of them works.
    fn begin_unloading<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
        seed: Seed,
    ) -> u32 {
        let Some(&carrier) = self.stores[buffer.index()].carriers.front() else {
            return 0;
        };
        let pieces = ctx.bodies.carriers[carrier as usize].pieces.len() as u32;
        let name = &ctx.plant.buffers[buffer].name;
        let mut luck = seed.stream(name, Purpose::Initial);
        let step = takers(self, ctx.plant, buffer).into_iter().map(|id| {
            match ctx.plant.stations[StationId(id)].process {
                Process::Batch { max, .. } => max.max(1),
                Process::Single { .. } | Process::Stream { .. } => 1,
            }
        });
        let step = step.min().unwrap_or(pieces.max(1));
        let taken = luck.below(pieces) / step * step;
        let row = &mut ctx.bodies.carriers[carrier as usize];
        let gone: Vec<u32> = row.pieces.drain(..taken as usize).collect();
        self.stores[buffer.index()].pieces_left -= taken;
        for piece in gone {
            ctx.bodies.destroy(piece);
        }
        taken
    }
}
