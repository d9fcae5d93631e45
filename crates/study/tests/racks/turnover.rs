//! Full turnover (Hausman, Schwarz and Graves 1976): each product has slots of its own, the one with most
//! loads out a slot nearest. b = 1, T = 100 s.

use crate::exact::Face;
use crate::plant::{Ran, within};
use fenhe_contract::CraneId;
use std::fmt::Write;

const SIDE: u32 = 300;

/// Slots of a product and its share of the demand.
type Products = Vec<(u32, f64)>;

/// The curve G(i) = i^s cut into products, finely where it is steep: squares whose sides grow by an eighth.
fn curve(s: f64) -> Products {
    let demand = |r: f64| r.powf(4.0 * s / (s + 1.0));
    let slots = |r: f64| (f64::from(SIDE * SIDE) * r * r).round() as u32;
    let (mut products, mut before, mut r) = (Vec::new(), (0, 0.0), 0.0067_f64);
    loop {
        let to = (slots(r), demand(r));
        products.push((to.0 - before.0, to.1 - before.1));
        if r >= 1.0 {
            return products;
        }
        (before, r) = (to, (r * 1.125).min(1.0));
    }
}

/// A loop for each product; all carriers begin at its load port, full at once.
/// `gap` [s] is the mean time from one load shipped to the next, long enough for the crane.
fn text(products: &Products, gap: f64) -> String {
    let (mut text, mut io, mut rows) = (String::new(), Vec::new(), Vec::new());
    for (k, &(slots, demand)) in products.iter().enumerate() {
        let every = gap / demand;
        let count = 2 * slots / 3 + 1; // a product always has a slot left among its own
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
start = ["in{k}"]
[[buffer]]
id = "raw{k}"
queue = {{ capacity = 1 }}
[[buffer]]
id = "in{k}"
load = {{ carrier = "c{k}", places = {count} }}
[[buffer]]
id = "out{k}"
unload = {{ carrier = "c{k}", places = 2, operation = "ship{k}", returns = "in{k}", return_time = "0 s" }}
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
        let loads = (demand * 1e6).round();
        rows.push(format!(
            "{{ product = \"p{k}\", loads = {loads}, stock = {slots} }}"
        ));
    }
    rows.reverse(); // their order in the text does not matter
    let cell = 100.0 / f64::from(SIDE);
    format!(
        "{text}
[[sink]]
id = \"done\"
[[rack]]
id = \"rack\"
sides = 1
bays = {SIDE}
levels = {SIDE}
bay_width = \"{cell} m\"
level_height = \"{cell} m\"
crane = {{ speed = \"1 m/s\", lift_speed = \"1 m/s\" }}
command = \"single\"
put_away = \"turnover\"
turnover = [{}]
io = [{}]
",
        rows.join(", "),
        io.join(", ")
    )
}

/// Mean one way over the slots, product by product from the nearest, each slot of a product as likely.
fn exact(products: &Products) -> f64 {
    let cell = (0.333, 0.333);
    let axes = [(1.0, None), (1.0, None)];
    let face = Face {
        bays: SIDE,
        levels: SIDE,
        cell,
        axes,
    };
    let mut times = face.times((0.0, 0.0));
    times.sort_by(f64::total_cmp);
    let (mut from, mut mean) = (0, 0.0);
    for &(slots, demand) in products {
        let zone = &times[from..from + slots as usize];
        mean += demand * zone.iter().sum::<f64>() / zone.len() as f64;
        from += zone.len();
    }
    mean
}

/// The rows of full turnover: 4s/(5s + 1).
#[test]
fn full_turnover_saves_what_the_field_says() {
    let rows = [
        ("20/60", 0.3174, 0.49076),
        ("20/70", 0.2216, 0.42051),
        ("20/80", 0.1386, 0.32753),
        ("20/90", 0.0655, 0.19728),
    ];
    for (what, s, wanted) in rows {
        let products = curve(s);
        // Two cycles a load take 400 wanted: the crane works two sevenths of the time, so that
        // no product waits for another.
        let text = text(&products, 1400.0 * wanted);
        let ran = Ran::new(&text, 1).on(2e7).measured(1.4e8 * wanted);
        let sample = ran.sample();
        let row = &sample.cranes[CraneId(0)];
        let one_way = row.travel.as_seconds() / row.cycles as f64 / 2.0;
        println!("{} products, {} cycles", products.len(), row.cycles);
        within(
            &format!("{what}, by product"),
            one_way,
            exact(&products),
            0.01,
        );
        within(what, one_way, 100.0 * wanted, 0.01);
    }
}
