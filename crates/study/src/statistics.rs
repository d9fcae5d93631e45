//! Statistics on the fly: a [`RecordSink`] of flat arrays, nothing kept per piece, no allocation per
//! record.
//!
//! Integrals over time use that the integral of a step function is the sum over its steps of
//! (end - time of step) x height: a record adds its time to the state it leaves and takes it from the
//! state it enters, and the end of the window is added once. All sums are integers, hence exact and
//! free of order; the states of a station add up to its server time to the microsecond.

use crate::{
    BufferSample, CraneSample, EdgeSample, ExcessSample, ProductSample, Sample, Spans,
    StationSample, VehicleSample,
};
use fenhe_contract::*;
use fenhe_plant::{Plant, Process};

/// Breaches kept word for word; the rest are only counted.
const BREACHES_KEPT: usize = 100;

/// Collects one replication. `STEPS` also counts pieces at each station.
#[derive(Clone, Debug)]
pub struct Statistics<const STEPS: bool = true> {
    from: Time,
    stations: Vec<States>,
    servers: Vec<u32>,
    counts: Vec<Done>,
    buffers: Vec<Level>,
    entered: Vec<u64>,
    lost: Vec<u64>,
    left: Vec<u64>,
    scrap: Vec<u64>,
    cycles: Vec<Spans>,
    pieces: Level,
    newest: u64,
    types: Vec<States>,
    type_of: Vec<u32>,
    fleet: Vec<u32>,
    drops: Vec<(u64, u64)>,
    transports: Spans,
    unassigned: i64,
    edges: Vec<EdgeSample>,
    excesses: Vec<ExcessSample>,
    cranes: Vec<(States, CraneSample)>,
    /// Slots of each crane.
    slots: Vec<core::ops::Range<PlaceId>>,
    breaches: u64,
    first_breaches: Vec<(Time, Breach)>,
    series: Vec<f64>,
    sampled: (Time, i128),
}

/// How many are in each state more than at the epoch, and the integral of it.
#[derive(Clone, Copy, Debug, Default)]
struct States {
    integral: [i64; 7],
    count: [i32; 7],
}
impl States {
    #[inline]
    fn step(&mut self, now: Time, from: usize, to: usize) {
        self.integral[from] = self.integral[from].wrapping_add(now.0);
        self.integral[to] = self.integral[to].wrapping_sub(now.0);
        self.count[from] -= 1;
        self.count[to] += 1;
    }
    /// Begins anew at `now`, the counts kept.
    fn reset(&mut self, now: Time) {
        for (integral, count) in self.integral.iter_mut().zip(self.count) {
            *integral = now.0.wrapping_mul(i64::from(count)).wrapping_neg();
        }
    }
    /// Time in each state since the reset at `from`, if `whole` are in state `first` at the epoch.
    fn total(&self, from: Time, now: Time, first: usize, whole: u32) -> [i128; 7] {
        let mut total = [0; 7];
        for (i, sum) in total.iter_mut().enumerate() {
            let end = now.0.wrapping_mul(i64::from(self.count[i]));
            *sum = i128::from(self.integral[i].wrapping_add(end));
        }
        total[first] += i128::from(whole) * i128::from((now - from).0);
        total
    }
}

/// A level over time.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    level: i64,
    /// From the last reset, of a level that is zero from now on: the sum over its steps of minus the
    /// step times when it was.
    integral: i128,
    came: u64,
    most: i64,
}
impl Level {
    #[inline]
    fn set(&mut self, now: Time, level: i64) {
        let step = level - self.level;
        // Both factors are below 2^63, the product is exact in 128 bits.
        self.integral -= i128::from(step) * i128::from(now.0);
        self.level = level;
        if step > 0 {
            self.came += step as u64;
            self.most = self.most.max(level);
        }
    }
    fn until(&self, now: Time) -> i128 {
        self.integral + i128::from(self.level) * i128::from(now.0)
    }
    fn reset(&mut self, now: Time) {
        *self = Level {
            level: self.level,
            integral: -i128::from(self.level) * i128::from(now.0),
            most: self.level,
            ..Level::default()
        };
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Done {
    good: u64,
    scrap: u64,
    rework: u64,
    processing: i64,
}

impl<const STEPS: bool> Statistics<STEPS> {
    /// For a plant at its epoch.
    pub fn new(plant: &Plant) -> Self {
        let servers = plant.stations.iter().map(|station| match station.process {
            Process::Single { servers } | Process::Batch { servers, .. } => servers,
            Process::Stream { .. } => 1,
        });
        let mut fleet = vec![0; plant.vehicle_types.len()];
        plant
            .vehicles
            .iter()
            .for_each(|vehicle| fleet[vehicle.kind.index()] += 1);
        Statistics {
            from: Time::ZERO,
            stations: vec![States::default(); plant.stations.len()],
            servers: servers.collect(),
            counts: vec![Done::default(); plant.stations.len()],
            buffers: vec![Level::default(); plant.buffers.len()],
            entered: vec![0; plant.sources.len()],
            lost: vec![0; plant.sources.len()],
            left: vec![0; plant.sinks.len()],
            scrap: vec![0; plant.products.len()],
            cycles: vec![Spans::new(); plant.products.len()],
            pieces: Level::default(),
            newest: 0,
            types: vec![States::default(); plant.vehicle_types.len()],
            type_of: plant
                .vehicles
                .iter()
                .map(|vehicle| vehicle.kind.0)
                .collect(),
            fleet,
            drops: vec![(0, 0); plant.vehicle_types.len()],
            transports: Spans::new(),
            unassigned: 0,
            edges: vec![EdgeSample::default(); plant.tracks.edges.len()],
            excesses: vec![ExcessSample::default(); plant.operations.len()],
            cranes: vec![(States::default(), no_cycles()); plant.cranes.len()],
            slots: plant.cranes.iter().map(|row| row.slots.clone()).collect(),
            breaches: 0,
            first_breaches: Vec::new(),
            series: Vec::new(),
            sampled: (Time::ZERO, 0),
        }
    }

    /// Forgets what was counted, keeps what is (levels, states): the warm-up ends here.
    pub fn reset(&mut self, now: Time) {
        self.from = now;
        self.stations.iter_mut().for_each(|row| row.reset(now));
        self.counts.fill(Done::default());
        self.buffers.iter_mut().for_each(|row| row.reset(now));
        self.entered.fill(0);
        self.lost.fill(0);
        self.left.fill(0);
        self.scrap.fill(0);
        self.cycles.iter_mut().for_each(Spans::clear);
        self.pieces.reset(now);
        self.types.iter_mut().for_each(|row| row.reset(now));
        self.drops.fill((0, 0));
        self.transports.clear();
        self.unassigned = 0;
        self.edges.fill(EdgeSample::default());
        self.excesses.fill(ExcessSample::default());
        for (states, row) in &mut self.cranes {
            states.reset(now);
            *row = no_cycles();
        }
        self.sampled = (now, 0);
    }

    /// The series of mean numbers of pieces in the plant, one per interval ended by [`Self::mark`].
    pub fn take_series(&mut self) -> Vec<f64> {
        core::mem::take(&mut self.series)
    }

    /// Ends an interval of the series of pieces in the plant.
    pub fn mark(&mut self, now: Time) {
        let (since, before) = self.sampled;
        let integral = self.pieces.until(now);
        if now > since {
            self.series
                .push((integral - before) as f64 / (now - since).0 as f64);
        }
        self.sampled = (now, integral);
    }

    /// Pieces in the plant.
    pub fn inside(&self) -> i64 {
        self.pieces.level
    }

    /// What the window from the last reset until `now` gave.
    pub fn take(&self, now: Time) -> Sample {
        Sample {
            from: self.from,
            to: now,
            stations: self.take_stations(now),
            buffers: Fixed::from_vec(self.buffers.iter().map(|row| taken(row, now)).collect()),
            entered: Fixed::from_vec(self.entered.clone()),
            lost: Fixed::from_vec(self.lost.clone()),
            left: Fixed::from_vec(self.left.clone()),
            products: Fixed::from_vec(
                self.cycles
                    .iter()
                    .zip(&self.scrap)
                    .map(|(cycle, &scrap)| ProductSample {
                        scrap,
                        cycle: cycle.clone(),
                    })
                    .collect(),
            ),
            pieces: self.pieces.until(now),
            inside: self.pieces.level,
            vehicles: self.take_vehicles(now),
            transports: self.transports.clone(),
            unassigned: Span(self.unassigned),
            edges: Fixed::from_vec(self.edges.clone()),
            excesses: Fixed::from_vec(self.excesses.clone()),
            cranes: self.take_cranes(now),
            breaches: self.breaches,
            first_breaches: self.first_breaches.clone(),
        }
    }

    fn take_stations(&self, now: Time) -> Fixed<StationId, StationSample> {
        let row = |i: usize| {
            let done = self.counts[i];
            let states = &self.stations[i];
            StationSample {
                states: states.total(self.from, now, UnitState::Idle as usize, self.servers[i]),
                servers: self.servers[i],
                good: done.good,
                scrap: done.scrap,
                rework: done.rework,
                processing: Span(done.processing),
            }
        };
        Fixed::from_vec((0..self.stations.len()).map(row).collect())
    }

    fn take_vehicles(&self, now: Time) -> Fixed<VehicleTypeId, VehicleSample> {
        let row = |i: usize| {
            let parked = VehicleState::Parked as usize;
            VehicleSample {
                states: self.types[i].total(self.from, now, parked, self.fleet[i]),
                vehicles: self.fleet[i],
                drops: self.drops[i].0,
                pieces: self.drops[i].1,
            }
        };
        Fixed::from_vec((0..self.types.len()).map(row).collect())
    }

    fn take_cranes(&self, now: Time) -> Fixed<CraneId, CraneSample> {
        let row = |(states, row): &(States, CraneSample)| CraneSample {
            states: states.total(self.from, now, UnitState::Idle as usize, 1),
            ..row.clone()
        };
        Fixed::from_vec(self.cranes.iter().map(row).collect())
    }

    /// A crane did what it was told.
    fn craned(&mut self, crane: CraneId, (from, to): (PlaceId, PlaceId), spans: (Span, Span)) {
        let slots = &self.slots[crane.index()];
        let row = &mut self.cranes[crane.index()].1;
        let (travel, approach) = spans;
        row.travel += travel;
        match (slots.contains(&from), slots.contains(&to)) {
            (true, false) => {
                row.out += 1;
                row.between += approach;
            }
            (true, true) => row.dug += 1,
            _ => {}
        }
    }

    /// The rarer records.
    #[inline(never)]
    fn record_other(&mut self, now: Time, record: Record) {
        match record {
            Record::Vehicle { vehicle, from, to } => {
                let kind = self.type_of[vehicle.index()] as usize;
                self.types[kind].step(now, from as usize, to as usize);
            }
            Record::Edge { edge, waited, .. } => {
                let row = &mut self.edges[edge.index()];
                row.passes += 1;
                row.waited.0 += waited.0;
            }
            Record::Handed {
                vehicle,
                pick: false,
                count,
                ..
            } => {
                let row = &mut self.drops[self.type_of[vehicle.index()] as usize];
                row.0 += 1;
                row.1 += u64::from(count);
            }
            Record::Transported {
                wanted, assigned, ..
            } => {
                self.transports.add(now - wanted);
                self.unassigned += (assigned - wanted).0;
            }
            Record::Stocked { piece, .. } => {
                self.newest = self.newest.max(piece.0);
                self.pieces.set(now, self.pieces.level + 1);
            }
            Record::Crane { crane, from, to } => {
                let row = &mut self.cranes[crane.index()];
                row.0.step(now, from as usize, to as usize);
            }
            Record::Craned {
                crane,
                from,
                to,
                travel,
                approach,
            } => self.craned(crane, (from, to), (travel, approach)),
            Record::Cycle {
                crane,
                stored,
                retrieved,
                wanted,
                began,
            } => {
                let row = &mut self.cranes[crane.index()].1;
                row.cycles += 1;
                row.stored += u64::from(stored);
                row.retrieved += u64::from(retrieved);
                row.waits.add(began - wanted);
            }
            Record::QueueExcess { operation, by, .. } => {
                let row = &mut self.excesses[operation.index()];
                row.count += 1;
                row.sum.0 += by.0;
                row.max = row.max.max(by);
            }
            Record::Lost { source, count, .. } => self.lost[source.index()] += u64::from(count),
            Record::Joined { child, .. } => {
                // A serial not seen before came apart from its parent; a known one went into it.
                let change = if child.0 > self.newest { 1 } else { -1 };
                self.newest = self.newest.max(child.0);
                self.pieces.set(now, self.pieces.level + change);
            }
            Record::Breach(breach) => {
                self.breaches += 1;
                if self.first_breaches.len() < BREACHES_KEPT {
                    self.first_breaches.push((now, breach));
                }
            }
            _ => {}
        }
    }
}

fn no_cycles() -> CraneSample {
    CraneSample {
        waits: Spans::new(),
        ..CraneSample::default()
    }
}

fn taken(row: &Level, now: Time) -> BufferSample {
    BufferSample {
        level: row.until(now),
        came: row.came,
        most: row.most as u32,
    }
}

impl<const STEPS: bool> RecordSink for Statistics<STEPS> {
    const PIECES: bool = STEPS;

    #[inline(always)]
    fn record(&mut self, now: Time, record: Record) {
        match record {
            Record::Server { station, from, to } => {
                self.stations[station.index()].step(now, from as usize, to as usize);
            }
            Record::Level { buffer, level } => {
                self.buffers[buffer.index()].set(now, i64::from(level));
            }
            Record::Step {
                station,
                started,
                result,
                ..
            } => {
                let row = &mut self.counts[station.index()];
                row.processing += (now - started).0;
                match result {
                    StepResult::Good => row.good += 1,
                    StepResult::Scrapped => row.scrap += 1,
                    StepResult::Rework => row.rework += 1,
                }
            }
            Record::Entered { source, piece, .. } => {
                self.newest = self.newest.max(piece.0);
                self.entered[source.index()] += 1;
                self.pieces.set(now, self.pieces.level + 1);
            }
            Record::Left {
                product,
                sink,
                born,
                ..
            } => {
                self.left[sink.index()] += 1;
                self.cycles[product.index()].add(now - born);
                self.pieces.set(now, self.pieces.level - 1);
            }
            Record::Scrapped { product, .. } => {
                self.scrap[product.index()] += 1;
                self.pieces.set(now, self.pieces.level - 1);
            }
            _ => self.record_other(now, record),
        }
    }
}
