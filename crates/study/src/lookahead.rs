//! Look-ahead: how much will leave the plant in the next hours, from what control believes. And its
//! trial: in a simulated plant truth exists, so the forecast can be held against a forecast from truth
//! and against what then happened.
//!
//! ```text
//!   truth --run--> moment --belief--> n worlds from belief --run--> outputs --+
//!                     |---fork------> n worlds from truth  --run--> outputs --+--> bias, coverage
//!                     +---------------> truth itself       --run--> output ---+
//! ```

use crate::{PingPong, Scratch, Stat, run};
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_world::World;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Counts good pieces.
#[derive(Clone, Copy, Default, Debug)]
struct Leavers(u64);
impl RecordSink for Leavers {
    const PIECES: bool = false;
    #[inline]
    fn record(&mut self, _: Time, record: Record) {
        self.0 += u64::from(matches!(record, Record::Left { .. }));
    }
}

/// A core beside a plant at one moment.
#[derive(Clone)]
pub struct Live {
    /// What decides.
    pub core: Controller,
    /// What is decided about.
    pub world: World,
}

impl Live {
    /// A plant at its epoch.
    pub fn new(plant: &Arc<Plant>, seed: Seed) -> Live {
        Live {
            core: Controller::new(plant.clone()),
            world: World::new(plant.clone(), seed),
        }
    }

    /// The plant as this core believes it to be at `now`, with luck of its own, beside a copy of the core.
    pub fn believed(plant: &Arc<Plant>, core: &Controller, now: Time, seed: Seed) -> Live {
        Live::from_belief(plant, core, &core.belief(now), seed)
    }

    /// A plant as in this belief beside a copy of the core.
    fn from_belief(plant: &Arc<Plant>, core: &Controller, belief: &Belief, seed: Seed) -> Live {
        Live {
            core: core.clone(),
            world: World::from_belief(plant.clone(), belief, seed),
        }
    }

    /// The same plant, its future with another luck.
    #[must_use]
    pub fn forked(&self, seed: Seed) -> Live {
        let mut fork = self.clone();
        fork.world.reseed(seed);
        fork
    }

    /// Goes on until then; gives the good pieces that left on the way.
    ///
    /// # Errors
    /// [`PingPong`] if control and plant answered each other without end.
    pub fn output(&mut self, until: Time) -> Result<u64, PingPong> {
        let mut leavers = Leavers::default();
        let mut scratch = Scratch::default();
        let (core, world) = (&mut self.core, &mut self.world);
        run(core, world, until, &mut leavers, &mut scratch, &mut ())?;
        Ok(leavers.0)
    }
}

/// Good pieces that will leave within `horizon` of `now`, `n` times from what `core` believes, in order
/// of replication.
///
/// # Errors
/// [`PingPong`] if control and plant answered each other without end.
pub fn look_ahead(
    plant: &Arc<Plant>,
    core: &Controller,
    (now, horizon): (Time, Span),
    n: u32,
    seed: Seed,
) -> Result<Vec<u64>, PingPong> {
    let one = |i| Live::believed(plant, core, now, seed.replication(i)).output(now + horizon);
    (0..n).map(one).collect()
}

/// A trial of forecasts: each moment belongs to a truth of its own.
#[derive(Clone, Copy, Debug)]
pub struct LookAhead {
    /// Moments lie evenly distributed in this interval.
    pub between: (Time, Time),
    /// How far each looks.
    pub horizon: Span,
    /// Moments.
    pub moments: u32,
    /// Worlds from belief, and as many from truth, at each moment.
    pub replications: u32,
    /// Of all randomness.
    pub seed: Seed,
    /// Threads. Changes nothing in the result.
    pub threads: u32,
    /// Done to each belief before a world is made from it: nothing, but in a test of the trial itself.
    pub spoil: fn(&mut Belief),
}

/// One moment.
#[derive(Clone, PartialEq, Debug)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// Outputs from belief.
    pub belief: Vec<u64>,
    /// Outputs from truth with other luck.
    pub truth: Vec<u64>,
    /// What then left.
    pub actual: u64,
    /// Breaches of conservation, capacity and traffic in the worlds from belief, at once or at the end.
    pub breaches: u64,
}

/// What a trial found.
#[derive(Clone, PartialEq, Debug)]
pub struct Foresight {
    /// In order.
    pub moments: Vec<Moment>,
}

impl LookAhead {
    /// Runs the trial.
    ///
    /// # Errors
    /// The first [`PingPong`] in order of moments.
    pub fn run(&self, plant: &Arc<Plant>) -> Result<Foresight, PingPong> {
        let next = AtomicU32::new(0);
        let slots: Vec<_> = (0..self.moments).map(|_| Mutex::new(None)).collect();
        std::thread::scope(|scope| {
            for _ in 0..self.threads.clamp(1, self.moments.max(1)) {
                scope.spawn(|| {
                    loop {
                        let moment = next.fetch_add(1, Ordering::Relaxed);
                        let Some(slot) = slots.get(moment as usize) else {
                            break;
                        };
                        let found = self.moment(plant, self.seed.replication(moment));
                        *slot.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(found);
                    }
                });
            }
        });
        let taken = slots.into_iter().map(|slot| {
            let slot = slot
                .into_inner()
                .unwrap_or_else(|broken| broken.into_inner());
            slot.expect("the scope ends after every moment")
        });
        let moments: Result<Vec<Moment>, PingPong> = taken.collect();
        Ok(Foresight { moments: moments? })
    }

    fn moment(&self, plant: &Arc<Plant>, seed: Seed) -> Result<Moment, PingPong> {
        let (from, to) = self.between;
        let mut luck = seed.stream("moment", Purpose::Fault);
        let at = from + Span(((to - from).0 as f64 * luck.unit()) as i64);
        let until = at + self.horizon;
        // Three lucks that have nothing to do with each other.
        let (truths, beliefs) = (Seed(luck.bits()), Seed(luck.bits()));
        let mut live = Live::new(plant, seed);
        live.output(at)?;
        let mut moment = Moment {
            at,
            belief: Vec::new(),
            truth: Vec::new(),
            actual: 0,
            breaches: 0,
        };
        let mut belief = live.core.belief(at);
        (self.spoil)(&mut belief);
        for i in 0..self.replications {
            let mut world = Live::from_belief(plant, &live.core, &belief, beliefs.replication(i));
            moment.breaches += world.world.check().len() as u64;
            moment.belief.push(world.output(until)?);
            moment.breaches += world.world.check().len() as u64 + world.world.breaches();
            moment
                .truth
                .push(live.forked(truths.replication(i)).output(until)?);
        }
        moment.actual = live.output(until)?;
        Ok(moment)
    }
}

fn mean(outputs: &[u64]) -> f64 {
    outputs.iter().sum::<u64>() as f64 / outputs.len() as f64
}

impl Foresight {
    /// Mean output over all moments, in truth.
    pub fn output(&self) -> f64 {
        self.over(|moment| moment.actual as f64).mean
    }
    /// Mean forecast from belief less mean forecast from truth, over moments [pieces].
    pub fn against_truth(&self) -> Stat {
        self.over(|moment| mean(&moment.belief) - mean(&moment.truth))
    }
    /// Mean forecast from belief less what then left, over moments [pieces].
    pub fn against_actual(&self) -> Stat {
        self.over(|moment| mean(&moment.belief) - moment.actual as f64)
    }
    /// How many moments' output lay within the interval of their forecasts that holds it with this
    /// chance if it is a draw of the same law: between the order statistics `k` and `n + 1 - k`, with
    /// chance `1 - 2 k / (n + 1)`. Where outputs are equal the rank is drawn.
    pub fn covered(&self, k: u32, from_truth: bool) -> u32 {
        let inside = |(i, moment): (usize, &Moment)| {
            let outputs = if from_truth {
                &moment.truth
            } else {
                &moment.belief
            };
            let below = outputs.iter().filter(|&&x| x < moment.actual).count() as u32;
            let equal = outputs.iter().filter(|&&x| x == moment.actual).count() as u32;
            let mut luck = Seed(i as u64).stream("rank", Purpose::Fault);
            let rank = below + luck.below(equal + 1);
            u32::from((k..=outputs.len() as u32 - k).contains(&rank))
        };
        self.moments.iter().enumerate().map(inside).sum()
    }
    /// Breaches in all worlds from belief.
    pub fn breaches(&self) -> u64 {
        self.moments.iter().map(|moment| moment.breaches).sum()
    }

    fn over(&self, of: impl Fn(&Moment) -> f64) -> Stat {
        Stat::of(&self.moments.iter().map(of).collect::<Vec<f64>>())
    }
}
