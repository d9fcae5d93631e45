//! The vehicle's end by the book, for somebody who tests *their* master against it: which orders it
//! accepts, which it rejects and in what words, and what it tells on the way.

mod common;

use common::car::{Car, edge, node, pick, way};
use common::*;
use fenhe_contract::{PlaceId, Tag, VehicleEvent};
use fenhe_wire::vda5050::model::{State, Status};
use fenhe_wire::vda5050::*;
use serde_json::json;

#[test]
fn an_order_is_shown_driven_and_let_go_of_node_by_node() {
    for version in Version::ALL {
        let mut car = Car::new(version);
        let (nodes, edges) = way(1);
        car.order("o", 0, nodes, edges);
        assert_eq!(car.driven(), [0, 1], "base, not horizon");
        let seqs = |s: &State| {
            (
                s.nodes
                    .iter()
                    .map(|n| (n.seq, n.released))
                    .collect::<Vec<_>>(),
                s.edges.iter().map(|e| e.seq).collect::<Vec<_>>(),
            )
        };
        let state = car.state();
        assert_eq!((state.order.as_str(), state.update), ("o", 0));
        assert_eq!(
            seqs(&state),
            (vec![(2, true), (4, true), (6, false)], vec![1, 3, 5])
        );
        assert!(state.driving);
        car.at(1);
        let state = car.state();
        assert_eq!((state.last_node.as_str(), state.last_seq), ("n1", 2));
        assert_eq!(seqs(&state), (vec![(4, true), (6, false)], vec![3, 5]));
        car.at(2);
        let state = car.state();
        assert_eq!(seqs(&state), (vec![(6, false)], vec![5]));
        assert!(
            !state.driving && !car.vehicle.idle(),
            "horizon is left: not idle"
        );
        // The horizon is deleted by an update: idle.
        car.order("o", 1, json!([node(2, 4, true)]), json!([]));
        assert_eq!(seqs(&car.state()), (vec![], vec![]));
        assert!(car.vehicle.idle());
        schema::assert_valid(version, &car.told);
    }
}

#[test]
fn what_is_wrong_with_an_order_is_said_in_the_words_of_the_version() {
    let (nodes, edges) = way(0);
    let mut gap = nodes.clone();
    gap[2]["sequenceId"] = json!(10);
    let mut after_horizon = nodes.clone();
    after_horizon[2]["released"] = json!(false);
    let mut loose = edges.clone();
    loose[1]["released"] = json!(false);
    let mut unknown = nodes.clone();
    unknown[3]["nodeId"] = json!("nowhere");
    let mut sword = nodes.clone();
    sword[1]["actions"] =
        json!([{"actionId": "a", "actionType": "juggle", "blockingType": "HARD"}]);
    let mut twice = nodes.clone();
    twice[1] = pick(1, 2, "a");
    twice[2] = pick(2, 4, "a");
    let mut elsewhere = nodes.clone();
    for (i, node) in elsewhere.as_array_mut().unwrap().iter_mut().enumerate() {
        node["nodeId"] = json!(format!("n{}", i + 5));
    }
    let far = json!([edge(5, 1, true), edge(6, 3, true), edge(7, 5, true)]);
    let mut closed = nodes.clone();
    closed[0]["released"] = json!(false);
    for (what, nodes, edges, v2, v3) in [
        (
            "a gap in the sequence",
            gap,
            edges.clone(),
            "validationError",
            "VALIDATION_FAILURE",
        ),
        (
            "released after horizon",
            after_horizon,
            edges.clone(),
            "validationError",
            "VALIDATION_FAILURE",
        ),
        (
            "an edge released with one end only",
            nodes.clone(),
            loose,
            "validationError",
            "VALIDATION_FAILURE",
        ),
        (
            "first node not released",
            closed,
            edges.clone(),
            "validationError",
            "VALIDATION_FAILURE",
        ),
        (
            "too few edges",
            nodes.clone(),
            json!([]),
            "validationError",
            "VALIDATION_FAILURE",
        ),
        (
            "no nodes",
            json!([]),
            json!([]),
            "validationError",
            "VALIDATION_FAILURE",
        ),
        (
            "one action twice",
            twice,
            edges.clone(),
            "validationError",
            "VALIDATION_FAILURE",
        ),
        (
            "an unknown node",
            unknown,
            edges.clone(),
            "noRouteError",
            "NODE_UNREACHABLE",
        ),
        (
            "an unknown action",
            sword,
            edges.clone(),
            "orderError",
            "INVALID_ORDER_ACTION",
        ),
        (
            "a start elsewhere",
            elsewhere,
            far,
            "noRouteError",
            "START_NODE_OUT_OF_RANGE",
        ),
    ] {
        for version in Version::ALL {
            let mut car = Car::new(version);
            car.order("o", 0, nodes.clone(), edges.clone());
            let word = if version == Version::V3_0 { v3 } else { v2 };
            assert_eq!(car.errors(), [word], "{what}");
            assert!(
                car.commands.list.is_empty() && car.state().order.is_empty(),
                "{what}: nothing is done"
            );
            let error = &car.state().errors[0];
            assert_eq!(
                (error.reference("orderId"), error.reference("orderUpdateId")),
                (Some("o"), Some("0"))
            );
            let (nodes, edges) = way(0);
            car.order("p", 0, nodes, edges);
            assert!(
                car.errors().is_empty(),
                "{what}: gone with the next good order"
            );
        }
    }
}

#[test]
fn updates_are_stitched_old_ones_refused_identical_ones_ignored() {
    for version in Version::ALL {
        let v3 = version == Version::V3_0;
        let mut car = Car::new(version);
        let (nodes, edges) = way(0);
        car.order("o", 2, nodes.clone(), edges.clone());
        car.order("o", 2, nodes.clone(), edges.clone());
        assert!(
            car.errors().is_empty() && car.commands.list.is_empty(),
            "the same again: nothing happens"
        );
        let mut changed = nodes.clone();
        changed[1] = pick(1, 2, "a");
        car.order("o", 2, changed, edges.clone());
        let word: &[&str] = if v3 { &["SAME_ORDER_UPDATE_ID"] } else { &[] };
        assert_eq!(
            (car.errors(), car.statuses().len()),
            (word.iter().map(ToString::to_string).collect(), 0),
            "other content"
        );
        let mut car = Car::new(version);
        car.order("o", 2, nodes.clone(), edges.clone());
        car.order("o", 1, nodes.clone(), edges.clone());
        assert_eq!(
            car.errors(),
            [if v3 {
                "OUTDATED_ORDER_UPDATE"
            } else {
                "orderUpdateError"
            }]
        );
        car.order(
            "o",
            3,
            json!([node(2, 4, true), node(3, 6, true)]),
            json!([edge(2, 5, true)]),
        );
        let word = if v3 {
            "VALIDATION_FAILURE"
        } else {
            "orderUpdateError"
        };
        assert_eq!(
            car.errors().last().map(String::as_str),
            Some(word),
            "not the last released node"
        );
        assert_eq!(car.state().update, 2);
        car.order(
            "o",
            3,
            json!([node(3, 6, true), node(4, 8, true)]),
            json!([edge(3, 7, true)]),
        );
        assert!(car.errors().is_empty());
        assert_eq!((car.state().update, car.driven()), (3, vec![3]));
        car.order("other", 0, nodes, edges);
        assert_eq!(
            car.errors(),
            [if v3 {
                "OTHER_ORDER_ACTIVE"
            } else {
                "orderError"
            }]
        );
        assert_eq!(car.state().order, "o");
    }
}

#[test]
fn stitch_actions_that_are_repeated_are_not_carried_out_again() {
    let mut car = Car::new(Version::V3_0);
    car.order(
        "o",
        0,
        json!([node(0, 0, true), pick(1, 2, "a")]),
        json!([edge(0, 1, true)]),
    );
    car.at(1);
    assert_eq!(car.statuses(), [Status::Running]);
    let event = VehicleEvent::Picked {
        deck: 0,
        place: PlaceId(1),
        tag: Tag(8),
        revision: 9,
    };
    car.with(|v, now, names, out| v.happened(now, names, event, out));
    car.order(
        "o",
        1,
        json!([pick(1, 2, "a"), node(2, 4, true)]),
        json!([edge(1, 3, true)]),
    );
    assert_eq!(car.statuses(), [Status::Finished]);
    assert_eq!(car.driven(), [1]);
    assert_eq!(car.state().loads.unwrap()[0].id.as_deref(), Some("8"));
}

#[test]
fn a_cancelled_order_stops_where_the_body_stops_and_takes_no_update() {
    for version in Version::ALL {
        let mut car = Car::new(version);
        car.order(
            "o",
            0,
            json!([node(0, 0, true), pick(1, 2, "a"), node(2, 4, true)]),
            json!([edge(0, 1, true), edge(1, 3, true)]),
        );
        assert_eq!(car.driven(), [0], "as far as there is something to do");
        car.instant("c", "cancelOrder");
        assert_eq!(car.statuses()[0], Status::Failed, "waiting actions");
        let cancel = |car: &Car| {
            car.state()
                .actions
                .unwrap()
                .into_iter()
                .find(|a| a.id == "c")
                .map(|a| a.status)
        };
        assert_eq!(cancel(&car), Some(Status::Running), "it still rolls");
        car.at(1);
        assert_eq!(cancel(&car), Some(Status::Finished));
        let state = car.state();
        assert!(state.nodes.is_empty() && state.edges.is_empty() && car.vehicle.idle());
        assert_eq!((state.order.as_str(), state.update), ("o", 0), "kept");
        car.order(
            "o",
            1,
            json!([node(1, 2, true), node(2, 4, true)]),
            json!([edge(1, 3, true)]),
        );
        let word = if version == Version::V3_0 {
            "ORDER_UPDATE_FOLLOWING_CANCEL"
        } else {
            "orderUpdateError"
        };
        assert_eq!(car.errors(), [word]);
        car.order(
            "p",
            0,
            json!([node(1, 0, true), node(2, 2, true)]),
            json!([edge(1, 1, true)]),
        );
        assert_eq!((car.errors().len(), car.driven()), (0, vec![1]));
    }
}
