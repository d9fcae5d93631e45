//! How much a day of the cell workshop with its 104 vehicles leaves in a journal: real bytes of every
//! message, on the virtual clock.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_journal::{Body, Journal, Options, Sqlite};
use fenhe_live::{Devices, Engine, Loopback, kept};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Now, Quirks, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Facts from one snapshot to the next, as the running loop has it.
const SNAPSHOT: u64 = 20_000;

#[test]
#[ignore = "a long run; cargo x trial volume"]
fn a_day_is_stated_in_bytes() {
    let full = std::env::var("FENHE_TRIAL").is_ok_and(|size| size == "full");
    let hours: i64 = if full { 8 } else { 2 };
    let plant = cells(Span::ZERO);
    let path = std::env::temp_dir().join(format!("fenhe-volume-{}", std::process::id()));
    let gone = || {
        for end in ["", "-wal", "-shm", ".lock"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
    };
    gone();
    let options = Options {
        sync: false,
        ..Options::default()
    };
    let store = Box::new(Sqlite::open_with(&path, options).expect("a file"));
    let log = kept::open_in(store, &plant, None, 0)
        .expect("a journal")
        .log;
    let names = Arc::new(Names::of(&plant));
    let voice = |v| dialect(&plant, v);
    let core = Controller::new(plant.clone());
    let masters = Engine::<()>::new_masters(&plant, voice);
    let engine = Engine::new(plant.clone(), names.clone(), core, masters, log);
    let devices = Devices::new(&plant, names, Seed(1), |v| (voice(v), Quirks::default()));
    let mut all = Loopback::new(engine, devices, Span::ms(20)).expect("both sides");
    let (mut facts, mut since, mut snapshots) = (0_u64, 0_u64, (0_u64, 0_u64));
    let mut hear = |_: Time, out: &fenhe_live::Outputs| since += out.facts.len() as u64;
    all.greet(&mut hear).expect("kept");
    for minute in 1..=60 * hours {
        let until = Time::ZERO + Span::seconds(60 * minute);
        let mut hear = |_: Time, out: &fenhe_live::Outputs| since += out.facts.len() as u64;
        all.run(until, &mut NoRecords, &mut hear).expect("kept");
        if since >= SNAPSHOT {
            facts += std::mem::take(&mut since);
            let now = Now {
                time: until,
                utc: Utc(until.0),
            };
            snapshots.0 += 1;
            snapshots.1 += all.engine.core().snapshot().len() as u64;
            all.engine.snapshot(now).expect("kept");
        }
    }
    facts += since;
    assert_eq!(all.devices.world().breaches(), 0);
    drop(all);
    report(&path, hours, (facts, snapshots));
    gone();
}

fn report(path: &std::path::Path, hours: i64, (facts, snapshots): (u64, (u64, u64))) {
    let mut journal = Sqlite::look(path).expect("a journal");
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut next = 1;
    loop {
        let rows = journal.rows(next, 10_000).expect("read");
        let Some(last) = rows.last() else { break };
        next = last.seq + 1;
        for row in &rows {
            let entry = row.entry().expect("whole");
            let mut what = entry.body.what();
            if let Body::Fact(Event::Vehicle(_, event)) = &entry.body {
                let words = format!("{event:?}");
                let end = words.find(|c: char| !c.is_alphanumeric());
                what = format!("Vehicle {}", &words[..end.unwrap_or(words.len())]);
            }
            let kind = kinds.entry(what).or_default();
            kind.0 += 1;
            kind.1 += row.body.len() as u64;
        }
    }
    let day = |n: u64| n as f64 * 24.0 / hours as f64;
    let states: usize = journal
        .states()
        .expect("whole")
        .iter()
        .map(|s| s.1.len())
        .sum();
    let bytes = journal.bytes().expect("on the disk");
    println!("simulated {hours} h; a simulated day:");
    for (what, (count, bytes)) in &kinds {
        println!(
            "  {what}: {:.0} entries, {:.2} MB of bodies",
            day(*count),
            day(*bytes) / 1e6
        );
    }
    println!("  all: {:.0} facts", day(facts));
    println!(
        "  snapshots: {:.1} of {} kB",
        day(snapshots.0),
        snapshots.1 / snapshots.0.max(1) / 1000
    );
    println!("  file: {:.1} MB", day(bytes) / 1e6);
    println!("states of links, overwritten: {states} B");
    let counted: u64 = kinds.values().map(|kind| kind.0).sum();
    assert_eq!(counted, facts, "each fact is one entry");
    // A hundred vehicles must not need more than a disk of today takes in years.
    assert!(day(bytes) < 2e9, "{bytes} bytes in {hours} h");
}
