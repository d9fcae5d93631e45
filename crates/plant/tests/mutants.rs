//! Plant folders with faults at random: always problems or a plant, never a panic. (The long form,
//! which also simulates what loads, is `cargo x trial mutants`.)

mod common;

use fenhe_contract::{Purpose, Seed};
use fenhe_plant::*;
use std::path::{Path, PathBuf};

const EXTREMES: &[&str] = &[
    "0",
    "-1",
    "1e18",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "nan",
    "inf",
    "\"1e18 s\"",
    "\"0 s\"",
    "\"-5 min\"",
    "\"1 furlong\"",
    "\"\"",
    "{}",
    "[]",
    "true",
    "\"$line\"",
    "1979-05-27",
    "[[\"1 s\"]]",
    "{ exponential = \"1e300 d\" }",
    "\"\u{0}\"",
    "\"电\"",
];

fn folders(root: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("plants")
        .map(|entry| entry.expect("entry").path())
        .collect();
    entries.sort();
    for path in entries.into_iter().filter(|path| path.is_dir()) {
        if path.join("plant.toml").is_file() {
            found.push(path.clone());
        }
        folders(&path, found);
    }
}

fn read(folder: &Path) -> Files {
    let mut files = Files::default();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_file() {
            let name = path
                .file_name()
                .expect("name")
                .to_str()
                .expect("utf-8")
                .to_string();
            files.0.insert(name, std::fs::read(&path).expect("file"));
        }
    }
    files
}

fn mutate(bytes: &mut Vec<u8>, draw: &mut impl FnMut(usize) -> usize) {
    if bytes.is_empty() {
        return;
    }
    let lines: Vec<String> = String::from_utf8_lossy(bytes)
        .lines()
        .map(String::from)
        .collect();
    let line = draw(lines.len().max(1));
    let joined = |lines: &[String]| lines.join("\n").into_bytes();
    match draw(6) {
        0 => {
            let at = draw(bytes.len());
            bytes[at] ^= 1 << draw(8);
        }
        1 => {
            let mut lines = lines;
            lines.remove(line);
            *bytes = joined(&lines);
        }
        2 => {
            let mut lines = lines;
            let copy = lines[draw(lines.len())].clone();
            lines.insert(line, copy);
            *bytes = joined(&lines);
        }
        3 | 4 => {
            let mut lines = lines;
            if let Some((key, _)) = lines[line].clone().split_once('=') {
                lines[line] = format!("{key}= {}", EXTREMES[draw(EXTREMES.len())]);
            }
            *bytes = joined(&lines);
        }
        _ => {
            let (from, length) = (draw(bytes.len()), draw(40));
            bytes.drain(from..(from + length).min(bytes.len()));
        }
    }
}

#[test]
fn a_mutated_folder_gives_problems_or_a_plant() {
    let mut plants = Vec::new();
    folders(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants"),
        &mut plants,
    );
    assert!(plants.len() > 10);
    let mut plants: Vec<Files> = plants.iter().map(|folder| read(folder)).collect();
    let small = common::folder(
        common::PLANT,
        common::lif(common::RING, common::WAYS, &["b", "d"]),
    );
    plants.extend(std::iter::repeat_n(small, 20));
    let mut stream = Seed(1).stream("mutants", Purpose::Fault);
    let mut draw = |n: usize| stream.below(n.max(1) as u32) as usize;
    let (mut good, mut bad) = (0, 0);
    for _ in 0..500 {
        let mut files = plants[draw(plants.len())].clone();
        for _ in 0..=draw(3) {
            let name = files
                .0
                .keys()
                .nth(draw(files.0.len()))
                .expect("a file")
                .clone();
            mutate(files.0.get_mut(&name).expect("a file"), &mut draw);
        }
        match load("mutant", &files) {
            Ok((plant, _)) => {
                assert!(plant.places.len() <= 2_000_000);
                good += 1;
            }
            Err(problems) => {
                assert!(
                    problems
                        .iter()
                        .any(|problem| problem.severity == Severity::Error)
                );
                assert!(problems.iter().all(|problem| CODES.contains(&problem.code)));
                bad += 1;
            }
        }
    }
    assert!(good > 50 && bad > 100, "{good} good, {bad} bad");
}
