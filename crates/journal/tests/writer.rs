//! The thread in front of a journal: order, grouping, back-pressure, trouble and its end.

mod common;
use common::*;
use fenhe_journal::*;
use std::sync::mpsc;
use std::time::Duration;

fn batch(from: u64, to: u64) -> Batch {
    Batch {
        entries: entries(from, to),
        states: vec![("newest".into(), to.to_le_bytes().to_vec())],
    }
}

#[test]
fn what_waits_together_is_committed_together_in_order() {
    let place = InFile::new();
    let writer = Writer::start(open(&place.address()).unwrap(), 1_000).unwrap();
    // The thread is held until all have been handed in.
    let (go, gate) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let (begun, begins) = mpsc::channel();
        let hold = move |_: &mut dyn Journal| {
            begun.send(()).unwrap();
            Ok(gate.recv().is_ok())
        };
        let held = scope.spawn(|| writer.with(hold));
        begins.recv().unwrap();
        let tickets: Vec<_> = (0..200)
            .map(|n| writer.submit(batch(n * 3 + 1, n * 3 + 4)))
            .collect();
        assert!(tickets[199].wait_for(Duration::from_millis(1)).is_none());
        go.send(()).unwrap();
        assert_eq!(held.join().unwrap(), Ok(true));
        for (n, ticket) in tickets.into_iter().enumerate() {
            assert_eq!(ticket.wait(), Ok(n as u64 * 3 + 3));
        }
    });
    let figures = writer.statistics();
    assert_eq!(figures.entries, 600);
    assert!(
        figures.batches == 200 && figures.commits == 1,
        "{figures:?}"
    );
    assert_eq!(figures.times.count(), figures.commits);
    assert_eq!((figures.waiting, figures.failing), (0, None));
    let mut journal = writer.close().unwrap();
    let expected: Vec<_> = (1..=600).map(|n| (n, entry(n))).collect();
    assert_eq!(journal.read(1, 1_000).unwrap(), expected);
    let newest = 601u64.to_le_bytes().to_vec();
    assert_eq!(journal.states().unwrap(), [("newest".into(), newest)]);
}

#[test]
fn a_full_queue_holds_callers_up() {
    let place = InFile::new();
    let writer = Writer::start(open(&place.address()).unwrap(), 2).unwrap();
    let (go, gate) = mpsc::channel::<()>();
    let (told, handed_in) = mpsc::channel();
    let (begun, busy) = mpsc::channel();
    std::thread::scope(|scope| {
        let go = go; // gone when this is left, also by a panic: nobody waits for ever
        scope.spawn(|| {
            writer.with(move |_| {
                begun.send(()).unwrap();
                Ok(gate.recv().is_ok())
            })
        });
        busy.recv().unwrap();
        scope.spawn(|| {
            for n in 1..=6 {
                writer.submit(batch(n, n + 1));
                told.send(n).unwrap();
            }
        });
        // Two in the queue, while the call is at work.
        let mut seen = 0;
        while let Ok(n) = handed_in.recv_timeout(Duration::from_millis(300)) {
            seen = n;
        }
        assert!((1..=2).contains(&seen), "{seen}");
        go.send(()).unwrap();
        assert_eq!(handed_in.iter().take((6 - seen) as usize).last(), Some(6));
    });
    assert_eq!(writer.close().unwrap().head().unwrap().seq, 6);
}

#[test]
fn a_full_disk_is_waited_out_and_told() {
    let place = InFile::new();
    let options = Options {
        limit: Some(100_000),
        ..Options::default()
    };
    let journal = Sqlite::open_with(place.path(), options).unwrap();
    let writer = Writer::start(Box::new(journal), 10).unwrap();
    let ticket = writer.submit(batch(1, 5_000));
    let failing = loop {
        if let Some(failing) = writer.statistics().failing {
            break failing;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(failing.0, Error::Full);
    assert!(ticket.wait_for(Duration::from_millis(50)).is_none());
    // Given up only at the end, and said so.
    let mut journal = writer.close().unwrap();
    assert_eq!(ticket.wait(), Err(Error::Full));
    assert_eq!(journal.head().unwrap().seq, 0);
}

#[test]
fn a_journal_somebody_else_wrote_ends_writing_for_good() {
    let place = InFile::new();
    let writer = Writer::start(open(&place.address()).unwrap(), 10).unwrap();
    assert_eq!(writer.commit(batch(1, 6)), Ok(5));
    place.tamper("INSERT INTO entry VALUES (6, 0, 0, 1, x'00', 0)");
    let (expected, found) = (6, 7);
    let wrong = Err(Error::WrongSeq { expected, found });
    assert_eq!(writer.commit(batch(6, 7)), wrong);
    assert_eq!(writer.commit(batch(7, 8)), wrong);
    assert_eq!(writer.with(|journal| journal.head()).unwrap().seq, 6);
}

#[test]
fn snapshots_and_pruning_go_through_the_same_thread() {
    let place = InFile::new();
    let writer = Writer::start(open(&place.address()).unwrap(), 10).unwrap();
    writer.submit(batch(1, 101));
    let digest = fenhe_contract::Digest(1);
    let kept = writer.with(move |journal| journal.put_snapshot(100, digest, b"x"));
    assert_eq!(kept, Ok(()));
    assert_eq!(writer.with(|journal| journal.prune(51)), Ok(50));
    assert_eq!(
        writer.with(|journal| journal.append(101, &entries(101, 103))),
        Ok(102)
    );
    assert_eq!(writer.commit(batch(103, 104)), Ok(103));
}
