//! `layout.toml` to a [`Spec`], or all its problems.

use super::generate::{crossing_coordinates, extents};
use super::*;
use crate::read::Read;
use crate::shape::Shape::*;
use crate::shape::{Form, Key, Shape, check_table, may, must};
use crate::spell::nearest;
use crate::tree::{At, Desk, parse};
use crate::units::Dimension as D;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::ToString;

/// More nodes than any plant.
const MOST: i64 = 50_000;
const PLACE: Shape = Quantity(D::Length, 0, 10_000_000);
const STEP: Shape = Quantity(D::Length, 100, 10_000_000);
const PACE: Shape = Quantity(D::Speed, 1, 100_000);

static ROOT: Form = Form {
    name: "layout.toml",
    keys: &[
        must("layout", Table(&LAYOUT), "The hall as a whole"),
        must(
            "aisle",
            List(&Table(&AISLE), 1, 1000),
            "Streets along the hall",
        ),
        must(
            "cross",
            List(&Table(&CROSS), 1, 1000),
            "Streets across the hall",
        ),
        may(
            "dock",
            List(&Table(&BAY), 0, 10_000),
            "Bays at ports of stations and stores",
        ),
        may(
            "charger",
            List(&Table(&BAY), 0, 10_000),
            "Bays with a charger",
        ),
        may(
            "parking",
            List(&Table(&BAY), 0, 10_000),
            "Bays to stand idle in",
        ),
    ],
    one_of: &[],
};

static LAYOUT: Form = Form {
    name: "[layout]",
    keys: &[
        must("name", Text, "Name of the project"),
        must("length", STEP, "East to west"),
        must("width", STEP, "South to north"),
        must(
            "vehicle_types",
            List(&Id, 1, 100),
            "LIF vehicleTypeIds that may drive here",
        ),
        may("speed", PACE, "Speed limit of streets, 1.2 m/s by default"),
        may(
            "spur_speed",
            PACE,
            "Speed limit of spurs, 0.5 m/s by default",
        ),
        may(
            "spacing",
            STEP,
            "Greatest distance of nodes along streets, 4 m by default",
        ),
        may("spur", STEP, "Length of spurs, 2 m by default"),
        may("timestamp", Text, "ISO 8601 in UTC, written into the file"),
    ],
    one_of: &[],
};

const PITCH: Key = may("pitch", STEP, "Distance from one to the next");
const PAIR: Key = may(
    "pair",
    STEP,
    "Two opposite lanes this far apart, driving on the right",
);
const SPEED: Key = may("speed", PACE, "Speed limit");

static AISLE: Form = Form {
    name: "[[aisle]]",
    keys: &[
        must(
            "id",
            Id,
            "Its name; of several, the first part of their names",
        ),
        must("y", PLACE, "Where it runs; of several, the first"),
        may("from", PLACE, "Western end, 0 by default"),
        may(
            "to",
            PLACE,
            "Eastern end, the length of the hall by default",
        ),
        may("count", Count(1, 1000), "How many, 1 by default"),
        PITCH,
        PAIR,
        may(
            "flow",
            Word(&["east", "west", "both"]),
            "Of the first, east by default",
        ),
        SPEED,
    ],
    one_of: &[],
};

static CROSS: Form = Form {
    name: "[[cross]]",
    keys: &[
        must(
            "id",
            Id,
            "Its name; of several, the first part of their names",
        ),
        must("x", PLACE, "Where it runs; of several, the first"),
        may("from", PLACE, "Southern end, 0 by default"),
        may(
            "to",
            PLACE,
            "Northern end, the width of the hall by default",
        ),
        may("count", Count(1, 1000), "How many, 1 by default"),
        PITCH,
        PAIR,
        may(
            "flow",
            Word(&["south", "north", "both"]),
            "Of the first, south by default",
        ),
        SPEED,
    ],
    one_of: &[],
};

static BAY: Form = Form {
    name: "bay",
    keys: &[
        may(
            "id",
            Id,
            "Name of its node; of several, the first part of their names",
        ),
        may("ids", List(&Id, 1, 10_000), "Names of their nodes"),
        must("on", Text, "Street it branches off"),
        must("at", PLACE, "Where on the street; of several, the first"),
        must(
            "side",
            Word(&["north", "south", "east", "west"]),
            "Side of the street",
        ),
        may("count", Count(1, 10_000), "With id: how many"),
        PITCH,
        may("spur", STEP, "Length of the spur"),
        may(
            "clear",
            PLACE,
            "With id and count: kept free on both sides of crossings",
        ),
    ],
    one_of: &[&["id", "ids"]],
};

/// Reads the file: the spec, as far as it could be read, and all problems.
pub fn spec(file: &str, source: &str) -> (Option<Spec>, Vec<Problem>) {
    let desk = Desk::new();
    let text = desk.open(file, source);
    let mut root = parse(&desk, text, source);
    if desk.any_error() {
        return (None, desk.finish());
    }
    let at = At {
        text,
        start: 0,
        end: 0,
    };
    check_table(&desk, &ROOT, &mut root, at);
    let mut spec = None;
    if !desk.any_error() {
        spec = whole(Read {
            desk: &desk,
            table: &root,
            form: &ROOT,
            at,
        });
    }
    (spec, desk.finish())
}

fn whole(root: Read<'_>) -> Option<Spec> {
    let desk = root.desk;
    let head = root.inner("layout")?;
    let amount = |key: &str, default: i64| head.amount(key).unwrap_or(default);
    let types = head
        .list("vehicle_types")
        .iter()
        .filter_map(|item| item.text());
    let mut spec = Spec {
        name: head.text("name")?.to_string(),
        timestamp: head
            .text("timestamp")
            .unwrap_or("2026-01-01T00:00:00Z")
            .to_string(),
        vehicle_types: types.map(ToString::to_string).collect(),
        spacing: Length(amount("spacing", 4000)),
        spur_speed: Speed(amount("spur_speed", 500)),
        streets: Vec::new(),
        bays: Vec::new(),
    };
    streets(root, head, &mut spec);
    if too_many(&spec) {
        desk.push(desk.error("size/too-many", head.at).arg("most", MOST));
    }
    if desk.any_error() {
        return None;
    }
    let ways: Vec<Way> = extents(&spec.streets)
        .into_iter()
        .zip(crossing_coordinates(&spec.streets))
        .map(|(extent, crossings)| Way {
            extent: extent.unwrap_or((0, 0)),
            crossings,
        })
        .collect();
    let mut names = BTreeSet::new();
    for kind in [BayKind::Dock, BayKind::Charger, BayKind::Parking] {
        for read in root.tables(kind.name()) {
            let spur = Length(amount("spur", 2000));
            bays(read, (kind, spur), &ways, &mut spec, &mut names);
            if spec.bays.len() as i64 > MOST {
                desk.push(desk.error("size/too-many", read.at).arg("most", MOST));
                return None;
            }
        }
    }
    Some(spec)
}

/// Nodes and crossings that the streets would have, at most.
fn too_many(spec: &Spec) -> bool {
    let along = |street: &Street| (street.to.0 - street.from.0).max(0) / spec.spacing.0.max(1) + 2;
    let nodes: i64 = spec.streets.iter().map(along).sum();
    let aisles = spec
        .streets
        .iter()
        .filter(|street| street.axis == Axis::X)
        .count();
    let crossings = aisles * (spec.streets.len() - aisles);
    nodes + 2 * crossings as i64 > MOST
}

fn streets(root: Read<'_>, head: Read<'_>, spec: &mut Spec) {
    let mut names = BTreeSet::new();
    let mut written = Vec::new();
    for (key, axis, offset, end) in [
        ("aisle", Axis::X, "y", "length"),
        ("cross", Axis::Y, "x", "width"),
    ] {
        for read in root.tables(key) {
            let from = Length(read.amount("from").unwrap_or(0));
            let to = Length(read.amount("to").or(head.amount(end)).unwrap_or(0));
            if from >= to {
                read.desk
                    .push(read.desk.error("layout/no-length", read.at("to")));
            }
            let first = spec.streets.len();
            let offset = Length(read.amount(offset).unwrap_or(0));
            let speed = read
                .amount("speed")
                .or(head.amount("speed"))
                .unwrap_or(1200);
            let speed = Speed(speed);
            let one = Street {
                id: id(read),
                axis,
                offset,
                from,
                to,
                flow: flow(read),
                speed,
            };
            several(read, &one, &mut spec.streets);
            written.resize(spec.streets.len(), read.at("id"));
            for street in &spec.streets[first..] {
                if !names.insert(street.id.clone()) {
                    duplicate(read, "id", "street", &street.id);
                }
            }
        }
    }
    if root.desk.any_error() {
        return;
    }
    for ((street, extent), at) in spec.streets.iter().zip(extents(&spec.streets)).zip(written) {
        if extent.is_none() {
            let problem = root.desk.error("layout/street-alone", at);
            root.desk.push(problem.arg("street", &street.id));
        }
    }
}

fn id(read: Read<'_>) -> String {
    read.text("id").unwrap_or_default().to_string()
}

fn duplicate(read: Read<'_>, key: &str, kind: &str, id: &str) {
    let problem = read.desk.error("id/duplicate", read.at(key));
    read.desk.push(problem.arg("kind", kind).arg("id", id));
}

fn flow(read: Read<'_>) -> Flow {
    match read.text("flow") {
        Some("both") => Flow::Both,
        Some("west" | "south") => Flow::Down,
        Some(_) => Flow::Up,
        None if read.form.name == "[[cross]]" => Flow::Down,
        None => Flow::Up,
    }
}

/// `count` of a kind; for more than one, `pitch` must be there.
fn count_and_pitch(read: Read<'_>, count: i64) -> i64 {
    let pitch = read.amount("pitch");
    if count > 1 && pitch.is_none() {
        let problem = read.desk.error("key/missing", read.at);
        read.desk
            .push(problem.arg("in", read.form.name).arg("key", "pitch"));
    }
    pitch.unwrap_or(0)
}

/// The streets of one table: alternating ways, or pairs of lanes.
fn several(read: Read<'_>, one: &Street, streets: &mut Vec<Street>) {
    let count = read.count("count").unwrap_or(1);
    let pitch = count_and_pitch(read, count);
    for i in 0..count {
        let mut street = one.clone();
        street.offset = Length(one.offset.0 + pitch * i);
        if count > 1 {
            street.id = format!("{}{}", one.id, i + 1);
        }
        let Some(pair) = read.amount("pair") else {
            street.flow = match (one.flow, i % 2) {
                (Flow::Up, 1) => Flow::Down,
                (Flow::Down, 1) => Flow::Up,
                (flow, _) => flow,
            };
            streets.push(street);
            continue;
        };
        // Driving on the right: eastbound in the south, southbound in the west.
        let lanes = match one.axis {
            Axis::X => [("e", Flow::Up), ("w", Flow::Down)],
            Axis::Y => [("s", Flow::Down), ("n", Flow::Up)],
        };
        for (offset, (suffix, flow)) in [0, pair].into_iter().zip(lanes) {
            let id = format!("{}{suffix}", street.id);
            let offset = Length(street.offset.0 + offset);
            streets.push(Street {
                id,
                offset,
                flow,
                ..street.clone()
            });
        }
    }
}

/// What bays need to know of their street: its ends and its crossings [mm].
struct Way {
    extent: (i64, i64),
    crossings: Vec<i64>,
}

/// The bays of one table.
fn bays(
    read: Read<'_>,
    (kind, spur): (BayKind, Length),
    ways: &[Way],
    spec: &mut Spec,
    names: &mut BTreeSet<String>,
) {
    let desk = read.desk;
    let on = read.text("on").unwrap_or_default();
    let side = read.text("side").unwrap_or_default();
    let Some((street, far)) = lanes(&spec.streets, on, side) else {
        let near = nearest(on, spec.streets.iter().map(|street| street.id.as_str()));
        let problem = desk
            .error("name/unknown", read.at("on"))
            .arg("kind", "street");
        desk.push(problem.arg("name", on).suggest(near));
        return;
    };
    let across = match spec.streets[street].axis {
        Axis::X => matches!(side, "north" | "south"),
        Axis::Y => matches!(side, "east" | "west"),
    };
    if !across {
        let problem = desk.error("layout/side", read.at("side"));
        desk.push(problem.arg("street", on).arg("side", side));
    }
    let Way { extent, crossings } = &ways[street];
    let spur = read.amount("spur").map_or(spur, Length);
    for (id, at) in places(read, crossings) {
        if !(extent.0..=extent.1).contains(&at) {
            let problem = desk
                .error("layout/bay-outside", read.at("at"))
                .arg("bay", &id);
            let (from, to) = (D::Length.show(extent.0), D::Length.show(extent.1));
            desk.push(problem.arg("street", on).arg("from", from).arg("to", to));
            return;
        }
        if !names.insert(id.clone()) {
            duplicate(
                read,
                if read.item("id").is_some() {
                    "id"
                } else {
                    "ids"
                },
                "bay",
                &id,
            );
        }
        let up = matches!(side, "north" | "east");
        spec.bays.push(Bay {
            id,
            kind,
            street,
            far,
            at: Length(at),
            up,
            spur,
        });
    }
}

/// The street of a name; of a pair, the lane on this side and the other one.
fn lanes(streets: &[Street], on: &str, side: &str) -> Option<(usize, Option<usize>)> {
    let named = |suffix: &str| {
        let is = |street: &Street| street.id.strip_prefix(on) == Some(suffix);
        streets.iter().position(is)
    };
    if let Some(street) = named("") {
        return Some((street, None));
    }
    let (near, far) = match side {
        "north" => ("w", "e"),
        "south" => ("e", "w"),
        "east" => ("n", "s"),
        _ => ("s", "n"),
    };
    let any = || ["e", "s"].into_iter().find_map(named);
    Some((named(near).or_else(any)?, named(far)))
}

/// Names and coordinates of the bays of one table. Counted bays pass over the surroundings of
/// crossings.
fn places(read: Read<'_>, crossings: &[i64]) -> Vec<(String, i64)> {
    let first = read.amount("at").unwrap_or(0);
    let list = read.list("ids");
    if !list.is_empty() {
        let pitch = count_and_pitch(read, list.len() as i64);
        let named = list.iter().filter_map(|item| item.text()).enumerate();
        return named
            .map(|(i, id)| (id.to_string(), first + pitch * i as i64))
            .collect();
    }
    let Some(count) = read.count("count") else {
        return alloc::vec![(id(read), first)];
    };
    let pitch = count_and_pitch(read, count);
    let clear = read.amount("clear").unwrap_or(1500);
    let free = |at: &i64| {
        crossings
            .iter()
            .all(|crossing| (at - crossing).abs() >= clear)
    };
    let count = count as usize;
    let steps = (0..=count as i64 * 10 + 1000).map(|i| first + pitch * i);
    steps
        .filter(free)
        .take(count)
        .enumerate()
        .map(|(i, at)| (format!("{}-{}", id(read), i + 1), at))
        .collect()
}
