//! Streets and bays to LIF.

use super::{Axis, Bay, Flow, Spec, Street};
use crate::lif::*;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;
use fenhe_contract::Speed;

/// A point [mm].
type Point = (i64, i64);

/// Lays out the tracks. The same spec gives the same bytes.
///
/// Nodes stand at crossings (`A1/X2`), where spurs begin and in between (`A1/22.5`, metres along the
/// street), and at the ends of spurs (the bay's id). A one-way street is cut at its first and last
/// crossing: beyond them it would be a dead end.
pub fn generate(spec: &Spec) -> Lif {
    let mut made = Made {
        spec,
        nodes: Vec::new(),
        names: BTreeMap::new(),
        edges: Vec::new(),
        linked: BTreeSet::new(),
    };
    let crossings = crossings(&spec.streets);
    for (i, street) in spec.streets.iter().enumerate() {
        made.street(street, stops(spec, i, &crossings[i]), &crossings[i]);
    }
    for bay in &spec.bays {
        made.bay(bay);
    }
    let stations = spec.bays.iter().map(|bay| station(spec, bay)).collect();
    Lif {
        meta_information: MetaInformation {
            project_identification: spec.name.clone(),
            creator: "Fenhe".to_string(),
            export_timestamp: spec.timestamp.clone(),
            lif_version: "1.0.0".to_string(),
        },
        layouts: alloc::vec![Layout {
            layout_id: spec.name.clone(),
            layout_name: None,
            layout_version: "1".to_string(),
            layout_level_id: None,
            layout_description: None,
            nodes: made.nodes,
            edges: made.edges,
            stations,
        }],
    }
}

/// All nodes as CSV: name, x and y in metres, and what the node is if a station is served there.
pub fn node_list(lif: &Lif) -> String {
    let mut kinds = BTreeMap::new();
    for station in lif.stations() {
        for node in &station.interaction_node_ids {
            kinds.insert(
                node.as_str(),
                station.station_description.as_deref().unwrap_or(""),
            );
        }
    }
    let mut out = String::from("node,x_m,y_m,kind\n");
    for node in lif.nodes() {
        let kind = kinds.get(node.node_id.as_str()).copied().unwrap_or("");
        let Position { x, y } = node.node_position;
        let _ = writeln!(out, "{},{x},{y},{kind}", node.node_id);
    }
    out
}

/// For each street, the streets it crosses by coordinate along it.
fn crossings(streets: &[Street]) -> Vec<BTreeMap<i64, usize>> {
    let within = |street: &Street, at: i64| street.from.0 <= at && at <= street.to.0;
    let crossed = |street: &Street| {
        let others = streets.iter().enumerate().filter(|(_, other)| {
            other.axis != street.axis
                && within(street, other.offset.0)
                && within(other, street.offset.0)
        });
        others.map(|(i, other)| (other.offset.0, i)).collect()
    };
    streets.iter().map(crossed).collect()
}

/// The part of a street that is laid out: between its first and last crossing if it is one-way,
/// nothing if it then has no length.
pub(super) fn extent(street: &Street, crossings: &BTreeMap<i64, usize>) -> Option<(i64, i64)> {
    if street.flow == Flow::Both {
        return (street.from < street.to).then_some((street.from.0, street.to.0));
    }
    let (first, last) = (*crossings.keys().next()?, *crossings.keys().next_back()?);
    (first < last).then_some((first, last))
}

/// The extents of all streets.
pub(super) fn extents(streets: &[Street]) -> Vec<Option<(i64, i64)>> {
    let crossings = crossings(streets);
    streets
        .iter()
        .zip(&crossings)
        .map(|(street, crossed)| extent(street, crossed))
        .collect()
}

/// Coordinates of crossings of each street.
pub(super) fn crossing_coordinates(streets: &[Street]) -> Vec<Vec<i64>> {
    crossings(streets)
        .iter()
        .map(|crossed| crossed.keys().copied().collect())
        .collect()
}

/// Coordinates of the nodes of a street, ascending.
fn stops(spec: &Spec, index: usize, crossings: &BTreeMap<i64, usize>) -> Vec<i64> {
    let street = &spec.streets[index];
    let Some((first, last)) = extent(street, crossings) else {
        return Vec::new();
    };
    let bays = spec
        .bays
        .iter()
        .filter(|bay| bay.street == index || bay.far == Some(index))
        .map(|bay| bay.at.0);
    let fixed: BTreeSet<i64> = crossings
        .keys()
        .copied()
        .chain(bays)
        .chain([first, last])
        .filter(|at| (first..=last).contains(at))
        .collect();
    let fixed: Vec<i64> = fixed.into_iter().collect();
    let spacing = spec.spacing.0.max(1);
    let mut stops = Vec::new();
    for pair in fixed.windows(2) {
        let gap = pair[1] - pair[0];
        let parts = (gap + spacing - 1) / spacing;
        stops.extend((0..parts).map(|i| pair[0] + gap * i / parts));
    }
    stops.extend(fixed.last());
    stops
}

fn point(street: &Street, at: i64) -> Point {
    match street.axis {
        Axis::X => (at, street.offset.0),
        Axis::Y => (street.offset.0, at),
    }
}

fn position((x, y): Point) -> Position {
    Position {
        x: x as f64 / 1e3,
        y: y as f64 / 1e3,
    }
}

/// Where a bay's node is.
pub(super) fn end(spec: &Spec, bay: &Bay) -> Point {
    let street = &spec.streets[bay.street];
    let (x, y) = point(street, bay.at.0);
    let spur = if bay.up { bay.spur.0 } else { -bay.spur.0 };
    match street.axis {
        Axis::X => (x, y + spur),
        Axis::Y => (x + spur, y),
    }
}

fn station(spec: &Spec, bay: &Bay) -> LifStation {
    let Position { x, y } = position(end(spec, bay));
    LifStation {
        station_id: bay.id.clone(),
        interaction_node_ids: alloc::vec![bay.id.clone()],
        station_name: None,
        station_description: Some(bay.kind.name().to_string()),
        station_position: Some(StationPosition { x, y, theta: None }),
        span: 0..0,
    }
}

struct Made<'s> {
    spec: &'s Spec,
    nodes: Vec<LifNode>,
    names: BTreeMap<Point, String>,
    edges: Vec<LifEdge>,
    linked: BTreeSet<(String, String)>,
}

impl Made<'_> {
    fn street(&mut self, street: &Street, stops: Vec<i64>, crossings: &BTreeMap<i64, usize>) {
        let mut names = Vec::with_capacity(stops.len());
        for at in stops {
            let name = match crossings.get(&at) {
                Some(&other) => format!("{}/{}", street.id, self.spec.streets[other].id),
                None => format!("{}/{}", street.id, at as f64 / 1e3),
            };
            names.push(self.node(point(street, at), name));
        }
        let pairs: Vec<&[String]> = names.windows(2).collect();
        if street.flow != Flow::Down {
            for pair in &pairs {
                self.edge(&pair[0], &pair[1], street.speed);
            }
        }
        if street.flow != Flow::Up {
            for pair in pairs.iter().rev() {
                self.edge(&pair[1], &pair[0], street.speed);
            }
        }
    }

    fn bay(&mut self, bay: &Bay) {
        let start = point(&self.spec.streets[bay.street], bay.at.0);
        let Some(start) = self.names.get(&start).cloned() else {
            return;
        };
        self.push(end(self.spec, bay), &bay.id);
        self.both_ways(&start, &bay.id);
        let far = bay.far.map(|far| point(&self.spec.streets[far], bay.at.0));
        if let Some(far) = far.and_then(|far| self.names.get(&far).cloned()) {
            self.both_ways(&start, &far);
        }
    }

    fn both_ways(&mut self, one: &str, other: &str) {
        self.edge(one, other, self.spec.spur_speed);
        self.edge(other, one, self.spec.spur_speed);
    }

    /// The node at a point, made if it is not there; its name.
    fn node(&mut self, at: Point, name: String) -> String {
        if let Some(known) = self.names.get(&at) {
            return known.clone();
        }
        self.push(at, &name);
        self.names.insert(at, name.clone());
        name
    }

    fn push(&mut self, at: Point, name: &str) {
        let property = |kind: &String| NodeProperty {
            vehicle_type_id: kind.clone(),
            theta: None,
        };
        self.nodes.push(LifNode {
            node_id: name.to_string(),
            node_name: None,
            map_id: None,
            node_position: position(at),
            vehicle_type_node_properties: self.spec.vehicle_types.iter().map(property).collect(),
            span: 0..0,
        });
    }

    fn edge(&mut self, from: &str, to: &str, speed: Speed) {
        if !self.linked.insert((from.to_string(), to.to_string())) {
            return;
        }
        let property = |kind: &String| EdgeProperty {
            vehicle_type_id: kind.clone(),
            vehicle_orientation: None,
            orientation_type: None,
            rotation_allowed: false,
            max_speed: Some(speed.0 as f64 / 1e3),
            trajectory: None,
        };
        self.edges.push(LifEdge {
            edge_id: format!("{from}--{to}"),
            edge_name: None,
            start_node_id: from.to_string(),
            end_node_id: to.to_string(),
            vehicle_type_edge_properties: self.spec.vehicle_types.iter().map(property).collect(),
            span: 0..0,
        });
    }
}
