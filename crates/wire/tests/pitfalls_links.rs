//! What goes wrong between real masters and vehicles with links: silence, last wills, retained messages and factsheets.

mod common;

use common::script::Script;
use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::master::Note;
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

fn dialect() -> Dialect {
    Dialect::new(Version::V2_1, "Fenhe", "agv-3")
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn link(events: &[Event]) -> Vec<bool> {
    let up = |event: &Event| match event {
        Event::Link(V, up) => Some(*up),
        _ => None,
    };
    events.iter().filter_map(up).collect()
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
fn a_silent_vehicle_is_asked_then_called_lost_and_keeps_what_it_holds() {
    let mut s = under_way();
    let done = snapshot(&s.master);
    s.wait(34);
    assert_eq!(s.count("stateRequest"), 0, "states come every 30 s");
    s.wait(2);
    assert_eq!(s.count("stateRequest"), 1);
    assert!(link(&s.events).is_empty());
    s.wait(25);
    assert_eq!(link(&s.events), [false]);
    s.wait(3600);
    assert_eq!(link(&s.events), [false]);
    assert_eq!(
        s.facts(),
        [],
        "not a word about where it is or what it has done"
    );
    assert!(!s.master.idle());
    assert!(
        s.updates().is_empty(),
        "nothing is given to somebody who cannot hear"
    );
    assert!(
        (100..=130).contains(&s.count("stateRequest")),
        "asked every half minute: {}",
        s.count("stateRequest")
    );
    assert!(
        snapshot(&s.master).len() < done.len() + 100,
        "and does not grow"
    );
    s.pass(4);
    assert_eq!((link(&s.events), s.ats()), (vec![false, true], vec![2]));
}

/// It drives to the end of its base, which stays its own.
#[test]
fn a_vehicle_without_link_drives_its_base_and_tells_afterwards() {
    let mut rig = Rig::new(dialect(), Quirks::default(), 11);
    rig.drive(5);
    rig.run(2);
    let before = rig.ats().len();
    rig.vehicle.disconnected();
    rig.master.disconnected();
    rig.run(60);
    assert_eq!(rig.body.ledger.len(), 5);
    assert_eq!(rig.ats().len(), before);
    rig.with_vehicle(|v, now, names, out| v.connected(now, names, out));
    rig.with_master(|m, now, names, out| m.connected(now, names, out));
    assert!(rig.finish(5));
    assert_eq!(rig.ats(), [1, 2, 3, 4, 5]);
    assert_eq!(rig.orders().len(), 1, "nothing was sent again");
}

#[test]
fn a_retained_state_answers_no_question() {
    let mut s = Script::new(dialect());
    s.drive(2);
    s.clear();
    s.state["lastNodeId"] = json!("n7");
    let old = s.bytes(900, s.us - 86_400_000_000);
    s.hear_on(Topic::State, true, &old);
    assert_eq!(s.notes, [Note::Stale(Topic::State)]);
    assert!(s.sent.is_empty() && s.events.is_empty());
    s.says(json!({"lastNodeId": "n0"}));
    assert_eq!(s.updates().len(), 1);
}

/// Retained for hours after the vehicle left, or is back: only silence and states count.
#[test]
fn a_retained_connection_is_no_health_check() {
    let word = |word: &str| {
        bytes(
            &json!({"headerId": 1, "connectionState": word, "manufacturer": "Fenhe", "serialNumber": "agv-3"}),
        )
    };
    let mut s = Script::new(dialect());
    s.hear_on(Topic::Connection, true, &word("CONNECTIONBROKEN"));
    s.hear_on(Topic::Connection, true, &word("OFFLINE"));
    assert!(link(&s.events).is_empty());
    s.hear_on(Topic::Connection, true, &word("ONLINE"));
    s.wait(61);
    assert_eq!(
        link(&s.events),
        [false],
        "online, says the broker; not a word, says the vehicle"
    );
    s.hear_on(Topic::Connection, false, &word("ONLINE"));
    assert_eq!(
        link(&s.events),
        [false],
        "only a state says that it is back"
    );
    s.say();
    assert_eq!(link(&s.events), [false, true]);
}

/// A last will carries an old timestamp and headerId, and may come after the vehicle has come back.
#[test]
fn a_last_will_counts_though_it_is_old_and_the_vehicle_is_asked() {
    let mut s = under_way();
    let will = bytes(
        &json!({"headerId": 0, "timestamp": "2020-01-01T00:00:00Z", "connectionState": "CONNECTIONBROKEN"}),
    );
    s.hear_on(Topic::Connection, false, &will);
    assert_eq!(link(&s.events), [false]);
    assert_eq!(s.count("stateRequest"), 1);
    s.say();
    assert_eq!(link(&s.events), [false, true]);
    let good_bye = bytes(&json!({"connectionState": "OFFLINE"}));
    s.clear();
    s.hear_on(Topic::Connection, false, &good_bye);
    assert_eq!((link(&s.events), s.count("stateRequest")), (vec![false], 0));
}

#[test]
fn a_vehicle_without_connection_topic_is_known_by_its_states() {
    let quirks = Quirks {
        no_connection: true,
        ..Quirks::default()
    };
    let mut rig = Rig::new(dialect(), quirks, 2);
    rig.drive(3);
    assert!(rig.finish(60));
    rig.run(120);
    assert!(link(&rig.events).is_empty());
}

fn sheet(nodes: Option<u32>) -> Vec<u8> {
    let sheet = model::Factsheet {
        max_nodes: nodes,
        ..model::Factsheet::default()
    };
    let mut value = write::factsheet(&sheet, Version::V2_1);
    value["manufacturer"] = json!("Fenhe");
    value["serialNumber"] = json!("agv-3");
    bytes(&value)
}

/// Of an earlier vehicle with the same name: it limits nothing for ever, and is asked for anew.
#[test]
fn a_stale_factsheet_is_asked_for_anew_and_forgotten() {
    let mut s = Script::ready(dialect());
    s.hear_on(Topic::Factsheet, true, &sheet(Some(3)));
    assert_eq!(s.count("factsheetRequest"), 1);
    s.drive(6);
    assert_eq!(s.order().nodes.len(), 3, "until it is known better");
    s.hear_on(Topic::Factsheet, false, &sheet(Some(5)));
    s.accept();
    assert_eq!(
        s.order().nodes.last().unwrap().seq,
        8,
        "as the newest one says: four edges in all"
    );
    s.hear_on(Topic::Factsheet, false, &sheet(None));
    s.accept();
    s.accept();
    s.clear();
    s.wait(100);
    assert_eq!(s.count("factsheetRequest"), 0, "it has come");
}

#[test]
fn base_and_horizon_together_keep_within_the_factsheet() {
    let mut dialect = dialect();
    dialect.max_horizon = 8;
    let mut s = Script::ready(dialect);
    s.hear_on(Topic::Factsheet, false, &sheet(Some(4)));
    s.drive(2);
    s.with(|m, now, names, out| m.horizon(now, names, &[EdgeId(2), EdgeId(3), EdgeId(4)], out));
    s.accept();
    s.accept();
    let (nodes, edges) = (&s.state["nodeStates"], &s.state["edgeStates"]);
    assert_eq!(
        (
            nodes.as_array().unwrap().len(),
            edges.as_array().unwrap().len()
        ),
        (3, 3)
    );
}

/// A factsheet that is only a header, or nonsense within a good header, is no reason to stop.
#[test]
fn a_bare_factsheet_says_nothing_and_breaks_nothing() {
    let mut s = Script::ready(dialect());
    s.hear_on(Topic::Factsheet, false, b"{\"headerId\":1}");
    let odd = json!({"protocolLimits": {"maxArrayLens": {"order.nodes": -4}}, "protocolFeatures": {"agvActions": "all"}, "typeSpecification": []});
    s.hear_on(Topic::Factsheet, false, &bytes(&odd));
    s.hear_on(Topic::Factsheet, false, &sheet(Some(0)));
    assert!(
        s.notes
            .iter()
            .all(|note| matches!(note, Note::Factsheet { .. })),
        "{:?}",
        s.notes
    );
    s.drive(3);
    assert_eq!(s.order().nodes.len(), 4);
}
