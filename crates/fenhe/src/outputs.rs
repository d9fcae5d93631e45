//! Where results go: whether they can, how wide, and the tables.

use crate::{Failure, args};
use clap::ArgMatches;
use fenhe_messages::Lang;
use fenhe_report::{tables, terminal::Width};
use fenhe_study::Outcome;
use std::fs::OpenOptions;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Every file and folder that results shall go to can be written: told before a long simulation, not
/// after it. What is in a file that exists stays until the result is there.
pub fn probe(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    // Not every command has every one of them.
    let asked = |name| given.try_get_one::<PathBuf>(name).ok().flatten();
    for name in ["json", "html", "pieces", "gantt", "out"] {
        let Some(path) = asked(name) else {
            continue;
        };
        if path == Path::new("-") && name != "pieces" {
            continue;
        }
        let new = !path.exists();
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|why| Failure::write(lang, path, &why))?;
        if new {
            let _ = std::fs::remove_file(path);
        }
    }
    for folder in ["csv", "parquet"].into_iter().filter_map(asked) {
        std::fs::create_dir_all(folder).map_err(|why| Failure::write(lang, folder, &why))?;
    }
    Ok(())
}

/// The tables of an outcome as CSV and Parquet, if asked for; those of a sweep in a folder a value.
pub fn tables(
    given: &ArgMatches,
    value: Option<&str>,
    outcome: &Outcome,
    lang: Lang,
) -> Result<(), Failure> {
    for (name, parquet) in [("csv", false), ("parquet", true)] {
        if let Some(folder) = args::path(given, name) {
            let folder = value.map_or(folder.clone(), |value| folder.join(folder_name(value)));
            tables::write_all(outcome, &folder, parquet)
                .map_err(|why| Failure::write(lang, &folder, &why))?;
        }
    }
    Ok(())
}

/// A value as the name of a folder on any system.
fn folder_name(value: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || "-+.".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = value.chars().map(safe).collect();
    if name.chars().all(|c| c == '.') {
        "_".repeat(name.len().max(1))
    } else {
        name
    }
}

/// Standard output belongs to the JSON or the page: nothing else is said there.
pub fn to_stdout(given: &ArgMatches) -> bool {
    let path = |name| given.try_get_one::<PathBuf>(name).ok().flatten();
    ["json", "html"]
        .iter()
        .any(|name| path(name).is_some_and(|path| path == Path::new("-")))
}

/// Columns of the terminal, if standard output is one.
pub fn width() -> Width {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(columns.max(40))
}

#[cfg(test)]
mod tests {
    use super::folder_name;

    #[test]
    fn a_value_never_leads_out_of_its_folder() {
        assert_eq!(folder_name("60"), "60");
        assert_eq!(folder_name("1.5 s"), "1.5_s");
        assert_eq!(folder_name("../x"), ".._x");
        assert_eq!(folder_name(".."), "__");
    }
}
