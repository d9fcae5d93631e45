//! Bytes to [`Lif`], or all problems of the file. Every element is read on its own, so that a fault
//! in one does not hide those of the others.

use super::*;
use crate::Problem;
use alloc::collections::{BTreeMap, BTreeSet};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// Coordinates beyond this are a mistake [m].
const FAR: f64 = 100_000.0;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawFile<'a> {
    meta_information: MetaInformation,
    #[serde(borrow)]
    layouts: Vec<RawLayout<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawLayout<'a> {
    layout_id: String,
    layout_name: Option<String>,
    layout_version: String,
    layout_level_id: Option<String>,
    layout_description: Option<String>,
    #[serde(borrow)]
    nodes: Vec<&'a RawValue>,
    #[serde(borrow)]
    edges: Vec<&'a RawValue>,
    #[serde(borrow)]
    stations: Vec<&'a RawValue>,
}

struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    problems: Vec<Problem>,
}

/// Reads a file.
///
/// # Errors
/// All problems found, in file order of their kind: nodes, edges, stations. A good file comes with
/// its warnings.
pub fn parse(file: &str, bytes: &[u8]) -> Result<(Lif, Vec<Problem>), Vec<Problem>> {
    let Ok(source) = core::str::from_utf8(bytes) else {
        return Err(alloc::vec![Problem::of_file("file/not-utf8", file)]);
    };
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut reader = Reader {
        file,
        source,
        problems: Vec::new(),
    };
    let raw: RawFile<'_> = match serde_json::from_str(source) {
        Ok(raw) => raw,
        Err(error) => {
            reader.json("lif/json", &error, 0);
            return Err(reader.problems);
        }
    };
    let mut layouts = Vec::new();
    for layout in raw.layouts {
        layouts.push(Layout {
            layout_id: layout.layout_id,
            layout_name: layout.layout_name,
            layout_version: layout.layout_version,
            layout_level_id: layout.layout_level_id,
            layout_description: layout.layout_description,
            nodes: reader.rows(&layout.nodes, |node: &mut LifNode, at| node.span = at),
            edges: reader.rows(&layout.edges, |edge: &mut LifEdge, at| edge.span = at),
            stations: reader.rows(&layout.stations, |s: &mut LifStation, at| s.span = at),
        });
    }
    let lif = Lif {
        meta_information: raw.meta_information,
        layouts,
    };
    reader.check(&lif);
    let worst = reader.problems.iter().map(|problem| problem.severity).min();
    match worst {
        Some(crate::Severity::Error) => Err(reader.problems),
        Some(crate::Severity::Warning) | None => Ok((lif, reader.problems)),
    }
}

impl Reader<'_> {
    /// A fault that serde found in the text beginning at `base`.
    fn json(&mut self, code: &'static str, error: &serde_json::Error, base: usize) {
        let inner = &self.source[base..];
        let start: usize = inner
            .split_inclusive('\n')
            .take(error.line().max(1) - 1)
            .map(str::len)
            .sum();
        let at = (base + start + error.column().saturating_sub(1)).min(self.source.len());
        let at = (0..=at)
            .rev()
            .find(|&at| self.source.is_char_boundary(at))
            .unwrap_or(0);
        let problem =
            Problem::error(code, self.file, self.source, at..at).arg("reason", error_text(error));
        self.problems.push(problem);
    }

    fn rows<T: DeserializeOwned>(
        &mut self,
        raw: &[&RawValue],
        mark: impl Fn(&mut T, Range<usize>),
    ) -> Vec<T> {
        let mut rows = Vec::with_capacity(raw.len());
        for raw in raw {
            let base = raw.get().as_ptr() as usize - self.source.as_ptr() as usize;
            match serde_json::from_str::<T>(raw.get()) {
                Ok(mut row) => {
                    mark(&mut row, base..base + raw.get().len());
                    rows.push(row);
                }
                Err(error) => self.json("lif/element", &error, base),
            }
        }
        rows
    }

    /// A problem at a text within an element, or at the element if the text is not there.
    fn at(&self, code: &'static str, span: &Range<usize>, key: &str, value: &str) -> Problem {
        Problem::error(
            code,
            self.file,
            self.source,
            within(self.source, span, key, value),
        )
        .arg("name", value)
    }

    fn duplicate(&mut self, kind: &str, span: &Range<usize>, key: &str, id: &str) {
        let problem = self
            .at("id/duplicate", span, key, id)
            .arg("kind", kind)
            .arg("id", id);
        self.problems.push(problem);
    }

    fn check(&mut self, lif: &Lif) {
        self.check_head(lif);
        let mut nodes: BTreeMap<&str, Position> = BTreeMap::new();
        for node in lif.nodes() {
            if nodes.insert(&node.node_id, node.node_position).is_some() {
                self.duplicate("node", &node.span, "nodeId", &node.node_id);
            }
            let Position { x, y } = node.node_position;
            if !(libm::fabs(x) <= FAR && libm::fabs(y) <= FAR) {
                let problem = self.at("lif/coordinate", &node.span, "nodePosition", &node.node_id);
                self.problems.push(problem);
            }
            if node.vehicle_type_node_properties.is_empty() {
                let problem = self.at("lif/no-vehicle-type", &node.span, "nodeId", &node.node_id);
                self.problems.push(problem.warning());
            }
        }
        let mut edges = BTreeSet::new();
        for edge in lif.edges() {
            if !edges.insert(edge.edge_id.as_str()) {
                self.duplicate("edge", &edge.span, "edgeId", &edge.edge_id);
            }
            self.check_edge(edge, &nodes);
        }
        let mut stations = BTreeSet::new();
        for station in lif.stations() {
            if !stations.insert(station.station_id.as_str()) {
                self.duplicate("station", &station.span, "stationId", &station.station_id);
            }
            for node in &station.interaction_node_ids {
                self.node(&nodes, &station.span, "interactionNodeIds", node);
            }
        }
    }

    fn check_head(&mut self, lif: &Lif) {
        let version = &lif.meta_information.lif_version;
        if version.split('.').next() != Some("1") {
            let whole = 0..self.source.len();
            let problem = self
                .at("lif/version", &whole, "lifVersion", version)
                .warning();
            self.problems.push(problem);
        }
        let levels: BTreeSet<&String> = lif
            .layouts
            .iter()
            .filter_map(|layout| layout.layout_level_id.as_ref())
            .collect();
        if levels.len() > 1 {
            let problem = Problem::of_file("lif/levels", self.file).arg("count", levels.len());
            self.problems.push(problem.warning());
        }
    }

    fn check_edge(&mut self, edge: &LifEdge, nodes: &BTreeMap<&str, Position>) {
        let start = self.node(nodes, &edge.span, "startNodeId", &edge.start_node_id);
        let end = self.node(nodes, &edge.span, "endNodeId", &edge.end_node_id);
        if let (Some(start), Some(end)) = (start, end) {
            let short = libm::hypot(start.x - end.x, start.y - end.y) < 0.001;
            if short {
                self.problems
                    .push(self.at("lif/no-length", &edge.span, "edgeId", &edge.edge_id));
            }
        }
        let properties = &edge.vehicle_type_edge_properties;
        if properties.is_empty() {
            let problem = self.at("lif/no-vehicle-type", &edge.span, "edgeId", &edge.edge_id);
            self.problems.push(problem.warning());
        }
        if properties
            .iter()
            .any(|property| property.max_speed.is_some_and(|v| v <= 0.0))
        {
            self.problems
                .push(self.at("lif/speed", &edge.span, "maxSpeed", &edge.edge_id));
        }
        if properties
            .iter()
            .any(|property| property.trajectory.is_some())
        {
            let problem = self.at("lif/trajectory", &edge.span, "trajectory", &edge.edge_id);
            self.problems.push(problem.warning());
        }
        if properties.iter().any(sideways) {
            let name = &edge.edge_id;
            let problem = self.at("lif/orientation", &edge.span, "vehicleOrientation", name);
            self.problems.push(problem.warning());
        }
    }

    fn node(
        &mut self,
        nodes: &BTreeMap<&str, Position>,
        span: &Range<usize>,
        key: &str,
        name: &str,
    ) -> Option<Position> {
        let found = nodes.get(name).copied();
        if found.is_none() {
            let near = crate::spell::nearest(name, nodes.keys().copied());
            let problem = self.at("name/unknown", span, key, name).arg("kind", "node");
            self.problems.push(problem.suggest(near));
        }
        found
    }
}

/// A vehicle that does not drive along its own axis; the model drives it along the edge.
fn sideways(property: &EdgeProperty) -> bool {
    use core::f64::consts::PI;
    let angle = libm::fabs(property.vehicle_orientation.unwrap_or(0.0));
    let along = angle < 1e-3 || libm::fabs(angle - PI) < 1e-3;
    property.orientation_type == Some(OrientationType::Global)
        && property.vehicle_orientation.is_some()
        || !along
}

/// serde's sentence without its place, which the problem gives in terms of the file.
fn error_text(error: &serde_json::Error) -> String {
    let text = alloc::format!("{error}");
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].into()
}

/// Bytes of `value` as a JSON string after `"key"` inside an element; of the key if the value does
/// not follow it; of the element if the key is not there.
pub(crate) fn within(source: &str, span: &Range<usize>, key: &str, value: &str) -> Range<usize> {
    let Some(element) = source.get(span.clone()) else {
        return 0..0;
    };
    let key = alloc::format!("\"{key}\"");
    let Some(found) = element.find(&key) else {
        return span.start..span.start;
    };
    let after = found + key.len();
    let quoted = serde_json::to_string(value).unwrap_or_default();
    match element[after..].find(&quoted) {
        Some(offset) => {
            let start = span.start + after + offset;
            start..start + quoted.len()
        }
        None => span.start + found..span.start + after,
    }
}
