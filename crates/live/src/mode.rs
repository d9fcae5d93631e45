//! Who is at the other end of a device's link.

use fenhe_contract::PlaceId;
use fenhe_world::NotNow;

/// Who is at the other end of a device's link.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum Mode {
    /// Nobody: the controller does not use it and expects nothing of it.
    Off,
    /// The simulated plant.
    #[default]
    Simulated,
    /// A real device under somebody else's control: heard, never told anything.
    Shadow,
    /// A real device.
    Real,
}
impl Mode {
    /// The controller gives it something to do.
    pub fn used(self) -> bool {
        matches!(self, Mode::Simulated | Mode::Real)
    }
    /// What it does is followed in the simulated plant.
    pub fn followed(self) -> bool {
        matches!(self, Mode::Shadow | Mode::Real)
    }
}

/// Why a device was not switched. Nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoSwitch {
    /// There is no such device.
    Unknown,
    /// It has something to do.
    Busy,
    /// It holds a load that was not stated: on which place.
    Loaded(PlaceId),
    /// A load was stated that it does not hold: on which place.
    NoLoad(PlaceId),
    /// Whoever would switch it has stopped.
    Stopped,
}
impl From<NotNow> for NoSwitch {
    fn from(why: NotNow) -> NoSwitch {
        match why {
            NotNow::Unknown => NoSwitch::Unknown,
            NotNow::Busy => NoSwitch::Busy,
            NotNow::Loaded(place) => NoSwitch::Loaded(place),
            NotNow::NoLoad(place) => NoSwitch::NoLoad(place),
        }
    }
}
