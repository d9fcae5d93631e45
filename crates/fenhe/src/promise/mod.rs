//! `fenhe promise PLANT orders.csv`: when each order can be done, how sure that is, and what holds it.

mod kept;
mod words;

use crate::tools::{load, read, write};
use crate::{Failure, args, problems};
use clap::{Arg, ArgMatches, Command, value_parser};
use fenhe_contract::{Seed, Share, Span, Time};
use fenhe_messages::{Lang, Word};
use fenhe_planner::promise::{Book, Capacity};
use fenhe_plant::{Asked, Files, Plant, asks};
use fenhe_study::promise::{Ask, Fault, Planned, kept, paths, plan, quantile};
use std::path::{Path, PathBuf};

/// An order with its promise.
pub struct Promise {
    /// As it was asked for.
    asked: Asked,
    /// As it stands in the plan.
    planned: Planned,
    /// The promised date: the quantile of the simulated paths, not before the plan; none where too few paths end.
    full: Option<Time>,
    /// How often it is kept in paths of their own, with its interval and their number.
    sure: Option<(f64, [f64; 2], u32)>,
    /// The same for the date that was asked for.
    due: Option<(f64, [f64; 2], u32)>,
}

/// What was asked of the command.
struct Order {
    quantile: Share,
    paths: u32,
    threads: u32,
    seed: Seed,
}

/// The command.
pub fn command(lang: Lang, plant: Arg) -> Command {
    let t = |word: Word| word.text(lang);
    let value = |name: &'static str, value: &'static str, help: Word| {
        Arg::new(name).long(name).value_name(value).help(t(help))
    };
    Command::new("promise")
        .about(t(Word::PromiseAbout))
        .arg(plant)
        .arg(
            Arg::new("orders")
                .required(true)
                .value_name("ORDERS")
                .value_parser(value_parser!(PathBuf))
                .help(t(Word::PromiseOrdersHelp)),
        )
        .arg(
            value("paths", "N", Word::PromisePathsHelp)
                .default_value("20")
                .value_parser(value_parser!(u32).range(0..=10_000)),
        )
        .arg(
            value("quantile", "PERCENT", Word::PromiseQuantileHelp)
                .default_value("90")
                .value_parser(value_parser!(u32).range(1..=99)),
        )
        .arg(
            value("seed", "N", Word::SeedHelp)
                .default_value("1")
                .value_parser(value_parser!(u64)),
        )
        .arg(
            value("threads", "N", Word::ThreadsHelp)
                .value_parser(value_parser!(u32).range(1..=1024)),
        )
        .arg(args::set(lang))
        .arg(args::json(lang))
}

/// `fenhe promise PLANT orders.csv`.
pub fn promise(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let (name, files) = read(args::required(given, "plant"), lang)?;
    let plant = load(&name, &files, &args::settings(given, lang)?, lang)?;
    let asked = table(&plant, args::required(given, "orders"), lang)?;
    let order = order(given);
    let mut book = Book::new(Capacity::new(&plant));
    let mut promises = Vec::new();
    for asked in asked {
        let planned = planned(&plant, &mut book, &asked, lang)?;
        let promise = Promise {
            asked,
            planned,
            full: None,
            sure: None,
            due: None,
        };
        words::planned(&plant, &book, &promise, lang);
        promises.push(promise);
    }
    if order.paths > 0 {
        simulate(&plant, &book, &mut promises, &order, lang)?;
    }
    for promise in &promises {
        words::promised(promise, &order, lang);
    }
    if let Some(path) = args::path(given, "json") {
        let text = kept::to_json(&plant, &book, &promises, &order) + "\n";
        write(path, text.as_bytes(), lang)?;
    }
    Ok(())
}

fn order(given: &ArgMatches) -> Order {
    let number = |name: &str| given.get_one::<u32>(name).copied();
    let cores = || std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
    Order {
        quantile: Share(number("quantile").unwrap_or(90) * 10_000_000),
        paths: number("paths").unwrap_or(20),
        threads: number("threads").unwrap_or_else(cores),
        seed: Seed(given.get_one::<u64>("seed").copied().unwrap_or(1)),
    }
}

/// The table of orders, most urgent first; what is wrong with it is printed.
pub fn table(plant: &Plant, path: &Path, lang: Lang) -> Result<Vec<Asked>, Failure> {
    let bytes = std::fs::read(path).map_err(|why| Failure::read(lang, path, &why))?;
    let name = path.display().to_string();
    let files = Files::default().with(&name, &bytes);
    let asked = match std::str::from_utf8(&bytes) {
        Ok(text) => asks(plant, &name, text),
        Err(_) => Err(vec![fenhe_plant::Problem::of_file("file/not-utf8", &name)]),
    };
    match asked {
        Ok(mut asked) => {
            asked.sort_by_key(|asked| asked.priority);
            Ok(asked)
        }
        Err(found) => {
            problems::print(&found, &files, lang);
            Err(Failure::Problems)
        }
    }
}

fn planned(plant: &Plant, book: &mut Book, asked: &Asked, lang: Lang) -> Result<Planned, Failure> {
    let ask = Ask {
        of: asked.of.clone(),
        quantity: asked.quantity,
        from: Time::ZERO,
    };
    plan(plant, book, &ask).map_err(|fault| no_promise(plant, fault, lang))
}

/// Why an order cannot be planned.
pub fn no_promise(plant: &Plant, fault: Fault, lang: Lang) -> Failure {
    let (word, product) = match fault {
        Fault::NoRoute(product) => (Word::PromiseNoRoute, product),
        Fault::NoWeight(product) => (Word::PromiseNoWeight, product),
        Fault::NoSource(product) => (Word::PromiseNoSource, product),
    };
    Failure::argument(lang, &plant.products[product].name, word.text(lang))
}

/// Half of the paths give the dates, the other half say how often they are kept.
fn simulate(
    plant: &Plant,
    book: &Book,
    promises: &mut [Promise],
    order: &Order,
    lang: Lang,
) -> Result<(), Failure> {
    let wanted: Vec<_> = promises
        .iter()
        .map(|promise| promise.planned.wanted.clone())
        .collect();
    let last = promises
        .iter()
        .map(|promise| promise.planned.dates.full())
        .max();
    let last = last.unwrap_or(Time::ZERO);
    let until = last + Span(last.0) + Span::hours(24 * 30);
    let run = |range| {
        let of = (order.seed, range);
        paths(plant, book.capacity(), &wanted, until, of, order.threads)
            .map_err(|pong| Failure::no_end(lang, &pong))
    };
    let (dates, judges) = (run(0..order.paths)?, run(order.paths..2 * order.paths)?);
    for (promise, (dates, judges)) in promises.iter_mut().zip(dates.iter().zip(&judges)) {
        promise.full = quantile(dates, order.quantile);
        let sure = |date: Time| {
            let (share, interval) = kept(judges, date);
            (share, interval, judges.len() as u32)
        };
        promise.sure = promise.full.map(sure);
        promise.due = promise.asked.due.map(sure);
    }
    Ok(())
}
