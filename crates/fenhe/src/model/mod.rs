//! The model view's other end: the plant folder that the program was started with, and drafts of it.
//!
//! ```text
//!   folder --read--> Looked (files, problems, plant)
//!                      |
//!   draft  --put-----> files with moves --look--> problems with places, what can be moved --> page
//!                                            |--> job: both sides, same luck, in pairs
//!                                            `--> write: each file whole
//! ```
//! No draft is kept here: each request brings it whole.

mod bays;
mod draft;
mod job;
mod looked;
mod nodes;
mod places;
mod source;
mod streets;
#[cfg(test)]
mod tests;
mod texts;

use fenhe_messages::Lang;
use fenhe_plant::{Files, Plant};
use fenhe_server::model::{
    ChangedFile, CheckView, Checked, Draft, FileRow, FolderView, Model, SaveAsked, Saved,
    SimulationAsked, SimulationView, TextView,
};
use fenhe_server::{Reason, Refusal};
use looked::{Looked, revision};
use source::{Signature, Source};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A plant folder, and what is made of it.
pub struct Workbench {
    source: Source,
    /// The plant that runs.
    running: Arc<Plant>,
    /// The state of the folder that it was started from.
    started: String,
    seen: Mutex<Option<(Signature, Arc<Looked>)>>,
    /// The newest draft: what is checked is often simulated or saved next.
    newest: Mutex<Option<(String, Arc<Looked>)>>,
    bench: job::Bench,
    writing: Mutex<()>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Workbench {
    /// Of the plant that runs: in a folder, or in the program.
    pub fn new(running: Arc<Plant>, folder: Option<PathBuf>) -> Workbench {
        let (source, started) = match folder {
            Some(path) => (Source::Folder(path), running.hash.to_string()),
            None => {
                let source = Source::demo();
                let files = source.read().unwrap_or_default();
                (source, revision(&files))
            }
        };
        Workbench {
            source,
            running,
            started,
            seen: Mutex::default(),
            newest: Mutex::default(),
            bench: job::Bench::default(),
            writing: Mutex::default(),
        }
    }

    /// The folder as it is now; read again only if a file of it has changed.
    fn base(&self) -> Result<Arc<Looked>, Refusal> {
        let signature = self.source.signature()?;
        let mut seen = held(&self.seen);
        if let Some((old, looked)) = &*seen
            && *old == signature
        {
            return Ok(looked.clone());
        }
        let looked = Arc::new(Looked::at(&self.running.name, self.source.read()?));
        *seen = Some((signature, looked.clone()));
        Ok(looked)
    }

    /// A plant that says what is served where, whatever errors the folder has.
    fn known<'a>(&'a self, base: &'a Looked) -> &'a Plant {
        base.plant.as_deref().unwrap_or(&self.running)
    }

    /// A draft on top of the folder.
    fn draft(&self, base: &Looked, draft: &Draft) -> Result<Arc<Looked>, Refusal> {
        let drawn = draft::put(base, draft, self.known(base))?;
        let key = format!("{} {}", base.revision, revision(&drawn.files));
        if let Some((old, looked)) = &*held(&self.newest)
            && *old == key
        {
            return Ok(looked.clone());
        }
        let looked = base.draft(&self.running.name, drawn.files, drawn.problems);
        let looked = Arc::new(looked);
        *held(&self.newest) = Some((key, looked.clone()));
        Ok(looked)
    }

    /// A draft of the folder as it was when the draft was begun, without errors.
    fn sound(&self, base: &Looked, draft: &Draft) -> Result<Arc<Looked>, Refusal> {
        if draft.base != base.revision {
            return Err(Refusal::Conflict(Reason::new("model/changed").at("base")));
        }
        let looked = self.draft(base, draft)?;
        match looked.plant {
            Some(_) => Ok(looked),
            None => {
                let reason = Reason::new("model/errors").arg("count", looked.errors());
                Err(Refusal::Conflict(reason))
            }
        }
    }
}

/// Files of `now` that are not as in `before`.
fn changed<'f>(
    before: &'f Files,
    now: &'f Files,
) -> impl Iterator<Item = (&'f String, &'f Vec<u8>)> {
    let differs = |(name, bytes): &(&String, &Vec<u8>)| before.get(name) != Some(bytes.as_slice());
    now.0.iter().filter(differs)
}

impl Model for Workbench {
    fn folder(&self, lang: Lang) -> Result<FolderView, Refusal> {
        let base = self.base()?;
        let files = base.files.0.iter().map(|(name, bytes)| FileRow {
            name: name.clone(),
            bytes: bytes.len() as u64,
            made: base.made.as_ref() == Some(name),
        });
        Ok(FolderView {
            name: self.running.name.clone(),
            place: self.source.place(),
            revision: base.revision.clone(),
            running: base.revision == self.started,
            moves: base.movable,
            files: files.collect(),
            problems: base.told(self.known(&base), lang),
        })
    }

    fn text(&self, name: &str) -> Result<TextView, Refusal> {
        let base = self.base()?;
        let short: String = name.chars().take(100).collect();
        let Some(bytes) = base.files.get(name) else {
            let reason = Reason::new("model/no-file").arg("name", short);
            return Err(Refusal::Unknown(reason.at("name")));
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            let reason = Reason::new("model/not-text").arg("name", short);
            return Err(Refusal::Invalid(reason.at("name")));
        };
        Ok(TextView {
            name: name.into(),
            revision: base.revision.clone(),
            text: text.into(),
        })
    }

    fn check(&self, draft: &Draft, lang: Lang) -> Result<Checked, Refusal> {
        let base = self.base()?;
        let looked = self.draft(&base, draft)?;
        let known = self.known(&base);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let files = changed(&base.files, &looked.files).map(|(name, bytes)| {
            let made = base.made.as_ref() == Some(name);
            let before = base.files.get(name).unwrap_or_default();
            ChangedFile {
                name: name.clone(),
                made,
                hunks: match made {
                    true => Vec::new(),
                    false => texts::hunks(&text(before), &text(bytes)),
                },
            }
        });
        let spec = places::layout_of(&looked);
        Ok(Checked {
            found: CheckView {
                folder: base.revision.clone(),
                revision: looked.revision.clone(),
                good: looked.plant.is_some(),
                problems: looked.told(known, lang),
                changed: files.collect(),
                ways: spec.as_ref().map(streets::ways).unwrap_or_default(),
                spots: places::spots(&base, &looked, known),
            },
            plant: looked.plant.clone(),
        })
    }

    fn simulate(&self, asked: &SimulationAsked) -> Result<SimulationView, Refusal> {
        let base = self.base()?;
        let draft = self.sound(&base, &asked.draft)?;
        let (Some(before), Some(after)) = (base.plant.clone(), draft.plant.clone()) else {
            let reason = Reason::new("model/folder-errors").arg("count", base.errors());
            return Err(Refusal::Conflict(reason));
        };
        let before = (before, base.revision.clone());
        self.bench
            .begin((before, (after, draft.revision.clone())), asked)
    }

    fn simulation(&self) -> Result<SimulationView, Refusal> {
        self.bench.view()
    }

    fn cancel(&self) -> Result<SimulationView, Refusal> {
        self.bench.cancel()
    }

    fn save(&self, asked: &SaveAsked) -> Result<Saved, Refusal> {
        // One after the other: what a second one is made from has then changed.
        let _writing = held(&self.writing);
        let base = self.base()?;
        let draft = self.sound(&base, &asked.draft)?;
        let (folder, written, before) = match (&asked.folder, &self.source) {
            (Some(name), _) => {
                let path = source::new_folder(name)?;
                let written = source::write(&path, draft.files.0.iter())?;
                (path, written, None)
            }
            (None, Source::Program(_)) => {
                let reason = Reason::new("model/in-the-program").at("folder");
                return Err(Refusal::Conflict(reason));
            }
            (None, Source::Folder(path)) => {
                if draft.revision == base.revision {
                    return Err(Refusal::Conflict(Reason::new("model/nothing")));
                }
                let files = changed(&base.files, &draft.files);
                let written = source::write(path, files)?;
                (path.clone(), written, Some(base.revision.clone()))
            }
        };
        Ok(Saved {
            folder: folder.display().to_string(),
            before,
            revision: draft.revision.clone(),
            files: written,
        })
    }
}
