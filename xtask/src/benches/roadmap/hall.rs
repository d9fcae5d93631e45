//! Two halls of streets 20 m apart with four points between crossings (10 by 10 of them: 820 points), docks, chargers and parking in bays beside them,
//! and pairs of tools by luck that always have something to fetch.
//!
//! Each pair's full carriers go from one dock to another anywhere in the hall, empty ones back; there are more carriers
//! than vehicles, so a vehicle that is free has work. Vehicles hand over for 10 s in bays, stop for 20 s on one edge in a hundred, and charge.

use crate::benches::hall::{self, numbered};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Carriers of a pair: half of them stand full at its press and half empty at its cell, so that whoever brings one finds
/// another to take back, alone or among many.
const CARRIERS: usize = 6;
/// Which hall.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hall {
    /// One-way streets alone.
    OneWay,
    /// Every third aisle is a single lane for both directions, and four crossings are fire doors: one vehicle at a time.
    TwoWay,
}

/// Vehicles of a hall, and who drives first.
#[derive(Clone, Copy)]
pub struct Given {
    /// Which hall.
    pub hall: Hall,
    /// Streets each way.
    pub streets: usize,
    /// How many vehicles.
    pub vehicles: usize,
    /// `traffic` of the policy.
    pub traffic: &'static str,
}

impl Given {
    /// Between two crossings.
    fn stretches(self) -> usize {
        self.streets - 1
    }
    /// Of tools: one a stretch of an aisle.
    fn pairs(self) -> usize {
        self.streets * self.stretches()
    }
    /// Aisles with chargers: every other one.
    fn charging(self) -> usize {
        self.streets / 2
    }
}

const TYPE: &str = r#"
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
battery = "2.4 kWh"
idle_power = "120 W"
drive_energy = "250 J"
stop_share = "1 %"
stop_time = "20 s"
charge_at = ["35 %", "85 %"]
"#;

/// Writes the plant's folder, tracks included.
///
/// # Errors
/// A file cannot be written, or its tracks are not made.
pub fn make(folder: &Path, given: Given) -> Result<PathBuf, Vec<String>> {
    let files = vec![
        ("plant.toml", plant(given)),
        ("equipment.csv", equipment(given.pairs())),
        ("layout.toml", layout(given)),
    ];
    hall::write(folder, files)
}

/// To which tool the product of each goes: by luck, the same in every run (Park and Miller 1988), never to itself.
fn partners(pairs: usize) -> Vec<usize> {
    let mut state = 820_u64;
    let mut all: Vec<usize> = (0..pairs).collect();
    // Sattolo's shuffle is one ring of all.
    for at in (1..pairs).rev() {
        state = state * 48_271 % 2_147_483_647;
        all.swap(at, state as usize % at);
    }
    all
}

fn plant(given: Given) -> String {
    let mut text =
        String::from("[plant]\nequipment = \"equipment.csv\"\nabout = \"The roadmap race\"\n");
    let mut start = Vec::new();
    for from in 0..given.pairs() {
        let _ = write!(
            text,
            r#"
[[product]]
id = "part-{from}"
route = ["press-{from}", "finish-{from}"]

[[class]]
id = "press-{from}"
[[class.buffer]]
id = "in"
queue = {{ capacity = 2 }}
[[class.buffer]]
id = "out"
load = {{ carrier = "box-{from}", places = {CARRIERS}, operation = "press-{from}" }}
[[class.station]]
id = "press"
from = "in"
to = "out"
single = {{ servers = 1 }}
time = "5 s"
operation = "press-{from}"

[[class]]
id = "finish-{from}"
[[class.buffer]]
id = "in"
unload = {{ carrier = "box-{from}", places = {CARRIERS}, operation = "finish-{from}" }}
[[class.station]]
id = "cell"
from = "in"
to = "parts"
single = {{ servers = 1 }}
time = "5 s"
operation = "finish-{from}"

[[source]]
id = "P{from}.blanks"
to = "P{from}.in"
endless = "part-{from}"
release = "push"
"#
        );
        start.push(format!(
            "\n[[carrier]]\nid = \"box-{from}\"\ncapacity = 1\ncount = {CARRIERS}\nstart = [{}]\n",
            vec![format!("\"P{from}.out\", \"F{from}.in\""); CARRIERS / 2].join(", ")
        ));
    }
    text.push_str(&start.concat());
    text.push_str("\n[[sink]]\nid = \"parts\"\n");
    for at in 1..=given.charging() * given.stretches() {
        let _ = write!(
            text,
            "\n[[charger]]\nid = \"charger-{at}\"\nnode = \"charger-{at}\"\npower = \"3 kW\"\n"
        );
    }
    let areas = match given.hall {
        Hall::OneWay => String::new(),
        Hall::TwoWay => format!("areas = [ {} ]\n", doors().join(", ")),
    };
    let Given {
        vehicles, traffic, ..
    } = given;
    let _ = write!(
        text,
        "{TYPE}\n[policy]\nsame_line = false\nconsolidate = \"0 s\"\ntraffic = \"{traffic}\"\nwait_max = \"30 min\"\n\n[tracks]\nfile = \"tracks.lif.json\"\n{areas}\n[[fleet]]\ntype = \"agv\"\ncount = {vehicles}\n"
    );
    text
}

/// Crossings that are fire doors, with the points before and behind: one vehicle at a time.
fn doors() -> Vec<String> {
    let door = |aisle: usize, cross: usize| {
        let x = 2 + 20 * (cross - 1);
        format!(
            "{{ id = \"door-{aisle}-{cross}\", nodes = [\"A{aisle}/X{cross}\", \"A{aisle}/{}\", \"A{aisle}/{}\"] }}",
            x - 4,
            x + 4
        )
    };
    vec![door(2, 4), door(5, 7), door(6, 3), door(9, 6)]
}

fn equipment(pairs: usize) -> String {
    let mut text = String::from("id,class,line,nodes\n");
    for (from, to) in partners(pairs).into_iter().enumerate() {
        let _ = writeln!(
            text,
            "P{from},press-{from},,out=out-{}\nF{from},finish-{from},,in=in-{}",
            from + 1,
            to + 1
        );
    }
    text
}

fn layout(given: Given) -> String {
    let end = 2 + 20 * given.stretches();
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
"#,
    );
    for street in 1..=given.streets {
        let at = 2 + 20 * (street - 1);
        let both = given.hall == Hall::TwoWay && street % 3 == 2;
        let flow = match (both, street % 2) {
            (true, _) => "both",
            (false, 1) => "east",
            (false, _) => "west",
        };
        let _ = write!(
            text,
            "\n[[aisle]]\nid = \"A{street}\"\ny = \"{at} m\"\nfrom = \"2 m\"\nto = \"{end} m\"\nflow = \"{flow}\"\n"
        );
        let flow = if street % 2 == 1 { "south" } else { "north" };
        let _ = write!(
            text,
            "\n[[cross]]\nid = \"X{street}\"\nx = \"{at} m\"\nfrom = \"2 m\"\nto = \"{end} m\"\nflow = \"{flow}\"\n"
        );
    }
    let stretches = given.stretches();
    for street in 0..given.streets {
        let aisle = format!("A{}", street + 1);
        let docks = |name| numbered(name, street * stretches, stretches);
        bays(&mut text, "dock", &docks("out"), (&aisle, "north", 10));
        bays(&mut text, "dock", &docks("in"), (&aisle, "south", 14));
    }
    for at in 0..given.charging() {
        let ids = numbered("charger", at * stretches, stretches);
        bays(
            &mut text,
            "charger",
            &ids,
            (&format!("A{}", 2 * at + 1), "north", 18),
        );
    }
    parking(&mut text, given);
    text
}

/// Bays beside the cross aisles, four a stretch; the first of each stretch come before all others.
fn parking(text: &mut String, given: Given) {
    let (stretches, mut last) = (given.stretches(), 0);
    for (side, at) in [("east", 10), ("west", 14), ("east", 14), ("west", 10)] {
        for street in 1..=given.streets {
            let ids = numbered("park", last, stretches);
            last += stretches;
            bays(text, "parking", &ids, (&format!("X{street}"), side, at));
        }
    }
}

fn bays(text: &mut String, kind: &str, ids: &[String], (on, side, at): (&str, &str, usize)) {
    let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    let _ = write!(
        text,
        "\n[[{kind}]]\nids = [{}]\non = \"{on}\"\nside = \"{side}\"\nat = \"{at} m\"\npitch = \"20 m\"\n",
        ids.join(", ")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_sends_to_another_and_gets_from_one() {
        let to = partners(90);
        let mut seen = to.clone();
        seen.sort_unstable();
        assert_eq!(seen, (0..90).collect::<Vec<_>>());
        assert!(to.iter().enumerate().all(|(from, to)| from != *to));
    }
}
