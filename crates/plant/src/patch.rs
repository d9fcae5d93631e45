//! Values set from outside, for sweeps: `fleet.agv.count = 90` before anything is checked.

use crate::forms::ROOT;
use crate::shape::{Form, Shape, is_id};
use crate::spell::nearest;
use crate::tree::{Desk, Item, Table, Value, parse_value};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Sets each value; a path that leads nowhere is reported under its own name.
pub fn apply<'t>(desk: &Desk<'t>, root: &mut Table, overrides: &'t [(String, String)]) {
    for (path, value) in overrides {
        let text = desk.open(path, value);
        let item = parse_value(text, value);
        let at = item.at;
        if let Err(unknown) = set(root, path, item) {
            let problem = desk.error("override/unknown", at).arg("path", path);
            desk.push(problem.arg("part", &unknown.part).suggest(unknown.meant));
        }
    }
}

struct Unknown {
    part: String,
    meant: Option<String>,
}

fn unknown<'c>(part: &str, candidates: impl IntoIterator<Item = &'c str>) -> Unknown {
    Unknown {
        part: part.into(),
        meant: nearest(part, candidates),
    }
}

fn set(root: &mut Table, path: &str, item: Item) -> Result<(), Unknown> {
    let (kind, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(key) = ROOT.key(kind) else {
        return Err(unknown(kind, ROOT.keys.iter().map(|key| key.name)));
    };
    match key.shape {
        Shape::Table(form) => {
            if root.get(kind).is_none() {
                root.set(
                    kind,
                    Item {
                        at: item.at,
                        value: Value::Table(Table::default()),
                    },
                );
            }
            match root.get_mut(kind).map(|item| &mut item.value) {
                Some(Value::Table(table)) => set_in(form, table, rest, item),
                _ => Err(unknown(kind, [])),
            }
        }
        Shape::List(Shape::Table(form), ..) => match root.get_mut(kind).map(|i| &mut i.value) {
            Some(Value::List(list)) => set_element(form, list, rest, item),
            _ => Err(unknown(kind, [])),
        },
        _ => Err(unknown(kind, [])),
    }
}

/// The key that names an element of a list.
fn name_key(form: &'static Form) -> &'static str {
    if form.key("id").is_some() {
        "id"
    } else {
        "type"
    }
}

/// Ids may hold points: the longest id that begins the path is meant.
fn set_element(
    form: &'static Form,
    list: &mut [Item],
    path: &str,
    item: Item,
) -> Result<(), Unknown> {
    let key = name_key(form);
    let name = |item: &Item| {
        item.table()
            .and_then(|t| Some(t.get(key)?.text()?.to_string()))
    };
    let names: Vec<(usize, String)> = list
        .iter()
        .enumerate()
        .filter_map(|(i, item)| Some((i, name(item)?)))
        .collect();
    let found = names
        .iter()
        .filter(|(_, name)| {
            path.strip_prefix(name.as_str())
                .is_some_and(|r| r.starts_with('.'))
        })
        .max_by_key(|(i, name)| (name.len(), core::cmp::Reverse(*i)));
    let Some((index, name)) = found else {
        let part = path.split('.').next().unwrap_or_default();
        return Err(unknown(part, names.iter().map(|(_, name)| name.as_str())));
    };
    let rest = &path[name.len() + 1..];
    let Value::Table(table) = &mut list[*index].value else {
        return Err(unknown(rest, []));
    };
    // Elements of a class stand one level deeper: class.furnace.station.tube.time.
    set_in(form, table, rest, item)
}

fn set_in(form: &'static Form, table: &mut Table, path: &str, item: Item) -> Result<(), Unknown> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(key) = form.key(first) else {
        return Err(unknown(first, form.keys.iter().map(|key| key.name)));
    };
    if rest.is_empty() {
        table.set(first, item);
        return Ok(());
    }
    let inner = table_form(&key.shape);
    let at = item.at;
    match (table.get_mut(first).map(|item| &mut item.value), inner) {
        (Some(Value::Table(inner)), Some(form)) => set_in(form, inner, rest, item),
        (Some(Value::Table(inner)), None) => set_free(&key.shape, inner, rest, item),
        (Some(Value::List(list)), Some(form)) if is_list(&key.shape) => {
            set_element(form, list, rest, item)
        }
        (None, Some(form)) if !is_list(&key.shape) => {
            let mut inner = Table::default();
            set_in(form, &mut inner, rest, item)?;
            table.set(
                first,
                Item {
                    at,
                    value: Value::Table(inner),
                },
            );
            Ok(())
        }
        _ => Err(unknown(rest, [])),
    }
}

/// A distribution's value, or the row of a map.
fn set_free(shape: &Shape, table: &mut Table, path: &str, item: Item) -> Result<(), Unknown> {
    let known = matches!(shape, Shape::Map(..)) && is_id(path);
    if known || table.get(path).is_some() {
        table.set(path, item);
        return Ok(());
    }
    Err(unknown(path, table.rows.iter().map(|row| row.key.as_str())))
}

fn table_form(shape: &Shape) -> Option<&'static Form> {
    match shape {
        Shape::Table(form) | Shape::List(Shape::Table(form), ..) => Some(form),
        Shape::Any(shapes) => shapes.iter().find_map(table_form),
        _ => None,
    }
}

fn is_list(shape: &Shape) -> bool {
    match shape {
        Shape::List(..) => true,
        Shape::Any(shapes) => shapes.iter().any(is_list),
        _ => false,
    }
}
