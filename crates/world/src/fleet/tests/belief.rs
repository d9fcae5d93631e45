use super::yard::*;
use crate::World;
use crate::fleet::Fleet;
use crate::{Bodies, Ctx};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// A world whose vehicles are as believed; the carriers are where they start.
fn believed(plant: &Plant, now: Time, vehicle: VehicleBelief) -> Run {
    let plant = Arc::new(plant.clone());
    let mut world = World::new(plant.clone(), Seed(1));
    let mut queue = crate::kernel::Queue::default();
    let mut bodies = Bodies::new(&plant);
    let mut ready = Vec::new();
    let mut ctx = Ctx {
        plant: &plant,
        now,
        queue: &mut queue,
        bodies: &mut bodies,
        ready: &mut ready,
        sink: &mut NoRecords,
    };
    let belief = Belief {
        now: now.0,
        vehicles: vec![vehicle],
        ..Belief::default()
    };
    let fleet = Fleet::from_belief(&mut ctx, &belief, Seed(2));
    world.state.now = now;
    world.state.queue = queue;
    world.state.fleet = fleet;
    Run {
        world,
        log: Vec::new(),
        records: AllRecords::default(),
    }
}

fn at_node(node: u32, since: f64, revision: u32) -> VehicleBelief {
    VehicleBelief {
        node: NodeId(node),
        since: Time::ZERO + Span::from_seconds_up(since),
        base: Vec::new(),
        handles: Vec::new(),
        charge_until: None,
        permille: 1000,
        revision,
    }
}

#[test]
fn one_believed_under_way_arrives_when_it_really_does() {
    let plant = street(agv(), 10, 3000);
    let mut truth = Run::new(plant.clone());
    truth.drive(0.0, 0, 1, &(0..10).collect::<Vec<_>>());
    truth.to(Time(100_000_000));
    // Every 0.7 s on the way, knowing only the last node and when it was passed.
    for tick in 1..40 {
        let now = f64::from(tick) * 0.7;
        let passed = |node: &u32| truth.times_at(0, *node)[0] <= now;
        let node = (1..=10).take_while(passed).last().unwrap_or(0);
        let since = if node == 0 {
            0.0
        } else {
            truth.times_at(0, node)[0]
        };
        let mut known = at_node(node, since, 1);
        known.base = (node..10).map(EdgeId).collect();
        let mut run = believed(&plant, Time::ZERO + Span::from_seconds_up(now), known);
        run.to(Time(100_000_000));
        for next in node + 1..=10 {
            let (seen, wanted) = (run.times_at(0, next)[0], truth.times_at(0, next)[0]);
            // On the first edge it was believed at speed while it set off: 1.2 s early.
            let slack = if node == 0 { 1.201 } else { 25e-6 };
            assert!(
                (seen - wanted).abs() < slack,
                "{now} {next}: {seen} {wanted}"
            );
        }
        assert_eq!(run.world.breaches(), 0);
    }
}

#[test]
fn one_that_should_have_arrived_long_ago_is_somewhere_on_its_edge() {
    let plant = street(agv(), 2, 3000);
    let mut known = at_node(0, 0.0, 5);
    known.base = vec![EdgeId(0), EdgeId(1)];
    let mut run = believed(&plant, Time(100_000_000), known);
    // Two edges by at most two orders: the first edge came with the fourth or the fifth.
    run.drive(100.0, 0, 5, &[]);
    run.to(Time(200_000_000));
    let state = VehicleEvent::State {
        node: NodeId(0),
        revision: 5,
        done: 3,
    };
    assert_eq!(run.told(0), [(100.0, state)]);
    let first = run.times_at(0, 1)[0];
    assert!((100.0..105.0).contains(&first), "{first}");
    assert_eq!(run.times_at(0, 2).len(), 1);
}

#[test]
fn the_rest_of_a_hand_over_and_of_charging_is_what_silence_leaves() {
    let mut kind = agv();
    kind.battery = Energy(100_000);
    let mut plant = street(kind, 2, 3000);
    let from = store(&mut plant, 1, true);
    plant.chargers.push(Charger {
        name: "C".into(),
        node: NodeId(1),
        power: Power(100),
    });
    let mut known = at_node(1, 50.0, 7);
    known.handles = vec![(7, 1, from, true)];
    known.charge_until = Some(900);
    known.permille = 400;
    // 14 s of which 9 are over; then 500 s of charging.
    let mut run = believed(&plant, Time(59_000_000), known);
    run.to(Time(1_000_000_000));
    let picked = VehicleEvent::Picked {
        deck: 1,
        place: from,
        tag: Tag(0),
        revision: 7,
    };
    let charged = VehicleEvent::Charge {
        permille: 900,
        charging: false,
        revision: 7,
    };
    assert_eq!(run.told(0), [(64.0, picked), (564.0, charged)]);

    let mut known = at_node(1, 50.0, 7);
    known.charge_until = Some(900);
    known.permille = 400;
    let mut run = believed(&plant, Time(250_000_000), known);
    run.to(Time(1_000_000_000));
    assert_eq!(run.told(0), [(550.0, charged)]);
}

#[test]
fn a_base_that_does_not_begin_where_it_stands_is_not_driven() {
    let plant = street(agv(), 3, 3000);
    let mut known = at_node(0, 0.0, 2);
    known.base = vec![EdgeId(1)];
    let mut run = believed(&plant, Time(10_000_000), known);
    run.drive(10.0, 0, 3, &[0]);
    run.to(Time(100_000_000));
    assert_eq!(run.times_at(0, 1).len(), 1);
    assert_eq!(run.times_at(0, 2).len(), 0);
}
