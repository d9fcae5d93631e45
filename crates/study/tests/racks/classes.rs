//! Class-based storage (Hausman, Schwarz and Graves, Management Science 22(6), 1976): b = 1, T = 100 s.

use crate::exact::Face;
use crate::plant::{Ran, within};
use fenhe_contract::CraneId;
use std::fmt::Write;

/// Share of the slots and of the demand of each class.
type Classes = [(f64, f64)];

const SLOTS: f64 = 10_000.0;

/// A loop for each class: its source, its carriers, its ports, and a station that ships at its rate.
fn text(classes: &Classes) -> String {
    let mut text = String::new();
    let (mut io, mut rows) = (Vec::new(), Vec::new());
    for (k, &(space, demand)) in classes.iter().enumerate() {
        let every = 200.0 / demand;
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
        let ran = Ran::new(&text(classes), 1).on(1.9e7).measured(1e7);
        let sample = ran.sample();
        let row = &sample.cranes[CraneId(0)];
        let one_way = row.travel.as_seconds() / row.cycles as f64 / 2.0;
        let what = format!("{classes:?}");
        within(&what, one_way, 100.0 * wanted, 0.01);
        within("  discrete", one_way, exact(classes), 0.005);
    }
}

/// The three-class row of the 20/80 curve: R1 = 0.1337, R2 = 0.4701, s = 0.1386; turnover falls within a
/// class as it does between them.
#[test]
fn three_classes_of_an_abc_curve_save_what_the_field_says() {
    let (s, r1, r2) = (0.1386_f64, 0.1337_f64, 0.4701_f64);
    let demand = |r: f64| r.powf(4.0 * s / (s + 1.0));
    let round = |x: f64| (x * SLOTS).round() / SLOTS;
    let (space1, space2) = (round(r1 * r1), round(r2 * r2));
    let classes = [
        (space1, demand(r1)),
        (space2 - space1, demand(r2) - demand(r1)),
        (1.0 - space2, 1.0 - demand(r2)),
    ];
    let ran = Ran::new(&text(&classes), 1).on(1.9e7).measured(1e7);
    let sample = ran.sample();
    let row = &sample.cranes[CraneId(0)];
    let one_way = row.travel.as_seconds() / row.cycles as f64 / 2.0;
    within("20/80, three classes", one_way, 37.5, 0.01);
}
