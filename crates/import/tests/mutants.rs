//! Models that were cut off or damaged: an answer always, never a panic, and a plant that loads if there is one.

mod common;

use common::data;
use proptest::prelude::*;

const FILES: [&str; 4] = [
    "joinery.opentcs.xml",
    "carts.building.yaml",
    "rooms.building.yaml",
    "two-floors.building.yaml",
];

/// Bytes that mean something in XML or YAML, and some that do not.
const SPICE: &[&str] = &[
    "<",
    ">",
    "\"",
    "/",
    "&",
    "&#0;",
    "<!--",
    "]]>",
    "[",
    "]",
    "{",
    "}",
    ":",
    "-",
    ",",
    "\n",
    " ",
    "'",
    "*a",
    "&a",
    "!",
    "|",
    "0",
    "-1",
    "1e308",
    "NaN",
    "99999999999999999999",
    "é",
    "汾",
    "\u{0}",
    "\u{feff}",
    "true",
    "null",
    "~",
];

fn look(bytes: &[u8]) {
    match fenhe_import::import("mutant", bytes) {
        Ok(import) => {
            for folder in &import.folders {
                good(&folder.load());
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            assert!(
                problems
                    .iter()
                    .all(|problem| fenhe_import::CODES.contains(&problem.code)
                        || problem.code == "file/not-utf8")
            );
        }
    }
}

/// What an import makes is a plant; only bodies that do not fit the tracks are the source's own fault.
fn good<T>(loaded: &Result<T, Vec<fenhe_plant::Problem>>) {
    if let Err(problems) = loaded {
        let codes: Vec<_> = problems
            .iter()
            .map(|p| (p.code, &p.text, &p.args))
            .collect();
        let known = ["track/body-too-large"];
        assert!(
            problems.iter().any(|p| known.contains(&p.code)),
            "{codes:#?}"
        );
    }
}

#[test]
fn a_file_cut_off_anywhere_is_told() {
    for name in FILES {
        let text = data(name);
        for part in 0..60 {
            look(&text.as_bytes()[..text.len() * part / 60]);
        }
    }
}

#[test]
fn deep_nesting_is_told() {
    look("[".repeat(100_000).as_bytes());
    look(("levels:\n  ".to_string() + &"[".repeat(100_000)).as_bytes());
    look(("levels:\n  ".to_string() + &"{a: ".repeat(100_000)).as_bytes());
    look("<model>".repeat(100_000).as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("FENHE_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(60), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_gives_a_plant_or_its_problems(
        file in 0..FILES.len(),
        damage in prop::collection::vec((0.0..1.0_f64, 0..40_usize, 0..SPICE.len()), 1..6),
    ) {
        let mut text = data(FILES[file]);
        for (place, cut, spice) in damage {
            let at = (place * text.len() as f64) as usize;
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let end = (at + cut).min(text.len());
            let end = (end..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
            text.replace_range(at..end, SPICE[spice]);
        }
        look(text.as_bytes());
    }

    #[test]
    fn a_changed_figure_gives_a_plant_or_its_problems(file in 0..FILES.len(), place in 0.0..1.0_f64, figure in 0..8_usize) {
        let figures = ["0", "-7", "1", "4294967296", "0.5", "", "12345", "99999999"];
        let text = data(FILES[file]);
        let numbers: Vec<(usize, usize)> = numbers(&text);
        let (start, end) = numbers[(place * numbers.len() as f64) as usize];
        look(format!("{}{}{}", &text[..start], figures[figure], &text[end..]).as_bytes());
    }
}

/// Where whole numbers stand.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_digit())
    {
        match found.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => found.push((at, at + 1)),
        }
    }
    found
}
