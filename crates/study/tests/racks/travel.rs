//! Travel times of single and dual command (Bozer and White 1984), from end to end: a plant text,
//! world and core, statistics.

use crate::exact::{Face, bozer_white};
use crate::plant::{Loop, within};

const HALF: f64 = 0.005;

fn single(keys: &str) -> String {
    format!("command = \"single\"\n{keys}")
}
const RANDOM: &str = "put_away = \"random\"";

/// A fine rack, T = 100 s, of shape factor b: 1, 0.75, 0.5, 0.25.
#[test]
fn single_and_dual_command_take_what_bozer_and_white_say() {
    for (lift, b) in [(1.0, 1.0), (1.3333, 0.75), (2.0, 0.5), (4.0, 0.25)] {
        let face = Face {
            bays: 100,
            levels: 100,
            cell: (1.0, 1.0),
            axes: [(1.0, None), (lift, None)],
        };
        let crane = format!("speed = \"1 m/s\", lift_speed = \"{lift} m/s\"");
        let rack = |keys: String| Loop {
            crane: crane.clone(),
            keys,
            ..Loop::default()
        };
        let sc = rack(single(RANDOM)).run(2e6, 1.4e7);
        let row = &sc.sample().cranes[fenhe_contract::CraneId(0)];
        let found = row.travel.as_seconds() / row.cycles as f64;
        let [want_sc, want_tb, want_dc] = bozer_white(b).map(|over_t| 100.0 * over_t);
        within(
            &format!("SC b = {b}, discrete"),
            found,
            2.0 * face.one_way((0.0, 0.0)),
            HALF,
        );
        within(&format!("SC b = {b}"), found, want_sc, 0.01);

        let dc = rack(RANDOM.into()).run(2e6, 1.8e7);
        let row = &dc.sample().cranes[fenhe_contract::CraneId(0)];
        assert_eq!(row.stored, row.cycles);
        assert_eq!(row.retrieved, row.cycles);
        let found = row.travel.as_seconds() / row.cycles as f64;
        let between = row.between.as_seconds() / row.out as f64;
        let exact = 2.0 * face.one_way((0.0, 0.0)) + face.between();
        within(&format!("DC b = {b}, discrete"), found, exact, HALF);
        within(
            &format!("TB b = {b}, discrete"),
            between,
            face.between(),
            0.01,
        );
        within(&format!("DC b = {b}"), found, want_dc, 0.01);
        within(&format!("TB b = {b}"), between, want_tb, 0.01);
    }
}
