//! Lots of a running rehearsal over HTTP: found by place and carrier, followed both ways, and the same after a restart.

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::{Plant, Process, ask, login, scratch};

/// A saw fills boxes, a vehicle brings them to a press that fills trays, which it brings to a printer.
const PLANT: &str = r#"
[[product]]
id = "cell"
route = [{ operation = "cut" }, { operation = "press" }, { operation = "print" }]
[[carrier]]
id = "box"
capacity = 10
count = 6
start = ["saw.out", "press.in"]
[[carrier]]
id = "tray"
capacity = 10
count = 6
start = ["press.out", "printer.in"]
[[buffer]]
id = "saw.in"
queue = { capacity = 20 }
[[buffer]]
id = "saw.out"
load = { carrier = "box", places = 4, operation = "cut", node = "a" }
[[buffer]]
id = "press.in"
unload = { carrier = "box", places = 4, operation = "press", node = "c" }
[[buffer]]
id = "press.out"
load = { carrier = "tray", places = 4, operation = "press", node = "e" }
[[buffer]]
id = "printer.in"
unload = { carrier = "tray", places = 4, operation = "print", node = "d" }
[[station]]
id = "saw"
operation = "cut"
from = "saw.in"
to = "saw.out"
single = {}
time = "10 s"
reports = "carrier"
[[station]]
id = "press"
operation = "press"
from = "press.in"
to = "press.out"
batch = { servers = 1, min = 10, max = 10 }
time = "30 s"
reports = "carrier"
[[station]]
id = "printer"
operation = "print"
from = "printer.in"
to = "out"
single = {}
time = "1 s"
reports = "carrier"
[[source]]
id = "in"
to = "saw.in"
endless = "cell"
[[sink]]
id = "out"
[tracks]
file = "tracks.lif.json"
[[vehicle_type]]
id = "agv"
length = "1.2 m"
width = "0.8 m"
speed = "1.2 m/s"
accel = "0.5 m/s2"
brake = "0.7 m/s2"
turn = "90 deg/s"
decks = 2
dock = "2 s"
transfer = "4 s"
battery = "100 kWh"
[[fleet]]
type = "agv"
count = 1
[policy]
same_line = false
consolidate = "0 s"
base_ahead = "8 m"
resend = "10 s"
wait_max = "30 min"
"#;

const NODES: [(&str, f64, f64); 10] = [
    ("a", 0.0, 0.0),
    ("b", 8.0, 0.0),
    ("c", 16.0, 0.0),
    ("d", 16.0, 8.0),
    ("e", 8.0, 8.0),
    ("f", 0.0, 8.0),
    ("p1", 8.0, -6.0),
    ("p2", 8.0, 14.0),
    ("p3", 20.0, 0.0),
    ("p4", -4.0, 8.0),
];
const WAYS: &str = "a-b b-c c-d d-e e-f f-a b-p1 p1-b e-p2 p2-e c-p3 p3-c f-p4 p4-f";

fn shop(folder: &Path) -> PathBuf {
    let to = folder.join("shop");
    std::fs::create_dir_all(&to).expect("a folder");
    let node = |(name, x, y): &(&str, f64, f64)| json!({"nodeId": name, "nodePosition": {"x": x, "y": y}, "vehicleTypeNodeProperties": [{"vehicleTypeId": "agv"}]});
    let edge = |way: &str| {
        let (from, to) = way.split_once('-').expect("two ends");
        let property = json!([{"vehicleTypeId": "agv", "rotationAllowed": true}]);
        json!({"edgeId": way, "startNodeId": from, "endNodeId": to, "vehicleTypeEdgeProperties": property})
    };
    let park = |name: &str| json!({"stationId": name, "interactionNodeIds": [name], "stationDescription": "parking"});
    let tracks = json!({
        "metaInformation": {"projectIdentification": "t", "creator": "t", "exportTimestamp": "2026-01-01T00:00:00Z",
            "lifVersion": "1.0.0"},
        "layouts": [{"layoutId": "hall", "layoutVersion": "1", "nodes": NODES.iter().map(node).collect::<Vec<_>>(),
            "edges": WAYS.split(' ').map(edge).collect::<Vec<_>>(), "stations": ["p1", "p2", "p3", "p4"].map(park)}],
    });
    std::fs::write(to.join("plant.toml"), PLANT).expect("written");
    std::fs::write(to.join("tracks.lif.json"), tracks.to_string()).expect("written");
    to
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// What does not change once a lot is emptied and its pieces are out.
fn lasting(trace: &Value) -> Value {
    json!([trace["lot"], trace["steps"], trace["back"]])
}

#[test]
fn a_lot_is_found_and_followed_both_ways_before_and_after_a_restart() {
    let folder = scratch("lots");
    let model = shop(&folder).display().to_string();
    let journal = folder.join("j.journal").display().to_string();
    let args = ["rehearse", &model, "--journal", &journal, "--speed", "40"];
    let plant = Plant::start(&args);
    let token = plant.token("viewer");
    // A tray that the printer has emptied.
    let at = |place: &str| plant.get(&token, &format!("/api/v1/lots?place={place}"));
    let mut found = None;
    let tray = plant.until(&token, "a tray at the printer", |_| {
        for lot in list(&at("printer.in"), "lots") {
            found.get_or_insert(lot.clone());
        }
        let id = found.as_ref()?["id"].as_str()?;
        let trace = plant.get(&token, &format!("/api/v1/lots/{id}"));
        trace["lot"]["emptied"].is_i64().then_some(trace)
    });
    let (id, carrier) = (&tray["lot"]["id"], &tray["lot"]["carrier"]);
    // Its way: filled at the press, brought by the vehicle, emptied at the printer.
    let steps = list(&tray, "steps");
    let told: Vec<_> = steps
        .iter()
        .map(|step| (&step["what"], &step["place"]))
        .collect();
    let expected = [
        ("filled", "press.out"),
        ("picked", "press.out"),
        ("dropped", "printer.in"),
        ("emptied", "printer.in"),
    ];
    let expected = expected.map(|(what, place)| (json!(what), json!(place)));
    let expected: Vec<_> = expected.iter().map(|(what, place)| (what, place)).collect();
    assert_eq!(told, expected, "{tray}");
    assert!(
        steps[1]["transport"].is_u64() && steps[1]["transport"] == steps[2]["transport"],
        "{tray}"
    );
    assert_eq!(
        (&steps[1]["vehicle"], &steps[3]["vehicle"]),
        (&steps[2]["vehicle"], &Value::Null)
    );
    // Back: boxes through the press, then the saw and its source. Forth: the sink.
    let back = list(&tray, "back");
    assert_eq!(back.len(), 2, "{tray}");
    assert_eq!(
        (&back[0]["stations"], &back[0]["ends"]),
        (&json!(["press"]), &json!([]))
    );
    assert_eq!(
        (&back[1]["stations"], &back[1]["ends"]),
        (&json!(["saw"]), &json!(["in"]))
    );
    let boxes = list(&back[0], "lots");
    assert!(!boxes.is_empty() && boxes.len() <= 3, "{tray}");
    let forth = list(&tray, "forth");
    assert_eq!(forth.len(), 1, "{tray}");
    assert_eq!(
        (&forth[0]["ends"], &forth[0]["lots"]),
        (&json!(["out"]), &json!([]))
    );
    // The other way: that box has the tray among its children.
    let parent = boxes[0]["lot"]["id"].as_str().expect("an id");
    let whole = plant.get(&token, &format!("/api/v1/lots/{parent}?depth=1"));
    let forth = list(&whole["forth"][0], "lots");
    assert!(
        forth
            .iter()
            .any(|kin| kin["lot"]["id"] == *id && kin["certain"] == boxes[0]["certain"]),
        "{whole}"
    );
    // By carrier, by vehicle and instant.
    let of = |query: &str| plant.get(&token, &format!("/api/v1/lots?{query}"))["lots"].clone();
    let is = |lots: &Value| {
        lots.as_array()
            .is_some_and(|all| all.iter().any(|lot| lot["id"] == *id))
    };
    assert!(is(&of(&format!(
        "carrier={}",
        carrier.as_str().expect("a mark")
    ))));
    let then = steps[1]["at"].as_i64().expect("a time") + 1;
    let vehicle = steps[1]["vehicle"].as_str().expect("a name");
    assert!(is(&of(&format!("place={vehicle}&at={then}"))));
    assert!(!is(&of(&format!("place=press.out&at={then}"))));
    assert!(is(&of(&format!("place=press.out&at={}", then - 2))));
    assert!(!is(&of("place=printer.in")));
    // What is not there.
    let refused = |path: &str, code: &str| {
        let answer = ask(&plant.address, "GET", path, &token, None);
        assert_eq!((answer.status, answer.code()), (404, code), "{path}");
        assert!(answer.json["remedy"].is_string());
    };
    refused("/api/v1/lots?place=nowhere", "lot/place");
    refused("/api/v1/lots/7-7", "lot/unknown");
    let id = id.as_str().expect("an id").to_string();
    let before = lasting(&tray);
    drop(plant);
    let process = Process::start(&args);
    let address = process.after("control centre: http://");
    let plant = Plant {
        cookie: login(&address, "chief", "a long secret word"),
        process,
        address,
    };
    let after = plant.until(&token, "the lot again", |_| {
        let answer = ask(
            &plant.address,
            "GET",
            &format!("/api/v1/lots/{id}"),
            &token,
            None,
        );
        (answer.status == 200).then_some(answer.json)
    });
    assert_eq!(lasting(&after), before);
}
