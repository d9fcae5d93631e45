//! Robots on a grid: tasks of the EPIBT set under the rules of 2024, time of a step, and 10,000 robots in a warehouse. Each
//! run is judged by `fenhe grid-check` before it counts.
//!
//! `FENHE_GRID=DIR` names the folder of the EPIBT set (map.txt, agents_0.csv to agents_7.csv, tasks.csv); without it
//! only the 100 robots of the tests run. `FENHE_GRID_STEPS=N` shortens all runs.

use super::process;
use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The race.
pub const RACE: Race = Race { name: "grid", run };

/// Robots, steps, and what a published winner reached on other instances of this class, with as many robots and
/// steps and a second a step on two threads.
const CLASS: [(usize, u32, Option<f64>); 5] = [
    (100, 600, Some(648.0)),
    (200, 600, Some(1184.0)),
    (400, 800, Some(2027.0)),
    (700, 1000, None),
    (800, 2000, None),
];
/// Steps of the warehouse.
const WAREHOUSE: u32 = 200;
/// Planning may take so long without refinement, with 400 robots [ms].
const MEAN: f64 = 10.0;

fn run() -> Result<Vec<Row>, Vec<String>> {
    process::with_scratch("grid", measure)
}

fn measure(folder: &Path) -> Result<Vec<Row>, Vec<String>> {
    std::fs::create_dir_all(folder).map_err(|why| vec![why.to_string()])?;
    let mut rows = Vec::new();
    let given = std::env::var_os("FENHE_GRID").map(PathBuf::from);
    for (at, (robots, steps, winner)) in CLASS.iter().enumerate() {
        let instance = match &given {
            Some(set) => class(folder, set, *robots)?,
            None if at == 0 => shell::root().join("crates/fenhe/tests/grid/random_100.json"),
            None => break,
        };
        let done = shortened(*steps);
        // A winner's tasks are of the full length.
        let winner = winner.filter(|_| done == *steps);
        let name = |what: &str| format!("{robots} robots, {done} steps: {what}");
        let timed = ["--seconds-per-step", "1", "--threads", "2"];
        let full = ran(folder, &instance, *steps, &timed)?;
        rows.push(told(
            name("tasks"),
            full["numTaskFinished"].as_f64(),
            winner,
            "tasks",
        ));
        let bare = ran(
            folder,
            &instance,
            *steps,
            &["--iterations", "0", "--threads", "1"],
        )?;
        let mean = mean(&bare);
        let mut row = told(name("mean step without refinement"), mean, Some(MEAN), "ms");
        if *robots == 400 {
            row.goal = Some(Goal::AtMost(1.0));
        }
        rows.push(row);
    }
    let instance = warehouse(folder)?;
    let timed = ["--seconds-per-step", "1", "--threads", "2"];
    let full = ran(folder, &instance, WAREHOUSE, &timed)?;
    let mut late = told(
        "10,000 robots: p99 step".into(),
        p99(&full),
        Some(1000.0),
        "ms",
    );
    late.goal = Some(Goal::AtMost(1.0));
    let tasks = full["numTaskFinished"].as_f64();
    let tasks = told(
        format!("10,000 robots, {} steps: tasks", shortened(WAREHOUSE)),
        tasks,
        None,
        "tasks",
    );
    rows.extend([late, tasks]);
    Ok(rows)
}

fn told(name: String, ours: Option<f64>, anchor: Option<f64>, unit: &'static str) -> Row {
    Row {
        name,
        ours,
        anchor,
        unit,
        goal: None,
    }
}

/// Steps of a run.
fn shortened(steps: u32) -> u32 {
    let most = std::env::var("FENHE_GRID_STEPS").ok();
    let most = most.and_then(|most| most.parse().ok());
    most.map_or(steps, |most: u32| steps.min(most))
}

/// Runs an instance and lets the judge see it.
fn ran(folder: &Path, instance: &Path, steps: u32, more: &[&str]) -> Result<Value, Vec<String>> {
    let fenhe = process::fenhe();
    let fenhe = fenhe.to_string_lossy();
    let instance = instance.to_string_lossy();
    let out = folder.join("out.json");
    let out = out.to_string_lossy();
    let steps = shortened(steps).to_string();
    let words = ["grid", &instance, "--steps", &steps, "--out", &out];
    shell::read(shell::program(&fenhe, &[&words[..], more].concat()))?;
    shell::read(shell::program(&fenhe, &["grid-check", &instance, &out]))?;
    let text = std::fs::read_to_string(&*out).map_err(|why| vec![format!("{out}: {why}")])?;
    json::parse(&text)
}

/// Milliseconds of each step.
fn times(run: &Value) -> Vec<f64> {
    let all = run["plannerTimes"].as_array().into_iter().flatten();
    all.filter_map(Value::as_f64)
        .map(|time| 1000.0 * time)
        .collect()
}

fn mean(run: &Value) -> Option<f64> {
    let all = times(run);
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
}

fn p99(run: &Value) -> Option<f64> {
    let mut all = times(run);
    all.sort_by(f64::total_cmp);
    all.get((all.len() * 99 / 100).min(all.len().saturating_sub(1)))
        .copied()
}

fn written(path: PathBuf, text: &str) -> Result<PathBuf, Vec<String>> {
    let told = |why: std::io::Error| vec![format!("{}: {why}", path.display())];
    std::fs::write(&path, text).map_err(told)?;
    Ok(path)
}

/// So many robots of the EPIBT set.
fn class(folder: &Path, set: &Path, robots: usize) -> Result<PathBuf, Vec<String>> {
    let file = |name: &str| set.join(name).display().to_string();
    let instance = serde_json::json!({
        "mapFile": file("map.txt"),
        "agentFile": file(&format!("agents_{}.csv", robots / 100 - 1)),
        "taskFile": file("tasks.csv"),
        "teamSize": robots,
        "numTasksReveal": 1.5,
    });
    written(
        folder.join(format!("random_{robots}.json")),
        &instance.to_string(),
    )
}

/// A hall of 140 rows and 500 columns with shelves of two rows and eight columns between aisles, 10,000 robots and tasks of two
/// errands, by the generator of Lehmer (Park and Miller 1988).
fn warehouse(folder: &Path) -> Result<PathBuf, Vec<String>> {
    let (rows, columns) = (140_u64, 500_u64);
    let mut state = 140_500_u64;
    let mut draw = |n: u64| {
        state = state * 48_271 % 2_147_483_647;
        state % n
    };
    let mut map = String::from("type octile\nheight 140\nwidth 500\nmap\n");
    let mut cells = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let inside = (4..136).contains(&row) && (10..490).contains(&column);
            let shelf = inside && row % 4 < 2 && column % 10 < 8;
            map.push(if shelf { '@' } else { '.' });
            if !shelf {
                cells.push(row * columns + column);
            }
        }
        map.push('\n');
    }
    let mut tasks = String::from("30000\n");
    for _ in 0..30_000 {
        let mut place = || cells[draw(cells.len() as u64) as usize];
        let (from, to) = (place(), place());
        let _ = writeln!(tasks, "{from},{to}");
    }
    let mut robots = String::from("10000\n");
    for _ in 0..10_000 {
        let at = draw(cells.len() as u64) as usize;
        let _ = writeln!(robots, "{}", cells.swap_remove(at));
    }
    written(folder.join("hall.map"), &map)?;
    written(folder.join("hall.agents"), &robots)?;
    written(folder.join("hall.tasks"), &tasks)?;
    let instance = serde_json::json!({
        "mapFile": "hall.map", "agentFile": "hall.agents", "taskFile": "hall.tasks",
        "teamSize": 10_000, "numTasksReveal": 1.5,
    });
    written(folder.join("hall.json"), &instance.to_string())
}
