//! `fenhe import` as a user calls it, and the plants that come of it at work.

#[path = "support/command.rs"]
mod command;

use command::{fenhe, fenhe_in};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A model of the tests of `fenhe-import`.
fn model(name: &str) -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../import/tests/data");
    data.join(name).display().to_string()
}

/// A folder of this test, gone when it ends.
struct Out(PathBuf);

impl Out {
    fn new(name: &str) -> Out {
        let name = format!("fenhe-import-{}-{name}", std::process::id());
        Out(std::env::temp_dir().join(name))
    }
    fn path(&self) -> &str {
        self.0.to_str().expect("a path")
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(args: &[&str]) -> Value {
    let run = fenhe(args);
    assert!(
        run.status.success(),
        "{}{}",
        said(&run.stdout),
        said(&run.stderr)
    );
    serde_json::from_slice(&run.stdout).expect("JSON and nothing else")
}

#[test]
fn an_imported_plant_runs_for_an_hour_its_transports_done_and_nobody_hurt() {
    for (name, ways) in [
        ("joinery.opentcs.xml", 6),
        ("rooms.building.yaml", 2),
        ("carts.building.yaml", 4),
    ] {
        let out = Out::new(name);
        let run = fenhe(&["import", &model(name), "--out", out.path()]);
        assert!(
            run.status.success(),
            "{}{}",
            said(&run.stdout),
            said(&run.stderr)
        );
        let check = fenhe(&["check", out.path()]);
        assert!(
            check.status.success() && check.stderr.is_empty(),
            "{}",
            said(&check.stderr)
        );
        let result = json(&[
            "simulate",
            out.path(),
            "--for",
            "1h",
            "--warm-up",
            "0s",
            "--replications",
            "2",
            "--json",
            "-",
        ]);
        assert_eq!(
            result["referee"]["violations"], 0,
            "{name}: {}",
            result["referee"]
        );
        let products = result["products"].as_array().expect("products");
        let output = |product: &Value| product["output"]["mean"].as_f64().expect("a mean");
        assert_eq!(products.len(), ways, "{name}");
        let done = products
            .iter()
            .filter(|product| output(product) >= 1.0)
            .count();
        assert!(
            10 * done >= 8 * ways,
            "{name}: {done} of {ways} ways have brought a load"
        );
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let out = Out::new("full");
    std::fs::create_dir_all(&out.0).expect("a folder");
    std::fs::write(out.0.join("plant.toml"), "mine").expect("a file");
    let run = fenhe(&["import", &model("joinery.opentcs.xml"), "--out", out.path()]);
    assert!(!run.status.success());
    assert!(
        said(&run.stderr).contains("not empty"),
        "{}",
        said(&run.stderr)
    );
    assert_eq!(
        std::fs::read(out.0.join("plant.toml")).expect("there"),
        b"mine"
    );
}

#[test]
fn the_report_speaks_both_languages_and_json_has_every_name() {
    for (lang, words) in [
        ("C", ["Carried over", "Not carried over"]),
        ("zh_CN.UTF-8", ["已导入", "未导入"]),
    ] {
        let out = Out::new(lang);
        let run = fenhe_in(
            lang,
            &[
                "import",
                &model("two-floors.building.yaml"),
                "-o",
                out.path(),
            ],
        );
        let text = said(&run.stdout);
        assert!(run.status.success(), "{}", said(&run.stderr));
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert!(!text.contains('{'), "{text}");
    }
    let out = Out::new("json");
    let all = json(&[
        "import",
        &model("joinery.opentcs.xml"),
        "--out",
        out.path(),
        "--json",
        "-",
    ]);
    let notes = all["folders"][0]["notes"].as_array().expect("notes");
    let room = notes
        .iter()
        .find(|note| note["code"] == "left/room")
        .expect("told");
    assert_eq!(room["names"].as_array().map(Vec::len), Some(30));
    assert_eq!(all["folders"][0]["problems"], Value::Array(Vec::new()));
}

#[test]
fn a_bad_file_gives_its_problems_with_lines_and_no_folder() {
    let out = Out::new("bad");
    let file = command::file(
        "import",
        "bad.xml",
        "<model version=\"7.0.0\" name=\"m\">\n<point name=\"P\"/>\n</model>",
    );
    let run = fenhe(&[
        "import",
        file.to_str().expect("a path"),
        "--out",
        out.path(),
    ]);
    assert_eq!(run.status.code(), Some(2));
    let text = said(&run.stderr);
    assert!(
        text.contains("import/attribute-missing") && text.contains("bad.xml:2"),
        "{text}"
    );
    assert!(!out.0.exists());
}
