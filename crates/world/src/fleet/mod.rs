//! Vehicles: motion, hand-over, battery, messages.
//!
//! A vehicle holds a *base*, the edges it may drive, and *actions* (hand-overs, charging) each due
//! at a point of the base. It drives the base as fast as it may, stops for actions and turns, and
//! reports each node. One queue event is pending per vehicle, for the end of what it does now; an
//! event with an old generation is stale.
//!
//! ```text
//!   order --messages--> base, actions --motion--> arrive --> next: turn / handle / charge / drive
//!                                         \--battery--> Charge         \--> reports --messages-->
//! ```

mod agv;
mod battery;
mod belief;
mod handling;
mod messages;
mod motion;
mod profile;
mod puppet;
mod tables;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use profile::Profile;
pub(crate) use tables::Tables;

use crate::referee::{Axis, Course, Referee};
use crate::{Ctx, flow::Flow, kernel};
pub(crate) use agv::Off;
use agv::{Action, Agv, Leg, Phase, Work};
use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use messages::Mail;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum What {
    /// The end of what a vehicle does now.
    Vehicle { vehicle: u32, generation: u16 },
    /// A look at the battery and at how long it has waited, every [`TICK`].
    Tick { vehicle: u32 },
    /// A message under way arrives.
    Letter { slot: u32 },
}

/// How often a vehicle that does nothing looks at its battery.
const TICK: Span = Span::seconds(300);

/// All vehicles.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Fleet {
    agvs: Fixed<VehicleId, Agv>,
    mail: Mail,
    referee: Referee,
    #[serde(skip)]
    tables: Arc<Tables>,
}

impl Fleet {
    /// All at their starting nodes, batteries full.
    pub fn new<S: RecordSink>(ctx: &mut Ctx<'_, S>, seed: Seed) -> Fleet {
        let tables = Tables::new(ctx.plant);
        let agvs = tables::per_vehicle(ctx.plant, |v| {
            Agv::new(ctx.plant, &tables, v, (ctx.now, seed))
        });
        for vehicle in agvs.ids() {
            ctx.queue.schedule(
                ctx.now + TICK,
                kernel::What::Fleet(What::Tick { vehicle: vehicle.0 }),
            );
        }
        let axes: Vec<f64> = agvs.iter().map(|agv| agv.axis).collect();
        let referee = Referee::new(ctx, &tables, &axes);
        Fleet {
            agvs,
            mail: Mail::default(),
            referee,
            tables: Arc::new(tables),
        }
    }

    /// To be called after a snapshot was read back.
    pub fn restored(&mut self, plant: &fenhe_plant::Plant) {
        self.tables = Arc::new(Tables::new(plant));
        self.referee.restored(&self.tables);
    }

    /// Who judges.
    pub fn referee(&self) -> &Referee {
        &self.referee
    }

    /// Tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Node, newest command, charge as it was last looked at, and whether it is charging; of a vehicle that has
    /// nothing else left to do.
    pub fn standing(&self, v: VehicleId) -> Option<(NodeId, u32, u16, bool)> {
        let agv = self.agvs.get(v)?;
        let charging = match agv.phase {
            Phase::Standing if agv.actions.is_empty() => false,
            Phase::Charging(_) if agv.actions.len() == 1 => true,
            _ => return None,
        };
        let permille = agv.permille(self.tables.kin[v].battery);
        (agv.base.is_empty() && agv.off == Off::No).then_some((
            agv.node,
            agv.revision,
            permille,
            charging,
        ))
    }

    /// A person goes into an area, or comes out.
    pub fn walk<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, who: (AreaId, bool)) {
        self.referee.walk(ctx, &self.tables, who);
    }

    /// A breach for each body that could drive and is in the way of a fire door or escape route.
    pub fn judge_fire<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, area: AreaId) {
        let Some(keep_free) = ctx.plant.areas.get(area).map(|area| &*area.keep_free) else {
            return;
        };
        for v in ctx.plant.vehicles.ids() {
            let works = self.agvs[v].off == Off::No && !self.agvs[v].flat && !self.is_puppet(v);
            if works && self.referee.on(&self.tables, v, keep_free) {
                self.referee.breach(ctx, Breach::InFireZone(v, area));
            }
        }
    }

    /// Of each vehicle, the newest order and where its base ends.
    #[cfg(test)]
    fn ends(&self) -> Vec<(u32, NodeId)> {
        self.agvs
            .iter()
            .map(|agv| (agv.revision, agv.end_of_base(&self.tables)))
            .collect()
    }

    #[inline]
    pub fn handle<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, flow: &mut Flow, what: What) {
        match what {
            What::Vehicle {
                vehicle,
                generation,
            } => {
                let v = VehicleId(vehicle);
                if self.agvs[v].generation == generation {
                    self.ended(ctx, flow, v);
                }
            }
            What::Tick { vehicle } => self.tick(ctx, VehicleId(vehicle)),
            What::Letter { slot } => self.deliver(ctx, slot),
        }
    }

    /// What the vehicle did has come to its end.
    fn ended<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, flow: &mut Flow, v: VehicleId) {
        match self.agvs[v].phase {
            Phase::Driving => return self.arrive(ctx, v),
            Phase::Turning(angle) => self.agvs[v].axis += angle,
            Phase::Handling => self.hand_over(ctx, flow, v),
            Phase::Charging(_) => self.charged(ctx, v),
            Phase::Held => self.tell(ctx, v, VehicleEvent::Held(false)),
            Phase::Standing | Phase::Flat | Phase::Puppet => return,
        }
        self.next(ctx, v);
    }

    /// The vehicle stands on a node and is free: what now?
    fn next<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        self.settle(ctx, v);
        if self.agvs[v].off != Off::No {
            return self.switched_off(ctx, v);
        }
        let agv = &mut self.agvs[v];
        if agv.halt && !agv.flat {
            return self.hold(ctx, v);
        }
        if let Some(&action) = agv.actions.front()
            && action.at == agv.driven
            && (!agv.flat || matches!(action.work, Work::Charge { .. }))
        {
            return self.begin(ctx, v, action);
        }
        if agv.flat {
            agv.phase = Phase::Flat;
            self.rests(ctx, v);
            self.turn_to(ctx, v, VehicleState::Stopped);
        } else if let Some(&leg) = agv.base.front() {
            self.set_off(ctx, v, leg.edge);
        } else {
            self.stand(ctx, v);
        }
    }

    /// It stands until somebody switches it on.
    fn switched_off<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let agv = &mut self.agvs[v];
        agv.phase = Phase::Held;
        agv.generation = agv.generation.wrapping_add(1);
        self.rests(ctx, v);
        self.turn_to(ctx, v, VehicleState::Stopped);
    }

    /// Somebody stops it, at the next node at the latest, or lets it go on.
    pub fn switch<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId, off: Off) {
        let Some(agv) = self.agvs.get(v) else { return };
        let (was, phase) = (agv.off, agv.phase);
        self.agvs[v].off = off;
        match (was, off, phase) {
            (Off::No, Off::Stopped | Off::Dead, Phase::Standing) => self.switched_off(ctx, v),
            (Off::Stopped | Off::Dead, Off::No, Phase::Held) => self.next(ctx, v),
            _ => {}
        }
    }

    fn begin<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId, action: Action) {
        self.rests(ctx, v);
        match action.work {
            Work::Hand { place, .. } => self.begin_hand(ctx, v, place),
            Work::Charge { until } => self.begin_charge(ctx, v, until),
        }
    }

    /// A fault or an obstacle: it stands for a while.
    fn hold<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let kind = ctx.plant.vehicles[v].kind;
        let agv = &mut self.agvs[v];
        agv.halt = false;
        agv.phase = Phase::Held;
        let times = &mut agv.stop_times;
        let span = ctx.plant.vehicle_types[kind].stop_time.draw(times);
        self.rests(ctx, v);
        self.until(ctx, v, ctx.now + span);
        self.turn_to(ctx, v, VehicleState::Stopped);
        self.tell(ctx, v, VehicleEvent::Held(true));
    }

    /// Nothing is ordered.
    fn stand<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        self.rests(ctx, v);
        let agv = &mut self.agvs[v];
        agv.phase = Phase::Standing;
        if self.tables.rest[agv.node] {
            self.turn_to(ctx, v, VehicleState::Parked);
        } else {
            agv.waiting.get_or_insert(ctx.now);
            self.turn_to(ctx, v, VehicleState::Waiting);
        }
    }

    /// Where the body is while it is on a node.
    fn on_node(&self, v: VehicleId) -> Axis {
        let agv = &self.agvs[v];
        Axis::new(agv.node, agv.axis)
    }

    /// Tells the referee that the vehicle stands.
    #[inline]
    fn rests<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        if !self.referee.stands(v) {
            let course = Course::Stand(self.on_node(v));
            self.referee.moves(ctx, &self.tables, v, course);
        }
    }

    /// Schedules the end of what the vehicle does now; whatever was scheduled is stale.
    #[inline]
    fn until<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId, at: Time) {
        let agv = &mut self.agvs[v];
        agv.generation = agv.generation.wrapping_add(1);
        let what = What::Vehicle {
            vehicle: v.0,
            generation: agv.generation,
        };
        ctx.queue.schedule(at, kernel::What::Fleet(what));
    }

    /// Tells the referee, once, of a vehicle that waits too long on the street.
    fn waited<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let agv = &mut self.agvs[v];
        let long = |since| ctx.now - since > ctx.plant.policy.wait_max;
        if agv.waiting.is_some_and(long) && !agv.starved {
            agv.starved = true;
            self.referee.breach(ctx, Breach::Starved(v));
        }
    }

    /// Another state, on record; the edge behind it is on record once it does not wait.
    #[inline]
    fn turn_to<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId, to: VehicleState) {
        let agv = &mut self.agvs[v];
        if to != VehicleState::Waiting && agv.waiting.is_some() {
            self.waited(ctx, v);
        }
        let agv = &mut self.agvs[v];
        if to != VehicleState::Waiting {
            let since = agv.waiting.take();
            agv.starved = false;
            if let Some(edge) = agv.unrecorded.take() {
                let waited = since.map_or(Span::ZERO, |since| ctx.now - since);
                let entered = agv.entered;
                ctx.sink.record(
                    ctx.now,
                    Record::Edge {
                        vehicle: v,
                        edge,
                        entered,
                        waited,
                    },
                );
            }
        }
        if agv.state != to {
            ctx.sink.record(
                ctx.now,
                Record::Vehicle {
                    vehicle: v,
                    from: agv.state,
                    to,
                },
            );
            agv.state = to;
        }
    }
}
