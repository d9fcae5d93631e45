//! Puts pieces where the levels drawn for a group say.

use super::super::stations::time_of;
use super::super::stream::Item;
use super::super::{Flow, What, schedule};
use super::groups::{Group, Node};
use super::interior::{Level, Levels, places};
use super::jobs::done_before;
use super::{laws, new_piece};
use crate::Ctx;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Process};

impl Flow {
    /// Puts the pieces where the levels say.
    pub(super) fn settle_in<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        group: &Group,
        levels: &Levels,
        luck: &mut Stream,
    ) {
        let mut products = Products::new(group);
        for (node, &level) in group.nodes.iter().zip(&levels.nodes) {
            self.fill_node(ctx, group, (node, level, levels.flow), &mut products, luck);
        }
        for (&load, &level) in group.loads.iter().zip(&levels.loads) {
            self.fill_load(ctx, group, (load, level), &mut products);
        }
        for (&(sink, every), &level) in group.sinks.iter().zip(&levels.sinks) {
            self.saw(ctx, sink, level, Span::from_seconds_up(every * luck.unit()));
        }
    }

    /// A sink's counter has seen pieces that it tells this much later.
    pub(super) fn saw<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        sink: SinkId,
        count: u32,
        later: Span,
    ) {
        let exit = &mut self.exits[sink.index()];
        exit.counted.good += count;
        if exit.counted.good > 0 && !exit.armed {
            exit.armed = true;
            schedule(ctx, ctx.now + later, What::Read { sink: sink.0 });
        }
    }

    fn fill_node<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        group: &Group,
        (node, level, flow): (&Node, Level, f64),
        products: &mut Products,
        luck: &mut Stream,
    ) {
        let mut left = level.work;
        let source = group.source.unwrap_or(SourceId(0));
        // Any of them may be the one with nothing to do.
        let first = luck.below(node.takers.len() as u32) as usize;
        let (after, before) = node.takers.split_at(first);
        for &id in before.iter().chain(after) {
            let station = &ctx.plant.stations[StationId(id)];
            let mut make = |ctx: &mut Ctx<'_, S>, luck: &mut Stream| {
                let product = products.next(luck);
                let done = done_before(ctx.plant, id, product);
                new_piece(ctx, (product, done, source), None)
            };
            match station.process {
                Process::Stream { pitch } => {
                    let count = left.min(places(ctx.plant, id));
                    left -= count;
                    let pieces: Vec<u32> = (0..count).map(|_| make(ctx, luck)).collect();
                    self.fill_belt(ctx, id, pieces, pitch, luck);
                }
                Process::Single { .. } | Process::Batch { .. } => {
                    let parts: u32 = station.inputs.iter().map(|input| input.count).sum();
                    while left > 0 && self.units[id as usize].has_free() {
                        let most = places(ctx.plant, id);
                        let count = left.min(level.batch.clamp(1, most));
                        left -= count;
                        let mut pieces: Vec<u32> = (0..count).map(|_| make(ctx, luck)).collect();
                        if station.inputs.len() > 1 || station.inputs[0].count > 1 {
                            pieces.extend((1..parts).map(|_| make(ctx, luck)));
                        }
                        let product = ctx.bodies.pieces[pieces[0] as usize].product;
                        let rest = laws::caught(time_of(station, product), luck);
                        self.load_server(ctx, id, pieces, (ctx.now, rest));
                    }
                }
            }
        }
        let taker = node
            .takers
            .first()
            .copied()
            .or_else(|| self.stores[node.buffer.index()].takers.first().copied());
        let waits = (left + level.waits).min(node.room);
        for n in 0..waits {
            let product = products.next(luck);
            let done = taker.map_or(0, |id| done_before(ctx.plant, id, product));
            let row = new_piece(ctx, (product, done, source), None);
            let store = &mut self.stores[node.buffer.index()];
            store.pieces.push_back(row);
            if store.timed {
                // They came one by one.
                let ago = f64::from(waits - n) / flow.max(1e-6);
                let ago = Span::from_seconds_up(ago.min(ctx.now.as_seconds()));
                store.came.push_back(Time((ctx.now - ago).0.max(0)));
            }
        }
    }

    /// Pieces on a belt: each place in use alike.
    fn fill_belt<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        pieces: Vec<u32>,
        pitch: Span,
        luck: &mut Stream,
    ) {
        let transit = time_of(&ctx.plant.stations[StationId(id)], ProductId(0)).mean();
        let slots = places(ctx.plant, id);
        let phase = (pitch.0 as f64 * luck.unit()) as i64;
        let Some(belt) = &mut self.units[id as usize].belt else {
            return;
        };
        belt.moved_at = ctx.now;
        let mut left = pieces.len() as u32;
        let mut pieces = pieces.into_iter();
        for slot in 0..slots {
            if luck.below(slots - slot) >= left {
                continue;
            }
            left -= 1;
            let exit = (i64::from(slot) * pitch.0 + phase).min(transit.0);
            if let Some(piece) = pieces.next() {
                let started = Time((ctx.now.0 - (transit.0 - exit)).max(0));
                belt.items.push_back(Item {
                    piece,
                    exit,
                    started,
                });
                belt.next_entry = (exit - transit.0 + pitch.0).max(0);
            }
        }
        self.show_belt(ctx, id);
        self.next_belt(ctx, id);
    }

    fn fill_load<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        group: &Group,
        (load, level): (BufferId, u32),
        products: &mut Products,
    ) {
        let BufferKind::Load {
            operation, flush, ..
        } = ctx.plant.buffers[load].kind
        else {
            return;
        };
        if level == 0 {
            return;
        }
        let Some(carrier) = self.stores[load.index()].carriers.pop_front() else {
            return;
        };
        for _ in 0..level {
            let product = products.any();
            let route = &ctx.plant.products[product].route;
            let at = route
                .iter()
                .position(|step| Some(step.operation) == operation);
            let done = at.map_or(0, |at| at as u16 + 1);
            let source = group.source.unwrap_or(SourceId(0));
            let row = new_piece(ctx, (product, done, source), None);
            ctx.bodies.carriers[carrier as usize].pieces.push(row);
        }
        let store = &mut self.stores[load.index()];
        store.filling = Some(carrier);
        store.last_put = ctx.now;
        if let Some(flush) = flush {
            store.flush_armed = true;
            schedule(ctx, ctx.now + flush, What::Flush { buffer: load.0 });
        }
    }
}

/// What the pieces of a group are, in random order.
struct Products {
    left: Vec<(ProductId, u32)>,
    otherwise: ProductId,
}
impl Products {
    fn new(group: &Group) -> Products {
        Products {
            left: group.known.clone().unwrap_or_default(),
            otherwise: group.product.unwrap_or(ProductId(0)),
        }
    }
    fn next(&mut self, luck: &mut Stream) -> ProductId {
        let all: u32 = self.left.iter().map(|&(_, count)| count).sum();
        let mut at = luck.below(all);
        for (product, count) in &mut self.left {
            if at < *count {
                *count -= 1;
                return *product;
            }
            at -= *count;
        }
        self.otherwise
    }
    /// The first there is.
    fn any(&mut self) -> ProductId {
        let next = self.left.iter_mut().find(|(_, count)| *count > 0);
        next.map_or(self.otherwise, |(product, count)| {
            *count -= 1;
            *product
        })
    }
}
