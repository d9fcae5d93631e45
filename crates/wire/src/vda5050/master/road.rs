//! What was commanded: pieces not yet in an order, and the order under way.

use super::super::model::Status;
use crate::Names;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// What is to be done at a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum What {
    /// Take a load from a place, or give it to one.
    Hand {
        /// Deck position.
        deck: u8,
        /// Place.
        place: PlaceId,
        /// Take or give.
        pick: bool,
    },
    /// Charge up to this [parts per thousand].
    Charge {
        /// Where to stop.
        until: u16,
    },
}

/// A piece of a command: an edge, or something to do at the end of the edges before it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Piece {
    Edge(u32, EdgeId),
    Work(Work),
}
impl Piece {
    fn revision(&self) -> u32 {
        match self {
            Piece::Edge(revision, _) => *revision,
            Piece::Work(work) => work.revision,
        }
    }
}

/// Something to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Work {
    pub revision: u32,
    pub what: What,
    /// Rises when the vehicle has failed it by our cancel and it goes again: another actionId.
    pub attempt: u8,
    /// sequenceId of its node, once it is in an order.
    pub seq: u32,
    /// Newest shown.
    pub status: Option<Status>,
    /// Charging was seen.
    pub begun: bool,
    /// States in a row in which it should have been shown and was not.
    pub missing: u8,
    /// Told to control.
    pub over: bool,
}
impl Work {
    /// Its actionId.
    pub fn id(&self, session: &str) -> String {
        match self.attempt {
            0 => alloc::format!("{session}-a{}", self.revision),
            n => alloc::format!("{session}-a{}.{n}", self.revision),
        }
    }
    pub fn charges(&self) -> bool {
        matches!(self.what, What::Charge { .. })
    }
}

/// A node of the order's base.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::vda5050) struct Point {
    pub seq: u32,
    pub node: NodeId,
    /// The edge that leads here; of the order's first node, none.
    pub edge: Option<EdgeId>,
    pub revision: u32,
    /// orderUpdateId with which it was sent.
    pub update: u32,
}

/// The order under way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Current {
    pub serial: u64,
    pub update: u32,
    /// Newest update that a state showed.
    pub shown: Option<u32>,
    /// The node behind the vehicle, and those ahead.
    pub points: VecDeque<Point>,
    pub works: Vec<Work>,
    /// Edges of horizon in the newest update.
    pub horizon: Vec<EdgeId>,
    /// sequenceId of the first node of the newest update.
    pub first: u32,
    /// The first node may be this far away [mm].
    pub deviation: u32,
    pub sent: Time,
    pub next: Time,
    pub tries: u8,
    /// A state has come since, long enough after it, that does not show it.
    pub unseen: bool,
    /// headerId of the newest order message.
    pub header_id: u32,
    /// Deck positions that were shown loaded when the order was made.
    pub decks: Option<u64>,
}
impl Current {
    pub fn confirmed(&self) -> bool {
        self.shown == Some(self.update)
    }
    /// Nothing is left to be done.
    pub fn complete(&self) -> bool {
        self.confirmed() && self.points.len() == 1 && self.works.iter().all(|work| work.over)
    }
    pub fn end(&self) -> Point {
        *self
            .points
            .back()
            .expect("an order keeps the node behind the vehicle")
    }
    pub fn open_works_at(&self, seq: u32) -> bool {
        self.works.iter().any(|work| work.seq == seq && !work.over)
    }
    /// A hand-over on the same deck position at that node.
    pub fn has_hand_at(&self, seq: u32, what: What) -> bool {
        let deck = |what: What| match what {
            What::Hand { deck, .. } => Some(deck),
            What::Charge { .. } => None,
        };
        let same = |work: &Work| deck(work.what).is_some() && deck(work.what) == deck(what);
        self.works.iter().any(|work| work.seq == seq && same(work))
    }
    /// Works behind the vehicle that are over need not be known any longer.
    pub fn tidy(&mut self) {
        let first = self.points[0].seq;
        self.works.retain(|work| !work.over || work.seq >= first);
    }
}

/// All of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Road {
    /// Last node known to be reached.
    pub node: NodeId,
    /// Of the newest command.
    pub revision: u32,
    /// Newest whose update a state has shown.
    pub accepted: u32,
    pub pending: VecDeque<Piece>,
    pub order: Option<Current>,
    pub doubts: Vec<Work>,
    /// Of the newest order.
    pub serial: u64,
    pub horizon: Vec<EdgeId>,
    /// The order before was cancelled: the vehicle may stand between nodes.
    pub cancelled: bool,
    /// The order before was forgotten by the vehicle: likewise.
    pub forgotten: bool,
}

impl Road {
    pub fn new(node: NodeId, revision: u32) -> Road {
        Road {
            node,
            revision,
            accepted: revision,
            pending: VecDeque::new(),
            order: None,
            doubts: Vec::new(),
            serial: 0,
            horizon: Vec::new(),
            cancelled: false,
            forgotten: false,
        }
    }

    /// Where everything commanded ends.
    fn end(&self, names: &Names) -> NodeId {
        let edge = self.pending.iter().rev().find_map(|piece| match piece {
            Piece::Edge(_, edge) => names.edge(*edge),
            Piece::Work(_) => None,
        });
        match (edge, &self.order) {
            (Some(edge), _) => edge.to,
            (None, Some(order)) => order.end().node,
            (None, None) => self.node,
        }
    }

    /// More base. Only the next revision, and only where the base ends, is taken.
    pub fn drive(&mut self, names: &Names, revision: u32, edges: &[EdgeId]) -> bool {
        let mut at = self.end(names);
        for &edge in edges {
            match names.edge(edge) {
                Some(edge) if edge.from == at => at = edge.to,
                _ => return false,
            }
        }
        if self.revision.checked_add(1) != Some(revision) {
            return false;
        }
        self.revision = revision;
        let pieces = edges.iter().map(|&edge| Piece::Edge(revision, edge));
        self.pending.extend(pieces);
        self.horizon.clear();
        true
    }

    /// Something to do at the end of the base.
    pub fn work(&mut self, revision: u32, what: What) -> bool {
        if self.revision.checked_add(1) != Some(revision) {
            return false;
        }
        self.revision = revision;
        self.pending.push_back(Piece::Work(Work {
            revision,
            what,
            attempt: 0,
            seq: 0,
            status: None,
            begun: false,
            missing: 0,
            over: false,
        }));
        true
    }

    pub fn set_horizon(&mut self, names: &Names, edges: &[EdgeId], most: u16) {
        let mut at = self.end(names);
        self.horizon.clear();
        for &edge in edges.iter().take(usize::from(most)) {
            match names.edge(edge) {
                Some(next) if next.from == at => at = next.to,
                _ => return,
            }
            self.horizon.push(edge);
        }
    }

    pub fn has_order(&self) -> bool {
        self.order.is_some()
    }
    /// When the order under way is to be sent again.
    pub fn due(&self) -> Time {
        match &self.order {
            Some(order) if !order.confirmed() => order.next,
            _ => Time::NEVER,
        }
    }

    /// Commands up to here are carried out in full.
    pub fn done(&self) -> u32 {
        let pending = self.pending.iter().map(Piece::revision);
        let order = self.order.iter();
        let points = order
            .clone()
            .flat_map(|o| o.points.iter().skip(1).map(|p| p.revision));
        let works = order.flat_map(|o| &o.works).filter(|work| !work.over);
        let works = works.chain(&self.doubts).map(|work| work.revision);
        let open = pending.chain(points).chain(works).min();
        open.map_or(self.revision, |open| open.saturating_sub(1))
    }

    /// Newest revision in the order.
    pub fn newest_sent(&self) -> u32 {
        let pending = self.pending.front().map(Piece::revision);
        pending.map_or(self.revision, |next| next.saturating_sub(1))
    }
}
