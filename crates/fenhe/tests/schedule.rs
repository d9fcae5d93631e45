//! `fenhe schedule` and `fenhe schedule-check` as a user calls them.

#[path = "support/command.rs"]
mod command;

use command::{fenhe, made, refused, shop};
use serde_json::Value;
use std::path::PathBuf;

fn scratch(name: &str, text: &str) -> PathBuf {
    command::file("schedule", name, text)
}

#[test]
fn a_small_shop_is_solved_and_its_schedule_holds() {
    let mk03 = shop("mk03.txt");
    let (text, json) = made(&[
        "schedule",
        &mk03,
        "--steps",
        "50000",
        "--threads",
        "1",
        "--json",
        "-",
    ]);
    assert_eq!(
        (&json["makespan"], &json["kind"]),
        (&204.into(), &"fjsp".into())
    );
    assert_eq!(json["optimal"], true);
    let rows = json["schedule"].as_array().expect("rows");
    assert_eq!(Some(rows.len() as u64), json["operations"].as_u64());
    for key in ["job", "operation", "machine", "start", "end"] {
        assert!(rows[0][key].is_u64(), "{key}");
    }
    let good = scratch("good.json", &text);
    let out = fenhe(&["schedule-check", &mk03, &good.display().to_string()]);
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && said.contains("204"), "{said}");
}

#[test]
fn the_same_steps_give_the_same_bytes() {
    let la38 = shop("la38.txt");
    for threads in ["1", "2"] {
        let args = [
            "schedule",
            &la38,
            "--steps",
            "3000",
            "--threads",
            threads,
            "--seed",
            "7",
            "--json",
            "-",
        ];
        let (first, json) = made(&args);
        assert_eq!(first, made(&args).0);
        assert!(json["seconds"].is_null());
        let steps = json["steps"].as_array().expect("steps");
        assert_eq!(steps.len().to_string(), threads);
    }
}

#[test]
fn what_a_search_by_seconds_found_is_had_again_by_its_steps() {
    let ft10 = shop("ft10.txt");
    let begin = ["schedule", &ft10, "--threads", "2", "--json", "-"];
    let (_, timed) = made(&[&begin[..], &["--seconds", "0.3"]].concat());
    let steps: Vec<String> = timed["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(Value::to_string)
        .collect();
    let (_, again) = made(&[&begin[..], &["--steps", &steps.join(",")]].concat());
    assert_eq!(timed["schedule"], again["schedule"]);
}

#[test]
fn people_are_told_what_was_found_and_see_a_chart() {
    let ft06 = shop("ft06.txt");
    let page = scratch("chart.html", "");
    let page = page.display().to_string();
    let all = [
        "schedule",
        &ft06,
        "--steps",
        "3000",
        "--threads",
        "1",
        "--gantt",
    ];
    let out = fenhe(&[&all[..], &[&page, "--lang", "zh"]].concat());
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(
        said.contains("最大完工时间 55") && said.contains("关键机器"),
        "{said}"
    );
    let drawn = std::fs::read_to_string(&page).expect("a page");
    assert_eq!(drawn.matches("<rect ").count(), 36);
    let out = fenhe(&[&all[..], &["-", "--lang", "en"]].concat());
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(
        said.contains("Makespan 55") && said.contains("is critical"),
        "{said}"
    );
    assert!(said.lines().any(|line| line.starts_with("5 ")), "{said}");
}

#[test]
fn a_broken_file_is_told_with_its_line_and_remedy_in_both_languages() {
    let broken = scratch("broken.txt", "2 2\n0 3 1 4\n0 3 7 4\n");
    let broken = broken.display().to_string();
    let (code, said) = refused(&["schedule", &broken, "--format", "jsp", "--lang", "en"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("broken.txt:3") && said.contains("remedy"),
        "{said}"
    );
    assert!(said.contains("names a machine"), "{said}");
    let (code, said) = refused(&["schedule", &broken, "--format", "jsp", "--lang", "zh"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("broken.txt:3") && said.contains("引用了首行未计入的机器"),
        "{said}"
    );
    let (code, said) = refused(&["schedule", "no-such-file.txt"]);
    assert!(
        code == Some(1) && said.contains("no-such-file.txt"),
        "{said}"
    );
    let (code, said) = refused(&["schedule", &broken, "--threads", "2", "--steps", "1,2,3"]);
    assert!(code == Some(1) && said.contains("--steps"), "{said}");
}

#[test]
fn a_schedule_that_does_not_hold_is_told_where() {
    let one = scratch("one.txt", "2 2\n0 3 1 4\n0 2 1 1\n");
    let one = one.display().to_string();
    let row = |job: u32, operation: u32, machine: u32, start: u32, end: u32| serde_json::json!({"job": job, "operation": operation, "machine": machine, "start": start, "end": end});
    let check = |rows: Vec<Value>, lang: &str| {
        let text = serde_json::json!({ "schedule": rows }).to_string();
        let file = scratch(&format!("rows-{}.json", rows.len()), &text);
        let file = file.display().to_string();
        refused(&[
            "schedule-check",
            &one,
            &file,
            "--format",
            "jsp",
            "--lang",
            lang,
        ])
    };
    let good = vec![
        row(0, 0, 0, 0, 3),
        row(0, 1, 1, 3, 7),
        row(1, 0, 0, 3, 5),
        row(1, 1, 1, 7, 8),
    ];
    assert_eq!(check(good.clone(), "en"), (Some(0), String::new()));
    let wrong = |at: usize, row: Value, word: &str| {
        let mut rows = good.clone();
        rows[at] = row;
        let (code, said) = check(rows, "en");
        assert!(code == Some(2) && said.contains(word), "{said}");
    };
    wrong(2, row(1, 0, 0, 2, 4), "two operations at once");
    wrong(1, row(0, 1, 1, 2, 6), "before operation 0 has ended");
    wrong(3, row(1, 1, 1, 7, 9), "cannot be done");
    wrong(3, row(1, 0, 0, 3, 5), "twice");
    wrong(3, row(4, 0, 0, 3, 5), "no operation");
    let (code, said) = check(good[..3].to_vec(), "zh");
    assert!(
        code == Some(2) && said.contains("第一道缺少的是作业 1 的工序 1"),
        "{said}"
    );
}
