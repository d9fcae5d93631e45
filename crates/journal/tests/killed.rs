//! A writer killed at random moments, and a server killed under a writer: every acknowledged number is
//! there, none twice, and the states are those of the newest entry.

mod common;
use common::*;
use fenhe_contract::{Event, Time, VehicleId};
use fenhe_journal::*;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// This test binary again, as the writer; see `writes_until_killed`.
fn child(address: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_killed", "--ignored", "--nocapture"])
        .env("FENHE_JOURNAL_UNDER_TEST", address)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn batch(from: u64, size: u64) -> Batch {
    let entry = |n: u64| Entry {
        time: Time(n as i64),
        utc_us: 0,
        body: Body::Fact(Event::Link(VehicleId(n as u32), n.is_multiple_of(2))),
    };
    Batch {
        entries: (from..from + size).map(entry).collect(),
        states: vec![("newest".into(), (from + size - 1).to_le_bytes().to_vec())],
    }
}

#[test]
#[ignore = "the child that the other tests kill"]
fn writes_until_killed() {
    let Ok(address) = std::env::var("FENHE_JOURNAL_UNDER_TEST") else {
        return;
    };
    let mut journal = open_soon(&address);
    let mut next = journal.head().unwrap().seq + 1;
    let writer = Writer::start(journal, 4).unwrap();
    loop {
        // Two on their way, so that some go together.
        let sizes = [next % 4 + 1, next % 3 + 1];
        let tickets = sizes.map(|size| {
            next += size;
            writer.submit(batch(next - size, size))
        });
        for ticket in tickets {
            println!("kept {}", ticket.wait().unwrap());
        }
    }
}

fn open_soon(address: &str) -> Box<dyn Journal> {
    for _ in 0..200 {
        match open(address) {
            Err(Error::Busy(_) | Error::Unreachable(_)) => {
                std::thread::sleep(Duration::from_millis(25));
            }
            other => return other.unwrap(),
        }
    }
    panic!("{:?}", open(address).err());
}

/// Numbers with a seed (xorshift).
struct Luck(u64);
impl Luck {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Reads what a child acknowledges; gives the newest when `until` says so or the child is gone.
fn follow(child: &mut Child, mut each: impl FnMut(u64)) -> u64 {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut newest = 0;
    for line in lines.map_while(Result::ok) {
        // The harness may put its own words before the first.
        if let Some((_, number)) = line.split_once("kept ") {
            newest = number.parse().unwrap();
            each(newest);
        }
    }
    newest
}

fn whole(journal: &mut dyn Journal, acknowledged: u64, round: u64) {
    let report = journal.verify().unwrap();
    assert_eq!(report.fault, None, "round {round}");
    assert!(
        report.last >= acknowledged,
        "round {round}: {acknowledged} lost of {report:?}"
    );
    assert_eq!(report.entries, report.last, "round {round}");
    for (seq, entry) in journal.read(1, usize::MAX).unwrap() {
        assert_eq!(
            entry.time,
            Time(seq as i64),
            "round {round}: twice or out of order"
        );
    }
    let newest = report.last.to_le_bytes().to_vec();
    let expected = (report.last > 0).then(|| ("newest".to_string(), newest));
    let states = journal.states().unwrap();
    assert_eq!(states, Vec::from_iter(expected), "round {round}");
}

/// Kills the writer after a random number of acknowledgements and a random while.
fn kill_writers(place: &dyn Place, rounds: u64, seed: u64) {
    let mut luck = Luck(seed);
    let mut acknowledged = 0;
    for round in 0..rounds {
        let mut child = child(&place.address());
        let (after, delay) = (luck.below(60) + 1, luck.below(3_000));
        let process = child.id().to_string();
        let mut heard = 0;
        let newest = follow(&mut child, |_| {
            heard += 1;
            if heard == after {
                std::thread::sleep(Duration::from_micros(delay));
                let _ = Command::new("kill").args(["-9", &process]).status();
            }
        });
        child.wait().unwrap();
        assert!(heard >= after, "round {round}: the writer ended by itself");
        assert!(newest > acknowledged);
        acknowledged = newest;
        whole(&mut *open_soon(&place.address()), acknowledged, round);
    }
    println!("{rounds} kills, {acknowledged} entries acknowledged, all there");
}

#[test]
fn a_file_whose_writer_is_killed_20_times() {
    kill_writers(&InFile::new(), 20, 0x5eed_0001);
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_whose_writer_is_killed_5_times() {
    if let Some(server) = server::Server::start() {
        kill_writers(&server.database(), 5, 0x5eed_0002);
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_killed_10_times_under_a_writer() {
    let Some(server) = server::Server::start() else {
        return;
    };
    let place = server.database();
    let mut child = child(&place.address());
    let process = child.id().to_string();
    let mut luck = Luck(0x5eed_0003);
    let (mut kills, mut heard, mut after) = (0, 0, 10);
    let newest = follow(&mut child, |_| {
        heard += 1;
        if heard < after {
            return;
        }
        if kills == 10 {
            let _ = Command::new("kill").args(["-9", &process]).status();
            after = u64::MAX;
            return;
        }
        std::thread::sleep(Duration::from_micros(luck.below(5_000)));
        server.kill();
        assert!(server.run(), "the server does not come up again");
        kills += 1;
        after = heard + 5 + luck.below(60);
    });
    child.wait().unwrap();
    assert_eq!(kills, 10, "the writer ended by itself");
    whole(&mut *open_soon(&place.address()), newest, 10);
    println!("{kills} kills of the server, {newest} entries acknowledged, all there");
}
