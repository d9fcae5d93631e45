//! Pass schedules, materials, weights, set-ups by family, mixes, and tables of orders that are asked for.

use fenhe_contract::*;
use fenhe_plant::{Asked, Files, Plant, Problem, Quantity, asks, load};

const PLANT: &str = r#"
[plant]
passes = "passes.csv"
[[product]]
id = "thin"
coil = { weight = "4 t", width = "500 mm", density = "8000 kg/m3" }
families = ["f"]
[[product]]
id = "thick"
coil = { weight = "5 t", width = "500 mm", density = "8000 kg/m3" }
[[mix]]
id = "both"
of = [ { product = "thin", share = "25 %" }, { product = "thick", share = "75 %" } ]
[[buffer]]
id = "raw"
queue = {}
[[buffer]]
id = "q"
queue = {}
[[buffer]]
id = "strips"
queue = {}
[[station]]
id = "mill"
from = "raw"
to = "q"
operation = "roll"
single = {}
passes = { speed = "50 %" }
setup = "10 min"
setups = [ { from = "@f", to = "thick", time = "40 min" } ]
[[station]]
id = "shear"
from = "q"
to = [ { to = "strips", count = 4 } ]
operation = "slit"
single = {}
passes = {}
[[station]]
id = "pack"
from = [ { buffer = "strips", count = 2 } ]
to = "out"
operation = "pack"
single = {}
passes = {}
[[source]]
id = "in"
to = "raw"
orders = "thin"
[[sink]]
id = "out"
[orders]
file = "orders.csv"
"#;

const PASSES: &str = "product,operation,gauge,speed,handling,yield
thin,roll,0.5 mm,100 m/min,5 min,
thin,roll,0.25 mm,200 m/min,5 min,90 %
thin,slit,0.25 mm,100 m/min,,95 %
thin,pack,,,10 min,
thick,roll,0.5 mm,100 m/min,5 min,
thick,slit,0.5 mm,100 m/min,,
thick,pack,,,10 min,
";

fn files(plant: &str, passes: &str) -> Files {
    Files::of_toml(plant)
        .with("passes.csv", passes.as_bytes())
        .with(
            "orders.csv",
            b"order,product,quantity\nA,thin,8 t\nB,thin,3\n",
        )
}

fn plant() -> Plant {
    match load("strip", &files(PLANT, PASSES)) {
        Ok((plant, warnings)) => {
            assert_eq!(warnings, []);
            plant
        }
        Err(problems) => panic!("{problems:#?}"),
    }
}

fn named(plant: &Plant, name: &str) -> ProductId {
    let mut products = plant.products.pairs();
    let found = products.find(|(_, product)| product.name == name);
    found.expect("a product of that name").0
}

/// Speeds count whole millimetres a second: 50 m/min is 0.04 % off.
fn near(time: Span, minutes: i64) {
    let ratio = time.as_seconds() / (60 * minutes) as f64;
    assert!((ratio - 1.0).abs() < 5e-4, "{time:?} for {minutes} min");
}

#[test]
fn each_stage_gives_a_material_and_takes_length_over_speed() {
    let plant = plant();
    let thin = named(&plant, "thin");
    let materials = plant.materials(thin);
    let names: Vec<&str> = materials
        .iter()
        .map(|id| plant.products[*id].name.as_str())
        .collect();
    assert_eq!(names, ["thin", "thin/1", "thin/2", "thin/3"]);
    let mill = plant
        .stations
        .iter()
        .find(|station| station.name == "mill")
        .expect("a mill");
    // 4 t / (8 t/m3 x 0.5 m x 0.5 mm) = 2,000 m at 50 m/min, 4,000 m at 100 m/min, twice 5 min.
    near(mill.times[thin.index()].mean(), 40 + 40 + 10);
    let shear = plant
        .stations
        .iter()
        .find(|station| station.name == "shear")
        .expect("a shear");
    // Nine tenths of the weight are left: 3,600 m at 100 m/min.
    near(shear.times[materials[1].index()].mean(), 36);
}

#[test]
fn weights_follow_yield_splits_and_joins() {
    let plant = plant();
    let materials = plant.materials(named(&plant, "thin"));
    let weights: Vec<i64> = materials
        .iter()
        .map(|id| plant.products[*id].weight.expect("a weight").0)
        .collect();
    // 4 t; rolled; slit into four; two of them in a pack.
    assert_eq!(weights, [4_000_000, 3_600_000, 855_000, 1_710_000]);
    assert_eq!(plant.to_let_in(materials[0]), Some(Mass(3_420_000)));
    // 8 t are three coils of 3.42 t.
    let quantities: Vec<u32> = plant
        .orders
        .iter()
        .map(|(_, order)| order.quantity)
        .collect();
    assert_eq!(quantities, [3, 3]);
}

#[test]
fn setups_may_name_families_and_all_materials_of_a_product() {
    let plant = plant();
    let mill = plant
        .stations
        .iter()
        .find(|station| station.name == "mill")
        .expect("a mill");
    let setup = mill.setup.as_ref().expect("set-ups");
    let time = |from: &str, to: &str| {
        let (from, to) = (named(&plant, from), named(&plant, to));
        setup.times[from.index() * plant.products.len() + to.index()].mean()
    };
    assert_eq!(time("thin", "thick"), Span::seconds(2400));
    assert_eq!(time("thin/1", "thick/2"), Span::seconds(2400));
    assert_eq!(time("thick", "thin"), Span::seconds(600));
    assert_eq!(time("thin", "thin"), Span::ZERO);
}

#[test]
fn each_fault_of_strip_is_told() {
    let cases = [
        (
            "passes/none",
            PLANT.to_string(),
            PASSES.replace("thick,", "thin,"),
        ),
        (
            "passes/coil",
            PLANT.replace(
                "coil = { weight = \"5 t\", width = \"500 mm\", density = \"8000 kg/m3\" }",
                "",
            ),
            PASSES.into(),
        ),
        (
            "passes/route",
            PLANT.replace(
                "families = [\"f\"]",
                "families = [\"f\"]\nroute = [\"roll\"]",
            ),
            PASSES.into(),
        ),
        (
            "passes/station",
            PLANT.replace("operation = \"slit\"", "operation = \"cut\""),
            PASSES.into(),
        ),
        ("mix/shares", PLANT.replace("25 %", "20 %"), PASSES.into()),
        (
            "name/unknown",
            PLANT.replace("\"@f\"", "\"@g\""),
            PASSES.into(),
        ),
        (
            "value/range",
            PLANT.to_string(),
            PASSES.replace("0.5 mm,100", "thin,100"),
        ),
        (
            "csv/cell",
            PLANT.to_string(),
            PASSES.replace("0.5 mm,100 m/min", ",100 m/min"),
        ),
    ];
    for (code, plant, passes) in cases {
        let problems = load("strip", &files(&plant, &passes)).expect_err(code);
        let found = problems
            .iter()
            .any(|problem| problem.code == code && problem.line > 0);
        assert!(found, "{code}: {problems:#?}");
    }
}

fn asked(text: &str) -> Result<Vec<Asked>, Vec<Problem>> {
    asks(&plant(), "orders.csv", text)
}

#[test]
fn a_table_of_orders_is_read() {
    let rows = asked("order,product,quantity,due,priority\nA,both,2860 t,45 d,1\nB,thin,7,,\n")
        .expect("a table");
    assert_eq!(rows[0].quantity, Quantity::Weight(Mass(2_860_000_000)));
    assert_eq!(rows[0].of.len(), 2);
    assert_eq!(
        (rows[0].due, rows[0].priority),
        (Some(Time::ZERO + Span::hours(24 * 45)), 1)
    );
    assert_eq!((rows[1].quantity, rows[1].due), (Quantity::Pieces(7), None));
}

#[test]
fn all_faults_of_a_table_come_at_once() {
    let text =
        "order,product,quantity,due,priority\n,thinn,2 pounds,soon,900\nB,thin,0,,\nB,thin,1,,\n";
    let problems = asked(text).expect_err("faults");
    let found: Vec<(&str, u32)> = problems.iter().map(|p| (p.code, p.line)).collect();
    let expected = [
        ("csv/cell", 2),
        ("name/unknown", 2),
        ("ask/quantity", 2),
        ("time/bad-instant", 2),
        ("value/range", 2),
        ("ask/quantity", 3),
        ("id/duplicate", 4),
    ];
    assert_eq!(found, expected);
    assert_eq!(problems[1].suggestion.as_deref(), Some("thin"));
    let codes = |text: &str| asked(text).expect_err("a fault")[0].code;
    assert_eq!(codes(""), "csv/empty");
    assert_eq!(codes("order,product,quantity\n"), "csv/empty");
    assert_eq!(codes("order,quantity\nA,1\n"), "csv/column-missing");
    assert_eq!(
        codes("order,product,quantity,colour\nA,thin,1,red\n"),
        "csv/column"
    );
}
