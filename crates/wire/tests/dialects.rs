//! From the plant to names on the wire and to how each vehicle is spoken to.

use fenhe_contract::*;
use fenhe_plant::{Files, Plant, load};
use fenhe_wire::Names;
use fenhe_wire::vda5050::*;
use serde_json::json;

fn plant(kind: &str, more: &str) -> Plant {
    let of_kind = json!([{"vehicleTypeId": "车 1/a"}, {"vehicleTypeId": "agv"}]);
    let node = |id: &str, x: f64| json!({"nodeId": id, "nodePosition": {"x": x, "y": 0.0}, "vehicleTypeNodeProperties": of_kind});
    let edge = |from: &str, to: &str| {
        json!({"edgeId": format!("{from}-{to}"), "startNodeId": from, "endNodeId": to, "vehicleTypeEdgeProperties":
            [{"vehicleTypeId": kind, "rotationAllowed": false}]})
    };
    let lif = json!({
        "metaInformation": {"projectIdentification": "t", "creator": "t", "exportTimestamp": "2026-01-01T00:00:00Z", "lifVersion": "1.0.0"},
        "layouts": [{"layoutId": "hall", "layoutVersion": "1",
            "nodes": [node("a", 0.0), node("b", 10.0), node("c", 20.0)],
            "edges": [edge("a", "b"), edge("b", "a"), edge("b", "c"), edge("c", "b")],
            "stations": [{"stationId": "p", "interactionNodeIds": ["a"], "stationDescription": "parking"},
                         {"stationId": "q", "interactionNodeIds": ["c"], "stationDescription": "parking"}]}]
    });
    let text = format!(
        "[[product]]\nid = \"cell\"\n[[buffer]]\nid = \"rack\"\nstore = {{ places = 2, node = \"b\" }}\n\
         [tracks]\nfile = \"t.json\"\n[[vehicle_type]]\nid = \"{kind}\"\nlength = \"1 m\"\nwidth = \"0.6 m\"\nspeed = \"1 m/s\"\n\
         accel = \"1 m/s2\"\nbrake = \"1 m/s2\"\nturn = \"45 deg/s\"\nbattery = \"1 kWh\"\ndecks = 2\n[[fleet]]\ntype = \"{kind}\"\ncount = 1\n{more}"
    );
    let files = Files::of_toml(&text).with("t.json", &serde_json::to_vec(&lif).unwrap());
    match load("t", &files) {
        Ok((plant, _)) => plant,
        Err(problems) => panic!("{problems:#?}"),
    }
}

const V: VehicleId = VehicleId(0);

#[test]
fn without_a_word_in_the_plant_the_standard_is_spoken() {
    let plant = plant("agv", "");
    let dialect = Dialect::of(&plant, V);
    assert_eq!(dialect, Dialect::new(Version::V2_1, "Fenhe", "agv-1"));
    assert_eq!(dialect.topic(Topic::Order), "uagv/v2/Fenhe/agv-1/order");
    // A vehicle that the plant does not have is no reason to stop.
    assert_eq!(Dialect::of(&plant, VehicleId(9)).serial, "");
}

#[test]
fn every_word_of_the_plant_reaches_the_dialect() {
    let more = "[[vehicle]]\nid = \"agv-1\"\n[vehicle.vda5050]\ninterface = \"hall/x\"\nmanufacturer = \"acme\"\nserial = \"S1\"\n\
        version = \"3.0.0\"\ntopics = { order = \"in/$serial\", connection = \"up\" }\nqos = 1\nblocking = \"SOFT\"\nmap = \"ground\"\nstep_ends = \"node-states\"\nstitch_actions = \"omit\"\n\
        spelling = [\"instantActions\", \"actionName\", \"allowedDeviationXy\"]\nnode_position = false\nnode_theta = false\n\
        first_node_deviation = \"25 cm\"\nidentical_resend = true\nmax_base = 7\nmax_horizon = 5\nstation_type = \"rack\"\n\
        load_type = \"\"\nlhd = false\ncharge_until = \"soc\"\ntells_actions = false\nresend = \"3 s\"\nask_after = \"20 s\"\n\
        lost_after = \"40 s\"\ninstant_tries = 4\ntolerance = 9\ncharge_step = \"2 %\"\n";
    let dialect = Dialect::of(&plant("agv", more), V);
    let wanted = Dialect {
        interface: "hall/x".into(),
        manufacturer: "acme".into(),
        serial: "S1".into(),
        topics: vec![
            (Topic::Order, "in/S1".into()),
            (Topic::Connection, "up".into()),
        ],
        qos: 1,
        blocking: model::Blocking::Soft,
        version: Version::V3_0,
        map: "ground".into(),
        session: dialect.session.clone(),
        step_ends: StepEnds::NodeStates,
        stitch_actions: StitchActions::Omit,
        spelling: Spelling {
            instant_actions: true,
            action_name: true,
            deviation_xy: true,
        },
        send_position: false,
        send_theta: false,
        first_node_deviation: 250,
        identical_resend: true,
        max_base: 7,
        max_horizon: 5,
        station_type: Some("rack".into()),
        load_type: None,
        send_lhd: false,
        charge_until: Some("soc".into()),
        tells_actions: false,
        resend: Span::seconds(3),
        ask_after: Span::seconds(20),
        lost_after: Span::seconds(40),
        instant_tries: 4,
        tolerance: 9,
        charge_step: 20,
    };
    assert_eq!(dialect, wanted);
    assert_eq!(dialect.topic(Topic::State), "hall/x/v3/acme/S1/state");
    assert_eq!(
        dialect.topic_of("hall/x/v3/acme/S1/state"),
        Some(Topic::State)
    );
    assert_eq!(dialect.topic_of("hall/x/v3/acme/S2/state"), None);
    assert_eq!(
        (dialect.topic(Topic::Order), dialect.topic_of("up")),
        ("in/S1".into(), Some(Topic::Connection))
    );
}

#[test]
fn the_version_decides_what_the_plant_leaves_open() {
    let more = "[[vehicle]]\nid = \"agv-1\"\nvda5050 = { version = \"2.0.0\" }\n";
    let dialect = Dialect::of(&plant("agv", more), V);
    assert_eq!(dialect, Dialect::new(Version::V2_0, "Fenhe", "agv-1"));
    assert!(dialect.spelling.action_name, "schema 2.0.0 wants it");
}

#[test]
fn a_name_that_no_topic_may_hold_still_makes_a_serial_number() {
    let dialect = Dialect::of(&plant("车1/a", ""), V);
    assert_eq!(dialect.serial, ":8f66:1:2f:a-1");
    assert_eq!(dialect.topic(Topic::State).split('/').count(), 5);
}

#[test]
fn nodes_edges_and_places_are_found_by_the_names_they_have() {
    let plant = plant("agv", "");
    let names = Names::of(&plant);
    for id in plant.tracks.nodes.ids() {
        let name = &names.node(id).unwrap().name;
        assert_eq!(names.find_node(name), Some(id));
    }
    for id in plant.tracks.edges.ids() {
        assert_eq!(names.find_edge(&names.edge(id).unwrap().name), Some(id));
    }
    let places: Vec<&str> = plant.places.ids().map(|id| names.place(id)).collect();
    assert_eq!(places, ["rack.0", "rack.1", "agv-1.0", "agv-1.1"]);
    assert_eq!(names.find_place("rack.1"), Some(PlaceId(1)));
    assert_eq!((names.find_node("z"), names.find_place("")), (None, None));
}
