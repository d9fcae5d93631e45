//! What stations tell control, and what control tells them.

use super::{Flow, What, schedule};
use crate::Ctx;
use fenhe_contract::*;
use fenhe_plant::*;

impl Flow {
    /// Pieces that control ordered have been started.
    pub(super) fn tell_started<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
    ) {
        let station = &ctx.plant.stations[StationId(id)];
        let batch = matches!(station.process, Process::Batch { .. });
        let all = self.units[id as usize].servers[usize::from(number)]
            .pieces
            .len();
        for i in 0..if batch { all } else { 1 } {
            let row = self.units[id as usize].servers[usize::from(number)].pieces[i];
            let tag = Tag(ctx.bodies.pieces[row as usize].serial.0);
            let event = StationEvent::Started(tag);
            self.report(ctx, station.delay, Event::Station(StationId(id), event));
        }
    }

    /// A piece has left a station.
    #[inline]
    pub(super) fn tell_ended<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        tag: Tag,
        counts: bool,
    ) {
        let station = &ctx.plant.stations[StationId(id)];
        match station.reports {
            Reports::Counter { every } if counts => {
                self.count(ctx, id, every, Count { good: 1, scrap: 0 });
            }
            Reports::Piece => {
                let event = StationEvent::Ended(tag);
                self.report(ctx, station.delay, Event::Station(StationId(id), event));
            }
            _ => {}
        }
    }

    /// Whether control hears of every state of the unit.
    pub(super) fn told_states(&self, plant: &Plant, id: u32) -> bool {
        let reports = &plant.stations[StationId(id)].reports;
        self.units[id as usize].told || !matches!(reports, Reports::Nothing)
    }

    /// What a unit is seen to do: the best of its servers.
    pub fn works(&self, id: StationId) -> UnitState {
        const BEST: [UnitState; 3] = [UnitState::Execute, UnitState::Setup, UnitState::Blocked];
        let servers = &self.units[id.index()].servers;
        let any = |state: &UnitState| servers.iter().any(|server| server.state == *state);
        let first = || {
            servers
                .first()
                .map_or(UnitState::Idle, |server| server.state)
        };
        BEST.into_iter().find(any).unwrap_or_else(first)
    }

    /// The unit's state changed.
    pub(super) fn tell_state<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        state: UnitState,
    ) {
        let station = &ctx.plant.stations[StationId(id)];
        if self.told_states(ctx.plant, id) {
            let event = StationEvent::State(state);
            self.report(ctx, station.delay, Event::Station(StationId(id), event));
        }
    }

    /// Counts pieces done; the counter is read at the end of its period.
    #[inline]
    pub(super) fn count<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        every: Span,
        more: Count,
    ) {
        let unit = &mut self.units[id as usize];
        unit.counted.good += more.good;
        unit.counted.scrap += more.scrap;
        if !unit.count_armed {
            unit.count_armed = true;
            schedule(ctx, ctx.now + every, What::Count { station: id });
        }
    }

    pub(super) fn read_station<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let unit = &mut self.units[id as usize];
        unit.count_armed = false;
        let counted = core::mem::take(&mut unit.counted);
        let delay = ctx.plant.stations[StationId(id)].delay;
        let event = Event::Station(StationId(id), StationEvent::Counted(counted));
        self.report(ctx, delay, event);
    }

    /// Control orders a job.
    pub(super) fn run<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: StationId,
        revision: u32,
        tag: Tag,
    ) {
        let station = &ctx.plant.stations[id];
        let unit = &mut self.units[id.index()];
        if revision <= unit.revision {
            return;
        }
        unit.revision = revision;
        let stands = unit.told
            && station.inputs.first().is_some_and(|input| {
                let rows = &self.stores[input.buffer.index()].pieces;
                rows.iter()
                    .any(|&row| ctx.bodies.pieces[row as usize].serial.0 == tag.0)
            });
        if !stands {
            let event = Event::Station(id, StationEvent::Refused(Why::NotThere));
            self.report(ctx, station.delay, event);
            return;
        }
        self.units[id.index()].ordered.push_back(tag);
        self.wake(id.0);
    }
}
