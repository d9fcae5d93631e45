//! The clock and the threads around a team: so many seconds a step, or so many rounds.

use super::hall::Hall;
use super::instance::Instance;
use fenhe_contract::{Purpose, Seed, Stream};
use fenhe_planner::grid::{Action, NONE, Search, Table, Team};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Steps.
    pub steps: u32,
    /// How long a step is planned.
    pub effort: Effort,
    /// Threads.
    pub threads: u32,
    /// Of all luck.
    pub seed: Seed,
}

/// How long a step is planned.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Effort {
    /// By the clock [s].
    Seconds(f64),
    /// Rounds of each thread, so that the same is had again.
    Rounds(u32),
}

/// Wall time of each step [s].
#[derive(Default)]
pub struct Times {
    /// Tables, schedule and EPIBT.
    pub plan: Vec<f64>,
    /// All of it.
    pub step: Vec<f64>,
    /// Rounds of refinement, all threads together.
    pub rounds: u64,
}

/// Of the time of a step, this part is used: the rest is for what comes after.
const USED: f64 = 0.95;
/// Threads share what they found so often a step.
const SHARES: u32 = 8;
/// Rounds between two looks at the clock.
const SLICE: u32 = 16;

/// Runs an instance to its end; `tell` hears of each step.
pub fn run<const D: usize>(
    team: &mut Team<D>,
    instance: &Instance,
    order: &Order,
    mut tell: impl FnMut(&Hall),
) -> (Hall, Times) {
    let (map, tasks) = (Arc::clone(&instance.map), instance.tasks.clone());
    let mut hall = Hall::new(map, &instance.starts, tasks, instance.reveal);
    let mut times = Times::default();
    let luck = |thread| order.seed.stream_n("grid", Purpose::Mix, thread);
    let mut luck: Vec<Stream> = (0..order.threads.max(1)).map(luck).collect();
    while hall.step() < order.steps {
        let begin = Instant::now();
        let until = match order.effort {
            Effort::Seconds(seconds) => Some(begin + Duration::from_secs_f64(seconds * USED)),
            Effort::Rounds(_) => None,
        };
        let (actions, schedule) = step(team, &hall, (order, until), &mut luck, &mut times);
        times.step.push(begin.elapsed().as_secs_f64());
        hall.advance(&actions, &schedule);
        tell(&hall);
    }
    (hall, times)
}

/// Actions and schedule of one step.
fn step<const D: usize>(
    team: &mut Team<D>,
    hall: &Hall,
    (order, until): (&Order, Option<Instant>),
    luck: &mut [Stream],
    times: &mut Times,
) -> (Vec<Action>, Vec<u32>) {
    let begin = Instant::now();
    let mut robots = hall.robots().to_vec();
    let wanted = team.missing(&robots, hall.tasks());
    // Half of the time at most is for tables; what is missing then is estimated.
    let half = until.map(|until| begin + (until - begin) / 2);
    fill(team, &wanted, order.threads, half);
    let schedule = match hall.is_open() {
        true => team.schedule(&robots, hall.tasks()),
        false => robots.iter().map(|robot| robot.task).collect(),
    };
    for (robot, task) in robots.iter_mut().zip(&schedule) {
        robot.task = *task;
    }
    let mut search = team.begin(&robots, hall.tasks());
    times.plan.push(begin.elapsed().as_secs_f64());
    let rounds = match order.effort {
        Effort::Rounds(rounds) => rounds,
        Effort::Seconds(_) => u32::MAX,
    };
    if rounds > 0 && schedule.iter().any(|task| *task != NONE) {
        times.rounds += improve(team, &mut search, rounds, until, luck);
    }
    (team.commit(&search), schedule)
}

/// Fills tables on all threads.
fn fill<const D: usize>(team: &mut Team<D>, wanted: &[u32], threads: u32, until: Option<Instant>) {
    let next = AtomicUsize::new(0);
    let work = |team: &Team<D>| {
        let mut made: Vec<(u32, Table)> = Vec::new();
        while until.is_none_or(|until| Instant::now() < until) {
            let Some(goal) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            made.push((*goal, team.filled(*goal)));
        }
        made
    };
    let made: Vec<(u32, Table)> = if wanted.len() < 16 || threads < 2 {
        work(team)
    } else {
        let team: &Team<D> = team;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(|| work(team))).collect();
            threads.into_iter().flat_map(joined).collect()
        })
    };
    for (goal, table) in made {
        team.put(goal, Arc::new(table));
    }
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Improves copies side by side; the best goes on, the first of several.
fn improve<const D: usize>(
    team: &Team<D>,
    search: &mut Search<D>,
    rounds: u32,
    until: Option<Instant>,
    luck: &mut [Stream],
) -> u64 {
    let begin = Instant::now();
    let mut done = 0;
    for share in 1..=SHARES {
        let until =
            until.map(|until| begin + until.saturating_duration_since(begin) * share / SHARES);
        let rounds = rounds / SHARES + u32::from(share <= rounds % SHARES);
        let one = |luck: &mut Stream| {
            let mut copy = search.clone();
            let mut done = 0;
            while done < rounds && until.is_none_or(|until| Instant::now() < until) {
                let slice = SLICE.min(rounds - done);
                team.improve(&mut copy, slice, luck);
                done += slice;
            }
            (copy, u64::from(done))
        };
        let found: Vec<(Search<D>, u64)> = match luck {
            [luck] => vec![one(luck)],
            _ => std::thread::scope(|scope| {
                let threads: Vec<_> = luck
                    .iter_mut()
                    .map(|luck| scope.spawn(|| one(luck)))
                    .collect();
                threads.into_iter().map(joined).collect()
            }),
        };
        done += found.iter().map(|(_, done)| done).sum::<u64>();
        let best = (0..found.len()).max_by_key(|at| (found[*at].0.total(), std::cmp::Reverse(*at)));
        if let Some(best) = best {
            *search = found
                .into_iter()
                .nth(best)
                .map_or_else(|| search.clone(), |found| found.0);
        }
    }
    done
}
