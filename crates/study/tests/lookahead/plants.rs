//! Small plants that have everything a look-ahead must get right.

use fenhe_contract::*;
use fenhe_plant::{Effect, Failure, FailureClock, Files, Plant, load};
use std::sync::Arc;

/// Three unreliable stations in a row, two of them with the same pair of hands.
const BREAKDOWNS: &str = r#"
[[product]]
id = "a"
[[crew]]
id = "hands"
size = 1
[[source]]
id = "in"
to = "q1"
arrivals = { product = "a", every = { exponential = "30 s" } }
[[buffer]]
id = "q1"
queue = {}
[[buffer]]
id = "q2"
queue = { capacity = 20 }
[[buffer]]
id = "q3"
queue = { capacity = 20 }
[[station]]
id = "s1"
from = "q1"
to = "q2"
single = { servers = 1 }
time = { erlang = "20 s", shape = 3 }
failures = [ { id = "jam", clock = "busy", every = { exponential = "2 h" }, repair = { lognormal = "20 min", sd = "15 min" }, crew = "hands", effect = "resume" } ]
[[station]]
id = "s2"
from = "q2"
to = "q3"
single = { servers = 2 }
time = { lognormal = "40 s", sd = "20 s" }
failures = [ { id = "wear", clock = "calendar", every = { weibull = "4 h", shape = 2.0 }, repair = { lognormal = "25 min", sd = "10 min" }, crew = "hands", effect = "restart" } ]
[[station]]
id = "s3"
from = "q3"
to = "out"
single = { servers = 1 }
time = "22 s"
failures = [ { id = "slip", clock = "busy", every = { exponential = "1 h" }, repair = { exponential = "5 min" }, effect = "scrap" } ]
[[sink]]
id = "out"
"#;

/// A furnace of two tubes between a washer and a tester; boats are cleaned after so many pieces.
const BATCHES: &str = r#"
[[product]]
id = "a"
[[source]]
id = "in"
to = "q1"
arrivals = { product = "a", every = { exponential = "20 s" } }
[[buffer]]
id = "q1"
queue = { capacity = 200 }
[[buffer]]
id = "boats"
queue = { capacity = 120 }
[[buffer]]
id = "cooled"
queue = { capacity = 120 }
[[station]]
id = "washer"
from = "q1"
to = "boats"
single = { servers = 1 }
time = "15 s"
failures = [ { id = "jam", clock = "busy", every = { exponential = "3 h" }, repair = { exponential = "10 min" }, effect = "resume" } ]
[[station]]
id = "tube"
copies = 2
from = "boats"
to = "cooled"
batch = { servers = 1, min = 20, max = 60, wait = "10 min" }
time = "30 min"
scrap = "1 %"
maintenance = [ { id = "boats", clock = "pieces", every = "1500 pieces", duration = "40 min" } ]
[[station]]
id = "tester"
from = "cooled"
to = "out"
single = { servers = 1 }
time = "12 s"
[[sink]]
id = "out"
"#;

/// Belts around an unreliable press, with so many pieces in the loop.
const BELTS: &str = r#"
[[product]]
id = "a"
[[source]]
id = "in"
to = "q1"
endless = "a"
release = { conwip = 60 }
[[buffer]]
id = "q1"
queue = {}
[[buffer]]
id = "q2"
queue = { capacity = 10 }
[[buffer]]
id = "q3"
queue = { capacity = 10 }
[[station]]
id = "washer"
from = "q1"
to = "q2"
stream = { pitch = "10 s" }
time = "5 min"
[[station]]
id = "press"
from = "q2"
to = "q3"
single = { servers = 1 }
time = { exponential = "12 s" }
failures = [ { id = "jam", clock = "busy", every = { exponential = "1 h" }, repair = { erlang = "12 min", shape = 4 }, effect = "resume" } ]
[[station]]
id = "dryer"
from = "q3"
to = "out"
stream = { pitch = "10 s" }
time = "4 min"
maintenance = [ { id = "bath", clock = "calendar", every = "8 h", duration = "30 min" } ]
[[sink]]
id = "out"
"#;

/// Two products through stations that wait for control's word, with change-overs, a shift and rework.
const TOLD: &str = r#"
[[product]]
id = "a"
[[product]]
id = "b"
[[calendar]]
id = "shift"
period = "8 h"
on = [ ["0 h", "7 h"] ]
[[source]]
id = "in-a"
to = "q1"
arrivals = { product = "a", every = { exponential = "80 s" } }
[[source]]
id = "in-b"
to = "q1"
arrivals = { product = "b", every = { uniform = ["60 s", "120 s"] } }
[[buffer]]
id = "q1"
queue = {}
[[buffer]]
id = "q2"
queue = {}
[[buffer]]
id = "q3"
queue = {}
[[station]]
id = "mill"
from = "q1"
to = "q2"
single = { servers = 1 }
times = { a = "25 s", b = { uniform = ["20 s", "40 s"] } }
setup = "60 s"
start = "control"
dispatch = "avoid-setup"
reports = "piece"
failures = [ { id = "tool", clock = "pieces", every = "200 pieces", repair = { exponential = "10 min" }, effect = "restart" } ]
[[station]]
id = "wash"
from = "q2"
to = "q3"
single = { servers = 2 }
time = { exponential = "50 s" }
calendar = "shift"
rework = { share = "5 %", to = "q2", max = 2 }
[[station]]
id = "test"
from = "q3"
to = "out"
single = { servers = 2 }
time = { triangular = ["30 s", "50 s", "90 s"] }
start = "control"
reports = "piece"
[[sink]]
id = "out"
reports = "piece"
"#;

/// Kanban before an unreliable station that only counts.
const KANBAN: &str = r#"
[[product]]
id = "a"
[[source]]
id = "in"
to = "q1"
endless = "a"
release = { kanban = 8 }
[[buffer]]
id = "q1"
queue = {}
[[buffer]]
id = "q2"
queue = { capacity = 15 }
[[station]]
id = "s1"
from = "q1"
to = "q2"
single = { servers = 1 }
time = { exponential = "18 s" }
failures = [ { id = "jam", clock = "busy", every = { exponential = "1 h" }, repair = { exponential = "10 min" }, effect = "resume" } ]
[[station]]
id = "s2"
from = "q2"
to = "out"
single = { servers = 1 }
time = { exponential = "20 s" }
failures = [ { id = "jam", clock = "calendar", every = { exponential = "2 h" }, repair = { exponential = "12 min" }, effect = "resume" } ]
[[sink]]
id = "out"
"#;

fn plant(name: &str, toml: &str) -> Arc<Plant> {
    match load(name, &Files::of_toml(toml)) {
        Ok((plant, _)) => Arc::new(plant),
        Err(problems) => panic!("{name}: {problems:#?}"),
    }
}

/// The yard of `carrying`, its mill unreliable, with late and lost messages, stops and batteries.
fn yard() -> Arc<Plant> {
    let setting = super::yard::Setting {
        loss: Share(5_000_000),
        stops: Share(5_000_000),
        battery: Energy(400_000),
        mill: Span::seconds(10),
        ..super::yard::Setting::default()
    };
    let mut plant = super::yard::yard(&setting);
    plant.name = "carriers".into();
    plant.messages.delay = Dist::Constant(Span(20_000));
    plant.stations[StationId(0)].failures = vec![Failure {
        name: "jam".into(),
        clock: FailureClock::Busy,
        every: Dist::Exponential {
            mean: Span::seconds(3_000),
        },
        repair: Dist::LogNormal {
            mean: Span::seconds(600),
            sd: Span::seconds(400),
        },
        crew: None,
        effect: Effect::Resume,
    }];
    Arc::new(plant)
}

/// All of them.
pub fn plants() -> Vec<Arc<Plant>> {
    let mut plants: Vec<Arc<Plant>> = [
        ("breakdowns", BREAKDOWNS),
        ("batches", BATCHES),
        ("belts", BELTS),
        ("told", TOLD),
        ("kanban", KANBAN),
    ]
    .into_iter()
    .map(|(name, toml)| plant(name, toml))
    .collect();
    plants.push(yard());
    plants
}
