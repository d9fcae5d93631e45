//! Orders are held, cancelled and put forward.

use super::*;

pub fn orders(plant: &Plant, viewer: &str, boss: &str) {
    let due = "2099-01-01T00:00:00Z";
    for reference in ["A", "B", "C"] {
        let body = json!({"reference": reference, "product": "cell", "quantity": 1000, "due": due});
        let made = ask(&plant.address, "POST", "/api/v1/orders", boss, Some(&body));
        assert_eq!(made.status, 200, "{made:?}");
    }
    let entered = |view: &Value, name: &str| {
        row(view, "orders", "reference", &json!(name))["entered"]
            .as_u64()
            .unwrap_or(0)
    };
    let view = plant.get(viewer, "/api/v1/view");
    assert_eq!(
        (entered(&view, "A"), entered(&view, "B")),
        (400, 0),
        "400 fit in"
    );
    let act = |word: &str, name: &str| {
        let act = json!({"act": word, "order": name, "priority": 1});
        obey(plant, boss, act, ("orders", "reference"), &json!(name))
    };
    assert_eq!(act("hold_order", "A")["to"], json!(true));
    assert_eq!(act("prioritise_order", "C")["to"], json!(1));
    let done = act("cancel_order", "B");
    assert_eq!(done["to"]["cancelled"], json!(1000), "{done}");
    let view = plant.get(viewer, "/api/v1/view");
    let order = |name: &str| row(&view, "orders", "reference", &json!(name)).clone();
    assert_eq!(
        (&order("A")["held"], &order("C")["held"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&order("A")["priority"], &order("C")["priority"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(act("resume_order", "A")["to"], json!(false));
    let gone = json!({"act": "hold_order", "order": "B", "revision": 2});
    refused(plant, boss, gone, "order/all-in");
    refused(
        plant,
        boss,
        json!({"act": "hold_order", "order": "X", "revision": 1}),
        "order/unknown",
    );
    refused(
        plant,
        boss,
        json!({"act": "hold_order", "order": "A", "revision": 99}),
        "act/stale",
    );
}

/// Orders keep their references, and tokens their rights, over a kill.
pub fn after_a_kill(path: &str, journal: &str, (viewer, boss): (&str, &str)) {
    let process = Process::start(&[
        "run",
        path,
        "--broker",
        "127.0.0.1:9",
        "--journal",
        journal,
        "--port",
        "0",
    ]);
    let address = process.after("control centre: http://");
    let orders = ask(&address, "GET", "/api/v1/orders", viewer, None).json;
    let order = |name: &str| {
        let rows = orders.as_array().expect("orders").iter();
        rows.clone()
            .find(|row| row["reference"] == json!(name))
            .cloned()
            .unwrap_or(Value::Null)
    };
    assert_eq!(
        (&order("A")["entered"], &order("B")["cancelled"]),
        (&json!(400), &json!(1000)),
        "{orders}"
    );
    assert_eq!(order("C")["priority"], json!(1));
    let again = |quantity: u32| {
        let body = json!({"reference": "A", "product": "cell", "quantity": quantity, "due": "2099-01-01T00:00:00Z"});
        ask(&address, "POST", "/api/v1/orders", boss, Some(&body))
    };
    assert_eq!(
        again(1000).json["from"]["reference"],
        json!("A"),
        "again changes nothing"
    );
    assert_eq!(again(1001).code(), "order/exists");
}
