//! From states to facts.

use super::super::fault::Fault;
use super::super::master::hear::passed;
use super::super::master::road::What;
use super::super::master::works::{shown_by_loads, tag_on, why};
use super::super::model::{EmergencyStop, State, Status};
use super::super::{Now, read};
use super::{Act, Observer, Seen, Sight};
use crate::Names;
use alloc::vec::Vec;
use fenhe_contract::*;

/// States in a row without an action that should be shown, until the loads are asked.
const MISSING: u8 = 5;

impl Observer {
    pub(super) fn hear_state(
        &mut self,
        now: Now,
        names: &Names,
        bytes: &[u8],
        seen: &mut Seen,
    ) -> Result<(), Fault> {
        let state = read::state(bytes)?;
        read::check_sender(&state.header, &self.dialect)?;
        if !self.ear.fresh(now.time, &state.header) {
            return Ok(());
        }
        self.tell_up(true, seen);
        self.hear_place(names, &state, seen);
        self.hear_acts(&state, seen);
        self.hear_battery(&state, seen);
        let stop = state.stop != EmergencyStop::None;
        let held = state.paused || stop || state.field_violation || !state.mode.obeys();
        if self.held != held {
            self.held = held;
            self.tell(VehicleEvent::Held(held), seen);
        }
        Ok(())
    }

    /// Nodes passed; without an order that is known, the node it names.
    fn hear_place(&mut self, names: &Names, state: &State, seen: &mut Seen) {
        let node = names.find_node(&state.last_node);
        let ends = self.dialect.step_ends;
        let mut nodes = Vec::new();
        match &mut self.order {
            Some(order) if order.id == state.order => {
                order.shown = order.shown.max(Some(state.update));
                while let Some(&(update, revision)) = order.unseen.front()
                    && update <= state.update
                {
                    self.accepted = revision;
                    order.unseen.pop_front();
                }
                let shown = order.shown.unwrap_or(0);
                for _ in 0..passed(&order.points, shown, ends, node, state) {
                    order.points.pop_front();
                    nodes.extend(order.points.front().map(|point| point.node));
                }
            }
            _ => {}
        }
        let end = nodes.last().copied().or(self.node);
        // Somewhere else than the order leads: it was moved by hand, or the order was never heard.
        let strays = self.order.as_ref().is_none_or(|order| {
            order.id != state.order || !order.points.iter().any(|point| Some(point.node) == node)
        });
        if self.node.is_none() || strays {
            nodes.extend(node.filter(|node| Some(*node) != end));
        }
        for node in nodes {
            self.node = Some(node);
            let revision = self.accepted;
            self.tell(VehicleEvent::At { node, revision }, seen);
        }
    }

    fn hear_acts(&mut self, state: &State, seen: &mut Seen) {
        let mut acts = core::mem::take(&mut self.acts);
        for i in 0..acts.len() {
            let [act, later @ ..] = &mut acts[i..] else {
                continue;
            };
            match act.what {
                _ if act.over => {}
                What::Charge { .. } => self.hear_charging(state, act, seen),
                What::Hand { .. } => {
                    let done = |act: &Act| status(state, act) == Some(Status::Finished);
                    let hidden = later.iter().any(done);
                    self.hear_hand(state, act, hidden, seen);
                }
            }
        }
        let newest = self.order.as_ref();
        let behind = newest
            .and_then(|order| order.points.front())
            .map_or(0, |p| p.seq);
        let known = |act: &Act| {
            !act.over || act.seq >= behind && newest.is_some_and(|order| order.id == act.order)
        };
        acts.retain(known);
        self.acts = acts;
    }

    /// `hidden`: something ordered later is done, so that loads no longer tell of this.
    fn hear_hand(&mut self, state: &State, act: &mut Act, hidden: bool, seen: &mut Seen) {
        let done = match status(state, act) {
            Some(Status::Finished) => Ok(()),
            Some(Status::Failed) => Err(why(state, &act.id)),
            Some(_) => return act.missing = 0,
            None => {
                let shown = shown_by_loads(state.loads.as_deref(), act.what);
                if !self.enough(state, act, shown) {
                    return;
                }
                match shown {
                    Some(true) => Ok(()),
                    _ if hidden => Ok(()),
                    Some(false) => Err(Why::Down),
                    None => {
                        act.over = true;
                        return seen.sights.push(Sight::InDoubt(act.id.clone()));
                    }
                }
            }
        };
        act.over = true;
        self.tell_hand(act.what, state, done, seen);
    }

    /// The action will not be shown any more: it has a newer order, or stands where the action is and has not
    /// shown it often enough.
    fn enough(&self, state: &State, act: &mut Act, shown: Option<bool>) -> bool {
        if act.order != state.order {
            let newest = self.order.as_ref().map(|order| order.id.as_str());
            return newest == Some(state.order.as_str());
        }
        if state.last_seq < act.seq || state.driving {
            return false;
        }
        act.missing = act.missing.saturating_add(1);
        act.missing >= MISSING || !self.dialect.tells_actions && shown == Some(true)
    }

    fn tell_hand(&self, what: What, state: &State, done: Result<(), Why>, seen: &mut Seen) {
        let What::Hand { deck, place, pick } = what else {
            return;
        };
        let revision = self.accepted;
        let event = match (done, pick) {
            (Ok(()), true) => VehicleEvent::Picked {
                deck,
                place,
                tag: tag_on(state.loads.as_deref(), deck),
                revision,
            },
            (Ok(()), false) => VehicleEvent::Dropped {
                deck,
                place,
                revision,
            },
            (Err(why), _) => VehicleEvent::HandFailed {
                deck,
                place,
                why,
                revision,
            },
        };
        self.tell(event, seen);
    }

    /// startCharging is FINISHED when charging has begun; it is over when charging has ended.
    fn hear_charging(&mut self, state: &State, act: &mut Act, seen: &mut Seen) {
        act.begun |= state.charging;
        let over = status(state, act).is_some_and(Status::over);
        let gone = act.order != state.order && self.enough(state, act, None);
        if !state.charging && (act.begun || over || gone) {
            act.over = true;
            let told = self.charge.map_or(0, |(permille, _)| permille);
            self.tell_charge((state.charge.unwrap_or(told), false), seen);
        }
    }

    fn hear_battery(&mut self, state: &State, seen: &mut Seen) {
        let Some(permille) = state.charge else { return };
        let charges = |act: &Act| matches!(act.what, What::Charge { .. }) && !act.over;
        if self.acts.iter().any(charges) && !state.charging {
            return; // "not charging" would read as "has ended"
        }
        let step = self.dialect.charge_step;
        let worth = self
            .charge
            .is_none_or(|(told, was)| was != state.charging || told.abs_diff(permille) >= step);
        if worth {
            self.tell_charge((permille, state.charging), seen);
        }
    }

    fn tell_charge(&mut self, (permille, charging): (u16, bool), seen: &mut Seen) {
        self.charge = Some((permille, charging));
        let event = VehicleEvent::Charge {
            permille,
            charging,
            revision: self.accepted,
        };
        self.tell(event, seen);
    }
}

fn status(state: &State, act: &Act) -> Option<Status> {
    let mut shown = state.actions.iter().flatten();
    let action = shown.find(|action| action.id == act.id);
    action.map(|action| action.status)
}
