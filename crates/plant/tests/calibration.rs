//! `calibration.toml` over `plant.toml`: figures replaced, faults on their line, values from outside stronger.

use fenhe_contract::*;
use fenhe_plant::*;

const PLANT: &str = r#"
[[product]]
id = "a"
[[product]]
id = "b"
[[source]]
id = "in"
to = "q"
endless = "a"
[[buffer]]
id = "q"
queue = { capacity = 4 }
[[station]]
id = "one"
from = "q"
to = "out"
single = {}
time = "4 s"
failures = [ { id = "jam", every = "8 h", repair = "5 min" }, { id = "count", clock = "pieces", every = "900 pieces", repair = "1 min" } ]
[[station]]
id = "two"
copies = 2
from = "q"
to = "out"
single = {}
times = { a = "3 s", b = "4 s" }
[[sink]]
id = "out"
"#;

const OVERLAY: &str = r#"
journal = "0011"
[[figure]]
station = "one"
figure = "time"
value = { lognormal = "5 s", sd = "2 s" }
n = 1200
censored = 3
from = "2026-01-01T00:00:00Z"
to = "2026-01-08T00:00:00Z"
p_value = 0.4
ratio = 1.25
[[figure]]
station = "one"
figure = "every"
failure = "count"
value = { exponential = "1000 pieces" }
[[figure]]
station = "two#2"
figure = "time"
product = "b"
value = "6 s"
"#;

fn with(overlay: &str, set: &[(String, String)]) -> Result<(Plant, Vec<Problem>), Vec<Problem>> {
    let files = Files::of_toml(PLANT).with("calibration.toml", overlay.as_bytes());
    load_with("p", &files, set)
}

#[test]
fn measured_figures_replace_those_of_the_plant_and_are_part_of_its_hash() {
    let (plain, _) = load("p", &Files::of_toml(PLANT)).expect("good");
    let (plant, problems) = with(OVERLAY, &[]).expect("good");
    assert_eq!(problems, []);
    assert_ne!(plant.hash, plain.hash);
    let mut expected = plain.clone();
    expected.hash = plant.hash;
    let law = Dist::LogNormal {
        mean: Span::seconds(5),
        sd: Span::seconds(2),
    };
    expected.stations[StationId(0)].times[0] = law;
    expected.stations[StationId(0)].failures[1].every = Dist::Exponential { mean: Span(1_000) };
    expected.stations[StationId(2)].times[1] = Dist::Constant(Span::seconds(6));
    assert_eq!(plant, expected);
}

#[test]
fn a_value_set_from_outside_is_stronger_than_a_measured_one() {
    let set = [("station.one.time".to_string(), "9 s".to_string())];
    let (plant, _) = with(OVERLAY, &set).expect("good");
    assert_eq!(
        plant.stations[StationId(0)].times,
        [Dist::Constant(Span::seconds(9))]
    );
    assert_eq!(
        plant.stations[StationId(2)].times[1],
        Dist::Constant(Span::seconds(6))
    );
}

/// Code, what to replace in [`OVERLAY`], by what; `#!` marks the line.
#[rustfmt::skip]
const FAULTS: &[(&str, &str, &str)] = &[
    ("name/unknown", "station = \"two#2\"", "station = \"two#3\" #!"),
    ("name/unknown", "product = \"b\"", "product = \"c\" #!"),
    ("calibration/figure", "figure = \"time\"\nproduct = \"b\"", "figure = \"time\" #!"),
    ("calibration/figure", "figure = \"every\"\nfailure = \"count\"", "figure = \"every\" #!\nfailure = \"counts\""),
    ("calibration/figure", "figure = \"time\"\nproduct", "figure = \"dock\" #!\nproduct"),
    ("calibration/twice", "[[figure]]\nstation = \"two#2\"", "[[figure]]\nstation = \"one\"\nfigure = \"time\" #!\nvalue = \"1 s\"\n[[figure]]\nstation = \"two#2\""),
    ("clock/unit", "value = { exponential = \"1000 pieces\" }", "value = { exponential = \"10 h\" } #!"),
    ("dist/law", "value = \"6 s\"", "value = { expo = \"6 s\" } #!"),
    ("key/several-of", "value = \"6 s\"", "value = \"6 s\"\nspeed = \"1 m/s\" #!"),
    ("key/unknown", "p_value = 0.4", "p_valeu = 0.4 #!"),
    ("time/zero", "value = \"6 s\"", "value = \"0 s\" #!"),
    ("toml/syntax", "n = 1200", "n = #!"),
    ("unit/wrong", "value = \"6 s\"", "value = \"6 m\" #!"),
    ("value/range", "p_value = 0.4", "p_value = 4.0 #!"),
    ("value/word", "figure = \"time\"\nvalue", "figure = \"tim\" #!\nvalue"),
];

#[test]
fn each_fault_of_the_overlay_is_found_alone_on_its_line() {
    for (code, from, to) in FAULTS {
        assert!(OVERLAY.contains(from), "{code}: {from}");
        let text = OVERLAY.replacen(from, to, 1);
        let found = with(&text, &[]).map_or_else(|found| found, |(_, warnings)| warnings);
        let codes: Vec<&str> = found.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [*code], "{text}\n{found:#?}");
        let line = text
            .lines()
            .position(|line| line.contains("#!"))
            .expect("marked") as u32
            + 1;
        assert_eq!(
            (found[0].file.as_str(), found[0].line),
            ("calibration.toml", line),
            "{code}"
        );
    }
}
