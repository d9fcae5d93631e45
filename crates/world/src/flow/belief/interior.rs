//! Where pieces stand inside lines that run by themselves. Nobody reports that; what is known is how many
//! there are (from what went in and came out) and which stations stand.
//!
//! Each queue with the stations behind it is drawn as if it stood alone under a flow of pieces that is the
//! same everywhere in the group: birth and death for single servers and for batches, a belt by the
//! share of its places in use (the product form of open networks, cut at the capacities). Upstream of
//! a station that stands pieces have piled up since, downstream they have run out. Of many such
//! draws, each with a flow of its own, the one whose sum is nearest to the count is kept and the difference
//! put where most wait. Whatever finds no room counts as having left without having been told.

use super::super::stations::time_of;
use super::super::stream::Item;
use super::super::{Flow, What, schedule};
use super::groups::{Group, Node, groups};
use super::jobs::done_before;
use super::{laws, new_piece};
use crate::Ctx;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Plant, Process};

/// Draws among which the nearest to the count is kept.
const DRAWS: usize = 96;
/// The flow is at least and at most so much of what the slowest node can do.
const FLOW: (f64, f64) = (0.05, 1.05);
/// The same where supply never ends.
const ENDLESS: (f64, f64) = (0.9, 1.0);
/// No more wait in one queue if nobody can count them.
const UNKNOWN: u32 = 1000;

/// How many pieces are where.
#[derive(Clone, Debug, Default)]
struct Levels {
    /// In each node: in the queue and in work.
    nodes: Vec<u32>,
    /// In the carrier being filled at each load port.
    loads: Vec<u32>,
    /// Gone through each sink and not told yet.
    sinks: Vec<u32>,
}

impl Levels {
    fn sum(&self) -> u64 {
        let all = self.nodes.iter().chain(&self.loads).chain(&self.sinks);
        all.map(|&n| u64::from(n)).sum()
    }
}

impl Flow {
    pub(super) fn recall_interior<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        belief: &Belief,
        taken: &[u32],
        seed: Seed,
    ) {
        for group in groups(self, ctx.plant, belief, taken) {
            let name = match (group.nodes.first(), group.loads.first()) {
                (Some(node), _) => &ctx.plant.buffers[node.buffer].name,
                (None, Some(load)) => &ctx.plant.buffers[*load].name,
                (None, None) => continue,
            };
            let mut luck = seed.stream_n(name, Purpose::Initial, 1);
            let levels = self.levels(ctx, belief, &group, &mut luck);
            self.settle_in(ctx, &group, &levels, &mut luck);
        }
    }

    fn levels<S>(
        &self,
        ctx: &Ctx<'_, S>,
        belief: &Belief,
        group: &Group,
        luck: &mut Stream,
    ) -> Levels {
        let most = group
            .nodes
            .iter()
            .map(|node| node.rate)
            .fold(f64::INFINITY, f64::min);
        let most = if most.is_finite() { most } else { 1.0 };
        let within =
            |(low, high): (f64, f64), luck: &mut Stream| most * (low + (high - low) * luck.unit());
        let Some(known) = &group.known else {
            let flow = group.arrivals.unwrap_or_else(|| within(ENDLESS, luck));
            return self.draw(ctx, belief, group, flow, luck);
        };
        let wanted: u64 = known.iter().map(|&(_, count)| u64::from(count)).sum();
        let mut best: Option<(u64, Levels)> = None;
        for _ in 0..DRAWS {
            let flow = group.arrivals.unwrap_or_else(|| within(FLOW, luck));
            let levels = self.draw(ctx, belief, group, flow, luck);
            let off = levels.sum().abs_diff(wanted);
            if best.as_ref().is_none_or(|(least, _)| off < *least) {
                best = Some((off, levels));
            }
            if off == 0 {
                break;
            }
        }
        let mut levels = best.map(|(_, levels)| levels).unwrap_or_default();
        self.correct(ctx, group, &mut levels, wanted);
        levels
    }

    /// One draw of all levels under a flow [pieces/s].
    fn draw<S>(
        &self,
        ctx: &Ctx<'_, S>,
        belief: &Belief,
        group: &Group,
        flow: f64,
        luck: &mut Stream,
    ) -> Levels {
        let mut short: Vec<f64> = group.nodes.iter().map(|_| 0.0).collect();
        let mut out_short = 0.0f64;
        let mut levels = Levels::default();
        let known = group.known.iter().flatten().map(|&(_, count)| count);
        let most = match &group.known {
            Some(_) => known.fold(0, u32::saturating_add),
            None => UNKNOWN,
        };
        for (i, node) in group.nodes.iter().enumerate() {
            let mut level = f64::from(self.level(ctx, (node, most), flow, luck));
            let piled = self.stood(ctx, belief, node) * flow;
            level = (level + piled - short[i]).clamp(0.0, f64::from(self.capacity(ctx, node)));
            let after = piled.max(short[i] - level);
            for &next in &node.next {
                short[next] = short[next].max(after);
            }
            if node.next.is_empty() {
                out_short = out_short.max(after);
            }
            levels.nodes.push(level as u32);
        }
        for &load in &group.loads {
            levels.loads.push(luck.below(self.fillable(ctx, load)));
        }
        for &(_, every) in &group.sinks {
            let seen = (flow * every * luck.unit() / group.sinks.len() as f64 - out_short).max(0.0);
            levels.sinks.push((seen + luck.unit()) as u32);
        }
        levels
    }

    /// Since when all takers of a node stand [s]; 0 if one of them works.
    fn stood<S>(&self, ctx: &Ctx<'_, S>, belief: &Belief, node: &Node) -> f64 {
        let stands = |&id: &u32| {
            let up = self.units[id as usize].up == UnitState::Execute;
            let since = belief.stations[id as usize].since.min(ctx.now);
            if up {
                0.0
            } else {
                (ctx.now - since).as_seconds()
            }
        };
        node.takers
            .iter()
            .map(stands)
            .reduce(f64::min)
            .unwrap_or(0.0)
    }

    /// The level of a node by itself; no more than `most` wait.
    fn level<S>(
        &self,
        ctx: &Ctx<'_, S>,
        (node, most): (&Node, u32),
        flow: f64,
        luck: &mut Stream,
    ) -> u32 {
        let Some(&first) = node.takers.first() else {
            return laws::chain(node.room.min(most), |_| 0.5, luck);
        };
        let in_work = self.in_work(ctx, node);
        let unloads = matches!(
            ctx.plant.buffers[node.buffer].kind,
            BufferKind::Unload { .. }
        );
        if node.endless || (unloads && self.available(node.buffer) > 0) {
            return in_work;
        }
        let load = flow / node.rate;
        let room = if unloads { 0 } else { node.room.min(most) };
        match ctx.plant.stations[StationId(first)].process {
            Process::Single { .. } => {
                let busy = load * f64::from(in_work);
                let ratio = |n: u32| busy / f64::from(n.min(in_work).max(1));
                laws::chain(in_work.saturating_add(room), ratio, luck)
            }
            Process::Batch { max, .. } => {
                let tubes = in_work / max.max(1);
                let busy = load * f64::from(tubes);
                let ratio = |n: u32| busy / f64::from(n.min(tubes).max(1));
                let batches = laws::chain(tubes + room / max.max(1), ratio, luck);
                let waiting = luck.below(max.min(room.saturating_add(1)));
                (batches * max + waiting).min(in_work.saturating_add(room))
            }
            Process::Stream { .. } => {
                let moving = laws::binomial(in_work, load.min(1.0), luck);
                moving + laws::chain(room, |_| load * load, luck)
            }
        }
    }

    /// Pieces that the takers of a node can have in work.
    fn in_work<S>(&self, ctx: &Ctx<'_, S>, node: &Node) -> u32 {
        let each = |&id: &u32| places(ctx.plant, id);
        node.takers.iter().map(each).fold(0, u32::saturating_add)
    }

    fn capacity<S>(&self, ctx: &Ctx<'_, S>, node: &Node) -> u32 {
        self.in_work(ctx, node)
            .saturating_add(node.room)
            .min(1 << 30)
    }

    /// Pieces that may be in a carrier that is not full yet, and one more; 1 if there is no carrier.
    fn fillable<S>(&self, ctx: &Ctx<'_, S>, load: BufferId) -> u32 {
        match ctx.plant.buffers[load].kind {
            BufferKind::Load { carrier, .. } if !self.stores[load.index()].carriers.is_empty() => {
                u32::from(ctx.plant.carriers[carrier].capacity)
            }
            _ => 1,
        }
    }

    /// Makes the sum what it must be: more where the load is highest, fewer where most wait.
    fn correct<S>(&self, ctx: &Ctx<'_, S>, group: &Group, levels: &mut Levels, wanted: u64) {
        let mut order: Vec<usize> = (0..group.nodes.len()).collect();
        order.sort_by(|&a, &b| group.nodes[a].rate.total_cmp(&group.nodes[b].rate));
        while levels.sum() > wanted {
            let over = levels.sum() - wanted;
            let most = (0..levels.nodes.len()).max_by_key(|&i| levels.nodes[i]);
            let all = [&mut levels.nodes, &mut levels.loads, &mut levels.sinks];
            match most.filter(|&i| all[0][i] > 0) {
                Some(i) => {
                    all[0][i] -= over
                        .min(u64::from(all[0][i]))
                        .min(u64::from(all[0][i] / 2 + 1)) as u32
                }
                None => {
                    for level in all.into_iter().flatten().filter(|level| **level > 0) {
                        *level = 0;
                    }
                    break;
                }
            }
        }
        let mut left = wanted.saturating_sub(levels.sum());
        for i in order {
            let room = self
                .capacity(ctx, &group.nodes[i])
                .saturating_sub(levels.nodes[i]);
            let more = left.min(u64::from(room));
            levels.nodes[i] += more as u32;
            left -= more;
        }
        for (i, &load) in group.loads.iter().enumerate() {
            let room = (self.fillable(ctx, load) - 1).saturating_sub(levels.loads[i]);
            let more = left.min(u64::from(room));
            levels.loads[i] += more as u32;
            left -= more;
        }
        if let Some(sink) = levels.sinks.first_mut() {
            *sink += left.min(1 << 30) as u32;
        }
    }

    /// Puts the pieces where the levels say.
    fn settle_in<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        group: &Group,
        levels: &Levels,
        luck: &mut Stream,
    ) {
        let mut products = Products::new(group);
        for (node, &level) in group.nodes.iter().zip(&levels.nodes) {
            self.fill_node(ctx, group, (node, level), &mut products, luck);
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
        (node, level): (&Node, u32),
        products: &mut Products,
        luck: &mut Stream,
    ) {
        let mut left = level;
        let source = group.source.unwrap_or(SourceId(0));
        for &id in &node.takers {
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
                    let (min, max) = match station.process {
                        Process::Batch { min, max, .. } => (min.max(1), max.max(1)),
                        Process::Single { .. } | Process::Stream { .. } => (1, 1),
                    };
                    let parts: u32 = station.inputs.iter().map(|input| input.count).sum();
                    while left >= min && self.units[id as usize].has_free() {
                        let count = left.min(max);
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
        if self.stores[node.buffer.index()].direct {
            left = 0;
        }
        for _ in 0..left.min(node.room) {
            let product = products.next(luck);
            let done = taker.map_or(0, |id| done_before(ctx.plant, id, product));
            let row = new_piece(ctx, (product, done, source), None);
            let store = &mut self.stores[node.buffer.index()];
            store.pieces.push_back(row);
            if store.timed {
                store.came.push_back(ctx.now);
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

/// Pieces that a station can have in work at once.
fn places(plant: &Plant, id: u32) -> u32 {
    let station = &plant.stations[StationId(id)];
    match station.process {
        Process::Single { servers } => servers.min(u32::from(u16::MAX)),
        Process::Batch { servers, max, .. } => servers.saturating_mul(max),
        Process::Stream { pitch } => {
            let transit = station.times[0].mean().0;
            (transit / pitch.0.max(1) + 1).clamp(1, 1 << 20) as u32
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
