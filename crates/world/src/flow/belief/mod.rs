//! The flow as control believes it: what was reported is kept, what cannot be known is drawn so that
//! it agrees with the reports and the silence since.
//!
//! | unknown | drawn from |
//! |---|---|
//! | rest of a job, a repair, an interval of arrivals | its law, given how long it has lasted already (`stops`, `jobs`) |
//! | which way a station broke down | frequency of each way, given that its repair lasts that long (`stops`) |
//! | clocks of failures and planned stops | their laws, given the time since the last stop (`stops`) |
//! | pieces taken from the first carrier, pieces in the one being filled | evenly (`loads`, `groups`) |
//! | where pieces inside lines that run by themselves stand | laws of queues, given how many there are (`interior`) |
//! | pieces a counter has seen and not told yet | as many as the accounts of release still hold (`accounts`) |
//!
//! Where a piece inside such a line came from, when it entered the plant and which order it is for is lost:
//! it counts as born now. A change-over in hand counts as work.

mod accounts;
mod fill;
mod groups;
mod interior;
mod jobs;
mod laws;
mod loads;
mod stops;

pub(crate) use loads::stand;

use super::{Flow, What, schedule};
use crate::{Bodies, Ctx, Piece};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Demand, Plant, Release};

/// What of a belief a world can be made from: ids that the plant does not have are left out.
pub(crate) fn sane(plant: &Plant, belief: &Belief) -> Belief {
    let mut sane = belief.clone();
    let product = |id: ProductId| plant.products.get(id).is_some();
    let station = |id: StationId| plant.stations.get(id).is_some();
    let buffer = |id: BufferId| plant.buffers.get(id).is_some();
    sane.now = sane.now.max(0);
    sane.loads
        .retain(|load| plant.places.get(load.place).is_some() && load.product.is_none_or(product));
    sane.loads.sort_by_key(|load| load.place);
    let place = |id: PlaceId| plant.places.get(id).is_some();
    for crane in &mut sane.cranes {
        crane.told = crane.told.filter(|&(from, to, _)| place(from) && place(to));
    }
    sane.queued
        .retain(|q| buffer(q.buffer) && product(q.product));
    sane.ordered
        .retain(|j| station(j.station) && product(j.product));
    sane.running
        .retain(|j| station(j.station) && product(j.product));
    sane.unreleased
        .retain(|r| plant.sources.get(r.source).is_some() && product(r.product));
    sane.inside
        .retain(|i| buffer(i.entry) && product(i.product));
    sane.stations.resize(
        plant.stations.len(),
        StationBelief {
            state: UnitState::Idle,
            since: Time::ZERO,
            down: Time::ZERO,
            up: Time::ZERO,
            serviced: Time::ZERO,
            passed: None,
            hold: (0, false),
            shows: None,
        },
    );
    let fresh = SourceBelief {
        wanted: Time::ZERO,
        inside: 0,
    };
    sane.sources.resize(plant.sources.len(), fresh);
    sane
}

impl Flow {
    /// Everything as believed at `ctx.now`; carriers stand on their places already. The belief is
    /// [`sane`].
    pub fn from_belief<S: RecordSink>(ctx: &mut Ctx<'_, S>, belief: &Belief, seed: Seed) -> Flow {
        let mut flow = Flow::bare(ctx.plant, seed);
        number_pieces(ctx.bodies, belief);
        let taken = flow.recall_loads(ctx, belief, seed);
        flow.recall_stops(ctx, belief, seed);
        flow.recall_queues(ctx, belief);
        flow.recall_running(ctx, belief, seed);
        flow.recall_interior(ctx, belief, &taken, seed);
        flow.recall_lines(ctx, seed);
        flow.recall_sources(ctx, belief);
        flow.recall_accounts(ctx, belief, seed);
        for calendar in ctx.plant.calendars.ids() {
            flow.turn(ctx, calendar.0);
        }
        // All of this is believed already: only what follows from it is news.
        ctx.ready.clear();
        flow.gone = ctx.bodies.created() - ctx.bodies.alive() as u64;
        for source in ctx.plant.sources.ids() {
            if flow.is_fed(ctx.plant, source) {
                flow.let_in(ctx, source.0);
            }
        }
        for station in ctx.plant.stations.ids() {
            flow.wake(station.0);
        }
        flow.settle(ctx);
        flow
    }

    /// Every stream from its beginning under another seed; spans already drawn stay.
    pub(crate) fn reseed(&mut self, plant: &Plant, seed: Seed) {
        let fresh = Flow::bare(plant, seed);
        for (unit, new) in self.units.iter_mut().zip(fresh.units) {
            (unit.process, unit.plain, unit.setup) = (new.process, new.plain, new.setup);
            (unit.yields, unit.reworks) = (new.yields, new.reworks);
            for (mode, new) in unit.modes.iter_mut().zip(new.modes) {
                (mode.every, mode.repair) = (new.every, new.repair);
            }
            for (job, new) in unit.jobs.iter_mut().zip(new.jobs) {
                job.duration = new.duration;
            }
        }
        for (inlet, new) in self.inlets.iter_mut().zip(fresh.inlets) {
            inlet.arrivals = new.arrivals;
        }
        for (exit, new) in self.exits.iter_mut().zip(fresh.exits) {
            exit.grades = new.grades;
        }
        for (line, new) in self.lines.iter_mut().zip(fresh.lines) {
            line.luck = new.luck;
        }
    }

    /// A source that has something to let in.
    fn is_fed(&self, plant: &Plant, source: SourceId) -> bool {
        let row = &plant.sources[source];
        let endless = matches!(row.demand, Demand::Endless(_)) && row.release == Release::Push;
        let indexed = plant.indexers.iter().any(|line| line.source == source);
        (endless && !indexed) || !self.inlets[source.index()].pending.is_empty()
    }

    /// When demand comes next, and what was released and has not come in.
    fn recall_sources<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, belief: &Belief) {
        for release in &belief.unreleased {
            let inlet = &mut self.inlets[release.source.index()];
            inlet
                .pending
                .push_back((release.product, release.count, release.order));
        }
        for (id, source) in ctx.plant.sources.pairs() {
            if let Demand::Arrivals { every, .. } = &source.demand {
                let since = belief.sources[id.index()].wanted.min(ctx.now);
                let luck = &mut self.inlets[id.index()].arrivals;
                let next = laws::remaining(every, ctx.now - since, luck);
                schedule(ctx, ctx.now + next, What::Arrive { source: id.0 });
            }
        }
        for (number, (at, _)) in ctx.plant.orders.iter().enumerate() {
            if *at > ctx.now {
                let number = number as u32;
                schedule(ctx, *at, What::Order { number });
            }
        }
    }

    /// Synchronous lines tell nothing of their inside: machines up as often as in the long run,
    /// buffers at any level alike. Their cycle is counted from the epoch.
    fn recall_lines<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, seed: Seed) {
        for (id, line) in ctx.plant.indexers.pairs() {
            let mut luck = seed.stream(&line.name, Purpose::Initial);
            for (i, machine) in line.machines.iter().enumerate() {
                let (fail, repair) = (machine.fail.as_f64(), machine.repair.as_f64());
                let up = luck.unit() * (fail + repair) < repair;
                self.lines[id.index()].up[i] = up || fail <= 0.0;
            }
            for (i, &room) in line.buffers.iter().enumerate() {
                for _ in 0..luck.below(room.saturating_add(1)) {
                    let row = new_piece(ctx, (line.product, 0, line.source), None);
                    self.lines[id.index()].buffers[i].push_back(row);
                }
            }
            let cycle = line.cycle.0.max(1);
            let next = Time((ctx.now.0 / cycle + 1) * cycle);
            schedule(ctx, next, What::Index { line: id.0 });
        }
    }
}

/// Serials that control knows are not given to others.
fn number_pieces(bodies: &mut Bodies, belief: &Belief) {
    let queued = belief.queued.iter().map(|q| q.tag);
    let jobs = belief.ordered.iter().chain(&belief.running).map(|j| j.tag);
    let known = queued.chain(jobs).filter(|&tag| readable(tag));
    bodies.number_after(known.map(|tag| tag.0).max().unwrap_or(0));
}

fn readable(tag: Tag) -> bool {
    tag.0 < u64::MAX / 2
}

/// A piece of which little is known: what it is, operations done, where it came in, and its mark.
fn new_piece<S>(
    ctx: &mut Ctx<'_, S>,
    (product, done, source): (ProductId, u16, SourceId),
    tag: Option<Tag>,
) -> u32 {
    let row = ctx.bodies.create(Piece {
        serial: PieceSerial(0),
        product,
        order: OrderId(0),
        source,
        born: ctx.now,
        stepped: ctx.now,
        done,
        reworked: 0,
    });
    if let Some(tag) = tag.filter(|&tag| readable(tag)) {
        ctx.bodies.pieces[row as usize].serial = PieceSerial(tag.0);
    }
    row
}

/// Stations in whose hands the first input of each row is, by buffer.
fn takers(flow: &Flow, plant: &Plant, buffer: BufferId) -> Vec<u32> {
    let first = |&id: &u32| {
        plant.stations[StationId(id)]
            .inputs
            .first()
            .is_some_and(|input| input.buffer == buffer)
    };
    let store = &flow.stores[buffer.index()];
    store.takers.iter().copied().filter(first).collect()
}
