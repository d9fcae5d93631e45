//! A small plant on the wall clock: broker in the box, a controller, simulated devices.

use super::foreign::Foreign;
use super::{Memory, dialect};
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_link::tokio::runtime::{Builder, Runtime};
use fenhe_link::{Broker, Config};
use fenhe_live::clock::Clock;
use fenhe_live::run::{Place, Running};
use fenhe_live::stand_in::{Part, StandIn};
use fenhe_live::{Devices, Engine, recover};
use fenhe_plant::{Files, Plant};
use fenhe_wire::Names;
use fenhe_wire::telegram::Desk;
use fenhe_wire::vda5050::Quirks;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A saw fills boxes, a vehicle on a ring brings them to a printer and the empties back.
const PLANT: &str = r#"
[[product]]
id = "cell"
route = [{ operation = "cut" }, { operation = "print" }]
[[carrier]]
id = "box"
capacity = 10
count = 6
start = ["saw.out", "printer.in"]
[[buffer]]
id = "saw.in"
queue = { capacity = 20 }
[[buffer]]
id = "saw.out"
load = { carrier = "box", places = 4, operation = "cut", node = "a" }
[[buffer]]
id = "printer.in"
unload = { carrier = "box", places = 4, operation = "print", node = "d" }
[[station]]
id = "saw"
operation = "cut"
from = "saw.in"
to = "saw.out"
single = {}
time = "3 s"
reports = "carrier"
[[station]]
id = "printer"
operation = "print"
from = "printer.in"
to = "out"
single = {}
time = "1 s"
reports = "carrier"
[[source]]
id = "in"
to = "saw.in"
endless = "cell"
[[sink]]
id = "out"
[tracks]
file = "tracks.lif.json"
[[vehicle_type]]
id = "agv"
length = "1.2 m"
width = "0.8 m"
speed = "1.2 m/s"
accel = "0.5 m/s2"
brake = "0.7 m/s2"
turn = "90 deg/s"
decks = 1
dock = "2 s"
transfer = "4 s"
battery = "100 kWh"
[[fleet]]
type = "agv"
count = 1
[policy]
same_line = false
consolidate = "0 s"
base_ahead = "8 m"
resend = "10 s"
wait_max = "30 min"
"#;

const NODES: [(&str, f64, f64); 10] = [
    ("a", 0.0, 0.0),
    ("b", 8.0, 0.0),
    ("c", 16.0, 0.0),
    ("d", 16.0, 8.0),
    ("e", 8.0, 8.0),
    ("f", 0.0, 8.0),
    ("p1", 8.0, -6.0),
    ("p2", 8.0, 14.0),
    ("p3", 20.0, 0.0),
    ("p4", -4.0, 8.0),
];
const WAYS: [(&str, &str); 14] = [
    ("a", "b"),
    ("b", "c"),
    ("c", "d"),
    ("d", "e"),
    ("e", "f"),
    ("f", "a"),
    ("b", "p1"),
    ("p1", "b"),
    ("e", "p2"),
    ("p2", "e"),
    ("c", "p3"),
    ("p3", "c"),
    ("f", "p4"),
    ("p4", "f"),
];

pub fn small() -> Arc<Plant> {
    let property = r#"[{ "vehicleTypeId": "agv" }]"#;
    let nodes: Vec<String> = NODES
        .iter()
        .map(|(name, x, y)| {
            format!(
                r#"{{ "nodeId": "{name}", "nodePosition": {{ "x": {x}, "y": {y} }}, "vehicleTypeNodeProperties": {property} }}"#
            )
        })
        .collect();
    let edges: Vec<String> = WAYS
        .iter()
        .map(|(from, to)| {
            format!(
                r#"{{ "edgeId": "{from}-{to}", "startNodeId": "{from}", "endNodeId": "{to}",
                "vehicleTypeEdgeProperties": [{{ "vehicleTypeId": "agv", "rotationAllowed": true }}] }}"#
            )
        })
        .collect();
    let parking: Vec<String> = ["p1", "p2", "p3", "p4"]
        .iter()
        .map(|name| {
            format!(
                r#"{{ "stationId": "{name}", "interactionNodeIds": ["{name}"], "stationDescription": "parking" }}"#
            )
        })
        .collect();
    let tracks = format!(
        r#"{{ "metaInformation": {{ "projectIdentification": "t", "creator": "t", "exportTimestamp":
        "2026-01-01T00:00:00Z", "lifVersion": "1.0.0" }}, "layouts": [{{ "layoutId": "hall", "layoutVersion": "1",
        "nodes": [{}], "edges": [{}], "stations": [{}] }}] }}"#,
        nodes.join(","),
        edges.join(","),
        parking.join(",")
    );
    let files = Files::of_toml(PLANT).with("tracks.lif.json", tracks.as_bytes());
    let plant = fenhe_plant::load("small", &files).map_err(|all| format!("{all:#?}"));
    Arc::new(plant.expect("a plant").0)
}

/// True hand-overs, in order.
pub type Handed = Arc<Mutex<Vec<(VehicleId, PlaceId, bool)>>>;

/// Everything at work.
pub struct Stage {
    pub plant: Arc<Plant>,
    pub names: Arc<Names>,
    pub clock: Clock,
    pub config: Config,
    pub log: Memory,
    pub running: Running<Memory>,
    /// True hand-overs, in order.
    pub handed: Handed,
    _broker: Broker,
    runtime: Runtime,
}

impl Stage {
    pub fn new() -> Stage {
        let plant = small();
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let broker = Broker::start(loopback, runtime.handle()).unwrap();
        let config = Config::new("127.0.0.1", broker.address().port(), "fenhe");
        let clock = Clock::start(Time::ZERO, 20);
        let names = Arc::new(Names::of(&plant));
        let masters = Engine::<()>::new_masters(&plant, |v| dialect(&plant, v));
        let (log, core) = (Memory::default(), Controller::new(plant.clone()));
        let engine = Engine::new(plant.clone(), names.clone(), core, masters, log.clone())
            .with_gateway(Desk::new(1), Vec::new());
        let place = Place {
            broker: config.clone(),
            runtime: runtime.handle().clone(),
            clock: clock.clone(),
            latencies: None,
        };
        let running = Running::start(engine, place, Box::new(|_, _| {}));
        Stage {
            plant,
            names,
            clock,
            config,
            log,
            running,
            handed: Arc::default(),
            _broker: broker,
            runtime,
        }
    }

    /// Simulated devices: these vehicles, and the stations or not.
    pub fn devices(&self, vehicles: &[VehicleId], stations: bool) -> StandIn {
        let part = (vehicles.to_vec(), stations).into();
        self.part(part, self.handed.clone())
    }

    /// The same for any part of the plant, with a list of its own of true hand-overs.
    pub fn part(&self, part: Part, seen: Handed) -> StandIn {
        let devices = Devices::new(&self.plant, self.names.clone(), Seed(3), |v| {
            (dialect(&self.plant, v), Quirks::default())
        });
        let witness = move |_, record: Record| {
            if let Record::Handed {
                vehicle,
                place,
                pick,
                ..
            } = record
            {
                seen.lock().unwrap().push((vehicle, place, pick));
            }
        };
        let reach = fenhe_live::stand_in::Reach {
            broker: self.config.clone(),
            keys: None,
            clock: self.clock.clone(),
            runtime: self.runtime.handle().clone(),
        };
        let hear = (Box::new(witness) as _, Box::new(|_, _: &Event| false) as _);
        StandIn::start(&self.plant, devices, part, reach, hear)
    }

    /// A node by its name.
    pub fn node(&self, name: &str) -> NodeId {
        self.names.find_node(name).expect("a node")
    }

    /// Somebody else's vehicle at a node.
    pub fn foreign(&self, v: VehicleId, node: NodeId) -> Foreign {
        let mut dialect = dialect(&self.plant, v);
        dialect.session = String::new();
        let reach = (
            self.config.clone(),
            self.clock.clone(),
            self.runtime.handle().clone(),
        );
        Foreign::start(&self.plant, (v, node, dialect), reach)
    }

    /// Hand-overs of a vehicle in the simulated plant.
    pub fn hands(&self, v: VehicleId) -> Vec<(PlaceId, bool)> {
        let handed = self.handed.lock().unwrap();
        let own = handed.iter().filter(|(who, ..)| *who == v);
        own.map(|&(_, place, pick)| (place, pick)).collect()
    }

    /// Until something is so.
    #[track_caller]
    pub fn wait(&self, what: &str, mut so: impl FnMut() -> bool) {
        let until = Instant::now() + Duration::from_secs(120);
        while !so() {
            assert!(
                Instant::now() < until,
                "{what}: {:?}\n{}",
                self.handed.lock().unwrap(),
                self.newest()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The newest facts that were kept, with the time.
    fn newest(&self) -> String {
        let facts = self.log.kept().facts;
        let newest = facts.iter().rev().take(40).rev();
        let lines: Vec<String> = newest.map(|fact| format!("{fact:?}")).collect();
        format!("{}\nnow {:?}", lines.join("\n"), self.clock.now())
    }

    /// Everything stops: the simulated plant is whole, the real vehicles did what their bodies did, and what was kept
    /// replays to the core that ran.
    #[track_caller]
    pub fn end(self, devices: StandIn) -> Devices {
        let Some(Ok(engine)) = self.running.stop() else {
            panic!("it ran")
        };
        let devices = whole(devices);
        for v in self.plant.vehicles.ids() {
            assert_eq!(engine.master(v).isolated(), None);
        }
        let voice = |v| dialect(&self.plant, v);
        let (names, kept) = (&self.names, self.log.kept());
        let again = recover(&self.plant, names, &kept, voice, &mut |_, _, _| {});
        let again = again.expect("of this version");
        assert_eq!(again.core.digest(), engine.core().digest());
        devices
    }
}

/// They stop: nothing is lost or doubled in their plant, and everything that was followed fitted.
#[track_caller]
pub fn whole(devices: StandIn) -> Devices {
    let devices = devices.stop().expect("they ran");
    assert_eq!(devices.misfits(), []);
    assert_eq!(devices.world().check(), []);
    assert_eq!(devices.world().breach_list(), []);
    devices
}
