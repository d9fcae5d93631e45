//! Which orders and updates are accepted (VDA 5050, chapter on orders), and what becomes of them.

use super::super::model::{Action, Level, Order, Status, VehicleError};
use super::task::{Act, Deed, Stop, Task};
use super::{ERRORS, Vehicle};
use crate::Names;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;

/// Why an order is rejected: errorType of 2.x, and of 3.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::vda5050) struct Rejection(&'static str, &'static str);

const INVALID: Rejection = Rejection("validationError", "VALIDATION_FAILURE");
const ACTION: Rejection = Rejection("orderError", "INVALID_ORDER_ACTION");
const OLD: Rejection = Rejection("orderUpdateError", "OUTDATED_ORDER_UPDATE");
const SAME: Rejection = Rejection("orderUpdateError", "SAME_ORDER_UPDATE_ID");
const CANCELLED: Rejection = Rejection("orderUpdateError", "ORDER_UPDATE_FOLLOWING_CANCEL");
const STITCH: Rejection = Rejection("orderUpdateError", "VALIDATION_FAILURE");
const BUSY: Rejection = Rejection("orderError", "OTHER_ORDER_ACTIVE");
const START: Rejection = Rejection("noRouteError", "START_NODE_OUT_OF_RANGE");
const ROUTE: Rejection = Rejection("noRouteError", "NODE_UNREACHABLE");
const MODE: Rejection = Rejection("orderError", "MOBILE_ROBOT_NOT_AVAILABLE");

impl Vehicle {
    pub(super) fn take_order(&mut self, names: &Names, order: &Order) {
        if let Err(Rejection(v2, v3)) = self.try_order(names, order) {
            let references = alloc::vec![
                ("orderId".to_string(), order.id.clone()),
                ("orderUpdateId".to_string(), order.update.to_string()),
                ("headerId".to_string(), order.header.header_id.to_string()),
            ];
            let v3_spoken = self.dialect.version == super::super::Version::V3_0;
            self.reject(if v3_spoken { v3 } else { v2 }, references);
        }
    }

    fn try_order(&mut self, names: &Names, order: &Order) -> Result<(), Rejection> {
        check_form(order)?;
        if !self.body.mode.obeys() {
            return Err(MODE);
        }
        let route = route(names, order)?;
        if order.id != self.task.order {
            return self.new_order(names, order, route);
        }
        if order.update == self.task.update {
            let v3 = self.dialect.version == super::super::Version::V3_0;
            let other = v3 && content(order) != self.task.content;
            return if self.quirks.refuses_resend || other {
                Err(SAME)
            } else {
                Ok(())
            };
        }
        if order.update < self.task.update {
            return Err(OLD);
        }
        if self.task.cancelled {
            return Err(CANCELLED);
        }
        self.update(names, order, route)
    }

    fn new_order(
        &mut self,
        names: &Names,
        order: &Order,
        route: Vec<Stop>,
    ) -> Result<(), Rejection> {
        if !self.task.idle() && !self.quirks.overrides {
            return Err(BUSY);
        }
        let start = &route[0];
        let acts = acts(names, order)?;
        if self.task.driving() || start.node != self.body.node {
            return Err(START);
        }
        let start_seq = start.seq;
        self.task = Task {
            order: order.id.clone(),
            update: order.update,
            last_seq: start_seq,
            given: start_seq,
            acts,
            content: content(order),
            seen_start: self.task.seen_start,
            ..Task::default()
        };
        self.append(route);
        self.accepted();
        Ok(())
    }

    fn update(&mut self, names: &Names, order: &Order, route: Vec<Stop>) -> Result<(), Rejection> {
        let end_node = self.task.end_node.unwrap_or(self.body.node);
        if route[0].seq != self.task.end || route[0].node != end_node {
            return Err(STITCH);
        }
        let fresh = acts(names, order)?;
        for act in fresh {
            match self.task.acts.iter().position(|known| known.id == act.id) {
                None => self.task.acts.push(act),
                Some(_) if !self.quirks.repeats_stitch => {}
                Some(at) if self.task.acts[at].status.over() => self.task.acts[at] = act,
                Some(_) => self.crashed = true,
            }
        }
        self.task.update = order.update;
        self.task.content = content(order);
        self.task.ahead.retain(|stop| stop.released);
        self.append(route);
        if self.quirks.drops_edge {
            self.task.hidden = self.task.ahead.front().map(|stop| stop.seq);
        }
        self.accepted();
        Ok(())
    }

    /// Everything after the first node of the route.
    fn append(&mut self, route: Vec<Stop>) {
        let base = route.iter().rfind(|stop| stop.released);
        if let Some(end) = base {
            self.task.end = end.seq;
            self.task.end_node = Some(end.node);
        }
        self.task.ahead.extend(route.into_iter().skip(1));
    }

    fn accepted(&mut self) {
        self.changed = true;
        if !self.quirks.errors_pile_up {
            self.errors.clear();
        }
    }

    /// One more error, or the same one again.
    pub(super) fn reject(&mut self, kind: &str, references: Vec<(String, String)>) {
        self.changed = true;
        let v3 = self.dialect.version == super::super::Version::V3_0;
        let kind = match kind {
            "validationError" if v3 => "VALIDATION_FAILURE",
            "noOrderToCancel" if v3 => "NO_ORDER_TO_CANCEL",
            "instantActionError" if v3 => "INVALID_INSTANT_ACTION",
            other => other,
        };
        let error = VehicleError {
            kind: kind.to_string(),
            level: if self.quirks.fatal {
                Level::Fatal
            } else {
                Level::Warning
            },
            references,
        };
        if !self.quirks.errors_pile_up {
            self.errors.retain(|known| known.kind != error.kind);
        }
        if self.errors.len() < ERRORS {
            self.errors.push(error);
        }
    }
}

/// The same for the same message sent again (3.0 tells another content with the same ids apart).
fn content(order: &Order) -> u64 {
    let mut digest = Digest::EMPTY;
    let mut put = |id: &str, seq: u32, released: bool, actions: &[Action]| {
        digest = digest
            .with_bytes(id.as_bytes())
            .with_bytes(&seq.to_le_bytes());
        digest = digest.with_bytes(&[u8::from(released)]);
        for action in actions {
            digest = digest
                .with_bytes(action.id.as_bytes())
                .with_bytes(action.kind.as_bytes());
        }
    };
    for node in &order.nodes {
        put(&node.id, node.seq, node.released, &node.actions);
    }
    for edge in &order.edges {
        put(&edge.id, edge.seq, edge.released, &edge.actions);
    }
    digest.0
}

/// Counts, order of sequence ids, base before horizon, names that fit.
fn check_form(order: &Order) -> Result<(), Rejection> {
    let (nodes, edges) = (&order.nodes, &order.edges);
    let Some(first) = nodes.first() else {
        return Err(INVALID);
    };
    if order.id.is_empty()
        || !first.released
        || first.seq % 2 != 0
        || edges.len() + 1 != nodes.len()
    {
        return Err(INVALID);
    }
    for (i, (edge, pair)) in edges.iter().zip(nodes.windows(2)).enumerate() {
        let seq = u32::try_from(2 * i)
            .ok()
            .and_then(|step| first.seq.checked_add(step));
        let fits = seq.is_some_and(|seq| {
            pair[0].seq == seq
                && Some(edge.seq) == seq.checked_add(1)
                && Some(pair[1].seq) == seq.checked_add(2)
        });
        let released = edge.released == pair[1].released && (pair[0].released || !edge.released);
        let named = |told: &str, is: &str| told.is_empty() || told == is;
        let ends = named(&edge.from, &pair[0].id) && named(&edge.to, &pair[1].id);
        if !fits || !released || !ends {
            return Err(INVALID);
        }
    }
    Ok(())
}

fn route(names: &Names, order: &Order) -> Result<Vec<Stop>, Rejection> {
    let mut stops: Vec<Stop> = Vec::new();
    for (i, node) in order.nodes.iter().enumerate() {
        let id = names.find_node(&node.id).ok_or(ROUTE)?;
        let edge = match i.checked_sub(1) {
            None => None,
            Some(i) => Some(names.find_edge(&order.edges[i].id).ok_or(ROUTE)?),
        };
        let joins = |edge: EdgeId| {
            let (edge, before) = (names.edge(edge), stops.last().map(|stop| stop.node));
            edge.is_some_and(|edge| Some(edge.from) == before && edge.to == id)
        };
        if edge.is_some_and(|edge| !joins(edge)) {
            return Err(ROUTE);
        }
        stops.push(Stop {
            seq: node.seq,
            node: id,
            edge,
            released: node.released,
        });
    }
    Ok(stops)
}

/// What there is to do at the nodes of the base and the horizon; edges carry nothing we know.
fn acts(names: &Names, order: &Order) -> Result<Vec<Act>, Rejection> {
    if order.edges.iter().any(|edge| !edge.actions.is_empty()) {
        return Err(ACTION);
    }
    let mut acts: Vec<Act> = Vec::new();
    for node in order.nodes.iter().filter(|node| node.released) {
        for action in &node.actions {
            if acts.iter().any(|act| act.id == action.id) {
                return Err(INVALID);
            }
            acts.push(Act {
                id: action.id.clone(),
                kind: action.kind.clone(),
                seq: node.seq,
                deed: deed(names, action)?,
                status: Status::Waiting,
                result: None,
            });
        }
    }
    Ok(acts)
}

/// What an action asks of the body.
pub(in crate::vda5050) fn deed(names: &Names, action: &Action) -> Result<Deed, Rejection> {
    let pick = match action.kind.as_str() {
        "pick" => true,
        "drop" => false,
        "startCharging" => {
            let percent = action.number("until").unwrap_or(100.0).clamp(0.0, 100.0);
            let until = (percent * 10.0) as u16;
            return Ok(Deed::Charge { until });
        }
        "stopCharging" | "stateRequest" | "logReport" => return Ok(Deed::Nothing),
        _ => return Err(ACTION),
    };
    let place = action
        .text("stationName")
        .and_then(|name| names.find_place(name));
    let deck = action.text("lhd").map_or(Some(0), |lhd| lhd.parse().ok());
    match (place, deck) {
        (Some(place), Some(deck)) => Ok(Deed::Hand { deck, place, pick }),
        _ => Err(ACTION),
    }
}
