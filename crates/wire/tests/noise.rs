//! Wrong messages on every topic, into readers, master and vehicle: nothing stops, nothing grows, each is
//! told in one clear word, and afterwards everything works as before.

mod common;

use common::mutate::{corpus, noise};
use common::*;
use fenhe_contract::{Command, Commands, EdgeId, NodeId, PlaceId, Tag, VehicleEvent, snapshot};
use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::vehicle::Doing;
use fenhe_wire::vda5050::*;
use serde_json::json;

/// Largest state of either end, as its snapshot [bytes]. The longest message in here is some 20 kB.
const MOST: usize = 100_000;

fn fault_of(topic: Topic, bytes: &[u8], dialect: &Dialect) -> Option<Fault> {
    let sender = |header: &model::Header| read::check_sender(header, dialect).err();
    match topic {
        Topic::State => read::state(bytes).map_or_else(Some, |m| sender(&m.header)),
        Topic::Connection => read::connection(bytes).map_or_else(Some, |m| sender(&m.header)),
        Topic::Factsheet => read::factsheet(bytes).map_or_else(Some, |m| sender(&m.header)),
        Topic::Visualization => None,
        Topic::Order | Topic::InstantActions => Some(Fault::Topic),
    }
}

/// A master with an order under way hears noise on one topic.
fn deafen(topic: Topic, seed: u64, count: u64) -> (u64, u64) {
    let corpus = corpus(topic);
    let mut luck = Luck(seed);
    let (mut wrong, mut right) = (0, 0);
    let burst = 500;
    for round in 0..count.div_ceil(burst) {
        let version = Version::ALL[(round % 3) as usize];
        let mut dialect = Dialect::new(version, "Fenhe", "agv-3");
        if round % 4 != 0 {
            dialect.tolerance = u16::MAX; // never isolated: everything that is believed has its effect
        }
        let mut rig = Rig::new(dialect, Quirks::default(), seed ^ round);
        rig.drive(3);
        rig.hand(true);
        rig.run(1 + (round % 4) as i64);
        for _ in 0..burst {
            let bytes = noise(&corpus, &mut luck);
            let fault = fault_of(topic, &bytes, rig.master.dialect());
            let notes = rig.notes.len();
            let retained = luck.percent(3);
            let before = rig.sent.len();
            rig.us += 1000;
            rig.with_master(|m, now, names, out| {
                m.receive(now, names, (topic, retained), &bytes, out)
            });
            let told: Vec<&Fault> = rig.notes[notes..]
                .iter()
                .filter_map(|note| match note {
                    Note::Unreadable(at, fault) if *at == topic => Some(fault),
                    _ => None,
                })
                .collect();
            let skipped = retained && topic == Topic::State;
            let wanted: Vec<&Fault> = fault.iter().filter(|_| !skipped).collect();
            assert_eq!(told, wanted, "{}", String::from_utf8_lossy(&bytes));
            assert!(rig.sent.len() - before <= 4, "{:?}", &rig.sent[before..]);
            if fault.is_some() {
                wrong += 1
            } else {
                right += 1
            }
        }
        assert!(
            snapshot(&rig.master).len() < MOST,
            "{}",
            snapshot(&rig.master).len()
        );
        schema::assert_valid(version, &rig.sent[rig.sent.len().saturating_sub(20)..]);
        goes_on(&mut rig, topic);
    }
    (wrong, right)
}

/// An operator tidies up, and then the vehicle and the master do a trip together, each step once.
fn goes_on(rig: &mut Rig, topic: Topic) {
    rig.run(40); // real states come, whatever the false ones said
    rig.with_master(|m, now, names, out| m.readmit(now, names, out));
    let doubts: Vec<u32> = rig.master.doubts().collect();
    for revision in doubts {
        rig.with_master(|m, now, names, out| m.resolve(now, names, revision, false, out));
    }
    for _ in 0..4 {
        rig.with_master(|m, now, names, out| m.withdraw(now, names, false, out));
        rig.run(40);
        if rig.master.idle() && rig.body.todo.is_empty() {
            break;
        }
    }
    let state = rig
        .told
        .iter()
        .rev()
        .find(|m| m.kind == Topic::State)
        .expect("a state");
    let node = read::state(&state.payload).unwrap().last_node;
    rig.end = rig.names.find_node(&node).expect("it stands somewhere").0;
    let (facts, deeds) = (rig.facts().len(), rig.body.ledger.len());
    let pick = !rig.body.loaded;
    let mut trip = rig.edges(2);
    trip.push(Deed::Hand(0, PlaceId(rig.end), pick));
    rig.command(&trip);
    rig.run(120);
    let last: Vec<_> = rig.notes.iter().rev().take(6).collect();
    assert!(
        rig.master.idle(),
        "after noise on {topic:?}: {last:?} {:?}",
        rig.master
    );
    assert_eq!(
        rig.body.ledger[deeds..],
        trip,
        "after noise on {topic:?}: {last:?}"
    );
    let hand = |f: &&VehicleEvent| {
        matches!(
            f,
            VehicleEvent::Picked { .. } | VehicleEvent::Dropped { .. }
        )
    };
    assert_eq!(rig.facts()[facts..].iter().filter(hand).count(), 1);
}

/// The body of a virtual vehicle: does at once what it is told.
fn obey(vehicle: &mut Vehicle, now: Now, rig: &Rig, commands: &Commands, doing: &mut Doing) {
    for command in &commands.list {
        let events: Vec<VehicleEvent> = match *command {
            Command::Drive {
                first,
                count,
                revision,
                ..
            } => {
                let to = |edge: &EdgeId| rig.names.edge(*edge).expect("a known edge").to;
                let at = |edge| VehicleEvent::At {
                    node: to(edge),
                    revision,
                };
                commands.base(first, count).iter().map(at).collect()
            }
            Command::Handle {
                deck,
                place,
                pick: true,
                revision,
                ..
            } => {
                vec![VehicleEvent::Picked {
                    deck,
                    place,
                    tag: Tag(5),
                    revision,
                }]
            }
            Command::Handle {
                deck,
                place,
                revision,
                ..
            } => vec![VehicleEvent::Dropped {
                deck,
                place,
                revision,
            }],
            Command::Charge {
                until_permille,
                revision,
                ..
            } => {
                vec![VehicleEvent::Charge {
                    permille: until_permille,
                    charging: false,
                    revision,
                }]
            }
            _ => unreachable!("not for a vehicle"),
        };
        for event in events {
            vehicle.happened(now, &rig.names, event, doing);
        }
    }
}

/// A virtual vehicle hears noise on one topic.
fn confuse(topic: Topic, seed: u64, count: u64) -> (u64, u64) {
    let corpus = corpus(topic);
    let mut luck = Luck(seed);
    let (mut wrong, mut right) = (0, 0);
    let burst = 1000;
    for round in 0..count.div_ceil(burst) {
        let version = Version::ALL[(round % 3) as usize];
        let dialect = Dialect::new(version, "Fenhe", "agv-3");
        let quirks = Quirks {
            errors_pile_up: round % 5 == 4,
            ..Quirks::default()
        };
        let rig = Rig::new(dialect.clone(), quirks, 1);
        let mut vehicle = rig.vehicle.clone();
        for step in 0..burst {
            let now = at(step as i64 * 10_000);
            let bytes = noise(&corpus, &mut luck);
            let fault = match topic {
                Topic::Order => read::order(&bytes).err(),
                Topic::InstantActions => read::instant_actions(&bytes).err(),
                _ => Some(Fault::Topic),
            };
            let mut doing = Doing::default();
            vehicle.receive(now, &rig.names, topic, &bytes, &mut doing);
            let told: Vec<Fault> = doing.faults.iter().map(|(_, fault)| *fault).collect();
            assert_eq!(told, fault.into_iter().collect::<Vec<_>>());
            if fault.is_some() {
                wrong += 1
            } else {
                right += 1
            }
            for _ in 0..200 {
                let commands = std::mem::take(&mut doing.commands);
                if commands.list.is_empty() {
                    break;
                }
                obey(&mut vehicle, now, &rig, &commands, &mut doing);
            }
            assert!(doing.commands.list.is_empty(), "it comes to rest");
            assert!(doing.messages.len() < 1000);
            if step % 100 == 0 {
                schema::assert_valid(version, &doing.messages);
            }
        }
        assert!(
            snapshot(&vehicle).len() < MOST,
            "{}",
            snapshot(&vehicle).len()
        );
        serves_on(&mut vehicle, &rig, &dialect);
    }
    (wrong, right)
}

/// After a cancel, a new order from where it stands is taken and done.
fn serves_on(vehicle: &mut Vehicle, rig: &Rig, dialect: &Dialect) {
    let now = at(3_600_000_000);
    let tell = |vehicle: &mut Vehicle, topic, value: serde_json::Value| {
        let mut doing = Doing::default();
        vehicle.receive(
            now,
            &rig.names,
            topic,
            &serde_json::to_vec(&value).unwrap(),
            &mut doing,
        );
        for _ in 0..200 {
            let commands = std::mem::take(&mut doing.commands);
            obey(vehicle, now, rig, &commands, &mut doing);
        }
        let states = doing.messages.iter().rev().find(|m| m.kind == Topic::State);
        read::state(&states.expect("a state").payload).unwrap()
    };
    let action =
        |id: &str, kind: &str| json!({"actionId": id, "actionType": kind, "blockingType": "NONE"});
    tell(
        vehicle,
        Topic::InstantActions,
        json!({"actions": [action("z1", "stopPause")]}),
    );
    let state = tell(
        vehicle,
        Topic::InstantActions,
        json!({"actions": [action("z2", "cancelOrder")]}),
    );
    let node = rig
        .names
        .find_node(&state.last_node)
        .expect("it stands somewhere");
    let next = NodeId((node.0 + 1) % RING);
    let step = |id: NodeId, seq: u32| json!({"nodeId": format!("n{}", id.0), "sequenceId": seq, "released": true, "actions": []});
    let edge =
        json!({"edgeId": format!("e{}", node.0), "sequenceId": 1, "released": true, "actions": []});
    let order = json!({"orderId": "afterwards", "orderUpdateId": 0, "nodes": [step(node, 0), step(next, 2)], "edges": [edge]});
    let state = tell(vehicle, Topic::Order, order);
    assert_eq!(
        (state.order.as_str(), state.last_node),
        ("afterwards", format!("n{}", next.0)),
        "{} {vehicle:?}",
        dialect.version.text()
    );
    assert!(vehicle.idle());
}

const SEED: u64 = 5050;

/// Most of the noise is wrong, and some of it is right enough to be believed: both are wanted.
fn mixed((wrong, right): (u64, u64)) {
    assert!(
        wrong * 10 > right && right * 10 > wrong,
        "{wrong} wrong, {right} right"
    );
}

#[test]
fn a_master_stands_noise_on_its_topics() {
    mixed(deafen(Topic::State, SEED, 12_000));
    mixed(deafen(Topic::Connection, SEED + 1, 8000));
    mixed(deafen(Topic::Factsheet, SEED + 2, 8000));
    deafen(Topic::Visualization, SEED + 3, 1000);
    deafen(Topic::Order, SEED + 4, 500);
    deafen(Topic::InstantActions, SEED + 5, 500);
}

#[test]
fn a_vehicle_stands_noise_on_its_topics() {
    mixed(confuse(Topic::Order, SEED + 6, 12_000));
    mixed(confuse(Topic::InstantActions, SEED + 7, 7000));
    confuse(Topic::State, SEED + 8, 1000);
}

/// The longest messages that are read, and longer ones; names and words as long as a message.
#[test]
fn the_longest_messages_are_borne_and_not_kept() {
    let long = "x".repeat(1_000_000);
    let mut s = common::script::Script::ready(Dialect::new(Version::V2_1, "Fenhe", "agv-3"));
    s.drive(2);
    let id = s.order().id;
    let error = |i: usize| json!({"errorType": format!("orderError{}", &long[..2000]), "errorReferences": [{"referenceKey": "k", "referenceValue": i}]});
    s.says(json!({"errors": (0..400).map(error).collect::<Vec<_>>()}));
    s.says(json!({"errors": [{"errorType": long, "errorReferences": [{"referenceKey": "orderId", "referenceValue": id}]}]}));
    let load = |i: usize| json!({"loadId": format!("{i}{}", &long[..300]), "loadPosition": format!("{i}")});
    s.says(json!({"errors": [], "loads": (0..2000).map(load).collect::<Vec<_>>()}));
    let node = |i: usize| json!({"nodeId": "n1", "sequenceId": i, "released": true});
    s.says(json!({"loads": [], "nodeStates": (0..2000).map(node).collect::<Vec<_>>()}));
    s.clear();
    s.says(json!({"nodeStates": (0..2001).map(node).collect::<Vec<_>>()}));
    assert!(s.notes.contains(&Note::Unreadable(
        Topic::State,
        Fault::TooMany(Field::NodeStates)
    )));
    s.says(json!({"nodeStates": [], "lastNodeId": long, "orderId": long}));
    s.hear(&vec![b' '; read::MAX_BYTES + 1]);
    assert!(
        s.notes
            .contains(&Note::Unreadable(Topic::State, Fault::TooLong))
    );
    assert!(
        snapshot(&s.master).len() < 5000,
        "{}",
        snapshot(&s.master).len()
    );

    let mut rig = Rig::new(
        Dialect::new(Version::V2_1, "Fenhe", "agv-3"),
        Quirks {
            errors_pile_up: true,
            ..Quirks::default()
        },
        1,
    );
    for i in 0..200 {
        let name = format!("{i}-{long}");
        let (short, mut out) = (&name[..900], Doing::default());
        for id in [name.as_str(), short] {
            let order = json!({"orderId": id, "orderUpdateId": 1, "nodes": [{"nodeId": "n9", "sequenceId": 0, "released": true, "actions": []}]});
            let action =
                json!({"actions": [{"actionId": id, "actionType": long, "blockingType": "NONE"}]});
            for (topic, value) in [(Topic::Order, order), (Topic::InstantActions, action)] {
                let bytes = serde_json::to_vec(&value).unwrap();
                rig.vehicle
                    .receive(at(0), &rig.names, topic, &bytes, &mut out);
            }
        }
        assert_eq!(out.faults.len(), 2);
    }
    assert!(
        snapshot(&rig.vehicle).len() < 200_000,
        "{}",
        snapshot(&rig.vehicle).len()
    );
}

/// `cargo x trial wire-fuzz`: a million messages on every topic.
#[test]
#[ignore = "cargo x trial wire-fuzz"]
fn a_million_on_every_topic() {
    let full = std::env::var("FENHE_TRIAL").is_ok_and(|size| size == "full");
    let count = if full { 1_000_000 } else { 20_000 };
    for (i, topic) in Topic::ALL.into_iter().enumerate() {
        let seed = SEED + 100 + i as u64;
        let (wrong, right) = match topic {
            Topic::Order | Topic::InstantActions => confuse(topic, seed, count),
            _ => deafen(topic, seed, count),
        };
        println!(
            "{}: {wrong} wrong, {right} right, seed {seed}",
            topic.text()
        );
    }
}
