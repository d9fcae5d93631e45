//! Stations: starting jobs and ending them.

use super::unit::Phase;
use super::{Flow, What, schedule};
use crate::Ctx;
use fenhe_contract::*;
use fenhe_plant::*;

impl Flow {
    /// Starts what the station can start.
    #[inline]
    pub(super) fn start<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let station = &ctx.plant.stations[StationId(id)];
        if self.direct {
            self.call_givers(ctx, station);
        }
        let unit = &self.units[id as usize];
        if let Some(plain) = unit.plain {
            self.start_plain(ctx, id, plain);
            return;
        }
        if unit.up == UnitState::Execute {
            if unit.stop_is_due() {
                self.maintain(ctx, id);
            } else {
                self.start_jobs(ctx, id, station);
            }
        }
        while let Some(number) = self.units[id as usize].freed.pop() {
            self.refresh(ctx, id, number);
        }
    }

    /// Who stands before a queue without places may find a free server behind it now.
    #[inline(never)]
    pub(super) fn call_givers<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, station: &Station) {
        for input in &station.inputs {
            let store = &self.stores[input.buffer.index()];
            if store.direct && !store.givers.is_empty() {
                self.serve_givers(ctx, input.buffer);
            }
        }
    }

    fn start_jobs<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, station: &Station) {
        match station.process {
            Process::Stream { .. } => self.start_belt(ctx, id),
            Process::Batch { min, max, wait, .. } => {
                while self.may_start(id) && self.gather_batch(ctx, id, station, (min, max, wait)) {
                    self.begin(ctx, id, station);
                }
            }
            Process::Single { .. } => {
                while self.may_start(id) && self.gather(ctx, id, station) {
                    self.begin(ctx, id, station);
                }
            }
        }
    }

    fn may_start(&self, id: u32) -> bool {
        let unit = &self.units[id as usize];
        unit.up == UnitState::Execute && unit.has_free() && !unit.stop_is_due()
    }

    /// The next piece for a station: the one control ordered, or the first of the queue.
    pub(super) fn next_piece<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        buffer: BufferId,
    ) -> Option<u32> {
        if !self.units[id as usize].told {
            return self.take(ctx, buffer);
        }
        // What is not there any more was taken by another station.
        while let Some(tag) = self.units[id as usize].ordered.pop_front() {
            if let Some(piece) = self.take_tagged(ctx, buffer, tag) {
                return Some(piece);
            }
        }
        None
    }

    /// Gathers the pieces of the next single job, with their parts, if the station assembles.
    fn gather<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, station: &Station) -> bool {
        if station
            .inputs
            .iter()
            .any(|input| self.available(input.buffer) < input.count)
        {
            return false;
        }
        self.gathered.clear();
        let Some(first) = self.next_piece(ctx, id, station.inputs[0].buffer) else {
            return false;
        };
        self.gathered.push(first);
        for (i, input) in station.inputs.iter().enumerate() {
            for _ in u32::from(i == 0)..input.count {
                let part = self.take(ctx, input.buffer);
                self.gathered.extend(part);
            }
        }
        true
    }

    /// Gathers a batch: a full one, or at least the fewest if the first has waited long enough.
    fn gather_batch<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        (min, max, wait): (u32, u32, Option<Span>),
    ) -> bool {
        let buffer = station.inputs[0].buffer;
        let unit = &self.units[id as usize];
        let waiting = if unit.told {
            unit.ordered.len() as u32
        } else {
            self.available(buffer)
        };
        if waiting == 0 || waiting < min {
            return false;
        }
        if let (true, Some(wait), Some(since)) = (waiting < max, wait, self.oldest(buffer))
            && since + wait > ctx.now
        {
            let unit = &mut self.units[id as usize];
            if unit.wait_until != since + wait {
                unit.wait_until = since + wait;
                unit.wait_generation = unit.wait_generation.wrapping_add(1);
                let generation = unit.wait_generation;
                schedule(
                    ctx,
                    since + wait,
                    What::Wait {
                        station: id,
                        generation,
                    },
                );
            }
            return false;
        }
        self.gathered.clear();
        while self.gathered.len() < max as usize {
            let Some(piece) = self.next_piece(ctx, id, buffer) else {
                break;
            };
            self.gathered.push(piece);
        }
        !self.gathered.is_empty()
    }

    pub(super) fn waited(&mut self, station: u32, generation: u16) {
        let unit = &mut self.units[station as usize];
        if unit.wait_generation == generation {
            unit.wait_until = Time::NEVER;
            self.wake(station);
        }
    }

    /// Puts the gathered pieces into a free server and begins set-up or work.
    fn begin<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, station: &Station) {
        if station.operation.is_some() {
            self.drop_late(ctx, id, station);
        }
        let unit = &mut self.units[id as usize];
        let Some(&first) = self.gathered.first() else {
            return;
        };
        let Some(number) = unit.free_server() else {
            return;
        };
        let product = ctx.bodies.pieces[first as usize].product;
        let server = &mut unit.servers[usize::from(number)];
        let before = server.last_product.replace(product);
        core::mem::swap(&mut server.pieces, &mut self.gathered);
        server.started = ctx.now;
        let products = ctx.plant.products.len();
        let span = match (&station.setup, before) {
            (Some(setup), Some(old)) if old != product => {
                server.phase = Phase::SettingUp;
                setup.times[old.index() * products + product.index()].draw(&mut unit.setup)
            }
            _ => {
                server.phase = Phase::Working;
                time_of(station, product).draw(&mut unit.process)
            }
        };
        if unit.told {
            self.tell_started(ctx, id, number);
        }
        self.run_phase(ctx, id, number, span);
        if self.units[id as usize].servers[usize::from(number)].phase == Phase::Working {
            self.count_started(ctx, id, number);
        }
    }

    /// Takes pieces that come too late out of what was gathered; a job whose main piece is too late
    /// is lost with its parts.
    fn drop_late<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, station: &Station) {
        let mut gathered = core::mem::take(&mut self.gathered);
        let whole = station.inputs.len() > 1 || station.inputs[0].count > 1;
        if whole {
            if !self.in_time(ctx, id, station, gathered[0]) {
                for part in gathered.drain(..).skip(1) {
                    self.scrap(ctx, id, part);
                }
            }
        } else {
            gathered.retain(|&piece| self.in_time(ctx, id, station, piece));
        }
        self.gathered = gathered;
    }

    /// The present phase takes this long from now.
    pub(super) fn run_phase<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
        span: Span,
    ) {
        let server = &mut self.units[id as usize].servers[usize::from(number)];
        server.ends = ctx.now + span;
        server.generation = server.generation.wrapping_add(1);
        let (ends, generation) = (server.ends, server.generation);
        schedule(
            ctx,
            ends,
            What::Done {
                station: id,
                server: number,
                generation,
            },
        );
        self.refresh(ctx, id, number);
    }

    /// A server's phase ends.
    #[inline]
    pub(super) fn done<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
        generation: u16,
    ) {
        let unit = &mut self.units[id as usize];
        if let Some(plain) = unit.plain {
            self.done_plain(ctx, id, plain);
            return;
        }
        let server = &mut unit.servers[usize::from(number)];
        if server.generation != generation {
            return;
        }
        let station = &ctx.plant.stations[StationId(id)];
        if server.phase == Phase::SettingUp {
            server.phase = Phase::Working;
            let product = server.last_product.unwrap_or(ProductId(0));
            let span = time_of(station, product).draw(&mut unit.process);
            self.run_phase(ctx, id, number, span);
            self.count_started(ctx, id, number);
            return;
        }
        let started = server.started;
        let mut pieces = core::mem::take(&mut server.pieces);
        server.phase = Phase::Leaving;
        self.finish(ctx, id, station, (number, started), &pieces);
        pieces.clear();
        self.units[id as usize].servers[usize::from(number)].pieces = pieces;
        self.let_go(ctx, id, number);
        self.stop_blocked(id, number);
    }

    /// A planned stop waits for the job in hand, not for room behind it.
    pub(super) fn stop_blocked(&mut self, id: u32, number: u16) {
        let unit = &self.units[id as usize];
        let blocked = unit.servers[usize::from(number)].phase == Phase::Leaving;
        if blocked && unit.stop_is_due() {
            self.wake(id);
        }
    }
}

/// Process time of a product at a station.
#[inline]
pub(super) fn time_of(station: &Station, product: ProductId) -> &Dist {
    station
        .times
        .get(product.index())
        .unwrap_or(&station.times[0])
}
