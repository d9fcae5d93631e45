//! A core moves to a changed plant: what it believes stays, in the words of the new one. Nothing that is
//! in use may be missing there.

use crate::access::Access;
use crate::fleet::{Carrying, Mission};
use crate::tables::Tables;
use crate::{Controller, State};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{InUse, Lost, Moving, Plant};

/// Problems by element, so that each is told once with all its users.
#[derive(Default)]
pub(crate) struct Users(BTreeMap<(&'static str, String), InUse>);

impl Users {
    /// An element of the old plant is needed by somebody.
    pub fn add(&mut self, mut one: InUse) {
        let known = self.0.entry((one.kind, one.name.clone()));
        let known = known.or_insert_with(|| InUse {
            users: Default::default(),
            ..one.clone()
        });
        known.users.append(&mut one.users);
    }
    fn done(self) -> Result<(), Vec<InUse>> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(self.0.into_values().collect()),
        }
    }
}

impl Controller {
    /// The same core for a changed plant: elements are found by name, living things keep their serials,
    /// transports under way go on. What was added begins as in a new plant; carriers that were added are
    /// known once they have been read somewhere, unless their places were added too.
    ///
    /// # Errors
    /// Everything that is in use and is not there any more, or is another, with its users. Nothing has
    /// changed then.
    pub fn moved(&self, plant: Arc<Plant>) -> Result<Controller, Vec<InUse>> {
        let moving = Moving::new(&self.plant, &plant);
        self.users(&moving, &plant).done()?;
        let tables = Arc::new(Tables::new(&plant));
        let fresh = Controller::new(plant.clone());
        let mut old = self.state.clone();
        old.forget(&self.plant, &moving);
        let mut state = moving.carry(&old, Some(&fresh.state))?;
        state.release.move_rest(
            (&self.plant, &self.tables),
            (&plant, &tables),
            &moving,
            &old.release,
        );
        state
            .carrying
            .books
            .settle(&plant, &moving, &fresh.state.carrying.books);
        let Carrying { racks, books, .. } = &mut state.carrying;
        racks.rebuild(&plant, &tables.racks, books);
        state.carrying.traffic.settle();
        let mut taken = Users::default();
        for v in plant.vehicles.ids().filter(|&v| moving.was(v).is_none()) {
            state.carrying.begin(&plant, v, &mut taken);
        }
        taken.done()?;
        Ok(Controller {
            plant,
            tables,
            state,
        })
    }

    /// Who needs what the new plant does not have.
    fn users(&self, moving: &Moving, new: &Plant) -> Users {
        let (plant, state) = (&*self.plant, &self.state);
        let mut users = Users::default();
        state.carrying.users(plant, moving, &mut users);
        let [ordered, running] = state.stations.jobs();
        for job in ordered.iter().chain(&running) {
            if moving.id(job.station).is_none() {
                users.add(moving.in_use(job.station, ("piece", job.tag.0.to_string())));
            }
        }
        for piece in state.stations.queued() {
            if moving.id(piece.buffer).is_none() {
                users.add(moving.in_use(piece.buffer, ("piece", piece.tag.0.to_string())));
            }
        }
        for one in state.carrying.inside.believed() {
            if moving.id(one.entry).is_none() {
                users.add(moving.in_use(one.entry, ("pieces", one.count.to_string())));
            }
        }
        for one in state.release.entering() {
            if moving.id(one.source).is_none() {
                users.add(moving.in_use(one.source, ("order", one.order.0.to_string())));
            }
        }
        for (source, order) in state.release.open_orders() {
            if moving.id(source).is_none() {
                users.add(moving.in_use(source, ("order", order.0.to_string())));
            }
        }
        state.access.users(moving, &mut users);
        marks(plant, new, &mut users);
        users
    }
}

/// A carrier's number is its mark: it must stay of the same kind.
fn marks(old: &Plant, new: &Plant, users: &mut Users) {
    let kinds = |plant: &Plant| -> Vec<String> {
        let of = plant.carriers.iter();
        of.flat_map(|kind| kind.start.iter().map(|_| kind.name.clone()))
            .collect()
    };
    let (old, new) = (kinds(old), kinds(new));
    for (mark, name) in old.iter().enumerate() {
        if new.get(mark) != Some(name) {
            users.add(InUse {
                kind: "carrier",
                name: name.clone(),
                why: Lost::Changed,
                users: [("load", mark.to_string())].into(),
            });
        }
    }
}

impl State {
    /// What the new plant does not have, and nobody uses, is forgotten.
    fn forget(&mut self, plant: &Plant, moving: &Moving) {
        self.carrying.forget(plant, moving);
        self.alarms.forget(moving);
        self.access.forget(moving);
    }
}

impl Carrying {
    fn users(&self, plant: &Plant, moving: &Moving, users: &mut Users) {
        for (place, load) in self.books.loads() {
            if moving.id(place).is_none() {
                let user = ("load", load.tag.0.to_string());
                users.add(moving.in_use(place, user.clone()));
                if let fenhe_plant::Owner::Deck(v, _) = plant.places[place].owner
                    && moving.id(v).is_none()
                {
                    users.add(moving.in_use(v, user));
                }
            }
        }
        for place in plant
            .places
            .ids()
            .filter(|&place| moving.id(place).is_none())
        {
            if let Some(transport) = self.books.kept_for(place) {
                users.add(moving.in_use(place, ("transport", transport.0.to_string())));
            }
        }
        for (v, vehicle) in self
            .vehicles
            .pairs()
            .filter(|(v, _)| moving.id(*v).is_none())
        {
            for hand in &vehicle.hands {
                users.add(moving.in_use(v, ("transport", hand.transport.0.to_string())));
            }
            if vehicle.mission == Mission::Trip || !self.traffic.rests(v) || !self.links.stands(v) {
                let node = plant.tracks.nodes[vehicle.goal].name.clone();
                users.add(moving.in_use(v, ("way to", node)));
            }
        }
        for (charger, v) in self.charging.taken() {
            if moving.id(charger).is_none() && moving.id(v).is_some() {
                users.add(moving.in_use(charger, ("vehicle", plant.vehicles[v].name.clone())));
            }
        }
    }

    fn forget(&mut self, plant: &Plant, moving: &Moving) {
        let gone = |v: VehicleId| moving.id(v).is_none();
        for v in plant.vehicles.ids().filter(|&v| gone(v)) {
            self.bound[self.vehicles[v].goal] -= 1;
        }
        self.idle.retain(|&v| !gone(v));
        self.errands.retain(|&v, errand| match *errand {
            Errand::Node(node) => !gone(v) && moving.id(node).is_some(),
            Errand::Charger => !gone(v),
        });
        self.stranded.retain(|&v| !gone(v));
        self.leaving.retain(|&(_, v)| !gone(v));
        self.awaiting.retain(|&(_, _, v)| !gone(v));
        self.later.retain(|&(_, place)| moving.id(place).is_some());
        let gone = |buffer: BufferId| moving.id(buffer).is_none();
        self.books.forget(|place| moving.id(place).is_none(), gone);
        self.racks.forget(moving);
        self.transports.forget(moving);
        self.traffic.forget(moving);
        self.charging.forget(moving);
    }

    /// A vehicle that was added stands where it starts, unless somebody is in the way there.
    fn begin(&mut self, plant: &Plant, v: VehicleId, taken: &mut Users) {
        if let Some(by) = self.traffic.begin(plant, v) {
            taken.add(InUse {
                kind: "vehicle",
                name: plant.vehicles[v].name.clone(),
                why: Lost::Taken,
                users: [("vehicle", plant.vehicles[by].name.clone())].into(),
            });
            return;
        }
        self.idle.insert(v);
        self.bound[plant.vehicles[v].start] += 1;
        self.dirty = true;
        self.look = self.look.min(self.vehicles[v].since);
    }
}

impl Access {
    fn users(&self, moving: &Moving, users: &mut Users) {
        for (area, state) in self.busy_areas() {
            if moving.id(area).is_none() {
                users.add(moving.in_use(area, ("access", format!("{state:?}"))));
            }
        }
        for (group, state) in self.busy_groups() {
            if moving.id(group).is_none() {
                users.add(moving.in_use(group, ("stop", format!("{state:?}"))));
            }
        }
    }
}
