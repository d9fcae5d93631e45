//! `machines.toml`: what it says, and what is said about its faults.

use fenhe_contract::{StationId, UnitState};
use fenhe_link_opcua::{Config, Security, site};
use fenhe_plant::{Files, Plant, Problem, load};
use std::path::Path;
use std::time::Duration;

const PLANT: &str = r#"
[plant]
about = "Three stations"
[[product]]
id = "part"
[[source]]
id = "in"
to = "q"
arrivals = { product = "part", every = "60 s" }
[[buffer]]
id = "q"
queue = {}
[[buffer]]
id = "r"
queue = {}
[[buffer]]
id = "s"
queue = {}
[[station]]
id = "press"
from = "q"
to = "r"
single = {}
time = "5 s"
[[station]]
id = "mill"
from = "r"
to = "s"
single = {}
time = "5 s"
[[station]]
id = "wash"
from = "s"
to = "out"
single = {}
time = "5 s"
[[sink]]
id = "out"
"#;

fn plant() -> Plant {
    let files = Files::default().with("plant.toml", PLANT.as_bytes());
    let loaded = load("three", &files).map_err(|found| format!("{found:?}"));
    loaded.expect("a plant").0
}

fn read(text: &str) -> Result<Config, Vec<Problem>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    site::read("machines.toml", text.as_bytes(), &plant(), folder)
}

/// Code, line and text of each problem.
fn faults(text: &str) -> Vec<(&'static str, u32, String)> {
    let found = read(text).expect_err("a fault");
    let row = |one: Problem| (one.code, one.line, one.text);
    found.into_iter().map(row).collect()
}

#[test]
fn stations_get_their_servers_and_nodes() {
    let keys = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(keys.join("press.key"), "secret\n").expect("a file");
    let config = read(
        r#"
[[server]]
endpoint = "opc.tcp://10.0.0.5:4840/"
user = "fenhe"
password_file = "press.key"
watchdog = "8 s"
[[server.station]]
id = "press"
name = "Press1"
begin = "now"
suspended = "idle"
nodes = { state = "ns=3;s=Press.State", hold = "nsu=urn:maker:press;i=17" }

[[server]]
endpoint = "opc.tcp://10.0.0.6:4840"
retry = "300 ms"
[[server.station]]
id = "*"
"#,
    );
    let [press, rest] = &config.expect("no faults").links[..] else {
        panic!("two servers");
    };
    let secret = Security::Encrypted {
        user: "fenhe".into(),
        password: "secret".into(),
    };
    assert_eq!(
        (&press.security, press.watchdog),
        (&secret, Duration::from_secs(8))
    );
    let [row] = &press.stations[..] else {
        panic!("one station");
    };
    assert_eq!((row.station, &row.mark), (StationId(0), &None));
    assert_eq!(row.mapping.state, "ns=3;s=Press.State");
    assert_eq!(row.mapping.hold, "nsu=urn:maker:press;i=17");
    assert_eq!(row.mapping.log, "Press1.ResultLog");
    assert_eq!(row.mapping.suspended, UnitState::Idle);
    assert!(!row.mapping.can_be_served());
    assert_eq!(rest.retry, Duration::from_millis(300));
    let others: Vec<StationId> = rest.stations.iter().map(|row| row.station).collect();
    assert_eq!(others, [StationId(1), StationId(2)]);
    assert!(rest.stations.iter().all(|row| row.mapping.can_be_served()));
}

#[test]
fn every_fault_is_named_with_its_place() {
    let text = r#"[[server]]
endpoint = "http://10.0.0.5"
wathdog = "5 s"
[[server.station]]
id = "pres"
[[server]]
endpoint = "opc.tcp://10.0.0.6:4840/"
retry = "5"
[[server.station]]
id = "mill"
nodes = { stat = "x", state = "ns=x" }
[[server.station]]
id = "mill"
suspended = "sometimes"
[[server]]
user = "fenhe"
station = 4
"#;
    let faults = faults(text);
    let seen: Vec<(&str, u32)> = faults.iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(
        seen,
        [
            ("key/unknown", 3),
            ("machines/endpoint", 2),
            ("name/unknown", 5),
            ("machines/node", 11),
            ("key/unknown", 11),
            ("machines/twice", 13),
            ("value/word", 14),
            ("machines/span", 8),
            ("key/missing", 15),
            ("value/type", 17),
            ("key/missing", 16),
        ]
    );
    let near =
        read("[[server]]\nendpoint = \"opc.tcp://h:1/\"\n[[server.station]]\nid = \"pres\"\n");
    assert_eq!(
        near.expect_err("a fault")[0].suggestion.as_deref(),
        Some("press")
    );
}

#[test]
fn a_password_that_cannot_be_read_is_said() {
    let text = "[[server]]\nendpoint = \"opc.tcp://h:1/\"\nuser = \"u\"\npassword_file = \"gone.key\"\n[[server.station]]\nid = \"*\"\n";
    let found = faults(text);
    assert_eq!(found, [("machines/secret", 4, "\"gone.key\"".to_string())]);
    assert_eq!(faults("[[server]\n")[0].0, "toml/syntax");
    assert_eq!(faults("x = 1\n")[0].0, "key/unknown");
}
