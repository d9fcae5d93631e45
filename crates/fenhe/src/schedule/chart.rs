//! Gantt charts of a plant's schedule: names of orders on the bars, set-ups hatched, closed times grey, late lots framed.

use super::floor::{Floor, days};
use super::gantt::{ROW, WIDTH, escaped};
use super::rows;
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::schedule::{Done, Units};
use std::fmt::Write;

/// Signs on a terminal: of a bar behind its name, a set-up, a closed time, idle time.
const BAR: char = '=';
const SETUP: char = '~';
const SHUT: char = '#';
const IDLE: char = '.';
/// Left of the drawing, in pixels.
const LEFT: f64 = 190.0;

/// Machines that do something.
fn busy(floor: &Floor, plan: &[Done]) -> Vec<u32> {
    let mut busy = vec![false; floor.machines.len()];
    for done in plan {
        busy[done.machine as usize] = true;
    }
    let all = (0..).zip(busy);
    all.filter(|(_, busy)| *busy).map(|(at, _)| at).collect()
}

fn makespan(plan: &[Done]) -> Units {
    plan.iter().map(|done| done.end).max().unwrap_or(0).max(1)
}

/// What a column of the terminal shows: what it is busy with longest.
#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Idle,
    Shut,
    Setup,
    Order(usize),
}

/// One line a machine.
pub fn text(floor: &Floor, plan: &[Done], width: usize, lang: Lang) -> String {
    let machines = busy(floor, plan);
    let names = machines.iter().map(|at| floor.machine(*at).chars().count());
    let names = names.max().unwrap_or(0);
    let columns = width.saturating_sub(names + 1).max(10) as u32;
    let unit = makespan(plan).div_ceil(columns);
    let columns = makespan(plan).div_ceil(unit) as usize;
    let mut rows = vec![vec![(0, Cell::Idle); columns]; floor.machines.len()];
    let setups = floor.setups(plan);
    for machine in &machines {
        let working = floor.works.shop.working(*machine);
        for (from, to) in working.map_or(Vec::new(), |open| open.closed(0, makespan(plan))) {
            fill_cells(&mut rows[*machine as usize], (from, to), unit, Cell::Shut);
        }
    }
    for (op, done) in plan.iter().enumerate() {
        let row = &mut rows[done.machine as usize];
        let order = Cell::Order(floor.order(op));
        fill_cells(row, (done.begin, done.end), unit, order);
        if let Some(from) = setups[op] {
            fill_cells(row, (from, done.begin), unit, Cell::Setup);
        }
    }
    let mut text = String::new();
    for machine in machines {
        let name = floor.machine(machine);
        let signs = signs(floor, &rows[machine as usize]);
        let _ = writeln!(text, "{name:>names$} {signs}");
    }
    let args = [
        ("hours", format!("{:.2}", f64::from(unit) / 3600.0)),
        ("setup", SETUP.to_string()),
        ("shut", SHUT.to_string()),
        ("idle", IDLE.to_string()),
    ];
    text + &fill(Word::PlanLegend.text(lang), &args)
}

/// Work counts beside closed times that it pauses in: what is done there is what people look for.
fn fill_cells(row: &mut [(Units, Cell)], (from, to): (Units, Units), unit: Units, cell: Cell) {
    for at in from / unit..to.div_ceil(unit) {
        let long = to.min((at + 1) * unit) - from.max(at * unit);
        if let Some(here) = row.get_mut(at as usize) {
            let more = match here.1 {
                Cell::Shut => long * 2 > unit,
                Cell::Idle | Cell::Setup | Cell::Order(_) => long > here.0,
            };
            if here.1 == cell {
                here.0 += long;
            } else if more {
                *here = (long, cell);
            }
        }
    }
}

/// A run of one order begins with its name.
fn signs(floor: &Floor, row: &[(Units, Cell)]) -> String {
    let mut text = String::new();
    let mut from = 0;
    while from < row.len() {
        let cell = row[from].1;
        let run = row[from..].iter().take_while(|here| here.1 == cell).count();
        match cell {
            Cell::Order(order) => {
                named(&mut text, &floor.asked[order].order, run);
            }
            Cell::Setup => text.extend(std::iter::repeat_n(SETUP, run)),
            Cell::Shut => text.extend(std::iter::repeat_n(SHUT, run)),
            Cell::Idle => text.extend(std::iter::repeat_n(IDLE, run)),
        }
        from += run;
    }
    text
}

/// As much of a name as there is room for; signs of Chinese are two columns wide.
fn named(text: &mut String, name: &str, mut room: usize) {
    let signs = name
        .chars()
        .filter(|sign| !sign.is_whitespace() && !sign.is_control());
    for sign in signs {
        let wide = if sign >= '\u{1100}' { 2 } else { 1 };
        if wide > room {
            break;
        }
        text.push(sign);
        room -= wide;
    }
    text.extend(std::iter::repeat_n(BAR, room));
}

/// A page that needs nothing else.
pub fn page(floor: &Floor, plan: &[Done], lang: Lang) -> String {
    let machines = busy(floor, plan);
    let scale = WIDTH / f64::from(makespan(plan));
    let height = machines.len() * ROW + 40;
    let mut drawing = String::new();
    let mut at = vec![0; floor.machines.len()];
    for (row, machine) in machines.iter().enumerate() {
        at[*machine as usize] = row * ROW;
        let name = escaped(floor.machine(*machine));
        let y = row * ROW + 15;
        let _ = writeln!(drawing, "<text x=\"0\" y=\"{y}\">{name}</text>");
        let working = floor.works.shop.working(*machine);
        let closed = working.map_or(Vec::new(), |open| open.closed(0, makespan(plan)));
        for (from, to) in closed {
            let tip = during(Word::PlanShutTip, "", from, to, lang);
            bar(&mut drawing, "s", (from, to), row * ROW, scale, &tip);
        }
    }
    let setups = floor.setups(plan);
    let late = late(floor, plan);
    for (op, done) in plan.iter().enumerate() {
        let y = at[done.machine as usize];
        if let Some(from) = setups[op] {
            let tip = during(Word::PlanSetupTip, "", from, done.begin, lang);
            bar(&mut drawing, "u", (from, done.begin), y, scale, &tip);
        }
        let tip = during(
            Word::PlanBarTip,
            &floor.named(op, lang),
            done.begin,
            done.end,
            lang,
        );
        work(&mut drawing, (floor, op), done, (y, scale), late[op], &tip);
    }
    framed(floor, plan, &drawing, height, lang)
}

/// Operations of lots that are late.
fn late(floor: &Floor, plan: &[Done]) -> Vec<bool> {
    let shop = &floor.works.shop;
    let is = |op: usize| {
        let last = shop.ops_of(shop.job_of(op)).next_back();
        let due = rows::due(floor, floor.order(op));
        due.zip(last)
            .is_some_and(|(due, last)| plan[last].end > due)
    };
    (0..plan.len()).map(is).collect()
}

fn during(word: Word, what: &str, from: Units, to: Units, lang: Lang) -> String {
    let args = [
        ("what", what.to_string()),
        ("from", format!("{:.2}", days(from))),
        ("to", format!("{:.2}", days(to))),
    ];
    escaped(&fill(word.text(lang), &args))
}

fn bar(
    drawing: &mut String,
    class: &str,
    (from, to): (Units, Units),
    y: usize,
    scale: f64,
    tip: &str,
) {
    let (x, width) = (LEFT + f64::from(from) * scale, f64::from(to - from) * scale);
    let _ = writeln!(
        drawing,
        "<rect class=\"{class}\" x=\"{x:.2}\" y=\"{y}\" width=\"{width:.2}\" height=\"{}\"><title>{tip}</title></rect>",
        ROW - 3
    );
}

/// A bar with the name of its order, where there is room for some of it.
fn work(
    drawing: &mut String,
    (floor, op): (&Floor, usize),
    done: &Done,
    (y, scale): (usize, f64),
    late: bool,
    tip: &str,
) {
    let order = floor.order(op);
    let (x, width) = (
        LEFT + f64::from(done.begin) * scale,
        f64::from(done.end - done.begin) * scale,
    );
    let (hue, class) = ((order * 137) % 360, if late { "b late" } else { "b" });
    let _ = write!(
        drawing,
        "<g><rect class=\"{class}\" x=\"{x:.2}\" y=\"{y}\" width=\"{width:.2}\" height=\"{}\" fill=\"hsl({hue} 60% 72%)\"><title>{tip}</title></rect>",
        ROW - 3
    );
    let room = (width / 7.0) as usize;
    if room >= 2 {
        let name: String = floor.asked[order].order.chars().take(room).collect();
        let (x, y) = (x + 2.0, y + 14);
        let _ = write!(
            drawing,
            "<text x=\"{x:.2}\" y=\"{y}\">{}</text>",
            escaped(&name)
        );
    }
    drawing.push_str("</g>\n");
}

fn framed(floor: &Floor, plan: &[Done], drawing: &str, height: usize, lang: Lang) -> String {
    let args = [
        ("plant", floor.plant.name.clone()),
        ("days", format!("{:.2}", days(makespan(plan)))),
    ];
    let title = escaped(&fill(Word::PlanTitle.text(lang), &args));
    let note = Word::PlanNote.text(lang);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>body{{font:14px sans-serif;margin:16px}}text{{font-size:12px;pointer-events:none}}\
         rect.s{{fill:#d4d4d4}}rect.u{{fill:url(#h)}}rect.b{{stroke:#fff;stroke-width:.4}}rect.late{{stroke:#c00;stroke-width:1.5}}</style></head>\n\
         <body><h1>{title}</h1><p>{note}</p>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n\
         <defs><pattern id=\"h\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/><path d=\"M0 0V5\" stroke=\"#333\" stroke-width=\"2\"/></pattern></defs>\n\
         {drawing}</svg></body></html>\n",
        lang.tag(),
        WIDTH + LEFT + 10.0,
    )
}
