//! Beside another master: that one decides, this core takes what it decided as if it had been its own
//! choice, and says on request what it would have chosen instead. Nothing it says here is ever sent.
//!
//! What it takes changes its books only: which load is on which transport, which place is kept for it,
//! who is busy, where everyone is to go. Who may drive when (traffic) is the other master's and is not
//! followed, nor are parking, charging levels and resending.

mod taking;

use crate::Controller;
use crate::fleet::Mission;
use crate::stations;
use alloc::vec::Vec;
use fenhe_contract::*;

/// What another master was seen to decide, or to tell.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Observed<'a> {
    /// It chose a vehicle for these loads: from where, to where if that is known.
    Trip {
        /// Whom.
        vehicle: VehicleId,
        /// What it brings, in order of taking.
        legs: &'a [(PlaceId, Option<PlaceId>)],
    },
    /// It sent a vehicle somewhere: to the next hand-over of its trip, to stand or to charge.
    Sent {
        /// Whom.
        vehicle: VehicleId,
        /// Where to.
        node: NodeId,
    },
    /// It told a device something. Edges of a [`Command::Drive`] stand beside it; its `first` and
    /// `count` are not looked at.
    Told(&'a Command, &'a [EdgeId]),
}

/// What became of something observed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// Loads of it that the books did not have there, free to be taken.
    pub unknown: u32,
    /// For a job started at a station: what the rule of the station would have started.
    pub start: Option<Tag>,
}

/// A trip this core would give now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// To whom.
    pub vehicle: VehicleId,
    /// From where.
    pub from: BufferId,
    /// To where.
    pub to: BufferId,
    /// Loads it would take.
    pub loads: u32,
}

/// What is kept only while another master decides.
#[derive(Clone, Default, Debug)]
pub(crate) struct Watch {
    /// Vehicles whose trips ended lately, and when, that would have taken at once what waits where
    /// they stand.
    just: Vec<(Time, VehicleId)>,
}

/// What a vehicle would have taken at once counts for so long: the other master's word comes later than
/// the report it answers.
const JUST: Span = Span::seconds(2);

impl Controller {
    /// Another master decides from now on; this core only takes what it is told by
    /// [`Controller::observe`], gives no orders, and answers [`Controller::choices`]. Not part of a
    /// snapshot: whoever restores one says so again.
    #[must_use]
    pub fn shadowing(mut self) -> Controller {
        self.state.carrying.watch = Some(crate::shadow::Watch::default());
        self.state.stations.watches = true;
        self.state.release.watches = true;
        self
    }
    /// Whether another master decides.
    pub fn shadows(&self) -> bool {
        self.state.carrying.watch.is_some()
    }

    /// Takes what another master was seen to decide or tell. Without [`Controller::shadowing`] nothing
    /// happens. Orders that were taken before (by their revision) are passed over.
    pub fn observe(&mut self, now: Time, what: &Observed<'_>, out: &mut Commands) -> Taken {
        if !self.shadows() {
            return Taken::default();
        }
        match *what {
            Observed::Trip { vehicle, legs } => {
                let unknown = self.desk(now, out).take_trip(vehicle, legs);
                Taken {
                    unknown,
                    ..Taken::default()
                }
            }
            Observed::Sent { vehicle, node } => {
                self.desk(now, out).take_sent(vehicle, node);
                Taken::default()
            }
            Observed::Told(command, edges) => {
                let taken = self.told(now, command, edges, out);
                self.count_in(now, core::slice::from_ref(command));
                taken
            }
        }
    }

    /// The trips this core would give at this instant, in order of choosing, from what it knows and
    /// with all that was observed so far. Decided on a copy; nothing changes here.
    pub fn choices(&self, now: Time) -> Vec<Choice> {
        let mut fork = self.clone();
        let mut out = Commands::default();
        let mut desk = fork.desk(now, &mut out);
        let just = desk.own.watch.take().map(|watch| watch.just);
        desk.own.watch = Some(Watch::default());
        for (at, v) in just.unwrap_or_default() {
            if at + JUST >= now && desk.own.idle.contains(&v) {
                desk.start_here(v);
            }
        }
        desk.pass();
        let mut choices: Vec<Choice> = Vec::new();
        for record in &out.records {
            let Record::Transport {
                vehicle, from, to, ..
            } = *record
            else {
                continue;
            };
            let desk = self.buffers(from, to);
            let Some((from, to)) = desk else { continue };
            match choices.last_mut() {
                Some(last) if (last.vehicle, last.from, last.to) == (vehicle, from, to) => {
                    last.loads += 1;
                }
                _ => choices.push(Choice {
                    vehicle,
                    from,
                    to,
                    loads: 1,
                }),
            }
        }
        choices
    }

    /// Where a vehicle is going, or stands.
    pub fn heading(&self, v: VehicleId) -> Option<NodeId> {
        Some(self.state.carrying.vehicles.get(v)?.goal)
    }
    /// A vehicle has hand-overs to do.
    pub fn carries(&self, v: VehicleId) -> bool {
        let vehicle = self.state.carrying.vehicles.get(v);
        vehicle.is_some_and(|vehicle| vehicle.mission == Mission::Trip)
    }

    /// Driving time over empty streets from where a vehicle was seen last to a port or store.
    pub fn reach(&self, v: VehicleId, buffer: BufferId) -> Option<Span> {
        let from = self.state.carrying.vehicles.get(v)?.node;
        let to = self.tables.ports.node[buffer]?;
        let time = self.tables.routes.time(from, to)?;
        Some(Span::ms(i64::from(time)))
    }
    fn buffers(&self, from: PlaceId, to: PlaceId) -> Option<(BufferId, BufferId)> {
        let of = |place: PlaceId| match self.plant.places.get(place)?.owner {
            fenhe_plant::Owner::Buffer(buffer) => Some(buffer),
            fenhe_plant::Owner::Deck(..)
            | fenhe_plant::Owner::Slot(_)
            | fenhe_plant::Owner::Crane(_) => None,
        };
        Some((of(from)?, of(to)?))
    }

    fn told(
        &mut self,
        now: Time,
        command: &Command,
        edges: &[EdgeId],
        out: &mut Commands,
    ) -> Taken {
        match *command {
            Command::Run { station, tag, .. } => {
                let ctx = stations::Ctx {
                    plant: &self.plant,
                    tables: &self.tables,
                    orders: &self.state.orders,
                    now,
                };
                let start = self.state.stations.observed(&ctx, station, tag);
                Taken { unknown: 0, start }
            }
            Command::Release {
                source,
                product,
                count,
                order,
                ..
            } => {
                let release = &mut self.state.release;
                release.observed(&self.plant, source, (product, order), count);
                Taken::default()
            }
            Command::Drive {
                vehicle, revision, ..
            } => self.desk(now, out).take_drive(vehicle, revision, edges),
            Command::Handle {
                vehicle,
                revision,
                deck,
                place,
                pick,
            } => self
                .desk(now, out)
                .take_handle(vehicle, revision, (deck, place, pick)),
            Command::Charge {
                vehicle,
                revision,
                until_permille,
            } => self
                .desk(now, out)
                .take_charge(vehicle, revision, until_permille),
            Command::Hold { .. } | Command::Carry { .. } | Command::Go { .. } | Command::Ask(_) => {
                Taken::default()
            }
        }
    }
}
