//! How vehicles are spoken to: `vda5050` of a type and of one vehicle.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_plant::*;

fn plant(more: &str, kind: &str) -> Files {
    let text = PLANT.replacen("id = \"agv\"\n", &format!("id = \"agv\"\n{kind}\n"), 1);
    assert!(kind.is_empty() || text != PLANT);
    folder(&format!("{text}\n{more}"), lif(RING, WAYS, &["b", "d"]))
}

fn good(more: &str, kind: &str) -> Plant {
    let (plant, warnings) = load("test", &plant(more, kind)).expect("good");
    assert_eq!(warnings, []);
    plant
}

/// Code, text and suggestion of the only problem.
fn only(more: &str, kind: &str) -> (&'static str, Severity, String, Option<String>) {
    let problems = match load("test", &plant(more, kind)) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    };
    let [problem] = problems.as_slice() else {
        panic!("{problems:#?}");
    };
    assert!(problem.line > 0, "{problem:?}");
    let (text, suggestion) = (problem.text.clone(), problem.suggestion.clone());
    (problem.code, problem.severity, text, suggestion)
}

#[test]
fn a_plant_without_a_word_about_it_says_nothing() {
    let plant = good("", "");
    assert_eq!(plant.links, Links::default());
    assert_eq!(plant.vda5050(VehicleId(1)), Vda5050::default());
}

#[test]
fn a_vehicles_word_counts_before_its_types() {
    let kind = "vda5050 = { manufacturer = \"acme\", version = \"2.0.0\", max_base = 3, spelling = [\"instantActions\"], \
                station_type = \"\", resend = \"500 ms\", first_node_deviation = \"30 cm\", charge_step = \"5 %\" }";
    let one = "[[vehicle]]\nid = \"agv-2\"\n[vehicle.vda5050]\nserial = \"SN 0042\"\nversion = \"3.0.0\"\n\
               interface = \"hall/vda5050\"\nstep_ends = \"both\"\nstitch_actions = \"repeat\"\n";
    let plant = good(one, kind);
    let (first, second) = (plant.vda5050(VehicleId(0)), plant.vda5050(VehicleId(1)));
    assert_eq!(first.version, Some(Vda5050Version::V2_0));
    assert_eq!(second.version, Some(Vda5050Version::V3_0));
    assert_eq!(first.serial, None);
    assert_eq!(second.serial.as_deref(), Some("SN 0042"));
    assert_eq!(second.interface.as_deref(), Some("hall/vda5050"));
    assert_eq!(second.step_ends, Some(StepEnds::Both));
    assert_eq!(second.stitch_actions, Some(StitchActions::Repeat));
    for said in [first, second] {
        assert_eq!(said.manufacturer.as_deref(), Some("acme"));
        assert_eq!(said.max_base, Some(3));
        assert_eq!(said.station_type.as_deref(), Some(""));
        assert_eq!(said.resend, Some(Span::ms(500)));
        assert_eq!(said.first_node_deviation, Some(Length(300)));
        assert_eq!(said.charge_step, Some(50));
        assert!(
            said.spelling
                .is_some_and(|words| words.instant_actions && !words.action_name)
        );
    }
}

#[test]
fn what_cannot_be_a_part_of_a_topic_is_refused_with_its_line() {
    for part in ["a/b", "a+", "#", "", "$SYS", "a\\tb"] {
        let (code, severity, ..) = only("", &format!("vda5050 = {{ manufacturer = \"{part}\" }}"));
        assert_eq!(
            (code, severity),
            ("vda5050/topic-part", Severity::Error),
            "{part}"
        );
    }
    let shared = "vda5050 = { topics = { state = \"all/state\" } }";
    assert_eq!(
        only("", shared).0,
        "vda5050/topic-part",
        "all vehicles of the type on one topic"
    );
    let own = good(
        "",
        "vda5050 = { topics = { state = \"$serial/state\" }, qos = 2, blocking = \"SINGLE\" }",
    )
    .vda5050(VehicleId(0));
    assert_eq!(
        own.topics.and_then(|topics| topics.state).as_deref(),
        Some("$serial/state")
    );
    assert_eq!(
        (own.qos, own.blocking),
        (Some(2), Some(Vda5050Blocking::Single))
    );
    let (code, _, text, _) = only("", "vda5050 = { interface = \"hall//uagv\" }");
    assert_eq!(
        (code, text.as_str()),
        ("vda5050/topic-part", "\"hall//uagv\"")
    );
}

#[test]
fn two_vehicles_with_the_same_maker_and_serial_are_refused() {
    let of = |id: &str, serial: &str| {
        format!("[[vehicle]]\nid = \"{id}\"\nvda5050 = {{ serial = \"{serial}\" }}\n")
    };
    let both = format!("{}{}", of("agv-1", "X"), of("agv-2", "X"));
    assert_eq!(only(&both, "").0, "vehicle/same-serial");
    // The other one's name is its serial number, too.
    assert_eq!(only(&of("agv-1", "agv-2"), "").0, "vehicle/same-serial");
    let apart = format!(
        "{}[[vehicle]]\nid = \"agv-2\"\nvda5050 = {{ serial = \"X\", manufacturer = \"other\" }}\n",
        of("agv-1", "X")
    );
    assert_eq!(good(&apart, "").links.vehicles.len(), 2);
}

#[test]
fn a_vehicle_that_is_not_there_is_told() {
    let of =
        |id: &str| format!("[[vehicle]]\nid = \"{id}\"\nvda5050 = {{ version = \"2.0.0\" }}\n");
    let (code, severity, text, _) = only(&of("agv-3"), "");
    assert_eq!(
        (code, severity),
        ("vehicle/beyond-fleet", Severity::Warning)
    );
    assert_eq!(text, "\"agv-3\"");
    let (code, severity, _, meant) = only(&of("avg-2"), "");
    assert_eq!((code, severity), ("name/unknown", Severity::Error));
    assert_eq!(meant.as_deref(), Some("agv-2"));
    let twice = format!("{}{}", of("agv-1"), of("agv-1"));
    assert_eq!(only(&twice, "").0, "id/duplicate");
}

#[test]
fn words_spans_and_keys_are_checked() {
    let of = |inner: &str| only("", &format!("vda5050 = {{ {inner} }}"));
    assert_eq!(of("version = \"2.1\"").0, "value/word");
    assert_eq!(
        of("spelling = [\"instantAction\"]").3.as_deref(),
        Some("instantActions")
    );
    assert_eq!(of("max_base = 0").0, "value/range");
    assert_eq!(of("resend = \"2\"").0, "unit/wrong");
    assert_eq!(
        of("ask_after = \"60 s\", lost_after = \"60 s\"").0,
        "vda5050/silence"
    );
    assert_eq!(
        of("serial = \"X\"").0,
        "key/unknown",
        "a type has many vehicles"
    );
}
