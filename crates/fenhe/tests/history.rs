//! The past of a running rehearsal over HTTP: the picture rebuilt from the journal is the one that was shown at
//! that instant, the feed the one that was sent, before and after a restart.

mod support;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use support::{LONG, Plant, Process, ask, login, scratch, workshop};

/// So many plant seconds a second.
const SPEED: i64 = 30;
/// What only a look at the loop shows is shown so late at most [us of the plant], on a busy machine.
const LOOKS: i64 = SPEED * 5_000_000;

/// The rehearsal stands; the picture when it does.
fn paused(plant: &Plant, token: &str) -> Value {
    turn(plant, token, "pause");
    let mut last = Value::Null;
    plant.until(token, "a picture at rest", |view| {
        let same = last["digest"] == view["digest"] && last["time"] == view["time"];
        last = view.clone();
        std::thread::sleep(std::time::Duration::from_millis(600));
        same.then(|| view.clone())
    })
}

fn turn(plant: &Plant, token: &str, act: &str) {
    let revision = plant.get(token, "/api/v1/view")["revision"].clone();
    let answer = plant.act(token, json!({"act": act, "revision": revision}));
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// What must be the same: all but numbers of this run of the program, and how the clock is run.
fn comparable(view: &Value) -> Value {
    let mut view = view.clone();
    for key in ["seq", "revision", "mode"] {
        view[key] = Value::Null;
    }
    for list in [
        "stations",
        "vehicles",
        "transports",
        "orders",
        "alarms",
        "access",
    ] {
        for row in view[list].as_array_mut().expect(list) {
            row["revision"] = Value::Null;
            if list == "transports" || list == "access" {
                // Told to a look.
                row["since"] = Value::Null;
            }
            if list == "access" {
                row["by"] = Value::Null;
            }
        }
    }
    view
}

fn same(live: &Value, past: &Value) {
    let (one, other) = (comparable(live), comparable(past));
    for (key, value) in one.as_object().expect("a picture") {
        if let (Some(rows), Some(others)) = (value.as_array(), other[key].as_array()) {
            for (row, other) in rows.iter().zip(others) {
                assert_eq!(row, other, "{key} at {}", live["time"]);
            }
            assert_eq!(rows.len(), others.len(), "{key} at {}", live["time"]);
        } else {
            assert_eq!(value, &other[key], "{key} at {}", live["time"]);
        }
    }
    let since = |view: &Value| -> BTreeMap<i64, i64> {
        let rows = view["transports"].as_array().expect("transports");
        let pair = |row: &Value| Some((row["id"].as_i64()?, row["since"].as_i64()?));
        rows.iter().filter_map(pair).collect()
    };
    let others = since(past);
    for (id, at) in since(live) {
        assert!((others[&id] - at).abs() <= LOOKS, "transport {id}");
    }
}

/// Items of the live feed from a number on, up to another one.
fn live_feed(plant: &Plant, token: &str, from: u64, to: u64) -> Vec<Value> {
    let mut socket = TcpStream::connect(&plant.address).expect("the server is there");
    socket.set_read_timeout(Some(LONG)).expect("a socket");
    let head = format!(
        "GET /api/v1/feed?from={from} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
         connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        plant.address
    );
    socket.write_all(head.as_bytes()).expect("sent");
    let mut byte = [0];
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte).expect("an answer");
        answer.push(byte[0]);
    }
    let mut items: Vec<Value> = Vec::new();
    while items
        .last()
        .is_none_or(|item| item["seq"].as_u64() < Some(to))
    {
        let mut head = [0; 2];
        socket.read_exact(&mut head).expect("a frame");
        let bytes = match head[1] {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mut length = [0; 8];
        socket
            .read_exact(&mut length[8 - bytes..])
            .expect("a length");
        let length = match bytes {
            0 => u64::from(head[1]),
            _ => u64::from_be_bytes(length),
        };
        let mut body = vec![0; length as usize];
        socket.read_exact(&mut body).expect("a body");
        if head[0] & 0x0f == 1 {
            let many: Vec<Value> = serde_json::from_slice(&body).expect("items");
            items.extend(many);
        }
    }
    items.retain(|item| item["seq"].as_u64() <= Some(to));
    items
}

/// Items of a kind without their numbers, in order.
fn of(items: &[Value], kind: &str) -> Vec<Value> {
    let of = items.iter().filter(|item| item["type"] == kind);
    let plain = of.cloned().map(|mut item| {
        item["seq"] = Value::Null;
        item["view"]["revision"] = Value::Null;
        item
    });
    plain.collect()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value}"))
}

/// What a page shows that began with a picture and followed items: its vehicles' transports, and all open ones.
fn followed(view: &Value, items: &[Value]) -> (Vec<Value>, BTreeMap<i64, Value>) {
    let list = |key: &str| view[key].as_array().expect("rows").clone();
    let mut vehicles = list("vehicles");
    let open = list("transports").into_iter();
    let mut open: BTreeMap<i64, Value> = open.map(|row| (number(&row["id"]), row)).collect();
    for item in items {
        match item["type"].as_str() {
            Some("vehicle") => {
                // It tells of transports what those told themselves.
                let row = &mut vehicles[number(&item["vehicle"]) as usize];
                assert_eq!(item["view"]["transport"], row["transport"], "{item}");
                *row = item["view"].clone();
            }
            Some("transport") => {
                let before = match item["state"] == "done" {
                    true => open.remove(&number(&item["id"])),
                    false => open.insert(number(&item["id"]), item.clone()),
                };
                for name in [&item["vehicle"], &before.unwrap_or_default()["vehicle"]] {
                    let first = open.iter().find(|(_, row)| row["vehicle"] == *name);
                    let first = first.map_or(Value::Null, |(id, _)| json!(id));
                    let own = vehicles.iter_mut().find(|row| row["name"] == *name);
                    if let Some(row) = own {
                        row["transport"] = first;
                    }
                }
            }
            _ => {}
        }
    }
    let busy = vehicles.into_iter().map(|row| row["transport"].clone());
    let plain = open.into_iter().map(|(id, row)| {
        let keys = ["from", "to", "vehicle", "state"].map(|key| row[key].clone());
        (id, json!(keys))
    });
    (busy.collect(), plain.collect())
}

/// Once all marks are there.
fn history(plant: &Plant, token: &str) -> Value {
    plant.until(token, "all of the past", |_| {
        let found = plant.get(token, "/api/v1/history");
        (found["seen"] == found["to"]).then_some(found)
    })
}

fn past(plant: &Plant, token: &str, at: &Value) -> Value {
    plant.get(token, &format!("/api/v1/history/view?at={at}"))
}

#[test]
fn the_past_is_what_was_shown() {
    let folder = scratch("history");
    let (model, journal) = (workshop(&folder), folder.join("j.journal"));
    let text = |path: &std::path::Path| path.display().to_string();
    let speed = SPEED.to_string();
    let args = [
        "rehearse",
        &text(&model),
        "--journal",
        &text(&journal),
        "--speed",
        &speed,
    ];
    let plant = Plant::start(&args);
    let token = plant.token("engineer");
    let seen = plant.token("viewer");
    let order = json!({"reference": "A-1", "product": "cell", "quantity": 50, "due": "2030-01-01T00:00:00Z"});
    let made = ask(
        &plant.address,
        "POST",
        "/api/v1/orders",
        &token,
        Some(&order),
    );
    assert_eq!(made.status, 200, "{made:?}");
    let mut shown = Vec::new();
    for _ in 0..3 {
        let from = plant.get(&seen, "/api/v1/view");
        plant.until(&seen, "some minutes", |view| {
            (number(&view["time"]) > number(&from["time"]) + 100_000_000).then_some(())
        });
        shown.push(paused(&plant, &token));
        turn(&plant, &token, "go_on");
    }
    shown.push(paused(&plant, &token));
    let found = history(&plant, &seen);
    let marks = found["marks"].as_array().expect("marks");
    let released = |mark: &&Value| mark["object"] == "order A-1" && mark["code"] == "released";
    assert_eq!(marks.iter().filter(released).count(), 1, "{marks:?}");
    for view in &shown {
        assert!(
            !view["transports"]
                .as_array()
                .expect("transports")
                .is_empty()
        );
        same(view, &past(&plant, &seen, &view["time"]));
    }
    // The same feed, item by item.
    let window = format!("from={}&until={}", shown[0]["time"], shown[3]["time"]);
    let told = plant.get(&seen, &format!("/api/v1/history/feed?{window}"));
    let told = told.as_array().expect("items");
    let number_of = |view: &Value| view["seq"].as_u64().expect("a number");
    let live = live_feed(
        &plant,
        &seen,
        number_of(&shown[0]) + 1,
        number_of(&shown[3]),
    );
    assert!(of(&live, "motion").len() > 100, "vehicles moved");
    for kind in ["motion", "station"] {
        assert_eq!(of(&live, kind), of(told, kind), "{kind}");
    }
    // Whoever followed it from the first picture shows the last one, live and in the past.
    let last = followed(&shown[3], &[]);
    assert_eq!(followed(&shown[0], &live), last, "live");
    assert_eq!(followed(&shown[0], told), last, "past");
    refusals(&plant, &seen, &found);
    lines(&plant, &seen, &shown);
    // Another run of the program tells the same of the time before it.
    drop(plant);
    let process = Process::start(&args);
    let address = process.after("control centre: http://");
    let plant = Plant {
        cookie: login(&address, "chief", "a long secret word"),
        process,
        address,
    };
    history(&plant, &seen);
    for view in &shown {
        same(view, &past(&plant, &seen, &view["time"]));
    }
    let _ = std::fs::remove_dir_all(folder);
}

fn refusals(plant: &Plant, token: &str, found: &Value) {
    let refused = |path: &str, status: u16, code: &str| {
        let answer = ask(&plant.address, "GET", path, token, None);
        assert_eq!((answer.status, answer.code()), (status, code), "{path}");
        assert!(answer.json["remedy"].is_string());
    };
    refused("/api/v1/history/view?at=-5", 404, "history/outside");
    let later = number(&found["to"]) + 3_600_000_000;
    refused(
        &format!("/api/v1/history/view?at={later}"),
        404,
        "history/outside",
    );
    refused(
        "/api/v1/history/feed?from=0&until=600000001",
        422,
        "history/window",
    );
    refused("/api/v1/history/feed?from=9&until=8", 422, "history/window");
    refused("/api/v1/timelines?station=nobody", 404, "station/unknown");
    refused("/api/v1/history/view", 400, "request/query");
}

/// Time lines have no gaps, end as the picture was, and the terms add up.
fn lines(plant: &Plant, token: &str, shown: &[Value]) {
    let last = &shown[shown.len() - 1];
    let (from, until) = (number(&shown[0]["time"]), number(&last["time"]));
    let found = plant.get(
        token,
        &format!("/api/v1/timelines?from={from}&until={until}"),
    );
    for (list, rows) in [
        ("stations", &last["stations"]),
        ("vehicles", &last["vehicles"]),
    ] {
        let lines = found[list].as_array().expect("lines");
        assert_eq!(lines.len(), rows.as_array().expect("rows").len());
        for (line, row) in lines.iter().zip(rows.as_array().expect("rows")) {
            let intervals = line["intervals"].as_array().expect("intervals");
            assert_eq!(intervals[0]["from"], from, "{line}");
            assert_eq!(
                intervals[intervals.len() - 1]["until"],
                found["until"],
                "{line}"
            );
            // What changed at the very instant of the picture has no length yet.
            let last = &intervals[intervals.len() - 1];
            assert!(
                last["state"] == row["state"] || row["since"] == found["until"],
                "{line}, {row}"
            );
            for pair in intervals.windows(2) {
                assert_eq!(pair[0]["until"], pair[1]["from"]);
                assert_ne!(pair[0]["state"], pair[1]["state"]);
            }
            if let Some(oee) = line["oee"].as_object() {
                let term = |name: &str| oee[name].as_f64().expect(name);
                let busy = term("production_time_s")
                    + term("down_time_s")
                    + term("setup_time_s")
                    + term("delay_time_s");
                assert!((busy - term("planned_busy_time_s")).abs() < 1e-6, "{oee:?}");
            }
        }
    }
    let one = plant.get(token, "/api/v1/timelines?station=L1-texture.bench");
    assert_eq!(one["stations"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["vehicles"], json!([]));
    let orders = plant.get(token, "/api/v1/timelines/orders");
    let all = orders["orders"].as_array().expect("orders");
    let found = all.iter().find(|order| order["reference"] == "A-1");
    let found = found.unwrap_or_else(|| panic!("{all:?}"));
    let rows = last["orders"].as_array().expect("orders");
    let view = rows.iter().find(|row| row["reference"] == "A-1");
    let view = view.expect("the order");
    let points = found["points"].as_array().expect("points");
    assert_eq!(
        points[points.len() - 1]["entered"],
        view["entered"],
        "{points:?}"
    );
}
