//! `fenhe cut`: slitting patterns for an order of strips.

mod order;
mod say;
mod text;
mod units;

use crate::faults::{self, Fault};
use crate::{Failure, args, outputs, tools};
use clap::{Arg, ArgMatches, Command, value_parser};
use cpu_time::ThreadTime;
use fenhe_contract::Seed;
use fenhe_messages::{Lang, Word, cutting};
use fenhe_planner::cutting::Search;
use order::Job;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What an order says beside its strips; each may be given on the command line too, which goes before the file.
const SETTINGS: [(&str, Word); 7] = [
    ("parent", Word::CutParentHelp),
    ("edge", Word::CutEdgeHelp),
    ("strips", Word::CutStripsHelp),
    ("narrowest", Word::CutNarrowestHelp),
    ("widest", Word::CutWidestHelp),
    ("trim", Word::CutTrimHelp),
    ("coil", Word::CutCoilHelp),
];

/// The command.
pub fn command(lang: Lang) -> Command {
    let t = |word: Word| word.text(lang);
    let option = |(name, help): (&'static str, Word)| {
        Arg::new(name).long(name).value_name("VALUE").help(t(help))
    };
    let number = |name: &'static str, help: Word| {
        let arg = Arg::new(name).long(name).value_name("N").help(t(help));
        arg.value_parser(value_parser!(u64))
    };
    Command::new("cut")
        .about(t(Word::CutAbout))
        .arg(
            Arg::new("order")
                .required(true)
                .value_name("ORDER")
                .value_parser(value_parser!(PathBuf))
                .help(t(Word::CutOrderHelp)),
        )
        .args(SETTINGS.map(option))
        .arg(
            Arg::new("seconds")
                .long("seconds")
                .value_name("S")
                .default_value("10")
                .value_parser(value_parser!(f64))
                .help(t(Word::CutSecondsHelp)),
        )
        .arg(number("steps", Word::CutStepsHelp).conflicts_with("seconds"))
        .arg(number("seed", Word::SeedHelp).default_value("1"))
        .arg(args::json(lang))
}

/// `fenhe cut ORDER`.
pub fn cut(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let path = args::required(given, "order");
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|why| Failure::read(lang, path, &why))?;
    outputs::probe(given, lang)?;
    let told = |faults: Vec<Fault>| faults::told(&file, &faults, cutting, lang);
    let job = job(given, path, &bytes).map_err(told)?;
    let seed = given.get_one::<u64>("seed").copied().unwrap_or(1);
    let search = Search::new(&job.order, Seed(seed));
    let mut search = search.map_err(|faults| told(job.faults(&faults)))?;
    let steps = improve(&mut search, given, lang)?;
    let Some(plan) = search.plan() else {
        let code = match search.state().impossible {
            true => "cut/impossible",
            false => "cut/not-found",
        };
        return Err(told(vec![Fault::new(code, 0).arg("steps", steps)]));
    };
    let found = say::Found {
        job: &job,
        plan: &plan,
        state: search.state(),
        steps,
        seed,
    };
    let json = args::path(given, "json");
    // Standard output belongs to the JSON.
    if json.is_none_or(|path| path != Path::new("-")) {
        found.print(lang);
    }
    match json {
        Some(path) => tools::write(path, (found.json().to_string() + "\n").as_bytes(), lang),
        None => Ok(()),
    }
}

/// The order that a file and the command line give together.
fn job(given: &ArgMatches, path: &Path, bytes: &[u8]) -> Result<Job, Vec<Fault>> {
    let csv = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    let (mut text, mut faults) = text::read(bytes, csv);
    for (name, _) in SETTINGS {
        if let Some(value) = given.get_one::<String>(name) {
            text.set(name, value);
        }
    }
    let job = Job::new(&text, &mut faults);
    match job.filter(|_| faults.is_empty()) {
        Some(job) => Ok(job),
        None => Err(faults),
    }
}

/// On for the steps or the processor seconds that are given; gives the steps.
fn improve(search: &mut Search, given: &ArgMatches, lang: Lang) -> Result<u64, Failure> {
    if let Some(&steps) = given.get_one::<u64>("steps") {
        search.improve(steps);
        return Ok(steps);
    }
    let seconds = given.get_one::<f64>("seconds").copied().unwrap_or(10.0);
    if !(0.0..=1e6).contains(&seconds) {
        let why = Word::CutSecondsRange.text(lang);
        return Err(Failure::argument(lang, "--seconds", why));
    }
    let (begin, span) = (ThreadTime::now(), Duration::from_secs_f64(seconds));
    let mut steps = 0;
    while !search.is_over() && begin.elapsed() < span {
        search.improve(20);
        steps += 20;
    }
    Ok(steps)
}
