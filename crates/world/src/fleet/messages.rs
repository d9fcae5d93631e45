//! Orders to and reports from vehicles: checked by revision, late and lost as the plant says.

use super::*;

/// Messages under way, oldest first. All are late by the same, so they stay in order.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Mail {
    orders: VecDeque<(VehicleId, u32, Order)>,
    /// Of the `Drive` orders.
    edges: VecDeque<EdgeId>,
    reports: VecDeque<(VehicleId, VehicleEvent)>,
}

/// An order without its address.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
enum Order {
    Drive(u32),
    Do(Work),
}

impl Mail {
    /// The oldest report arrives.
    pub(super) fn report<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        if let Some((v, event)) = self.reports.pop_front() {
            ctx.ready.push(Event::Vehicle(v, event));
        }
    }
}

impl Fleet {
    /// A report leaves the vehicle.
    #[inline]
    pub(super) fn tell<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        event: VehicleEvent,
    ) {
        let faults = &ctx.plant.messages;
        if self.agvs[v].off == Off::Dead {
            return;
        }
        if faults.loss > Share::ZERO && self.agvs[v].losses[0].chance(faults.loss) {
            return;
        }
        if faults.delay == Span::ZERO {
            ctx.ready.push(Event::Vehicle(v, event));
        } else {
            self.mail.reports.push_back((v, event));
            ctx.queue
                .schedule(ctx.now + faults.delay, kernel::What::Fleet(What::Report));
        }
    }

    /// An order leaves control. One for a vehicle that does not exist goes nowhere.
    pub fn apply<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        _flow: &mut Flow,
        command: &Command,
        edges: &[EdgeId],
    ) {
        let (v, revision, order, base) = match *command {
            Command::Drive {
                vehicle,
                revision,
                first,
                count,
            } => {
                let base = edges
                    .get(first as usize..)
                    .and_then(|e| e.get(..count as usize));
                let Some(base) = base else { return };
                (vehicle, revision, Order::Drive(count), base)
            }
            Command::Handle {
                vehicle,
                revision,
                deck,
                place,
                pick,
            } => (
                vehicle,
                revision,
                Order::Do(Work::Hand { deck, place, pick }),
                &[][..],
            ),
            Command::Charge {
                vehicle,
                revision,
                until_permille: until,
            } => (
                vehicle,
                revision,
                Order::Do(Work::Charge { until }),
                &[][..],
            ),
            _ => return,
        };
        let faults = &ctx.plant.messages;
        if v.index() >= self.agvs.len()
            || (faults.loss > Share::ZERO && self.agvs[v].losses[1].chance(faults.loss))
        {
            return;
        }
        if faults.delay == Span::ZERO {
            self.obey(ctx, v, revision, order, base);
        } else {
            self.mail.orders.push_back((v, revision, order));
            self.mail.edges.extend(base);
            ctx.queue
                .schedule(ctx.now + faults.delay, kernel::What::Fleet(What::Order));
        }
    }

    /// The oldest order under way arrives.
    pub(super) fn deliver<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        let Some((v, revision, order)) = self.mail.orders.pop_front() else {
            return;
        };
        let mut base = core::mem::take(&mut self.scratch);
        base.clear();
        if let Order::Drive(count) = order {
            base.extend(self.mail.edges.drain(..count as usize));
        }
        self.obey(ctx, v, revision, order, &base);
        self.scratch = base;
    }

    /// An order has arrived. Only the next revision, and only a base that goes on where the last
    /// one ends, is accepted; anything else is answered with what the vehicle knows.
    fn obey<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        revision: u32,
        order: Order,
        base: &[EdgeId],
    ) {
        let agv = &mut self.agvs[v];
        if agv.off == Off::Dead || agv.phase == Phase::Puppet {
            return;
        }
        if agv.revision.checked_add(1) != Some(revision)
            || !self.tables.connected(agv.end_of_base(&self.tables), base)
        {
            return self.answer(ctx, v, revision);
        }
        agv.revision = revision;
        match order {
            Order::Drive(_) => agv
                .base
                .extend(base.iter().map(|&edge| Leg { edge, revision })),
            Order::Do(work) => {
                let at = agv.driven + agv.base.len() as u64;
                agv.actions.push_back(Action { at, revision, work });
            }
        }
        match agv.phase {
            Phase::Standing | Phase::Flat => self.next(ctx, v),
            Phase::Driving => self.extended(ctx, v),
            Phase::Turning(_)
            | Phase::Handling
            | Phase::Charging(_)
            | Phase::Held
            | Phase::Puppet => {}
        }
    }

    /// Where it is and what it has accepted; and once more what came of a hand-over that is
    /// ordered again.
    fn answer<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, v: VehicleId, revision: u32) {
        let agv = &self.agvs[v];
        let told = agv
            .outcomes
            .iter()
            .find(|(of, _)| *of == revision)
            .map(|&(_, event)| event);
        let state = VehicleEvent::State {
            node: agv.node,
            revision: agv.revision,
            done: agv.done(),
        };
        if let Some(event) = told {
            self.tell(ctx, v, event);
        }
        self.tell(ctx, v, state);
    }
}
