//! Reading along between a master and a vehicle: the same facts as the master tells, the same decisions as
//! it was given, also with messages missing and whoever listens late.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

/// An observer's notebook.
struct Aside {
    observer: Observer,
    seen: Seen,
}

impl Aside {
    fn new(dialect: Dialect) -> Aside {
        Aside {
            observer: Observer::new(V, dialect),
            seen: Seen::default(),
        }
    }

    fn hear(&mut self, us: i64, message: &Message) {
        let (names, topic) = (ring(), message.kind);
        self.observer
            .hear(at(us), &names, topic, &message.payload, &mut self.seen);
    }

    fn says(&mut self, us: i64, topic: Topic, value: &Value) {
        let bytes = serde_json::to_vec(value).unwrap();
        self.observer
            .hear(at(us), &ring(), topic, &bytes, &mut self.seen);
    }

    fn facts(&self) -> Vec<VehicleEvent> {
        let vehicle = |event: &Event| match event {
            Event::Vehicle(V, event) => Some(*event),
            _ => None,
        };
        self.seen.events.iter().filter_map(vehicle).collect()
    }

    fn hands(&self) -> Vec<(u8, u32, bool)> {
        let hand = |fact: VehicleEvent| match fact {
            VehicleEvent::Picked { deck, place, .. } => Some((deck, place.0, true)),
            VehicleEvent::Dropped { deck, place, .. } => Some((deck, place.0, false)),
            _ => None,
        };
        self.facts().into_iter().filter_map(hand).collect()
    }

    fn ats(&self) -> Vec<u32> {
        let at = |fact: VehicleEvent| match fact {
            VehicleEvent::At { node, .. } => Some(node.0),
            _ => None,
        };
        self.facts().into_iter().filter_map(at).collect()
    }

    /// Decisions, edge by edge.
    fn decided(&self) -> Vec<Deed> {
        let mut deeds = Vec::new();
        let mut newest = 0;
        for command in &self.seen.orders.list {
            let revision = match *command {
                Command::Drive {
                    first,
                    count,
                    revision,
                    ..
                } => {
                    let edges = self.seen.orders.base(first, count);
                    deeds.extend(edges.iter().map(|&edge| Deed::Edge(edge)));
                    revision
                }
                Command::Handle {
                    deck,
                    place,
                    pick,
                    revision,
                    ..
                } => {
                    deeds.push(Deed::Hand(deck, place, pick));
                    revision
                }
                Command::Charge {
                    until_permille,
                    revision,
                    ..
                } => {
                    deeds.push(Deed::Charge(until_permille));
                    revision
                }
                _ => panic!("not for a vehicle"),
            };
            assert_eq!(revision, newest + 1, "numbered without gaps");
            newest = revision;
        }
        deeds
    }
}

/// A day's work in small: trips, a pick and a drop, charging, more base while driving.
fn work(rig: &mut Rig) {
    rig.run(1);
    let mut deeds = rig.edges(3);
    deeds.push(Deed::Hand(0, PlaceId(3), true));
    rig.command(&deeds);
    rig.run(1);
    let mut deeds = rig.edges(4);
    deeds.push(Deed::Hand(0, PlaceId(7), false));
    deeds.extend(rig.edges(2));
    rig.command(&deeds);
    assert!(rig.finish(300), "{:#?}", rig.notes);
    rig.command(&[Deed::Charge(900)]);
    assert!(rig.finish(300), "{:#?}", rig.notes);
    rig.drive(2);
    assert!(rig.finish(300), "{:#?}", rig.notes);
    rig.run(2);
}

#[test]
fn it_tells_what_the_master_tells_and_sees_what_was_decided() {
    for version in [Version::V2_0, Version::V2_1, Version::V3_0] {
        for step_ends in [StepEnds::LastNode, StepEnds::NodeStates, StepEnds::Both] {
            let mut dialect = Dialect::new(version, "Fenhe", "agv-3");
            dialect.charge_until = Some("until".into());
            (dialect.step_ends, dialect.max_horizon) = (step_ends, 2);
            let mut rig = Rig::new(dialect.clone(), Quirks::default(), 5);
            work(&mut rig);
            let mut aside = Aside::new(dialect);
            for (us, message) in &rig.wire {
                aside.hear(*us, message);
            }
            assert_eq!(aside.seen.sights, []);
            assert_eq!(aside.decided(), rig.wanted, "{version:?} {step_ends:?}");
            // The first state tells where it is; the master knew.
            assert_eq!(aside.ats()[0], 0);
            assert_eq!(aside.ats()[1..], rig.ats());
            assert_eq!(aside.hands(), rig.hands());
            let ends = |facts: Vec<VehicleEvent>| {
                let end = |fact: &VehicleEvent| {
                    matches!(
                        fact,
                        VehicleEvent::Charge {
                            charging: false,
                            permille: 900,
                            ..
                        }
                    )
                };
                facts.iter().filter(|fact| end(fact)).count()
            };
            assert_eq!(ends(aside.facts()), ends(rig.facts()));
            assert!(aside.observer.idle());
            let newest = VehicleEvent::At {
                node: NodeId(11),
                revision: aside.observer.revision(),
            };
            let mut last = aside.facts().into_iter();
            let last = last.rfind(|fact| matches!(fact, VehicleEvent::At { .. }));
            assert_eq!(last, Some(newest));
        }
    }
}

#[test]
fn states_that_are_lost_doubled_or_late_lose_no_hand_over() {
    for seed in 0..40 {
        let dialect = Dialect::new(Version::V2_1, "Fenhe", "agv-3");
        let mut rig = Rig::new(dialect.clone(), Quirks::default(), seed);
        for turn in 0..6 {
            let mut deeds = rig.edges(2);
            deeds.push(Deed::Hand(0, PlaceId(rig.end), turn % 2 == 0));
            rig.command(&deeds);
            assert!(rig.finish(60));
        }
        // Thirty more seconds of silence and one state: what was missed last shows then.
        rig.run(35);
        let mut luck = Luck(seed);
        let mut aside = Aside::new(dialect);
        let mut late: Option<(i64, Message)> = None;
        let last = rig.wire.len() - 1;
        for (n, (us, message)) in rig.wire.iter().enumerate() {
            let state = message.kind == Topic::State;
            if state && n < last && luck.percent(30) {
                continue;
            }
            aside.hear(*us, message);
            if state && luck.percent(30) {
                aside.hear(*us, message);
            }
            if let Some((us, message)) = late.take() {
                aside.hear(us, &message);
            }
            late = (state && luck.percent(20)).then(|| (*us, message.clone()));
        }
        assert_eq!(aside.hands(), rig.hands(), "seed {seed}");
        assert_eq!(aside.decided(), rig.wanted);
    }
}

fn state(header_id: u32, order: &str, node: u32, seq: u32) -> Value {
    json!({"headerId": header_id, "orderId": order, "orderUpdateId": 0, "lastNodeId": format!("n{node}"),
        "lastNodeSequenceId": seq, "nodeStates": [], "edgeStates": [], "driving": false, "actionStates": []})
}

#[test]
fn somebody_elses_edges_are_found_by_their_nodes_and_what_is_not_on_the_map_is_named() {
    let mut aside = Aside::new(Dialect::new(Version::V2_1, "Acme", "7"));
    let node = |i: u32, seq: u32| json!({"nodeId": format!("n{i}"), "sequenceId": seq, "released": true, "actions": []});
    let edge = |id: &str, seq: u32| json!({"edgeId": id, "sequenceId": seq, "released": true, "actions": []});
    let order = json!({"orderId": "x", "orderUpdateId": 0,
        "nodes": [node(0, 0), node(1, 2), node(5, 4)], "edges": [edge("mine-1", 1), edge("mine-2", 3)]});
    aside.says(1, Topic::Order, &order);
    assert_eq!(aside.decided(), [Deed::Edge(EdgeId(0))]);
    assert_eq!(aside.seen.sights, [Sight::OffMap("mine-2".into())]);
    // It is followed there all the same.
    aside.says(2, Topic::State, &state(1, "x", 1, 2));
    aside.says(3, Topic::State, &state(2, "x", 5, 4));
    assert_eq!(aside.ats(), [1, 5]);

    aside.seen.clear();
    let mut far = node(9, 0);
    far["actions"] = json!([{"actionId": "p", "actionType": "pick", "blockingType": "HARD",
        "actionParameters": [{"key": "stationName", "value": "nowhere"}]}]);
    let order = json!({"orderId": "y", "orderUpdateId": 0, "nodes": [far], "edges": []});
    aside.says(4, Topic::Order, &order);
    assert_eq!(aside.seen.sights, [Sight::NoPlace("p".into())]);
    assert_eq!(aside.decided(), []);
}

/// A pick at node 0, ordered and accepted.
fn picking() -> Aside {
    let mut aside = Aside::new(Dialect::new(Version::V2_1, "Acme", "7"));
    let order =
        json!({"orderId": "x", "orderUpdateId": 0, "nodes": [car::pick(0, 0, "a")], "edges": []});
    aside.says(1, Topic::Order, &order);
    assert!(aside.observer.idle(), "nobody has shown it");
    aside.says(2, Topic::State, &state(1, "x", 0, 0));
    assert!(!aside.observer.idle());
    aside
}

#[test]
fn a_hand_over_that_no_state_ends_is_told_by_the_loads_or_named() {
    for (loads, wanted) in [
        (Some(json!([{"loadId": "17"}])), vec![(0, 0, true)]),
        (Some(json!([])), vec![]),
        (None, vec![]),
    ] {
        let mut aside = picking();
        for n in 2..9 {
            let mut state = state(n, "x", 0, 0);
            if let Some(loads) = &loads {
                state["loads"] = loads.clone();
            }
            aside.says(i64::from(n), Topic::State, &state);
        }
        assert_eq!(aside.hands(), wanted);
        let failed = |fact: &VehicleEvent| matches!(fact, VehicleEvent::HandFailed { .. });
        let none = loads.as_ref().is_some_and(|loads| loads == &json!([]));
        assert_eq!(aside.facts().iter().any(failed), none);
        let doubt = loads.is_none();
        assert_eq!(
            aside.seen.sights.contains(&Sight::InDoubt("a".into())),
            doubt
        );
    }
}

#[test]
fn a_failed_pick_a_stop_and_a_lost_link_are_facts() {
    let mut aside = picking();
    let mut failed = state(2, "x", 0, 0);
    failed["actionStates"] =
        json!([{"actionId": "a", "actionStatus": "FAILED", "resultDescription": "Empty"}]);
    failed["safetyState"] = json!({"eStop": "MANUAL", "fieldViolation": false});
    aside.says(3, Topic::State, &failed);
    let why = |fact: &VehicleEvent| {
        matches!(
            fact,
            VehicleEvent::HandFailed {
                why: Why::Empty,
                ..
            }
        )
    };
    assert!(aside.facts().iter().any(why));
    assert_eq!(aside.facts().last(), Some(&VehicleEvent::Held(true)));
    aside.says(4, Topic::State, &state(3, "x", 0, 0));
    assert_eq!(aside.facts().last(), Some(&VehicleEvent::Held(false)));
    let silent = aside.observer.deadline();
    assert_eq!(silent, Time(4) + aside.observer.dialect().lost_after);
    aside.observer.tick(silent, &mut aside.seen);
    assert_eq!(aside.seen.events.last(), Some(&Event::Link(V, false)));
    assert_eq!(aside.observer.deadline(), Time::NEVER);
    aside.says(5, Topic::State, &state(4, "x", 0, 0));
    assert_eq!(aside.seen.events.last(), Some(&Event::Link(V, true)));
    aside.says(
        6,
        Topic::Connection,
        &json!({"connectionState": "CONNECTIONBROKEN"}),
    );
    assert_eq!(aside.seen.events.last(), Some(&Event::Link(V, false)));
    aside.says(
        7,
        Topic::InstantActions,
        &json!({"actions": [{"actionId": "c", "actionType": "cancelOrder"}]}),
    );
    assert_eq!(aside.seen.sights, [Sight::Cancelled]);
}

#[test]
fn another_vehicles_message_and_noise_do_no_harm() {
    let mut aside = picking();
    let mut other = state(2, "x", 3, 0);
    other["serialNumber"] = json!("8");
    aside.says(3, Topic::State, &other);
    assert_eq!(
        aside.seen.sights,
        [Sight::Unreadable(Topic::State, Fault::OtherVehicle)]
    );
    let names = ring();
    let topics = [
        Topic::Order,
        Topic::State,
        Topic::InstantActions,
        Topic::Connection,
    ];
    let all = topics.map(|topic| (topic, mutate::corpus(topic)));
    let mut luck = Luck(9);
    let mut aside = Aside::new(Dialect::new(Version::V2_1, "Fenhe", "agv-3"));
    for n in 0..20_000 {
        let (topic, corpus) = &all[luck.below(4) as usize];
        let bytes = mutate::noise(corpus, &mut luck);
        aside
            .observer
            .hear(at(n), &names, *topic, &bytes, &mut aside.seen);
        aside.seen.clear();
    }
    let bytes = snapshot(&aside.observer);
    assert!(bytes.len() < 2_000_000, "it does not grow: {}", bytes.len());
    assert_eq!(restore::<Observer>(&bytes).ok(), Some(aside.observer));
}
