//! Worlds from belief are whole: nothing lost, nothing doubled, nothing over its capacity, at once and later,
//! for every plant of the repository; and no belief whatever, however wrong, makes one panic.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Plant, load};
use fenhe_study::{Live, read_folder};
use fenhe_world::World;
use std::path::Path;
use std::sync::Arc;

/// Every plant of the repository, in order of path.
fn plants() -> Vec<Arc<Plant>> {
    let mut folders = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants")];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        open.extend(paths.filter(|path| path.is_dir()));
        if folder.join("plant.toml").is_file() {
            folders.push(folder);
        }
    }
    folders.sort();
    let plant = |folder: &std::path::PathBuf| {
        let name = folder.file_name()?.to_string_lossy().into_owned();
        let files = read_folder(folder).ok()?;
        Some(Arc::new(load(&name, &files).ok()?.0))
    };
    folders.iter().filter_map(plant).collect()
}

/// Between which seconds the moment lies, and how far the plant is run from there.
fn spans(plant: &Plant) -> (f64, f64, i64) {
    if plant.vehicles.is_empty() {
        (0.0, 5_000.0, 2_000)
    } else {
        (7_200.0, 14_400.0, 1_200)
    }
}

#[test]
fn a_world_from_the_belief_of_a_saved_core_is_whole_at_once_and_later() {
    let plants = plants();
    assert!(plants.len() > 50, "{} plants", plants.len());
    for (n, plant) in plants.iter().enumerate() {
        let seed = Seed(1).replication(n as u32);
        let mut luck = seed.stream("moment", Purpose::Fault);
        let (from, to, after) = spans(plant);
        let at = Time::ZERO + Span::from_seconds_up(from + (to - from) * luck.unit());
        let mut truth = Live::new(plant, seed);
        truth
            .output(at)
            .unwrap_or_else(|fault| panic!("{}: {fault}", plant.name));
        // Everything goes through bytes once, as it does after a restart.
        let saved = truth.core.snapshot();
        let core = Controller::restore(plant.clone(), &saved).expect("own snapshot");
        let belief: Belief = restore(&snapshot(&core.belief(at))).expect("own snapshot");
        assert_eq!(belief, truth.core.belief(at), "{}", plant.name);
        let world = World::from_belief(plant.clone(), &belief, Seed(2));
        assert_eq!(world.now(), at);
        assert_eq!(world.check(), [], "{} at {} us", plant.name, at.0);
        let again = World::from_belief(plant.clone(), &belief, Seed(2));
        assert_eq!(world.digest(), again.digest(), "{}", plant.name);
        let mut live = Live { core, world };
        let left = live.output(at + Span::seconds(after)).expect("no hang");
        assert_eq!(live.world.check(), [], "{} later", plant.name);
        let breaches = live.world.breach_list();
        assert_eq!(breaches, [], "{} at {} us", plant.name, at.0);
        let made = truth.output(at + Span::seconds(after)).expect("no hang");
        println!(
            "{:24} at {:8.1} s: {left} left, in truth {made}",
            plant.name,
            at.as_seconds()
        );
    }
}

/// Spoils some figures of a belief: anything at all, in range or not.
fn spoil(belief: &mut Belief, luck: &mut Stream) {
    let mut any = |n: u32| match luck.below(8) {
        0 => u32::MAX,
        1 => luck.below(200),
        _ => n,
    };
    for load in &mut belief.loads {
        load.place.0 = any(load.place.0);
        load.tag.0 = u64::from(any(load.tag.0 as u32));
        load.count = any(u32::from(load.count)) as u16;
        load.done = any(u32::from(load.done)) as u16;
        load.since.0 = i64::from(any(load.since.0 as u32)) - 50;
        load.product = load.product.map(|product| ProductId(any(product.0)));
    }
    for vehicle in &mut belief.vehicles {
        vehicle.node.0 = any(vehicle.node.0);
        vehicle.permille = any(u32::from(vehicle.permille)) as u16;
        vehicle.revision = any(vehicle.revision);
        vehicle.since.0 = i64::from(any(vehicle.since.0 as u32));
        let (deck, place) = (any(0) as u8, PlaceId(any(3)));
        vehicle.handles.push((any(1), deck, place, any(0) == 0));
        vehicle.base.push(EdgeId(any(5)));
    }
    for station in &mut belief.stations {
        station.state = UnitState::ALL[any(4) as usize % UnitState::ALL.len()];
        station.since.0 = i64::from(any(station.since.0 as u32)) - 50;
        (station.up.0, station.down.0) = (i64::from(any(0)), i64::from(any(0)));
    }
    for queued in &mut belief.queued {
        queued.buffer.0 = any(queued.buffer.0);
        queued.tag.0 = u64::from(any(queued.tag.0 as u32));
    }
    let jobs = belief.ordered.iter_mut().chain(&mut belief.running);
    for job in jobs {
        job.station.0 = any(job.station.0);
        job.product.0 = any(job.product.0);
    }
    for inside in &mut belief.inside {
        inside.entry.0 = any(inside.entry.0);
        inside.count = any(inside.count) % 10_000;
    }
}

#[test]
fn a_belief_that_cannot_be_makes_a_world_all_the_same() {
    for (n, plant) in plants().iter().enumerate() {
        let seed = Seed(3).replication(n as u32);
        let mut luck = seed.stream("spoil", Purpose::Fault);
        let at = Time(1_000_000_000);
        let mut truth = Live::new(plant, seed);
        truth.output(at).expect("no hang");
        for _ in 0..10 {
            let mut belief = truth.core.belief(at);
            spoil(&mut belief, &mut luck);
            let mut world = World::from_belief(plant.clone(), &belief, seed);
            world.advance(at + Span::seconds(60), &mut NoRecords, &mut Vec::new());
            let lost = |breach: &Breach| matches!(breach, Breach::Conservation { .. });
            assert!(!world.check().iter().any(lost), "{}", plant.name);
        }
    }
}
