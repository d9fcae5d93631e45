//! Where pieces stand inside lines that run by themselves. Nobody reports that; what is known is how many
//! there are (from what went in and came out) and which stations stand.
//!
//! Each queue with the stations behind it is drawn as if it stood alone under a flow of pieces that is the
//! same everywhere in the group: birth and death for single servers and for batches, a belt by the
//! share of its places in use (the product form of open networks, cut at the capacities). Upstream of
//! a station that stands pieces have piled up since, downstream they have run out. Of many such
//! draws, each with a flow of its own, the one whose sum is nearest to the count is kept and the difference
//! put where most wait. Whatever finds no room counts as having left without having been told.

use super::super::Flow;
use super::groups::{Group, Node, groups};
use super::laws;
use crate::Ctx;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Plant, Process, Station};

/// Draws among which the nearest to the count is kept.
const DRAWS: usize = 96;
/// The flow is at least and at most so much of what the slowest node can do.
const FLOW: (f64, f64) = (0.05, 1.05);
/// The same where supply never ends.
const ENDLESS: (f64, f64) = (0.9, 1.0);
/// No more wait in one queue if nobody can count them.
const UNKNOWN: u32 = 1000;

/// Pieces of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Level {
    /// In work, and in each batch of these.
    pub work: u32,
    pub batch: u32,
    /// In the queue.
    pub waits: u32,
}
impl Level {
    fn sum(&self) -> u32 {
        self.work.saturating_add(self.waits)
    }
    /// So many go, those that wait first.
    fn less(&mut self, count: u32) {
        let waits = count.min(self.waits);
        self.waits -= waits;
        self.work = self.work.saturating_sub(count - waits);
    }
    /// So many come, as far as there is room in the queue and in work; gives the rest.
    fn more(&mut self, count: u32, (room, in_work): (u32, u32)) -> u32 {
        let waits = count.min(room.saturating_sub(self.waits));
        let work = (count - waits).min(in_work.saturating_sub(self.work));
        self.waits += waits;
        self.work += work;
        count - waits - work
    }
}

/// How many pieces are where.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    /// The flow they were drawn for [pieces/s].
    pub flow: f64,
    /// In each node.
    pub nodes: Vec<Level>,
    /// In the carrier being filled at each load port.
    pub loads: Vec<u32>,
    /// Gone through each sink and not told yet.
    pub sinks: Vec<u32>,
}

impl Levels {
    fn sum(&self) -> u64 {
        let nodes = self.nodes.iter().map(|level| u64::from(level.sum()));
        let others = self.loads.iter().chain(&self.sinks).map(|&n| u64::from(n));
        nodes.chain(others).sum()
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
        let mut levels = Levels {
            flow,
            ..Levels::default()
        };
        let known = group.known.iter().flatten().map(|&(_, count)| count);
        let most = match &group.known {
            Some(_) => known.fold(0, u32::saturating_add),
            None => UNKNOWN,
        };
        for (i, node) in group.nodes.iter().enumerate() {
            let mut level = self.level(ctx, (node, most), flow, luck);
            let (piled, stands) = self.piled(ctx, belief, node, flow);
            let had = f64::from(level.sum());
            level.less((short[i] + luck.unit()).min(1e9) as u32);
            let room = (node.room, self.in_work(ctx, node));
            level.more((piled + luck.unit()).min(1e9) as u32, room);
            let after = if stands { piled } else { 0.0 }.max(short[i] - had);
            for &next in &node.next {
                short[next] = short[next].max(after);
            }
            if node.next.is_empty() {
                out_short = out_short.max(after);
            }
            levels.nodes.push(level);
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

    /// Pieces that have piled up before a node, and whether that is because all its takers stand: while they
    /// stand, and after that until they have caught up.
    fn piled<S>(&self, ctx: &Ctx<'_, S>, belief: &Belief, node: &Node, flow: f64) -> (f64, bool) {
        let mut least = (f64::INFINITY, false);
        for &id in &node.takers {
            let known = &belief.stations[id as usize];
            let gone = |since: Time| (ctx.now - since.min(ctx.now)).as_seconds();
            let stands = self.units[id as usize].up != UnitState::Execute;
            let piled = if stands {
                gone(known.since) * flow
            } else if known.up > known.down {
                let stood = (known.up - known.down).as_seconds();
                stood * flow - (node.rate - flow).max(0.0) * gone(known.up)
            } else {
                0.0
            };
            if piled < least.0 {
                least = (piled.max(0.0), stands);
            }
        }
        if least.0.is_finite() {
            least
        } else {
            (0.0, false)
        }
    }

    /// The level of a node by itself; no more than `most` wait.
    fn level<S>(
        &self,
        ctx: &Ctx<'_, S>,
        (node, most): (&Node, u32),
        flow: f64,
        luck: &mut Stream,
    ) -> Level {
        let waiting = |waits| Level {
            waits,
            ..Level::default()
        };
        let Some(&first) = node.takers.first() else {
            return waiting(laws::chain(node.room.min(most), |_| 0.5, luck));
        };
        let in_work = self.in_work(ctx, node);
        let unloads = matches!(
            ctx.plant.buffers[node.buffer].kind,
            BufferKind::Unload { .. }
        );
        let station = &ctx.plant.stations[StationId(first)];
        let room = if unloads { 0 } else { node.room.min(most) };
        let full = node.endless || (unloads && self.available(node.buffer) > 0);
        let load = flow / node.rate;
        let level = match station.process {
            Process::Single { .. } => {
                let busy = load * f64::from(in_work);
                let ratio = |n: u32| busy / f64::from(n.min(in_work).max(1));
                laws::chain(in_work.saturating_add(room), ratio, luck)
            }
            Process::Batch { .. } => {
                return batches(station, (in_work, room, full), (flow, load), luck);
            }
            Process::Stream { .. } => {
                let moving = laws::binomial(in_work, load.min(1.0), luck);
                moving + laws::chain(room, |_| load * load, luck)
            }
        };
        let work = if full { in_work } else { level.min(in_work) };
        Level {
            work,
            batch: 1,
            waits: if full { 0 } else { level - work },
        }
    }

    /// Pieces that the takers of a node can have in work.
    fn in_work<S>(&self, ctx: &Ctx<'_, S>, node: &Node) -> u32 {
        let each = |&id: &u32| places(ctx.plant, id);
        node.takers.iter().map(each).fold(0, u32::saturating_add)
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
            let over = u32::try_from(levels.sum() - wanted).unwrap_or(u32::MAX);
            let most = levels.nodes.iter_mut().max_by_key(|level| level.sum());
            match most.filter(|level| level.sum() > 0) {
                Some(level) => level.less(over.min(level.sum() / 2 + 1)),
                None => {
                    let others = levels.loads.iter_mut().chain(&mut levels.sinks);
                    let Some(level) = others.max() else { break };
                    *level -= over.min(*level);
                }
            }
        }
        let mut left = u32::try_from(wanted.saturating_sub(levels.sum())).unwrap_or(u32::MAX);
        for i in order {
            let node = &group.nodes[i];
            left = levels.nodes[i].more(left, (node.room, self.in_work(ctx, node)));
        }
        for (i, &load) in group.loads.iter().enumerate() {
            let room = (self.fillable(ctx, load) - 1).saturating_sub(levels.loads[i]);
            let more = left.min(room);
            levels.loads[i] += more;
            left -= more;
        }
        if let Some(sink) = levels.sinks.first_mut() {
            *sink = sink.saturating_add(left);
        }
    }
}

/// Batches in work and what waits for the next one. A batch starts when it is full, or when a tube is free
/// and its first piece has waited long enough: so it holds what comes while a tube works or while the
/// first piece waits, whichever is longer, within its bounds.
fn batches(
    station: &Station,
    (in_work, room, full): (u32, u32, bool),
    (flow, load): (f64, f64),
    luck: &mut Stream,
) -> Level {
    let Process::Batch { min, max, wait, .. } = station.process else {
        return Level::default();
    };
    let (min, max) = (min.clamp(1, max.max(1)), max.max(1));
    let tubes = (in_work / max).max(1);
    let mean = station.times[0].mean().as_seconds().max(1e-6);
    let between = wait
        .map_or(0.0, Span::as_seconds)
        .max(mean / f64::from(tubes));
    let batch = if full { f64::from(max) } else { flow * between };
    let batch = batch.clamp(f64::from(min), f64::from(max));
    let used = flow * mean / (batch * f64::from(tubes));
    let busy = if full || used > 0.98 {
        tubes
    } else {
        laws::binomial(tubes, used, luck)
    };
    let batch = batch as u32;
    let queued = laws::chain(room / max, |_| load * load * load * load, luck) * max;
    let waits = (luck.below(batch) + queued).min(room);
    Level {
        work: busy * batch,
        batch,
        waits: if full { 0 } else { waits },
    }
}

/// Pieces that a station can have in work at once.
pub(super) fn places(plant: &Plant, id: u32) -> u32 {
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
