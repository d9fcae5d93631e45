//! People in the plant: access windows, fire alarms, emergency-stop groups. Words of what the plant's
//! own safety equipment tells control and of what control believes. **Never a safety function:** what
//! keeps people from harm is the interlock, the fire alarm system and the emergency stop themselves;
//! control only gets out of their way and stays there.

use crate::*;
use serde::{Deserialize, Serialize};

/// What somebody does about an access window of an area.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AccessAct {
    /// An operator wants a window.
    Request,
    /// The operator no longer wants it; only before the interlock has permitted it.
    Withdraw,
    /// The plant's own interlock permits entry (`true`), or has locked the area again.
    Interlock(bool),
    /// One person signed in at the area.
    Entered,
    /// One person inside signed out, at the area (local release).
    Left,
}

/// State of an area's access window.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum AccessState {
    /// No window: vehicles and machines work.
    #[default]
    Closed = 0,
    /// Wanted, draining has not begun: the fire alarm of the area is on.
    Requested = 1,
    /// No new base leads into it, machines finish the piece in hand, vehicles leave.
    Draining = 2,
    /// As far as control knows: no body, no base, machines held.
    Clear = 3,
    /// The interlock permits entry; nobody has signed in.
    Permitted = 4,
    /// People are inside.
    Open = 5,
}
impl AccessState {
    /// All states, in the order of their numbers.
    pub const ALL: [AccessState; 6] = [
        AccessState::Closed,
        AccessState::Requested,
        AccessState::Draining,
        AccessState::Clear,
        AccessState::Permitted,
        AccessState::Open,
    ];
    /// Whether nothing may be sent into the area.
    pub fn keeps_out(self) -> bool {
        self >= AccessState::Draining
    }
}

/// What keeps an area from being clear.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Keeper {
    /// A vehicle is inside, or its base leads there, and it is expected to leave.
    Leaving(VehicleId),
    /// A vehicle is inside, or its base leads there, and its link is lost.
    Lost(VehicleId),
    /// A vehicle is inside, or its base leads there, and it stands for a fault or an obstacle.
    Held(VehicleId),
    /// A vehicle is inside, or its base leads there, and an emergency stop holds it.
    Stopped(VehicleId),
    /// A station has not reported that it is held.
    Station(StationId),
}

/// What somebody or the plant's hardware does about an emergency-stop group.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StopAct {
    /// A button is pressed: the plant's own hardware stops the group.
    Pressed,
    /// The last button is pulled out again. Nothing starts by that.
    Released,
    /// The whole group was reset at its own reset button.
    Reset,
    /// A station was reset where it stands.
    ResetStation(StationId),
    /// A vehicle was reset where it stands.
    ResetVehicle(VehicleId),
}

/// State of an emergency-stop group.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum StopState {
    /// Works.
    #[default]
    Normal = 0,
    /// A button is pressed.
    Pressed = 1,
    /// No button is pressed; members wait for their local reset.
    Waiting = 2,
}
impl StopState {
    /// All states, in the order of their numbers.
    pub const ALL: [StopState; 3] = [StopState::Normal, StopState::Pressed, StopState::Waiting];
}
