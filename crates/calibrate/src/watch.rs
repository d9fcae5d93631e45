//! Facts in, observations out, one at a time and with memory for what is in the plant only.

use crate::figure::{Figure, Subject};
use crate::fleet::{self, Seen};
use crate::jobs::{Done, Jobs};
use crate::sample::Lasting;
use crate::sight::{Blocks, Ends, Sight, Starts};
use crate::stops::{Call, Hands, Stops, is_up};
use fenhe_contract::*;
use fenhe_plant::*;
use std::collections::BTreeMap;

/// Pieces told to wait before a station that never tells of one: more are forgotten.
const WAITING_MOST: usize = 100_000;

/// Turns facts into observations of figures.
pub struct Watch {
    pub(crate) sights: Fixed<StationId, Sight>,
    pub(crate) jobs: Fixed<StationId, Jobs>,
    stops: Fixed<StationId, Stops>,
    hands: Fixed<CrewId, Hands>,
    /// Pieces in a queue whose arrivals are told.
    levels: Fixed<BufferId, i64>,
    /// When a buffer was full last, just before room was made.
    full: Fixed<BufferId, Time>,
    /// The station that takes from a queue by itself, first come, first served.
    taker: Fixed<BufferId, Option<StationId>>,
    /// Products by tag, kept where figures depend on them.
    products: Option<BTreeMap<u64, ProductId>>,
    vehicles: Fixed<VehicleId, Seen>,
    /// The record begins with an empty plant.
    whole: bool,
}

/// An entry of a record.
#[derive(Clone, PartialEq, Debug)]
pub enum Heard {
    /// What a device told.
    Fact(Event),
    /// What control ordered upon the facts before it; a record may do without.
    Order(Command),
}
impl From<Event> for Heard {
    fn from(event: Event) -> Heard {
        Heard::Fact(event)
    }
}
impl From<Command> for Heard {
    fn from(command: Command) -> Heard {
        Heard::Order(command)
    }
}

/// One observation: of what, how long.
pub type Observation = (Subject, Lasting);

impl Watch {
    /// For the facts of this plant. `whole`: they begin with its first, when the plant is empty; otherwise what stood in
    /// it is learnt as far as facts tell.
    pub fn new(plant: &Plant, whole: bool) -> Watch {
        let sights = Sight::all(plant);
        let derived = |buffer: BufferId| {
            let takes = |(_, sight): &(StationId, &Sight)| {
                sight.starts == Starts::Derived && sight.from == Some(buffer)
            };
            sights.pairs().find(takes).map(|(id, _)| id)
        };
        let taker = Fixed::like(&plant.buffers, derived);
        let products = sights.iter().any(|sight| sight.by_product || sight.setup);
        Watch {
            jobs: Fixed::like(&plant.stations, |_| Jobs::new(whole)),
            stops: Fixed::like(&plant.stations, |_| Stops::default()),
            hands: Fixed::like(&plant.crews, |crew| Hands::new(plant.crews[crew].size)),
            levels: Fixed::like(&plant.buffers, |_| 0),
            full: Fixed::like(&plant.buffers, |_| Time(i64::MIN)),
            vehicles: Fixed::like(&plant.vehicles, |_| Seen::default()),
            products: products.then(BTreeMap::new),
            taker,
            sights,
            whole,
        }
    }

    /// One fact; what it tells is added to `out`. Facts of elements that the plant does not have are passed over.
    pub fn fact(&mut self, plant: &Plant, now: Time, event: &Event, out: &mut Vec<Observation>) {
        match *event {
            Event::Station(id, event) if plant.stations.get(id).is_some() => {
                self.station(plant, now, id, event, out);
            }
            Event::Queue(buffer, QueueEvent::Arrived { tag, product })
                if plant.buffers.get(buffer).is_some() =>
            {
                self.product(tag, product);
                self.levels[buffer] += 1;
                if self.levels[buffer] > capacity(plant, buffer) {
                    self.full[buffer] = now;
                }
            }
            Event::Source(id, SourceEvent::Entered { tag, .. })
                if plant.sources.get(id).is_some() =>
            {
                let source = &plant.sources[id];
                let product = match source.demand {
                    Demand::Endless(product) | Demand::Orders(product) => product,
                    Demand::Arrivals { product, .. } => product,
                };
                self.product(tag, product);
                self.arrive(plant, now, source.to, tag);
            }
            Event::Vehicle(vehicle, event) if plant.vehicles.get(vehicle).is_some() => {
                out.extend(fleet::told(
                    plant,
                    &mut self.vehicles[vehicle],
                    vehicle,
                    now,
                    &event,
                ));
            }
            _ => {}
        }
    }

    /// One order to a device, where orders are on record: tells since when a hand-over could begin.
    pub fn order(&mut self, now: Time, command: &Command) {
        if let Command::Handle {
            vehicle,
            deck,
            place,
            ..
        } = *command
            && self.vehicles.get(vehicle).is_some()
        {
            fleet::ordered(&mut self.vehicles[vehicle], now, deck, place);
        }
    }

    /// What has not ended when the record does.
    pub fn finish(&mut self, plant: &Plant, now: Time, out: &mut Vec<Observation>) {
        for (id, station) in plant.stations.pairs() {
            let rest = self.jobs[id].rest(now, self.sights[id].batch);
            if self.sights[id].starts != Starts::Derived || self.jobs[id].synced {
                rest.into_iter()
                    .for_each(|done| self.emit(plant, id, done, out));
            }
            let (every, repair) = self.stops[id].rest(now, station, &self.jobs[id]);
            self.emit_stops(id, every, repair, out);
        }
    }

    fn station(
        &mut self,
        plant: &Plant,
        now: Time,
        id: StationId,
        event: StationEvent,
        out: &mut Vec<Observation>,
    ) {
        match event {
            StationEvent::State(state) => self.state(plant, now, id, state, out),
            StationEvent::Started(tag) if self.sights[id].starts == Starts::Told => {
                self.started(plant, now, id, tag, out);
            }
            StationEvent::Ended(tag) => {
                self.ended(plant, now, id, tag, out);
                let sight = &self.sights[id];
                if let Some(buffer) = sight.to {
                    self.arrive(plant, now, buffer, tag);
                }
                self.leave(plant, id, tag);
            }
            StationEvent::Scrapped(tag) => {
                if self.jobs[id].holds(tag) {
                    let batch = self.sights[id].batch;
                    let done = self.jobs[id].end(tag, now, false, batch);
                    done.into_iter()
                        .for_each(|done| self.emit(plant, id, done, out));
                    self.pull(plant, now, id);
                } else {
                    self.jobs[id].queue.retain(|waiting| *waiting != tag);
                }
                if let Some(products) = &mut self.products {
                    products.remove(&tag.0);
                }
            }
            StationEvent::Shows(_) => {}
            _ => self.jobs[id].advance(now),
        }
    }

    fn started(
        &mut self,
        plant: &Plant,
        now: Time,
        id: StationId,
        tag: Tag,
        out: &mut Vec<Observation>,
    ) {
        let sight = &self.sights[id];
        if let Some(buffer) = sight.from {
            if self.levels[buffer] >= capacity(plant, buffer) {
                self.full[buffer] = now;
            }
            self.levels[buffer] = (self.levels[buffer] - 1).max(0);
        }
        let (setup, idle) = (sight.setup, sight.ends == Ends::Idle);
        if idle && self.jobs[id].holds_older(now) {
            let blocked = self.blocked(now, id);
            let done = self.jobs[id].end_all(now, blocked);
            done.into_iter()
                .for_each(|done| self.emit(plant, id, done, out));
        }
        let product = self.product_of(plant, tag);
        self.jobs[id].start(tag, product, now, setup);
    }

    fn ended(
        &mut self,
        plant: &Plant,
        now: Time,
        id: StationId,
        tag: Tag,
        out: &mut Vec<Observation>,
    ) {
        let sight = &self.sights[id];
        let known = self.jobs[id].holds(tag);
        if sight.starts == Starts::Derived && sight.servers != u32::MAX && !known {
            return self.sync(plant, now, id, tag);
        }
        let (batch, blocked) = (sight.batch, self.blocked(now, id));
        if let Some(done) = self.jobs[id].end(tag, now, blocked, batch) {
            self.emit(plant, id, done, out);
        }
        self.pull(plant, now, id);
    }

    /// A piece has left of which nobody saw the beginning: what came before it has left as well.
    fn sync(&mut self, plant: &Plant, now: Time, id: StationId, tag: Tag) {
        let jobs = &mut self.jobs[id];
        jobs.forget();
        jobs.advance(now);
        if let Some(at) = jobs.queue.iter().position(|waiting| *waiting == tag) {
            jobs.queue.drain(..=at);
            // With one server nothing else can be inside.
            jobs.synced = self.sights[id].servers == 1;
            self.pull(plant, now, id);
        }
    }

    fn state(
        &mut self,
        plant: &Plant,
        now: Time,
        id: StationId,
        state: UnitState,
        out: &mut Vec<Observation>,
    ) {
        let was_up = self.stops[id].up();
        let sight = &self.sights[id];
        let (single, batch) = (
            sight.servers == 1 && sight.starts != Starts::Unseen,
            sight.batch,
        );
        let effect = sight.effect;
        let mut done = Vec::new();
        match (was_up, is_up(state)) {
            (true, false) => {
                self.jobs[id].stop(now);
                if state == UnitState::Down && effect != Some(Effect::Resume) {
                    done = self.jobs[id].cut(effect == Some(Effect::Restart), batch);
                }
            }
            (false, true) => self.jobs[id].resume(now),
            _ => self.jobs[id].advance(now),
        }
        let told = self.stops[id].turn(now, state, &plant.stations[id], sight, &self.jobs[id]);
        self.emit_stops(id, told.every, told.repair, out);
        for call in told.calls {
            self.call(now, id, call);
        }
        match state {
            UnitState::Idle if self.sights[id].ends == Ends::Idle => {
                let blocked = self.blocked(now, id);
                done.extend(self.jobs[id].end_all(now, blocked));
            }
            UnitState::Blocked if single => done.extend(self.jobs[id].over(now)),
            UnitState::Execute if single && was_up => self.jobs[id].set_up(now),
            _ => {}
        }
        done.into_iter()
            .for_each(|done| self.emit(plant, id, done, out));
        self.pull(plant, now, id);
    }

    fn call(&mut self, now: Time, id: StationId, call: Call) {
        match call {
            Call::Nobody => self.stops[id].mend = Some(now),
            Call::Comes(crew) => {
                if self.hands[crew].call(id) {
                    self.stops[id].mend = Some(now);
                }
            }
            Call::Goes(crew) => {
                if let Some(next) = self.hands[crew].leave(id) {
                    self.stops[next].mend = Some(now);
                }
            }
        }
    }

    /// A piece stands in a queue now whose station takes by itself.
    fn arrive(&mut self, plant: &Plant, now: Time, buffer: BufferId, tag: Tag) {
        let Some(taker) = self.taker.get(buffer).copied().flatten() else {
            return;
        };
        let queue = &mut self.jobs[taker].queue;
        if queue.len() >= WAITING_MOST {
            queue.clear();
            self.jobs[taker].forget();
        }
        self.jobs[taker].queue.push_back(tag);
        self.pull(plant, now, taker);
    }

    /// Begins what a station begins by itself.
    fn pull(&mut self, plant: &Plant, now: Time, id: StationId) {
        let sight = &self.sights[id];
        let (Starts::Derived, Some(buffer)) = (sight.starts, sight.from) else {
            return;
        };
        let (servers, setup) = (sight.servers as usize, sight.setup);
        let room = capacity(plant, buffer);
        while self.jobs[id].up
            && (self.jobs[id].synced || servers == u32::MAX as usize)
            && self.jobs[id].len() < servers
        {
            if self.jobs[id].queue.len() as i64 >= room {
                self.full[buffer] = now;
            }
            let Some(tag) = self.jobs[id].queue.pop_front() else {
                return;
            };
            let product = self.product_of(plant, tag);
            self.jobs[id].start(tag, product, now, setup);
        }
    }

    /// Whether a piece that leaves now may have waited for room.
    fn blocked(&self, now: Time, id: StationId) -> bool {
        let sight = &self.sights[id];
        match sight.blocks {
            Blocks::Never => false,
            Blocks::Unseen => true,
            Blocks::Seen => sight.outs.iter().any(|&buffer| {
                let known = self.taker[buffer].map_or(self.whole, |taker| self.jobs[taker].synced);
                !known || self.full[buffer] == now
            }),
        }
    }

    fn product(&mut self, tag: Tag, product: ProductId) {
        if let Some(products) = &mut self.products {
            products.insert(tag.0, product);
        }
    }

    fn product_of(&self, plant: &Plant, tag: Tag) -> Option<ProductId> {
        if plant.products.len() == 1 {
            return Some(ProductId(0));
        }
        self.products.as_ref()?.get(&tag.0).copied()
    }

    /// A piece goes on as another product, or out of the plant.
    fn leave(&mut self, plant: &Plant, id: StationId, tag: Tag) {
        let Some(products) = &mut self.products else {
            return;
        };
        if self.sights[id].leaves {
            products.remove(&tag.0);
        } else if let [output] = plant.stations[id].outputs.as_slice()
            && let Some(product) = output.product
        {
            products.insert(tag.0, product);
        }
    }

    fn emit(&self, plant: &Plant, id: StationId, done: Done, out: &mut Vec<Observation>) {
        let sight = &self.sights[id];
        if sight.process.is_err() {
            return;
        }
        let figure = match (sight.by_product, done.product) {
            (false, _) => Figure::Process(None),
            (true, Some(product)) if plant.products.get(product).is_some() => {
                Figure::Process(Some(product))
            }
            (true, _) => return,
        };
        out.push((Subject::station(id, figure), done.lasting));
    }

    fn emit_stops(
        &self,
        id: StationId,
        every: Option<Lasting>,
        repair: Option<Lasting>,
        out: &mut Vec<Observation>,
    ) {
        let sight = &self.sights[id];
        if let (Some(lasting), Ok(())) = (every, sight.every) {
            out.push((Subject::station(id, Figure::Every(0)), lasting));
        }
        if let (Some(lasting), Ok(())) = (repair, sight.repair) {
            out.push((Subject::station(id, Figure::Repair(0)), lasting));
        }
    }
}

/// Pieces a queue holds; more than any level for the others.
fn capacity(plant: &Plant, buffer: BufferId) -> i64 {
    match plant.buffers[buffer].kind {
        BufferKind::Queue {
            capacity: Some(capacity),
        } => i64::from(capacity),
        _ => i64::MAX,
    }
}
