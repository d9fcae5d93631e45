//! A changed plant, or a new version of the logic: the state moves over by name, into an epoch of its own.

use crate::kept::{CannotOpen, LOGIC, back, epoch_of, key_name, prefix};
use crate::log::LinkKey;
use crate::recover::{Kept, recover};
use fenhe_contract::*;
use fenhe_journal::{Error, Journal, Opened, State};
use fenhe_plant::{Files, Moving, Plant};
use fenhe_wire::Names;
use fenhe_wire::telegram::Desk;
use fenhe_wire::vda5050::{Dialect, Master};
use std::sync::Arc;

/// What a move to another plant changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Moved {
    /// Kind and name of what was added.
    pub added: Vec<(&'static str, String)>,
    /// Kind and name of what was removed.
    pub removed: Vec<(&'static str, String)>,
}

/// The state key of the folder of a plant.
fn folder_key(hash: Digest) -> String {
    format!("plant:{hash}")
}

/// A plant's folder, to be kept beside the epoch that it belongs to.
fn folder_state(plant: &Plant, files: &Files) -> State {
    let all: Vec<(&String, &Vec<u8>)> = files.0.iter().collect();
    (folder_key(plant.hash), snapshot(&all))
}

/// Keeps a plant's folder, unless it is there.
///
/// # Errors
/// The journal's.
pub(crate) fn keep_folder(
    journal: &mut dyn Journal,
    plant: &Plant,
    files: Option<&Files>,
) -> Result<(), Error> {
    let Some(files) = files else { return Ok(()) };
    let (key, bytes) = folder_state(plant, files);
    if journal.states()?.iter().any(|(known, _)| *known == key) {
        return Ok(());
    }
    let next = journal.head()?.seq + 1;
    journal.put_states(next, &[(key, bytes)])
}

/// The plant that an epoch was opened with: this one, or the one whose folder the journal keeps.
///
/// # Errors
/// [`CannotOpen::OtherPlant`]; [`CannotOpen::Changed`] if its folder is not there, or no longer loads as it did.
pub fn plant_then(
    journal: &mut dyn Journal,
    opened: &Opened,
    plant: &Arc<Plant>,
) -> Result<Arc<Plant>, CannotOpen> {
    let epoch = &opened.epoch;
    if epoch.plant_name != plant.name {
        return Err(CannotOpen::OtherPlant(epoch.plant_name.clone()));
    }
    if epoch.plant_hash == plant.hash {
        return Ok(plant.clone());
    }
    let changed = CannotOpen::Changed {
        hash: epoch.plant_hash,
        logic: epoch.logic_version,
    };
    let key = folder_key(epoch.plant_hash);
    let states = journal.states()?;
    let folder = states.iter().find(|(known, _)| *known == key);
    let files: Option<Vec<(String, Vec<u8>)>> = folder.and_then(|(_, bytes)| restore(bytes).ok());
    let files = Files(files.ok_or(changed.clone())?.into_iter().collect());
    match fenhe_plant::load(&epoch.plant_name, &files) {
        Ok((then, _)) if then.hash == epoch.plant_hash => Ok(Arc::new(then)),
        _ => Err(changed),
    }
}

/// Opens an epoch for the plant as it is now, with everything that was known in the last one. Gives also
/// orders of stations with drivers that may not have been said.
///
/// # Errors
/// [`CannotOpen::InUse`] with all that is in use and no longer there; nothing was changed then. Others as
/// [`crate::kept::open`].
pub(crate) fn move_over(
    journal: &mut dyn Journal,
    opened: &Opened,
    (plant, files): (&Arc<Plant>, Option<&Files>),
    utc_us: i64,
) -> Result<(Moved, Vec<Command>), CannotOpen> {
    let old = plant_then(journal, opened, plant)?;
    let (kept, _) = back(journal, &old, opened.number)?;
    let logic = opened.epoch.logic_version;
    if logic != LOGIC && !kept.facts.is_empty() {
        return Err(CannotOpen::NotClosed { logic });
    }
    let voice = |v: VehicleId| Dialect::of(&old, v);
    let names = Names::of(&old);
    let again = recover(&old, &names, &kept, voice, &mut |_, _, _| {});
    let again = again.map_err(|_| match logic == LOGIC {
        true => CannotOpen::Journal(Error::Corrupt { seq: 0 }),
        false => CannotOpen::OtherState { logic },
    })?;
    let moving = Moving::new(&old, plant);
    let core = again.core.moved(plant.clone()).map_err(CannotOpen::InUse)?;
    let mut states = links(&moving, &again.masters, &kept)?;
    let mut desk = match again.desk {
        Some(desk) => moving.carry(&desk, None).map_err(CannotOpen::InUse)?,
        None => Desk::new(utc_us.unsigned_abs()),
    };
    let orders: Vec<Command> = moving
        .carry(&again.orders, None)
        .map_err(CannotOpen::InUse)?;
    let mut driven = Vec::new();
    for (station, one) in &again.driven {
        if let Some(station) = moving.id(*station) {
            let one = moving.carry(one, None).map_err(CannotOpen::InUse)?;
            states.push((LinkKey::Station(station), snapshot(&one)));
            driven.push(station);
        }
    }
    let (own, others): (Vec<Command>, _) = orders.into_iter().partition(|order| match order {
        Command::Run { station, .. } | Command::Hold { station, .. } => driven.contains(station),
        _ => false,
    });
    desk.say_again(others);
    states.push((LinkKey::Stations, snapshot(&desk)));
    let before = prefix(opened.number + 1);
    let named = |(key, bytes): (LinkKey, Vec<u8>)| (before.clone() + &key_name(plant, key), bytes);
    let mut states: Vec<State> = states.into_iter().map(named).collect();
    states.extend(files.map(|files| folder_state(plant, files)));
    // The states have keys of the new epoch: until that is open nobody looks at them.
    let next = journal.head()?.seq + 1;
    journal.put_states(next, &states)?;
    journal.open_epoch(next, &epoch_of(&core, plant, utc_us))?;
    let (added, removed) = (moving.added(plant), moving.removed());
    Ok((Moved { added, removed }, own))
}

/// States of links that are still there. A vehicle that has never been talked to begins anew.
fn links(
    moving: &Moving,
    masters: &Fixed<VehicleId, Master>,
    kept: &Kept,
) -> Result<Vec<(LinkKey, Vec<u8>)>, CannotOpen> {
    let mut states = Vec::new();
    for (key, _) in &kept.links {
        let LinkKey::Vehicle(was) = *key else {
            continue;
        };
        if let Some(v) = moving.id(was) {
            let master = moving.carry(&masters[was], None);
            let master = master.map_err(CannotOpen::InUse)?;
            states.push((LinkKey::Vehicle(v), snapshot(&master)));
        }
    }
    Ok(states)
}

/// What an epoch is opened with.
pub(crate) fn names_of(plant: &Plant) -> Vec<(String, Vec<String>)> {
    fn list<I: Index, T>(
        kind: &str,
        table: &Fixed<I, T>,
        name: fn(&T) -> &String,
    ) -> (String, Vec<String>) {
        (
            kind.to_string(),
            table.iter().map(|row| name(row).clone()).collect(),
        )
    }
    vec![
        list("vehicle", &plant.vehicles, |row| &row.name),
        list("station", &plant.stations, |row| &row.name),
        list("buffer", &plant.buffers, |row| &row.name),
        list("source", &plant.sources, |row| &row.name),
        list("sink", &plant.sinks, |row| &row.name),
        list("product", &plant.products, |row| &row.name),
        list("node", &plant.tracks.nodes, |row| &row.name),
        list("edge", &plant.tracks.edges, |row| &row.name),
    ]
}
