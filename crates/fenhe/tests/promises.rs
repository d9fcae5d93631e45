//! Promises of a running rehearsal over HTTP: dates that can be worked out by hand, what is reserved, released, at risk
//! and kept when the program is started again.

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{Answer, Plant, ask, scratch};

fn rehearsal(journal: &Path) -> Plant {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/jobs");
    let journal = journal.display().to_string();
    Plant::start(&["rehearse", model, "--journal", &journal, "--speed", "10"])
}

fn post(plant: &Plant, token: &str, path: &str, body: &Value) -> Answer {
    ask(&plant.address, "POST", path, token, Some(body))
}

fn promise(plant: &Plant, token: &str, reference: &str) -> Option<Value> {
    let all = plant.get(token, "/api/v1/promises");
    let mut all = all["promises"].as_array().expect("rows").iter();
    all.find(|row| row["reference"] == reference).cloned()
}

/// Once its paths are run.
fn looked(plant: &Plant, token: &str, reference: &str) -> Value {
    plant.until(token, "its paths", |_| {
        promise(plant, token, reference).filter(|row| row["looking"] == false)
    })
}

fn asked(plant: &Plant, token: &str, reference: &str) -> Value {
    let due = "2026-01-01T02:40:00Z";
    let body = json!({"reference": reference, "product": "job", "quantity": "60", "due": due});
    let answer = post(plant, token, "/api/v1/promises", &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

fn seconds(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}")) / 1e6
}

#[test]
fn a_date_is_asked_for_reserved_released_and_endangered() {
    let folder = scratch("dates");
    let journal = folder.join("j.journal");
    let plant = rehearsal(&journal);
    let [viewer, boss] = ["viewer", "supervisor"].map(|role| plant.token(role));
    plant.until(&viewer, "five pieces", |view| {
        (view["orders"][0]["done"].as_u64() >= Some(5)).then_some(())
    });
    // Two hours of work are promised: the plan has sixty pieces done after two hours and a half, and so have all paths.
    let plan = asked(&plant, &viewer, "C");
    assert!((seconds(&plan["plan"]) - 9_000.0).abs() < 90.0, "{plan}");
    assert_eq!(
        (&plan["state"], &plan["full"]),
        (&json!("inquiry"), &Value::Null)
    );
    assert_eq!(plan["binding"]["stations"], json!(["s"]), "{plan}");
    let done = looked(&plant, &viewer, "C");
    assert!((seconds(&done["full"]) - 9_000.0).abs() < 60.0, "{done}");
    assert_eq!(
        (&done["probability"]["n"], &done["by_due"]["share"]),
        (&json!(20), &json!(1.0))
    );
    assert!(done["probability"]["share"].as_f64() >= Some(0.5), "{done}");
    let reserve = json!({"do": "quote", "minutes": 600});
    let refused = post(&plant, &viewer, "/api/v1/promises/C", &reserve);
    assert_eq!(refused.status, 403, "{refused:?}");
    let quoted = post(&plant, &boss, "/api/v1/promises/C", &reserve);
    assert_eq!(
        (quoted.status, &quoted.json["state"]),
        (200, &json!("quoted"))
    );
    // A second one comes behind what is reserved; the first keeps its date.
    asked(&plant, &viewer, "D");
    let second = looked(&plant, &viewer, "D");
    assert!(
        (seconds(&second["full"]) - 10_800.0).abs() < 60.0,
        "{second}"
    );
    assert_eq!(second["by_due"]["share"], 0.0, "{second}");
    let firm = post(
        &plant,
        &boss,
        "/api/v1/promises/C",
        &json!({"do": "confirm"}),
    );
    assert_eq!(
        (firm.status, &firm.json["full"]),
        (200, &done["full"]),
        "{firm:?}"
    );
    let orders = plant.get(&viewer, "/api/v1/orders");
    let orders = orders.as_array().expect("orders");
    let order = orders.iter().find(|row| row["reference"] == "C");
    assert_eq!(order.expect("released")["quantity"], 60);
    for (body, status, code) in [
        (
            json!({"reference": "C", "product": "job", "quantity": "1"}),
            409,
            "promise/exists",
        ),
        (
            json!({"reference": "A", "product": "job", "quantity": "1"}),
            409,
            "order/exists",
        ),
        (
            json!({"reference": "E", "product": "jobs", "quantity": "1"}),
            404,
            "product/unknown",
        ),
        (
            json!({"reference": "E", "product": "job", "quantity": "2 t"}),
            422,
            "promise/quantity",
        ),
    ] {
        let answer = post(&plant, &viewer, "/api/v1/promises", &body);
        assert_eq!((answer.status, answer.code()), (status, code), "{body}");
    }
    // The station stands: what was promised is at risk, and an alarm says so before the date.
    let held = json!({"act": "hold_station", "revision": 1, "station": "s", "reason": "belt"});
    let view = plant.get(&viewer, "/api/v1/view");
    let mut held = held;
    held["revision"] = view["stations"][0]["revision"].clone();
    assert_eq!(plant.act(&boss, held).status, 200);
    let gone = post(
        &plant,
        &boss,
        "/api/v1/promises/D",
        &json!({"do": "withdraw"}),
    );
    assert_eq!(&gone.json["state"], "withdrawn", "{gone:?}");
    let alarm = |view: &Value| {
        let mut all = view["alarms"].as_array()?.iter();
        all.find(|row| row["code"] == "promise_at_risk").cloned()
    };
    let raised = plant.until(&viewer, "the alarm", alarm);
    assert_eq!(
        (&raised["object"], &raised["wrong"]),
        (&json!("order C"), &json!(true))
    );
    let risk = promise(&plant, &viewer, "C").expect("there");
    assert_eq!(
        (&risk["at_risk"], &risk["now"]["share"]),
        (&json!(true), &json!(0.0)),
        "{risk}"
    );
    assert_eq!(risk["full"], done["full"], "its date stands");
    // Started again, all of it is there.
    drop(plant);
    // A first admin is made only once: this one is made anew.
    std::fs::remove_file(folder.join("j.journal.accounts")).expect("accounts");
    let plant = rehearsal(&journal);
    let viewer = plant.token("viewer");
    let again = promise(&plant, &viewer, "C").expect("kept");
    for field in ["state", "full", "probability", "at_risk", "orders"] {
        assert_eq!(again[field], risk[field], "{field}");
    }
    assert!(alarm(&plant.get(&viewer, "/api/v1/view")).is_some());
    let _ = std::fs::remove_dir_all(folder);
}
