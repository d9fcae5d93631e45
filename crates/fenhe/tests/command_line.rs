//! The program as a user calls it.

#[path = "support/command.rs"]
mod command;

use command::{fenhe, plant};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fenhe-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}

fn simulate(threads: &str) -> Value {
    let plant = plant("oracles/tandem-10");
    let out = fenhe(&[
        "simulate",
        &plant,
        "--for",
        "2h",
        "--warm-up",
        "30min",
        "--replications",
        "4",
        "--seed",
        "1",
        "--threads",
        threads,
        "--json",
        "-",
    ]);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    serde_json::from_slice(&out.stdout).expect("standard output is JSON and nothing else")
}

#[test]
fn the_json_has_what_others_rely_on() {
    let json = simulate("1");
    for key in [
        "plant",
        "seed",
        "replications",
        "horizon_s",
        "warm_up_s",
        "events",
        "cpu_s",
        "real_time_factor",
        "digest",
        "referee",
        "lines",
        "products",
        "work_in_progress",
        "stations",
        "fleet",
        "bottleneck",
    ] {
        assert!(json.get(key).is_some(), "{key}");
    }
    assert_eq!(json["referee"]["violations"], 0);
    let takt = &json["lines"][0]["takt_s"];
    assert_eq!(takt["n"], 4);
    let (low, high) = (takt["ci95"][0].as_f64(), takt["ci95"][1].as_f64());
    assert!(low < takt["mean"].as_f64() && takt["mean"].as_f64() < high);
    assert_eq!(json["stations"].as_array().map(Vec::len), Some(10));
    assert!(json["stations"][0]["oee"]["availability"].is_number());
    assert!(json["bottleneck"]["evidence"]["active_share"]["mean"].is_number());
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let timeless = |mut json: Value| {
        for key in ["cpu_s", "real_time_factor"] {
            json[key] = Value::Null;
        }
        json.to_string()
    };
    assert_eq!(timeless(simulate("1")), timeless(simulate("2")));
}

#[test]
fn a_plant_with_problems_ends_with_2_and_says_where() {
    let folder = scratch("bad");
    let text = "[[product]]\nid = \"a\"\n\n[[station]]\nid = \"s\"\nform = \"q\"\n";
    std::fs::write(folder.join("plant.toml"), text).expect("written");
    let out = fenhe(&["check", &folder.display().to_string()]);
    assert_eq!(out.status.code(), Some(2));
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(told.contains("plant.toml:6:1"), "{told}");
    assert!(told.contains("form"), "{told}");
    let chinese = fenhe(&["--lang", "zh-CN", "check", &folder.display().to_string()]);
    assert!(String::from_utf8_lossy(&chinese.stderr).contains("错误"));
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn the_cell_plant_and_its_tracks_agree() {
    let folder = plant("jinneng-cells");
    let out = fenhe(&["check", &folder]);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let layout = Path::new(&folder).join("layout.toml").display().to_string();
    let tracks = fenhe(&["layout", &layout]);
    let kept = std::fs::read(Path::new(&folder).join("tracks.lif.json")).expect("tracks");
    assert_eq!(
        tracks.stdout, kept,
        "run: fenhe layout layout.toml -o tracks.lif.json"
    );
}

#[test]
fn the_report_stands_alone_and_the_tables_are_written() {
    let folder = scratch("report");
    let path = |name: &str| folder.join(name).display().to_string();
    let plant = plant("oracles/tandem-10");
    let (html, csv, parquet, pieces) = (
        path("r.html"),
        path("csv"),
        path("parquet"),
        path("pieces.parquet"),
    );
    let out = fenhe(&[
        "simulate",
        &plant,
        "--for",
        "1h",
        "--warm-up",
        "0h",
        "--replications",
        "2",
        "--html",
        &html,
        "--csv",
        &csv,
        "--parquet",
        &parquet,
        "--pieces",
        &pieces,
        "--lang",
        "zh",
    ]);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let page = std::fs::read_to_string(&html).expect("the report");
    assert!(page.contains("<html lang=\"zh-CN\">") && page.contains("产线"));
    for outside in ["http://", "https://", "<script", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let lines = std::fs::read_to_string(folder.join("csv/lines.csv")).expect("lines.csv");
    assert!(lines.starts_with("line,output_per_hour"));
    for file in ["parquet/stations.parquet", "pieces.parquet"] {
        let bytes = std::fs::read(folder.join(file)).expect(file);
        assert!(
            bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"),
            "{file}"
        );
    }
    std::fs::remove_dir_all(folder).expect("removed");
}
