//! A master, and a vehicle that says word for word what a test wants.

use super::{RING, V, at, ring};
use fenhe_contract::*;
use fenhe_wire::Names;
use fenhe_wire::vda5050::master::{Note, Out};
use fenhe_wire::vda5050::*;
use serde_json::{Value, json};

pub struct Script {
    pub names: Names,
    pub master: Master,
    pub us: i64,
    pub header_id: u32,
    /// The state as it is said next.
    pub state: Value,
    pub sent: Vec<Message>,
    pub events: Vec<Event>,
    pub notes: Vec<Note>,
    revision: u32,
    end: u32,
}

impl Script {
    /// Connected; the vehicle stands at `n0` and has said nothing yet.
    pub fn new(dialect: Dialect) -> Script {
        let state = json!({
            "orderId": "", "orderUpdateId": 0, "lastNodeId": "n0", "lastNodeSequenceId": 0,
            "nodeStates": [], "edgeStates": [], "actionStates": [], "driving": false, "errors": [], "loads": [],
            "batteryState": {"batteryCharge": 80.0, "charging": false}, "operatingMode": "AUTOMATIC",
            "safetyState": {"eStop": "NONE", "fieldViolation": false},
        });
        let mut script = Script {
            names: ring(),
            master: Master::new(V, dialect, NodeId(0), 0),
            us: 0,
            header_id: 0,
            state,
            sent: Vec::new(),
            events: Vec::new(),
            notes: Vec::new(),
            revision: 0,
            end: 0,
        };
        script.with(|m, now, names, out| m.connected(now, names, out));
        script
    }

    /// The same, and the vehicle has told where it stands.
    pub fn ready(dialect: Dialect) -> Script {
        let mut script = Script::new(dialect);
        script.say();
        script.clear();
        script
    }

    pub fn clear(&mut self) {
        self.sent.clear();
        self.events.clear();
        self.notes.clear();
    }

    pub fn with(&mut self, f: impl FnOnce(&mut Master, Now, &Names, &mut Out)) {
        let mut out = Out::default();
        f(&mut self.master, at(self.us), &self.names, &mut out);
        self.sent.extend(out.messages);
        self.events.extend(out.events);
        self.notes.extend(out.notes);
    }

    /// The vehicle says its state, a tenth of a second later.
    pub fn say(&mut self) {
        self.us += 100_000;
        self.header_id += 1;
        let (id, us) = (self.header_id, self.us);
        let bytes = self.bytes(id, us);
        self.hear(&bytes);
    }

    /// Changes fields of the state for good, then says it.
    pub fn says(&mut self, change: Value) {
        for (key, value) in change.as_object().unwrap() {
            self.state[key] = value.clone();
        }
        self.say();
    }

    /// The state as it stands with this headerId and time.
    pub fn bytes(&self, header_id: u32, us: i64) -> Vec<u8> {
        let mut state = self.state.clone();
        let dialect = self.master.dialect();
        let header = json!({"headerId": header_id, "timestamp": at(us).utc.text(), "version": dialect.version.text(),
            "manufacturer": dialect.manufacturer, "serialNumber": dialect.serial});
        for (key, value) in header.as_object().unwrap() {
            state[key] = value.clone();
        }
        serde_json::to_vec(&state).unwrap()
    }

    pub fn hear(&mut self, bytes: &[u8]) {
        self.hear_on(Topic::State, false, bytes);
    }
    pub fn hear_on(&mut self, topic: Topic, retained: bool, bytes: &[u8]) {
        self.with(|m, now, names, out| m.receive(now, names, (topic, retained), bytes, out));
    }

    /// Time goes by, the vehicle is silent.
    pub fn wait(&mut self, seconds: i64) {
        for _ in 0..seconds * 10 {
            self.us += 100_000;
            if self.master.deadline() <= Time(self.us) {
                self.with(|m, now, names, out| m.tick(now, names, out));
                let again = self.master.deadline();
                assert!(
                    again > Time(self.us),
                    "woken at {} it wants {again:?}",
                    self.us
                );
            }
        }
    }

    pub fn drive(&mut self, count: u32) {
        let edges: Vec<EdgeId> = (0..count).map(|i| EdgeId((self.end + i) % RING)).collect();
        self.end = (self.end + count) % RING;
        self.revision += 1;
        let mut commands = Commands::default();
        commands.drive(V, self.revision, &edges);
        self.with(|m, now, names, out| m.commands(now, names, &commands, out));
    }
    pub fn hand(&mut self, pick: bool) {
        self.revision += 1;
        let mut commands = Commands::default();
        commands.push(Command::Handle {
            vehicle: V,
            revision: self.revision,
            deck: 0,
            place: PlaceId(self.end),
            pick,
        });
        self.with(|m, now, names, out| m.commands(now, names, &commands, out));
    }
    /// Edges and what is to be done at their end, in one batch.
    pub fn trip(&mut self, count: u32, pick: bool) {
        let edges: Vec<EdgeId> = (0..count).map(|i| EdgeId((self.end + i) % RING)).collect();
        self.end = (self.end + count) % RING;
        let mut commands = Commands::default();
        commands.drive(V, self.revision + 1, &edges);
        self.revision += 2;
        commands.push(Command::Handle {
            vehicle: V,
            revision: self.revision,
            deck: 0,
            place: PlaceId(self.end),
            pick,
        });
        self.with(|m, now, names, out| m.commands(now, names, &commands, out));
    }
    pub fn charge(&mut self, until_permille: u16) {
        self.revision += 1;
        let mut commands = Commands::default();
        commands.push(Command::Charge {
            vehicle: V,
            revision: self.revision,
            until_permille,
        });
        self.with(|m, now, names, out| m.commands(now, names, &commands, out));
    }
    pub fn withdraw(&mut self, keep: bool) {
        self.with(|m, now, names, out| m.withdraw(now, names, keep, out));
    }

    /// The vehicle takes the newest order or update and shows it.
    pub fn accept(&mut self) {
        let order = self.order();
        let new = self.state["orderId"] != json!(order.id);
        if new {
            self.state["nodeStates"] = json!([]);
            self.state["edgeStates"] = json!([]);
            self.state["actionStates"] = json!([]);
            self.state["lastNodeSequenceId"] = json!(order.nodes[0].seq);
        }
        self.retain("nodeStates", |step| step["released"] == json!(true));
        self.retain("edgeStates", |step| step["released"] == json!(true));
        for node in order.nodes.iter().skip(1) {
            push(
                &mut self.state["nodeStates"],
                json!({"nodeId": node.id, "sequenceId": node.seq, "released": node.released}),
            );
        }
        for edge in &order.edges {
            push(
                &mut self.state["edgeStates"],
                json!({"edgeId": edge.id, "sequenceId": edge.seq, "released": edge.released}),
            );
        }
        for action in order.nodes.iter().flat_map(|node| &node.actions) {
            let known = self.state["actionStates"]
                .as_array()
                .unwrap()
                .iter()
                .any(|a| a["actionId"] == json!(action.id));
            if !known {
                push(
                    &mut self.state["actionStates"],
                    json!({"actionId": action.id, "actionType": action.kind, "actionStatus": "WAITING"}),
                );
            }
        }
        self.says(json!({"orderId": order.id, "orderUpdateId": order.update}));
    }

    pub fn retain(&mut self, key: &str, keep: impl Fn(&Value) -> bool) {
        self.state[key].as_array_mut().unwrap().retain(keep);
    }

    /// It has come to the node with this sequence id.
    pub fn pass(&mut self, seq: u32) {
        let nodes = self.state["nodeStates"].as_array().unwrap();
        let node = nodes
            .iter()
            .find(|n| n["sequenceId"] == json!(seq))
            .expect("ahead")["nodeId"]
            .clone();
        let ahead = |step: &Value| step["sequenceId"].as_u64().unwrap() > u64::from(seq);
        self.retain("nodeStates", ahead);
        self.retain("edgeStates", ahead);
        self.says(json!({"lastNodeId": node, "lastNodeSequenceId": seq}));
    }

    /// Its n-th action stands so now.
    pub fn action(&mut self, n: usize, status: &str) {
        self.state["actionStates"][n]["actionStatus"] = json!(status);
        self.say();
    }

    pub fn orders(&self) -> Vec<model::Order> {
        let orders = self.sent.iter().filter(|m| m.kind == Topic::Order);
        orders.map(|m| read::order(&m.payload).unwrap()).collect()
    }
    /// The newest order message.
    pub fn order(&self) -> model::Order {
        self.orders().pop().expect("an order was sent")
    }
    /// (orderId, orderUpdateId) of every order message.
    pub fn updates(&self) -> Vec<(String, u32)> {
        self.orders()
            .into_iter()
            .map(|o| (o.id, o.update))
            .collect()
    }
    /// Instant actions sent: type and id.
    pub fn instants(&self) -> Vec<(String, String)> {
        let sent = self.sent.iter().filter(|m| m.kind == Topic::InstantActions);
        let of = |m: &Message| {
            let action = read::instant_actions(&m.payload).unwrap().actions.remove(0);
            (action.kind, action.id)
        };
        sent.map(of).collect()
    }
    pub fn count(&self, kind: &str) -> usize {
        self.instants().iter().filter(|i| i.0 == kind).count()
    }
    pub fn facts(&self) -> Vec<VehicleEvent> {
        let vehicle = |event: &Event| match event {
            Event::Vehicle(V, event) => Some(*event),
            _ => None,
        };
        self.events.iter().filter_map(vehicle).collect()
    }
    /// Nodes told as reached.
    pub fn ats(&self) -> Vec<u32> {
        let at = |fact: VehicleEvent| match fact {
            VehicleEvent::At { node, .. } => Some(node.0),
            _ => None,
        };
        self.facts().into_iter().filter_map(at).collect()
    }
    /// Whether the newest word to control was that the vehicle is held.
    pub fn held(&self) -> Option<bool> {
        self.facts().iter().rev().find_map(|fact| match fact {
            VehicleEvent::Held(held) => Some(*held),
            _ => None,
        })
    }
    /// Hand-overs told: done or failed.
    pub fn hands(&self) -> Vec<bool> {
        let hand = |fact: VehicleEvent| match fact {
            VehicleEvent::Picked { .. } | VehicleEvent::Dropped { .. } => Some(true),
            VehicleEvent::HandFailed { .. } => Some(false),
            _ => None,
        };
        self.facts().into_iter().filter_map(hand).collect()
    }
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().unwrap().push(item);
}
