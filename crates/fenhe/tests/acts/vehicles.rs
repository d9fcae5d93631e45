//! Vehicles are held and sent.

use super::*;

pub fn vehicles(plant: &Plant, viewer: &str, boss: &str) {
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

pub fn sent(plant: &Plant, viewer: &str, boss: &str) {
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
