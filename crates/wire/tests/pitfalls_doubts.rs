//! What goes wrong between real masters and vehicles: hand-overs that failed or of which nobody tells, one
//! test each.

mod common;

use common::script::Script;
use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

fn dialect() -> Dialect {
    Dialect::new(Version::V2_1, "Fenhe", "agv-3")
}

/// 3.0: a failed action may wait to be tried again. It is held, and somebody says what becomes of it.
#[test]
fn an_action_that_can_be_tried_again_waits_for_a_word() {
    for again in [true, false] {
        let quirks = Quirks {
            retriable: true,
            ..Quirks::default()
        };
        let mut rig = Rig::new(Dialect::new(Version::V3_0, "Fenhe", "agv-3"), quirks, 8);
        rig.body.fails = true;
        let mut deeds = rig.edges(1);
        deeds.push(Deed::Hand(0, PlaceId(1), true));
        deeds.extend(rig.edges(1));
        rig.command(&deeds);
        rig.run(60);
        let waits = |note: &&Note| **note == Note::Retriable(2);
        assert_eq!(rig.notes.iter().filter(waits).count(), 1, "{:?}", rig.notes);
        assert_eq!(
            (rig.ats(), rig.hands()),
            (vec![1], vec![]),
            "it stands there"
        );
        assert_eq!(rig.facts().last(), Some(&VehicleEvent::Held(true)));
        rig.body.fails = false;
        rig.with_master(|m, now, _, out| m.retry(now, 2, again, out));
        assert!(rig.finish(60), "{:?}", rig.notes);
        assert_eq!(rig.hands().len(), usize::from(again));
        let failed = |f: &VehicleEvent| {
            matches!(
                f,
                VehicleEvent::HandFailed {
                    why: Why::Empty,
                    ..
                }
            )
        };
        assert_eq!(rig.facts().iter().any(failed), !again);
        assert_eq!(rig.ats(), [1, 2]);
        rig.with_master(|m, now, _, out| m.retry(now, 2, again, out));
        assert_eq!(
            rig.instants(if again { "retry" } else { "skipRetry" }),
            1,
            "said once"
        );
        schema::assert_valid(Version::V3_0, &rig.sent);
        schema::assert_valid(Version::V3_0, &rig.told);
    }
}

fn in_doubt() -> Script {
    let mut s = Script::ready(dialect());
    s.trip(1, true);
    s.accept();
    s.pass(2);
    s.action(0, "RUNNING");
    s.clear();
    for key in ["nodeStates", "edgeStates", "actionStates"] {
        s.state[key] = json!([]);
    }
    s.state["loads"] = Value::Null;
    s.header_id = 0;
    s.says(json!({"orderId": "", "orderUpdateId": 0})); // it was started again
    s
}

#[test]
fn a_hand_over_of_which_nobody_tells_is_in_doubt_until_somebody_says() {
    for done in [true, false] {
        let mut s = in_doubt();
        assert_eq!(s.notes, [Note::OrderLost, Note::InDoubt(2)]);
        assert_eq!(s.held(), Some(true));
        assert_eq!(s.master.doubts().collect::<Vec<_>>(), [2]);
        s.drive(1);
        s.wait(60);
        s.say();
        assert!(s.updates().is_empty() && s.hands().is_empty() && !s.master.idle());
        s.with(|m, now, names, out| m.resolve(now, names, 2, done, out));
        assert_eq!(s.hands(), [done]);
        assert_eq!((s.held(), s.updates().len()), (Some(false), 1));
        s.with(|m, now, names, out| m.resolve(now, names, 2, !done, out));
        assert_eq!(s.hands(), [done], "said once, settled for ever");
    }
}

/// Two pieces of evidence that settle it without an operator.
#[test]
fn loads_settle_a_doubt() {
    for (loads, picked) in [
        (json!([{"loadId": "17", "loadPosition": "0"}]), true),
        (json!([]), false),
    ] {
        let mut s = Script::ready(dialect());
        s.trip(1, true);
        s.accept();
        s.pass(2);
        s.action(0, "RUNNING");
        s.clear();
        for key in ["nodeStates", "edgeStates", "actionStates"] {
            s.state[key] = json!([]);
        }
        s.header_id = 0;
        s.says(json!({"orderId": "", "orderUpdateId": 0, "loads": loads}));
        assert_eq!(s.hands().len(), usize::from(picked));
        assert_eq!(
            s.updates().len(),
            usize::from(!picked),
            "not picked: it goes again"
        );
        let tag = |f: &VehicleEvent| matches!(f, VehicleEvent::Picked { tag: Tag(17), .. });
        assert_eq!(s.facts().iter().any(tag), picked);
    }
}

/// No actionStates: the loads tell.
#[test]
fn a_vehicle_without_action_states_is_followed_by_its_loads() {
    let mut dialect = dialect();
    dialect.tells_actions = false;
    let quirks = Quirks {
        no_actions: true,
        ..Quirks::default()
    };
    let mut rig = Rig::new(dialect, quirks, 4);
    for _ in 0..3 {
        rig.drive(2);
        rig.hand(true);
        rig.drive(1);
        rig.hand(false);
    }
    assert!(rig.finish(200), "{:?}", rig.notes);
    assert_eq!(rig.body.ledger, rig.wanted);
    assert_eq!(rig.hands().len(), 6);
    let doubt = |note: &Note| matches!(note, Note::InDoubt(_));
    assert!(!rig.notes.iter().any(doubt));
}

/// Neither actionStates nor loads: every hand-over is in doubt, none is guessed.
#[test]
fn a_vehicle_that_tells_nothing_is_never_guessed_about() {
    let mut dialect = dialect();
    dialect.tells_actions = false;
    let quirks = Quirks {
        no_actions: true,
        no_loads: true,
        ..Quirks::default()
    };
    let mut rig = Rig::new(dialect, quirks, 4);
    let mut deeds = rig.edges(2);
    deeds.push(Deed::Hand(0, PlaceId(2), true));
    rig.command(&deeds);
    rig.run(300);
    assert_eq!(rig.hands(), []);
    assert!(rig.notes.contains(&Note::InDoubt(2)));
    rig.with_master(|m, now, names, out| m.resolve(now, names, 2, true, out));
    assert_eq!(rig.hands(), [(0, 2, true)]);
    rig.drive(1);
    assert!(rig.finish(60));
}
