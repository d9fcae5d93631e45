//! Open-RMF buildings as the traffic editor writes them (`building.yaml`): each level and graph becomes a
//! plant of its own, for vehicles do not leave either without a lift.
//!
//! Source: open-rmf/rmf_traffic_editor and its map tools.

mod carry;
mod read;
mod scale;
mod tell;
mod yaml;

use crate::note::Notes;
use crate::{Folder, Format, Import, plant, reach, sound};
use carry::Level;
use fenhe_plant::Problem;
use read::Reader;
use scale::Transform;
use yaml::Yaml;

/// Reads a building.
///
/// # Errors
/// All problems of the file.
pub fn import(file: &str, source: &str) -> Result<Import, Vec<Problem>> {
    let root = yaml::parse(file, source)?;
    let mut reader = Reader::new(file, source);
    let mut notes = Notes::default();
    let name = ["building_name", "name"]
        .iter()
        .find_map(|key| root.get(key)?.text());
    let name = name.filter(|name| !name.is_empty()).unwrap_or("building");
    let levels = levels(&mut reader, &root);
    let mut folders = Vec::new();
    for level in &levels {
        for graph in level.graphs() {
            let mut notes = Notes::default();
            let sketch = carry::sketch(level, graph, name, &mut reader, &mut notes);
            folders.extend(folder(level, graph, sketch, notes, &mut reader));
        }
        tell::level(level, &mut notes);
    }
    tell::building(&root, &levels, &mut notes);
    if levels.iter().all(|level| level.graphs().is_empty()) {
        let problem = reader.problem("import/no-lanes", &root);
        reader.problems.push(problem);
    }
    let mut notes = notes.finish();
    if let [only] = folders.as_mut_slice() {
        only.name = String::new();
        only.notes.append(&mut notes);
    }
    let (folders, warnings) = sound(Some(folders), reader.problems)?;
    Ok(Import {
        format: Format::OpenRmf,
        version: String::new(),
        name: name.to_string(),
        folders,
        notes,
        warnings,
    })
}

fn folder(
    level: &Level<'_>,
    graph: u32,
    mut sketch: crate::sketch::Sketch,
    mut notes: Notes,
    reader: &mut Reader<'_>,
) -> Option<Folder> {
    if reader.any_error() {
        return None;
    }
    let lanes = level
        .lanes
        .iter()
        .filter(|lane| carry::graph(lane) == graph)
        .count();
    if !reach::trim(&mut sketch, &mut notes) {
        let problem = reader.problem("import/no-ways", level.at);
        reader.problems.push(problem);
        return None;
    }
    notes.carried("carried/vertices", level.vertices.len(), sketch.nodes.len());
    notes.carried("carried/lanes", lanes, sketch.edges.len());
    crate::plant::carried(&sketch, &mut notes);
    let name = format!(
        "{}-graph{graph}",
        crate::names::id_of(level.name).replace(['/', '.'], "-")
    );
    Some(Folder {
        name,
        files: plant::files(&sketch, &mut notes),
        notes: notes.finish(),
    })
}

/// The levels with their transforms to millimetres.
fn levels<'y>(reader: &mut Reader<'_>, root: &'y Yaml) -> Vec<Level<'y>> {
    let Some(all) = root.get("levels") else {
        let problem = reader.problem("import/shape", root);
        reader.problems.push(problem.arg("wanted", "levels: {...}"));
        return Vec::new();
    };
    reader.map(all, "levels: {...}");
    let mut levels: Vec<Level<'y>> = all
        .rows()
        .map(|(name, at)| Level::read(reader, name, at))
        .collect();
    let system = root
        .get("coordinate_system")
        .and_then(Yaml::text)
        .unwrap_or("reference_image");
    match system {
        "reference_image" => transforms(reader, root, &mut levels),
        "cartesian_meters" => {
            for level in &mut levels {
                level.transform = Transform::metres();
            }
        }
        other => {
            let at = root.get("coordinate_system").unwrap_or(root);
            let problem = reader.problem("import/coordinates", at);
            reader.problems.push(problem.arg("value", other));
        }
    }
    levels
}

/// The reference level by its measurements, the others over it by fiducials, else by their own.
fn transforms(reader: &mut Reader<'_>, root: &Yaml, levels: &mut [Level<'_>]) {
    let wanted = root.get("reference_level_name").and_then(Yaml::text);
    let first = wanted.and_then(|name| levels.iter().position(|level| level.name == name));
    let reference = first.unwrap_or(0);
    let Some(base) = levels.get(reference) else {
        return;
    };
    let marks = scale::fiducials(reader, base.at);
    let base_scale = scale::measured(reader, base.at, &base.vertices);
    for (i, level) in levels.iter_mut().enumerate() {
        let own = match i == reference {
            true => base_scale,
            false => scale::measured(reader, level.at, &level.vertices),
        };
        let over = base_scale.filter(|_| i != reference).and_then(|scale| {
            let pairs = scale::shared(&marks, &scale::fiducials(reader, level.at));
            Transform::over(scale, &pairs)
        });
        match over.or(own.map(Transform::scaled)) {
            Some(transform) => level.transform = transform,
            None if level.graphs().is_empty() => {}
            None => {
                let problem = reader.problem("import/no-scale", level.at);
                reader.problems.push(problem.arg("level", level.name));
            }
        }
    }
}
