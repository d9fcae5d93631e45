//! Acts of people on it.

use super::*;

impl Inner {
    pub(super) fn act(&mut self, plant: &Plant, feed: &Feed, act: Act) -> Result<Done, Refusal> {
        let now = self.world.now();
        let (revision, from, to) = match act.what {
            What::ReleaseOrder(order) => self.release(plant, feed, &order)?,
            What::HoldVehicle { ref vehicle, .. } => {
                self.hold(plant, feed, vehicle, true, act.revision)?
            }
            What::ResumeVehicle { ref vehicle } => {
                self.hold(plant, feed, vehicle, false, act.revision)?
            }
            What::SetMode { ref device, mode } => {
                let row = self.vehicles.iter_mut().find(|row| row.name == *device);
                let row = row.ok_or(Refusal::Unknown(
                    Reason::new("device/unknown").arg("name", device),
                ))?;
                fresh(row.revision, act.revision)?;
                let before = std::mem::replace(&mut row.mode, mode);
                row.revision += 1;
                (row.revision, json!(before), json!(mode))
            }
            What::AcknowledgeAlarm { alarm } => {
                self.alarm_is(alarm, act.revision, AlarmStands::Acknowledged)?
            }
            What::ShelveAlarm { alarm, .. } => {
                self.alarm_is(alarm, act.revision, AlarmStands::Shelved)?
            }
            What::Pause | What::GoOn => {
                fresh(self.clock_revision, act.revision)?;
                let before = self.paused;
                self.paused = act.what == What::Pause;
                self.clock_revision += 1;
                (self.clock_revision, json!(before), json!(self.paused))
            }
            other => {
                let reason = Reason::new("act/unsupported").arg("act", other.word());
                return Err(Refusal::Unsupported(reason));
            }
        };
        Ok(Done {
            revision,
            at: now,
            seq: feed.newest(),
            from,
            to,
        })
    }

    fn release(
        &mut self,
        plant: &Plant,
        feed: &Feed,
        order: &NewOrder,
    ) -> Result<Changed, Refusal> {
        let same = self
            .orders
            .values()
            .find(|row| row.reference == order.reference);
        if let Some(row) = same {
            if (row.quantity, &row.product) == (order.quantity, &order.product) {
                return Ok((row.revision, json!(row), json!(row)));
            }
            let reason = Reason::new("order/exists").arg("name", &order.reference);
            return Err(Refusal::Conflict(reason.at("reference")));
        }
        if self.orders.len() >= 1_000 {
            return Err(Refusal::Conflict(Reason::new("order/full")));
        }
        let serial = (plant.orders.len() + self.orders.len() + 1) as u64;
        let product = plant
            .products
            .pairs()
            .find(|(_, row)| row.name == order.product);
        let (product, _) = product.ok_or(Refusal::Unknown(Reason::new("product/unknown")))?;
        let epoch = moment::parse(&plant.epoch).unwrap_or(0);
        let view = OrderView {
            reference: order.reference.clone(),
            serial,
            revision: 1,
            product: order.product.clone(),
            quantity: order.quantity,
            entered: 0,
            done: 0,
            due: Some(order.due.clone()),
            held: false,
            priority: 0,
            cancelled: 0,
        };
        feed.push(self.world.now(), Item::Order(view.clone()));
        self.orders.insert(serial, view.clone());
        let fact = Event::Order(WorkOrder {
            order: OrderId(serial),
            product,
            quantity: order.quantity,
            due: Time(moment::parse(&order.due).unwrap_or(epoch) - epoch),
        });
        self.tell(plant, feed, &fact);
        Ok((1, json!(null), json!(view)))
    }

    fn hold(
        &mut self,
        plant: &Plant,
        feed: &Feed,
        name: &str,
        held: bool,
        revision: u64,
    ) -> Result<Changed, Refusal> {
        let found = plant.vehicles.pairs().find(|(_, row)| row.name == name);
        let (id, _) = found.ok_or(Refusal::Unknown(Reason::new("vehicle/unknown")))?;
        let before = self.vehicles[id.index()].held;
        fresh(self.vehicles[id.index()].revision, revision)?;
        self.tell(plant, feed, &Event::Vehicle(id, VehicleEvent::Held(held)));
        let row = &mut self.vehicles[id.index()];
        row.revision += 1;
        let (view, at) = (row.clone(), self.world.now());
        let revision = view.revision;
        feed.push(at, Item::Vehicle { vehicle: id, view });
        Ok((revision, json!(before), json!(held)))
    }

    fn alarm_is(&mut self, id: u64, revision: u64, state: AlarmStands) -> Result<Changed, Refusal> {
        let unknown = Refusal::Unknown(Reason::new("alarm/unknown").arg("name", id));
        let row = self.alarms.get_mut(&id).ok_or(unknown)?;
        fresh(row.revision, revision)?;
        let before = std::mem::replace(&mut row.state, state);
        row.revision += 1;
        Ok((row.revision, json!(before), json!(state)))
    }
}

/// Pieces of an order that are let in.
pub(super) fn let_in(command: &Command) -> Option<(OrderId, u32)> {
    match *command {
        Command::Release { order, count, .. } => Some((order, count)),
        _ => None,
    }
}

type Changed = (u64, serde_json::Value, serde_json::Value);

fn fresh(current: u64, seen: u64) -> Result<(), Refusal> {
    if current == seen {
        Ok(())
    } else {
        Err(Refusal::Stale { current })
    }
}
