//! Saved, and simulated beside the folder.

use super::*;
use crate::model::source::Source;

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
