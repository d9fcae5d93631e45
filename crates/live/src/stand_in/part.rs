//! Which part of a plant one process simulates.

use fenhe_contract::*;

/// Which devices are simulated in this process. The others are followed: what a real vehicle is told and tells, and
/// what somebody else's gateway tells of ports.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Part {
    /// Vehicles that are simulated.
    pub vehicles: Vec<VehicleId>,
    /// Stations that are: one of each machine is enough.
    pub stations: Stations,
    /// As which gateway it speaks for them (see [`crate::topics::GATEWAYS`]); `None`: for none.
    pub gateway: Option<u8>,
}

/// Which stations are simulated.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Stations {
    /// All of them.
    #[default]
    All,
    /// The machines of these.
    Only(Vec<StationId>),
    /// All but the machines of these.
    Except(Vec<StationId>),
}

/// These vehicles; and all stations, or none.
impl From<(Vec<VehicleId>, bool)> for Part {
    fn from((vehicles, stations): (Vec<VehicleId>, bool)) -> Part {
        let (stations, gateway) = match stations {
            true => (Stations::All, Some(0)),
            false => (Stations::Only(Vec::new()), None),
        };
        Part {
            vehicles,
            stations,
            gateway,
        }
    }
}
