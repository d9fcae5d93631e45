//! What the accounts of release still hold and nobody has seen: pieces a counter has counted and not told
//! yet. Were they forgotten, their cards would never come back.

use super::super::{Flow, What, schedule};
use crate::Ctx;
use fenhe_contract::*;
use fenhe_plant::{Release, Reports};

impl Flow {
    pub(super) fn recall_accounts<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        belief: &Belief,
        seed: Seed,
    ) {
        for (id, source) in ctx.plant.sources.pairs() {
            if let Release::Kanban(_) = source.release {
                let held = belief.sources[id.index()].inside;
                self.recall_cards(ctx, source.to, held, seed);
            }
        }
        let limited = |source: &fenhe_plant::Source| matches!(source.release, Release::Conwip(_));
        if !ctx.plant.sources.is_empty() && ctx.plant.sources.iter().all(limited) {
            let held: u64 = belief.sources.iter().map(|source| source.inside).sum();
            self.recall_loops(ctx, held, seed);
        }
    }

    /// Kanban: what is neither in the queue nor in work behind it has been counted.
    fn recall_cards<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
        held: u64,
        seed: Seed,
    ) {
        let waits = self.available(buffer) as u64 + self.outside(|to| to == buffer, ctx);
        let takers = self.stores[buffer.index()].takers.clone();
        let works = |&id: &u32| {
            let unit = &self.units[id as usize];
            let servers: usize = unit.servers.iter().map(|s| s.pieces.len()).sum();
            (servers + unit.belt.as_ref().map_or(0, |belt| belt.items.len())) as u64
        };
        let found = waits + takers.iter().map(works).sum::<u64>();
        let Some(more) = held.checked_sub(found).filter(|more| *more > 0) else {
            return;
        };
        let counter =
            takers
                .iter()
                .find_map(|&id| match ctx.plant.stations[StationId(id)].reports {
                    Reports::Counter { every } => Some((id, every)),
                    Reports::Carrier | Reports::Piece | Reports::Nothing => None,
                });
        let Some((id, every)) = counter else { return };
        let name = &ctx.plant.stations[StationId(id)].name;
        let share = seed.stream_n(name, Purpose::Initial, 3).unit();
        let unit = &mut self.units[id as usize];
        unit.counted.good += more.min(1 << 30) as u32;
        if !unit.count_armed {
            unit.count_armed = true;
            let later = Span::from_seconds_up(every.as_seconds() * share);
            schedule(ctx, ctx.now + later, What::Count { station: id });
        }
    }

    /// CONWIP everywhere: what is not in the plant has left.
    fn recall_loops<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, held: u64, seed: Seed) {
        let told: u64 = self
            .exits
            .iter()
            .map(|exit| u64::from(exit.counted.good))
            .sum();
        let found = ctx.bodies.alive() as u64 + told + self.outside(|_| true, ctx);
        let more = held.saturating_sub(found);
        let counter = ctx
            .plant
            .sinks
            .pairs()
            .find_map(|(id, sink)| match sink.reports {
                Reports::Counter { every } => Some((id, every)),
                Reports::Piece | Reports::Carrier | Reports::Nothing => None,
            });
        if let (Some((sink, every)), true) = (counter, more > 0) {
            let name = &ctx.plant.sinks[sink].name;
            let share = seed.stream(name, Purpose::Initial).unit();
            let later = Span::from_seconds_up(every.as_seconds() * share);
            self.saw(ctx, sink, more.min(1 << 30) as u32, later);
        }
    }

    /// Pieces released that have not come in yet.
    fn outside<S>(&self, at: impl Fn(BufferId) -> bool, ctx: &Ctx<'_, S>) -> u64 {
        let sources = ctx.plant.sources.iter().zip(&self.inlets);
        let there = sources.filter(|(source, _)| at(source.to));
        there
            .flat_map(|(_, inlet)| &inlet.pending)
            .map(|lot| u64::from(lot.1))
            .sum()
    }
}
