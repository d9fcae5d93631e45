//! Generated tracks: valid LIF, usable as tracks, the same bytes each time, faults on their lines.

use fenhe_contract::{EdgeId, Length, NodeId};
use fenhe_plant::geometry::{self, Body};
use fenhe_plant::layout::{layout, node_list};
use fenhe_plant::lif::{Lif, parse};
use fenhe_plant::{Problem, Tracks};

const HALL: &str = include_str!("data/layout/hall.toml");
const BODY: Body = Body {
    length: Length(1200),
    width: Length(800),
    margin: Length(100),
};

fn good(text: &str) -> Lif {
    let (lif, warnings) = layout("layout.toml", text.as_bytes()).expect("a good layout");
    assert_eq!(warnings, []);
    lif
}

fn tracks(lif: &Lif) -> Tracks {
    let (mut tracks, warnings) = geometry::graph(lif, "t", "", &["agv"]).expect("a graph");
    assert_eq!(warnings, []);
    geometry::compile(&mut tracks, "t", BODY, &[]).expect("conflicts");
    tracks
}

fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(HALL.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the file");
        text.replacen(from, to, 1)
    })
}

fn faults(changes: &[(&str, &str)]) -> Vec<(&'static str, u32)> {
    let place = |problem: &Problem| (problem.code, problem.line);
    match layout("layout.toml", changed(changes).as_bytes()) {
        Ok((_, problems)) | Err(problems) => problems.iter().map(place).collect(),
    }
}

#[test]
fn generated_tracks_follow_the_official_schema() {
    let schema = include_str!("data/lif/LIF-1.0.schema");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let text = good(HALL).to_text();
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    value["layouts"][0]["edges"][3]["startNodeId"] = 7.into();
    assert!(
        !validator.is_valid(&value),
        "the schema would refuse a fault"
    );
}

#[test]
fn generated_tracks_come_back_from_their_text() {
    let lif = good(HALL);
    let (mut back, warnings) = parse("t", lif.to_text().as_bytes()).expect("readable");
    assert_eq!(warnings, []);
    for layout in &mut back.layouts {
        layout.nodes.iter_mut().for_each(|node| node.span = 0..0);
        layout.edges.iter_mut().for_each(|edge| edge.span = 0..0);
        layout
            .stations
            .iter_mut()
            .for_each(|station| station.span = 0..0);
    }
    assert_eq!(back, lif);
    assert_eq!(good(HALL).to_text(), lif.to_text());
}

#[test]
fn every_bay_is_reached_and_left_and_blocks_nothing() {
    let lif = good(HALL);
    let tracks = tracks(&lif);
    let text = lif.to_text();
    assert_eq!(geometry::check(&tracks, &lif, "t", &text), []);
    // The same without the components of the library: forward and backward from the first bay.
    let ids: Vec<NodeId> = tracks.nodes.ids().collect();
    let named = |name: &str| {
        ids.iter()
            .copied()
            .find(|&id| tracks.nodes[id].name == name)
    };
    let start = named("L1-texture.out").expect("the dock's node has its name");
    for backward in [false, true] {
        let (mut seen, mut next) = (vec![false; ids.len()], vec![start]);
        while let Some(node) = next.pop() {
            if std::mem::replace(&mut seen[node.0 as usize], true) {
                continue;
            }
            for edge in &tracks.edges {
                let (from, to) = if backward {
                    (edge.to, edge.from)
                } else {
                    (edge.from, edge.to)
                };
                if from == node {
                    next.push(to);
                }
            }
        }
        let lost = seen.iter().filter(|seen| !**seen).count();
        assert_eq!(lost, 0, "backward: {backward}");
    }
    assert_eq!(lif.station_nodes("dock").count(), 65);
    assert_eq!(lif.station_nodes("charger").count(), 20);
    assert_eq!(lif.station_nodes("parking").count(), 110);
}

#[test]
fn a_vehicle_in_a_bay_holds_nothing_that_others_drive_on() {
    let lif = good(HALL);
    let tracks = tracks(&lif);
    for (id, node) in tracks.nodes.pairs() {
        let bay = lif
            .stations()
            .any(|station| station.station_id == node.name);
        if bay {
            for conflict in tracks.conflicts_of(tracks.node_resource(id)) {
                let edge = tracks.edges.get(EdgeId(conflict.0));
                let edge = edge.unwrap_or_else(|| panic!("{} and another node", node.name));
                assert!(
                    edge.from == id || edge.to == id,
                    "{} and {}",
                    node.name,
                    edge.name
                );
            }
        }
    }
}

#[test]
fn streets_are_as_asked() {
    let lif = good(HALL);
    let tracks = tracks(&lif);
    let node = |id: NodeId| &tracks.nodes[id];
    let longest = tracks.edges.iter().map(|edge| edge.length.0).max();
    assert_eq!(longest, Some(4000));
    for edge in &tracks.edges {
        let (from, to) = (node(edge.from), node(edge.to));
        let spur = edge.speed.0 == 500;
        let lane = (from.y == to.y).then_some((from.y.0 - 5000) / 10_000);
        if let (false, Some(lane)) = (spur, lane) {
            assert_eq!(
                to.x > from.x,
                lane % 2 == 0,
                "{} goes with its aisle",
                edge.name
            );
        }
    }
    let list = node_list(&lif);
    assert!(list.contains("\nL1-boron.in,30,13,dock\n"), "{list}");
    assert!(
        list.contains("\nA2/X1,8,15,\n") || list.contains("\nA2/X1,"),
        "{list}"
    );
    assert_eq!(list.lines().count(), tracks.nodes.len() + 1);
}

#[test]
fn lanes_in_pairs_drive_on_the_right_and_fields_are_blocks_of_their_own() {
    let lif = good(
        r#"
[layout]
name = "pairs"
length = "60 m"
width = "40 m"
vehicle_types = ["agv"]
[[aisle]]
id = "A"
y = "5 m"
count = 2
pitch = "20 m"
pair = "2 m"
[[aisle]]
id = "P"
y = "31 m"
count = 2
pitch = "6 m"
flow = "east"
from = "5 m"
to = "30 m"
[[cross]]
id = "X"
x = "5 m"
count = 2
pitch = "45 m"
pair = "2 m"
to = "27 m"
[[cross]]
id = "Q"
x = "10 m"
count = 2
pitch = "15 m"
flow = "south"
from = "25 m"
[[parking]]
id = "p"
count = 5
on = "P2"
at = "12 m"
pitch = "2 m"
side = "north"
[[dock]]
id = "both"
on = "A1"
at = "30 m"
side = "north"
[[dock]]
id = "one"
on = "A1w"
at = "20 m"
side = "north"
"#,
    );
    let tracks = tracks(&lif);
    let edge = |name: &str| tracks.edges.iter().any(|edge| edge.name.starts_with(name));
    assert!(edge("A1e/X1s--") && edge("A2w/X2n--") && edge("P1/Q1--"));
    assert!(edge("A1w/30--both") && edge("A1e/30--A1w/30") && edge("A1w/30--A1e/30"));
    assert!(edge("A1w/20--one") && !edge("A1w/20--A1e/20"));
    for edge in tracks
        .edges
        .iter()
        .filter(|edge| edge.name.starts_with("A1e/"))
    {
        let (from, to) = (&tracks.nodes[edge.from], &tracks.nodes[edge.to]);
        assert!(
            to.x > from.x && from.y.0 == 5000 || to.x == from.x,
            "{}",
            edge.name
        );
    }
}

#[test]
fn each_fault_is_found_on_its_line() {
    let found = faults(&[
        (r#"on = "A2""#, r#"on = "A22""#),
        (r#"side = "east""#, r#"side = "north""#),
        (
            r#"at = "20 m"
pitch = "2 m""#,
            r#"at = "399 m"
pitch = "2 m""#,
        ),
        (r#"id = "store""#, r#"id = "L2-dock-7""#),
    ]);
    let want = [
        ("name/unknown", 31),
        ("id/duplicate", 45),
        ("layout/side", 48),
        ("layout/bay-outside", 54),
    ];
    assert_eq!(found, want);
    assert_eq!(
        faults(&[
            ("width = \"60 m\"", "width = \"60\""),
            ("pitch = \"34.9 m\"", "pich = \"34.9 m\"")
        ]),
        [("unit/wrong", 6), ("key/unknown", 24)]
    );
    assert_eq!(
        faults(&[("pitch = \"34.9 m\"\n", "")]),
        [("key/missing", 20)]
    );
    assert_eq!(faults(&[("name = \"hall\"", "name = ")]).len(), 1);
    assert_eq!(
        faults(&[
            ("length = \"400 m\"", "length = \"900 m\""),
            ("spacing = \"4 m\"", "spacing = \"100 mm\"")
        ]),
        [("size/too-many", 3)]
    );
}

#[test]
fn streets_that_lead_nowhere_back_are_refused() {
    assert_eq!(
        faults(&[("count = 12", "count = 11")]),
        [("layout/not-connected", 0)]
    );
    assert_eq!(
        faults(&[("flow = \"south\"", "flow = \"north\"")]),
        [("layout/not-connected", 0)]
    );
    let alone = (
        "[[dock]]",
        "[[aisle]]\nid = \"B\"\ny = \"59 m\"\n\n[[dock]]",
    );
    assert_eq!(faults(&[alone]), [("layout/street-alone", 30)]);
}
