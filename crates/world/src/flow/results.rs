//! What a job makes of its pieces: good, scrap, rework, joined, parted, too late.

use super::Flow;
use super::unit::Out;
use crate::{Ctx, Piece};
use fenhe_contract::*;
use fenhe_plant::*;

impl Flow {
    /// Ends the operation on these pieces; what goes on waits in the server to leave.
    pub(super) fn finish<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        (number, started): (u16, Time),
        pieces: &[u32],
    ) {
        let assembles = station.inputs.len() > 1 || station.inputs[0].count > 1;
        let made: &[u32] = if assembles { &pieces[..1] } else { pieces };
        if assembles {
            self.join(ctx, pieces);
        }
        for &row in made {
            let result = self.judge(ctx, id, station, row);
            if S::PIECES {
                self.step(ctx, id, row, started, result);
            }
            if let Some(operation) = station.operation {
                stamp(ctx, row, operation, result);
            }
            match (result, &station.rework) {
                (StepResult::Scrapped, _) => self.scrap(ctx, id, row),
                (StepResult::Rework, Some(rework)) => {
                    let out = Out {
                        row,
                        to: To::Buffer(rework.to),
                        counts: false,
                    };
                    self.units[id as usize].servers[usize::from(number)]
                        .out
                        .push_back(out);
                }
                _ => self.part(ctx, id, station, number, row),
            }
        }
    }

    /// Good, scrap or rework: a pure function of the seed, the piece's serial and how often it has
    /// been sent back and what is done on it.
    fn judge<S>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        row: u32,
    ) -> StepResult {
        let unit = &self.units[id as usize];
        let piece = &mut ctx.bodies.pieces[row as usize];
        let pass = u64::from(piece.reworked) << 56 | u64::from(piece.done) << 40;
        let label = piece.serial.0 ^ pass;
        if station.scrap != Share::ZERO && unit.yields.chance_for(label, station.scrap) {
            return StepResult::Scrapped;
        }
        match &station.rework {
            Some(rework) if unit.reworks.chance_for(label, rework.share) => {
                if piece.reworked >= rework.max {
                    return StepResult::Scrapped;
                }
                piece.reworked += 1;
                StepResult::Rework
            }
            _ => StepResult::Good,
        }
    }

    /// Parts go into the first piece, which becomes as old as the oldest.
    fn join<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, pieces: &[u32]) {
        let parent = pieces[0] as usize;
        for &row in &pieces[1..] {
            let part = ctx.bodies.destroy(row);
            self.gone += 1;
            let whole = &mut ctx.bodies.pieces[parent];
            whole.born = whole.born.min(part.born);
            let record = Record::Joined {
                parent: whole.serial,
                child: part.serial,
            };
            ctx.sink.record(ctx.now, record);
        }
    }

    /// A good piece to the outputs: itself to the first, new ones for the others.
    fn part<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        number: u16,
        row: u32,
    ) {
        let original = ctx.bodies.pieces[row as usize];
        let mut counts = true;
        for output in &station.outputs {
            for _ in 0..output.count {
                let this = if counts { row } else { another(ctx, original) };
                if let Some(product) = output.product {
                    ctx.bodies.pieces[this as usize].product = product;
                }
                let out = Out {
                    row: this,
                    to: output.to,
                    counts,
                };
                self.units[id as usize].servers[usize::from(number)]
                    .out
                    .push_back(out);
                counts = false;
            }
        }
    }

    /// Whether a piece came in time; counts the excess, and scraps it where the route says so.
    pub(super) fn in_time<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        row: u32,
    ) -> bool {
        let piece = ctx.bodies.pieces[row as usize];
        let route = &ctx.plant.products[piece.product].route;
        let (Some(operation), Some(step)) = (station.operation, route.get(usize::from(piece.done)))
        else {
            return true;
        };
        let waited = ctx.now - piece.stepped;
        match step.queue_max {
            Some(limit) if step.operation == operation && piece.done > 0 && waited > limit => {
                let by = waited - limit;
                let record = Record::QueueExcess {
                    piece: piece.serial,
                    operation,
                    by,
                };
                ctx.sink.record(ctx.now, record);
                if step.queue_scrap {
                    self.scrap(ctx, id, row);
                }
                !step.queue_scrap
            }
            _ => true,
        }
    }

    /// A piece is lost here.
    pub(super) fn scrap<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, row: u32) {
        let station = &ctx.plant.stations[StationId(id)];
        let piece = ctx.bodies.destroy(row);
        self.gone += 1;
        let record = Record::Scrapped {
            piece: piece.serial,
            product: piece.product,
            order: piece.order,
            station: StationId(id),
            born: piece.born,
        };
        ctx.sink.record(ctx.now, record);
        if let Reports::Counter { every } = station.reports {
            self.count(ctx, id, every, Count { good: 0, scrap: 1 });
        }
        if matches!(station.reports, Reports::Piece) {
            let event = StationEvent::Scrapped(Tag(piece.serial.0));
            self.report(ctx, station.delay, Event::Station(StationId(id), event));
        }
    }

    pub(super) fn step<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        row: u32,
        started: Time,
        result: StepResult,
    ) {
        let piece = ctx.bodies.pieces[row as usize].serial;
        let record = Record::Step {
            piece,
            station: StationId(id),
            started,
            result,
        };
        ctx.sink.record(ctx.now, record);
    }
}

/// The operation is done on a piece, unless it must be done again.
fn stamp<S>(ctx: &mut Ctx<'_, S>, row: u32, operation: OperationId, result: StepResult) {
    let piece = &mut ctx.bodies.pieces[row as usize];
    let route = &ctx.plant.products[piece.product].route;
    let fits = route
        .get(usize::from(piece.done))
        .is_some_and(|step| step.operation == operation);
    piece.done += u16::from(fits && result == StepResult::Good);
    piece.stepped = ctx.now;
    if usize::from(piece.done) == route.len()
        && let Some(next) = ctx.plant.products[piece.product].becomes
    {
        (piece.product, piece.done) = (next, 0);
    }
}

/// One more piece from a piece that comes apart.
fn another<S: RecordSink>(ctx: &mut Ctx<'_, S>, original: Piece) -> u32 {
    let row = ctx.bodies.create(original);
    let child = ctx.bodies.pieces[row as usize].serial;
    ctx.sink.record(
        ctx.now,
        Record::Joined {
            parent: original.serial,
            child,
        },
    );
    row
}
