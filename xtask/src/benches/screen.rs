//! The control centre in front of a thousand vehicles that drive: a rehearsal of the hall of the live race and a real
//! browser on the same machine, pages opened one after the other with nothing in any cache. Measured in the page:
//! script time of a frame, and from the begin of a page that comes late to the whole plant drawn; and what a first
//! page loads.

use super::hall;
use super::process::{Process, fenhe, with_scratch};
use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use serde_json::Value;
use std::path::Path;

/// The race.
pub const RACE: Race = Race {
    name: "screen",
    run,
};

/// Rows of the hall.
const ROWS: usize = 40;
/// What is measured: its key in what the page's script tells, its name, unit and aim.
const AIMS: [(&str, &str, &str, f64); 3] = [
    ("script", "script time of a frame, median", "ms", 2.0),
    (
        "late",
        "a page that comes late shows the whole plant, median",
        "ms",
        1_000.0,
    ),
    ("load", "a first page loads, compressed", "kB", 250.0),
];

fn run() -> Result<Vec<Row>, Vec<String>> {
    with_scratch("screen", race)
}

fn race(scratch: &Path) -> Result<Vec<Row>, Vec<String>> {
    let plant = hall::make(&scratch.join("hall"), ROWS)?;
    let path = |path: &Path| path.display().to_string();
    let (plant, journal) = (path(&plant), path(&scratch.join("journal")));
    let args = ["rehearse", &plant, "--journal", &journal, "--port", "0"];
    let process = Process::start(&fenhe(), &args)?;
    let guest = |line: &str| {
        let link = line
            .split_whitespace()
            .find(|word| word.contains("#fht_"))?;
        Some(link.to_string())
    };
    let page = process.wait(guest)?;
    let vehicles = (ROWS * hall::A_ROW).to_string();
    let told = shell::read(shell::program(
        "node",
        &["web/race/screen.mjs", &page, &vehicles],
    ))?;
    let told = json::parse(&told)?;
    AIMS.iter().map(|aim| row(&told, aim)).collect()
}

fn row(
    told: &Value,
    (key, name, unit, aim): &(&str, &str, &'static str, f64),
) -> Result<Row, Vec<String>> {
    let ours = told[key].as_f64();
    let ours = ours.ok_or_else(|| vec![format!("screen: no {key} in {told}")])?;
    Ok(Row {
        name: format!("{} vehicles: {name}", ROWS * hall::A_ROW),
        ours: Some(ours),
        anchor: Some(*aim),
        unit,
        goal: Some(Goal::AtMost(1.0)),
    })
}
