//! Stations over OPC UA in a running plant: devices, broker and controller are processes of their own,
//! the machines' servers stop and come back, the controller is killed. What truly happened stands in
//! a ledger that the controller never sees.

mod support;

use fenhe_contract::*;
use fenhe_live::kept;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use support::*;

/// By station: begun (`true`) or over, and which piece.
type Jobs = BTreeMap<String, Vec<(bool, u64)>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../live/tests/data/machines")
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fenhe-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}

/// A port that nobody listens at.
fn port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address").port()
}

/// Jobs that the journal says were ordered and reported; the digest after one entry.
fn replayed(journal: &str, at: u64) -> (BTreeMap<String, Vec<u64>>, Jobs, Option<String>) {
    let files = fenhe_study::read_folder(&folder()).expect("a folder");
    let plant = Arc::new(fenhe_plant::load("machines", &files).expect("a plant").0);
    let mut journal = fenhe_journal::look(journal).expect("a journal");
    let (mut ordered, mut told, mut digest) = (BTreeMap::new(), Jobs::new(), None);
    let name = |station: StationId| plant.stations[station].name.clone();
    let hear = &mut |seq: u64,
                     _: Time,
                     fact: &Event,
                     commands: &Commands,
                     core: &fenhe_control::Controller| {
        for command in &commands.list {
            if let Command::Run { station, tag, .. } = *command {
                let all: &mut Vec<u64> = ordered.entry(name(station)).or_default();
                all.push(tag.0);
            }
        }
        if let Event::Station(station, event) = *fact {
            let deed = match event {
                StationEvent::Started(tag) => Some((true, tag.0)),
                StationEvent::Ended(tag) => Some((false, tag.0)),
                _ => None,
            };
            told.entry(name(station)).or_default().extend(deed);
        }
        if seq == at {
            digest = Some(core.digest().to_string());
        }
    };
    let found = kept::replay(journal.as_mut(), &plant, hear).expect("it replays");
    assert_eq!(found.differs, None, "every kept digest comes out the same");
    (ordered, told, digest)
}

/// What truly happened, and until when [s].
fn ledger(path: &Path) -> (Jobs, f64) {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let (mut jobs, mut last) = (Jobs::new(), 0.0);
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let tag = words[3].parse().expect("a tag");
        let row = jobs.entry(words[1].into()).or_default();
        row.push((words[2] == "start", tag));
        last = words[0].parse::<f64>().expect("a time") / 1e6;
    }
    (jobs, last)
}

#[test]
fn jobs_are_done_once_though_servers_stop_and_the_controller_is_killed() {
    let kills: u32 = std::env::var("FENHE_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(4);
    let scratch = scratch("machines");
    let path = |name: &str| scratch.join(name).display().to_string();
    let (plant, journal, book, file) = (
        folder().display().to_string(),
        path("journal"),
        path("ledger"),
        path("machines.toml"),
    );
    let servers = format!(
        "[[server]]\nendpoint = \"opc.tcp://127.0.0.1:{}/\"\n[[server.station]]\nid = \"press\"\n\
         [[server]]\nendpoint = \"opc.tcp://127.0.0.1:{}/\"\n[[server.station]]\nid = \"*\"\n",
        port(),
        port()
    );
    std::fs::write(&file, servers).expect("a file");

    let broker = Process::start(&["broker", "--port", "0"]);
    let address = broker.wait("the broker's address", |line| {
        after(line, "broker at ").map(String::from)
    });
    let both = ["--broker", &address, "--machines", &file, "--speed", "60"];
    let devices = [
        "devices",
        &plant,
        "--ledger",
        &book,
        "--stop-machines",
        "9s",
    ];
    let devices = Process::start(&[&devices[..], &both].concat());
    let run = [&["run", &plant, "--journal", &journal][..], &both].concat();

    let mut luck = Luck(77);
    for kill in 0..kills {
        let controller = Process::start(&run);
        controller.wait("a status", |line| status(line).map(drop));
        std::thread::sleep(Duration::from_millis(3_000 + luck.below(9_000)));
        let last = controller.kill().iter().rev().find_map(|line| status(line));
        let (seq, digest) = last.clone().unwrap_or_default();
        let (_, _, came) = replayed(&journal, seq);
        assert!(
            last.is_none() || came == Some(digest),
            "kill {kill}: state after entry {seq}"
        );
    }
    let last = Process::start(&[&run[..], &["--for", "20s"]].concat());
    last.wait("the end", |line| line.starts_with("stopped").then_some(()));
    let (ordered, told, _) = replayed(&journal, 0);
    drop(devices);
    let (done, until) = ledger(Path::new(&book));
    let mut jobs = 0;
    for (station, deeds) in &done {
        let begun: Vec<u64> = deeds
            .iter()
            .filter(|(begins, _)| *begins)
            .map(|(_, tag)| *tag)
            .collect();
        jobs += begun.len();
        let ordered = &ordered[station];
        assert!(
            ordered.starts_with(&begun),
            "{station}: each order takes effect once, in order"
        );
        assert!(
            ordered.len() <= begun.len() + 1,
            "{station}: no order is lost"
        );
        let told = &told[station];
        assert!(
            deeds.starts_with(told),
            "{station}: what happened is told once, in order"
        );
        assert!(
            deeds.len() <= told.len() + 4,
            "{station}: nothing told is lost"
        );
    }
    assert_eq!(done.len(), 3, "all stations worked");
    assert!(jobs > 60, "{jobs} jobs");
    println!("{kills} kills in {until:.0} s of the plant: {jobs} jobs, each once");
    let _ = std::fs::remove_dir_all(&scratch);
}

fn fenhe(args: &[&str]) -> (bool, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fenhe"));
    let out = command.args(args).env("LC_ALL", "C").output();
    let out = out.expect("the program starts");
    let [said, cried] = [&out.stdout, &out.stderr].map(|text| String::from_utf8_lossy(text));
    (out.status.success(), format!("{said}{cried}"))
}

#[test]
fn a_whole_workshop_rehearses_with_every_station_over_opcua() {
    let scratch = scratch("opcua");
    let journal = scratch.join("journal").display().to_string();
    let cells = folder().join("../../../../../plants/jinneng-cells");
    let cells = cells.display().to_string();
    let run = ["rehearse", &cells, "--journal", &journal, "--opcua"];
    let more = ["--stop-machines", "6s", "--speed", "60", "--for", "15s"];
    let (well, text) = fenhe(&[&run[..], &more[..]].concat());
    assert!(well, "{text}");
    assert!(text.contains("284 stations over OPC UA"), "{text}");
    assert!(text.contains("104 vehicles linked"), "{text}");
    assert!(text.contains("breaches seen by the referee: 0"), "{text}");
    let (well, text) = fenhe(&["replay", &cells, "--journal", &journal]);
    assert!(
        well && text.contains("1 kept digests came out the same"),
        "{text}"
    );
    let _ = std::fs::remove_dir_all(&scratch);
}

#[test]
fn a_fault_of_the_file_is_said_with_its_place_in_the_readers_language() {
    let scratch = scratch("faults");
    let file = scratch.join("machines.toml");
    let path = file.display().to_string();
    let plant = folder().display().to_string();
    let text = "[[server]]\nendpoint = \"10.0.0.5:4840\"\n[[server.station]]\nid = \"pres\"\n";
    std::fs::write(&file, text).expect("a file");
    let (well, text) = fenhe(&["run", &plant, "--machines", &path]);
    assert!(!well && text.contains("machines.toml:2"), "{text}");
    assert!(text.contains("opc.tcp://HOST:PORT/"), "{text}");
    assert!(text.contains("did you mean \"press\"?"), "{text}");
    let (well, text) = fenhe(&["--lang", "zh", "run", &plant, "--machines", &path]);
    assert!(!well && text.contains("不是 OPC UA 服务器的地址"), "{text}");
    // What only a real machine has cannot be rehearsed.
    let text = "[[server]]\nendpoint = \"opc.tcp://127.0.0.1:4840/\"\n[[server.station]]\nid = \"press\"\nnodes = { state = \"ns=3;s=P\" }\n";
    std::fs::write(&file, text).expect("a file");
    let (well, text) = fenhe(&["rehearse", &plant, "--machines", &path]);
    assert!(
        !well && text.contains("station press names nodes"),
        "{text}"
    );
    let _ = std::fs::remove_dir_all(&scratch);
}
