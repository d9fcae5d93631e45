//! Orders at random, sensible and not, with every fault: nothing may break.

use super::yard::*;
use crate::World;
use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// A grid of 4 x 4 crossings with streets both ways, stores here and there, a charger.
fn town(luck: &mut Stream) -> Plant {
    let mut kind = agv();
    let side = 500 + i64::from(luck.below(4000));
    kind.battery = Energy(20_000 * i64::from(luck.below(2)));
    kind.idle_power = Power(10);
    kind.drive_energy = Energy(150);
    kind.stop_share = Share(luck.below(2) * 50_000_000);
    let nodes: Vec<(i64, i64)> = (0..16).map(|i| (i % 4 * side, i / 4 * side)).collect();
    let mut edges = Vec::new();
    for i in 0..16 {
        let mut both = |j: u32| {
            edges.extend([(i, j, 300 + i64::from(luck.below(1500))), (j, i, 1000)]);
        };
        if i % 4 < 3 {
            both(i + 1);
        }
        if i / 4 < 3 {
            both(i + 4);
        }
    }
    let mut plant = yard(kind, 4, &nodes, &edges);
    for node in [1, 5, 6, 10, 15] {
        store(&mut plant, node, node % 2 == 1);
    }
    plant.chargers.push(Charger {
        name: "C".into(),
        node: NodeId(9),
        power: Power(200),
    });
    plant.messages = MessageFaults {
        delay: match luck.below(3) {
            0 => Dist::Constant(Span::ZERO),
            1 => Dist::Constant(Span::ms(700)),
            _ => Dist::Uniform {
                low: Span::ZERO,
                high: Span::seconds(5),
            },
        },
        loss: Share(luck.below(2) * 100_000_000),
    };
    plant
}

/// One order, mostly with the next revision, mostly along edges that exist.
fn order(
    luck: &mut Stream,
    plant: &Plant,
    state: &[(u32, NodeId)],
    out: &mut Commands,
) -> VehicleId {
    let vehicle = VehicleId(luck.below(9) / 2);
    let (accepted, mut node) = state
        .get(vehicle.index())
        .copied()
        .unwrap_or((0, NodeId(0)));
    let revision = match luck.below(10) {
        0 => luck.below(5),
        1 => accepted + 2,
        2 => u32::MAX,
        _ => accepted + 1,
    };
    match luck.below(6) {
        0 => out.push(Command::Handle {
            vehicle,
            revision,
            deck: luck.below(4) as u8,
            place: PlaceId(luck.below(16)),
            pick: luck.below(2) == 0,
        }),
        1 => out.push(Command::Charge {
            vehicle,
            revision,
            until_permille: luck.below(1200) as u16,
        }),
        2 => {
            let edge = EdgeId(luck.below(plant.tracks.edges.len() as u32 + 2));
            out.drive(vehicle, revision, &[edge]);
        }
        _ => {
            let mut edges = Vec::new();
            for _ in 0..luck.below(6) {
                let ways = plant.tracks.leaving(node);
                edges.push(ways[luck.below(ways.len() as u32) as usize]);
                node = plant.tracks.edges[edges[edges.len() - 1]].to;
            }
            out.drive(vehicle, revision, &edges);
        }
    }
    vehicle
}

#[test]
fn random_orders_break_nothing_and_every_report_keeps_to_what_was_accepted() {
    let mut passed = 0;
    for seed in 0..60 {
        let mut luck = Seed(seed).stream("trial", Purpose::Fault);
        let plant = Arc::new(town(&mut luck));
        let mut run = Run::new((*plant).clone());
        let carriers = run.world.bodies().carriers.len();
        // What the vehicles have accepted and where their base ends, from the world itself.
        for step in 0..200 {
            let state = run.world.state.fleet.ends();
            let mut commands = Commands::default();
            order(&mut luck, &plant, &state, &mut commands);
            let now = run.world.now().as_seconds();
            run.send(now + luck.unit() * 3.0, &commands);
            if step == 100 {
                let back = World::restore(plant.clone(), &run.world.snapshot()).unwrap();
                assert_eq!(back.digest(), run.world.digest());
                run.world = back;
            }
        }
        let end = run.world.now() + Span::seconds(200);
        run.to(end);
        check(&plant, &run.log, seed);
        let bodies = run.world.bodies();
        assert_eq!(bodies.carriers.len(), carriers);
        assert_eq!(bodies.at.iter().flatten().count(), carriers);
        let fine = |(_, breach): &(Time, Breach)| !matches!(breach, Breach::Conservation { .. });
        assert!(run.world.breach_list().iter().all(fine));
        passed += run.log.len();
    }
    assert!(passed > 10_000, "{passed} reports");
}

/// Revisions never fall, nothing is done before it is accepted, and nodes follow along edges where
/// no message is lost.
fn check(plant: &Plant, log: &[(Time, Event)], seed: u64) {
    let mut last = [(0, None); 4];
    for (_, event) in log {
        let Event::Vehicle(v, event) = event else {
            continue;
        };
        let (newest, node) = &mut last[v.index()];
        let revision = match *event {
            VehicleEvent::At {
                node: now,
                revision,
            } => {
                let follows = |before: NodeId| {
                    plant
                        .tracks
                        .leaving(before)
                        .iter()
                        .any(|&e| plant.tracks.edges[e].to == now)
                };
                let lossless = plant.messages.loss == Share::ZERO;
                assert!(
                    !lossless || node.is_none_or(follows),
                    "seed {seed}: {v:?} jumps"
                );
                *node = Some(now);
                revision
            }
            VehicleEvent::State { revision, done, .. } => {
                assert!(done <= revision, "seed {seed}");
                revision
            }
            VehicleEvent::HandFailed { .. }
            | VehicleEvent::Picked { .. }
            | VehicleEvent::Dropped { .. }
            | VehicleEvent::Charge { .. }
            | VehicleEvent::Held(_) => *newest,
        };
        assert!(revision >= *newest, "seed {seed}: {v:?} forgets");
        *newest = revision;
    }
}
