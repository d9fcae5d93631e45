//! Acts on a running plant.

use crate::client::Served;
use fenhe_server::{Role, View};
use serde_json::json;
use std::time::Duration;

async fn view(served: &Served) -> View {
    let answer = served.ask(Role::Viewer, "GET", "/api/v1/view", None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_value(answer.json).expect("a view")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_moves_and_its_parts_are_those_of_the_plant() {
    let served = Served::new().await;
    let first = view(&served).await;
    let plant = crate::engine::plant();
    assert_eq!(first.vehicles.len(), plant.vehicles.len());
    assert_eq!(first.stations.len(), plant.stations.len());
    assert_eq!(first.plant_hash, plant.hash.to_string());
    let mut last = first.clone();
    while last.transports.is_empty() || last.digest == first.digest {
        tokio::time::sleep(Duration::from_millis(50)).await;
        last = view(&served).await;
    }
    assert!(last.time > first.time && last.seq > first.seq);
    let name = &last.vehicles[0].name;
    let path = format!("/api/v1/vehicles/{name}");
    let one = served.ask(Role::Viewer, "GET", &path, None).await;
    assert_eq!(
        (one.status, one.json["name"].as_str()),
        (200, Some(name.as_str()))
    );
    let none = served
        .ask(Role::Viewer, "GET", "/api/v1/stations/none", None)
        .await;
    assert_eq!((none.status, none.code()), (404, "station/unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_act_is_refused_and_a_done_one_is_written_with_before_and_after() {
    let served = Served::new().await;
    let vehicle = view(&served).await.vehicles[3].clone();
    let act = json!({"act": "hold_vehicle", "vehicle": vehicle.name, "reason": "wheel", "revision": vehicle.revision});
    let post = |body| served.ask(Role::Operator, "POST", "/api/v1/commands", Some(body));
    let done = post(act.clone()).await;
    assert_eq!(
        (done.status, &done.json["to"]),
        (200, &json!(true)),
        "{done:?}"
    );
    assert!(view(&served).await.vehicles[3].held);
    let stale = post(act).await;
    assert_eq!((stale.status, stale.code()), (409, "act/stale"));
    assert_eq!(stale.json["current"], json!(vehicle.revision + 1));
    let lines = served.audit("hold_vehicle").await;
    let [done, stale] = &lines[..] else {
        panic!("two lines: {lines:?}")
    };
    assert_eq!((&done.from, &done.to), (&json!(false), &json!(true)));
    assert_eq!(done.who.as_deref(), Some("t-operator"));
    assert_eq!(done.address, "127.0.0.1");
    assert_eq!(done.object, Some(format!("vehicle {}", vehicle.name)));
    assert_eq!(
        (done.refused.as_deref(), stale.refused.as_deref()),
        (None, Some("act/stale"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_into_the_plant_once() {
    let served = Served::new().await;
    let order = json!({"reference": "SO-17", "product": "cell", "quantity": 50, "due": "2026-12-31T16:00:00+08:00"});
    let post = |body| served.ask(Role::Supervisor, "POST", "/api/v1/orders", Some(body));
    assert_eq!(post(order.clone()).await.status, 200);
    assert_eq!(post(order).await.status, 200, "again changes nothing");
    let other = json!({"reference": "SO-17", "product": "cell", "quantity": 51, "due": "2026-12-31T16:00:00+08:00"});
    let other = post(other).await;
    assert_eq!((other.status, other.code()), (409, "order/exists"));
    let bad = json!({"reference": "SO-18", "product": "sell", "quantity": 1, "due": "2026-12-31T16:00:00+08:00"});
    let bad = post(bad).await;
    assert_eq!((bad.status, bad.code()), (404, "product/unknown"));
    let bad = json!({"reference": "SO-18", "product": "cell", "quantity": 0, "due": "2026-12-31T16:00:00+08:00"});
    assert_eq!(post(bad).await.code(), "act/range");
    let bad = json!({"reference": "SO-18", "product": "cell", "quantity": 1, "due": "tomorrow"});
    assert_eq!(post(bad).await.code(), "request/time");
    let orders = view(&served).await.orders;
    assert_eq!(orders.len(), 1);
    assert_eq!(
        (orders[0].entered, orders[0].quantity),
        (50, 50),
        "room for all at once"
    );
}
