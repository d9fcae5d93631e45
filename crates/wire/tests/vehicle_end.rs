//! The vehicle's end by the book, for somebody who tests *their* master against it: modes, pauses,
//! regular states, last will.

mod common;

use common::car::{Car, edge, node, pick, way};
use common::*;
use fenhe_contract::{PlaceId, VehicleEvent, Why, restore, snapshot};
use fenhe_wire::vda5050::model::{Mode, Status};
use fenhe_wire::vda5050::*;
use serde_json::json;

#[test]
fn modes_clear_or_keep_the_order_and_refuse_new_ones() {
    for (mode, kept) in [
        (Mode::Manual, false),
        (Mode::Service, false),
        (Mode::TeachIn, false),
        (Mode::Startup, false),
        (Mode::Intervened, true),
        (Mode::Semiautomatic, true),
    ] {
        let mut car = Car::new(Version::V3_0);
        let (nodes, edges) = way(1);
        car.order("o", 0, nodes.clone(), edges.clone());
        car.with(|v, now, names, out| v.set_mode(now, names, mode, out));
        assert_eq!(car.state().mode, mode);
        assert_eq!(
            (car.state().order.as_str(), car.state().nodes.len()),
            if kept { ("o", 3) } else { ("", 0) },
            "{mode:?}"
        );
        if !mode.obeys() {
            car.order("p", 0, nodes, edges);
            assert_eq!(car.errors(), ["MOBILE_ROBOT_NOT_AVAILABLE"]);
        }
    }
}

#[test]
fn a_state_comes_at_least_every_thirty_seconds_and_counts_on() {
    let mut car = Car::new(Version::V2_1);
    let first = car.state().header.header_id;
    for turn in 1..=10 {
        let due = car.vehicle.deadline();
        assert!(due.0 - car.us <= 30_000_000);
        car.us = due.0;
        car.with(|v, now, names, out| v.tick(now, names, out));
        assert_eq!(car.state().header.header_id, first + turn);
    }
    car.vehicle.disconnected();
    let before = car.told.len();
    car.at(0);
    assert_eq!(car.told.len(), before, "nothing is said to nobody");
}

#[test]
fn a_pause_holds_what_the_body_was_not_given() {
    let mut car = Car::new(Version::V2_1);
    car.instant("p", "startPause");
    let (nodes, edges) = way(0);
    car.order("o", 0, nodes, edges);
    assert!(car.commands.list.is_empty() && car.state().paused);
    car.instant("q", "stopPause");
    assert_eq!(car.driven(), [0, 1, 2]);
}

#[test]
fn a_failed_action_says_why_and_the_order_goes_on() {
    let mut car = Car::new(Version::V2_1);
    car.order(
        "o",
        0,
        json!([pick(0, 0, "a"), node(1, 2, true)]),
        json!([edge(0, 1, true)]),
    );
    let event = VehicleEvent::HandFailed {
        deck: 0,
        place: PlaceId(0),
        why: Why::Empty,
        revision: 1,
    };
    car.with(|v, now, names, out| v.happened(now, names, event, out));
    let action = car.state().actions.unwrap().remove(0);
    assert_eq!(
        (action.status, action.result.as_deref()),
        (Status::Failed, Some("Empty"))
    );
    assert_eq!(car.driven(), [0]);
}

#[test]
fn it_is_the_same_after_saving_and_restoring() {
    let mut car = Car::new(Version::V2_0);
    let (nodes, edges) = way(1);
    car.order("o", 0, nodes, edges);
    let bytes = snapshot(&car.vehicle);
    let back: Vehicle = restore(&bytes).expect("reads back");
    assert_eq!(back, car.vehicle);
    assert!(restore::<Vehicle>(&bytes[..bytes.len() - 1]).is_err());
}

/// The will lies with the broker from the beginning: an old counter, an honest word.
#[test]
fn the_last_will_is_retained_and_says_that_the_link_is_broken() {
    for version in Version::ALL {
        let car = Car::new(version);
        let will = car.vehicle.will(at(0));
        assert!(will.retain && will.qos == 1);
        let word = if version == Version::V3_0 {
            "CONNECTION_BROKEN"
        } else {
            "CONNECTIONBROKEN"
        };
        assert!(String::from_utf8_lossy(&will.payload).contains(&format!("\"{word}\"")));
        schema::assert_valid(version, &[will]);
    }
}
