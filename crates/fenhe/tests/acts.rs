//! Acts of people over HTTP on a running rehearsal: each shows in the picture, stands in the audit with
//! who and what, and is a fact of the journal, so that a replay comes to the same state.

mod support;

use fenhe_contract::*;
use fenhe_live::kept;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use support::{Plant, Process, ask, scratch, workshop};

/// Entry and digest of a status line.
fn status(line: &str) -> Option<(u64, String)> {
    let after = |word: &str| line.split_once(word)?.1.split([' ', ',']).next();
    Some((after("entry ")?.parse().ok()?, after("state ")?.to_string()))
}

/// State after an entry as a replay of the journal comes to it, and how many facts are acts of people.
fn replayed(folder: &Path, journal: &str, at: u64) -> (Option<String>, BTreeMap<String, u32>) {
    let files = fenhe_study::read_folder(folder).expect("a folder");
    let plant = Arc::new(
        fenhe_plant::load("jinneng-cells", &files)
            .expect("a plant")
            .0,
    );
    let mut journal = fenhe_journal::look(journal).expect("a journal");
    let (mut digest, mut acts) = (None, BTreeMap::new());
    let hear =
        &mut |seq: u64, _: Time, fact: &Event, _: &Commands, core: &fenhe_control::Controller| {
            let word = match fact {
                Event::Operator(act) => format!("{act:?}"),
                Event::Access(_, act) => format!("{act:?}"),
                Event::OutOfService(..) => "OutOfService".to_string(),
                Event::Order(_) => "Order".to_string(),
                _ => String::new(),
            };
            let word = word
                .split(['(', ' '])
                .next()
                .unwrap_or_default()
                .to_string();
            *acts.entry(word).or_default() += 1;
            if seq == at {
                digest = Some(core.digest().to_string());
            }
        };
    let found = kept::replay(journal.as_mut(), &plant, hear).expect("it replays");
    assert_eq!(found.differs, None, "every kept digest comes out the same");
    (digest, acts)
}

fn row<'a>(view: &'a Value, list: &str, key: &str, name: &Value) -> &'a Value {
    let rows = view[list].as_array().expect("a list");
    rows.iter()
        .find(|row| row[key] == *name)
        .unwrap_or(&Value::Null)
}

/// Does an act with the revision that its object has now.
fn obey(
    plant: &Plant,
    token: &str,
    mut act: Value,
    (list, key): (&str, &str),
    name: &Value,
) -> Value {
    for _ in 0..50 {
        let view = plant.get(token, "/api/v1/view");
        act["revision"] = match list {
            "" => view["revision"].clone(),
            list => row(&view, list, key, name)["revision"].clone(),
        };
        let answer = plant.act(token, act.clone());
        if answer.code() != "act/stale" {
            assert_eq!(answer.status, 200, "{act}: {answer:?}");
            return answer.json;
        }
    }
    panic!("{act}: always stale");
}

fn refused(plant: &Plant, token: &str, act: Value, code: &str) {
    let answer = plant.act(token, act.clone());
    assert_eq!(answer.code(), code, "{act}: {answer:?}");
}

#[test]
fn what_people_order_is_done_shown_audited_and_replayed() {
    let folder = scratch("acts");
    let plant_folder = workshop(&folder);
    let journal = folder.join("journal").display().to_string();
    let path = plant_folder.display().to_string();
    let args = [
        "rehearse",
        &path,
        "--journal",
        &journal,
        "--speed",
        "20",
        "--port",
        "0",
    ];
    let plant = Plant::start(&args);
    let (viewer, boss) = (plant.token("viewer"), plant.token("supervisor"));
    let engineer = plant.token("engineer");
    plant.until(&viewer, "vehicles linked", |view| {
        let rows = view["vehicles"].as_array()?;
        rows.iter()
            .all(|row| row["link"] == json!(true))
            .then_some(())
    });
    orders(&plant, &viewer, &boss);
    vehicles(&plant, &viewer, &boss);
    stations(&plant, &viewer, &boss);
    access(&plant, &viewer, &boss);
    service(&plant, &viewer, &boss);
    clock(&plant, &viewer, &engineer);
    audit(&plant, &viewer, &boss);
    let last = plant.process.wait("a line of status", status);
    drop(plant);
    let (digest, acts) = replayed(&plant_folder, &journal, last.0);
    assert_eq!(
        digest.as_ref(),
        Some(&last.1),
        "the replay obeys the same words"
    );
    after_a_kill(&path, &journal, (&viewer, &boss));
    for word in [
        "Order",
        "HoldOrder",
        "CancelOrder",
        "Prioritise",
        "HoldVehicle",
        "HoldStation",
        "Send",
    ] {
        assert!(acts.contains_key(word), "{word}: {acts:?}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}

fn orders(plant: &Plant, viewer: &str, boss: &str) {
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
fn after_a_kill(path: &str, journal: &str, (viewer, boss): (&str, &str)) {
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
    let address = process.after("status page: http://");
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

fn vehicles(plant: &Plant, viewer: &str, boss: &str) {
    let by = ("vehicles", "name");
    // One that drives: it stops at the end of its base and stands until it may go on.
    let name = plant.until(viewer, "a vehicle under way", |view| {
        let rows = view["vehicles"].as_array()?;
        let drives = |row: &&Value| !row["edge"].is_null() && !row["transport"].is_null();
        Some(rows.iter().find(drives)?["name"].clone())
    });
    let act = json!({"act": "hold_vehicle", "vehicle": name, "reason": "a wheel squeaks"});
    obey(plant, boss, act, by, &name);
    let stood = plant.until(viewer, "it stands", |view| {
        let row = row(view, "vehicles", "name", &name);
        assert_eq!(
            (&row["by_word"], &row["held"]),
            (&json!(true), &json!(true))
        );
        row["edge"]
            .is_null()
            .then(|| (row["node"].clone(), view["time"].as_i64()))
    });
    plant.until(viewer, "two minutes of the plant", |view| {
        let row = row(view, "vehicles", "name", &name);
        assert_eq!(
            (&row["node"], &row["edge"]),
            (&stood.0, &Value::Null),
            "it goes nowhere"
        );
        (view["time"].as_i64()? > stood.1? + 120_000_000).then_some(())
    });
    obey(
        plant,
        boss,
        json!({"act": "resume_vehicle", "vehicle": name}),
        by,
        &name,
    );
    plant.until(viewer, "it goes on", |view| {
        (row(view, "vehicles", "name", &name)["node"] != stood.0).then_some(())
    });
    sent(plant, viewer, boss);
    refused(
        plant,
        boss,
        json!({"act": "hold_vehicle", "vehicle": "no", "reason": "r", "revision": 1}),
        "vehicle/unknown",
    );
}

fn sent(plant: &Plant, viewer: &str, boss: &str) {
    let by = ("vehicles", "name");
    let model = plant.get(viewer, "/api/v1/plant");
    let taken = plant.get(viewer, "/api/v1/view");
    let taken: Vec<Value> = taken["vehicles"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["node"].clone())
        .collect();
    let nodes = model["nodes"].as_array().expect("nodes");
    let free = |row: &&Value| {
        let name = row["name"].as_str().unwrap_or_default();
        name.starts_with("park-") && !taken.contains(&row["name"])
    };
    let target = nodes.iter().rev().find(free).expect("a free bay")["name"].clone();
    let name = json!(model["vehicles"][0]["name"]);
    let act = json!({"act": "send_vehicle", "vehicle": name, "to": {"node": target}});
    obey(plant, boss, act, by, &name);
    plant.until(viewer, "it is where it was sent", |view| {
        let row = row(view, "vehicles", "name", &name);
        assert_eq!(row["sent"], target);
        (row["node"] == target && row["edge"].is_null()).then_some(())
    });
    obey(
        plant,
        boss,
        json!({"act": "resume_vehicle", "vehicle": name}),
        by,
        &name,
    );
    let view = plant.get(viewer, "/api/v1/view");
    assert_eq!(row(&view, "vehicles", "name", &name)["sent"], Value::Null);
    obey(
        plant,
        boss,
        json!({"act": "send_vehicle", "vehicle": name, "to": "charger"}),
        by,
        &name,
    );
    plant.until(viewer, "it charges", |view| {
        (row(view, "vehicles", "name", &name)["state"] == json!("charging")).then_some(())
    });
    let way = nodes
        .iter()
        .find(|row| row["name"].as_str().is_some_and(|name| name.contains('/')));
    let way = &way.expect("a node of a street")["name"];
    let view = plant.get(viewer, "/api/v1/view");
    let revision = &row(&view, "vehicles", "name", &name)["revision"];
    let act =
        json!({"act": "send_vehicle", "vehicle": name, "to": {"node": way}, "revision": revision});
    refused(plant, boss, act, "send/not-a-place");
}

fn stations(plant: &Plant, viewer: &str, boss: &str) {
    let name = json!("L1-boron-a.loader");
    let by = ("stations", "name");
    let act = json!({"act": "hold_station", "station": name, "reason": "a look inside"});
    obey(plant, boss, act, by, &name);
    plant.until(viewer, "it finishes the piece and stands", |view| {
        let row = row(view, "stations", "name", &name);
        assert_eq!(row["held"], json!(true));
        (row["state"] == json!("maintenance")).then_some(())
    });
    obey(
        plant,
        boss,
        json!({"act": "resume_station", "station": name}),
        by,
        &name,
    );
    plant.until(viewer, "it works again", |view| {
        let row = row(view, "stations", "name", &name);
        assert_eq!(row["held"], json!(false));
        (row["state"] != json!("maintenance")).then_some(())
    });
}

fn access(plant: &Plant, viewer: &str, boss: &str) {
    let zone = json!("boron-a");
    let by = ("access", "zone");
    let view = plant.get(viewer, "/api/v1/view");
    assert_eq!(
        row(&view, "access", "zone", &zone)["state"],
        json!("closed")
    );
    let act = json!({"act": "request_access", "zone": zone, "reason": "a look at the furnace"});
    obey(plant, boss, act, by, &zone);
    let seen = plant.until(viewer, "the zone is clear", |view| {
        let row = row(view, "access", "zone", &zone);
        let keepers = row["keepers"].as_array()?;
        let clear = row["state"] == json!("clear");
        assert!(clear || !keepers.is_empty(), "somebody is named: {row}");
        clear.then(|| row.clone())
    });
    assert_eq!(
        (&seen["by"], &seen["interlock"]),
        (&json!("t-supervisor"), &json!(false))
    );
    let again = json!({"act": "request_access", "zone": zone, "reason": "again", "revision": seen["revision"]});
    refused(plant, boss, again, "access/state");
    obey(
        plant,
        boss,
        json!({"act": "withdraw_access", "zone": zone}),
        by,
        &zone,
    );
    let view = plant.get(viewer, "/api/v1/view");
    assert_eq!(
        row(&view, "access", "zone", &zone)["state"],
        json!("closed")
    );
    assert_eq!(
        view["stops"],
        json!([{"group": "E1", "state": "normal", "waiting": []}])
    );
}

fn service(plant: &Plant, viewer: &str, boss: &str) {
    let view = plant.get(viewer, "/api/v1/view");
    let object = format!(
        "vehicle {}",
        view["vehicles"][7]["name"].as_str().expect("a name")
    );
    let alarm = |view: &Value| {
        let rows = view["alarms"].as_array().expect("a list").iter();
        let mut mine =
            rows.filter(|row| row["object"] == json!(object) && row["code"] == json!("held"));
        mine.next().cloned().unwrap_or(Value::Null)
    };
    let revision = alarm(&view)["revision"].as_u64().unwrap_or(0);
    let act = json!({"act": "out_of_service", "object": object, "code": "held", "out": true, "revision": revision});
    let done = plant.act(boss, act);
    assert_eq!(done.json["to"], json!("out_of_service"), "{done:?}");
    let view = plant.get(viewer, "/api/v1/view");
    let row = alarm(&view);
    assert_eq!(row["state"], json!("out_of_service"));
    let act = json!({"act": "out_of_service", "object": object, "code": "held", "out": false, "revision": row["revision"]});
    assert_eq!(plant.act(boss, act).status, 200);
    let act = json!({"act": "out_of_service", "object": "vehicle no-such", "code": "held", "out": true, "revision": 0});
    refused(plant, boss, act, "alarm/no-object");
}

fn clock(plant: &Plant, viewer: &str, engineer: &str) {
    obey(
        plant,
        engineer,
        json!({"act": "pause"}),
        ("", ""),
        &Value::Null,
    );
    let stood = plant.get(viewer, "/api/v1/view");
    assert_eq!(stood["mode"], json!("paused"));
    std::thread::sleep(std::time::Duration::from_secs(2));
    let still = plant.get(viewer, "/api/v1/view");
    let gone = still["time"]
        .as_i64()
        .zip(stood["time"].as_i64())
        .map(|(a, b)| a - b);
    assert!(
        gone.is_some_and(|us| us < 1_000_000),
        "40 s of the plant are not gone: {gone:?}"
    );
    obey(
        plant,
        engineer,
        json!({"act": "go_on"}),
        ("", ""),
        &Value::Null,
    );
    plant.until(viewer, "time goes on", |view| {
        assert_eq!(view["mode"], json!("rehearse"));
        (view["time"].as_i64()? > still["time"].as_i64()? + 10_000_000).then_some(())
    });
}

fn audit(plant: &Plant, viewer: &str, boss: &str) {
    let hidden = ask(&plant.address, "GET", "/api/v1/audit", viewer, None);
    assert_eq!(hidden.code(), "auth/role");
    let mut lines = Vec::new();
    loop {
        let after = lines
            .last()
            .map_or(json!(0), |line: &Value| line["seq"].clone());
        let page = plant.get(boss, &format!("/api/v1/audit?after={after}"));
        let page = page.as_array().expect("lines").clone();
        if page.is_empty() {
            break;
        }
        lines.extend(page);
    }
    let find = |word: &str, refused: Value| {
        let is = |line: &&Value| line["what"] == json!(word) && line["refused"] == refused;
        lines
            .iter()
            .find(is)
            .unwrap_or_else(|| panic!("{word} {refused} in the audit"))
            .clone()
    };
    let held = find("hold_vehicle", Value::Null);
    assert_eq!(
        (&held["who"], &held["by"]),
        (&json!("t-supervisor"), &json!("token"))
    );
    assert_eq!(
        (&held["from"]["by_word"], &held["to"]["by_word"]),
        (&json!(false), &json!(true))
    );
    for word in [
        "hold_order",
        "cancel_order",
        "send_vehicle",
        "hold_station",
        "request_access",
        "out_of_service",
        "pause",
    ] {
        find(word, Value::Null);
    }
    find("hold_order", json!("act/stale"));
    find("send_vehicle", json!("send/not-a-place"));
    find("GET /api/v1/audit", json!("auth/role"));
}

#[test]
fn a_person_says_where_the_loads_of_dead_vehicles_are() {
    let folder = scratch("found");
    let plant_folder = workshop(&folder);
    let journal = folder.join("journal").display().to_string();
    let path = plant_folder.display().to_string();
    let broker = Process::start(&["broker", "--port", "0"]);
    let address = broker.after("broker at ");
    let devices = Process::start(&["devices", &path, "--broker", &address, "--speed", "20"]);
    let args = [
        "run",
        &path,
        "--broker",
        &address,
        "--journal",
        &journal,
        "--speed",
        "20",
        "--port",
        "0",
    ];
    let plant = Plant::start(&args);
    let (viewer, operator) = (plant.token("viewer"), plant.token("operator"));
    plant.until(&viewer, "loads on their way", |view| {
        let rows = view["transports"].as_array()?;
        let carried = rows.iter().filter(|row| row["state"] == json!("carried"));
        (carried.count() >= 4).then_some(())
    });
    let one = plant.get(&viewer, "/api/v1/view")["transports"][0].clone();
    let early = json!({"act": "confirm_load", "transport": one["id"], "at": "gone", "revision": one["revision"]});
    let early = plant.act(&operator, early);
    assert!(
        ["load/not-in-doubt", "act/stale", "transport/unknown"].contains(&early.code()),
        "{early:?}"
    );
    devices.kill();
    let doubts = plant.until(&viewer, "all loads of dead vehicles in doubt", |view| {
        let rows = view["transports"].as_array()?;
        let state = |word: &str| {
            rows.iter()
                .filter(|row| row["state"] == json!(word))
                .cloned()
                .collect::<Vec<_>>()
        };
        (state("carried").is_empty() && state("in_doubt").len() >= 4).then(|| state("in_doubt"))
    });
    let mut places = ["origin", "vehicle", "destination", "gone"].iter().cycle();
    for transport in &doubts {
        let (id, at) = (&transport["id"], places.next().expect("endless"));
        let act = json!({"act": "confirm_load", "transport": id, "at": at, "revision": transport["revision"]});
        let done = plant.act(&operator, act);
        if *at == "origin" && done.code() == "load/occupied" {
            continue;
        }
        assert_eq!(done.status, 200, "{transport} {at}: {done:?}");
        let view = plant.get(&viewer, "/api/v1/view");
        let now = row(&view, "transports", "id", id);
        match *at {
            "vehicle" => assert_eq!(
                now["state"],
                json!("in_doubt"),
                "it is on a vehicle that is away"
            ),
            _ => assert_eq!(*now, Value::Null, "{at}: this transport is over"),
        }
    }
    let last = plant.process.wait("a line of status", status);
    drop(plant);
    let (digest, acts) = replayed(&plant_folder, &journal, last.0);
    assert_eq!(digest.as_ref(), Some(&last.1));
    assert!(acts["Found"] >= 3, "{acts:?}");
    let _ = std::fs::remove_dir_all(&folder);
}
