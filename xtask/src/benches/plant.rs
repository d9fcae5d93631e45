//! The cell workshop on one core: simulated seconds per CPU second, with what bounds it beside it -
//! events, transports and nodes passed in a simulated second. A run in which the referee saw
//! anything, or a line was slower than its takt, has no time.

use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use serde_json::Value;

/// The race.
pub const RACE: Race = Race { name: "plant", run };

const PLANT: &str = "plants/jinneng-cells";
const ROUNDS: usize = 3;
/// Simulated seconds per CPU second: must be reached, and is aimed at.
const GATE: f64 = 5_000.0;
const AIM: f64 = 20_000.0;
/// Every line must do better than this [s].
const TAKT: f64 = 2.0;

fn simulate() -> Result<Value, Vec<String>> {
    let study = [
        "--for",
        "1d",
        "--warm-up",
        "2d",
        "--replications",
        "1",
        "--seed",
        "1",
    ];
    let mut args = vec![
        "run",
        "--release",
        "--quiet",
        "--package",
        "fenhe",
        "--",
        "simulate",
        PLANT,
    ];
    args.extend(study);
    args.extend(["--threads", "1", "--json", "-"]);
    let text = shell::read(shell::cargo(&args))?;
    let outcome = json::parse(&text)?;
    wrong(&outcome).map_or(Ok(outcome), |why| Err(vec![format!("{PLANT}: {why}")]))
}

/// What is wrong with an outcome.
fn wrong(outcome: &Value) -> Option<String> {
    match outcome["referee"]["violations"].as_u64() {
        Some(0) => {}
        other => return Some(format!("the referee saw {other:?} violations")),
    }
    let lines = json::list(outcome, "lines");
    let slow = lines
        .iter()
        .find(|line| line["takt_s"]["mean"].as_f64().is_none_or(|s| s >= TAKT));
    match slow {
        Some(line) => Some(format!("{}: takt {}", line["id"], line["takt_s"]["mean"])),
        None if lines.is_empty() => Some("no lines".into()),
        None => None,
    }
}

fn run() -> Result<Vec<Row>, Vec<String>> {
    shell::run(shell::cargo(&["build", "--release", "--package", "fenhe"]))?;
    let mut best: Option<(f64, Value)> = None;
    for _ in 0..ROUNDS {
        let outcome = simulate()?;
        let factor = outcome["real_time_factor"].as_f64().unwrap_or(0.0);
        println!("plant: {factor:.0} simulated s / CPU s");
        if best.as_ref().is_none_or(|(most, _)| factor > *most) {
            best = Some((factor, outcome));
        }
    }
    let Some((factor, outcome)) = best else {
        return Err(vec!["no round".into()]);
    };
    Ok(rows(factor, &outcome))
}

fn rows(factor: f64, outcome: &Value) -> Vec<Row> {
    let number = |key: &str| outcome[key].as_f64().unwrap_or(f64::NAN);
    let sum = |list: &str, of: &dyn Fn(&Value) -> Option<f64>| -> f64 {
        json::list(outcome, list).iter().filter_map(of).sum::<f64>() / 3_600.0
    };
    let events = number("events") / (number("horizon_s") + number("warm_up_s"));
    let transports = sum("fleet", &|row| row["transports_per_hour"]["mean"].as_f64());
    let nodes = sum("edges", &|row| row["passes_per_hour"].as_f64());
    let speed = |name: &str, anchor, goal| Row {
        name: name.into(),
        ours: Some(factor),
        anchor: Some(anchor),
        unit: "simulated s / CPU s",
        goal,
    };
    let fact = |name: &str, ours, unit| Row {
        name: name.into(),
        ours: Some(ours),
        anchor: None,
        unit,
        goal: None,
    };
    vec![
        speed("gate", GATE, Some(Goal::AtLeast(1.0))),
        speed("aim", AIM, None),
        fact("events", events, "/ simulated s"),
        fact("transports", transports, "/ simulated s"),
        fact("nodes passed", nodes, "/ simulated s"),
        fact("events handled", events * factor, "/ CPU s"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(takt: f64, violations: u64) -> Value {
        json!({
            "events": 180_000, "horizon_s": 80.0, "warm_up_s": 20.0,
            "referee": { "violations": violations },
            "lines": [{ "id": "L1", "takt_s": { "mean": takt } }],
            "fleet": [{ "transports_per_hour": { "mean": 3_600.0 } }],
            "edges": [{ "passes_per_hour": 7_200.0 }, { "passes_per_hour": 3_600.0 }],
        })
    }

    #[test]
    fn an_outcome_that_is_wrong_has_no_time() {
        assert_eq!(wrong(&outcome(1.9, 0)), None);
        assert!(wrong(&outcome(2.0, 0)).is_some());
        assert!(wrong(&outcome(1.9, 1)).is_some());
        assert!(wrong(&json!({ "referee": { "violations": 0 } })).is_some());
        assert!(wrong(&json!({})).is_some());
    }

    #[test]
    fn rows_are_per_simulated_second() {
        let rows = rows(10_000.0, &outcome(1.9, 0));
        let ours: Vec<f64> = rows.iter().filter_map(|row| row.ours).collect();
        assert_eq!(ours, [10_000.0, 10_000.0, 1_800.0, 1.0, 3.0, 18_000_000.0]);
        assert!(rows.iter().all(Row::holds));
    }
}
