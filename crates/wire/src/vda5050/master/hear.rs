//! From states to facts. Progress is judged from several fields together.

use super::super::dialect::StepEnds;
use super::super::fault::{Breach, Fault};
use super::super::model::{EmergencyStop, State, Status, VehicleError};
use super::super::read;
use super::ear::TWINS;
use super::road::{Point, What, Work};
use super::works::loaded_decks;
use super::{Master, Note, Now, Out, Phase, Topic};
use crate::Names;
use alloc::collections::VecDeque;
use fenhe_contract::*;

/// Words with which an order or an update is rejected, in capitals without separators: 2.x and 3.0.
const REJECTIONS: &[&str] = &[
    "VALIDATIONERROR",
    "ORDERERROR",
    "ORDERUPDATEERROR",
    "NOROUTEERROR",
    "VALIDATIONFAILURE",
    "UNSUPPORTEDPARAMETER",
    "INVALIDORDERACTION",
    "OUTDATEDORDERUPDATE",
    "SAMEORDERUPDATEID",
    "OTHERORDERACTIVE",
    "STARTNODEOUTOFRANGE",
    "NOROUTETOTARGET",
    "MOBILEROBOTNOTAVAILABLE",
    "UNKNOWNMAPID",
    "NODEUNREACHABLE",
    "ORDERUPDATEFOLLOWINGCANCEL",
];
/// So many signatures of errors are kept.
const ERRORS: usize = 64;

impl Master {
    pub(super) fn state(
        &mut self,
        now: Now,
        names: &Names,
        bytes: &[u8],
        out: &mut Out,
    ) -> Result<(), Fault> {
        let state = read::state(bytes)?;
        read::check_sender(&state.header, &self.dialect)?;
        if !self.ear.fresh(now.time, &state.header) {
            out.notes.push(Note::Stale(Topic::State));
            return Ok(());
        }
        if self.ear.twins >= TWINS {
            self.isolate(Breach::TwoSenders, out);
        }
        self.tell_up(true, out);
        let asked = self.phase == Phase::Asking;
        if asked {
            self.phase = Phase::Talking;
        }
        self.hear_instants(&state, out);
        self.look(names, &state, out);
        self.hear_order(now, names, &state, asked, out);
        self.hear_battery(&state, out);
        self.finish_withdrawal(names, &state, out);
        self.seen.errors.clear();
        let errors = state.errors.iter().take(ERRORS).map(signature);
        self.seen.errors.extend(errors);
        self.tell_held(out);
        Ok(())
    }

    fn look(&mut self, names: &Names, state: &State, out: &mut Out) {
        if self.seen.mode != state.mode {
            out.notes.push(Note::Mode(state.mode));
        }
        let ours = alloc::format!("{}-i", self.dialect.session);
        let mut actions = state.actions.iter().flatten();
        let busy = actions.any(|action| !action.status.over() && !action.id.starts_with(&ours));
        let ahead = |n: &super::super::model::Node| n.released && n.seq > state.last_seq;
        let base = state.nodes.iter().any(ahead);
        let horizon = state.nodes.iter().any(|node| !node.released);
        let stands = !state.driving && !busy && !base;
        let seen = &mut self.seen;
        seen.mode = state.mode;
        seen.cleared |= state.mode.clears();
        seen.driving = state.driving;
        seen.idle = stands && !horizon;
        seen.left_over = stands && horizon;
        seen.charging = state.charging;
        let stop = state.stop != EmergencyStop::None;
        let mut actions = state.actions.iter().flatten();
        let stuck = actions.any(|action| action.status == Status::Retriable);
        seen.stopped = state.paused || stop || state.field_violation || stuck;
        seen.node = names.find_node(&state.last_node);
        seen.astray = astray(names, state);
        seen.decks = loaded_decks(state.loads.as_deref());
    }

    fn hear_order(&mut self, now: Now, names: &Names, state: &State, asked: bool, out: &mut Out) {
        let cleared = core::mem::take(&mut self.seen.cleared);
        self.seen.cleared = cleared && !state.mode.obeys();
        let Some(order) = &self.road.order else {
            return self.wander(now, names, state, out);
        };
        let mine = state.order == self.order_id(order.serial);
        let forgotten = cleared && state.mode.obeys() && !state.nodes.iter().any(|n| n.released);
        if mine && order.shown.is_some() && forgotten && !order.complete() {
            self.advance(now, names, state, out);
            self.lost(names, state, out);
        } else if mine {
            self.mine(now, names, state, asked, out);
        } else if order.shown.is_none() && self.was_taken(names, state) {
            self.lost(names, state, out);
        } else if order.shown.is_none() {
            self.not_seen(now, state, asked, out);
            self.foreign(now, state, out);
        } else if order.complete() {
            self.wander(now, names, state, out);
        } else if self.withdrawing.is_none() && !self.foreign(now, state, out) {
            self.lost(names, state, out);
        }
    }

    /// No state showed the order, yet the vehicle had it and has forgotten it: it stands further on,
    /// or it was started again where there was something to do at once, or its loads show that this
    /// was done since the order was made.
    fn was_taken(&self, names: &Names, state: &State) -> bool {
        let Some(order) = &self.road.order else {
            return false;
        };
        let node = names.find_node(&state.last_node);
        // On a way that comes back to its start the place says nothing.
        let mut ahead = order.points.iter().skip(1);
        let start = order.points[0].node;
        let further = node != Some(start) && ahead.any(|point| Some(point.node) == node);
        let handed = |work: &Work| match (work.what, order.decks, self.seen.decks) {
            (What::Hand { deck, pick, .. }, Some(before), Some(now)) => {
                let bit = 1_u64.checked_shl(u32::from(deck)).unwrap_or(0);
                (before & bit == 0) == pick && (now & bit != 0) == pick && bit != 0
            }
            _ => false,
        };
        let first = |work: &&Work| work.seq == 0;
        let mut at_once = order.works.iter().filter(first);
        let began = at_once.any(|work| self.ear.reborn || handed(work));
        (further || began) && self.seen.idle
    }

    /// It drives an order that is none of ours.
    fn foreign(&mut self, now: Now, state: &State, out: &mut Out) -> bool {
        let prefix = alloc::format!("{}-", self.dialect.session);
        let busy = state.driving
            || state
                .nodes
                .iter()
                .any(|n| n.released && n.seq > state.last_seq);
        let foreign = busy && !state.order.is_empty() && !state.order.starts_with(&prefix);
        if foreign {
            self.breach(now, Breach::ForeignOrder, out);
        }
        foreign
    }

    /// Nothing is ordered, yet it may be somewhere else: it was moved by hand.
    fn wander(&mut self, now: Now, names: &Names, state: &State, out: &mut Out) {
        self.foreign(now, state, out);
        let Some(node) = names.find_node(&state.last_node) else {
            return;
        };
        let end = self.road.order.as_ref().map(|order| order.end().node);
        if node != self.road.node && !(end == Some(self.road.node) && state.last_node.is_empty()) {
            self.road.node = node;
            self.road.order = None;
            let revision = self.road.accepted;
            self.tell(VehicleEvent::At { node, revision }, out);
        }
        self.check_route(names, out);
    }

    /// The update under way was not shown: rejected, or not there.
    fn not_seen(&mut self, now: Now, state: &State, asked: bool, out: &mut Out) {
        if let Some(kind) = self.rejection(state) {
            if self.rejected.is_none() {
                out.notes.push(Note::Rejected(kind.clone()));
            }
            self.rejected.get_or_insert(kind);
            return;
        }
        let quarter = Span(self.dialect.resend.0 / 4);
        if let Some(order) = &mut self.road.order {
            if asked {
                order.next = now.time;
            }
            order.unseen |= asked || now.time >= order.sent + quarter;
        }
    }

    /// An error that refers to the update under way, or a new one that refers to nothing.
    fn rejection(&self, state: &State) -> Option<alloc::string::String> {
        let order = self.road.order.as_ref()?;
        let (id, update) = (
            self.order_id(order.serial),
            alloc::format!("{}", order.update),
        );
        let header = alloc::format!("{}", order.header_id);
        let rejects = |error: &&VehicleError| {
            let letters = error.kind.chars().filter(|c| c.is_ascii_alphanumeric());
            let word: alloc::string::String = letters.map(|c| c.to_ascii_uppercase()).collect();
            if !REJECTIONS.contains(&word.as_str()) {
                return false;
            }
            let fits = |key: &str, ours: &str| error.reference(key).map(|told| told == ours);
            match (fits("orderId", &id), fits("orderUpdateId", &update)) {
                (Some(fits), update) => {
                    fits && update.unwrap_or(true) && self.is_new(error, update)
                }
                (None, Some(_)) | (None, None) => {
                    fits("headerId", &header).unwrap_or(true) && self.is_new(error, None)
                }
            }
        };
        let found = state.errors.iter().find(rejects);
        found.map(|error| error.kind.clone())
    }

    /// An error that names the update is about it; any other only if it was not there before.
    fn is_new(&self, error: &VehicleError, names_update: Option<bool>) -> bool {
        names_update.is_some() || !self.seen.errors.contains(&signature(error))
    }

    /// It shows our order.
    fn mine(&mut self, now: Now, names: &Names, state: &State, asked: bool, out: &mut Out) {
        let Some(order) = &mut self.road.order else {
            return;
        };
        if state.update > order.update {
            return self.breach(now, Breach::UnknownUpdate, out);
        }
        let before = order.confirmed();
        order.shown = order.shown.max(Some(state.update));
        let confirmed = order.confirmed();
        if confirmed && !before {
            self.road.accepted = self.road.newest_sent();
            self.rejected = None;
        }
        if !confirmed {
            self.not_seen(now, state, asked, out);
        }
        self.advance(now, names, state, out);
        if confirmed && (!before || asked) {
            self.tell_state(out);
        }
    }

    /// Nodes passed and actions over.
    pub(super) fn advance(&mut self, now: Now, names: &Names, state: &State, out: &mut Out) {
        let passed = self.passed(now, names, state, out);
        for _ in 0..passed {
            let Some(order) = &mut self.road.order else {
                return;
            };
            order.points.pop_front();
            let node = order.points[0].node;
            self.road.node = node;
            let revision = self.road.accepted;
            self.tell(VehicleEvent::At { node, revision }, out);
        }
        self.hear_works(now, state, out);
        if let Some(order) = &mut self.road.order {
            order.tidy();
        }
    }

    /// How many of the nodes ahead are behind it now.
    fn passed(&mut self, now: Now, names: &Names, state: &State, out: &mut Out) -> usize {
        let Some(order) = &self.road.order else {
            return 0;
        };
        let node = names.find_node(&state.last_node);
        let beyond = state.last_seq > order.end().seq
            && node.is_some()
            && state.last_seq.is_multiple_of(2)
            && order.confirmed()
            && !order.points.iter().any(|point| Some(point.node) == node);
        let shown = order.shown.unwrap_or(0);
        let passed = passed(&order.points, shown, self.dialect.step_ends, node, state);
        if beyond {
            self.breach(now, Breach::BeyondBase, out);
        }
        passed
    }

    fn hear_battery(&mut self, state: &State, out: &mut Out) {
        let Some(permille) = state.charge else { return };
        let charging = state.charging;
        let mut works = self.road.order.iter().flat_map(|order| &order.works);
        let awaited = works.any(|work| work.charges() && !work.over);
        if awaited && !charging {
            return; // "not charging" would read as "has ended"
        }
        let step = self.dialect.charge_step;
        let worth = self
            .told
            .charge
            .is_none_or(|(told, was)| was != charging || told.abs_diff(permille) >= step);
        if worth {
            self.tell_charge(permille, charging, out);
        }
    }

    pub(super) fn tell_charge(&mut self, permille: u16, charging: bool, out: &mut Out) {
        self.told.charge = Some((permille, charging));
        let event = VehicleEvent::Charge {
            permille,
            charging,
            revision: self.road.accepted,
        };
        self.tell(event, out);
    }
}

/// How many of the nodes ahead (all points but the first) are behind a vehicle that says it is at `node` now.
pub(in crate::vda5050) fn passed(
    points: &VecDeque<Point>,
    shown: u32,
    ends: StepEnds,
    node: Option<NodeId>,
    state: &State,
) -> usize {
    let (Some(behind), Some(end)) = (points.front(), points.back()) else {
        return 0;
    };
    let known = points.iter().filter(|point| point.update <= shown);
    let ahead: alloc::vec::Vec<_> = known.skip(1).collect();
    let waits = |seq: u32| state.nodes.iter().any(|n| n.seq == seq);
    let dropped = ahead.iter().take_while(|point| !waits(point.seq)).count();
    let at = |point: &&Point| Some(point.node) == node;
    let exact = ahead.iter().position(|p| at(p) && p.seq == state.last_seq);
    // Only a name: a sequence that began again, or none. The node must be gone from nodeStates.
    let once = ahead.iter().filter(|p| at(p)).count() == 1;
    let by_name = ahead.iter().position(|p| at(p) && once && !waits(p.seq));
    let here = behind.seq == state.last_seq && Some(behind.node) == node;
    let here = here || state.last_seq > end.seq;
    let reached = exact.or(by_name.filter(|_| !here)).map_or(0, |at| at + 1);
    match ends {
        StepEnds::LastNode => reached,
        StepEnds::NodeStates => dropped,
        StepEnds::Both => reached.min(dropped),
    }
}

/// The same for the same error.
fn signature(error: &VehicleError) -> u64 {
    let mut digest = Digest::EMPTY.with_bytes(error.kind.as_bytes());
    for (key, value) in &error.references {
        digest = digest
            .with_bytes(key.as_bytes())
            .with_bytes(value.as_bytes());
    }
    digest.0
}

/// At most how far from its last node it says it is [mm]: the sum of both distances.
fn astray(names: &Names, state: &State) -> u32 {
    let node = names
        .find_node(&state.last_node)
        .and_then(|id| names.node(id));
    let (Some(node), Some(pose)) = (node, &state.pose) else {
        return 0;
    };
    let (dx, dy) = (pose.x - node.x.as_metres(), pose.y - node.y.as_metres());
    ((dx.abs() + dy.abs()) * 1e3) as u32
}
