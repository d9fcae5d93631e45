//! Where the problems of a folder are on the floor. A problem names elements: in its arguments, in its text, and by
//! the table or row that it stands in. The first of these that has a place is where it is.

use super::looked::{LAYOUT, Looked, PLANT};
use super::{streets, texts};
use fenhe_contract::{BufferId, Index};
use fenhe_plant::layout::Spec;
use fenhe_plant::units::{Dimension, parse};
use fenhe_plant::{BufferKind, Plant, Problem};
use fenhe_server::model::{Side, Spot, SpotKind, SpotView, WayView};
use std::collections::BTreeMap;

/// Names of nodes that vehicles serve a buffer from, each once.
pub fn nodes_of(plant: &Plant, buffer: BufferId) -> impl Iterator<Item = &str> {
    let places = match &plant.buffers[buffer].kind {
        BufferKind::Queue { .. } => None,
        BufferKind::Unload { places, .. }
        | BufferKind::Load { places, .. }
        | BufferKind::Store { places } => Some(places),
    };
    let range = places.map_or(0..0, |places| places.start.index()..places.end.index());
    let rows = plant.places.as_slice().get(range).unwrap_or(&[]);
    let mut nodes: Vec<_> = rows.iter().filter_map(|place| place.node).collect();
    nodes.dedup();
    nodes
        .into_iter()
        .map(|node| plant.tracks.nodes[node].name.as_str())
}

/// Names and where they are.
pub struct Atlas<'a> {
    looked: &'a Looked,
    spec: Option<Spec>,
    ways: Vec<WayView>,
    spots: BTreeMap<String, (&'static str, Spot)>,
}

/// The layout of a folder whose tracks are made from it.
pub fn layout_of(looked: &Looked) -> Option<Spec> {
    let text = looked.files.get(LAYOUT).filter(|_| looked.made.is_some())?;
    fenhe_plant::layout::spec(LAYOUT, std::str::from_utf8(text).ok()?).0
}

impl<'a> Atlas<'a> {
    /// Of a folder. `known` is a plant that says at which nodes elements are served: the folder itself may have
    /// errors.
    pub fn new(looked: &'a Looked, known: &Plant) -> Atlas<'a> {
        let spec = layout_of(looked);
        let mut atlas = Atlas {
            looked,
            ways: spec.as_ref().map(streets::ways).unwrap_or_default(),
            spec,
            spots: BTreeMap::new(),
        };
        atlas.tracks();
        atlas.bays();
        let plant = looked.plant.as_deref().unwrap_or(known);
        atlas.elements(plant);
        atlas
    }

    fn put(&mut self, kind: &'static str, name: &str, spot: Spot) {
        self.spots.entry(name.to_string()).or_insert((kind, spot));
    }

    fn tracks(&mut self) {
        let file = self.looked.tracks.as_deref();
        let bytes = file.and_then(|file| self.looked.files.get(file));
        let Some(Ok((lif, _))) = file.zip(bytes).map(|(f, b)| fenhe_plant::lif::parse(f, b)) else {
            return;
        };
        let mm = |metres: f64| (metres * 1_000.0).round() as i64;
        for node in lif.nodes() {
            let (x, y) = (mm(node.node_position.x), mm(node.node_position.y));
            self.put("node", &node.node_id, Spot { x, y });
        }
        for edge in lif.edges() {
            let ends = [&edge.start_node_id, &edge.end_node_id].map(|node| self.spots.get(node));
            if let [Some((_, a)), Some((_, b))] = ends {
                let spot = middle(&[*a, *b]);
                self.put("edge", &edge.edge_id, spot);
            }
        }
    }

    /// Bays of a layout that gives no tracks stand where the layout says, not where the old tracks have them.
    fn bays(&mut self) {
        let Some(spec) = self.spec.take() else {
            return;
        };
        for bay in &spec.bays {
            let (x, y) = spec.end(bay);
            let spot = Spot { x: x.0, y: y.0 };
            self.spots.insert(bay.id.clone(), (bay.kind.name(), spot));
        }
        for way in self.ways.clone() {
            let spot = middle(&[
                corner(&way, way.from, way.low),
                corner(&way, way.to, way.high),
            ]);
            self.put("street", &way.name, spot);
        }
        self.spec = Some(spec);
    }

    fn elements(&mut self, plant: &Plant) {
        let spot = |atlas: &Atlas<'_>, node: &str| atlas.spots.get(node).map(|found| found.1);
        let mut tools: BTreeMap<&str, Vec<Spot>> = BTreeMap::new();
        for (id, buffer) in plant.buffers.pairs() {
            let spots: Vec<Spot> = nodes_of(plant, id)
                .filter_map(|node| spot(self, node))
                .collect();
            if spots.is_empty() {
                continue;
            }
            self.put("buffer", &buffer.name, middle(&spots));
            if let Some((tool, _)) = buffer.name.rsplit_once('.') {
                tools.entry(tool).or_default().extend(&spots);
            }
        }
        for station in plant.stations.iter() {
            let inputs = station.inputs.iter().map(|input| input.buffer);
            let outputs = station.outputs.iter().filter_map(|output| match output.to {
                fenhe_plant::To::Buffer(buffer) => Some(buffer),
                fenhe_plant::To::Sink(_) => None,
            });
            let own = inputs
                .chain(outputs)
                .flat_map(|buffer| nodes_of(plant, buffer));
            let own: Vec<Spot> = own.filter_map(|node| spot(self, node)).collect();
            let tool = station
                .name
                .rsplit_once('.')
                .and_then(|(tool, _)| tools.get(tool));
            if let Some(spots) = tool.cloned().or((!own.is_empty()).then_some(own)) {
                self.put("station", &station.name, middle(&spots));
            }
        }
        for (tool, spots) in tools {
            self.put("station", tool, middle(&spots));
        }
        for charger in plant.chargers.iter() {
            if let Some(spot) = spot(self, &plant.tracks.nodes[charger.node].name) {
                self.put("charger", &charger.name, spot);
            }
        }
        for area in plant.areas.iter().filter(|area| !area.outline.is_empty()) {
            let corners = area.outline.iter().map(|(x, y)| Spot { x: x.0, y: y.0 });
            let corners: Vec<Spot> = corners.collect();
            self.put("area", &area.name, middle(&corners));
        }
    }

    /// The element a problem is about, and where that is.
    pub fn find(&self, problem: &Problem) -> Option<(String, Spot)> {
        let known = |name: &str| {
            let (kind, spot) = self.spots.get(name)?;
            Some((format!("{kind} {name}"), *spot))
        };
        // A street is where nothing nearer is.
        let (streets, others): (Vec<_>, Vec<_>) = problem
            .args
            .iter()
            .map(|(_, value)| value.as_str())
            .chain([problem.text.trim_matches('"')])
            .partition(|name| self.ways.iter().any(|way| way.name == **name));
        let block = self.block(problem);
        let named = block.iter().flat_map(|block| block.names.iter());
        // A bay that is not laid out is not where older tracks have it.
        let laid = |id: &str| {
            self.spec
                .iter()
                .any(|spec| spec.bays.iter().any(|bay| bay.id == id))
        };
        let lost = |(name, value): &(&str, String)| *name == "bay" && !laid(value);
        let put = problem
            .args
            .iter()
            .any(lost)
            .then(|| self.written(problem, block.as_ref()));
        put.flatten()
            .or_else(|| others.into_iter().find_map(known))
            .or_else(|| self.written(problem, block.as_ref()))
            .or_else(|| named.into_iter().find_map(|name| known(name)))
            .or_else(|| streets.into_iter().find_map(known))
    }

    /// A bay that could not be laid out: where its table puts it.
    fn written(&self, problem: &Problem, block: Option<&Block>) -> Option<(String, Spot)> {
        let block = block.filter(|_| problem.file == LAYOUT)?;
        let way = self
            .ways
            .iter()
            .find(|way| Some(&way.name) == block.on.as_ref())?;
        let at = parse(block.at.as_deref()?, Dimension::Length).ok()?;
        let side = match block.side.as_deref() {
            Some("north") => Side::North,
            Some("east") => Side::East,
            Some("west") => Side::West,
            _ => Side::South,
        };
        let bay = problem
            .args
            .iter()
            .find(|(name, _)| *name == "bay")
            .map(|(_, value)| value);
        let name = bay.or(block.names.first())?;
        let (x, y) = streets::end(way, at, side, 2_000);
        Some((format!("{} {name}", block.kind), Spot { x, y }))
    }

    /// The table or row that a problem stands in.
    fn block(&self, problem: &Problem) -> Option<Block> {
        let text = std::str::from_utf8(self.looked.files.get(&problem.file)?).ok()?;
        let at = problem.span.start.min(text.len());
        if problem.line == 0 || !text.is_char_boundary(at) {
            return None;
        }
        match problem.file.rsplit_once('.') {
            Some((_, "csv")) => {
                let line = &text[texts::line_around(text, at)];
                let first = line.split(',').next()?.trim().trim_matches('"');
                Some(Block {
                    names: vec![first.to_string()],
                    ..Block::default()
                })
            }
            Some((_, "toml")) if problem.file == LAYOUT || problem.file == PLANT => block(text, at),
            _ => None,
        }
    }
}

fn corner(way: &WayView, along: i64, across: i64) -> Spot {
    let (x, y) = if way.along_x {
        (along, across)
    } else {
        (across, along)
    };
    Spot { x, y }
}

fn middle(spots: &[Spot]) -> Spot {
    let n = spots.len().max(1) as i64;
    Spot {
        x: spots.iter().map(|spot| spot.x).sum::<i64>() / n,
        y: spots.iter().map(|spot| spot.y).sum::<i64>() / n,
    }
}

/// What a table of TOML says of itself, read by lines: the text may be broken elsewhere.
#[derive(Default)]
struct Block {
    kind: String,
    names: Vec<String>,
    on: Option<String>,
    at: Option<String>,
    side: Option<String>,
}

fn block(text: &str, at: usize) -> Option<Block> {
    let line = texts::line_around(text, at);
    let heads = |line: &str| {
        line.trim_start().starts_with('[') && line.contains(']') && !line.contains('=')
    };
    let mut start = line.start;
    while start > 0 && !heads(&text[texts::line_around(text, start)]) {
        start = texts::line_around(text, start - 1).start;
    }
    let head = texts::line_around(text, start);
    let mut found = Block {
        kind: text[head.clone()]
            .trim()
            .trim_matches(['[', ']'])
            .to_string(),
        ..Block::default()
    };
    let mut inside = false;
    for line in text[head.end.max(start)..].lines() {
        if heads(line) && !inside {
            break;
        }
        let (key, value) = line.split_once('=').unwrap_or(("", line));
        let quoted = || value.split('"').skip(1).step_by(2).map(String::from);
        match key.trim() {
            "id" => found.names.extend(quoted().take(1)),
            "ids" => {
                found.names.extend(quoted());
                inside = !value.contains(']');
            }
            "" if inside => {
                found.names.extend(quoted());
                inside = !value.contains(']');
            }
            "on" => found.on = quoted().next(),
            "at" => found.at = quoted().next(),
            "side" => found.side = quoted().next(),
            _ => {}
        }
    }
    Some(found)
}

/// What can be moved, as a draft has it; `base` is the folder as it is.
pub fn spots(base: &Looked, draft: &Looked, known: &Plant) -> Vec<SpotView> {
    let plant = draft.plant.as_deref().unwrap_or(known);
    let mut of: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, buffer) in plant.buffers.pairs() {
        for node in nodes_of(plant, id) {
            of.entry(node).or_insert(&buffer.name);
        }
    }
    for charger in plant.chargers.iter() {
        let node = plant.tracks.nodes[charger.node].name.as_str();
        of.entry(node).or_insert(&charger.name);
    }
    if let (Some(before), Some(now)) = (layout_of(base), layout_of(draft)) {
        let rows = now.bays.iter().map(|bay| {
            let was = before.bays.iter().find(|one| one.id == bay.id);
            let (x, y) = now.end(bay);
            SpotView {
                id: bay.id.clone(),
                kind: streets::kind(bay.kind),
                x: x.0,
                y: y.0,
                on: streets::on_street(&now, bay),
                of: of.get(bay.id.as_str()).map(|name| (*name).to_string()),
                moved: was.map(|was| before.end(was)) != Some((x, y)),
            }
        });
        let unlaid = before
            .bays
            .iter()
            .filter_map(|bay| unlaid(draft, &now, bay));
        return rows.chain(unlaid).collect();
    }
    nodes_as_spots(base, plant, &of)
}

/// A bay that could not be laid out stands where its table puts it: from there it can be moved back.
fn unlaid(draft: &Looked, now: &Spec, bay: &fenhe_plant::layout::Bay) -> Option<SpotView> {
    if now.bays.iter().any(|one| one.id == bay.id) {
        return None;
    }
    let text = std::str::from_utf8(draft.files.get(LAYOUT)?).ok()?;
    let on = super::bays::written(text, now, &bay.id)?;
    let ways = streets::ways(now);
    let way = ways.iter().find(|way| way.name == on.street)?;
    let (x, y) = streets::end(way, on.at, on.side, bay.spur.0);
    Some(SpotView {
        id: bay.id.clone(),
        kind: streets::kind(bay.kind),
        x,
        y,
        on: Some(on),
        of: None,
        moved: true,
    })
}

/// Nodes that something is served at.
fn nodes_as_spots(base: &Looked, plant: &Plant, of: &BTreeMap<&str, &str>) -> Vec<SpotView> {
    let before = base.plant.as_deref();
    let chargers: Vec<_> = plant.chargers.iter().map(|row| row.node).collect();
    let rows = plant.tracks.nodes.pairs().filter_map(|(id, node)| {
        let kind = if chargers.contains(&id) {
            SpotKind::Charger
        } else if of.contains_key(node.name.as_str()) {
            SpotKind::Dock
        } else if plant.parking.contains(&id) {
            SpotKind::Parking
        } else {
            return None;
        };
        let was =
            before.and_then(|plant| plant.tracks.nodes.iter().find(|row| row.name == node.name));
        Some(SpotView {
            id: node.name.clone(),
            kind,
            x: node.x.0,
            y: node.y.0,
            on: None,
            of: of.get(node.name.as_str()).map(|name| (*name).to_string()),
            moved: was.is_some_and(|was| (was.x, was.y) != (node.x, node.y)),
        })
    });
    rows.collect()
}
