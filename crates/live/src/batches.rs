//! Which command of a batch is for whom.

use fenhe_contract::*;

/// The vehicle a command is for.
pub(crate) fn vehicle_of(command: &Command) -> Option<VehicleId> {
    match *command {
        Command::Drive { vehicle, .. }
        | Command::Handle { vehicle, .. }
        | Command::Charge { vehicle, .. } => Some(vehicle),
        Command::Run { .. }
        | Command::Release { .. }
        | Command::Hold { .. }
        | Command::Carry { .. }
        | Command::Go { .. }
        | Command::Ask(_) => None,
    }
}

/// An earlier command of the batch was for the same vehicle.
pub(crate) fn already(commands: &Commands, command: &Command, v: VehicleId) -> bool {
    let before = commands
        .list
        .iter()
        .take_while(|one| !std::ptr::eq(*one, command));
    before.filter_map(vehicle_of).any(|one| one == v)
}
