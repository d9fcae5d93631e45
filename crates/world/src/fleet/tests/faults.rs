//! Battery, stops, lost and late messages, forks.

use super::yard::*;
use crate::World;
use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

#[test]
fn idling_and_driving_drain_the_battery_and_each_twentieth_is_told() {
    let mut kind = agv();
    kind.battery = Energy(100_000);
    kind.idle_power = Power(10);
    kind.drive_energy = Energy(500);
    let mut run = Run::new(street(kind, 10, 1000));
    run.drive(0.0, 0, 1, &(0..10).collect::<Vec<_>>());
    run.to(Time::ZERO + Span::seconds(1600));
    // 10 m are 5 kJ, told at the node where they are driven; then 10 J a second.
    let told = run.told(0);
    let arrived = run.times_at(0, 10)[0];
    let wanted = [(arrived, 949), (500.0, 900), (1000.0, 850), (1500.0, 800)];
    assert_eq!(told.len(), wanted.len(), "{told:?}");
    for ((at, event), (when, permille)) in told.iter().zip(wanted) {
        assert_eq!(
            *event,
            VehicleEvent::Charge {
                permille,
                charging: false,
                revision: 1
            }
        );
        assert!((at - when).abs() < 0.02, "{at} s");
    }
}

fn charging_yard(start: i64) -> Plant {
    let mut kind = agv();
    kind.battery = Energy(100_000);
    kind.drive_energy = Energy(start);
    let mut plant = street(kind, 2, 1000);
    plant.chargers.push(Charger {
        name: "C".into(),
        node: NodeId(1),
        power: Power(100),
    });
    plant
}

#[test]
fn charging_takes_energy_over_power_and_ends_where_told() {
    let mut run = Run::new(charging_yard(60_000));
    let mut commands = Commands::default();
    commands.drive(VehicleId(0), 1, &[EdgeId(0)]);
    commands.push(Command::Charge {
        vehicle: VehicleId(0),
        revision: 2,
        until_permille: 900,
    });
    run.send(0.0, &commands);
    run.to(Time::ZERO + Span::hours(1));
    let arrived = run.times_at(0, 1)[0];
    let (at, event) = *run.told(0).last().unwrap();
    assert_eq!(
        event,
        VehicleEvent::Charge {
            permille: 900,
            charging: false,
            revision: 2
        }
    );
    assert_near(at, arrived + 500.0);
    assert_eq!(run.world.breaches(), 0);
}

#[test]
fn an_empty_battery_is_a_breach_and_the_vehicle_stays_where_it_stops() {
    let mut run = Run::new(charging_yard(60_000));
    run.drive(0.0, 0, 1, &[0, 1]);
    run.to(Time::ZERO + Span::hours(1));
    assert_eq!(run.world.breach_list().len(), 1);
    assert_eq!(run.world.breach_list()[0].1, Breach::Flat(VehicleId(0)));
    run.drive(3600.0, 0, 2, &[]);
    run.to(Time::ZERO + Span::hours(2));
    assert_eq!(run.world.breaches(), 1);
    let last = run.records.0.last().unwrap().1;
    assert!(
        matches!(
            last,
            Record::Vehicle {
                to: VehicleState::Stopped,
                ..
            }
        ),
        "{last:?}"
    );
}

#[test]
fn random_stops_come_at_their_rate_last_their_time_and_keep_to_nodes() {
    let mut kind = agv();
    kind.stop_share = Share(100_000_000);
    let count = 2000;
    let plant = |share| {
        let mut plant = street(kind.clone(), count, 3000);
        plant.vehicle_types[VehicleTypeId(0)].stop_share = Share(share);
        plant
    };
    let end = Time::ZERO + Span::hours(10);
    let mut run = Run::new(plant(100_000_000));
    run.drive(0.0, 0, 1, &(0..count).collect::<Vec<_>>());
    run.to(end);
    let mut free = Run::new(plant(0));
    free.drive(0.0, 0, 1, &(0..count).collect::<Vec<_>>());
    free.to(end);
    let told = run.told(0);
    let stops = told.len() / 2;
    // Binomial: 200 +- 13.4; six sigma.
    assert!((120..280).contains(&stops), "{stops} stops");
    for pair in told.chunks(2) {
        assert_eq!(pair[0].1, VehicleEvent::Held(true));
        assert_eq!(pair[1].1, VehicleEvent::Held(false));
        assert_near(pair[1].0 - pair[0].0, 20.0);
    }
    // Each costs its time and the braking and speeding up, less where the last edge stops anyway.
    let (late, in_time) = (run.times_at(0, count)[0], free.times_at(0, count)[0]);
    let each = 20.0 + 0.5 * 1.2 / 0.5 + 0.5 * 1.2 / 0.7;
    assert!(
        (late - in_time - stops as f64 * each).abs() < 3.0,
        "{late} {in_time} {stops}"
    );
}

#[test]
fn a_halt_on_edges_shorter_than_the_braking_distance_is_made_over_several() {
    let mut kind = agv();
    kind.stop_share = Share(20_000_000);
    let mut run = Run::new(street(kind, 500, 100));
    run.drive(0.0, 0, 1, &(0..500).collect::<Vec<_>>());
    run.to(Time::ZERO + Span::hours(1));
    assert!(run.told(0).len() >= 4);
    assert_eq!(run.times_at(0, 500).len(), 1);
}

/// Sends an order again and again until a report says that it was accepted.
fn insist(run: &mut Run, commands: &Commands, revision: u32) {
    let mut at = run.world.now().as_seconds();
    for _ in 0..200 {
        run.send(at, commands);
        at += 10.0;
        run.to(Time::ZERO + Span::from_seconds_up(at));
        let accepted = run.log.iter().any(|(_, event)| {
            matches!(event, Event::Vehicle(_,
                VehicleEvent::At { revision: r, .. } | VehicleEvent::State { revision: r, .. }
                | VehicleEvent::Picked { revision: r, .. } | VehicleEvent::Dropped { revision: r, .. })
                if *r >= revision)
        });
        if accepted {
            return;
        }
    }
    panic!("never accepted");
}

#[test]
fn lost_and_late_messages_sent_again_end_in_the_same_place() {
    let build = |loss, delay| {
        let mut plant = street(agv(), 6, 2000);
        let (from, to) = (store(&mut plant, 2, true), store(&mut plant, 5, false));
        plant.messages = MessageFaults {
            delay: Dist::Constant(delay),
            loss: Share(loss),
        };
        (plant, from, to)
    };
    let run = |loss, delay| {
        let (plant, from, to) = build(loss, delay);
        let mut run = Run::new(plant);
        let v = VehicleId(0);
        let mut revision = 0;
        let mut order = |run: &mut Run, edges: &[u32], hand: Option<(PlaceId, bool)>| {
            revision += 1;
            let mut commands = Commands::default();
            match hand {
                Some((place, pick)) => {
                    commands.push(Command::Handle {
                        vehicle: v,
                        revision,
                        deck: 0,
                        place,
                        pick,
                    });
                }
                None => commands.drive(
                    v,
                    revision,
                    &edges.iter().copied().map(EdgeId).collect::<Vec<_>>(),
                ),
            }
            insist(run, &commands, revision);
        };
        order(&mut run, &[0, 1], None);
        order(&mut run, &[], Some((from, true)));
        order(&mut run, &[2, 3], None);
        order(&mut run, &[4], None);
        order(&mut run, &[], Some((to, false)));
        order(&mut run, &[5], None);
        let end = run.world.now() + Span::seconds(600);
        run.to(end);
        let bodies = run.world.bodies();
        (
            bodies.at[from],
            bodies.at[to],
            run.world.breaches(),
            run.log.len(),
        )
    };
    let whole = run(0, Span::ZERO);
    assert_eq!((whole.0, whole.1), (None, Some(0)));
    for (loss, delay) in [(0, 300), (300_000_000, 0), (500_000_000, 2500)] {
        let (from, to, breaches, told) = run(loss, Span::ms(delay));
        assert_eq!((from, to, breaches), (None, Some(0), 0));
        assert!(loss == 0 || told != whole.3);
    }
}

#[test]
fn a_delay_moves_every_report_and_order_by_itself() {
    let build = |delay| {
        let mut plant = street(agv(), 3, 2000);
        plant.messages.delay = Dist::Constant(delay);
        let mut run = Run::new(plant);
        run.drive(1.0, 0, 1, &[0, 1]);
        run.drive(1.0, 0, 2, &[2]);
        run.to(Time(100_000_000));
        [1, 2, 3].map(|node| run.times_at(0, node)[0])
    };
    let (now, late) = (build(Span::ZERO), build(Span::ms(70)));
    for (now, late) in now.iter().zip(late) {
        assert_near(late, now + 0.14);
    }
}

#[test]
fn under_a_law_the_messages_of_one_vehicle_stay_in_their_order() {
    let mut plant = street(agv(), 40, 200);
    plant.messages.delay = Dist::Uniform {
        low: Span::ZERO,
        high: Span::seconds(20),
    };
    let mut run = Run::new(plant);
    for edge in 0..40 {
        run.drive(1.0 + f64::from(edge) / 100.0, 0, edge + 1, &[edge]);
    }
    run.to(Time(600_000_000));
    let nodes: Vec<f64> = (1..=40).map(|node| run.times_at(0, node)[0]).collect();
    assert!(nodes.is_sorted(), "{nodes:?}");
    let gaps = nodes.windows(2).filter(|two| two[0] == two[1]).count();
    assert!(gaps > 5, "late ones are caught up with: {gaps}");
}

#[test]
fn a_repeated_hand_over_is_not_done_twice_but_its_outcome_is_told_again() {
    let mut plant = street(agv(), 1, 2000);
    let place = store(&mut plant, 0, true);
    let mut run = Run::new(plant);
    let mut commands = Commands::default();
    let vehicle = VehicleId(0);
    commands.push(Command::Handle {
        vehicle,
        revision: 1,
        deck: 0,
        place,
        pick: true,
    });
    run.send(0.0, &commands);
    run.send(5.0, &commands);
    run.send(50.0, &commands);
    run.to(Time(100_000_000));
    let picked = VehicleEvent::Picked {
        deck: 0,
        place,
        tag: Tag(0),
        revision: 1,
    };
    let state = |done| VehicleEvent::State {
        node: NodeId(0),
        revision: 1,
        done,
    };
    assert_eq!(
        run.told(0),
        [
            (5.0, state(0)),
            (14.0, picked),
            (50.0, picked),
            (50.0, state(1))
        ]
    );
}

#[test]
fn a_fork_and_a_snapshot_in_the_middle_of_a_motion_go_on_alike() {
    let mut kind = agv();
    kind.stop_share = Share(200_000_000);
    let mut plant = street(kind, 30, 1500);
    plant.messages = MessageFaults {
        delay: Dist::Constant(Span::ms(30)),
        loss: Share(100_000_000),
    };
    let plant = Arc::new(plant);
    let mut luck = Seed(1).stream("fork", Purpose::Fault);
    for _ in 0..20 {
        let mut run = Run::new((*plant).clone());
        run.drive(0.0, 0, 1, &(0..30).collect::<Vec<_>>());
        run.to(Time(i64::from(luck.below(60_000_000))));
        let mut fork = run.clone();
        let mut back = run.clone();
        back.world = World::restore(plant.clone(), &run.world.snapshot()).unwrap();
        for other in [&mut run, &mut fork, &mut back] {
            other.to(Time(200_000_000));
        }
        assert_eq!(run.log, fork.log);
        assert_eq!(run.log, back.log);
        assert_eq!(run.records.0, back.records.0);
        assert_eq!(run.world.digest(), fork.world.digest());
        assert_eq!(run.world.digest(), back.world.digest());
    }
}
