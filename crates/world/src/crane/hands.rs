//! Taking and giving: what a crane finds at a place.

use super::{Cranes, tell};
use crate::Ctx;
use crate::flow::Flow;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Owner, Plant};

/// Where it went wrong, and why.
type Trouble = (PlaceId, Why);

impl Cranes {
    /// The load of a place comes onto the deck.
    pub(super) fn take<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        flow: &mut Flow,
        id: CraneId,
        (place, wanted): (PlaceId, Tag),
    ) -> Result<(), Trouble> {
        let deck = ctx.plant.cranes[id].deck;
        clear_way(ctx, place)?;
        let there = ctx.bodies.at[place].ok_or((place, Why::Empty))?;
        if wanted != Tag::UNREAD && wanted != Tag(u64::from(there)) {
            return Err((place, Why::WrongKind));
        }
        if !flow.may_take(ctx, place) {
            return Err((place, Why::NotReleased));
        }
        let row = ctx.bodies.move_carrier(place, deck);
        let row = row.map_err(|why| (place, why))?;
        let revision = self.rows[id].revision;
        let tag = Tag(u64::from(row));
        let event = CraneEvent::Picked {
            place,
            tag,
            revision,
        };
        tell(ctx, id, event);
        flow.carrier_left(ctx, place);
        Ok(())
    }

    /// The load of the deck goes to a place; then what it was told is done.
    pub(super) fn give<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        flow: &mut Flow,
        id: CraneId,
        (from, place): (PlaceId, PlaceId),
    ) -> Result<(), Trouble> {
        let deck = ctx.plant.cranes[id].deck;
        let row = ctx.bodies.at[deck].ok_or((place, Why::Empty))?;
        clear_way(ctx, place)?;
        if !fits(ctx.plant, place, ctx.bodies.carriers[row as usize].kind) {
            return Err((place, Why::WrongKind));
        }
        let moved = ctx.bodies.move_carrier(deck, place);
        moved.map_err(|why| (place, why))?;
        self.done(ctx, id, (from, place));
        let revision = self.rows[id].revision;
        tell(ctx, id, CraneEvent::Dropped { place, revision });
        flow.carrier_came(ctx, place);
        Ok(())
    }
}

/// Nothing stands before a rear slot.
fn clear_way<S>(ctx: &Ctx<'_, S>, place: PlaceId) -> Result<(), Trouble> {
    let Some((crane, n)) = ctx.plant.slot(place) else {
        return Ok(());
    };
    let depth = u32::from(ctx.plant.racks[ctx.plant.cranes[crane].rack].depth);
    let front = PlaceId(place.0 - n % depth);
    match ctx.bodies.at[front] {
        Some(_) if front != place => Err((front, Why::Occupied)),
        _ => Ok(()),
    }
}

/// Whether a carrier of this kind may stand there.
fn fits(plant: &Plant, place: PlaceId, kind: CarrierTypeId) -> bool {
    if let Some((crane, n)) = plant.slot(place) {
        return plant.racks[plant.cranes[crane].rack].takes(n, kind);
    }
    let Owner::Buffer(buffer) = plant.places[place].owner else {
        return false;
    };
    match plant.buffers[buffer].kind {
        BufferKind::Unload { carrier, .. } | BufferKind::Load { carrier, .. } => carrier == kind,
        BufferKind::Store { .. } => true,
        BufferKind::Queue { .. } => false,
    }
}
