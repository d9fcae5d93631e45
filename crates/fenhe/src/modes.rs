//! Who devices are: `--real`, `--off`, and the act `set_mode`.

use crate::Failure;
use crate::acts::{Changed, fresh};
use crate::board::{Board, Loop};
use clap::ArgMatches;
use fenhe_contract::{Index, PlaceId, StationId, VehicleId};
use fenhe_live::stand_in::{Part, StandIn, Stations};
use fenhe_live::{Mode, NoSwitch};
use fenhe_messages::{Lang, Word};
use fenhe_plant::Plant;
use fenhe_server::{DeviceMode, Reason, Refusal};
use serde_json::json;

/// A device by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Device {
    /// A vehicle.
    Vehicle(VehicleId),
    /// The machine of this station.
    Station(StationId),
}

/// The device with this name: vehicles first.
pub fn find(plant: &Plant, name: &str) -> Option<Device> {
    let vehicle = plant.vehicles.pairs().find(|(_, row)| row.name == name);
    let station = || plant.stations.pairs().find(|(_, row)| row.name == name);
    vehicle
        .map(|(v, _)| Device::Vehicle(v))
        .or_else(|| station().map(|(s, _)| Device::Station(s)))
}

/// What was said of devices on the command line.
#[derive(Default)]
pub struct Said {
    /// Vehicles that are not simulated.
    pub vehicles: Vec<(VehicleId, Mode)>,
    /// Stations whose machines are not.
    pub stations: Vec<StationId>,
}

impl Said {
    /// `--real` and `--off`: names with commas between them.
    pub fn of(given: &ArgMatches, plant: &Plant, lang: Lang) -> Result<Said, Failure> {
        let mut said = Said::default();
        for (option, mode) in [("real", Mode::Real), ("off", Mode::Off)] {
            let names = given.try_get_one::<String>(option).ok().flatten();
            let names = names.map_or("", String::as_str).split(',');
            for name in names.map(str::trim).filter(|name| !name.is_empty()) {
                match find(plant, name) {
                    Some(Device::Vehicle(v)) => said.vehicles.push((v, mode)),
                    Some(Device::Station(s)) => said.stations.push(s),
                    None => {
                        let wants = Word::WantsDevice.text(lang);
                        return Err(Failure::argument(lang, name, wants));
                    }
                }
            }
        }
        Ok(said)
    }

    /// What is left to simulate; `stations`: as the gateway of those that are.
    pub fn part(&self, plant: &Plant, stations: bool) -> Part {
        let said = |v: &VehicleId| self.vehicles.iter().any(|(who, _)| who == v);
        Part {
            vehicles: plant.vehicles.ids().filter(|v| !said(v)).collect(),
            stations: match stations {
                true => Stations::Except(self.stations.clone()),
                false => Stations::Only(Vec::new()),
            },
            gateway: stations.then_some(0),
        }
    }

    /// Vehicles that nobody is: nothing of them is followed.
    pub fn leave_out(&self, devices: &StandIn) {
        for &(v, _) in self.vehicles.iter().filter(|(_, mode)| *mode == Mode::Off) {
            let _ = devices.switch(v, Mode::Off, &[]);
        }
    }
}

/// The mode that the API names.
pub fn mode_of(mode: DeviceMode) -> Mode {
    match mode {
        DeviceMode::Off => Mode::Off,
        DeviceMode::Simulated => Mode::Simulated,
        DeviceMode::Shadow => Mode::Shadow,
        DeviceMode::Real => Mode::Real,
    }
}

/// The same the other way round. A vehicle of a live plant is real unless somebody says otherwise.
pub fn shown(mode: Mode, live: bool) -> DeviceMode {
    match mode {
        Mode::Off => DeviceMode::Off,
        Mode::Simulated if live => DeviceMode::Real,
        Mode::Simulated => DeviceMode::Simulated,
        Mode::Shadow => DeviceMode::Shadow,
        Mode::Real => DeviceMode::Real,
    }
}

/// Why a device is not switched, for the API.
pub fn refusal(plant: &Plant, device: &str, why: NoSwitch) -> Refusal {
    let place = |place: PlaceId| crate::rows::owner(plant, place);
    let told = |code| Reason::new(code).arg("name", device);
    match why {
        NoSwitch::Unknown => Refusal::Unknown(told("mode/unknown")),
        NoSwitch::Busy => Refusal::Conflict(told("mode/busy")),
        NoSwitch::Loaded(at) | NoSwitch::NoLoad(at) => {
            Refusal::Conflict(told("mode/loaded").arg("place", place(at)))
        }
        NoSwitch::Stopped => Refusal::Busy(Reason::new("engine/stopped")),
    }
}

impl Board {
    /// Switches both ends: who speaks for the device, and whether the controller uses it.
    pub fn set_mode(
        &self,
        running: &Loop,
        name: &str,
        (seen, mode): (u64, DeviceMode),
    ) -> Result<Changed, Refusal> {
        let refused = |why| refusal(self.model(), name, why);
        match find(self.model(), name).ok_or_else(|| refused(NoSwitch::Unknown))? {
            Device::Vehicle(v) => self.switch_vehicle(running, (v, name), (seen, mode)),
            Device::Station(s) => {
                let simulated = match mode {
                    DeviceMode::Simulated => true,
                    DeviceMode::Real => false,
                    _ => return Err(refused(NoSwitch::Unknown)),
                };
                let devices = self.simulator();
                let devices = devices.ok_or_else(|| refused(NoSwitch::Unknown))?;
                let was = devices.look(move |devices, _| devices.simulates(s));
                devices.switch_station(s, simulated, &[]).map_err(refused)?;
                let was = was.map(|was| if was { "simulated" } else { "real" });
                Ok((seen, json!(was), json!(mode)))
            }
        }
    }

    fn switch_vehicle(
        &self,
        running: &Loop,
        (v, name): (VehicleId, &str),
        (seen, mode): (u64, DeviceMode),
    ) -> Result<Changed, Refusal> {
        let refused = |why| refusal(self.model(), name, why);
        let before = fenhe_server::Engine::view(self).vehicles[v.index()].clone();
        fresh(before.revision, seen)?;
        let looked = running.look(move |engine| (engine.mode(v), engine.may_switch(v, &[])));
        let (was, may) = looked.ok_or_else(|| refused(NoSwitch::Stopped))?;
        may.map_err(refused)?;
        let (to, devices) = (mode_of(mode), self.simulator());
        if let Some(devices) = &devices {
            devices.switch(v, to, &[]).map_err(refused)?;
        }
        let done = running.look(move |engine| engine.switch(v, to, &[]));
        if let Err(why) = done.unwrap_or(Err(NoSwitch::Stopped)) {
            if let Some(devices) = &devices {
                let _ = devices.switch(v, was, &[]);
            }
            return Err(refused(why));
        }
        self.refresh();
        let now = fenhe_server::Engine::view(self).vehicles[v.index()].clone();
        Ok((now.revision, json!(before.mode), json!(now.mode)))
    }
}
