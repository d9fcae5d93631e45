//! Every message that either end can send, in every setting of a dialect, against the official schemas.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::model::Mode;
use fenhe_wire::vda5050::*;

/// A dialect from the bits of a number: all settings that change what is written.
fn dialect(version: Version, bits: u32) -> Dialect {
    let on = |bit: u32| bits & (1 << bit) != 0;
    let mut dialect = Dialect::new(version, "Fenhe", "agv-3");
    dialect.spelling = Spelling {
        instant_actions: on(0),
        action_name: on(1),
        deviation_xy: on(2),
    };
    dialect.send_position = on(3);
    dialect.send_theta = on(4);
    dialect.first_node_deviation = if on(5) { 300 } else { 0 };
    dialect.stitch_actions = [
        StitchActions::Wait,
        StitchActions::Omit,
        StitchActions::Repeat,
    ][bits as usize % 3];
    dialect.blocking = [
        model::Blocking::Hard,
        model::Blocking::Soft,
        model::Blocking::None,
    ][bits as usize / 3 % 3];
    dialect.qos = u8::from(on(0));
    if on(2) {
        dialect.topics = vec![(Topic::State, "their/own/state".into())];
    }
    dialect.max_base = if on(6) { 2 } else { 64 };
    dialect.max_horizon = if on(7) { 3 } else { 0 };
    dialect.station_type = on(8).then(|| "rack".into());
    dialect.load_type = on(9).then(|| "box".into());
    dialect.send_lhd = on(10);
    dialect.charge_until = on(11).then(|| "until".into());
    dialect
}

/// All topics, all instant actions, all modes: a trip with everything that can happen on it.
fn trip(dialect: Dialect, quirks: Quirks, seed: u64) -> Rig {
    let mut rig = Rig::new(dialect, quirks, seed);
    rig.drive(3);
    rig.hand(true);
    rig.drive(2);
    let horizon = [EdgeId(rig.end), EdgeId(rig.end + 1)];
    rig.with_master(|m, now, names, out| m.horizon(now, names, &horizon, out));
    rig.run(2);
    rig.with_master(|m, now, _, out| m.pause(now, true, out));
    rig.run(1);
    rig.with_master(|m, now, _, out| m.pause(now, false, out));
    rig.with_master(|m, now, _, out| m.ask_factsheet(now, out));
    rig.run(2);
    rig.with_master(|m, now, names, out| m.withdraw(now, names, true, out));
    rig.finish(60);
    rig.hand(false);
    rig.command(&[Deed::Charge(700)]);
    rig.run(4);
    for mode in [
        Mode::Intervened,
        Mode::TeachIn,
        Mode::Service,
        Mode::Startup,
        Mode::Manual,
        Mode::Semiautomatic,
    ] {
        rig.with_vehicle(|v, now, names, out| v.set_mode(now, names, mode, out));
        rig.run(1);
    }
    rig.with_vehicle(|v, now, names, out| v.set_mode(now, names, Mode::Automatic, out));
    rig.finish(30);
    rig.body.fails = true;
    rig.hand(true); // fails: resultDescription, actionResult
    rig.finish(30);
    let (now, will) = (at(rig.us), |rig: &Rig, now| rig.vehicle.will(now));
    let will = will(&rig, now);
    rig.told.push(will);
    rig.reboot_vehicle();
    rig.run(70);
    rig
}

/// `instantActions` instead of `actions`, and no `actionName` in 2.0, are settings for vehicles that
/// stray from the schema, and do so on purpose: mended here, so that the rest is checked.
fn by_the_schema(dialect: &Dialect, message: &Message) -> Message {
    let mut message = message.clone();
    if message.kind != Topic::InstantActions {
        return message;
    }
    let mut value: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
    if dialect.spelling.instant_actions {
        let actions = value.as_object_mut().unwrap().remove("instantActions");
        value["actions"] = actions.expect("spelt as the vehicle wants it");
    }
    if dialect.version == Version::V2_0 && !dialect.spelling.action_name {
        for action in value["actions"].as_array_mut().unwrap() {
            assert!(action.get("actionName").is_none());
            action["actionName"] = action["actionType"].clone();
        }
    }
    message.payload = serde_json::to_vec(&value).unwrap();
    message
}

#[test]
fn every_message_of_either_end_fits_in_every_dialect() {
    for version in Version::ALL {
        let mut kinds = std::collections::BTreeSet::new();
        // 4,096 settings; 0x29d steps through all bits in mixture.
        for i in 0..96_u32 {
            let bits = i.wrapping_mul(0x29d) & 0xfff;
            let dialect = dialect(version, bits);
            let rig = trip(dialect.clone(), Quirks::default(), u64::from(i));
            let sent: Vec<Message> = rig
                .sent
                .iter()
                .map(|m| by_the_schema(&dialect, m))
                .collect();
            schema::assert_valid(version, &sent);
            schema::assert_valid(version, &rig.told);
            kinds.extend(sent.iter().chain(&rig.told).map(|m| m.kind));
            for message in sent.iter().chain(&rig.told) {
                assert_eq!(
                    message.retain,
                    matches!(message.kind, Topic::Connection | Topic::Factsheet)
                );
                let orders = matches!(message.kind, Topic::Order | Topic::InstantActions);
                let qos = if orders {
                    dialect.qos
                } else {
                    u8::from(message.kind == Topic::Connection)
                };
                assert_eq!(message.qos, qos);
                assert_eq!(dialect.topic_of(&message.topic), Some(message.kind));
            }
        }
        let all = [
            Topic::Order,
            Topic::InstantActions,
            Topic::State,
            Topic::Connection,
            Topic::Factsheet,
        ];
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
    }
}

#[test]
fn a_rejection_and_its_references_fit() {
    for version in Version::ALL {
        let mut rig = Rig::new(dialect(version, 0x71a), Quirks::default(), 1);
        rig.with_vehicle(|v, now, names, out| v.set_mode(now, names, Mode::Manual, out));
        rig.with_vehicle(|v, now, names, out| {
            let order = br#"{"orderId":"x","orderUpdateId":0,"nodes":[{"nodeId":"n0","sequenceId":0,"released":true}]}"#;
            v.receive(now, names, Topic::Order, order, out);
            let cancel = br#"{"actions":[{"actionId":"c","actionType":"cancelOrder","blockingType":"NONE"}]}"#;
            v.receive(now, names, Topic::InstantActions, cancel, out);
        });
        let last: serde_json::Value =
            serde_json::from_slice(&rig.told.last().unwrap().payload).unwrap();
        let words: Vec<&str> = last["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["errorType"].as_str().unwrap())
            .collect();
        let wanted = if version == Version::V3_0 {
            ["MOBILE_ROBOT_NOT_AVAILABLE", "NO_ORDER_TO_CANCEL"]
        } else {
            ["orderError", "noOrderToCancel"]
        };
        assert_eq!(words, wanted);
        schema::assert_valid(version, &rig.told);
    }
}

/// The validator finds faults in a factsheet of 3.0, so that silence above means something.
#[test]
fn a_factsheet_of_2_1_is_none_of_3_0() {
    let sheet = model::Factsheet::default();
    let schema = schema::of(Version::V3_0, Topic::Factsheet).unwrap();
    assert_eq!(
        schema::problems(&schema, &write::factsheet(&sheet, Version::V3_0)),
        Vec::<String>::new()
    );
    let found = schema::problems(&schema, &write::factsheet(&sheet, Version::V2_1));
    assert!(found.len() >= 4, "{found:#?}");
    for version in Version::ALL {
        let mut sheet = model::Factsheet {
            max_nodes: Some(9),
            max_message: Some(4096),
            speed: Some(1.5),
            ..sheet.clone()
        };
        sheet.actions = vec!["pick".into(), "cancelOrder".into()];
        let bytes = serde_json::to_vec(&write::factsheet(&sheet, version)).unwrap();
        let back = read::factsheet(&bytes).unwrap();
        assert_eq!(
            (back.max_nodes, back.max_message, back.speed),
            (Some(9), Some(4096), Some(1.5))
        );
        assert_eq!(back.actions, sheet.actions);
    }
}
