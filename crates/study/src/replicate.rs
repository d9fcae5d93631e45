//! Replications: independent runs of one plant on all cores, joined in their order.

use crate::{PingPong, Sample, Scratch, Statistics, mser5, run};
use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_world::World;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// What to run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Study {
    /// Measured time of each replication, after the warm-up.
    pub horizon: Span,
    /// Left out at the start.
    pub warm_up: WarmUp,
    /// Independent runs, at least 1. A single one is cut into [`BATCHES`] batches for its intervals.
    pub replications: u32,
    /// Of all randomness; replication `n` runs with [`Seed::replication`] of it.
    pub seed: Seed,
    /// Threads; 0 is one per core. Changes nothing in the result.
    pub threads: u32,
}

/// How much is left out at the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarmUp {
    /// This long.
    Given(Span),
    /// As found by MSER-5 on the work in progress of pilot runs.
    Auto,
}

/// Batches that a single replication is cut into.
pub const BATCHES: u32 = 20;
/// Pilot runs that find the warm-up.
const PILOTS: u32 = 5;
/// Points of a pilot's series.
const PILOT_POINTS: i64 = 1_000;

/// What one replication gave.
#[derive(Clone, PartialEq, Debug)]
pub struct Replication {
    /// One per window: the whole, or one per batch.
    pub samples: Vec<Sample>,
    /// Mean number of pieces in the plant in each interval after the warm-up.
    pub series: Vec<f64>,
    /// Of control's state at the end.
    pub control: Digest,
    /// Of the world's state at the end.
    pub world: Digest,
    /// Events of the world's list that were handled.
    pub events: u64,
    /// Facts that control was told.
    pub facts: u64,
}

/// Told about progress: simulated intervals done, and how many there will be. Any thread calls it.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Makes a decision core for one replication.
pub trait MakeCore<D>: Fn(Arc<Plant>) -> D + Sync {}
impl<D, F: Fn(Arc<Plant>) -> D + Sync> MakeCore<D> for F {}

/// How one replication is cut in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Left out at the start.
    pub warm_up: Span,
    /// Measured.
    pub horizon: Span,
    /// Windows of equal length that the horizon is cut into.
    pub windows: u32,
    /// Interval of the series.
    pub interval: Span,
}

impl Study {
    /// How each replication is cut, for a warm-up.
    pub fn cut(&self, warm_up: Span) -> Cut {
        let windows = if self.replications == 1 { BATCHES } else { 1 };
        Cut {
            warm_up,
            horizon: self.horizon,
            windows,
            interval: series_interval(self.horizon),
        }
    }
    /// Threads that will run.
    pub fn workers(&self, jobs: u32) -> u32 {
        let cores = || std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
        let wanted = if self.threads == 0 {
            cores()
        } else {
            self.threads
        };
        wanted.clamp(1, jobs.max(1))
    }
}

/// Hourly, unless that gives fewer than 48 points or more than 2 000: then 200 points.
fn series_interval(horizon: Span) -> Span {
    let hours = horizon.0 / Span::hours(1).0;
    if (48..=2_000).contains(&hours) {
        Span::hours(1)
    } else {
        Span((horizon.0 / 200).max(1))
    }
}

/// Two sinks that hear the same.
pub struct Both<'a, A, B>(pub &'a mut A, pub &'a mut B);
impl<A: RecordSink, B: RecordSink> RecordSink for Both<'_, A, B> {
    const PIECES: bool = A::PIECES || B::PIECES;
    #[inline(always)]
    fn record(&mut self, now: Time, record: Record) {
        self.0.record(now, record);
        self.1.record(now, record);
    }
}

/// Runs one replication. `history` hears every record, too (give [`NoRecords`] for none).
///
/// # Errors
/// [`PingPong`] if control and plant answered each other without end.
pub fn run_one<D: Decide, H: RecordSink>(
    plant: &Arc<Plant>,
    seed: Seed,
    cut: &Cut,
    core: D,
    history: &mut H,
    done: &mut dyn FnMut(),
) -> Result<Replication, PingPong> {
    let mut on = || {
        done();
        true
    };
    let run = run_while(plant, seed, cut, core, history, &mut on)?;
    Ok(run.expect("nobody stops it"))
}

/// The same as long as `on`, asked after each interval of the series, says so: `None` if it did not.
///
/// # Errors
/// As above.
pub fn run_while<D: Decide, H: RecordSink>(
    plant: &Arc<Plant>,
    seed: Seed,
    cut: &Cut,
    core: D,
    history: &mut H,
    on: &mut dyn FnMut() -> bool,
) -> Result<Option<Replication>, PingPong> {
    let mut statistics = Statistics::<true>::new(plant);
    let world = World::begin(plant.clone(), seed, &mut Both(&mut statistics, history));
    let mut runner = Runner {
        core,
        world,
        statistics,
        scratch: Scratch::default(),
    };
    let warm = Time::ZERO + cut.warm_up;
    if !runner.until(warm, cut.interval, history, on)? {
        return Ok(None);
    }
    runner.statistics.take_series();
    let mut samples = Vec::with_capacity(cut.windows as usize);
    let mut series = Vec::new();
    let windows = i64::from(cut.windows.max(1));
    for window in 1..=windows {
        let to = Time(cut.warm_up.0 + cut.horizon.0 / windows * window);
        let to = if window == windows {
            Time::ZERO + cut.warm_up + cut.horizon
        } else {
            to
        };
        let from = runner.world.now();
        runner.statistics.reset(from);
        if !runner.until(to, cut.interval, history, on)? {
            return Ok(None);
        }
        samples.push(runner.statistics.take(to));
        series.append(&mut runner.statistics.take_series());
    }
    if let Some(last) = samples.last_mut() {
        // Conservation and capacity are judged over the whole plant when the run is over.
        let found = runner.world.check();
        last.breaches += found.len() as u64;
        last.first_breaches
            .extend(found.into_iter().map(|breach| (last.to, breach)));
    }
    Ok(Some(Replication {
        samples,
        series,
        control: runner.core.digest(),
        world: runner.world.digest(),
        events: runner.world.events(),
        facts: runner.scratch.facts,
    }))
}

struct Runner<D> {
    core: D,
    world: World,
    statistics: Statistics,
    scratch: Scratch,
}
impl<D: Decide> Runner<D> {
    /// On to `to`, marking each interval on the way; `false` if it was stopped before.
    fn until<H: RecordSink>(
        &mut self,
        to: Time,
        interval: Span,
        history: &mut H,
        on: &mut dyn FnMut() -> bool,
    ) -> Result<bool, PingPong> {
        let mut now = self.world.now();
        loop {
            let next = (now + interval).min(to);
            let mut sink = Both(&mut self.statistics, history);
            let (core, world) = (&mut self.core, &mut self.world);
            run(core, world, next, &mut sink, &mut self.scratch, &mut ())?;
            now = next;
            self.statistics.mark(now);
            if !on() {
                return Ok(false);
            }
            if now >= to {
                return Ok(true);
            }
        }
    }
}

/// All replications, in their order whatever the number of threads.
///
/// # Errors
/// The first [`PingPong`] in replication order.
pub fn replicate<D: Decide + Send>(
    plant: &Arc<Plant>,
    study: &Study,
    cut: &Cut,
    make: &impl MakeCore<D>,
    progress: Progress<'_>,
) -> Result<Vec<Replication>, PingPong> {
    let jobs = study.replications.max(1);
    let per_run = ((cut.warm_up.0 + cut.horizon.0) / cut.interval.0.max(1)).max(1) as u64;
    let (next, steps) = (AtomicU32::new(0), AtomicU64::new(0));
    let slots: Vec<_> = (0..jobs).map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..study.workers(jobs) {
            scope.spawn(|| {
                loop {
                    let job = next.fetch_add(1, Ordering::Relaxed);
                    let Some(slot) = slots.get(job as usize) else {
                        break;
                    };
                    let seed = study.seed.replication(job);
                    let mut done = || {
                        let steps = steps.fetch_add(1, Ordering::Relaxed) + 1;
                        progress(
                            steps.min(per_run * u64::from(jobs)),
                            per_run * u64::from(jobs),
                        );
                    };
                    let core = make(plant.clone());
                    let result = run_one(plant, seed, cut, core, &mut NoRecords, &mut done);
                    *slot.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(result);
                }
            });
        }
    });
    let taken = slots.into_iter().map(|slot| {
        let slot = slot
            .into_inner()
            .unwrap_or_else(|broken| broken.into_inner());
        slot.expect("the scope ends after every job")
    });
    taken.collect()
}

/// The warm-up to leave out: pilot runs from empty, their work in progress averaged over the runs
/// (Welch), cut by MSER-5. `None` if the runs are too short to tell.
///
/// # Errors
/// [`PingPong`] if control and plant answered each other without end.
pub fn find_warm_up<D: Decide + Send>(
    plant: &Arc<Plant>,
    study: &Study,
    make: &impl MakeCore<D>,
    progress: Progress<'_>,
) -> Result<Option<Span>, PingPong> {
    let pilots = Study {
        replications: study.replications.clamp(1, PILOTS),
        ..*study
    };
    let interval = Span((study.horizon.0 / PILOT_POINTS).max(1));
    let cut = Cut {
        warm_up: Span::ZERO,
        horizon: study.horizon,
        windows: 1,
        interval,
    };
    let runs = replicate(plant, &pilots, &cut, make, progress)?;
    let points = runs.iter().map(|run| run.series.len()).min().unwrap_or(0);
    let averaged: Vec<f64> = (0..points)
        .map(|i| runs.iter().map(|run| run.series[i]).sum::<f64>() / runs.len() as f64)
        .collect();
    Ok(mser5(&averaged).map(|cut| Span(interval.0 * cut as i64)))
}
