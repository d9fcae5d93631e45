//! A draft of the plant folder against the running program: checked live, simulated beside the folder, saved, and the
//! plant that runs is not touched.

mod support;

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use support::{Answer, LONG, Plant, ask, scratch, workshop};

struct Desk {
    plant: Plant,
    token: String,
}

impl Desk {
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let path = format!("/api/v1/model{path}");
        ask(&self.plant.address, method, &path, &self.token, body)
    }
    fn get(&self, path: &str) -> Value {
        self.plant.get(&self.token, &format!("/api/v1/model{path}"))
    }
    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask("POST", path, Some(body));
        assert_eq!(answer.status, 200, "{path} {body}: {answer:?}");
        answer.json
    }
    fn refused(&self, path: &str, body: &Value) -> (u16, String) {
        let answer = self.ask("POST", path, Some(body));
        let remedy = answer.json["remedy"].as_str().unwrap_or_default();
        assert!(!remedy.is_empty(), "{answer:?}");
        (answer.status, answer.code().to_string())
    }
    fn base(&self) -> String {
        self.get("")["revision"]
            .as_str()
            .expect("a revision")
            .to_string()
    }
    /// Charger 3 at another place.
    fn draft(&self, at: i64) -> Value {
        let moves =
            json!([{"move": "bay", "id": "charger-3", "on": "A1", "at": at, "side": "south"}]);
        json!({"base": self.base(), "moves": moves})
    }
    fn simulated(&self) -> Value {
        let until = Instant::now() + LONG;
        loop {
            let view = self.get("/simulation");
            if view["status"] != "running" {
                return view;
            }
            assert!(Instant::now() < until, "{view}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a text")
}

fn node(plant: &Value, name: &str) -> (i64, i64) {
    let rows = plant["nodes"].as_array().expect("nodes");
    let row = rows.iter().find(|row| row["name"] == name).expect(name);
    (row["x"].as_i64().expect("x"), row["y"].as_i64().expect("y"))
}

#[test]
fn a_charger_is_moved_looked_at_compared_and_saved_beside_a_running_plant() {
    let scratch = scratch("model");
    let folder = workshop(&scratch);
    let journal = scratch.join("j.journal").display().to_string();
    let place = folder.display().to_string();
    let plant = Plant::start(&["rehearse", &place, "--journal", &journal, "--speed", "1"]);
    let token = plant.token("engineer");
    let supervisor = plant.token("supervisor");
    let refused = ask(&plant.address, "GET", "/api/v1/model", &supervisor, None);
    assert_eq!((refused.status, refused.code()), (403, "auth/role"));
    let runs = plant.get(&token, "/api/v1/plant")["hash"].clone();
    let desk = Desk { plant, token };

    let found = desk.get("");
    assert_eq!(found["place"], json!(place));
    assert_eq!(
        (&found["moves"], &found["running"]),
        (&json!("bays"), &json!(true))
    );
    assert_eq!(found["revision"], runs, "what runs is this folder");
    let told = desk.get("/files/layout.toml");
    assert_eq!(told["text"], json!(text(&folder, "layout.toml")));

    looks(&desk);
    compares(&desk);
    let before = text(&folder, "layout.toml");
    saves(&desk, &folder);
    assert_ne!(text(&folder, "layout.toml"), before);

    // The plant goes on as it was started; the new folder is a good one.
    let now = desk.plant.get(&desk.token, "/api/v1/plant");
    assert_eq!(now["hash"], runs);
    assert_eq!(desk.get("")["running"], json!(false));
    let mut check = Command::new(env!("CARGO_BIN_EXE_fenhe"));
    let check = check.args(["check", &place]).output().expect("runs");
    assert!(check.status.success(), "{check:?}");
    let layout = Command::new(env!("CARGO_BIN_EXE_fenhe"))
        .args(["layout", &folder.join("layout.toml").display().to_string()])
        .output();
    let made = String::from_utf8(layout.expect("runs").stdout).expect("text");
    assert!(
        made == text(&folder, "tracks.lif.json"),
        "tracks as fenhe layout makes them"
    );
    drop(desk);
    std::fs::remove_dir_all(&scratch).expect("removed");
}

/// Problems where they are, and the picture of the draft.
fn looks(desk: &Desk) {
    let good = desk.post("/check", &desk.draft(105_000));
    assert_eq!(good["found"]["good"], true, "{}", good["found"]["problems"]);
    assert_eq!(node(&good["plant"], "charger-3"), (105_000, 6_000));
    let changed = good["found"]["changed"].as_array().expect("files");
    assert_eq!(changed.len(), 2, "{changed:?}");
    let bad = desk.post("/check", &desk.draft(500_000));
    assert_eq!(
        (&bad["found"]["good"], &bad["plant"]),
        (&json!(false), &Value::Null)
    );
    let problems = bad["found"]["problems"].as_array().expect("problems");
    let outside = problems
        .iter()
        .find(|one| one["code"] == "layout/bay-outside");
    let outside = outside.expect("told");
    assert_eq!(
        outside["at"],
        json!({"x": 500_000, "y": 6_000}),
        "{outside}"
    );
    assert_eq!(outside["element"], "charger charger-3");
    assert_eq!(outside["file"], "layout.toml");
    let mut nowhere = desk.draft(1);
    nowhere["moves"][0]["on"] = json!("B9");
    assert_eq!(
        desk.refused("/check", &nowhere),
        (404, "model/no-street".into())
    );
    assert_eq!(desk.refused("/check", &json!({"moves": []})).0, 422);
}

fn compares(desk: &Desk) {
    assert_eq!(desk.ask("GET", "/simulation", None).status, 404);
    let asked = |minutes: u32, pairs: u32| {
        let draft = desk.draft(105_000);
        json!({"draft": draft, "minutes": minutes, "warm_up": 0, "pairs": pairs, "seed": 3})
    };
    assert_eq!(
        desk.refused("/simulation", &asked(1, 2)),
        (422, "act/range".into())
    );
    desk.post("/simulation", &asked(40_000, 100));
    assert_eq!(
        desk.refused("/simulation", &asked(10, 2)),
        (409, "model/running".into())
    );
    let ended = desk.ask("DELETE", "/simulation", None);
    assert_eq!(
        (ended.status, &ended.json["status"]),
        (200, &json!("cancelled"))
    );
    let begun = desk.post("/simulation", &asked(60, 2));
    assert_eq!(begun["id"], 2);
    let done = desk.simulated();
    assert_eq!(
        (&done["status"], &done["done"]),
        (&json!("done"), &json!(2))
    );
    let figures = done["figures"].as_array().expect("figures");
    let of = |scope: &str, what: &str| {
        let found = figures
            .iter()
            .find(|row| row["scope"] == scope && row["what"] == what);
        found.unwrap_or_else(|| panic!("{scope} {what}")).clone()
    };
    for (scope, what) in [
        ("plant", "transports_per_hour"),
        ("plant", "work_in_progress"),
        ("fleet", "loaded"),
        ("station", "oee"),
    ] {
        let row = of(scope, what);
        assert_eq!(row["before"]["n"], 2, "{row}");
        assert_eq!(row["difference"]["n"], 2, "{row}");
    }
    let carried = of("plant", "transports_per_hour")["before"]["mean"].as_f64();
    assert!(carried > Some(100.0), "{carried:?}");
}

/// Not over what somebody else wrote; then with a line in the audit.
fn saves(desk: &Desk, folder: &Path) {
    let save = |draft: &Value| json!({"draft": draft});
    let draft = desk.draft(105_000);
    let plant = text(folder, "plant.toml");
    std::fs::write(folder.join("plant.toml"), format!("# looked at\n{plant}")).expect("written");
    assert_eq!(
        desk.refused("/save", &save(&draft)),
        (409, "model/changed".into())
    );
    let outside = desk.draft(500_000);
    assert_eq!(
        desk.refused("/save", &save(&outside)),
        (409, "model/errors".into())
    );
    let draft = desk.draft(105_000);
    let saved = desk.post("/save", &save(&draft));
    assert_eq!(saved["files"], json!(["layout.toml", "tracks.lif.json"]));
    assert_eq!(saved["revision"], json!(desk.base()));
    assert!(text(folder, "plant.toml").starts_with("# looked at\n"));
    assert!(
        text(folder, "layout.toml")
            .contains("ids = [\"charger-3\"]\non = \"A1\"\nside = \"south\"\nat = \"105 m\"\n")
    );
    let supervisor = desk.plant.token_named("reader", "supervisor");
    let lines = desk
        .plant
        .get(&supervisor, "/api/v1/audit?after=0&limit=1000");
    let lines = lines.as_array().expect("lines");
    let lines: Vec<&Value> = lines
        .iter()
        .filter(|line| line["what"] == "save_model")
        .collect();
    let refused: Vec<&Value> = lines.iter().map(|line| &line["refused"]).collect();
    assert_eq!(
        refused,
        [
            &json!("model/changed"),
            &json!("model/errors"),
            &Value::Null
        ]
    );
    let last = lines.last().expect("one");
    assert_eq!(
        (&last["who"], &last["role"]),
        (&json!("t-engineer"), &json!("engineer"))
    );
    assert_eq!(
        last["to"]["files"],
        json!(["layout.toml", "tracks.lif.json"])
    );
}
