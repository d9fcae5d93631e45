//! Orders to and reports from vehicles: checked by revision, late and lost as the plant says.

use super::*;

/// Messages under way, each in a slot that the next one uses when it has arrived.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Mail {
    letters: Vec<Letter>,
    free: Vec<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Letter {
    vehicle: VehicleId,
    what: Said,
    /// Of a `Drive` order.
    edges: Vec<EdgeId>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Said {
    Report(VehicleEvent),
    Order(u32, Order),
}

/// An order without its address.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
enum Order {
    Drive,
    Do(Work),
}

/// Which way a message goes: to control, to the vehicle.
#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

impl Mail {
    /// The slot of a message that sets out.
    fn post(&mut self, vehicle: VehicleId, what: Said, edges: &[EdgeId]) -> u32 {
        let Some(slot) = self.free.pop() else {
            let edges = edges.to_vec();
            self.letters.push(Letter {
                vehicle,
                what,
                edges,
            });
            return self.letters.len() as u32 - 1;
        };
        let letter = &mut self.letters[slot as usize];
        (letter.vehicle, letter.what) = (vehicle, what);
        letter.edges.clear();
        letter.edges.extend_from_slice(edges);
        slot
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
        if self.agvs[v].off == Off::Dead || self.lost(ctx, v, Way::Up) {
            return;
        }
        match self.arrival(ctx, v, Way::Up) {
            None => ctx.ready.push(Event::Vehicle(v, event)),
            Some(at) => self.post(ctx, at, (v, Said::Report(event)), &[]),
        }
    }

    fn lost<S>(&mut self, ctx: &Ctx<'_, S>, v: VehicleId, way: Way) -> bool {
        let loss = ctx.plant.messages.loss;
        loss > Share::ZERO && self.agvs[v].losses[way as usize].chance(loss)
    }

    /// When a message that sets out now is there; `None`: at once, as all are in this plant.
    #[inline]
    fn arrival<S>(&mut self, ctx: &Ctx<'_, S>, v: VehicleId, way: Way) -> Option<Time> {
        let delay = &ctx.plant.messages.delay;
        if *delay == Dist::Constant(Span::ZERO) {
            return None;
        }
        let agv = &mut self.agvs[v];
        let last = &mut agv.arrivals[way as usize];
        *last = (ctx.now + delay.draw(&mut agv.delays[way as usize])).max(*last);
        Some(*last)
    }

    fn post<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        at: Time,
        (v, what): (VehicleId, Said),
        edges: &[EdgeId],
    ) {
        let slot = self.mail.post(v, what, edges);
        ctx.queue
            .schedule(at, kernel::What::Fleet(What::Letter { slot }));
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
                (vehicle, revision, Order::Drive, base)
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
        if v.index() >= self.agvs.len() || self.lost(ctx, v, Way::Down) {
            return;
        }
        match self.arrival(ctx, v, Way::Down) {
            None => self.obey(ctx, v, revision, order, base),
            Some(at) => self.post(ctx, at, (v, Said::Order(revision, order)), base),
        }
    }

    /// A message under way arrives.
    pub(super) fn deliver<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, slot: u32) {
        let letter = &mut self.mail.letters[slot as usize];
        let (v, what) = (letter.vehicle, letter.what);
        let edges = core::mem::take(&mut letter.edges);
        match what {
            Said::Report(event) => ctx.ready.push(Event::Vehicle(v, event)),
            Said::Order(revision, order) => self.obey(ctx, v, revision, order, &edges),
        }
        self.mail.letters[slot as usize].edges = edges;
        self.mail.free.push(slot);
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
            Order::Drive => agv
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
