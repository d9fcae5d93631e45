//! Plant folders with faults at random: each gives clear problems or a clean run, never a panic, never
//! a hang. `cargo x trial mutants` runs 10 000 of them; a failure prints one line that repeats it.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Files, load};
use fenhe_study::{Scratch, read_folder, run};
use fenhe_world::World;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Simulated time of a mutant that still is a plant, and facts after which it has run long enough.
const UNTIL: Span = Span::hours(1);
const FACTS: u64 = 20_000;
/// Real time after which a mutant hangs: three orders of magnitude more than one takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a mutant ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    /// So many problems.
    Problems(usize),
    /// It ran.
    Ran,
}

/// Every plant of the repository, in order of path.
fn plants() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants")];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        open.extend(
            entries
                .map(|entry| entry.path())
                .filter(|path| path.is_dir()),
        );
        if folder.join("plant.toml").is_file() {
            found.push(folder);
        }
    }
    found.sort();
    found
}

/// One to three faults in the files of a plant.
fn mutate(files: &Files, luck: &mut Stream) -> Files {
    let mut files = files.clone();
    let names: Vec<String> = files.0.keys().cloned().collect();
    for _ in 0..=luck.below(3) {
        let name = &names[luck.below(names.len() as u32) as usize];
        let bytes = files.0.get(name).cloned().unwrap_or_default();
        files.0.insert(name.clone(), fault(&bytes, luck));
    }
    files
}

fn fault(bytes: &[u8], luck: &mut Stream) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.is_empty() {
        return bytes;
    }
    let at = luck.below(bytes.len() as u32) as usize;
    match luck.below(10) {
        0 => bytes[at] = luck.bits() as u8,
        1 => drop(bytes.remove(at)),
        2 => bytes.truncate(at),
        3 | 4 => number(&mut bytes, at, luck),
        5 | 6 => lines(&mut bytes, luck),
        _ => words(&mut bytes, luck),
    }
    bytes
}

/// Changes the first number from `at` on: another digit, many more digits, or a sign.
fn number(bytes: &mut Vec<u8>, at: usize, luck: &mut Stream) {
    let Some(digit) = (at..bytes.len()).find(|&i| bytes[i].is_ascii_digit()) else {
        return;
    };
    match luck.below(4) {
        0 => bytes[digit] = b'0',
        1 => drop(bytes.splice(digit..digit, *b"99999999999")),
        2 => bytes.insert(digit, b'-'),
        _ => bytes[digit] = b'0' + luck.below(10) as u8,
    }
}

/// Takes a line out, doubles it, or puts it elsewhere.
fn lines(bytes: &mut Vec<u8>, luck: &mut Stream) {
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
    let count = lines.len() as u32;
    let (from, to) = (luck.below(count) as usize, luck.below(count) as usize);
    match luck.below(3) {
        0 => drop(lines.remove(from)),
        1 => lines.insert(to, lines[from]),
        _ => lines.swap(from, to),
    }
    *bytes = lines.concat();
}

/// Puts one quoted word in the place of another: names that lead elsewhere, values of another kind.
fn words(bytes: &mut Vec<u8>, luck: &mut Stream) {
    let quotes: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i] == b'"').collect();
    let pairs: Vec<_> = quotes
        .chunks_exact(2)
        .map(|pair| pair[0] + 1..pair[1])
        .collect();
    if pairs.is_empty() {
        return;
    }
    let pick = |luck: &mut Stream| pairs[luck.below(pairs.len() as u32) as usize].clone();
    let (from, to) = (pick(luck), pick(luck));
    let word = bytes[from].to_vec();
    bytes.splice(to, word);
}

/// Hears what must never happen, whatever the plant.
#[derive(Default)]
struct Breaches(Vec<Breach>);
impl RecordSink for Breaches {
    const PIECES: bool = true;
    fn record(&mut self, _: Time, record: Record) {
        match record {
            // A plant may well be made so that a vehicle waits for ever or runs flat.
            Record::Breach(Breach::Starved(_) | Breach::Flat(_)) => {}
            Record::Breach(breach) => self.0.push(breach),
            _ => {}
        }
    }
}

/// Loads a folder and, if it is a plant, runs it for a while.
fn live(files: &Files) -> End {
    let plant = match load("mutant", files) {
        Ok((plant, _)) => Arc::new(plant),
        Err(problems) => return End::Problems(problems.len()),
    };
    let mut world = World::new(plant.clone(), Seed(1));
    let mut core = Controller::new(plant);
    let mut breaches = Breaches::default();
    let mut scratch = Scratch::default();
    let mut until = Time::ZERO;
    // In small steps: a mutant may have a million arrivals a second.
    while until < Time::ZERO + UNTIL && scratch.facts < FACTS {
        until += Span((until.0 / 4).max(1_000));
        // Control and plant that answer each other without end are told as such, not a hang.
        if run(
            &mut core,
            &mut world,
            until,
            &mut breaches,
            &mut scratch,
            &mut (),
        )
        .is_err()
        {
            break;
        }
    }
    assert_eq!(breaches.0, [], "the referee objects");
    End::Ran
}

/// The `n`-th mutant of all plants.
fn mutant(plants: &[(PathBuf, Files)], n: u32) -> (String, Files) {
    let mut luck = Seed(1).stream_n("mutants", Purpose::Fault, n);
    let (folder, files) = &plants[luck.below(plants.len() as u32) as usize];
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    (format!("mutant {n} of {name}"), mutate(files, &mut luck))
}

/// Lives a mutant's life on a thread of its own.
fn end(files: Files) -> Result<End, &'static str> {
    let (tell, hear) = mpsc::channel();
    let life = std::thread::spawn(move || {
        let _ = tell.send(live(&files));
    });
    match hear.recv_timeout(PATIENCE) {
        Ok(end) => Ok(end),
        Err(mpsc::RecvTimeoutError::Timeout) => Err("hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let _ = life.join();
            Err("panics")
        }
    }
}

fn try_mutants(numbers: impl Iterator<Item = u32>) {
    let plants: Vec<(PathBuf, Files)> = plants()
        .into_iter()
        .map(|folder| {
            let files = read_folder(&folder).expect("a plant of the repository can be read");
            (folder, files)
        })
        .collect();
    let (mut ran, mut refused, mut bad) = (0, 0, Vec::new());
    for n in numbers {
        let (name, files) = mutant(&plants, n);
        match end(files) {
            Ok(End::Ran) => ran += 1,
            Ok(End::Problems(0)) => bad.push(format!("{name} is refused without a problem")),
            Ok(End::Problems(_)) => refused += 1,
            Err(how) => bad.push(format!(
                "{name} {how}: FENHE_MUTANT={n} cargo x trial mutants"
            )),
        }
    }
    println!(
        "{ran} ran, {refused} were refused with problems, {} failed",
        bad.len()
    );
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    // Otherwise the faults are too mild, or so hard that nothing is left to run.
    let both = ran > 0 && refused > 0;
    assert!(both || ran + refused < 100, "only one kind of mutant");
}

#[test]
fn a_hundred_mutants_neither_panic_nor_hang() {
    try_mutants(0..100);
}

#[test]
#[ignore = "cargo x trial mutants"]
fn ten_thousand_mutants_neither_panic_nor_hang() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match number("FENHE_MUTANT") {
        Some(n) => try_mutants(n..=n),
        None if std::env::var("FENHE_TRIAL").as_deref() == Ok("short") => try_mutants(0..500),
        None => try_mutants(0..10_000),
    }
}
