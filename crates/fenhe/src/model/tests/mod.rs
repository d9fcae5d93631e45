//! A small plant with a layout, its drafts, and every refusal.

mod moves;
mod problems;
mod refusals;
mod work;

use super::*;
use fenhe_messages::{Lang, refusal_codes};
use fenhe_server::model::{Movable, Move, ProblemSeverity, Side, SimulationStatus, SpotKind};
use std::path::Path;
use std::time::{Duration, Instant};

const LAYOUT: &str = include_str!("../small/layout.toml");

const PLANT: &str = include_str!("../small/plant.toml");

const EQUIPMENT: &str = include_str!("../small/equipment.csv");

fn files() -> Files {
    let (lif, _) = fenhe_plant::layout::layout("layout.toml", LAYOUT.as_bytes()).expect("tracks");
    Files::of_toml(PLANT)
        .with("layout.toml", LAYOUT.as_bytes())
        .with("tracks.lif.json", lif.to_text().as_bytes())
        .with("equipment.csv", EQUIPMENT.as_bytes())
}

fn looked(files: Files) -> Looked {
    Looked::at("small", files)
}

fn plant() -> Arc<Plant> {
    let looked = looked(files());
    let told = |one: &fenhe_plant::Problem| {
        format!("{} {}: {:?}", one.file, one.line, (one.code, &one.args))
    };
    let told: Vec<String> = looked.problems.iter().map(told).collect();
    looked.plant.unwrap_or_else(|| panic!("{told:#?}"))
}

/// A folder on the disk that goes with the test.
struct Scratch(PathBuf);
impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("fenhe-model-{}-{name}", std::process::id()));
        let _old = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        for (name, bytes) in &files().0 {
            std::fs::write(path.join(name), bytes).expect("written");
        }
        Scratch(path)
    }
    fn bench(&self) -> Workbench {
        Workbench::new(plant(), Some(self.0.clone()))
    }
    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("a text")
    }
}
impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

fn on(bench: &Workbench, moves: Vec<Move>) -> Draft {
    Draft {
        base: bench.folder(Lang::En).expect("a folder").revision,
        moves,
        ..Draft::default()
    }
}

fn bay(id: &str, on: &str, at: i64, side: Side) -> Move {
    let (id, on) = (id.into(), on.into());
    Move::Bay { id, on, at, side }
}

fn check(bench: &Workbench, moves: Vec<Move>) -> CheckView {
    let checked = bench.check(&on(bench, moves), Lang::En);
    checked.unwrap_or_else(|why| panic!("{why:?}")).found
}

fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown(reason)
        | Refusal::Conflict(reason)
        | Refusal::Invalid(reason)
        | Refusal::Unsupported(reason)
        | Refusal::Busy(reason) => reason.code,
        Refusal::Stale { .. } => "act/stale",
    }
}

fn refused(bench: &Workbench, one: Move) -> &'static str {
    let refusal = bench.check(&on(bench, vec![one]), Lang::En).err();
    code(&refusal.expect("refused"))
}

/// The layout with a bay moved.
fn layout_with(moves: Vec<Move>) -> String {
    let base = looked(files());
    let draft = Draft {
        moves,
        ..Draft::default()
    };
    let drawn = draft::put(&base, &draft, &plant()).unwrap_or_else(|why| panic!("{why:?}"));
    String::from_utf8(drawn.files.get("layout.toml").expect("there").to_vec()).expect("text")
}

#[test]
fn the_folder_of_these_tests_is_good_and_its_tracks_are_made_from_its_layout() {
    let looked = looked(files());
    assert!(plant().chargers.len() == 2);
    assert_eq!((looked.movable, looked.errors()), (Movable::Bays, 0));
    assert_eq!(
        looked.plant.expect("good").hash.to_string(),
        looked.revision
    );
}
