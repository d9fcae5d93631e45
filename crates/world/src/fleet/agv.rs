//! The state of one vehicle.

use super::{Profile, Tables};
use alloc::collections::VecDeque;
use fenhe_contract::*;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};

/// One edge of a base.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Leg {
    pub edge: EdgeId,
    /// Of the order it came with.
    pub revision: u32,
}

/// Something to do at a point of the base.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Action {
    /// When this many edges have been driven.
    pub at: u64,
    pub revision: u32,
    pub work: Work,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) enum Work {
    Hand {
        deck: u8,
        place: PlaceId,
        pick: bool,
    },
    Charge {
        until: u16,
    },
}

/// Whether somebody or something has stopped a vehicle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Off {
    /// It works.
    #[default]
    No,
    /// Its drive is off, it still talks: an emergency stop.
    Stopped,
    /// Its drive is off and nothing is heard of it, nor does it hear.
    Dead,
}

/// What a vehicle does now.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Nothing is ordered.
    Standing,
    /// Along the first edge of the base, as its profile says.
    Driving,
    /// On the spot, by this angle [rad].
    Turning(f64),
    /// The first action.
    Handling,
    /// The first action, with this power [W].
    Charging(f64),
    /// A fault or an obstacle.
    Held,
    /// Its battery is empty.
    Flat,
    /// A real vehicle does the work, its body follows.
    Puppet,
}

/// One vehicle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Agv {
    /// Last node reached.
    pub node: NodeId,
    /// Edges it may drive; the first is under it while it drives.
    pub base: VecDeque<Leg>,
    /// In order.
    pub actions: VecDeque<Action>,
    /// Edges ever driven.
    pub driven: u64,
    /// Newest accepted order.
    pub revision: u32,
    pub phase: Phase,
    pub generation: u16,
    pub profile: Profile,
    /// Of the body [rad].
    pub axis: f64,
    /// It has docked since it came here.
    pub docked: bool,
    /// It stops at the next node where it can.
    pub halt: bool,
    /// Stopped from outside: emergency stop or dead.
    pub off: Off,
    /// It was told flat.
    pub flat: bool,
    pub state: VehicleState,
    /// Loads on deck.
    pub loads: u8,
    /// When it entered the edge it is on or came from.
    pub entered: Time,
    /// That edge, until its record is written.
    pub unrecorded: Option<EdgeId>,
    /// Since when it waits on the street.
    pub waiting: Option<Time>,
    /// It has waited too long and that was told.
    pub starved: bool,
    /// In the battery [J] at `charge_at`.
    pub charge: f64,
    pub charge_at: Time,
    /// Steps of [`battery::STEP`] last reported.
    pub told: u16,
    /// The charge [J] at which the next is told.
    pub below: f64,
    /// The last hand-overs done, to be told again when asked again.
    pub outcomes: VecDeque<(u32, VehicleEvent)>,
    pub stops: Stream,
    pub stop_times: Stream,
    pub transfers: Stream,
    /// Of reports, of orders.
    pub losses: [Stream; 2],
    pub delays: [Stream; 2],
    /// When the last one under way arrives.
    pub arrivals: [Time; 2],
}

impl Agv {
    pub fn new(plant: &Plant, tables: &Tables, v: VehicleId, (now, seed): (Time, Seed)) -> Agv {
        let vehicle = &plant.vehicles[v];
        let stream = |purpose, n| seed.stream_n(&vehicle.name, purpose, n);
        let mut agv = Agv {
            node: vehicle.start,
            base: VecDeque::with_capacity(16),
            actions: VecDeque::with_capacity(8),
            driven: 0,
            revision: 0,
            phase: Phase::Standing,
            generation: 0,
            profile: Profile::default(),
            axis: tables.axis_at(plant, vehicle.start),
            docked: false,
            halt: false,
            off: Off::No,
            flat: false,
            state: VehicleState::Parked,
            loads: 0,
            entered: Time::ZERO,
            unrecorded: None,
            waiting: None,
            starved: false,
            charge: tables.kin[v].battery,
            charge_at: now,
            told: 0,
            below: 0.0,
            outcomes: VecDeque::new(),
            stops: stream(Purpose::Stop, 0),
            stop_times: stream(Purpose::Stop, 1),
            transfers: stream(Purpose::Transfer, 0),
            losses: [stream(Purpose::Loss, 0), stream(Purpose::Loss, 1)],
            delays: [stream(Purpose::Delay, 0), stream(Purpose::Delay, 1)],
            arrivals: [Time::ZERO; 2],
        };
        agv.tells(tables.kin[v].battery);
        agv
    }

    /// Where the base ends.
    pub fn end_of_base(&self, tables: &Tables) -> NodeId {
        self.base
            .back()
            .map_or(self.node, |leg| tables.ways[leg.edge].to)
    }

    /// Orders up to here are carried out in full.
    pub fn done(&self) -> u32 {
        let first = self.base.front().map(|leg| leg.revision);
        let action = self.actions.front().map(|action| action.revision);
        match (first, action) {
            (Some(a), Some(b)) => a.min(b) - 1,
            (Some(a), None) | (None, Some(a)) => a - 1,
            (None, None) => self.revision,
        }
    }
}
