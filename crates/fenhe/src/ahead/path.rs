//! One path: a core and a world from its belief, run on together, with what is counted on the way.

use crate::ledger::Ledger;
use crate::past::reel::{Entry, Facts, Start};
use fenhe_contract::{Index as _, *};
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_study::{Live, PingPong, Scratch, Tap, handle, run};
use std::convert::Infallible;
use std::sync::Arc;

/// A copy of the core is kept this often on the way of a path that is looked at.
const CORES: Span = Span::seconds(600);
/// Good pieces are counted by this.
pub const HOUR: Span = Span::hours(1);

/// What a path starts from: a core at an instant, what had left by then, and the number of its last fact.
#[derive(Clone)]
pub struct Instant {
    pub core: Controller,
    pub ledger: Ledger,
    pub now: Time,
    pub seq: u64,
}

/// One path.
pub struct Path {
    live: Live,
    scratch: Scratch,
    plant: Arc<Plant>,
    from: Time,
    counts: Counts,
    ledger: Ledger,
    /// Facts, where they are kept.
    facts: Option<Vec<(Time, Event)>>,
    cores: Vec<Start>,
}

/// Good pieces by line, then by hour; those of no line are last.
#[derive(Clone, Default, Debug)]
pub struct Counts {
    pub lines: Vec<Vec<u64>>,
    from: Time,
    /// Line of each sink.
    sinks: Vec<usize>,
}

impl RecordSink for Counts {
    const PIECES: bool = false;
    fn record(&mut self, now: Time, record: Record) {
        if let Record::Left { sink, .. } = record {
            self.left(now, sink);
        }
    }
}

impl Counts {
    /// A good piece left.
    pub fn left(&mut self, now: Time, sink: SinkId) {
        let line = self.sinks[sink.index()];
        let hour = ((now - self.from).0 / HOUR.0) as usize;
        if let Some(count) = self.lines[line].get_mut(hour) {
            *count += 1;
        }
    }
    /// None yet.
    pub fn new(plant: &Plant, from: Time, horizon: Span) -> Counts {
        let hours = (horizon.0 + HOUR.0 - 1) / HOUR.0;
        let none = plant.lines.len();
        let line = |sink: &fenhe_plant::Sink| sink.line.map_or(none, |line| line.index());
        Counts {
            // One piece leaving at the very end belongs to the last hour's end: one hour more.
            lines: vec![vec![0; hours as usize + 1]; none + 1],
            from,
            sinks: plant.sinks.iter().map(line).collect(),
        }
    }
    /// All good pieces.
    pub fn total(&self) -> u64 {
        self.lines.iter().flatten().sum()
    }
}

struct Ear<'a> {
    plant: &'a Plant,
    ledger: &'a mut Ledger,
    facts: &'a mut Option<Vec<(Time, Event)>>,
}

impl Tap for Ear<'_> {
    fn fact(&mut self, now: Time, event: &Event, commands: &Commands) {
        self.ledger.hear(self.plant, now, event);
        for command in &commands.list {
            if let Command::Release {
                source,
                order,
                count,
                ..
            } = *command
            {
                self.ledger.released(self.plant, source, (order, count));
            }
        }
        if let Some(facts) = self.facts {
            facts.push((now, event.clone()));
        }
    }
}

impl Path {
    /// Number `i` from this belief; `keep`: to be looked at.
    pub fn new(plant: &Arc<Plant>, start: &Instant, (i, horizon): (u32, Span), keep: bool) -> Path {
        let seed = Seed(start.seq).replication(i);
        Path {
            live: Live::believed(plant, &start.core, start.now, seed),
            scratch: Scratch::default(),
            plant: plant.clone(),
            from: start.now,
            counts: Counts::new(plant, start.now, horizon),
            ledger: start.ledger.clone(),
            facts: keep.then(Vec::new),
            cores: Vec::new(),
        }
    }

    /// On until then.
    pub fn on(&mut self, until: Time) -> Result<(), PingPong> {
        if let Some(facts) = &self.facts
            && self
                .cores
                .last()
                .is_none_or(|last| until - last.now > CORES)
        {
            self.cores.push(Start {
                seq: facts.len() as u64,
                now: self.live.world.now().max(self.from),
                core: self.live.core.clone(),
                ledger: Some(self.ledger.clone()),
            });
        }
        let Live { core, world } = &mut self.live;
        let mut ear = Ear {
            plant: &self.plant,
            ledger: &mut self.ledger,
            facts: &mut self.facts,
        };
        run(
            core,
            world,
            until,
            &mut self.counts,
            &mut self.scratch,
            &mut ear,
        )
    }

    /// A person's word, at the time it has come to.
    pub fn tell(&mut self, now: Time, fact: &Event) -> Result<(), PingPong> {
        let Live { core, world } = &mut self.live;
        let mut ear = Ear {
            plant: &self.plant,
            ledger: &mut self.ledger,
            facts: &mut self.facts,
        };
        handle(
            core,
            world,
            now,
            fact,
            &mut self.counts,
            &mut self.scratch,
            &mut ear,
        )
    }

    /// When the last piece of an order left of which so many are let in; none while it is not done.
    pub fn finished(&self, (order, pieces): (OrderId, u32), now: Time) -> Option<Time> {
        self.ledger.finished(order, pieces, now)
    }

    /// What left when.
    pub fn found(self) -> (Counts, Ledger, List) {
        let list = List {
            facts: self.facts.unwrap_or_default(),
            cores: self.cores,
        };
        (self.counts, self.ledger, list)
    }
}

/// Facts of a path in memory, numbered from 1, with copies of the core along them.
#[derive(Default)]
pub struct List {
    facts: Vec<(Time, Event)>,
    cores: Vec<Start>,
}

impl Facts for List {
    type Error = Infallible;

    fn read(&mut self, from: u64, many: usize) -> Result<Vec<Entry>, Infallible> {
        let first = from.saturating_sub(1) as usize;
        let rows = self.facts.iter().skip(first).take(many).zip(from..);
        Ok(rows
            .map(|((time, fact), seq)| (seq, *time, Some(fact.clone())))
            .collect())
    }
    fn last_at(&mut self, at: Time) -> Result<u64, Infallible> {
        Ok(self.facts.partition_point(|(time, _)| *time <= at) as u64)
    }
    fn start(&mut self, before: u64) -> Result<Option<Start>, Infallible> {
        let after = self.cores.partition_point(|core| core.seq <= before);
        Ok(self.cores[..after].last().cloned())
    }
}
