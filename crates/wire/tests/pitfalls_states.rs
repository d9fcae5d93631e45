//! What goes wrong between real masters and vehicles with states and instant actions.

mod common;

use common::script::Script;
use fenhe_contract::*;
use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

fn dialect() -> Dialect {
    Dialect::new(Version::V2_1, "Fenhe", "agv-3")
}

/// Driving an order of three edges, the first one behind.
fn under_way() -> Script {
    let mut s = Script::ready(dialect());
    s.drive(3);
    s.accept();
    s.pass(2);
    s.clear();
    s
}

#[test]
fn an_older_state_is_dropped_by_time_and_by_counter() {
    let mut s = under_way();
    let (id, us) = (s.header_id, s.us);
    s.state["lastNodeId"] = json!("n0");
    s.state["lastNodeSequenceId"] = json!(0);
    s.state["orderId"] = json!("");
    for (id, us) in [
        (id - 1, us - 100_000),
        (id, us),
        (id - 1, us),
        (id + 7, us - 1000),
    ] {
        let old = s.bytes(id, us);
        s.hear(&old);
        assert_eq!(s.notes.pop(), Some(Note::Stale(Topic::State)), "{id} {us}");
    }
    assert!(s.events.is_empty() && s.sent.is_empty());
}

#[test]
fn a_counter_that_restarts_is_a_reboot_and_not_an_old_message() {
    let mut s = under_way();
    s.header_id = 0;
    s.pass(4);
    assert_eq!((s.ats(), s.notes.clone()), (vec![2], vec![]));
}

#[test]
fn a_clock_that_is_set_back_is_believed_after_a_while() {
    let mut s = under_way();
    s.wait(20);
    let hour = 3_600_000_000;
    s.state["lastNodeId"] = json!("n2");
    s.state["lastNodeSequenceId"] = json!(4);
    let (id, us) = (s.header_id, s.us);
    let later = s.bytes(id + 1, us - hour);
    s.hear(&later);
    let ahead = |step: &Value| step["sequenceId"].as_u64().unwrap() > 4;
    s.retain("nodeStates", ahead);
    assert_eq!(
        s.ats(),
        [2],
        "the counter says that it is newer, and nothing newer has come for long"
    );
}

/// QoS 0: any state may be lost, and the next one tells several steps at once.
#[test]
fn lost_states_lose_no_step() {
    let mut s = Script::ready(dialect());
    s.trip(3, true);
    s.accept();
    let id = s.state["actionStates"][0]["actionId"].clone();
    s.retain("nodeStates", |_| false);
    s.retain("edgeStates", |_| false);
    s.state["actionStates"] =
        json!([{"actionId": id, "actionType": "pick", "actionStatus": "FINISHED"}]);
    s.says(json!({"lastNodeId": "n3", "lastNodeSequenceId": 6}));
    assert_eq!((s.ats(), s.hands()), (vec![1, 2, 3], vec![true]));
    assert!(s.master.idle());
}

#[test]
fn errors_that_never_go_ground_no_vehicle() {
    let mut s = Script::new(dialect());
    let error = |kind: &str, level: &str| json!({"errorType": kind, "errorLevel": level, "errorReferences": []});
    let mut errors = vec![
        error("orderUpdateError", "FATAL"),
        error("batteryHot", "FATAL"),
        error("orderError", "WARNING"),
    ];
    s.says(json!({"errors": errors}));
    s.drive(2);
    s.say();
    assert_eq!(
        (s.master.rejected(), s.held()),
        (None, None),
        "they were there before"
    );
    s.accept();
    for _ in 0..100 {
        errors.push(error("orderUpdateError", "FATAL"));
        s.says(json!({"errors": errors}));
    }
    s.pass(2);
    s.pass(4);
    assert!(s.master.idle());
    assert_eq!(s.held(), None);
    let size = snapshot(&s.master).len();
    assert!(size < 4000, "103 errors are not kept: {size} bytes");
}

#[test]
fn an_instant_action_that_never_shows_is_not_sent_for_ever() {
    let mut s = under_way();
    s.with(|m, now, _, out| m.ask_factsheet(now, out));
    for _ in 0..60 {
        s.wait(30);
        s.say();
    }
    assert_eq!(s.count("factsheetRequest"), 8);
    assert!(s.notes.contains(&Note::InstantIgnored("factsheetRequest")));
}

#[test]
fn an_instant_action_that_shows_is_awaited_and_not_sent_again() {
    let mut s = under_way();
    s.withdraw(true);
    let id = s.instants().pop().unwrap().1;
    s.says(json!({"actionStates": [{"actionId": id, "actionType": "cancelOrder", "actionStatus": "RUNNING"}]}));
    s.clear();
    s.wait(34);
    assert_eq!(s.count("cancelOrder"), 0);
    assert_eq!(s.notes, []);
}

/// What an action brings about may be all that is seen of it.
#[test]
fn a_pause_that_is_seen_needs_no_action_state() {
    let mut s = under_way();
    s.with(|m, now, _, out| m.pause(now, true, out));
    s.says(json!({"paused": true}));
    assert_eq!(s.held(), Some(true));
    s.clear();
    s.wait(30);
    assert_eq!(s.count("startPause"), 0);
    s.with(|m, now, _, out| m.pause(now, false, out));
    s.says(json!({"paused": false}));
    s.wait(300);
    assert_eq!(s.held(), Some(false));
    assert!(
        !s.notes.contains(&Note::InstantIgnored("stopPause")),
        "it drives: nothing to tell"
    );
}

#[test]
fn an_instant_action_that_fails_is_told() {
    let mut s = under_way();
    s.with(|m, now, _, out| m.ask_factsheet(now, out));
    let id = s.instants().pop().unwrap().1;
    s.says(json!({"actionStates": [{"actionId": id, "actionType": "factsheetRequest", "actionStatus": "FAILED"}]}));
    assert_eq!(s.notes, [Note::InstantFailed("factsheetRequest")]);
}

/// newBaseRequest comes at the end of every order from some: nothing follows from it.
#[test]
fn a_request_for_more_base_is_not_an_order_to_give_it() {
    let mut s = under_way();
    for wants in [true, false, true] {
        s.says(json!({"newBaseRequest": wants}));
    }
    assert!(s.sent.is_empty() && s.events.is_empty() && s.notes.is_empty());
}

#[test]
fn an_order_that_is_never_shown_and_never_rejected_is_told_once() {
    let mut s = Script::ready(dialect());
    s.drive(2);
    for _ in 0..40 {
        s.wait(30);
        s.say();
    }
    let ignored = s
        .notes
        .iter()
        .filter(|note| **note == Note::OrderIgnored)
        .count();
    assert_eq!(ignored, 1, "{:?}", s.notes);
    s.accept();
    s.pass(2);
    s.pass(4);
    assert!(s.master.idle(), "and goes on when it is shown at last");
}
