//! Small plants, from text to tables.

use fenhe_contract::*;
use fenhe_plant::*;

fn good(text: &str) -> Plant {
    match load("test", &Files::of_toml(text)) {
        Ok((plant, _)) => plant,
        Err(problems) => panic!("{problems:#?}"),
    }
}

const TANDEM: &str = r#"
[[product]]
id = "part"
[[buffer]]
id = "q1"
queue = {}
[[buffer]]
id = "q2"
queue = { capacity = 1_000 }
[[station]]
id = "s1"
from = "q1"
to = "q2"
single = {}
time = { exponential = "0.8 s" }
[[station]]
id = "s2"
from = "q2"
to = "out"
delay = {}
time = "400 ms"
scrap = "0.15 %"
[[source]]
id = "in"
to = "q1"
arrivals = { product = "part", every = { exponential = "1 s" } }
[[sink]]
id = "out"
"#;

#[test]
fn a_queue_with_a_station_is_a_plant() {
    let plant = good(TANDEM);
    assert_eq!(plant.stations.len(), 2);
    let first = &plant.stations[StationId(0)];
    assert_eq!(
        first.times,
        [Dist::Exponential {
            mean: Span::ms(800)
        }]
    );
    assert_eq!(first.outputs[0].to, To::Buffer(BufferId(1)));
    let second = &plant.stations[StationId(1)];
    assert_eq!(second.process, Process::Single { servers: u32::MAX });
    assert_eq!(second.scrap, Share(1_500_000));
    assert_eq!(second.outputs[0].to, To::Sink(SinkId(0)));
    assert_eq!(
        second.reports,
        Reports::Counter {
            every: Span::seconds(60)
        }
    );
    let capacity = |id: u32| plant.buffers[BufferId(id)].kind.clone();
    assert_eq!(capacity(0), BufferKind::Queue { capacity: None });
    assert_eq!(
        capacity(1),
        BufferKind::Queue {
            capacity: Some(1000)
        }
    );
    assert_eq!(plant.epoch, "2026-01-01T00:00:00Z");
}

#[test]
fn a_value_set_from_outside_is_read_like_one_in_the_file() {
    let set = |path: &str, value: &str| {
        let values = [(path.to_string(), value.to_string())];
        load_with("test", &Files::of_toml(TANDEM), &values)
    };
    let (plant, _) = set("station.s2.time", "2 s").expect("good");
    assert_eq!(
        plant.stations[StationId(1)].times,
        [Dist::Constant(Span::seconds(2))]
    );
    let (plant, _) = set("buffer.q2.queue.capacity", "7").expect("good");
    assert_eq!(
        plant.buffers[BufferId(1)].kind,
        BufferKind::Queue { capacity: Some(7) }
    );
    let (plant, _) = set("policy.consolidate", "\"5 min\"").expect("good");
    assert_eq!(plant.policy.consolidate, Span::seconds(300));
    let (plant, _) = set("source.in.release", "{ conwip = 4 }").expect("good");
    assert_eq!(plant.sources[SourceId(0)].release, Release::Conwip(4));
    let (plant, _) = set("source.in.arrivals.every.exponential", "2 s").expect("good");
    let every = Dist::Exponential {
        mean: Span::seconds(2),
    };
    assert!(
        matches!(plant.sources[SourceId(0)].demand, Demand::Arrivals { every: e, .. } if e == every)
    );

    let problems = set("station.s3.time", "2 s").expect_err("no such station");
    assert_eq!(problems[0].code, "override/unknown");
    assert_eq!(problems[0].suggestion.as_deref(), Some("s1"));
    let problems = set("station.s1.tiem", "2 s").expect_err("no such key");
    assert_eq!(problems[0].suggestion.as_deref(), Some("time"));
    let problems = set("station.s1.time", "2 km").expect_err("wrong unit");
    assert_eq!(
        (problems[0].code, problems[0].file.as_str()),
        ("unit/wrong", "station.s1.time")
    );
}
