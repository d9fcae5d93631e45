//! A plant from TOML, a core that says yes at once, and somebody who carries carriers.

mod oracles;
mod reference;
mod rules;
mod stopping;

use crate::World;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// The plant of a TOML text.
pub(super) fn plant(toml: &str) -> Arc<Plant> {
    match load("test", &Files::of_toml(toml)) {
        Ok((plant, _)) => Arc::new(plant),
        Err(problems) => panic!("{problems:#?}"),
    }
}

/// The world of a plant under a core that releases all demand, keeps CONWIP sources filled by what
/// their sinks tell, and orders every job in the order in which pieces arrive.
#[derive(Clone)]
pub(super) struct Run<S> {
    pub plant: Arc<Plant>,
    pub world: World,
    pub sink: S,
    pub events: Vec<(Time, Event)>,
    revisions: Vec<u32>,
    started: bool,
    /// Carriers under way: when, carrier, from, to.
    carried: VecDeque<(Time, PlaceId, BufferId)>,
    /// Where full (by load port) and empty (by unload port) carriers go; one entry per buffer.
    pub ways: Vec<Option<BufferId>>,
}

/// How long carrying takes.
const CARRY: Span = Span::seconds(30);

impl<S: RecordSink> Run<S> {
    pub fn new(plant: &Arc<Plant>, seed: u64, sink: S) -> Run<S> {
        Run {
            plant: plant.clone(),
            world: World::new(plant.clone(), Seed(seed)),
            sink,
            events: Vec::new(),
            revisions: vec![0; plant.sources.len() + plant.stations.len()],
            started: false,
            carried: VecDeque::new(),
            ways: vec![None; plant.buffers.len()],
        }
    }

    /// Goes on until `until`.
    pub fn to(&mut self, until: Time) -> &mut Run<S> {
        if !self.started {
            self.started = true;
            for source in self.plant.clone().sources.ids() {
                if let (Demand::Endless(product), Release::Conwip(n)) = (
                    &self.plant.sources[source].demand,
                    self.plant.sources[source].release,
                ) {
                    self.release(Time::ZERO, source, *product, n);
                }
            }
        }
        let mut reports = Vec::new();
        loop {
            let carry = self.carried.front().map_or(Time::NEVER, |carry| carry.0);
            let now = self
                .world
                .advance(until.min(carry), &mut self.sink, &mut reports);
            if reports.is_empty() {
                if carry > until {
                    return self;
                }
                self.carry(now);
            }
            for event in reports.drain(..) {
                self.react(now, &event);
                self.events.push((now, event));
            }
        }
    }

    fn react(&mut self, now: Time, event: &Event) {
        match *event {
            Event::Source(source, SourceEvent::Wanted { product, count }) => {
                self.release(now, source, product, count);
            }
            Event::Sink(_, count) => {
                for source in self.plant.clone().sources.ids() {
                    let row = &self.plant.sources[source];
                    if let (&Demand::Endless(product), Release::Conwip(_)) =
                        (&row.demand, row.release)
                    {
                        self.release(now, source, product, count.good);
                    }
                }
            }
            Event::Queue(buffer, QueueEvent::Arrived { tag, .. }) => {
                let takes = |(_, station): &(StationId, &Station)| {
                    station.start != Start::Itself && station.inputs[0].buffer == buffer
                };
                let taker = self.plant.stations.pairs().find(takes).map(|(id, _)| id);
                self.order(now, taker.expect("a queue that tells has a taker"), tag);
            }
            Event::Order(order) => {
                let makes = |source: &Source| source.demand == Demand::Orders(order.product);
                let source = self.plant.sources.pairs().find(|(_, source)| makes(source));
                let (source, _) = source.expect("somebody makes it");
                self.release(now, source, order.product, order.quantity);
            }
            Event::Place(place, PlaceEvent::Filled { .. } | PlaceEvent::Emptied(_)) => {
                if let Owner::Buffer(buffer) = self.plant.places[place].owner
                    && let Some(to) = self.ways[buffer.index()]
                {
                    self.carried.push_back((now + CARRY, place, to));
                }
            }
            _ => {}
        }
    }

    pub fn release(&mut self, now: Time, source: SourceId, product: ProductId, count: u32) {
        self.revisions[source.index()] += 1;
        let revision = self.revisions[source.index()];
        let order = OrderId(0);
        let command = Command::Release {
            source,
            revision,
            product,
            count,
            order,
        };
        self.world.apply(now, &command, &[], &mut self.sink);
    }

    pub fn order(&mut self, now: Time, station: StationId, tag: Tag) {
        let row = self.plant.sources.len() + station.index();
        self.revisions[row] += 1;
        let command = Command::Run {
            station,
            revision: self.revisions[row],
            tag,
        };
        self.world.apply(now, &command, &[], &mut self.sink);
    }

    /// The first carrier under way arrives, if there is room; else it is tried again later.
    fn carry(&mut self, now: Time) {
        let Some((_, from, to)) = self.carried.pop_front() else {
            return;
        };
        if !self.hand(now, from, to) {
            self.carried.push_back((now + CARRY, from, to));
        }
    }

    /// Moves a carrier as a vehicle would; false if it may not be taken or there is no room.
    pub fn hand(&mut self, now: Time, from: PlaceId, to: BufferId) -> bool {
        let places = match self.plant.buffers[to].kind {
            BufferKind::Unload { ref places, .. }
            | BufferKind::Load { ref places, .. }
            | BufferKind::Store { ref places } => places.clone(),
            BufferKind::Queue { .. } => return false,
        };
        let state = &mut self.world.state;
        let mut free = (places.start.0..places.end.0).map(PlaceId);
        let free = free.find(|place| state.bodies.at[*place].is_none());
        let Some(place) = free else { return false };
        state.now = now;
        let mut ctx = crate::Ctx {
            plant: &self.plant,
            now,
            queue: &mut state.queue,
            bodies: &mut state.bodies,
            ready: &mut state.ready,
            sink: &mut self.sink,
        };
        if !state.flow.may_take(&ctx, from) || ctx.bodies.move_carrier(from, place).is_err() {
            return false;
        }
        state.flow.carrier_left(&mut ctx, from);
        state.flow.carrier_came(&mut ctx, place);
        true
    }
}

/// Means of what left after a warm-up.
#[derive(Clone, Default, Debug)]
pub(super) struct Means {
    pub from: Time,
    pub entered: u64,
    pub left: u64,
    pub time: i128,
    pub scrapped: u64,
    pub lost: u64,
    pub last: Time,
}
impl RecordSink for Means {
    const PIECES: bool = false;
    fn record(&mut self, now: Time, record: Record) {
        if now < self.from {
            return;
        }
        self.last = now;
        match record {
            Record::Entered { .. } => self.entered += 1,
            Record::Left { born, .. } => {
                self.left += 1;
                self.time += i128::from((now - born).0);
            }
            Record::Scrapped { .. } => self.scrapped += 1,
            Record::Lost { count, .. } => self.lost += u64::from(count),
            _ => {}
        }
    }
}
impl Means {
    /// Mean time in the plant [s].
    pub fn cycle(&self) -> f64 {
        self.time as f64 / self.left as f64 / 1e6
    }
    /// Pieces a second that left.
    pub fn rate(&self) -> f64 {
        self.left as f64 / (self.last - self.from).as_seconds()
    }
}

/// Runs a plant for so many seconds after a tenth of that as warm-up.
pub(super) fn means(toml: &str, seconds: i64) -> Means {
    let sink = Means {
        from: Time(seconds * 100_000),
        ..Means::default()
    };
    let mut run = Run::new(&plant(toml), 1, sink);
    run.to(Time(seconds * 1_100_000));
    assert_eq!(run.world.check(), []);
    run.sink
}

/// A line of stations `s1 ..`, each with the given keys, behind queues `q1 ..` with the given keys.
pub(super) fn tandem(source: &str, stations: &[(&str, &str)]) -> String {
    use core::fmt::Write;
    let mut toml = String::new();
    let _ = write!(
        toml,
        "[[product]]\nid = 'a'\n[[source]]\nid = 'in'\nto = 'q1'\n{source}\n"
    );
    let n = stations.len();
    for (i, (queue, station)) in stations.iter().enumerate() {
        let i = i + 1;
        let to = if i == n {
            String::from("out")
        } else {
            alloc::format!("q{}", i + 1)
        };
        let _ = write!(
            toml,
            "[[buffer]]\nid = 'q{i}'\nqueue = {{ {queue} }}\n[[station]]\nid = 's{i}'\n\
             from = 'q{i}'\nto = '{to}'\nreports = 'nothing'\n{station}\n"
        );
    }
    toml.push_str("[[sink]]\nid = 'out'\nreports = 'piece'\n");
    toml
}
