//! What the tests share: entries, and places to keep journals in.
#![allow(dead_code)]

#[cfg(feature = "postgres")]
pub mod server;

use fenhe_contract::*;
use fenhe_journal::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The `n`th entry of a sequence that has all kinds in it.
pub fn entry(n: u64) -> Entry {
    let id = n as u32;
    let body = match n % 8 {
        0 => Body::Note {
            code: "link-lost".into(),
            args: vec![("vehicle".into(), format!("车-{id}"))],
        },
        1 => Body::Clock {
            utc_us: n as i64 * 7,
            offset_us: -(n as i64),
        },
        2 => Body::Audit {
            who: "shift".into(),
            what: "bound".into(),
            from: n.to_string(),
            to: (n + 1).to_string(),
        },
        3 => Body::Fact(Event::Sink(SinkId(id), Count { good: id, scrap: 0 })),
        4 => Body::Fact(Event::Link(VehicleId(id), n % 16 == 4)),
        5 => Body::Fact(Event::Deadline),
        _ => Body::Fact(Event::Vehicle(
            VehicleId(id % 104),
            VehicleEvent::At {
                node: NodeId(id),
                revision: id,
            },
        )),
    };
    Entry {
        time: Time(n as i64 * 1_000),
        utc_us: 1_700_000_000_000_000 + n as i64 * 1_000,
        body,
    }
}

/// Entries `from..to` of that sequence.
pub fn entries(from: u64, to: u64) -> Vec<Entry> {
    (from..to).map(entry).collect()
}

/// An epoch.
pub fn epoch(plant: &str, snapshot: &[u8]) -> Epoch {
    Epoch {
        program_version: "0.1.0".into(),
        logic_version: 3,
        plant_hash: Digest(0xfeed_0000_0000_0001),
        plant_name: plant.into(),
        utc_us: 1_700_000_000_000_000,
        names: vec![("station".into(), vec!["扩散-1".into(), "diff-2".into()])],
        digest: Digest(7),
        snapshot: snapshot.to_vec(),
    }
}

/// A folder that goes when it is dropped.
pub struct Folder(pub PathBuf);
impl Folder {
    pub fn new(name: &str) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("fenhe-journal-{name}-{}-{n}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A journal of its own in some store.
pub trait Place {
    /// Its address.
    fn address(&self) -> String;
    /// Runs a statement behind the journal's back.
    fn tamper(&self, sql: &str);
}

/// A SQLite file.
pub struct InFile(pub Folder);
impl InFile {
    pub fn new() -> InFile {
        InFile(Folder::new("file"))
    }
    pub fn path(&self) -> PathBuf {
        self.0.join("plant.journal")
    }
}
impl Place for InFile {
    fn address(&self) -> String {
        self.path().to_str().unwrap().to_string()
    }
    fn tamper(&self, sql: &str) {
        run(&self.path(), sql);
    }
}

/// A statement on a SQLite file.
pub fn run(path: &Path, sql: &str) {
    rusqlite::Connection::open(path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}
