//! Driving: which speed at which node, edge after edge.

use super::*;

impl Fleet {
    /// From standing, along the first edge of the base, after turning to its axis.
    pub(super) fn set_off<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        edge: EdgeId,
    ) {
        let agv = &mut self.agvs[v];
        agv.docked = false;
        let driving = if agv.loads > 0 {
            VehicleState::Loaded
        } else {
            VehicleState::Empty
        };
        let angle = self.tables.turn(agv.axis, edge);
        if angle == 0.0 {
            self.turn_to(ctx, v, driving);
            return self.enter(ctx, v, 0.0);
        }
        agv.phase = Phase::Turning(angle);
        let course = Course::Turn(self.on_node(v), angle);
        self.referee.moves(ctx, &self.tables, v, course);
        let span = Span::from_seconds_up(angle.abs() / self.tables.kin[v].turn);
        self.until(ctx, v, ctx.now + span);
        self.turn_to(ctx, v, driving);
    }

    /// Onto the first edge of the base at this speed [mm/s].
    #[inline]
    fn enter<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId, speed: f64) {
        let tables = &*self.tables;
        let agv = &mut self.agvs[v];
        let kin = &tables.kin[v];
        let way = &tables.ways[agv.base[0].edge];
        agv.phase = Phase::Driving;
        agv.axis = way.axis;
        agv.entered = ctx.now;
        if kin.stop > Share::ZERO && agv.stops.chance(kin.stop) {
            agv.halt = true;
        }
        let exit = if agv.halt || agv.flat {
            slowest(speed, way.length, kin.brake)
        } else {
            agv.exit_speed(tables, v)
        };
        let limit = way.limit.min(kin.speed);
        agv.profile = Profile::new(ctx.now, (0.0, speed), way.length, limit, exit, kin);
        let (end, course) = (
            agv.profile.end(kin),
            Course::Drive(agv.base[0].edge, agv.profile),
        );
        self.referee.moves(ctx, &self.tables, v, course);
        self.until(ctx, v, end);
    }

    /// The end of the first edge of the base is reached.
    #[inline]
    pub(super) fn arrive<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let tables = &*self.tables;
        let agv = &mut self.agvs[v];
        let Some(leg) = agv.base.pop_front() else {
            return;
        };
        let way = &tables.ways[leg.edge];
        if S::MOTION {
            agv.profile.record(ctx, (v, leg.edge), &tables.kin[v]);
        }
        agv.driven += 1;
        agv.node = way.to;
        agv.charge -= way.length * tables.kin[v].drive;
        let speed = match agv.off {
            Off::No => agv.profile.exit,
            Off::Stopped | Off::Dead => 0.0, // brakes of last resort: in no time
        };
        let (entered, event) = (
            agv.entered,
            VehicleEvent::At {
                node: agv.node,
                revision: agv.revision,
            },
        );
        self.tell(ctx, v, event);
        if speed > 0.0 {
            let waited = Span::ZERO;
            ctx.sink.record(
                ctx.now,
                Record::Edge {
                    vehicle: v,
                    edge: leg.edge,
                    entered,
                    waited,
                },
            );
            self.settle(ctx, v);
            self.enter(ctx, v, speed);
        } else {
            self.agvs[v].unrecorded = Some(leg.edge);
            self.next(ctx, v);
        }
    }

    /// The base has grown while it drives: it may be allowed to leave its edge faster.
    pub(super) fn extended<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let tables = &*self.tables;
        let agv = &mut self.agvs[v];
        let kin = &tables.kin[v];
        let way = &tables.ways[agv.base[0].edge];
        let limit = way.limit.min(kin.speed);
        if agv.halt || agv.flat || agv.profile.exit >= limit {
            return;
        }
        let exit = agv.exit_speed(tables, v);
        if exit <= agv.profile.exit {
            return;
        }
        let (offset, speed) = agv.profile.at(ctx.now, kin);
        let profile = Profile::new(ctx.now, (offset, speed), way.length, limit, exit, kin);
        // Already as fast as it gets: the same end within the rounding.
        if profile.exit <= agv.profile.exit + 1e-6 {
            return;
        }
        if S::MOTION {
            agv.profile.record(ctx, (v, agv.base[0].edge), kin);
        }
        agv.profile = profile;
        let (end, course) = (
            agv.profile.end(kin),
            Course::Drive(agv.base[0].edge, agv.profile),
        );
        self.referee.moves(ctx, &self.tables, v, course);
        self.until(ctx, v, end);
    }
}

impl Agv {
    /// The highest speed [mm/s] at the end of the first edge of the base from which every stop and
    /// limit ahead can be kept: forward to the first stop or as far as braking reaches, then back.
    #[inline]
    pub(super) fn exit_speed(&self, tables: &Tables, v: VehicleId) -> f64 {
        let kin = &tables.kin[v];
        let stop = self
            .actions
            .front()
            .map_or(u64::MAX, |action| action.at - self.driven);
        let count = stop.min(self.base.len() as u64) as usize;
        let (mut last, mut ahead) = (0, 0.0);
        while last + 1 < count && ahead < kin.reach {
            let edge = self.base[last + 1].edge;
            if !tables.straight_on(self.base[last].edge, edge) {
                break;
            }
            ahead += tables.ways[edge].length;
            last += 1;
        }
        let mut square = 0.0;
        for i in (0..last).rev() {
            let next = &tables.ways[self.base[i + 1].edge];
            let limit = next
                .limit
                .min(tables.ways[self.base[i].edge].limit)
                .min(kin.speed);
            square = (square + 2.0 * kin.brake * next.length).min(limit * limit);
        }
        if square >= kin.speed * kin.speed {
            kin.speed
        } else {
            libm::sqrt(square)
        }
    }
}

/// The lowest speed at the end of a length, braking from the start: 0 if it can stop.
fn slowest(speed: f64, length: f64, brake: f64) -> f64 {
    let square = speed * speed - 2.0 * brake * length;
    if square > 1e-3 {
        libm::sqrt(square)
    } else {
        0.0
    }
}
