//! Commands that simulate: simulate, sweep.

use crate::tools::{load, print_line, read, write};
use crate::{Failure, args, outputs};
use clap::ArgMatches;
use fenhe_contract::{Seed, Span};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use fenhe_report::{html, pieces::PieceHistory, tables, terminal};
use fenhe_study::{Outcome, Study, WarmUp};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// `fenhe simulate PLANT`.
pub fn simulate(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let (name, files) = read(args::required(given, "plant"), lang)?;
    let study = study(given, lang)?;
    let plant = Arc::new(load(&name, &files, &args::settings(given, lang)?, lang)?);
    outputs::probe(given, lang)?;
    let outcome = run(&study, &plant, lang)?;
    if let Some(path) = args::path(given, "pieces") {
        histories(&study, &plant, path, lang)?;
    }
    results(given, &plant, &outcome, lang)
}

/// `fenhe sweep PLANT PATH=VALUES`.
pub fn sweep(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let (name, files) = read(args::required(given, "plant"), lang)?;
    let text = given.get_one::<String>("values").map_or("", String::as_str);
    let (path, values) = args::sweep(text)
        .ok_or_else(|| Failure::argument(lang, text, Word::BadSweep.text(lang)))?;
    let study = study(given, lang)?;
    // All plants first: a value that the model cannot take is told before hours are spent.
    let mut plants = Vec::new();
    for value in values {
        let mut set = args::settings(given, lang)?;
        set.push((path.clone(), value.clone()));
        plants.push((value, Arc::new(load(&name, &files, &set, lang)?)));
    }
    outputs::probe(given, lang)?;
    let mut points = Vec::new();
    for (value, plant) in plants {
        let outcome = run(&study, &plant, lang)?;
        if !outputs::to_stdout(given) {
            print_line(&terminal::sweep_row(&path, &value, &outcome, lang));
        }
        outputs::tables(given, Some(&value), &outcome, lang)?;
        points.push((value, outcome));
    }
    if let Some(file) = args::path(given, "json") {
        let text = tables::sweep_json(&path, &points) + "\n";
        write(file, text.as_bytes(), lang)?;
    }
    if let Some(file) = args::path(given, "html") {
        write(
            file,
            html::sweep_page(&name, &path, &points, lang).as_bytes(),
            lang,
        )?;
        told_where(given, file, lang);
    }
    Ok(())
}

fn run(study: &Study, plant: &Arc<Plant>, lang: Lang) -> Result<Outcome, Failure> {
    let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr_with_hz(4));
    let style = "{msg} {wide_bar} {percent} % {elapsed} / {duration}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.set_message(Word::Simulating.text(lang));
    let progress = |done: u64, of: u64| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let outcome = study.run(plant, &progress);
    bar.finish_and_clear();
    outcome.map_err(|pong| Failure::no_end(lang, &pong))
}

/// The histories of all pieces of the first replication, run again: the same bytes as the first time.
fn histories(study: &Study, plant: &Arc<Plant>, path: &Path, lang: Lang) -> Result<(), Failure> {
    let failed = |why: std::io::Error| Failure::write(lang, path, &why);
    let out = std::io::BufWriter::new(File::create(path).map_err(failed)?);
    let mut history = PieceHistory::new(plant.clone(), out).map_err(failed)?;
    let warm_up = match study.warm_up {
        WarmUp::Given(span) => span,
        WarmUp::Auto => Span::ZERO,
    };
    let core = fenhe_control::Controller::new(plant.clone());
    let seed = study.seed.replication(0);
    fenhe_study::run_one(
        plant,
        seed,
        &study.cut(warm_up),
        core,
        &mut history,
        &mut || {},
    )
    .map_err(|pong| Failure::no_end(lang, &pong))?;
    history.finish().map_err(failed)
}

fn results(
    given: &ArgMatches,
    plant: &Plant,
    outcome: &Outcome,
    lang: Lang,
) -> Result<(), Failure> {
    if let Some(path) = args::path(given, "json") {
        write(path, (outcome.to_json() + "\n").as_bytes(), lang)?;
    }
    if let Some(path) = args::path(given, "html") {
        write(path, html::page(plant, outcome, lang).as_bytes(), lang)?;
        told_where(given, path, lang);
    }
    outputs::tables(given, None, outcome, lang)?;
    if !outputs::to_stdout(given) {
        print_line(&terminal::report(plant, outcome, outputs::width(), lang));
    }
    Ok(())
}

fn told_where(given: &ArgMatches, path: &Path, lang: Lang) {
    if !outputs::to_stdout(given) {
        print_line(&format!(
            "{}: {}",
            Word::ReportWritten.text(lang),
            path.display()
        ));
    }
}

fn study(given: &ArgMatches, lang: Lang) -> Result<Study, Failure> {
    let text = |name: &str| given.get_one::<String>(name).cloned().unwrap_or_default();
    let span = |name: &str| {
        let said = [("value", text(name))];
        let why = fill(Word::BadSpan.text(lang), &said);
        args::span(&said[0].1).ok_or_else(|| Failure::argument(lang, &format!("--{name}"), &why))
    };
    let horizon = span("for")?;
    if horizon == Span::ZERO {
        return Err(Failure::argument(
            lang,
            "--for",
            Word::BadHorizon.text(lang),
        ));
    }
    let warm_up = match text("warm-up").as_str() {
        "auto" => WarmUp::Auto,
        _ => WarmUp::Given(span("warm-up")?),
    };
    Ok(Study {
        horizon,
        warm_up,
        replications: given.get_one("replications").copied().unwrap_or(1),
        seed: Seed(given.get_one("seed").copied().unwrap_or(1)),
        threads: given.get_one("threads").copied().unwrap_or(0),
    })
}
