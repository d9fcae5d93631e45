//! `fenhe promise` as a user calls it, on the strip plant.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fenhe(lang: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fenhe"))
        .args(args)
        .env("LC_ALL", lang)
        .output()
        .expect("the program starts")
}

fn plant() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/tisco-strip");
    folder.display().to_string()
}

fn table(name: &str, text: &str) -> String {
    let folder = std::env::temp_dir().join(format!("fenhe-promise-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
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
