//! The order a vehicle holds, and how far it has come.

use super::super::model::Status;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// So many nodes passed are kept.
const BEHIND: usize = 64;

/// A node of the order that is not yet behind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Stop {
    pub seq: u32,
    pub node: NodeId,
    /// The edge that leads here, and its name's owner.
    pub edge: Option<EdgeId>,
    pub released: bool,
}

/// What an action asks of the body.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::vda5050) enum Deed {
    Hand {
        deck: u8,
        place: PlaceId,
        pick: bool,
    },
    Charge {
        until: u16,
    },
    /// Something that takes no time.
    Nothing,
}

/// An action of the order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Act {
    pub id: String,
    pub kind: String,
    pub seq: u32,
    pub deed: Deed,
    pub status: Status,
    pub result: Option<String>,
}

/// All of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Task {
    pub order: String,
    pub update: u32,
    /// Hash of the newest update's content.
    pub content: u64,
    /// Sequence id of the last node reached.
    pub last_seq: u32,
    /// Sequence id of the end of the base.
    pub end: u32,
    /// Node at the end of the base.
    pub end_node: Option<NodeId>,
    pub ahead: VecDeque<Stop>,
    /// Nodes passed, for a vehicle that never lets go of them; bounded.
    pub behind: Vec<Stop>,
    pub acts: Vec<Act>,
    /// The body was given base up to this sequence id.
    pub given: u32,
    pub cancelled: bool,
    /// The edge to the node with this sequence id is not shown (a quirk).
    pub hidden: Option<u32>,
    /// A node was reached since the program started.
    pub seen_start: bool,
}

impl Task {
    /// nodeStates and edgeStates empty, every action over.
    pub fn idle(&self) -> bool {
        self.ahead.is_empty() && self.acts.iter().all(|act| act.status.over())
    }
    /// The body drives, or has base to drive.
    pub fn driving(&self) -> bool {
        self.given > self.last_seq
    }
    pub fn running(&self) -> bool {
        let on = |act: &Act| matches!(act.status, Status::Running | Status::Initializing);
        self.acts.iter().any(on)
    }

    pub fn reached(&mut self, node: NodeId) {
        self.seen_start = true;
        let given = self.given;
        let at = self
            .ahead
            .iter()
            .position(|stop| stop.node == node && stop.seq <= given);
        if let Some(at) = at {
            self.last_seq = self.ahead[at].seq;
            self.behind.extend(self.ahead.drain(..=at));
            let many = self.behind.len().saturating_sub(BEHIND);
            self.behind.drain(..many);
        }
    }

    /// A hand-over is over; `failed`: what it is then.
    pub fn handed(
        &mut self,
        (deck, place, pick): (u8, PlaceId, bool),
        why: Option<Why>,
        failed: Status,
    ) {
        let fits = |act: &&mut Act| {
            let Deed::Hand {
                deck: d,
                place: p,
                pick: k,
            } = act.deed
            else {
                return false;
            };
            act.status == Status::Running && (d, p) == (deck, place) && (why.is_some() || k == pick)
        };
        if let Some(act) = self.acts.iter_mut().find(fits) {
            act.status = if why.is_some() {
                failed
            } else {
                Status::Finished
            };
            act.result = why.map(|why| alloc::format!("{why:?}"));
        }
    }

    /// startCharging is FINISHED as soon as charging has begun, or could not begin.
    pub fn charged(&mut self) {
        let fits = |act: &&mut Act| {
            act.status == Status::Running && matches!(act.deed, Deed::Charge { .. })
        };
        if let Some(act) = self.acts.iter_mut().find(fits) {
            act.status = Status::Finished;
        }
    }

    /// The order is taken back: what waits has failed, what the body was given is still driven.
    pub fn clear(&mut self, forget: bool) {
        self.cancelled = true;
        let given = self.given;
        self.ahead.retain(|stop| stop.seq <= given);
        self.end = given.max(self.last_seq);
        for act in &mut self.acts {
            if matches!(act.status, Status::Waiting | Status::Retriable) {
                act.status = Status::Failed;
            }
        }
        if forget {
            self.order.clear();
            self.update = 0;
            self.ahead.clear();
            self.acts.retain(|act| !act.status.over());
        }
    }
}
