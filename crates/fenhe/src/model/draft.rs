//! A draft put on top of a folder: its texts, then its moves, then the tracks made anew.

use super::looked::{LAYOUT, Looked, PLANT};
use super::{bays, nodes, streets};
use fenhe_plant::layout::Spec;
use fenhe_plant::{Files, Plant, Problem};
use fenhe_server::model::{Draft, Movable, Move, OnStreet};
use fenhe_server::{Reason, Refusal};
use std::collections::BTreeSet;

/// Files with a draft, and what is wrong with its layout.
pub struct Drawn {
    pub files: Files,
    pub problems: Vec<Problem>,
}

/// Puts a draft on a folder. `known` is a plant that says which nodes a tool is served at.
pub fn put(base: &Looked, draft: &Draft, known: &Plant) -> Result<Drawn, Refusal> {
    let mut files = base.files.clone();
    for (name, text) in &draft.texts {
        if base.files.get(name).is_none() {
            return Err(unknown("model/no-file", name, "texts"));
        }
        files = files.with(name, text.as_bytes());
    }
    for (n, one) in draft.moves.iter().enumerate() {
        let place = format!("moves[{n}]");
        let mut work = Work {
            base,
            known,
            files: &mut files,
            place: &place,
        };
        work.make(one)?;
    }
    let problems = tracks_again(base, &mut files);
    Ok(Drawn { files, problems })
}

/// Makes the tracks anew if the layout has changed; its problems if that cannot be done.
fn tracks_again(base: &Looked, files: &mut Files) -> Vec<Problem> {
    let changed = files.get(LAYOUT) != base.files.get(LAYOUT);
    let (Some(tracks), Some(layout)) = (&base.made, files.get(LAYOUT)) else {
        return Vec::new();
    };
    if !changed {
        return Vec::new();
    }
    match fenhe_plant::layout::layout(LAYOUT, layout) {
        Ok((lif, warnings)) => {
            files.0.insert(tracks.clone(), lif.to_text().into_bytes());
            warnings
        }
        Err(problems) => problems,
    }
}

fn unknown(code: &'static str, name: &str, place: &str) -> Refusal {
    let name: String = name.chars().take(100).collect();
    Refusal::Unknown(Reason::new(code).arg("name", name).at(place))
}

fn invalid(code: &'static str, name: &str, place: &str) -> Refusal {
    let name: String = name.chars().take(100).collect();
    Refusal::Invalid(Reason::new(code).arg("name", name).at(place))
}

struct Work<'a> {
    base: &'a Looked,
    known: &'a Plant,
    files: &'a mut Files,
    place: &'a str,
}

impl Work<'_> {
    fn make(&mut self, one: &Move) -> Result<(), Refusal> {
        match one {
            Move::Bay { id, on, at, side } => {
                let spec = self.layout()?;
                if !streets::ways(&spec).iter().any(|way| way.name == *on) {
                    return Err(unknown("model/no-street", on, self.place));
                }
                let to = OnStreet {
                    street: on.clone(),
                    at: *at,
                    side: *side,
                };
                self.bay(&spec, id, &to)
            }
            Move::BayTo { id, x, y } => {
                let spec = self.layout()?;
                self.bay_to(&spec, id, (*x, *y))
            }
            Move::Station { id, east, north } => self.station(id, (*east, *north)),
            Move::Node { id, x, y } => self.node(id, (*x, *y)),
            Move::Serve { id, port, node } => self.serve(id, port.as_deref(), node),
        }
    }

    fn text(&self, file: &str) -> String {
        let bytes = self.files.get(file).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// The layout as it is by now.
    fn layout(&self) -> Result<Spec, Refusal> {
        if self.base.movable != Movable::Bays {
            return Err(invalid("model/no-layout", LAYOUT, self.place));
        }
        let (spec, _) = fenhe_plant::layout::spec(LAYOUT, &self.text(LAYOUT));
        spec.ok_or_else(|| invalid("model/layout-broken", LAYOUT, self.place))
    }

    fn bay(&mut self, spec: &Spec, id: &str, to: &OnStreet) -> Result<(), Refusal> {
        let text = self.text(LAYOUT);
        let text = bays::moved(&text, spec, id, to);
        let text = text.ok_or_else(|| unknown("model/no-bay", id, self.place))?;
        self.files.0.insert(LAYOUT.into(), text.into_bytes());
        Ok(())
    }

    fn bay_to(&mut self, spec: &Spec, id: &str, point: (i64, i64)) -> Result<(), Refusal> {
        let bay = spec.bays.iter().find(|bay| bay.id == id);
        let bay = bay.ok_or_else(|| unknown("model/no-bay", id, self.place))?;
        let to = streets::nearest(&streets::ways(spec), point, bay.spur.0);
        let to = to.ok_or_else(|| invalid("model/layout-broken", LAYOUT, self.place))?;
        self.bay(spec, id, &to)
    }

    fn station(&mut self, id: &str, (east, north): (i64, i64)) -> Result<(), Refusal> {
        let served = served_at(self.known, id);
        if served.is_empty() {
            return Err(unknown("model/no-docks", id, self.place));
        }
        for node in served {
            if self.base.movable == Movable::Nodes {
                let tracks = &self.known.tracks;
                let Some(at) = tracks.nodes.iter().find(|row| row.name == node) else {
                    continue;
                };
                self.node(
                    &node,
                    (at.x.0.saturating_add(east), at.y.0.saturating_add(north)),
                )?;
                continue;
            }
            let spec = self.layout()?;
            let bay = spec.bays.iter().find(|bay| bay.id == node);
            let bay = bay.ok_or_else(|| unknown("model/no-bay", &node, self.place))?;
            let (x, y) = spec.end(bay);
            let point = (x.0.saturating_add(east), y.0.saturating_add(north));
            self.bay_to(&spec, &node, point)?;
        }
        Ok(())
    }

    fn node(&mut self, id: &str, to: (i64, i64)) -> Result<(), Refusal> {
        let Some(tracks) = &self.base.tracks else {
            return Err(unknown("model/no-node", id, self.place));
        };
        if self.base.made.is_some() {
            return Err(invalid("model/with-layout", id, self.place));
        }
        let text = self.text(tracks);
        let lif = fenhe_plant::lif::parse(tracks, text.as_bytes());
        let (lif, _) = lif.map_err(|_| invalid("model/tracks-broken", tracks, self.place))?;
        let text = nodes::moved(&text, &lif, id, to);
        let text = text.ok_or_else(|| unknown("model/no-node", id, self.place))?;
        self.files.0.insert(tracks.clone(), text.into_bytes());
        Ok(())
    }

    fn serve(&mut self, id: &str, port: Option<&str>, node: &str) -> Result<(), Refusal> {
        let (_, equipment) = nodes::named_files(&self.text(PLANT));
        if let (Some(file), Some(port)) = (equipment, port)
            && let Some(text) = nodes::served_in_csv(&self.text(&file), id, port, node)
        {
            self.files.0.insert(file, text.into_bytes());
            return Ok(());
        }
        let text = nodes::served_in_toml(&self.text(PLANT), id, port, node);
        let text = text.ok_or_else(|| unknown("model/not-served", id, self.place))?;
        self.files.0.insert(PLANT.into(), text.into_bytes());
        Ok(())
    }
}

/// The nodes that a tool is served at: of equipment, or of a station or buffer of it.
pub fn served_at(plant: &Plant, id: &str) -> BTreeSet<String> {
    let within = |name: &str, tool: &str| {
        name.strip_prefix(tool)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    let names = || plant.buffers.iter().map(|row| row.name.as_str());
    // Equipment of a class has its name before the point.
    let tool = match id.rsplit_once('.') {
        _ if names().any(|name| within(name, id)) => Some(id),
        Some((tool, _)) if names().any(|name| within(name, tool)) => Some(tool),
        _ => None,
    };
    let station = plant.stations.iter().find(|row| row.name == id);
    let mut found = BTreeSet::new();
    for (buffer, row) in plant.buffers.pairs() {
        let joined = station.is_some_and(|station| {
            let from = station.inputs.iter().any(|input| input.buffer == buffer);
            let to = station
                .outputs
                .iter()
                .any(|output| output.to == fenhe_plant::To::Buffer(buffer));
            from || to
        });
        if row.name == id || joined || tool.is_some_and(|tool| within(&row.name, tool)) {
            found.extend(super::places::nodes_of(plant, buffer).map(String::from));
        }
    }
    found
}
