//! The job that every engine runs, and what is the same for all of them.
//!
//! A tandem line of 10 exponential servers with mean 1 s, Poisson arrivals at 0.8 a second, infinite
//! buffers, first in first out, from empty until the last job has left. By Burke's theorem each
//! station is an M/M/1 queue on its own, so the mean time in system is 10 x 1 / (1 - 0.8) = 50 s.
//!
//! Each engine keeps the time-weighted number of jobs at every station, as any study would, and
//! answers with one line of JSON: jobs, mean time in system, the integral of jobs in system per job
//! (which Little's law makes the same number when a run goes from empty to empty), CPU seconds of
//! the whole process.

use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

/// Servers in a row.
pub const STATIONS: usize = 10;
/// Mean time between arrivals [s].
pub const BETWEEN: f64 = 1.25;
/// Mean time of one service [s].
pub const SERVICE: f64 = 1.0;

/// Exponential variates by the ziggurat, a generator per element.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Luck(Xoshiro256PlusPlus);

impl Luck {
    /// The `n`-th generator of a run.
    pub fn new(seed: u64, n: usize) -> Luck {
        Luck(Xoshiro256PlusPlus::seed_from_u64(
            seed.wrapping_mul(1_000).wrapping_add(n as u64),
        ))
    }
    /// Exponential with this mean [s].
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        let one: f64 = Exp1.sample(&mut self.0);
        one * mean
    }
}

/// A number that changes in steps, and its integral over time.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Level {
    level: f64,
    since: f64,
    area: f64,
}

impl Level {
    /// The number changes by `step` at time `now` [s].
    #[inline]
    pub fn add(&mut self, now: f64, step: f64) {
        self.area += self.level * (now - self.since);
        self.since = now;
        self.level += step;
    }
    /// Its integral up to the last change.
    pub fn area(&self) -> f64 {
        self.area
    }
}

/// Jobs and seed from the command line, `ENGINE JOBS SEED`.
pub fn arguments() -> (u64, u64) {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(jobs), Some(seed)) => (jobs, seed),
        _ => {
            eprintln!("two numbers: JOBS SEED");
            std::process::exit(2);
        }
    }
}

/// What an engine found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer {
    /// Jobs that have left.
    pub jobs: u64,
    /// Sum of their times in system [s].
    pub time: f64,
    /// Sum over stations of the integral of jobs there [s].
    pub area: f64,
}

/// CPU seconds of this process so far: user and system, all threads.
pub fn cpu_seconds() -> f64 {
    let clock = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    clock.tv_sec as f64 + clock.tv_nsec as f64 / 1e9
}

/// Prints the answer with the CPU seconds of this process.
pub fn report(answer: Answer) {
    println!(
        "{{\"jobs\": {}, \"mean_time\": {}, \"area_per_job\": {}, \"cpu_s\": {}}}",
        answer.jobs,
        answer.time / answer.jobs as f64,
        answer.area / answer.jobs as f64,
        cpu_seconds()
    );
}
