//! Equipment and work orders as CSV, and faults of files as a whole.

mod common;

use fenhe_contract::*;
use fenhe_plant::*;

const PLANT: &str = r#"
[plant]
equipment = "equipment.csv"
[[product]]
id = "part"
[[line]]
id = "L1"
[[class]]
id = "cell"
[[class.buffer]]
id = "in"
queue = {}
[[class.station]]
id = "press"
from = "in"
to = "$line.out"
single = {}
time = "1 s"
[[source]]
id = "gate"
to = "P1.in"
orders = "part"
[[sink]]
id = "L1.out"
[orders]
file = "orders.csv"
"#;
const EQUIPMENT: &str = "id,class,line\nP1,cell,L1\n";
const ORDERS: &str = "order,product,quantity,release,due\n\
    B,part,5,36 h,2026-01-03T08:00:00+08:00\nA,part,7,,\n";

fn folder(plant: &str, equipment: &str, orders: &str) -> Files {
    Files::of_toml(plant)
        .with("equipment.csv", equipment.as_bytes())
        .with("orders.csv", orders.as_bytes())
}

/// Code, file and line of each problem.
fn found(files: &Files) -> Vec<(&'static str, String, u32)> {
    let problems = match load("test", files) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    };
    problems
        .into_iter()
        .map(|problem| (problem.code, problem.file, problem.line))
        .collect()
}

fn one(files: &Files, code: &'static str, file: &str, line: u32) {
    assert_eq!(found(files), [(code, file.to_string(), line)]);
}

#[test]
fn equipment_and_orders_come_from_tables() {
    let (plant, warnings) = load("test", &folder(PLANT, EQUIPMENT, ORDERS)).expect("good");
    assert_eq!(warnings, []);
    let press = &plant.stations[StationId(0)];
    assert_eq!(
        (press.name.as_str(), press.line),
        ("P1.press", Some(LineId(0)))
    );
    assert_eq!(press.outputs[0].to, To::Sink(SinkId(0)));
    let orders: Vec<_> = plant
        .orders
        .iter()
        .map(|(t, o)| (*t, o.quantity, o.due))
        .collect();
    let due = Time::ZERO + Span::hours(48);
    let second = (Time::ZERO + Span::hours(36), 5, due);
    assert_eq!(orders, [(Time::ZERO, 7, Time::NEVER), second]);
    // Names belong to serials, which are rows; orders stand by when they become known.
    let serials: Vec<u64> = plant.orders.iter().map(|(_, o)| o.order.0).collect();
    assert_eq!(serials, [2, 1]);
    let name = |serial| plant.order_name(OrderId(serial));
    assert_eq!(
        [name(0), name(1), name(2), name(3)],
        [None, Some("B"), Some("A"), None]
    );
}

#[test]
fn the_hash_tells_any_change_of_any_file() {
    let hash = |files: &Files| load("test", files).expect("good").0.hash;
    let first = hash(&folder(PLANT, EQUIPMENT, ORDERS));
    assert_eq!(first, hash(&folder(PLANT, EQUIPMENT, ORDERS)));
    assert_ne!(
        first,
        hash(&folder(PLANT, EQUIPMENT, &ORDERS.replace('7', "8")))
    );
}

#[test]
fn faults_in_tables_are_found_on_their_lines() {
    let equipment = |text: &str| folder(PLANT, text, ORDERS);
    one(
        &equipment("id,class,line,colour\nP1,cell,L1,red\n"),
        "csv/column",
        "equipment.csv",
        1,
    );
    one(
        &equipment("id,class,line\nP1,cell,L1\nP1,cell,L1\n"),
        "id/duplicate",
        "equipment.csv",
        3,
    );
    one(
        &equipment("id,class,line,nodes\nP1,cell,L1,in\n"),
        "csv/nodes",
        "equipment.csv",
        2,
    );
    one(
        &equipment("id,class,line\nP1,cel,L1\n"),
        "name/unknown",
        "equipment.csv",
        2,
    );
    let orders = |text: &str| folder(PLANT, EQUIPMENT, text);
    let head = "order,product,quantity,due\n";
    one(
        &orders(&format!("{head}A,part,5,\nB,part,5,\nA,part,6,\n")),
        "id/duplicate",
        "orders.csv",
        4,
    );
    one(
        &orders(&format!("{head}{},part,5,\n", "A".repeat(65))),
        "order/name",
        "orders.csv",
        2,
    );
    one(
        &orders(&format!("{head},part,5,\n")),
        "csv/cell",
        "orders.csv",
        2,
    );
    one(
        &orders(&format!("{head}A,part,0,\n")),
        "value/range",
        "orders.csv",
        2,
    );
    one(
        &orders(&format!("{head}A,part,5,soon\n")),
        "time/bad-instant",
        "orders.csv",
        2,
    );
    one(
        &orders(&format!("{head}A,prat,5,\n")),
        "name/unknown",
        "orders.csv",
        2,
    );
    one(
        &orders("order,product\nA,part\n"),
        "csv/column-missing",
        "orders.csv",
        1,
    );
    one(&orders(""), "csv/empty", "orders.csv", 0);
}

#[test]
fn faults_of_whole_files_are_found() {
    one(&Files::default(), "file/missing", "plant.toml", 0);
    let latin = Files::default().with("plant.toml", b"# \xe9\n");
    one(&latin, "file/not-utf8", "plant.toml", 0);
    one(&Files::of_toml(""), "plant/empty", "plant.toml", 0);
}

#[test]
fn ports_without_fleet_carriers_or_a_next_step_are_found() {
    let tracks = || common::lif(common::RING, common::WAYS, &["b", "d"]);
    let set = |from: &str, to: &str| {
        assert!(common::PLANT.contains(from), "{from}");
        common::folder(&common::PLANT.replacen(from, to, 1), tracks())
    };
    let codes = |files: &Files| -> Vec<&str> { found(files).iter().map(|p| p.0).collect() };
    assert_eq!(
        codes(&set("[[fleet]]\ntype = \"agv\"\ncount = 2\n", "")),
        ["fleet/none"]
    );
    assert_eq!(codes(&set("count = 3", "count = 0")), ["carrier/none"]);
    let next = codes(&set(
        "places = 2, operation = \"cut\"",
        "places = 2, operation = \"print\"",
    ));
    assert!(next.contains(&"port/no-next"), "{next:?}");
    let unused = set(
        "[[sink]]",
        "[[buffer]]\nid = \"spare\"\nqueue = {}\n[[sink]]",
    );
    assert_eq!(codes(&unused), ["buffer/unused"]);
}
