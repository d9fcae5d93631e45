//! A joinery as openTCS 7.0 has it, and small models, against an independent reading of their text.

mod common;

use common::{count, data, import, joinery, notes};
use fenhe_import::{Class, Format};
use fenhe_plant::{BufferKind, Plant, Severity};

#[test]
fn the_joinery_becomes_a_plant_without_problems() {
    let import = import("joinery.opentcs.xml");
    assert_eq!(import.format, Format::OpenTcs);
    assert_eq!(
        (import.version.as_str(), import.name.as_str()),
        ("7.0.0", "Joinery")
    );
    assert!(import.warnings.is_empty(), "{:?}", import.warnings);
    let (_, problems) = import.folders[0].load().expect("a plant");
    let codes: Vec<_> = problems
        .iter()
        .map(|p| (p.code, &p.text, &p.args))
        .collect();
    assert!(codes.is_empty(), "{codes:#?}");
}

#[test]
fn every_point_path_block_and_vehicle_of_the_joinery_is_in_the_plant() {
    let (xml, plant) = (data("joinery.opentcs.xml"), joinery());
    let text = String::from_utf8(
        import("joinery.opentcs.xml").folders[0]
            .files
            .get("plant.toml")
            .expect("there")
            .to_vec(),
    );
    let text = text.expect("text");
    assert_eq!(plant.tracks.nodes.len(), count(&xml, "<point "));
    assert_eq!(plant.tracks.edges.len(), count(&xml, "<path "));
    assert_eq!(plant.vehicles.len(), count(&xml, "<vehicle "));
    assert_eq!(
        count(&text, "{ id = \"Block-"),
        count(&xml, "type=\"SINGLE_VEHICLE_ONLY\"")
    );
    assert_eq!(plant.chargers.len(), count(&xml, "type=\"Charging post\""));
    assert_eq!(plant.parking.len(), count(&xml, "type=\"PARK_POSITION\""));
    let unload = plant
        .buffers
        .iter()
        .filter(|b| matches!(b.kind, BufferKind::Unload { .. }));
    let places = count(&xml, "type=\"Rack\"") + count(&xml, "type=\"Bench\"");
    assert_eq!(unload.count(), places);
}

/// The value of an attribute in the one line of the file that has a name.
fn attribute(xml: &str, tag: &str, name: &str, key: &str) -> String {
    let start = format!("<{tag} name=\"{name}\"");
    let line = xml
        .lines()
        .find(|line| line.contains(&start))
        .expect("a line");
    let rest = line
        .split(&format!(" {key}=\""))
        .nth(1)
        .expect("an attribute");
    rest.split('"').next().expect("a value").to_string()
}

#[test]
fn points_lie_and_paths_lead_and_limit_and_last_as_in_the_joinery() {
    let (xml, plant) = (data("joinery.opentcs.xml"), joinery());
    for node in &plant.tracks.nodes {
        let value = |key| {
            attribute(&xml, "point", &node.name, key)
                .parse::<i64>()
                .expect("whole")
        };
        assert_eq!(
            (node.x.0, node.y.0),
            (value("positionX"), value("positionY")),
            "{}",
            node.name
        );
    }
    for edge in &plant.tracks.edges {
        let name = edge.name.replace("---", " --- ");
        let value = |key| attribute(&xml, "path", &name, key);
        assert_eq!(plant.tracks.nodes[edge.from].name, value("sourcePoint"));
        assert_eq!(plant.tracks.nodes[edge.to].name, value("destinationPoint"));
        let stated: i64 = value("length").parse().expect("whole");
        assert!(
            (edge.length.0 - stated).abs() <= 1,
            "{name}: {} {stated}",
            edge.length.0
        );
        assert_eq!(edge.speed.0.to_string(), value("maxVelocity"), "{name}");
    }
}

#[test]
fn a_block_of_the_joinery_keeps_its_paths_apart() {
    let plant = joinery();
    let edge = |name: &str| {
        let found = plant
            .tracks
            .edges
            .pairs()
            .find(|(_, edge)| edge.name == name);
        plant.tracks.edge_resource(found.expect("an edge").0)
    };
    let (one, other) = (edge("S07---S08"), edge("S18---S19"));
    assert!(plant.tracks.conflicts_of(one).contains(&other));
}

#[test]
fn vehicles_of_the_joinery_keep_measures_charge_levels_and_their_words_over_vda5050() {
    let plant = joinery();
    let kinds: Vec<_> = plant
        .vehicle_types
        .iter()
        .map(|kind| kind.name.as_str())
        .collect();
    assert_eq!(kinds, ["Carrier-K", "Tug"]);
    for kind in &plant.vehicle_types {
        assert_eq!(
            (kind.length.0, kind.width.0, kind.speed.0),
            (1200, 800, 1000)
        );
        assert_eq!(kind.charge_at, (250, 920));
    }
    let import = import("joinery.opentcs.xml");
    let text = String::from_utf8_lossy(import.folders[0].files.get("plant.toml").expect("there"))
        .into_owned();
    assert!(text.contains("manufacturer = \"fenmu\""), "{text}");
    assert!(text.contains("serial = \"K-7\""));
}

#[test]
fn what_the_joinery_has_and_a_plant_has_not_is_told_by_name() {
    let import = import("joinery.opentcs.xml");
    let left = notes(&import, Class::Left);
    let names = |code: &str| {
        left.iter()
            .find(|note| note.code == code)
            .map(|note| note.names.clone())
    };
    assert_eq!(names("left/peripheral").expect("told"), ["Shutter"]);
    assert_eq!(
        names("left/peripheral-operation").expect("told"),
        ["M1 --- M2"]
    );
    assert_eq!(names("left/parking-priority").expect("told").len(), 4);
    assert_eq!(names("left/drawing").expect("told"), ["Plan"]);
    let curved = count(&data("joinery.opentcs.xml"), "connectionType=\"BEZIER\"");
    assert_eq!(names("left/curve").expect("told").len(), curved);
    for code in [
        "left/work",
        "left/envelope",
        "left/room",
        "left/energy",
        "left/symbol",
        "left/property",
    ] {
        assert!(names(code).is_some(), "{code}");
    }
}

/// The joinery as a file of openTCS 4 and 5 would have it.
#[test]
fn files_of_opentcs_4_and_5_name_a_few_attributes_otherwise_and_give_the_same_tracks() {
    let old = data("joinery.opentcs.xml")
        .replace("version=\"7.0.0\"", "version=\"0.0.4\"")
        .replace("positionX", "xPosition")
        .replace("positionY", "yPosition")
        .replace("positionZ", "zPosition");
    let import = fenhe_import::import("old.xml", old.as_bytes()).expect("read");
    assert_eq!(import.version, "0.0.4");
    let (plant, _) = import.folders[0].load().expect("a plant");
    assert_eq!(plant.tracks, joinery().tracks);
}

fn small(body: &str) -> String {
    format!(
        "<model version=\"7.0.0\" name=\"small\">\n\
         <point name=\"A\" positionX=\"0\" positionY=\"0\" positionZ=\"0\" type=\"PARK_POSITION\" vehicleOrientationAngle=\"90.0\"/>\n\
         <point name=\"B\" positionX=\"10000\" positionY=\"0\" positionZ=\"0\" type=\"HALT_POSITION\"/>\n\
         <point name=\"C\" positionX=\"20000\" positionY=\"0\" positionZ=\"0\" type=\"HALT_POSITION\"/>\n\
         {body}</model>"
    )
}

fn path(from: &str, to: &str, forwards: u32, backwards: u32, locked: bool) -> String {
    format!(
        "<path name=\"{from}{to}\" sourcePoint=\"{from}\" destinationPoint=\"{to}\" length=\"12000\" \
         maxVelocity=\"{forwards}\" maxReverseVelocity=\"{backwards}\" locked=\"{locked}\"/>\n"
    )
}

fn edges(plant: &Plant) -> Vec<(String, i64, i64)> {
    let edges = plant.tracks.edges.iter();
    edges
        .map(|edge| (edge.name.clone(), edge.speed.0, edge.length.0))
        .collect()
}

#[test]
fn reverse_speeds_become_edges_back_and_locked_paths_are_left_out() {
    let xml = small(
        &(path("A", "B", 900, 300, false)
            + &path("B", "C", 0, 400, false)
            + &path("C", "A", 1000, 0, true)
            + "<vehicle name=\"v\" energyLevelCritical=\"20\" energyLevelGood=\"80\" energyLevelFullyRecharged=\"90\" \
               energyLevelSufficientlyRecharged=\"40\" maxVelocity=\"1500\" maxReverseVelocity=\"250\">\
               <boundingBox length=\"1400\" width=\"700\" height=\"1\" referenceOffsetX=\"5\" referenceOffsetY=\"0\"/></vehicle>"),
    );
    let import = fenhe_import::import("small.xml", xml.as_bytes()).expect("read");
    let (plant, _) = import.folders[0].load().expect("a plant");
    let edge = |name: &str, speed, length| (name.to_string(), speed, length);
    // C-B leads back from a node that nothing leads to: it stays, and nobody uses it.
    assert_eq!(
        edges(&plant),
        [
            edge("AB", 900, 12_000),
            edge("AB/reverse", 250, 12_000),
            edge("BC/reverse", 250, 12_000)
        ]
    );
    let kind = &plant.vehicle_types.as_slice()[0];
    assert_eq!(
        (kind.length.0, kind.width.0, kind.speed.0, kind.charge_at),
        (1400, 700, 1500, (200, 900))
    );
    let codes: Vec<_> = notes(&import, Class::Left)
        .iter()
        .map(|note| note.code)
        .collect();
    for code in ["left/locked", "left/off-centre", "left/orientation"] {
        assert!(codes.contains(&code), "{code} {codes:?}");
    }
}

#[test]
fn a_block_of_one_direction_is_told_and_a_place_without_a_way_back_too() {
    let xml = small(
        &(path("A", "B", 900, 300, false)
            + &path("B", "C", 900, 0, false)
            + "<locationType name=\"T\"><allowedOperation name=\"Load\"/><allowedOperation name=\"Unload\"/></locationType>\
               <location name=\"L\" positionX=\"0\" positionY=\"0\" positionZ=\"0\" type=\"T\" locked=\"false\"><link point=\"C\"/></location>\
               <block name=\"one way\" type=\"SAME_DIRECTION_ONLY\"><member name=\"AB\"/></block>"),
    );
    let import = fenhe_import::import("small.xml", xml.as_bytes()).expect("read");
    let left = notes(&import, Class::Left);
    let names = |code: &str| {
        left.iter()
            .find(|note| note.code == code)
            .expect(code)
            .names
            .clone()
    };
    assert_eq!(names("left/same-direction"), ["one way"]);
    assert_eq!(names("left/dead-end"), ["BC"]);
    assert_eq!(names("left/dock-apart"), ["L"]);
    assert!(import.folders[0].load().is_ok());
}

#[test]
fn all_that_is_wrong_is_told_at_once_each_at_its_place() {
    let xml = small(
        "<path name=\"p\" sourcePoint=\"A\" destinationPoint=\"Bb\" length=\"x\" maxVelocity=\"-1\" maxReverseVelocity=\"0\" locked=\"maybe\"/>\n\
         <path name=\"p\" sourcePoint=\"A\" length=\"1\" maxVelocity=\"1\" maxReverseVelocity=\"0\" locked=\"false\"/>\n\
         <block name=\"b\" type=\"ANY\"><member name=\"nobody\"/></block>",
    );
    let problems = fenhe_import::import("bad.xml", xml.as_bytes()).expect_err("problems");
    let mut found: Vec<_> = problems
        .iter()
        .map(|p| (p.line, p.code, p.text.as_str()))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (5, "import/number", "-1"),
            (5, "import/number", "x"),
            (5, "import/unknown", "Bb"),
            (5, "import/word", "maybe"),
            (6, "import/attribute-missing", "p"),
            (6, "import/twice", "p"),
            (7, "import/unknown", "nobody"),
            (7, "import/word", "ANY"),
        ]
    );
    assert!(
        problems
            .iter()
            .all(|p| p.severity == Severity::Error && p.column > 0)
    );
    assert!(
        problems
            .iter()
            .any(|p| p.suggestion.as_deref() == Some("B"))
    );
}

#[test]
fn what_is_no_xml_no_model_or_has_no_ways_is_told_where() {
    let fault = |text: &str| {
        let problems = fenhe_import::import("f", text.as_bytes()).expect_err("problems");
        (problems[0].code, problems[0].line)
    };
    assert_eq!(
        fault("<model version=\"7.0.0\"\n name=>"),
        ("import/xml", 2)
    );
    assert_eq!(fault("<plant/>"), ("import/format", 1));
    assert_eq!(fault("hello"), ("import/format", 0));
    assert_eq!(
        fault(&small(&path("A", "B", 900, 0, false))),
        ("import/no-ways", 0)
    );
}
