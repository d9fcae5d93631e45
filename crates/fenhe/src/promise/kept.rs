//! Promises as JSON.

use super::{Order, Promise, Risk};
use fenhe_contract::{Share, Time};
use fenhe_planner::promise::{Book, names};
use fenhe_plant::{Plant, Quantity};
use fenhe_study::promise::{moved, resource};
use serde_json::{Value, json};

/// Shares of an order that `partial` tells.
const PARTS: [u32; 3] = [25, 50, 75];

/// Days from the plant's epoch, to a thousandth.
pub fn days(time: Time) -> f64 {
    (time.as_seconds() / 86_400.0 * 1e3).round() / 1e3
}

/// The document that `--json` writes; docs/promise.md lists its fields.
pub fn to_json(
    (plant, book): (&Plant, &Book),
    (promises, risks): (&[Promise], &[Risk]),
    order: &Order,
) -> String {
    let rows: Vec<Value> = promises
        .iter()
        .map(|promise| row(plant, book, promise))
        .collect();
    let document = json!({
        "plant": plant.name,
        "epoch": plant.epoch,
        "quantile": f64::from(order.quantile) / 100.0,
        "paths": order.paths,
        "seed": order.seed.0,
        "at_days": days(order.at),
        "kept": order.keep,
        "promises": rows,
        "at_risk": risks.iter().map(at_risk).collect::<Vec<_>>(),
    });
    document.to_string()
}

fn at_risk(risk: &Risk) -> Value {
    let (probability, ci95, n) = risk.sure;
    json!({
        "order": risk.order,
        "full_days": days(risk.full),
        "probability": probability,
        "ci95": ci95,
        "n": n,
        "promised": risk.promised,
    })
}

fn row(plant: &Plant, book: &Book, promise: &Promise) -> Value {
    let dates = &promise.planned.dates;
    let (full, plan) = (promise.full.map(days), days(dates.full()));
    let partial = PARTS.map(|share| {
        let at = dates.partial(Share(share * 10_000_000));
        json!({ "share": f64::from(share) / 100.0, "days": days(shifted(promise, at)) })
    });
    let quantity = match promise.asked.quantity {
        Quantity::Weight(weight) => json!({ "t": weight.0 as f64 / 1e6 }),
        Quantity::Pieces(pieces) => json!({ "pieces": pieces }),
    };
    let sure = |sure: Option<(f64, [f64; 2], u32)>| match sure {
        Some((share, interval, n)) => (json!(share), json!(interval), json!(n)),
        None => (Value::Null, Value::Null, Value::Null),
    };
    let (probability, ci95, n) = sure(promise.sure);
    let due = promise.asked.due.map(|due| {
        let (probability, ci95, n) = sure(promise.due);
        json!({ "days": days(due), "probability": probability, "ci95": ci95, "n": n })
    });
    json!({
        "order": promise.asked.order,
        "product": promise.asked.product,
        "quantity": quantity,
        // Without paths, or where too few of them end, the plan's date stands.
        "full_days": full.unwrap_or(plan),
        "plan_days": plan,
        "partial": partial,
        "probability": probability,
        "ci95": ci95,
        "n": n,
        "due": due,
        "binding": binding(plant, book, promise),
        "alternatives": alternatives(plant, book, promise),
    })
}

/// A date of the plan, moved as the promised date is moved against the plan's.
pub fn shifted(promise: &Promise, at: Time) -> Time {
    let (plan, from) = (promise.planned.dates.full(), promise.planned.demand.from);
    let full = promise.full;
    full.map_or(at, |full| moved(at, from, (plan, full)))
}

fn binding(plant: &Plant, book: &Book, promise: &Promise) -> Value {
    let Some(&(group, gain)) = promise.planned.binding.first() else {
        return json!({ "kind": "flow-time", "name": Value::Null, "stations": [], "gain_days": 0.0 });
    };
    let held = resource(book, group);
    let (name, stations) = names(plant, held);
    json!({ "kind": held.kind(), "name": name, "stations": stations, "gain_days": days(Time(gain.0)) })
}

fn alternatives(plant: &Plant, book: &Book, promise: &Promise) -> Vec<Value> {
    let dates = &promise.planned.dates;
    let mut all = Vec::new();
    for &(group, gain) in promise.planned.binding.iter().take(2) {
        let (name, _) = names(plant, resource(book, group));
        let full = Time(dates.full().0 - gain.0);
        all.push(json!({ "kind": "one-more-server", "name": name, "full_days": days(shifted(promise, full)) }));
    }
    let half = dates.partial(Share(500_000_000));
    all.push(json!({
        "kind": "split",
        "first": { "share": 0.5, "days": days(shifted(promise, half)) },
        "rest": { "share": 0.5, "days": days(shifted(promise, dates.full())) },
    }));
    if let Some(due) = promise.asked.due {
        let done = dates
            .lots
            .iter()
            .filter(|lot| shifted(promise, lot.0) <= due)
            .count();
        let share = done as f64 / dates.lots.len().max(1) as f64;
        all.push(
            json!({ "kind": "by-due", "share": (share * 1e3).floor() / 1e3, "days": days(due) }),
        );
    }
    all
}
