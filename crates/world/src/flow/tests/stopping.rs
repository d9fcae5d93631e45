//! Breakdowns, planned stops and shifts, one rule at a time, as in `rules`.

use super::plant;
use super::rules::{is_left, is_scrapped, left, one, run, when};
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::*;

/// A failure with these keys.
fn failing(count: u32, servers: u32, time: &str, failure: &str) -> String {
    let keys = alloc::format!(
        "single = {{ servers = {servers} }}\ntime = '{time}'\nfailures = [{{ id = 'f', {failure} }}]"
    );
    one(count, &keys)
}

#[test]
fn failures_by_pieces_come_at_the_counted_piece() {
    // The third piece begins at 12 and stands until 16, the sixth from 20 to 24.
    let failure = "clock = 'pieces', every = '3 pieces', repair = '4 s', effect = 'resume'";
    let found = left(&failing(5, 1, "1 s", failure), 26);
    assert_eq!(found, [11.0, 12.0, 17.0, 18.0, 19.0, 25.0, 26.0]);
}

#[test]
fn a_restarted_job_begins_anew_and_a_scrapped_one_is_gone() {
    // Five seconds of work from 10; it breaks down at 12 and is mended at 15.
    let toml = |effect: &str| {
        let failure = alloc::format!(
            "clock = 'calendar', every = '12 s', repair = '3 s', effect = '{effect}'"
        );
        failing(1, 1, "5 s", &failure)
    };
    assert_eq!(left(&toml("resume"), 19), [18.0]);
    assert_eq!(left(&toml("restart"), 20), [20.0]);
    let run = run(&toml("scrap"), 24);
    assert_eq!(when(&run, is_scrapped), [12.0]);
    assert!(when(&run, is_left).is_empty());
}

#[test]
fn servers_of_a_station_stand_together() {
    let failure = "clock = 'calendar', every = '12 s', repair = '3 s', effect = 'resume'";
    assert_eq!(left(&failing(2, 2, "5 s", failure), 19), [18.0, 18.0]);
    // A busy clock runs once, however many of them work: 7 s from 10.
    let failure = "clock = 'busy', every = '7 s', repair = '3 s', effect = 'resume'";
    assert_eq!(left(&failing(2, 2, "8 s", failure), 25), [21.0, 21.0]);
}

#[test]
fn a_planned_stop_waits_for_the_job_and_is_counted_from_its_plan() {
    let keys = "single = { servers = 1 }\ntime = '5 s'\n\
         maintenance = [{ id = 'm', clock = 'calendar', every = '20 s', first = '12 s', duration = '3 s' }]";
    let run = run(&one(1, keys), 60);
    let begins = |record: &Record| {
        matches!(
            record,
            Record::Server {
                to: UnitState::Maintenance,
                ..
            }
        )
    };
    // Due at 12, 32, 52, each in the middle of a job.
    assert_eq!(when(&run, begins), [15.0, 35.0, 55.0]);
    assert_eq!(when(&run, is_left), [15.0, 25.0, 35.0, 45.0, 55.0]);
}

#[test]
fn planned_stops_by_pieces_come_after_so_many() {
    let keys = |copies: u32| {
        alloc::format!(
            "copies = {copies}\nsingle = {{ servers = 1 }}\ntime = '1 s'\n\
             maintenance = [{{ id = 'm', clock = 'pieces', every = '3 pieces', duration = '4 s' }}]"
        )
    };
    // The third begins at 12 and is finished before the stop.
    let found = left(&one(5, &keys(1)), 19);
    assert_eq!(found, [11.0, 12.0, 13.0, 18.0, 19.0]);
    let three = plant(&one(5, &keys(3)));
    let first: Vec<i64> = three
        .stations
        .iter()
        .map(|s| s.maintenance[0].first.0)
        .collect();
    assert_eq!(first, [1, 2, 3]);
}

#[test]
fn a_job_goes_on_in_the_next_shift() {
    let toml = one(
        1,
        "single = { servers = 1 }\ntime = '5 s'\ncalendar = 'shift'",
    ) + "[[calendar]]\nid = 'shift'\nperiod = '100 s'\non = [['0 s', '12 s'], ['50 s', '100 s']]\n";
    // Two of five seconds before 12, the rest from 50; then those that came meanwhile.
    assert_eq!(left(&toml, 60), [53.0, 58.0]);
}

#[test]
fn a_held_station_finishes_the_piece_in_hand_and_takes_no_other() {
    // A piece each ten seconds, five seconds of work; held from 12 to 33.
    let toml = one(1, "single = { servers = 1 }\ntime = '5 s'");
    let mut run = super::Run::new(&plant(&toml), 1, AllRecords::default());
    let second = |s: i64| Time(s * 1_000_000);
    let mut hold = |at: i64, revision: u32, on: bool| {
        run.to(second(at));
        let hold = Command::Hold {
            station: StationId(0),
            revision,
            on,
        };
        run.world.apply(second(at), &hold, &[], &mut run.sink);
    };
    hold(12, 1, true);
    // Said again, and held while it stands: nothing new.
    hold(13, 1, true);
    hold(25, 2, true);
    hold(33, 3, false);
    // Old ones that come late are dropped.
    hold(34, 2, true);
    hold(34, 1, true);
    run.to(second(60));
    assert_eq!(run.world.check(), []);
    // Those of 20, 30 and 40 one behind the other, that of 50 when it comes.
    assert_eq!(when(&run, is_left), [15.0, 38.0, 43.0, 48.0, 55.0]);
    let turns = |to: UnitState| move |record: &Record| matches!(record, Record::Server { to: now, .. } if *now == to);
    assert_eq!(when(&run, turns(UnitState::Maintenance)), [15.0]);
    let told: Vec<(f64, UnitState)> = run
        .events
        .iter()
        .filter_map(|(at, event)| match event {
            Event::Station(_, StationEvent::State(state)) => Some((at.as_seconds(), *state)),
            _ => None,
        })
        .collect();
    let held = |&&(_, state): &&(f64, UnitState)| state == UnitState::Maintenance;
    assert_eq!(
        told.iter()
            .filter(held)
            .map(|told| told.0)
            .collect::<Vec<_>>(),
        [15.0, 25.0]
    );
}
