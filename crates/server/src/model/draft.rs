//! A draft of a plant folder, and what is found when it is looked at.

use super::ProblemView;
use crate::{Reason, Refusal};
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Most moves of a draft.
pub const MOVES_MOST: usize = 1_000;

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
