//! An automated store of 50,000 slots and 20 cranes under load, cranes breaking down, for some days;
//! prints what `cargo x bench store` reads, as JSON: processor time of decisions, loads lost or
//! doubled, and whether the books are the truth.

mod timed;

use fenhe_contract::*;
use fenhe_plant::{Files, load};
use fenhe_study::shares;
use std::collections::BTreeMap;
use std::fmt::Write;
use timed::Timed;

const PRODUCTS: usize = 5;

/// Five products, each with a loop of its own through all 20 aisles.
fn text() -> String {
    let (mut text, mut io) = (String::new(), Vec::new());
    for k in 0..PRODUCTS {
        let written = write!(
            text,
            r#"
[[product]]
id = "p{k}"
route = ["ship{k}"]
[[carrier]]
id = "c{k}"
capacity = 1
count = 9000
start = ["in{k}", "store"]
full = "p{k}"
[[buffer]]
id = "raw{k}"
queue = {{ capacity = 1 }}
[[buffer]]
id = "in{k}"
load = {{ carrier = "c{k}", places = 40 }}
[[buffer]]
id = "out{k}"
unload = {{ carrier = "c{k}", places = 40, operation = "ship{k}", returns = "in{k}", return_time = "60 s" }}
[[source]]
id = "source{k}"
to = "raw{k}"
endless = "p{k}"
[[station]]
id = "fill{k}"
from = "raw{k}"
to = "in{k}"
single = {{}}
time = "1 s"
[[station]]
id = "ship{k}"
operation = "ship{k}"
from = "out{k}"
to = "done"
single = {{}}
time = {{ exponential = "20 s" }}
"#
        );
        written.expect("a string takes all");
        io.push(format!(
            "{{ buffer = \"in{k}\" }}, {{ buffer = \"out{k}\" }}"
        ));
    }
    format!(
        r#"{text}
[[sink]]
id = "done"
[[rack]]
id = "store"
aisles = 20
bays = 125
levels = 10
bay_width = "1 m"
level_height = "2 m"
put_away = "random"
pairing = "nearest"
io = [{}]
[rack.crane]
speed = "2.5 m/s"
lift_speed = "0.75 m/s"
accel = "0.5 m/s2"
transfer = "8 s"
failures = [{{ id = "drive", every = {{ exponential = "8 h" }}, repair = {{ exponential = "30 min" }} }}]
"#,
        io.join(", ")
    )
}

fn main() {
    let days: i64 = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(10);
    let (plant, _) = load("store", &Files::of_toml(&text())).expect("a sound plant");
    let mut timed = Timed::begin(plant, Seed(1));
    timed.run(Time::ZERO + Span::hours(24 * days));
    let [half, most_of, most] = [500, 990, 1000].map(|permille| timed.part(permille));
    let Timed {
        world,
        core,
        sink,
        spans,
    } = timed;
    let belief = core.belief(world.now());
    let believed: BTreeMap<PlaceId, Tag> = belief
        .loads
        .iter()
        .map(|load| (load.place, load.tag))
        .collect();
    let at = world.bodies().at.pairs();
    let truth: BTreeMap<PlaceId, Tag> = at
        .filter_map(|(place, row)| Some((place, Tag(u64::from((*row)?)))))
        .collect();
    let sample = sink.take(world.now());
    let moves: u64 = sample
        .cranes
        .iter()
        .map(|row| row.stored + row.retrieved)
        .sum();
    let state = |state: UnitState| {
        let of = sample
            .cranes
            .iter()
            .map(|row| shares(&row.states)[state as usize]);
        of.sum::<f64>() / sample.cranes.len() as f64
    };
    println!(
        "{{\"decisions\": {}, \"p50_ms\": {}, \"p99_ms\": {}, \"most_ms\": {}, \"moves\": {moves}, \"busy\": {:.4}, \"down\": {:.4}, \"breaches\": {}, \"books_are_truth\": {}, \"carriers\": {}}}",
        spans.len(),
        half,
        most_of,
        most,
        state(UnitState::Execute),
        state(UnitState::Down),
        world.breaches() + world.check().len() as u64,
        believed == truth,
        truth.len(),
    );
}
