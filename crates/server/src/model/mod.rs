//! The plant folder, and drafts of it: what an engineer changes before the plant is started anew.
//!
//! The server keeps no draft: each request brings it whole, as moves and texts on top of the folder as it is on
//! the disk now. Nothing here touches the plant that runs.

mod draft;
mod simulation;

pub use draft::*;
pub use simulation::*;

use crate::Refusal;
use fenhe_messages::Lang;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Works on a plant folder. Calls may block for some seconds; none of them waits for the main loop.
pub trait Model: Send + Sync {
    /// The folder as it is now.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if it cannot be read.
    fn folder(&self, lang: Lang) -> Result<FolderView, Refusal>;
    /// One of its files.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there is none of this name; [`Refusal::Invalid`] if it is no text.
    fn text(&self, name: &str) -> Result<TextView, Refusal>;
    /// The folder with a draft: what is wrong with it and what it looks like.
    ///
    /// # Errors
    /// A move that cannot be made is [`Refusal::Invalid`] or [`Refusal::Unknown`]; what the moves lead to is told in
    /// problems.
    fn check(&self, draft: &Draft, lang: Lang) -> Result<Checked, Refusal>;
    /// Simulates the folder as it is and with a draft, with the same luck.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] while another simulation runs, or if either side has errors.
    fn simulate(&self, asked: &SimulationAsked) -> Result<SimulationView, Refusal>;
    /// The newest simulation, as far as it has come.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there was none.
    fn simulation(&self) -> Result<SimulationView, Refusal>;
    /// Ends it.
    ///
    /// # Errors
    /// As above.
    fn cancel(&self) -> Result<SimulationView, Refusal>;
    /// Writes a draft to the disk.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] if the folder is not that which the draft was made from, or the draft has errors.
    fn save(&self, asked: &SaveAsked) -> Result<Saved, Refusal>;
}

/// The plant folder as it is on the disk.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct FolderView {
    /// Name of the plant.
    pub name: String,
    /// Where it stands, as the program was told; `null` for the plant that is in the program itself.
    pub place: Option<String>,
    /// Hash of all files: another one means that something was changed.
    pub revision: String,
    /// Whether this is what runs now; otherwise the plant that runs was started from an older state of it.
    pub running: bool,
    /// What can be moved.
    pub moves: Movable,
    /// Its files by name.
    pub files: Vec<FileRow>,
    /// What is wrong with it.
    pub problems: Vec<ProblemView>,
}

/// What can be moved in a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Movable {
    /// Docks, chargers and parking bays along their streets: `layout.toml` is there and gives these tracks.
    Bays,
    /// Nodes of the tracks: there is no `layout.toml`, or the tracks are not made from it.
    Nodes,
    /// Nothing: no tracks, or they cannot be read.
    Nothing,
}

/// A file of the folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct FileRow {
    /// Name.
    pub name: String,
    /// Length [bytes].
    pub bytes: u64,
    /// Whether it is made from `layout.toml`.
    pub made: bool,
}

/// A file of the folder as text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TextView {
    /// Name.
    pub name: String,
    /// Revision of the folder that it was read from.
    pub revision: String,
    /// All of it.
    pub text: String,
}

/// How bad a problem is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemSeverity {
    /// No plant until it is mended.
    Error,
    /// The plant works, but probably not as wanted.
    Warning,
}

/// Something that is wrong in a plant folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemView {
    /// How bad.
    pub severity: ProblemSeverity,
    /// Lasting key, such as `name/unknown`.
    pub code: String,
    /// File.
    pub file: String,
    /// Line, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The offending text.
    pub text: String,
    /// What is wrong, in the language of `Accept-Language`.
    pub what: String,
    /// What to do.
    pub remedy: String,
    /// The element it is about, where that can be told.
    pub element: Option<String>,
    /// Where that stands [mm]; `null` for what has no place.
    pub at: Option<Spot>,
}

/// A point of the floor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Spot {
    /// East [mm].
    pub x: i64,
    /// North [mm].
    pub y: i64,
}
