//! Columns for other tools, and figures: entries a second, bytes an entry and a day. Figures are printed, not judged.

mod common;
use common::*;
use fenhe_contract::*;
use fenhe_journal::*;
use std::time::Instant;

#[cfg(feature = "parquet")]
#[test]
fn entries_as_columns() {
    use arrow_array::{Array, Int64Array, StringArray, UInt64Array};
    let place = InFile::new();
    let mut journal = open(&place.address()).unwrap();
    journal.append(1, &entries(1, 1_001)).unwrap();
    journal.put_snapshot(100, Digest(0), b"").unwrap();
    journal.prune(11).unwrap();
    let folder = Folder::new("columns");
    let path = export(&mut *journal, 0, u64::MAX, &folder.0)
        .unwrap()
        .unwrap();
    assert!(path.ends_with("entries-11-1000.parquet"));
    let file = std::fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file);
    let mut next = 11;
    for batch in reader.unwrap().build().unwrap() {
        let batch = batch.unwrap();
        let text = |n: usize| {
            batch
                .column(n)
                .as_any()
                .downcast_ref::<StringArray>()
                .unwrap()
        };
        let seqs = batch
            .column(0)
            .as_any()
            .downcast_ref::<UInt64Array>()
            .unwrap();
        let times = batch
            .column(1)
            .as_any()
            .downcast_ref::<Int64Array>()
            .unwrap();
        for row in 0..batch.num_rows() {
            let entry = entry(next);
            assert_eq!(seqs.value(row), next);
            assert_eq!(times.value(row), entry.time.0);
            assert_eq!(text(3).value(row), entry.body.kind_name());
            assert_eq!(text(4).value(row), entry.body.what());
            assert_eq!(text(5).value(row), entry.body.words());
            next += 1;
        }
    }
    assert_eq!(next, 1_001);
    assert_eq!(entry(13).body.what(), "Deadline");
    assert_eq!(entry(14).body.what(), "Vehicle");
    let none = export(&mut *journal, 2_000, 3_000, &folder.0).unwrap();
    assert_eq!(none, None);
}

/// A vehicle's facts: mostly nodes reached, now and then a hand-over or a charge.
fn driving(n: u64) -> Entry {
    let (vehicle, revision) = (VehicleId((n % 100) as u32), (n / 700) as u32);
    let told = match n % 20 {
        0 => VehicleEvent::Picked {
            deck: 0,
            place: PlaceId((n % 900) as u32),
            tag: Tag(n),
            revision,
        },
        1 => VehicleEvent::Dropped {
            deck: 0,
            place: PlaceId((n % 900) as u32),
            revision,
        },
        2 => VehicleEvent::Charge {
            permille: (n % 1_000) as u16,
            charging: false,
            revision,
        },
        _ => VehicleEvent::At {
            node: NodeId((n * 31 % 3_000) as u32),
            revision,
        },
    };
    Entry {
        time: Time(n as i64 * 40_000),
        utc_us: 1_700_000_000_000_000 + n as i64 * 40_000,
        body: Body::Fact(Event::Vehicle(vehicle, told)),
    }
}

#[test]
fn bytes_an_entry_and_a_day() {
    let place = InFile::new();
    let mut journal = open(&place.address()).unwrap();
    let count = 50_000u64;
    for from in (1..=count).step_by(1_000) {
        let all: Vec<_> = (from..from + 1_000).map(driving).collect();
        journal.append(from, &all).unwrap();
    }
    drop(journal);
    let size = std::fs::metadata(place.path()).unwrap().len();
    let each = size as f64 / count as f64;
    println!("{each:.1} B an entry on disk");
    for rate in [25.0, 50.0, 100.0] {
        let day = rate * 86_400.0 * each / 1e6;
        println!("100 vehicles at {rate} facts/s together: {day:.0} MB a day");
    }
    // Rows are some tens of bytes; far more would mean that something is kept twice.
    assert!((20.0..100.0).contains(&each), "{each}");
}

fn measured(name: &str, address: &str, threads: u64) {
    const BATCHES: u64 = 200;
    let writer = Writer::start(open(address).unwrap(), 64).unwrap();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for n in 0..BATCHES / threads {
                    let entries = (n * 25..n * 25 + 25).map(driving).collect();
                    let states = Vec::new();
                    writer.commit(Batch { entries, states }).unwrap();
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let figures = writer.statistics();
    let rate = figures.entries as f64 / seconds;
    let (commits, p50) = (figures.commits, figures.times.below_us(500));
    let p99 = figures.times.below_us(990);
    println!(
        "{name}, {threads} callers, 25 entries a batch: {rate:.0} entries/s, {commits} commits, p50 < {p50} us, p99 < {p99} us"
    );
    assert_eq!(figures.entries, BATCHES / threads * threads * 25);
    assert!(commits <= BATCHES);
}

#[test]
fn entries_a_second() {
    for threads in [1, 8] {
        measured("SQLite", &InFile::new().address(), threads);
    }
    #[cfg(feature = "postgres")]
    if let Some(server) = server::Server::start() {
        for threads in [1, 8] {
            measured("PostgreSQL", &server.database().address(), threads);
        }
    }
}
