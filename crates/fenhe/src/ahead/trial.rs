//! The forecast that people see, held against what then happened. One truth is run; at each moment the control
//! centre's own code looks ahead from what the core believes; then truth goes on.
//!
//! All of this was fixed before the first run. What holds is judged for the plant as a whole: the bias of the
//! output over the horizon, and how often that lies in the central 80 % of its paths (both ends belong to it). The
//! moments are an hour apart and look 8 hours ahead, so they overlap and one day is a small sample: beside
//! the bias stands how far off a forecast without bias would be by luck (one standard error, from the paths' own
//! spread and the number of windows that do not overlap). Lines, hours and dates are shown and not judged.

mod figures;

use super::path::{Counts, HOUR, Instant, Path};
use super::{Begin, sum};
use crate::demo;
use crate::ledger::Ledger;
use crate::rows::Rows;
use cpu_time::ThreadTime;
use fenhe_contract::*;
use fenhe_plant::{Files, Plant};
use fenhe_server as api;
use fenhe_server::Feed;
use fenhe_study::{Live, Scratch, Stat, Tap, run};
use figures::{Row, dates, moment, output, rows};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Of the truth. Paths have luck of their own, by the number of the fact they start from.
const TRUTH: Seed = Seed(4);
/// Moments are so far apart.
const APART: Span = HOUR;
/// Most that the mean forecast may be off, of what left.
const BIAS: f64 = 0.02;
/// How often the central 80 % must hold what left: least and most.
const HELD: [f64; 2] = [0.60, 0.95];
/// Most for a first path, on one core, of the cell workshop.
const FIRST: Duration = Duration::from_secs(5);

/// How much of it.
struct Form {
    plant: Arc<Plant>,
    /// The first moment.
    from: Time,
    moments: usize,
    horizon: Span,
    paths: u32,
    /// The first path is judged by its time.
    timed: bool,
}

/// Of the fourth line, fixed with the trial, whatever the demonstration has.
const ORDERS: &str = "order,product,quantity,release,due
SO-4711,cell,4000,0 h,36 h
SO-4712,cell,6000,0 h,7 h
SO-4713,cell,60000,0 h,96 h
";

/// A day of the demonstration's plant. Its three orders are in by then, so an order of an hour's work follows each
/// hour, and some of them end on that day.
fn workshop() -> Form {
    let mut orders = ORDERS.to_string();
    for hour in 20..112 {
        let _ = writeln!(
            orders,
            "SO-{},cell,3600,{hour} h,{} h",
            5_000 + hour,
            hour + 30
        );
    }
    let files = demo::files().with("orders.csv", orders.as_bytes());
    let (plant, _) = fenhe_plant::load("jinneng-cells", &files).expect("the demonstration's plant");
    Form {
        plant: Arc::new(plant),
        from: Time::ZERO + Span::hours(72),
        moments: 24,
        horizon: super::HORIZON,
        paths: 20,
        timed: true,
    }
}

const SHOP: &str = r#"
[plant]
about = "one station that works at random and breaks down"
[[product]]
id = "job"
[[line]]
id = "L"
[[source]]
id = "in"
to = "q"
line = "L"
orders = "job"
[[buffer]]
id = "q"
line = "L"
queue = {}
[[station]]
id = "s"
line = "L"
from = "q"
to = "out"
single = { servers = 1 }
time = { exponential = "30 s" }
reports = "piece"
failures = [ { id = "jam", clock = "busy", every = { exponential = "4 h" }, repair = { exponential = "10 min" }, effect = "resume" } ]
[[sink]]
id = "out"
line = "L"
reports = "piece"
[orders]
file = "orders.csv"
"#;

/// Many moments of a small shop: an order of 100 pieces an hour, some 115 can be made.
fn shop() -> Form {
    let mut orders = String::from("order,product,quantity,release,due\n");
    for hour in 0..450 {
        let _ = writeln!(orders, "A-{hour},job,100,{hour} h,{} h", hour + 2);
    }
    let files = Files::default()
        .with("plant.toml", SHOP.as_bytes())
        .with("orders.csv", orders.as_bytes());
    let (plant, _) = fenhe_plant::load("shop", &files).expect("a shop");
    Form {
        plant: Arc::new(plant),
        from: Time::ZERO + Span::hours(24),
        moments: 400,
        horizon: super::HORIZON,
        paths: 20,
        timed: false,
    }
}

/// What then happened.
struct Truth {
    begins: Vec<Begin>,
    /// At the end of each moment's horizon.
    ledgers: Vec<Ledger>,
    left: Vec<(Time, SinkId)>,
}

/// Good pieces that leave.
#[derive(Default)]
struct Leavers(Vec<(Time, SinkId)>);
impl RecordSink for Leavers {
    const PIECES: bool = false;
    fn record(&mut self, now: Time, record: Record) {
        if let Record::Left { sink, .. } = record {
            self.0.push((now, sink));
        }
    }
}

/// The live picture of a plant, fact by fact.
struct Board<'a> {
    plant: &'a Plant,
    rows: Rows,
    quiet: Feed,
    seq: u64,
}
impl Tap for Board<'_> {
    fn fact(&mut self, now: Time, event: &Event, commands: &Commands) {
        self.seq += 1;
        let told = (std::slice::from_ref(event), commands);
        self.rows.hear(self.plant, &self.quiet, now, told);
    }
}

fn truth(form: &Form) -> Truth {
    let plant = &form.plant;
    let mut live = Live::new(plant, TRUTH);
    let mut board = Board {
        plant,
        rows: Rows::new(plant, api::Mode::Rehearse),
        quiet: Feed::new(1, 1),
        seq: 0,
    };
    let (mut left, mut scratch) = (Leavers::default(), Scratch::default());
    let (mut begins, mut ledgers) = (Vec::new(), Vec::new());
    let ends = (form.horizon.0 / APART.0) as usize;
    for step in 0..form.moments + ends {
        let now = form.from + Span(APART.0 * step as i64);
        let Live { core, world } = &mut live;
        run(core, world, now, &mut left, &mut scratch, &mut board).expect("an end");
        let (ledger, seq) = (board.rows.ledger.clone(), board.seq);
        if step >= ends {
            ledgers.push(ledger.clone());
        }
        if step < form.moments {
            let core = live.core.clone();
            let at = Instant {
                core,
                ledger,
                now,
                seq,
            };
            begins.push(Begin::of(plant, at, board.rows.clone()));
        }
    }
    Truth {
        begins,
        ledgers,
        left: left.0,
    }
}

/// What a path came to, and what it cost one core.
type Made = (sum::Outcome, Duration);

fn path(form: &Form, begin: &Begin, i: u32) -> Made {
    let end = begin.at.now + form.horizon;
    let began = ThreadTime::now();
    let mut path = Path::new(&form.plant, &begin.at, (i, form.horizon), i == 0);
    let mut to = begin.at.now;
    while to < end {
        to = (to + super::CHUNK).min(end);
        path.on(to).expect("an end");
    }
    let took = began.elapsed();
    (begin.outcome(path, end).0, took)
}

/// All paths of all moments, on all cores; in order of moment and number.
fn paths(form: &Form, truth: &Truth) -> Vec<Vec<Made>> {
    let each = form.paths as usize;
    let moments: Vec<_> = truth
        .begins
        .iter()
        .map(|_| Mutex::new(Vec::new()))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            let (moment, i) = (job / each, job % each);
            let Some(begin) = truth.begins.get(moment) else {
                break;
            };
            let made = path(form, begin, i as u32);
            let mut found = moments[moment].lock().expect("no panic");
            found.push((i, made));
            if found.len() == each {
                found.sort_by_key(|(i, _)| *i);
                let made: Vec<&Made> = found.iter().map(|(_, made)| made).collect();
                told(form, truth, begin, &made);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let done = moments
        .into_iter()
        .map(|one| one.into_inner().expect("no panic"));
    done.map(|one| one.into_iter().map(|(_, made)| made).collect())
        .collect()
}

/// A line for each moment of a run that takes long.
fn told(form: &Form, truth: &Truth, begin: &Begin, made: &[&Made]) {
    if form.timed {
        let mut rows = rows(form);
        moment(form, truth, (begin, made), &mut rows);
        let hour = begin.at.now.0 / HOUR.0;
        let shown = |row: &Row| format!("{:.0}/{:.0}", row.actual[0], row.mean[0]);
        let all: Vec<String> = rows.iter().map(shown).collect();
        let within = if rows[0].held > 0 {
            "within"
        } else {
            "outside"
        };
        let first = made[0].1.as_secs_f64();
        println!(
            "{hour} h: left/foreseen {}, {within} its 80 %, first path {first:.2} s",
            all.join(" ")
        );
    }
}

/// Seconds of a first path, with its facts kept, and of the others: median and most.
fn seconds(found: &[Vec<Made>]) -> (String, Duration) {
    let of = |first: bool| {
        let all = found.iter().flat_map(|made| made.iter().enumerate());
        let those = all.filter(|(i, _)| (*i == 0) == first);
        let mut took: Vec<Duration> = those.map(|(_, (_, took))| *took).collect();
        took.sort_unstable();
        (took[took.len() / 2], took[took.len() - 1])
    };
    let (first, other) = (of(true), of(false));
    let text = format!(
        "seconds of one core: first path {:.2}, at most {:.2}; further ones {:.2}, at most {:.2}",
        first.0.as_secs_f64(),
        first.1.as_secs_f64(),
        other.0.as_secs_f64(),
        other.1.as_secs_f64(),
    );
    (text, first.1)
}

fn judge(form: &Form) -> Vec<String> {
    let plant = &form.plant;
    let truth = truth(form);
    let found = paths(form, &truth);
    let rows = output(form, &truth, &found);
    let over = APART.0 * (form.moments as i64 - 1) + form.horizon.0;
    let apart = over as f64 / form.horizon.0 as f64;
    println!(
        "{}: {} moments, {} paths each; windows that do not overlap: {apart:.1}",
        plant.name, form.moments, form.paths
    );
    println!(
        "       left     foreseen     bias                        error          in 80 %: whole, hours"
    );
    let mut names = vec!["all".to_string()];
    names.extend(plant.lines.iter().map(|line| line.name.clone()));
    for (name, row) in names.iter().zip(&rows) {
        println!("{}", row.line(name, apart));
    }
    println!("{}", dates(form, &truth, &found).line());
    let (text, slowest) = seconds(&found);
    println!("{text}");
    let mut bad = Vec::new();
    let share = rows[0].bias() / Stat::of(&rows[0].actual).mean;
    if share.abs() > BIAS {
        bad.push(format!(
            "bias {:+.2} %, at most {:.0} %",
            100.0 * share,
            100.0 * BIAS
        ));
    }
    if !(HELD[0]..=HELD[1]).contains(&rows[0].held()) {
        let [low, high] = HELD.map(|share| 100.0 * share);
        let held = 100.0 * rows[0].held();
        bad.push(format!(
            "in 80 % in {held:.0} % of the moments, {low:.0} to {high:.0} % is right"
        ));
    }
    if form.timed && slowest > FIRST {
        bad.push(format!(
            "a first path took {:.2} s of one core",
            slowest.as_secs_f64()
        ));
    }
    bad
}

#[test]
#[ignore = "cargo x trial forecast"]
fn what_is_foreseen_is_what_then_happens() {
    let form = match std::env::var("FENHE_TRIAL").as_deref() {
        Ok("full") => workshop(),
        _ => shop(),
    };
    let bad = judge(&form);
    assert!(bad.is_empty(), "{}", bad.join("; "));
}

#[test]
fn both_forms_begin_from_a_plant_with_orders() {
    for form in [workshop(), shop()] {
        assert!(form.plant.orders.len() > 90, "{}", form.plant.name);
        let end = form.from + Span(APART.0 * form.moments as i64) + form.horizon;
        let last = form.plant.orders.last().map(|(at, _)| *at);
        assert!(
            last >= Some(end - Span::hours(1)),
            "{}: orders run out",
            form.plant.name
        );
    }
}
