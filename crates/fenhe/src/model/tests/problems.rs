//! Where problems are on the floor.

use super::*;

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
