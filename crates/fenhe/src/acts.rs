//! Acts of people on a running plant: each becomes facts, and is answered when these are durable and
//! decided on.

use crate::board::{Board, Loop};
use fenhe_contract::*;
use fenhe_live::Input;
use fenhe_server as api;
use fenhe_server::{Reason, Refusal, What};
use serde_json::{Value, json};

/// Revision now, before, after.
pub type Changed = (u64, Value, Value);

fn conflict(code: &'static str, name: &str) -> Refusal {
    Refusal::Conflict(Reason::new(code).arg("name", name))
}

/// Refuses an act that was decided on another revision.
pub fn fresh(current: u64, seen: u64) -> Result<(), Refusal> {
    match current == seen {
        true => Ok(()),
        false => Err(Refusal::Stale { current }),
    }
}

impl Board {
    /// Does what `act` asks for of orders, vehicles, stations, loads, points of alarms and the clock.
    pub fn obey(&self, running: &Loop, act: &api::Act) -> Result<Changed, Refusal> {
        let seen = act.revision;
        match &act.what {
            What::HoldOrder { order } => self.hold_order(running, order, seen, true),
            What::ResumeOrder { order } => self.hold_order(running, order, seen, false),
            What::CancelOrder { order } => self.cancel_order(running, order, seen),
            What::PrioritiseOrder { order, priority } => {
                let (id, before) = self.waiting_order(order, seen)?;
                self.tell(running, OperatorAct::Prioritise(id, *priority))?;
                Ok(self.order_now(id, json!(before.priority), |row| json!(row.priority)))
            }
            What::HoldVehicle { vehicle, .. } => self.hold_vehicle(running, vehicle, seen, true),
            What::ResumeVehicle { vehicle } => self.hold_vehicle(running, vehicle, seen, false),
            What::SendVehicle { vehicle, to } => self.send(running, vehicle, seen, to.as_ref()),
            What::ReadmitVehicle { vehicle } => {
                let (v, before) = self.vehicle_seen(vehicle, seen)?;
                self.input(running, vec![Input::Readmit(v)])?;
                Ok((seen, json!({"held": before.held}), json!("readmitted")))
            }
            What::WithdrawVehicle { vehicle } => {
                let (v, before) = self.vehicle_seen(vehicle, seen)?;
                self.input(running, vec![Input::Withdraw(v, true)])?;
                Ok((seen, json!({"held": before.held}), json!("withdrawn")))
            }
            What::HoldStation { station, .. } => self.hold_station(running, station, seen, true),
            What::ResumeStation { station } => self.hold_station(running, station, seen, false),
            What::ConfirmLoad { transport, at } => self.confirm(running, *transport, seen, *at),
            What::CountSlot { slot, carrier } => {
                self.count_slot(running, (slot, carrier.as_deref()), seen)
            }
            What::OutOfService { object, code, out } => {
                self.service(running, (object, (*code).into()), seen, *out)
            }
            What::SetMode { device, mode } => self.set_mode(running, device, (seen, *mode)),
            What::Pause => self.pause(seen, true),
            What::GoOn => self.pause(seen, false),
            other => {
                let reason = Reason::new("act/unsupported").arg("act", other.word());
                Err(Refusal::Unsupported(reason))
            }
        }
    }

    /// Hands words to the loop, waits until they are durable and decided on, and looks anew.
    pub fn input(&self, running: &Loop, words: Vec<Input>) -> Result<(), Refusal> {
        let stopped = || Refusal::Busy(Reason::new("engine/stopped"));
        running.act(words).ok_or_else(stopped)?;
        self.refresh();
        Ok(())
    }

    fn tell(&self, running: &Loop, act: OperatorAct) -> Result<(), Refusal> {
        self.input(running, vec![Input::Fact(Event::Operator(act))])
    }

    fn waiting_order(
        &self,
        reference: &str,
        seen: u64,
    ) -> Result<(OrderId, api::OrderView), Refusal> {
        let unknown = || Refusal::Unknown(Reason::new("order/unknown").arg("name", reference));
        let found = self.rows().order(reference);
        let (id, row) = found.ok_or_else(unknown)?;
        fresh(row.revision, seen)?;
        match row.entered + row.cancelled < row.quantity {
            true => Ok((id, row)),
            false => Err(conflict("order/all-in", reference)),
        }
    }

    fn order_now(
        &self,
        id: OrderId,
        from: Value,
        to: impl FnOnce(&api::OrderView) -> Value,
    ) -> Changed {
        let row = self.rows().order_by(id);
        let revision = row.as_ref().map_or(0, |row| row.revision);
        (revision, from, row.as_ref().map_or(Value::Null, to))
    }

    fn hold_order(
        &self,
        running: &Loop,
        reference: &str,
        seen: u64,
        on: bool,
    ) -> Result<Changed, Refusal> {
        let (id, before) = self.waiting_order(reference, seen)?;
        self.tell(running, OperatorAct::HoldOrder(id, on))?;
        Ok(self.order_now(id, json!(before.held), |row| json!(row.held)))
    }

    fn cancel_order(&self, running: &Loop, reference: &str, seen: u64) -> Result<Changed, Refusal> {
        let (id, before) = self.waiting_order(reference, seen)?;
        self.tell(running, OperatorAct::CancelOrder(id))?;
        let from = json!({"entered": before.entered, "cancelled": before.cancelled});
        Ok(self.order_now(
            id,
            from,
            |row| json!({"serial": row.serial, "entered": row.entered, "cancelled": row.cancelled}),
        ))
    }

    /// A vehicle's row, if that is what the caller saw.
    fn vehicle_seen(
        &self,
        name: &str,
        seen: u64,
    ) -> Result<(VehicleId, api::VehicleView), Refusal> {
        let v = self.vehicle(name)?;
        let view = api::Engine::view(self);
        let row = view.vehicles[v.index()].clone();
        fresh(row.revision, seen)?;
        Ok((v, row))
    }

    fn hold_vehicle(
        &self,
        running: &Loop,
        name: &str,
        seen: u64,
        on: bool,
    ) -> Result<Changed, Refusal> {
        let (v, before) = self.vehicle_seen(name, seen)?;
        let mut acts = vec![OperatorAct::HoldVehicle(v, on)];
        if !on && before.sent.is_some() {
            acts.push(OperatorAct::Send(v, None));
        }
        let facts = acts
            .into_iter()
            .map(|act| Input::Fact(Event::Operator(act)));
        self.input(running, facts.collect())?;
        Ok(self.vehicle_now(v, &before))
    }

    fn vehicle_now(&self, v: VehicleId, before: &api::VehicleView) -> Changed {
        let view = api::Engine::view(self);
        let now = &view.vehicles[v.index()];
        let told = |row: &api::VehicleView| json!({"by_word": row.by_word, "sent": row.sent});
        (now.revision, told(before), told(now))
    }

    fn send(
        &self,
        running: &Loop,
        name: &str,
        seen: u64,
        to: Option<&api::SendTo>,
    ) -> Result<Changed, Refusal> {
        let (v, before) = self.vehicle_seen(name, seen)?;
        let errand = self.errand(name, to)?;
        self.tell(running, OperatorAct::Send(v, errand))?;
        Ok(self.vehicle_now(v, &before))
    }

    /// Where a vehicle of this name is to go.
    pub fn errand(&self, name: &str, to: Option<&api::SendTo>) -> Result<Option<Errand>, Refusal> {
        Ok(match to {
            None => None,
            Some(api::SendTo::Charger) if self.model().chargers.is_empty() => {
                return Err(conflict("send/no-charger", name));
            }
            Some(api::SendTo::Charger) => Some(Errand::Charger),
            Some(api::SendTo::Node(node)) => Some(Errand::Node(self.standing_place(node)?)),
        })
    }

    /// A node where a vehicle may stand for long: nobody's way leads through it as a rule.
    fn standing_place(&self, name: &str) -> Result<NodeId, Refusal> {
        let plant = api::Engine::plant(self);
        let mut nodes = plant.tracks.nodes.pairs();
        let unknown = || Refusal::Unknown(Reason::new("node/unknown").arg("name", name));
        let found = nodes.find(|(_, row)| row.name == name);
        let (node, _) = found.ok_or_else(unknown)?;
        let home = plant.vehicles.iter().any(|row| row.start == node);
        let charger = plant.chargers.iter().any(|row| row.node == node);
        let port = plant.places.iter().any(|row| row.node == Some(node));
        let bay = plant.parking.contains(&node);
        match home || charger || port || bay {
            true => Ok(node),
            false => Err(conflict("send/not-a-place", name)),
        }
    }

    fn hold_station(
        &self,
        running: &Loop,
        name: &str,
        seen: u64,
        on: bool,
    ) -> Result<Changed, Refusal> {
        let plant = api::Engine::plant(self);
        let mut all = plant.stations.pairs();
        let unknown = || Refusal::Unknown(Reason::new("station/unknown").arg("name", name));
        let (s, _) = all.find(|(_, row)| row.name == name).ok_or_else(unknown)?;
        let before = api::Engine::view(self).stations[s.index()].clone();
        fresh(before.revision, seen)?;
        self.tell(running, OperatorAct::HoldStation(s, on))?;
        let now = api::Engine::view(self).stations[s.index()].clone();
        Ok((now.revision, json!(before.held), json!(now.held)))
    }

    /// Somebody says where the load of a transport is. The core hears it as a fact, the links of the
    /// vehicle forget what is settled by it.
    fn confirm(
        &self,
        running: &Loop,
        transport: u64,
        seen: u64,
        at: api::LoadAt,
    ) -> Result<Changed, Refusal> {
        let name = transport.to_string();
        let view = api::Engine::view(self);
        let row = view.transports.iter().find(|row| row.id == transport);
        let unknown = || Refusal::Unknown(Reason::new("transport/unknown").arg("name", &name));
        let before = row.ok_or_else(unknown)?.clone();
        fresh(before.revision, seen)?;
        if before.state != api::TransportState::InDoubt {
            return Err(conflict("load/not-in-doubt", &name));
        }
        let looked = running.look(move |engine| {
            let core = engine.core();
            let id = TransportId(transport);
            let now = core.transports().find(|row| row.transport == id)?;
            Some((now, core.could_be_back(id)))
        });
        let (now, back) = looked.flatten().ok_or_else(unknown)?;
        if at == api::LoadAt::Origin && now.carried && !back {
            return Err(conflict("load/occupied", &before.from));
        }
        let fact = Event::Operator(OperatorAct::Found(TransportId(transport), at.into()));
        let mut words = vec![Input::Fact(fact)];
        if let Some((deck, place, pick)) = now.handing {
            let done = match at {
                api::LoadAt::Origin | api::LoadAt::Gone => false,
                api::LoadAt::Vehicle => pick,
                api::LoadAt::Destination => true,
            };
            words.push(Input::Settle(now.vehicle, (deck, place, pick), done));
        }
        self.input(running, words)?;
        Ok((before.revision + 1, json!(before.state), json!(at)))
    }

    fn service(
        &self,
        running: &Loop,
        (object, code): (&str, AlarmCode),
        seen: u64,
        out: bool,
    ) -> Result<Changed, Refusal> {
        let point = AlarmPoint {
            source: self.source(object)?,
            code,
        };
        let shown = |board: &Board| {
            let view = api::Engine::view(board);
            let mut all = view.alarms.iter();
            let found = all.find(|row| row.object == object && AlarmCode::from(row.code) == code);
            found.map(|row| (row.revision, row.state))
        };
        let before = shown(self);
        fresh(before.map_or(0, |(revision, _)| revision), seen)?;
        self.input(running, vec![Input::Fact(Event::OutOfService(point, out))])?;
        let now = shown(self);
        let state = |row: Option<(u64, api::AlarmStands)>| json!(row.map(|(_, state)| state));
        Ok((
            now.map_or(0, |(revision, _)| revision),
            state(before),
            state(now),
        ))
    }

    /// What an alarm is about, by kind and name.
    fn source(&self, object: &str) -> Result<AlarmSource, Refusal> {
        let plant = api::Engine::plant(self);
        let unknown = || Refusal::Unknown(Reason::new("alarm/no-object").arg("name", object));
        let (kind, name) = object.split_once(' ').ok_or_else(unknown)?;
        let found = match kind {
            "plant" => (name == plant.name).then_some(AlarmSource::Plant),
            "vehicle" => id_of(&plant.vehicles, |row| row.name == name).map(AlarmSource::Vehicle),
            "station" => id_of(&plant.stations, |row| row.name == name).map(AlarmSource::Station),
            "buffer" => id_of(&plant.buffers, |row| row.name == name).map(AlarmSource::Buffer),
            "order" => self
                .rows()
                .order(name)
                .map(|(id, _)| AlarmSource::Order(id)),
            _ => None,
        };
        found.ok_or_else(unknown)
    }

    fn pause(&self, seen: u64, stand: bool) -> Result<Changed, Refusal> {
        let Some(pause) = self.clock() else {
            return Err(Refusal::Conflict(Reason::new("clock/live")));
        };
        let before = self.clock_view();
        fresh(before.1, seen)?;
        if pause.set(stand) {
            self.clock_turned();
        }
        self.refresh();
        let now = self.clock_view();
        Ok((now.1, json!(before.0), json!(now.0)))
    }
}

fn id_of<I: Index, T>(table: &Fixed<I, T>, is: impl Fn(&T) -> bool) -> Option<I> {
    table.pairs().find(|(_, row)| is(row)).map(|(id, _)| id)
}
