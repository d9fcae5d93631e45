//! Files and plants that several tests read.
#![allow(dead_code)] // each test file uses a part

use fenhe_import::{Class, Import, Note};
use fenhe_plant::Plant;
use std::path::Path;

/// The text of a file of `tests/data`.
pub fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    std::fs::read_to_string(path).expect("a file of the tests")
}

/// One that is a good model.
pub fn import(name: &str) -> Import {
    fenhe_import::import(name, data(name).as_bytes()).expect("a model")
}

/// The joinery's plant.
pub fn joinery() -> Plant {
    import("joinery.opentcs.xml").folders[0]
        .load()
        .expect("a plant")
        .0
}

/// How often a text is in another.
pub fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// Everything told of one class.
pub fn notes(import: &Import, class: Class) -> Vec<&Note> {
    let folders = import.folders.iter().flat_map(|folder| &folder.notes);
    folders
        .chain(&import.notes)
        .filter(|note| note.class == class)
        .collect()
}
