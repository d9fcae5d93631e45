//! A rehearsal as a user runs it, and what can be read from its journal afterwards.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fenhe(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fenhe"))
        .args(args)
        .env("LC_ALL", "C")
        .output()
        .expect("the program starts")
}

fn text(out: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    )
}

fn plant(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants");
    root.join(name).display().to_string()
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fenhe-live-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}

#[test]
fn a_rehearsal_leaves_a_journal_that_can_be_read_in_every_way() {
    let folder = scratch("rehearsal");
    let journal = folder.join("journal").display().to_string();
    let cells = plant("jinneng-cells");
    let out = fenhe(&[
        "rehearse",
        &cells,
        "--journal",
        &journal,
        "--speed",
        "20",
        "--for",
        "16s",
    ]);
    assert!(out.status.success(), "{}", text(&out));
    assert!(
        text(&out).contains("breaches seen by the referee: 0"),
        "{}",
        text(&out)
    );
    assert!(text(&out).contains("104 vehicles linked"), "{}", text(&out));

    let out = fenhe(&["verify", &cells, "--journal", &journal]);
    assert!(
        out.status.success() && text(&out).contains("the journal is whole"),
        "{}",
        text(&out)
    );

    let out = fenhe(&[
        "replay",
        &cells,
        "--journal",
        &journal,
        "--from",
        "100",
        "--steps",
        "3",
    ]);
    assert!(out.status.success(), "{}", text(&out));
    assert_eq!(
        text(&out)
            .lines()
            .filter(|line| line.contains(" => "))
            .count(),
        3
    );
    assert!(
        text(&out).contains("1 kept digests came out the same"),
        "{}",
        text(&out)
    );

    let out = fenhe(&["calibrate", &cells, "--journal", &journal, "--json", "-"]);
    assert!(out.status.success(), "{}", text(&out));
    let json = text(&out).lines().last().map(serde_json::from_str::<Value>);
    let json = json.expect("a line").expect("JSON");
    let transfer = json["fits"]
        .as_array()
        .and_then(|fits| fits.iter().find(|fit| fit["figure"] == "transfer"));
    let mean = transfer
        .and_then(|fit| fit["mean"].as_f64())
        .expect("hand-overs were seen");
    // 12 s in the plant; a clock twenty times as fast sees each 100 ms that a busy machine takes to pass a message on as 2 s more.
    assert!((11.0..32.0).contains(&mean), "{mean}");

    let other = plant("oracles/tandem-10");
    let out = fenhe(&["run", &other, "--journal", &journal, "--for", "1s"]);
    assert!(
        !out.status.success() && text(&out).contains("belongs to plant jinneng-cells"),
        "{}",
        text(&out)
    );
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn what_cannot_be_is_said_in_the_readers_language() {
    let cells = plant("jinneng-cells");
    let out = fenhe(&["run", &cells, "--broker", "nowhere"]);
    assert!(
        !out.status.success() && text(&out).contains("127.0.0.1:1883"),
        "{}",
        text(&out)
    );
    let out = fenhe(&[
        "--lang",
        "zh",
        "replay",
        &cells,
        "--journal",
        "/nonexistent/journal",
    ]);
    assert!(
        !out.status.success() && text(&out).contains("无法使用日志"),
        "{}",
        text(&out)
    );
}
