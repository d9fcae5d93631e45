//! Every oracle of `plants/oracles` inside its interval: half-width at most 0.5 %, all intervals at
//! once at 99 % (each at 1 - 0.01 / m, Bonferroni), seed 1 for the whole suite, never changed.

use fenhe_contract::Seed;
use fenhe_study::trial::{OracleFolder, oracle_folders};
use std::path::{Path, PathBuf};

const SEED: Seed = Seed(1);
const HALF_WIDTH: f64 = 0.005;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/oracles")
}

fn folders() -> Vec<OracleFolder> {
    let paths = oracle_folders(&root()).expect("plants/oracles is there");
    let read = |path: &PathBuf| {
        OracleFolder::read(path).unwrap_or_else(|fault| panic!("{}: {fault:?}", path.display()))
    };
    paths.iter().map(read).collect()
}

#[test]
fn every_oracle_lies_in_its_interval() {
    let only = std::env::var("FENHE_ORACLE").unwrap_or_default();
    let folders: Vec<_> = folders()
        .into_iter()
        .filter(|f| f.name.contains(&only))
        .collect();
    let m: usize = folders
        .iter()
        .map(|folder| folder.oracle.expect.len())
        .sum();
    let level = 1.0 - 0.01 / m as f64;
    let mut bad = Vec::new();
    for folder in &folders {
        let started = cpu_time::ProcessTime::now();
        let verdicts = folder
            .oracle
            .judge(&folder.plant, SEED, 2, 1.0)
            .unwrap_or_else(|fault| panic!("{}: {fault:?}", folder.name));
        let cpu = started.elapsed().as_secs_f64();
        for verdict in verdicts {
            let wide = verdict.relative(level);
            let off = (verdict.estimate.mean - verdict.exact) / verdict.exact;
            let line = format!(
                "{:24} {:36} exact {:<12.7} found {:<12.7} off {:+.3} % half-width {:.3} % cpu {cpu:.2} s",
                folder.name,
                verdict.quantity,
                verdict.exact,
                verdict.estimate.mean,
                100.0 * off,
                100.0 * wide,
            );
            println!("{line}");
            if !verdict.holds(level) || wide > HALF_WIDTH {
                bad.push(line);
            }
        }
    }
    assert!(
        m > 0 && bad.is_empty(),
        "{} of {m} fail:\n{}",
        bad.len(),
        bad.join("\n")
    );
}

/// The expected suite is whole: no oracle lost its folder, each says where its figures come from.
#[test]
fn every_oracle_is_there_with_its_source() {
    let folders = folders();
    for name in [
        "mm1",
        "mm2",
        "mm3",
        "md1",
        "me2-1",
        "mm1-5-loss",
        "erlang-b-5",
        "priority-2",
        "breakdown-any-time",
        "fork-join-2",
        "tandem-10",
        "conwip-10-w4",
        "closed-network-10",
        "machine-repair-10",
        "blocking-2-b0",
        "blocking-6-b1",
        "blocking-5-unbalanced",
        "unreliable-2-b20",
        "unreliable-3-b2",
        "slotted-2-n50",
        "bernoulli-5-unequal",
    ] {
        assert!(
            folders.iter().any(|folder| folder.name == name),
            "{name} is missing"
        );
    }
    for folder in &folders {
        let expect = &folder.oracle.expect;
        assert!(
            !expect.is_empty() && expect.iter().all(|e| e.source.len() > 10),
            "{}",
            folder.name
        );
    }
}
