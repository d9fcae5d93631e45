//! Vehicles whose bodies follow what a real vehicle reports.

use super::*;
use crate::puppet::{Misfit, NotNow};

impl Fleet {
    pub(crate) fn is_puppet(&self, v: VehicleId) -> bool {
        self.agvs
            .get(v)
            .is_some_and(|agv| agv.phase == Phase::Puppet)
    }

    /// A real vehicle takes over, or gives back. Idle, and every load on deck stated.
    pub(crate) fn puppet<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        on: bool,
        stated: &[u8],
    ) -> Result<(), NotNow> {
        let agv = self.agvs.get(v).ok_or(NotNow::Unknown)?;
        if self.is_puppet(v) == on {
            return Ok(());
        }
        if !agv.base.is_empty() || !agv.actions.is_empty() {
            return Err(NotNow::Busy);
        }
        let decks = &ctx.plant.vehicles[v].decks;
        for (deck, place) in (decks.start.0..decks.end.0).map(PlaceId).enumerate() {
            match (ctx.bodies.at[place], stated.contains(&(deck as u8))) {
                (Some(_), false) => return Err(NotNow::Loaded(place)),
                (None, true) => return Err(NotNow::NoLoad(place)),
                _ => {}
            }
        }
        let agv = &mut self.agvs[v];
        agv.generation = agv.generation.wrapping_add(1);
        (agv.halt, agv.off, agv.charge_at) = (false, Off::No, ctx.now);
        if on {
            agv.flat = false;
            agv.phase = Phase::Puppet;
            self.appear(ctx, v);
            self.turn_to(ctx, v, VehicleState::Parked);
        } else {
            agv.phase = Phase::Standing;
            agv.docked = false;
            let course = Course::Stand(self.on_node(v));
            self.referee.moves(ctx, &self.tables, v, course);
            self.next(ctx, v);
        }
        Ok(())
    }

    /// What the real vehicle reported, here.
    pub(crate) fn follow<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        flow: &mut Flow,
        v: VehicleId,
        event: &VehicleEvent,
    ) -> Result<(), Misfit> {
        if !self.is_puppet(v) {
            return Err(Misfit::NotAPuppet);
        }
        match *event {
            VehicleEvent::At { node, .. } | VehicleEvent::State { node, .. } => {
                return self.comes_to(ctx, v, node);
            }
            VehicleEvent::Picked { deck, place, .. } => {
                return self.is_handed(ctx, flow, v, (deck, place, true));
            }
            VehicleEvent::Dropped { deck, place, .. } => {
                return self.is_handed(ctx, flow, v, (deck, place, false));
            }
            VehicleEvent::Charge {
                permille, charging, ..
            } => {
                let battery = self.tables.kin[v].battery;
                let agv = &mut self.agvs[v];
                agv.charge = battery * f64::from(permille.min(1000)) / 1e3;
                agv.tells(battery);
                if charging {
                    self.turn_to(ctx, v, VehicleState::Charging);
                }
            }
            VehicleEvent::Held(true) => self.turn_to(ctx, v, VehicleState::Stopped),
            VehicleEvent::Held(false) => self.turn_to(ctx, v, VehicleState::Parked),
            VehicleEvent::HandFailed { .. } => {}
        }
        Ok(())
    }

    /// It is reported at a node, wherever it was before.
    fn comes_to<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        node: NodeId,
    ) -> Result<(), Misfit> {
        if self.tables.nodes.get(node).is_none() {
            return Err(Misfit::NoNode(node));
        }
        let agv = &mut self.agvs[v];
        if agv.node == node {
            return Ok(());
        }
        let leaving = ctx.plant.tracks.leaving(agv.node).iter();
        let mut along = leaving.filter(|&&edge| self.tables.ways[edge].to == node);
        let edge = along.next().copied();
        let since = core::mem::replace(&mut agv.entered, ctx.now);
        agv.node = node;
        agv.axis = match edge {
            Some(edge) => self.tables.ways[edge].axis,
            None => self.tables.axis_at(ctx.plant, node),
        };
        let driving = if agv.loads > 0 {
            VehicleState::Loaded
        } else {
            VehicleState::Empty
        };
        self.turn_to(ctx, v, driving);
        self.appear(ctx, v);
        if let Some(edge) = edge {
            self.has_driven(ctx, v, edge, since);
        }
        Ok(())
    }

    /// On record as if it had driven an edge at the limit and come to its end now.
    fn has_driven<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        edge: EdgeId,
        since: Time,
    ) {
        let way = &self.tables.ways[edge];
        let speed = way.limit.min(self.tables.kin[v].speed).max(1.0);
        let span = Span::from_seconds_up(way.length / speed).min(ctx.now - since);
        let entered = ctx.now - span;
        if S::MOTION && span > Span::ZERO {
            let speed = Speed((way.length / span.as_seconds()) as i64);
            ctx.sink.record(
                entered,
                Record::Motion {
                    vehicle: v,
                    edge,
                    offset: Length(0),
                    speed,
                    accel: Accel(0),
                    until: ctx.now,
                },
            );
        }
        ctx.sink.record(
            ctx.now,
            Record::Edge {
                vehicle: v,
                edge,
                entered,
                waited: Span::ZERO,
            },
        );
    }

    /// A load moves as reported: where the place is, there is the vehicle.
    fn is_handed<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        flow: &mut Flow,
        v: VehicleId,
        (deck, place, pick): (u8, PlaceId, bool),
    ) -> Result<(), Misfit> {
        if let Some(node) = ctx.plant.places.get(place).and_then(|place| place.node) {
            self.comes_to(ctx, v, node)?;
        }
        match self.hand(ctx, flow, v, (deck, place, pick)) {
            Ok(_) => {
                handling::handed(ctx, flow, (place, pick));
                Ok(())
            }
            Err(why) => Err(Misfit::Hand {
                deck,
                place,
                pick,
                why,
            }),
        }
    }

    /// Its body is on its node, as far as is known.
    fn appear<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let course = Course::Told(self.on_node(v));
        self.referee.moves(ctx, &self.tables, v, course);
    }
}
