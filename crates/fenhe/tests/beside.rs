//! Beside another master as a user runs it: a rehearsal is the other master, over a broker.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn fenhe(args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_fenhe"))
        .args(args)
        .env("LC_ALL", "C")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn said(child: Child) -> String {
    let out = child.wait_with_output().expect("it ends");
    assert!(out.status.success());
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn a_rehearsal_is_overheard_and_compared() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let plant = root.display().to_string();
    let mut broker = fenhe(&["broker", "--port", "0", "--for", "1h"]);
    let mut lines = BufReader::new(broker.stdout.take().expect("a pipe")).lines();
    let line = lines.next().expect("a line").expect("text");
    let address = line.rsplit(' ').next().expect("an address").to_string();
    let file = std::env::temp_dir().join(format!("fenhe-shadow-{}.json", std::process::id()));
    let json = file.display().to_string();

    let shadow = fenhe(&[
        "run", &plant, "--shadow", "--broker", &address, "--speed", "60", "--for", "45s", "--json",
        &json,
    ]);
    let master = fenhe(&[
        "rehearse", &plant, "--broker", &address, "--speed", "60", "--for", "40s",
    ]);
    let (heard, ran) = (said(shadow), said(master));
    let _ = broker.kill();
    let _ = broker.wait();

    assert!(ran.contains("breaches seen by the referee: 0"), "{ran}");
    assert!(heard.contains("nothing is sent"), "{heard}");
    let found = std::fs::read_to_string(&file).expect("a file");
    let _ = std::fs::remove_file(&file);
    println!("{heard}{found}");
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    let compared = found["trips"]["same"]["n"].as_u64().expect("a count");
    assert!(compared > 20, "{found}");
    assert!(
        heard.contains("we would have sent the same vehicle"),
        "{heard}"
    );
    // It has heard all from the start: every load fetched is one it knew of.
    assert_eq!(found["unknown"], 0, "{found}");
}
