//! Named areas of the floor and emergency-stop groups.

use super::*;

/// A named area: people may ask for access to it, and it may be a fire section.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Area {
    /// Lasting name.
    pub name: String,
    /// Its outline [mm], east and north; empty if it was given by nodes.
    pub outline: Vec<(Length, Length)>,
    /// A body on one of these is, or may be, inside it; ascending. From an outline: the region of
    /// the largest body, margin included, touches it.
    pub inside: Vec<ResourceId>,
    /// Stations inside, ascending; held while people are.
    pub stations: Vec<StationId>,
    /// Fire-door zones and escape routes: a body on one of these is in the way; ascending.
    pub keep_free: Vec<ResourceId>,
}

impl Area {
    /// Whether a body on this resource is, or may be, inside.
    #[inline]
    pub fn holds(&self, resource: ResourceId) -> bool {
        self.inside.binary_search(&resource).is_ok()
    }
    /// Whether a body on this resource is in the way of a fire door or an escape route.
    #[inline]
    pub fn keeps_free(&self, resource: ResourceId) -> bool {
        self.keep_free.binary_search(&resource).is_ok()
    }
}

/// What the plant's own hardware stops together.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct StopGroup {
    /// Lasting name.
    pub name: String,
    /// Stations, ascending.
    pub stations: Vec<StationId>,
    /// Vehicles wherever they are, ascending.
    pub vehicles: Vec<VehicleId>,
    /// And all vehicles that are in this area.
    pub area: Option<AreaId>,
}
