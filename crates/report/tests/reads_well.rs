//! The report of a real plant, as text and as a page, in both languages.

use fenhe_contract::{Seed, Span};
use fenhe_messages::{Lang, Word};
use fenhe_plant::Plant;
use fenhe_report::{figures, html, tables, terminal};
use fenhe_study::{Outcome, Study, WarmUp};
use std::path::Path;
use std::sync::Arc;

fn ran(name: &str, horizon: Span, replications: u32) -> (Arc<Plant>, Outcome) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants");
    let files = fenhe_study::read_folder(&folder.join(name)).expect("readable");
    let (plant, _) = fenhe_plant::load(name, &files).expect("a good plant");
    let plant = Arc::new(plant);
    let study = Study {
        horizon,
        warm_up: WarmUp::Given(Span::ZERO),
        replications,
        seed: Seed(1),
        threads: 1,
    };
    let outcome = study.run(&plant, &|_, _| {}).expect("it runs");
    (plant, outcome)
}

/// Columns on a terminal: Chinese signs take two.
fn columns(line: &str) -> usize {
    line.chars().map(|c| 1 + usize::from(c >= '\u{2e80}')).sum()
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let (plant, outcome) = ran("jinneng-cells", Span::hours(1), 2);
    for lang in Lang::ALL {
        for width in [80u16, 120] {
            let text = terminal::report(&plant, &outcome, Some(width), lang);
            let widest = text.lines().map(columns).max().unwrap_or(0);
            assert!(widest <= usize::from(width), "{widest} > {width}\n{text}");
        }
    }
}

#[test]
fn a_run_without_a_finished_piece_says_so_and_shows_no_figure_for_it() {
    let (plant, outcome) = ran("jinneng-cells", Span::hours(1), 2);
    for lang in Lang::ALL {
        let text = terminal::report(&plant, &outcome, None, lang);
        assert!(text.contains(Word::AnswerNothing.text(lang)), "{text}");
        let page = html::page(&plant, &outcome, lang);
        assert!(page.contains(Word::AnswerNothing.text(lang)));
        for nonsense in ["NaN", "inf ", "inf<", "-inf"] {
            assert!(!text.contains(nonsense), "{nonsense}: {text}");
            assert!(!page.contains(nonsense), "{nonsense}");
        }
    }
    let json: serde_json::Value = serde_json::from_str(&outcome.to_json()).expect("JSON");
    assert!(json["lines"][0]["takt_s"]["mean"].is_null());
    assert!(json["products"][0]["cycle_time_s"]["ci95"][0].is_null());
}

#[test]
fn a_run_too_short_says_so_and_still_tells_the_mean_of_the_pieces_there_were() {
    let (plant, outcome) = ran("oracles/tandem-10", Span::seconds(180), 1);
    let cycle = &outcome.products[0].cycle_time_s;
    let all = &outcome.products[0].cycle_time;
    assert!(all.count > 0 && all.count < 200);
    assert!((all.min_s..=all.max_s).contains(&cycle.mean), "{cycle:?}");
    let text = terminal::report(&plant, &outcome, None, Lang::En);
    assert!(text.contains("Too short for a firm answer"), "{text}");
    assert!(html::page(&plant, &outcome, Lang::Zh).contains("class=\"doubt\">运行时间太短"));
}

#[test]
fn a_calm_run_raises_no_doubt() {
    let (plant, outcome) = ran("oracles/tandem-10", Span::hours(200), 4);
    let text = terminal::report(&plant, &outcome, None, Lang::En);
    assert!(
        !text.contains("Too short") && !text.contains("Not settled"),
        "{text}"
    );
    assert!(!html::page(&plant, &outcome, Lang::En).contains("<p class=\"doubt\""));
    let [rate, low, high] = figures::total_rate(&outcome);
    let line = &outcome.lines[0].output_per_hour;
    assert!((rate - line.mean).abs() < 1e-6 * rate && low < rate && rate < high);
}

#[test]
fn the_page_shows_what_the_tables_hold() {
    let (plant, outcome) = ran("jinneng-cells", Span::hours(3), 2);
    let page = html::page(&plant, &outcome, Lang::En);
    for part in [
        "OEE = availability",
        "APT [h]",
        "GQ",
        "load port",
        "charger",
        "class=\"plan\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for station in &outcome.stations {
        let cell = format!("<td>{}</td>", station.id);
        assert!(page.matches(&cell).count() >= 2, "{}", station.id);
    }
    let names: Vec<_> = tables::all(&outcome).into_iter().map(|t| t.name).collect();
    for name in [
        "run",
        "stations",
        "edges",
        "queue_excesses",
        "cycle_times",
        "work_in_progress",
    ] {
        assert!(names.iter().any(|n| n == name), "{name}");
    }
    let stations = tables::all(&outcome).swap_remove(2);
    let mut csv = Vec::new();
    stations.csv(&mut csv).expect("written");
    let csv = String::from_utf8(csv).expect("text");
    assert!(
        csv.lines()
            .next()
            .is_some_and(|head| head.contains(",apt_s,pbt_s,"))
    );
    assert!(
        !csv.contains("NaN"),
        "an empty cell says what was not observed"
    );
}

#[test]
fn a_sweep_speaks_the_language_asked_for() {
    let (_, outcome) = ran("oracles/tandem-10", Span::hours(2), 2);
    let row = terminal::sweep_row("a.b", "7", &outcome, Lang::Zh);
    assert!(
        row.starts_with("a.b = 7：良品 ") && !row.contains("takt"),
        "{row}"
    );
    assert!(!row.contains("车辆"), "a plant without vehicles: {row}");
    let points = [
        ("7".to_string(), outcome.clone()),
        ("8".to_string(), outcome),
    ];
    let page = html::sweep_page("p", "a.b", &points, Lang::Zh);
    assert!(page.contains("最慢产线节拍上限") && page.contains("<td>8</td>"));
}
