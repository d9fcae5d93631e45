//! The simulation of a draft beside the folder as it is: one at a time, one thread that gives way to all others,
//! pairs of runs with the same luck.

use fenhe_contract::{NoRecords, Seed, Span};
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_server::model::{
    EstimateView, FigureScope, FigureView, SimulationAsked, SimulationStatus, SimulationView,
    Wanted,
};
use fenhe_server::{Reason, Refusal};
use fenhe_study::{
    Better, Cut, Figures, Paired, Replication, Scope, Stat, compare, figures, pair_cut, run_while,
};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an end is waited for; the thread looks after each simulated interval.
const ENDS: Duration = Duration::from_secs(5);

/// Where simulations are made.
#[derive(Default)]
pub struct Bench {
    newest: Mutex<Option<Arc<Job>>>,
    begun: AtomicU64,
}

struct Job {
    view: Mutex<SimulationView>,
    ends: AtomicBool,
}

/// The two sides: a plant and its revision.
pub type Side = (Arc<Plant>, String);

impl Bench {
    /// Begins a simulation, if none runs.
    pub fn begin(
        &self,
        (before, after): (Side, Side),
        asked: &SimulationAsked,
    ) -> Result<SimulationView, Refusal> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.as_ref().is_some_and(|job| job.runs()) {
            return Err(Refusal::Conflict(Reason::new("model/running")));
        }
        let view = SimulationView {
            id: self.begun.fetch_add(1, Ordering::Relaxed) + 1,
            status: SimulationStatus::Running,
            progress: 0.0,
            folder: before.1,
            revision: after.1,
            minutes: asked.minutes,
            warm_up: asked.warm_up,
            pairs: asked.pairs,
            seed: asked.seed,
            done: 0,
            violations_before: 0,
            violations_after: 0,
            figures: Vec::new(),
        };
        let job = Arc::new(Job {
            view: Mutex::new(view.clone()),
            ends: AtomicBool::new(false),
        });
        let (own, sides) = (job.clone(), [before.0, after.0]);
        let thread = std::thread::Builder::new().name("model".into());
        let begun = thread.spawn(move || {
            crate::ahead::give_way();
            let _over = Over(&own);
            own.run(&sides);
        });
        begun.map_err(|_| Refusal::Busy(Reason::new("limit/busy")))?;
        *newest = Some(job);
        Ok(view)
    }

    fn newest(&self) -> Result<Arc<Job>, Refusal> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let none = || Refusal::Unknown(Reason::new("model/no-simulation"));
        newest.clone().ok_or_else(none)
    }

    /// The newest one.
    pub fn view(&self) -> Result<SimulationView, Refusal> {
        Ok(self.newest()?.look(|view| view.clone()))
    }

    /// Ends it.
    pub fn cancel(&self) -> Result<SimulationView, Refusal> {
        let job = self.newest()?;
        job.ends.store(true, Ordering::Relaxed);
        let until = Instant::now() + ENDS;
        while job.runs() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(job.look(|view| view.clone()))
    }
}

/// A simulation that ended without a word has failed.
struct Over<'j>(&'j Job);
impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.look(|view| {
            if view.status == SimulationStatus::Running {
                view.status = SimulationStatus::Failed;
            }
        });
    }
}

impl Job {
    fn look<T>(&self, look: impl FnOnce(&mut SimulationView) -> T) -> T {
        look(&mut self.view.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn runs(&self) -> bool {
        self.look(|view| view.status == SimulationStatus::Running)
    }

    fn run(&self, sides: &[Arc<Plant>; 2]) {
        let asked = self.look(|view| view.clone());
        let minutes = |n: u32| Span::seconds(60 * i64::from(n));
        let cut = pair_cut(minutes(asked.warm_up), minutes(asked.minutes));
        let mut pairs: Vec<(Figures, Figures)> = Vec::new();
        let mut violations = [0, 0];
        for n in 0..asked.pairs {
            let mut found = Vec::new();
            for (side, plant) in sides.iter().enumerate() {
                let part = f64::from(2 * n + side as u32);
                let Some(run) = self.one(plant, (asked.seed, n), &cut, (part, asked.pairs)) else {
                    return;
                };
                let seen = run.samples.last().map_or(0, |sample| sample.breaches);
                violations[side] += seen;
                found.push(figures(plant, &cut, &run));
            }
            pairs.extend(
                found
                    .pop()
                    .zip(found.pop())
                    .map(|(after, before)| (before, after)),
            );
            let rows = compare(&pairs).iter().map(figure).collect();
            self.look(|view| {
                (view.done, view.figures) = (n + 1, rows);
                [view.violations_before, view.violations_after] = violations;
            });
        }
        self.look(|view| (view.status, view.progress) = (SimulationStatus::Done, 1.0));
    }

    /// One run of one side; `None` if it was ended, or has no end.
    fn one(
        &self,
        plant: &Arc<Plant>,
        (seed, n): (u32, u32),
        cut: &Cut,
        (part, pairs): (f64, u32),
    ) -> Option<Replication> {
        let steps = (cut.warm_up.0 + cut.horizon.0) as f64 / cut.interval.0.max(1) as f64;
        let mut step = 0.0;
        let mut on = || {
            step += 1.0;
            let progress = (part + (step / steps).min(1.0)) / f64::from(2 * pairs);
            self.look(|view| view.progress = progress);
            !self.ends.load(Ordering::Relaxed)
        };
        let core = Controller::new(plant.clone());
        let seed = Seed(u64::from(seed)).replication(n);
        let run = run_while(plant, seed, cut, core, &mut NoRecords, &mut on);
        let status = match run {
            Ok(Some(run)) => return Some(run),
            Ok(None) => SimulationStatus::Cancelled,
            Err(_) => SimulationStatus::Failed,
        };
        self.look(|view| view.status = status);
        None
    }
}

fn figure(row: &Paired) -> FigureView {
    FigureView {
        scope: match row.key.scope {
            Scope::Plant => FigureScope::Plant,
            Scope::Line => FigureScope::Line,
            Scope::Product => FigureScope::Product,
            Scope::Fleet => FigureScope::Fleet,
            Scope::Station => FigureScope::Station,
        },
        name: row.key.name.clone(),
        what: row.key.what.into(),
        better: match row.key.better {
            Better::More => Wanted::More,
            Better::Less => Wanted::Less,
            Better::Neither => Wanted::Neither,
        },
        before: row.before.as_ref().map(estimate),
        after: row.after.as_ref().map(estimate),
        difference: row.difference.as_ref().map(estimate),
        beyond_doubt: row.beyond_doubt(),
    }
}

fn estimate(stat: &Stat) -> EstimateView {
    let told = |value: f64| value.is_finite().then_some(value);
    EstimateView {
        mean: stat.mean,
        low: told(stat.ci95[0]),
        high: told(stat.ci95[1]),
        n: stat.n,
    }
}
