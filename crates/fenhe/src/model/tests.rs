//! A small plant with a layout, its drafts, and every refusal.

use super::source::Source;
use super::*;
use fenhe_messages::{Lang, refusal_codes};
use fenhe_server::model::{Movable, Move, ProblemSeverity, Side, SimulationStatus, SpotKind};
use std::path::Path;
use std::time::{Duration, Instant};

const LAYOUT: &str = include_str!("small/layout.toml");

const PLANT: &str = include_str!("small/plant.toml");

const EQUIPMENT: &str = include_str!("small/equipment.csv");

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

#[test]
fn a_bay_of_its_own_changes_three_values_and_no_other_byte() {
    let text = layout_with(vec![bay("out", "A1", 24_500, Side::North)]);
    let want = LAYOUT
        .replace(
            "on = \"A2\"\nside = \"south\"   # where",
            "on = \"A1\"\nside = \"north\"   # where",
        )
        .replace("at = \"22 m\"", "at = \"24.5 m\"");
    assert_eq!(text, want);
    let same = layout_with(vec![bay("out", "A2", 22_000, Side::South)]);
    assert_eq!(same, LAYOUT, "where it is already");
}

#[test]
fn a_bay_among_others_gets_a_table_of_its_own_and_the_others_stay_where_they_are() {
    let text = layout_with(vec![bay("c-2", "A2", 30_000, Side::North)]);
    let old = "[[charger]]\nids = [\"c-1\", \"c-2\", \"c-3\"]\non = \"A1\"\nside = \"south\"\nat = \"8 m\"\npitch = \"6 m\"\n";
    let new = "[[charger]]\nids = [\"c-1\"]\non = \"A1\"\nside = \"south\"\nat = \"8 m\"\n\n\
               [[charger]]\nids = [\"c-2\"]\non = \"A2\"\nside = \"north\"\nat = \"30 m\"\n\n\
               [[charger]]\nids = [\"c-3\"]\non = \"A1\"\nside = \"south\"\nat = \"20 m\"\n";
    assert_eq!(text, LAYOUT.replace(old, new));
    // The first of a table: those after it keep their comments.
    let text = layout_with(vec![bay("mill.in", "A2", 30_000, Side::South)]);
    assert!(
        text.contains("[[dock]]            # both at the first aisle\nids = [\"mill.out\"]\n"),
        "{text}"
    );
    assert!(text.contains("at = \"18 m\"   # the first\n"), "{text}");
}

#[test]
fn wherever_a_bay_goes_all_others_stay() {
    let before = fenhe_plant::layout::spec("layout.toml", LAYOUT)
        .0
        .expect("a layout");
    for bay_before in &before.bays {
        let to = bay(&bay_before.id, "A2", 32_000, Side::North);
        let text = layout_with(vec![to]);
        let after = fenhe_plant::layout::spec("layout.toml", &text)
            .0
            .expect("a layout");
        assert_eq!(after.bays.len(), before.bays.len(), "{text}");
        for one in &after.bays {
            let was = before
                .bays
                .iter()
                .find(|row| row.id == one.id)
                .expect("as before");
            let moved = one.id == bay_before.id;
            let want = if moved {
                (32_000.into_mm(), 17_000.into_mm())
            } else {
                before.end(was)
            };
            assert_eq!(
                after.end(one),
                want,
                "{} after {} moved\n{text}",
                one.id,
                bay_before.id
            );
        }
    }
}

trait IntoMm {
    fn into_mm(self) -> fenhe_contract::Length;
}
impl IntoMm for i64 {
    fn into_mm(self) -> fenhe_contract::Length {
        fenhe_contract::Length(self)
    }
}

#[test]
fn ends_of_lines_stay_as_they_are() {
    let windows = LAYOUT.replace('\n', "\r\n");
    let spec = fenhe_plant::layout::spec("layout.toml", &windows)
        .0
        .expect("a layout");
    let to = fenhe_server::model::OnStreet {
        street: "A2".into(),
        at: 30_000,
        side: Side::North,
    };
    let text = bays::moved(&windows, &spec, "c-2", &to).expect("moved");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(
        text.replace("\r\n", "\n"),
        layout_with(vec![bay("c-2", "A2", 30_000, Side::North)])
    );
}

#[test]
fn tracks_follow_the_layout_and_the_plan_shows_where_things_are() {
    let scratch = Scratch::new("tracks");
    let bench = scratch.bench();
    let found = check(&bench, vec![bay("c-1", "A2", 30_000, Side::South)]);
    assert!(found.good, "{:?}", found.problems);
    let changed: Vec<(&str, bool)> = found
        .changed
        .iter()
        .map(|file| (file.name.as_str(), file.made))
        .collect();
    assert_eq!(changed, [("layout.toml", false), ("tracks.lif.json", true)]);
    let spot = found
        .spots
        .iter()
        .find(|spot| spot.id == "c-1")
        .expect("there");
    assert_eq!(
        (spot.x, spot.y, spot.moved, spot.kind),
        (30_000, 13_000, true, SpotKind::Charger)
    );
    assert_eq!(spot.of.as_deref(), Some("C1"));
    assert_eq!(found.spots.iter().filter(|spot| spot.moved).count(), 1);
    let names: Vec<&str> = found.ways.iter().map(|way| way.name.as_str()).collect();
    assert_eq!(names, ["A1", "A2", "X1", "X2"]);
}

#[test]
fn a_point_becomes_the_nearest_place_on_a_street_and_a_station_takes_its_docks_along() {
    let scratch = Scratch::new("points");
    let bench = scratch.bench();
    let place = |found: &CheckView, id: &str| {
        let spot = found
            .spots
            .iter()
            .find(|spot| spot.id == id)
            .expect("there");
        let on = spot.on.clone().expect("on a street");
        (on.street, on.at, on.side)
    };
    let to = Move::BayTo {
        id: "c-3".into(),
        x: 30_040,
        y: 12_400,
    };
    let found = check(&bench, vec![to]);
    assert_eq!(place(&found, "c-3"), ("A2".into(), 30_000, Side::South));
    for id in ["mill", "mill.cut", "mill.in"] {
        let to = Move::Station {
            id: id.into(),
            east: 9_000,
            north: 10_000,
        };
        let found = check(&bench, vec![to]);
        assert_eq!(
            place(&found, "mill.in"),
            ("A2".into(), 19_000, Side::North),
            "{id}"
        );
        assert_eq!(
            place(&found, "mill.out"),
            ("A2".into(), 27_000, Side::North),
            "{id}"
        );
    }
}

#[test]
fn problems_are_where_they_are() {
    let scratch = Scratch::new("places");
    let bench = scratch.bench();
    // Beyond the end of its street: no tracks can be made of it, and it stands where it was put.
    let found = check(&bench, vec![bay("out", "A2", 60_000, Side::South)]);
    assert!(!found.good);
    let problem = found
        .problems
        .iter()
        .find(|one| one.code == "layout/bay-outside")
        .expect("told");
    let at = problem.at.expect("a place");
    assert_eq!(
        (at.x, at.y, problem.severity),
        (60_000, 13_000, ProblemSeverity::Error)
    );
    assert_eq!(problem.element.as_deref(), Some("dock out"));
    let spot = found
        .spots
        .iter()
        .find(|spot| spot.id == "out")
        .expect("can be moved back");
    assert_eq!((spot.x, spot.y, spot.moved), (60_000, 13_000, true));
    assert!(problem.line > 0 && !problem.what.is_empty() && !problem.remedy.is_empty());
    // Two in one place.
    let found = check(&bench, vec![bay("c-1", "A1", 14_200, Side::South)]);
    let near = found
        .problems
        .iter()
        .find(|one| one.code.starts_with("track/"));
    let near = near.expect("told");
    let at = near.at.expect("a place");
    assert!((at.x - 14_100).abs() < 1_000 && at.y == 3_000, "{near:?}");
    // In another language.
    let draft = on(&bench, vec![bay("out", "A2", 60_000, Side::South)]);
    let said = bench.check(&draft, Lang::Zh).expect("checked").found;
    assert!(!said.problems[0].what.is_ascii());
}

#[test]
fn faults_of_plant_and_table_are_at_their_elements() {
    let base = looked(files());
    let at = |name: &str, from: &str, to: &str| {
        let text = String::from_utf8(base.files.get(name).expect("there").to_vec()).expect("text");
        assert!(text.contains(from), "{from}");
        let broken = looked(files().with(name, text.replacen(from, to, 1).as_bytes()));
        let told = broken.told(&plant(), Lang::En);
        let first = told
            .into_iter()
            .find(|one| one.severity == ProblemSeverity::Error);
        let first = first.expect("an error");
        (first.code, first.element, first.at.map(|at| (at.x, at.y)))
    };
    // A charger whose power has no unit, a port at no node of the tracks, a table that names no class.
    let power = at(
        "plant.toml",
        "node = \"c-2\"\npower = \"3 kW\"",
        "node = \"c-2\"\npower = \"3\"",
    );
    assert_eq!(
        power,
        (
            "unit/wrong".into(),
            Some("charger C2".into()),
            Some((14_000, 3_000))
        )
    );
    let node = at("equipment.csv", "in=mill.in", "in=mill.on");
    assert_eq!(
        (node.1.as_deref(), node.2),
        (Some("station mill"), Some((14_000, 7_000)))
    );
    let class = at("equipment.csv", "mill,mill,", "mill,mull,");
    assert_eq!(
        (class.1.as_deref(), class.2),
        (Some("station mill"), Some((14_000, 7_000)))
    );
    let street = at("plant.toml", "time = \"5 s\"", "time = \"5 yards\"");
    assert_eq!(
        (street.1.as_deref(), street.2),
        (Some("station pack"), Some((22_000, 13_000)))
    );
    // What has no place has none.
    let product = at(
        "plant.toml",
        "[[product]]\nid = \"p\"",
        "[[product]]\nid = \"p\"\ncolour = 1",
    );
    assert_eq!(product.2, None);
}

#[test]
fn without_a_layout_nodes_are_moved_and_no_other_byte_of_the_tracks() {
    let mut bare = files();
    bare.0.remove("layout.toml");
    let base = looked(bare);
    assert_eq!((base.movable, &base.made), (Movable::Nodes, &None));
    let moves = vec![Move::Node {
        id: "c-1".into(),
        x: 8_500,
        y: 2_500,
    }];
    let draft = Draft {
        moves,
        ..Draft::default()
    };
    let drawn = draft::put(&base, &draft, &plant()).expect("moved");
    let text = |files: &Files| {
        String::from_utf8(files.get("tracks.lif.json").expect("there").to_vec()).expect("text")
    };
    let (before, after) = (text(&base.files), text(&drawn.files));
    let rows: Vec<(&str, &str)> = before
        .lines()
        .zip(after.lines())
        .filter(|(a, b)| a != b)
        .collect();
    assert_eq!(rows.len(), 2, "its node and its station: {rows:?}");
    for (old, new) in rows {
        assert_eq!(
            old.replace("\"x\":8.0,\"y\":3.0", "\"x\":8.5,\"y\":2.5"),
            new
        );
    }
    let now = base.draft("small", drawn.files, drawn.problems);
    let spots = places::spots(&base, &now, &plant());
    let moved: Vec<&str> = spots
        .iter()
        .filter(|spot| spot.moved)
        .map(|spot| spot.id.as_str())
        .collect();
    assert_eq!(moved, ["c-1"]);
}

#[test]
fn tracks_that_the_layout_does_not_give_are_told_and_not_overwritten() {
    let other = LAYOUT
        .replace("\"40 m\"", "\"41 m\"")
        .replace("at = \"22 m\"", "at = \"23 m\"");
    let base = looked(files().with("layout.toml", other.as_bytes()));
    assert_eq!(base.movable, Movable::Nodes);
    assert!(
        base.problems
            .iter()
            .any(|one| one.code == "layout/other-tracks")
    );
    assert_eq!(base.errors(), 0, "{:?}", base.problems);
}

#[test]
fn what_is_served_where_changes_in_its_own_row() {
    let base = looked(files());
    let put = |id: &str, port: Option<&str>, node: &str| {
        let (id, port, node) = (id.into(), port.map(String::from), node.into());
        let moves = vec![Move::Serve { id, port, node }];
        let draft = Draft {
            moves,
            ..Draft::default()
        };
        let drawn = draft::put(&base, &draft, &plant()).unwrap_or_else(|why| panic!("{why:?}"));
        let text = |name: &str| {
            String::from_utf8(drawn.files.get(name).expect("there").to_vec()).expect("text")
        };
        (text("plant.toml"), text("equipment.csv"))
    };
    let csv = EQUIPMENT.replace("out=mill.out", "out=out");
    assert_eq!(put("mill", Some("out"), "out"), (PLANT.into(), csv));
    let charger = PLANT.replace("node = \"c-2\"", "node = \"c-3\"");
    assert_eq!(put("C2", None, "c-3"), (charger, EQUIPMENT.into()));
    let buffer = PLANT.replace("node = \"out\",", "node = \"mill.in\",");
    assert_eq!(put("hatch", None, "mill.in"), (buffer, EQUIPMENT.into()));
}

#[test]
fn every_refusal_is_clear_and_nothing_is_written() {
    let scratch = Scratch::new("refusals");
    let bench = scratch.bench();
    let node = || Move::Node {
        id: "c-1".into(),
        x: 0,
        y: 0,
    };
    let serve = |id: &str| Move::Serve {
        id: id.into(),
        port: None,
        node: "c-1".into(),
    };
    assert_eq!(
        refused(&bench, bay("c-9", "A1", 5_000, Side::South)),
        "model/no-bay"
    );
    assert_eq!(
        refused(&bench, bay("c-1", "B1", 5_000, Side::South)),
        "model/no-street"
    );
    assert_eq!(
        refused(
            &bench,
            Move::BayTo {
                id: "x".into(),
                x: 0,
                y: 0
            }
        ),
        "model/no-bay"
    );
    assert_eq!(
        refused(
            &bench,
            Move::Station {
                id: "raw".into(),
                east: 1,
                north: 0
            }
        ),
        "model/no-docks"
    );
    assert_eq!(refused(&bench, node()), "model/with-layout");
    assert_eq!(refused(&bench, serve("raw")), "model/not-served");
    let text = |name: &str| bench.text(name).err().map(|why| code(&why));
    assert_eq!(text("../secret.toml"), Some("model/no-file"));
    assert_eq!(
        bench.text("plant.toml").ok().map(|view| view.text),
        Some(PLANT.into())
    );
    std::fs::write(scratch.0.join("notes.csv"), [0xff, 0xfe]).expect("written");
    assert_eq!(text("notes.csv"), Some("model/not-text"));
    let mut draft = on(&bench, Vec::new());
    draft.texts.insert("new.toml".into(), String::new());
    let refusal = bench.check(&draft, Lang::En).err();
    assert_eq!(refusal.as_ref().map(code), Some("model/no-file"));
    // No layout any more: nodes, not bays.
    std::fs::remove_file(scratch.0.join("layout.toml")).expect("removed");
    assert_eq!(
        refused(&bench, bay("c-1", "A1", 5_000, Side::South)),
        "model/no-layout"
    );
    assert_eq!(
        refused(
            &bench,
            Move::Node {
                id: "n".into(),
                x: 0,
                y: 0
            }
        ),
        "model/no-node"
    );
    std::fs::write(scratch.0.join("tracks.lif.json"), "{").expect("written");
    assert_eq!(refused(&bench, node()), "model/tracks-broken");
    std::fs::remove_dir_all(&scratch.0).expect("removed");
    assert_eq!(
        bench.folder(Lang::En).err().as_ref().map(code),
        Some("model/read")
    );
    assert!(!scratch.0.exists());
}

#[test]
fn the_folder_is_followed_and_a_draft_is_saved_only_on_what_it_was_made_from() {
    let scratch = Scratch::new("save");
    let bench = scratch.bench();
    let folder = bench.folder(Lang::En).expect("a folder");
    assert!(folder.running);
    let made: Vec<&str> = folder
        .files
        .iter()
        .filter(|file| file.made)
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(
        (folder.moves, made),
        (Movable::Bays, vec!["tracks.lif.json"])
    );
    let save = |draft: &Draft| {
        bench.save(&SaveAsked {
            draft: draft.clone(),
            folder: None,
        })
    };
    let codes = |saved: Result<Saved, Refusal>| saved.err().as_ref().map(code);
    assert_eq!(codes(save(&on(&bench, Vec::new()))), Some("model/nothing"));
    let bad = on(&bench, vec![bay("out", "A2", 60_000, Side::South)]);
    assert_eq!(codes(save(&bad)), Some("model/errors"));
    let draft = on(&bench, vec![bay("out", "A2", 26_000, Side::South)]);
    // Somebody else changes the folder.
    let theirs = PLANT.replace("time = \"5 s\"", "time = \"6 s\"");
    std::fs::write(scratch.0.join("plant.toml"), &theirs).expect("written");
    let now = bench.folder(Lang::En).expect("a folder");
    assert!(now.revision != folder.revision && !now.running);
    assert_eq!(codes(save(&draft)), Some("model/changed"));
    assert_eq!(scratch.text("layout.toml"), LAYOUT);
    // Looked at again on top of it, and saved.
    let draft = Draft {
        base: now.revision.clone(),
        ..draft
    };
    let saved = save(&draft).expect("saved");
    assert_eq!(saved.files, ["layout.toml", "tracks.lif.json"]);
    assert_eq!(
        (saved.before, scratch.text("plant.toml")),
        (Some(now.revision), theirs)
    );
    assert_eq!(
        scratch.text("layout.toml"),
        LAYOUT.replace("\"22 m\"", "\"26 m\"")
    );
    let after = bench.folder(Lang::En).expect("a folder");
    assert_eq!(
        (after.revision, after.problems.len()),
        (saved.revision, now.problems.len())
    );
    let left = std::fs::read_dir(&scratch.0).expect("there").count();
    assert_eq!(left, 4, "no file beside them");
    // Broken on the disk: told at once.
    std::fs::write(
        scratch.0.join("plant.toml"),
        PLANT.replace("\"5 s\"", "\"5 yards\""),
    )
    .expect("written");
    let broken = bench.folder(Lang::En).expect("a folder");
    assert!(
        broken
            .problems
            .iter()
            .any(|one| one.code == "unit/wrong" && one.at.is_some())
    );
    let asked = asked(on(&bench, vec![bay("out", "A2", 24_000, Side::South)]));
    assert_eq!(
        bench.simulate(&asked).err().as_ref().map(code),
        Some("model/errors")
    );
    let mut mended = asked.draft.clone();
    mended.texts.insert("plant.toml".into(), PLANT.into());
    let asked = SimulationAsked {
        draft: mended,
        ..asked
    };
    assert_eq!(
        bench.simulate(&asked).err().as_ref().map(code),
        Some("model/folder-errors")
    );
}

#[test]
fn the_plant_in_the_program_is_saved_to_a_new_folder_or_not_at_all() {
    let source = Source::demo();
    let looked = Looked::at("jinneng-cells", source.read().expect("in the program"));
    assert_eq!((looked.movable, looked.errors()), (Movable::Bays, 0));
    let bench = Workbench::new(looked.plant.clone().expect("good"), None);
    let folder = bench.folder(Lang::En).expect("a folder");
    assert!(folder.running && folder.place.is_none());
    let draft = on(&bench, vec![bay("charger-3", "A1", 105_000, Side::South)]);
    let save = |folder: Option<&str>| {
        let folder = folder.map(String::from);
        bench.save(&SaveAsked {
            draft: draft.clone(),
            folder,
        })
    };
    let codes = |saved: Result<Saved, Refusal>| saved.err().as_ref().map(code);
    assert_eq!(codes(save(None)), Some("model/in-the-program"));
    for name in [
        "",
        "../up",
        ".hidden",
        "a/b",
        "a\\b",
        "nul\0",
        &"x".repeat(65),
    ] {
        assert_eq!(
            codes(save(Some(name))),
            Some("model/folder-name"),
            "{name:?}"
        );
    }
    assert_eq!(codes(save(Some("src"))), Some("model/folder-exists"));
    let found = bench.check(&draft, Lang::En).expect("checked").found;
    assert!(found.good, "{:?}", found.problems);
    assert_eq!(found.changed.len(), 2);
    assert_eq!(
        found.changed[0].hunks.len(),
        2,
        "{:?}",
        found.changed[0].hunks
    );
    let station = Move::Station {
        id: "L1-laser".into(),
        east: 2_000,
        north: 0,
    };
    let found = check(&bench, vec![station]);
    assert!(found.good, "{:?}", found.problems);
    let moved: Vec<&str> = found
        .spots
        .iter()
        .filter(|spot| spot.moved)
        .map(|spot| spot.id.as_str())
        .collect();
    assert_eq!(moved, ["L1-laser.in", "L1-laser.out"]);
}

fn asked(draft: Draft) -> SimulationAsked {
    SimulationAsked {
        draft,
        minutes: 60,
        warm_up: 30,
        pairs: 3,
        seed: 7,
    }
}

#[test]
fn both_sides_are_simulated_one_comparison_at_a_time_and_it_can_be_ended() {
    let scratch = Scratch::new("simulate");
    let bench = scratch.bench();
    let none = bench.simulation().err();
    assert_eq!(none.as_ref().map(code), Some("model/no-simulation"));
    let draft = on(&bench, vec![bay("out", "A1", 26_000, Side::North)]);
    let long = SimulationAsked {
        minutes: 43_200,
        pairs: 100,
        ..asked(draft.clone())
    };
    let begun = bench.simulate(&long).expect("begun");
    assert_eq!(
        (begun.id, begun.status, begun.done),
        (1, SimulationStatus::Running, 0)
    );
    let second = bench.simulate(&asked(draft.clone())).err();
    assert_eq!(second.as_ref().map(code), Some("model/running"));
    let ended = bench.cancel().expect("ended");
    assert_eq!(ended.status, SimulationStatus::Cancelled);
    let wait = |asked: &SimulationAsked| {
        bench.simulate(asked).expect("begun");
        let until = Instant::now() + Duration::from_secs(120);
        loop {
            let view = bench.simulation().expect("one");
            if view.status != SimulationStatus::Running {
                return view;
            }
            assert!(Instant::now() < until, "in time");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let view = wait(&asked(draft.clone()));
    assert_eq!(
        (view.status, view.done, view.progress),
        (SimulationStatus::Done, 3, 1.0)
    );
    assert_eq!((view.violations_before, view.violations_after), (0, 0));
    let output = view
        .figures
        .iter()
        .find(|row| row.what == "output_per_hour")
        .expect("told");
    let (before, after) = (output.before.expect("told"), output.after.expect("told"));
    assert!(before.mean > 10.0 && after.mean > 10.0, "{output:?}");
    assert_eq!(output.difference.expect("pairs").n, 3);
    // The same again is the same to the last bit; no change is no difference.
    let again = wait(&asked(draft));
    assert_eq!(again.figures, view.figures);
    let nothing = wait(&asked(on(&bench, Vec::new())));
    assert!(
        nothing
            .figures
            .iter()
            .all(|row| !row.beyond_doubt && row.difference.is_none_or(|d| d.mean == 0.0))
    );
}

/// All refusals of this part have sentences.
#[test]
fn every_refusal_has_its_sentence() {
    let codes: Vec<&str> = refusal_codes()
        .filter(|code| code.starts_with("model/"))
        .collect();
    for file in ["draft.rs", "mod.rs", "job.rs", "source.rs"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/model")
            .join(file);
        let text = std::fs::read_to_string(path).expect("a source");
        for part in text.split("\"model/").skip(1) {
            let code = format!("model/{}", part.split('"').next().unwrap_or_default());
            assert!(codes.contains(&code.as_str()), "{code}");
        }
    }
}
