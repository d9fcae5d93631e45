//! Stations: starting jobs, finishing them, letting pieces go.

use super::stops::{Job, Mode};
use super::stream::Belt;
use super::{Flow, Giver, What, plain_output, schedule, servers_of};
use crate::Ctx;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;
use serde::{Deserialize, Serialize};

/// A station's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Unit {
    pub servers: Vec<Server>,
    /// Servers with nothing in them; the last is used first.
    pub free: Vec<u16>,
    /// More servers are made when none is free (a pure delay).
    pub grows: bool,
    /// `Execute` while it may work, else why not.
    pub up: UnitState,
    pub woken: bool,
    /// One server, one input, one plain output, no luck but its process time: the fast way.
    pub plain: bool,
    /// It can break down or has planned stops.
    pub clocked: bool,
    pub process: Stream,
    pub setup: Stream,
    pub yields: Stream,
    pub reworks: Stream,
    /// Servers executing, and since when there has been at least one.
    pub executing: u32,
    pub executing_since: Time,
    pub modes: Vec<Mode>,
    pub jobs: Vec<Job>,
    /// What is being mended, and the generation of its end.
    pub mending: Option<super::stops::Mending>,
    pub mend_generation: u16,
    /// Generation of scheduled failures on the busy clock.
    pub clock_generation: u16,
    pub belt: Option<Belt>,
    /// When a batch server stood ready with a first piece waiting.
    pub ready_since: Option<Time>,
    pub wait_generation: u16,
    /// Jobs ordered by control and not started.
    pub ordered: VecDeque<Tag>,
    pub revision: u32,
    pub counted: Count,
    pub count_armed: bool,
}

/// One server of a station.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Server {
    pub state: UnitState,
    pub phase: Phase,
    pub generation: u16,
    pub started: Time,
    /// When the present phase ends (working), or what is left of it (stopped).
    pub ends: Time,
    pub left: Span,
    /// What is in work.
    pub pieces: Vec<u32>,
    /// What is done and has not left.
    pub out: VecDeque<(u32, To)>,
    pub last_product: Option<ProductId>,
}

/// What a server is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) enum Phase {
    #[default]
    Empty,
    SettingUp,
    Working,
    Leaving,
}

impl Unit {
    pub fn new(plant: &Plant, station: &Station, seed: Seed) -> Unit {
        let servers = servers_of(&station.process);
        let grows = servers > u32::from(u16::MAX);
        let made = if grows { 0 } else { servers };
        let name = &station.name;
        let kanban = plant
            .products
            .iter()
            .any(|product| !product.route.is_empty());
        Unit {
            servers: super::vec_of(made as usize, Server::default()),
            free: (0..made as u16).rev().collect(),
            grows,
            up: UnitState::Execute,
            woken: false,
            plain: made == 1
                && matches!(station.process, Process::Single { .. })
                && station.inputs.len() == 1
                && station.inputs[0].count == 1
                && plain_output(station).is_some()
                && (station.operation.is_none() || !kanban)
                && station.setup.is_none()
                && station.failures.is_empty()
                && station.maintenance.is_empty()
                && station.scrap == Share::ZERO
                && station.rework.is_none()
                && station.calendar.is_none()
                && station.start == Start::Itself
                && station.times.len() == 1
                && !matches!(station.reports, Reports::Piece),
            clocked: !station.failures.is_empty() || !station.maintenance.is_empty(),
            process: seed.stream(name, Purpose::Process),
            setup: seed.stream(name, Purpose::Setup),
            yields: seed.stream(name, Purpose::Yield),
            reworks: seed.stream(name, Purpose::Rework),
            executing: 0,
            executing_since: Time::ZERO,
            modes: Mode::all(station, seed),
            jobs: Job::all(station, seed),
            mending: None,
            mend_generation: 0,
            clock_generation: 0,
            belt: matches!(station.process, Process::Stream { .. }).then(Belt::default),
            ready_since: None,
            wait_generation: 0,
            ordered: VecDeque::new(),
            revision: 0,
            counted: Count::default(),
            count_armed: false,
        }
    }

    fn free_server(&mut self) -> Option<u16> {
        if self.free.is_empty() && self.grows && self.servers.len() < usize::from(u16::MAX) {
            self.servers.push(Server::default());
            return Some(self.servers.len() as u16 - 1);
        }
        self.free.pop()
    }

    /// Servers that could take a piece at once.
    pub fn ready(&self) -> u32 {
        match self.up {
            UnitState::Execute if self.grows => u32::MAX / 64,
            UnitState::Execute => self.free.len() as u32,
            _ => 0,
        }
    }

    fn has_free(&self) -> bool {
        !self.free.is_empty() || self.grows
    }
}

impl Flow {
    /// Starts what the station can start.
    #[inline]
    pub(super) fn start<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let station = &ctx.plant.stations[StationId(id)];
        for input in &station.inputs {
            let store = &self.stores[input.buffer.index()];
            if store.direct && !store.givers.is_empty() {
                self.serve_givers(ctx, input.buffer);
            }
        }
        let unit = &self.units[id as usize];
        if unit.plain {
            if !unit.free.is_empty() {
                self.start_plain(ctx, id, station);
            }
            return;
        }
        if unit.up != UnitState::Execute {
            return;
        }
        if unit.jobs.iter().any(|job| job.due) {
            self.maintain(ctx, id);
            return;
        }
        match station.process {
            Process::Stream { .. } => self.start_belt(ctx, id),
            Process::Batch { min, max, wait, .. } => {
                while self.start_batch(ctx, id, station, (min, max, wait)) {}
            }
            Process::Single { .. } => {
                while self.units[id as usize].up == UnitState::Execute
                    && self.start_single(ctx, id, station)
                {}
            }
        }
    }

    #[inline]
    fn start_plain<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, station: &Station) {
        let Some(piece) = self.take(ctx, station.inputs[0].buffer) else {
            return;
        };
        let unit = &mut self.units[id as usize];
        unit.free.clear();
        let server = &mut unit.servers[0];
        server.pieces.push(piece);
        server.started = ctx.now;
        server.phase = Phase::Working;
        if server.state != UnitState::Execute {
            let from = server.state;
            server.state = UnitState::Execute;
            unit.executing = 1;
            let to = UnitState::Execute;
            ctx.sink.record(
                ctx.now,
                Record::Server {
                    station: StationId(id),
                    from,
                    to,
                },
            );
        }
        let ends = ctx.now + station.times[0].draw(&mut unit.process);
        let generation = unit.servers[0].generation;
        schedule(
            ctx,
            ends,
            What::Done {
                station: id,
                server: 0,
                generation,
            },
        );
    }

    fn start_single<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
    ) -> bool {
        if !self.units[id as usize].has_free() {
            return false;
        }
        let Some(pieces) = self.gather(ctx, id, station) else {
            return false;
        };
        self.begin(ctx, id, station, pieces);
        true
    }

    /// The pieces of the next single job: the ordered one, or the first; with its parts, if the
    /// station assembles.
    fn gather<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
    ) -> Option<Vec<u32>> {
        let enough = |input: &Input| self.available(input.buffer) >= input.count;
        if !station.inputs.iter().all(enough) {
            return None;
        }
        let mut pieces = Vec::new();
        for (i, input) in station.inputs.iter().enumerate() {
            for n in 0..input.count {
                let told = i == 0 && n == 0 && station.start != Start::Itself;
                let piece = if told {
                    let tag = self.units[id as usize].ordered.pop_front()?;
                    self.take_tagged(ctx, input.buffer, tag)
                } else {
                    self.take(ctx, input.buffer)
                };
                pieces.extend(piece);
            }
        }
        if pieces.is_empty() {
            None
        } else {
            Some(pieces)
        }
    }

    fn start_batch<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        (min, max, wait): (u32, u32, Option<Span>),
    ) -> bool {
        let waiting = self.available(station.inputs[0].buffer);
        let unit = &mut self.units[id as usize];
        if unit.free.is_empty() || waiting == 0 || unit.up != UnitState::Execute {
            unit.ready_since = None;
            return false;
        }
        let since = *unit.ready_since.get_or_insert(ctx.now);
        let waited = wait.is_none_or(|wait| ctx.now >= since + wait);
        if waiting < max && !(waiting >= min && waited) {
            if let (Some(wait), true) = (wait, since == ctx.now) {
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
        unit.ready_since = None;
        let mut pieces = Vec::with_capacity(waiting.min(max) as usize);
        while pieces.len() < max as usize {
            let Some(piece) = self.take(ctx, station.inputs[0].buffer) else {
                break;
            };
            pieces.push(piece);
        }
        self.begin(ctx, id, station, pieces);
        true
    }

    pub(super) fn waited<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        station: u32,
        generation: u16,
    ) {
        let _ = &ctx.now;
        if self.units[station as usize].wait_generation == generation {
            self.wake(station);
        }
    }

    /// Puts pieces into a free server and begins set-up or work.
    fn begin<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        mut pieces: Vec<u32>,
    ) {
        pieces.retain(|&piece| self.in_time(ctx, id, station, piece));
        let unit = &mut self.units[id as usize];
        let (Some(&first), Some(number)) = (pieces.first(), unit.free_server()) else {
            self.wake(id);
            return;
        };
        let product = ctx.bodies.pieces[first as usize].product;
        let server = &mut unit.servers[usize::from(number)];
        let before = server.last_product.replace(product);
        server.pieces = pieces;
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
        if station.start != Start::Itself {
            let tag = Tag(ctx.bodies.pieces[first as usize].serial.0);
            self.report(
                ctx,
                station.delay,
                Event::Station(StationId(id), StationEvent::Started(tag)),
            );
        }
        self.run_phase(ctx, id, number, span);
        if self.units[id as usize].servers[usize::from(number)].phase == Phase::Working {
            self.count_started(ctx, id, number);
        }
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
        let server = &mut unit.servers[usize::from(number)];
        if server.generation != generation {
            return;
        }
        let station = &ctx.plant.stations[StationId(id)];
        if unit.plain {
            self.done_plain(ctx, id, station);
            return;
        }
        if server.phase == Phase::SettingUp {
            server.phase = Phase::Working;
            let product = server.last_product.unwrap_or(ProductId(0));
            let span = time_of(station, product).draw(&mut unit.process);
            self.run_phase(ctx, id, number, span);
            self.count_started(ctx, id, number);
            return;
        }
        let started = server.started;
        let pieces = core::mem::take(&mut server.pieces);
        server.phase = Phase::Leaving;
        self.finish(ctx, id, station, (number, started), &pieces);
        let server = &mut self.units[id as usize].servers[usize::from(number)];
        server.pieces = pieces;
        server.pieces.clear();
        self.let_go(ctx, id, number);
    }

    #[inline]
    fn done_plain<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, station: &Station) {
        let server = &mut self.units[id as usize].servers[0];
        let Some(piece) = server.pieces.pop() else {
            return;
        };
        if S::PIECES {
            let started = server.started;
            self.step(ctx, id, piece, started, StepResult::Good);
        }
        self.count(ctx, id, Count { good: 1, scrap: 0 });
        let to = station.outputs[0].to;
        match to {
            To::Sink(sink) => self.leave(ctx, sink, piece),
            To::Buffer(buffer) => {
                if !self.put(ctx, buffer, piece) {
                    let server = &mut self.units[id as usize].servers[0];
                    server.phase = Phase::Leaving;
                    server.out.push_back((piece, to));
                    self.stores[buffer.index()].givers.push_back(Giver::Server {
                        station: id,
                        server: 0,
                    });
                    self.refresh(ctx, id, 0);
                    return;
                }
            }
        }
        let unit = &mut self.units[id as usize];
        unit.servers[0].phase = Phase::Empty;
        unit.free.push(0);
        self.start(ctx, id);
        if !self.units[id as usize].free.is_empty() {
            self.refresh(ctx, id, 0);
        }
    }

    /// What the finished pieces become: good, scrap, rework, joined, parted.
    pub(super) fn finish<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        (number, started): (u16, Time),
        pieces: &[u32],
    ) {
        let assembles = station.inputs.len() > 1 || station.inputs.iter().any(|i| i.count > 1);
        let made: &[u32] = if assembles { &pieces[..1] } else { pieces };
        if assembles {
            self.join(ctx, pieces);
        }
        for &row in made {
            if let Some(operation) = station.operation {
                let piece = &mut ctx.bodies.pieces[row as usize];
                let route = &ctx.plant.products[piece.product].route;
                let fits = route
                    .get(usize::from(piece.done))
                    .map(|step| step.operation);
                piece.done += u16::from(fits == Some(operation));
                piece.stepped = ctx.now;
            }
            let result = self.judge(ctx, id, station, row);
            if S::PIECES {
                self.step(ctx, id, row, started, result);
            }
            let out = match result {
                StepResult::Scrapped => {
                    self.scrap(ctx, id, row);
                    continue;
                }
                StepResult::Rework => station.rework.as_ref().map(|r| (row, To::Buffer(r.to))),
                StepResult::Good => None,
            };
            let server = &mut self.units[id as usize].servers[usize::from(number)];
            match out {
                Some(back) => server.out.push_back(back),
                None => self.part(ctx, id, station, number, row),
            }
        }
    }

    /// Good, scrap or rework: a pure function of the seed, the piece's serial and its passes here.
    pub(super) fn judge<S>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        station: &Station,
        row: u32,
    ) -> StepResult {
        let unit = &self.units[id as usize];
        let piece = &mut ctx.bodies.pieces[row as usize];
        let label = piece.serial.0 ^ (u64::from(piece.reworked) << 56);
        if station.scrap != Share::ZERO && unit.yields.chance_for(label, station.scrap) {
            return StepResult::Scrapped;
        }
        match &station.rework {
            Some(rework) if unit.reworks.chance_for(label, rework.share) => {
                piece.reworked += 1;
                if piece.reworked > rework.max {
                    StepResult::Scrapped
                } else {
                    StepResult::Rework
                }
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
        let mut used = false;
        for output in &station.outputs {
            for _ in 0..output.count {
                let this = if used {
                    let this = ctx.bodies.create(original);
                    let child = ctx.bodies.pieces[this as usize].serial;
                    let record = Record::Joined {
                        parent: original.serial,
                        child,
                    };
                    ctx.sink.record(ctx.now, record);
                    this
                } else {
                    row
                };
                used = true;
                if let Some(product) = output.product {
                    ctx.bodies.pieces[this as usize].product = product;
                }
                let server = &mut self.units[id as usize].servers[usize::from(number)];
                server.out.push_back((this, output.to));
            }
        }
    }

    /// Lets finished pieces go, or waits for room.
    fn let_go<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: u16) {
        if let Some(buffer) = self.push_out(ctx, id, number) {
            let giver = Giver::Server {
                station: id,
                server: number,
            };
            self.stores[buffer.index()].givers.push_back(giver);
            self.refresh(ctx, id, number);
        }
    }

    /// A giver's turn at a buffer: true if it need not wait there any longer.
    pub(super) fn give<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
    ) -> bool {
        let out = &self.units[id as usize].servers[usize::from(number)].out;
        let Some(&(_, To::Buffer(asked))) = out.front() else {
            return true;
        };
        match self.push_out(ctx, id, number) {
            None => true,
            Some(buffer) if buffer == asked => false,
            Some(buffer) => {
                let giver = Giver::Server {
                    station: id,
                    server: number,
                };
                self.stores[buffer.index()].givers.push_back(giver);
                true
            }
        }
    }

    /// Moves finished pieces on; the buffer that has no room, or `None` when the server is empty.
    fn push_out<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
    ) -> Option<BufferId> {
        while let Some(&(row, to)) = self.units[id as usize].servers[usize::from(number)]
            .out
            .front()
        {
            let tag = Tag(ctx.bodies.pieces[row as usize].serial.0);
            match to {
                To::Sink(sink) => self.leave(ctx, sink, row),
                To::Buffer(buffer) => {
                    if !self.put(ctx, buffer, row) {
                        return Some(buffer);
                    }
                }
            }
            self.units[id as usize].servers[usize::from(number)]
                .out
                .pop_front();
            self.tell_ended(ctx, id, tag);
        }
        let unit = &mut self.units[id as usize];
        unit.servers[usize::from(number)].phase = Phase::Empty;
        unit.free.push(number);
        self.refresh(ctx, id, number);
        self.wake(id);
        None
    }

    pub(super) fn tell_ended<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, tag: Tag) {
        let station = &ctx.plant.stations[StationId(id)];
        self.count(ctx, id, Count { good: 1, scrap: 0 });
        if matches!(station.reports, Reports::Piece) || station.start != Start::Itself {
            self.report(
                ctx,
                station.delay,
                Event::Station(StationId(id), StationEvent::Ended(tag)),
            );
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
            station: StationId(id),
            born: piece.born,
        };
        ctx.sink.record(ctx.now, record);
        self.count(ctx, id, Count { good: 0, scrap: 1 });
        if matches!(station.reports, Reports::Piece) || station.start != Start::Itself {
            let tag = Tag(piece.serial.0);
            let event = StationEvent::Scrapped(tag);
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

    /// Counts pieces done; the counter is read at the end of its period.
    #[inline]
    fn count<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, more: Count) {
        let Reports::Counter { every } = ctx.plant.stations[StationId(id)].reports else {
            return;
        };
        let unit = &mut self.units[id as usize];
        unit.counted.good += more.good;
        unit.counted.scrap += more.scrap;
        if !unit.count_armed {
            unit.count_armed = true;
            schedule(ctx, ctx.now + every, What::Count { station: id });
        }
    }

    pub(super) fn read_station<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let unit = &mut self.units[id as usize];
        unit.count_armed = false;
        let counted = core::mem::take(&mut unit.counted);
        let delay = ctx.plant.stations[StationId(id)].delay;
        let event = Event::Station(StationId(id), StationEvent::Counted(counted));
        self.report(ctx, delay, event);
    }

    /// Control orders a job.
    pub(super) fn run<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: StationId,
        revision: u32,
        tag: Tag,
    ) {
        let station = &ctx.plant.stations[id];
        let unit = &mut self.units[id.index()];
        if revision <= unit.revision {
            return;
        }
        unit.revision = revision;
        let stands = station.inputs.first().is_some_and(|input| {
            let rows = &self.stores[input.buffer.index()].pieces;
            rows.iter()
                .any(|&row| ctx.bodies.pieces[row as usize].serial.0 == tag.0)
        });
        if !stands {
            let event = Event::Station(id, StationEvent::Refused(Why::NotThere));
            self.report(ctx, station.delay, event);
            return;
        }
        self.units[id.index()].ordered.push_back(tag);
        self.wake(id.0);
    }
}

/// Process time of a product at a station.
pub(super) fn time_of(station: &Station, product: ProductId) -> &Dist {
    station
        .times
        .get(product.index())
        .unwrap_or(&station.times[0])
}
