//! A plant that was simulated for a while goes on behind its protocols as if it had always been there.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::{Engine, Loopback, Outputs, Wanted, Warm, warm_up};
use fenhe_plant::Plant;
use fenhe_study::{Scratch, run};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Note, Quirks};
use std::sync::Arc;

const SEED: Seed = Seed(7);
const AFTER: Span = Span::hours(8);

fn warm(plant: &Arc<Plant>) -> Warm {
    let wanted = Wanted {
        after: AFTER,
        when: &|_: &Controller| true,
        most: Span::ZERO,
        said: &|_| Vec::new(),
    };
    warm_up(plant, SEED, &wanted, &mut ()).expect("every vehicle comes to a stand")
}

/// Hand-overs of the next hour by bytes, and what went wrong on the way.
fn next_hour(plant: &Arc<Plant>, warm: &Warm) -> (usize, Vec<Note>, Loopback<()>) {
    let names = Arc::new(Names::of(plant));
    let masters = warm.masters(plant, &names, |v| dialect(plant, v));
    let engine = Engine::new(plant.clone(), names.clone(), warm.core.clone(), masters, ());
    let voice = |v| (dialect(plant, v), Quirks::default());
    let devices = warm.devices(plant, names, voice);
    let Ok(mut all) = Loopback::new(engine, devices, Span::ms(20));
    let mut notes = Vec::new();
    let mut hear = |_: Time, out: &Outputs| notes.extend(out.notes.iter().map(|(_, n)| n.clone()));
    let mut handed = Ledger::default();
    let Ok(()) = all.greet(&mut hear);
    let Ok(()) = all.run(warm.at + Span::hours(1), &mut handed, &mut hear);
    (handed.0.values().map(Vec::len).sum(), notes, all)
}

#[test]
fn a_warm_plant_goes_on_behind_its_protocols() {
    let plant = cells(Span::ms(20));
    let warm = warm(&plant);
    assert!(warm.at < Time::ZERO + AFTER + Span::seconds(600));
    let (handed, notes, all) = next_hour(&plant, &warm);
    assert_eq!(all.devices.world().breaches(), 0);
    let bad = |note: &&Note| !matches!(note, Note::Factsheet { .. });
    let bad: Vec<&Note> = notes.iter().filter(bad).collect();
    assert_eq!(bad, Vec::<&Note>::new());
    for v in plant.vehicles.ids() {
        assert!(all.engine.master(v).is_up());
        assert_eq!(all.engine.master(v).isolated(), None);
    }
    assert_eq!(all.engine.core().troubles().count(), 0);

    // As busy as the simulation that nobody stopped.
    let mut core = Controller::new(plant.clone());
    let mut world = fenhe_world::World::new(plant.clone(), SEED);
    let (mut first, mut then) = (Ledger::default(), Ledger::default());
    let (mut scratch, tap) = (Scratch::default(), &mut ());
    run(
        &mut core,
        &mut world,
        warm.at,
        &mut first,
        &mut scratch,
        tap,
    )
    .expect("no ping-pong");
    let until = warm.at + Span::hours(1);
    run(&mut core, &mut world, until, &mut then, &mut scratch, tap).expect("no ping-pong");
    let count = |of: &Ledger| of.0.values().map(Vec::len).sum::<usize>();
    let expected = count(&then);
    assert!(expected > 1_000, "{expected}");
    assert!(
        handed.abs_diff(expected) * 10 < expected,
        "{handed} of {expected}"
    );
}

#[test]
fn the_same_plant_and_seed_are_warm_in_the_same_way() {
    let plant = cells(Span::ms(20));
    let (a, b) = (warm(&plant), warm(&plant));
    assert_eq!((a.at, a.core.digest()), (b.at, b.core.digest()));
}

#[test]
fn stations_show_what_they_do_once_it_lasts() {
    let plant = cells(Span::ms(20));
    let warm = warm(&plant);
    let (_, _, all) = next_hour(&plant, &warm);
    let believed = all.engine.core().belief(all.engine.last()).stations;
    let works = |s: &StationId| {
        let known = &believed[s.index()];
        known.shows.map_or(known.state, |(state, _)| state) == UnitState::Execute
    };
    let (mut seen, mut agree) = (0, 0);
    for s in plant.stations.ids() {
        let truly = all.devices.world().works(s) == UnitState::Execute;
        agree += usize::from(works(&s) == truly);
        seen += usize::from(works(&s));
    }
    assert!(seen > 20, "{seen} work");
    assert!(agree * 10 > plant.stations.len() * 9, "{agree} agree");
}
