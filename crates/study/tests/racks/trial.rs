//! Cranes break down, and people move loads without a word: nothing is lost or doubled, and after a
//! stock-take the books are the truth.

use crate::plant::{Ran, within};
use fenhe_contract::*;
use std::collections::BTreeMap;

const AISLES: &str = r#"
[[product]]
id = "a"
route = ["ship-a"]
[[product]]
id = "b"
route = ["ship-b"]
[[carrier]]
id = "pallet"
capacity = 4
count = 260
start = ["in", "in-b", "rack"]
full = "a"
[[buffer]]
id = "raw"
queue = { capacity = 8 }
[[buffer]]
id = "in"
load = { carrier = "pallet", places = 16, flush = "60 s" }
[[buffer]]
id = "raw-b"
queue = { capacity = 8 }
[[buffer]]
id = "in-b"
load = { carrier = "pallet", places = 16, flush = "60 s" }
[[buffer]]
id = "out-a"
unload = { carrier = "pallet", places = 4, operation = "ship-a", returns = "in", return_time = "20 s" }
[[buffer]]
id = "out-b"
unload = { carrier = "pallet", places = 4, operation = "ship-b", returns = "in-b", return_time = "20 s" }
[[source]]
id = "source-a"
to = "raw"
endless = "a"
[[source]]
id = "source-b"
to = "raw-b"
endless = "b"
[[station]]
id = "fill-b"
from = "raw-b"
to = "in-b"
single = {}
time = { exponential = "10 s" }
[[station]]
id = "fill"
from = "raw"
to = "in"
single = {}
time = { exponential = "10 s" }
[[station]]
id = "ship-a"
operation = "ship-a"
from = "out-a"
to = "done"
single = {}
time = { exponential = "10 s" }
[[station]]
id = "ship-b"
operation = "ship-b"
from = "out-b"
to = "done"
single = {}
time = { exponential = "10 s" }
[[sink]]
id = "done"
[[rack]]
id = "rack"
aisles = 3
bays = 8
levels = 4
depth = 2
bay_width = "1 m"
level_height = "2 m"
reserve = 2
put_away = "random"
crane = { speed = "2 m/s", lift_speed = "0.5 m/s", accel = "0.5 m/s2", transfer = { triangular = ["5 s", "6 s", "9 s"] }, failures = [{ id = "drive", every = { exponential = "1500 s" }, repair = { exponential = "600 s" } }, { id = "light", clock = "calendar", every = { exponential = "2 h" }, repair = "5 min" }] }
io = [{ buffer = "in" }, { buffer = "in-b", y = "2 m" }, { buffer = "out-a", x = "8 m" }, { buffer = "out-b", y = "4 m" }]
"#;

fn slots(ran: &Ran) -> Vec<PlaceId> {
    let all = ran.plant.cranes.iter();
    let all = all.flat_map(|crane| (crane.slots.start.0..crane.slots.end.0).map(PlaceId));
    all.collect()
}

/// Somebody looks into every slot.
fn stock_take(ran: &mut Ran) {
    for place in slots(ran) {
        let there = ran.world.bodies().at[place];
        let event = there.map_or(PlaceEvent::Freed, |row| {
            PlaceEvent::Occupied(Tag(u64::from(row)))
        });
        ran.tell(&Event::Place(place, event));
    }
}

/// Which load control believes where.
fn believed(ran: &Ran) -> BTreeMap<PlaceId, Tag> {
    let belief = ran.core.belief(ran.world.now());
    belief
        .loads
        .iter()
        .map(|load| (load.place, load.tag))
        .collect()
}

fn truth(ran: &Ran) -> BTreeMap<PlaceId, Tag> {
    let at = ran.world.bodies().at.pairs();
    at.filter_map(|(place, row)| Some((place, Tag(u64::from((*row)?)))))
        .collect()
}

#[test]
fn what_cranes_and_people_do_loses_and_doubles_nothing() {
    let mut ran = Ran::new(AISLES, 7);
    let mut luck = Seed(3).stream("person", Purpose::Mix);
    let all = slots(&ran);
    let mut moved = 0;
    for round in 0..400 {
        ran.go(500.0);
        let [from, to] = [0, 1].map(|_| all[luck.below(all.len() as u32) as usize]);
        let now = ran.world.now();
        let done = ran
            .world
            .carry_by_hand(now, (from, to), &mut ran.statistics);
        moved += u32::from(done.is_ok());
        assert_eq!(ran.world.check(), [], "round {round}");
        if round % 40 == 39 {
            stock_take(&mut ran);
            assert_eq!(believed(&ran), truth(&ran), "round {round}");
            assert_eq!(ran.core.missing().count(), 0);
        }
    }
    assert!(moved > 80, "{moved}");
    let sample = ran.sample();
    let done: u64 = sample.cranes.iter().map(|row| row.retrieved).sum();
    println!("{moved} loads moved by hand, {done} retrieved");
    assert!(done > 1_000, "{done}");
    assert_eq!(ran.world.breaches(), 0);
}

/// Without people, control believes the truth at every moment, also while cranes are down.
#[test]
fn what_cranes_tell_is_the_truth() {
    let mut ran = Ran::new(AISLES, 2);
    for _ in 0..200 {
        ran.go(311.0);
        assert_eq!(believed(&ran), truth(&ran));
    }
    let sample = ran.sample();
    let down = UnitState::Down as usize;
    let share: f64 = sample
        .cranes
        .iter()
        .map(|row| fenhe_study::shares(&row.states)[down])
        .sum();
    assert!(share > 0.1, "cranes do break down");
    within("all the time is told of", share, share, 0.0);
}
