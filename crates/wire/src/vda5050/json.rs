//! Tolerant access to JSON: null is missing, a number may stand as text, case and underscores of an
//! enumeration do not matter.

use super::fault::{Fault, Field};
use super::read::{MAX_ITEMS, MAX_TEXT};
use alloc::string::String;
use alloc::vec::Vec;
use serde_json::{Map, Value};

pub(crate) type Object = Map<String, Value>;

/// A field that is there and not null.
pub(crate) fn get<'a>(object: &'a Object, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

/// The first of several spellings that is there.
pub(crate) fn any<'a>(object: &'a Object, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().find_map(|key| get(object, key))
}

/// Text that nobody looks up: as much of it as is kept.
pub(crate) fn cut(text: &str) -> String {
    String::from(&text[..text.floor_char_boundary(MAX_TEXT)])
}

pub(crate) fn text(object: &Object, key: &str) -> Option<String> {
    match get(object, key)? {
        Value::String(text) => Some(cut(text)),
        Value::Number(number) => Some(alloc::format!("{number}")),
        _ => None,
    }
}

pub(crate) fn need_text(object: &Object, field: Field) -> Result<String, Fault> {
    match get(object, field.text()) {
        None => Err(Fault::Missing(field)),
        Some(Value::String(text)) if text.len() > MAX_TEXT => Err(Fault::Wrong(field)),
        Some(_) => text(object, field.text()).ok_or(Fault::Wrong(field)),
    }
}

/// A whole number, also one that was written `3.0` or `"3"`.
pub(crate) fn count(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(whole) => u32::try_from(whole).ok(),
            None => whole(number.as_f64()?),
        },
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn whole(number: f64) -> Option<u32> {
    let near = number as u32; // saturates; NaN is 0
    (f64::from(near) == number).then_some(near)
}

pub(crate) fn need_count(object: &Object, field: Field) -> Result<u32, Fault> {
    let value = get(object, field.text()).ok_or(Fault::Missing(field))?;
    count(value).ok_or(Fault::Wrong(field))
}

pub(crate) fn float(object: &Object, key: &str) -> Option<f64> {
    let number = get(object, key)?.as_f64()?;
    number.is_finite().then_some(number)
}

pub(crate) fn flag(object: &Object, key: &str) -> Option<bool> {
    match get(object, key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

pub(crate) fn object<'a>(parent: &'a Object, key: &str) -> Option<&'a Object> {
    get(parent, key)?.as_object()
}

/// A list under one of several spellings, empty if it is missing; `None` for missing.
pub(crate) fn list<'a>(
    parent: &'a Object,
    keys: &[&str],
    field: Field,
) -> Result<Option<&'a [Value]>, Fault> {
    match any(parent, keys) {
        None => Ok(None),
        Some(Value::Array(items)) if items.len() > MAX_ITEMS => Err(Fault::TooMany(field)),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(_) => Err(Fault::Wrong(field)),
    }
}

/// Each item of a list read as an object; null items are left out.
pub(crate) fn each<T>(
    items: &[Value],
    field: Field,
    read: impl Fn(&Object) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let there = items.iter().filter(|item| !item.is_null());
    let one = |item: &Value| read(item.as_object().ok_or(Fault::Wrong(field))?);
    there.map(one).collect()
}

/// A word of an enumeration in one spelling: capitals, no separators.
pub(crate) fn word(value: &Value) -> Option<String> {
    let letters = value.as_str()?.chars();
    let kept = letters.filter(|c| !matches!(c, '_' | '-' | ' '));
    Some(kept.map(|c| c.to_ascii_uppercase()).collect())
}
