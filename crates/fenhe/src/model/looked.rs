//! A folder that was looked at: its files, what is wrong with them, and the plant they give.

use super::nodes;
use super::places::Atlas;
use fenhe_contract::Digest;
use fenhe_messages::Lang;
use fenhe_plant::{Files, Plant, Problem, Severity};
use fenhe_server::model::{Movable, ProblemSeverity, ProblemView};
use std::sync::Arc;

/// Names of files that have a meaning of their own.
pub const LAYOUT: &str = "layout.toml";
pub const PLANT: &str = "plant.toml";

/// A folder, or a draft of it.
pub struct Looked {
    pub files: Files,
    /// Hash of all files, as the plant's own.
    pub revision: String,
    /// The file of the tracks.
    pub tracks: Option<String>,
    /// The same, if `layout.toml` gives exactly these.
    pub made: Option<String>,
    pub movable: Movable,
    pub problems: Vec<Problem>,
    /// If there are no errors.
    pub plant: Option<Arc<Plant>>,
}

/// Hash of all files: that of the plant that they give.
pub fn revision(files: &Files) -> String {
    let all = files.0.iter();
    let digest = all.fold(Digest::EMPTY, |digest, (name, bytes)| {
        digest.with_bytes(name.as_bytes()).with_bytes(bytes)
    });
    digest.to_string()
}

impl Looked {
    /// Looks at a folder.
    pub fn at(name: &str, files: Files) -> Looked {
        let (tracks, made, mut problems) = origin(&files);
        let movable = match (&made, &tracks) {
            (Some(_), _) => Movable::Bays,
            (None, Some(_)) => Movable::Nodes,
            (None, None) => Movable::Nothing,
        };
        let plant = load(name, &files, &mut problems);
        Looked {
            revision: revision(&files),
            files,
            tracks,
            made,
            movable,
            problems,
            plant,
        }
    }

    /// Looks at a draft of this folder; `problems` are those of its layout.
    pub fn draft(&self, name: &str, files: Files, mut problems: Vec<Problem>) -> Looked {
        let plant = load(name, &files, &mut problems);
        Looked {
            revision: revision(&files),
            files,
            tracks: self.tracks.clone(),
            made: self.made.clone(),
            movable: self.movable,
            problems,
            plant,
        }
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        let errors = self.problems.iter();
        errors.filter(|one| one.severity == Severity::Error).count()
    }

    /// Its problems in words, with their places.
    pub fn told(&self, known: &Plant, lang: Lang) -> Vec<ProblemView> {
        if self.problems.is_empty() {
            return Vec::new();
        }
        let atlas = Atlas::new(self, known);
        let told = self.problems.iter().map(|problem| {
            let (what, remedy) = crate::problems::sentences(problem, lang);
            let found = atlas.find(problem);
            ProblemView {
                severity: match problem.severity {
                    Severity::Error => ProblemSeverity::Error,
                    Severity::Warning => ProblemSeverity::Warning,
                },
                code: problem.code.into(),
                file: problem.file.clone(),
                line: problem.line,
                column: problem.column,
                text: problem.text.clone(),
                what,
                remedy,
                element: found.as_ref().map(|found| found.0.clone()),
                at: found.map(|found| found.1),
            }
        });
        told.collect()
    }
}

/// The plant, if no problem is an error; its own problems come first.
fn load(name: &str, files: &Files, problems: &mut Vec<Problem>) -> Option<Arc<Plant>> {
    let broken = problems.iter().any(|one| one.severity == Severity::Error);
    let (plant, mut found) = match fenhe_plant::load(name, files) {
        Ok((plant, warnings)) => (Some(Arc::new(plant)), warnings),
        Err(found) => (None, found),
    };
    found.append(problems);
    *problems = found;
    plant.filter(|_| !broken)
}

/// The file of the tracks; the same if `layout.toml` gives it; what is wrong with `layout.toml`.
fn origin(files: &Files) -> (Option<String>, Option<String>, Vec<Problem>) {
    let text = files
        .get(PLANT)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    let named = text.and_then(|text| nodes::named_files(text).0);
    let tracks = named.filter(|file| files.get(file).is_some());
    let (Some(file), Some(layout)) = (&tracks, files.get(LAYOUT)) else {
        return (tracks, None, Vec::new());
    };
    match fenhe_plant::layout::layout(LAYOUT, layout) {
        Ok((lif, warnings)) if files.get(file) == Some(lif.to_text().as_bytes()) => {
            (tracks.clone(), tracks, warnings)
        }
        Ok((_, mut warnings)) => {
            let other = Problem::of_file("layout/other-tracks", LAYOUT);
            warnings.push(other.warning().arg("file", file));
            (tracks, None, warnings)
        }
        // The plant does not need it: its tracks are there.
        Err(found) => {
            let found = found.into_iter().map(Problem::warning);
            (tracks, None, found.collect())
        }
    }
}
