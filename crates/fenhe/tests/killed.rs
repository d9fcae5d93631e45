//! `kill -9` of the controller while it runs a plant whose devices and broker live in processes of
//! their own. `FENHE_KILLS` says how often (`cargo x trial killed`: 200).

mod support;

use fenhe_contract::*;
use fenhe_live::kept;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::*;

type Hands = BTreeMap<String, Vec<(bool, u32)>>;

/// What the journal says was ordered, by vehicle; and the digest after one entry.
fn replayed(folder: &Path, journal: &str, at: u64) -> (Hands, Option<String>) {
    let files = fenhe_study::read_folder(folder).expect("a folder");
    let plant = Arc::new(
        fenhe_plant::load("jinneng-cells", &files)
            .expect("a plant")
            .0,
    );
    let mut journal = fenhe_journal::look(journal).expect("a journal");
    let (mut hands, mut digest, mut newest) = (Hands::new(), None, BTreeMap::new());
    let hear = &mut |seq: u64,
                     _: Time,
                     _: &Event,
                     commands: &Commands,
                     core: &fenhe_control::Controller| {
        for command in &commands.list {
            let (Command::Drive {
                vehicle, revision, ..
            }
            | Command::Handle {
                vehicle, revision, ..
            }
            | Command::Charge {
                vehicle, revision, ..
            }) = *command
            else {
                continue;
            };
            if newest
                .get(&vehicle)
                .is_some_and(|newest| revision <= *newest)
            {
                continue;
            }
            newest.insert(vehicle, revision);
            if let Command::Handle { place, pick, .. } = *command {
                let name = plant.vehicles[vehicle].name.clone();
                hands.entry(name).or_default().push((pick, place.0));
            }
        }
        if seq == at {
            digest = Some(core.digest().to_string());
        }
    };
    let found = kept::replay(journal.as_mut(), &plant, hear).expect("it replays");
    assert_eq!(found.differs, None, "every kept digest comes out the same");
    let report = journal.verify().expect("it can be read");
    assert!(report.fault.is_none(), "{report:?}");
    (hands, digest)
}

/// What truly happened, written by the devices' own process.
fn ledger(path: &Path) -> Hands {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut hands = Hands::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let place = words[3].parse().expect("a place");
        hands
            .entry(words[1].into())
            .or_default()
            .push((words[2] == "pick", place));
    }
    hands
}

#[test]
fn a_killed_controller_goes_on_and_nothing_is_done_twice() {
    let kills: u32 = std::env::var("FENHE_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(5);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let plant = folder.display().to_string();
    let scratch: PathBuf =
        std::env::temp_dir().join(format!("fenhe-killed-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).expect("a scratch folder");
    let (journal, book) = (scratch.join("journal"), scratch.join("ledger"));
    let (journal, book_text) = (journal.display().to_string(), book.display().to_string());

    let broker = Process::start(&["broker", "--port", "0"]);
    let address = broker.wait("the broker's address", |line| {
        after(line, "broker at ").map(String::from)
    });
    let speed = ["--speed", "20"];
    let devices = [
        &[
            "devices", &plant, "--broker", &address, "--ledger", &book_text,
        ][..],
        &speed,
    ]
    .concat();
    let _devices = Process::start(&devices);
    let run = [
        &["run", &plant, "--broker", &address, "--journal", &journal][..],
        &speed,
    ]
    .concat();

    let mut luck = Luck(9_000);
    let mut slowest = Duration::ZERO;
    for kill in 0..kills {
        let begun = Instant::now();
        let controller = Process::start(&run);
        controller.wait("104 vehicles", |line| {
            (before(line, " vehicles linked")? == 104).then_some(())
        });
        slowest = slowest.max(begun.elapsed());
        std::thread::sleep(Duration::from_millis(luck.below(2_500)));
        let last = controller.kill().iter().rev().find_map(|line| status(line));
        if kill % 10 == 0 || kill + 1 == kills {
            let (seq, digest) = last.clone().unwrap_or_default();
            let (_, came) = replayed(&folder, &journal, seq);
            assert!(
                last.is_none() || came == Some(digest),
                "kill {kill}: state after entry {seq}"
            );
        }
    }
    let last = Process::start(&[&run[..], &["--for", "8s"]].concat());
    last.wait("the end", |line| line.starts_with("stopped").then_some(()));
    let (ordered, _) = replayed(&folder, &journal, 0);
    let done = ledger(&book);
    let count: usize = done.values().map(Vec::len).sum();
    for (vehicle, hands) in &done {
        assert!(
            ordered[vehicle].starts_with(hands),
            "{vehicle}: what is ordered is done once, in order"
        );
    }
    assert!(count > 40, "{count} hand-overs");
    println!("{kills} kills, {count} hand-overs, all vehicles linked again within {slowest:?}");
    let _ = std::fs::remove_dir_all(&scratch);
}
