//! Loads of dead vehicles, found by a person.

use super::*;

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
            "vehicle" => assert_eq!(now["state"], json!("carried"), "somebody has looked"),
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
