//! What a move changes in the texts, and what stays.

use super::*;

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
