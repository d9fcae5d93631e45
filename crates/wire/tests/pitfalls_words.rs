//! What goes wrong between real masters and vehicles with words, fields and figures, one test each.

mod common;

use common::script::Script;
use common::*;
use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::model::{Blocking, EmergencyStop, Level, Mode, Presence, Status};
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

fn dialect(version: Version) -> Dialect {
    Dialect::new(version, "Fenhe", "agv-3")
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn both_spellings_of_every_word_are_read() {
    let presence = |word: &str| {
        read::connection(&bytes(&json!({"connectionState": word})))
            .unwrap()
            .presence
    };
    for word in [
        "CONNECTIONBROKEN",
        "CONNECTION_BROKEN",
        "connectionBroken",
        "Connection Broken",
    ] {
        assert_eq!(presence(word), Presence::Broken, "{word}");
    }
    let mode = |word: &str| {
        read::state(&bytes(&json!({"operatingMode": word})))
            .unwrap()
            .mode
    };
    for word in ["TEACHIN", "TEACH_IN", "teachIn", "Teach-In"] {
        assert_eq!(mode(word), Mode::TeachIn, "{word}");
    }
    assert_eq!(mode("automatic"), Mode::Automatic);
    assert_eq!(mode("SEMI_AUTOMATIC"), Mode::Semiautomatic);
    let stop = |safety: Value| {
        read::state(&bytes(&json!({"safetyState": safety})))
            .unwrap()
            .stop
    };
    assert_eq!(stop(json!({"eStop": "AUTO_ACK"})), EmergencyStop::Autoack);
    assert_eq!(
        stop(json!({"activeEmergencyStop": "REMOTE"})),
        EmergencyStop::Remote
    );
    let deviation = |key: &str, value: Value| {
        let node = json!({"nodeId": "n", "sequenceId": 0, "released": true, "nodePosition": {"x": 0, "y": 0, "mapId": "m", key: value}});
        let order = json!({"orderId": "o", "orderUpdateId": 0, "nodes": [node], "edges": []});
        read::order(&bytes(&order)).unwrap().nodes[0]
            .position
            .as_ref()
            .unwrap()
            .deviation
    };
    assert_eq!(deviation("allowedDeviationXy", json!(0.5)), Some(0.5));
    assert_eq!(deviation("allowedDeviationXY", json!(0.5)), Some(0.5));
    assert_eq!(
        deviation(
            "allowedDeviationXY",
            json!({"a": 0.5, "b": 0.4, "theta": 0.0})
        ),
        Some(0.5)
    );
    for key in ["actions", "instantActions"] {
        let action = json!({"actionId": "a", "actionName": "cancelOrder", "blockingType": "hard"});
        let read = read::instant_actions(&bytes(&json!({key: [action]}))).unwrap();
        assert_eq!(
            (read.actions[0].kind.as_str(), read.actions[0].blocking),
            ("cancelOrder", Blocking::Hard)
        );
    }
}

#[test]
fn the_array_of_instant_actions_is_called_as_the_vehicle_wants() {
    let mut wanted = dialect(Version::V2_0);
    wanted.spelling.instant_actions = true;
    let quirks = Quirks {
        wants_instant_actions: true,
        crashes_on_several: true,
        ..Quirks::default()
    };
    let mut rig = Rig::new(wanted, quirks, 3);
    rig.drive(6);
    rig.run(1);
    // Several at once: one message each, so that its program does not stop.
    rig.with_master(|m, now, _, out| m.pause(now, true, out));
    rig.with_master(|m, now, _, out| m.ask_factsheet(now, out));
    rig.with_master(|m, now, names, out| m.withdraw(now, names, false, out));
    rig.run(20);
    assert!(!rig.vehicle.crashed());
    let failed = |note: &&Note| matches!(note, Note::InstantFailed(_) | Note::InstantIgnored(_));
    assert_eq!(rig.notes.iter().find(failed), None);
    assert!(
        rig.notes.contains(&Note::Withdrawn),
        "the cancel was understood: {:?}",
        rig.notes
    );
    // Without the setting it rejects them all: told, not waited for until the end of days.
    let mut rig = Rig::new(dialect(Version::V2_0), quirks, 3);
    rig.with_master(|m, now, _, out| m.pause(now, true, out));
    rig.run(600);
    assert!(rig.notes.contains(&Note::InstantIgnored("startPause")));
}

#[test]
fn one_instant_action_goes_in_one_message() {
    let mut s = Script::ready(dialect(Version::V2_1));
    s.drive(2);
    s.accept();
    s.with(|m, now, _, out| m.pause(now, true, out));
    s.with(|m, now, _, out| m.ask_factsheet(now, out));
    s.withdraw(true);
    s.wait(300);
    let mut count = 0;
    for message in s.sent.iter().filter(|m| m.kind == Topic::InstantActions) {
        assert_eq!(
            read::instant_actions(&message.payload)
                .unwrap()
                .actions
                .len(),
            1
        );
        count += 1;
    }
    assert!(count > 10);
}

/// The vehicle's end is asked by other masters, which may send several.
#[test]
fn a_vehicle_by_the_book_carries_out_all_instant_actions_of_a_message() {
    let mut rig = Rig::new(dialect(Version::V2_1), Quirks::default(), 3);
    let action =
        |id: &str, kind: &str| json!({"actionId": id, "actionType": kind, "blockingType": "NONE"});
    let message = bytes(
        &json!({"actions": [action("1", "startPause"), action("2", "stateRequest"), action("1", "stopPause")]}),
    );
    rig.with_vehicle(|v, now, names, out| {
        v.receive(now, names, Topic::InstantActions, &message, out)
    });
    let state = read::state(&rig.told.last().unwrap().payload).unwrap();
    let shown: Vec<_> = state
        .actions
        .unwrap()
        .into_iter()
        .map(|a| (a.id, a.status))
        .collect();
    assert_eq!(
        shown,
        [
            ("1".into(), Status::Finished),
            ("2".into(), Status::Finished)
        ]
    );
    assert!(
        state.paused,
        "the third has the id of the first: the same action, known"
    );
}

#[test]
fn null_is_the_same_as_missing() {
    let mut s = Script::new(dialect(Version::V2_1));
    for key in [
        "agvPosition",
        "velocity",
        "loads",
        "information",
        "zoneSetId",
        "maps",
        "distanceSinceLastNode",
        "errors",
        "edgeStates",
        "nodeStates",
        "batteryState",
        "safetyState",
        "lastNodeId",
    ] {
        s.state[key] = Value::Null;
    }
    s.says(json!({"actionStates": null}));
    s.state["nodeStates"] = json!([]);
    s.state["errors"] = json!([null]);
    s.say();
    assert_eq!(s.notes, []);
    s.drive(1);
    assert_eq!(s.updates().len(), 1);
}

/// Schema 2.0.0 requires nodePosition.theta in nodeStates, the text does not, vehicles do not send it.
#[test]
fn what_only_the_schema_demands_is_not_missed() {
    let mut s = Script::new(dialect(Version::V2_0));
    s.state["nodeStates"] = json!([{"nodeId": "n1", "sequenceId": 2, "released": false, "nodePosition": {"x": 1.0, "y": 0.0}}]);
    s.state["edgeStates"] = json!([{"edgeId": "e0", "sequenceId": 1, "released": false}]);
    for key in [
        "driving",
        "batteryState",
        "safetyState",
        "operatingMode",
        "errors",
    ] {
        s.state.as_object_mut().unwrap().remove(key);
    }
    s.say();
    assert_eq!(s.notes, []);
}

#[test]
fn fields_nobody_knows_are_skipped() {
    let mut s = Script::new(dialect(Version::V2_1));
    s.says(json!({"vendor": {"deep": [[[{}]]]}, "information": [{"infoType": "x", "infoLevel": "??"}], "batteryState":
        {"batteryCharge": 50.0, "charging": false, "reach": -1, "batteryHealth": "good"}}));
    assert_eq!(s.notes, []);
}

/// `information` must never drive logic: not even if it says what an error would.
#[test]
fn information_drives_nothing() {
    let mut s = Script::ready(dialect(Version::V2_1));
    s.drive(2);
    let id = s.order().id;
    let text = json!([{"infoType": "orderError", "infoLevel": "INFO", "infoReferences": [{"referenceKey": "orderId", "referenceValue": id}]}]);
    s.says(json!({"information": text}));
    assert_eq!((s.master.rejected(), s.held()), (None, None));
}

#[test]
fn numbers_may_be_text_and_text_may_be_numbers() {
    let mut s = Script::ready(dialect(Version::V2_1));
    s.drive(1);
    let id = s.order().id;
    s.state["nodeStates"] = json!([{"nodeId": "n1", "sequenceId": "2", "released": "true"}]);
    s.says(json!({"orderId": id, "orderUpdateId": "0", "lastNodeSequenceId": 0.0}));
    s.state["nodeStates"] = json!([]);
    s.says(json!({"lastNodeId": "n1", "lastNodeSequenceId": 2.0}));
    assert_eq!(s.ats(), [1]);
    assert_eq!(s.notes, []);
}

/// Radians within half a turn, whatever the plant's figures are; degrees never.
#[test]
fn headings_are_radians_within_half_a_turn() {
    let mut s = Script::ready(dialect(Version::V2_1));
    s.drive(RING - 1);
    let order = s.order();
    let thetas: Vec<f64> = order
        .nodes
        .iter()
        .filter_map(|n| n.position.as_ref().unwrap().theta)
        .collect();
    assert_eq!(
        thetas.len(),
        RING as usize - 1,
        "the first node has no way that leads there"
    );
    for (i, theta) in thetas.iter().enumerate() {
        assert!(theta.abs() <= core::f64::consts::PI, "{theta}");
        let turns = (i as f64 * 0.7 - theta) / (2.0 * core::f64::consts::PI);
        assert!((turns - turns.round()).abs() < 1e-9, "{i}: {theta}");
    }
}

/// A vehicle that starts counting again with each update, one that never says a sequence id.
#[test]
fn a_sequence_that_starts_again_is_understood_by_names() {
    for says in [json!(0), Value::Null] {
        let mut s = Script::ready(dialect(Version::V2_1));
        s.drive(3);
        s.accept();
        for (n, seq) in [(1, 2), (2, 4), (3, 6)] {
            let ahead = |step: &Value| step["sequenceId"].as_u64().unwrap() > seq;
            s.retain("nodeStates", ahead);
            s.retain("edgeStates", ahead);
            s.says(json!({"lastNodeId": format!("n{n}"), "lastNodeSequenceId": says}));
        }
        assert_eq!(s.ats(), [1, 2, 3]);
    }
}

#[test]
fn levels_and_error_words_of_any_version_are_read() {
    let error = |level: &str| {
        let state = json!({"errors": [{"errorType": "x", "errorLevel": level}]});
        read::state(&bytes(&state)).unwrap().errors[0].level
    };
    assert_eq!(error("FATAL"), Level::Fatal);
    assert_eq!(
        (error("URGENT"), error("CRITICAL")),
        (Level::Urgent, Level::Critical)
    );
    assert_eq!(
        error("ERROR"),
        Level::Warning,
        "a word nobody knows grounds nobody"
    );
}

/// PAUSED is missing in the schema of 2.x, not in its text.
#[test]
fn an_action_may_be_paused_in_any_version() {
    for (word, status) in [
        ("PAUSED", Status::Paused),
        ("RETRIABLE", Status::Retriable),
        ("INITIALISING", Status::Initializing),
    ] {
        let state = json!({"actionStates": [{"actionId": "a", "actionStatus": word}]});
        assert_eq!(
            read::state(&bytes(&state)).unwrap().actions.unwrap()[0].status,
            status
        );
    }
}

#[test]
fn a_charge_outside_its_bounds_is_cut_to_them() {
    for (told, permille) in [
        (-5.0, 0),
        (0.04, 0),
        (55.55, 556),
        (100.0, 1000),
        (250.0, 1000),
    ] {
        let state = json!({"batteryState": {"batteryCharge": told, "charging": false}});
        assert_eq!(read::state(&bytes(&state)).unwrap().charge, Some(permille));
        let state = json!({"powerSupply": {"stateOfCharge": told, "charging": false}});
        assert_eq!(read::state(&bytes(&state)).unwrap().charge, Some(permille));
    }
}

/// 3.0 renamed much; nothing of 2.x is left in what is sent, and the other way round.
#[test]
fn each_version_gets_its_own_words() {
    let words = |version| {
        let mut rig = Rig::new(dialect(version), Quirks::default(), 5);
        rig.drive(1);
        rig.finish(30);
        rig.with_vehicle(|v, now, names, out| v.set_mode(now, names, Mode::TeachIn, out));
        let will = rig.vehicle.will(at(rig.us));
        let all = rig.sent.iter().chain(&rig.told).chain([&will]);
        all.map(|m| format!("{} {}", m.topic, String::from_utf8_lossy(&m.payload)))
            .collect::<String>()
    };
    let (two, three) = (words(Version::V2_1), words(Version::V3_0));
    for (old, new) in [
        ("agvPosition", "mobileRobotPosition"),
        ("batteryState", "powerSupply"),
        ("\"CONNECTIONBROKEN", "\"CONNECTION_BROKEN"),
        ("\"TEACHIN\"", "\"TEACH_IN\""),
        ("eStop", "activeEmergencyStop"),
        ("agvActions", "mobileRobotActions"),
        ("uagv/v2/", "vda5050/v3/"),
        ("\"version\":\"2.1.0\"", "\"version\":\"3.0.0\""),
    ] {
        assert!(two.contains(old) && !two.contains(new), "{new} in 2.1");
        assert!(three.contains(new) && !three.contains(old), "{old} in 3.0");
    }
}
