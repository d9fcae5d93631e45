//! Commands that do not simulate: check, schema, layout.

use crate::{Failure, args, problems};
use clap::ArgMatches;
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::{Files, Plant, Problem, Severity};
use std::io::Write;
use std::path::Path;

/// Reads a plant folder from the disk.
pub fn read(folder: &Path, lang: Lang) -> Result<(String, Files), Failure> {
    let files =
        fenhe_study::read_folder(folder).map_err(|why| Failure::read(lang, folder, &why))?;
    let name = folder
        .canonicalize()
        .ok()
        .and_then(|path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        })
        .unwrap_or_else(|| "plant".into());
    Ok((name, files))
}

/// The checked plant, its warnings printed; or its problems printed.
pub fn load(
    name: &str,
    files: &Files,
    set: &[(String, String)],
    lang: Lang,
) -> Result<Plant, Failure> {
    match fenhe_plant::load_with(name, files, set) {
        Ok((plant, warnings)) => {
            problems::print(&warnings, files, lang);
            Ok(plant)
        }
        Err(found) => {
            problems::print(&found, files, lang);
            summary(name, &found, lang);
            Err(Failure::Problems)
        }
    }
}

fn summary(name: &str, found: &[Problem], lang: Lang) {
    let errors = found
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let args = [
        ("errors", errors.to_string()),
        ("warnings", (found.len() - errors).to_string()),
        ("plant", name.to_string()),
    ];
    anstream::eprintln!("{}", fill(Word::ProblemsFound.text(lang), &args));
}

/// `fenhe check PLANT`.
pub fn check(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let folder = args::required(given, "plant");
    let (name, files) = read(folder, lang)?;
    let loaded = fenhe_plant::load(&name, &files);
    let (plant, found) = match &loaded {
        Ok((plant, warnings)) => (Some(plant), warnings),
        Err(found) => (None, found),
    };
    if let Some(path) = args::path(given, "json") {
        let mut text = problems::to_json(found, lang).to_string();
        text.push('\n');
        write(path, text.as_bytes(), lang)?;
    } else {
        problems::print(found, &files, lang);
    }
    let Some(plant) = plant else {
        summary(&name, found, lang);
        return Err(Failure::Problems);
    };
    if !found.is_empty() {
        summary(&name, found, lang);
    }
    if args::path(given, "json").is_none() {
        let count = |n: usize| n.to_string();
        let args = [
            ("plant", name),
            ("stations", count(plant.stations.len())),
            ("vehicles", count(plant.vehicles.len())),
            ("nodes", count(plant.tracks.nodes.len())),
            ("edges", count(plant.tracks.edges.len())),
        ];
        print_line(&fill(Word::PlantGood.text(lang), &args));
    }
    Ok(())
}

/// `fenhe schema [FILE]`.
pub fn schema(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let of = given
        .get_one::<String>("of")
        .map_or("plant", String::as_str);
    let schema = if of == "calibration" {
        fenhe_plant::calibration_schema()
    } else {
        fenhe_plant::schema()
    };
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n";
    write(Path::new("-"), text.as_bytes(), lang)
}

/// `fenhe layout FILE`.
pub fn layout(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let file = args::required(given, "file");
    let bytes = std::fs::read(file).map_err(|why| Failure::read(lang, file, &why))?;
    let name = file
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    match fenhe_plant::layout::layout(&name, &bytes) {
        Ok((lif, warnings)) => {
            problems::print(&warnings, &Files::default().with(&name, &bytes), lang);
            let out = args::path(given, "out").map_or(Path::new("-"), |path| path.as_path());
            write(out, lif.to_text().as_bytes(), lang)
        }
        Err(found) => {
            problems::print(&found, &Files::default().with(&name, &bytes), lang);
            summary(&name, &found, lang);
            Err(Failure::Problems)
        }
    }
}

/// Writes a result to a file, or to standard output for `-`. A reader who has gone is no failure.
pub fn write(path: &Path, bytes: &[u8], lang: Lang) -> Result<(), Failure> {
    if path == Path::new("-") {
        let mut out = std::io::stdout().lock();
        return match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(why) if why.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::write(lang, path, &why))
            }
            _ => Ok(()),
        };
    }
    std::fs::write(path, bytes).map_err(|why| Failure::write(lang, path, &why))
}

/// A line on standard output; a reader who has gone is no failure.
pub fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Writes a file as a whole: beside it, durable, then in its place. What was there stays if that fails.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let put = || {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(bytes)?;
        if let Ok(meta) = std::fs::metadata(path) {
            file.set_permissions(meta.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    put().inspect_err(|_| {
        // It is in nobody's way under this name.
        let _left = std::fs::remove_file(&beside);
    })
}
