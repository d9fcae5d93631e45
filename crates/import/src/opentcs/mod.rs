//! openTCS plant models as XML: versions 7.0 and 6.0, and 0.0.2 to 0.0.5 of openTCS 4 and 5, which name a few
//! attributes otherwise.
//!
//! Source: openTCS, `model-7.0.0.xsd` and its user's guide.

mod carry;
mod model;
mod operations;
mod read;
mod vehicles;

use crate::note::Notes;
use crate::sketch::Sketch;
use crate::{Folder, Format, Import, plant, reach, sound};
use fenhe_plant::Problem;
use read::Reader;

/// Reads a model.
///
/// # Errors
/// All problems of the file.
pub fn import(file: &str, source: &str) -> Result<Import, Vec<Problem>> {
    let options = roxmltree::ParsingOptions::default();
    let document = match roxmltree::Document::parse_with_options(source, options) {
        Ok(document) => document,
        Err(error) => return Err(vec![syntax(file, source, &error)]),
    };
    let mut reader = Reader::new(file, source);
    let root = document.root_element();
    if root.tag_name().name() != "model" {
        return Err(vec![reader.at_name("import/format", root)]);
    }
    let model = model::read(&mut reader, root);
    let mut notes = Notes::default();
    let sketch = carry::sketch(&model, &mut reader, &mut notes);
    let version = model.version.to_string();
    let name = model.name.to_string();
    let folder = folder(&model, sketch, notes, &mut reader);
    let (folder, warnings) = sound(folder, reader.problems)?;
    Ok(Import {
        format: Format::OpenTcs,
        version,
        name,
        folders: vec![folder],
        notes: Vec::new(),
        warnings,
    })
}

fn folder(
    model: &model::Model<'_>,
    mut sketch: Sketch,
    mut notes: Notes,
    reader: &mut Reader<'_>,
) -> Option<Folder> {
    if reader.any_error() {
        return None;
    }
    if !reach::trim(&mut sketch, &mut notes) {
        reader.of_file("import/no-ways");
        return None;
    }
    notes.carried("carried/points", model.points.len(), sketch.nodes.len());
    notes.carried("carried/paths", model.paths.len(), sketch.edges.len());
    plant::carried(&sketch, &mut notes);
    Some(Folder {
        name: String::new(),
        files: plant::files(&sketch, &mut notes),
        notes: notes.finish(),
    })
}

/// What the XML parser says, at its place.
fn syntax(file: &str, source: &str, error: &roxmltree::Error) -> Problem {
    let at = error.pos();
    let line = (at.row as usize).max(1) - 1;
    let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = source.get(start..).unwrap_or_default();
    let within = rest.char_indices().nth((at.col as usize).max(1) - 1);
    let byte = start + within.map_or(rest.len(), |(byte, _)| byte);
    let text = error.to_string();
    let end = text.rfind(" at ").unwrap_or(text.len());
    Problem::error("import/xml", file, source, byte..byte).arg("reason", &text[..end])
}
