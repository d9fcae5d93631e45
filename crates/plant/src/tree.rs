//! The TOML of a folder as a tree that knows where each value stands, and the desk where problems
//! are collected.

use crate::problem::{Problem, Severity};
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where something stands: which text, and bytes in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct At {
    /// Number of the text on the desk.
    pub text: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where.
    pub at: At,
    /// What.
    pub value: Value,
}

/// A TOML value.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string.
    Text(String),
    /// An integer; `None` does not fit 64 bits.
    Integer(Option<i64>),
    /// A number with a point.
    Number(f64),
    /// A boolean.
    Flag(bool),
    /// A date or time.
    Moment,
    /// An array.
    List(Vec<Item>),
    /// A table.
    Table(Table),
}

/// A table: rows by name in order of name.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Rows.
    pub rows: Vec<Row>,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Row {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_at: At,
    /// The value.
    pub item: Item,
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.position(key).ok().map(|i| &self.rows[i].item)
    }
    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Item> {
        self.position(key).ok().map(|i| &mut self.rows[i].item)
    }
    /// Sets a value that stands nowhere in the file.
    pub fn set(&mut self, key: &str, item: Item) {
        match self.position(key) {
            Ok(i) => self.rows[i].item = item,
            Err(i) => self.rows.insert(
                i,
                Row {
                    key: key.to_string(),
                    key_at: item.at,
                    item,
                },
            ),
        }
    }
    /// Gives a row another key, keeping the order.
    pub fn rename(&mut self, row: usize, key: &str) {
        let mut moved = self.rows.remove(row);
        moved.key = key.to_string();
        let (Ok(i) | Err(i)) = self.position(key);
        self.rows.insert(i, moved);
    }
    fn position(&self, key: &str) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| row.key.as_str().cmp(key))
    }
}

impl Item {
    /// As a table.
    pub fn table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value {
            Some(table)
        } else {
            None
        }
    }
    /// As a list.
    pub fn list(&self) -> Option<&[Item]> {
        if let Value::List(list) = &self.value {
            Some(list)
        } else {
            None
        }
    }
    /// As a string.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value {
            Some(text)
        } else {
            None
        }
    }
    /// As an integer.
    pub fn integer(&self) -> Option<i64> {
        if let Value::Integer(n) = &self.value {
            *n
        } else {
            None
        }
    }
    /// As a number.
    pub fn number(&self) -> Option<f64> {
        match &self.value {
            Value::Number(x) => Some(*x),
            Value::Integer(n) => n.map(|n| n as f64),
            _ => None,
        }
    }
}

/// A text with its file name.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// File name relative to the folder.
    pub file: String,
    /// Its text.
    pub text: &'a str,
}

/// The texts being read, and the problems found in them.
pub struct Desk<'a> {
    /// Texts by number.
    pub texts: RefCell<Vec<Source<'a>>>,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Desk<'a> {
    /// An empty desk.
    pub fn new() -> Self {
        Desk {
            texts: RefCell::new(Vec::new()),
            problems: RefCell::new(Vec::new()),
        }
    }
    /// Puts a text on the desk.
    pub fn open(&self, file: &str, text: &'a str) -> u16 {
        let mut texts = self.texts.borrow_mut();
        texts.push(Source {
            file: file.to_owned(),
            text,
        });
        (texts.len() - 1) as u16
    }
    /// An error at a place, not yet reported.
    pub fn error(&self, code: &'static str, at: At) -> Problem {
        let texts = self.texts.borrow();
        match texts.get(usize::from(at.text)) {
            Some(source) => {
                let span = at.start as usize..at.end as usize;
                Problem::error(code, &source.file, source.text, span)
            }
            None => Problem::of_file(code, ""),
        }
    }
    /// Reports a problem.
    pub fn push(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < 10_000 {
            problems.push(problem);
        }
    }
    /// Reports problems.
    pub fn extend(&self, problems: impl IntoIterator<Item = Problem>) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
    /// Whether an error was reported.
    pub fn any_error(&self) -> bool {
        self.problems
            .borrow()
            .iter()
            .any(|p| p.severity == Severity::Error)
    }
    /// Whether one of some codes was reported with this name as an argument.
    pub fn reported(&self, codes: &[&str], name: &str) -> bool {
        let problems = self.problems.borrow();
        let named = |p: &Problem| p.args.iter().any(|(_, value)| value == name);
        problems.iter().any(|p| codes.contains(&p.code) && named(p))
    }
    /// All problems: `plant.toml` first, by place, each once.
    pub fn finish(&self) -> Vec<Problem> {
        let mut problems = core::mem::take(&mut *self.problems.borrow_mut());
        problems.sort_by(|a, b| order(a).cmp(&order(b)));
        problems.dedup_by(|a, b| same(a, b));
        problems
    }
}

/// The same fault seen twice, as in a class that many members use. Keys that a table lacks all stand
/// at the table, and files as a whole nowhere: they differ by what they say.
fn same(a: &Problem, b: &Problem) -> bool {
    let told_apart = a.code.starts_with("key/") || a.line == 0;
    order(a) == order(b) && a.text == b.text && (!told_apart || a.args == b.args)
}

fn order(p: &Problem) -> (bool, &str, usize, &'static str) {
    (
        p.file != "plant.toml",
        p.file.as_str(),
        p.span.start,
        p.code,
    )
}

/// Reads the TOML of text number `text`; what cannot be read is reported as `toml/syntax` and
/// left out.
pub fn parse(desk: &Desk<'_>, text: u16, source: &str) -> Table {
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let problem = desk.error("toml/syntax", at(text, span));
        desk.push(problem.arg("message", error.message()));
    }
    convert_table(table.into_inner(), text)
}

/// Reads one TOML value, or takes it as a bare string.
pub fn parse_value(text: u16, source: &str) -> Item {
    let whole = at(text, 0..source.len());
    match DeValue::parse(source.trim()) {
        Ok(value) => Item {
            at: whole,
            ..convert(value, text)
        },
        Err(_) => Item {
            at: whole,
            value: Value::Text(source.trim().to_string()),
        },
    }
}

fn at(text: u16, span: Range<usize>) -> At {
    At {
        text,
        start: span.start as u32,
        end: span.end as u32,
    }
}

fn convert(value: Spanned<DeValue<'_>>, text: u16) -> Item {
    let at = at(text, value.span());
    let value = match value.into_inner() {
        DeValue::String(s) => Value::Text(s.into_owned()),
        DeValue::Integer(n) => Value::Integer(i64::from_str_radix(n.as_str(), n.radix()).ok()),
        DeValue::Float(x) => Value::Number(x.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => Value::Flag(b),
        DeValue::Datetime(_) => Value::Moment,
        DeValue::Array(list) => {
            Value::List(list.into_iter().map(|item| convert(item, text)).collect())
        }
        DeValue::Table(table) => Value::Table(convert_table(table, text)),
    };
    Item { at, value }
}

fn convert_table(table: DeTable<'_>, text: u16) -> Table {
    let mut rows: Vec<Row> = table
        .into_iter()
        .map(|(key, item)| Row {
            key_at: at(text, key.span()),
            key: key.into_inner().into_owned(),
            item: convert(item, text),
        })
        .collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    Table { rows }
}
