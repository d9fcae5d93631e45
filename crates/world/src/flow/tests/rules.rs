//! One rule at a time, on plants so small that every time is worked out by hand. Arrivals come at the
//! tenth, twentieth ... second.

use super::{Run, plant, tandem};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// Arrivals of `count` pieces every ten seconds.
fn arrivals(count: u32) -> String {
    alloc::format!("arrivals = {{ product = 'a', every = '10 s', count = {count} }}")
}

/// One station with these keys before unlimited queues.
pub(super) fn one(count: u32, keys: &str) -> String {
    tandem(&arrivals(count), &[("", keys)])
}

pub(super) fn run(toml: &str, seconds: i64) -> Run<AllRecords> {
    let mut run = Run::new(&plant(toml), 1, AllRecords::default());
    run.to(Time(seconds * 1_000_000));
    assert_eq!(run.world.check(), []);
    run
}

/// Seconds of the records that a filter keeps.
pub(super) fn when(run: &Run<AllRecords>, keep: impl Fn(&Record) -> bool) -> Vec<f64> {
    let kept = run.sink.0.iter().filter(|(_, record)| keep(record));
    kept.map(|(at, _)| at.as_seconds()).collect()
}

pub(super) fn left(toml: &str, seconds: i64) -> Vec<f64> {
    when(&run(toml, seconds), is_left)
}

pub(super) fn is_left(record: &Record) -> bool {
    matches!(record, Record::Left { .. })
}

pub(super) fn is_scrapped(record: &Record) -> bool {
    matches!(record, Record::Scrapped { .. })
}

#[test]
fn a_batch_starts_full_or_when_its_first_piece_has_waited() {
    let keys = "batch = { servers = 1, min = 2, max = 4, wait = '15 s' }\ntime = '5 s'";
    // One at a time: two are there when the first of them has waited 15 s.
    assert_eq!(left(&one(1, keys), 55), [30.0, 30.0, 50.0, 50.0]);
    // Three at a time: four of six at 20, the rest with two of three at 30, all six at 40.
    assert_eq!(
        left(&one(3, keys), 36),
        [25.0, 25.0, 25.0, 25.0, 35.0, 35.0, 35.0, 35.0]
    );
    let at_once = "batch = { servers = 1, min = 2, max = 4 }\ntime = '5 s'";
    assert_eq!(left(&one(1, at_once), 50), [25.0, 25.0, 45.0, 45.0]);
}

#[test]
fn a_change_over_lies_between_products_and_not_before_the_first() {
    let toml = r#"
[[product]]
id = "a"
[[product]]
id = "b"
[[source]]
id = "in-a"
to = "q"
arrivals = { product = "a", every = "10 s" }
[[source]]
id = "in-b"
to = "q"
arrivals = { product = "b", every = "10 s", count = 2 }
[[buffer]]
id = "q"
queue = {}
[[station]]
id = "s"
from = "q"
to = "out"
single = { servers = 1 }
time = "1 s"
setup = "2 s"
[[sink]]
id = "out"
"#;
    assert_eq!(left(toml, 30), [11.0, 14.0, 15.0, 23.0, 26.0, 27.0]);
}

#[test]
fn rework_goes_round_as_often_as_allowed_and_is_scrapped_after() {
    let keys = "single = { servers = 1 }\ntime = '1 s'\nrework = { share = '99.9999999 %', to = 'q1', max = 2 }";
    let run = run(&one(1, keys), 19);
    let results: Vec<(f64, StepResult)> = run
        .sink
        .0
        .iter()
        .filter_map(|(at, record)| match record {
            Record::Step { result, .. } => Some((at.as_seconds(), *result)),
            _ => None,
        })
        .collect();
    let wanted = [
        (11.0, StepResult::Rework),
        (12.0, StepResult::Rework),
        (13.0, StepResult::Scrapped),
    ];
    assert_eq!(results, wanted);
    assert_eq!(when(&run, is_scrapped), [13.0]);
}

#[test]
fn late_pieces_are_counted_and_scrapped_where_the_route_says_so() {
    let toml = |scrap: bool| {
        alloc::format!(
            r#"
[[product]]
id = "a"
route = ["cut", {{ operation = "coat", queue_max = "5 s", queue_scrap = {scrap} }}]
[[source]]
id = "in"
to = "q1"
arrivals = {{ product = "a", every = "30 s", count = 2 }}
[[buffer]]
id = "q1"
queue = {{}}
[[buffer]]
id = "q2"
queue = {{}}
[[station]]
id = "cut"
operation = "cut"
from = "q1"
to = "q2"
single = {{ servers = 1 }}
time = "1 s"
[[station]]
id = "coat"
operation = "coat"
from = "q2"
to = "out"
single = {{ servers = 1 }}
time = "8 s"
[[sink]]
id = "out"
"#
        )
    };
    for scrap in [false, true] {
        let run = run(&toml(scrap), 59);
        // Cut at 31 and 32; the second waits until 39.
        let excess: Vec<(f64, Span)> = run
            .sink
            .0
            .iter()
            .filter_map(|(at, record)| match record {
                Record::QueueExcess { by, .. } => Some((at.as_seconds(), *by)),
                _ => None,
            })
            .collect();
        assert_eq!(excess, [(39.0, Span::seconds(2))]);
        let (gone, stays): (&[f64], &[f64]) = match scrap {
            true => (&[39.0], &[39.0]),
            false => (&[], &[39.0, 47.0]),
        };
        assert_eq!(when(&run, is_scrapped), gone);
        assert_eq!(when(&run, is_left), stays);
    }
}

#[test]
fn a_separation_gives_each_output_its_count_and_product() {
    let toml = r#"
[[product]]
id = "a"
[[product]]
id = "b"
[[product]]
id = "c"
[[source]]
id = "in"
to = "q"
arrivals = { product = "a", every = "10 s" }
[[buffer]]
id = "q"
queue = {}
[[station]]
id = "s"
from = "q"
to = [{ to = "left", count = 2, product = "b" }, { to = "right", count = 1, product = "c" }]
single = { servers = 1 }
time = "1 s"
[[sink]]
id = "left"
[[sink]]
id = "right"
"#;
    let run = run(toml, 19);
    let out: Vec<(f64, u32, u32)> = run
        .sink
        .0
        .iter()
        .filter_map(|(at, record)| match record {
            Record::Left { product, sink, .. } => Some((at.as_seconds(), product.0, sink.0)),
            _ => None,
        })
        .collect();
    assert_eq!(out, [(11.0, 1, 0), (11.0, 1, 0), (11.0, 2, 1)]);
}

#[test]
fn an_assembly_takes_its_parts_and_who_waits_longest_gives_first() {
    let toml = r#"
[[product]]
id = "a"
[[product]]
id = "b"
[[source]]
id = "in-a"
to = "qa"
arrivals = { product = "a", every = "10 s", count = 2 }
[[source]]
id = "in-b"
to = "qb"
arrivals = { product = "b", every = "10 s", count = 2 }
[[buffer]]
id = "qa"
queue = {}
[[buffer]]
id = "qb"
queue = {}
[[buffer]]
id = "q"
queue = { capacity = 1 }
[[station]]
id = "sa"
from = "qa"
to = "q"
single = { servers = 1 }
time = "3 s"
[[station]]
id = "sb"
from = "qb"
to = "q"
single = { servers = 1 }
time = "2 s"
[[station]]
id = "s"
from = "q"
to = "out"
single = { servers = 1 }
time = "20 s"
[[sink]]
id = "out"
"#;
    // b is done at 12 and taken, a at 13 and queued; then b waits from 14, a from 16.
    let run_1 = run(toml, 93);
    let order: Vec<u32> = run_1
        .sink
        .0
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Left { product, .. } => Some(product.0),
            _ => None,
        })
        .collect();
    assert_eq!(order, [1, 0, 1, 0]);
    assert_eq!(when(&run_1, is_left), [32.0, 52.0, 72.0, 92.0]);

    let toml = r#"
[[product]]
id = "a"
[[product]]
id = "b"
[[source]]
id = "in-a"
to = "qa"
arrivals = { product = "a", every = "10 s" }
[[source]]
id = "in-b"
to = "qb"
arrivals = { product = "b", every = "15 s" }
[[buffer]]
id = "qa"
queue = {}
[[buffer]]
id = "qb"
queue = {}
[[station]]
id = "s"
from = [{ buffer = "qa", count = 1 }, { buffer = "qb", count = 2 }]
to = "out"
single = { servers = 1 }
time = "1 s"
[[sink]]
id = "out"
"#;
    // The second b comes at 30, the fourth at 60.
    let run_2 = run(toml, 69);
    assert_eq!(when(&run_2, is_left), [31.0, 61.0]);
    let joined = |record: &Record| matches!(record, Record::Joined { .. });
    assert_eq!(when(&run_2, joined), [31.0, 31.0, 61.0, 61.0]);
    let born = run_2.sink.0.iter().find_map(|(_, record)| match record {
        Record::Left { born, .. } => Some(born.as_seconds()),
        _ => None,
    });
    assert_eq!(born, Some(10.0));
}

#[test]
fn a_belt_with_a_full_exit_stands_and_keeps_distances() {
    let belt = "stream = { pitch = '2 s' }\ntime = '10 s'";
    let slow = "single = { servers = 1 }\ntime = '7 s'";
    let toml = tandem(
        "arrivals = { product = 'a', every = '100 s', count = 5 }",
        &[("", belt), ("capacity = 1", slow)],
    );
    // On at 100, 102 ... 108. The third reaches the end at 114 and has no room until 117, the
    // fourth at 119, until 124; the fifth has been held up 3 s and 5 s.
    let run = run(&toml, 150);
    let ends: Vec<f64> = when(
        &run,
        |record| matches!(record, Record::Step { station, .. } if station.0 == 0),
    );
    assert_eq!(ends, [110.0, 112.0, 114.0, 119.0, 126.0]);
    assert_eq!(when(&run, is_left), [117.0, 124.0, 131.0, 138.0, 145.0]);
}

#[test]
fn a_station_tells_what_it_declares_and_later_by_its_delay() {
    let told = |reports: &str| {
        let toml = one(1, "single = { servers = 1 }\ntime = '1 s'");
        let toml = toml.replace("reports = 'nothing'", reports);
        let run = run(&toml, 75);
        let told = run.events.iter().filter_map(|(at, event)| match event {
            Event::Station(_, event) => Some((at.as_seconds(), *event)),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let counted = |good| StationEvent::Counted(Count { good, scrap: 0 });
    // Read 30 s after the first piece that was counted, so at 41 and 71, each before the piece of that second.
    let counter = told("reports = 'counter'\nevery = '30 s'");
    assert_eq!(counter, [(41.0, counted(3)), (71.0, counted(3))]);
    let late = told("reports = 'piece'\ndelay = '5 s'");
    let times: Vec<f64> = late.iter().map(|told| told.0).collect();
    assert_eq!(times, [16.0, 26.0, 36.0, 46.0, 56.0, 66.0]);
    assert!(
        late.iter()
            .all(|(_, e)| matches!(e, StationEvent::Ended(_)))
    );
    assert!(told("reports = 'nothing'").is_empty());
}

/// A line with a load port instead of `q1` and an unload port instead of `q2`; two carriers of three pieces
/// stand at the load port.
fn ported(toml: &str, flush: Option<Span>) -> Arc<Plant> {
    let mut plant = Plant::clone(&plant(toml));
    let carrier = CarrierTypeId(0);
    plant.carriers.push(CarrierType {
        name: "box".into(),
        capacity: 3,
        start: vec![PlaceId(0), PlaceId(1)],
        full: None,
    });
    plant.operations.push("o".into());
    for n in 0..4 {
        plant.places.push(Place {
            owner: Owner::Buffer(BufferId(n / 2)),
            node: None,
        });
    }
    plant.buffers[BufferId(0)].kind = BufferKind::Load {
        carrier,
        places: PlaceId(0)..PlaceId(2),
        operation: None,
        flush,
    };
    plant.buffers[BufferId(1)].kind = BufferKind::Unload {
        carrier,
        places: PlaceId(2)..PlaceId(4),
        operation: OperationId(0),
        returns: None,
    };
    plant.stations[StationId(0)].inputs[0].buffer = BufferId(1);
    Arc::new(plant)
}

#[test]
fn ports_unload_in_order_and_load_until_full_or_flushed() {
    let toml =
        one(1, "single = { servers = 1 }\ntime = '1 s'") + "[[buffer]]\nid = 'q2'\nqueue = {}\n";
    let filled = |run: &Run<AllRecords>| {
        let filled = run.events.iter().filter_map(|(at, event)| match event {
            Event::Place(place, PlaceEvent::Filled { count, .. }) => {
                Some((at.as_seconds(), place.0, *count))
            }
            _ => None,
        });
        filled.collect::<Vec<_>>()
    };
    let mut run = Run::new(&ported(&toml, None), 1, AllRecords::default());
    run.ways = vec![Some(BufferId(1)), Some(BufferId(0))];
    run.to(Time(100_000_000));
    // Full at 30 and 60, each carried for 30 s, the second to the place that is free.
    assert_eq!(filled(&run)[..2], [(30.0, 0, 3), (60.0, 1, 3)]);
    assert_eq!(when(&run, is_left), [61.0, 62.0, 63.0, 91.0, 92.0, 93.0]);
    let emptied: Vec<(f64, Event)> = run
        .events
        .iter()
        .filter(|(_, event)| matches!(event, Event::Place(_, PlaceEvent::Emptied(_))))
        .map(|(at, event)| (at.as_seconds(), event.clone()))
        .collect();
    let empty = |place, tag| Event::Place(PlaceId(place), PlaceEvent::Emptied(Tag(tag)));
    assert_eq!(emptied[..2], [(62.0, empty(2, 0)), (92.0, empty(3, 1))]);
    let serials: Vec<u64> = run
        .sink
        .0
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Left { piece, .. } => Some(piece.0),
            _ => None,
        })
        .collect();
    assert_eq!(serials, [1, 2, 3, 4, 5, 6]);
    assert_eq!(run.world.check(), []);

    let toml = toml.replace("every = '10 s'", "every = '25 s'");
    let flushed = ported(&toml, Some(Span::seconds(20)));
    let mut run = Run::new(&flushed, 1, AllRecords::default());
    run.to(Time(80_000_000));
    assert_eq!(filled(&run), [(45.0, 0, 1), (70.0, 1, 1)]);
}
