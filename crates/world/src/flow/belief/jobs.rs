//! Queues and jobs of stations that wait for control's word: known piece by piece.

use super::super::Flow;
use super::super::stations::time_of;
use super::super::stream::Item;
use super::super::unit::Phase;
use super::{laws, new_piece};
use crate::Ctx;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Plant, Process, To};

impl Flow {
    /// Pieces that wait: those ordered first, then the others in order of arrival.
    pub(super) fn recall_queues<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, belief: &Belief) {
        for job in &belief.ordered {
            let station = &ctx.plant.stations[job.station];
            if let Some(input) = station.inputs.first() {
                let known = (input.buffer, job.tag, job.product, job.since);
                self.recall_waiting(ctx, known);
                self.units[job.station.index()].ordered.push_back(job.tag);
            }
        }
        for q in &belief.queued {
            self.recall_waiting(ctx, (q.buffer, q.tag, q.product, q.since));
        }
    }

    fn recall_waiting<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        (buffer, tag, product, since): (BufferId, Tag, ProductId, Time),
    ) {
        if !matches!(ctx.plant.buffers[buffer].kind, BufferKind::Queue { .. }) {
            return;
        }
        let taker = self.stores[buffer.index()].takers.first();
        let done = taker.map_or(0, |&id| done_before(ctx.plant, id, product));
        let row = new_piece(ctx, (product, done, SourceId(0)), Some(tag));
        ctx.bodies.pieces[row as usize].stepped = since.min(ctx.now);
        let store = &mut self.stores[buffer.index()];
        store.pieces.push_back(row);
        if store.timed {
            store.came.push_back(since.min(ctx.now));
        }
    }

    /// Jobs in hand: pieces started together are one batch.
    pub(super) fn recall_running<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        belief: &Belief,
        seed: Seed,
    ) {
        let mut jobs = &belief.running[..];
        while let Some(first) = jobs.first() {
            let (id, since) = (first.station, first.since);
            let station = &ctx.plant.stations[id];
            let most = match station.process {
                Process::Batch { max, .. } => max as usize,
                Process::Single { .. } | Process::Stream { .. } => 1,
            };
            let same = |job: &&JobBelief| job.station == id && job.since == since;
            let count = jobs.iter().take(most.max(1)).take_while(same).count();
            let (group, rest) = jobs.split_at(count);
            jobs = rest;
            let mut luck = seed.stream_n(&station.name, Purpose::Initial, 2 + jobs.len() as u32);
            let done = done_before(ctx.plant, id.0, first.product);
            let pieces = group
                .iter()
                .map(|job| new_piece(ctx, (job.product, done, SourceId(0)), Some(job.tag)));
            let pieces: Vec<u32> = pieces.collect();
            let gone = ctx.now - since.min(ctx.now);
            let left = laws::remaining(time_of(station, first.product), gone, &mut luck);
            self.load_server(ctx, id.0, pieces, (since.min(ctx.now), left));
        }
    }

    /// Puts pieces to work in a free server, with so much of the work left.
    pub(super) fn load_server<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        pieces: Vec<u32>,
        (started, left): (Time, Span),
    ) {
        let station = &ctx.plant.stations[StationId(id)];
        if let Process::Stream { pitch } = station.process {
            let transit = time_of(station, ProductId(0)).mean();
            return self.load_belt(ctx, id, &pieces, (started, left), (pitch, transit));
        }
        let stands = self.units[id as usize].up != UnitState::Execute;
        let Some(number) = self.units[id as usize].free_server() else {
            // A late report of an end: it goes through the station once more.
            return self.send_again(ctx, id, &pieces);
        };
        let product = pieces
            .first()
            .map(|&row| ctx.bodies.pieces[row as usize].product);
        let server = &mut self.units[id as usize].servers[usize::from(number)];
        server.last_product = product;
        server.pieces = pieces;
        server.started = started;
        server.phase = Phase::Working;
        if stands {
            server.left = left;
            server.ends = ctx.now + left;
            self.refresh(ctx, id, number);
        } else {
            self.run_phase(ctx, id, number, left);
        }
    }

    fn send_again<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, pieces: &[u32]) {
        let buffer = ctx.plant.stations[StationId(id)].inputs[0].buffer;
        for &row in pieces {
            let store = &mut self.stores[buffer.index()];
            store.pieces.push_back(row);
            if store.timed {
                store.came.push_back(ctx.now);
            }
            let tag = Tag(ctx.bodies.pieces[row as usize].serial.0);
            if self.units[id as usize].told {
                self.units[id as usize].ordered.push_back(tag);
            }
        }
    }

    fn load_belt<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        pieces: &[u32],
        (started, left): (Time, Span),
        (pitch, transit): (Span, Span),
    ) {
        let unit = &mut self.units[id as usize];
        let Some(belt) = &mut unit.belt else { return };
        belt.moved_at = ctx.now;
        for &piece in pieces {
            let exit = belt
                .items
                .back()
                .map_or(left.0, |last| left.0.max(last.exit));
            belt.items.push_back(Item {
                piece,
                exit,
                started,
            });
            belt.next_entry = (exit - transit.0 + pitch.0).max(0);
        }
        self.show_belt(ctx, id);
        self.next_belt(ctx, id);
    }
}

/// Operations of its route that a piece has behind it when it stands before a station.
pub(super) fn done_before(plant: &Plant, station: u32, product: ProductId) -> u16 {
    let route = &plant.products[product].route;
    let position = |operation: OperationId| {
        let at = route.iter().position(|step| step.operation == operation);
        at.map(|at| at as u16)
    };
    let mut at = StationId(station);
    // Along the first outputs until an operation of the route comes; a circle is left after as many steps.
    for _ in 0..plant.stations.len() {
        let row = &plant.stations[at];
        if let Some(done) = row.operation.and_then(position) {
            return done;
        }
        let Some(To::Buffer(to)) = row.outputs.first().map(|out| out.to) else {
            return route.len() as u16;
        };
        if let BufferKind::Load { operation, .. } = plant.buffers[to].kind {
            return operation.and_then(position).map_or(0, |done| done + 1);
        }
        let takes = |(_, next): &(StationId, &fenhe_plant::Station)| {
            next.inputs.iter().any(|input| input.buffer == to)
        };
        let Some((next, _)) = plant.stations.pairs().find(takes) else {
            return 0;
        };
        at = next;
    }
    0
}
