//! A date for one more order where 1,000 are promised: wall time of the command, book and plant read included, and what holds
//! the date named. The orders are drawn once and for all; the book is made by the same program.

use super::process;
use crate::bench::{Goal, Race, Row};
use crate::{json, shell};
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

/// The race.
pub const RACE: Race = Race {
    name: "promise",
    run,
};

/// Promised before.
const OPEN: u64 = 1_000;
/// A date must not take longer [s].
const MOST: f64 = 2.0;
/// So often it is asked for.
const TIMES: usize = 5;

/// Orders of 5 to 60 t, of each product and of the mix; by the generator of Lehmer (Park and Miller 1988).
fn orders() -> String {
    const OF: [&str; 6] = [
        "strip-0.30",
        "strip-0.20",
        "strip-0.10",
        "strip-0.05",
        "strip-0.02",
        "strip-mix",
    ];
    let mut state = 1_000_u64;
    let mut draw = |n: u64| {
        state = state * 48_271 % 2_147_483_647;
        state % n
    };
    let mut text = String::from("order,product,quantity\n");
    for order in 0..OPEN {
        let product = OF[draw(6) as usize];
        let tonnes = 5 + draw(56);
        let _ = writeln!(text, "K-{order},{product},{tonnes} t");
    }
    text
}

fn written(path: &Path, text: &str) -> Result<String, Vec<String>> {
    let told = |why: std::io::Error| vec![format!("{}: {why}", path.display())];
    std::fs::write(path, text).map_err(told)?;
    Ok(path.to_string_lossy().into_owned())
}

fn run() -> Result<Vec<Row>, Vec<String>> {
    process::with_scratch("promise", measure)
}

fn measure(folder: &Path) -> Result<Vec<Row>, Vec<String>> {
    let fenhe = process::fenhe();
    let fenhe = fenhe.to_string_lossy();
    let plant = shell::root().join("plants/tisco-strip");
    let plant = plant.to_string_lossy();
    let all = written(&folder.join("all.csv"), &orders())?;
    let one = "order,product,quantity\nN-1,strip-mix,200 t\n";
    let one = written(&folder.join("one.csv"), one)?;
    let book = folder.join("book.json").to_string_lossy().into_owned();
    let ask = |orders: &str, more: &[&str]| {
        let words = ["promise", &plant, orders, "--paths", "0", "--book", &book];
        let words = [&words[..], &["--json", "-"], more].concat();
        json::parse(&shell::read(shell::program(&fenhe, &words))?)
    };
    ask(&all, &["--confirm"])?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begin = Instant::now();
        let answer = ask(&one, &[])?;
        times.push(begin.elapsed().as_secs_f64());
        let promise = &answer["promises"][0];
        if promise["full_days"].as_f64().is_none() || promise["binding"]["name"].is_null() {
            return Err(vec![format!(
                "no date, or nothing that holds it: {promise}"
            )]);
        }
    }
    times.sort_by(f64::total_cmp);
    let row = |name: &str, at: usize, goal| Row {
        name: name.into(),
        ours: times.get(at).copied(),
        anchor: Some(MOST),
        unit: "s",
        goal,
    };
    Ok(vec![
        row(
            "date and what holds it at 1,000 open orders, longest of 5",
            TIMES - 1,
            Some(Goal::AtMost(1.0)),
        ),
        row("the same, median", TIMES / 2, None),
    ])
}
