//! Cranes from belief: each begins what it was told anew from where it was last reported.

use super::{Cranes, Task, What, kernel};
use crate::Ctx;
use fenhe_contract::*;
use fenhe_plant::Plant;

impl Cranes {
    /// Every stream from its beginning under another seed; clocks that run keep their ends.
    pub fn reseed(&mut self, plant: &Plant, seed: Seed) {
        for id in plant.cranes.ids() {
            let name = &plant.cranes[id].name;
            self.rows[id].transfers = seed.stream(name, Purpose::Transfer);
        }
    }

    /// All as believed at `ctx.now`. Carriers already stand on their places, decks included.
    pub fn from_belief<S: RecordSink>(ctx: &mut Ctx<'_, S>, belief: &Belief, seed: Seed) -> Cranes {
        let mut cranes = Cranes::new(ctx, seed);
        for (id, known) in ctx.plant.cranes.ids().zip(&belief.cranes) {
            let crane = &mut cranes.rows[id];
            crane.revision = known.revision;
            if let Some(at) = ctx.plant.crane_spot(id, known.place) {
                crane.at = at;
            }
            crane.task = known.told.and_then(|told| task(ctx, id, told));
            if known.down && !crane.modes.is_empty() {
                cranes.stands(ctx, id);
            } else if crane.task.is_some() {
                cranes.turn_to(ctx, id, UnitState::Execute);
                cranes.begin(ctx, id);
            }
        }
        cranes
    }

    /// It is being repaired, as long as a repair lasts.
    fn stands<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: CraneId) {
        self.turn_to(ctx, id, UnitState::Down);
        let failure = &ctx.plant.racks[ctx.plant.cranes[id].rack].failures[0];
        let repair = failure.repair.draw(self.rows[id].modes[0].repair());
        let what = What::Mended { crane: id.0 };
        ctx.queue
            .schedule(ctx.now + repair, kernel::What::Crane(what));
    }
}

/// What is left of an order: a load on the deck has been taken already.
fn task<S>(
    ctx: &Ctx<'_, S>,
    id: CraneId,
    (from, to, tag): (PlaceId, PlaceId, Tag),
) -> Option<Task> {
    let deck = ctx.plant.cranes[id].deck;
    let known = |place: PlaceId| place == deck || ctx.plant.crane_spot(id, place).is_some();
    if !known(from) || ctx.plant.crane_spot(id, to).is_none() {
        return None;
    }
    if from == to {
        return Some(Task::Go { to });
    }
    let taken = ctx.bodies.at[deck].is_some();
    let from = if taken { deck } else { from };
    Some(Task::Carry { from, to, tag })
}
