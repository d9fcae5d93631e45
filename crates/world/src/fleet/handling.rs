//! Hand-over of carriers between deck and place.

use super::*;
use fenhe_plant::{BufferKind, Owner, Plant};

/// Outcomes a vehicle remembers to tell again.
const REMEMBERED: usize = 32;

impl Fleet {
    /// Starts the first action, a hand-over: docks if it has not, then transfers. At a place that
    /// this node does not serve it fails at once.
    pub(super) fn begin_hand<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        place: PlaceId,
    ) {
        let agv = &mut self.agvs[v];
        agv.phase = Phase::Handling;
        let mut span = Span::ZERO;
        if served(ctx.plant, place, agv.node) {
            let kind = &ctx.plant.vehicle_types[ctx.plant.vehicles[v].kind];
            if !agv.docked {
                span += kind.dock.draw(&mut agv.transfers);
            }
            agv.docked = true;
            span += kind.transfer.draw(&mut agv.transfers);
        }
        self.until(ctx, v, ctx.now + span);
        self.turn_to(ctx, v, VehicleState::Handling);
    }

    /// The transfer is over: the carrier has moved, or the vehicle says why not.
    pub(super) fn hand_over<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        flow: &mut Flow,
        v: VehicleId,
    ) {
        let agv = &mut self.agvs[v];
        let Some(action) = agv.actions.pop_front() else {
            return;
        };
        let Work::Hand { deck, place, pick } = action.work else {
            return;
        };
        let revision = agv.revision;
        let moved = self.hand(ctx, flow, v, (deck, place, pick));
        let event = match moved {
            Err(why) => VehicleEvent::HandFailed {
                deck,
                place,
                why,
                revision,
            },
            Ok(row) if pick => VehicleEvent::Picked {
                deck,
                place,
                tag: Tag(u64::from(row)),
                revision,
            },
            Ok(_) => VehicleEvent::Dropped {
                deck,
                place,
                revision,
            },
        };
        let agv = &mut self.agvs[v];
        if agv.outcomes.len() == REMEMBERED {
            agv.outcomes.pop_front();
        }
        agv.outcomes.push_back((action.revision, event));
        self.tell(ctx, v, event);
        if moved.is_ok() {
            handed(ctx, flow, (place, pick));
        }
    }

    /// A carrier moves from place to deck or back, at the node where the vehicle is; gives its row.
    pub(super) fn hand<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        flow: &Flow,
        v: VehicleId,
        (deck, place, pick): (u8, PlaceId, bool),
    ) -> Result<u32, Why> {
        let agv = &mut self.agvs[v];
        let row = if pick {
            let row = take(ctx, flow, v, agv.node, deck, place)?;
            agv.loads += 1;
            row
        } else {
            let row = give(ctx, v, agv.node, deck, place)?;
            agv.loads -= 1;
            row
        };
        let count = ctx.bodies.carriers[row as usize].pieces.len() as u16;
        ctx.sink.record(
            ctx.now,
            Record::Handed {
                vehicle: v,
                place,
                pick,
                count,
            },
        );
        Ok(row)
    }
}

/// Whoever owns the place minds that its carrier has gone, or come.
pub(super) fn handed<S: RecordSink>(
    ctx: &mut Ctx<'_, S>,
    flow: &mut Flow,
    (place, pick): (PlaceId, bool),
) {
    if pick {
        flow.carrier_left(ctx, place);
    } else {
        flow.carrier_came(ctx, place);
    }
}

fn take<S: RecordSink>(
    ctx: &mut Ctx<'_, S>,
    flow: &Flow,
    v: VehicleId,
    node: NodeId,
    deck: u8,
    place: PlaceId,
) -> Result<u32, Why> {
    let deck = deck_place(ctx.plant, v, deck)?;
    if !served(ctx.plant, place, node) {
        return Err(Why::NotThere);
    }
    if ctx.bodies.at[place].is_none() {
        return Err(Why::Empty);
    }
    if !flow.may_take(ctx, place) {
        return Err(Why::NotReleased);
    }
    ctx.bodies.move_carrier(place, deck)
}

fn give<S: RecordSink>(
    ctx: &mut Ctx<'_, S>,
    v: VehicleId,
    node: NodeId,
    deck: u8,
    place: PlaceId,
) -> Result<u32, Why> {
    let deck = deck_place(ctx.plant, v, deck)?;
    if !served(ctx.plant, place, node) {
        return Err(Why::NotThere);
    }
    let row = ctx.bodies.at[deck].ok_or(Why::Empty)?;
    if let Owner::Buffer(buffer) = ctx.plant.places[place].owner {
        match ctx.plant.buffers[buffer].kind {
            BufferKind::Unload { carrier, .. } | BufferKind::Load { carrier, .. }
                if carrier != ctx.bodies.carriers[row as usize].kind =>
            {
                return Err(Why::WrongKind);
            }
            _ => {}
        }
    }
    ctx.bodies.move_carrier(deck, place)
}

/// The place exists and is served from this node.
fn served(plant: &Plant, place: PlaceId, node: NodeId) -> bool {
    plant
        .places
        .get(place)
        .is_some_and(|place| place.node == Some(node))
}

fn deck_place(plant: &Plant, v: VehicleId, deck: u8) -> Result<PlaceId, Why> {
    let decks = &plant.vehicles[v].decks;
    let place = PlaceId(decks.start.0 + u32::from(deck));
    if decks.contains(&place) {
        Ok(place)
    } else {
        Err(Why::WrongKind)
    }
}
