//! Pieces through stations and buffers. Tested by the oracles in `plants/oracles` and, rule by rule as
//! far as there is a test, in `tests`.
//!
//! A station takes from its input buffers, works, and puts into its outputs; what does not fit stays
//! in the server (blocking after service) and the server waits in the buffer's line of givers. A
//! piece that comes into a buffer wakes the stations that take from it.

mod belief;
mod buffers;
mod check;
mod clocks;
mod foreign;
mod giving;
mod holds;
mod indexer;
mod plain;
mod results;
mod sources;
mod stations;
mod stops;
mod stream;
mod telling;
#[cfg(test)]
mod tests;
mod unit;

use crate::Ctx;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
pub(crate) use belief::{sane, stand};
use buffers::Store;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Plant, Process, Reports, Start, To};
use indexer::Line;
use serde::{Deserialize, Serialize};
use sources::{Exit, Inlet};
use stops::Crew;
use unit::Unit;

/// What becomes due in the flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum What {
    /// A server is done with its set-up or its job.
    Done {
        station: u32,
        server: u16,
        generation: u16,
    },
    /// A batch has waited long enough.
    Wait { station: u32, generation: u16 },
    /// The belt of a stream reaches its next entry or exit.
    Belt { station: u32, generation: u16 },
    /// A failure's clock runs out.
    Fail {
        station: u32,
        mode: u8,
        generation: u16,
    },
    /// A calendar maintenance is due.
    Due { station: u32, job: u8 },
    /// Hands have finished the repair or maintenance of a station.
    Mended { station: u32, generation: u16 },
    /// A calendar turns on or off.
    Turn { calendar: u32 },
    /// Demand arrives at a source.
    Arrive { source: u32 },
    /// A work order becomes known.
    Order { number: u32 },
    /// A station's counter is read.
    Count { station: u32 },
    /// A sink's counter is read.
    Read { sink: u32 },
    /// A part-full carrier may have waited long enough.
    Flush { buffer: u32 },
    /// An empty carrier reaches the end of the inner conveyor of this unload port.
    Return { buffer: u32 },
    /// A synchronous line indexes.
    Index { line: u32 },
    /// A delayed report arrives.
    Report { slot: u32 },
}

/// Who waits to give pieces to a buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Giver {
    Server { station: u32, server: u16 },
    Belt { station: u32 },
    Source(u32),
}

/// Everything that flows.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Flow {
    units: Vec<Unit>,
    stores: Vec<Store>,
    inlets: Vec<Inlet>,
    exits: Vec<Exit>,
    crews: Vec<Crew>,
    lines: Vec<Line>,
    /// Whether each calendar is on.
    on: Vec<bool>,
    /// Delayed reports by slot.
    delayed: Vec<Option<Event>>,
    free_slots: Vec<u32>,
    /// Stations that may be able to start, and have not been asked yet.
    wake: VecDeque<u32>,
    /// Pieces of the job that is about to begin; empty at rest.
    #[serde(skip)]
    gathered: Vec<u32>,
    /// Some queue has no places.
    direct: bool,
    /// Sources tell control of each piece that enters.
    tells_entries: bool,
    /// Pieces that left as good and pieces scrapped (or joined into others).
    left: u64,
    gone: u64,
    /// Buffers of machines of which a real one does the work.
    foreign: Vec<bool>,
}

impl Flow {
    /// An empty plant at its epoch.
    pub fn new<S: RecordSink>(ctx: &mut Ctx<'_, S>, seed: Seed) -> Flow {
        let mut flow = Flow::bare(ctx.plant, seed);
        flow.place_carriers(ctx);
        flow.start_calendars(ctx);
        flow.start_clocks(ctx);
        flow.start_sources(ctx);
        flow.start_lines(ctx);
        flow.settle(ctx);
        flow
    }

    /// Everything at rest and nothing in it.
    fn bare(plant: &Plant, seed: Seed) -> Flow {
        let mut flow =
            Flow {
                units: plant
                    .stations
                    .iter()
                    .map(|station| Unit::new(plant, station, seed))
                    .collect(),
                stores: plant.buffers.iter().map(Store::new).collect(),
                inlets: plant
                    .sources
                    .iter()
                    .map(|source| Inlet::new(source, seed))
                    .collect(),
                exits: plant
                    .sinks
                    .iter()
                    .map(|sink| Exit::new(sink, seed))
                    .collect(),
                crews: plant
                    .crews
                    .iter()
                    .map(|crew| Crew::new(crew.size))
                    .collect(),
                lines: plant
                    .indexers
                    .iter()
                    .map(|line| Line::new(line, seed))
                    .collect(),
                on: vec_of(plant.calendars.len(), true),
                foreign: vec_of(plant.buffers.len(), false),
                direct: plant.buffers.iter().any(|buffer| is_direct(&buffer.kind)),
                tells_entries: plant.stations.iter().any(|station| {
                    station.start != Start::Itself || station.reports == Reports::Piece
                }) || plant
                    .sinks
                    .iter()
                    .any(|sink| sink.reports == Reports::Piece),
                ..Flow::default()
            };
        flow.connect(plant);
        flow
    }

    /// Tells each buffer who takes from it and who sends its empties.
    fn connect(&mut self, plant: &Plant) {
        for (id, buffer) in plant.buffers.pairs() {
            if let BufferKind::Unload {
                returns: Some((to, _)),
                ..
            } = buffer.kind
            {
                self.stores[to.index()].feeders.push(id);
            }
        }
        for (id, station) in plant.stations.pairs() {
            for input in &station.inputs {
                self.stores[input.buffer.index()].takers.push(id.0);
                self.stores[input.buffer.index()].timed |=
                    matches!(station.process, Process::Batch { wait: Some(_), .. });
            }
            let control = matches!(station.start, Start::Control(_));
            if let (true, Some(input)) = (control, station.inputs.first()) {
                self.stores[input.buffer.index()].told = true;
            }
        }
    }

    /// Something became due.
    #[inline]
    pub fn handle<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, what: What) {
        match what {
            What::Done {
                station,
                server,
                generation,
            } => {
                self.done(ctx, station, server, generation);
            }
            What::Belt {
                station,
                generation,
            } => self.belt_due(ctx, station, generation),
            What::Arrive { source } => self.arrive(ctx, source),
            _ => self.handle_rare(ctx),
        }
        self.settle(ctx);
    }

    /// Asks again what is due, so that the frequent ones above stay in registers.
    #[inline(never)]
    fn handle_rare<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        let crate::What::Flow(what) = ctx.queue.due() else {
            return;
        };
        match what {
            What::Wait {
                station,
                generation,
            } => self.waited(station, generation),
            What::Fail {
                station,
                mode,
                generation,
            } => self.fail_due(ctx, station, mode, generation),
            What::Due { station, job } => self.maintenance_due(ctx, station, job),
            What::Mended {
                station,
                generation,
            } => self.mended(ctx, station, generation),
            What::Turn { calendar } => self.turn(ctx, calendar),
            What::Order { number } => self.order_known(ctx, number),
            What::Count { station } => self.read_station(ctx, station),
            What::Read { sink } => self.read_sink(ctx, sink),
            What::Flush { buffer } => self.flush_due(ctx, buffer),
            What::Return { buffer } => self.returned(ctx, buffer),
            What::Index { line } => self.index(ctx, line),
            What::Report { slot } => self.report_due(ctx, slot),
            What::Done { .. } | What::Belt { .. } | What::Arrive { .. } => {}
        }
    }

    /// Carries out a command of control.
    pub fn apply<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, command: &Command) {
        match *command {
            Command::Run {
                station,
                revision,
                tag,
            } => self.run(ctx, station, revision, tag),
            Command::Hold {
                station,
                revision,
                on,
            } => self.hold(ctx, station, revision, on),
            Command::Release {
                source,
                revision,
                product,
                count,
                order,
            } => {
                self.release(ctx, source, revision, product, count, order);
            }
            _ => {}
        }
        self.settle(ctx);
    }

    /// Lets every station that was woken start what it can, in order of waking.
    #[inline]
    fn settle<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        while let Some(station) = self.wake.pop_front() {
            self.units[station as usize].woken = false;
            self.start(ctx, station);
        }
    }

    #[inline]
    fn wake(&mut self, station: u32) {
        let unit = &mut self.units[station as usize];
        if !unit.woken {
            unit.woken = true;
            self.wake.push_back(station);
        }
    }

    /// Tells control now, or later where the station's reports are delayed.
    fn report<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, delay: Span, event: Event) {
        if delay == Span::ZERO {
            ctx.ready.push(event);
            return;
        }
        let slot = self.free_slots.pop().unwrap_or_else(|| {
            self.delayed.push(None);
            self.delayed.len() as u32 - 1
        });
        self.delayed[slot as usize] = Some(event);
        ctx.queue
            .schedule(ctx.now + delay, crate::What::Flow(What::Report { slot }));
    }

    fn report_due<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, slot: u32) {
        self.free_slots.push(slot);
        ctx.ready.extend(self.delayed[slot as usize].take());
    }
}

#[inline]
fn schedule<S>(ctx: &mut Ctx<'_, S>, at: Time, what: What) {
    ctx.queue.schedule(at, crate::What::Flow(what));
}

fn vec_of<T: Clone>(n: usize, item: T) -> Vec<T> {
    alloc::vec![item; n]
}

/// The capacity of a queue for an endless source: an unlimited one is kept at one piece.
fn is_endless_room(kind: &BufferKind) -> bool {
    matches!(kind, BufferKind::Queue { capacity: None })
}

/// A queue without places: pieces go straight to a free server behind.
fn is_direct(kind: &BufferKind) -> bool {
    matches!(kind, BufferKind::Queue { capacity: Some(0) })
}

fn servers_of(process: &Process) -> u32 {
    match *process {
        Process::Single { servers } | Process::Batch { servers, .. } => servers,
        Process::Stream { .. } => 1,
    }
}

/// Where the only output of a station goes, if it has just one and keeps the product.
fn plain_output(station: &fenhe_plant::Station) -> Option<To> {
    match station.outputs.as_slice() {
        [output] if output.count == 1 && output.product.is_none() => Some(output.to),
        _ => None,
    }
}
