//! Folder to plant.

use crate::build::Build;
use crate::calibration::CALIBRATION;
use crate::forms::ROOT;
use crate::problem::Severity;
use crate::read::Read;
use crate::shape::check_table;
use crate::tree::{At, Desk, parse};
use crate::{Files, Plant, Problem};
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::Digest;

/// Reads and checks a plant folder.
///
/// # Errors
/// All problems of the folder, errors and warnings, `plant.toml` first and by line. A plant without
/// errors comes with its warnings.
pub fn load(name: &str, files: &Files) -> Result<(Plant, Vec<Problem>), Vec<Problem>> {
    load_with(name, files, &[])
}

/// The same with some values set from outside, `("station.s1.time", "2 s")`: table, id, keys.
///
/// # Errors
/// As [`load`]; a path that leads nowhere is a problem too.
pub fn load_with(
    name: &str,
    files: &Files,
    overrides: &[(String, String)],
) -> Result<(Plant, Vec<Problem>), Vec<Problem>> {
    const FILE: &str = "plant.toml";
    let Some(bytes) = files.get(FILE) else {
        return Err(alloc::vec![
            Problem::of_file("file/missing", FILE).arg("file", FILE)
        ]);
    };
    let Ok(source) = core::str::from_utf8(bytes) else {
        return Err(alloc::vec![Problem::of_file("file/not-utf8", FILE)]);
    };
    let desk = Desk::new();
    let text = desk.open(FILE, source);
    let mut root = parse(&desk, text, source);
    if desk.any_error() {
        return Err(desk.finish());
    }
    crate::patch::apply(&desk, &mut root, overrides);
    let whole = At {
        text,
        start: 0,
        end: 0,
    };
    check_table(&desk, &ROOT, &mut root, whole);
    let read = Read {
        desk: &desk,
        table: &root,
        form: &ROOT,
        at: whole,
    };
    let overlay = crate::calibration::read(&desk, files);
    let mut build = Build::run(name, &desk, files, read);
    if let Some((table, at)) = &overlay {
        let read = Read {
            desk: &desk,
            table,
            form: &CALIBRATION,
            at: *at,
        };
        crate::calibration::apply(&mut build, read, overrides.len());
    }
    crate::checks::run(&mut build);
    let mut plant = build.plant;
    plant.hash = hash(files, overrides);
    let problems = desk.finish();
    if problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
    {
        return Err(problems);
    }
    Ok((plant, problems))
}

fn hash(files: &Files, overrides: &[(String, String)]) -> Digest {
    let mut digest = Digest::EMPTY;
    for (name, bytes) in &files.0 {
        digest = digest.with_bytes(name.as_bytes()).with_bytes(bytes);
    }
    for (path, value) in overrides {
        digest = digest
            .with_bytes(path.as_bytes())
            .with_bytes(value.as_bytes());
    }
    digest
}
