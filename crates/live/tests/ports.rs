//! A vehicle that forgets in the middle of a hand-over and can sense no load: the sensor of the port tells
//! what the vehicle cannot. Its silence tells nothing.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::{Engine, Input, Outputs};
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Now, Topic, Utc};
use serde_json::{Value, json};
use std::sync::Arc;

/// All vehicles say where they stand; one of them is played to its first pick.
struct Stage {
    plant: Arc<Plant>,
    engine: Engine<()>,
    us: i64,
    header: u32,
    facts: Vec<Event>,
    /// The newest order to each vehicle.
    orders: Vec<Option<Value>>,
}

impl Stage {
    fn new() -> Stage {
        let plant = cells(Span::ZERO);
        let masters = Engine::<()>::new_masters(&plant, |v| dialect(&plant, v));
        let names = Arc::new(Names::of(&plant));
        let core = Controller::new(plant.clone());
        let mut stage = Stage {
            engine: Engine::new(plant.clone(), names, core, masters, ()),
            us: 0,
            header: 10,
            facts: Vec::new(),
            orders: vec![None; plant.vehicles.len()],
            plant,
        };
        stage.step(vec![Input::Broker(true)]);
        let stands = |v: VehicleId| {
            let node = &stage.plant.tracks.nodes[stage.plant.vehicles[v].start].name;
            (v, json!({"lastNodeId": node}))
        };
        let all: Vec<_> = stage.plant.vehicles.ids().map(stands).collect();
        for (v, state) in all {
            stage.says(v, &state);
        }
        stage
    }

    fn step(&mut self, inputs: Vec<Input>) {
        self.us += 100_000;
        let now = Now {
            time: Time(self.us),
            utc: Utc(self.us),
        };
        let mut out = Outputs::default();
        let Ok(()) = self.engine.step(now, inputs, &mut out);
        self.facts.append(&mut out.facts);
        for (v, message) in out.messages {
            if message.kind == Topic::Order {
                self.orders[v.index()] = serde_json::from_slice(&message.payload).ok();
            }
        }
    }

    /// A state; fields not given are those of a vehicle that stands without an order or a load sensor.
    fn says(&mut self, v: VehicleId, fields: &Value) {
        let dialect = dialect(&self.plant, v);
        self.header += 1;
        let mut state = json!({
            "headerId": self.header, "timestamp": Utc(self.us).text(), "version": "2.1.0",
            "manufacturer": dialect.manufacturer, "serialNumber": dialect.serial, "orderId": "", "orderUpdateId": 0,
            "lastNodeSequenceId": 0, "nodeStates": [], "edgeStates": [], "actionStates": [], "driving": false,
            "errors": [], "batteryState": {"batteryCharge": 90.0, "charging": false}, "operatingMode": "AUTOMATIC",
            "safetyState": {"eStop": "NONE", "fieldViolation": false},
        });
        for (key, value) in fields.as_object().expect("fields") {
            state[key] = value.clone();
        }
        let payload = state.to_string().into_bytes();
        let (vehicle, topic, retained) = (v, Topic::State, false);
        self.step(vec![Input::Heard {
            vehicle,
            topic,
            retained,
            payload,
        }]);
    }

    /// Plays the first vehicle that is sent to fetch something until its pick has begun: where.
    fn begin_pick(&mut self) -> (VehicleId, Value, PlaceId) {
        for _ in 0..200 {
            for v in self.plant.vehicles.ids() {
                let Some(order) = self.orders[v.index()].take() else {
                    continue;
                };
                let last = order["nodes"].as_array().and_then(|nodes| nodes.last());
                let last = last.expect("a node").clone();
                let action = &last["actions"][0];
                let mut state = json!({"orderId": order["orderId"], "orderUpdateId": order["orderUpdateId"],
                    "lastNodeId": last["nodeId"], "lastNodeSequenceId": last["sequenceId"]});
                if action["actionType"] == "pick" {
                    state["actionStates"] = json!([{"actionId": action["actionId"], "actionType": "pick",
                        "actionStatus": "RUNNING"}]);
                    self.says(v, &state);
                    let named = |p: &Value| (p["key"] == "stationName").then(|| p["value"].clone());
                    let parameters = action["actionParameters"].as_array().expect("parameters");
                    let name = parameters.iter().find_map(named).expect("a name");
                    let place = Names::of(&self.plant).find_place(name.as_str().unwrap_or(""));
                    return (
                        v,
                        json!({"lastNodeId": last["nodeId"]}),
                        place.expect("a place"),
                    );
                }
                self.says(v, &state);
            }
            self.step(vec![Input::Wake]);
        }
        panic!("nobody was sent to fetch anything");
    }

    fn reboots(&mut self, v: VehicleId, stands: &Value) {
        self.header = 0;
        self.says(v, stands);
    }
    fn in_doubt(&self, v: VehicleId) -> bool {
        self.engine.master(v).doubts().next().is_some()
    }
    fn picked(&self, v: VehicleId) -> usize {
        let is = |fact: &&Event| matches!(fact, Event::Vehicle(of, VehicleEvent::Picked { .. }) if *of == v);
        self.facts.iter().filter(is).count()
    }
}

#[test]
fn a_port_that_has_told_before_settles_a_doubt_at_once() {
    let mut stage = Stage::new();
    let (v, stands, place) = stage.begin_pick();
    stage.step(vec![Input::Fact(Event::Place(place, PlaceEvent::Freed))]);
    stage.reboots(v, &stands);
    assert!(!stage.in_doubt(v));
    stage.step(vec![]);
    assert_eq!(stage.picked(v), 1, "told once");
    let doubt = Trouble::LoadInDoubt(AlarmSource::Vehicle(v));
    let told = stage.facts.iter().filter_map(|fact| match *fact {
        Event::Trouble(trouble, on) if trouble == doubt => Some(on),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_port_that_tells_later_settles_it_then_and_until_then_nobody_guesses() {
    let mut stage = Stage::new();
    let (v, stands, place) = stage.begin_pick();
    stage.reboots(v, &stands);
    for _ in 0..5 {
        stage.says(v, &stands);
    }
    assert!(stage.in_doubt(v) && stage.picked(v) == 0);
    // Of another place it says nothing.
    let other = PlaceId(place.0 + 1);
    stage.step(vec![Input::Fact(Event::Place(other, PlaceEvent::Freed))]);
    stage.step(vec![]);
    assert!(stage.in_doubt(v) && stage.picked(v) == 0);
    stage.step(vec![Input::Fact(Event::Place(place, PlaceEvent::Freed))]);
    let at_once = stage.engine.deadline() <= Time(stage.us);
    assert!(at_once, "it wants to go on");
    stage.step(vec![]);
    stage.step(vec![]);
    assert!(!stage.in_doubt(v) && stage.picked(v) == 1);
}

#[test]
fn a_doubt_outlives_a_restart_and_its_end_is_told() {
    let mut stage = Stage::new();
    let (v, stands, place) = stage.begin_pick();
    stage.reboots(v, &stands);
    assert!(stage.in_doubt(v));
    // The controller goes on in another process: core and links as they were kept.
    let core = stage.engine.core().snapshot();
    let core = Controller::restore(stage.plant.clone(), &core).expect("a core");
    let kept = |v| restore(&snapshot(stage.engine.master(v))).expect("a link");
    let masters = Fixed::like(&stage.plant.vehicles, kept);
    let names = Arc::new(Names::of(&stage.plant));
    stage.engine = Engine::new(stage.plant.clone(), names, core, masters, ());
    stage.facts.clear();
    stage.step(vec![Input::Broker(true)]);
    stage.step(vec![Input::Fact(Event::Place(place, PlaceEvent::Freed))]);
    stage.step(vec![]);
    stage.step(vec![]);
    let over = Event::Trouble(Trouble::LoadInDoubt(AlarmSource::Vehicle(v)), false);
    assert!(stage.facts.contains(&over), "{:?}", stage.facts);
}
