//! `fenhe promise` as a user calls it, on the strip plant.

#[path = "support/command.rs"]
mod command;

use command::fenhe_in as fenhe;
use serde_json::Value;
use std::path::Path;

fn plant() -> String {
    command::plant("tisco-strip")
}

fn table(name: &str, text: &str) -> String {
    command::file("promise", name, text).display().to_string()
}

fn promised(orders: &str, more: &[&str]) -> Value {
    let out = orders.replace(".csv", ".json");
    let plant = plant();
    let mut args = vec!["promise", &plant, orders, "--json", &out];
    args.extend(more);
    let ran = fenhe("C", &args);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    serde_json::from_str(&std::fs::read_to_string(&out).expect("a document")).expect("JSON")
}

fn days(row: &Value, field: &str) -> f64 {
    row[field].as_f64().expect(field)
}

#[test]
fn a_month_and_a_half_for_2860_tonnes_and_why() {
    let orders = table("mix.csv", "order,product,quantity\nA-1,strip-mix,2860 t\n");
    let document = promised(&orders, &["--paths", "0"]);
    let row = &document["promises"][0];
    let full = days(row, "full_days");
    assert!((40.0..50.0).contains(&full), "{row}");
    assert_eq!(row["binding"]["name"], "anneal", "{row}");
    assert_eq!(row["partial"].as_array().map(Vec::len), Some(3));
    assert_eq!(row["probability"], Value::Null);
    // One mill at half its speed: later, and the mills hold it.
    let slow = ["--paths", "0", "--set", "equipment.mill-1.speed=50 %"];
    let slow = promised(&orders, &slow);
    let slow = &slow["promises"][0];
    assert!(days(slow, "full_days") > full + 1.0, "{slow}");
    assert_eq!(slow["binding"]["name"], "roll", "{slow}");
    // Cranes that take a quarter of an hour to take a coil: the store holds it.
    let slow = ["--paths", "0", "--set", "rack.store.crane.transfer=15 min"];
    let slow = promised(&orders, &slow);
    let binding = &slow["promises"][0]["binding"];
    assert_eq!(
        (&binding["kind"], &binding["name"]),
        (&"store".into(), &"store".into()),
        "{slow}"
    );
}

#[test]
fn an_order_waits_for_what_is_promised_and_moves_nothing() {
    let first = "order,product,quantity\nA-1,strip-mix,1430 t\n";
    let alone = promised(&table("first.csv", first), &["--paths", "0"]);
    let both = format!("{first}A-2,strip-mix,1430 t\n");
    let both = promised(&table("both.csv", &both), &["--paths", "0"]);
    assert_eq!(alone["promises"][0], both["promises"][0]);
    let [one, two] = [0, 1].map(|at| days(&both["promises"][at], "full_days"));
    assert!(two > one + 15.0, "{one} {two}");
}

#[test]
fn paths_say_how_sure_a_date_is_the_same_each_time() {
    let orders = table(
        "small.csv",
        "order,product,quantity,due\nA-1,strip-0.30,60 t,9 d\n",
    );
    let document = promised(&orders, &["--paths", "6", "--threads", "2"]);
    let row = &document["promises"][0];
    let (share, n) = (days(row, "probability"), row["n"].as_u64());
    assert!((0.5..=1.0).contains(&share) && n == Some(6), "{row}");
    let [low, high] = [0, 1].map(|at| row["ci95"][at].as_f64().expect("an interval"));
    assert!(low <= share && share <= high, "{row}");
    assert_eq!(days(&row["due"], "days"), 9.0);
    assert_eq!(
        document,
        promised(&orders, &["--paths", "6", "--threads", "1"])
    );
}

#[test]
fn faults_of_a_table_are_told_in_both_languages_with_their_lines() {
    let orders = table(
        "bad.csv",
        "order,product,quantity\nA,strip-mux,2860 t\nB,strip-mix,much\n",
    );
    for (lang, words) in [
        ("C", ["did you mean", "is no quantity"]),
        ("zh_CN.UTF-8", ["strip-mix", "不是数量"]),
    ] {
        let ran = fenhe(lang, &["promise", &plant(), &orders]);
        assert_eq!(ran.status.code(), Some(2));
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        let lines = [":2:", ":3:"];
        for word in words.iter().chain(&lines) {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}

fn book_of(name: &str) -> String {
    let path = table(name, "");
    let _ = std::fs::remove_file(&path);
    path
}

fn read(path: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a book")).expect("JSON")
}

#[test]
fn an_inquiry_reserves_nothing_a_quote_until_its_date_and_a_confirmation_for_good() {
    let book = book_of("quotes.json");
    let first = table(
        "q1.csv",
        "order,product,quantity\nA-1,strip-mix,700 t\nA-2,strip-mix,60 t\n",
    );
    let second = table("q2.csv", "order,product,quantity\nB-1,strip-mix,300 t\n");
    let plan = |orders: &str, more: &[&str]| {
        let mut args = vec!["--paths", "0", "--book", &book];
        args.extend(more);
        promised(orders, &args)
    };
    let full = |document: &Value| days(&document["promises"][0], "full_days");
    let alone = full(&plan(&second, &[]));
    assert!(!Path::new(&book).exists(), "an inquiry writes nothing");
    plan(&first, &["--quote", "5 d"]);
    let quoted = read(&book);
    let behind = full(&plan(&second, &["--at", "1 d"])) - 1.0;
    assert!(behind > alone + 5.0, "{behind} {alone}");
    // Run out, as on an empty book; confirmed in time, it holds for good.
    let later = full(&plan(&second, &["--at", "6 d"])) - 6.0;
    assert!((later - alone).abs() < 1e-3, "{later} {alone}");
    let orders = ["--confirm", "A-1", "--withdraw", "A-2", "--at", "2 d"];
    let ran = fenhe("C", &[&["book", &book][..], &orders].concat());
    assert!(ran.status.success());
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(said.contains("A-1 (strip-mix, 700 t): confirmed"), "{said}");
    assert!(said.contains("A-2 (strip-mix, 60 t): withdrawn"), "{said}");
    plan(&second, &["--at", "6 d", "--confirm"]);
    let now = read(&book);
    for field in ["bookings", "rows", "full_us", "plan_us"] {
        assert_eq!(now["promises"][0][field], quoted["promises"][0][field]);
    }
    assert_eq!(now["promises"].as_array().map(Vec::len), Some(3));
    // What is taken cannot be asked for again, nor can what has run out or gone be made firm.
    let ran = fenhe(
        "zh_CN.UTF-8",
        &["promise", &plant(), &second, "--book", &book],
    );
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(
        ran.status.code() == Some(2) && said.contains("B-1 已在承诺簿中"),
        "{said}"
    );
    let ran = fenhe(
        "C",
        &["book", &book, "--confirm", "A-2", "--confirm", "A-9"],
    );
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    for word in ["A-2 is withdrawn", "no order A-9"] {
        assert!(
            ran.status.code() == Some(2) && said.contains(word),
            "{said}"
        );
    }
    assert_eq!(read(&book), now, "a refused change changes nothing");
}

#[test]
fn a_plant_that_got_slower_puts_promises_at_risk_and_says_so() {
    let book = book_of("risk.json");
    let orders = table("r1.csv", "order,product,quantity\nA-1,strip-0.30,60 t\n");
    let more = table("r2.csv", "order,product,quantity\nA-2,strip-0.30,6 t\n");
    promised(&orders, &["--paths", "6", "--book", &book, "--confirm"]);
    let calm = promised(&more, &["--paths", "6", "--book", &book]);
    assert_eq!(calm["at_risk"].as_array().map(Vec::len), Some(0), "{calm}");
    let slow = [
        "--paths",
        "6",
        "--book",
        &book,
        "--set",
        "equipment.mill-1.speed=10 %",
    ];
    let slow = [&slow[..], &["--set", "equipment.mill-2.speed=10 %"]].concat();
    let slow = promised(&more, &slow);
    let risk = &slow["at_risk"][0];
    assert_eq!(risk["order"], "A-1", "{slow}");
    assert!(days(risk, "probability") < 0.5, "{risk}");
    assert_eq!(risk["full_days"], read_days(&book), "its date stands");
}

fn read_days(book: &str) -> Value {
    let us = read(book)["promises"][0]["full_us"]
        .as_i64()
        .expect("a date");
    Value::from((us as f64 / 86_400e6 * 1e3).round() / 1e3)
}

#[test]
fn promises_are_scored_when_they_are_over() {
    let book = book_of("score.json");
    let orders = table(
        "s1.csv",
        "order,product,quantity\nA-1,strip-0.30,12 t\nA-2,strip-0.30,12 t\nA-3,strip-0.30,12 t\n",
    );
    promised(&orders, &["--paths", "4", "--book", &book, "--confirm"]);
    let ran = fenhe("C", &["book", &book]);
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(said.contains("over yet"), "{said}");
    let done = table(
        "done.csv",
        "order,done\nA-1,1 h\nA-2,2026-12-01T00:00:00Z\n",
    );
    let out = table("score-out.json", "");
    let ran = fenhe("C", &["book", &book, "--done", &done, "--json", &out]);
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let document = read(&out);
    assert_eq!(
        (&document["score"]["n"], &document["score"]["kept"]),
        (&Value::from(2), &Value::from(0.5))
    );
    let states = document["promises"].as_array().expect("rows").iter();
    let states: Vec<&str> = states.filter_map(|row| row["state"].as_str()).collect();
    assert_eq!(states, ["done in time", "done late", "confirmed"]);
    let wrong = table("wrong.csv", "order,done\nA-1,soon\nA-7,1 h\n");
    let ran = fenhe("C", &["book", &book, "--done", &wrong]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    for word in [
        "wrong.csv:2",
        "\"soon\" is no time",
        "wrong.csv:3",
        "no order A-7",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
}
