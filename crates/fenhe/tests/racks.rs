//! The automated store of the strip plant over HTTP on a running rehearsal: what stands where, what its cranes do, and a
//! stock-take that finds a coil in another slot.

mod support;

use serde_json::{Value, json};
use support::{Answer, Plant, ask, scratch};

fn count(plant: &Plant, token: &str, slot: &Value, carrier: &Value) -> Answer {
    let act = json!({"act": "count_slot", "slot": slot["name"], "carrier": carrier, "revision": slot["revision"]});
    ask(
        &plant.address,
        "POST",
        "/api/v1/commands",
        token,
        Some(&act),
    )
}

fn slots(plant: &Plant, token: &str, aisle: &Value) -> Vec<Value> {
    let name = aisle["name"].as_str().expect("a name");
    let found = plant.get(token, &format!("/api/v1/racks/{name}"));
    found["slots"].as_array().expect("slots").clone()
}

fn slot(plant: &Plant, token: &str, aisle: &Value, name: &Value) -> Value {
    let all = slots(plant, token, aisle);
    let found = all.into_iter().find(|slot| slot["name"] == *name);
    found.expect("this slot")
}

#[test]
fn racks_are_shown_and_a_stock_take_moves_a_coil_in_the_books() {
    let folder = scratch("racks");
    let journal = folder.join("j.journal").display().to_string();
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plants/tisco-strip");
    let begin = ["rehearse", model, "--journal", &journal];
    let plant = Plant::start(&[&begin[..], &["--warm-up", "3d"]].concat());
    let [viewer, operator] = ["viewer", "operator"].map(|role| plant.token(role));
    let racks = plant.get(&viewer, "/api/v1/racks");
    let rack = &racks["racks"][0];
    let aisles = rack["aisles"].as_array().expect("aisles");
    assert_eq!((rack["name"].as_str(), aisles.len()), (Some("store"), 2));
    let mut filled = 0;
    for aisle in aisles {
        let all = slots(&plant, &viewer, aisle);
        let full = all.iter().filter(|slot| !slot["load"].is_null()).count();
        assert_eq!(aisle["slots"], json!(all.len()));
        assert_eq!(aisle["filled"], json!(full));
        filled += full as u64;
    }
    let stock = rack["stock"].as_array().expect("stock").iter();
    let carriers: u64 = stock.filter_map(|row| row["carriers"].as_u64()).sum();
    assert!(filled > 20, "a store that works for days: {filled}");
    assert_eq!(carriers, filled);

    // Somebody finds the slot of a coil empty, and the coil in another one.
    let idle = aisles.iter().find(|aisle| aisle["state"] == "idle");
    let aisle = idle.unwrap_or(&aisles[0]);
    let all = slots(&plant, &viewer, aisle);
    let coil = |slot: &&Value| slot["load"]["product"].is_string();
    let from = all.iter().find(coil).expect("a coil").clone();
    let to = all.iter().rfind(|slot| slot["load"].is_null());
    let to = to.expect("an empty slot").clone();
    let mark = &from["load"]["carrier"];
    assert_eq!(count(&plant, &viewer, &from, &Value::Null).status, 403);
    let done = count(&plant, &operator, &from, &Value::Null);
    assert_eq!(done.status, 200, "{done:?}");
    let missing = &plant.get(&viewer, "/api/v1/racks")["missing"];
    assert_eq!(*missing, json!([mark]));
    assert!(slot(&plant, &viewer, aisle, &from["name"])["load"].is_null());
    let stale = count(&plant, &operator, &from, &Value::Null);
    assert_eq!(
        (stale.status, &stale.json["code"]),
        (409, &json!("act/stale"))
    );
    let done = count(&plant, &operator, &to, mark);
    assert_eq!(done.status, 200, "{done:?}");
    let found = slot(&plant, &viewer, aisle, &to["name"]);
    for what in ["carrier", "product", "count", "next"] {
        assert_eq!(found["load"][what], from["load"][what], "{found}");
    }
    assert_eq!(plant.get(&viewer, "/api/v1/racks")["missing"], json!([]));

    // What makes no sense is told so.
    let nowhere = json!({"name": "store-1.99-1-1-1", "revision": 0});
    let answer = count(&plant, &operator, &nowhere, &Value::Null);
    assert_eq!(
        (answer.status, &answer.json["code"]),
        (404, &json!("slot/unknown"))
    );
    let answer = count(&plant, &operator, &found, &json!("coil"));
    assert_eq!(
        (answer.status, &answer.json["code"]),
        (422, &json!("act/carrier"))
    );
}
