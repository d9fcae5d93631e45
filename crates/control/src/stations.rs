//! Station dispatch: which waiting piece a station that listens to control starts next. Keys of
//! all rules but two never change while a piece waits, so the queue is kept sorted by them; ties
//! go to the piece that came first.

use crate::orders::Orders;
use crate::passing::{PIECE, Passed};
use crate::tables::Tables;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{DispatchRule, Plant, Process, Reports, Start};
use serde::{Deserialize, Serialize};

/// Queues that wait for control's word and the stations behind them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stations {
    serial: u64,
    queues: Fixed<BufferId, BTreeMap<(i64, u64), Waiting>>,
    rows: Fixed<StationId, Row>,
    /// Another master starts jobs; this one takes what that started.
    #[serde(skip)]
    pub watches: bool,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Waiting {
    tag: Tag,
    product: ProductId,
    since: Time,
    due: Time,
}

#[derive(Clone, Default, Debug, Serialize, Deserialize)]
struct Row {
    revision: u32,
    state: UnitState,
    since: Time,
    /// When its last breakdown began and was over, and when its last planned stop began.
    down: Time,
    up: Time,
    serviced: Time,
    /// Millionths of pieces since then.
    passed: u64,
    /// What it was seen to do since then, for people.
    shows: Option<(UnitState, Time)>,
    /// Told to start, not yet reported started.
    ordered: Vec<Job>,
    /// Reported started, not yet known to be over.
    running: Vec<Job>,
    /// Product of the last piece told to start.
    last: Option<ProductId>,
    /// It may be given no work: people, or an emergency stop.
    blocked: bool,
}

/// A job by the mark of its piece: when it was told to start, or reported started.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Job {
    tag: Tag,
    product: ProductId,
    since: Time,
}

impl Stations {
    pub fn new(plant: &Plant) -> Stations {
        Stations {
            serial: 0,
            queues: Fixed::like(&plant.buffers, |_| BTreeMap::new()),
            rows: Fixed::like(&plant.stations, |_| Row::default()),
            watches: false,
        }
    }

    /// A piece stands in a queue.
    pub fn arrived(
        &mut self,
        ctx: &Ctx<'_>,
        buffer: BufferId,
        (tag, product): (Tag, ProductId),
        out: &mut Commands,
    ) {
        let Some(&first) = ctx.tables.takers[buffer].first() else {
            return;
        };
        self.serial += 1;
        let waiting = Waiting {
            tag,
            product,
            since: ctx.now,
            due: ctx.orders.due(tag),
        };
        let key = (key(ctx, first, &waiting), self.serial);
        self.queues[buffer].insert(key, waiting);
        for &station in &ctx.tables.takers[buffer] {
            self.dispatch(ctx, station, out);
        }
    }

    /// A station reported; gives the pieces that nobody will ask the due date of again.
    pub fn reported(
        &mut self,
        ctx: &Ctx<'_>,
        station: StationId,
        event: StationEvent,
        out: &mut Commands,
    ) {
        let row = &mut self.rows[station];
        row.pass(PIECE.saturating_mul(pieces(event)));
        match event {
            StationEvent::State(state) => {
                if row.state == UnitState::Down {
                    row.up = ctx.now;
                }
                if state == UnitState::Down {
                    row.down = ctx.now;
                }
                if state == UnitState::Maintenance {
                    (row.serviced, row.passed) = (ctx.now, 0);
                }
                (row.state, row.since, row.shows) = (state, ctx.now, None);
                if state == UnitState::Idle && by_state(ctx.plant, station) {
                    row.running.clear();
                }
            }
            StationEvent::Started(tag) => {
                if self.watches && !row.ordered.iter().any(|job| job.tag == tag) {
                    self.observed(ctx, station, tag);
                }
                let row = &mut self.rows[station];
                if let Some(at) = row.ordered.iter().position(|job| job.tag == tag) {
                    let job = row.ordered.remove(at);
                    row.running.push(Job {
                        since: ctx.now,
                        ..job
                    });
                }
            }
            StationEvent::Ended(tag) | StationEvent::Scrapped(tag) => row.over(tag),
            StationEvent::Refused(_) => {
                row.ordered.pop();
            }
            StationEvent::Shows(state) => row.shows = Some((state, ctx.now)),
            // A late count must not end the job in hand where the state already tells.
            StationEvent::Counted(_) if by_state(ctx.plant, station) => {}
            StationEvent::Counted(count) => {
                let over = (count.good + count.scrap) as usize;
                row.running.drain(..over.min(row.running.len()));
            }
        }
        if matches!(ctx.plant.stations[station].start, Start::Control(_)) {
            self.dispatch(ctx, station, out);
        }
    }

    /// Somebody else told a station to start a piece. Gives what the rule of the station would have
    /// started then, if it had anything to choose from.
    pub fn observed(&mut self, ctx: &Ctx<'_>, station: StationId, tag: Tag) -> Option<Tag> {
        let plant = &ctx.plant.stations[station];
        let (Start::Control(rule), Some(input)) = (plant.start, plant.inputs.first()) else {
            return None;
        };
        let row = &mut self.rows[station];
        let queue = &mut self.queues[input.buffer];
        let ours = choose(ctx, (station, rule), row.last, queue);
        let ours = ours.and_then(|key| queue.get(&key)).map(|piece| piece.tag);
        let key = queue.iter().find(|(_, piece)| piece.tag == tag);
        if let Some(piece) = key.map(|(&key, _)| key).and_then(|key| queue.remove(&key)) {
            row.last = Some(piece.product);
            row.ordered.push(Job {
                tag,
                product: piece.product,
                since: ctx.now,
            });
        }
        ours
    }

    /// Pieces were seen that must have passed these; one that stands lets none pass.
    pub fn passed(&mut self, by: &[Passed], count: u32) {
        for Passed { stations, parts } in by {
            let up = |id: &&StationId| !stands(self.rows[**id].state);
            let among = match stations.iter().filter(up).count() {
                0 => stations.len(),
                up => up,
            };
            let share = parts.saturating_mul(u64::from(count)) / among as u64;
            for &id in stations {
                if among == stations.len() || !stands(self.rows[id].state) {
                    self.rows[id].pass(share);
                }
            }
        }
    }

    /// It may be given no work, or may again.
    pub fn block(&mut self, ctx: &Ctx<'_>, station: StationId, on: bool, out: &mut Commands) {
        if core::mem::replace(&mut self.rows[station].blocked, on) && !on {
            self.dispatch(ctx, station, out);
        }
    }

    /// It was last reported in a state in which it does not work though it has work.
    pub fn standing(&self, station: StationId) -> bool {
        stands(self.rows[station].state)
    }

    /// Product of the piece told to start last.
    pub fn last(&self, station: StationId) -> Option<ProductId> {
        self.rows[station].last
    }

    /// State last reported of one, and since when.
    #[inline]
    pub fn state(&self, id: StationId) -> (UnitState, Time) {
        (self.rows[id].state, self.rows[id].since)
    }

    /// State last reported, and since when; pieces of those of which they are known.
    pub fn states(
        &self,
        known: &Fixed<StationId, bool>,
        holds: &Fixed<StationId, (u32, bool)>,
    ) -> impl Iterator<Item = StationBelief> {
        self.rows.pairs().map(|(id, row)| StationBelief {
            hold: holds[id],
            state: row.state,
            since: row.since,
            down: row.down,
            up: row.up,
            serviced: row.serviced,
            passed: known[id].then_some(row.passed / PIECE),
            shows: row.shows,
        })
    }

    /// Jobs told to start and not reported started, then jobs reported started and not known to be
    /// over; by station.
    pub fn jobs(&self) -> [Vec<JobBelief>; 2] {
        let believed = |station: StationId, job: &Job| JobBelief {
            station,
            tag: job.tag,
            product: job.product,
            since: job.since,
        };
        let mut jobs = [Vec::new(), Vec::new()];
        for (id, row) in self.rows.pairs() {
            jobs[0].extend(row.ordered.iter().map(|job| believed(id, job)));
            jobs[1].extend(row.running.iter().map(|job| believed(id, job)));
        }
        jobs
    }

    /// Pieces waiting, in order of arrival.
    pub fn queued(&self) -> Vec<QueuedBelief> {
        let mut all = Vec::new();
        for (buffer, queue) in self.queues.pairs() {
            for (&(_, serial), w) in queue {
                let (tag, product, since) = (w.tag, w.product, w.since);
                all.push((
                    serial,
                    QueuedBelief {
                        buffer,
                        tag,
                        product,
                        since,
                    },
                ));
            }
        }
        all.sort_unstable_by_key(|&(serial, _)| serial);
        all.into_iter().map(|(_, queued)| queued).collect()
    }

    fn dispatch(&mut self, ctx: &Ctx<'_>, station: StationId, out: &mut Commands) {
        let plant = &ctx.plant.stations[station];
        let (Start::Control(rule), Some(input)) = (plant.start, plant.inputs.first()) else {
            return;
        };
        while !self.watches && self.rows[station].ready(&plant.process) {
            let row = &mut self.rows[station];
            let queue = &mut self.queues[input.buffer];
            let Some(next) = choose(ctx, (station, rule), row.last, queue) else {
                return;
            };
            let Some(piece) = queue.remove(&next) else {
                return;
            };
            row.revision += 1;
            row.last = Some(piece.product);
            row.ordered.push(Job {
                tag: piece.tag,
                product: piece.product,
                since: ctx.now,
            });
            out.push(Command::Run {
                station,
                revision: row.revision,
                tag: piece.tag,
            });
        }
    }
}

/// What dispatch looks at.
pub(crate) struct Ctx<'a> {
    pub plant: &'a Plant,
    pub tables: &'a Tables,
    pub orders: &'a Orders,
    pub now: Time,
}

impl Row {
    fn pass(&mut self, parts: u64) {
        self.passed = self.passed.saturating_add(parts);
    }
    fn over(&mut self, tag: Tag) {
        self.running.retain(|job| job.tag != tag);
        self.ordered.retain(|job| job.tag != tag);
    }
    /// Whether one more piece may be told to start. A station that stands keeps what it was told.
    fn ready(&self, process: &Process) -> bool {
        let inside = self.ordered.len() + self.running.len();
        let room = match *process {
            Process::Single { servers } => inside < servers as usize,
            Process::Batch { servers, max, .. } => inside < servers.saturating_mul(max) as usize,
            Process::Stream { .. } => self.ordered.is_empty(),
        };
        room && !stands(self.state) && !self.blocked
    }
}

/// Pieces that an event tells of as done.
fn pieces(event: StationEvent) -> u64 {
    match event {
        StationEvent::Ended(_) | StationEvent::Scrapped(_) => 1,
        StationEvent::Counted(count) => u64::from(count.good) + u64::from(count.scrap),
        StationEvent::State(_)
        | StationEvent::Started(_)
        | StationEvent::Refused(_)
        | StationEvent::Shows(_) => 0,
    }
}

/// A unit in this state does not work though it has work.
fn stands(state: UnitState) -> bool {
    matches!(
        state,
        UnitState::Down | UnitState::Maintenance | UnitState::Off
    )
}

/// Whether the end of a job is known by the unit's state alone.
fn by_state(plant: &Plant, station: StationId) -> bool {
    let station = &plant.stations[station];
    let pieces = matches!(station.reports, Reports::Piece);
    !pieces && !matches!(station.process, Process::Single { servers } if servers > 1)
}

/// The part of a rule's key that never changes while the piece waits.
fn key(ctx: &Ctx<'_>, station: StationId, piece: &Waiting) -> i64 {
    let Start::Control(rule) = ctx.plant.stations[station].start else {
        return 0;
    };
    match rule {
        DispatchRule::Fifo | DispatchRule::CriticalRatio => 0,
        DispatchRule::Priority => i64::from(ctx.plant.products[piece.product].priority),
        DispatchRule::EarliestDue => piece.due.0,
        DispatchRule::Shortest => ctx.tables.means[station][piece.product.index()].0,
        DispatchRule::AvoidSetup => i64::from(piece.product.0),
    }
}

fn choose(
    ctx: &Ctx<'_>,
    (station, rule): (StationId, DispatchRule),
    last: Option<ProductId>,
    queue: &BTreeMap<(i64, u64), Waiting>,
) -> Option<(i64, u64)> {
    match rule {
        DispatchRule::Fifo
        | DispatchRule::Priority
        | DispatchRule::EarliestDue
        | DispatchRule::Shortest => queue.first_key_value().map(|(&key, _)| key),
        DispatchRule::AvoidSetup => same_product(last, queue),
        DispatchRule::CriticalRatio => {
            let remaining = &ctx.tables.remaining[station];
            let mut best: Option<((i64, u64), i128, i128)> = None;
            for (&key, piece) in queue {
                let slack = i128::from(piece.due.0) - i128::from(ctx.now.0);
                let work = i128::from(remaining[piece.product.index()].0.max(1));
                // slack / work < best, without dividing; a piece without a due date comes last.
                if best.is_none_or(|(_, s, w)| slack * w < s * work) {
                    best = Some((key, slack, work));
                }
            }
            best.map(|(key, _, _)| key)
        }
    }
}

/// The oldest piece of the last product; else the oldest of all. Keys are (product, serial).
fn same_product(
    last: Option<ProductId>,
    queue: &BTreeMap<(i64, u64), Waiting>,
) -> Option<(i64, u64)> {
    let head = |product: i64| queue.range((product, 0)..).next().map(|(&key, _)| key);
    if let Some(last) = last.map(|product| i64::from(product.0))
        && let Some(key) = head(last).filter(|key| key.0 == last)
    {
        return Some(key);
    }
    let (mut oldest, mut product) = (None::<(i64, u64)>, 0);
    while let Some(key) = head(product) {
        if oldest.is_none_or(|old| key.1 < old.1) {
            oldest = Some(key);
        }
        product = key.0 + 1;
    }
    oldest
}
