//! A schedule as JSON, out and in.

use super::portfolio::{Effort, Found, Order};
use super::words::Problem;
use super::{Instance, gap};
use fenhe_planner::schedule::{self, Done, Kind, Shop, Units, Wrong};
use serde::{Deserialize, Serialize};

/// One operation; indexes count from 0.
#[derive(Serialize, Deserialize)]
struct Row {
    job: u32,
    operation: u32,
    machine: u32,
    start: Units,
    end: Units,
}

#[derive(Serialize)]
struct Out<'a> {
    instance: &'a str,
    kind: &'a str,
    jobs: usize,
    machines: u32,
    operations: usize,
    makespan: Units,
    bound: Units,
    optimal: bool,
    seed: u64,
    /// Processor seconds of all threads; none where steps were given, so that the same steps give the same bytes.
    seconds: Option<f64>,
    steps: &'a [u64],
    threads: u32,
    stream: u32,
    dispatch: Units,
    schedule: Vec<Row>,
}

/// What is read of a schedule; the rest of it does not matter.
#[derive(Deserialize)]
struct In {
    makespan: Option<Units>,
    schedule: Vec<Row>,
}

/// As JSON, ending in a line feed.
pub fn to_json(instance: &Instance, order: &Order, found: &Found) -> String {
    let shop = &instance.shop;
    let (bound, _) = gap(shop, found);
    let out = Out {
        instance: &instance.name,
        kind: match instance.kind {
            Kind::JobShop => "jsp",
            Kind::Flexible => "fjsp",
        },
        jobs: shop.jobs(),
        machines: shop.machines,
        operations: shop.operations(),
        makespan: found.makespan,
        bound,
        optimal: found.makespan <= bound,
        seed: order.seed.0,
        seconds: match order.effort {
            Effort::Seconds(_) => Some((found.seconds * 1e3).round() / 1e3),
            Effort::Steps(_) => None,
        },
        steps: &found.steps,
        threads: order.threads,
        stream: found.stream,
        dispatch: found.first,
        schedule: rows(shop, &found.plan),
    };
    serde_json::to_string(&out).unwrap_or_default() + "\n"
}

fn rows(shop: &Shop, plan: &[Done]) -> Vec<Row> {
    let row = |(op, done): (usize, &Done)| {
        let (job, operation) = place(shop, op);
        Row {
            job,
            operation,
            machine: done.machine,
            start: done.begin,
            end: done.end,
        }
    };
    plan.iter().enumerate().map(row).collect()
}

/// Job, and which of its operations.
fn place(shop: &Shop, op: usize) -> (u32, u32) {
    let job = shop.job_of(op);
    (job as u32, (op - shop.ops_of(job).start) as u32)
}

/// The makespan of a schedule in JSON, or what is wrong with it.
pub fn check(shop: &Shop, text: &str) -> Result<Units, Problem> {
    let read: In = serde_json::from_str(text).map_err(|why| {
        let detail = vec![("detail", why.to_string())];
        Problem::with("schedule/json", detail)
    })?;
    let plan = plan(shop, &read.schedule)?;
    let makespan = schedule::check(shop, &plan).map_err(|why| wrong(shop, &plan, &why))?;
    match read.makespan.filter(|said| *said != makespan) {
        None => Ok(makespan),
        Some(said) => {
            let args = vec![
                ("said", said.to_string()),
                ("makespan", makespan.to_string()),
            ];
            Err(Problem::with("schedule/makespan", args))
        }
    }
}

fn plan(shop: &Shop, rows: &[Row]) -> Result<Vec<Done>, Problem> {
    let mut plan: Vec<Option<Done>> = vec![None; shop.operations()];
    for (at, row) in rows.iter().enumerate() {
        let named = || {
            vec![
                ("row", at.to_string()),
                ("job", row.job.to_string()),
                ("operation", row.operation.to_string()),
            ]
        };
        let unknown = || Problem::with("schedule/unknown", named());
        let job = Some(row.job as usize).filter(|job| *job < shop.jobs());
        let ops = shop.ops_of(job.ok_or_else(unknown)?);
        let op = ops.clone().nth(row.operation as usize);
        let op = op.ok_or_else(unknown)?;
        let done = Done {
            machine: row.machine,
            begin: row.start,
            end: row.end,
        };
        if plan[op].replace(done).is_some() {
            return Err(Problem::with("schedule/twice", named()));
        }
    }
    let found = plan.iter().flatten().count();
    match plan.iter().position(Option::is_none) {
        None => Ok(plan.into_iter().flatten().collect()),
        Some(missing) => {
            let mut args = named(shop, missing);
            args.push(("found", found.to_string()));
            args.push(("all", shop.operations().to_string()));
            Err(Problem::with("schedule/count", args))
        }
    }
}

type Args = Vec<(&'static str, String)>;

fn named(shop: &Shop, op: usize) -> Args {
    let (job, operation) = place(shop, op);
    vec![
        ("job", job.to_string()),
        ("operation", operation.to_string()),
    ]
}

fn wrong(shop: &Shop, plan: &[Done], why: &Wrong) -> Problem {
    match *why {
        Wrong::Count(found) => {
            let all = shop.operations().to_string();
            Problem::with(
                "schedule/count",
                vec![("found", found.to_string()), ("all", all)],
            )
        }
        Wrong::Alternative(op) => {
            let mut args = named(shop, op);
            let can = shop.alternatives(op).iter();
            let can = can.map(|one| format!("{} ({})", one.machine, one.time));
            let can: Vec<String> = can.collect();
            args.push(("machine", plan[op].machine.to_string()));
            args.push(("start", plan[op].begin.to_string()));
            args.push(("end", plan[op].end.to_string()));
            args.push(("alternatives", can.join(", ")));
            Problem::with("schedule/alternative", args)
        }
        // A public shop has no set-ups, hours or releases, and nothing in it has begun.
        Wrong::Early(op) | Wrong::Closed(op) | Wrong::Release(op) | Wrong::Begun(op) => {
            let mut args = named(shop, op);
            let before = op.saturating_sub(1);
            args.push(("start", plan[op].begin.to_string()));
            args.push(("before", place(shop, before).1.to_string()));
            args.push(("end", plan[before].end.to_string()));
            Problem::with("schedule/early", args)
        }
        Wrong::Overlap(one, other) | Wrong::Setup(one, other) => {
            let mut args = named(shop, one);
            let (job, operation) = place(shop, other);
            args.push(("machine", plan[one].machine.to_string()));
            args.push(("end", plan[one].end.to_string()));
            args.push(("start", plan[other].begin.to_string()));
            args.push(("job2", job.to_string()));
            args.push(("operation2", operation.to_string()));
            Problem::with("schedule/overlap", args)
        }
    }
}
