//! Who devices are, from the command line and over the API of a running rehearsal.

mod support;

use serde_json::{Value, json};
use support::{Plant, scratch, workshop};

fn vehicle<'a>(view: &'a Value, name: &str) -> &'a Value {
    let mut rows = view["vehicles"].as_array().expect("a list").iter();
    rows.find(|row| row["name"] == *name).expect("a vehicle")
}

/// Tries with the revision of the moment until the answer is about something else.
fn switch(plant: &Plant, token: &str, name: &str, mode: &str) -> (u16, String) {
    for _ in 0..50 {
        let view = plant.get(token, "/api/v1/view");
        let revision = vehicle(&view, name)["revision"].clone();
        let act = json!({"act": "set_mode", "device": name, "mode": mode, "revision": revision});
        let answer = plant.act(token, act);
        if answer.code() != "act/stale" {
            return (answer.status, answer.code().to_string());
        }
    }
    panic!("{name}: always stale");
}

#[test]
fn a_vehicle_is_off_from_the_start_or_switched_while_the_plant_runs() {
    let folder = scratch("modes");
    let path = workshop(&folder).display().to_string();
    let journal = folder.join("journal").display().to_string();
    let mut args = vec!["rehearse", &path, "--journal", &journal, "--off", "agv-7"];
    args.extend(["--speed", "20", "--port", "0"]);
    let plant = Plant::start(&args);
    let (boss, engineer) = (plant.token("supervisor"), plant.token("engineer"));
    let linked = |view: &Value| {
        let rows = view["vehicles"].as_array()?;
        let up = |row: &&Value| row["link"] == json!(true);
        (rows.iter().filter(up).count() >= 103).then_some(())
    };
    plant.until(&boss, "all others linked", linked);
    let view = plant.get(&boss, "/api/v1/view");
    assert_eq!(vehicle(&view, "agv-7")["mode"], json!("off"));
    assert_eq!(vehicle(&view, "agv-8")["mode"], json!("simulated"));

    // Whoever has something to do is not switched; who rests is.
    let name = |row: &Value| row["name"].as_str().expect("a name").to_string();
    let refused = (0..20).any(|_| {
        let busy = plant.until(&boss, "a vehicle at work", |view| {
            let mut rows = view["vehicles"].as_array()?.iter();
            rows.find(|row| row["state"] == json!("loaded")).map(name)
        });
        let (status, code) = switch(&plant, &engineer, &busy, "off");
        if status == 200 {
            // It had delivered meanwhile.
            let (status, code) = switch(&plant, &engineer, &busy, "simulated");
            assert_eq!(status, 200, "{busy}: {code}");
            return false;
        }
        assert_eq!(status, 409, "{busy}: {code}");
        assert!(code.starts_with("mode/"), "{busy}: {code}");
        true
    });
    assert!(refused, "a vehicle with a load is not switched");
    let rest: Vec<String> = plant.get(&boss, "/api/v1/view")["vehicles"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|row| row["state"] == json!("parked") && row["mode"] == json!("simulated"))
        .map(name)
        .collect();
    let switched = rest
        .iter()
        .find(|name| switch(&plant, &engineer, name, "off").0 == 200)
        .expect("one of those that rest can be switched");
    let view = plant.get(&boss, "/api/v1/view");
    assert_eq!(vehicle(&view, switched)["mode"], json!("off"));

    // Both come into service again.
    for name in ["agv-7", switched] {
        assert_eq!(
            switch(&plant, &engineer, name, "simulated").0,
            200,
            "{name}"
        );
        plant.until(&boss, "linked again", |view| {
            let row = vehicle(view, name);
            (row["mode"] == json!("simulated") && row["link"] == json!(true)).then_some(())
        });
    }
    let (status, code) = switch(&plant, &boss, "agv-9", "off");
    assert_eq!((status, code.as_str()), (403, "auth/role"), "not his");
}
