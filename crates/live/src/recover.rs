//! From what was kept back to a running controller.

use crate::drivers::Driven;
use crate::engine::Engine;
use crate::log::LinkKey;
use crate::mode::Mode;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::telegram::Desk;
use fenhe_wire::vda5050::{Dialect, Master, Now, Out, Utc};
use std::sync::Arc;

/// What a log gives back.
#[derive(Clone, Default, Debug)]
pub struct Kept {
    /// The newest snapshot of the core; none: it begins at the plant's epoch.
    pub snapshot: Option<Vec<u8>>,
    /// Facts since then, in order.
    pub facts: Vec<(Time, Event)>,
    /// Newest states of links.
    pub links: Vec<(LinkKey, Vec<u8>)>,
}

/// What is there again.
pub struct Recovered {
    /// The core, as it was after the last fact.
    pub core: Controller,
    /// Links: everything decided is in them, nothing has been sent.
    pub masters: Fixed<VehicleId, Master>,
    /// The telegrams with the gateway, if there was one.
    pub desk: Option<Desk>,
    /// What was kept of stations with drivers.
    pub driven: Vec<(StationId, Driven)>,
    /// The telegrams with a second gateway, as they were kept.
    pub beside: Option<Desk>,
    /// Vehicles that were somebody else than the plant's simulated ones, or off.
    pub modes: Vec<(VehicleId, Mode)>,
    /// Orders to stations and sources since the snapshot, to be sent again: stale ones are dropped.
    pub orders: Vec<Command>,
    /// Time of the last fact.
    pub last: Time,
}

/// Hands the facts to a fresh core. Orders to vehicles go to their links, which know by revision what
/// they have already been given; so an order decided on and not sent is sent, and none twice.
///
/// # Errors
/// The snapshot, or the state of a link, is of another version.
pub fn recover(
    plant: &Arc<Plant>,
    names: &Names,
    kept: &Kept,
    dialect: impl Fn(VehicleId) -> Dialect,
    hear: &mut impl FnMut(Time, &Event, &Commands),
) -> Result<Recovered, BadSnapshot> {
    let mut core = match &kept.snapshot {
        Some(bytes) => Controller::restore(plant.clone(), bytes)?,
        None => Controller::new(plant.clone()),
    };
    let mut masters = Engine::<()>::new_masters(plant, dialect);
    let (mut desk, mut beside) = (None, None);
    let (mut modes, mut driven) = (Vec::new(), Vec::new());
    for (key, bytes) in &kept.links {
        match *key {
            LinkKey::Vehicle(v) if v.index() < masters.len() => masters[v] = restore(bytes)?,
            LinkKey::Vehicle(_) => {}
            LinkKey::Stations => desk = Some(restore(bytes)?),
            LinkKey::Station(s) => driven.push((s, restore(bytes)?)),
            LinkKey::Beside => beside = Some(restore(bytes)?),
            LinkKey::Mode(v) => modes.push((v, restore(bytes)?)),
        }
    }
    for master in masters.iter_mut() {
        master.disconnected();
    }
    let mut orders = Vec::new();
    let (mut commands, mut out) = (Commands::default(), Out::default());
    let mut last = Time(i64::MIN);
    for (time, fact) in &kept.facts {
        last = *time;
        commands.clear();
        core.handle(*time, fact, &mut commands);
        hear(*time, fact, &commands);
        let now = Now {
            time: *time,
            utc: Utc(time.0),
        };
        give(&mut masters, now, names, &commands, &mut out);
        let station = |c: &&Command| {
            matches!(
                c,
                Command::Run { .. } | Command::Release { .. } | Command::Hold { .. }
            )
        };
        orders.extend(commands.list.iter().filter(station).cloned());
    }
    Ok(Recovered {
        core,
        masters,
        desk,
        driven,
        beside,
        modes,
        orders,
        last,
    })
}

/// Hands commands to the links of their vehicles; nothing is sent.
pub(crate) fn give(
    masters: &mut Fixed<VehicleId, Master>,
    now: Now,
    names: &Names,
    commands: &Commands,
    out: &mut Out,
) {
    let mut last = None;
    for command in &commands.list {
        let (Command::Drive { vehicle, .. }
        | Command::Handle { vehicle, .. }
        | Command::Charge { vehicle, .. }) = *command
        else {
            continue;
        };
        // The same vehicle's commands mostly stand together; a second call only meets known ones.
        if last.replace(vehicle) != Some(vehicle) && vehicle.index() < masters.len() {
            masters[vehicle].commands(now, names, commands, out);
        }
    }
    // What they tell of commands they know was told before.
    *out = Out::default();
}
