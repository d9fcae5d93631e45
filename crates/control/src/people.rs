//! What follows from access windows, fire alarms and emergency stops for vehicles and stations.

use crate::Controller;
use crate::access::{AccessView, Eyes};
use crate::fleet::{Carrying, Desk, Mission};
use crate::stations::{Ctx, Stations};
use crate::traffic::Moves;
use fenhe_contract::*;

impl Controller {
    /// Access windows, fire alarms and emergency stops as control knows them. For people to look
    /// at: never a safety function, and never to be relied on as one.
    pub fn access(&self) -> AccessView {
        let state = &self.state;
        let (carrying, stations) = (&state.carrying, &state.stations);
        eyes(&self.plant, carrying, stations, |eyes| {
            state.access.view(&self.plant, eyes)
        })
    }

    /// A fact about people in the plant.
    pub(crate) fn people(&mut self, now: Time, event: &Event, out: &mut Commands) {
        let access = &mut self.state.access;
        match *event {
            Event::Access(area, act) => access.act(area, act, out),
            Event::Fire(area, on) => access.fire(area, on, out),
            Event::EStop(id, act) => {
                let area = self.plant.stop_groups.get(id).and_then(|group| group.area);
                let inside = area.map(|area| &*self.plant.areas[area].inside);
                let inside = self
                    .state
                    .carrying
                    .traffic
                    .holders(&self.plant, inside.unwrap_or_default());
                access.stop(&self.plant, (id, act), &inside, out);
            }
            _ => {}
        }
        self.follow(now, out);
    }

    /// What is closed or held is another than before: vehicles and stations follow.
    pub(crate) fn follow(&mut self, now: Time, out: &mut Commands) {
        let closed = self.state.access.closed(&self.plant);
        self.hold(now, out);
        if *self.state.carrying.traffic.closed() != closed {
            let mut desk = self.desk(now, out);
            let mut moves = Moves::default();
            let busy = busy(desk.own);
            let at = (desk.plant, now);
            desk.own.traffic.close(at, closed, &|v| busy[v], &mut moves);
            desk.drive(moves);
            desk.take_up();
            desk.dispatch();
        }
    }

    /// After any fact while somebody or something is to be kept out.
    pub(crate) fn keep_clear(&mut self, now: Time, out: &mut Commands) {
        let mut desk = self.desk(now, out);
        if !desk.own.traffic.closed().is_empty() {
            let mut moves = Moves::default();
            let busy = busy(desk.own);
            let at = (desk.plant, now);
            desk.own.traffic.keep_clear(at, &|v| busy[v], &mut moves);
            desk.drive(moves);
        }
        let state = &mut self.state;
        let access = &mut state.access;
        eyes(&self.plant, &state.carrying, &state.stations, |eyes| {
            access.review(&self.plant, eyes, out)
        });
    }

    /// Holds the stations that are to be held and lets the others go on.
    fn hold(&mut self, now: Time, out: &mut Commands) {
        let state = &mut self.state;
        for station in self.plant.stations.ids() {
            let (on, blocked) = state.access.station(&self.plant, station);
            let (revision, was) = &mut state.access.holds[station];
            if *was != on {
                (*revision, *was) = (*revision + 1, on);
                let revision = *revision;
                out.push(Command::Hold {
                    station,
                    revision,
                    on,
                });
            }
            let ctx = Ctx {
                plant: &self.plant,
                tables: &self.tables,
                orders: &state.orders,
                now,
            };
            state.stations.block(&ctx, station, blocked, out);
        }
    }
}

impl Desk<'_> {
    /// Whoever stands where it was going, and was kept from its work there, takes it up.
    fn take_up(&mut self) {
        for v in self.plant.vehicles.ids() {
            self.arrived(v);
        }
        self.own.dirty = true;
    }

    /// Nobody may be sent to this node, nor begin anything there.
    pub(crate) fn shut(&self, node: NodeId) -> bool {
        let closed = self.own.traffic.closed();
        !closed.is_empty() && closed.node(self.plant, node)
    }

    /// A vehicle is kept where it is, or from beginning anything there.
    pub(crate) fn kept_from_work(&self, v: VehicleId) -> bool {
        let closed = self.own.traffic.closed();
        !closed.is_empty()
            && (closed.stopped.binary_search(&v).is_ok()
                || closed.node(self.plant, self.own.vehicles[v].node))
    }
}

/// Vehicles that hand over or charge: what they have begun they end.
fn busy(own: &Carrying) -> Fixed<VehicleId, bool> {
    Fixed::like(&own.vehicles, |v| {
        let vehicle = &own.vehicles[v];
        vehicle.hands.iter().any(|hand| hand.told)
            || matches!(vehicle.mission, Mission::Charge(_)) && own.links.charges(v)
    })
}

fn eyes<T>(
    plant: &fenhe_plant::Plant,
    carrying: &Carrying,
    stations: &Stations,
    see: impl FnOnce(&Eyes<'_>) -> T,
) -> T {
    see(&Eyes {
        inside: &|resources| carrying.traffic.holders(plant, resources),
        lost: &|v| carrying.vehicles[v].lost,
        stands: &|station| stations.standing(station),
    })
}
