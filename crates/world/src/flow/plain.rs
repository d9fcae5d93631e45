//! Plain stations: one server, one input, one output, and nothing that could happen to them but
//! work. They do what the others do, without asking for what cannot be. The first hold makes one an
//! ordinary station.

use super::unit::{Out, Phase};
use super::{Flow, Giver, What, plain_output, schedule, servers_of};
use crate::Ctx;
use fenhe_contract::*;
use fenhe_plant::*;
use serde::{Deserialize, Serialize};

/// What a plain station asks for with every piece, at hand.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Plain {
    from: BufferId,
    to: To,
    time: Dist,
    /// How long the next job takes: drawn when the one before began, so that its end does not wait
    /// for the draw.
    ahead: Span,
    /// Period of its counter.
    every: Option<Span>,
}

impl Plain {
    /// If the station is plain; the time of its first job is drawn.
    pub fn new(plant: &Plant, station: &Station, process: &mut Stream) -> Option<Plain> {
        let to = plain_output(station).filter(|_| is_plain(plant, station))?;
        let time = station.times[0];
        Some(Plain {
            from: station.inputs[0].buffer,
            to,
            time,
            ahead: time.draw(process),
            every: match station.reports {
                Reports::Counter { every } => Some(every),
                Reports::Carrier | Reports::Piece | Reports::Nothing => None,
            },
        })
    }
}

fn is_plain(plant: &Plant, station: &Station) -> bool {
    let routed = plant
        .products
        .iter()
        .any(|product| !product.route.is_empty());
    matches!(station.process, Process::Single { .. })
        && servers_of(&station.process) == 1
        && station.inputs.len() == 1
        && station.inputs[0].count == 1
        && (station.operation.is_none() || !routed)
        && station.setup.is_none()
        && station.failures.is_empty()
        && station.maintenance.is_empty()
        && station.scrap == Share::ZERO
        && station.rework.is_none()
        && station.calendar.is_none()
        && station.start == Start::Itself
        && station.times.len() == 1
        && !matches!(station.reports, Reports::Piece)
}

impl Flow {
    /// Starts the next piece, if there is one and nothing in work.
    pub(super) fn start_plain<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        plain: Plain,
    ) {
        if !self.units[id as usize].free.is_empty()
            && let Some(piece) = self.take(ctx, plain.from)
        {
            self.units[id as usize].free.clear();
            self.work(ctx, id, piece);
        }
    }

    /// Begins a piece, which takes the place of the one that has just left, if any.
    #[inline(always)]
    fn work<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, piece: u32) {
        let unit = &mut self.units[id as usize];
        let (Some(plain), server) = (&mut unit.plain, &mut unit.servers[0]) else {
            return;
        };
        match server.pieces.first_mut() {
            Some(place) => *place = piece,
            None => server.pieces.push(piece),
        }
        server.started = ctx.now;
        server.phase = Phase::Working;
        let (from, to) = (server.state, UnitState::Execute);
        if from != to {
            server.state = to;
            let station = StationId(id);
            let record = Record::Server { station, from, to };
            ctx.sink.record(ctx.now, record);
        }
        let ends = ctx.now + plain.ahead;
        plain.ahead = plain.time.draw(&mut unit.process);
        // Nothing stops it, so that no end is ever stale.
        let what = What::Done {
            station: id,
            server: 0,
            generation: server.generation,
        };
        schedule(ctx, ends, what);
    }

    /// The piece in work is done: on with it and with the next.
    #[inline]
    pub(super) fn done_plain<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        plain: Plain,
    ) {
        let server = &self.units[id as usize].servers[0];
        let Some(&piece) = server.pieces.first() else {
            return;
        };
        if S::PIECES {
            let started = server.started;
            self.step(ctx, id, piece, started, StepResult::Good);
        }
        match plain.to {
            To::Sink(sink) => self.leave(ctx, sink, piece),
            To::Buffer(buffer) => {
                if !self.put(ctx, buffer, piece) {
                    self.block_plain(ctx, id, buffer, piece);
                    return;
                }
            }
        }
        if let Some(every) = plain.every {
            self.count(ctx, id, every, Count { good: 1, scrap: 0 });
        }
        if !self.direct
            && let Some(next) = self.take(ctx, plain.from)
        {
            self.work(ctx, id, next);
            return;
        }
        let unit = &mut self.units[id as usize];
        unit.servers[0].pieces.clear();
        unit.servers[0].phase = Phase::Empty;
        unit.free.push(0);
        if self.direct {
            self.start(ctx, id);
        }
        if !self.units[id as usize].free.is_empty() {
            self.refresh(ctx, id, 0);
        }
    }

    /// The piece stays in the server until the buffer has room.
    fn block_plain<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        buffer: BufferId,
        piece: u32,
    ) {
        let server = &mut self.units[id as usize].servers[0];
        server.pieces.clear();
        server.phase = Phase::Leaving;
        server.out.push_back(Out {
            row: piece,
            to: To::Buffer(buffer),
            counts: true,
        });
        self.stores[buffer.index()].givers.push_back(Giver::Server {
            station: id,
            server: 0,
        });
        self.refresh(ctx, id, 0);
    }
}
