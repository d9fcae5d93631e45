//! The plant's folder is changed while its controller is stopped: the state moves over by name, what is
//! under way goes on, and nothing that is in use may be missing.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_journal::{Journal, Options, Sqlite};
use fenhe_live::kept::{self, CannotOpen, JournalLog, LOGIC};
use fenhe_live::{Devices, Engine, Loopback, Moved, Player, recover};
use fenhe_plant::{Files, Lost, Moving, Plant};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Now, Quirks, Utc};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const DELAY: Span = Span::ms(20);

/// The cell workshop with this many vehicles.
fn folder(vehicles: u32) -> Files {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let files = fenhe_study::read_folder(&folder).expect("a folder");
    edit(&files, &[("count = 104", &format!("count = {vehicles}"))])
}

fn edit(files: &Files, changes: &[(&str, &str)]) -> Files {
    let toml = files.get("plant.toml").expect("plant.toml");
    let mut text = String::from_utf8(toml.to_vec()).expect("text");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    files.clone().with("plant.toml", text.as_bytes())
}

/// Elements at the top: every id of products, buffers, stations, sources and sinks becomes another one.
fn shifted(files: &Files) -> Files {
    let top = r#"
[[product]]
id = "another"
route = [ { operation = "proofing" } ]
[[buffer]]
id = "a-queue"
queue = {}
[[source]]
id = "a-source"
to = "a-queue"
arrivals = { product = "another", every = { exponential = "1000 h" } }
[[station]]
id = "a-press"
from = "a-queue"
to = "a-sink"
single = {}
time = "60 s"
operation = "proofing"
reports = "piece"
[[sink]]
id = "a-sink"
reports = "piece"

[[product]]
id = "cell"
"#;
    edit(files, &[("[[product]]\nid = \"cell\"\n", top)])
}

fn plant(files: &Files) -> Arc<Plant> {
    let loaded = fenhe_plant::load("jinneng-cells", files);
    Arc::new(loaded.unwrap_or_else(|problems| panic!("{problems:#?}")).0)
}

/// A journal of its own, without syncs: nothing is killed here.
fn journal() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let path = std::env::temp_dir().join(format!("fenhe-moving-{name}"));
    for end in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    path
}

fn store(path: &PathBuf) -> Box<dyn Journal> {
    let options = Options {
        sync: false,
        ..Options::default()
    };
    Box::new(Sqlite::open_with(path, options).expect("a file"))
}

type Opened = (Engine<JournalLog>, Option<Moved>, Vec<Command>);

/// A controller for a folder, from where the journal ends.
fn control(path: &PathBuf, files: &Files) -> Result<Opened, CannotOpen> {
    let plant = plant(files);
    let opened = kept::open_in(store(path), &plant, Some(files), 0)?;
    let names = Arc::new(Names::of(&plant));
    let voice = |v| dialect(&plant, v);
    let again = recover(&plant, &names, &opened.kept, voice, &mut |_, _, _| {});
    let again = again.expect("of this version");
    let engine = Engine::new(plant.clone(), names, again.core, again.masters, opened.log);
    Ok((engine, opened.moved, again.orders))
}

/// Both sides at work since the plant's epoch.
fn begun(path: &PathBuf, files: &Files) -> Loopback<JournalLog> {
    let (engine, moved, _) = control(path, files).expect("a new journal");
    assert_eq!(moved, None);
    let plant = engine.plant().clone();
    let names = Arc::new(Names::of(&plant));
    let voice = |v| (dialect(&plant, v), Quirks::default());
    let devices = Devices::new(&plant, names, Seed(11), voice);
    let mut all = Loopback::new(engine, devices, DELAY).expect("both sides");
    all.greet(&mut |_, _| {}).expect("kept");
    all
}

fn run(all: &mut Loopback<JournalLog>, until: Time, truth: &mut Ledger) {
    all.run(until, truth, &mut |_, _| {}).expect("kept");
}

/// The controller is stopped; another for this folder takes over.
fn taken_over(
    all: Loopback<JournalLog>,
    path: &PathBuf,
    files: &Files,
) -> (Loopback<JournalLog>, Option<Moved>) {
    let mut all = all;
    let was = all.engine.plant().clone();
    park(&mut all);
    let (engine, moved, orders) = control(path, files).expect("it moves over");
    if moved.is_some() {
        let now = engine.plant().clone();
        all.changed(&was, &now);
    }
    let at = all.devices.world().now();
    all.replace(engine, at, true, &orders);
    (all, moved)
}

/// The controller ends, and the lock of its journal's file with it.
fn park(all: &mut Loopback<JournalLog>) {
    let was = all.engine.plant().clone();
    all.engine = Engine::new(
        was.clone(),
        Arc::new(Names::of(&was)),
        all.engine.core().clone(),
        Engine::<()>::new_masters(&was, |v| dialect(&was, v)),
        kept::open_in(store(&journal()), &was, None, 0)
            .expect("a spare one")
            .log,
    );
}

fn minutes(n: i64) -> Time {
    Time::ZERO + Span::seconds(60 * n)
}

fn handed(truth: &Ledger) -> usize {
    truth.0.values().map(Vec::len).sum()
}

/// Decisions in the ids of a plant.
fn decisions(
    all: &mut Loopback<JournalLog>,
    until: Time,
    of: &Plant,
) -> Vec<(i64, Command, Vec<EdgeId>)> {
    let back = Moving::new(&all.engine.plant().clone(), of);
    let mut list = Vec::new();
    let mut hear = |now: Time, out: &fenhe_live::Outputs| {
        for command in &out.decided.list {
            let (mut command, mut edges) = (command.clone(), Vec::new());
            if let Command::Drive { first, count, .. } = &mut command {
                edges = back
                    .carry(&out.decided.base(*first, *count).to_vec(), None)
                    .expect("known");
                *first = 0;
            }
            list.push((now.0, back.carry(&command, None).expect("known"), edges));
        }
    };
    all.run(until, &mut NoRecords, &mut hear).expect("kept");
    list
}

#[test]
fn when_all_ids_shift_the_same_is_decided_as_without_a_change() {
    let files = folder(24);
    let (path, other) = (journal(), journal());
    let mut truth = Ledger::default();
    let mut all = begun(&path, &files);
    run(&mut all, minutes(12), &mut truth);
    let old = all.engine.plant().clone();
    let under_way = all.engine.core().transports().count();
    assert!(under_way > 3 && handed(&truth) > 20, "{under_way}");
    let mut same = begun(&other, &files);
    run(&mut same, minutes(12), &mut Ledger::default());
    let (mut same, moved) = taken_over(same, &other, &files);
    assert_eq!(moved, None);

    let changed = shifted(&files);
    let (mut all, moved) = taken_over(all, &path, &changed);
    let moved = moved.expect("another plant");
    assert!(
        moved.added.contains(&("station", "a-press".into())),
        "{moved:?}"
    );
    assert_eq!(moved.removed, []);
    let new = all.engine.plant().clone();
    let moving = Moving::new(&old, &new);
    assert!(
        old.stations
            .ids()
            .all(|id| moving.id(id).is_some_and(|now| now != id))
    );
    assert!(
        old.buffers
            .ids()
            .all(|id| moving.id(id).is_some_and(|now| now != id))
    );
    let transports = all.engine.core().transports();
    let serials: Vec<TransportId> = transports.map(|one| one.transport).collect();
    let before = same.engine.core().transports();
    assert_eq!(serials, before.map(|one| one.transport).collect::<Vec<_>>());

    let expected = decisions(&mut same, minutes(18), &old);
    let found = decisions(&mut all, minutes(18), &old);
    assert!(expected.len() > 200, "{}", expected.len());
    let differs = found.iter().zip(&expected).position(|(a, b)| a != b);
    let place = differs.map(|at| (at, &found[at], &expected[at]));
    assert_eq!(place, None);
    assert_eq!(found.len(), expected.len());
    assert_eq!(all.devices.world().breaches(), 0);
    // Every entry can be looked at, those of the first epoch with the plant as it was.
    drop(all);
    let looked = fenhe_journal::look(&path.display().to_string()).expect("a journal");
    let mut player = Player::new(looked, new).expect("of this plant");
    let (first, last) = player.range().expect("read");
    for seq in [first + 100, (first + last) / 2, last] {
        player.step(seq).expect("played");
    }
    assert_eq!(player.plant(first).expect("kept").hash, old.hash);
}

#[test]
fn tracks_in_another_order_and_a_vehicle_more_break_nothing() {
    let files = folder(24);
    let path = journal();
    let mut truth = Ledger::default();
    let mut all = begun(&path, &files);
    run(&mut all, minutes(12), &mut truth);
    let lif = files.get("tracks.lif.json").expect("tracks");
    let mut tracks: serde_json::Value = serde_json::from_slice(lif).expect("JSON");
    let edges = tracks["layouts"][0]["edges"].as_array_mut().expect("edges");
    edges.reverse();
    let changed = [
        ("count = 24", "count = 25"),
        (
            "carrier = \"wet\", places = 10",
            "carrier = \"wet\", places = 11",
        ),
    ];
    let changed = edit(&files, &changed);
    let changed = changed.with("tracks.lif.json", tracks.to_string().as_bytes());
    let old = all.engine.plant().clone();
    let (mut all, moved) = taken_over(all, &path, &changed);
    let moved = moved.expect("another plant");
    assert_eq!(moved.added, [("vehicle", "agv-25".to_string())]);
    let moving = Moving::new(&old, all.engine.plant());
    let same = old
        .tracks
        .edges
        .ids()
        .filter(|&id| moving.id(id) == Some(id));
    assert!(same.count() <= 1, "edges are in another order");
    let shifted = |id: &PlaceId| moving.id(*id).is_some_and(|now| now != *id);
    assert!(old.places.ids().filter(shifted).count() * 2 > old.places.len());
    let before = handed(&truth);
    run(&mut all, minutes(30), &mut truth);
    assert_eq!(all.devices.world().breaches(), 0);
    assert!(
        handed(&truth) > before + 40,
        "{before} then {}",
        handed(&truth)
    );
}

/// Whether the last vehicle stands with nothing to do, and how many loads it has.
fn last(core: &Controller, plant: &Plant, now: Time) -> (bool, usize) {
    let belief = core.belief(now);
    let (v, row) = plant.vehicles.pairs().next_back().expect("vehicles");
    let known = &belief.vehicles[v.index()];
    let on = |load: &&LoadBelief| row.decks.contains(&load.place);
    let loads = belief.loads.iter().filter(on).count();
    let own = core.transports().any(|one| one.vehicle == v);
    let stands = known.base.is_empty() && known.handles.is_empty();
    (stands && loads == 0 && !own, loads)
}

#[test]
fn a_vehicle_with_a_load_cannot_be_removed_an_idle_one_can() {
    let files = folder(24);
    let fewer = edit(&files, &[("count = 24", "count = 23")]);
    let path = journal();
    let mut truth = Ledger::default();
    let mut all = begun(&path, &files);
    let old = all.engine.plant().clone();
    let (mut refused, mut second) = (false, 0);
    loop {
        second += 5;
        assert!(second < 6 * 3_600, "refused {refused}");
        let now = Time::ZERO + Span::seconds(second);
        run(&mut all, now, &mut truth);
        let (idle, loads) = last(all.engine.core(), &old, now);
        if loads > 0 && !refused {
            refused = true;
            let digest = all.engine.core().digest();
            let core = all.engine.core().clone();
            let problems = core.moved(plant(&fewer)).err().expect("it is in use");
            let mut named = problems.iter();
            let found = named.find(|one| one.name == "agv-24").expect("named");
            assert_eq!((found.kind, found.why), ("vehicle", Lost::Removed));
            assert!(found.users.iter().any(|user| user.0 == "load"), "{found:?}");
            assert!(
                found.users.iter().any(|user| user.0 == "transport"),
                "{found:?}"
            );
            // The same from the journal, and nothing has changed there.
            park(&mut all);
            let why = control(&path, &fewer).err().expect("refused");
            assert_eq!(why, CannotOpen::InUse(problems));
            let (again, moved) = taken_over(all, &path, &files);
            assert_eq!((again.engine.core().digest(), moved), (digest, None));
            all = again;
        } else if idle && refused {
            let (again, moved) = taken_over(all, &path, &fewer);
            let moved = moved.expect("another plant");
            assert_eq!(moved.removed, [("vehicle", "agv-24".to_string())]);
            all = again;
            let before = handed(&truth);
            run(&mut all, now + Span::seconds(900), &mut truth);
            assert!(handed(&truth) > before + 20, "the others go on");
            assert_eq!(all.devices.world().breaches(), 0);
            return;
        }
    }
}

#[test]
fn a_journal_without_the_folder_cannot_move_and_says_so() {
    let files = folder(24);
    let path = journal();
    let old = plant(&files);
    drop(kept::open_in(store(&path), &old, None, 0).expect("a new journal"));
    let changed = shifted(&files);
    let found = kept::open_in(store(&path), &plant(&changed), Some(&changed), 0);
    let why = found.err().expect("refused");
    let expected = CannotOpen::Changed {
        hash: old.hash,
        logic: LOGIC,
    };
    assert_eq!(why, expected);
}

#[test]
fn an_epoch_of_older_logic_moves_from_its_last_snapshot_only() {
    let files = folder(24);
    let (path, older) = (journal(), journal());
    let mut truth = Ledger::default();
    let mut all = begun(&path, &files);
    run(&mut all, minutes(10), &mut truth);
    let core = all.engine.core().clone();
    // What the program of then left behind: the same state, another version of the logic.
    let mut was = store(&older);
    let states = {
        let mut reader = Sqlite::look(&path).expect("it is there");
        reader.states().expect("whole")
    };
    was.put_states(1, &states).expect("kept");
    let mut epoch = Sqlite::look(&path).expect("there").epochs().expect("whole")[0]
        .epoch
        .clone();
    (epoch.logic_version, epoch.snapshot, epoch.digest) =
        (LOGIC - 1, core.snapshot(), core.digest());
    was.open_epoch(1, &epoch).expect("opened");
    drop(was);
    // A state laid out otherwise is not called damaged.
    let strange = journal();
    let mut was = store(&strange);
    was.put_states(1, &states).expect("kept");
    let short = fenhe_journal::Epoch {
        snapshot: vec![1, 2, 3],
        ..epoch.clone()
    };
    was.open_epoch(1, &short).expect("opened");
    let why = kept::open_in(was, &plant(&files), Some(&files), 0).err();
    assert_eq!(why, Some(CannotOpen::OtherState { logic: LOGIC - 1 }));
    let (mut all, moved) = taken_over(all, &older, &files);
    assert_eq!(moved, Some(Moved::default()));
    assert_eq!(all.engine.core().digest(), core.digest());
    let before = handed(&truth);
    run(&mut all, minutes(20), &mut truth);
    assert_eq!(all.devices.world().breaches(), 0);
    assert!(handed(&truth) > before + 20);
    // Facts after the snapshot: only the old logic knows what it made of them.
    let mut open = store(&journal());
    open.open_epoch(1, &epoch).expect("opened");
    let now = Now {
        time: Time::ZERO,
        utc: Utc(0),
    };
    let fact = fenhe_journal::Entry {
        time: now.time,
        utc_us: 0,
        body: fenhe_journal::Body::Fact(Event::Deadline),
    };
    open.append(1, &[fact]).expect("kept");
    let why = kept::open_in(open, &plant(&files), Some(&files), 0).err();
    assert_eq!(why, Some(CannotOpen::NotClosed { logic: LOGIC - 1 }));
}
