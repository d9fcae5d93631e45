//! What a user gets wrong is told plainly, in the language asked for, before time is spent.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn fenhe(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fenhe"))
        .args(args)
        .env("LC_ALL", "C")
        .output()
        .expect("the program starts")
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

fn tandem() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants");
    root.join("oracles/tandem-10").display().to_string()
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fenhe-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}

#[test]
fn a_result_that_cannot_be_written_is_told_before_the_simulation() {
    let folder = scratch("unwritable");
    let nowhere = folder.join("none/r.html").display().to_string();
    let file = folder.join("file");
    std::fs::write(&file, "kept").expect("written");
    let below = file.join("csv").display().to_string();
    for (option, path) in [
        ("--html", &nowhere),
        ("--pieces", &nowhere),
        ("--csv", &below),
    ] {
        let started = Instant::now();
        // Minutes of computing, if it began.
        let out = fenhe(&["simulate", &tandem(), "--for", "2000d", option, path]);
        assert_eq!(out.status.code(), Some(1), "{option}");
        assert!(told(&out).contains(path.as_str()), "{}", told(&out));
        assert!(started.elapsed() < Duration::from_secs(20), "{option}");
    }
    assert_eq!(std::fs::read_to_string(&file).expect("there"), "kept");
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_wrong_span_is_quoted_with_the_units_there_are() {
    let out = fenhe(&["simulate", &tandem(), "--for", "10m"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(told(&out).contains("10m is no span") && told(&out).contains("min"));
    let out = fenhe(&[
        "--lang",
        "zh",
        "simulate",
        &tandem(),
        "--warm-up",
        "ein Tag",
    ]);
    assert!(told(&out).contains("ein Tag 不是时长"), "{}", told(&out));
    let out = fenhe(&["simulate", &tandem(), "--for", "0d"]);
    assert!(told(&out).contains("longer than zero"), "{}", told(&out));
    let out = fenhe(&["simulate", &tandem(), "--set", "station.s01.single"]);
    assert!(
        told(&out).contains("station.s01.single is no setting"),
        "{}",
        told(&out)
    );
    let out = fenhe(&["sweep", &tandem(), "a.b=9..1"]);
    assert!(told(&out).contains("LOW..HIGH:STEP"), "{}", told(&out));
}

#[test]
fn a_missing_folder_is_told_in_the_language_asked_for_and_json_stays_clean() {
    let out = fenhe(&[
        "simulate",
        "no/such/plant",
        "--json",
        "-",
        "--lang",
        "zh-CN",
    ]);
    assert_eq!(out.status.code(), Some(1));
    assert!(out.stdout.is_empty());
    assert!(
        told(&out).contains("没有这个文件或文件夹"),
        "{}",
        told(&out)
    );
}

#[test]
fn a_page_on_standard_output_is_the_page_and_nothing_else() {
    let out = fenhe(&["simulate", &tandem(), "--for", "1h", "--html", "-"]);
    let page = String::from_utf8_lossy(&out.stdout);
    assert!(
        page.starts_with("<!doctype html>") && page.ends_with("</html>\n"),
        "{page}"
    );
}

#[test]
fn a_sweep_reads_all_values_first_and_writes_its_tables_a_folder_a_value() {
    let folder = scratch("sweep");
    let csv = folder.display().to_string();
    let run = |values: &str| {
        let times = ["--for", "1h", "--warm-up", "0s", "--replications", "2"];
        fenhe(&[&["sweep", &tandem(), values, "--csv", &csv], &times[..]].concat())
    };
    let bad = run("station.s01.single.servers=1,none");
    assert_eq!(bad.status.code(), Some(2));
    assert!(bad.stdout.is_empty(), "no point is run before all are read");
    let good = run("station.s01.single.servers=1..2");
    assert!(good.status.success(), "{}", told(&good));
    assert_eq!(String::from_utf8_lossy(&good.stdout).lines().count(), 2);
    for value in ["1", "2"] {
        assert!(folder.join(value).join("lines.csv").is_file(), "{value}");
    }
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_misspelt_name_is_answered_with_the_closest_one_as_a_sentence_of_its_own() {
    let out = fenhe(&[
        "simulate",
        &tandem(),
        "--set",
        "station.s01.single.serverz=2",
    ]);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        told(&out).contains("; did you mean \"servers\"?"),
        "{}",
        told(&out)
    );
    assert!(
        told(&out).contains("1 error(s), 0 warning(s)"),
        "{}",
        told(&out)
    );
}
