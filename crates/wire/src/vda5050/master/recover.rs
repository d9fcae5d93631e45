//! After the vehicle lost its order, or we took it back: what is left, and what is in doubt.

use super::super::model::{State, Status};
use super::road::{Current, Piece, What, Work};
use super::works::shown_by_loads;
use super::{Master, Note, Out};
use crate::Names;
use alloc::vec::Vec;
use fenhe_contract::*;

impl Master {
    /// The vehicle has forgotten an order that it had accepted (a reboot, a manual mode). What is
    /// not done goes again as a new order; nothing that may have been done is done again.
    pub(super) fn lost(&mut self, names: &Names, state: &State, out: &mut Out) {
        let Some(order) = self.road.order.take() else {
            return;
        };
        out.notes.push(Note::OrderLost);
        self.road.forgotten = true;
        let order = self.catch_up(names, order, state, out);
        self.queue_again(order, state, 0, out);
        self.check_route(names, out);
        self.tell_state(out);
    }

    /// Points up to where it stands now are behind it.
    fn catch_up(
        &mut self,
        names: &Names,
        mut order: Current,
        state: &State,
        out: &mut Out,
    ) -> Current {
        let node = names.find_node(&state.last_node);
        let at = order
            .points
            .iter()
            .position(|point| Some(point.node) == node);
        for _ in 0..at.unwrap_or(0) {
            order.points.pop_front();
            let node = order.points[0].node;
            self.road.node = node;
            let revision = self.road.accepted;
            self.tell(VehicleEvent::At { node, revision }, out);
        }
        if at.is_none()
            && let Some(node) = node
        {
            self.road.node = node;
        }
        order
    }

    /// Puts what is left of an order before everything that waits. `attempt`: added to actionIds.
    fn queue_again(&mut self, order: Current, state: &State, attempt: u8, out: &mut Out) {
        let behind = order.points[0].seq;
        let mut left: Vec<(u32, Piece)> = Vec::new();
        for point in order.points.iter().skip(1) {
            if let Some(edge) = point.edge {
                left.push((point.seq, Piece::Edge(point.revision, edge)));
            }
        }
        let works: Vec<Work> = order.works.into_iter().filter(|work| !work.over).collect();
        for (i, work) in works.iter().enumerate() {
            let deck = |work: &Work| match work.what {
                What::Hand { deck, .. } => Some(deck),
                What::Charge { .. } => None,
            };
            let mut later = works[i + 1..].iter().filter(|later| later.seq <= behind);
            let followed = work.seq < behind && later.any(|later| deck(later) == deck(work));
            match self.was_done(work, behind, state) {
                // It passes no node before what is to be done there is over.
                _ if followed => self.tell_hand(work.what, Tag::UNREAD, None, out),
                Some(false) => left.push((work.seq, again(work.clone(), attempt))),
                Some(true) | None => self.doubt(state, work.clone(), out),
            }
        }
        left.sort_by_key(|(seq, _)| *seq); // stable: the edge to a node, then what is done there
        for (_, piece) in left.into_iter().rev() {
            self.road.pending.push_front(piece);
        }
    }

    /// Whether a work of a lost order was done, if that can be known.
    fn was_done(&self, work: &Work, behind: u32, state: &State) -> Option<bool> {
        if work.charges() {
            return Some(work.begun && !state.charging);
        }
        let id = work.id(&self.dialect.session);
        let shown = state
            .actions
            .iter()
            .flatten()
            .find(|action| action.id == id);
        match shown.map(|action| action.status) {
            Some(Status::Finished) => return Some(true),
            Some(Status::Failed | Status::Waiting) => return Some(false),
            Some(_) | None => {}
        }
        if work.seq > behind {
            return Some(false); // it has not been there
        }
        let shown = shown_by_loads(state.loads.as_deref(), work.what);
        shown.filter(|done| *done || work.seq == behind)
    }

    /// What waits must begin where the vehicle is.
    pub(super) fn check_route(&mut self, names: &Names, out: &mut Out) {
        let first = self.road.pending.iter().find_map(|piece| match piece {
            Piece::Edge(_, edge) => names.edge(*edge).map(|edge| edge.from),
            Piece::Work(_) => None,
        });
        let off = first.is_some_and(|from| from != self.road.node);
        if off && !self.seen.off_route {
            out.notes.push(Note::OffRoute);
        }
        self.seen.off_route = off;
        self.tell_held(out);
    }

    /// After cancelOrder: done when it stands and holds no base, whatever it says of the action.
    pub(super) fn finish_withdrawal(&mut self, names: &Names, state: &State, out: &mut Out) {
        let resting = self.seen.idle || self.seen.left_over;
        if self.withdrawing.is_none() || !resting || (self.cancelling() && !state.nodes.is_empty())
        {
            return;
        }
        self.forget_cancel();
        if let Some(order) = self.road.order.take() {
            let order = self.catch_up(names, order, state, out);
            if self.withdrawing == Some(true) {
                self.queue_again(order, state, 1, out);
            } else {
                self.give_up(order, out);
            }
            self.road.cancelled = true;
        }
        self.withdrawn(names, out);
    }

    /// A rejected order that was never shown and still fits goes again with the same ids: if a
    /// copy of it was taken after all, it is known, and nothing is done twice.
    pub(super) fn try_again(&mut self, now: super::Now) -> bool {
        let (rejected, node) = (self.rejected.is_some(), self.seen.node);
        let Some(order) = &mut self.road.order else {
            return false;
        };
        let again = rejected && order.shown.is_none() && node == Some(order.points[0].node);
        if again {
            self.rejected = None;
            (order.unseen, order.next) = (true, now.time);
        }
        again
    }

    /// There is nothing (any longer) to be cancelled.
    pub(super) fn withdrawn(&mut self, names: &Names, out: &mut Out) {
        let keep = self.withdrawing.take().unwrap_or(true);
        self.rejected = None;
        if let Some(order) = self.road.order.take() {
            if keep {
                let nowhere = order.points.iter().skip(1);
                let mut left: Vec<(u32, Piece)> = Vec::new();
                for point in nowhere {
                    left.extend(
                        point
                            .edge
                            .map(|e| (point.seq, Piece::Edge(point.revision, e))),
                    );
                }
                let works = order.works.into_iter().filter(|work| !work.over);
                left.extend(works.map(|work| (work.seq, again(work, 0))));
                left.sort_by_key(|(seq, _)| *seq);
                for (_, piece) in left.into_iter().rev() {
                    self.road.pending.push_front(piece);
                }
            } else {
                self.give_up(order, out);
            }
        }
        if !keep {
            for piece in core::mem::take(&mut self.road.pending) {
                if let Piece::Work(work) = piece {
                    self.fail(&work, out);
                }
            }
            self.road.accepted = self.road.revision;
        }
        out.notes.push(Note::Withdrawn);
        self.check_route(names, out);
        self.tell_state(out);
    }

    fn give_up(&mut self, order: Current, out: &mut Out) {
        for work in order.works.iter().filter(|work| !work.over) {
            self.fail(work, out);
        }
    }

    /// Never to be done.
    fn fail(&mut self, work: &Work, out: &mut Out) {
        match work.what {
            What::Hand { .. } => {
                self.tell_hand(work.what, Tag::UNREAD, Some(Why::NotReleased), out);
            }
            What::Charge { .. } => {
                let told = self.told.charge.map_or(0, |(permille, _)| permille);
                self.tell_charge(told, false, out);
            }
        }
    }

    /// It is not waited for, ordered or told any more. Whether the vehicle has it in its order.
    pub(super) fn strike(&mut self, what: What) -> bool {
        self.road.doubts.retain(|work| work.what != what);
        let is = |piece: &Piece| matches!(piece, Piece::Work(work) if work.what == what);
        self.road.pending.retain(|piece| !is(piece));
        let works = self
            .road
            .order
            .iter_mut()
            .flat_map(|order| &mut order.works);
        let mut open = works.filter(|work| work.what == what && !work.over);
        match open.next() {
            Some(work) => {
                work.over = true;
                true
            }
            None => false,
        }
    }

    pub(super) fn settle_doubt(&mut self, revision: u32, done: bool, out: &mut Out) {
        let doubts = &mut self.road.doubts;
        let Some(at) = doubts.iter().position(|work| work.revision == revision) else {
            return;
        };
        let work = doubts.remove(at);
        let why = (!done).then_some(Why::NotThere);
        self.tell_hand(work.what, Tag::UNREAD, why, out);
    }
}

/// The same work, to be ordered again.
fn again(work: Work, attempt: u8) -> Piece {
    let failed = work.status == Some(Status::Failed);
    Piece::Work(Work {
        attempt: work.attempt.saturating_add(attempt.max(u8::from(failed))),
        status: None,
        begun: false,
        missing: 0,
        seq: 0,
        ..work
    })
}
