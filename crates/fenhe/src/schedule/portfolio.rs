//! Some searches at once, each with a stream and a way of its own; the shortest schedule wins, the lowest stream of
//! several. They tell each other nothing, so that each answer can be had again by its steps.

use cpu_time::ThreadTime;
use fenhe_contract::Seed;
use fenhe_planner::schedule::{
    Cost, Done, Rule, Search, Shop, Style, Units, check, cost, dispatch, rules,
};
use std::sync::atomic::{AtomicBool, Ordering};

/// What is asked for.
pub struct Order {
    pub effort: Effort,
    pub threads: u32,
    pub seed: Seed,
}

/// How long each thread searches.
pub enum Effort {
    /// Processor seconds of each, dispatch included; all end when one has a schedule that is as short as the bound.
    Seconds(f64),
    /// Steps, one number a thread.
    Steps(Vec<u64>),
}

/// What was found.
pub struct Found {
    pub plan: Vec<Done>,
    pub makespan: Units,
    pub cost: Cost,
    /// The stream that found it.
    pub stream: u32,
    /// The rule that all began with, and its makespan; none: a plan that was given.
    pub rule: Option<Rule>,
    pub first: Units,
    /// Steps done, one number a thread.
    pub steps: Vec<u64>,
    /// Processor seconds of all threads.
    pub seconds: f64,
}

/// One thread's.
struct Part {
    plan: Vec<Done>,
    cost: Cost,
    steps: u64,
    seconds: f64,
}

/// Makes a schedule.
pub fn run(shop: &Shop, order: &Order) -> Found {
    let clock = ThreadTime::now();
    let (rule, begin) = dispatched(shop);
    let spent = clock.elapsed().as_secs_f64();
    searched(shop, order, (begin, rule), spent)
}

/// Makes a schedule better.
pub fn from(shop: &Shop, order: &Order, begin: Vec<Done>) -> Found {
    searched(shop, order, (begin, None), 0.0)
}

fn searched(
    shop: &Shop,
    order: &Order,
    (begin, rule): (Vec<Done>, Option<Rule>),
    spent: f64,
) -> Found {
    let first = length(&begin);
    let stop = AtomicBool::new(false);
    let parts: Vec<Part> = std::thread::scope(|scope| {
        let one = |stream| {
            let (begin, stop) = (&begin, &stop);
            scope.spawn(move || search(shop, begin, order, stream, (spent, stop)))
        };
        let threads: Vec<_> = (0..order.threads).map(one).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let steps = parts.iter().map(|part| part.steps).collect();
    let seconds = spent + parts.iter().map(|part| part.seconds).sum::<f64>();
    let best = (0..).zip(parts).min_by_key(|(_, part)| part.cost);
    let (stream, plan) = match best {
        Some((stream, part)) => (stream, part.plan),
        None => (0, begin),
    };
    Found {
        makespan: length(&plan),
        cost: cost(shop, &plan),
        plan,
        stream,
        rule,
        first,
        steps,
        seconds,
    }
}

fn length(plan: &[Done]) -> Units {
    plan.iter().map(|done| done.end).max().unwrap_or(0)
}

/// The best schedule of the rules, the first of several.
fn dispatched(shop: &Shop) -> (Option<Rule>, Vec<Done>) {
    let made = rules(shop).iter().map(|rule| {
        let plan = dispatch(shop, *rule);
        let holds = check(shop, &plan).is_ok();
        ((!holds, cost(shop, &plan)), *rule, plan)
    });
    let best = made.min_by_key(|(cost, ..)| *cost);
    best.map_or((None, Vec::new()), |(_, rule, plan)| (Some(rule), plan))
}

fn search(
    shop: &Shop,
    begin: &[Done],
    order: &Order,
    stream: u32,
    (spent, stop): (f64, &AtomicBool),
) -> Part {
    let clock = ThreadTime::now();
    let seed = order.seed.replication(stream);
    let mut search = Search::new(shop, begin, seed, Style::of(shop, stream));
    match &order.effort {
        Effort::Steps(steps) => search.on(steps[stream as usize]),
        Effort::Seconds(seconds) => {
            let slice = (200_000 / shop.operations().max(1) as u64).clamp(1, 100);
            while !search.is_shortest()
                && !stop.load(Ordering::Relaxed)
                && spent + clock.elapsed().as_secs_f64() < *seconds
            {
                search.on(slice);
            }
            if search.is_shortest() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    }
    Part {
        cost: search.cost(),
        plan: search.plan(),
        steps: search.steps(),
        seconds: clock.elapsed().as_secs_f64(),
    }
}
