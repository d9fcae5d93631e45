//! Where pieces enter and leave.

use super::{Flow, Giver, What, is_endless_room, schedule};
use crate::{Ctx, Piece};
use alloc::collections::VecDeque;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Demand, Release, Reports};
use serde::{Deserialize, Serialize};

/// A source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Inlet {
    /// Released and not yet in: product, pieces, work order.
    pub pending: VecDeque<(ProductId, u32, OrderId)>,
    waiting: bool,
    revision: u32,
    pub arrivals: Stream,
}
impl Inlet {
    pub fn new(source: &fenhe_plant::Source, seed: Seed) -> Inlet {
        Inlet {
            pending: VecDeque::new(),
            waiting: false,
            revision: 0,
            arrivals: seed.stream(&source.name, Purpose::Arrival),
        }
    }
}

/// A sink.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Exit {
    pub counted: Count,
    pub armed: bool,
    pub grades: Stream,
}
impl Exit {
    pub fn new(sink: &fenhe_plant::Sink, seed: Seed) -> Exit {
        let grades = seed.stream(&sink.name, Purpose::Quality);
        Exit {
            counted: Count::default(),
            armed: false,
            grades,
        }
    }
    /// The test result of a piece: nominal with a spread of about 1 %, by its serial alone.
    #[inline]
    fn grade(&self, serial: PieceSerial) -> u32 {
        let bits = self.grades.bits_for(serial.0);
        let sum: u64 = (0..4).map(|i| (bits >> (16 * i)) & 0xffff).sum();
        // Four uniforms: mean 131070, standard deviation 37837; 10 000 millionths each deviation.
        (1_000_000 + (sum as i64 - 131_070) * 10_000 / 37_837) as u32
    }
}

impl Flow {
    pub(super) fn start_sources<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        for (id, source) in ctx.plant.sources.pairs() {
            match &source.demand {
                // A synchronous line takes from its source by itself.
                Demand::Endless(_) if ctx.plant.indexers.iter().any(|line| line.source == id) => {}
                Demand::Endless(_) if source.release == Release::Push => self.let_in(ctx, id.0),
                Demand::Arrivals { every, .. } => {
                    let first = every.draw(&mut self.inlets[id.index()].arrivals);
                    schedule(ctx, ctx.now + first, What::Arrive { source: id.0 });
                }
                _ => {}
            }
        }
        for (number, (at, _)) in ctx.plant.orders.iter().enumerate() {
            schedule(
                ctx,
                *at,
                What::Order {
                    number: number as u32,
                },
            );
        }
    }

    /// Demand arrives: control is told and the next arrival drawn.
    #[inline]
    pub(super) fn arrive<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, source: u32) {
        let id = SourceId(source);
        if let Demand::Arrivals {
            product,
            every,
            count,
        } = &ctx.plant.sources[id].demand
        {
            let wanted = SourceEvent::Wanted {
                product: *product,
                count: *count,
            };
            ctx.ready.push(Event::Source(id, wanted));
            let next = ctx.now + every.draw(&mut self.inlets[source as usize].arrivals);
            schedule(ctx, next, What::Arrive { source });
        }
    }

    pub(super) fn order_known<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, number: u32) {
        ctx.ready
            .push(Event::Order(ctx.plant.orders[number as usize].1));
    }

    /// Control releases pieces.
    pub(super) fn release<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        source: SourceId,
        revision: u32,
        product: ProductId,
        count: u32,
        order: OrderId,
    ) {
        let inlet = &mut self.inlets[source.index()];
        if revision <= inlet.revision {
            return;
        }
        inlet.revision = revision;
        inlet.pending.push_back((product, count, order));
        self.let_in(ctx, source.0);
    }

    pub(super) fn let_in<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, source: u32) {
        if !self.inlets[source as usize].waiting && !self.feed(ctx, source) {
            if ctx.plant.sources[SourceId(source)].loses {
                self.lose(ctx, source);
                return;
            }
            self.inlets[source as usize].waiting = true;
            let to = ctx.plant.sources[SourceId(source)].to;
            self.stores[to.index()]
                .givers
                .push_back(Giver::Source(source));
        }
    }

    /// What found no room goes away.
    fn lose<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, source: u32) {
        let pending = core::mem::take(&mut self.inlets[source as usize].pending);
        for (product, count, _) in pending {
            let source = SourceId(source);
            ctx.sink.record(
                ctx.now,
                Record::Lost {
                    product,
                    source,
                    count,
                },
            );
        }
    }

    /// Puts in what has been released while there is room; false if more waits.
    pub(super) fn feed<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, source: u32) -> bool {
        let id = SourceId(source);
        let row = &ctx.plant.sources[id];
        let endless = match row.demand {
            Demand::Endless(product) if row.release == Release::Push => Some(product),
            _ => None,
        };
        loop {
            let inlet = &mut self.inlets[source as usize];
            let next = match endless {
                Some(product) => Some((product, OrderId(0))),
                None => inlet
                    .pending
                    .front()
                    .map(|&(product, _, order)| (product, order)),
            };
            let Some((product, order)) = next else {
                inlet.waiting = false;
                return true;
            };
            if !self.has_room(ctx, row.to, endless.is_some()) {
                return false;
            }
            if endless.is_none() {
                let inlet = &mut self.inlets[source as usize];
                if let Some(front) = inlet.pending.front_mut() {
                    front.1 -= 1;
                    if front.1 == 0 {
                        inlet.pending.pop_front();
                    }
                }
            }
            self.enter_piece(ctx, id, product, order);
        }
    }

    fn has_room<S>(&self, ctx: &Ctx<'_, S>, buffer: BufferId, endless: bool) -> bool {
        let store = &self.stores[buffer.index()];
        let kind = &ctx.plant.buffers[buffer].kind;
        match kind {
            BufferKind::Queue { .. } if endless && is_endless_room(kind) => store.pieces.is_empty(),
            BufferKind::Queue { .. } if store.direct => self.has_direct_room(ctx, buffer),
            BufferKind::Queue { .. } => (store.pieces.len() as u32) < store.capacity,
            BufferKind::Load { .. } => store.filling.is_some() || !store.carriers.is_empty(),
            _ => false,
        }
    }

    #[inline]
    fn enter_piece<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        source: SourceId,
        product: ProductId,
        order: OrderId,
    ) {
        let to = ctx.plant.sources[source].to;
        let row = self.new_piece(ctx, source, product, order);
        if self.tells_entries {
            let tag = Tag(ctx.bodies.pieces[row as usize].serial.0);
            ctx.ready
                .push(Event::Source(source, SourceEvent::Entered { tag, order }));
        }
        self.put(ctx, to, row);
    }

    /// A piece is born.
    pub(super) fn new_piece<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        source: SourceId,
        product: ProductId,
        order: OrderId,
    ) -> u32 {
        let row = ctx.bodies.create(Piece {
            serial: PieceSerial(0),
            product,
            order,
            source,
            born: ctx.now,
            stepped: ctx.now,
            done: 0,
            reworked: 0,
        });
        let piece = ctx.bodies.pieces[row as usize].serial;
        ctx.sink.record(
            ctx.now,
            Record::Entered {
                piece,
                product,
                source,
            },
        );
        row
    }

    /// A good piece leaves the plant.
    #[inline]
    pub(super) fn leave<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, sink: SinkId, row: u32) {
        let piece = ctx.bodies.destroy(row);
        self.left += 1;
        let exit = &mut self.exits[sink.index()];
        let record = Record::Left {
            piece: piece.serial,
            product: piece.product,
            order: piece.order,
            sink,
            born: piece.born,
            grade: exit.grade(piece.serial),
        };
        ctx.sink.record(ctx.now, record);
        match ctx.plant.sinks[sink].reports {
            Reports::Piece => ctx
                .ready
                .push(Event::Sink(sink, Count { good: 1, scrap: 0 })),
            Reports::Counter { every } => {
                exit.counted.good += 1;
                if !exit.armed {
                    exit.armed = true;
                    schedule(ctx, ctx.now + every, What::Read { sink: sink.0 });
                }
            }
            Reports::Carrier | Reports::Nothing => {}
        }
    }

    pub(super) fn read_sink<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, sink: u32) {
        let exit = &mut self.exits[sink as usize];
        exit.armed = false;
        let counted = core::mem::take(&mut exit.counted);
        ctx.ready.push(Event::Sink(SinkId(sink), counted));
    }
}
