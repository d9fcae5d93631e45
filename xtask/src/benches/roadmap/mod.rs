//! Traffic on streets: two halls of 820 points with 100 to 300 vehicles for a day, beside the rules that open fleet managers
//! document, and one vehicle alone as the bound of free flow.
//!
//! `FENHE_ROADMAP=SEEDS,HOURS` shortens it; 20 seeds of 24 h are the full form.

mod hall;

use super::process::{self, fenhe};
use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use hall::{Given, Hall};
use serde_json::Value;
use std::path::Path;

/// The race.
pub const RACE: Race = Race {
    name: "roadmap",
    run,
};

/// Vehicles, and the share of the bound that they must reach.
const FLEETS: [(usize, Option<f64>); 4] =
    [(100, Some(0.9)), (150, None), (200, Some(0.8)), (300, None)];
const HALLS: [(Hall, &str); 2] = [(Hall::OneWay, "one-way"), (Hall::TwoWay, "two-way")];
/// Streets each way: 820 points.
const STREETS: usize = 10;
/// Streets each way of the hall of a thousand.
const LARGE: usize = 26;
/// It is to be so much faster than the clock,
const FASTER: f64 = 20.0;
/// and to decide within so much at the 99th percentile [ms].
const LATEST: f64 = 100.0;
/// Hours that are not measured.
const WARM_UP: &str = "1h";

/// Days of the vehicle that is alone.
const ALONE: u32 = 20;

/// What runs of one plant gave.
struct Found {
    /// Transports an hour, all seeds.
    per_hour: f64,
    /// What the referee saw: bodies that met, areas, waits beyond 30 minutes.
    violations: u64,
    /// When the first was [s].
    first: Option<f64>,
    /// Which.
    what: String,
    /// Simulated seconds per CPU second.
    factor: f64,
}

fn run() -> Result<Vec<Row>, Vec<String>> {
    let given = std::env::var("FENHE_ROADMAP").unwrap_or_default();
    let mut given = given.split(',').map(str::parse::<u32>);
    let seeds = given.next().and_then(Result::ok).unwrap_or(20);
    let hours = given.next().and_then(Result::ok).unwrap_or(24);
    process::with_scratch("roadmap", |folder| measure(folder, seeds, hours))
}

fn measure(folder: &Path, seeds: u32, hours: u32) -> Result<Vec<Row>, Vec<String>> {
    let mut rows = Vec::new();
    for (hall, name) in HALLS {
        let of = |vehicles, traffic| Given {
            hall,
            streets: STREETS,
            vehicles,
            traffic,
        };
        // Who is alone drives the shortest ways; ours keep off lanes for both directions.
        let alone = found(folder, of(1, "first-come"), ALONE, 24)?;
        println!("roadmap: {name}, alone {:.2} transports/h", alone.per_hour);
        for (vehicles, least) in FLEETS {
            let ours = found(folder, of(vehicles, "ordered"), seeds, hours)?;
            let theirs = found(folder, of(vehicles, "first-come"), seeds, hours)?;
            rows.extend(compared((name, vehicles), &alone, (&ours, &theirs), least));
        }
    }
    rows.extend(thousand(folder)?);
    Ok(rows)
}

/// A thousand vehicles in a hall of 6,000 points: an hour after an hour.
fn thousand(folder: &Path) -> Result<Vec<Row>, Vec<String>> {
    let given = Given {
        hall: Hall::OneWay,
        streets: LARGE,
        vehicles: 1000,
        traffic: "ordered",
    };
    let plant = hall::make(&folder.join("large"), given)?;
    let plant = plant.display().to_string();
    let run = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "fenhe-study",
        "--example",
        "decisions",
        "--",
        &plant,
        "1",
        "1",
    ];
    let found = json::parse(&shell::read(shell::cargo(&run))?)?;
    let row = |what: &str, key: &str, anchor, unit, goal| Row {
        name: format!("one-way, 1000 vehicles: {what}"),
        ours: found[key].as_f64(),
        anchor,
        unit,
        goal,
    };
    let (faster, later) = (Some(Goal::AtLeast(1.0)), Some(Goal::AtMost(1.0)));
    Ok(vec![
        row(
            "simulated time",
            "factor",
            Some(FASTER),
            "s a CPU second",
            faster,
        ),
        row("decision, p99", "p99_ms", Some(LATEST), "ms", later),
        row("transports", "transports_per_hour", None, "an hour", None),
        row(
            "locks and violations",
            "violations",
            None,
            "violations",
            None,
        ),
    ])
}

fn compared(
    (name, vehicles): (&str, usize),
    alone: &Found,
    (ours, theirs): (&Found, &Found),
    least: Option<f64>,
) -> Vec<Row> {
    let row = |what: &str, ours: f64, anchor: Option<f64>, unit, goal| Row {
        name: format!("{name}, {vehicles} vehicles: {what}"),
        ours: Some(ours),
        anchor,
        unit,
        goal,
    };
    let bound = vehicles as f64 * alone.per_hour;
    let locked = match theirs.first {
        Some(at) => format!("first come first served: {} at {at:.0} s", theirs.what),
        None => "first come first served: did not lock".into(),
    };
    if let Some(at) = ours.first {
        println!("roadmap: {name}, {vehicles}: {} at {at:.0} s", ours.what);
    }
    vec![
        row(
            "transports against free flow",
            ours.per_hour,
            Some(bound),
            "an hour",
            least.map(Goal::AtLeast),
        ),
        row(
            "locks and violations, from one on",
            ours.violations as f64 + 1.0,
            Some(1.0),
            "violations + 1",
            Some(Goal::AtMost(1.0)),
        ),
        row("simulated time", ours.factor, None, "s a CPU second", None),
        row(&locked, theirs.per_hour, Some(bound), "an hour", None),
    ]
}

fn found(folder: &Path, given: Given, seeds: u32, hours: u32) -> Result<Found, Vec<String>> {
    let plant = hall::make(&folder.join("hall"), given)?;
    let (seeds, time) = (seeds.to_string(), format!("{hours}h"));
    let plant = plant.display().to_string();
    let args = [
        "simulate",
        &plant,
        "--for",
        &time,
        "--warm-up",
        WARM_UP,
        "--replications",
        &seeds,
        "--seed",
        "1",
        "--json",
        "-",
    ];
    let program = fenhe().display().to_string();
    let outcome = json::parse(&shell::read(shell::program(&program, &args))?)?;
    read(&outcome).ok_or_else(|| vec!["an outcome without transports".into()])
}

fn read(outcome: &Value) -> Option<Found> {
    let referee = &outcome["referee"];
    let at = |row: &&Value| row["at_s"].as_f64().unwrap_or(0.0);
    let first = json::list(referee, "first").iter();
    let first = first.min_by(|a, b| at(a).total_cmp(&at(b)));
    Some(Found {
        per_hour: outcome["fleet"][0]["transports_per_hour"]["mean"].as_f64()?,
        violations: referee["violations"].as_u64()?,
        first: first.as_ref().map(at),
        what: first.map_or_else(String::new, |row| row["what"].to_string()),
        factor: outcome["real_time_factor"].as_f64()?,
    })
}
