//! Stations held by control's word (PackML Held): they finish what is in work, stand, and say so.

use super::Flow;
use crate::Ctx;
use fenhe_contract::*;

impl Flow {
    /// Control says hold, or go on. A station already standing says how.
    pub(super) fn hold<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        station: StationId,
        revision: u32,
        on: bool,
    ) {
        let Some(unit) = self.units.get_mut(station.index()) else {
            return;
        };
        if revision <= unit.held.0 {
            return;
        }
        unit.held = (revision, on);
        // To a plain station nothing could happen but work: now something does.
        unit.plain = None;
        let (up, mended) = (unit.up, unit.mending.is_none());
        match (on, up) {
            (true, UnitState::Execute) => self.wake(station.0),
            (true, _) => self.tell_held(ctx, station, up),
            (false, UnitState::Maintenance) if mended => {
                self.resume(ctx, station.0, false);
                if !self.told_states(ctx.plant, station.0) {
                    self.tell_held(ctx, station, UnitState::Idle);
                }
            }
            (false, _) => {}
        }
    }

    /// Nothing is in work: it stands.
    pub(super) fn stand_held<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        if self.units[id as usize].held.1 {
            self.stop(ctx, id, UnitState::Maintenance);
            let told = self.told_states(ctx.plant, id);
            if !told {
                self.tell_held(ctx, StationId(id), UnitState::Maintenance);
            }
        }
    }

    /// A station answers a hold, and its end, though it reports nothing else.
    fn tell_held<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: StationId, state: UnitState) {
        let event = Event::Station(id, StationEvent::State(state));
        self.report(ctx, ctx.plant.stations[id].delay, event);
    }
}
