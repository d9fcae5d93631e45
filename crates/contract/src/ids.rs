//! Identities. Static things are `u32` newtypes that index tables of the checked plant, valid
//! within one journal epoch; their names are the lasting identity. Living things are `u64`
//! serials, never reused, minted by control alone (pieces excepted: a piece's serial is world's).

use serde::{Deserialize, Serialize};

/// A dense index into a [`crate::Fixed`] table.
pub trait Index: Copy + Ord + core::fmt::Debug {
    /// Name of the kind, as [`crate::Tree`] is told it.
    const KIND: &'static str;
    /// From a position in the table.
    fn from_index(index: usize) -> Self;
    /// The position in the table.
    fn index(self) -> usize;
}

macro_rules! fixed_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl Index for $name {
            const KIND: &'static str = stringify!($name);
            #[inline]
            fn from_index(index: usize) -> Self {
                Self(index as u32)
            }
            #[inline]
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
macro_rules! living_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
        )]
        pub struct $name(pub u64);
    )*};
}

fixed_id! {
    /// A kind of thing that is made.
    ProductId
    /// A step of a route, by name ("boron-diffusion"); the same operation may stand in many routes.
    OperationId
    /// A kind of carrier (cassette, boat, pallet).
    CarrierTypeId
    /// A production line (ISA-95 work centre): the row of the report that output is counted in.
    LineId
    /// A station (ISA-95 work unit).
    StationId
    /// A buffer: a queue, a load port, or a store of carriers.
    BufferId
    /// One position that holds one load: port position, slot of a rack, deck position.
    PlaceId
    /// Where pieces enter the plant.
    SourceId
    /// Where pieces leave the plant.
    SinkId
    /// A group of people or repairers with a number of hands.
    CrewId
    /// A calendar: intervals in which something works.
    CalendarId
    /// An indexed (synchronous) transfer line.
    IndexerId
    /// A point of the tracks.
    NodeId
    /// A directed edge of the tracks.
    EdgeId
    /// What traffic claims: an edge or a node of the tracks (edges first, then nodes).
    ResourceId
    /// A kind of vehicle.
    VehicleTypeId
    /// One vehicle.
    VehicleId
    /// One charging point.
    ChargerId
    /// A named area of the floor: access area, fire section.
    AreaId
    /// A group of stations and vehicles that an emergency stop stops together.
    StopGroupId
    /// An automated store: aisles of slots, one crane each.
    RackId
    /// The crane of one aisle of a rack.
    CraneId
}
living_id! {
    /// A load as control knows it: a carrier with contents, or a bare piece.
    LoadId
    /// One load unit from place to place.
    TransportId
    /// A work order.
    OrderId
    /// One occurrence of an alarm.
    AlarmId
    /// A piece, in world's own numbering; crosses `Decide` only as a [`Tag`] where it can be read.
    PieceSerial
}

/// What a reader sees on a load: a carrier's number plate or a piece's mark. `Tag::UNREAD` where
/// the reader saw something it could not read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(pub u64);
impl Tag {
    /// Something is there, but its mark was not read.
    pub const UNREAD: Tag = Tag(u64::MAX);
}
