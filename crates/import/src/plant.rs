//! A sketch as a plant folder: `plant.toml` and the tracks. What the source does not say is marked `[A]`.

use crate::demand::{self, Demand};
use crate::lif::{self, Named};
use crate::names::{comment, quoted};
use crate::note::Notes;
use crate::sketch::{Kind, Sketch};
use fenhe_plant::Files;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Rounded lengths differ by this much from straight ones without being stated [mm].
const ROUNDING: f64 = 1.5;

/// The folder of a sketch that [`crate::reach::trim`] has been through.
pub fn files(sketch: &Sketch, notes: &mut Notes) -> Files {
    let named = lif::name(sketch);
    let demand = demand::demand(sketch);
    let mut out = String::new();
    let writer = Writer {
        sketch,
        named: &named,
        demand: &demand,
    };
    writer.head(&mut out);
    writer.transports(&mut out, notes);
    writer.tracks(&mut out, notes);
    writer.vehicles(&mut out, notes);
    let tracks = lif::tracks(sketch, &named).to_text();
    Files::default()
        .with("plant.toml", out.as_bytes())
        .with("tracks.lif.json", tracks.as_bytes())
}

/// What both formats carry over beside tracks.
pub fn carried(sketch: &Sketch, notes: &mut Notes) {
    for (code, count) in [
        ("carried/areas", sketch.areas.len()),
        ("carried/docks", sketch.docks.len()),
        ("carried/chargers", sketch.chargers.len()),
        ("carried/parking", sketch.parking.len()),
        ("carried/kinds", sketch.kinds.len()),
        ("carried/vehicles", sketch.fleet()),
    ] {
        if count > 0 {
            notes.carried(code, count, count);
        }
    }
}

struct Writer<'s> {
    sketch: &'s Sketch,
    named: &'s Named,
    demand: &'s Demand,
}

/// A line of `plant.toml`: writing to a string cannot fail.
macro_rules! line {
    ($out:expr, $($arg:tt)*) => { let _ = writeln!($out, $($arg)*); };
}

impl Writer<'_> {
    fn head(&self, out: &mut String) {
        let (name, origin) = (&self.sketch.name, &self.sketch.origin);
        line!(
            out,
            "# {}, imported by `fenhe import` from {}.",
            comment(name),
            comment(origin)
        );
        line!(
            out,
            "# Lines marked [A] are assumptions: the source does not say it. Put in what holds in your plant."
        );
        line!(out, "\n[plant]");
        line!(
            out,
            "about = {}",
            quoted(&format!("{name}, imported from {origin}"))
        );
    }

    /// Transports at an assumed rate: a carrier is filled where it stands, brought, emptied, and stays there.
    fn transports(&self, out: &mut String, notes: &mut Notes) {
        let Demand { pairs, every } = self.demand;
        if pairs.is_empty() {
            notes.assumed("assumed/no-transports", Vec::new());
            line!(
                out,
                "\n# [A] No transports: the source has no two places that vehicles can bring loads to and fetch them from."
            );
            return;
        }
        let count = ("count", pairs.len().to_string());
        notes.assumed(
            "assumed/transports",
            vec![count, ("every", every.to_string())],
        );
        notes.assumed("assumed/handling", Vec::new());
        line!(
            out,
            "\n# [A] Who sends what to whom, and how often: one load every {every} min on each of {} ways.",
            pairs.len()
        );
        let (senders, takers) = self.roles();
        for (k, &(from, to)) in pairs.iter().enumerate() {
            let (from, id) = (&self.named.docks[from], self.way(k));
            let to = &self.named.docks[to];
            line!(out, "\n[[product]]\nid = \"{id}\"\nroute = [\"to-{to}\"]");
            line!(out, "[[source]]\nid = \"{id}\"\nto = \"{from}.wait\"");
            line!(
                out,
                "arrivals = {{ product = \"{id}\", every = \"{every} min\" }}"
            );
        }
        self.places(out, &senders, &takers);
    }

    fn places(&self, out: &mut String, senders: &BTreeSet<usize>, takers: &BTreeSet<usize>) {
        let both: BTreeSet<usize> = senders.union(takers).copied().collect();
        line!(
            out,
            "\n# Places of loads. [A] Room for loads, and the seconds it takes to fill and to empty a carrier."
        );
        for dock in both {
            let (id, node) = (
                &self.named.docks[dock],
                self.node(self.sketch.docks[dock].node),
            );
            line!(out, "\n# {}", comment(&self.sketch.docks[dock].name));
            if senders.contains(&dock) {
                line!(out, "[[buffer]]\nid = \"{id}.wait\"\nqueue = {{}}");
                line!(
                    out,
                    "[[buffer]]\nid = \"{id}.out\"\nload = {{ carrier = \"load\", places = 3, node = {node} }}"
                );
                line!(
                    out,
                    "[[station]]\nid = \"{id}.send\"\nfrom = \"{id}.wait\"\nto = \"{id}.out\"\nsingle = {{}}\ntime = \"1 s\"\nreports = \"carrier\""
                );
            }
            if takers.contains(&dock) {
                let back = match senders.contains(&dock) {
                    true => format!(", returns = \"{id}.out\", return_time = \"1 s\""),
                    false => String::new(),
                };
                line!(
                    out,
                    "[[buffer]]\nid = \"{id}.in\"\nunload = {{ carrier = \"load\", places = 2, node = {node}, operation = \"to-{id}\"{back} }}"
                );
                line!(
                    out,
                    "[[station]]\nid = \"{id}.receive\"\nfrom = \"{id}.in\"\nto = \"{id}.done\"\noperation = \"to-{id}\"\nsingle = {{}}\ntime = \"1 s\"\nreports = \"carrier\""
                );
                line!(out, "[[sink]]\nid = \"{id}.done\"");
            }
        }
        let start: Vec<String> = senders
            .iter()
            .map(|&dock| format!("\"{}.out\"", self.named.docks[dock]))
            .collect();
        line!(
            out,
            "\n# [A] Carriers of one load each, two to begin with where loads are sent from."
        );
        line!(
            out,
            "[[carrier]]\nid = \"load\"\ncapacity = 1\ncount = {}\nstart = [{}]",
            2 * start.len(),
            start.join(", ")
        );
    }

    /// Docks that send and docks that take.
    fn roles(&self) -> (BTreeSet<usize>, BTreeSet<usize>) {
        self.demand.pairs.iter().copied().unzip()
    }

    /// The id of a transport.
    fn way(&self, k: usize) -> String {
        let (from, to) = self.demand.pairs[k];
        let id = format!("{}-to-{}", self.named.docks[from], self.named.docks[to]);
        if id.chars().count() <= 90 {
            id
        } else {
            format!("transport-{}", k + 1)
        }
    }

    fn node(&self, node: usize) -> String {
        quoted(&self.named.nodes[node])
    }

    fn tracks(&self, out: &mut String, notes: &mut Notes) {
        let sketch = self.sketch;
        line!(out, "\n[tracks]\nfile = \"tracks.lif.json\"");
        let parking: Vec<String> = sketch.parking.iter().map(|&node| self.node(node)).collect();
        line!(out, "parking = [{}]", parking.join(", "));
        if !sketch.areas.is_empty() {
            line!(out, "areas = [");
            for (area, id) in sketch.areas.iter().zip(&self.named.areas) {
                let nodes: Vec<String> = area.nodes.iter().map(|&node| self.node(node)).collect();
                let edges = area
                    .edges
                    .iter()
                    .map(|&edge| quoted(&self.named.edges[edge]));
                let edges: Vec<String> = edges.collect();
                line!(
                    out,
                    "  {{ id = \"{id}\", nodes = [{}], edges = [{}] }},",
                    nodes.join(", "),
                    edges.join(", ")
                );
            }
            line!(out, "]");
        }
        self.lengths(out, notes);
    }

    /// Lengths that are not those of the straight lines.
    fn lengths(&self, out: &mut String, notes: &mut Notes) {
        let sketch = self.sketch;
        let mut stated = Vec::new();
        for (edge, id) in sketch.edges.iter().zip(&self.named.edges) {
            let straight = sketch.straight(edge);
            let length = edge
                .length
                .filter(|&mm| libm::fabs(f64::from(mm) - straight) > ROUNDING);
            stated.extend(length.map(|mm| (id, mm)));
        }
        if stated.is_empty() {
            return;
        }
        notes.carried("carried/lengths", stated.len(), stated.len());
        line!(
            out,
            "# As the source states them: these edges are not as long as the straight lines between their nodes."
        );
        line!(out, "lengths = [");
        for (id, mm) in stated {
            line!(
                out,
                "  {{ edge = {}, length = \"{} m\" }},",
                quoted(id),
                metres(mm)
            );
        }
        line!(out, "]");
    }

    fn vehicles(&self, out: &mut String, notes: &mut Notes) {
        let charges = !self.sketch.chargers.is_empty();
        notes.assumed("assumed/vehicles", Vec::new());
        for (kind, id) in self.sketch.kinds.iter().zip(&self.named.kinds) {
            vehicle_type(out, kind, id, charges, notes);
        }
        for (spot, id) in self.sketch.chargers.iter().zip(&self.named.chargers) {
            let node = self.node(spot.node);
            line!(
                out,
                "\n[[charger]]\nid = \"{id}\"\nnode = {node}\npower = \"1 kW\"  # [A]"
            );
        }
        if charges {
            notes.assumed("assumed/energy", Vec::new());
        }
    }
}

fn vehicle_type(out: &mut String, kind: &Kind, id: &str, charges: bool, notes: &mut Notes) {
    let (length, width) = kind.body();
    let mark = |known: bool| if known { "" } else { "  # [A]" };
    line!(out, "\n[[vehicle_type]]\nid = \"{id}\"");
    line!(
        out,
        "length = \"{} m\"{}",
        metres(length),
        mark(kind.size.0.is_some())
    );
    line!(
        out,
        "width = \"{} m\"{}",
        metres(width),
        mark(kind.size.1.is_some())
    );
    line!(out, "margin = \"50 mm\"  # [A]");
    line!(
        out,
        "speed = \"{} m/s\"{}",
        metres(kind.speed.unwrap_or(demand::SPEED)),
        mark(kind.speed.is_some())
    );
    line!(
        out,
        "accel = \"{} m/s2\"{}",
        metres(kind.accel.0.unwrap_or(500)),
        mark(kind.accel.0.is_some())
    );
    line!(
        out,
        "brake = \"{} m/s2\"{}",
        metres(kind.accel.1.unwrap_or(500)),
        mark(kind.accel.1.is_some())
    );
    line!(out, "turn = \"45 deg/s\"  # [A]");
    line!(
        out,
        "dock = \"5 s\"  # [A]\ntransfer = \"10 s\"  # [A]\nbattery = \"1 kWh\"  # [A]"
    );
    if charges {
        line!(
            out,
            "idle_power = \"50 W\"  # [A]\ndrive_energy = \"100 J\"  # [A] a metre"
        );
    }
    if let Some((low, high)) = kind.charge_at {
        line!(out, "charge_at = [\"{low} %\", \"{high} %\"]");
    }
    if kind.size.0.is_none() || kind.size.1.is_none() || kind.speed.is_none() {
        let args = vec![("kind", kind.name.clone())];
        notes.assumed("assumed/body", args);
    }
    if !kind.vda5050.is_empty() {
        let keys: Vec<String> = kind
            .vda5050
            .iter()
            .map(|(key, value)| format!("{key} = {}", quoted(value)))
            .collect();
        line!(out, "vda5050 = {{ {} }}", keys.join(", "));
    }
    line!(
        out,
        "\n[[fleet]]\ntype = \"{id}\"\ncount = {}",
        kind.vehicles.len()
    );
    for (i, vehicle) in kind.vehicles.iter().enumerate() {
        line!(out, "# {id}-{} is \"{}\"", i + 1, comment(&vehicle.name));
    }
    for (i, vehicle) in kind.vehicles.iter().enumerate() {
        if let Some(serial) = &vehicle.serial {
            line!(
                out,
                "\n[[vehicle]]\nid = \"{id}-{}\"\nvda5050 = {{ serial = {} }}",
                i + 1,
                quoted(serial)
            );
        }
    }
}

/// Millimetres as metres, exactly.
fn metres(mm: u32) -> String {
    let text = format!("{}.{:03}", mm / 1000, mm % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
