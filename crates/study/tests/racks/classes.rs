//! Class-based storage (Hausman, Schwarz and Graves, Management Science 22(6), 1976): b = 1, T = 100 s.

use crate::exact::Face;
use crate::plant::{Ran, within};
use fenhe_contract::CraneId;
use std::fmt::Write;

/// Share of the slots and of the demand of each class.
type Classes = [(f64, f64)];

const SLOTS: f64 = 10_000.0;

/// A loop for each class: its source, its carriers, its ports, and a station that ships at its rate.
/// `gap` [s] is the mean time from one load shipped to the next, long enough for the crane.
fn text(classes: &Classes, gap: f64) -> String {
    let mut text = String::new();
    let (mut io, mut rows) = (Vec::new(), Vec::new());
    for (k, &(space, demand)) in classes.iter().enumerate() {
        let every = gap / demand;
        let count = (0.85 * space * SLOTS) as u32 + 6;
        write!(
            text,
            r#"
[[product]]
id = "p{k}"
route = ["ship{k}"]
[[carrier]]
id = "c{k}"
capacity = 1
count = {count}
start = ["in{k}", "rack"]
full = "p{k}"
[[buffer]]
id = "raw{k}"
queue = {{ capacity = 1 }}
[[buffer]]
id = "in{k}"
load = {{ carrier = "c{k}", places = 6 }}
[[buffer]]
id = "out{k}"
unload = {{ carrier = "c{k}", places = 30, operation = "ship{k}", returns = "in{k}", return_time = "0 s" }}
[[source]]
id = "source{k}"
to = "raw{k}"
endless = "p{k}"
[[station]]
id = "fill{k}"
from = "raw{k}"
to = "in{k}"
single = {{}}
time = "1 ms"
[[station]]
id = "ship{k}"
operation = "ship{k}"
from = "out{k}"
to = "done"
single = {{}}
time = {{ exponential = "{every:.3} s" }}
"#
        )
        .expect("a string takes all");
        io.push(format!(
            "{{ buffer = \"in{k}\" }}, {{ buffer = \"out{k}\" }}"
        ));
        rows.push(format!(
            "{{ share = \"{:.2} %\", products = [\"p{k}\"] }}",
            100.0 * space
        ));
    }
    format!(
        "{text}
[[sink]]
id = \"done\"
[[rack]]
id = \"rack\"
sides = 1
bays = 100
levels = 100
bay_width = \"1 m\"
level_height = \"1 m\"
crane = {{ speed = \"1 m/s\", lift_speed = \"1 m/s\" }}
command = \"single\"
put_away = \"class\"
classes = [{}]
io = [{}]
",
        rows.join(", "),
        io.join(", ")
    )
}

/// Mean one way over the slots, class by class from the nearest, each slot of a class as likely.
fn exact(classes: &Classes) -> f64 {
    let face = Face {
        bays: 100,
        levels: 100,
        cell: (1.0, 1.0),
        axes: [(1.0, None), (1.0, None)],
    };
    let mut times = face.times((0.0, 0.0));
    times.sort_by(f64::total_cmp);
    let (mut from, mut mean) = (0, 0.0);
    for &(space, demand) in classes {
        let zone = &times[from..from + (space * SLOTS).round() as usize];
        mean += demand * zone.iter().sum::<f64>() / zone.len() as f64;
        from += zone.len();
    }
    mean
}

#[test]
fn classes_nearer_the_point_save_what_the_field_says() {
    let cases: [(&Classes, f64); 3] = [
        (&[(0.2, 0.8), (0.3, 0.15), (0.5, 0.05)], 0.369647),
        (&[(0.2, 0.7), (0.3, 0.2), (0.5, 0.1)], 0.412275),
        (&[(0.2, 0.8), (0.8, 0.2)], 0.390273),
    ];
    for (classes, wanted) in cases {
        let ran = Ran::new(&text(classes, 200.0), 1).on(1.9e7).measured(1e7);
        let sample = ran.sample();
        let row = &sample.cranes[CraneId(0)];
        let one_way = row.travel.as_seconds() / row.cycles as f64 / 2.0;
        let what = format!("{classes:?}");
        within(&what, one_way, 100.0 * wanted, 0.01);
        within("  discrete", one_way, exact(classes), 0.005);
    }
}

/// Classes of an ABC curve G(i) = i^s: the inner squares of side R1, R2 ... and the rest. Turnover falls within a
/// class as it does between them.
fn curve(s: f64, sides: &[f64]) -> Vec<(f64, f64)> {
    let demand = |r: f64| r.powf(4.0 * s / (s + 1.0));
    let round = |x: f64| (x * SLOTS).round() / SLOTS;
    let (mut classes, mut before) = (Vec::new(), (0.0, 0.0));
    for &r in sides.iter().chain(&[1.0]) {
        let to = (round(r * r), demand(r));
        classes.push((to.0 - before.0, to.1 - before.1));
        before = to;
    }
    classes
}

/// The rows of two and three classes.
#[test]
fn classes_of_abc_curves_save_what_the_field_says() {
    let rows: [(&str, f64, &[f64], f64); 8] = [
        ("20/60, two", 0.3174, &[0.4073], 0.54591),
        ("20/60, three", 0.3174, &[0.2339, 0.5744], 0.51755),
        ("20/70, two", 0.2216, &[0.3546], 0.49661),
        ("20/70, three", 0.2216, &[0.1879, 0.5299], 0.45733),
        ("20/80, two", 0.1386, &[0.2845], 0.42730),
        ("20/80, three", 0.1386, &[0.1337, 0.4701], 0.37500),
        ("20/90, two", 0.0655, &[0.1813], 0.31429),
        ("20/90, three", 0.0655, &[0.0688, 0.3797], 0.25001),
    ];
    for (what, s, sides, wanted) in rows {
        // Two cycles a load take 400 wanted: the crane works three quarters of the time.
        let text = text(&curve(s, sides), 530.0 * wanted);
        let ran = Ran::new(&text, 1)
            .on(1e8 * wanted / 2.0)
            .measured(5e7 * wanted);
        let sample = ran.sample();
        let row = &sample.cranes[CraneId(0)];
        let one_way = row.travel.as_seconds() / row.cycles as f64 / 2.0;
        within(what, one_way, 100.0 * wanted, 0.01);
    }
}
