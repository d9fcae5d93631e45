//! LIF files with faults: each on its own line.

use fenhe_plant::geometry::{self, Body};
use fenhe_plant::lif::parse;
use fenhe_plant::{Problem, Severity};

const GOOD: &str = r#"{"metaInformation": {"projectIdentification": "p", "creator": "c", "exportTimestamp": "2026-01-01T00:00:00Z", "lifVersion": "1.0.0"},
"layouts": [{"layoutId": "1", "layoutVersion": "1",
"nodes": [
{"nodeId": "a", "nodePosition": {"x": 0, "y": 0}, "vehicleTypeNodeProperties": [{"vehicleTypeId": "agv"}]},
{"nodeId": "b", "nodePosition": {"x": 9.5, "y": 0}, "vehicleTypeNodeProperties": [{"vehicleTypeId": "agv"}]},
{"nodeId": "c", "nodePosition": {"x": 9.5, "y": 9}, "vehicleTypeNodeProperties": [{"vehicleTypeId": "agv"}]}
],
"edges": [
{"edgeId": "ab", "startNodeId": "a", "endNodeId": "b", "vehicleTypeEdgeProperties": [{"vehicleTypeId": "agv", "rotationAllowed": false, "maxSpeed": 0.8}]},
{"edgeId": "bc", "startNodeId": "b", "endNodeId": "c", "vehicleTypeEdgeProperties": [{"vehicleTypeId": "agv", "rotationAllowed": false}]},
{"edgeId": "ca", "startNodeId": "c", "endNodeId": "a", "vehicleTypeEdgeProperties": [{"vehicleTypeId": "agv", "rotationAllowed": false}]}
],
"stations": [
{"stationId": "S", "interactionNodeIds": ["c"]}
]}]}"#;

const BODY: Body = Body {
    length: fenhe_contract::Length(1200),
    width: fenhe_contract::Length(800),
    margin: fenhe_contract::Length(100),
};

/// Code and line of every problem.
fn places(problems: &[Problem]) -> Vec<(&'static str, u32)> {
    problems
        .iter()
        .map(|problem| (problem.code, problem.line))
        .collect()
}

fn faults(changes: &[(&str, &str)]) -> Vec<(&'static str, u32)> {
    let text = changed(changes);
    match parse("t.lif.json", text.as_bytes()) {
        Ok((_, problems)) | Err(problems) => places(&problems),
    }
}

fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(GOOD.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the file");
        text.replacen(from, to, 1)
    })
}

#[test]
fn a_good_file_has_no_problems_and_becomes_tracks() {
    let (lif, problems) = parse("t.lif.json", GOOD.as_bytes()).expect("good");
    assert_eq!(problems, []);
    let (mut tracks, problems) = geometry::graph(&lif, "t", GOOD, &["agv"]).expect("a graph");
    assert_eq!(problems, []);
    geometry::compile(&mut tracks, "t", BODY, &[]).expect("conflicts");
    assert_eq!(geometry::check(&tracks, &lif, "t", GOOD), []);
    let lengths: Vec<i64> = tracks.edges.iter().map(|edge| edge.length.0).collect();
    assert_eq!(lengths, [9500, 9000, 13086]);
    let headings: Vec<i64> = tracks.edges.iter().map(|edge| edge.heading.0).collect();
    assert_eq!(headings, [0, 1571, -2383]);
    assert_eq!(tracks.edges.as_slice()[0].speed.0, 800);
}

#[test]
fn each_fault_is_found_on_its_line() {
    let found = faults(&[
        (r#""nodeId": "b""#, r#""nodeId": "a""#),
        (r#""x": 9.5, "y": 9"#, r#""x": 9e99, "y": 9"#),
        (r#""maxSpeed": 0.8"#, r#""maxSpeed": -1"#),
        (r#""endNodeId": "c""#, r#""endNodeId": "x""#),
        (r#""edgeId": "ca""#, r#""edgeId": "bc""#),
        (r#"["c"]"#, r#"["C"]"#),
    ]);
    let want = [
        ("id/duplicate", 5),
        ("lif/coordinate", 6),
        ("name/unknown", 9),
        ("lif/speed", 9),
        ("name/unknown", 10),
        ("name/unknown", 10),
        ("id/duplicate", 11),
        ("name/unknown", 14),
    ];
    for place in want {
        assert!(found.contains(&place), "{place:?} not in {found:?}");
    }
}

#[test]
fn an_element_that_cannot_be_read_does_not_hide_the_others() {
    let found = faults(&[
        (r#""x": 0, "y": 0"#, r#""x": "zero", "y": 0"#),
        (r#""x": 9.5, "y": 9"#, r#""y": 9"#),
        (r#""edgeId": "bc", "#, ""),
    ]);
    for place in [("lif/element", 4), ("lif/element", 6), ("lif/element", 10)] {
        assert!(found.contains(&place), "{place:?} not in {found:?}");
    }
    assert_eq!(
        faults(&[("\"edges\": [", "\"edges\": {")]),
        [("lif/json", 8)]
    );
}

#[test]
fn curves_become_chords_with_a_warning() {
    let curve = r#""rotationAllowed": false, "maxSpeed": 0.8, "trajectory": {"degree": 2, "knotVector": [0, 0, 0, 1, 1, 1], "controlPoints": [{"x": 0, "y": 0}, {"x": 5, "y": 3}, {"x": 9.5, "y": 0}]}"#;
    let text = changed(&[(r#""rotationAllowed": false, "maxSpeed": 0.8"#, curve)]);
    let (lif, problems) = parse("t.lif.json", text.as_bytes()).expect("usable");
    assert_eq!(places(&problems), [("lif/trajectory", 9)]);
    assert_eq!(problems[0].severity, Severity::Warning);
    let (tracks, _) = geometry::graph(&lif, "t", &text, &["agv"]).expect("a graph");
    assert_eq!(tracks.edges.as_slice()[0].length.0, 9500);
}

#[test]
fn types_that_the_plant_does_not_have_are_named_once() {
    let (lif, _) = parse("t.lif.json", GOOD.as_bytes()).expect("good");
    let problems = geometry::graph(&lif, "t", GOOD, &["tugger"]).expect_err("no edge left");
    assert_eq!(
        places(&problems),
        [("lif/vehicle-type-unknown", 4), ("track/none", 0)]
    );
    assert_eq!(problems[0].text, "\"agv\"");
    let (_, problems) = geometry::graph(&lif, "t", GOOD, &["agv", "tugger"]).expect("a graph");
    assert_eq!(places(&problems), [("lif/vehicle-type-partial", 0)]);
}

#[test]
fn tracks_that_cannot_work_are_refused_as_a_whole() {
    let check = |changes: &[(&str, &str)]| {
        let text = changed(changes);
        let (lif, _) = parse("t.lif.json", text.as_bytes()).expect("readable");
        let (mut tracks, _) = geometry::graph(&lif, "t", &text, &["agv"]).expect("a graph");
        geometry::compile(&mut tracks, "t", BODY, &[]).expect("conflicts");
        places(&geometry::check(&tracks, &lif, "t", &text))
    };
    let turned = r#""startNodeId": "b", "endNodeId": "a""#;
    let no_return = check(&[(r#""startNodeId": "c", "endNodeId": "a""#, turned)]);
    assert_eq!(
        no_return,
        [("track/dead-end", 6), ("track/unreachable", 14)]
    );
    let near = (r#""x": 9.5, "y": 9}"#, r#""x": 9.5, "y": 1}"#);
    let both = (
        r#"["c"]}"#,
        "[\"c\"]},\n{\"stationId\": \"T\", \"interactionNodeIds\": [\"b\"]}",
    );
    assert_eq!(check(&[near, both]), [("track/too-tight", 15)]);
    let spur = r#""startNodeId": "c", "endNodeId": "b""#;
    let back = (r#""startNodeId": "c", "endNodeId": "a""#, spur);
    let home = (
        "\n],\n\"stations\"",
        ",\n{\"edgeId\": \"ba\", \"startNodeId\": \"b\", \"endNodeId\": \"a\", \"vehicleTypeEdgeProperties\": [{\"vehicleTypeId\": \"agv\", \"rotationAllowed\": false}]}\n],\n\"stations\"",
    );
    assert_eq!(check(&[near, back, home]), [("track/parking-blocks", 15)]);
    assert_eq!(check(&[back, home]), []);
}
