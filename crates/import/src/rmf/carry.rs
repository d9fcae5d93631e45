//! One level and graph of a building as a sketch.

use super::read::{Line, Reader, Vertex};
use super::scale::Transform;
use super::yaml::Yaml;
use crate::note::Notes;
use crate::sketch::{Area, Dock, Edge, Kind, Node, Sketch, Spot};
use std::collections::{BTreeMap, BTreeSet};

/// Further from the origin is a mistake of scale [mm].
const FAR: f64 = 1e8;

/// A level of a building.
pub struct Level<'y> {
    pub name: &'y str,
    pub at: &'y Yaml,
    pub vertices: Vec<Vertex<'y>>,
    pub lanes: Vec<Line<'y>>,
    pub doors: Vec<Line<'y>>,
    pub transform: Transform,
}

impl<'y> Level<'y> {
    /// Of its part of the file; the transform is found later.
    pub fn read(reader: &mut Reader<'_>, name: &'y str, at: &'y Yaml) -> Level<'y> {
        reader.map(at, "{...}");
        let vertices = reader.vertices(at);
        let lanes = reader.lines(at, "lanes", vertices.len());
        let doors = reader.lines(at, "doors", vertices.len());
        Level {
            name,
            at,
            vertices,
            lanes,
            doors,
            transform: Transform::metres(),
        }
    }

    /// Numbers of the graphs that have lanes.
    pub fn graphs(&self) -> BTreeSet<u32> {
        self.lanes.iter().map(graph).collect()
    }

    /// What a vertex is called: its name, else its number.
    pub fn called(&self, vertex: usize) -> String {
        match self.vertices.get(vertex).map_or("", |vertex| vertex.name) {
            "" => format!("{}-v{vertex}", self.name),
            name => name.to_string(),
        }
    }
}

/// The graph of a lane.
pub fn graph(lane: &Line<'_>) -> u32 {
    lane.params
        .number("graph_idx")
        .map_or(0, |number| number.clamp(0.0, 1e6) as u32)
}

/// The sketch of one graph of a level.
pub fn sketch(
    level: &Level<'_>,
    number: u32,
    building: &str,
    reader: &mut Reader<'_>,
    notes: &mut Notes,
) -> Sketch {
    let mut sketch = Sketch {
        name: format!("{building}, level {}", level.name),
        origin: format!(
            "Open-RMF building.yaml, level {}, graph {number}",
            level.name
        ),
        ..Sketch::default()
    };
    let lanes = || level.lanes.iter().filter(|lane| graph(lane) == number);
    let used: BTreeSet<usize> = lanes().flat_map(|lane| [lane.from, lane.to]).collect();
    let mut node_of = BTreeMap::new();
    for &vertex in &used {
        node_of.insert(vertex, sketch.nodes.len());
        let node = node(level, vertex);
        if libm::hypot(node.x, node.y) > FAR {
            let problem = reader.problem("import/far", level.vertices[vertex].at);
            reader.problems.push(problem.arg("most", FAR / 1e6));
        }
        sketch.nodes.push(node);
    }
    let mut groups: BTreeMap<&str, Area> = BTreeMap::new();
    for (i, lane) in level
        .lanes
        .iter()
        .enumerate()
        .filter(|(_, lane)| graph(lane) == number)
    {
        let ends = (node_of.get(&lane.from), node_of.get(&lane.to));
        if let (Some(&from), Some(&to)) = ends {
            let edges = add_lane(i, lane, (from, to), &mut sketch);
            if let Some(group) = lane.params.text("mutex") {
                member(&mut groups, group).edges.extend(edges);
            }
            tell_lane(i, lane, notes);
        }
    }
    for (&vertex, &node) in &node_of {
        let params = level.vertices[vertex].params;
        if let Some(group) = params.text("mutex") {
            member(&mut groups, group).nodes.push(node);
        }
    }
    sketch.areas = groups.into_values().collect();
    places(level, &node_of, &mut sketch, reader, notes);
    doors(level, lanes(), notes);
    sketch
}

fn node(level: &Level<'_>, vertex: usize) -> Node {
    let (x, y) = level
        .transform
        .point(level.vertices[vertex].x, level.vertices[vertex].y);
    Node {
        name: level.called(vertex),
        x,
        y,
        theta: None,
    }
}

fn member<'a, 'g>(groups: &'a mut BTreeMap<&'g str, Area>, group: &'g str) -> &'a mut Area {
    groups.entry(group).or_insert_with(|| Area {
        name: group.to_string(),
        nodes: Vec::new(),
        edges: Vec::new(),
    })
}

/// Adds the edges of a lane and gives their indices.
fn add_lane(i: usize, lane: &Line<'_>, ends: (usize, usize), sketch: &mut Sketch) -> Vec<usize> {
    let speed = lane
        .params
        .number("speed_limit")
        .filter(|speed| *speed > 0.0);
    let limit = speed.map(|speed| (speed * 1e3).clamp(1.0, 100_000.0) as u32);
    let edge = |name: String, from: usize, to: usize| Edge {
        name,
        from,
        to,
        limit,
        length: None,
        backward: false,
    };
    let first = sketch.edges.len();
    sketch.edges.push(edge(format!("lane-{i}"), ends.0, ends.1));
    if lane.params.flag("bidirectional") {
        sketch
            .edges
            .push(edge(format!("lane-{i}/back"), ends.1, ends.0));
    }
    (first..sketch.edges.len()).collect()
}

fn tell_lane(i: usize, lane: &Line<'_>, notes: &mut Notes) {
    const USED: [&str; 4] = ["bidirectional", "graph_idx", "mutex", "speed_limit"];
    let name = format!("lane-{i}");
    if let Some(way) = lane.params.text("orientation") {
        notes.left_with("left/lane-orientation", &name, vec![("value", way.into())]);
    }
    if let Some(lift) = lane.params.text("demo_mock_lift_name") {
        notes.left_with("left/lift-lane", &name, vec![("lift", lift.into())]);
    }
    let told = ["orientation", "demo_mock_lift_name", "demo_mock_floor_name"];
    for key in lane
        .params
        .names()
        .filter(|key| !USED.contains(key) && !told.contains(key))
    {
        notes.left_with("left/lane-property", &name, vec![("key", key.into())]);
    }
}

/// Parking, chargers, docks and robots at the vertices of the graph.
fn places(
    level: &Level<'_>,
    node_of: &BTreeMap<usize, usize>,
    sketch: &mut Sketch,
    reader: &mut Reader<'_>,
    notes: &mut Notes,
) {
    let mut robots: Vec<(String, String, usize)> = Vec::new();
    for (&vertex, &node) in node_of {
        let (params, name) = (level.vertices[vertex].params, level.called(vertex));
        if params.flag("is_charger") {
            sketch.chargers.push(Spot {
                name: name.clone(),
                node,
                at: None,
            });
        }
        if params.flag("is_parking_spot") || params.flag("is_charger") {
            sketch.parking.push(node);
        }
        let (gives, takes) = (
            params.text("pickup_dispenser"),
            params.text("dropoff_ingestor"),
        );
        if gives.is_some() || takes.is_some() {
            let (gives, takes) = (gives.is_some(), takes.is_some());
            sketch.docks.push(Dock {
                name: name.clone(),
                node,
                at: None,
                gives,
                takes,
            });
        }
        if let Some(kind) = params.text("spawn_robot_type") {
            let robot = params.text("spawn_robot_name").unwrap_or(kind);
            robots.push((kind.to_string(), robot.to_string(), node));
        } else if params.text("spawn_robot_name").is_some() {
            let problem = reader.problem("import/robot", level.vertices[vertex].at);
            reader.problems.push(problem.warning());
        }
        tell_vertex(params, &name, notes);
    }
    fleet(robots, sketch, notes);
    named_docks(level, node_of, sketch, notes);
}

fn tell_vertex(params: super::read::Params<'_>, name: &str, notes: &mut Notes) {
    const USED: [&str; 8] = [
        "is_charger",
        "is_parking_spot",
        "pickup_dispenser",
        "dropoff_ingestor",
        "spawn_robot_type",
        "spawn_robot_name",
        "mutex",
        "is_passthrough_point",
    ];
    for key in params.names().filter(|key| !USED.contains(key)) {
        match key {
            "is_holding_point" => notes.left("left/holding-point", name),
            "lift_cabin" => {
                let lift = params.text("lift_cabin").unwrap_or_default();
                notes.left_with("left/lift-cabin", name, vec![("lift", lift.into())]);
            }
            key => notes.left_with("left/vertex-property", name, vec![("key", key.into())]),
        }
    }
}

/// Robots by their type, each at its vertex; one is assumed where there is none.
fn fleet(robots: Vec<(String, String, usize)>, sketch: &mut Sketch, notes: &mut Notes) {
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    for (name, robot, node) in robots {
        let kind = kinds
            .entry(name.clone())
            .or_insert_with(|| Kind::unknown(&name, &[]));
        let mut one = Kind::unknown(&name, &[&robot]).vehicles;
        for vehicle in &mut one {
            vehicle.start = Some(node);
        }
        kind.vehicles.extend(one);
    }
    if kinds.is_empty() {
        notes.assumed("assumed/fleet", Vec::new());
        kinds.insert(String::new(), Kind::unknown("robot", &["robot"]));
    }
    sketch.kinds = kinds.into_values().collect();
}

/// Without two ends of transports, named vertices where nobody parks are taken for places of loads.
fn named_docks(
    level: &Level<'_>,
    node_of: &BTreeMap<usize, usize>,
    sketch: &mut Sketch,
    notes: &mut Notes,
) {
    let gives = sketch.docks.iter().any(|dock| dock.gives);
    let takes = sketch.docks.iter().any(|dock| dock.takes);
    if gives && takes {
        return;
    }
    let named: Vec<(usize, usize)> = node_of
        .iter()
        .map(|(&vertex, &node)| (vertex, node))
        .filter(|(vertex, node)| {
            !level.vertices[*vertex].name.is_empty() && !sketch.parking.contains(node)
        })
        .collect();
    for (vertex, node) in named {
        let (name, known) = (
            level.called(vertex),
            sketch.docks.iter_mut().find(|dock| dock.node == node),
        );
        match known {
            Some(dock) => (dock.gives, dock.takes) = (true, true),
            None => sketch.docks.push(Dock {
                name,
                node,
                at: None,
                gives: true,
                takes: true,
            }),
        }
    }
    if sketch.docks.len() > 1 {
        notes.assumed(
            "assumed/named-places",
            vec![("count", sketch.docks.len().to_string())],
        );
    }
}

/// Doors, and the lanes that go through them.
fn doors<'l>(level: &Level<'_>, lanes: impl Iterator<Item = &'l Line<'l>>, notes: &mut Notes) {
    let lanes: Vec<&Line<'_>> = lanes.collect();
    for door in &level.doors {
        let through = lanes.iter().filter(|lane| crosses(level, lane, door));
        let place = |lane: &&Line<'_>| {
            level
                .lanes
                .iter()
                .position(|one| std::ptr::eq(one.at, lane.at))
        };
        let names: Vec<String> = through
            .filter_map(place)
            .map(|i| format!("lane-{i}"))
            .collect();
        let name = door.params.text("name").unwrap_or("door");
        match names.is_empty() {
            true => notes.left("left/door", name),
            false => notes.left_with("left/door-on-lane", name, vec![("lanes", names.join(", "))]),
        }
    }
}

/// Whether two lines between vertices cross.
fn crosses(level: &Level<'_>, one: &Line<'_>, other: &Line<'_>) -> bool {
    let at = |vertex: usize| (level.vertices[vertex].x, level.vertices[vertex].y);
    let side = |line: &Line<'_>, (x, y): (f64, f64)| {
        let (a, b) = (at(line.from), at(line.to));
        (b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0)
    };
    let apart =
        |line: &Line<'_>, by: &Line<'_>| side(by, at(line.from)) * side(by, at(line.to)) <= 0.0;
    apart(one, other) && apart(other, one)
}
