//! Master and vehicle by the book, all messages against the official schemas.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::*;

fn dialect(version: Version) -> Dialect {
    Dialect::new(version, "Fenhe", "agv-3")
}
const VERSIONS: [Version; 3] = [Version::V2_0, Version::V2_1, Version::V3_0];

#[test]
fn a_trip_with_pick_and_drop_is_done_once_and_told() {
    for version in VERSIONS {
        let mut rig = Rig::new(dialect(version), Quirks::default(), 1);
        let mut deeds = rig.edges(3);
        deeds.push(Deed::Hand(0, PlaceId(3), true));
        rig.command(&deeds);
        let mut deeds = rig.edges(2);
        deeds.push(Deed::Hand(0, PlaceId(5), false));
        rig.command(&deeds);
        assert!(rig.finish(60), "{version:?}: {:#?}", rig.notes);
        assert_eq!(rig.body.ledger, rig.wanted);
        assert_eq!(rig.ats(), [1, 2, 3, 4, 5]);
        assert_eq!(rig.hands(), [(0, 3, true), (0, 5, false)]);
        let tag = |fact: &VehicleEvent| matches!(fact, VehicleEvent::Picked { tag: Tag(1003), .. });
        assert!(rig.facts().iter().any(tag));
        assert!(rig.vehicle.idle());
        assert_eq!(rig.notes.len(), 1, "only the factsheet: {:?}", rig.notes);
        schema::assert_valid(version, &rig.sent);
        schema::assert_valid(version, &rig.told);
    }
}

#[test]
fn more_base_while_driving_is_an_update_from_the_last_released_node() {
    let mut rig = Rig::new(dialect(Version::V2_1), Quirks::default(), 2);
    rig.run(1);
    rig.drive(4);
    rig.run(1);
    rig.drive(3);
    assert!(rig.finish(60));
    let orders = rig.orders();
    let seqs = |o: &model::Order| o.nodes.iter().map(|n| n.seq).collect::<Vec<_>>();
    assert_eq!(seqs(&orders[0]), [0, 2, 4, 6, 8]);
    assert_eq!(seqs(&orders[1]), [8, 10, 12, 14]);
    assert_eq!((orders[0].update, orders[1].update), (0, 1));
    assert_eq!(orders[0].id, orders[1].id);
    assert_eq!(orders[1].nodes[0].id, "n4");
    assert_eq!(orders.len(), 2);
}

#[test]
fn horizon_is_sent_replaced_and_deleted_but_never_driven() {
    let mut dialect = dialect(Version::V2_1);
    dialect.max_horizon = 2;
    let mut rig = Rig::new(dialect, Quirks::default(), 3);
    rig.run(1);
    rig.drive(2);
    rig.with_master(|m, now, names, out| {
        m.horizon(now, names, &[EdgeId(2), EdgeId(3), EdgeId(4)], out)
    });
    rig.run(1);
    let last = rig.orders().pop().unwrap();
    let released: Vec<_> = last.nodes.iter().map(|n| (n.seq, n.released)).collect();
    assert_eq!(released, [(4, true), (6, false), (8, false)]);
    assert!(rig.finish(60));
    rig.run(20);
    assert_eq!(rig.body.ledger.len(), 2);
    rig.drive(1);
    assert!(rig.finish(60));
    assert_eq!(rig.body.ledger, rig.wanted);
    schema::assert_valid(Version::V2_1, &rig.sent);
}

#[test]
fn charging_ends_by_stop_charging_or_by_its_parameter() {
    let mut dialect = dialect(Version::V2_1);
    dialect.charge_until = Some("until".into());
    let mut rig = Rig::new(dialect, Quirks::default(), 4);
    rig.drive(1);
    rig.command(&[Deed::Charge(800)]);
    rig.drive(1);
    assert!(rig.finish(60));
    assert_eq!(rig.body.ledger, rig.wanted);
    let ended = |f: &VehicleEvent| matches!(f, VehicleEvent::Charge { permille: 800, charging: false, revision } if *revision >= 2);
    assert_eq!(rig.facts().iter().filter(|f| ended(f)).count(), 1);
}

#[test]
fn a_failed_hand_over_says_why() {
    let mut rig = Rig::new(dialect(Version::V2_0), Quirks::default(), 5);
    rig.body.fails = true;
    rig.drive(1);
    rig.hand(true);
    assert!(rig.finish(60));
    let failed = |f: &VehicleEvent| {
        matches!(
            f,
            VehicleEvent::HandFailed {
                why: Why::Empty,
                place: PlaceId(1),
                ..
            }
        )
    };
    assert_eq!(rig.facts().iter().filter(|f| failed(f)).count(), 1);
}

#[test]
fn a_repeated_command_is_answered_and_not_done_again() {
    let mut rig = Rig::new(dialect(Version::V2_1), Quirks::default(), 6);
    rig.drive(2);
    assert!(rig.finish(60));
    let before = rig.facts().len();
    let mut again = Commands::default();
    again.drive(V, 1, &[EdgeId(0), EdgeId(1)]);
    again.drive(V, 7, &[EdgeId(2)]);
    rig.with_master(|m, now, names, out| m.commands(now, names, &again, out));
    rig.run(10);
    let state = VehicleEvent::State {
        node: NodeId(2),
        revision: 1,
        done: 1,
    };
    assert_eq!(rig.facts()[before..before + 2], [state, state]);
    assert_eq!(rig.body.ledger.len(), 2);
}

#[test]
fn the_validator_finds_what_is_wrong() {
    let schema = schema::of(Version::V2_1, Topic::Order).unwrap();
    let wrong = serde_json::json!({"headerId": "x", "timestamp": "noon", "orderUpdateId": -1,
        "nodes": [{"nodeId": "a", "sequenceId": 0, "released": true, "actions": [{"actionId": "1", "actionType": "pick", "blockingType": "soft"}]}]});
    let found = schema::problems(&schema, &wrong).join("\n");
    for word in [
        "required",
        "/headerId: type",
        "format",
        "minimum",
        "/nodes/0/actions/0/blockingType: enum",
    ] {
        assert!(found.contains(word), "{word} in {found}");
    }
}
