//! `fenhe cut` as a user calls it.

#[path = "support/command.rs"]
mod command;

use command::fenhe;
use serde_json::Value;
use std::path::PathBuf;

/// A file of this test, gone when it ends.
struct Kept(PathBuf);

impl Kept {
    fn new(name: &str, text: &str) -> Kept {
        let name = format!("fenhe-cut-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("a file");
        Kept(path)
    }
    fn path(&self) -> &str {
        self.0.to_str().expect("a path")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn said(out: &[u8]) -> String {
    String::from_utf8_lossy(out).into_owned()
}

const MILL: &str = "width,count\n1380,22\n1520,25\n1560,12\n1710,14\n1820,18\n1880,18\n1930,20\n\
                    2000,10\n2050,12\n2100,14\n2140,16\n2150,18\n2200,20\n";

#[test]
fn the_paper_mill_is_cut_from_73_rolls_and_the_same_steps_give_the_same_bytes() {
    let order = Kept::new("mill.csv", MILL);
    let cut = || {
        let args = [
            "cut",
            order.path(),
            "--parent",
            "5.6 m",
            "--steps",
            "600",
            "--json",
            "-",
        ];
        fenhe(&args)
    };
    let (one, other) = (cut(), cut());
    assert!(one.status.success(), "{}", said(&one.stderr));
    assert_eq!(one.stdout, other.stdout);
    let plan: Value = serde_json::from_slice(&one.stdout).expect("JSON and nothing else");
    assert_eq!((&plan["parents"], &plan["bound"]), (&73.into(), &73.into()));
    assert_eq!(plan["fewest_parents"], true);
    let patterns = plan["patterns"].as_u64().expect("a number");
    assert!(patterns <= 12, "{patterns}");
    let share = plan["trim_share"].as_f64().expect("a number");
    assert!((share - 0.00401).abs() < 1e-5, "{share}");
    holds(&plan, 5600.0);
}

/// By the JSON alone: no pattern is wider than the parent, and everything ordered is made.
fn holds(plan: &Value, room: f64) {
    let list = |value: &Value| value.as_array().cloned().expect("a list");
    let number = |value: &Value| value.as_f64().expect("a number");
    let mut made = std::collections::BTreeMap::new();
    for set_up in list(&plan["set_ups"]) {
        let mut used = number(&set_up["trim_mm"]);
        for strip in list(&set_up["strips"]) {
            let (width, count) = (number(&strip["width_mm"]), number(&strip["count"]));
            used += width * count;
            *made.entry(width.to_string()).or_insert(0.0) += count * number(&set_up["parents"]);
        }
        assert!((used - room).abs() < 1e-6, "{set_up}");
    }
    for strip in list(&plan["strips"]) {
        assert_eq!(
            made[&number(&strip["width_mm"]).to_string()],
            number(&strip["demand"])
        );
    }
}

#[test]
fn limits_weights_and_over_production_are_kept_and_told_in_both_languages() {
    let order = Kept::new(
        "coil.toml",
        "parent = \"1250 mm\"\nedge = 8\nstrips = 10\ncoil = \"20 t\"\n\
         [[strip]]\nwidth = 152.5\ncount = 40\nover = 2\n\
         [[strip]]\nwidth = \"310 mm\"\nweight = \"45 t\"\n",
    );
    let args = ["cut", order.path(), "--steps", "200"];
    let out = fenhe(&args);
    assert!(out.status.success(), "{}", said(&out.stderr));
    let text = said(&out.stdout);
    assert!(
        text.contains("152.5 x") && text.contains("no plan needs fewer"),
        "{text}"
    );
    let out = fenhe(&[&args[..], &["--lang", "zh"]].concat());
    assert!(said(&out.stdout).contains("母卷"), "{}", said(&out.stdout));
    // 45 t of strips of 20 t * 310 / 1250 = 4.96 t each are 9.07: 10 strips.
    let out = fenhe(&[&args[..], &["--json", "-"]].concat());
    let plan: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(plan["strips"][1]["demand"], 10);
}

#[test]
fn all_faults_of_an_order_are_told_at_once_with_line_and_remedy() {
    let order = Kept::new(
        "wrong.toml",
        "parent = \"1250 mm\"\nknives = 3\n[[strip]]\nwidth = \"3 ft\"\ncount = 4\n\
         [[strip]]\nwidth = 100\n[[strip]]\nwidth = 100\nweight = 5\n",
    );
    let out = fenhe(&["cut", order.path()]);
    assert_eq!(out.status.code(), Some(2));
    let text = said(&out.stderr);
    for (code, line) in [
        ("cut/key", 2),
        ("cut/length", 4),
        ("cut/demand", 6),
        ("cut/coil", 10),
    ] {
        assert!(
            text.contains(code) && text.contains(&format!(".toml:{line}\n")),
            "{text}"
        );
    }
    let order = Kept::new("wide.csv", "width,count\n300,2\n1300,1\n200,0\n");
    let out = fenhe(&["cut", order.path(), "--parent", "1250", "--edge", "5 mm"]);
    let text = said(&out.stderr);
    assert!(
        text.contains("1300 mm is wider") && text.contains("(1240 mm)"),
        "{text}"
    );
    assert!(
        text.contains("none of the strips of 200 mm") && text.contains(".csv:4\n"),
        "{text}"
    );
    let out = fenhe(&["cut", order.path()]);
    assert!(
        said(&out.stderr).contains("cut/missing"),
        "{}",
        said(&out.stderr)
    );
    let out = fenhe(&["cut", order.path(), "--parent", "1250", "--seconds", "-1"]);
    assert!(!out.status.success());
}

#[test]
fn limits_that_leave_no_plan_are_told() {
    let order = Kept::new("none.csv", "width,count\n30,5\n50,4\n");
    let out = fenhe(&["cut", order.path(), "--parent", "100", "--trim", "5"]);
    assert_eq!(out.status.code(), Some(2));
    let text = said(&out.stderr);
    assert!(text.contains("no pattern with a strip of 30 mm"), "{text}");
    let order = Kept::new("odd.csv", "width,count\n50,3\n");
    let out = fenhe(&["cut", order.path(), "--parent", "100", "--trim", "5"]);
    assert!(
        said(&out.stderr).contains("cut/impossible"),
        "{}",
        said(&out.stderr)
    );
}
