//! Moves a bay in the text of `layout.toml`: only its own table changes. A bay that stands in a table with others
//! gets a table of its own, and the others keep their places.

use super::texts::{line_around, metres, quoted, replaced};
use fenhe_plant::layout::Spec;
use fenhe_plant::units::{Dimension, parse};
use fenhe_server::model::{OnStreet, Side};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Longest line of a list of names.
const WIDE: usize = 110;
const KINDS: [&str; 3] = ["dock", "charger", "parking"];

/// A table of bays in the text.
struct Table {
    kind: &'static str,
    /// From its header to the end of its last line.
    span: Range<usize>,
    /// Keys with where key and value stand.
    keys: Vec<(String, Range<usize>, Range<usize>)>,
    /// Its bays with their places on the street [mm].
    bays: Vec<(String, i64)>,
    /// They are counted, not named.
    counted: bool,
}

/// The text with a bay at another place; `None` if no table has it, or its places cannot be told.
pub fn moved(text: &str, spec: &Spec, id: &str, to: &OnStreet) -> Option<String> {
    let table = table_of(text, spec, id)?;
    if table.bays.len() == 1 && !table.counted {
        return Some(alone(text, &table, to));
    }
    let span = table.span.clone();
    let mut new = split(text, &table, id, to)?;
    if text.contains("\r\n") {
        new = new.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    Some(replaced(text, vec![(span, new)]))
}

/// Where the text puts a bay, whether it can be laid out there or not.
pub fn written(text: &str, spec: &Spec, id: &str) -> Option<OnStreet> {
    let table = table_of(text, spec, id)?;
    let value = |key: &str| {
        let row = table.keys.iter().find(|row| row.0 == key)?;
        Some(text[row.2.clone()].trim_matches('"').to_string())
    };
    let at = table.bays.iter().find(|bay| bay.0 == id)?.1;
    let side = match value("side")?.as_str() {
        "north" => Side::North,
        "east" => Side::East,
        "west" => Side::West,
        _ => Side::South,
    };
    Some(OnStreet {
        street: value("on")?,
        at,
        side,
    })
}

/// The one bay of a table: what does not change keeps its spelling.
fn alone(text: &str, table: &Table, to: &OnStreet) -> String {
    let mut edits = Vec::new();
    let mut set = |key: &str, value: String| {
        if let Some((_, _, at)) = table.keys.iter().find(|row| row.0 == key) {
            edits.push((at.clone(), value));
        }
    };
    set("on", quoted(&to.street));
    set("side", quoted(to.side.word()));
    if table.bays[0].1 != to.at {
        set("at", quoted(&metres(to.at)));
    }
    replaced(text, edits)
}

/// The table of several bays as tables of those that stay, and of the one that is moved, in their order.
fn split(text: &str, table: &Table, id: &str, to: &OnStreet) -> Option<String> {
    let at = table.bays.iter().position(|bay| bay.0 == id)?;
    let (before, after) = (runs(&table.bays[..at]), runs(&table.bays[at + 1..]));
    let moved = new_table(text, table, &[(id.to_string(), to.at)], Some(to));
    let mut kept = false;
    let mut stay = |run: &[(String, i64)]| {
        if std::mem::replace(&mut kept, true) {
            new_table(text, table, run, None)
        } else {
            reduced(text, table, run)
        }
    };
    let mut parts: Vec<String> = before.into_iter().map(&mut stay).collect();
    parts.push(moved);
    parts.extend(after.into_iter().map(&mut stay));
    Some(parts.join("\n"))
}

/// Stretches with equal distances.
fn runs(bays: &[(String, i64)]) -> Vec<&[(String, i64)]> {
    let (mut found, mut from) = (Vec::new(), 0);
    while from < bays.len() {
        let mut to = from + 1;
        let pitch = bays.get(to).map(|next| next.1 - bays[from].1);
        // Distances of a table are positive.
        while pitch.is_some_and(|pitch| pitch > 0)
            && to < bays.len()
            && Some(bays[to].1 - bays[to - 1].1) == pitch
        {
            to += 1;
        }
        found.push(&bays[from..to]);
        from = to;
    }
    found
}

/// The table as it stands, with only these of its bays.
fn reduced(text: &str, table: &Table, run: &[(String, i64)]) -> String {
    let base = table.span.start;
    let own = |range: &Range<usize>| range.start - base..range.end - base;
    let block = &text[table.span.clone()];
    let mut edits = Vec::new();
    for (key, name, value) in &table.keys {
        let whole = own(&(name.start..value.end));
        let line = line_around(block, whole.start).start..line_around(block, whole.end).end;
        match key.as_str() {
            "ids" => edits.push((own(value), names(run))),
            "id" => edits.push((whole, format!("ids = {}", names(run)))),
            "at" if table.bays[0].1 != run[0].1 => {
                edits.push((own(value), quoted(&metres(run[0].1))));
            }
            "pitch" if run.len() == 1 => edits.push((line, String::new())),
            "pitch" if pitch(run) != pitch(&table.bays) => {
                edits.push((own(value), quoted(&metres(pitch(run)))));
            }
            "count" | "clear" => edits.push((line, String::new())),
            _ => {}
        }
    }
    ended(replaced(block, edits))
}

/// A table of its own for some bays, on their street or on another.
fn new_table(text: &str, table: &Table, run: &[(String, i64)], to: Option<&OnStreet>) -> String {
    let value = |key: &str| {
        let found = table.keys.iter().find(|row| row.0 == key);
        found.map(|row| text[row.2.clone()].to_string())
    };
    let mut lines = vec![
        format!("[[{}]]", table.kind),
        format!("ids = {}", names(run)),
    ];
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            lines.push(format!("{key} = {value}"));
        }
    };
    line("on", to.map(|to| quoted(&to.street)).or(value("on")));
    line(
        "side",
        to.map(|to| quoted(to.side.word())).or(value("side")),
    );
    line("at", Some(quoted(&metres(run[0].1))));
    if run.len() > 1 {
        line("pitch", Some(quoted(&metres(pitch(run)))));
    }
    line("spur", value("spur"));
    lines.join("\n") + "\n"
}

fn pitch(run: &[(String, i64)]) -> i64 {
    run.get(1).map_or(0, |second| second.1 - run[0].1)
}

fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Names as a list, over several lines if it is long.
fn names(run: &[(String, i64)]) -> String {
    let all: Vec<String> = run.iter().map(|bay| quoted(&bay.0)).collect();
    let short = format!("[{}]", all.join(", "));
    if short.len() + 6 <= WIDE {
        return short;
    }
    let mut out = String::from("[\n ");
    let mut wide = 1;
    for name in all {
        if wide > 1 && wide + name.len() + 2 > WIDE {
            out.push_str("\n ");
            wide = 1;
        }
        out.push(' ');
        out.push_str(&name);
        out.push(',');
        wide += name.len() + 2;
    }
    out + "\n]"
}

fn table_of(text: &str, spec: &Spec, id: &str) -> Option<Table> {
    let root = DeTable::parse(text).ok()?.into_inner();
    for kind in KINDS {
        let list = root.get(kind).and_then(|value| value.get_ref().as_array());
        for item in list.into_iter().flatten() {
            let Some(found) = item.get_ref().as_table() else {
                continue;
            };
            if let Some(table) = read(text, spec, kind, found)
                && table.bays.iter().any(|bay| bay.0 == id)
            {
                return Some(table);
            }
        }
    }
    None
}

fn read(text: &str, spec: &Spec, kind: &'static str, table: &DeTable<'_>) -> Option<Table> {
    let mut keys: Vec<(String, Range<usize>, Range<usize>)> = table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), key.span(), value.span()))
        .collect();
    keys.sort_by_key(|row| row.1.start);
    let first = keys.first()?.1.start;
    let last = keys.iter().map(|row| row.2.end).max()?;
    let start = header(text, first)?;
    let end = line_around(text, last).end;
    let value = |key: &str| table.get(key).map(|value| value.get_ref());
    let length = |key: &str| parse(value(key)?.as_str()?, Dimension::Length).ok();
    let at = length("at")?;
    let counted = value("count").is_some();
    let ids: Vec<String> = match value("ids").and_then(DeValue::as_array) {
        Some(list) => list
            .iter()
            .filter_map(|one| one.get_ref().as_str().map(String::from))
            .collect(),
        None if counted => {
            let stem = format!("{}-", value("id")?.as_str()?);
            let numbered = |id: &&str| {
                id.strip_prefix(&stem)
                    .is_some_and(|n| n.parse::<u32>().is_ok())
            };
            let all = spec.bays.iter().map(|bay| bay.id.as_str());
            all.filter(numbered).map(String::from).collect()
        }
        None => vec![value("id")?.as_str()?.to_string()],
    };
    let pitch = length("pitch").unwrap_or(0);
    let place = |(n, id): (usize, String)| {
        // Counted bays pass over crossings: only the layout itself knows where they are.
        let known = spec.bays.iter().find(|bay| bay.id == id);
        let place = match known {
            Some(bay) if counted => bay.at.0,
            _ => at + pitch * n as i64,
        };
        (id, place)
    };
    Some(Table {
        kind,
        span: start..end,
        bays: ids.into_iter().enumerate().map(place).collect(),
        keys,
        counted,
    })
}

/// Where the header of a table begins: the nearest line above its first key that is one.
fn header(text: &str, first: usize) -> Option<usize> {
    let mut at = line_around(text, first).start;
    while at > 0 {
        let line = line_around(text, at - 1);
        if text[line.clone()].trim_start().starts_with("[[") {
            return Some(line.start);
        }
        at = line.start;
    }
    None
}
