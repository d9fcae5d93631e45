//! `fenhe promise PLANT orders.csv`: when each order can be done, how sure that is, and what holds it.

mod book;
mod kept;
mod open_book;
mod register;
mod words;

use crate::tools::{load, read, write};
use crate::{Failure, args, outputs, problems};
use book::{Held, State};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fenhe_contract::{Seed, Share, Span, Time};
use fenhe_messages::{Lang, Word};
use fenhe_planner::promise::Book;
use fenhe_plant::{Asked, Files, Plant, asks};
use fenhe_study::promise::{Ask, Fault, Planned, kept, paths, plan, quantile};
use open_book::OpenBook;
pub use register::{register, register_command};
use std::path::{Path, PathBuf};
use words::Voice;
pub use words::cannot;

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

/// A promise of the book that is kept less often than was promised.
struct Risk {
    order: String,
    full: Time,
    /// How often it is kept now, with its interval and the number of paths.
    sure: (f64, [f64; 2], u32),
    /// As often as it was promised to be.
    promised: f64,
    /// At least so often, by what was said then.
    said: Option<f64>,
}

impl Risk {
    /// Beyond doubt less than was promised, and less than was said: a date chosen by a few paths is itself uncertain.
    fn is_one(&self) -> bool {
        self.sure.1[1] < self.promised && self.said.is_none_or(|low| self.sure.0 < low)
    }
}

/// What was asked of the command.
struct Order {
    /// Promised for so many of a hundred paths.
    quantile: u32,
    paths: u32,
    threads: u32,
    seed: Seed,
    /// The present.
    at: Time,
    /// How the promises are kept; none for an inquiry.
    keep: Option<State>,
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
        .arg(args::file("book", t(Word::PromiseBookHelp)))
        .arg(value("quote", "WHEN", Word::PromiseQuoteHelp))
        .arg(
            Arg::new("confirm")
                .long("confirm")
                .action(ArgAction::SetTrue)
                .conflicts_with("quote")
                .help(t(Word::PromiseConfirmHelp)),
        )
        .arg(value("at", "WHEN", Word::PromiseAtHelp))
        .arg(args::set(lang))
        .arg(args::json(lang))
}

/// `fenhe promise PLANT orders.csv`.
pub fn promise(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let (name, files) = read(args::required(given, "plant"), lang)?;
    let set = args::settings(given, lang)?;
    let plant = load(&name, &files, &set, lang)?;
    let order = order(given, &plant, lang)?;
    let asked = table(&plant, args::required(given, "orders"), lang)?;
    outputs::probe(given, lang)?;
    let silent = outputs::to_stdout(given);
    let voice = Voice { lang, silent };
    let mut open = OpenBook::open(&plant, given, &order, voice)?;
    open.free(&asked, order.at, lang)?;
    let mut promises = Vec::new();
    for asked in asked {
        let planned = planned(&plant, &mut open.book, &asked, order.at, lang)?;
        let promise = Promise {
            asked,
            planned,
            full: None,
            sure: None,
            due: None,
        };
        words::planned(&plant, &open.book, &promise, voice);
        promises.push(promise);
    }
    let held: Vec<Held> = open.register.holding(order.at).cloned().collect();
    let mut risks = Vec::new();
    if order.paths > 0 {
        risks = simulate(&plant, &open.book, (&held, &mut promises), &order, lang)?;
    }
    for promise in &promises {
        words::promised(promise, &order, voice);
    }
    words::risks(&risks, voice);
    open.keep((&plant, &promises), &order, voice)?;
    if let Some(path) = args::path(given, "json") {
        let text = kept::to_json((&plant, &open.book), (&promises, &risks), &order) + "\n";
        write(path, text.as_bytes(), lang)?;
    }
    Ok(())
}

fn order(given: &ArgMatches, plant: &Plant, lang: Lang) -> Result<Order, Failure> {
    let number = |name: &str| given.get_one::<u32>(name).copied();
    let cores = || std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
    let moment = |name: &str, from: Time| when(given, name, (&plant.epoch, from), lang);
    let at = moment("at", Time::ZERO)?.unwrap_or(Time::ZERO);
    let until = moment("quote", at)?;
    let keep = match (until, given.get_flag("confirm")) {
        (_, true) => Some(State::Confirmed),
        (Some(until_us), false) => Some(State::Quoted { until_us }),
        (None, false) => None,
    };
    if let (Some(_), None) = (keep, args::path(given, "book")) {
        let why = Word::PromiseNeedsBook.text(lang);
        let what = if until.is_some() {
            "--quote"
        } else {
            "--confirm"
        };
        return Err(Failure::argument(lang, what, why));
    }
    Ok(Order {
        quantile: number("quantile").unwrap_or(90),
        paths: number("paths").unwrap_or(20),
        threads: number("threads").unwrap_or_else(cores),
        seed: Seed(given.get_one::<u64>("seed").copied().unwrap_or(1)),
        at,
        keep,
    })
}

/// An argument that is a time: an instant, or a span from another time.
pub fn when(
    given: &ArgMatches,
    name: &str,
    (epoch, from): (&str, Time),
    lang: Lang,
) -> Result<Option<Time>, Failure> {
    let Some(text) = given.get_one::<String>(name) else {
        return Ok(None);
    };
    let time = asks::time(text, epoch, from);
    let wrong = || {
        let why = Word::PromiseBadTime.text(lang);
        Failure::argument(lang, &format!("--{name}"), why)
    };
    time.map(Some).ok_or_else(wrong)
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

fn planned(
    plant: &Plant,
    book: &mut Book,
    asked: &Asked,
    from: Time,
    lang: Lang,
) -> Result<Planned, Failure> {
    let ask = Ask {
        of: asked.of.clone(),
        quantity: asked.quantity,
        from,
    };
    plan(plant, book, &ask).map_err(|fault| no_promise(plant, &fault, lang))
}

/// Why an order cannot be planned.
pub fn no_promise(plant: &Plant, fault: &Fault, lang: Lang) -> Failure {
    let (word, product) = cannot(fault);
    Failure::argument(lang, &plant.products[product].name, word.text(lang))
}

/// Half of the paths give the dates of new orders, the other half say how often they and those of the book are kept:
/// gives what of the book is kept less often than was promised.
fn simulate(
    plant: &Plant,
    book: &Book,
    (held, promises): (&[Held], &mut [Promise]),
    order: &Order,
    lang: Lang,
) -> Result<Vec<Risk>, Failure> {
    let new = promises
        .iter()
        .map(|promise| promise.planned.wanted.clone());
    let wanted: Vec<_> = held.iter().map(Held::wanted).chain(new).collect();
    let planned = promises.iter().map(|promise| promise.planned.dates.full());
    let last = planned.chain(held.iter().map(|held| held.full_us)).max();
    let last = last.unwrap_or(Time::ZERO);
    let until = last + Span(last.0) + Span::hours(24 * 30);
    let run = |range| {
        let of = (order.seed, range);
        paths(plant, book.capacity(), &wanted, until, of, order.threads)
            .map_err(|pong| Failure::no_end(lang, &pong))
    };
    let (dates, judges) = (run(0..order.paths)?, run(order.paths..2 * order.paths)?);
    let (of_book, of_new) = judges.split_at(held.len());
    let sure = |judges: &[Option<Time>], date: Time| {
        let (share, interval) = kept(judges, date);
        (share, interval, judges.len() as u32)
    };
    let dates = &dates[held.len()..];
    for (promise, (dates, judges)) in promises.iter_mut().zip(dates.iter().zip(of_new)) {
        promise.full = quantile(dates, Share(order.quantile * 10_000_000));
        promise.sure = promise.full.map(|date| sure(judges, date));
        promise.due = promise.asked.due.map(|date| sure(judges, date));
    }
    let risk = |(held, judges): (&Held, &Vec<Option<Time>>)| Risk {
        order: held.order.clone(),
        full: held.full_us,
        sure: sure(judges, held.full_us),
        promised: f64::from(held.quantile) / 100.0,
        said: held.sure.map(|(_, [low, _], _)| low),
    };
    let risks = held.iter().zip(of_book).map(risk);
    Ok(risks.filter(Risk::is_one).collect())
}
