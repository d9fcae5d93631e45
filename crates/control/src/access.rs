//! People in the plant: access windows, fire alarms, emergency-stop groups. **Never a safety
//! function**: interlocks, fire alarm system and emergency stops keep people safe by themselves;
//! this only keeps vehicles and machines out of their way, and never permits anything by itself.
//!
//! ```text
//!   Closed -Request-> (Requested, while the fire alarm is on) -> Draining -nothing inside-> Clear
//!   Clear -Interlock(true)-> Permitted -Entered-> Open -last one Left, or Interlock(false)-> Closed
//! ```

use crate::traffic::Closed;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Moving, Plant};
use serde::{Deserialize, Serialize};

/// Windows, alarms and stops as they are told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Access {
    windows: Fixed<AreaId, Window>,
    fires: Fixed<AreaId, bool>,
    groups: Fixed<StopGroupId, Group>,
    /// Revision of the last hold of each station, and whether it was on.
    pub holds: Fixed<StationId, (u32, bool)>,
    /// Vehicles that told that they stand though they could drive.
    held: BTreeSet<VehicleId>,
    /// Stations and vehicles that a person holds.
    pub by_word: (BTreeSet<StationId>, BTreeSet<VehicleId>),
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Window {
    state: AccessState,
    /// Signed in and not out.
    persons: u32,
    /// What keeps it from being clear and does not go by itself.
    kept: Option<Keeper>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Group {
    state: StopState,
    stations: BTreeSet<StationId>,
    vehicles: BTreeSet<VehicleId>,
    /// Of these, not reset.
    waiting: (BTreeSet<StationId>, BTreeSet<VehicleId>),
}

/// An area as people see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AreaView {
    /// Which.
    pub area: AreaId,
    /// State of its access window.
    pub state: AccessState,
    /// People who signed in and not out.
    pub persons: u32,
    /// Its fire alarm is on.
    pub fire: bool,
    /// What is inside of it or leads there, while a window is wanted or open; empty once it is clear.
    pub keepers: Vec<Keeper>,
}

/// An emergency-stop group as people see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StopGroupView {
    /// Which.
    pub group: StopGroupId,
    /// Its state.
    pub state: StopState,
    /// Stations that wait for their local reset, ascending.
    pub stations: Vec<StationId>,
    /// Vehicles that wait for their local reset, ascending.
    pub vehicles: Vec<VehicleId>,
}

/// People in the plant as control knows it. Never to be relied on for safety.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AccessView {
    /// One per area, in order of id.
    pub areas: Vec<AreaView>,
    /// One per emergency-stop group, in order of id.
    pub groups: Vec<StopGroupView>,
}

impl Access {
    pub fn new(plant: &Plant) -> Access {
        Access {
            windows: Fixed::like(&plant.areas, |_| Window::default()),
            fires: Fixed::like(&plant.areas, |_| false),
            groups: Fixed::like(&plant.stop_groups, |_| Group::default()),
            holds: Fixed::like(&plant.stations, |_| (0, false)),
            held: BTreeSet::new(),
            by_word: Default::default(),
        }
    }

    /// Areas where a window is asked for or the fire alarm is on.
    pub fn busy_areas(&self) -> impl Iterator<Item = (AreaId, AccessState)> + '_ {
        let all = self.windows.pairs();
        let all = all.map(|(area, window)| (area, window.state, window.persons));
        all.filter(|&(area, state, persons)| {
            state != AccessState::Closed || persons > 0 || self.fires[area]
        })
        .map(|(area, state, _)| (area, state))
    }

    /// Emergency-stop groups that are not released.
    pub fn busy_groups(&self) -> impl Iterator<Item = (StopGroupId, StopState)> + '_ {
        let all = self.groups.pairs().map(|(group, row)| (group, row.state));
        all.filter(|&(_, state)| state != StopState::Normal)
    }

    /// Vehicles and stations that are no more.
    pub fn forget(&mut self, moving: &Moving) {
        let vehicle = |v: &VehicleId| moving.id(*v).is_some();
        let station = |s: &StationId| moving.id(*s).is_some();
        self.held.retain(vehicle);
        self.by_word.0.retain(station);
        self.by_word.1.retain(vehicle);
        for group in self.groups.iter_mut() {
            group.stations.retain(station);
            group.vehicles.retain(vehicle);
            group.waiting.0.retain(station);
            group.waiting.1.retain(vehicle);
        }
        for window in self.windows.iter_mut() {
            let there = |kept: &Keeper| match kept {
                Keeper::Leaving(v) | Keeper::Lost(v) | Keeper::Held(v) | Keeper::Stopped(v) => {
                    vehicle(v)
                }
                Keeper::Station(s) => station(s),
            };
            window.kept = window.kept.filter(there);
        }
    }

    /// A vehicle told that it stands though it could drive, or goes on.
    pub fn held(&mut self, v: VehicleId, on: bool) {
        match on {
            true => self.held.insert(v),
            false => self.held.remove(&v),
        };
    }

    /// Somebody did something about a window.
    pub fn act(&mut self, area: AreaId, act: AccessAct, out: &mut Commands) {
        use AccessAct::{Entered, Interlock, Left, Request, Withdraw};
        use AccessState::{Clear, Closed, Draining, Open, Permitted, Requested};
        let Some(window) = self.windows.get(area) else {
            return;
        };
        let (state, fire) = (window.state, self.fires[area]);
        let mut persons = window.persons;
        let to = match (state, act) {
            (Closed, Request) if fire => Some(Requested),
            (Closed, Request) => Some(Draining),
            (Requested | Draining | Clear, Withdraw) if persons == 0 => Some(Closed),
            (Clear, Interlock(true)) => Some(Permitted),
            (Permitted | Open, Interlock(false)) => Some(Closed),
            // Locked, and it was: nothing new, unless somebody had gone in without leave.
            (_, Interlock(false)) if persons > 0 => Some(Closed),
            (_, Interlock(false)) => return,
            (Permitted | Open, Entered) => {
                persons += 1;
                Some(Open)
            }
            (_, Entered) => {
                // Nothing permitted it. All that control can do is to keep out.
                persons += 1;
                refuse(area, act, state, out);
                Some(if state == Clear { Clear } else { Draining })
            }
            (_, Left) if persons > 1 => {
                persons -= 1;
                Some(state)
            }
            (_, Left) if persons == 1 => Some(Closed),
            _ => None,
        };
        let Some(to) = to else {
            return refuse(area, act, state, out);
        };
        self.windows[area].persons = if to == Closed { 0 } else { persons };
        self.turn(area, to, out);
    }

    fn turn(&mut self, area: AreaId, to: AccessState, out: &mut Commands) {
        let window = &mut self.windows[area];
        let from = core::mem::replace(&mut window.state, to);
        if from != to {
            out.records.push(Record::Access { area, from, to });
        }
        if to == AccessState::Closed && window.kept.take().is_some() {
            out.records.push(Record::AccessKept { area, by: None });
        }
    }

    /// The fire alarm of a section, or its all-clear.
    pub fn fire(&mut self, area: AreaId, on: bool, out: &mut Commands) {
        if self.fires.get(area).is_none() || core::mem::replace(&mut self.fires[area], on) == on {
            return;
        }
        out.records.push(Record::Fire { area, on });
        if !on && self.windows[area].state == AccessState::Requested {
            self.turn(area, AccessState::Draining, out);
        }
    }

    /// Something happened to an emergency-stop group; `inside` are the vehicles in its area.
    pub fn stop(
        &mut self,
        plant: &Plant,
        (id, act): (StopGroupId, StopAct),
        inside: &[VehicleId],
        out: &mut Commands,
    ) {
        let Some(row) = plant.stop_groups.get(id) else {
            return;
        };
        let group = &mut self.groups[id];
        let from = group.state;
        match (from, act) {
            (_, StopAct::Pressed) => {
                group.stations.extend(&row.stations);
                group.vehicles.extend(row.vehicles.iter().chain(inside));
                group.waiting = (group.stations.clone(), group.vehicles.clone());
                group.state = StopState::Pressed;
            }
            (StopState::Pressed, StopAct::Released) => group.state = StopState::Waiting,
            (StopState::Waiting, StopAct::Reset) => *group = Group::default(),
            (StopState::Waiting, StopAct::ResetStation(station)) => {
                group.waiting.0.remove(&station);
            }
            (StopState::Waiting, StopAct::ResetVehicle(v)) => {
                group.waiting.1.remove(&v);
            }
            _ => {}
        }
        let reset = group.waiting.0.is_empty() && group.waiting.1.is_empty();
        let one = matches!(act, StopAct::ResetStation(_) | StopAct::ResetVehicle(_));
        if group.state == StopState::Waiting && one && reset {
            *group = Group::default();
        }
        let to = group.state;
        if from != to {
            let group = id;
            out.records.push(Record::EStop { group, from, to });
        }
    }

    /// Nothing is the matter anywhere.
    #[inline]
    pub fn quiet(&self) -> bool {
        self.windows.iter().all(|w| w.state == AccessState::Closed)
            && self.fires.iter().all(|fire| !fire)
            && self.groups.iter().all(|g| g.state == StopState::Normal)
    }

    /// What traffic is to keep out of.
    pub fn closed(&self, plant: &Plant) -> Closed {
        let (mut areas, mut fires) = (BTreeSet::new(), BTreeSet::new());
        let mut stopped = self.by_word.1.clone();
        let stands = |g: &Group| g.state != StopState::Normal;
        for (id, group) in self.groups.pairs().filter(|(_, g)| stands(g)) {
            stopped.extend(&group.vehicles);
            areas.extend(plant.stop_groups[id].area);
        }
        // Who is not stopped inside of the area of an emergency stop is not expected to leave.
        fires.extend(areas.iter().copied());
        let burning = self.fires.pairs().filter(|(_, fire)| **fire);
        fires.extend(burning.map(|(id, _)| id));
        for (id, window) in self.windows.pairs() {
            if window.state.keeps_out() {
                areas.insert(id);
                if !self.fires[id] {
                    fires.remove(&id);
                }
            }
        }
        areas.extend(&fires);
        Closed {
            areas: areas.into_iter().collect(),
            fires: fires.into_iter().collect(),
            stopped: stopped.into_iter().collect(),
        }
    }

    /// Whether a station is to be held, and whether it may be given no work.
    pub fn station(&self, plant: &Plant, station: StationId) -> (bool, bool) {
        let inside = |(id, window): (AreaId, &Window)| {
            let there = plant.areas[id].stations.binary_search(&station).is_ok();
            there && window.state.keeps_out()
        };
        let held = self.by_word.0.contains(&station) || self.windows.pairs().any(inside);
        let stops = |g: &Group| g.state != StopState::Normal && g.stations.contains(&station);
        (held, held || self.groups.iter().any(stops))
    }

    /// Draining areas that are clear by now; what keeps the others. `inside` gives vehicles in an
    /// area, `lost` whether a link is lost, `stands` whether a station is reported standing.
    pub fn review(&mut self, plant: &Plant, eyes: &Eyes<'_>, out: &mut Commands) {
        for area in plant.areas.ids() {
            let state = self.windows[area].state;
            if !state.keeps_out() {
                continue;
            }
            let keepers = self.keepers(plant, area, eyes);
            let by_itself = |k: &&Keeper| match k {
                Keeper::Leaving(_) | Keeper::Station(_) => state > AccessState::Clear,
                Keeper::Lost(_) | Keeper::Held(_) | Keeper::Stopped(_) => true,
            };
            let by = keepers.iter().find(by_itself).copied();
            if self.windows[area].kept != by {
                self.windows[area].kept = by;
                out.records.push(Record::AccessKept { area, by });
            }
            match (state, keepers.is_empty()) {
                (AccessState::Draining, true) => self.turn(area, AccessState::Clear, out),
                (AccessState::Clear, false) => self.turn(area, AccessState::Draining, out),
                _ => {}
            }
        }
    }

    fn keepers(&self, plant: &Plant, area: AreaId, eyes: &Eyes<'_>) -> Vec<Keeper> {
        let row = &plant.areas[area];
        let stopped = |v: VehicleId| {
            self.by_word.1.contains(&v) || self.groups.iter().any(|g| g.vehicles.contains(&v))
        };
        let vehicle = |v: VehicleId| {
            if (eyes.lost)(v) {
                Keeper::Lost(v)
            } else if stopped(v) {
                Keeper::Stopped(v)
            } else if self.held.contains(&v) {
                Keeper::Held(v)
            } else {
                Keeper::Leaving(v)
            }
        };
        let vehicles = (eyes.inside)(&row.inside).into_iter().map(vehicle);
        let works = row
            .stations
            .iter()
            .filter(|&&station| !(eyes.stands)(station));
        vehicles.chain(works.map(|&s| Keeper::Station(s))).collect()
    }

    pub fn view(&self, plant: &Plant, eyes: &Eyes<'_>) -> AccessView {
        let area = |(area, window): (AreaId, &Window)| AreaView {
            area,
            state: window.state,
            persons: window.persons,
            fire: self.fires[area],
            keepers: match window.state.keeps_out() {
                true => self.keepers(plant, area, eyes),
                false => Vec::new(),
            },
        };
        let group = |(group, row): (StopGroupId, &Group)| StopGroupView {
            group,
            state: row.state,
            stations: row.waiting.0.iter().copied().collect(),
            vehicles: row.waiting.1.iter().copied().collect(),
        };
        AccessView {
            areas: self.windows.pairs().map(area).collect(),
            groups: self.groups.pairs().map(group).collect(),
        }
    }
}

/// What a review looks at.
pub(crate) struct Eyes<'a> {
    /// Vehicles on resources, or with base over them.
    pub inside: &'a dyn Fn(&[ResourceId]) -> Vec<VehicleId>,
    /// A vehicle's link is lost.
    pub lost: &'a dyn Fn(VehicleId) -> bool,
    /// A station was reported standing.
    pub stands: &'a dyn Fn(StationId) -> bool,
}

fn refuse(area: AreaId, act: AccessAct, state: AccessState, out: &mut Commands) {
    out.records.push(Record::AccessRefused { area, act, state });
}
