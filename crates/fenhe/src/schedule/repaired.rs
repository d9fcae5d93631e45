//! A kept schedule made good after a disturbance: `--from`, `--at`, `--down`, `--stay`.

use super::floor::Floor;
use super::portfolio::{Found, Order, from};
use super::rows::{self, MOST_SHUT, Placed};
use super::words::{Problem, told};
use crate::{Failure, args};
use clap::ArgMatches;
use fenhe_contract::{Span, Time};
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::schedule::{
    Disturbed, Done, LONGEST, Moved, Shut, Units, disturb, moved, shifted, units,
};
use fenhe_plant::{asks, nearest, units as words};
use std::path::Path;

/// What was disturbed, and what it moved.
pub struct Repair {
    pub at: Units,
    /// All that is closed once, by the old schedule too.
    pub shut: Vec<Shut>,
    /// Rows of the old schedule that mean nothing any more, by order.
    pub dropped: Vec<(String, usize)>,
    pub moved: Vec<Moved>,
}

/// What is asked of it.
struct Asked {
    at: Units,
    stay: Units,
    down: Vec<(Vec<u32>, Units)>,
}

/// Makes the schedule of `--from` good.
pub fn repair(
    given: &ArgMatches,
    floor: &mut Floor,
    order: &Order,
    lang: Lang,
) -> Result<(Found, Repair), Failure> {
    let file = args::required(given, "from");
    let orders = args::required(given, "orders");
    let asked = asked(given, floor, lang)?;
    let text = std::fs::read_to_string(file).map_err(|why| Failure::read(lang, file, &why))?;
    let read = rows::read(&text).map_err(|problem| told(file, 0, &problem, lang))?;
    let mut wrong = Vec::new();
    let mut shut = rows::shut(floor, &read.down, &mut wrong);
    let (placed, unknown) = rows::placed(floor, &read.schedule, &mut wrong);
    if let Some(before) = read.at.filter(|before| *before > asked.at) {
        let args = vec![("at", asked.at.to_string()), ("before", before.to_string())];
        wrong.push(Problem::with("plan/before", args));
    }
    all_told(file, &wrong, lang)?;
    floor.shut(&shut, orders, lang)?;
    let old: Vec<Option<Done>> = placed.iter().map(|place| Some((*place)?.0)).collect();
    let disturbed = Disturbed {
        at: asked.at,
        stay: asked.stay,
    };
    disturb(&mut floor.works.shop, &old, disturbed);
    begun(floor, &placed, (file, lang))?;
    for (machines, span) in &asked.down {
        shut.extend(machines.iter().map(|machine| Shut {
            machine: *machine,
            from: asked.at,
            to: asked.at.saturating_add(*span),
        }));
    }
    floor.shut(&shut, orders, lang)?;
    let shop = &floor.works.shop;
    let found = from(shop, order, shifted(shop, &old));
    let moved = moved(shop, &old, &found.plan);
    let mut dropped: Vec<(String, usize)> = Vec::new();
    for row in unknown {
        let name = &read.schedule[row].order;
        match dropped.iter_mut().find(|(order, _)| order == name) {
            Some((_, count)) => *count += 1,
            None => dropped.push((name.clone(), 1)),
        }
    }
    let repair = Repair {
        at: asked.at,
        shut,
        dropped,
        moved,
    };
    Ok((found, repair))
}

/// What has begun must be able to have begun.
fn begun(floor: &Floor, placed: &Placed, (file, lang): (&Path, Lang)) -> Result<(), Failure> {
    let Some(wrong) = floor.works.shop.begun_wrong() else {
        return Ok(());
    };
    let none = Done {
        machine: 0,
        begin: 0,
        end: 0,
    };
    let plan: Vec<Done> = placed
        .iter()
        .map(|place| place.map_or(none, |place| place.0))
        .collect();
    let problem = rows::problem(floor, &plan, &wrong, lang);
    Err(told(file, 0, &problem, lang))
}

/// Prints all problems, if there are any.
pub fn all_told(file: &Path, wrong: &[Problem], lang: Lang) -> Result<(), Failure> {
    const MOST: usize = 20;
    for problem in wrong.iter().take(MOST) {
        told(file, 0, problem, lang);
    }
    if wrong.len() > MOST {
        let more = [("count", (wrong.len() - MOST).to_string())];
        anstream::eprintln!("{}", fill(Word::PlanMoreProblems.text(lang), &more));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure::Problems),
    }
}

/// The options; all that is wrong with them is printed.
fn asked(given: &ArgMatches, floor: &Floor, lang: Lang) -> Result<Asked, Failure> {
    let mut wrong: Vec<(&str, Problem)> = Vec::new();
    let text = |name: &str| given.get_one::<String>(name).map_or("", String::as_str);
    let at = instant(floor, text("at"));
    if at.is_none() {
        wrong.push(("--at", value(text("at"))));
    }
    let stay = span(text("stay"));
    if stay.is_none() {
        wrong.push(("--stay", value(text("stay"))));
    }
    let mut down = Vec::new();
    let downs = given.get_many::<String>("down").into_iter().flatten();
    for said in downs {
        let (name, long) = said.split_once('=').unwrap_or((said, ""));
        let machines = floor.meant(name.trim());
        if machines.is_empty() {
            wrong.push(("--down", unknown(floor, name.trim())));
        }
        let until = |span: Units| at.unwrap_or(0).saturating_add(span);
        let fits = |span: &Units| *span > 0 && until(*span) <= MOST_SHUT;
        match span(long).filter(fits) {
            Some(span) => down.push((machines, span)),
            None => wrong.push(("--down", value(said))),
        }
    }
    for (option, problem) in &wrong {
        told(Path::new(option), 0, problem, lang);
    }
    match (at, stay) {
        (Some(at), Some(stay)) if wrong.is_empty() => Ok(Asked { at, stay, down }),
        _ => Err(Failure::Problems),
    }
}

fn value(text: &str) -> Problem {
    Problem::with("plan/value", vec![("value", text.to_string())])
}

/// No machine of this name; the nearest is told.
fn unknown(floor: &Floor, name: &str) -> Problem {
    let stations = floor.machines.iter().map(String::as_str);
    let equipment = stations.clone().filter_map(|name| name.split_once('.'));
    let all = equipment.map(|(equipment, _)| equipment).chain(stations);
    let near = nearest(name, all.clone()).unwrap_or_default();
    let some: Vec<&str> = all.take(12).collect();
    let near = match near.is_empty() {
        true => some.join(", "),
        false => near.to_string(),
    };
    let args = vec![("machine", name.to_string()), ("near", near)];
    Problem::with("plan/no-machine", args)
}

/// Seconds from the epoch: a span from it, or an RFC 3339 instant.
fn instant(floor: &Floor, text: &str) -> Option<Units> {
    let time = asks::time(text, &floor.plant.epoch, Time::ZERO)?;
    counted(time.0)
}

fn span(text: &str) -> Option<Units> {
    counted(words::parse(text, words::Dimension::Span).ok()?)
}

fn counted(micros: i64) -> Option<Units> {
    let span = Span(micros);
    let fits = micros >= 0 && u64::from(units(span)) < LONGEST;
    fits.then(|| units(span))
}
