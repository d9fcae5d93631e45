//! Lots held against truth: the simulated plant knows which piece is in which carrier.

use super::{Lots, Moved};
use crate::demo;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Files, Plant};
use fenhe_world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A saw fills boxes; presses side by side that break down and scrap, with an oven behind, fill trays; a printer
/// empties those.
const PLANT: &str = r#"
[[product]]
id = "cell"
route = [{ operation = "cut" }, { operation = "press" }, { operation = "print" }]
[[carrier]]
id = "box"
capacity = 10
count = 6
start = ["saw.out", "press.in"]
[[carrier]]
id = "tray"
capacity = 12
count = 6
start = ["press.out", "printer.in"]
[[buffer]]
id = "saw.in"
queue = { capacity = 20 }
[[buffer]]
id = "saw.out"
load = { carrier = "box", places = 4, operation = "cut", node = "a" }
[[buffer]]
id = "press.in"
unload = { carrier = "box", places = 4, operation = "press", node = "c" }
[[buffer]]
id = "press.hot"
queue = { capacity = 30 }
[[buffer]]
id = "press.out"
load = { carrier = "tray", places = 4, operation = "press", node = "e", flush = "5 min" }
[[buffer]]
id = "printer.in"
unload = { carrier = "tray", places = 4, operation = "print", node = "d" }
[[station]]
id = "saw"
operation = "cut"
from = "saw.in"
to = "saw.out"
single = {}
time = "6 s"
reports = "carrier"
[[station]]
id = "press-1"
operation = "press"
from = "press.in"
to = "press.hot"
batch = { servers = 1, min = 4, max = 8, wait = "60 s" }
time = "70 s"
scrap = "2 %"
reports = "carrier"
failures = [ { id = "jam", clock = "busy", every = { exponential = "20 min" }, repair = { exponential = "5 min" }, effect = "resume" } ]
[[station]]
id = "press-2"
operation = "press"
from = "press.in"
to = "press.hot"
batch = { servers = 1, min = 4, max = 8, wait = "60 s" }
time = "70 s"
scrap = "2 %"
reports = "carrier"
failures = [ { id = "jam", clock = "busy", every = { exponential = "20 min" }, repair = { exponential = "5 min" }, effect = "resume" } ]
[[station]]
id = "oven"
from = "press.hot"
to = "press.out"
stream = { pitch = "3 s" }
time = "40 s"
reports = "carrier"
[[station]]
id = "printer"
operation = "print"
from = "printer.in"
to = "out"
single = {}
time = "1 s"
reports = "carrier"
[[source]]
id = "in"
to = "saw.in"
endless = "cell"
[[sink]]
id = "out"
[tracks]
file = "tracks.lif.json"
[[vehicle_type]]
id = "agv"
length = "1.2 m"
width = "0.8 m"
speed = "1.2 m/s"
accel = "0.5 m/s2"
brake = "0.7 m/s2"
turn = "90 deg/s"
decks = 2
dock = "2 s"
transfer = "4 s"
battery = "100 kWh"
[[fleet]]
type = "agv"
count = 1
[policy]
same_line = false
consolidate = "0 s"
base_ahead = "8 m"
resend = "10 s"
wait_max = "30 min"
[messages]
delay = "20 ms"
loss = "1 %"
"#;

const NODES: [(&str, f64, f64); 10] = [
    ("a", 0.0, 0.0),
    ("b", 8.0, 0.0),
    ("c", 16.0, 0.0),
    ("d", 16.0, 8.0),
    ("e", 8.0, 8.0),
    ("f", 0.0, 8.0),
    ("p1", 8.0, -6.0),
    ("p2", 8.0, 14.0),
    ("p3", 20.0, 0.0),
    ("p4", -4.0, 8.0),
];
const WAYS: &str = "a-b b-c c-d d-e e-f f-a b-p1 p1-b e-p2 p2-e c-p3 p3-c f-p4 p4-f";

fn small(text: &str) -> Arc<Plant> {
    let property = r#"[{ "vehicleTypeId": "agv" }]"#;
    let node = |(name, x, y): &(&str, f64, f64)| {
        let at = format!(r#""nodePosition": {{ "x": {x}, "y": {y} }}"#);
        format!(r#"{{ "nodeId": "{name}", {at}, "vehicleTypeNodeProperties": {property} }}"#)
    };
    let edge = |way: &str| {
        let (from, to) = way.split_once('-').expect("two ends");
        format!(
            r#"{{ "edgeId": "{way}", "startNodeId": "{from}", "endNodeId": "{to}",
            "vehicleTypeEdgeProperties": [{{ "vehicleTypeId": "agv", "rotationAllowed": true }}] }}"#
        )
    };
    let park = |name: &str| {
        format!(
            r#"{{ "stationId": "{name}", "interactionNodeIds": ["{name}"], "stationDescription": "parking" }}"#
        )
    };
    let list = |all: Vec<String>| all.join(",");
    let tracks = format!(
        r#"{{ "metaInformation": {{ "projectIdentification": "t", "creator": "t", "exportTimestamp":
        "2026-01-01T00:00:00Z", "lifVersion": "1.0.0" }}, "layouts": [{{ "layoutId": "hall", "layoutVersion": "1",
        "nodes": [{}], "edges": [{}], "stations": [{}] }}] }}"#,
        list(NODES.iter().map(node).collect()),
        list(WAYS.split(' ').map(edge).collect()),
        list(["p1", "p2", "p3", "p4"].map(park).to_vec()),
    );
    let files = Files::of_toml(text).with("tracks.lif.json", tracks.as_bytes());
    let plant = fenhe_plant::load("small", &files).map_err(|all| format!("{all:#?}"));
    Arc::new(plant.expect("a plant").0)
}

/// A plant with its lots, and what is true of them.
struct Bench {
    plant: Arc<Plant>,
    core: Controller,
    world: World,
    lots: Lots,
    /// Facts are heard up to so much later than they happened, each by luck, none before one that came first.
    late: Span,
    heard: (Time, Stream),
    /// The lot that each piece was in last.
    in_lot: BTreeMap<PieceSerial, u64>,
    /// True parents of each lot.
    parents: BTreeMap<u64, BTreeSet<u64>>,
}

impl Bench {
    fn new(plant: Arc<Plant>, seed: u64) -> Bench {
        Bench {
            core: Controller::new(plant.clone()),
            world: World::new(plant.clone(), Seed(seed)),
            lots: Lots::new(&plant, &[], (false, Span::ZERO)),
            late: Span::ZERO,
            heard: (Time::ZERO, Seed(seed).stream("heard", Purpose::Delay)),
            in_lot: BTreeMap::new(),
            parents: BTreeMap::new(),
            plant,
        }
    }

    /// On until then, all facts heard and each filled carrier looked into.
    fn on(&mut self, until: Time) {
        let mut commands = Commands::default();
        loop {
            let deadline = self.core.deadline().map_or(Time::NEVER, |(at, _)| at);
            let deadline = deadline.max(self.world.now());
            let mut facts = Vec::new();
            let now = self
                .world
                .advance(deadline.min(until), &mut NoRecords, &mut facts);
            if facts.is_empty() {
                if deadline > until {
                    return;
                }
                facts.push(Event::Deadline);
            }
            for fact in facts {
                commands.clear();
                self.core.handle(now, &fact, &mut commands);
                let heard = self.heard_at(now);
                let told = (std::slice::from_ref(&fact), &*commands.records);
                self.lots.hear(&self.plant, heard, told);
                if let Event::Place(_, PlaceEvent::Filled { tag, .. }) = fact {
                    self.look_into(tag);
                }
                for command in &commands.list {
                    self.world
                        .apply(now, command, &commands.edges, &mut NoRecords);
                }
            }
        }
    }

    /// Facts come to a stand now and then, and all that follow with them.
    fn heard_at(&mut self, now: Time) -> Time {
        let (last, luck) = &mut self.heard;
        let late = match luck.below(50) {
            0 => Span((luck.unit() * self.late.0 as f64) as i64),
            _ => Span::ZERO,
        };
        *last = (*last).max(now + late);
        *last
    }

    fn look_into(&mut self, tag: Tag) {
        let id = self.lots.newest;
        let bodies = self.world.bodies();
        let mut parents = BTreeSet::new();
        for row in &bodies.carriers[tag.0 as usize].pieces {
            let piece = bodies.pieces[*row as usize].serial;
            parents.extend(self.in_lot.insert(piece, id));
        }
        self.parents.insert(id, parents);
    }

    /// Every true parent is named, whatever is called certain is true, both ways; and carriers are where they are
    /// said to be. Gives lots with parents, true ones, named ones and certain ones.
    fn judge(&self) -> [u64; 4] {
        let mut sums = [0; 4];
        let mut children: BTreeMap<u64, Vec<(u64, bool)>> = BTreeMap::new();
        for (&id, truth) in &self.parents {
            let kin = self.lots.parents(id);
            let named: BTreeMap<u64, bool> = kin.lots.iter().copied().collect();
            for parent in truth {
                assert!(named.contains_key(parent), "{parent} is in {id}: {named:?}");
            }
            for (parent, certain) in &named {
                assert!(
                    !certain || truth.contains(parent),
                    "{parent} is not in {id}: {named:?}"
                );
                children.entry(*parent).or_default().push((id, *certain));
            }
            sums[0] += u64::from(!truth.is_empty());
            sums[1] += truth.len() as u64;
            sums[2] += named.len() as u64;
            sums[3] += named.values().filter(|certain| **certain).count() as u64;
        }
        // The other way says the same.
        for (&id, _) in self
            .lots
            .lots
            .iter()
            .step_by(1 + self.lots.lots.len() / 300)
        {
            let mut found = self.lots.children(id).lots;
            found.sort_unstable();
            assert_eq!(
                found,
                children.remove(&id).unwrap_or_default(),
                "children of {id}"
            );
        }
        self.places();
        sums
    }

    /// Carriers with pieces stand where their lots are said to, but for what is being handed over or filled.
    fn places(&self) {
        let (mut right, mut wrong) = (0, 0);
        for (tag, carrier) in self.world.bodies().carriers.iter().enumerate() {
            let open = self.lots.marked.get(&Tag(tag as u64));
            if let Some(lot) = open.and_then(|id| self.lots.lots.get(id)) {
                match lot.place == carrier.at {
                    true => right += 1,
                    false => wrong += 1,
                }
            }
        }
        assert!(right > 5 * wrong, "{right} right, {wrong} wrong");
    }
}

#[test]
fn every_true_parent_is_named_and_what_is_certain_is_true() {
    let mut certain = 0;
    for seed in 0..8 {
        let mut bench = Bench::new(small(PLANT), seed);
        bench.on(Time::ZERO + Span::hours(12));
        let [lots, truth, named, sure] = bench.judge();
        println!("seed {seed}: {lots} lots, {truth} parents, {named} named, {sure} certain");
        assert!(lots > 200, "{lots} lots only");
        assert!(named < 8 * truth, "{named} named for {truth}");
        certain += sure;
    }
    assert!(certain > 0);
}

/// Without luck, one press that takes a whole box, and a tray for each: the machine is empty in between, so there is
/// no doubt.
#[test]
fn a_machine_that_holds_one_lot_at_a_time_leaves_no_doubt() {
    let plant = one_at_a_time();
    let mut bench = Bench::new(plant, 3);
    bench.on(Time::ZERO + Span::hours(24));
    let [lots, truth, named, sure] = bench.judge();
    assert!(lots > 100, "{lots} lots only");
    assert_eq!((truth, named, sure), (lots, lots, lots));
}

/// A box may be told of when its pieces are nearly through.
#[test]
fn facts_that_are_heard_late_hide_no_parent() {
    let mut bench = Bench::new(one_at_a_time(), 3);
    bench.late = Span::seconds(120);
    bench.lots = Lots::new(&bench.plant, &[], (false, bench.late));
    bench.on(Time::ZERO + Span::hours(24));
    let [lots, truth, _, sure] = bench.judge();
    assert!(lots > 100, "{lots} lots only");
    assert_eq!((truth, sure), (lots, lots));
}

fn one_at_a_time() -> Arc<Plant> {
    let lucky = |line: &&str| !line.starts_with("failures") && !line.starts_with("scrap");
    let text: Vec<&str> = PLANT.lines().filter(lucky).collect();
    let text = text.join("\n").replace("time = \"6 s\"", "time = \"60 s\"");
    let text = text.replace("capacity = 12", "capacity = 10");
    let text = text.replace("min = 4, max = 8, wait = \"60 s\"", "min = 10, max = 10");
    let (head, tail) = text
        .split_once("[[station]]\nid = \"press-2\"")
        .expect("two presses");
    let (_, tail) = tail.split_once("[[station]]").expect("more stations");
    small(&format!("{head}[[station]]{tail}"))
}

/// Machines of the workshop take 1,800 pieces at a time in five tubes.
#[test]
fn the_workshop_names_every_true_parent() {
    let plant = fenhe_plant::load("jinneng-cells", &demo::workshop());
    let mut bench = Bench::new(Arc::new(plant.expect("a plant").0), 7);
    bench.on(Time::ZERO + Span::hours(14));
    let [lots, truth, named, sure] = bench.judge();
    println!("{lots} lots, {truth} parents, {named} named, {sure} certain");
    assert!(lots > 2_000, "{lots} lots only");
    assert!(named < 60 * truth, "{named} named for {truth}");
    // Most were brought by a vehicle whose transport is known.
    let ways = bench.lots.lots.values().flat_map(|lot| &lot.steps);
    let by = ways.filter_map(|step| match step.what {
        Moved::Dropped(_, transport) => Some(transport.is_some()),
        _ => None,
    });
    let by: Vec<bool> = by.collect();
    let known = by.iter().filter(|known| **known).count();
    assert!(
        known > 1_000 && known * 100 > by.len() * 99,
        "{known} of {}",
        by.len()
    );
}

#[test]
fn a_record_that_begins_in_the_middle_names_what_it_can_and_is_never_certain_of_the_rest() {
    let mut bench = Bench::new(small(PLANT), 5);
    bench.on(Time::ZERO + Span::hours(2));
    // What is known from here on: what stands where.
    let now = bench.world.now();
    let loads = bench.core.belief(now).loads;
    bench.lots = Lots::new(&bench.plant, &loads, (true, Span::ZERO));
    bench.parents.clear();
    let known: BTreeMap<Tag, u64> = bench.lots.marked.clone();
    bench.in_lot.clear();
    let bodies = bench.world.bodies();
    for (tag, carrier) in bodies.carriers.iter().enumerate() {
        if let Some(&id) = known.get(&Tag(tag as u64)) {
            let pieces = carrier
                .pieces
                .iter()
                .map(|row| (bodies.pieces[*row as usize].serial, id));
            bench.in_lot.extend(pieces);
        }
    }
    bench.on(Time::ZERO + Span::hours(8));
    let [lots, truth, _, _] = bench.judge();
    assert!(lots > 50 && truth > 50, "{lots} {truth}");
    // The first one out of the presses was inside before.
    let first = bench.parents.keys().next().expect("a lot");
    assert!(bench.lots.parents(*first).others);
}
