//! Schedules of public shops and of plants: `fenhe schedule` and `fenhe schedule-check`.

mod chart;
mod floor;
mod gantt;
mod kept;
mod plant;
mod portfolio;
mod repaired;
mod rows;
mod words;

use crate::tools::{print_line, write};
use crate::{Failure, args, outputs};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fenhe_contract::Seed;
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::schedule::{Fault, Kind, Shop, bound, read, read_flexible, read_job_shop};
use portfolio::{Effort, Found, Order};
use std::path::{Path, PathBuf};

/// An instance that was read.
struct Instance {
    name: String,
    kind: Kind,
    shop: Shop,
}

/// Both commands.
pub fn commands(lang: Lang) -> [Command; 2] {
    let t = |word: Word| word.text(lang);
    let value = |name: &'static str, value: &'static str, help: Word| {
        Arg::new(name).long(name).value_name(value).help(t(help))
    };
    let instance = || {
        Arg::new("instance")
            .required(true)
            .value_name("INSTANCE")
            .value_parser(value_parser!(PathBuf))
            .help(t(Word::ScheduleInstanceHelp))
    };
    let format = || {
        value("format", "FORMAT", Word::ScheduleFormatHelp)
            .default_value("auto")
            .value_parser(["auto", "jsp", "fjsp"])
    };
    let schedule = Command::new("schedule")
        .about(t(Word::ScheduleAbout))
        .args([instance(), format()])
        .arg(
            value("seconds", "S", Word::ScheduleSecondsHelp)
                .default_value("10")
                .value_parser(value_parser!(f64)),
        )
        .arg(
            value("steps", "N", Word::ScheduleStepsHelp)
                .value_delimiter(',')
                .value_parser(value_parser!(u64)),
        )
        .arg(
            value("threads", "N", Word::ThreadsHelp)
                .value_parser(value_parser!(u32).range(1..=1024)),
        )
        .arg(
            value("seed", "N", Word::SeedHelp)
                .default_value("1")
                .value_parser(value_parser!(u64)),
        )
        .arg(args::json(lang))
        .arg(args::file("gantt", t(Word::ScheduleGanttHelp)))
        .args([orders(lang), args::set(lang)])
        .args(repairs(lang));
    let check = Command::new("schedule-check")
        .about(t(Word::ScheduleCheckAbout))
        .args([instance(), format(), orders(lang), args::set(lang)])
        .arg(
            Arg::new("schedule")
                .required(true)
                .value_name("SCHEDULE")
                .value_parser(value_parser!(PathBuf))
                .help(t(Word::ScheduleFileHelp)),
        );
    [schedule, check]
}

fn orders(lang: Lang) -> Arg {
    args::file("orders", Word::PlanOrdersHelp.text(lang))
}

/// What makes a kept schedule good.
fn repairs(lang: Lang) -> [Arg; 4] {
    let value = |name: &'static str, value: &'static str, help: Word| {
        let arg = Arg::new(name).long(name).value_name(value);
        arg.help(help.text(lang)).requires("from")
    };
    [
        args::file("from", Word::PlanFromHelp.text(lang)).requires_all(["orders", "at"]),
        value("at", "TIME", Word::PlanAtHelp),
        value("down", "MACHINE=SPAN", Word::PlanDownHelp).action(ArgAction::Append),
        Arg::new("stay")
            .long("stay")
            .value_name("SPAN")
            .help(Word::PlanStayHelp.text(lang))
            .default_value("30 min"),
    ]
}

/// A folder is a plant; what is asked of it with a shop's file means nothing.
fn is_plant(given: &ArgMatches, lang: Lang) -> Result<bool, Failure> {
    let folder = args::required(given, "instance").is_dir();
    if !folder && args::path(given, "orders").is_some() {
        let why = Word::PlanNoFolder.text(lang);
        return Err(Failure::argument(lang, "--orders", why));
    }
    Ok(folder)
}

/// `fenhe schedule INSTANCE`.
pub fn schedule(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    if is_plant(given, lang)? {
        return plant::schedule(given, lang);
    }
    let order = order(given, lang)?;
    let instance = instance(given, lang)?;
    writable(given, lang)?;
    let found = portfolio::run(&instance.shop, &order);
    if let Some(path) = args::path(given, "json") {
        let text = kept::to_json(&instance, &order, &found);
        write(path, text.as_bytes(), lang)?;
    }
    let chart = args::path(given, "gantt").map(PathBuf::as_path);
    if let Some(path) = chart.filter(|path| *path != Path::new("-")) {
        let page = gantt::page(&instance, &found.plan, lang);
        write(path, page.as_bytes(), lang)?;
    }
    if args::path(given, "json").map(PathBuf::as_path) == Some(Path::new("-")) {
        return Ok(());
    }
    words::found(&instance, &order, &found, lang);
    match chart {
        Some(path) if path == Path::new("-") => {
            let width = outputs::width().map_or(120, usize::from);
            print_line(&gantt::text(&instance.shop, &found.plan, width, lang));
        }
        Some(path) => {
            let written = Word::ReportWritten.text(lang);
            print_line(&format!("{written}: {}", path.display()));
        }
        None => {}
    }
    Ok(())
}

/// `fenhe schedule-check INSTANCE SCHEDULE`.
pub fn check(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    if is_plant(given, lang)? {
        return plant::check(given, lang);
    }
    let instance = instance(given, lang)?;
    let file = args::required(given, "schedule");
    let text = match file == Path::new("-") {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(file),
    };
    let text = text.map_err(|why| Failure::read(lang, file, &why))?;
    let makespan = kept::check(&instance.shop, &text)
        .map_err(|problem| words::told(file, 0, &problem, lang))?;
    let said = [("makespan", makespan.to_string())];
    print_line(&fill(Word::ScheduleHolds.text(lang), &said));
    Ok(())
}

/// Reads the instance; what is wrong with it is printed with its line.
fn instance(given: &ArgMatches, lang: Lang) -> Result<Instance, Failure> {
    let file = args::required(given, "instance");
    let bytes = std::fs::read(file).map_err(|why| Failure::read(lang, file, &why))?;
    let Ok(text) = String::from_utf8(bytes) else {
        let problem = words::Problem::with("shop/text", Vec::new());
        return Err(words::told(file, 0, &problem, lang));
    };
    let format = given.get_one::<String>("format").map(String::as_str);
    let shop = match format {
        Some("jsp") => read_job_shop(&text).map(|shop| (Kind::JobShop, shop)),
        Some("fjsp") => read_flexible(&text).map(|shop| (Kind::Flexible, shop)),
        _ => read(&text),
    };
    let (kind, shop) = shop.map_err(|fault: Fault| {
        let (line, problem) = words::fault(fault);
        words::told(file, line, &problem, lang)
    })?;
    let name = file.file_stem().unwrap_or_default();
    Ok(Instance {
        name: name.to_string_lossy().into_owned(),
        kind,
        shop,
    })
}

/// What was asked for.
fn order(given: &ArgMatches, lang: Lang) -> Result<Order, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    let threads = given.get_one("threads").copied().unwrap_or(cores);
    let seconds = given.get_one("seconds").copied().unwrap_or(10.0_f64);
    if !(seconds > 0.0 && seconds <= 1e6) {
        let why = Word::ScheduleSecondsRange.text(lang);
        return Err(Failure::argument(lang, "--seconds", why));
    }
    let steps = given.get_many("steps").into_iter().flatten();
    let steps: Vec<u64> = steps.copied().collect();
    let effort = match steps[..] {
        [] => Effort::Seconds(seconds),
        [steps] => Effort::Steps(vec![steps; threads as usize]),
        _ if steps.len() == threads as usize => Effort::Steps(steps),
        _ => {
            let said = [("threads", threads.to_string())];
            let why = fill(Word::ScheduleStepsCount.text(lang), &said);
            return Err(Failure::argument(lang, "--steps", &why));
        }
    };
    Ok(Order {
        effort,
        threads,
        seed: Seed(given.get_one("seed").copied().unwrap_or(1)),
    })
}

/// Told before a long search, not after it.
fn writable(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let stdout = |name| args::path(given, name).map(PathBuf::as_path) == Some(Path::new("-"));
    if stdout("json") && stdout("gantt") {
        let why = Word::ScheduleBoth.text(lang);
        return Err(Failure::argument(lang, "--gantt", why));
    }
    outputs::probe(given, lang)
}

/// No schedule can be shorter, and by how much [%] this one may be longer than the shortest.
fn gap(shop: &Shop, found: &Found) -> (u32, f64) {
    let bound = bound(shop);
    let over = f64::from(found.makespan) - f64::from(bound);
    (bound, 100.0 * over / f64::from(bound.max(1)))
}
