//! What goes wrong between real masters and vehicles: rejections and modes, one test each.

mod common;

use common::script::Script;
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

/// Tried again, rejected again in the same words: not sent for ever.
#[test]
fn the_same_rejection_again_stops_sending_again() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    let id = s.order().id;
    let errors = error("orderError", &[("orderId", &id), ("orderUpdateId", "0")]);
    s.says(json!({"errors": errors}));
    s.withdraw(true);
    s.clear();
    s.say();
    assert_eq!(s.master.rejected(), Some("orderError"));
    for _ in 0..10 {
        s.wait(30);
        s.say();
    }
    assert!(s.updates().is_empty());
    // It took the second copy after all: the old error does not matter any more.
    s.state["nodeStates"] = json!([{"nodeId": "n1", "sequenceId": 2, "released": true}, {"nodeId": "n2", "sequenceId": 4, "released": true}]);
    s.says(json!({"orderId": id, "orderUpdateId": 0}));
    assert_eq!((s.master.rejected(), s.held()), (None, Some(false)));
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
