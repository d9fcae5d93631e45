//! Where a plant's files are: in a folder on the disk, or in the program.

use super::looked::LAYOUT;
use crate::tools::replace;
use fenhe_plant::Files;
use fenhe_server::{Reason, Refusal};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where the files are.
pub enum Source {
    /// In a folder, as the program was told.
    Folder(PathBuf),
    /// In the program: the plant of the demonstration.
    Program(Files),
}

/// Changes whenever a file that a plant is made of does: names, lengths, times.
pub type Signature = Vec<(String, u64, Option<SystemTime>)>;

impl Source {
    /// The plant of the demonstration, with the layout that its tracks are made from.
    pub fn demo() -> Source {
        let layout = include_bytes!("../../../../plants/jinneng-cells/layout.toml");
        Source::Program(crate::demo::files().with(LAYOUT, layout))
    }

    /// The files as they are now.
    pub fn read(&self) -> Result<Files, Refusal> {
        match self {
            Source::Program(files) => Ok(files.clone()),
            Source::Folder(path) => fenhe_study::read_folder(path).map_err(|why| unread(&why)),
        }
    }

    /// What tells cheaply whether anything has changed.
    pub fn signature(&self) -> Result<Signature, Refusal> {
        let Source::Folder(path) = self else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|why| unread(&why))? {
            let entry = entry.map_err(|why| unread(&why))?;
            let path = entry.path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            // A journal beside them changes all the time.
            if !matches!(ending, Some("toml" | "json" | "csv")) {
                continue;
            }
            // What goes away meanwhile is no longer there.
            let Ok(meta) = std::fs::metadata(path) else {
                continue;
            };
            let name = entry.file_name().to_string_lossy().into_owned();
            rows.push((name, meta.len(), meta.modified().ok()));
        }
        rows.sort();
        Ok(rows)
    }

    /// As the program was told.
    pub fn place(&self) -> Option<String> {
        match self {
            Source::Folder(path) => Some(path.display().to_string()),
            Source::Program(_) => None,
        }
    }
}

fn unread(why: &std::io::Error) -> Refusal {
    Refusal::Busy(Reason::new("model/read").arg("why", why))
}

/// A new folder in the one that the program was started in.
pub fn new_folder(name: &str) -> Result<PathBuf, Refusal> {
    let fits = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let plain = !name.starts_with('.') && (1..=64).contains(&name.chars().count());
    if !plain || !name.chars().all(fits) {
        return Err(Refusal::Invalid(
            Reason::new("model/folder-name").at("folder"),
        ));
    }
    let path = PathBuf::from(name);
    std::fs::create_dir(&path).map_err(|why| match why.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let reason = Reason::new("model/folder-exists").arg("name", name);
            Refusal::Conflict(reason.at("folder"))
        }
        _ => unwritten(name, &why),
    })?;
    Ok(path)
}

/// Writes files of a folder; each is there whole or as it was.
pub fn write<'f>(
    folder: &Path,
    files: impl Iterator<Item = (&'f String, &'f Vec<u8>)>,
) -> Result<Vec<String>, Refusal> {
    let mut written = Vec::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        // A link stays one: what it leads to is written.
        let path = std::fs::canonicalize(&path).unwrap_or(path);
        replace(&path, bytes).map_err(|why| unwritten(name, &why))?;
        written.push(name.clone());
    }
    Ok(written)
}

fn unwritten(name: &str, why: &std::io::Error) -> Refusal {
    let reason = Reason::new("model/write").arg("file", name);
    Refusal::Busy(reason.arg("why", why))
}
