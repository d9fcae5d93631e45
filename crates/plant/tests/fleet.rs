//! Plants with vehicles: tracks, parking, ports and carriers.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_plant::*;

fn codes(files: &Files) -> Vec<(&'static str, u32)> {
    let problems = match load("test", files) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    };
    problems
        .iter()
        .map(|problem| (problem.code, problem.line))
        .collect()
}

fn line(text: &str, part: &str) -> u32 {
    text.lines()
        .position(|line| line.contains(part))
        .expect("there") as u32
        + 1
}

#[test]
fn classes_places_carriers_and_vehicles_are_numbered_as_written() {
    let files = folder(PLANT, lif(RING, WAYS, &["b", "d"]));
    let (plant, warnings) = load("test", &files).expect("good");
    assert_eq!(warnings, []);
    let names: Vec<&str> = plant.stations.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["printer", "cut.saw#1", "cut.saw#2"]);
    let first = |i: u32| plant.stations[StationId(i)].maintenance[0].first;
    assert_eq!(
        (first(1), first(2)),
        (Span::seconds(1800), Span::seconds(3600))
    );
    // Ports first: print.in has places 0 and 1, cut.out 2 and 3; then two decks of each vehicle.
    let start = &plant.carriers[CarrierTypeId(0)].start;
    assert_eq!(start, &[PlaceId(2), PlaceId(0), PlaceId(3)]);
    assert_eq!(plant.vehicles.len(), 2);
    assert_eq!(plant.vehicles[VehicleId(1)].decks, PlaceId(6)..PlaceId(8));
    assert_eq!(plant.places[PlaceId(7)].owner, Owner::Deck(VehicleId(1), 1));
    let node = |id: NodeId| plant.tracks.nodes[id].name.as_str();
    assert_eq!(
        plant.parking.iter().map(|id| node(*id)).collect::<Vec<_>>(),
        ["b", "d"]
    );
    assert_eq!(node(plant.places[PlaceId(2)].node.expect("a port")), "a");
    assert_eq!(plant.vehicles[VehicleId(0)].start, plant.parking[0]);
}

#[test]
fn an_edge_may_be_longer_than_the_straight_line_between_its_nodes() {
    let tracks = line(PLANT, "[tracks]");
    let with = |rows: &str| {
        let text = PLANT.replacen("[tracks]", &format!("[tracks]\nlengths = [{rows}]"), 1);
        folder(&text, lif(RING, WAYS, &["b", "d"]))
    };
    let (plain, _) = load("test", &with("")).expect("good");
    let name = |edge: u32| plain.tracks.edges[EdgeId(edge)].name.clone();
    let row = |edge: &str, length: &str| format!("{{ edge = \"{edge}\", length = \"{length}\" }}");
    let (plant, _) = load("test", &with(&row(&name(1), "7.3 m"))).expect("good");
    for (id, edge) in plant.tracks.edges.pairs() {
        let wanted = match id {
            EdgeId(1) => Length(7300),
            _ => plain.tracks.edges[id].length,
        };
        assert_eq!(
            (edge.length, edge.heading),
            (wanted, plain.tracks.edges[id].heading)
        );
    }
    assert_eq!(plant.tracks.conflicts, plain.tracks.conflicts);
    let twice = format!("{}, {}", row(&name(1), "1 m"), row(&name(1), "2 m"));
    assert_eq!(codes(&with(&twice)), [("id/duplicate", tracks + 1)]);
    assert_eq!(
        codes(&with(&row("nowhere", "1 m"))),
        [("name/unknown", tracks + 1)]
    );
    assert_eq!(
        codes(&with(&row(&name(1), "1 s"))),
        [("unit/wrong", tracks + 1)]
    );
}

#[test]
fn faults_of_fleets_are_found_on_their_lines() {
    let good = || lif(RING, WAYS, &["b", "d"]);
    let set = |from: &str, to: &str| PLANT.replacen(from, to, 1);
    let text = set("\ncount = 2", "\ncount = 3");
    let fleet = line(&text, "type = \"agv\"") + 1;
    assert_eq!(codes(&folder(&text, good())), [("fleet/no-parking", fleet)]);
    let four = lif(RING, WAYS, &["a", "b", "c", "d"]);
    let text = set("\ncount = 2", "\ncount = 4");
    assert_eq!(codes(&folder(&text, four)), [("fleet/fills-ring", fleet)]);
    let text = set("node = \"d\"", "node = \"e\"");
    let at = line(&text, "node = \"e\"");
    assert_eq!(codes(&folder(&text, good())), [("name/unknown", at)]);
    let text = set(", node = \"c\"", "");
    let at = line(&text, "id = \"print.in\"");
    assert_eq!(codes(&folder(&text, good())), [("port/no-node", at)]);
    let text = set("count = 3", "count = 5");
    assert_eq!(
        codes(&folder(&text, good())),
        [("carrier/more-than-places", 8)]
    );
    let text = set("operation = \"print\", node", "operation = \"cut\", node");
    let found = codes(&folder(&text, good()));
    assert!(
        found.contains(&("port/unserved", line(PLANT, "unload ="))),
        "{found:?}"
    );
    let text = set(
        "[[carrier]]",
        "[[carrier]]\nid = \"tray\"\ncapacity = 1\ncount = 1\nstart = [\"cut.out\"]\n[[carrier]]",
    );
    assert_eq!(
        codes(&folder(&text, good())),
        [("carrier/mismatch", line(&text, "start = [\"cut.out\"]"))]
    );
    let text = set("route = [\"cut\", \"print\"]", "");
    assert_eq!(codes(&folder(&text, good())), [("product/no-route", 3)]);
    assert_eq!(
        codes(&Files::of_toml(PLANT)),
        [("file/missing", line(PLANT, "file ="))]
    );
}

#[test]
fn ports_that_vehicles_cannot_reach_or_leave_are_found() {
    let mut nodes = RING.to_vec();
    nodes.push(("e", 20.0, 10.0));
    let text = PLANT.replacen("node = \"c\"", "node = \"e\"", 1);
    let at = line(&text, "id = \"print.in\"");
    let mut ways = WAYS.to_vec();
    ways.push(("e", "c"));
    let found = codes(&folder(&text, lif(&nodes, &ways, &["b", "d"])));
    assert_eq!(found, [("track/unreachable", at)]);
    *ways.last_mut().expect("some") = ("c", "e");
    let found = codes(&folder(&text, lif(&nodes, &ways, &["b", "d"])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "track/dead-end");
}
