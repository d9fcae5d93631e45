//! Worlds from belief are whole: nothing lost, nothing doubled, nothing over its capacity, at once and later,
//! for every plant of the repository; and no belief whatever, however wrong, makes one panic.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Plant, load};
use fenhe_study::{Live, Scratch, read_folder, run};
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
        station.passed = station.passed.map(|pieces| u64::from(any(pieces as u32)));
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

/// Pieces begun at each station since its last planned stop began.
struct Used(Vec<u64>);
impl RecordSink for Used {
    const PIECES: bool = true;
    fn record(&mut self, _: Time, record: Record) {
        match record {
            Record::Step { station, .. } => self.0[station.index()] += 1,
            Record::Server {
                station,
                to: UnitState::Maintenance,
                ..
            } => self.0[station.index()] = 0,
            _ => {}
        }
    }
}

/// The cell workshop, planned stops ten times as frequent: what comes out behind stations that do not count tells
/// how many pieces have passed them since the last one.
#[test]
fn pieces_since_a_planned_stop_are_known_where_nobody_counts_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let files = read_folder(&folder).expect("folder");
    let mut plant = load("jinneng-cells", &files).expect("a plant").0;
    for station in plant.stations.iter_mut() {
        for plan in &mut station.maintenance {
            (plan.first, plan.every) = (Span(plan.first.0 / 10), Span(plan.every.0 / 10));
        }
    }
    let plant = Arc::new(plant);
    let mut core = Controller::new(plant.clone());
    let mut world = World::new(plant.clone(), Seed(3));
    let mut used = Used(vec![0; plant.stations.len()]);
    let end = Time::ZERO + Span::hours(14);
    let scratch = &mut Scratch::default();
    run(&mut core, &mut world, end, &mut used, scratch, &mut ()).expect("a run");
    let belief = core.belief(end);
    // Side by side: same input. Theirs is known together, less what waits to be seen behind them.
    let mut checked = [0, 0];
    let mut rows: Vec<StationId> = plant.stations.ids().collect();
    let takes = |id: &StationId| plant.stations[*id].inputs.first().map(|input| input.buffer);
    rows.sort_by_key(takes);
    for same in rows.chunk_by(|a, b| takes(a) == takes(b)) {
        let known = |id: &StationId| &belief.stations[id.index()];
        let planned = |id: &StationId| !plant.stations[*id].maintenance.is_empty();
        let serviced = |id: &StationId| known(id).serviced > Time::ZERO;
        if !same.iter().all(planned) || same.len() > 1 && same.iter().any(serviced) {
            continue;
        }
        let believed: u64 = same.iter().map(|id| known(id).passed.expect("known")).sum();
        let true_ones: u64 = same.iter().map(|id| used.0[id.index()]).sum();
        let waiting = if same.len() > 1 { 3_800 } else { 250 };
        let near = believed.abs_diff(true_ones) <= waiting + true_ones / 100;
        let name = &plant.stations[same[0]].name;
        assert!(near, "{name}: believed {believed}, true {true_ones}");
        checked[usize::from(same.len() > 1)] += usize::from(true_ones > 2_000);
    }
    assert!(checked[0] >= 10 && checked[1] >= 10, "{checked:?}");
}
