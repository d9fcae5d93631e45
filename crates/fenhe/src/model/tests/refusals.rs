//! What cannot be done is refused with its reason.

use super::*;

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
