//! What goes wrong between real masters and vehicles: rejections, modes, doubts, isolation, one test each.

mod common;

use common::script::Script;
use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::model::Mode;
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

fn dialect() -> Dialect {
    Dialect::new(Version::V2_1, "Fenhe", "agv-3")
}

fn error(kind: &str, references: &[(&str, &str)]) -> Value {
    let pair = |(key, value): &(&str, &str)| json!({"referenceKey": key, "referenceValue": value});
    json!([{"errorType": kind, "errorLevel": "WARNING", "errorReferences": references.iter().map(pair).collect::<Vec<_>>()}])
}

const REJECTIONS: &[&str] = &[
    "validationError",
    "orderError",
    "orderUpdateError",
    "noRouteError",
    "VALIDATION_FAILURE",
    "UNSUPPORTED_PARAMETER",
    "INVALID_ORDER_ACTION",
    "OUTDATED_ORDER_UPDATE",
    "SAME_ORDER_UPDATE_ID",
    "OTHER_ORDER_ACTIVE",
    "START_NODE_OUT_OF_RANGE",
    "NO_ROUTE_TO_TARGET",
    "MOBILE_ROBOT_NOT_AVAILABLE",
    "UNKNOWN_MAP_ID",
    "NODE_UNREACHABLE",
    "ORDER_UPDATE_FOLLOWING_CANCEL",
];

/// Nothing is sent after a rejection until the order is withdrawn; the vehicle's word is told.
#[test]
fn every_rejection_of_2_x_and_3_0_is_told_and_stops_sending() {
    for &word in REJECTIONS {
        let mut s = Script::ready(dialect());
        s.drive(2);
        let id = s.order().id;
        s.clear();
        s.says(json!({"errors": error(word, &[("orderId", &id), ("orderUpdateId", "0")])}));
        assert_eq!(s.master.rejected(), Some(word));
        assert_eq!(
            (s.notes.as_slice(), s.held()),
            ([Note::Rejected(word.into())].as_slice(), Some(true))
        );
        s.drive(1);
        s.wait(30);
        s.say();
        assert!(
            s.updates().is_empty(),
            "{word}: nothing follows a rejection"
        );
        assert_eq!(s.notes.len(), 1, "told once");
        s.withdraw(true);
        s.wait(3);
        assert_eq!(
            s.updates().len(),
            1,
            "{word}: sent again when somebody says so"
        );
        s.says(json!({"errors": []}));
        s.accept();
        assert_eq!(s.held(), Some(false));
    }
}

#[test]
fn a_rejection_without_references_counts_if_it_is_new() {
    let mut s = Script::ready(dialect());
    s.says(json!({"errors": error("orderError", &[])}));
    s.drive(2);
    s.say();
    assert_eq!(s.master.rejected(), None, "it was there before the order");
    s.says(json!({"errors": error("orderUpdateError", &[])}));
    assert_eq!(s.master.rejected(), Some("orderUpdateError"));
}

#[test]
fn a_rejection_of_another_order_or_of_something_else_is_none_of_this_one() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    let id = s.order().id;
    for errors in [
        error("orderError", &[("orderId", "somebody-else")]),
        error(
            "orderUpdateError",
            &[("orderId", &id), ("orderUpdateId", "7")],
        ),
        error("orderError", &[("headerId", "4711")]),
        error("noOrderToCancel", &[("orderId", &id)]),
        error("bumperHit", &[("orderId", &id)]),
        error("LOCALIZATION_ERROR", &[]),
    ] {
        s.says(json!({"errors": errors}));
        assert_eq!(s.master.rejected(), None, "{errors}");
    }
}

/// The base it holds is driven to the end; only the update is stuck.
#[test]
fn a_rejected_update_leaves_the_base_before_it_alone() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.accept();
    s.drive(1);
    let id = s.order().id;
    s.says(
        json!({"errors": error("orderUpdateError", &[("orderId", &id), ("orderUpdateId", "1")])}),
    );
    assert!(s.master.rejected().is_some());
    s.pass(2);
    s.pass(4);
    assert_eq!(s.ats(), [1, 2]);
    s.clear();
    s.withdraw(true);
    s.say();
    let order = s.order();
    assert_ne!(order.id, id);
    assert_eq!(
        (order.update, order.nodes[0].id.as_str(), order.nodes.len()),
        (0, "n2", 2)
    );
}

/// Forgotten on purpose: what was not done is told as not done, so that control can think again.
#[test]
fn a_withdrawn_order_that_is_not_kept_is_told_as_failed() {
    let mut s = Script::ready(dialect());
    s.trip(2, true);
    let id = s.order().id;
    s.says(json!({"errors": error("orderError", &[("orderId", &id)])}));
    s.withdraw(false);
    s.say();
    assert_eq!(s.hands(), [false]);
    assert!(s.master.idle());
    assert!(s.notes.contains(&Note::Withdrawn));
}

/// MANUAL, SERVICE, TEACHIN and STARTUP clear the order; what is left goes again when it obeys again.
#[test]
fn a_mode_that_clears_the_order_costs_nothing_but_time() {
    for mode in ["MANUAL", "SERVICE", "TEACHIN", "STARTUP"] {
        let mut s = Script::ready(dialect());
        s.trip(3, true);
        s.accept();
        s.pass(2);
        let first = s.order().id;
        s.clear();
        for key in ["nodeStates", "edgeStates", "actionStates"] {
            s.state[key] = json!([]);
        }
        s.says(json!({"operatingMode": mode, "orderId": "", "orderUpdateId": 0}));
        assert_eq!(s.held(), Some(true), "{mode}");
        s.wait(20);
        s.say();
        assert!(s.updates().is_empty(), "{mode}: nothing is sent meanwhile");
        s.says(json!({"operatingMode": "AUTOMATIC", "lastNodeSequenceId": 0}));
        assert_eq!(s.held(), Some(false));
        let order = s.order();
        assert!(
            order.id != first && order.nodes[0].id == "n1" && order.nodes.len() == 3,
            "{mode}: {order:?}"
        );
        assert_eq!(order.nodes[2].actions.len(), 1);
        assert_eq!(s.hands().len(), 0);
    }
}

/// Some keep the orderId when they forget the order.
#[test]
fn an_order_that_is_still_named_but_gone_is_sent_again() {
    let mut s = Script::ready(dialect());
    s.drive(3);
    s.accept();
    let first = s.order().id;
    s.retain("nodeStates", |_| false);
    s.retain("edgeStates", |_| false);
    s.says(json!({"operatingMode": "MANUAL"}));
    s.clear();
    s.says(json!({"operatingMode": "AUTOMATIC"}));
    assert!(s.notes.contains(&Note::OrderLost));
    assert_ne!(s.order().id, first);
}

#[test]
fn an_intervention_keeps_the_order() {
    let mut s = Script::ready(dialect());
    s.drive(3);
    s.accept();
    s.says(json!({"operatingMode": "INTERVENED"}));
    assert_eq!(s.held(), Some(true));
    s.clear();
    s.drive(1);
    assert!(s.updates().is_empty());
    s.pass(2);
    s.says(json!({"operatingMode": "AUTOMATIC"}));
    assert_eq!((s.ats(), s.held()), (vec![1], Some(false)));
    assert_eq!(s.order().update, 1, "the same order goes on");
    assert_eq!(s.notes, [Note::Mode(Mode::Automatic)]);
}

/// Moved by hand: told where it is, and nothing is sent until the way begins there.
#[test]
fn a_vehicle_moved_by_hand_is_found_and_its_old_way_not_sent() {
    let mut s = Script::ready(dialect());
    s.drive(3);
    s.accept();
    for key in ["nodeStates", "edgeStates"] {
        s.state[key] = json!([]);
    }
    s.says(json!({"operatingMode": "MANUAL", "orderId": "", "orderUpdateId": 0}));
    s.clear();
    s.says(json!({"operatingMode": "AUTOMATIC", "lastNodeId": "n8", "lastNodeSequenceId": 0}));
    assert_eq!(s.ats(), [8]);
    assert!(s.notes.contains(&Note::OffRoute));
    assert_eq!(
        (s.updates().len(), s.held()),
        (0, None),
        "held since MANUAL"
    );
    s.says(json!({"lastNodeId": "n0"}));
    assert_eq!(s.updates().len(), 1, "brought back");
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
