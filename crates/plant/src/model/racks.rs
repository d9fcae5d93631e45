//! Automated stores (AS/RS): aisles of slots, each served by one crane.
//!
//! ```text
//!   level 2 |  |  |  |  |      a bay, a level and a side make a lane: one slot deep or two,
//!   level 1 |  |  |  |  |      the front one before the rear one
//!   level 0 |  |  |  |  |
//!         io o  bay 0 1 2 3    hand-over points are places of buffers, anywhere in the face
//! ```

use super::*;
use crate::kinematics::{Drive, travel};

/// An automated store.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rack {
    /// Lasting name.
    pub name: String,
    /// One crane an aisle.
    pub cranes: Range<CraneId>,
    /// Faces of an aisle: 1 or 2.
    pub sides: u8,
    /// Columns of a face.
    pub bays: u32,
    /// Rows of a face.
    pub levels: u32,
    /// Slots of a lane, one behind another: 1 or 2.
    pub depth: u8,
    /// Width of a bay.
    pub bay_width: Length,
    /// Height of a level.
    pub level_height: Length,
    /// Levels that take only some kinds of carriers; the others take any.
    pub limits: Vec<Limit>,
    /// Share of the slots of an aisle for groups of products, nearest first.
    pub classes: Vec<RackClass>,
    /// Operations whose loads vehicles bring into the rack first and fetch from it. Ascending.
    pub before: Vec<OperationId>,
    /// Which slot a load is put away into.
    pub put_away: PutAway,
    /// Which of the loads that would do is retrieved.
    pub retrieve: Retrieve,
    /// What a crane does between two visits to the hand-over points.
    pub command: CraneCommand,
    /// Which requests are served in one cycle.
    pub pairing: Pairing,
    /// Slots of an aisle that only a cycle with a retrieval may fill.
    pub reserve: u32,
    /// A crane with nothing to do moves loads to better slots, one at a time.
    pub tidy: bool,
    /// All cranes are alike.
    pub drives: [Drive; 2],
    /// To take or to give a load.
    pub transfer: Dist,
    /// Ways to break down: clocks `calendar` and `busy`; what is being done goes on after the repair.
    pub failures: Vec<Failure>,
}

/// Levels of a rack that take only some kinds of carriers (size, weight).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Limit {
    /// From the floor, 0 first.
    pub levels: Range<u32>,
    /// Ascending.
    pub carriers: Vec<CarrierTypeId>,
}

/// A class of products and its share of each aisle (Hausman, Schwarz and Graves, Management Science
/// 22(6), 1976).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RackClass {
    /// Of the slots of an aisle, nearest the input first.
    pub share: Share,
    /// Ascending.
    pub products: Vec<ProductId>,
}

/// Which slot a load is put away into.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum PutAway {
    /// Any open one, each as likely.
    Random,
    /// Any open one of the zone of its class; if there is none, of the next zone outwards, then inwards.
    Class,
    /// As by class, each product a class of its own, by its loads out a slot: full turnover (ibid.).
    Turnover,
    /// The nearest open one.
    #[default]
    Nearest,
}

/// Which load is retrieved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Retrieve {
    /// Longest in the rack.
    #[default]
    Fifo,
    /// Most urgent product, then longest in the rack.
    Priority,
    /// Whose time to the next operation runs out first.
    Expiry,
}

/// What a crane does between two visits to the hand-over points.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum CraneCommand {
    /// One load a cycle; after a put-away it returns.
    Single,
    /// A put-away and a retrieval together where both are wanted.
    #[default]
    Dual,
}

/// Which requests are served in one cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Pairing {
    /// In order of their binding.
    #[default]
    Fcfs,
    /// The open slot and the bound request that are nearest each other (Han, McGinnis, Shieh and White,
    /// IIE Transactions 19(1), 1987).
    Nearest,
}

/// The crane of one aisle.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Crane {
    /// Lasting name: the rack's and the number of the aisle from 1.
    pub name: String,
    /// Of which rack.
    pub rack: RackId,
    /// Its slots: bay by bay, level by level, side by side, front before rear.
    pub slots: Range<PlaceId>,
    /// Its one deck position.
    pub deck: PlaceId,
    /// Where it meets the rest of the plant.
    pub io: Vec<IoPoint>,
}

/// A hand-over point of an aisle: the places of a buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IoPoint {
    /// Whose places.
    pub buffer: BufferId,
    /// Position in the face.
    pub at: Spot,
    /// Loads come out of the rack here; else they go in.
    pub out: bool,
}

/// A position in the face of an aisle, from its lower front corner.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Spot {
    /// Along the aisle.
    pub x: Length,
    /// Up.
    pub y: Length,
}

impl Rack {
    /// Slots of one aisle.
    pub fn size(&self) -> u32 {
        self.bays * self.levels * u32::from(self.sides) * u32::from(self.depth)
    }
    /// Bay, level, side and row (0 front, 1 rear) of the n-th slot of an aisle.
    pub fn cell(&self, n: u32) -> (u32, u32, u32, u32) {
        let (depth, sides) = (u32::from(self.depth), u32::from(self.sides));
        let (lane, row) = (n / depth, n % depth);
        let (column, side) = (lane / sides, lane % sides);
        (column / self.levels, column % self.levels, side, row)
    }
    /// Where the crane stands for the n-th slot of an aisle: the middle of its cell.
    pub fn spot(&self, n: u32) -> Spot {
        let (bay, level, ..) = self.cell(n);
        let middle = |n: u32, of: Length| Length((i64::from(n) * 2 + 1) * of.0 / 2);
        Spot {
            x: middle(bay, self.bay_width),
            y: middle(level, self.level_height),
        }
    }
    /// Time of a crane from one position to another.
    pub fn travel(&self, from: Spot, to: Spot) -> Span {
        let [along, up] = &self.drives;
        travel((along, to.x - from.x), (up, to.y - from.y))
    }
    /// Whether carriers of this kind may stand in the n-th slot of an aisle.
    pub fn takes(&self, n: u32, kind: CarrierTypeId) -> bool {
        let (_, level, ..) = self.cell(n);
        let limit = self.limits.iter().find(|l| l.levels.contains(&level));
        limit.is_none_or(|limit| limit.carriers.binary_search(&kind).is_ok())
    }
}

impl Plant {
    /// Where a crane stands to serve a place of its aisle; `None` for others.
    pub fn crane_spot(&self, crane: CraneId, place: PlaceId) -> Option<Spot> {
        let row = self.cranes.get(crane)?;
        if row.slots.contains(&place) {
            return Some(self.racks[row.rack].spot(place.0 - row.slots.start.0));
        }
        let Owner::Buffer(buffer) = self.places.get(place)?.owner else {
            return None;
        };
        let point = row.io.iter().find(|point| point.buffer == buffer);
        point.map(|point| point.at)
    }
    /// The number of a slot within its aisle, and whose it is.
    pub fn slot(&self, place: PlaceId) -> Option<(CraneId, u32)> {
        match self.places.get(place)?.owner {
            Owner::Slot(crane) => Some((crane, place.0 - self.cranes[crane].slots.start.0)),
            Owner::Buffer(_) | Owner::Deck(..) | Owner::Crane(_) => None,
        }
    }
    /// Lasting name of a slot: aisle, then bay, level, side and row from 1.
    pub fn slot_name(&self, place: PlaceId) -> Option<String> {
        let (crane, n) = self.slot(place)?;
        let row = &self.cranes[crane];
        let (bay, level, side, deep) = self.racks[row.rack].cell(n);
        let [bay, level, side, deep] = [bay, level, side, deep].map(|n| n + 1);
        let name = &row.name;
        Some(alloc::format!("{name}.{bay}-{level}-{side}-{deep}"))
    }
}
