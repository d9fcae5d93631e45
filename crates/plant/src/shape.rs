//! What a value may look like. One description serves the reader and the JSON Schema.

use crate::spell::nearest;
use crate::tree::{At, Desk, Item, Table, Value};
use crate::units::{Dimension, UnitFault, parse};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Kinds of elements, to which names refer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Product,
    Operation,
    Carrier,
    Line,
    Buffer,
    Station,
    Source,
    Sink,
    BufferOrSink,
    Crew,
    Calendar,
    Indexer,
    Class,
    Equipment,
    VehicleType,
    Vehicle,
    Charger,
    Node,
    Edge,
    Area,
    StopGroup,
    Rack,
    BufferOrRack,
}

impl Kind {
    /// Its name, an argument of sentences.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Product => "product",
            Kind::Operation => "operation",
            Kind::Carrier => "carrier",
            Kind::Line => "line",
            Kind::Buffer => "buffer",
            Kind::Station => "station",
            Kind::Source => "source",
            Kind::Sink => "sink",
            Kind::BufferOrSink => "buffer or sink",
            Kind::Crew => "crew",
            Kind::Calendar => "calendar",
            Kind::Indexer => "indexer",
            Kind::Class => "class",
            Kind::Equipment => "equipment",
            Kind::VehicleType => "vehicle type",
            Kind::Vehicle => "vehicle",
            Kind::Charger => "charger",
            Kind::Node => "node",
            Kind::Edge => "edge",
            Kind::Area => "area",
            Kind::StopGroup => "emergency group",
            Kind::Rack => "rack",
            Kind::BufferOrRack => "buffer or rack",
        }
    }
}

/// What a value may look like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Any string.
    Text,
    /// The id of a new element.
    Id,
    /// The id of an element elsewhere.
    Name(Kind),
    /// One of these words.
    Word(&'static [&'static str]),
    /// true or false.
    Flag,
    /// An integer, least and most.
    Count(i64, i64),
    /// A plain number, least and most.
    Ratio(f64, f64),
    /// A value with unit, least and most in base units.
    Quantity(Dimension, i64, i64),
    /// A value with either unit, least and most in base units of each.
    Either((Dimension, i64, i64), (Dimension, i64, i64)),
    /// A span or a distribution of spans; where `true`, of pieces as well.
    Dist(bool),
    /// A list of these, least and most.
    List(&'static Shape, usize, usize),
    /// A table.
    Table(&'static Form),
    /// A table whose keys are ids.
    Map(Kind, &'static Shape),
    /// One of these, told apart by TOML type.
    Any(&'static [Shape]),
}

/// The keys of a table.
#[derive(Debug)]
pub struct Form {
    /// Its name, an argument of sentences.
    pub name: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// Groups of which exactly one key must be there.
    pub one_of: &'static [&'static [&'static str]],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// It must be there.
    pub required: bool,
    /// What it means.
    pub doc: &'static str,
}

/// A key that must be there.
pub const fn must(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key {
        name,
        shape,
        required: true,
        doc,
    }
}
/// A key that may be there.
pub const fn may(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key {
        name,
        shape,
        required: false,
        doc,
    }
}

impl Form {
    /// A key by name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// Checks a table against its form and reports what is wrong. Misspelled keys with one clear
/// meaning get their right name, so that one slip is one problem. `at` is where the table stands.
pub fn check_table(desk: &Desk<'_>, form: &'static Form, table: &mut Table, at: At) {
    unknown_keys(desk, form, table);
    for row in &mut table.rows {
        if let Some(key) = form.key(&row.key) {
            check(desk, &key.shape, &mut row.item);
        }
    }
    for key in form.keys.iter().filter(|key| key.required) {
        if table.get(key.name).is_none() {
            desk.push(
                desk.error("key/missing", at)
                    .arg("key", key.name)
                    .arg("in", form.name),
            );
        }
    }
    for group in form.one_of {
        one_of(desk, form, group, table, at);
    }
}

fn unknown_keys(desk: &Desk<'_>, form: &'static Form, table: &mut Table) {
    let mut i = 0;
    while i < table.rows.len() {
        let row = &table.rows[i];
        if form.key(&row.key).is_some() {
            i += 1;
            continue;
        }
        let free = form
            .keys
            .iter()
            .map(|key| key.name)
            .filter(|name| table.get(name).is_none());
        let meant = nearest(&row.key, free)
            .or_else(|| nearest(&row.key, form.keys.iter().map(|key| key.name)));
        let problem = desk.error("key/unknown", row.key_at);
        desk.push(
            problem
                .arg("key", &row.key)
                .arg("in", form.name)
                .suggest(meant.clone()),
        );
        match meant {
            Some(name) if table.get(&name).is_none() => {
                table.rename(i, &name);
                i = 0; // the order has changed; every round removes one unknown key
            }
            _ => {
                table.rows.remove(i);
            }
        }
    }
}

/// A key counts in its group unless its value is of a type that means something else there
/// (`delay` of a station is a span or a process).
fn counts(form: &'static Form, table: &Table, name: &str) -> bool {
    let Some(item) = table.get(name) else {
        return false;
    };
    match form.key(name).map(|key| key.shape) {
        Some(Shape::Any(_)) if name == "delay" => item.table().is_some(),
        _ => true,
    }
}

fn one_of(desk: &Desk<'_>, form: &'static Form, group: &[&'static str], table: &Table, at: At) {
    let found: Vec<&str> = group
        .iter()
        .copied()
        .filter(|name| counts(form, table, name))
        .collect();
    let list = group.join(" / ");
    if found.is_empty() {
        desk.push(
            desk.error("key/none-of", at)
                .arg("keys", list)
                .arg("in", form.name),
        );
    } else if found.len() > 1 {
        let mut rows: Vec<At> = table
            .rows
            .iter()
            .filter(|row| found.contains(&row.key.as_str()))
            .map(|row| row.key_at)
            .collect();
        rows.sort();
        let at = rows.get(1).copied().unwrap_or(at);
        desk.push(
            desk.error("key/several-of", at)
                .arg("keys", list)
                .arg("in", form.name),
        );
    }
}

/// Checks one value.
pub fn check(desk: &Desk<'_>, shape: &'static Shape, item: &mut Item) {
    let at = item.at;
    match (shape, &mut item.value) {
        (Shape::List(inner, least, most), Value::List(list)) => {
            if list.len() < *least || list.len() > *most {
                range(
                    desk,
                    at,
                    list.len().to_string(),
                    least.to_string(),
                    most.to_string(),
                );
            }
            list.iter_mut()
                .take(*most)
                .for_each(|item| check(desk, inner, item));
        }
        (Shape::Table(form), Value::Table(table)) => check_table(desk, form, table, at),
        (Shape::Map(_, inner), Value::Table(table)) => {
            table
                .rows
                .iter_mut()
                .for_each(|row| check(desk, inner, &mut row.item));
        }
        (Shape::Any(shapes), _) => match shapes.iter().find(|shape| fits(shape, item)) {
            Some(shape) => check(desk, shape, item),
            None => wrong_type(desk, shape, item),
        },
        (Shape::Dist(_), Value::Text(_) | Value::Table(_)) => {
            if let Err(faults) = crate::dist::read(desk, item, matches!(shape, Shape::Dist(true))) {
                desk.extend(faults);
            }
        }
        _ => check_scalar(desk, shape, item),
    }
}

fn check_scalar(desk: &Desk<'_>, shape: &'static Shape, item: &Item) {
    let at = item.at;
    match (shape, &item.value) {
        (Shape::Text | Shape::Name(_), Value::Text(_)) | (Shape::Flag, Value::Flag(_)) => {}
        (Shape::Id, Value::Text(id)) => {
            if !is_id(id) {
                desk.push(desk.error("id/bad", at).arg("id", id));
            }
        }
        (Shape::Word(words), Value::Text(word)) => {
            if !words.contains(&word.as_str()) {
                let meant = nearest(word, words.iter().copied());
                let problem = desk.error("value/word", at).arg("word", word);
                desk.push(problem.arg("words", words.join(", ")).suggest(meant));
            }
        }
        (Shape::Count(least, most), Value::Integer(n)) => {
            if n.is_none_or(|n| n < *least || n > *most) {
                let n = n.map_or_else(|| "?".to_string(), |n| n.to_string());
                range(desk, at, n, least.to_string(), most.to_string());
            }
        }
        (Shape::Ratio(least, most), Value::Integer(_) | Value::Number(_)) => {
            let x = item.number().unwrap_or(f64::NAN);
            if !(x >= *least && x <= *most) {
                range(desk, at, x.to_string(), least.to_string(), most.to_string());
            }
        }
        (
            Shape::Quantity(..) | Shape::Either(..),
            Value::Text(_) | Value::Integer(_) | Value::Number(_),
        ) => {
            if let Err(problem) = quantity(desk, shape, item) {
                desk.push(*problem);
            }
        }
        _ => wrong_type(desk, shape, item),
    }
}

/// Reads a value with unit: its dimension and amount.
pub fn quantity(
    desk: &Desk<'_>,
    shape: &Shape,
    item: &Item,
) -> Result<(Dimension, i64), Box<crate::Problem>> {
    let (first, second) = match *shape {
        Shape::Quantity(d, least, most) => ((d, least, most), None),
        Shape::Either(first, second) => (first, Some(second)),
        _ => return Err(Box::new(desk.error("value/type", item.at))),
    };
    if let Some((dimension, least, most)) = second
        && let Some(Ok(amount)) = item.text().map(|text| parse(text, dimension))
    {
        return within(desk, item, dimension, amount, least, most);
    }
    amount(desk, item, first)
}

/// Reads a value of one dimension and checks its bounds.
pub fn amount(
    desk: &Desk<'_>,
    item: &Item,
    (dimension, least, most): (Dimension, i64, i64),
) -> Result<(Dimension, i64), Box<crate::Problem>> {
    let wrong = |unit: &str, fault: &str| {
        let names = dimension.units().iter().map(|(name, _)| *name);
        let meant = nearest(unit, names.filter(|_| !unit.is_empty()));
        let problem = desk
            .error("unit/wrong", item.at)
            .arg("unit", unit)
            .arg("fault", fault);
        let problem = problem
            .arg("dimension", dimension.name())
            .arg("units", dimension.list());
        Box::new(problem.suggest(meant))
    };
    match item.text().map(|text| parse(text, dimension)) {
        Some(Ok(amount)) => within(desk, item, dimension, amount, least, most),
        Some(Err(UnitFault::Unit(unit))) => Err(wrong(&unit, "unit")),
        Some(Err(UnitFault::Number)) => Err(wrong("", "number")),
        None => Err(wrong("", "none")),
    }
}

fn within(
    desk: &Desk<'_>,
    item: &Item,
    dimension: Dimension,
    amount: i64,
    least: i64,
    most: i64,
) -> Result<(Dimension, i64), Box<crate::Problem>> {
    if amount < least || amount > most {
        let value = item.text().unwrap_or_default();
        let problem = desk.error("value/range", item.at).arg("value", value);
        let problem = problem.arg("least", dimension.show(least));
        return Err(Box::new(problem.arg("most", dimension.show(most))));
    }
    Ok((dimension, amount))
}

fn range(desk: &Desk<'_>, at: At, value: String, least: String, most: String) {
    let problem = desk.error("value/range", at).arg("value", value);
    desk.push(problem.arg("least", least).arg("most", most));
}

fn wrong_type(desk: &Desk<'_>, shape: &Shape, item: &Item) {
    let found = match item.value {
        Value::Text(_) => "string",
        Value::Integer(_) => "integer",
        Value::Number(_) => "number",
        Value::Flag(_) => "boolean",
        Value::Moment => "date",
        Value::List(_) => "array",
        Value::Table(_) => "table",
    };
    let problem = desk.error("value/type", item.at).arg("found", found);
    desk.push(problem.arg("wanted", wanted(shape)));
}

/// The TOML types that fit a shape, for sentences.
fn wanted(shape: &Shape) -> String {
    match shape {
        Shape::Text | Shape::Id | Shape::Name(_) | Shape::Word(_) => "string".into(),
        Shape::Quantity(..) | Shape::Either(..) => "string".into(),
        Shape::Flag => "boolean".into(),
        Shape::Count(..) => "integer".into(),
        Shape::Ratio(..) => "number".into(),
        Shape::Dist(_) => "string / table".into(),
        Shape::List(..) => "array".into(),
        Shape::Table(_) | Shape::Map(..) => "table".into(),
        Shape::Any(shapes) => {
            let list: Vec<String> = shapes.iter().map(wanted).collect();
            list.join(" / ")
        }
    }
}

fn fits(shape: &Shape, item: &Item) -> bool {
    match &item.value {
        Value::Text(_) => matches!(
            shape,
            Shape::Dist(_)
                | Shape::Quantity(..)
                | Shape::Either(..)
                | Shape::Text
                | Shape::Id
                | Shape::Name(_)
                | Shape::Word(_)
        ),
        Value::List(_) => matches!(shape, Shape::List(..)),
        Value::Table(_) => matches!(shape, Shape::Table(_) | Shape::Map(..) | Shape::Dist(_)),
        Value::Flag(_) => matches!(shape, Shape::Flag),
        Value::Integer(_) => matches!(shape, Shape::Count(..) | Shape::Ratio(..)),
        Value::Number(_) => matches!(shape, Shape::Ratio(..)),
        Value::Moment => false,
    }
}

/// Letters, digits and `-_.#/`, at most 100 characters.
pub fn is_id(id: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || "-_.#/".contains(c);
    !id.is_empty() && id.chars().count() <= 100 && id.chars().all(good)
}
