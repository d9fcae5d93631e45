//! Travel times of single and dual command (Bozer and White 1984), from end to end: a plant text,
//! world and core, statistics.

use crate::exact::{Axis, Face, bozer_white};
use crate::plant::{Loop, within};
use fenhe_contract::CraneId;
use fenhe_study::CraneSample;

/// Of the exact mean over the slots.
const HALF: f64 = 0.005;
const RANDOM: &str = "put_away = \"random\"";

/// Cycles of each run that are measured.
const CYCLES: f64 = 100_000.0;

/// Single command of a loop, and dual command of the same.
fn both(rack: impl Fn(String) -> Loop, about: f64) -> [CraneSample; 2] {
    let single = format!("command = \"single\"\n{RANDOM}");
    [single, RANDOM.to_string()].map(|keys| {
        let ran = rack(keys).run(0.2 * CYCLES * about, CYCLES * about);
        ran.sample().cranes[CraneId(0)].clone()
    })
}
fn travel(row: &CraneSample) -> f64 {
    row.travel.as_seconds() / row.cycles as f64
}
fn between(row: &CraneSample) -> f64 {
    row.between.as_seconds() / row.out as f64
}
fn face(bays: u32, levels: u32, cell: (f64, f64), axes: [Axis; 2]) -> Face {
    Face {
        bays,
        levels,
        cell,
        axes,
    }
}

/// A fine rack, T = 100 s, of shape factor b: 1, 0.75, 0.5, 0.25.
#[test]
fn single_and_dual_command_take_what_bozer_and_white_say() {
    for (lift, b) in [(1.0, 1.0), (1.3333, 0.75), (2.0, 0.5), (4.0, 0.25)] {
        let face = face(100, 100, (1.0, 1.0), [(1.0, None), (lift, None)]);
        let crane = format!("speed = \"1 m/s\", lift_speed = \"{lift} m/s\"");
        let rack = |keys| Loop {
            crane: crane.clone(),
            keys,
            ..Loop::default()
        };
        let [sc, dc] = both(rack, 150.0);
        let [want_sc, want_tb, want_dc] = bozer_white(b).map(|over_t| 100.0 * over_t);
        let (exact_sc, exact_tb) = (2.0 * face.one_way((0.0, 0.0)), face.between());
        within(
            &format!("SC b = {b}, discrete"),
            travel(&sc),
            exact_sc,
            HALF,
        );
        within(&format!("SC b = {b}"), travel(&sc), want_sc, 0.01);
        assert_eq!((dc.stored, dc.retrieved), (dc.cycles, dc.cycles));
        let exact_dc = exact_sc + exact_tb;
        within(
            &format!("DC b = {b}, discrete"),
            travel(&dc),
            exact_dc,
            HALF,
        );
        within(
            &format!("TB b = {b}, discrete"),
            between(&dc),
            exact_tb,
            0.01,
        );
        within(&format!("DC b = {b}"), travel(&dc), want_dc, 0.01);
        within(&format!("TB b = {b}"), between(&dc), want_tb, 0.01);
    }
}

/// Crane K1: 50 bays and 12 levels of 2 x 2 m, 2.5 and 0.75 m/s.
fn k1(accel: &'static str, keys: String) -> Loop {
    Loop {
        bays: 50,
        levels: 12,
        cell: (2.0, 2.0),
        crane: format!("speed = \"2.5 m/s\", lift_speed = \"0.75 m/s\", {accel}"),
        keys,
        fill: 300,
        ..Loop::default()
    }
}

#[test]
fn a_discrete_rack_with_transfers_does_its_cycles_an_hour() {
    let [sc, dc] = both(|keys| k1("transfer = \"8 s\"", keys), 90.0);
    let exact = face(50, 12, (2.0, 2.0), [(2.5, None), (0.75, None)]);
    within("K1 SC", travel(&sc), 48.5173, HALF);
    within("K1 TB", between(&dc), 16.9216, 0.01);
    within("K1 DC", travel(&dc), 65.4389, HALF);
    within("K1 TB, summed", exact.between(), 16.9216, 1e-5);
    let hours = |row: &CraneSample| {
        let busy: i128 = row.states.iter().sum();
        busy as f64 / 3.6e9
    };
    let per_hour = |row: &CraneSample| row.cycles as f64 / hours(row);
    within(
        "K1 SC an hour",
        per_hour(&sc),
        3600.0 / (48.5173 + 16.0),
        HALF,
    );
    within(
        "K1 DC an hour",
        per_hour(&dc),
        3600.0 / (65.4389 + 32.0),
        HALF,
    );
    let moves = (dc.stored + dc.retrieved) as f64 / hours(&dc);
    within("K1 moves an hour", moves, 73.88, 0.01);
}

#[test]
fn speeding_up_and_braking_cost_what_the_integral_says() {
    let accel = "accel = \"0.5 m/s2\", lift_accel = \"0.5 m/s2\"";
    let [sc, dc] = both(|keys| k1(accel, keys), 75.0);
    within("K1 a SC", travel(&sc), 55.9907, HALF);
    within("K1 a TB", between(&dc), 20.6041, 0.01);
    within("K1 a DC", travel(&dc), 76.5948, HALF);
}

/// b = 1. With the points at opposite ends the crane drives back empty, T more, which the figure of the
/// literature leaves out.
#[test]
fn the_position_of_the_hand_over_points_counts() {
    let cases = [
        ("mid height", [(0.0, 50.0); 2], [1.0833, 1.55]),
        ("centre", [(50.0, 50.0); 2], [0.6667, 1.1333]),
    ];
    for (what, io, [want_sc, want_dc]) in cases {
        let rack = |keys| Loop {
            io,
            keys,
            ..Loop::default()
        };
        let [sc, dc] = both(rack, 120.0);
        within(&format!("SC {what}"), travel(&sc), 100.0 * want_sc, 0.01);
        within(&format!("DC {what}"), travel(&dc), 100.0 * want_dc, 0.01);
    }
    let ends = Loop {
        io: [(0.0, 0.0), (100.0, 0.0)],
        ..Loop::default()
    };
    let ran = ends.run(4e6, 2e7);
    let dc = &ran.sample().cranes[CraneId(0)];
    within("DC opposite ends", travel(dc) - 100.0, 180.0, 0.01);
}

/// A shuttle has one level, a lift one bay.
#[test]
fn shuttles_and_lifts_are_cranes_of_one_level_or_one_bay() {
    let shuttle = |keys| Loop {
        bays: 120,
        levels: 1,
        cell: (0.5, 1.0),
        crane: "speed = \"2 m/s\", lift_speed = \"1 m/s\", accel = \"1 m/s2\"".into(),
        io: [(0.0, 0.5); 2],
        fill: 60,
        keys,
        ..Loop::default()
    };
    let [sc, dc] = both(shuttle, 45.0);
    within("shuttle SC", travel(&sc), 33.95556, 0.01);
    within("shuttle TB", between(&dc), 11.95615, 0.01);
    within("shuttle DC", travel(&dc), 45.91170, 0.01);
    let lift = Loop {
        bays: 1,
        levels: 8,
        sides: 2,
        cell: (1.0, 1.5),
        crane: "speed = \"1 m/s\", lift_speed = \"1.5 m/s\", lift_accel = \"1 m/s2\"".into(),
        io: [(0.5, 0.75); 2],
        fill: 8,
        keys: format!("command = \"single\"\n{RANDOM}"),
        ..Loop::default()
    };
    let ran = lift.run(1e5, 1e6);
    let sc = &ran.sample().cranes[CraneId(0)];
    within("lift SC", travel(sc), 9.61237, 0.01);
}
