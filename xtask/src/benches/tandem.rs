//! A tandem line of 10 exponential servers at rho 0.8, a million jobs from empty to empty: jobs per
//! CPU second of ours against a hand-written loop, odem-rs, NeXosim and SimPy. The exact mean time in
//! system is 50 (Burke); an engine that is off by more than 1 % has no time at all.

use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The race.
pub const RACE: Race = Race {
    name: "tandem",
    run,
};

const JOBS: u64 = 1_000_000;
const SEED: u64 = 1;
const MEAN: f64 = 50.0;
const ROUNDS: usize = 3;
const PLANT: &str = "plants/oracles/tandem-10";
const SIMPY: &str = "simpy==4.1.2";
const SYSTEM_PYTHON: &str = "/usr/bin/python3";

/// Name, and the least ratio of our jobs per CPU second to its.
const ANCHORS: [(&str, f64); 4] = [
    ("floor", 0.5),
    ("odem-rs", 1.7),
    ("nexosim", 6.0),
    ("simpy", 70.0),
];

/// One engine, ready to run.
struct Engine {
    name: &'static str,
    command: Vec<String>,
    /// Least CPU seconds so far.
    best: Option<f64>,
    jobs: f64,
}

fn target() -> PathBuf {
    shell::root().join("target").join("bench")
}

fn build() -> Result<Vec<Engine>, Vec<String>> {
    let folder = target();
    let folder = folder.to_string_lossy();
    let (manifest, release) = ("bench/Cargo.toml", format!("{folder}/release"));
    let args = [
        "build",
        "--release",
        "--manifest-path",
        manifest,
        "--target-dir",
        &folder,
    ];
    shell::run(shell::cargo(&args))?;
    let numbers = [JOBS.to_string(), SEED.to_string()];
    let engine = |name, words: &[&str]| {
        let command = words
            .iter()
            .map(|word| word.to_string())
            .chain(numbers.clone())
            .collect();
        Engine {
            name,
            command,
            best: None,
            jobs: 0.0,
        }
    };
    let mut engines = vec![
        engine("ours", &[&format!("{release}/bench-ours"), PLANT]),
        engine("floor", &[&format!("{release}/bench-floor")]),
        engine("odem-rs", &[&format!("{release}/bench-odem")]),
        engine("nexosim", &[&format!("{release}/bench-nexosim")]),
    ];
    let mut words = python()?;
    words.push("bench/simpy/tandem.py".into());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    engines.push(engine("simpy", &words));
    Ok(engines)
}

/// A Python that finds SimPy: the one of the system if there is one, since distributions build theirs
/// with profile-guided optimisation, which others often lack (15 % here).
fn python() -> Result<Vec<String>, Vec<String>> {
    let (venv, library) = (target().join("venv"), target().join("simpy"));
    let library = library.to_string_lossy();
    let python = if Path::new(SYSTEM_PYTHON).exists() {
        SYSTEM_PYTHON
    } else {
        "python3"
    };
    let words = [
        "env".to_string(),
        format!("PYTHONPATH={library}"),
        python.to_string(),
    ];
    let mut probe = shell::program(&words[0], &[&words[1], &words[2], "-c", "import simpy"]);
    if !probe
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        shell::run(shell::program(
            "python3",
            &["-m", "venv", &venv.to_string_lossy()],
        ))?;
        let pip = venv.join("bin").join("python");
        let args = [
            "-m", "pip", "install", "--quiet", "--target", &library, SIMPY,
        ];
        shell::run(shell::program(&pip.to_string_lossy(), &args))?;
    }
    Ok(words.to_vec())
}

impl Engine {
    /// Runs it once more; its time counts only if its answer is right.
    fn go(&mut self) -> Result<(), Vec<String>> {
        let words: Vec<&str> = self.command.iter().map(String::as_str).collect();
        let [program, args @ ..] = &words[..] else {
            return Ok(());
        };
        let answer = json::parse(&shell::read(shell::program(program, args))?)?;
        let number = |key: &str| answer[key].as_f64();
        let (Some(jobs), Some(mean), Some(cpu)) =
            (number("jobs"), number("mean_time"), number("cpu_s"))
        else {
            return Err(vec![format!("{}: no answer in {answer}", self.name)]);
        };
        wrong(jobs, mean, number("area_per_job")).map_or(Ok(()), |why| {
            Err(vec![format!(
                "{}: {why}, so its time does not count",
                self.name
            )])
        })?;
        println!("tandem: {:8} mean {mean:.3}, {cpu:.3} CPU s", self.name);
        self.jobs = jobs;
        self.best = Some(self.best.map_or(cpu, |best| best.min(cpu)));
        Ok(())
    }

    fn rate(&self) -> Option<f64> {
        Some(self.jobs / self.best?)
    }
}

/// What is wrong with an answer. By Little's law the integral of jobs in system equals the sum of
/// times in system, exactly when a run goes from empty to empty, and but for some 40 of a million
/// jobs when it ends at a given time.
fn wrong(jobs: f64, mean: f64, area: Option<f64>) -> Option<String> {
    if (jobs / JOBS as f64 - 1.0).abs() > 0.01 {
        return Some(format!("{jobs} jobs are not {JOBS}"));
    }
    if (mean / MEAN - 1.0).abs() > 0.01 {
        return Some(format!("mean time {mean} is not {MEAN} +-1 %"));
    }
    let area = area.filter(|area| (area / mean - 1.0).abs() > 1e-3)?;
    Some(format!(
        "the integral of its levels, {area} a job, is not {mean}"
    ))
}

fn run() -> Result<Vec<Row>, Vec<String>> {
    let mut engines = build()?;
    for _ in 0..ROUNDS {
        // An engine that failed once is out: its figure is missing, and its goal missed.
        engines.retain_mut(|engine| match engine.go() {
            Ok(()) => true,
            Err(problems) => {
                problems
                    .iter()
                    .for_each(|problem| println!("tandem: {problem}"));
                false
            }
        });
    }
    let rate = |name: &str| engines.iter().find(|engine| engine.name == name)?.rate();
    let ours = rate("ours");
    let rows = ANCHORS.iter().map(|&(name, goal)| Row {
        name: name.into(),
        ours,
        anchor: rate(name),
        unit: "jobs/CPU s",
        goal: Some(Goal::AtLeast(goal)),
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_has_no_time() {
        let jobs = JOBS as f64;
        assert_eq!(wrong(jobs, 50.2, Some(50.2)), None);
        assert_eq!(wrong(jobs, 50.2, None), None);
        assert!(wrong(jobs, 50.6, None).is_some());
        assert!(wrong(jobs * 0.98, 50.0, None).is_some());
        assert!(wrong(jobs, 50.0, Some(49.0)).is_some());
    }
}
