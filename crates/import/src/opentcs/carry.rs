//! A plant model as a sketch, with everything that the sketch cannot hold told.

use super::model::{Block, Location, Model, Path, Point, Properties};
use super::operations::{Role, Words};
use super::read::{Index, Reader};
use super::vehicles;
use crate::note::Notes;
use crate::sketch::{Area, Dock, Edge, Kind, Node, Sketch, Spot};
use roxmltree::Node as Xml;

/// The sketch of a model; what it names and does not have is a problem.
pub fn sketch(model: &Model<'_>, reader: &mut Reader<'_>, notes: &mut Notes) -> Sketch {
    let mut sketch = Sketch {
        name: model.name.to_string(),
        origin: format!("openTCS plant model {}", model.version),
        ..Sketch::default()
    };
    sketch.kinds = vehicles::kinds(model, notes);
    for (i, point) in model.points.iter().enumerate() {
        sketch.nodes.push(node(point));
        if point.kind == "PARK_POSITION" {
            sketch.parking.push(i);
        }
        tell_point(point, notes);
    }
    rooms(model, &sketch, notes);
    let edges: Vec<Vec<usize>> = model
        .paths
        .iter()
        .map(|path| add_path(path, &mut sketch, notes))
        .collect();
    let words = Words::of(model);
    for location in &model.locations {
        add_location(location, model, &words, &mut sketch, notes);
    }
    for block in &model.blocks {
        add_block(block, model, &edges, reader, &mut sketch, notes);
    }
    tell_model(model, notes);
    sketch
}

fn node(point: &Point<'_>) -> Node {
    Node {
        name: point.name.to_string(),
        x: point.at.0,
        y: point.at.1,
        theta: point.angle.map(f64::to_radians),
    }
}

fn tell_point(point: &Point<'_>, notes: &mut Notes) {
    if point.kind == "REPORT_POSITION" {
        notes.left("left/report-position", point.name);
    }
    if point.angle.is_some() {
        notes.left("left/orientation", point.name);
    }
    if point.height != 0.0 {
        notes.left("left/height", point.name);
    }
    if point.envelopes > 0 {
        notes.left("left/envelope", point.name);
    }
    for (key, _) in &point.properties {
        match *key {
            "tcs:parkingPositionPriority" => notes.left("left/parking-priority", point.name),
            key => property(key, point.name, notes),
        }
    }
}

fn property(key: &str, name: &str, notes: &mut Notes) {
    match key {
        "tcs:defaultLocationSymbol" | "tcs:defaultLocationTypeSymbol" => {
            notes.left("left/symbol", name);
        }
        key => notes.left_with("left/property", name, vec![("key", key.into())]),
    }
}

fn properties(all: &Properties<'_>, name: &str, notes: &mut Notes) {
    for (key, _) in all {
        property(key, name, notes);
    }
}

/// How large a vehicle may be at a point: told, and which points are too small for one.
fn rooms(model: &Model<'_>, sketch: &Sketch, notes: &mut Notes) {
    let bodies = || sketch.kinds.iter().map(crate::sketch::Kind::body);
    for point in &model.points {
        let Some((length, width)) = point.room else {
            continue;
        };
        let fits = bodies().all(|(l, w)| l <= length && w <= width);
        let code = if fits { "left/room" } else { "left/room-small" };
        notes.left(code, point.name);
    }
}

/// Adds the edges of a path and gives their indices.
fn add_path(path: &Path<'_>, sketch: &mut Sketch, notes: &mut Notes) -> Vec<usize> {
    tell_path(path, notes);
    let (Some(from), Some(to)) = (path.from, path.to) else {
        return Vec::new();
    };
    if path.locked {
        notes.left("left/locked", path.name);
        return Vec::new();
    }
    if path.speed == (0, 0) {
        notes.left("left/no-speed", path.name);
        return Vec::new();
    }
    let length = Some(path.length).filter(|&length| length > 0);
    let first = sketch.edges.len();
    if path.speed.0 > 0 {
        sketch.edges.push(Edge {
            name: path.name.to_string(),
            from,
            to,
            limit: Some(path.speed.0),
            length,
            backward: false,
        });
    }
    let backs = sketch.kinds.iter().any(Kind::backs);
    if path.speed.1 > 0 && backs {
        sketch.edges.push(Edge {
            name: format!("{}/reverse", path.name),
            from: to,
            to: from,
            limit: Some(path.speed.1),
            length,
            backward: true,
        });
    } else if path.speed.1 > 0 {
        notes.left("left/no-reverse", path.name);
    }
    (first..sketch.edges.len()).collect()
}

fn tell_path(path: &Path<'_>, notes: &mut Notes) {
    for operation in &path.peripherals {
        notes.left_with(
            "left/peripheral-operation",
            path.name,
            vec![("operation", operation.clone())],
        );
    }
    if path.envelopes > 0 {
        notes.left("left/envelope", path.name);
    }
    if path.curved {
        notes.left("left/curve", path.name);
    }
    for (key, _) in &path.properties {
        match *key {
            "tcs:routingCostForward" | "tcs:routingCostReverse" => {
                notes.left("left/routing-cost", path.name);
            }
            key => property(key, path.name, notes),
        }
    }
}

fn add_location(
    location: &Location<'_>,
    model: &Model<'_>,
    words: &Words<'_>,
    sketch: &mut Sketch,
    notes: &mut Notes,
) {
    properties(&location.properties, location.name, notes);
    let kind = location.kind.and_then(|kind| model.types.get(kind));
    let allowed: &[&str] = kind.map_or(&[], |kind| &kind.operations);
    let peripheral = kind.is_some_and(|kind| !kind.peripherals.is_empty());
    if peripheral {
        notes.left("left/peripheral", location.name);
    }
    if location.locked {
        notes.left("left/location-locked", location.name);
        return;
    }
    if location.links.is_empty() && !peripheral {
        notes.left("left/location-no-link", location.name);
    }
    let mut dock: Option<Dock> = None;
    for link in &location.links {
        let Some(node) = link.point else { continue };
        let operations = if link.operations.is_empty() {
            allowed
        } else {
            &link.operations
        };
        let roles: Vec<Role> = operations
            .iter()
            .map(|operation| words.role(operation))
            .collect();
        let does = |role| roles.contains(&role);
        if does(Role::Charge) {
            sketch.chargers.push(Spot {
                name: location.name.to_string(),
                node,
                at: Some(location.at),
            });
        }
        for (operation, _) in operations
            .iter()
            .zip(&roles)
            .filter(|(_, role)| **role == Role::Work)
        {
            notes.left_with(
                "left/work",
                location.name,
                vec![("operation", (*operation).into())],
            );
        }
        let (fetch, bring) = (does(Role::Fetch), does(Role::Bring));
        let work = does(Role::Work) && !fetch && !bring;
        match &mut dock {
            _ if !(fetch || bring || work) => {}
            Some(dock) if dock.node != node => {
                let point = model.points.get(node).map_or("", |point| point.name);
                notes.left_with(
                    "left/link-more",
                    location.name,
                    vec![("node", point.into())],
                );
            }
            Some(dock) => {
                dock.gives |= fetch || work;
                dock.takes |= bring || work;
            }
            None => {
                dock = Some(Dock {
                    name: location.name.to_string(),
                    node,
                    at: Some(location.at),
                    gives: fetch || work,
                    takes: bring || work,
                });
            }
        }
    }
    sketch.docks.extend(dock);
}

fn add_block(
    block: &Block<'_>,
    model: &Model<'_>,
    edges: &[Vec<usize>],
    reader: &mut Reader<'_>,
    sketch: &mut Sketch,
    notes: &mut Notes,
) {
    properties(&block.properties, block.name, notes);
    let mut area = Area {
        name: block.name.to_string(),
        nodes: Vec::new(),
        edges: Vec::new(),
    };
    let index = Members::of(model);
    for member in &block.members {
        match index.find(reader, *member) {
            Some(Member::Point(node)) => area.nodes.push(node),
            Some(Member::Path(path)) => {
                area.edges.extend(edges.get(path).into_iter().flatten());
            }
            Some(Member::Location(name)) => {
                notes.left_with("left/block-location", block.name, vec![("location", name)]);
            }
            None => {}
        }
    }
    if block.kind == "SAME_DIRECTION_ONLY" {
        notes.left("left/same-direction", block.name);
    } else if area.nodes.is_empty() && area.edges.is_empty() {
        notes.left("left/block-empty", block.name);
    } else {
        sketch.areas.push(area);
    }
}

enum Member {
    Point(usize),
    Path(usize),
    Location(String),
}

/// What a block may hold, by name.
struct Members<'d> {
    all: Index<'d>,
    points: usize,
    paths: usize,
}

impl<'d> Members<'d> {
    fn of(model: &Model<'d>) -> Members<'d> {
        let points = model.points.iter().map(|point| point.name);
        let paths = model.paths.iter().map(|path| path.name);
        let locations = model.locations.iter().map(|location| location.name);
        let all = points.chain(paths).chain(locations);
        Members {
            all: all.enumerate().map(|(i, name)| (name, i)).collect(),
            points: model.points.len(),
            paths: model.paths.len(),
        }
    }

    fn find(&self, reader: &mut Reader<'_>, member: Xml<'_, '_>) -> Option<Member> {
        let i = reader.find(&self.all, member, "name", "member")?;
        if i < self.points {
            return Some(Member::Point(i));
        }
        let i = i - self.points;
        if i < self.paths {
            return Some(Member::Path(i));
        }
        Some(Member::Location(
            member.attribute("name").unwrap_or_default().to_string(),
        ))
    }
}

fn tell_model(model: &Model<'_>, notes: &mut Notes) {
    for drawing in &model.drawings {
        notes.left("left/drawing", drawing);
    }
    for layer in &model.layers {
        notes.left("left/layer", layer);
    }
    properties(&model.properties, model.name, notes);
    for stranger in &model.strangers {
        notes.left("left/unknown", stranger);
    }
}
