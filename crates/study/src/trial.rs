//! Trials: whether the intervals themselves are right, over many seeds.

use crate::{Oracle, OracleFault, Verdict, read_folder};
use fenhe_contract::Seed;
use fenhe_plant::Plant;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why an oracle folder cannot be used.
#[derive(Clone, PartialEq, Debug)]
pub enum FolderFault {
    /// The folder or its `expected.toml` cannot be read.
    Disk(String),
    /// Problems of the plant: code and line.
    Plant(Vec<(String, u32)>),
    /// `expected.toml` or the run.
    Oracle(OracleFault),
}

/// An oracle folder: its name, plant and expectations.
#[derive(Clone, Debug)]
pub struct OracleFolder {
    /// Name of the folder.
    pub name: String,
    /// The checked plant.
    pub plant: Arc<Plant>,
    /// What must come out.
    pub oracle: Oracle,
}

impl OracleFolder {
    /// Reads one folder.
    ///
    /// # Errors
    /// [`FolderFault`].
    pub fn read(path: &Path) -> Result<OracleFolder, FolderFault> {
        let disk =
            |error: std::io::Error| FolderFault::Disk(format!("{}: {error}", path.display()));
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let text = std::fs::read_to_string(path.join("expected.toml")).map_err(disk)?;
        let oracle = Oracle::read(&text).map_err(FolderFault::Oracle)?;
        let files = read_folder(path).map_err(disk)?;
        let (plant, _) = fenhe_plant::load(&name, &files).map_err(|problems| {
            FolderFault::Plant(
                problems
                    .iter()
                    .map(|p| (p.code.to_string(), p.line))
                    .collect(),
            )
        })?;
        Ok(OracleFolder {
            name,
            plant: Arc::new(plant),
            oracle,
        })
    }
}

/// The folders of oracles below `root`, by name.
///
/// # Errors
/// `root` cannot be read.
pub fn oracle_folders(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let path = entry?.path();
        if path.join("expected.toml").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// How often the intervals of one quantity of one oracle held the exact value.
#[derive(Clone, PartialEq, Debug)]
pub struct Coverage {
    /// Which oracle.
    pub oracle: String,
    /// Which quantity.
    pub quantity: String,
    /// Seeds tried.
    pub seeds: u32,
    /// Seeds whose 95 % interval held the exact value.
    pub covered: u32,
    /// Mean of (estimate - exact) / exact over the seeds: a bias shows here.
    pub bias: f64,
}

impl Coverage {
    /// Whether the share covered lies within `sds` standard deviations of 95 %.
    pub fn right(&self, sds: f64) -> bool {
        let n = f64::from(self.seeds);
        let sd = (0.95 * 0.05 * n).sqrt();
        (f64::from(self.covered) - 0.95 * n).abs() <= sds * sd
    }
}

/// Runs every oracle below `root` with seeds `1 ..= seeds`, each `shorten` times shorter than for the
/// suite, and counts how often the 95 % interval holds the exact value.
///
/// # Errors
/// [`FolderFault`].
pub fn coverage(
    root: &Path,
    seeds: u32,
    shorten: f64,
    threads: u32,
    progress: &mut dyn FnMut(&Coverage),
) -> Result<Vec<Coverage>, FolderFault> {
    let folders = oracle_folders(root).map_err(|e| FolderFault::Disk(e.to_string()))?;
    let mut rows = Vec::new();
    for path in folders {
        let folder = OracleFolder::read(&path)?;
        let first = rows.len();
        rows.extend(folder.oracle.expect.iter().map(|expect| Coverage {
            oracle: folder.name.clone(),
            quantity: expect.quantity.clone(),
            seeds,
            covered: 0,
            bias: 0.0,
        }));
        for seed in 1..=seeds {
            let verdicts = folder
                .oracle
                .judge(&folder.plant, Seed(u64::from(seed)), threads, shorten)
                .map_err(FolderFault::Oracle)?;
            for (row, verdict) in rows[first..].iter_mut().zip(&verdicts) {
                tally(row, verdict);
            }
        }
        rows[first..].iter().for_each(&mut *progress);
    }
    Ok(rows)
}

fn tally(row: &mut Coverage, verdict: &Verdict) {
    row.covered += u32::from(verdict.holds(0.95));
    row.bias += (verdict.estimate.mean - verdict.exact) / verdict.exact / f64::from(row.seeds);
}
