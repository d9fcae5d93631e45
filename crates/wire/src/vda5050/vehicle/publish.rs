//! State, connection and factsheet of a virtual vehicle, with its quirks.

use super::super::dialect::Topic;
use super::super::model::*;
use super::super::{Message, write};
use super::task::{Act, Stop};
use super::{Doing, Now, Vehicle};
use crate::Names;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde_json::Value as Json;

impl Vehicle {
    fn header(&mut self, topic: Topic, now: Now) -> Header {
        let count = &mut self.header_ids[topic as usize];
        *count = if self.quirks.no_header_id {
            0
        } else {
            count.wrapping_add(1)
        };
        write::header_of(&self.dialect, self.header_ids[topic as usize], now.utc)
    }

    pub(super) fn presence(&self, presence: Presence, header_id: u32, now: Now) -> Message {
        let message = Connection {
            header: write::header_of(&self.dialect, header_id, now.utc),
            presence,
        };
        let mut body = write::connection(&message, self.dialect.version);
        if self.quirks.misspells && presence == Presence::Broken {
            set(&mut body, "connectionState", "CONNECTION_BROKEN");
        }
        write::message(&self.dialect, Topic::Connection, &body)
    }

    pub(super) fn present(&mut self, now: Now, presence: Presence, out: &mut Doing) {
        if !self.quirks.no_connection {
            let header_id = self.header(Topic::Connection, now).header_id;
            out.messages.push(self.presence(presence, header_id, now));
        }
    }

    pub(super) fn publish_factsheet(&mut self, now: Now, out: &mut Doing) {
        if !self.online {
            return;
        }
        let actions = [
            "pick",
            "drop",
            "startCharging",
            "stopCharging",
            "cancelOrder",
            "startPause",
            "stopPause",
            "stateRequest",
            "factsheetRequest",
        ];
        let sheet = Factsheet {
            header: self.header(Topic::Factsheet, now),
            series: "fenhe-virtual".to_string(),
            actions: actions.map(String::from).to_vec(),
            ..Factsheet::default()
        };
        let mut body = write::factsheet(&sheet, self.dialect.version);
        if self.quirks.bare_factsheet
            && let Json::Object(object) = &mut body
        {
            let header = [
                "headerId",
                "timestamp",
                "version",
                "manufacturer",
                "serialNumber",
            ];
            object.retain(|key, _| header.contains(&key.as_str()));
        }
        out.messages
            .push(write::message(&self.dialect, Topic::Factsheet, &body));
    }

    pub(super) fn publish_state(&mut self, now: Now, names: &Names, out: &mut Doing) {
        let header = self.header(Topic::State, now);
        let state = self.snapshot(names, header);
        let none = Vec::new();
        let instants = if self.quirks.hides_instants {
            &none
        } else {
            &self.instants
        };
        let mut body = write::state(&state, instants, self.dialect.version);
        self.distort(&mut body);
        out.messages
            .push(write::message(&self.dialect, Topic::State, &body));
    }

    fn snapshot(&self, names: &Names, header: Header) -> State {
        let (task, body, quirks) = (&self.task, &self.body, &self.quirks);
        let node = names.node(body.node);
        let hidden = quirks.no_last_node && !task.seen_start;
        let last_node = node
            .filter(|_| !hidden)
            .map_or(String::new(), |n| n.name.clone());
        let pose = node.map(|node| Pose {
            x: node.x.as_metres(),
            y: node.y.as_metres(),
            theta: 0.0,
            map: self.dialect.map.clone(),
            initialized: true,
        });
        let loads = body.loads.iter().map(|(deck, tag)| Load {
            id: (*tag != fenhe_contract::Tag::UNREAD).then(|| tag.0.to_string()),
            position: Some(deck.to_string()),
        });
        let early = quirks.drops_early && task.driving();
        let behind = task.behind.iter().filter(|_| quirks.never_drops);
        let ahead = task.ahead.iter().filter(|_| !early);
        let stops: Vec<&Stop> = behind.chain(ahead).collect();
        State {
            header,
            order: task.order.clone(),
            update: task.update,
            last_node,
            last_seq: if quirks.restarts_sequence {
                0
            } else {
                task.last_seq
            },
            nodes: stops.iter().map(|stop| node_state(names, stop)).collect(),
            edges: stops
                .iter()
                .filter_map(|stop| edge_state(names, stop))
                .collect(),
            driving: task.driving() && !body.held,
            paused: body.paused,
            base_request: quirks.always_wants_base && task.ahead.is_empty(),
            pose,
            loads: (!quirks.no_loads).then(|| loads.collect()),
            actions: (!quirks.no_actions).then(|| task.acts.iter().map(shown).collect()),
            charge: Some(body.charge),
            charging: body.charging,
            mode: body.mode,
            errors: self.errors.clone(),
            stop: body.stop,
            field_violation: body.held,
        }
    }

    fn distort(&self, body: &mut Json) {
        let Json::Object(object) = body else { return };
        if self.quirks.nulls {
            for key in [
                "zoneSetId",
                "maps",
                "velocity",
                "information",
                "distanceSinceLastNode",
            ] {
                object.insert(key.to_string(), Json::Null);
            }
            if self.errors.is_empty() {
                object.insert("errors".to_string(), Json::Null);
            }
        }
        if self.quirks.no_actions {
            object.remove("actionStates");
        }
        if self.quirks.misspells {
            let word = match self.body.mode {
                Mode::TeachIn => "TEACH_IN",
                Mode::Automatic => "automatic",
                _ => return,
            };
            object.insert("operatingMode".to_string(), Json::from(word));
        }
    }
}

fn set(body: &mut Json, key: &str, word: &str) {
    if let Json::Object(object) = body {
        object.insert(key.to_string(), Json::from(word));
    }
}

fn node_state(names: &Names, stop: &Stop) -> Node {
    Node {
        id: names
            .node(stop.node)
            .map_or(String::new(), |n| n.name.clone()),
        seq: stop.seq,
        released: stop.released,
        position: None,
        actions: Vec::new(),
    }
}

fn edge_state(names: &Names, stop: &Stop) -> Option<Edge> {
    let edge = names.edge(stop.edge?)?;
    Some(Edge {
        id: edge.name.clone(),
        seq: stop.seq - 1,
        released: stop.released,
        from: String::new(),
        to: String::new(),
        actions: Vec::new(),
    })
}

fn shown(act: &Act) -> ActionState {
    ActionState {
        id: act.id.clone(),
        kind: act.kind.clone(),
        status: act.status,
        result: act.result.clone(),
    }
}
