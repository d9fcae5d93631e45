//! What the API shows of automated stores: racks, their cranes, what stands in which slot.

use fenhe_contract::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All racks, without their slots.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct RacksView {
    /// When this was so, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// In the order of the plant folder.
    pub racks: Vec<RackView>,
    /// Marks of carriers that were not where the books had them, until they are found.
    pub missing: Vec<String>,
}

/// An automated store.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct RackView {
    /// Name.
    pub name: String,
    /// Faces of an aisle.
    pub sides: u8,
    /// Columns of a face.
    pub bays: u32,
    /// Rows of a face.
    pub levels: u32,
    /// Slots of a lane, one behind another.
    pub depth: u8,
    /// Width of a bay [mm].
    pub bay_width: i64,
    /// Height of a level [mm].
    pub level_height: i64,
    /// One crane each.
    pub aisles: Vec<AisleView>,
    /// What stands in the slots, in order of products, empties last.
    pub stock: Vec<StockView>,
}

/// An aisle with its crane.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AisleView {
    /// Name of its crane.
    pub name: String,
    /// What the crane does.
    pub state: CraneDoes,
    /// Where it last was or was sent, along the aisle [mm].
    pub x: i64,
    /// The same, from the floor [mm].
    pub y: i64,
    /// Where it takes the load of what it was told last and has not reported; a slot or a hand-over point.
    pub from: Option<String>,
    /// Where it gives it.
    pub to: Option<String>,
    /// What is on the crane.
    pub load: Option<LoadView>,
    /// Slots.
    pub slots: u32,
    /// Slots with a load.
    pub filled: u32,
    /// Where it meets the rest of the plant.
    pub points: Vec<PointView>,
}

/// What a crane does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CraneDoes {
    /// It was told nothing that it has not done.
    Idle,
    /// It was told something.
    Working,
    /// It reported that it broke down.
    Down,
}

/// A hand-over point in the face of an aisle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PointView {
    /// Name of the buffer.
    pub name: String,
    /// Along the aisle [mm].
    pub x: i64,
    /// From the floor [mm].
    pub y: i64,
    /// Loads come out of the rack here; else they go in.
    pub out: bool,
}

/// Carriers with the same in them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct StockView {
    /// Name of the product; `null`: empty carriers, or nobody knows.
    pub product: Option<String>,
    /// How many carriers.
    pub carriers: u32,
    /// Pieces in them.
    pub pieces: u64,
}

/// A carrier and what is in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct LoadView {
    /// Its mark; empty if it could not be read.
    pub carrier: String,
    /// Name of the product; `null` for an empty carrier, or if nobody told.
    pub product: Option<String>,
    /// Pieces.
    pub count: u16,
    /// The operation that is next; `null` after the last one, and for empties.
    pub next: Option<String>,
    /// When it came into the rack, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub since: Time,
}

/// The slots of one aisle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AisleSlots {
    /// When this was so, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// Name of the crane.
    pub aisle: String,
    /// Bay by bay, level by level, side by side, front before rear; all of them.
    pub slots: Vec<SlotView>,
}

/// A slot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SlotView {
    /// Name: aisle, then bay, level, side and row from 1.
    pub name: String,
    /// For an act on it.
    pub revision: u64,
    /// What stands in it, by the books.
    pub load: Option<LoadView>,
}
