//! The plant folder, and drafts of it: what an engineer changes before the plant is started anew.
//!
//! The server keeps no draft: each request brings it whole, as moves and texts on top of the folder as it is on
//! the disk now. Nothing here touches the plant that runs.

use crate::{Reason, Refusal};
use fenhe_messages::Lang;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Most moves of a draft.
pub const MOVES_MOST: usize = 1_000;

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

/// What an engineer wants to change: moves and texts on top of a folder.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Revision of the folder that it was made from.
    pub base: String,
    /// Whole texts of files that were changed by hand, by name. They come before the moves.
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
    /// In their order.
    #[serde(default)]
    pub moves: Vec<Move>,
}

/// One move of a draft.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "move", rename_all = "snake_case")]
pub enum Move {
    /// A dock, charger or parking bay of `layout.toml` to a place on a street.
    Bay {
        /// Its name.
        id: String,
        /// The street.
        on: String,
        /// Where on it [mm].
        at: i64,
        /// On which side of it.
        side: Side,
    },
    /// The same to whatever place on a street is nearest to a point.
    BayTo {
        /// Its name.
        id: String,
        /// East [mm].
        x: i64,
        /// North [mm].
        y: i64,
    },
    /// A tool: all docks that its stations are served at, each to whatever place on a street is nearest then.
    Station {
        /// Name of the equipment, or of a station or buffer of it.
        id: String,
        /// So far to the east [mm].
        east: i64,
        /// So far to the north [mm].
        north: i64,
    },
    /// A node of tracks that are not made from `layout.toml`.
    Node {
        /// Its name.
        id: String,
        /// East [mm].
        x: i64,
        /// North [mm].
        y: i64,
    },
    /// Another node at which equipment, a buffer or a charger is served.
    Serve {
        /// Name of the equipment, buffer or charger.
        id: String,
        /// Of equipment: which of its ports.
        #[serde(default)]
        port: Option<String>,
        /// Name of the node.
        node: String,
    },
}

impl Move {
    /// Name of what it moves.
    pub fn id(&self) -> &str {
        match self {
            Move::Bay { id, .. }
            | Move::BayTo { id, .. }
            | Move::Station { id, .. }
            | Move::Node { id, .. }
            | Move::Serve { id, .. } => id,
        }
    }
}

/// A side of a street.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Of a street along x.
    North,
    /// Of a street along x.
    South,
    /// Of a street along y.
    East,
    /// Of a street along y.
    West,
}

impl Side {
    /// The word of `layout.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Side::North => "north",
            Side::South => "south",
            Side::East => "east",
            Side::West => "west",
        }
    }
}

/// A draft that was looked at. `plant` is what it gives, if it has no errors.
pub struct Checked {
    /// What is told of it.
    pub found: CheckView,
    /// The plant that it gives.
    pub plant: Option<Arc<Plant>>,
}

/// A draft that was looked at.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct CheckView {
    /// Revision of the folder now: another one than the draft's `base` means that the folder was changed
    /// meanwhile.
    pub folder: String,
    /// Hash of all files with the draft.
    pub revision: String,
    /// No errors: it can be simulated and saved.
    pub good: bool,
    /// What is wrong, with and without a place.
    pub problems: Vec<ProblemView>,
    /// Files that the draft changes.
    pub changed: Vec<ChangedFile>,
    /// Streets that bays can be moved along.
    pub ways: Vec<WayView>,
    /// What can be moved, with its place in the draft.
    pub spots: Vec<SpotView>,
}

/// A file that a draft changes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangedFile {
    /// Name.
    pub name: String,
    /// Made from `layout.toml`: its lines are not shown.
    pub made: bool,
    /// Places where it differs.
    pub hunks: Vec<Hunk>,
}

/// Lines that differ.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Hunk {
    /// First of them in the folder's file, from 1.
    pub line: u32,
    /// As they are.
    pub before: Vec<String>,
    /// As they are to be.
    pub after: Vec<String>,
}

/// A street that bays can be moved along.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct WayView {
    /// Its name; of two lanes their common one.
    pub name: String,
    /// It runs along x; otherwise along y.
    pub along_x: bool,
    /// Its y if it runs along x, and the other way round; of two lanes the lesser one [mm].
    pub low: i64,
    /// The greater one [mm].
    pub high: i64,
    /// Least coordinate along it [mm].
    pub from: i64,
    /// Greatest coordinate along it [mm].
    pub to: i64,
}

/// Something that can be moved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SpotView {
    /// Its name.
    pub id: String,
    /// What it is.
    pub kind: SpotKind,
    /// East [mm].
    pub x: i64,
    /// North [mm].
    pub y: i64,
    /// The street it is on, and where; none for a node.
    pub on: Option<OnStreet>,
    /// What it belongs to: the equipment or buffer that a dock serves.
    pub of: Option<String>,
    /// It does not stand where the folder has it.
    pub moved: bool,
}

/// Where on a street.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OnStreet {
    /// Name of the street.
    pub street: String,
    /// Where on it [mm].
    pub at: i64,
    /// On which side of it.
    pub side: Side,
}

/// What can be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpotKind {
    /// A port of a station, or a store.
    Dock,
    /// A charger.
    Charger,
    /// A bay to stand idle in.
    Parking,
}

/// A comparison that is wanted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulationAsked {
    /// The draft.
    pub draft: Draft,
    /// Measured time of each run [min], 10 to 43 200.
    #[serde(default = "some_minutes")]
    pub minutes: u32,
    /// Left out at its start [min], at most 43 200.
    #[serde(default = "some_warm_up")]
    pub warm_up: u32,
    /// Pairs of runs, 2 to 100.
    #[serde(default = "some_pairs")]
    pub pairs: u32,
    /// Of all luck.
    #[serde(default = "some_seed")]
    pub seed: u32,
}

fn some_minutes() -> u32 {
    1_440
}
fn some_warm_up() -> u32 {
    2_880
}
fn some_pairs() -> u32 {
    5
}
fn some_seed() -> u32 {
    1
}

/// How a simulation goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SimulationStatus {
    /// It goes on.
    Running,
    /// All pairs are done.
    Done,
    /// Somebody ended it; what was done by then stays.
    Cancelled,
    /// Control and simulated plant answered each other without end.
    Failed,
}

/// A comparison, as far as it has come.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimulationView {
    /// Number of the simulation since the program was started.
    pub id: u64,
    /// How it goes.
    pub status: SimulationStatus,
    /// Part of the work that is done, 0 to 1.
    pub progress: f64,
    /// Revision of the folder that is one side.
    pub folder: String,
    /// Hash of all files with the draft, the other side.
    pub revision: String,
    /// Measured time of each run [min].
    pub minutes: u32,
    /// Left out at its start [min].
    pub warm_up: u32,
    /// Pairs of runs wanted.
    pub pairs: u32,
    /// Of all luck.
    pub seed: u32,
    /// Pairs done: what the figures are of.
    pub done: u32,
    /// Things that the referee saw and that must never happen: as it is.
    pub violations_before: u64,
    /// The same with the draft.
    pub violations_after: u64,
    /// Figures side by side, those of the plant first.
    pub figures: Vec<FigureView>,
}

/// What a figure is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureScope {
    /// The plant as a whole.
    Plant,
    /// A line.
    Line,
    /// A product.
    Product,
    /// The vehicles of a type.
    Fleet,
    /// A station.
    Station,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// More of it.
    More,
    /// Less of it.
    Less,
    /// Neither by itself.
    Neither,
}

/// A figure as it is and with the draft.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct FigureView {
    /// What it is of.
    pub scope: FigureScope,
    /// Name of that; empty for the plant.
    pub name: String,
    /// What it is: `output_per_hour`, `takt_s`, ...
    pub what: String,
    /// Which way is better.
    pub better: Wanted,
    /// As it is; `null` if that side has no such element or tells nothing.
    pub before: Option<EstimateView>,
    /// With the draft.
    pub after: Option<EstimateView>,
    /// With the draft less as it is, by pairs; `null` for fewer than two.
    pub difference: Option<EstimateView>,
    /// The interval of the difference leaves out zero.
    pub beyond_doubt: bool,
}

/// A mean with its interval of 95 % (Student's).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct EstimateView {
    /// Mean.
    pub mean: f64,
    /// Lower end; `null` for a single observation.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Observations.
    pub n: u32,
}

/// A draft to be written.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveAsked {
    /// The draft.
    pub draft: Draft,
    /// Name of a new folder, made where the program was started, that takes all files; left out: the plant folder
    /// itself.
    #[serde(default)]
    pub folder: Option<String>,
}

/// A draft that was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Saved {
    /// The folder.
    pub folder: String,
    /// Its revision before; `null` for a new folder.
    pub before: Option<String>,
    /// Its revision now.
    pub revision: String,
    /// Files that were written.
    pub files: Vec<String>,
}

/// Bounds that hold whatever the folder is.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_simulation(asked: &SimulationAsked) -> Result<(), Refusal> {
    let rows = [
        ("minutes", asked.minutes, 10, 43_200),
        ("warm_up", asked.warm_up, 0, 43_200),
        ("pairs", asked.pairs, 2, 100),
    ];
    for (field, value, low, high) in rows {
        if !(low..=high).contains(&value) {
            let reason = Reason::new("act/range").arg("field", field);
            let reason = reason.arg("low", low).arg("high", high);
            return Err(Refusal::Invalid(reason.at(field)));
        }
    }
    check_draft(&asked.draft)
}

/// The same for a draft.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_draft(draft: &Draft) -> Result<(), Refusal> {
    if draft.moves.len() > MOVES_MOST {
        let reason = Reason::new("model/too-many").arg("most", MOVES_MOST);
        return Err(Refusal::Invalid(reason.at("moves")));
    }
    Ok(())
}
