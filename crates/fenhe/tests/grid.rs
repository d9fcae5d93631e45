//! `fenhe grid` and `fenhe grid-check` as a user calls them.

#[path = "support/command.rs"]
mod command;

use command::{fenhe, fenhe_in, refused};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn scratch(name: &str, text: &str) -> String {
    command::file("grid", name, text).display().to_string()
}

fn public() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/grid");
    folder.join("random_100.json").display().to_string()
}

/// A run of the public instance, written to a file of that name.
fn run(name: &str, more: &[&str]) -> (String, Value) {
    let out: PathBuf = command::file("grid", name, "");
    let out = out.display().to_string();
    let begin = ["grid", &public(), "--steps", "60", "--out", &out];
    let done = fenhe(&[&begin[..], more].concat());
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let text = std::fs::read_to_string(&out).expect("the run");
    (out, serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn a_public_instance_runs_and_the_judge_counts_the_same() {
    let (out, json) = run("holds.json", &["--iterations", "40", "--threads", "2"]);
    let tasks = json["numTaskFinished"].as_u64().expect("a count");
    assert!(tasks >= 40, "{tasks}");
    assert_eq!(
        (&json["errors"], &json["scheduleErrors"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(json["actualPaths"].as_array().map(Vec::len), Some(100));
    for (lang, word) in [("C", "The run holds"), ("zh_CN.UTF-8", "运行结果成立")] {
        let judged = fenhe_in(lang, &["grid-check", &public(), &out]);
        let said = String::from_utf8_lossy(&judged.stdout).into_owned();
        assert!(judged.status.success() && said.contains(word), "{said}");
        assert!(said.contains(&tasks.to_string()), "{said}");
    }
}

#[test]
fn the_same_iterations_give_the_same_run() {
    let more = ["--iterations", "24", "--threads", "2", "--seed", "5"];
    let (first, again) = (run("first.json", &more).1, run("again.json", &more).1);
    let other = run(
        "other.json",
        &["--iterations", "24", "--threads", "2", "--seed", "6"],
    )
    .1;
    for key in ["actualPaths", "actualSchedule", "events", "tasks"] {
        assert_eq!(first[key], again[key]);
    }
    assert_ne!(first["actualPaths"], other["actualPaths"]);
}

#[test]
fn the_clock_ends_a_step() {
    let (out, json) = run(
        "clock.json",
        &["--seconds-per-step", "0.02", "--threads", "1"],
    );
    assert_eq!(json["plannerTimes"].as_array().map(Vec::len), Some(60));
    assert!(fenhe(&["grid-check", &public(), &out]).status.success());
}

#[test]
fn each_planted_fault_of_a_run_is_found() {
    let (_, good) = run("good.json", &["--iterations", "0", "--threads", "1"]);
    let judged = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut bad = good.clone();
        change(&mut bad);
        let file = scratch(&format!("{name}.json"), &bad.to_string());
        refused(&["grid-check", &public(), &file])
    };
    let plant = |code: &str, change: &dyn Fn(&mut Value)| {
        let (exit, said) = judged(&code.replace('/', "-"), change);
        assert!(exit == Some(2) && said.contains(code), "{code}: {said}");
    };
    plant("run/count", &|run| run["numTaskFinished"] = json!(1));
    plant("run/start", &|run| run["start"][0] = json!([0, 0, "E"]));
    plant("run/path", &|run| run["actualPaths"][3] = json!("F,X"));
    plant("run/key", &|run| run["tasks"] = Value::Null);
    plant("run/task", &|run| run["tasks"][2][2] = json!([0, 0]));
    plant("run/revealed", &|run| run["tasks"][149][1] = json!(7));
    plant("run/events", &|run| {
        run["events"].as_array_mut().map(Vec::pop);
    });
    plant("run/shared", &|run| {
        run["actualSchedule"][1] = run["actualSchedule"][0].clone();
    });
    plant("run/not-open", &|run| {
        run["actualSchedule"][1] = json!("1:4000")
    });
    plant("run/wall", &|run| {
        let path = vec!["F"; 60].join(",");
        run["actualPaths"][0] = json!(path);
    });
}

/// Two robots in a corridor, the left one looking east, and what they do.
fn corridor(name: &str, paths: [&str; 2]) -> (Option<i32>, String) {
    let map = scratch(
        &format!("{name}.map"),
        "type octile\nheight 1\nwidth 4\nmap\n....\n",
    );
    let robots = scratch(&format!("{name}.agents"), "2\n0\n3\n");
    let tasks = scratch(&format!("{name}.tasks"), "1\n1\n");
    let instance = json!({
        "mapFile": map, "agentFile": robots, "taskFile": tasks, "teamSize": 2, "numTasksReveal": 0,
    });
    let instance = scratch(&format!("{name}-instance.json"), &instance.to_string());
    let run = json!({
        "start": [[0, 0, "E"], [0, 3, "E"]], "actualPaths": paths, "actualSchedule": ["", ""],
        "tasks": [], "events": [], "numTaskFinished": 0,
    });
    let run = scratch(&format!("{name}-run.json"), &run.to_string());
    refused(&["grid-check", &instance, &run])
}

#[test]
fn conflicts_by_hand_are_told_apart() {
    let (exit, said) = corridor("behind", ["F,F,W,W", "R,R,F,W"]);
    assert!(exit == Some(2) && said.contains("run/vertex"), "{said}");
    let (exit, said) = corridor("swap", ["F,W,W,F", "R,R,F,F"]);
    assert!(exit == Some(2) && said.contains("run/edge"), "{said}");
    let (exit, said) = corridor("wall", ["W,W,W,W", "F,W,W,W"]);
    assert!(exit == Some(2) && said.contains("run/wall"), "{said}");
    let (exit, said) = corridor("fine", ["F,W,W,W", "R,R,F,W"]);
    assert!(exit == Some(0), "{said}");
}

#[test]
fn faults_of_an_instance_name_place_and_remedy() {
    let map = scratch("bad.map", "type octile\nheight 2\nwidth 3\nmap\n...\n.@.\n");
    let robots = scratch("bad.agents", "2\n0\n4\n");
    let tasks = scratch("bad.tasks", "2\n1,5\n99\n");
    let given = |robots: &str, tasks: &str, size: u32| {
        let text =
            json!({"mapFile": map, "agentFile": robots, "taskFile": tasks, "teamSize": size});
        let file = scratch(&format!("bad-{size}.json"), &text.to_string());
        refused(&["grid", &file, "--iterations", "1", "--steps", "1"])
    };
    let (exit, said) = given(&robots, &tasks, 2);
    assert!(exit == Some(2) && said.contains("grid/blocked"), "{said}");
    assert!(
        said.contains("bad.agents:3") && said.contains("free cell"),
        "{said}"
    );
    let (exit, said) = given(&robots, &tasks, 1);
    assert!(exit == Some(2) && said.contains("grid/outside"), "{said}");
    assert!(said.contains("bad.tasks:3"), "{said}");
    let (exit, said) = given(&robots, &tasks, 3);
    assert!(exit == Some(2) && said.contains("grid/robots"), "{said}");
}
