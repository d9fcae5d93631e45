//! The grid regime: `fenhe grid` runs a public instance, `fenhe grid-check` judges a run.

mod hall;
mod instance;
mod judge;
mod output;
mod run;

use crate::faults::{self, Fault};
use crate::tools::{print_line, write};
use crate::{Failure, args, outputs};
use clap::{Arg, ArgMatches, Command, value_parser};
use fenhe_contract::Seed;
use fenhe_messages::{Lang, Word, fill, grid as sentences};
use fenhe_planner::grid::{Crowd, Guide, Team, Ways};
use hall::Hall;
use instance::{Bad, Instance};
use run::{Effort, Order, Times};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Tables of distances take so much at most [bytes].
const TABLES: usize = 2_200_000_000;

/// Both commands.
pub fn commands(lang: Lang) -> [Command; 2] {
    let t = |word: Word| word.text(lang);
    let file = |name: &'static str, help: Word| {
        let arg = Arg::new(name)
            .required(true)
            .value_parser(value_parser!(PathBuf));
        arg.help(t(help))
    };
    let number =
        |name: &'static str, help: Word| Arg::new(name).long(name).value_name("N").help(t(help));
    let grid = Command::new("grid")
        .about(t(Word::GridAbout))
        .arg(file("instance", Word::GridInstanceHelp).value_name("INSTANCE"))
        .arg(
            number("seconds-per-step", Word::GridSecondsHelp)
                .value_name("S")
                .default_value("1")
                .value_parser(value_parser!(f64)),
        )
        .arg(
            number("iterations", Word::GridIterationsHelp)
                .conflicts_with("seconds-per-step")
                .value_parser(value_parser!(u32)),
        )
        .arg(
            number("steps", Word::GridStepsHelp)
                .default_value("600")
                .value_parser(value_parser!(u32).range(1..=1_000_000)),
        )
        .arg(number("threads", Word::ThreadsHelp).value_parser(value_parser!(u32).range(1..=256)))
        .arg(
            number("seed", Word::SeedHelp)
                .default_value("1")
                .value_parser(value_parser!(u64)),
        )
        .arg(args::file("out", t(Word::GridOutHelp)).short('o'));
    let check = Command::new("grid-check")
        .about(t(Word::GridCheckAbout))
        .arg(file("instance", Word::GridInstanceHelp).value_name("INSTANCE"))
        .arg(file("run", Word::GridRunHelp).value_name("OUT"));
    [grid, check]
}

/// `fenhe grid INSTANCE`.
pub fn grid(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let order = order(given, lang)?;
    let instance = read(given, lang)?;
    outputs::probe(given, lang)?;
    if !instance.ignored.is_empty() {
        let said = [("keys", instance.ignored.join(", "))];
        anstream::eprintln!("{}", fill(Word::GridIgnored.text(lang), &said));
    }
    let (hall, times) = plan(&instance, &order);
    let out = args::path(given, "out");
    if let Some(path) = out {
        let text = output::to_json(&instance, &hall, &times.step);
        write(path, text.as_bytes(), lang)?;
    }
    if out.is_none_or(|path| path != Path::new("-")) {
        found(&instance, &hall, &times, lang);
    }
    Ok(())
}

/// Long operations where there are few robots, short ones where there are very many or nobody refines them.
fn plan(instance: &Instance, order: &Order) -> (Hall, Times) {
    let robots = instance.starts.len();
    match (robots, order.effort, Crowd::of(&instance.map, robots)) {
        (1001.., _, _) => planned::<3>(instance, order),
        (_, Effort::Rounds(0), _) => planned::<4>(instance, order),
        (_, _, Crowd::Packed) => planned::<5>(instance, order),
        _ => planned::<7>(instance, order),
    }
}

fn planned<const D: usize>(instance: &Instance, order: &Order) -> (Hall, Times) {
    let (map, robots) = (Arc::clone(&instance.map), instance.starts.len());
    let guide = Guide::alternating(&map, Crowd::of(&map, robots).against());
    let ways = Ways::of(&map, robots);
    let mut team = Team::<D>::new(map, Arc::new(guide), robots, ways, TABLES);
    run::run(&mut team, instance, order, |_| {})
}

/// What came of it.
fn found(instance: &Instance, hall: &Hall, times: &Times, lang: Lang) {
    let mean = |all: &[f64]| 1000.0 * all.iter().sum::<f64>() / all.len().max(1) as f64;
    let late = |all: &[f64]| {
        let mut all = all.to_vec();
        all.sort_by(f64::total_cmp);
        let at = (all.len() * 99 / 100).min(all.len().saturating_sub(1));
        1000.0 * all.get(at).copied().unwrap_or(0.0)
    };
    let args = [
        ("tasks", hall.finished().to_string()),
        ("robots", instance.starts.len().to_string()),
        ("steps", hall.step().to_string()),
        ("mean", format!("{:.2}", mean(&times.plan))),
        ("plan", format!("{:.2}", late(&times.plan))),
        ("late", format!("{:.1}", late(&times.step))),
        (
            "rounds",
            (times.rounds / u64::from(hall.step().max(1))).to_string(),
        ),
        ("moves", hall.log.moves.len().to_string()),
        ("schedules", hall.log.schedules.len().to_string()),
    ];
    print_line(&fill(Word::GridFound.text(lang), &args));
}

/// `fenhe grid-check INSTANCE OUT`.
pub fn check(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let instance = read(given, lang)?;
    let file = args::required(given, "run");
    let text = match file == Path::new("-") {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(file),
    };
    let text = text.map_err(|why| Failure::read(lang, file, &why))?;
    let told =
        |faults: &[Fault]| faults::told(&file.display().to_string(), faults, sentences, lang);
    let run = serde_json::from_str(&text)
        .map_err(|why| told(&[Fault::new("grid/json", why.line()).arg("detail", why)]))?;
    let verdict = judge::judge(&instance, &run).map_err(|faults| told(&faults))?;
    let args = [
        ("tasks", verdict.tasks.to_string()),
        ("errands", verdict.errands.to_string()),
        ("robots", verdict.robots.to_string()),
        ("steps", verdict.steps.to_string()),
    ];
    print_line(&fill(Word::GridHolds.text(lang), &args));
    Ok(())
}

fn read(given: &ArgMatches, lang: Lang) -> Result<Instance, Failure> {
    Instance::read(args::required(given, "instance")).map_err(|bad| match bad {
        Bad::File(path, why) => Failure::read(lang, &path, &why),
        Bad::Faults(path, faults) => {
            faults::told(&path.display().to_string(), &faults, sentences, lang)
        }
    })
}

fn order(given: &ArgMatches, lang: Lang) -> Result<Order, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    let seconds = given
        .get_one("seconds-per-step")
        .copied()
        .unwrap_or(1.0_f64);
    if !(seconds > 0.0 && seconds <= 3600.0) {
        let why = Word::GridSecondsRange.text(lang);
        return Err(Failure::argument(lang, "--seconds-per-step", why));
    }
    Ok(Order {
        steps: given.get_one("steps").copied().unwrap_or(600),
        effort: match given.get_one("iterations") {
            Some(rounds) => Effort::Rounds(*rounds),
            None => Effort::Seconds(seconds),
        },
        threads: given.get_one("threads").copied().unwrap_or(cores),
        seed: Seed(given.get_one("seed").copied().unwrap_or(1)),
    })
}
