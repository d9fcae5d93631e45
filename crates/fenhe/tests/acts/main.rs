//! Acts of people over HTTP on a running rehearsal: each shows in the picture, stands in the audit with
//! who and what, and is a fact of the journal, so that a replay comes to the same state.

mod found;
mod orders;
mod stations;
#[path = "../support/mod.rs"]
mod support;
mod vehicles;

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
    orders::orders(&plant, &viewer, &boss);
    vehicles::vehicles(&plant, &viewer, &boss);
    stations::stations(&plant, &viewer, &boss);
    stations::access(&plant, &viewer, &boss);
    stations::service(&plant, &viewer, &boss);
    stations::clock(&plant, &viewer, &engineer);
    audit(&plant, &viewer, &boss);
    let last = plant.process.wait("a line of status", status);
    drop(plant);
    let (digest, acts) = replayed(&plant_folder, &journal, last.0);
    assert_eq!(
        digest.as_ref(),
        Some(&last.1),
        "the replay obeys the same words"
    );
    orders::after_a_kill(&path, &journal, (&viewer, &boss));
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
