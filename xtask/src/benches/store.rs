//! An automated store of 50,000 slots and 20 cranes under load for ten days, cranes breaking down:
//! processor time of a decision. A run that lost or doubled a load, or whose books were not the
//! truth in the end, has no time.

use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use serde_json::Value;

/// The race.
pub const RACE: Race = Race { name: "store", run };

/// A decision at the 99th percentile must not take longer [ms].
const MOST: f64 = 5.0;

fn simulate() -> Result<Value, Vec<String>> {
    let args = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "fenhe-study",
        "--example",
        "store",
    ];
    let outcome = json::parse(&shell::read(shell::cargo(&args))?)?;
    match (
        outcome["breaches"].as_u64(),
        outcome["books_are_truth"].as_bool(),
    ) {
        (Some(0), Some(true)) => Ok(outcome),
        _ => Err(vec![format!("loads or books are wrong: {outcome}")]),
    }
}

fn run() -> Result<Vec<Row>, Vec<String>> {
    let outcome = simulate()?;
    let row = |name: &str, key: &str, goal| Row {
        name: name.into(),
        ours: outcome[key].as_f64(),
        anchor: Some(MOST),
        unit: "ms",
        goal,
    };
    Ok(vec![
        row("decision, p99", "p99_ms", Some(Goal::AtMost(1.0))),
        row("decision, p50", "p50_ms", None),
        Row {
            name: "loads put away and retrieved in ten days".into(),
            ours: outcome["moves"].as_f64(),
            anchor: None,
            unit: "loads",
            goal: None,
        },
    ])
}
