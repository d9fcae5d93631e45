//! What happened, in the format of Start-Kit v2.1.2 (`"version": "2024 LoRR"`).

use super::hall::{Breach, Hall, Log};
use super::instance::Instance;
use fenhe_planner::grid::NONE;
use std::fmt::Write;

/// As JSON, ending in a line feed.
pub fn to_json(instance: &Instance, hall: &Hall, times: &[f64]) -> String {
    let (log, map) = (&hall.log, &instance.map);
    let mut out = String::from("{\n");
    let makespan = log.busy.iter().max().copied().unwrap_or(0);
    let _ = writeln!(
        out,
        "  \"actionModel\": \"MAPF_T\",\n  \"version\": \"2024 LoRR\","
    );
    let _ = writeln!(out, "  \"teamSize\": {},", instance.starts.len());
    let _ = writeln!(
        out,
        "  \"numTaskFinished\": {},\n  \"makespan\": {makespan},",
        hall.finished()
    );
    let _ = writeln!(out, "  \"numPlannerErrors\": {},", log.moves.len());
    let _ = writeln!(out, "  \"numScheduleErrors\": {},", log.schedules.len());
    out.push_str("  \"numEntryTimeouts\": 0,\n");
    let starts = instance.starts.iter().map(|state| {
        let (row, column) = place(instance, state / 4);
        let heading = ["E", "S", "W", "N"][(state % 4) as usize];
        format!("[{row}, {column}, \"{heading}\"]")
    });
    list(&mut out, "start", starts);
    list(
        &mut out,
        "actualPaths",
        log.did.iter().map(|path| letters(path)),
    );
    list(
        &mut out,
        "plannerPaths",
        log.told.iter().map(|path| letters(path)),
    );
    list(
        &mut out,
        "plannerTimes",
        times.iter().map(|time| format!("{time:.6}")),
    );
    let moved = log.moves.iter().map(|at| {
        let Breach {
            what,
            robot,
            other,
            step,
            ..
        } = at;
        format!("[{robot}, {other}, {step}, \"{what}\"]")
    });
    list(&mut out, "errors", moved);
    list(
        &mut out,
        "actualSchedule",
        log.had.iter().map(|had| changes(had)),
    );
    list(
        &mut out,
        "plannerSchedule",
        log.asked.iter().map(|asked| changes(asked)),
    );
    let scheduled = log.schedules.iter().map(|at| {
        let Breach {
            what,
            task,
            robot,
            other,
            step,
        } = at;
        format!("[{task}, {robot}, {other}, {step}, \"{what}\"]")
    });
    list(&mut out, "scheduleErrors", scheduled);
    let done = log.done.iter();
    let done = done.map(|at| format!("[{}, {}, {}, {}]", at.step, at.robot, at.task, at.errands));
    list(&mut out, "events", done);
    list(&mut out, "tasks", tasks(instance, log));
    debug_assert!(map.cells() > 0, "robots stand somewhere");
    // No comma behind the last list.
    out.truncate(out.len() - 2);
    out.push_str("\n}\n");
    out
}

fn place(instance: &Instance, cell: u32) -> (u32, u32) {
    let at = instance.map.location(cell);
    (at / instance.map.columns(), at % instance.map.columns())
}

fn list(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let _ = write!(out, "  \"{name}\": [");
    for (at, item) in items.enumerate() {
        out.push_str(if at == 0 { "\n    " } else { ",\n    " });
        out.push_str(&item);
    }
    out.push_str("\n  ],\n");
}

fn letters(path: &[u8]) -> String {
    let mut text = String::with_capacity(2 * path.len() + 2);
    text.push('"');
    for (at, letter) in path.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push(char::from(*letter));
    }
    text.push('"');
    text
}

fn changes(changes: &[(u32, i64)]) -> String {
    let changes: Vec<String> = changes
        .iter()
        .map(|(at, to)| format!("{at}:{to}"))
        .collect();
    format!("\"{}\"", changes.join(","))
}

fn tasks<'a>(instance: &'a Instance, log: &'a Log) -> impl Iterator<Item = String> + 'a {
    let revealed = log
        .revealed
        .iter()
        .enumerate()
        .filter(|(_, at)| **at != NONE);
    revealed.map(|(id, at)| {
        let errands = instance.tasks[id % instance.tasks.len()].iter();
        let places = errands.flat_map(|cell| {
            let (row, column) = place(instance, *cell);
            [row.to_string(), column.to_string()]
        });
        let places: Vec<String> = places.collect();
        format!("[{id}, {at}, [{}]]", places.join(", "))
    })
}
