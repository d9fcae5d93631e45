//! What goes wrong between real masters and vehicles: those that break rules, share a name, or charge.

mod common;

use common::script::Script;
use common::*;
use fenhe_contract::VehicleEvent;

use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::*;
use serde_json::json;

fn dialect() -> Dialect {
    Dialect::new(Version::V2_1, "Fenhe", "agv-3")
}

/// Isolated with a named reason: nothing is sent, everything is still heard, and it may come back.
#[test]
fn a_vehicle_that_breaks_rules_is_isolated_with_a_reason_and_readmitted() {
    let mut s = Script::ready(dialect());
    s.drive(3);
    s.accept();
    s.clear();
    let bad = Breach::Unreadable(Fault::Wrong(Field::NodeStates));
    for turn in 0..21 {
        assert_eq!(s.master.isolated(), None, "{turn} of 20 are tolerated");
        s.hear(br#"{"nodeStates":17}"#);
    }
    assert_eq!(s.master.isolated(), Some(bad));
    assert_eq!(
        s.notes
            .iter()
            .filter(|n| **n == Note::Isolated(bad))
            .count(),
        1
    );
    assert_eq!(s.held(), Some(true));
    s.drive(1);
    s.withdraw(true);
    s.with(|m, now, _, out| m.pause(now, true, out));
    s.wait(120);
    s.pass(2);
    assert!(s.sent.is_empty(), "not a word to it");
    assert_eq!(s.ats(), [1], "its place is still known");
    s.with(|m, now, names, out| m.readmit(now, names, out));
    assert_eq!(s.count("stateRequest"), 1, "a state comes first");
    s.say();
    assert_eq!((s.master.isolated(), s.held()), (None, Some(false)));
}

/// A fault now and then, over days, isolates nobody.
#[test]
fn faults_far_apart_are_forgiven() {
    let mut s = Script::ready(dialect());
    for _ in 0..500 {
        s.hear(b"{\"nodeStates\":17}");
        s.wait(31);
        s.say();
    }
    assert_eq!(s.master.isolated(), None);
}

#[test]
fn messages_of_another_vehicle_on_the_topic_are_refused_and_named() {
    let mut s = Script::ready(dialect());
    s.clear();
    for (maker, serial) in [("Fenhe", "agv-4"), ("other", "agv-3")] {
        let state = json!({"headerId": 99, "timestamp": "2030-01-01T00:00:00Z", "manufacturer": maker, "serialNumber": serial, "lastNodeId": "n9"});
        let bytes = serde_json::to_vec(&state).unwrap();
        s.hear(&bytes);
        s.hear_on(Topic::Connection, false, &serde_json::to_vec(&json!({"connectionState": "OFFLINE", "serialNumber": serial, "manufacturer": maker})).unwrap());
    }
    assert!(s.events.is_empty(), "{:?}", s.events);
    assert!(
        s.notes
            .contains(&Note::Unreadable(Topic::State, Fault::OtherVehicle))
    );
    s.say(); // its clock of 2030 has not been believed
    assert!(!s.notes.contains(&Note::Stale(Topic::State)));
}

/// Two vehicles were given one serial number: each state is newer than the last, both are plausible.
#[test]
fn two_vehicles_with_the_same_serial_are_told_apart_and_isolated() {
    let mut s = Script::ready(dialect());
    s.drive(3);
    s.accept();
    s.header_id = 500;
    s.say();
    let own = s.state.clone();
    let mut other = own.clone();
    for key in ["nodeStates", "edgeStates", "actionStates"] {
        other[key] = json!([]);
    }
    (other["orderId"], other["lastNodeId"]) = (json!(""), json!("n6"));
    let (mut mine, mut his) = (500, 20);
    for _ in 0..4 {
        his += 1;
        (s.state, s.header_id) = (other.clone(), his);
        s.say();
        mine += 1;
        (s.state, s.header_id) = (own.clone(), mine);
        s.say();
    }
    assert_eq!(
        s.master.isolated(),
        Some(Breach::TwoSenders),
        "{:?}",
        s.notes
    );
    assert_eq!(s.held(), Some(true));
}

/// One that starts again and again is not two.
#[test]
fn a_vehicle_that_reboots_again_and_again_is_one_vehicle() {
    let mut s = Script::ready(dialect());
    for turn in 0..50 {
        s.header_id = 0;
        for _ in 0..(turn * 7) % 13 {
            s.say();
        }
    }
    assert_eq!(s.master.isolated(), None);
}

#[test]
fn an_order_of_another_master_is_named() {
    let mut s = Script::ready(dialect());
    s.clear();
    let node = json!([{"nodeId": "n1", "sequenceId": 2, "released": true}]);
    s.says(json!({"orderId": "theirs", "nodeStates": node, "driving": true}));
    assert_eq!(s.notes, [Note::Breach(Breach::ForeignOrder)]);
    s.drive(1);
    assert!(s.updates().is_empty(), "it is not idle");
    for _ in 0..25 {
        s.say();
    }
    assert_eq!(s.master.isolated(), Some(Breach::ForeignOrder));
}

/// A finished order of another master is history, not a breach.
#[test]
fn an_order_of_another_master_that_is_done_does_no_harm() {
    let mut s = Script::new(dialect());
    s.says(json!({"orderId": "theirs", "lastNodeSequenceId": 14, "actionStates": [{"actionId": "x", "actionStatus": "FAILED"}]}));
    s.drive(1);
    assert_eq!((s.updates().len(), s.notes.len()), (1, 0));
}

#[test]
fn a_vehicle_beyond_its_base_is_named() {
    let mut s = Script::ready(dialect());
    s.drive(1);
    s.accept();
    s.clear();
    s.retain("nodeStates", |_| false);
    s.retain("edgeStates", |_| false);
    s.says(json!({"lastNodeId": "n5", "lastNodeSequenceId": 10}));
    assert!(
        s.notes.contains(&Note::Breach(Breach::BeyondBase)),
        "{:?}",
        s.notes
    );
}

#[test]
fn an_update_that_was_never_sent_is_named() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.accept();
    s.says(json!({"orderUpdateId": 3}));
    assert_eq!(s.notes, [Note::Breach(Breach::UnknownUpdate)]);
}

#[test]
fn an_action_that_comes_back_to_life_is_named_and_told_once() {
    let mut s = Script::ready(dialect());
    s.trip(1, true);
    s.accept();
    s.pass(2);
    s.action(0, "FINISHED");
    s.action(0, "RUNNING");
    s.action(0, "FINISHED");
    assert_eq!(s.hands(), [true]);
    assert_eq!(s.notes, [Note::Breach(Breach::ActionRevived)]);
}

#[test]
fn last_node_may_be_empty_until_the_first_is_reached() {
    let mut s = Script::new(dialect());
    s.says(json!({"lastNodeId": "", "lastNodeSequenceId": 0}));
    s.drive(2);
    assert_eq!(s.order().nodes[0].id, "n0", "where it is believed to be");
    s.accept();
    s.pass(2);
    assert_eq!((s.ats(), s.notes.len()), (vec![1], 0));
}

#[test]
fn charging_is_ended_by_stop_charging_and_told_when_it_has_ended() {
    let mut s = Script::ready(dialect());
    s.drive(1);
    s.accept();
    s.charge(900);
    s.pass(2);
    s.accept();
    let charge = |permille: u16, charging: bool| json!({"batteryState": {"batteryCharge": f64::from(permille) / 10.0, "charging": charging}});
    s.clear();
    s.says(charge(800, false)); // not yet: it has not begun
    assert!(s.facts().is_empty());
    s.state["actionStates"][0]["actionStatus"] = json!("FINISHED"); // it has begun
    s.says(charge(800, true));
    s.says(charge(850, true));
    assert!(
        !s.master.idle(),
        "startCharging is FINISHED, charging is not"
    );
    assert_eq!(s.count("stopCharging"), 0);
    s.says(charge(901, true));
    s.says(charge(903, true));
    assert_eq!(s.count("stopCharging"), 1, "under way: once");
    s.says(charge(904, false));
    let ended = |f: &&VehicleEvent| {
        matches!(
            f,
            VehicleEvent::Charge {
                charging: false,
                ..
            }
        )
    };
    assert_eq!(s.facts().iter().filter(ended).count(), 1);
    assert!(s.master.idle());
    s.clear();
    s.wait(30);
    assert_eq!(s.count("stopCharging"), 0, "it is not charging any more");
}

#[test]
fn charging_that_cannot_begin_is_over_and_not_awaited() {
    let mut s = Script::ready(dialect());
    s.drive(1);
    s.accept();
    s.charge(900);
    s.pass(2);
    s.accept();
    s.clear();
    s.action(0, "FAILED");
    assert!(s.master.idle());
    let told = |f: &VehicleEvent| {
        matches!(
            f,
            VehicleEvent::Charge {
                charging: false,
                permille: 800,
                ..
            }
        )
    };
    assert!(s.facts().iter().any(told));
}

/// An emergency stop, a person in the field: held, and told when it goes on.
#[test]
fn a_stopped_vehicle_is_held_and_keeps_its_order() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.accept();
    s.clear();
    for safety in [
        json!({"eStop": "MANUAL", "fieldViolation": false}),
        json!({"eStop": "NONE", "fieldViolation": true}),
    ] {
        s.says(json!({"safetyState": safety}));
        assert_eq!(s.held(), Some(true));
        s.says(json!({"safetyState": {"eStop": "NONE", "fieldViolation": false}}));
        assert_eq!(s.held(), Some(false));
    }
    s.pass(2);
    assert_eq!((s.ats(), s.updates().len()), (vec![1], 0));
}

/// All habits that were seen in public stacks, alone and all together, lose nothing and do nothing twice.
#[test]
fn every_habit_seen_in_the_field_is_survived() {
    let q = Quirks::default();
    let all = [
        Quirks {
            errors_pile_up: true,
            fatal: true,
            ..q
        },
        Quirks {
            refuses_resend: true,
            ..q
        },
        Quirks { nulls: true, ..q },
        Quirks {
            misspells: true,
            ..q
        },
        Quirks {
            drops_edge: true,
            ..q
        },
        Quirks {
            drops_early: true,
            ..q
        },
        Quirks {
            never_drops: true,
            ..q
        },
        Quirks {
            no_last_node: true,
            ..q
        },
        Quirks {
            restarts_sequence: true,
            ..q
        },
        Quirks {
            no_connection: true,
            ..q
        },
        Quirks {
            bare_factsheet: true,
            ..q
        },
        Quirks {
            always_wants_base: true,
            ..q
        },
        Quirks {
            hides_instants: true,
            ..q
        },
        Quirks {
            crashes_on_several: true,
            ..q
        },
        Quirks {
            repeats_stitch: true,
            ..q
        },
        Quirks {
            overrides: true,
            ..q
        },
        Quirks {
            no_header_id: true,
            ..q
        },
        Quirks {
            no_loads: true,
            ..q
        },
    ];
    for version in Version::ALL {
        for (i, quirks) in all.into_iter().enumerate() {
            let mut rig = Rig::new(Dialect::new(version, "Fenhe", "agv-3"), quirks, 31);
            rig.weather = Weather {
                loss: 10,
                double: 10,
                delay: 10,
            };
            for _ in 0..3 {
                rig.drive(2);
                rig.hand(true);
                rig.run(4);
                rig.drive(1);
                rig.hand(false);
            }
            assert!(
                rig.finish(400),
                "{version:?} {i}: {quirks:?} {:?}",
                rig.notes
            );
            assert_eq!(rig.body.ledger, rig.wanted, "{version:?} {i}: {quirks:?}");
            assert_eq!(rig.master.isolated(), None);
        }
    }
}
