//! Every code has a folder with exactly that fault, reported on the line marked `#!`.

use fenhe_plant::*;

/// A good plant; faults are put into it by replacing a piece of its text.
const GOOD: &str = r#"
[plant]
epoch = "2026-01-01T00:00:00Z"
time_zone = "UTC"
[[product]]
id = "cell"
[[product]]
id = "blank"
[[line]]
id = "L1"
takt_target = "2 s"
[[crew]]
id = "mechanics"
size = 2
[[calendar]]
id = "day"
period = "24 h"
on = [["8 h", "12 h"], ["13 h", "23 h"]]
[[buffer]]
id = "q1"
queue = { capacity = 9 }
[[buffer]]
id = "q2"
queue = {}
[[buffer]]
id = "rack"
store = { places = 2 }
[[station]]
id = "saw"
line = "L1"
from = "q1"
to = "q2"
single = { servers = 1 }
time = "1 s"
scrap = "0.1 %"
rework = { share = "1 %", to = "q1" }
failures = [{ id = "jam", every = { exponential = "20 h" }, repair = "20 min", crew = "mechanics" }]
[[station]]
id = "oven"
line = "L1"
from = "q2"
to = "out"
batch = { min = 2, max = 8, wait = "1 min" }
time = { erlang = "6 s", shape = 2 }
maintenance = [{ id = "bath", clock = "pieces", every = "100000 pieces", duration = "10 min" }]
[[source]]
id = "in"
to = "q1"
line = "L1"
endless = "cell"
[[sink]]
id = "out"
line = "L1"
"#;

/// Code, what to replace in [`GOOD`], by what; `#!` marks the line.
#[rustfmt::skip]
const FAULTS: &[(&str, &str, &str)] = &[
    ("area/empty", "[[sink]]", "[[area]]\nid = \"a\" #!\noutline = [[\"0 m\", \"0 m\"], [\"1 m\", \"0 m\"], [\"1 m\", \"1 m\"]]\n[[sink]]"),
    ("area/outline", "[[sink]]", "[[area]]\nid = \"a\"\nstations = [\"saw\"]\noutline = [[\"0 m\", \"0 m\"], [\"1 m\", \"1 m\"], [\"1 m\", \"0 m\"], [\"0 m\", \"1 m\"]] #!\n[[sink]]"),
    ("buffer/dead-end", "[[sink]]", "[[buffer]]\nid = \"q3\" #!\nqueue = { capacity = 1 }\n[[station]]\nid = \"aside\"\nfrom = \"q2\"\nto = \"q3\"\nsingle = {}\ntime = \"1 s\"\n[[sink]]"),
    ("buffer/wrong-kind", "from = \"q1\"", "from = \"rack\" #!"),
    ("calendar/interval", "on = [[\"8 h\", \"12 h\"], [\"13 h\", \"23 h\"]]", "on = [[\"8 h\", \"12 h\"],\n[\"11 h\", \"23 h\"]] #!"),
    ("clock/unit", "every = { exponential = \"20 h\" }", "clock = \"pieces\", every = { exponential = \"20 h\" }"),
    ("dist/law", "time = \"1 s\"", "time = { exponentail = \"1 s\" } #!"),
    ("dist/order", "time = \"1 s\"", "time = { uniform = [\"3 s\", \"1 s\"] } #!"),
    ("dist/values", "time = \"1 s\"", "time = { triangular = [\"1 s\", \"3 s\"] } #!"),
    ("file/missing", "time_zone = \"UTC\"", "equipment = \"nowhere.csv\" #!"),
    ("fleet/no-tracks", "[[sink]]", "[[charger]]\nid = \"c\"\npower = \"1 kW\"\nnode = \"n1\" #!\n[[sink]]"),
    ("group/empty", "[[sink]]", "[[emergency_group]]\nid = \"e\" #!\n[[sink]]"),
    ("id/bad", "id = \"day\"", "id = \"the day\" #!"),
    ("id/duplicate", "id = \"blank\"", "id = \"cell\" #!"),
    ("indexer/buffers", "[[sink]]", "[[indexer]]\nid = \"T\"\nproduct = \"cell\"\ncycle = \"1 s\"\nmachines = [{ id = \"a\", bernoulli = 0.9 }]\nbuffers = [4] #!\nsource = \"in\"\nsink = \"out\"\n[[sink]]"),
    ("indexer/source", "[[sink]]", "[[source]]\nid = \"in2\"\nto = \"q1\"\narrivals = { product = \"cell\", every = \"1 h\" }\n[[indexer]]\nid = \"T\"\nproduct = \"cell\"\ncycle = \"1 s\"\nmachines = [{ id = \"a\", bernoulli = 0.9 }]\nbuffers = []\nsource = \"in2\" #!\nsink = \"out\"\n[[sink]]"),
    ("key/missing", "size = 2", "#!"),
    ("key/none-of", "store = { places = 2 }", "#!"),
    ("key/several-of", "time = \"1 s\"", "time = \"1 s\"\ntimes = { cell = \"1 s\", blank = \"1 s\" } #!"),
    ("key/unknown", "scrap = \"0.1 %\"", "scarp = \"0.1 %\" #!"),
    ("line/capacity-short", "takt_target = \"2 s\"", "takt_target = \"1 s\" #!"),
    ("name/unknown", "from = \"q1\"", "from = \"q11\" #!"),
    ("operation/no-station", "id = \"cell\"", "id = \"cell\"\nroute = [\"cut\"] #!"),
    ("orders/none", "endless = \"cell\"", "orders = \"cell\" #!"),
    ("piece/no-way-out", "[[sink]]", "[[buffer]]\nid = \"a\"\nqueue = { capacity = 1 }\n[[buffer]]\nid = \"b\"\nqueue = { capacity = 1 }\n[[station]]\nid = \"round\"\nfrom = \"a\"\nto = \"b\" #!\nsingle = {}\ntime = \"1 s\"\n[[station]]\nid = \"back\"\nfrom = \"b\"\nto = \"a\"\nsingle = {}\ntime = \"1 s\"\n[[source]]\nid = \"in2\"\nto = \"a\"\nendless = \"cell\"\n[[sink]]"),
    ("rack/aisle", "[[sink]]", "[[rack]]\nid = \"asrs\"\nbays = 2\nlevels = 2\nbay_width = \"1 m\"\nlevel_height = \"1 m\"\ncrane = { speed = \"1 m/s\", lift_speed = \"1 m/s\" }\nio = [{ buffer = \"rack\", direction = \"in\", aisle = 2 }] #!\n[[sink]]"),
    ("rack/before", "[[sink]]", "[[product]]\nid = \"p\"\nroute = [\"cut\"]\n[[station]]\nid = \"cutter\"\noperation = \"cut\"\nfrom = \"q2\"\nto = \"out\"\nsingle = {}\ntime = \"1 s\"\n[[rack]]\nid = \"asrs\"\nbays = 2\nlevels = 2\nbay_width = \"1 m\"\nlevel_height = \"1 m\"\ncrane = { speed = \"1 m/s\", lift_speed = \"1 m/s\" }\nio = [{ buffer = \"rack\", direction = \"in\" }]\nbefore = [\"cut\"] #!\n[[sink]]"),
    ("rack/classes", "[[sink]]", "[[rack]]\nid = \"asrs\"\nbays = 2\nlevels = 2\nbay_width = \"1 m\"\nlevel_height = \"1 m\"\ncrane = { speed = \"1 m/s\", lift_speed = \"1 m/s\" }\nio = [{ buffer = \"rack\", direction = \"in\" }]\nput_away = \"class\" #!\n[[sink]]"),
    ("rack/direction", "[[sink]]", "[[rack]]\nid = \"asrs\"\nbays = 2\nlevels = 2\nbay_width = \"1 m\"\nlevel_height = \"1 m\"\ncrane = { speed = \"1 m/s\", lift_speed = \"1 m/s\" }\nio = [{ buffer = \"rack\" }] #!\n[[sink]]"),
    ("rack/few-slots", "[[sink]]", "[[buffer]]\nid = \"rack-out\"\nstore = { places = 9 }\n[[carrier]]\nid = \"box\"\ncapacity = 1\ncount = 9\nstart = [\"rack-out\"]\n[[product]]\nid = \"p\"\nroute = [\"cut\"]\n[[station]]\nid = \"cutter\"\noperation = \"cut\"\nfrom = \"q2\"\nto = \"out\"\nsingle = {}\ntime = \"1 s\"\n[[rack]]\nid = \"asrs\" #!\nbays = 2\nlevels = 2\nbay_width = \"1 m\"\nlevel_height = \"1 m\"\ncrane = { speed = \"1 m/s\", lift_speed = \"1 m/s\" }\nio = [{ buffer = \"rack\", direction = \"in\" }, { buffer = \"rack-out\", direction = \"out\" }]\nbefore = [\"cut\"]\n[[sink]]"),
    ("rack/full", "[[sink]]", "[[carrier]]\nid = \"box\"\ncapacity = 1\ncount = 1\nstart = [\"rack\"]\nfull = \"cell\"\nafter = \"nothing\" #!\n[[sink]]"),
    ("rack/levels", "[[sink]]", "[[carrier]]\nid = \"box\"\ncapacity = 1\ncount = 1\nstart = [\"rack\"]\n[[rack]]\nid = \"asrs\"\nbays = 2\nlevels = 2\nbay_width = \"1 m\"\nlevel_height = \"1 m\"\ncrane = { speed = \"1 m/s\", lift_speed = \"1 m/s\" }\nio = [{ buffer = \"rack\", direction = \"in\" }]\nlimits = [{ levels = [2, 3], carriers = [\"box\"] }] #!\n[[sink]]"),
    ("rack/turnover", "[[sink]]", "[[rack]]\nid = \"asrs\"\nbays = 2\nlevels = 2\nbay_width = \"1 m\"\nlevel_height = \"1 m\"\ncrane = { speed = \"1 m/s\", lift_speed = \"1 m/s\" }\nio = [{ buffer = \"rack\", direction = \"in\" }]\nput_away = \"turnover\" #!\n[[sink]]"),
    ("route/twice", "id = \"cell\"", "id = \"cell\"\nroute = [\"cut\",\n\"cut\"] #!\n[[station]]\nid = \"cutter\"\noperation = \"cut\"\nfrom = \"q2\"\nto = \"out\"\nsingle = {}\ntime = \"1 s\""),
    ("size/too-many", "capacity = 9 }", "capacity = 9999999 }\n[[buffer]]\nid = \"q3\"\nqueue = { capacity = 9999999 } #!"),
    ("source/without-limit", "to = \"q1\"\nline", "to = \"q2\" #!\nline"),
    ("station/assembly-process", "from = \"q2\"\nto = \"out\"\nbatch = {", "from = [{ buffer = \"q2\", count = 2 }]\nto = \"out\"\nbatch = { #!\n"),
    ("station/batch", "min = 2", "min = 9"),
    ("station/batch-never", "queue = {}", "queue = { capacity = 1 } #!"),
    ("station/dispatch-unused", "time = \"1 s\"", "time = \"1 s\"\ndispatch = \"fifo\" #!"),
    ("station/overloaded", "endless = \"cell\"", "arrivals = { product = \"cell\", every = \"0.5 s\" } #!"),
    ("station/shares", "scrap = \"0.1 %\"\nrework = {", "scrap = \"99.5 %\"\nrework = { #!\n"),
    ("station/stream-time", "single = { servers = 1 }\ntime = \"1 s\"", "stream = { pitch = \"1 s\" }\ntime = { exponential = \"1 s\" } #!"),
    ("station/times", "time = \"1 s\"", "times = { cell = \"1 s\" } #!"),
    ("station/twice", "from = \"q1\"", "from = [{ buffer = \"q1\" },\n{ buffer = \"q1\" }] #!"),
    ("station/unreachable", "[[sink]]", "[[buffer]]\nid = \"lone\"\nqueue = {}\n[[station]]\nid = \"idle\"\nfrom = \"lone\" #!\nto = \"out\"\nsingle = {}\ntime = \"1 s\"\n[[sink]]"),
    ("time/bad-instant", "epoch = \"2026-01-01T00:00:00Z\"", "epoch = \"1 January\" #!"),
    ("time/bad-zone", "time_zone = \"UTC\"", "time_zone = \"at home\" #!"),
    ("time/zero", "time = \"1 s\"", "time = \"0 s\" #!"),
    ("toml/syntax", "size = 2", "size = #!"),
    ("unit/wrong", "time = \"1 s\"", "time = \"1 sec\" #!"),
    ("value/range", "size = 2", "size = -2 #!"),
    ("value/type", "size = 2", "size = \"two\" #!"),
    ("value/word", "[[sink]]", "[[sink]]\nreports = \"all\" #!"),
    ("vehicle/charge-order", "[[sink]]", "[[vehicle_type]]\nid = \"agv\"\nlength = \"1 m\"\nwidth = \"1 m\"\nspeed = \"1 m/s\"\naccel = \"1 m/s2\"\nbrake = \"1 m/s2\"\nturn = \"45 deg/s\"\nbattery = \"1 kWh\"\ncharge_at = [\"80 %\", \"20 %\"] #!\n[[sink]]"),
];

fn problems(files: &Files) -> Vec<Problem> {
    match load("test", files) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    }
}

/// Where elements are marked as a whole, their header line counts.
fn marked(text: &str) -> Option<u32> {
    text.lines()
        .position(|line| line.contains("#!"))
        .map(|line| line as u32 + 1)
}

#[test]
fn the_good_plant_is_good() {
    assert_eq!(problems(&Files::of_toml(GOOD)), []);
}

#[test]
fn each_fault_is_found_alone_on_its_line() {
    for (code, from, to) in FAULTS {
        assert!(GOOD.contains(from), "{code}: {from}");
        let text = GOOD.replacen(from, to, 1);
        let found = problems(&Files::of_toml(&text));
        let codes: Vec<&str> = found.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [*code], "{found:#?}");
        if let Some(line) = marked(&text)
            && !["key/missing", "key/none-of"].contains(code)
        {
            assert_eq!(found[0].line, line, "{code}: {found:#?}");
        }
    }
}

/// Twelve faults of [`FAULTS`] that do not touch each other, all in one file.
#[test]
fn twelve_faults_in_one_file_are_twelve_problems_on_twelve_lines() {
    let together = [
        "calendar/interval",
        "dist/order",
        "file/missing",
        "fleet/no-tracks",
        "id/duplicate",
        "key/unknown",
        "name/unknown",
        "station/batch",
        "time/bad-instant",
        "unit/wrong",
        "value/range",
        "value/word",
    ];
    let mut text = GOOD.to_string();
    for code in together {
        let (_, from, to) = FAULTS
            .iter()
            .find(|fault| fault.0 == code)
            .expect("in the table");
        let (from, to) = match code {
            "dist/order" => (
                "time = { erlang = \"6 s\", shape = 2 }",
                "time = { uniform = [\"9 s\", \"3 s\"] }",
            ),
            _ => (*from, *to),
        };
        let to = to.replace("#!", "");
        assert!(text.contains(from), "{code}");
        text = text.replacen(from, &to, 1);
    }
    let found = problems(&Files::of_toml(&text));
    let mut codes: Vec<&str> = found.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, together, "{found:#?}");
    let lines: std::collections::BTreeSet<u32> = found.iter().map(|problem| problem.line).collect();
    assert_eq!(lines.len(), 12);
    for problem in &found {
        let line = text.lines().nth(problem.line as usize - 1).expect("a line");
        assert!(line.contains(&problem.text), "{problem:?}");
    }
}
