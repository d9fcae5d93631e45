//! The running plant on the wall clock: broker, controller with its journal, and virtual vehicles
//! that tell their state each second, each a process of its own. Measured is the wait from a message
//! in, at the client's callback, to the orders of the step it went into, handed to the client; a step
//! that took several messages counts from the oldest. A run in which a vehicle was not linked, a message was
//! dropped, fewer states came than vehicles should tell, nothing was carried or the referee saw anything
//! has no figures.

use super::hall;
use super::process::{Process, Usage, fenhe, with_scratch};
use crate::bench::{Goal, Race, Row};
use crate::json;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// The race.
pub const RACE: Race = Race { name: "live", run };

/// Left out at the start, and measured [s]; `FENHE_LIVE=60,30` says otherwise, `FENHE_LIVE=60,30,4` only of the
/// hall with so many rows.
const SPANS: (u64, u64) = (180, 120);
/// Rows of the hall, and the most that a wait may be at p99 [ms].
const SIZES: [(usize, f64); 2] = [(40, 50.0), (4, 20.0)];

/// Counts at one moment.
struct Mark {
    figures: Value,
    controller: Usage,
    devices: Usage,
    journal: u64,
    hands: usize,
}

/// One run.
struct Run {
    vehicles: usize,
    aim_ms: f64,
    broker: &'static str,
    seconds: f64,
    from: Mark,
    to: Mark,
}

fn run() -> Result<Vec<Row>, Vec<String>> {
    with_scratch("live", races)
}

fn races(scratch: &Path) -> Result<Vec<Row>, Vec<String>> {
    let mut rows = Vec::new();
    let only = said().get(2).copied();
    let wanted = |(size, _): &(usize, f64)| only.is_none_or(|only| only == *size as u64);
    for (size, aim_ms) in SIZES.into_iter().filter(wanted) {
        let plant = hall::make(&scratch.join(format!("hall-{}", size * hall::A_ROW)), size)?;
        for broker in ["in the box", "mosquitto"] {
            let Some((serving, address)) = start_broker(broker, scratch)? else {
                println!("live: no {broker} here");
                continue;
            };
            let done = race(&plant, &address, scratch)?;
            let (seconds, from, to) = done;
            drop(serving);
            let run = Run {
                vehicles: size * hall::A_ROW,
                aim_ms,
                broker,
                seconds,
                from,
                to,
            };
            wrong(&run).map_or(Ok(()), |why| Err(vec![format!("live: {why}")]))?;
            rows.extend(rows_of(&run));
        }
    }
    Ok(rows)
}

/// The numbers of `FENHE_LIVE`.
fn said() -> Vec<u64> {
    let text = std::env::var("FENHE_LIVE").unwrap_or_default();
    let numbers: Result<Vec<u64>, _> = text.split(',').map(str::parse).collect();
    numbers.unwrap_or_default()
}

fn spans() -> (u64, u64) {
    match said()[..] {
        [warm, measured, ..] => (warm, measured),
        _ => SPANS,
    }
}

/// A broker at work, and where. `None`: it is not installed.
fn start_broker(which: &str, scratch: &Path) -> Result<Option<(Process, String)>, Vec<String>> {
    if which == "in the box" {
        let broker = Process::start(&fenhe(), &["broker", "--port", "0"])?;
        let address = broker.wait(|line| Some(line.strip_prefix("broker at ")?.to_string()))?;
        return Ok(Some((broker, address)));
    }
    let places = [
        "/usr/sbin/mosquitto",
        "/usr/bin/mosquitto",
        "/usr/local/sbin/mosquitto",
    ];
    let Some(program) = places.iter().map(Path::new).find(|path| path.exists()) else {
        return Ok(None);
    };
    let failed = |why: std::io::Error| vec![format!("mosquitto: {why}")];
    let free = std::net::TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let address = free.local_addr().map_err(failed)?;
    drop(free);
    let settings = format!(
        "listener {} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\nset_tcp_nodelay true\nlog_type error\nconnection_messages false\n",
        address.port()
    );
    let file = scratch.join("mosquitto.conf");
    std::fs::write(&file, settings).map_err(failed)?;
    let broker = Process::start(program, &["-c", &file.display().to_string()])?;
    std::thread::sleep(Duration::from_secs(1));
    Ok(Some((broker, address.to_string())))
}

/// Runs the plant: the seconds measured, and the counts at both ends.
fn race(plant: &Path, broker: &str, scratch: &Path) -> Result<(f64, Mark, Mark), Vec<String>> {
    let (warm_up, measured) = spans();
    let path = |name: &str| scratch.join(name).display().to_string();
    let (journal, figures, ledger) = (path("journal"), path("figures"), path("ledger"));
    for file in [
        &journal,
        &ledger,
        &format!("{journal}-wal"),
        &format!("{journal}-shm"),
    ] {
        let _ = std::fs::remove_file(file);
    }
    let plant = plant.display().to_string();
    let devices = [
        "devices",
        &plant,
        "--broker",
        broker,
        "--state-every",
        "1s",
        "--ledger",
        &ledger,
    ];
    let devices = Process::start(&fenhe(), &devices)?;
    devices.wait(|line| line.contains("breaches").then_some(()))?;
    let span = format!("{}s", warm_up + measured + 5);
    let controller = [
        "run",
        &plant,
        "--broker",
        broker,
        "--journal",
        &journal,
        "--figures",
        &figures,
        "--for",
        &span,
    ];
    let controller = Process::start(&fenhe(), &controller)?;
    controller.wait(|line| line.contains(" vehicles linked").then_some(()))?;
    let mark = || -> Result<Mark, Vec<String>> {
        Ok(Mark {
            figures: newest(&figures)?,
            controller: controller.usage(),
            devices: devices.usage(),
            journal: size(&journal) + size(&format!("{journal}-wal")),
            hands: std::fs::read_to_string(&ledger)
                .unwrap_or_default()
                .lines()
                .count(),
        })
    };
    std::thread::sleep(Duration::from_secs(warm_up));
    let (begun, from) = (std::time::Instant::now(), mark()?);
    std::thread::sleep(Duration::from_secs(measured));
    let (seconds, to) = (begun.elapsed().as_secs_f64(), mark()?);
    let breaches = devices.newest().unwrap_or_default();
    if !breaches.contains(": 0 breaches") {
        return Err(vec![format!("live: the referee says {breaches}")]);
    }
    controller.end()?;
    Ok((seconds, from, to))
}

fn size(file: &str) -> u64 {
    std::fs::metadata(file).map_or(0, |meta| meta.len())
}

/// The newest whole line of figures.
fn newest(file: &str) -> Result<Value, Vec<String>> {
    let text = std::fs::read_to_string(file).map_err(|why| vec![format!("{file}: {why}")])?;
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    json::parse(whole.lines().last().unwrap_or(""))
}

impl Run {
    /// Growth of a counter while measured.
    fn grown(&self, key: &str) -> f64 {
        let at = |mark: &Mark| mark.figures[key].as_f64().unwrap_or(f64::NAN);
        at(&self.to) - at(&self.from)
    }

    /// Waits while measured: upper end [us] and count, ascending.
    fn waits(&self) -> Vec<(f64, u64)> {
        let of = |mark: &Mark| -> BTreeMap<u64, u64> {
            let all = json::list(&mark.figures, "waits").iter();
            all.filter_map(|pair| Some((pair[0].as_f64()?.to_bits(), pair[1].as_u64()?)))
                .collect()
        };
        let before = of(&self.from);
        let left = of(&self.to).into_iter().map(|(upper, count)| {
            let gone = before.get(&upper).copied().unwrap_or(0);
            (f64::from_bits(upper), count - gone)
        });
        left.filter(|&(_, count)| count > 0).collect()
    }
}

/// Upper end of the bucket that this share does not exceed [ms].
fn quantile(waits: &[(f64, u64)], share: f64) -> Option<f64> {
    let all: u64 = waits.iter().map(|&(_, count)| count).sum();
    let mut left = (all as f64 * share).ceil().max(1.0) as u64;
    let found = waits.iter().find(|&&(_, count)| {
        left = left.saturating_sub(count);
        left == 0
    });
    found.map(|&(upper, _)| upper / 1e3)
}

/// What is wrong with a run.
fn wrong(run: &Run) -> Option<String> {
    let links = run.to.figures["links"].as_u64();
    if links != Some(run.vehicles as u64) {
        return Some(format!("{links:?} vehicles linked"));
    }
    for counter in ["dropped", "strange"] {
        if run.grown(counter) != 0.0 {
            return Some(format!("{} messages {counter}", run.grown(counter)));
        }
    }
    let states = run.grown("heard") / run.seconds;
    if states.is_nan() || states < 0.95 * run.vehicles as f64 {
        return Some(format!("only {states:.0} messages a second came in"));
    }
    (run.to.hands == run.from.hands).then(|| "nothing was carried".to_string())
}

fn rows_of(run: &Run) -> Vec<Row> {
    let (from, to, seconds) = (&run.from, &run.to, run.seconds);
    let of = |name: &str| format!("{} vehicles, broker {}: {name}", run.vehicles, run.broker);
    let fact = |name: &str, ours: f64, unit| Row {
        name: of(name),
        ours: Some(ours),
        anchor: None,
        unit,
        goal: None,
    };
    let a_second = |name: &str, key| fact(name, run.grown(key) / seconds, "/ s");
    let share = |name: &str, key| fact(name, run.grown(key) / 1e6 / seconds, "of the loop's time");
    let waits = run.waits();
    let ms = |name: &str, at| Row {
        ours: quantile(&waits, at),
        ..fact(name, 0.0, "ms")
    };
    let p99 = Row {
        anchor: Some(run.aim_ms),
        goal: Some(Goal::AtMost(1.0)),
        ..ms("wait p99", 0.99)
    };
    let bytes = to.journal.saturating_sub(from.journal) as f64 / seconds;
    let cores =
        |name: &str, from: Usage, to: Usage| fact(name, (to.cpu_s - from.cpu_s) / seconds, "cores");
    vec![
        p99,
        ms("wait p50", 0.50),
        ms("wait p99.9", 0.999),
        ms("longest wait", 1.0),
        fact(
            "steps that sent something",
            waits.iter().map(|&(_, n)| n as f64).sum(),
            "",
        ),
        a_second("messages in", "heard"),
        a_second("messages out", "said"),
        a_second("facts", "facts"),
        a_second("commits", "commits"),
        fact(
            "hand-overs",
            (to.hands - from.hands) as f64 / seconds,
            "/ s",
        ),
        cores("controller", from.controller, to.controller),
        cores("devices", from.devices, to.devices),
        fact("controller's memory at most", to.controller.peak_mb, "MB"),
        share("steps", "step_us"),
        share("commits in them", "commit_us"),
        share("telling the API", "ear_us"),
        share("looks of the API", "look_us"),
        fact("journal", bytes, "bytes / s"),
        fact("journal a day", bytes * 86_400.0 / 1e6, "MB"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mark(heard: u64, waits: Value, hands: usize) -> Mark {
        let usage = Usage {
            cpu_s: heard as f64 / 1e3,
            peak_mb: 10.0,
        };
        let figures =
            json!({ "links": 100, "heard": heard, "dropped": 3, "strange": 0, "waits": waits });
        Mark {
            figures,
            controller: usage,
            devices: usage,
            journal: 5_000,
            hands,
        }
    }

    fn run(from: Mark, to: Mark) -> Run {
        Run {
            vehicles: 100,
            aim_ms: 20.0,
            broker: "in the box",
            seconds: 10.0,
            from,
            to,
        }
    }

    #[test]
    fn only_what_was_measured_counts() {
        let run = run(
            mark(0, json!([[1000.0, 50], [90000.0, 1]]), 4),
            mark(1_000, json!([[1000.0, 149], [2000.0, 1], [90000.0, 1]]), 9),
        );
        assert_eq!(run.waits(), [(1000.0, 99), (2000.0, 1)]);
        assert_eq!(quantile(&run.waits(), 0.99), Some(1.0));
        assert_eq!(quantile(&run.waits(), 1.0), Some(2.0));
        assert_eq!(wrong(&run), None);
        let rows = rows_of(&run);
        let named = |end: &str| rows.iter().find(|row| row.name.ends_with(end)).unwrap();
        assert_eq!(named("messages in").ours, Some(100.0));
        assert_eq!(named("controller").ours, Some(0.1));
        assert!(named("wait p99").holds());
    }

    #[test]
    fn a_run_that_did_not_do_its_job_has_no_figures() {
        let good = || mark(1_000, json!([]), 9);
        assert!(
            wrong(&run(mark(0, json!([]), 9), good())).is_some(),
            "nothing carried"
        );
        assert!(
            wrong(&run(mark(100, json!([]), 1), good())).is_some(),
            "too few states"
        );
        let mut lost = good();
        lost.figures["links"] = json!(99);
        assert!(
            wrong(&run(mark(0, json!([]), 1), lost)).is_some(),
            "a vehicle is missing"
        );
        let mut dropped = good();
        dropped.figures["dropped"] = json!(4);
        assert!(
            wrong(&run(mark(0, json!([]), 1), dropped)).is_some(),
            "a message was dropped"
        );
    }

    #[test]
    fn a_wait_that_is_missing_holds_nothing() {
        let run = run(mark(0, json!([]), 1), mark(1_000, json!([]), 9));
        assert!(!rows_of(&run)[0].holds());
    }
}
