//! From what was commanded to order messages.

use super::super::dialect::{Dialect, StitchActions, Topic};
use super::super::model::{Action, Edge, Node, Order, Position, Value};
use super::super::write;
use super::instant::DOUBLINGS;
use super::road::{Current, Piece, Point, What, Work};
use super::{Kind, Master, Note, Now, Out};
use crate::Names;
use alloc::collections::VecDeque;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;

impl Master {
    pub(super) fn order_id(&self, serial: u64) -> String {
        alloc::format!("{}-{serial}", self.dialect.session)
    }

    /// Sends what may be sent now: at most one order or update is under way.
    pub(super) fn pump(&mut self, now: Now, names: &Names, out: &mut Out) {
        if !self.may_send() || self.seen.off_route {
            return;
        }
        let ready = match &self.road.order {
            Some(order) if !order.confirmed() => return,
            Some(order) if !order.complete() || !order.horizon.is_empty() => {
                self.extend(now, names)
            }
            Some(_) if self.road.pending.is_empty() => self.extend(now, names),
            None if self.road.pending.is_empty() => return,
            _ if self.seen.idle => self.begin(now, names),
            _ if !self.seen.left_over => !self.road.cancelled && self.extend(now, names),
            // A horizon that is not ours, or that it does not let go: it is never idle.
            _ if self.road.cancelled => !self.cancelling() && self.begin(now, names),
            _ => {
                self.road.cancelled = true;
                self.instant(now, Kind::CancelOrder, out);
                false
            }
        };
        if ready {
            self.publish_order(now, names, out);
        }
    }

    /// A new order from the node where the vehicle is.
    fn begin(&mut self, now: Now, names: &Names) -> bool {
        let road = &mut self.road;
        road.serial += 1;
        let start = Point {
            seq: 0,
            node: road.node,
            edge: None,
            revision: 0,
            update: 0,
        };
        let widened = if road.cancelled || road.forgotten {
            self.seen.astray.saturating_add(500)
        } else {
            0
        };
        let mut order = Current {
            serial: road.serial,
            update: 0,
            shown: None,
            points: VecDeque::from([start]),
            works: Vec::new(),
            horizon: Vec::new(),
            first: 0,
            deviation: self.dialect.first_node_deviation.max(widened),
            sent: now.time,
            next: now.time + self.dialect.resend,
            tries: 1,
            unseen: false,
            header_id: 0,
            decks: self.seen.decks,
        };
        (road.cancelled, road.forgotten) = (false, false);
        self.take(names, &mut order, true);
        self.road.order = Some(order);
        true
    }

    /// An update of the order under way, from the end of its base.
    fn extend(&mut self, now: Now, names: &Names) -> bool {
        let Some(mut order) = self.road.order.take() else {
            return false;
        };
        let first = order.end().seq;
        let charging = order.works.iter().any(|work| work.charges() && !work.over);
        let wait = self.dialect.stitch_actions == StitchActions::Wait;
        let ready = !(charging || wait && order.open_works_at(first));
        let changed = ready && self.update(names, &mut order);
        if changed {
            order.first = first;
            (order.sent, order.next) = (now.time, now.time + self.dialect.resend);
            (order.tries, order.unseen, order.deviation) = (1, false, 0);
        }
        self.road.order = Some(order);
        changed
    }

    fn update(&mut self, names: &Names, order: &mut Current) -> bool {
        let before = order.points.len();
        order.update += 1;
        self.take(names, order, false);
        let horizon = if self.road.pending.is_empty() {
            let room = self.most_edges().1.saturating_sub(order.points.len() - 1);
            self.road.horizon.iter().take(room).copied().collect()
        } else {
            Vec::new()
        };
        let changed = order.points.len() > before || horizon != order.horizon;
        if changed {
            order.horizon = horizon;
        } else {
            order.update -= 1;
        }
        changed
    }

    /// Moves pieces into the order, as many as the vehicle may hold. What is to be done at a node
    /// that it already knows waits for an order of its own, and so do what follows charging and a
    /// second hand-over on one deck position at one node: loads then always tell which was done.
    fn take(&mut self, names: &Names, order: &mut Current, new: bool) {
        let (most, _) = self.most_edges();
        let road = &mut self.road;
        let mut fresh = new;
        while let Some(piece) = road.pending.front() {
            let room = order.points.len() <= most;
            let end = order.end();
            match piece {
                Piece::Edge(revision, edge) if room => {
                    order.points.push_back(Point {
                        seq: end.seq + 2,
                        node: names.edge(*edge).map_or(end.node, |edge| edge.to),
                        edge: Some(*edge),
                        revision: *revision,
                        update: order.update,
                    });
                    fresh = true;
                    road.pending.pop_front();
                }
                Piece::Work(work) if fresh && !order.has_hand_at(end.seq, work.what) => {
                    let Some(Piece::Work(mut work)) = road.pending.pop_front() else {
                        return;
                    };
                    work.seq = end.seq;
                    let charges = work.charges();
                    order.works.push(work);
                    if charges {
                        return;
                    }
                }
                Piece::Edge(..) | Piece::Work(_) => return,
            }
        }
    }

    pub(super) fn send_order_again(&mut self, now: Now, names: &Names, out: &mut Out) {
        if !self.may_send() || now.time < self.road.due() {
            return;
        }
        let (again, resend) = (self.dialect.identical_resend, self.dialect.resend);
        let Some(order) = &mut self.road.order else {
            return;
        };
        if again || order.unseen {
            order.sent = now.time;
            order.next = now.time + resend * (1 << order.tries.min(DOUBLINGS));
            order.tries = order.tries.saturating_add(1);
            order.unseen = false;
            if order.tries == self.dialect.instant_tries {
                out.notes.push(Note::OrderIgnored);
            }
            self.publish_order(now, names, out);
        } else {
            order.next = now.time + resend;
            self.instant(now, Kind::StateRequest, out);
        }
    }

    fn publish_order(&mut self, now: Now, names: &Names, out: &mut Out) {
        self.header_ids[0] = self.header_ids[0].wrapping_add(1);
        let header_id = self.header_ids[0];
        if let Some(order) = &mut self.road.order {
            order.header_id = header_id;
        }
        let Some(order) = &self.road.order else {
            return;
        };
        let writer = Writer {
            names,
            dialect: &self.dialect,
            order,
        };
        let (nodes, edges) = writer.route();
        let message = Order {
            header: write::header_of(&self.dialect, header_id, now.utc),
            id: self.order_id(order.serial),
            update: order.update,
            nodes,
            edges,
        };
        let body = write::order(&message, self.dialect.version, self.dialect.spelling);
        out.messages
            .push(write::message(&self.dialect, Topic::Order, &body));
    }
}

struct Writer<'a> {
    names: &'a Names,
    dialect: &'a Dialect,
    order: &'a Current,
}

impl Writer<'_> {
    fn route(&self) -> (Vec<Node>, Vec<Edge>) {
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        let base = self.order.points.iter();
        for point in base.filter(|point| point.seq >= self.order.first) {
            let stitch = point.seq == self.order.first;
            if let Some(edge) = point.edge.filter(|_| !stitch) {
                edges.push(self.edge(edge, point.seq - 1, true));
            }
            let mut node = self.node(point.node, point.seq, point.edge, true);
            if !stitch || self.order.update == 0 || self.repeats() {
                node.actions = self.actions(point);
            }
            if stitch
                && self.order.deviation > 0
                && let Some(position) = &mut node.position
            {
                position.deviation = Some(f64::from(self.order.deviation) / 1e3);
            }
            nodes.push(node);
        }
        let mut seq = self.order.end().seq;
        for &edge in &self.order.horizon {
            let to = self.names.edge(edge).map_or(NodeId(0), |edge| edge.to);
            seq += 2;
            edges.push(self.edge(edge, seq - 1, false));
            nodes.push(self.node(to, seq, Some(edge), false));
        }
        (nodes, edges)
    }

    fn repeats(&self) -> bool {
        self.dialect.stitch_actions == StitchActions::Repeat
    }

    fn node(&self, id: NodeId, seq: u32, over: Option<EdgeId>, released: bool) -> Node {
        let node = self.names.node(id);
        let heading = over
            .and_then(|edge| self.names.edge(edge))
            .map(|e| e.heading);
        let position = node.filter(|_| self.dialect.send_position);
        Node {
            id: node.map_or(String::new(), |node| node.name.clone()),
            seq,
            released,
            position: position.map(|node| Position {
                x: node.x.as_metres(),
                y: node.y.as_metres(),
                theta: heading.filter(|_| self.dialect.send_theta).map(radians),
                deviation: None,
                map: self.dialect.map.clone(),
            }),
            actions: Vec::new(),
        }
    }

    fn edge(&self, id: EdgeId, seq: u32, released: bool) -> Edge {
        let edge = self.names.edge(id);
        let node = |id| {
            self.names
                .node(id)
                .map_or(String::new(), |n| n.name.clone())
        };
        Edge {
            id: edge.map_or(String::new(), |edge| edge.name.clone()),
            seq,
            released,
            from: edge.map_or(String::new(), |edge| node(edge.from)),
            to: edge.map_or(String::new(), |edge| node(edge.to)),
            actions: Vec::new(),
        }
    }

    fn actions(&self, point: &Point) -> Vec<Action> {
        let here = self.order.works.iter().filter(|work| work.seq == point.seq);
        here.map(|work| self.action(work)).collect()
    }

    fn action(&self, work: &Work) -> Action {
        let mut parameters = Vec::new();
        let mut put = |key: &str, value| parameters.push((key.to_string(), value));
        let kind = match work.what {
            What::Hand { deck, place, pick } => {
                if let Some(kind) = &self.dialect.station_type {
                    put("stationType", Value::Text(kind.clone()));
                }
                put(
                    "stationName",
                    Value::Text(self.names.place(place).to_string()),
                );
                if let Some(kind) = &self.dialect.load_type {
                    put("loadType", Value::Text(kind.clone()));
                }
                if self.dialect.send_lhd {
                    put("lhd", Value::Text(deck.to_string()));
                }
                if pick { "pick" } else { "drop" }
            }
            What::Charge { until } => {
                if let Some(key) = &self.dialect.charge_until {
                    put(key, Value::Number(f64::from(until) / 10.0));
                }
                "startCharging"
            }
        };
        Action {
            id: work.id(&self.dialect.session),
            kind: kind.to_string(),
            blocking: self.dialect.blocking,
            parameters,
        }
    }
}

/// Milliradians to radians within -pi ..= pi.
fn radians(angle: Angle) -> f64 {
    let turn = 2.0 * core::f64::consts::PI;
    let mut theta = angle.0 as f64 / 1e3 % turn;
    if theta > core::f64::consts::PI {
        theta -= turn;
    } else if theta < -core::f64::consts::PI {
        theta += turn;
    }
    theta.clamp(-core::f64::consts::PI, core::f64::consts::PI)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_stay_within_half_a_turn() {
        for (mrad, rad) in [
            (0, 0.0),
            (1571, 1.571),
            (3150, -3.133),
            (-4712, 1.571),
            (9424, 3.1408),
        ] {
            assert!((radians(Angle(mrad)) - rad).abs() < 2e-3, "{mrad}");
        }
    }
}
