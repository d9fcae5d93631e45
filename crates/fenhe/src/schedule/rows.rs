//! A schedule of a plant as JSON, out and in. Times are seconds from the plant's epoch.

use super::floor::{Floor, Key, days};
use super::gap;
use super::portfolio::{Effort, Found, Order};
use super::repaired::Repair;
use super::words::Problem;
use fenhe_messages::Lang;
use fenhe_planner::schedule::{Begun, Done, Shut, Units, Why, Wrong, check};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One operation.
#[derive(Serialize, Deserialize)]
pub struct Row {
    pub order: String,
    pub product: String,
    pub lot: u32,
    pub step: u32,
    #[serde(default)]
    operation: String,
    #[serde(default)]
    station: String,
    pub machine: String,
    /// When its set-up begins.
    #[serde(default)]
    setup: Option<Units>,
    pub start: Units,
    pub end: Units,
    /// It had begun when the schedule was made good.
    #[serde(default)]
    pub begun: bool,
    /// Its set-up had.
    #[serde(default)]
    pub prepared: bool,
}

/// A machine that is closed once.
#[derive(Serialize, Deserialize)]
pub struct Closed {
    pub machine: String,
    pub from: Units,
    pub to: Units,
}

/// What is read of a schedule; the rest of it does not matter.
#[derive(Deserialize)]
pub struct In {
    pub makespan: Option<Units>,
    #[serde(default)]
    pub at: Option<Units>,
    #[serde(default)]
    pub down: Vec<Closed>,
    pub schedule: Vec<Row>,
}

/// As JSON, ending in a line feed.
pub fn to_json(floor: &Floor, order: &Order, found: &Found, repair: Option<&Repair>) -> String {
    let shop = &floor.works.shop;
    let (bound, _) = gap(shop, found);
    let down: &[Shut] = repair.map_or(&[], |repair| &repair.shut);
    let down = down.iter().map(|shut| Closed {
        machine: floor.machine(shut.machine).to_string(),
        from: shut.from,
        to: shut.to,
    });
    let document = json!({
        "plant": floor.plant.name,
        "epoch": floor.plant.epoch,
        "jobs": shop.jobs(),
        "machines": floor.machines,
        "operations": shop.operations(),
        "makespan": found.makespan,
        "makespan_days": days(found.makespan),
        "bound": bound,
        "weighted_lateness": found.cost.late,
        "seed": order.seed.0,
        "seconds": match order.effort {
            Effort::Seconds(_) => Some((found.seconds * 1e3).round() / 1e3),
            Effort::Steps(_) => None,
        },
        "steps": found.steps,
        "threads": order.threads,
        "stream": found.stream,
        "dispatch": found.first,
        "at": repair.map(|repair| repair.at),
        "down": down.collect::<Vec<Closed>>(),
        "orders": orders(floor, &found.plan),
        "moved": repair.map(|repair| moves(floor, repair)),
        "schedule": rows(floor, &found.plan),
    });
    document.to_string() + "\n"
}

fn rows(floor: &Floor, plan: &[Done]) -> Vec<Row> {
    let setups = floor.setups(plan);
    let row = |(op, done): (usize, &Done)| {
        let (order, product, lot, step) = floor.key(op);
        let machine = floor.machine(done.machine);
        Row {
            order,
            product,
            lot,
            step,
            operation: floor.operation(op).to_string(),
            station: machine.split('/').next().unwrap_or(machine).to_string(),
            machine: machine.to_string(),
            setup: setups[op],
            start: done.begin,
            end: done.end,
            begun: floor.works.shop.begun(op).is_some(),
            prepared: floor.works.shop.is_prepared(op),
        }
    };
    plan.iter().enumerate().map(row).collect()
}

/// When the last lot of an order is done.
pub fn ends(floor: &Floor, plan: &[Done]) -> Vec<Units> {
    let mut ends = vec![0; floor.asked.len()];
    for (op, done) in plan.iter().enumerate() {
        let end = &mut ends[floor.order(op)];
        *end = done.end.max(*end);
    }
    ends
}

/// When an order should be done, in whole seconds.
pub fn due(floor: &Floor, order: usize) -> Option<Units> {
    let due = floor.asked[order].due?;
    Some(Units::try_from(due.0 / 1_000_000).unwrap_or(Units::MAX))
}

fn orders(floor: &Floor, plan: &[Done]) -> Vec<Value> {
    let ends = ends(floor, plan);
    let row = |(at, end): (usize, &Units)| {
        let asked = &floor.asked[at];
        let lots = floor.works.lots.iter();
        let lots = lots.filter(|lot| lot.order as usize == at).count();
        let due = due(floor, at);
        json!({
            "order": asked.order,
            "product": asked.product,
            "priority": asked.priority,
            "lots": lots,
            "end": end,
            "end_days": days(*end),
            "due": due,
            "late": due.map(|due| end.saturating_sub(due)),
        })
    };
    ends.iter().enumerate().map(row).collect()
}

fn moves(floor: &Floor, repair: &Repair) -> Vec<Value> {
    let place = |done: &Done| json!({ "machine": floor.machine(done.machine), "start": done.begin, "end": done.end });
    let of = |op: usize| {
        let (order, product, lot, step) = floor.key(op);
        json!({ "order": order, "product": product, "lot": lot, "step": step, "operation": floor.operation(op) })
    };
    let row = |moved: &fenhe_planner::schedule::Moved| {
        let (why, by) = match moved.why {
            Why::Down(machine) => ("down", json!(floor.machine(machine))),
            Why::Waits(op) => ("waits", of(op)),
            Why::Behind(op) => ("behind", of(op)),
            Why::Room(op) => ("room", of(op)),
            Why::Better => ("better", Value::Null),
        };
        json!({ "what": of(moved.op), "from": place(&moved.from), "to": place(&moved.to), "why": why, "by": by })
    };
    repair.moved.iter().map(row).collect()
}

/// Reads a schedule.
pub fn read(text: &str) -> Result<In, Problem> {
    serde_json::from_str(text).map_err(|why| {
        let detail = vec![("detail", why.to_string())];
        Problem::with("plan/json", detail)
    })
}

/// Nothing is closed once beyond this: eight years.
pub const MOST_SHUT: Units = 1 << 28;

/// Closed machines as a schedule tells them.
pub fn shut(floor: &Floor, down: &[Closed], wrong: &mut Vec<Problem>) -> Vec<Shut> {
    let mut all = Vec::new();
    for closed in down {
        if closed.from >= closed.to || closed.to > MOST_SHUT {
            let value = format!("{} {}..{}", closed.machine, closed.from, closed.to);
            wrong.push(Problem::with("plan/value", vec![("value", value)]));
            continue;
        }
        match floor.meant(&closed.machine)[..] {
            [] => {
                let name = vec![
                    ("machine", closed.machine.clone()),
                    ("row", "down".to_string()),
                ];
                wrong.push(Problem::with("plan/machine", name));
            }
            ref machines => all.extend(machines.iter().map(|machine| Shut {
                machine: *machine,
                from: closed.from,
                to: closed.to,
            })),
        }
    }
    all
}

/// What rows say, by operation; rows that mean none are returned by their number.
pub fn placed(floor: &Floor, rows: &[Row], wrong: &mut Vec<Problem>) -> (Placed, Vec<usize>) {
    let ops = (0..floor.works.shop.operations()).map(|op| (floor.key(op), op));
    let ops: BTreeMap<Key, usize> = ops.collect();
    let machines = (0..).zip(&floor.machines);
    let machines: BTreeMap<&str, u32> = machines.map(|(at, name)| (name.as_str(), at)).collect();
    let mut placed: Placed = vec![None; floor.works.shop.operations()];
    let mut unknown = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let key = (row.order.clone(), row.product.clone(), row.lot, row.step);
        let Some(&op) = ops.get(&key) else {
            unknown.push(at);
            continue;
        };
        let Some(&machine) = machines.get(row.machine.as_str()) else {
            let args = vec![("machine", row.machine.clone()), ("row", at.to_string())];
            wrong.push(Problem::with("plan/machine", args));
            continue;
        };
        let done = Done {
            machine,
            begin: row.start,
            end: row.end,
        };
        if placed[op].replace((done, at)).is_some() {
            let mut args = said(row);
            args.push(("row", at.to_string()));
            wrong.push(Problem::with("plan/twice", args));
        }
    }
    (placed, unknown)
}

/// Where operations are, and in which row that stands.
pub type Placed = Vec<Option<(Done, usize)>>;

/// A row in words' arguments.
pub fn said(row: &Row) -> Vec<(&'static str, String)> {
    vec![
        ("order", row.order.clone()),
        ("product", row.product.clone()),
        ("lot", row.lot.to_string()),
        ("step", row.step.to_string()),
    ]
}

/// All that is wrong with a schedule, or its makespan. What it says is closed must be known to the shop already.
pub fn judge(floor: &mut Floor, read: &In, lang: Lang) -> Result<Units, Vec<Problem>> {
    let mut wrong = Vec::new();
    let (placed, unknown) = placed(floor, &read.schedule, &mut wrong);
    for at in unknown {
        let mut args = said(&read.schedule[at]);
        args.push(("row", at.to_string()));
        wrong.push(Problem::with("plan/unknown", args));
    }
    for (op, place) in placed.iter().enumerate() {
        if place.is_none() {
            let what = vec![("what", floor.named(op, lang))];
            wrong.push(Problem::with("plan/missing", what));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    if let Some(at) = read.at {
        floor.works.shop.set_from(at);
    }
    let mut plan = Vec::new();
    for (op, (done, row)) in placed.into_iter().flatten().enumerate() {
        let row = &read.schedule[row];
        let (machine, begin) = (done.machine, done.begin);
        if row.begun && read.at.is_some_and(|at| begin < at) {
            floor.works.shop.set_begun(op, Begun { machine, begin });
        }
        if row.prepared && read.at.is_some() {
            floor.works.shop.set_prepared(op);
        }
        plan.push(done);
    }
    let makespan =
        check(&floor.works.shop, &plan).map_err(|why| vec![problem(floor, &plan, &why, lang)])?;
    match read.makespan.filter(|said| *said != makespan) {
        None => Ok(makespan),
        Some(said) => {
            let args = vec![
                ("said", said.to_string()),
                ("makespan", makespan.to_string()),
            ];
            Err(vec![Problem::with("schedule/makespan", args)])
        }
    }
}

/// What is wrong with a plan, by names.
pub fn problem(floor: &Floor, plan: &[Done], why: &Wrong, lang: Lang) -> Problem {
    let shop = &floor.works.shop;
    let of = |op: usize| {
        let done = plan.get(op).copied();
        let at = |of: fn(Done) -> Units| done.map_or(0, of).to_string();
        let machine = done.map_or("", |done| floor.machine(done.machine));
        vec![
            ("what", floor.named(op, lang)),
            ("machine", machine.to_string()),
            ("start", at(|done| done.begin)),
            ("end", at(|done| done.end)),
        ]
    };
    let with = |one: usize, other: usize| {
        let mut args = of(one);
        args.push(("other", floor.named(other, lang)));
        let begin = plan.get(other).map_or(0, |done| done.begin);
        args.push(("begin", begin.to_string()));
        let machine = plan.get(one).map_or(0, |done| done.machine);
        args.push(("setup", shop.setup(machine, one, other).to_string()));
        args
    };
    match *why {
        Wrong::Count(found) => Problem::with("plan/missing", vec![("what", found.to_string())]),
        Wrong::Alternative(op) => {
            let ways = shop.alternatives(op).iter();
            let ways = ways.map(|way| format!("{} ({} s)", floor.machine(way.machine), way.time));
            let ways: Vec<String> = ways.collect();
            let mut args = of(op);
            args.push(("ways", ways.join(", ")));
            Problem::with("plan/alternative", args)
        }
        Wrong::Early(op) => {
            let before = shop.before(op).unwrap_or(op);
            let mut args = of(op);
            let end = plan.get(before).map_or(0, |done| done.end);
            args.push(("other", floor.named(before, lang)));
            args.push(("begin", end.to_string()));
            args.push(("lag", shop.lag_before(op).to_string()));
            Problem::with("plan/early", args)
        }
        Wrong::Overlap(one, other) => Problem::with("plan/overlap", with(one, other)),
        Wrong::Setup(one, other) => Problem::with("plan/setup", with(one, other)),
        Wrong::Closed(op) => Problem::with("plan/closed", of(op)),
        Wrong::Release(op) => Problem::with("plan/release", of(op)),
        Wrong::Begun(op) => Problem::with("plan/begun", of(op)),
    }
}
