//! Buildings as Open-RMF's traffic editor has them, one with floors, against an independent reading of
//! their text.

mod common;

use common::{count, data, import, notes};
use fenhe_import::{Class, Folder, Format};
use fenhe_plant::{Plant, Tracks};

/// Rows of a section, each as its text between the brackets.
fn section<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let start = format!("    {name}:");
    let rows = text.lines().skip_while(|line| *line != start).skip(1);
    let rows = rows.take_while(|line| line.starts_with("      - ["));
    rows.map(|line| line.trim_start_matches("      - [").trim_end_matches(']'))
        .collect()
}

/// The first two numbers of a row.
fn pair(row: &str) -> (f64, f64) {
    let mut numbers = row
        .split(", ")
        .map(|part| part.parse::<f64>().expect("a number"));
    (numbers.next().expect("one"), numbers.next().expect("two"))
}

fn plant(folder: &Folder) -> Plant {
    let (plant, problems) = folder.load().expect("a plant");
    let told: Vec<_> = problems.iter().map(|p| (p.code, &p.args)).collect();
    assert!(told.is_empty(), "{told:#?}");
    plant
}

fn check_tracks(name: &str) -> Plant {
    let (text, import) = (data(name), import(name));
    assert_eq!((import.format, import.folders.len()), (Format::OpenRmf, 1));
    let plant = plant(&import.folders[0]);
    let vertices: Vec<(f64, f64)> = section(&text, "vertices").into_iter().map(pair).collect();
    let distance = |row: &str| {
        let number = row.split("distance: [3, ").nth(1).expect("a distance");
        number
            .split(']')
            .next()
            .expect("closed")
            .parse::<f64>()
            .expect("a number")
    };
    let scales: Vec<f64> = section(&text, "measurements")
        .into_iter()
        .map(|row| {
            let (a, b) = pair(row);
            let (a, b) = (vertices[a as usize], vertices[b as usize]);
            distance(row) / (a.0 - b.0).hypot(a.1 - b.1)
        })
        .collect();
    let scale = scales.iter().sum::<f64>() / scales.len() as f64 * 1e3;
    let lanes = section(&text, "lanes");
    let mut used: Vec<usize> = lanes
        .iter()
        .map(|row| pair(row))
        .flat_map(|(a, b)| [a as usize, b as usize])
        .collect();
    used.sort_unstable();
    used.dedup();
    assert_eq!(plant.tracks.nodes.len(), used.len());
    assert_eq!(
        plant.tracks.edges.len(),
        2 * lanes.len(),
        "all lanes go both ways"
    );
    for (node, vertex) in plant.tracks.nodes.iter().zip(used) {
        let (x, y) = vertices[vertex];
        assert!(
            (node.x.0 as f64 - x * scale).abs() < 0.6 && (node.y.0 as f64 + y * scale).abs() < 0.6,
            "{}",
            node.name
        );
    }
    for (i, row) in lanes.iter().enumerate() {
        let (a, b) = pair(row);
        let (a, b) = (vertices[a as usize], vertices[b as usize]);
        let length = (a.0 - b.0).hypot(a.1 - b.1) * scale;
        let both: Vec<_> = [format!("lane-{i}"), format!("lane-{i}/back")]
            .map(|name| edge(&plant.tracks, &name))
            .into();
        assert_eq!((&both[0].0, &both[0].1), (&both[1].1, &both[1].0));
        assert!((both[0].2 as f64 - length).abs() < 2.0, "lane-{i}");
    }
    plant
}

/// Names of the ends, and the length.
fn edge(tracks: &Tracks, name: &str) -> (String, String, i64) {
    let edge = tracks
        .edges
        .iter()
        .find(|edge| edge.name == name)
        .expect(name);
    let node = |id| tracks.nodes[id].name.clone();
    (node(edge.from), node(edge.to), edge.length.0)
}

#[test]
fn carts_on_a_ring_become_a_plant_without_problems() {
    let (text, plant) = (
        data("carts.building.yaml"),
        check_tracks("carts.building.yaml"),
    );
    assert_eq!(plant.vehicles.len(), count(&text, "spawn_robot_name"));
    assert_eq!(plant.chargers.len(), count(&text, "is_charger: [4, true]"));
    let starts: Vec<_> = plant
        .vehicles
        .iter()
        .map(|v| plant.tracks.nodes[v.start].name.as_str())
        .collect();
    assert_eq!(starts, ["bay_A", "bay_B", "bay_C", "bay_D"]);
    let import = import("carts.building.yaml");
    let left = notes(&import, Class::Left);
    let names = |code: &str| {
        left.iter()
            .find(|note| note.code == code)
            .expect(code)
            .names
            .clone()
    };
    assert_eq!(names("left/walls"), ["hall.floors (1)", "hall.walls (4)"]);
    assert_eq!(names("left/crowd"), ["crowd_sim"]);
    assert_eq!(names("left/holding-point").len(), 8);
}

#[test]
fn rooms_become_a_plant_with_its_pickups_dropoffs_and_doors_told() {
    let plant = check_tracks("rooms.building.yaml");
    assert_eq!((plant.vehicles.len(), plant.chargers.len()), (2, 2));
    let buffers: Vec<_> = plant
        .buffers
        .iter()
        .map(|buffer| buffer.name.as_str())
        .collect();
    assert!(
        ["store.out", "kiln.in", "paint.in"]
            .iter()
            .all(|name| buffers.contains(name)),
        "{buffers:?}"
    );
    let import = import("rooms.building.yaml");
    let doors: Vec<_> = notes(&import, Class::Left)
        .into_iter()
        .filter(|note| note.code.starts_with("left/door"))
        .flat_map(|note| note.names.iter().map(|name| (note.code, name.clone())))
        .collect();
    let told = |code: &'static str, name: &str| (code, name.to_string());
    assert_eq!(
        doors.len(),
        count(&data("rooms.building.yaml"), "_door]"),
        "{doors:?}"
    );
    assert!(
        doors.contains(&told("left/door-on-lane", "store_door")),
        "{doors:?}"
    );
}

#[test]
fn floors_and_graphs_become_plants_of_their_own_in_one_frame() {
    let import = import("two-floors.building.yaml");
    let names: Vec<_> = import
        .folders
        .iter()
        .map(|folder| folder.name.as_str())
        .collect();
    assert_eq!(names, ["ground-graph0", "ground-graph1", "upper-graph0"]);
    let load = |folder: &Folder| folder.load().expect("a plant");
    let (plants, told): (Vec<Plant>, Vec<_>) = import.folders.iter().map(load).unzip();
    let codes = told
        .iter()
        .map(|problems| problems.iter().map(|p| p.code).collect::<Vec<_>>());
    // The second graph has one place only: no transports.
    assert!(codes.eq([vec![], vec!["plant/empty"], vec![]]));
    let at = |plant: &Plant, name: &str| {
        let node = plant
            .tracks
            .nodes
            .iter()
            .find(|node| node.name == name)
            .expect(name);
        (node.x.0, node.y.0)
    };
    // 10 m over 200 pixels; the upper drawing is half as large and lies over the ground.
    assert_eq!(at(&plants[0], "store"), (5_000, -10_000));
    assert_eq!(at(&plants[2], "a"), (5_000, -10_000));
    assert_eq!(at(&plants[2], "b"), (25_000, -10_000));
    assert_eq!(plants[2].tracks.edges.len(), 3, "lanes of one way");
}

#[test]
fn a_mutex_group_is_an_area_and_a_speed_limit_is_kept() {
    let import = import("two-floors.building.yaml");
    let plant = plant(&import.folders[0]);
    let tracks = &plant.tracks;
    let id = |name: &str| {
        tracks
            .edges
            .pairs()
            .find(|(_, edge)| edge.name == name)
            .expect(name)
    };
    let (one, far) = (
        tracks.edge_resource(id("lane-0").0),
        tracks.edge_resource(id("lane-1/back").0),
    );
    assert!(tracks.conflicts_of(one).contains(&far));
    assert_eq!(id("lane-0/back").1.speed.0, 800);
    let text = String::from_utf8_lossy(import.folders[0].files.get("plant.toml").expect("there"))
        .into_owned();
    assert!(
        text.contains("{ id = \"narrow\", nodes = [\"ground-v1\"]"),
        "{text}"
    );
    let left = notes(&import, Class::Left);
    let arg = |code: &str| {
        left.iter().find(|note| note.code == code).expect(code).args[0]
            .1
            .clone()
    };
    assert_eq!(arg("left/door-on-lane"), "lane-1");
    assert_eq!(
        (arg("left/lift").as_str(), arg("left/lift-cabin").as_str()),
        ("ground, upper", "hoist")
    );
    assert_eq!(
        (
            arg("left/lift-lane").as_str(),
            arg("left/lane-orientation").as_str()
        ),
        ("hoist", "forward")
    );
    assert_eq!(arg("left/together"), "3");
}

#[test]
fn all_that_is_wrong_with_a_building_is_told_at_once_each_at_its_place() {
    let text = "levels:\n  L1:\n    lanes:\n      - [0, 9, {}]\n      - [0]\n      - [0, 1, {}]\n    measurements:\n      - [0, 0, {distance: [3, 1]}]\n    vertices:\n      - [x, 1, 0, a]\n      - [1, 2]\nname: bad\n";
    let problems = fenhe_import::import("bad.yaml", text.as_bytes()).expect_err("problems");
    let mut found: Vec<_> = problems.iter().map(|p| (p.line, p.code)).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (3, "import/no-scale"),
            (4, "import/vertex"),
            (5, "import/shape"),
            (8, "import/measurement"),
            (10, "import/number")
        ]
    );
    let fault =
        |text: &str| fenhe_import::import("f", text.as_bytes()).expect_err("problems")[0].code;
    assert_eq!(fault("levels: [1, {"), "import/yaml");
    assert_eq!(fault("levels: &a [*a]\n"), "import/yaml");
    assert_eq!(fault("levels:\n  L1: {}\n"), "import/no-lanes");
    assert_eq!(
        fault("coordinate_system: web_mercator\nlevels:\n  L1: {}\n"),
        "import/coordinates"
    );
}
