//! Lots of a running rehearsal over HTTP: found by place and carrier, followed both ways, and the same after a restart.

#[path = "../support/mod.rs"]
mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{Plant, Process, ask, login, scratch};

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
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lots/shop");
    let model = model.display().to_string();
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
