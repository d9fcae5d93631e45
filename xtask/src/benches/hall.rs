//! A plant for races of the running one: a hall like the cell workshop in plan - rows of tools between aisles of two
//! lanes, cross aisles every 30 m, two bays a vehicle - whose work begins within a minute of the
//! start, so that a race on the wall clock need not wait hours for the first full carrier.
//!
//! A row has twelve presses and twelve finishing cells. Presses fill carriers for the cells of their
//! column, in any row; empty carriers go back. A press fills a carrier in 90 s on average, so that 25
//! vehicles a row have as many transports to do as those of the cell workshop.

use super::process::fenhe;
use crate::shell;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Tools of each kind in a row.
const COLUMNS: usize = 12;
/// Vehicles a row.
pub const A_ROW: usize = 25;

const TYPES: &str = r#"
[[vehicle_type]]
id = "agv"
length = "1.2 m"
width = "0.8 m"
margin = "100 mm"
speed = "1.0 m/s"
accel = "0.5 m/s2"
brake = "0.6 m/s2"
turn = "45 deg/s"
decks = 3
dock = "15 s"
transfer = "12 s"
battery = "2.4 kWh"
idle_power = "120 W"
drive_energy = "250 J"
stop_share = "0.05 %"
stop_time = { exponential = "20 s" }
charge_at = ["35 %", "85 %"]

[policy]
same_line = false
consolidate = "90 s"
base_ahead = "8 m"
resend = "10 s"
wait_max = "30 min"

[tracks]
file = "tracks.lif.json"
"#;

/// Files of a plant folder without its tracks: name and text.
pub fn files(rows: usize) -> Vec<(&'static str, String)> {
    vec![
        ("plant.toml", plant(rows)),
        ("equipment.csv", equipment(rows)),
        ("layout.toml", layout(rows)),
    ]
}

/// A tool's name: `P` presses, `F` finishes.
fn tool(kind: char, row: usize, column: usize) -> String {
    format!("{kind}{row:02}-{column:02}")
}

fn each(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..=rows).flat_map(|row| (1..=COLUMNS).map(move |column| (row, column)))
}

/// Writes the plant's folder, tracks included.
///
/// # Errors
/// A file cannot be written, or its tracks are not made.
pub fn make(folder: &Path, rows: usize) -> Result<PathBuf, Vec<String>> {
    write(folder, files(rows))
}

/// Writes files of a plant folder; its tracks are made from `layout.toml`.
///
/// # Errors
/// A file cannot be written, or its tracks are not made.
pub fn write(folder: &Path, files: Vec<(&str, String)>) -> Result<PathBuf, Vec<String>> {
    let failed = |why: std::io::Error| vec![format!("{}: {why}", folder.display())];
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (name, text) in files {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    let path = |name: &str| folder.join(name).display().to_string();
    let fenhe = fenhe().display().to_string();
    let (spec, tracks) = (path("layout.toml"), path("tracks.lif.json"));
    shell::run(shell::program(&fenhe, &["layout", &spec, "-o", &tracks]))?;
    std::fs::remove_file(&spec).map_err(failed)?;
    Ok(folder.to_path_buf())
}

fn plant(rows: usize) -> String {
    let mut text = format!(
        "[plant]\nequipment = \"equipment.csv\"\nabout = \"{} vehicles for the race of the running plant\"\n",
        rows * A_ROW
    );
    for column in 1..=COLUMNS {
        let _ = write!(
            text,
            "\n[[product]]\nid = \"part-{column}\"\nroute = [\"press-{column}\", \"finish-{column}\"]\n{}",
            classes(column)
        );
    }
    for kind in ["odd", "even"] {
        carriers(&mut text, kind, rows);
    }
    for row in 1..=rows {
        let _ = write!(text, "\n[[line]]\nid = \"R{row:02}\"\n");
        let _ = write!(
            text,
            "\n[[sink]]\nid = \"R{row:02}.parts\"\nline = \"R{row:02}\"\nreports = \"counter\"\nevery = \"60 s\"\n"
        );
        for at in 1..=5 {
            let node = format!("charger-{}", (row - 1) * 5 + at);
            let _ = write!(
                text,
                "\n[[charger]]\nid = \"{node}\"\nnode = \"{node}\"\npower = \"3 kW\"\n"
            );
        }
    }
    for (row, column) in each(rows) {
        let press = tool('P', row, column);
        let _ = write!(
            text,
            "\n[[source]]\nid = \"{press}.blanks\"\nto = \"{press}.in\"\nline = \"R{row:02}\"\nendless = \"part-{column}\"\nrelease = \"push\"\n"
        );
    }
    let count = rows * A_ROW;
    let _ = write!(
        text,
        "{TYPES}\n[[fleet]]\ntype = \"agv\"\ncount = {count}\n"
    );
    text
}

/// Carriers of the presses of odd or of even columns.
fn kind_of(column: usize) -> &'static str {
    if column % 2 == 1 { "odd" } else { "even" }
}

fn classes(column: usize) -> String {
    let carrier = kind_of(column);
    format!(
        r#"
[[class]]
id = "press-{column}"
[[class.buffer]]
id = "in"
queue = {{ capacity = 20 }}
[[class.buffer]]
id = "out"
load = {{ carrier = "{carrier}", places = 6, operation = "press-{column}", flush = "20 min" }}
[[class.station]]
id = "press"
from = "in"
to = "out"
single = {{ servers = 1 }}
time = {{ exponential = "9 s" }}
operation = "press-{column}"
reports = "carrier"

[[class]]
id = "finish-{column}"
[[class.buffer]]
id = "in"
unload = {{ carrier = "{carrier}", places = 6, operation = "finish-{column}" }}
[[class.station]]
id = "cell"
from = "in"
to = "$line.parts"
single = {{ servers = 1 }}
time = "8 s"
operation = "finish-{column}"
reports = "carrier"
"#
    )
}

/// Three empty carriers stand at each press and two at each cell.
fn carriers(text: &mut String, kind: &str, rows: usize) {
    let ports: Vec<String> = each(rows)
        .filter(|&(_, column)| kind_of(column) == kind)
        .flat_map(|(row, column)| {
            let out = format!("\"{}.out\"", tool('P', row, column));
            let into = format!("\"{}.in\"", tool('F', row, column));
            [out.clone(), into.clone(), out.clone(), into, out]
        })
        .collect();
    let _ = write!(
        text,
        "\n[[carrier]]\nid = \"{kind}\"\ncapacity = 10\ncount = {}\nstart = [{}]\n",
        ports.len(),
        ports.join(", ")
    );
}

fn equipment(rows: usize) -> String {
    let mut text = String::from("id,class,line,nodes\n");
    for (row, column) in each(rows) {
        let (press, finish) = (tool('P', row, column), tool('F', row, column));
        let _ = writeln!(
            text,
            "{press},press-{column},R{row:02},out={press}.out\n{finish},finish-{column},R{row:02},in={finish}.in"
        );
    }
    text
}

fn layout(rows: usize) -> String {
    let aisles = rows + 1;
    let mut text = format!(
        r#"[layout]
name = "hall"
length = "400 m"
width = "{} m"
vehicle_types = ["agv"]
speed = "1.0 m/s"
spur_speed = "0.5 m/s"
spacing = "4 m"
spur = "2 m"

[[aisle]]
id = "A"
y = "8 m"
from = "3 m"
to = "395 m"
count = {aisles}
pitch = "14 m"
pair = "2 m"

[[cross]]
id = "C"
x = "3 m"
from = "8 m"
to = "{} m"
count = 14
pitch = "30 m"
pair = "2 m"
"#,
        20 + 14 * rows,
        10 + 14 * rows
    );
    for row in 1..=rows {
        let names = |kind, port: &str| -> Vec<String> {
            let name = |column| format!("{}.{port}", tool(kind, row, column));
            (1..=COLUMNS).map(name).collect()
        };
        bays(&mut text, "dock", &names('F', "in"), (row, "north", 40, 30));
        let out = names('P', "out");
        bays(&mut text, "dock", &out, (row + 1, "south", 27, 30));
        let chargers = numbered("charger", (row - 1) * 5, 5);
        bays(&mut text, "charger", &chargers, (row, "north", 27, 60));
    }
    parking(&mut text, rows);
    text
}

/// Two bays a vehicle; the first of each stand in the list before all others.
fn parking(text: &mut String, rows: usize) {
    let mut last = 0;
    for shift in [0, 5] {
        for row in 1..=rows {
            let sides = [(row, "north"), (row + 1, "south")];
            for (at, count) in [(15, 7), (45, 6)] {
                for (aisle, side) in sides {
                    let ids = numbered("park", last, count);
                    last += count;
                    bays(text, "parking", &ids, (aisle, side, at + shift, 60));
                }
            }
        }
    }
}

/// Names with the `count` numbers after one.
pub fn numbered(name: &str, after: usize, count: usize) -> Vec<String> {
    (after + 1..=after + count)
        .map(|n| format!("{name}-{n}"))
        .collect()
}

fn bays(
    text: &mut String,
    kind: &str,
    ids: &[String],
    (aisle, side, at, pitch): (usize, &str, usize, usize),
) {
    let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    let _ = write!(
        text,
        "\n[[{kind}]]\nids = [{}]\non = \"A{aisle}\"\nside = \"{side}\"\nat = \"{at} m\"\npitch = \"{pitch} m\"\n",
        ids.join(", ")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_has_its_tools_bays_and_vehicles() {
        let files = files(4);
        let text = |name: &str| &files.iter().find(|(file, _)| *file == name).unwrap().1;
        assert_eq!(text("equipment.csv").lines().count(), 1 + 4 * 24);
        assert!(text("plant.toml").contains("count = 100\n"));
        assert_eq!(text("plant.toml").matches("[[charger]]").count(), 20);
        assert!(text("layout.toml").contains("\"park-208\""));
        assert!(!text("layout.toml").contains("\"park-209\""));
        assert_eq!(files, super::files(4));
    }
}
