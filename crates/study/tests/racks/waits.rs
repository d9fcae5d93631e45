//! Waiting before a crane, and loads that stand before others.

use crate::exact::Face;
use crate::plant::{Loop, Ran, within};
use fenhe_contract::CraneId;

/// Put-aways and retrievals come independently of each other at random, first come first served, and
/// every cycle begins and ends at the corner: an M/G/1 queue. b = 1, T = 100 s, 0.6 cycles in T.
const QUEUE: &str = r#"
[[product]]
id = "a"
route = ["ship"]
[[carrier]]
id = "pallet"
capacity = 1
count = 3000
start = ["in", "rack"]
full = "a"
[[buffer]]
id = "raw"
queue = {}
[[buffer]]
id = "in"
load = { carrier = "pallet", places = 3000 }
[[buffer]]
id = "out"
unload = { carrier = "pallet", places = 200, operation = "ship", returns = "in", return_time = "0 s" }
[[source]]
id = "source"
to = "raw"
arrivals = { product = "a", every = { exponential = "333.333333 s" } }
[[station]]
id = "fill"
from = "raw"
to = "in"
single = {}
time = "1 ms"
[[station]]
id = "ship"
operation = "ship"
from = "out"
to = "done"
single = {}
time = { exponential = "333.333333 s" }
[[sink]]
id = "done"
[[rack]]
id = "rack"
sides = 1
bays = 100
levels = 100
bay_width = "1 m"
level_height = "1 m"
crane = { speed = "1 m/s", lift_speed = "1 m/s" }
command = "single"
put_away = "random"
io = [{ buffer = "in" }, { buffer = "out" }]
"#;

/// Wq = lambda E[S^2] / (2 (1 - rho)) = 3.0 T (Pollaczek and Khinchine).
#[test]
fn a_crane_is_a_queue_with_one_server() {
    let face = Face {
        bays: 100,
        levels: 100,
        cell: (1.0, 1.0),
        axes: [(1.0, None), (1.0, None)],
    };
    let times: Vec<f64> = face.times((0.0, 0.0)).iter().map(|t| 2.0 * t).collect();
    let mean = |power: i32| times.iter().map(|t| t.powi(power)).sum::<f64>() / 10_000.0;
    let lambda = 0.006;
    let exact = lambda * mean(2) / (2.0 * (1.0 - lambda * mean(1)));
    let (mut sum, mut count) = (0.0, 0.0);
    for seed in 1..=8 {
        let ran = Ran::new(QUEUE, seed).on(1e6).measured(2e7);
        let sample = ran.sample();
        let row = &sample.cranes[CraneId(0)];
        sum += row.waits.mean() * row.cycles as f64;
        count += row.cycles as f64;
    }
    within("M/G/1 wait, discrete", sum / count, exact, 0.015);
    within("M/G/1 wait", sum / count, 300.0, 0.015);
}

/// Slots filled at random, the rear one of a lane first, to a share f: f/2 of the loads have one
/// before them.
#[test]
fn a_double_deep_rack_filled_at_random_blocks_half_its_share() {
    let rack = Loop {
        bays: 100,
        levels: 50,
        sides: 2,
        depth: 2,
        fill: 0,
        places: [18_002, 1],
        ship: "single = {}\ntime = \"1000 h\"".into(),
        ..Loop::default()
    };
    let ran = Ran::new(&rack.text(), 1).on(3e6);
    let slots = ran.plant.cranes[CraneId(0)].slots.clone();
    let (mut loads, mut blocked) = (0, 0);
    for lane in (slots.start.0..slots.end.0).step_by(2) {
        let [front, rear] = [lane, lane + 1].map(|n| {
            let at = &ran.world.bodies().at;
            u32::from(at[fenhe_contract::PlaceId(n)].is_some())
        });
        assert!(rear >= front, "rear first");
        loads += front + rear;
        blocked += front * rear;
    }
    let fill = f64::from(loads) / 20_000.0;
    assert!(fill > 0.89);
    within(
        "blocked share",
        f64::from(blocked) / f64::from(loads),
        fill / 2.0,
        0.01,
    );
}

/// In a loop, what stands before a load goes to the nearest open slot first and does not come back. First in,
/// first out asks for rear loads before front ones, so more than f/2 of them have one before them.
#[test]
fn what_stands_before_a_load_goes_out_of_its_way_first() {
    let rack = Loop {
        bays: 20,
        levels: 10,
        sides: 2,
        depth: 2,
        fill: 720,
        keys: "put_away = \"random\"\nreserve = 1".into(),
        ..Loop::default()
    };
    let ran = rack.run(1e5, 5e5);
    let sample = ran.sample();
    let row = &sample.cranes[CraneId(0)];
    let share = row.dug as f64 / row.out as f64;
    println!("dig-outs for a retrieval: {share:.4}");
    assert!(row.out > 1_000 && share > 0.45 && share < 1.0, "{share}");
}
