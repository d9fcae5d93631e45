//! Stations, areas, alarms out of service, and the clock.

use super::*;

pub fn stations(plant: &Plant, viewer: &str, boss: &str) {
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

pub fn access(plant: &Plant, viewer: &str, boss: &str) {
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

pub fn service(plant: &Plant, viewer: &str, boss: &str) {
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

pub fn clock(plant: &Plant, viewer: &str, engineer: &str) {
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
