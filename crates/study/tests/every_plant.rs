//! The same facts give the same orders, always: the same bytes for any number of threads, after saving
//! and restoring, and after a fork, over many seeds and every plant of the repository.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Plant, load};
use fenhe_study::{Scratch, Study, WarmUp, read_folder, run};
use fenhe_world::World;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Simulated time of each run.
const HORIZON: Time = Time(1_200_000_000);

/// Every plant of the repository, in order of path.
fn plants() -> Vec<Arc<Plant>> {
    let mut folders = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants")];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        open.extend(
            entries
                .map(|entry| entry.path())
                .filter(|path| path.is_dir()),
        );
        if folder.join("plant.toml").is_file() {
            folders.push(folder);
        }
    }
    folders.sort();
    folders.into_iter().filter_map(plant).collect()
}

fn plant(folder: PathBuf) -> Option<Arc<Plant>> {
    let name = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let files = read_folder(&folder).expect("a plant of the repository can be read");
    Some(Arc::new(load(&name, &files).ok()?.0))
}

/// A plant under way.
#[derive(Clone)]
struct Pair {
    core: Controller,
    world: World,
}

impl Pair {
    fn new(plant: &Arc<Plant>, seed: Seed) -> Pair {
        Pair {
            core: Controller::new(plant.clone()),
            world: World::new(plant.clone(), seed),
        }
    }
    /// Goes on until then; gives the times of the facts on the way.
    fn run(&mut self, until: Time) -> Vec<Time> {
        let mut times = Vec::new();
        let mut tap = |now: Time, _: &Event, _: &Commands| times.push(now);
        let mut scratch = Scratch::default();
        run(
            &mut self.core,
            &mut self.world,
            until,
            &mut NoRecords,
            &mut scratch,
            &mut tap,
        )
        .expect("control and plant come to an end at every instant");
        times
    }
    fn saved_and_restored(&self, plant: &Arc<Plant>) -> Pair {
        let core = Controller::restore(plant.clone(), &self.core.snapshot());
        let world = World::restore(plant.clone(), &self.world.snapshot());
        Pair {
            core: core.expect("own snapshot"),
            world: world.expect("own snapshot"),
        }
    }
    fn digest(&self) -> (Digest, Digest) {
        (self.core.digest(), self.world.digest())
    }
}

/// A run straight through against one that was forked, and one that was saved and restored, at a
/// random fact.
fn forks_and_restores(plant: &Arc<Plant>, seed: Seed) {
    let what = format!("{} with seed {}", plant.name, seed.0);
    let mut straight = Pair::new(plant, seed);
    let times = straight.run(HORIZON);
    let mut luck = seed.stream("determinism", Purpose::Fault);
    let at = match times.len() {
        0 => Time(i64::from(luck.below(HORIZON.0 as u32))),
        facts => times[luck.below(facts as u32) as usize],
    };
    let mut stopped = Pair::new(plant, seed);
    stopped.run(at);
    let mut restored = stopped.saved_and_restored(plant);
    assert_eq!(
        restored.digest(),
        stopped.digest(),
        "{what}: restored at {} us",
        at.0
    );
    let mut fork = stopped.clone();
    for (name, pair) in [
        ("stopped", &mut stopped),
        ("restored", &mut restored),
        ("forked", &mut fork),
    ] {
        pair.run(HORIZON);
        assert_eq!(
            pair.digest(),
            straight.digest(),
            "{what}: {name} at {} us",
            at.0
        );
    }
}

/// One and two threads, the same bytes.
fn threads(plant: &Arc<Plant>, seed: Seed) {
    let bytes = |threads| {
        let study = Study {
            horizon: HORIZON - Time::ZERO,
            warm_up: WarmUp::Given(Span::seconds(60)),
            replications: 3,
            seed,
            threads,
        };
        let outcome = study.run(plant, &|_, _| {}).expect("an outcome");
        outcome.timeless().to_json()
    };
    assert_eq!(bytes(1), bytes(2), "{} with seed {}", plant.name, seed.0);
}

fn try_seeds(seeds: u32) {
    let plants = plants();
    assert!(!plants.is_empty(), "no plants");
    // Fewer seeds than plants: spread over them.
    let step = (plants.len() / seeds as usize).max(1);
    for (n, plant) in (0..seeds).zip(plants.iter().cycle().step_by(step)) {
        let seed = Seed(1).replication(n);
        forks_and_restores(plant, seed);
        threads(plant, seed);
    }
    println!("{seeds} seeds over {} plants", plants.len());
}

#[test]
fn a_plant_goes_on_the_same_after_a_fork_and_after_a_restart() {
    try_seeds(8);
}

#[test]
#[ignore = "cargo x trial determinism"]
fn every_plant_gives_the_same_bytes_each_way() {
    let short = std::env::var("FENHE_TRIAL").as_deref() == Ok("short");
    try_seeds(if short { 20 } else { 100 });
}
