//! Entries that are too old go while the plant runs; what a recovery needs never does.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_journal::{Journal, Options, Sqlite};
use fenhe_live::{Devices, Engine, Log, Loopback, kept, recover};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Now, Quirks, Utc};
use std::sync::Arc;

#[test]
fn a_running_journal_forgets_the_old_and_recovers_all_the_same() {
    let plant = cells(Span::ZERO);
    let path = std::env::temp_dir().join(format!("fenhe-retention-{}", std::process::id()));
    for end in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    let options = Options {
        sync: false,
        ..Options::default()
    };
    let store = || Box::new(Sqlite::open_with(&path, options).expect("a file"));
    let mut log = kept::open_in(store(), &plant, None, 0).expect("new").log;
    log.retain(Some(Span::seconds(100)));
    let names = Arc::new(Names::of(&plant));
    let voice = |v| dialect(&plant, v);
    let core = Controller::new(plant.clone());
    let masters = Engine::<()>::new_masters(&plant, voice);
    let engine = Engine::new(plant.clone(), names.clone(), core, masters, log);
    let devices = Devices::new(&plant, names.clone(), Seed(3), |v| {
        (voice(v), Quirks::default())
    });
    let mut all = Loopback::new(engine, devices, Span::ms(20)).expect("both sides");
    all.greet(&mut |_, _| {}).expect("kept");
    let epoch = Utc::parse(&plant.epoch).unwrap_or_default();
    for half in 1..=10 {
        let time = Time::ZERO + Span::seconds(30 * half);
        all.run(time, &mut NoRecords, &mut |_, _| {}).expect("kept");
        let utc = Utc(epoch.0 + time.0);
        let now = Now { time, utc };
        if half % 3 == 1 {
            all.engine.snapshot(now).expect("kept");
        }
        all.engine.log().tidy(now);
    }
    let digest = all.engine.core().digest();
    drop(all);
    let mut journal = Sqlite::look(&path).expect("there");
    let report = journal.verify().expect("read");
    assert_eq!(report.fault, None);
    assert!(report.first > 1 && report.first < report.last, "{report:?}");
    // Nothing younger than it is to be kept has gone.
    let oldest = journal.read(report.first, 1).expect("read")[0].1.utc_us;
    assert!(oldest <= epoch.0 + 200_000_000, "{oldest}");
    let found = kept::replay(&mut journal, &plant, &mut |_, _, _, _, _| {}).expect("replays");
    assert_eq!((found.differs, found.digest), (None, Some(digest)));
    drop(journal);
    let opened = kept::open_in(store(), &plant, None, 0).expect("there");
    let again = recover(&plant, &names, &opened.kept, voice, &mut |_, _, _| {});
    assert_eq!(again.expect("recovers").core.digest(), digest);
}
