//! `fenhe schedule PLANT --orders orders.csv`, its repair and its check as a user calls them, on the strip plant.

#[path = "support/command.rs"]
mod command;

use command::{fenhe, made, refused, shop};
use serde_json::Value;
use std::path::PathBuf;

fn scratch(name: &str, text: &str) -> PathBuf {
    command::file("schedule-plant", name, text)
}

fn plant() -> String {
    command::plant("tisco-strip")
}

const ORDERS: &str = "order,product,quantity,due,priority\n\
    P-1,strip-0.30,42 t,6 d,1\nP-2,strip-0.02,12 t,,1\nP-3,strip-0.20,18 t,12 h,0\n";

fn orders(name: &str, more: &str) -> String {
    let table = scratch(name, &format!("{ORDERS}{more}"));
    table.display().to_string()
}

/// A schedule of the strip plant and the file it is kept in.
fn planned(name: &str, orders: &str, more: &[&str]) -> (String, Value) {
    let plant = plant();
    let mut args = vec!["schedule", &plant, "--orders", orders];
    args.extend(["--steps", "2000", "--threads", "2", "--json", "-"]);
    args.extend(more);
    let (text, json) = made(&args);
    assert_eq!(text, made(&args).0, "the same steps give the same bytes");
    (scratch(name, &text).display().to_string(), json)
}

fn rows(json: &Value) -> &Vec<Value> {
    json["schedule"].as_array().expect("rows")
}

fn number(row: &Value, field: &str) -> u64 {
    row[field]
        .as_u64()
        .unwrap_or_else(|| panic!("{field}: {row}"))
}

#[test]
fn orders_are_scheduled_on_the_stations_of_a_plant() {
    let orders = orders("orders.csv", "");
    let (file, json) = planned("plan.json", &orders, &[]);
    assert_eq!(Some(rows(&json).len() as u64), json["operations"].as_u64());
    assert!(json["seconds"].is_null());
    let end = rows(&json).iter().map(|row| number(row, "end")).max();
    assert_eq!(json["makespan"].as_u64(), end);
    for row in rows(&json) {
        assert!(
            row["order"].is_string() && row["operation"].is_string(),
            "{row}"
        );
        let machine = row["machine"].as_str().expect("a machine");
        assert!(machine.starts_with(row["station"].as_str().expect("a station")));
        assert!(
            row["setup"]
                .as_u64()
                .is_none_or(|setup| setup < number(row, "start"))
        );
    }
    assert!(rows(&json).iter().any(|row| row["setup"].is_u64()));
    // Nothing else than the rows: each machine does one thing at a time, each lot one step after the other.
    let mut by_machine: Vec<_> = rows(&json)
        .iter()
        .map(|row| {
            (
                row["machine"].to_string(),
                number(row, "start"),
                number(row, "end"),
            )
        })
        .collect();
    by_machine.sort();
    for pair in by_machine.windows(2) {
        assert!(pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1, "{pair:?}");
    }
    for pair in rows(&json).windows(2) {
        let next = number(&pair[1], "step") == number(&pair[0], "step") + 1;
        assert!(
            !next || number(&pair[0], "end") < number(&pair[1], "start"),
            "{pair:?}"
        );
    }
    // The most urgent order is told first, and that it is late.
    let told = &json["orders"];
    assert_eq!(told[0]["order"], "P-3");
    assert!(number(&told[0], "late") > 0 && told[2]["late"].is_null());
    let plant = plant();
    let holds = fenhe(&["schedule-check", &plant, &file, "--orders", &orders]);
    assert!(holds.status.success());
}

#[test]
fn people_are_told_of_a_plant_in_both_languages_and_see_names_set_ups_and_closed_times() {
    let (orders, plant) = (orders("told.csv", ""), plant());
    let page = scratch("plant.html", "").display().to_string();
    let all = [
        "schedule",
        &plant,
        "--orders",
        &orders,
        "--steps",
        "500",
        "--threads",
        "1",
    ];
    let out = fenhe(&[&all[..], &["--gantt", &page, "--lang", "zh"]].concat());
    let said = String::from_utf8_lossy(&out.stdout);
    for word in ["天全部完成", "P-3：", "延误", "瓶颈"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let drawn = std::fs::read_to_string(&page).expect("a page");
    for part in [
        "rect class=\"u\"",
        "rect class=\"s\"",
        "class=\"b late\"",
        ">P-1</text>",
        "换型",
    ] {
        assert!(drawn.contains(part), "{part}");
    }
    let out = fenhe(&[&all[..], &["--gantt", "-", "--lang", "en"]].concat());
    let said = String::from_utf8_lossy(&out.stdout);
    for word in [
        "All done on day",
        "days late",
        "Bottleneck",
        "P-1=",
        "shipping.gate",
        "##",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_schedule_of_a_plant_that_does_not_hold_is_told_by_names() {
    let (orders, plant) = (orders("wrong.csv", ""), plant());
    let (_, json) = planned("wrong.json", &orders, &[]);
    let check = |json: &Value, lang: &str| {
        let file = scratch("changed.json", &json.to_string())
            .display()
            .to_string();
        refused(&[
            "schedule-check",
            &plant,
            &file,
            "--orders",
            &orders,
            "--lang",
            lang,
        ])
    };
    let wrong = |word: &str, change: &dyn Fn(&mut Vec<Value>)| {
        let mut json = json.clone();
        change(json["schedule"].as_array_mut().expect("rows"));
        let (code, said) = check(&json, "en");
        assert!(code == Some(2) && said.contains(word), "{word}: {said}");
    };
    let at = |rows: &mut Vec<Value>, of: &dyn Fn(&Value) -> bool| {
        rows.iter().position(of).expect("such a row")
    };
    let shift = |row: &mut Value, by: i64| {
        for field in ["start", "end"] {
            let moved = number(row, field) as i64 + by;
            row[field] = moved.into();
        }
    };
    wrong("cannot be done on", &|rows| {
        rows[0]["end"] = (number(&rows[0], "end") + 1).into();
    });
    wrong("begins at 0, but", &|rows| {
        let second = at(rows, &|row| row["step"] == 1);
        let long = number(&rows[second], "end") - number(&rows[second], "start");
        (rows[second]["start"], rows[second]["end"]) = (0.into(), long.into());
    });
    wrong("while shipping.gate is closed", &|rows| {
        let gate = at(rows, &|row| row["operation"] == "ship");
        // To midnight of the next day, when no lorry comes.
        let by = 86_400 - number(&rows[gate], "start") as i64 % 86_400;
        shift(&mut rows[gate], by);
    });
    wrong("no time for the set-up", &|rows| {
        // Its set-up begins at the end of what was before, and its lot waits for it.
        let waits = |at: usize| {
            let (row, before) = (&rows[at], &rows[at - 1]);
            let setup = row["setup"].as_u64()?;
            let same = |other: &&Value| other["machine"] == row["machine"];
            let mut others = rows.iter().filter(same);
            let tight = others.any(|other| number(other, "end") == setup);
            let there = number(before, "end") + 1_200 < number(row, "start");
            (tight && there && number(row, "step") > 0).then_some(at)
        };
        let waiting = (1..rows.len())
            .find_map(waits)
            .expect("a set-up that holds");
        shift(&mut rows[waiting], -60);
    });
    // All that is missing or unknown at once, in Chinese.
    let mut gone = json.clone();
    let list = gone["schedule"].as_array_mut().expect("rows");
    list[0]["lot"] = 400.into();
    list[1]["order"] = "P-9".into();
    let (code, said) = check(&gone, "zh");
    assert_eq!(code, Some(2));
    assert_eq!(said.matches("plan/unknown").count(), 2, "{said}");
    assert_eq!(said.matches("缺少").count(), 2, "{said}");
}

#[test]
fn a_kept_schedule_is_made_good_and_what_moved_is_told_with_its_reason() {
    let (orders, plant) = (orders("kept.csv", ""), plant());
    let (kept, old) = planned("kept.json", &orders, &[]);
    let at = ["--from", &kept, "--at", "30 h"];
    let (_, same) = planned("same.json", &orders, &at);
    assert_eq!(
        same["moved"],
        serde_json::json!([]),
        "nothing was disturbed"
    );
    // Mill 1 is down, and another order comes.
    let more = self::orders("more.csv", "P-4,strip-0.30,6 t,3 d,0\n");
    let down = ["--down", "mill-1=9 h"];
    let (mended, new) = planned("mended.json", &more, &[&at[..], &down].concat());
    let key = |row: &Value| ["order", "product", "lot", "step"].map(|field| row[field].to_string());
    let find = |of: &Value| {
        let of = key(of);
        let mut all = rows(&new).iter();
        all.find(|row| key(row) == of).expect("it is still there")
    };
    let moved = new["moved"].as_array().expect("moves");
    for row in rows(&old) {
        let now = find(row);
        let fields = ["machine", "start", "end"];
        let same = fields.iter().all(|field| row[*field] == now[*field]);
        let told = moved.iter().any(|moved| key(&moved["what"]) == key(row));
        assert_eq!(told, !same, "{row} {now}");
        if number(row, "start") < 30 * 3600 {
            assert_eq!(
                (&row["machine"], &row["start"]),
                (&now["machine"], &now["start"])
            );
            assert_eq!(now["begun"], true);
        } else {
            assert!(number(now, "start") >= 30 * 3600);
        }
    }
    assert!(
        moved
            .iter()
            .any(|moved| moved["why"] == "down" && moved["by"] == "mill-1.stand")
    );
    assert!(rows(&new).iter().any(|row| row["order"] == "P-4"));
    let shut = (30 * 3600, 39 * 3600);
    for row in rows(&new)
        .iter()
        .filter(|row| row["machine"] == "mill-1.stand")
    {
        let start = number(row, "start");
        assert!(!(shut.0..shut.1).contains(&start), "{row}");
    }
    let check = |orders: &str| fenhe(&["schedule-check", &plant, &mended, "--orders", orders]);
    assert!(check(&more).status.success());
    assert!(!check(&orders).status.success(), "P-4 is not in that table");
    // In words, and once more: what was closed stays closed.
    let begin = [
        "schedule", &plant, "--orders", &more, "--from", &mended, "--at", "32 h",
    ];
    let args = [
        &begin[..],
        &["--steps", "200", "--threads", "1", "--lang", "zh"],
    ]
    .concat();
    let out = fenhe(&args);
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && said.contains("没有变动"), "{said}");
    let args = [
        &begin[..],
        &[
            "--down",
            "furnace-2=1 d",
            "--steps",
            "200",
            "--threads",
            "1",
        ],
    ];
    let out = fenhe(&args.concat());
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(said.contains("operations moved:") && said.contains("furnace-2.muffle is closed then"));
}

#[test]
fn faults_of_a_repair_are_told_all_at_once_in_both_languages() {
    let (orders, plant) = (orders("faults.csv", ""), plant());
    let (kept, _) = planned("faults.json", &orders, &[]);
    let begin = [
        "schedule", &plant, "--orders", &orders, "--from", &kept, "--at", "3 x",
    ];
    let bad = [
        &begin[..],
        &["--down", "mil-1=2 h", "--down", "mill-2", "--stay", "soon"],
    ]
    .concat();
    for (lang, words) in [
        (
            "en",
            [
                "3 x means nothing here\n  --at",
                "did you mean: mill-1",
                "mill-2 means nothing here\n  --down",
                "soon means nothing here\n  --stay",
            ],
        ),
        (
            "zh",
            [
                "3 x 在此没有意义\n  --at",
                "是否指：mill-1",
                "  --down",
                "没有意义",
            ],
        ),
    ] {
        let (code, said) = refused(&[&bad[..], &["--lang", lang]].concat());
        assert_eq!(code, Some(2), "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
    let (code, said) = refused(&["schedule", &plant]);
    assert!(code == Some(1) && said.contains("--orders"), "{said}");
    let (code, said) = refused(&["schedule", &shop("ft06.txt"), "--orders", &orders]);
    assert!(code == Some(1) && said.contains("plant folder"), "{said}");
    let no_json = scratch("no.json", "{\"schedule\": 3}")
        .display()
        .to_string();
    let (code, said) = refused(&["schedule-check", &plant, &no_json, "--orders", &orders]);
    assert!(code == Some(2) && said.contains("plan/json"), "{said}");
    // What has begun cannot have begun so: told, not believed.
    let text = std::fs::read_to_string(&kept).expect("a schedule");
    let mut json: Value = serde_json::from_str(&text).expect("JSON");
    let list = json["schedule"].as_array_mut().expect("rows");
    let second = list
        .iter()
        .position(|row| row["step"] == 1)
        .expect("a second step");
    list[second]["start"] = 0.into();
    let broken = scratch("broken.json", &json.to_string())
        .display()
        .to_string();
    let (code, said) = refused(&[
        "schedule", &plant, "--orders", &orders, "--from", &broken, "--at", "3 d",
    ]);
    assert!(
        code == Some(2) && said.contains("begins at 0, but"),
        "{said}"
    );
}
