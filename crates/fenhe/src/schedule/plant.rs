//! `fenhe schedule PLANT --orders orders.csv`: lots of orders on the stations of a plant; and its check.

use super::floor::{Floor, days, floor};
use super::portfolio::{self, Found, Order};
use super::repaired::{Repair, all_told, repair};
use super::{chart, order, rows, words, writable};
use crate::tools::{print_line, write};
use crate::{Failure, args, outputs};
use clap::ArgMatches;
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::schedule::{Units, Why};
use std::path::{Path, PathBuf};

/// Moves that the terminal lists; the JSON has all.
const LISTED: usize = 60;

/// Schedules the orders of a table.
pub fn schedule(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    with_orders(given, lang)?;
    let order = order(given, lang)?;
    writable(given, lang)?;
    let mut floor = floor(given, lang)?;
    let (found, repair) = match args::path(given, "from") {
        None => (portfolio::run(&floor.works.shop, &order), None),
        Some(_) => {
            let (found, repair) = repair(given, &mut floor, &order, lang)?;
            (found, Some(repair))
        }
    };
    if let Some(path) = args::path(given, "json") {
        let text = rows::to_json(&floor, &order, &found, repair.as_ref());
        write(path, text.as_bytes(), lang)?;
    }
    let gantt = args::path(given, "gantt").map(PathBuf::as_path);
    let file = gantt.filter(|path| *path != Path::new("-"));
    if let Some(path) = file {
        write(
            path,
            chart::page(&floor, &found.plan, lang).as_bytes(),
            lang,
        )?;
    }
    if args::path(given, "json").map(PathBuf::as_path) == Some(Path::new("-")) {
        return Ok(());
    }
    told(&floor, &order, &found, lang);
    if let Some(repair) = &repair {
        moves(&floor, repair, lang);
    }
    if let Some(path) = file {
        let written = Word::ReportWritten.text(lang);
        print_line(&format!("{written}: {}", path.display()));
    } else if gantt.is_some() {
        let width = outputs::width().map_or(120, usize::from);
        print_line(&chart::text(&floor, &found.plan, width, lang));
    }
    Ok(())
}

/// `fenhe schedule-check PLANT SCHEDULE --orders orders.csv`.
pub fn check(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    with_orders(given, lang)?;
    let mut floor = floor(given, lang)?;
    let file = args::required(given, "schedule");
    let text = match file == Path::new("-") {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(file),
    };
    let text = text.map_err(|why| Failure::read(lang, file, &why))?;
    let read = rows::read(&text).map_err(|problem| words::told(file, 0, &problem, lang))?;
    let mut wrong = Vec::new();
    let shut = rows::shut(&floor, &read.down, &mut wrong);
    all_told(file, &wrong, lang)?;
    floor.shut(&shut, args::required(given, "orders"), lang)?;
    match rows::judge(&mut floor, &read, lang) {
        Err(wrong) => all_told(file, &wrong, lang),
        Ok(makespan) => {
            let said = [("days", format!("{:.2}", days(makespan)))];
            print_line(&fill(Word::PlanHolds.text(lang), &said));
            Ok(())
        }
    }
}

fn with_orders(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    match args::path(given, "orders") {
        Some(_) => Ok(()),
        None => {
            let why = Word::PlanNeedsOrders.text(lang);
            Err(Failure::argument(lang, "--orders", why))
        }
    }
}

/// What was found.
fn told(floor: &Floor, order: &Order, found: &Found, lang: Lang) {
    let line = |word: Word, args: &[(&str, String)]| print_line(&fill(word.text(lang), args));
    let shop = &floor.works.shop;
    let shape = [
        ("plant", floor.plant.name.clone()),
        ("orders", floor.asked.len().to_string()),
        ("jobs", shop.jobs().to_string()),
        ("operations", shop.operations().to_string()),
        ("machines", shop.machines.to_string()),
    ];
    line(Word::PlanShop, &shape);
    line(
        Word::PlanMakespan,
        &[("days", format!("{:.2}", days(found.makespan)))],
    );
    let ends = rows::ends(floor, &found.plan);
    for (at, end) in ends.iter().enumerate() {
        let due = rows::due(floor, at);
        let mut args = vec![
            ("order", floor.asked[at].order.clone()),
            ("days", format!("{:.2}", days(*end))),
        ];
        match due.map(|due| (due, end.saturating_sub(due))) {
            None => line(Word::PlanDone, &args),
            Some((due, late)) => {
                args.push(("due", format!("{:.2}", days(due))));
                args.push(("late", format!("{:.2}", days(late))));
                match late {
                    0 => line(Word::PlanInTime, &args),
                    _ => line(Word::PlanLate, &args),
                }
            }
        }
    }
    if let Some(args) = busiest(floor, found) {
        line(Word::PlanBusiest, &args);
    }
    let first = fill(
        Word::PlanDays.text(lang),
        &[("days", format!("{:.2}", days(found.first)))],
    );
    words::began(order, found, first, lang);
}

/// The machine that works most of the time that it is open until all is done, the first of several.
fn busiest(floor: &Floor, found: &Found) -> Option<[(&'static str, String); 3]> {
    let shop = &floor.works.shop;
    let between = |machine: u32, from: Units, to: Units| match shop.working(machine) {
        Some(working) => working.between(from, to),
        None => to.saturating_sub(from),
    };
    let mut times = vec![(0_u64, 0_u64); floor.machines.len()];
    let setups = floor.setups(&found.plan);
    for (done, setup) in found.plan.iter().zip(setups) {
        let (work, set) = &mut times[done.machine as usize];
        *work += u64::from(between(done.machine, done.begin, done.end));
        *set += setup.map_or(0, |from| u64::from(between(done.machine, from, done.begin)));
    }
    let open = |machine: u32| f64::from(between(machine, 0, found.makespan).max(1));
    let share = |machine: u32, time: u64| 100.0 * time as f64 / open(machine);
    let all = (0..).zip(times).filter(|(_, (work, _))| *work > 0);
    let all = all.map(|(machine, (work, set))| (share(machine, work + set), machine, work, set));
    let most = all.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let (_, machine, work, set) = most?;
    Some([
        ("machine", floor.machine(machine).to_string()),
        ("work", format!("{:.0}", share(machine, work))),
        ("setup", format!("{:.0}", share(machine, set))),
    ])
}

/// What moved, and why.
fn moves(floor: &Floor, repair: &Repair, lang: Lang) {
    let line = |word: Word, args: &[(&str, String)]| print_line(&fill(word.text(lang), args));
    for (order, rows) in &repair.dropped {
        let args = [("order", order.clone()), ("rows", rows.to_string())];
        line(Word::PlanDropped, &args);
    }
    let count = [("count", repair.moved.len().to_string())];
    match repair.moved.is_empty() {
        true => line(Word::PlanNothingMoved, &[]),
        false => line(Word::PlanMoved, &count),
    }
    for moved in repair.moved.iter().take(LISTED) {
        let args = [
            ("what", floor.named(moved.op, lang)),
            ("from", floor.machine(moved.from.machine).to_string()),
            ("begin", format!("{:.2}", days(moved.from.begin))),
            ("to", floor.machine(moved.to.machine).to_string()),
            ("then", format!("{:.2}", days(moved.to.begin))),
            ("end", format!("{:.2}", days(moved.to.end))),
            ("why", why(floor, moved.why, lang)),
        ];
        line(Word::PlanMove, &args);
    }
    if repair.moved.len() > LISTED {
        let more = [("count", (repair.moved.len() - LISTED).to_string())];
        line(Word::PlanMoreMoves, &more);
    }
}

fn why(floor: &Floor, why: Why, lang: Lang) -> String {
    let (word, name) = match why {
        Why::Down(machine) => (Word::PlanWhyDown, floor.machine(machine).to_string()),
        Why::Waits(op) => (Word::PlanWhyWaits, floor.named(op, lang)),
        Why::Behind(op) => (Word::PlanWhyBehind, floor.named(op, lang)),
        Why::Room(op) => (Word::PlanWhyRoom, floor.named(op, lang)),
        Why::Better => (Word::PlanWhyBetter, String::new()),
    };
    fill(word.text(lang), &[("name", name)])
}
