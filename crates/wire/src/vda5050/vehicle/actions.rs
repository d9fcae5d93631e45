//! What the body is told, and instant actions.

use super::super::model::{Action, ActionState, InstantActions, Status};
use super::task::Deed;
use super::{Doing, INSTANTS, Now, Vehicle};
use alloc::vec::Vec;
use fenhe_contract::*;

impl Vehicle {
    /// Standing: the next action here. None left: base up to the next node with actions. Driving
    /// to a node without any: base beyond it, so that it need not stop.
    pub(super) fn feed(&mut self, out: &mut Doing) {
        if self.body.paused || self.task.running() {
            return;
        }
        while !self.task.driving() {
            let seq = self.task.last_seq;
            let here =
                |act: &&mut super::task::Act| act.seq == seq && act.status == Status::Waiting;
            let Some(act) = self.task.acts.iter_mut().find(here) else {
                break;
            };
            self.changed = true;
            if act.deed == Deed::Nothing {
                act.status = Status::Finished;
                continue;
            }
            act.status = Status::Running;
            let deed = act.deed;
            return self.order_deed(deed, out);
        }
        self.give_base(out);
    }

    fn order_deed(&mut self, deed: Deed, out: &mut Doing) {
        self.body.revision += 1;
        let (vehicle, revision) = (self.id, self.body.revision);
        match deed {
            Deed::Hand { deck, place, pick } => out.commands.push(Command::Handle {
                vehicle,
                revision,
                deck,
                place,
                pick,
            }),
            Deed::Charge { until } => {
                self.body.charging = until > 0;
                out.commands.push(Command::Charge {
                    vehicle,
                    revision,
                    until_permille: until,
                });
            }
            Deed::Nothing => {}
        }
    }

    fn give_base(&mut self, out: &mut Doing) {
        let waits = |seq: u32| {
            let mut acts = self.task.acts.iter();
            let open =
                |act: &super::task::Act| matches!(act.status, Status::Waiting | Status::Retriable);
            acts.any(|act| act.seq == seq && open(act))
        };
        if waits(self.task.given) {
            return;
        }
        let mut edges = Vec::new();
        let mut given = self.task.given;
        for stop in self
            .task
            .ahead
            .iter()
            .filter(|stop| stop.seq > self.task.given)
        {
            let Some(edge) = stop.edge.filter(|_| stop.released) else {
                break;
            };
            edges.push(edge);
            given = stop.seq;
            if waits(stop.seq) {
                break;
            }
        }
        if !edges.is_empty() {
            self.task.given = given;
            self.body.revision += 1;
            out.commands.drive(self.id, self.body.revision, &edges);
            self.changed = true;
        }
    }

    pub(super) fn take_instants(&mut self, now: Now, message: &InstantActions, out: &mut Doing) {
        if self.quirks.crashes_on_several && message.actions.len() > 1 {
            self.crashed = true;
            return;
        }
        self.changed = true;
        for action in &message.actions {
            if self.instants.iter().any(|known| known.id == action.id) {
                continue;
            }
            let status = self.instant(now, action, out);
            if self.instants.len() >= INSTANTS {
                let over = self.instants.iter().position(|known| known.status.over());
                self.instants.remove(over.unwrap_or(0));
            }
            if status == Status::Failed {
                let kind = if action.kind == "cancelOrder" {
                    "noOrderToCancel"
                } else {
                    "instantActionError"
                };
                self.reject(kind, alloc::vec![("actionId".into(), action.id.clone())]);
            }
            self.instants.push(ActionState {
                id: action.id.clone(),
                kind: action.kind.clone(),
                status,
                result: None,
            });
        }
    }

    fn instant(&mut self, now: Now, action: &Action, out: &mut Doing) -> Status {
        match action.kind.as_str() {
            "stateRequest" => Status::Finished,
            "factsheetRequest" => {
                self.publish_factsheet(now, out);
                Status::Finished
            }
            "startPause" => {
                self.body.paused = true;
                Status::Finished
            }
            "stopPause" => {
                self.body.paused = false;
                Status::Finished
            }
            "stopCharging" => {
                if self.body.charging {
                    // Charging up to nothing ends at once where the body charges.
                    self.order_deed(Deed::Charge { until: 0 }, out);
                }
                Status::Finished
            }
            "retry" => self.decide(action, Status::Waiting),
            "skipRetry" => self.decide(action, Status::Failed),
            "cancelOrder" if self.task.idle() => Status::Failed,
            "cancelOrder" => {
                self.task.clear(false);
                Status::Running
            }
            _ => Status::Failed,
        }
    }

    /// What becomes of an action that can be tried again.
    fn decide(&mut self, action: &Action, status: Status) -> Status {
        let id = action.text("actionId");
        let mut acts = self.task.acts.iter_mut();
        let waits = |act: &&mut super::task::Act| {
            act.status == Status::Retriable && Some(act.id.as_str()) == id
        };
        match acts.find(waits) {
            Some(act) => {
                act.status = status;
                Status::Finished
            }
            None => Status::Failed,
        }
    }

    /// A cancelled order is gone when the body stands.
    pub(super) fn finish_instants(&mut self) {
        if self.task.idle() && !self.task.driving() {
            for instant in &mut self.instants {
                if instant.status == Status::Running {
                    instant.status = Status::Finished;
                    self.changed = true;
                }
            }
        }
    }
}
