//! A small hall of one-way streets with bays: every stretch of an aisle has a press and a cell, and carriers go round between
//! a press and the cell of the next stretch. And a ring whose docks are places of the street itself.

use fenhe_plant::Files;
use std::fmt::Write;

/// Streets each way.
const STREETS: usize = 4;

const POLICY: &str = r#"
[[vehicle_type]]
id = "agv"
length = "1.2 m"
width = "0.8 m"
margin = "100 mm"
speed = "1.0 m/s"
accel = "0.5 m/s2"
brake = "0.6 m/s2"
turn = "90 deg/s"
decks = 1
dock = "0 s"
transfer = "10 s"
battery = "24 kWh"
idle_power = "120 W"
drive_energy = "250 J"
charge_at = ["5 %", "85 %"]
stop_share = "1 %"
stop_time = "20 s"

[policy]
same_line = false
consolidate = "0 s"
wait_max = "30 min"

[tracks]
file = "tracks.lif.json"

[[sink]]
id = "parts"
"#;

/// The hall's folder with so many vehicles.
pub fn hall(vehicles: usize) -> Files {
    let plant = plant(&pairs(), vehicles);
    files(&plant, &layout(STREETS))
}

/// The same with batteries of a tenth, and chargers instead of a quarter of the parking.
pub fn charging(vehicles: usize) -> Files {
    let plant = plant(&pairs(), vehicles).replace("24 kWh", "2.4 kWh");
    let mut plant = plant.replace("\"5 %\"", "\"35 %\"");
    let mut layout = layout(STREETS);
    let chargers = STREETS * (STREETS - 1);
    for at in 3 * chargers + 1..=4 * chargers {
        let _ = write!(
            plant,
            "\n[[charger]]\nid = \"park-{at}\"\nnode = \"park-{at}\"\npower = \"3 kW\"\n"
        );
        let first = format!("[[parking]]\nids = [\"park-{at}\"");
        layout = layout.replace(&first, &first.replace("parking", "charger"));
    }
    files(&plant, &layout)
}

fn pairs() -> Vec<[String; 2]> {
    let pairs = 1..=STREETS * (STREETS - 1);
    let pairs = pairs.map(|n| [format!("out-{n}"), format!("in-{n}")]);
    pairs.collect()
}

/// Two streets each way, one ring: who stands at a dock lets nobody pass.
pub fn ring(vehicles: usize) -> Files {
    let pairs = ["A0/10", "X1/10", "A1/10"].map(|node| [node.to_string(), node.to_string()]);
    files(&plant(&pairs, vehicles), &layout(2))
}

fn files(plant: &str, layout: &str) -> Files {
    let tracks = fenhe_plant::layout::layout("layout.toml", layout.as_bytes());
    let (lif, _) = tracks.expect("streets that lead everywhere");
    Files::of_toml(plant).with("tracks.lif.json", lif.to_text().as_bytes())
}

/// A press and a cell at each pair of nodes; the cell of the next pair finishes.
fn plant(pairs: &[[String; 2]], vehicles: usize) -> String {
    let mut text = format!("{POLICY}\n[[fleet]]\ntype = \"agv\"\ncount = {vehicles}\n");
    for from in 1..=pairs.len() {
        let to = from % pairs.len() + 1;
        let [out, into] = [&pairs[from - 1][0], &pairs[to - 1][1]];
        let _ = write!(
            text,
            r#"
[[product]]
id = "part-{from}"
route = ["press-{from}", "finish-{from}"]
[[carrier]]
id = "box-{from}"
capacity = 1
count = 6
start = ["out-{from}", "in-{to}", "out-{from}", "in-{to}", "out-{from}", "in-{to}"]
[[source]]
id = "blanks-{from}"
to = "blank-{from}"
endless = "part-{from}"
release = "push"
[[buffer]]
id = "blank-{from}"
queue = {{ capacity = 2 }}
[[buffer]]
id = "out-{from}"
load = {{ carrier = "box-{from}", places = 6, node = "{out}", operation = "press-{from}" }}
[[station]]
id = "press-{from}"
from = "blank-{from}"
to = "out-{from}"
single = {{ servers = 1 }}
time = "5 s"
operation = "press-{from}"
[[buffer]]
id = "in-{to}"
unload = {{ carrier = "box-{from}", places = 6, node = "{into}", operation = "finish-{from}" }}
[[station]]
id = "cell-{to}"
from = "in-{to}"
to = "parts"
single = {{ servers = 1 }}
time = "5 s"
operation = "finish-{from}"
"#
        );
    }
    text
}

fn layout(streets: usize) -> String {
    let stretches = streets - 1;
    let end = 2 + 20 * stretches;
    let side = end + 2;
    let mut text = format!(
        r#"[layout]
name = "hall"
length = "{side} m"
width = "{side} m"
vehicle_types = ["agv"]
speed = "1.0 m/s"
spur_speed = "0.5 m/s"
spacing = "4 m"
spur = "2 m"
"#
    );
    for street in 0..streets {
        let at = 2 + 20 * street;
        let [along, across] = match street % 2 {
            0 => ["east", "south"],
            _ => ["west", "north"],
        };
        let _ = write!(
            text,
            "\n[[aisle]]\nid = \"A{street}\"\ny = \"{at} m\"\nfrom = \"2 m\"\nto = \"{end} m\"\nflow = \"{along}\"\n\n[[cross]]\nid = \"X{street}\"\nx = \"{at} m\"\nfrom = \"2 m\"\nto = \"{end} m\"\nflow = \"{across}\"\n"
        );
        let (aisle, cross) = (format!("A{street}"), format!("X{street}"));
        let docks = street * stretches;
        bays(
            &mut text,
            ("dock", "out"),
            docks,
            stretches,
            (&aisle, "north", 10),
        );
        bays(
            &mut text,
            ("dock", "in"),
            docks,
            stretches,
            (&aisle, "south", 14),
        );
        for (group, (side, at)) in [("east", 10), ("west", 14), ("east", 14), ("west", 10)]
            .into_iter()
            .enumerate()
        {
            let first = (group * streets + street) * stretches;
            bays(
                &mut text,
                ("parking", "park"),
                first,
                stretches,
                (&cross, side, at),
            );
        }
    }
    text
}

fn bays(
    text: &mut String,
    (kind, name): (&str, &str),
    last: usize,
    stretches: usize,
    (on, side, at): (&str, &str, usize),
) {
    let ids: Vec<String> = (1..=stretches)
        .map(|n| format!("\"{name}-{}\"", last + n))
        .collect();
    let _ = write!(
        text,
        "\n[[{kind}]]\nids = [{}]\non = \"{on}\"\nside = \"{side}\"\nat = \"{at} m\"\npitch = \"20 m\"\n",
        ids.join(", ")
    );
}
