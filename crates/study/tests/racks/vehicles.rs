//! Vehicles and cranes hand over to each other: between two operations everything goes through a slot, and
//! nothing is lost, doubled or stuck, whatever breaks down, fills up or is moved by people.

use crate::plant::Ran;
use crate::yard::{Yard, believed, of_the_rack, truth};
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Owner, Plant};
use fenhe_study::{Scratch, run};
use std::sync::Arc;

const DAY: f64 = 86_400.0;

/// Pieces that left.
fn left(ran: &Ran) -> u64 {
    ran.sample().left.iter().sum()
}

/// Transports that vehicles were given, by where they begin and end.
struct Trips {
    plant: Arc<Plant>,
    /// From a load port to the rack, from the rack to an unload port, from the one port to the other.
    counts: [u32; 3],
    open: u32,
}
impl RecordSink for Trips {
    const PIECES: bool = false;
    fn record(&mut self, _: Time, record: Record) {
        let kind = |place: PlaceId| match self.plant.places[place].owner {
            Owner::Buffer(id) => Some(&self.plant.buffers[id].kind),
            _ => None,
        };
        match record {
            Record::Transport { from, to, .. } => {
                self.open += 1;
                match (kind(from), kind(to)) {
                    (Some(BufferKind::Load { .. }), Some(BufferKind::Store { .. })) => {
                        self.counts[0] += 1;
                    }
                    (Some(BufferKind::Store { .. }), Some(BufferKind::Unload { .. })) => {
                        self.counts[1] += 1;
                    }
                    (Some(BufferKind::Load { .. }), Some(BufferKind::Unload { .. })) => {
                        self.counts[2] += 1;
                    }
                    _ => {}
                }
            }
            Record::Transported { .. } => self.open -= 1,
            _ => {}
        }
    }
}

#[test]
fn every_load_between_two_operations_goes_through_a_slot() {
    let mut ran = Yard::default().begin(1);
    let mut trips = Trips {
        plant: ran.plant.clone(),
        counts: [0; 3],
        open: 0,
    };
    let until = Time::ZERO + Span::hours(240);
    let (core, world) = (&mut ran.core, &mut ran.world);
    run(
        core,
        world,
        until,
        &mut trips,
        &mut Scratch::default(),
        &mut (),
    )
    .expect("no ping-pong");
    let [into, out, past] = trips.counts;
    println!("{into} into the rack, {out} out of it, {past} past it");
    // Some 270 pieces a day pass each of the two operations.
    assert!(into > 5_000 && into.abs_diff(out) < 60, "{into} {out}");
    assert_eq!(past, 0);
    // A transport ends at the rack; the next one begins where the crane gives the load out.
    assert!(trips.open <= 5, "{} transports never ended", trips.open);
    assert_eq!(ran.world.breaches(), 0);
    assert_eq!(ran.world.check(), []);
}

#[test]
fn books_are_the_truth_while_vehicles_and_cranes_hand_over() {
    let mut ran = Yard::default().begin(4);
    for _ in 0..600 {
        ran.go(307.0);
        let [believed, truth] = [believed(&ran), truth(&ran)].map(|all| of_the_rack(&ran, &all));
        assert_eq!(believed, truth);
    }
    assert!(left(&ran) > 500, "{}", left(&ran));
}

/// Cranes stand for a third of the time, in mid-move too, and vehicles bring and wait.
#[test]
fn cranes_that_break_down_with_vehicles_waiting_lose_nothing() {
    let broken = r#", failures = [{ id = "drive", every = { exponential = "900 s" }, repair = { exponential = "1500 s" } }, { id = "light", clock = "calendar", every = { exponential = "3 h" }, repair = "20 min" }]"#;
    let yard = Yard {
        crane: broken.into(),
        ..Yard::default()
    };
    for seed in 1..=4 {
        let mut ran = yard.begin(seed);
        for round in 0..200 {
            ran.go(1_009.0);
            assert_eq!(ran.world.check(), [], "seed {seed}, round {round}");
            let [believed, truth] =
                [believed(&ran), truth(&ran)].map(|all| of_the_rack(&ran, &all));
            assert_eq!(believed, truth, "seed {seed}, round {round}");
        }
        let sample = ran.sample();
        let down = UnitState::Down as usize;
        let down = sample
            .cranes
            .iter()
            .map(|row| fenhe_study::shares(&row.states)[down]);
        let (down, days) = (down.sum::<f64>() / 2.0, 200.0 * 1_009.0 / DAY);
        println!(
            "seed {seed}: down {down:.2}, {:.0} a day",
            left(&ran) as f64 / days
        );
        assert!(down > 0.1, "{down}");
        assert!(left(&ran) as f64 > 180.0 * days, "{}", left(&ran));
        assert_eq!(ran.world.breaches(), 0);
    }
}

/// With one crane of two down for good, the other aisle's loads keep every product going.
#[test]
fn a_crane_that_is_lost_stops_no_product() {
    let yard = Yard {
        crane: r#", failures = [{ id = "gone", clock = "calendar", every = { exponential = "90 h" }, repair = "2000 h" }]"#.into(),
        ..Yard::default()
    };
    let mut lost = 0;
    for seed in 1..=12 {
        let ran = yard.begin(seed).on(3.0 * DAY).measured(DAY);
        let sample = ran.sample();
        let down = UnitState::Down as usize;
        let rows = sample.cranes.iter();
        let gone = rows.filter(|row| fenhe_study::shares(&row.states)[down] == 1.0);
        let gone = gone.count();
        let each: Vec<u64> = sample
            .products
            .iter()
            .map(|row| row.cycle.count())
            .collect();
        println!("seed {seed}: {gone} cranes gone, {each:?} of each product in a day");
        if gone == 1 {
            lost += 1;
            assert!(
                each.iter().all(|&count| count > 90),
                "seed {seed}: {each:?}"
            );
        }
    }
    assert!(lost > 2, "{lost}");
}

/// Shipping is slow: the rack fills to its last slot, all behind it waits, and nothing locks.
#[test]
fn a_rack_that_is_full_goes_on_as_its_last_operation_does() {
    for (bays, boxes) in [(1, 16), (1, 20), (2, 36)] {
        let yard = Yard {
            bays,
            boxes,
            times: [120, 120, 400],
            ..Yard::default()
        };
        let mut ran = yard.begin(3).on(4.0 * DAY);
        let slots = |ran: &Ran| {
            let cranes = ran.plant.cranes.iter();
            let all =
                cranes.flat_map(|crane| (crane.slots.start.0..crane.slots.end.0).map(PlaceId));
            let at = &ran.world.bodies().at;
            all.filter(|&slot| at[slot].is_none()).count()
        };
        let mut least = usize::MAX;
        for _ in 0..100 {
            ran.go(600.0);
            least = least.min(slots(&ran));
        }
        let ran = ran.measured(6.0 * DAY);
        let rate = left(&ran) as f64 / 6.0;
        println!("{bays} bays, {boxes} boxes: {least} slots open at least, {rate:.0} a day");
        assert!(rate > 0.9 * DAY / 400.0, "{rate}");
        assert!(least <= 5, "{least}");
        let [believed, truth] = [believed(&ran), truth(&ran)].map(|all| of_the_rack(&ran, &all));
        assert_eq!(believed, truth);
    }
}

/// Slots and hand-over points.
fn places(ran: &Ran) -> (Vec<PlaceId>, Vec<PlaceId>) {
    let (mut slots, mut points) = (Vec::new(), Vec::new());
    for (place, row) in ran.plant.places.pairs() {
        match row.owner {
            Owner::Slot(_) => slots.push(place),
            Owner::Buffer(id) if matches!(ran.plant.buffers[id].kind, BufferKind::Store { .. }) => {
                points.push(place);
            }
            _ => {}
        }
    }
    (slots, points)
}

#[test]
fn loads_that_people_move_between_slots_and_points_are_found_again() {
    let yard = Yard {
        places: 3,
        crane: r#", failures = [{ id = "drive", every = { exponential = "3600 s" }, repair = { exponential = "900 s" } }]"#.into(),
        ..Yard::default()
    };
    for seed in 1..=3 {
        let mut ran = yard.begin(seed);
        let mut luck = Seed(seed).stream("person", Purpose::Mix);
        let (slots, points) = places(&ran);
        let mut moved = [0; 4];
        for round in 0..600 {
            ran.go(400.0);
            let mut any = |from_points: bool| {
                let list = if from_points { &points } else { &slots };
                list[luck.below(list.len() as u32) as usize]
            };
            let (kind, [from, to]) = (round % 4, [round % 4 / 2, round % 2]);
            let (from, to) = (any(from == 1), any(to == 1));
            let now = ran.world.now();
            let done = ran
                .world
                .carry_by_hand(now, (from, to), &mut ran.statistics);
            moved[kind] += u32::from(done.is_ok());
            assert_eq!(ran.world.check(), [], "seed {seed}, round {round}");
            if round % 60 == 59 {
                ran.go(1_200.0);
                for &slot in &slots {
                    let event = match ran.world.bodies().at[slot] {
                        Some(row) => PlaceEvent::Occupied(Tag(u64::from(row))),
                        None => PlaceEvent::Freed,
                    };
                    ran.tell(&Event::Place(slot, event));
                }
                let [believed, truth] =
                    [believed(&ran), truth(&ran)].map(|all| of_the_rack(&ran, &all));
                assert_eq!(believed, truth, "seed {seed}, round {round}");
                assert_eq!(ran.core.missing().count(), 0, "seed {seed}, round {round}");
            }
        }
        let before = left(&ran);
        println!("seed {seed}: {moved:?} moved, {before} left");
        assert!(moved.iter().all(|&count| count > 0), "{moved:?}");
        assert!(moved.iter().sum::<u32>() > 60, "{moved:?}");
        assert!(before > 550, "{before}");
        // And when nobody interferes any more, all goes on as ever.
        let ran = ran.measured(2.0 * DAY);
        assert!(left(&ran) > 480, "{}", left(&ran));
    }
}

#[test]
fn messages_of_vehicles_that_are_late_or_lost_mislead_no_crane() {
    let yard = Yard {
        more: "[messages]\ndelay = { exponential = \"2 s\" }\nloss = \"3 %\"\n".into(),
        car: "stop_share = \"0.5 %\"\nstop_time = { exponential = \"20 s\" }".into(),
        ..Yard::default()
    };
    for seed in 1..=6 {
        let ran = yard.begin(seed).on(DAY).measured(4.0 * DAY);
        println!("seed {seed}: {} left", left(&ran));
        assert!(left(&ran) > 800, "seed {seed}: {}", left(&ran));
        let marks: Vec<Tag> = believed(&ran).values().map(|load| load.0).collect();
        let mut once = marks.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((marks.len(), once.len()), (60, 60), "seed {seed}");
    }
}

/// Yards drawn at random: few places, few or many cars, small racks with as many slots as there are boxes,
/// breakdowns, lost messages. Whatever happens, loads are whole and pieces still leave in the last days.
#[test]
fn no_yard_with_slots_for_all_its_boxes_ever_locks() {
    for seed in 1..=40 {
        let mut luck = Seed(seed).stream("yard", Purpose::Mix);
        let mut one = |of: &[u32]| of[luck.below(of.len() as u32) as usize];
        let bays = one(&[2, 3, 4, 6]);
        let depth = one(&[1, 1, 2]);
        let yard = Yard {
            bays,
            boxes: 16 * bays * depth - one(&[0, 4, 12]),
            cars: one(&[1, 2, 3, 5]),
            decks: one(&[1, 1, 3]),
            places: one(&[1, 2, 3]),
            times: [one(&[200, 300]), one(&[200, 400]), one(&[200, 500])],
            crane: [
                "",
                r#", failures = [{ id = "drive", every = { exponential = "1 h" }, repair = { exponential = "40 min" } }]"#,
            ][one(&[0, 1]) as usize]
                .into(),
            keys: format!(
                "depth = {depth}\nidle = \"{}\"\npairing = \"{}\"\nput_away = \"{}\"",
                ["stay", "tidy"][one(&[0, 1]) as usize],
                ["fcfs", "nearest"][one(&[0, 1]) as usize],
                ["nearest", "random"][one(&[0, 1]) as usize],
            ),
            more: ["", "[messages]\nloss = \"2 %\"\n"][one(&[0, 1]) as usize].into(),
            ..Yard::default()
        };
        let ran = yard.begin(seed).on(6.0 * DAY).measured(2.0 * DAY);
        let (rate, cars) = (left(&ran) as f64 / 2.0, f64::from(yard.cars));
        // A car alone brings some 50 pieces a day through all three operations.
        let least = (25.0 * cars).min(60.0);
        println!(
            "seed {seed}: {rate:.0} a day, {bays} bays, {depth} deep, {cars} cars, {} boxes",
            yard.boxes
        );
        assert!(rate > least, "seed {seed}: {rate} a day");
    }
}
