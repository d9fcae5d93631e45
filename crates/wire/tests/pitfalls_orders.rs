//! What goes wrong between real masters and vehicles with orders and updates, one test each.

mod common;

use common::script::Script;
use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::*;
use serde_json::json;

fn dialect() -> Dialect {
    Dialect::new(Version::V2_1, "Fenhe", "agv-3")
}

fn seqs(order: &model::Order) -> Vec<(u32, bool)> {
    order.nodes.iter().map(|n| (n.seq, n.released)).collect()
}

/// Masters were seen to stitch at the last node of the old order, horizon included.
#[test]
fn an_update_begins_at_the_last_released_node_and_counts_on_from_there() {
    let mut dialect = dialect();
    dialect.max_horizon = 4;
    let mut s = Script::ready(dialect);
    s.drive(2);
    s.with(|m, now, names, out| m.horizon(now, names, &[EdgeId(2), EdgeId(3)], out));
    s.accept();
    assert_eq!(seqs(&s.order()), [(4, true), (6, false), (8, false)]);
    s.accept();
    s.drive(1);
    let order = s.order();
    assert_eq!(seqs(&order), [(4, true), (6, true)]);
    assert_eq!((order.nodes[0].id.as_str(), order.edges[0].seq), ("n2", 5));
    assert_eq!(order.update, 2);
}

/// The base can never be taken back: what was sent as released is released in every later message.
#[test]
fn what_was_released_stays_released_and_where_it_was() {
    let mut dialect = dialect();
    dialect.max_horizon = 2;
    let mut s = Script::ready(dialect);
    let mut released: Vec<(u32, String)> = Vec::new();
    for turn in 0..6 {
        s.drive(1 + turn % 2);
        s.with(|m, now, names, out| m.horizon(now, names, &[EdgeId(turn % RING)], out));
        for _ in 0..3 {
            s.accept();
        }
        let nodes = s.orders().into_iter().flat_map(|o| o.nodes);
        for node in nodes.filter(|n| n.released) {
            let same = released.iter().find(|(seq, _)| *seq == node.seq);
            assert!(same.is_none_or(|(_, id)| *id == node.id), "{node:?}");
            released.push((node.seq, node.id));
        }
    }
    let ids: std::collections::BTreeSet<String> = s.updates().into_iter().map(|u| u.0).collect();
    assert_eq!(ids.len(), 1, "one order all along");
}

fn stitch(actions: StitchActions) -> Script {
    let mut dialect = dialect();
    dialect.stitch_actions = actions;
    let mut s = Script::ready(dialect);
    s.drive(2);
    s.accept();
    s.trip(1, true);
    s.accept();
    s.clear();
    s.drive(1); // begins at the node of the pick, which is waiting
    s
}

#[test]
fn a_stitch_node_with_waiting_actions_is_not_touched_by_default() {
    let mut s = stitch(StitchActions::Wait);
    assert!(s.updates().is_empty());
    s.pass(4);
    s.pass(6);
    s.action(0, "RUNNING");
    assert!(s.updates().is_empty());
    s.action(0, "FINISHED");
    let order = s.order();
    assert_eq!((order.nodes.len(), order.nodes[0].id.as_str()), (2, "n3"));
    assert!(order.nodes[0].actions.is_empty());
}

#[test]
fn a_stitch_node_may_leave_its_actions_out() {
    let s = stitch(StitchActions::Omit);
    assert!(s.order().nodes[0].actions.is_empty());
    assert_eq!(seqs(&s.order()), [(6, true), (8, true)]);
}

#[test]
fn a_stitch_node_may_repeat_its_actions_with_the_same_ids() {
    let mut s = stitch(StitchActions::Repeat);
    let again = s.order().nodes[0].actions.clone();
    assert_eq!(again.len(), 1);
    assert_eq!(
        again[0].id,
        s.state["actionStates"][0]["actionId"].as_str().unwrap()
    );
    // A vehicle by the book does not carry it out again: one pick is told.
    s.accept();
    s.pass(4);
    s.pass(6);
    s.action(0, "FINISHED");
    s.pass(8);
    assert_eq!(s.hands(), [true]);
    assert!(s.master.idle());
}

/// A public vehicle stops its program on a repeated waiting action and repeats a finished one.
#[test]
fn a_vehicle_that_repeats_stitch_actions_picks_once_by_default() {
    let quirks = Quirks {
        repeats_stitch: true,
        ..Quirks::default()
    };
    let mut rig = Rig::new(dialect(), quirks, 7);
    for _ in 0..4 {
        rig.drive(2);
        rig.hand(true);
        rig.drive(1);
        rig.hand(false);
    }
    assert!(rig.finish(120), "{:?}", rig.notes);
    assert!(!rig.vehicle.crashed());
    assert_eq!(rig.body.ledger, rig.wanted);
}

/// Some vehicles answer an identical resend with an error that never goes.
#[test]
fn the_identical_order_is_sent_again_only_after_a_state_that_does_not_show_it() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.wait(10);
    assert_eq!(s.updates().len(), 1, "no state has come since");
    assert!(s.count("stateRequest") >= 2, "asked, and asked again");
    s.say(); // does not show it
    s.wait(40);
    let updates = s.updates();
    assert_eq!(updates.len(), 2, "sent again once for one state");
    assert_eq!(updates[0], updates[1]);
    s.accept();
    s.clear();
    s.wait(100);
    assert!(s.updates().is_empty(), "shown, so never again");
}

#[test]
fn the_identical_order_is_repeated_where_the_dialect_allows_it() {
    let mut dialect = dialect();
    dialect.identical_resend = true;
    let mut s = Script::ready(dialect);
    s.drive(2);
    s.wait(31);
    let updates = s.updates();
    assert!(
        (3..=5).contains(&updates.len()),
        "waits double: {updates:?}"
    );
    assert!(updates.iter().all(|u| *u == updates[0]));
}

/// The error for a resend must not be taken for a rejection of the order that is being driven.
#[test]
fn an_error_about_an_order_that_is_shown_holds_nothing_up() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.accept();
    let id = s.order().id;
    let error = json!([{"errorType": "orderUpdateError", "errorLevel": "FATAL", "errorReferences": [
        {"referenceKey": "orderId", "referenceValue": id}, {"referenceKey": "orderUpdateId", "referenceValue": "0"}]}]);
    s.says(json!({"errors": error}));
    assert_eq!(s.master.rejected(), None);
    s.clear();
    s.drive(1);
    assert_eq!(s.order().update, 1);
}

/// After a cancel the actions are FAILED; some masters wait for ever for them to end.
#[test]
fn failed_actions_after_a_cancel_do_not_keep_a_vehicle_busy() {
    let mut s = Script::ready(dialect());
    s.trip(2, true);
    s.accept();
    s.withdraw(true);
    assert_eq!(s.count("cancelOrder"), 1);
    s.state["nodeStates"] = json!([]);
    s.state["edgeStates"] = json!([]);
    s.clear();
    s.action(0, "FAILED");
    assert!(s.notes.contains(&Note::Withdrawn), "{:?}", s.notes);
    let order = s.order();
    assert_eq!(
        (order.update, order.nodes.len()),
        (0, 3),
        "the rest goes as a new order"
    );
    assert!(
        s.hands().is_empty(),
        "failed by our cancel: not told as failed"
    );
    let id = &order.nodes[2].actions[0].id;
    assert_ne!(
        s.state["actionStates"][0]["actionId"],
        json!(id),
        "it has failed that one"
    );
}

/// noOrderToCancel: it had finished just before.
#[test]
fn a_cancel_that_finds_nothing_to_cancel_is_no_reason_to_wait() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.accept();
    s.withdraw(false);
    let cancel = s.instants().pop().unwrap().1;
    s.retain("nodeStates", |_| false);
    s.retain("edgeStates", |_| false);
    s.state["actionStates"] =
        json!([{"actionId": cancel, "actionType": "cancelOrder", "actionStatus": "FAILED"}]);
    s.state["errors"] =
        json!([{"errorType": "noOrderToCancel", "errorLevel": "WARNING", "errorReferences": []}]);
    s.says(json!({"lastNodeId": "n2", "lastNodeSequenceId": 4}));
    assert!(s.notes.contains(&Note::Withdrawn));
    assert_eq!(s.ats(), [1, 2]);
    assert!(s.master.idle());
}

/// After a cancel the vehicle may stand between two nodes: the next order is reachable all the same.
#[test]
fn after_a_cancel_the_first_node_is_wide_enough_to_hold_the_vehicle() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.accept();
    s.withdraw(true);
    s.retain("nodeStates", |_| false);
    s.retain("edgeStates", |_| false);
    s.clear();
    let pose =
        json!({"x": 0.7, "y": 0.0, "theta": 0.0, "mapId": "map", "positionInitialized": true});
    s.says(json!({"agvPosition": pose}));
    let first = s.order().nodes[0].clone();
    assert_eq!(first.id, "n0");
    assert!(first.position.unwrap().deviation.unwrap() >= 0.7);
    // Only then: the next order begins exactly where it stands.
    s.accept();
    s.pass(2);
    s.pass(4);
    s.drive(1);
    assert_eq!(
        s.order().nodes[0].position.as_ref().unwrap().deviation,
        None
    );
}

/// A vehicle that was switched off between two nodes comes up there without an order (vda-5050-lib: "first
/// node of new order not within deviation range").
#[test]
fn after_a_reboot_between_nodes_the_first_node_is_wide_enough_to_hold_the_vehicle() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    s.accept();
    s.clear();
    let pose =
        json!({"x": 0.7, "y": 0.0, "theta": 0.0, "mapId": "map", "positionInitialized": true});
    let none = json!([]);
    s.says(json!({"agvPosition": pose, "orderId": "", "orderUpdateId": 0, "nodeStates": none, "edgeStates": none}));
    assert!(s.notes.contains(&Note::OrderLost), "{:?}", s.notes);
    let first = s.order().nodes[0].clone();
    assert_eq!(first.id, "n0");
    assert!(first.position.unwrap().deviation.unwrap() >= 0.7);
}

/// Horizon left over keeps nodeStates from being empty: the vehicle is never idle (openTCS 12).
#[test]
fn horizon_left_over_is_cancelled_before_the_next_order() {
    let mut s = Script::new(dialect());
    s.state["orderId"] = json!("somebody-else");
    s.state["nodeStates"] = json!([{"nodeId": "n5", "sequenceId": 8, "released": false}]);
    s.says(json!({"edgeStates": [{"edgeId": "e4", "sequenceId": 7, "released": false}]}));
    s.drive(1);
    assert!(s.updates().is_empty());
    assert_eq!(s.count("cancelOrder"), 1);
    s.retain("nodeStates", |_| false);
    s.retain("edgeStates", |_| false);
    s.say();
    assert_eq!(s.updates().len(), 1);
}

#[test]
fn horizon_that_even_a_cancel_does_not_remove_stops_nothing() {
    let mut s = Script::new(dialect());
    s.state["nodeStates"] = json!([{"nodeId": "n5", "sequenceId": 8, "released": false}]);
    s.says(json!({"orderId": "somebody-else"}));
    s.drive(1);
    let cancel = s.instants().pop().unwrap().1;
    s.says(json!({"actionStates": [{"actionId": cancel, "actionType": "cancelOrder", "actionStatus": "FINISHED"}]}));
    assert_eq!(s.updates().len(), 1);
}

/// 3.0: ORDER_UPDATE_FOLLOWING_CANCEL. The rest of a cancelled order is never an update of it.
#[test]
fn a_cancelled_order_is_never_updated() {
    let mut s = Script::ready(dialect());
    s.drive(3);
    s.accept();
    let first = s.order().id;
    s.withdraw(true);
    s.clear();
    s.drive(1);
    s.wait(5);
    assert!(
        s.updates().is_empty(),
        "nothing while it is being cancelled"
    );
    s.pass(2);
    s.retain("nodeStates", |_| false);
    s.retain("edgeStates", |_| false);
    s.say();
    let updates = s.updates();
    assert_eq!(updates.len(), 1);
    assert!(updates[0].0 != first && updates[0].1 == 0, "{updates:?}");
    assert_eq!(
        s.order().nodes.len(),
        4,
        "what was left, and what came since"
    );
}

/// A way that leads back to where it began: a state from before the order came must not be taken
/// for one from after it.
#[test]
fn a_round_trip_is_not_taken_for_done_before_it_has_begun() {
    let mut s = Script::ready(dialect());
    s.trip(RING, true);
    s.say();
    s.say();
    assert!(!s.notes.contains(&Note::OrderLost), "{:?}", s.notes);
    s.wait(8);
    let updates = s.updates();
    assert!(updates.iter().all(|u| *u == updates[0]), "{updates:?}");
}

/// A vehicle that lets a new order silently take the place of the old one.
#[test]
fn no_new_order_is_sent_while_one_is_not_done() {
    let quirks = Quirks {
        overrides: true,
        ..Quirks::default()
    };
    let mut rig = Rig::new(dialect(), quirks, 9);
    rig.weather = Weather {
        loss: 20,
        double: 20,
        delay: 20,
    };
    for _ in 0..5 {
        rig.drive(2);
        rig.hand(true);
        rig.drive(1);
        rig.hand(false);
        rig.run(3);
    }
    assert!(rig.finish(600), "{:?}", rig.notes);
    assert_eq!(rig.body.ledger, rig.wanted);
}
