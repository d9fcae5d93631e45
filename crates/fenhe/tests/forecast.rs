//! The forecast of a running rehearsal over HTTP: its first path is a look-ahead from the journal's own belief with
//! the same seed, its dates are those that can be worked out by hand, and prices compare the same luck.

mod support;

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_journal::Body;
use fenhe_study::{Live, look_ahead, read_folder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use support::{Plant, ask, scratch, workshop};

const HORIZON: Span = Span::hours(8);

/// Two orders of a piece every half minute: an hour of work each.
fn shop(folder: &Path) -> PathBuf {
    let to = folder.join("shop");
    std::fs::create_dir_all(&to).expect("a folder");
    let text = r#"
[plant]
about = "one station"

[[product]]
id = "job"

[[line]]
id = "L"
takt_target = "30 s"

[[source]]
id = "in"
to = "q"
line = "L"
orders = "job"

[[buffer]]
id = "q"
line = "L"
queue = {}

[[station]]
id = "s"
line = "L"
from = "q"
to = "out"
single = { servers = 1 }
time = "30 s"
reports = "piece"

[[sink]]
id = "out"
line = "L"
reports = "piece"

[orders]
file = "orders.csv"
"#;
    std::fs::write(to.join("plant.toml"), text).expect("written");
    let orders = "order,product,quantity,release,due\nA,job,120,0 h,2 h\nB,job,120,0 h,1.2 h\n";
    std::fs::write(to.join("orders.csv"), orders).expect("written");
    to
}

fn rehearsal(model: &Path, journal: &Path, speed: &str) -> Plant {
    let text = |path: &Path| path.display().to_string();
    Plant::start(&[
        "rehearse",
        &text(model),
        "--journal",
        &text(journal),
        "--speed",
        speed,
    ])
}

/// Once there are so many paths.
fn forecast(plant: &Plant, token: &str, n: u64) -> Value {
    plant.until(token, "a forecast", |_| {
        let found = plant.get(token, "/api/v1/forecast");
        (found["n"].as_u64() >= Some(n)).then_some(found)
    })
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value}"))
}

fn post(plant: &Plant, token: &str, path: &str, body: &Value) -> support::Answer {
    ask(&plant.address, "POST", path, token, Some(body))
}

/// The core after an entry of a journal that somebody else writes.
fn replayed(model: &Path, journal: &Path, seq: u64) -> (Arc<fenhe_plant::Plant>, Controller) {
    let files = read_folder(model).expect("a folder");
    let name = model.file_name().and_then(|name| name.to_str());
    let plant = fenhe_plant::load(name.expect("a name"), &files).expect("a plant");
    let plant = Arc::new(plant.0);
    let mut journal = fenhe_journal::look(&journal.display().to_string()).expect("a journal");
    let mut core = Controller::new(plant.clone());
    let mut commands = Commands::default();
    let mut at = 0;
    while at < seq {
        let page = journal.read(at + 1, 10_000).expect("entries");
        for (number, entry) in page.into_iter().take_while(|(number, _)| *number <= seq) {
            at = number;
            if let Body::Fact(fact) = entry.body {
                commands.clear();
                core.handle(entry.time, &fact, &mut commands);
            }
        }
    }
    (plant, core)
}

#[test]
fn dates_are_those_worked_out_by_hand_and_prices_share_their_luck() {
    let folder = scratch("forecast");
    let (model, journal) = (shop(&folder), folder.join("j.journal"));
    let plant = rehearsal(&model, &journal, "20");
    let token = plant.token("viewer");
    // Some pieces of the first order have left: the live picture counts them.
    plant.until(&token, "five pieces", |view| {
        (view["orders"][0]["done"].as_u64() >= Some(5)).then_some(())
    });
    let anew = post(&plant, &token, "/api/v1/forecast", &json!({}));
    assert_eq!(anew.status, 200, "{anew:?}");
    let found = forecast(&plant, &token, 20);
    assert_eq!(found["fan"], true);
    let as_of = number(&found["as_of"]);
    let orders = found["orders"].as_array().expect("orders");
    assert_eq!(orders.len(), 2, "{found}");
    for (order, (done_at, due, share)) in orders
        .iter()
        .zip([(3_600, 7_200, 1.0), (7_200, 4_320, 0.0)])
    {
        // A piece every 30 s; how far the one in hand is was drawn, nobody reports it.
        for at in order["finish"].as_array().expect("paths") {
            let off = number(at) - done_at * 1_000_000;
            assert!(off.abs() < 30_000_000, "{off} us: {order}");
        }
        assert_eq!(number(&order["due"]), due * 1_000_000);
        assert_eq!(order["on_time"]["share"], share, "{order}");
        assert_eq!(order["at_risk"], share < 0.9);
    }
    let hours = &found["output"][1];
    assert_eq!(
        (&hours["line"], &hours["takt_target_us"]),
        (&json!("L"), &json!(30_000_000))
    );
    assert_eq!(hours["hours"][0]["p50"], 120, "{hours}");
    assert_eq!(found["output"][0]["hours"], hours["hours"]);
    // Ten minutes of standing still cost twenty pieces and ten minutes of each order.
    let asked = json!({"act": "hold_station", "station": "s", "reason": "belt", "paths": 3, "minutes": 80, "lasts": 10});
    let price = post(&plant, &token, "/api/v1/forecast/price", &asked);
    assert_eq!(price.status, 200, "{price:?}");
    let price = price.json;
    assert_eq!(price["n"], 3);
    for term in ["difference", "low", "high"] {
        let pieces = price["output"][term].as_f64().expect(term);
        assert!(
            (-20.5..=-19.0).contains(&pieces),
            "{term} {pieces}: {price}"
        );
    }
    let later = price["orders"][0]["finish"]["difference"].as_f64();
    let later = later.unwrap_or_else(|| panic!("{price}"));
    assert!((570e6..=605e6).contains(&later), "{later}: {price}");
    // Nothing was done.
    let view = plant.get(&token, "/api/v1/view");
    assert_eq!(view["stations"][0]["held"], false);
    let priced = |body: Value, status: u16, code: &str| {
        let answer = post(&plant, &token, "/api/v1/forecast/price", &body);
        assert_eq!((answer.status, answer.code()), (status, code), "{body}");
        assert!(answer.json["remedy"].is_string());
    };
    priced(json!({"act": "pause"}), 409, "forecast/act");
    priced(
        json!({"act": "hold_order", "order": "Z"}),
        404,
        "order/unknown",
    );
    // Orders of the plant's own list go by their names, not by their rows.
    let unknown = json!({"act": "hold_order", "order": "1"});
    priced(unknown, 404, "order/unknown");
    let held = json!({"act": "hold_order", "order": "A", "paths": 2, "minutes": 60});
    let held = post(&plant, &token, "/api/v1/forecast/price", &held);
    assert_eq!((held.status, &held.json["n"]), (200, &json!(2)), "{held:?}");
    priced(
        json!({"act": "hold_order", "order": "A", "paths": 1}),
        422,
        "act/range",
    );
    priced(
        json!({"act": "hold_order", "order": "A", "lasts": 0}),
        422,
        "act/range",
    );
    // The past has counted as the present did.
    let at = number(&view["time"]);
    let then = plant.get(&token, &format!("/api/v1/history/view?at={at}"));
    let done = |view: &Value| view["orders"][0]["done"].as_u64();
    assert_eq!(done(&then), done(&view));
    let lines = plant.get(&token, "/api/v1/timelines/orders");
    for rows in [&found, &view, &then, &lines] {
        let names = ["A", "B"].map(|name| json!(name));
        let rows = rows["orders"].as_array().expect("orders");
        let found = rows.iter().map(|row| &row["reference"]);
        assert_eq!(found.collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    }
    assert!(done(&then) >= Some(5), "{then}");
    // The view is as old as the newest fact, the forecast as the clock when it began.
    assert!(as_of >= 5 * 30_000_000, "{as_of}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn the_first_path_is_a_look_ahead_from_the_same_belief() {
    let folder = scratch("ghosts");
    let (model, journal) = (workshop(&folder), folder.join("j.journal"));
    let plant = rehearsal(&model, &journal, "20");
    let token = plant.token("viewer");
    let early = ask(
        &plant.address,
        "GET",
        "/api/v1/forecast/view?at=0",
        &token,
        None,
    );
    assert_eq!((early.status, early.code()), (404, "forecast/early"));
    plant.until(&token, "vehicles at work", |view| {
        (number(&view["time"]) > 60_000_000).then_some(())
    });
    post(&plant, &token, "/api/v1/forecast", &json!({}));
    let found = forecast(&plant, &token, 1);
    assert!(found["first_path_ms"].is_u64(), "{found}");
    let (as_of, n) = (
        Time(number(&found["as_of"])),
        found["n"].as_u64().expect("n"),
    );
    let seq = found["seq"].as_u64().expect("an entry");
    // The same from the journal, without the server.
    let (model, core) = replayed(&model, &journal, seq);
    let paths = look_ahead(&model, &core, (as_of, HORIZON), n as u32, Seed(seq)).expect("an end");
    let mean = paths.iter().sum::<u64>() as f64 / n as f64;
    let hours = found["output"][0]["hours"].as_array().expect("hours");
    let told: f64 = hours.iter().filter_map(|hour| hour["mean"].as_f64()).sum();
    assert!((told - mean).abs() < 1e-6, "{told} {mean}");
    let seed = Seed(seq).replication(0);
    let mut live = Live::believed(&model, &core, as_of, seed);
    for minutes in [7, 65, 430] {
        let at = as_of + Span::seconds(60 * minutes);
        live.output(at).expect("an end");
        let path = format!("/api/v1/forecast/view?at={}", at.0);
        let ghost = plant.get(&token, &path);
        assert_eq!(
            ghost["digest"],
            live.core.digest().to_string(),
            "after {minutes} min"
        );
        assert_eq!(
            (&ghost["time"], &ghost["revision"]),
            (&json!(at.0), &json!(0))
        );
        let belief = live.core.belief(at);
        for (row, known) in ghost["vehicles"]
            .as_array()
            .expect("rows")
            .iter()
            .zip(&belief.vehicles)
        {
            assert_eq!(row["node"], model.tracks.nodes[known.node].name);
            assert_eq!(row["revision"], 0);
        }
    }
    let until = as_of + Span::seconds(300);
    let feed = plant.get(
        &token,
        &format!("/api/v1/forecast/feed?from={}&until={}", as_of.0, until.0),
    );
    let items = feed.as_array().expect("items");
    let moves = items.iter().filter(|item| item["type"] == "motion");
    let inside = |item: &&Value| (as_of.0..=until.0).contains(&number(&item["from"]));
    assert!(moves.clone().count() > 20 && moves.clone().all(|item| inside(&item)));
    for path in [
        format!("/api/v1/forecast/view?at={}", as_of.0 - 1),
        format!("/api/v1/forecast/view?at={}", (as_of + HORIZON).0 + 1),
    ] {
        let answer = ask(&plant.address, "GET", &path, &token, None);
        assert_eq!((answer.status, answer.code()), (404, "forecast/outside"));
    }
    let _ = std::fs::remove_dir_all(folder);
}
