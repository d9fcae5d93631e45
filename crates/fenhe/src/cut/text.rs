//! The text of an order: TOML, or a table of its strips.

use super::SETTINGS;
use crate::faults::{Fault, line_of};
use fenhe_plant::csv;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// What may be said of a strip.
const STRIP: [&str; 4] = ["width", "count", "weight", "over"];

/// A value as it stands, and its line (0: from the command line).
pub type Said = (String, usize);

/// An order as it stands.
#[derive(Default)]
pub struct Text {
    /// By name.
    pub settings: BTreeMap<String, Said>,
    pub strips: Vec<Strip>,
}

/// A strip as it stands.
pub struct Strip {
    pub line: usize,
    /// By name.
    pub cells: BTreeMap<String, Said>,
}

impl Text {
    /// A setting from the command line goes before that of the file.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.into(), (value.into(), 0));
    }
}

/// Reads an order as far as it can be read.
pub fn read(bytes: &[u8], csv: bool) -> (Text, Vec<Fault>) {
    match std::str::from_utf8(bytes) {
        Err(why) => {
            let fault = Fault::new("cut/text", 0).arg("message", why);
            (Text::default(), vec![fault])
        }
        Ok(source) if csv => table(source),
        Ok(source) => toml(source),
    }
}

fn unknown(key: &str, known: &[&str], line: usize) -> Fault {
    let fault = Fault::new("cut/key", line).arg("key", key);
    fault.arg("known", known.join(", "))
}

fn toml(source: &str) -> (Text, Vec<Fault>) {
    let (table, errors) = DeTable::parse_recoverable(source);
    let mut faults = Vec::new();
    for error in errors {
        let line = error.span().map_or(0, |span| line_of(source, span.start));
        faults.push(Fault::new("cut/syntax", line).arg("message", error.message()));
    }
    let mut text = Text::default();
    for (key, item) in table.get_ref() {
        let (name, line) = (&**key.get_ref(), line_of(source, key.span().start));
        match item.get_ref() {
            DeValue::Array(rows) if name == "strip" => {
                for row in rows.iter() {
                    let line = line_of(source, row.span().start);
                    match row.get_ref() {
                        DeValue::Table(row) => {
                            let cells = cells(source, row, &mut faults);
                            text.strips.push(Strip { line, cells });
                        }
                        _ => faults.push(unknown("strip", &["[[strip]]"], line)),
                    }
                }
            }
            value if SETTINGS.iter().any(|(known, _)| *known == name) => {
                text.settings.insert(name.into(), (plain(value), line));
            }
            _ => {
                let mut known = SETTINGS.map(|(name, _)| name).to_vec();
                known.push("[[strip]]");
                faults.push(unknown(name, &known, line));
            }
        }
    }
    (text, faults)
}

fn cells(source: &str, row: &DeTable<'_>, faults: &mut Vec<Fault>) -> BTreeMap<String, Said> {
    let mut cells = BTreeMap::new();
    for (key, item) in row {
        let (name, line) = (&**key.get_ref(), line_of(source, key.span().start));
        match STRIP.contains(&name) {
            true => {
                cells.insert(name.to_string(), (plain(item.get_ref()), line));
            }
            false => faults.push(unknown(name, &STRIP, line)),
        }
    }
    cells
}

/// A value as a person would write it; what is neither text nor number is told by its kind.
fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_string(),
        DeValue::Float(number) => number.as_str().to_string(),
        other => other.type_str().to_string(),
    }
}

fn table(source: &str) -> (Text, Vec<Fault>) {
    let (mut text, mut faults) = (Text::default(), Vec::new());
    let mut rows = csv::rows(source).into_iter();
    let head = rows.next().unwrap_or_default();
    for cell in &head {
        if !STRIP.contains(&cell.text.as_str()) {
            let line = line_of(source, cell.span.start);
            faults.push(unknown(&cell.text, &STRIP, line));
        }
    }
    for row in rows {
        let line = row
            .first()
            .map_or(0, |cell| line_of(source, cell.span.start));
        let mut cells = BTreeMap::new();
        for (at, cell) in row.into_iter().enumerate() {
            match head.get(at) {
                Some(name) if !cell.text.is_empty() => {
                    cells.insert(name.text.clone(), (cell.text, line));
                }
                None if !cell.text.is_empty() => faults.push(unknown(&cell.text, &STRIP, line)),
                _ => {}
            }
        }
        text.strips.push(Strip { line, cells });
    }
    (text, faults)
}
