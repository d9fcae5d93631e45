//! What every store must do, held against each of them.

mod common;
use common::*;
use fenhe_contract::Digest;
use fenhe_journal::*;

type Check = (&'static str, fn(&dyn Place));

const CHECKS: &[Check] = &[
    ("numbers have no gaps and entries come back", round_trip),
    ("two controllers cannot write one journal", one_writer),
    (
        "a wrong number is refused and nothing is kept",
        wrong_number,
    ),
    ("states and entries are kept together", states),
    ("epochs keep what ids mean", epochs),
    ("snapshots: the newest up to a number", snapshots),
    ("pruning keeps what follows the newest snapshot", prune),
    ("pruning goes step by step", prune_steps),
    (
        "what is too old goes, what a recovery needs stays",
        retention,
    ),
    ("damage is found and named", damage),
    ("a newer program's journal is refused", newer),
    ("reading beside a writer", reading),
];

#[cfg(feature = "postgres")]
#[test]
fn postgres() {
    let Some(server) = server::Server::start() else {
        return;
    };
    for (name, check) in CHECKS {
        println!("postgres: {name}");
        check(&server.database());
    }
}

#[test]
fn sqlite() {
    for (name, check) in CHECKS {
        println!("sqlite: {name}");
        check(&InFile::new());
    }
}

/// While others of this process start programs, which have its open files for a moment.
#[cfg(unix)]
#[test]
fn a_lock_is_let_go_at_once() {
    let place = InFile::new();
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let start = || {
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                let started = std::process::Command::new("true").status();
                assert!(started.expect("started").success());
            }
        };
        scope.spawn(start);
        scope.spawn(start);
        let tries = (0..300)
            .map(|_| open(&place.address()).err())
            .collect::<Vec<_>>();
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(tries.into_iter().flatten().next(), None);
    });
}

fn round_trip(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    assert_eq!(journal.head().unwrap(), Head { seq: 0, chain: 0 });
    assert_eq!(journal.append(1, &entries(1, 4)).unwrap(), 3);
    assert_eq!(journal.append(4, &[]).unwrap(), 3);
    assert_eq!(journal.append(4, &entries(4, 5_001)).unwrap(), 5_000);
    drop(journal);
    let mut journal = open(&place.address()).unwrap();
    let all = journal.read(1, usize::MAX).unwrap();
    let expected: Vec<_> = (1..=5_000).map(|n| (n, entry(n))).collect();
    assert_eq!(all, expected);
    assert_eq!(journal.read(4_999, 10).unwrap(), expected[4_998..]);
    assert_eq!(journal.read(1, 2).unwrap(), expected[..2]);
    assert_eq!(journal.read(5_001, 2).unwrap(), []);
    assert_eq!(journal.read(u64::MAX, 2).unwrap(), []);
    let report = journal.verify().unwrap();
    assert_eq!((report.first, report.last), (1, 5_000));
    assert_eq!((report.entries, report.fault), (5_000, None));
    assert!(report.bytes > 100_000);
}

fn one_writer(place: &dyn Place) {
    let first = open(&place.address()).unwrap();
    let second = open(&place.address()).err();
    let Some(Error::Busy(who)) = second else {
        panic!("{second:?}");
    };
    assert!(who.contains("process"), "{who}");
    drop(first);
    assert!(open(&place.address()).is_ok());
}

fn wrong_number(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    journal.append(1, &entries(1, 11)).unwrap();
    for expected in [0, 1, 10, 12, u64::MAX] {
        let wrong = Error::WrongSeq {
            expected,
            found: 11,
        };
        let state = [("link/1".to_string(), vec![1])];
        let got = journal.commit(expected, &entries(1, 3), &state);
        assert_eq!(got, Err(wrong.clone()));
        let got = journal.open_epoch(expected, &epoch("p", b""));
        assert_eq!(got, Err(wrong));
    }
    assert_eq!(journal.head().unwrap().seq, 10);
    assert_eq!(journal.states().unwrap(), []);
    assert_eq!(journal.epochs().unwrap(), []);
    // Somebody wrote past the lock: the number tells.
    drop(journal);
    place.tamper("DELETE FROM entry WHERE seq = 10");
    let mut journal = open(&place.address()).unwrap();
    let got = journal.append(11, &entries(11, 12));
    let (expected, found) = (11, 10);
    assert_eq!(got, Err(Error::WrongSeq { expected, found }));
}

fn states(place: &dyn Place) {
    let put = |key: &str, byte: u8| (key.to_string(), vec![byte; 300]);
    let mut journal = open(&place.address()).unwrap();
    let both = [put("link/2", 1), put("link/1", 1), put("link/2", 2)];
    journal.commit(1, &entries(1, 3), &both).unwrap();
    journal.put_states(3, &[put("空/0", 0)]).unwrap();
    journal.put_states(3, &[put("link/1", 9)]).unwrap();
    drop(journal);
    let mut journal = open(&place.address()).unwrap();
    let expected = [put("link/1", 9), put("link/2", 2), put("空/0", 0)];
    assert_eq!(journal.states().unwrap(), expected);
    assert_eq!(journal.head().unwrap().seq, 2);
    journal.put_states(3, &[("link/1".into(), vec![])]).unwrap();
    assert_eq!(journal.states().unwrap()[0], ("link/1".into(), vec![]));
}

fn epochs(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    assert_eq!(journal.open_epoch(1, &epoch("old", b"one")), Ok(1));
    journal.append(1, &entries(1, 6)).unwrap();
    assert_eq!(journal.open_epoch(6, &epoch("new", b"two")), Ok(2));
    assert_eq!(journal.open_epoch(6, &epoch("newer", b"three")), Ok(3));
    drop(journal);
    let mut journal = open(&place.address()).unwrap();
    let opened = |number, first, epoch| Opened {
        number,
        first,
        epoch,
    };
    let expected = [
        opened(1, 1, epoch("old", b"one")),
        opened(2, 6, epoch("new", b"two")),
        opened(3, 6, epoch("newer", b"three")),
    ];
    assert_eq!(journal.epochs().unwrap(), expected);
    // What opens an epoch is a snapshot.
    let newest = journal.latest_snapshot(u64::MAX).unwrap().unwrap();
    assert_eq!((newest.epoch, newest.seq), (3, 5));
    assert_eq!(newest.bytes, b"three");
    let oldest = journal.latest_snapshot(4).unwrap().unwrap();
    assert_eq!((oldest.epoch, oldest.seq), (1, 0));
}

fn snapshots(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    assert_eq!(journal.latest_snapshot(u64::MAX), Ok(None));
    journal.open_epoch(1, &epoch("p", b"0")).unwrap();
    journal.append(1, &entries(1, 101)).unwrap();
    for seq in [10, 50, 100] {
        let bytes = vec![seq as u8; 2_000];
        journal.put_snapshot(seq, Digest(!seq), &bytes).unwrap();
    }
    let (expected, found) = (102, 101);
    let early = journal.put_snapshot(101, Digest(0), b"");
    assert_eq!(early, Err(Error::WrongSeq { expected, found }));
    drop(journal);
    let mut journal = open(&place.address()).unwrap();
    for (at, seq) in [(9, 0), (10, 10), (49, 10), (99, 50), (100, 100)] {
        let found = journal.latest_snapshot(at).unwrap().unwrap();
        assert_eq!((found.epoch, found.seq), (1, seq));
        if seq > 0 {
            assert_eq!(found.digest, Digest(!seq));
            assert_eq!(found.bytes, vec![seq as u8; 2_000]);
        }
    }
    journal.put_snapshot(100, Digest(1), b"again").unwrap();
    let found = journal.latest_snapshot(u64::MAX).unwrap().unwrap();
    assert_eq!((found.digest, found.bytes), (Digest(1), b"again".to_vec()));
}

fn prune(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    journal.append(1, &entries(1, 101)).unwrap();
    assert_eq!(journal.prune(90), Ok(0), "nothing to begin from");
    journal.put_snapshot(40, Digest(1), b"forty").unwrap();
    journal.put_snapshot(60, Digest(2), b"sixty").unwrap();
    assert_eq!(journal.prune(31), Ok(30));
    assert_eq!(journal.prune(31), Ok(0));
    assert_eq!(journal.latest_snapshot(50).unwrap().unwrap().seq, 40);
    assert_eq!(journal.prune(1_000), Ok(30));
    assert_eq!(journal.latest_snapshot(50), Ok(None));
    assert_eq!(journal.rows(1, 1).unwrap()[0].seq, 61);
    let report = journal.verify().unwrap();
    assert_eq!((report.first, report.last), (61, 100));
    assert_eq!((report.entries, report.fault), (40, None));
    assert_eq!(journal.anchor().unwrap().seq, 60);
    // All gone: numbers go on, and so does the chain.
    journal.put_snapshot(100, Digest(3), b"hundred").unwrap();
    assert_eq!(journal.prune(u64::MAX), Ok(40));
    drop(journal);
    let mut journal = open(&place.address()).unwrap();
    assert_eq!(journal.head().unwrap().seq, 100);
    assert_eq!(journal.append(101, &entries(101, 103)), Ok(102));
    let report = journal.verify().unwrap();
    assert_eq!((report.first, report.last), (101, 102));
    assert_eq!((report.entries, report.fault), (2, None));
    // An epoch opens with a snapshot, and stays.
    journal.open_epoch(103, &epoch("p", b"x")).unwrap();
    assert_eq!(journal.prune(u64::MAX), Ok(2));
    assert_eq!(journal.epochs().unwrap().len(), 1);
}

fn prune_steps(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    let many = PRUNE_STEP + 5;
    journal.append(1, &entries(1, many + 1)).unwrap();
    journal.put_snapshot(many, Digest(1), b"x").unwrap();
    let steps: Vec<_> = (0..3).map(|_| journal.prune(u64::MAX).unwrap()).collect();
    assert_eq!(steps, [PRUNE_STEP, 5, 0]);
}

/// Entry `n` was kept at second `n`.
fn retention(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    let mut all = entries(1, 301);
    for (entry, second) in all.iter_mut().zip(1..) {
        entry.utc_us = second * 1_000_000;
    }
    let at = |second: i64| second * 1_000_000;
    journal.open_epoch(1, &epoch("p", b"0")).unwrap();
    journal.append(1, &all).unwrap();
    let start = |journal: &mut dyn Journal| oldest_start(journal).unwrap().unwrap().seq;
    assert_eq!(expire(journal.as_mut(), at(1_000), 500), Ok(0));
    assert_eq!(start(journal.as_mut()), 0, "everything can be replayed");
    for seq in [100, 200] {
        journal.put_snapshot(seq, Digest(seq), b"s").unwrap();
    }
    // Older than second 151: the snapshot before that is after entry 100.
    let gone: Vec<_> = (0..4)
        .map(|_| expire(journal.as_mut(), at(151), 40).unwrap())
        .collect();
    assert_eq!(gone, [40, 40, 20, 0]);
    assert_eq!(start(journal.as_mut()), 100);
    assert_eq!(journal.rows(1, 1).unwrap()[0].seq, 101);
    // Half way to the next one a replay begins at that one.
    assert_eq!(expire(journal.as_mut(), i64::MAX, 40), Ok(40));
    assert_eq!(start(journal.as_mut()), 200);
    while expire(journal.as_mut(), i64::MAX, 40).unwrap() > 0 {}
    drop(journal);
    // However old, a recovery finds the newest snapshot and every fact since.
    let mut journal = open(&place.address()).unwrap();
    let newest = journal.latest_snapshot(u64::MAX).unwrap().unwrap();
    assert_eq!((newest.seq, newest.digest), (200, Digest(200)));
    let since = journal.read(newest.seq + 1, usize::MAX).unwrap();
    assert_eq!(since.len(), 100);
    assert!(since.iter().zip(&all[200..]).all(|((_, a), b)| a == b));
    assert_eq!(journal.verify().unwrap().fault, None);
}

fn damage(place: &dyn Place) {
    let mut journal = open(&place.address()).unwrap();
    journal.open_epoch(1, &epoch("p", b"0")).unwrap();
    let state = [("link/1".to_string(), vec![1])];
    journal.commit(1, &entries(1, 101), &state).unwrap();
    journal.put_snapshot(50, Digest(1), b"x").unwrap();
    drop(journal);
    let fault = || look(&place.address()).unwrap().verify().unwrap().fault;
    assert_eq!(fault(), None);
    let found = |seq, what| Some(Fault { seq, what });
    // Each is done and undone, the last things first: an earlier one hides a later one.
    let cases = [
        (
            "UPDATE snapshot SET sum = sum + 1",
            "UPDATE snapshot SET sum = sum - 1",
            50,
            What::Snapshot,
        ),
        (
            "UPDATE state SET sum = sum + 1",
            "UPDATE state SET sum = sum - 1",
            0,
            What::State,
        ),
        (
            "UPDATE epoch SET first = first + 1",
            "UPDATE epoch SET first = first - 1",
            2,
            What::Epoch,
        ),
        (
            "UPDATE entry SET utc_us = utc_us + 1 WHERE seq = 77",
            "UPDATE entry SET utc_us = utc_us - 1 WHERE seq = 77",
            77,
            What::Chain,
        ),
        (
            "UPDATE entry SET time_us = time_us + 1 WHERE seq = 1",
            "UPDATE entry SET time_us = time_us - 1 WHERE seq = 1",
            1,
            What::Chain,
        ),
        (
            "UPDATE entry SET kind = 3 WHERE seq = 8",
            "UPDATE entry SET kind = 4 WHERE seq = 8",
            8,
            What::Chain,
        ),
        (
            "UPDATE entry SET chain = chain + 1 WHERE seq = 100",
            "UPDATE entry SET chain = chain - 1 WHERE seq = 100",
            100,
            What::Chain,
        ),
        (
            "UPDATE entry SET seq = 200 WHERE seq = 42",
            "UPDATE entry SET seq = 42 WHERE seq = 200",
            42,
            What::Gap,
        ),
    ];
    for (harm, undo, seq, what) in cases {
        place.tamper(harm);
        assert_eq!(fault(), found(seq, what), "{harm}");
        place.tamper(undo);
        assert_eq!(fault(), None, "{undo}");
    }
    place.tamper("DELETE FROM entry WHERE seq = 20");
    assert_eq!(fault(), found(20, What::Gap));
    let mut journal = look(&place.address()).unwrap();
    let got = journal.read(1, 1_000);
    assert_eq!(got, Err(Error::Corrupt { seq: 20 }));
}

fn newer(place: &dyn Place) {
    drop(open(&place.address()).unwrap());
    let postgres = place.address().starts_with("postgres");
    place.tamper(match postgres {
        true => "UPDATE version SET number = 99",
        false => "PRAGMA user_version = 99",
    });
    for opened in [open(&place.address()), look(&place.address())] {
        let newer = matches!(opened, Err(Error::Version { found: 99, .. }));
        assert!(newer, "{:?}", opened.err());
    }
}

fn reading(place: &dyn Place) {
    assert_eq!(look(&place.address()).err(), Some(Error::Missing));
    let mut journal = open(&place.address()).unwrap();
    journal.append(1, &entries(1, 11)).unwrap();
    let mut other = look(&place.address()).unwrap();
    assert_eq!(other.head().unwrap().seq, 10);
    journal.append(11, &entries(11, 12)).unwrap();
    assert_eq!(other.read(11, 5).unwrap(), [(11, entry(11))]);
    assert_eq!(other.verify().unwrap().fault, None);
    let state = [("a".to_string(), vec![])];
    assert_eq!(other.append(12, &entries(12, 13)), Err(Error::ReadOnly));
    assert_eq!(other.put_states(12, &state), Err(Error::ReadOnly));
    assert_eq!(other.prune(5), Err(Error::ReadOnly));
    let snapshot = other.put_snapshot(5, Digest(0), b"");
    assert_eq!(snapshot, Err(Error::ReadOnly));
    let opened = other.open_epoch(12, &epoch("p", b""));
    assert_eq!(opened, Err(Error::ReadOnly));
}
