//! Control, wire and virtual devices through real bytes on the virtual clock decide as the simulation
//! with the same delay of messages does.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::{Devices, Engine, Loopback};
use fenhe_study::{Scratch, run};
use fenhe_wire::Names;
use fenhe_wire::vda5050::Quirks;
use fenhe_world::World;
use std::sync::Arc;

const SEED: Seed = Seed(7);

#[test]
fn bytes_decide_as_the_simulation_does() {
    let delay = Span::ms(20);
    let plant = cells(delay);
    let until = Time::ZERO + Span::hours(3);

    let mut core = Controller::new(plant.clone());
    let mut world = World::new(plant.clone(), SEED);
    let mut simulated = Decisions::default();
    let mut tap = |now: Time, _: &Event, commands: &Commands| simulated.hear(now, commands);
    let mut truth = Ledger::default();
    run(
        &mut core,
        &mut world,
        until,
        &mut truth,
        &mut Scratch::default(),
        &mut tap,
    )
    .expect("no ping-pong");

    let names = Arc::new(Names::of(&plant));
    let masters = Engine::<()>::new_masters(&plant, |v| dialect(&plant, v));
    let core = Controller::new(plant.clone());
    let engine = Engine::new(plant.clone(), names.clone(), core, masters, ());
    let devices = Devices::new(&plant, names, SEED, |v| {
        (dialect(&plant, v), Quirks::default())
    });
    let Ok(mut all) = Loopback::new(engine, devices, delay);
    let mut heard = Decisions::default();
    let mut hear = |now: Time, out: &fenhe_live::Outputs| heard.hear(now, &out.decided);
    let mut handed = Ledger::default();
    let Ok(()) = all.greet(&mut hear);
    let Ok(()) = all.run(until, &mut handed, &mut hear);

    assert_eq!(all.devices.world().breaches(), 0);
    assert!(simulated.list.len() > 10_000, "{}", simulated.list.len());
    for (i, (a, b)) in simulated.list.iter().zip(&heard.list).enumerate() {
        assert_eq!(a, b, "decision {i}");
    }
    assert_eq!(simulated.list.len(), heard.list.len());
    assert_eq!(truth.0, handed.0);
}
