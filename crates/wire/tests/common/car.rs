//! A vehicle without a body: the test is the body, and the master.

use super::{RING, V, at, ring};
use fenhe_contract::{Command, Commands, EdgeId, NodeId, VehicleEvent};
use fenhe_wire::Names;
use fenhe_wire::vda5050::model::{State, Status};
use fenhe_wire::vda5050::vehicle::Doing;
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

/// A vehicle without a body: the test is the body, and the master.
pub struct Car {
    pub names: Names,
    pub vehicle: Vehicle,
    pub us: i64,
    pub commands: Commands,
    pub told: Vec<Message>,
}

impl Car {
    pub fn new(version: Version) -> Car {
        let dialect = Dialect::new(version, "Fenhe", "agv-3");
        let vehicle = Vehicle::new(V, dialect, Quirks::default(), NodeId(0), 0);
        let mut car = Car {
            names: ring(),
            vehicle,
            us: 0,
            commands: Commands::default(),
            told: Vec::new(),
        };
        car.with(|v, now, names, out| v.connected(now, names, out));
        car
    }

    pub fn with(&mut self, f: impl FnOnce(&mut Vehicle, Now, &Names, &mut Doing)) {
        let mut out = Doing::default();
        self.us += 100_000;
        f(&mut self.vehicle, at(self.us), &self.names, &mut out);
        self.commands = out.commands;
        self.told.extend(out.messages);
    }

    pub fn state(&self) -> State {
        let last = self
            .told
            .iter()
            .rev()
            .find(|m| m.kind == Topic::State)
            .expect("a state");
        read::state(&last.payload).unwrap()
    }
    pub fn errors(&self) -> Vec<String> {
        self.state().errors.into_iter().map(|e| e.kind).collect()
    }
    pub fn sends(&mut self, topic: Topic, value: &Value) {
        let bytes = serde_json::to_vec(value).unwrap();
        self.with(|v, now, names, out| v.receive(now, names, topic, &bytes, out));
    }
    pub fn order(&mut self, id: &str, update: u32, nodes: Value, edges: Value) {
        self.sends(
            Topic::Order,
            &json!({"orderId": id, "orderUpdateId": update, "nodes": nodes, "edges": edges}),
        );
    }
    pub fn instant(&mut self, id: &str, kind: &str) {
        self.sends(
            Topic::InstantActions,
            &json!({"actions": [{"actionId": id, "actionType": kind, "blockingType": "HARD"}]}),
        );
    }
    pub fn at(&mut self, node: u32) {
        self.with(|v, now, names, out| {
            v.happened(
                now,
                names,
                VehicleEvent::At {
                    node: NodeId(node),
                    revision: 99,
                },
                out,
            )
        });
    }
    /// Edges the body was told to drive just now.
    pub fn driven(&self) -> Vec<u32> {
        let drive = |command: &Command| match *command {
            Command::Drive { first, count, .. } => self.commands.base(first, count).to_vec(),
            _ => Vec::new(),
        };
        let edges: Vec<EdgeId> = self.commands.list.iter().flat_map(drive).collect();
        edges.into_iter().map(|edge| edge.0).collect()
    }
    pub fn statuses(&self) -> Vec<Status> {
        self.state()
            .actions
            .unwrap()
            .into_iter()
            .map(|a| a.status)
            .collect()
    }
}

pub fn node(i: u32, seq: u32, released: bool) -> Value {
    json!({"nodeId": format!("n{}", i % RING), "sequenceId": seq, "released": released, "actions": []})
}
pub fn edge(i: u32, seq: u32, released: bool) -> Value {
    json!({"edgeId": format!("e{}", i % RING), "sequenceId": seq, "released": released, "actions": []})
}
pub fn pick(i: u32, seq: u32, id: &str) -> Value {
    let mut node = node(i, seq, true);
    node["actions"] = json!([{"actionId": id, "actionType": "pick", "blockingType": "HARD", "actionParameters": [
        {"key": "stationName", "value": format!("port.{i}")}, {"key": "lhd", "value": "0"}]}]);
    node
}

/// n0 -> n1 -> n2 -> n3, the last `horizon` of the three edges not released.
pub fn way(horizon: u32) -> (Value, Value) {
    let open = |i: u32| i <= 3 - horizon;
    let nodes: Vec<Value> = (0..4).map(|i| node(i, 2 * i, open(i))).collect();
    let edges: Vec<Value> = (0..3).map(|i| edge(i, 2 * i + 1, open(i + 1))).collect();
    (json!(nodes), json!(edges))
}
