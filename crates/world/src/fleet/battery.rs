//! Battery and charging. Level = what was in it, less idle power times time and drive energy times
//! distance, plus the charger's power times time while charging (which then feeds the vehicle too).

use super::*;

/// The dead-band of the reported state of charge [parts per thousand].
pub(super) const STEP: u16 = 50;

impl Fleet {
    /// Brings the charge up to date; tells a step down and an empty battery.
    pub(super) fn settle<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let kin = &self.tables.kin[v];
        if kin.battery <= 0.0 {
            return;
        }
        let agv = &mut self.agvs[v];
        let span = (ctx.now - agv.charge_at).as_seconds();
        agv.charge_at = ctx.now;
        if let Phase::Charging(power) = agv.phase {
            agv.charge = (agv.charge + power * span).min(kin.battery);
            return;
        }
        agv.charge -= kin.idle * span;
        if agv.charge <= agv.below {
            self.drained(ctx, v);
        }
    }

    /// The charge has come down to the next step to be told.
    #[cold]
    fn drained<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        let battery = self.tables.kin[v].battery;
        let agv = &mut self.agvs[v];
        agv.charge = agv.charge.max(0.0);
        if agv.charge <= 0.0 && !agv.flat {
            agv.flat = true;
            if agv.phase == Phase::Driving || self.tables.charger[agv.node] <= 0.0 {
                self.referee.breach(ctx, Breach::Flat(v));
            }
        }
        let agv = &mut self.agvs[v];
        let permille = agv.permille(battery);
        if permille.div_ceil(STEP) < agv.told {
            agv.tells(battery);
            let revision = agv.revision;
            self.tell(
                ctx,
                v,
                VehicleEvent::Charge {
                    permille,
                    charging: false,
                    revision,
                },
            );
        }
    }

    /// Every [`TICK`]: the battery, the time it has waited, and once for all vehicles the carriers.
    pub(super) fn tick<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        if !self.is_puppet(v) {
            self.settle(ctx, v);
            self.waited(ctx, v);
        }
        if v.index() == 0 {
            self.referee.audit(ctx);
        }
        let agv = &mut self.agvs[v];
        if agv.flat && agv.phase == Phase::Standing {
            agv.phase = Phase::Flat;
            self.turn_to(ctx, v, VehicleState::Stopped);
        }
        let next = ctx.now + self.idle_until_step(v).min(TICK);
        ctx.queue
            .schedule(next, kernel::What::Fleet(What::Tick { vehicle: v.0 }));
    }

    /// How long until it idles down to the next step to be told.
    fn idle_until_step(&self, v: VehicleId) -> Span {
        let (kin, agv) = (&self.tables.kin[v], &self.agvs[v]);
        if kin.idle <= 0.0 || kin.battery <= 0.0 || agv.told == 0 || agv.flat {
            return TICK;
        }
        Span::from_seconds_up((agv.charge - agv.below) / kin.idle).max(Span::seconds(1))
    }

    /// Starts the first action, charging; away from a charger it ends at once.
    pub(super) fn begin_charge<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        until: u16,
    ) {
        let agv = &mut self.agvs[v];
        let power = self.tables.charger[agv.node];
        let wanted = self.tables.kin[v].battery * f64::from(until.min(1000)) / 1e3;
        let span = if power > 0.0 && wanted > agv.charge {
            Span::from_seconds_up((wanted - agv.charge) / power)
        } else {
            Span::ZERO
        };
        agv.phase = Phase::Charging(power);
        self.until(ctx, v, ctx.now + span);
        self.turn_to(ctx, v, VehicleState::Charging);
    }

    /// Charging is over.
    pub(super) fn charged<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId) {
        self.settle(ctx, v);
        let battery = self.tables.kin[v].battery;
        let agv = &mut self.agvs[v];
        agv.actions.pop_front();
        agv.phase = Phase::Standing;
        agv.flat = agv.flat && agv.charge <= 0.0;
        let permille = agv.permille(battery);
        agv.tells(battery);
        let revision = agv.revision;
        self.tell(
            ctx,
            v,
            VehicleEvent::Charge {
                permille,
                charging: false,
                revision,
            },
        );
    }
}

impl Agv {
    /// State of charge [parts per thousand], rounded up but for rounding errors.
    pub(super) fn permille(&self, battery: f64) -> u16 {
        if battery <= 0.0 {
            1000
        } else {
            libm::ceil(self.charge / battery * 1e3 - 1e-3) as u16
        }
    }

    /// The step that it tells now; the next is below.
    pub(super) fn tells(&mut self, battery: f64) {
        self.told = self.permille(battery).div_ceil(STEP);
        let step = f64::from(self.told.saturating_sub(1) * STEP);
        self.below = battery * (step + 0.5e-3) / 1e3;
    }
}
