//! A power cut takes what was written and not synced: none of it, some of it in any order, or torn. What
//! was acknowledged is there all the same. The program runs under a layer that records its writes and
//! syncs; the disk is then rebuilt as it would be after a cut at many moments.
//!
//! Not tried: a disk that says "synced" and lies, and a real loss of power. A new name counts
//! as durable once its file was synced, a removal once its folder was.
#![cfg(target_os = "linux")]

mod common;
#[path = "unsynced/disk.rs"]
mod disk;
use common::*;
use disk::*;
use fenhe_contract::{Digest, Time};
use fenhe_journal::*;
use std::process::Command;

/// Batches the writer commits.
const BATCHES: u64 = 400;

fn batch(from: u64, size: u64) -> Batch {
    let entry = |n: u64| Entry {
        time: Time(n as i64),
        utc_us: 0,
        body: Body::Note {
            code: "padding".into(),
            args: vec![("text".into(), "x".repeat((n * 7_919 % 6_000) as usize))],
        },
    };
    Batch {
        entries: (from..from + size).map(entry).collect(),
        states: vec![("newest".into(), (from + size - 1).to_le_bytes().to_vec())],
    }
}

#[test]
#[ignore = "the child whose writes the other tests record"]
fn writes_on_record() {
    let Ok(path) = std::env::var("FENHE_JOURNAL_UNDER_TEST") else {
        return;
    };
    let sync = std::env::var_os("FENHE_JOURNAL_NOSYNC").is_none();
    let journal = Sqlite::open_with(path, Options { sync, limit: None }).unwrap();
    let writer = Writer::start(Box::new(journal), 4).unwrap();
    let mut next = 1;
    for n in 0..BATCHES {
        let size = n % 4 + 1;
        println!("kept {}", writer.commit(batch(next, size)).unwrap());
        next += size;
        if n % 100 == 99 {
            let at = next - 1;
            let kept = writer.with(move |j| {
                j.put_snapshot(at, Digest(at), &vec![7; 300_000])?;
                j.prune(at / 2)
            });
            kept.unwrap();
        }
    }
}

/// What a writer did, in order.
fn recorded(folder: &Folder, sync: bool) -> Vec<Step> {
    let shim = folder.join("shim.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/unsynced/shim.c");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-pthread", "-o"]);
    let built = cc.arg(&shim).arg(source).arg("-ldl").status().unwrap();
    assert!(built.success());
    let plant = folder.join("plant");
    std::fs::create_dir(&plant).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "writes_on_record", "--ignored", "--nocapture"]);
    child.env("FENHE_JOURNAL_UNDER_TEST", plant.join("journal"));
    child.env("LD_PRELOAD", &shim).env("SHIM_UNDER", &plant);
    child.env("SHIM_LOG", folder.join("record"));
    if !sync {
        child.env("FENHE_JOURNAL_NOSYNC", "1");
    }
    let done = child.output().unwrap();
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{words}");
    let steps = steps(&std::fs::read(folder.join("record")).unwrap());
    let told = steps.iter().filter_map(acknowledged).count() as u64;
    assert_eq!(told, BATCHES, "the layer did not see what the writer said");
    steps
}

/// The number a step acknowledges.
fn acknowledged(step: &Step) -> Option<u64> {
    let text = String::from_utf8_lossy(&step.bytes);
    let (_, rest) = (step.kind == b'A').then(|| text.split_once("kept "))??;
    rest.split_whitespace().next()?.parse().ok()
}

/// What is there after a cut.
enum After {
    Whole,
    Lost,
}

fn look_after(disk: &Disk, how: Cut, luck: &mut Luck, folder: &Folder, kept: u64) -> After {
    let under = folder.join("plant");
    let new = Folder::new("cut");
    disk.cut(how, luck, under.to_str().unwrap(), &new.0);
    let options = Options {
        sync: false,
        limit: None,
    };
    let Ok(mut journal) = Sqlite::open_with(new.join("journal"), options) else {
        return After::Lost;
    };
    let Ok(report) = journal.verify() else {
        return After::Lost;
    };
    if report.fault.is_some() || report.last < kept {
        return After::Lost;
    }
    for (seq, entry) in journal.read(report.first, usize::MAX).unwrap() {
        assert_eq!(entry.time, Time(seq as i64));
    }
    let newest = report.last.to_le_bytes().to_vec();
    let expected = (report.last > 0).then(|| ("newest".to_string(), newest));
    assert_eq!(journal.states().unwrap(), Vec::from_iter(expected));
    After::Whole
}

/// Cuts the power at many moments; gives how many cuts there were and how many lost something.
fn cuts(steps: &[Step], folder: &Folder, every: usize, seed: u64) -> (u32, u32) {
    let mut luck = Luck(seed);
    let mut disk = Disk::default();
    let (mut kept, mut count, mut lost) = (0, 0, 0);
    for step in steps {
        disk.step(step);
        let told = acknowledged(step);
        kept = told.unwrap_or(kept);
        // The worst moments are just after an acknowledgement; others at random.
        let here = match told {
            Some(_) => luck.below(3) == 0,
            None => luck.below(every) == 0,
        };
        if !here {
            continue;
        }
        for how in [Cut::Drops, Cut::Shuffles, Cut::Tears] {
            count += 1;
            if let After::Lost = look_after(&disk, how, &mut luck, folder, kept) {
                lost += 1;
            }
        }
    }
    (count, lost)
}

#[test]
fn no_cut_takes_what_was_acknowledged() {
    let folder = Folder::new("unsynced");
    let steps = recorded(&folder, true);
    let syncs = steps.iter().filter(|s| s.kind == b'S').count() as u64;
    let into_file = steps.iter().filter(|s| s.kind == b'W').count();
    assert!(syncs >= BATCHES, "{syncs} syncs");
    let (count, lost) = cuts(&steps, &folder, 40, 0x5eed_0004);
    println!(
        "{BATCHES} commits, {into_file} writes, {syncs} syncs; {count} cuts, {lost} lost something"
    );
    assert!(count > 300);
    assert_eq!(lost, 0);
}

#[test]
fn without_syncs_cuts_do_take_it() {
    let folder = Folder::new("unsynced");
    let steps = recorded(&folder, false);
    let (count, lost) = cuts(&steps, &folder, 400, 0x5eed_0005);
    println!("without syncs: {count} cuts, {lost} lost something");
    assert!(lost > count / 2, "{lost} of {count}: the test sees nothing");
}
