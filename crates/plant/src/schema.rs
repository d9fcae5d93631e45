//! The JSON Schema of `plant.toml` (draft 2020-12), from the same table that the reader uses, so
//! that editors complete and check.

use crate::calibration::CALIBRATION;
use crate::dist::LAWS;
use crate::forms::ROOT;
use crate::shape::{Form, Kind, Shape};
use crate::units::Dimension;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde_json::{Map, Value, json};

/// Pattern of a number before a unit, as in a string.
const NUMBER: &str = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?";

/// The schema of `plant.toml`.
pub fn schema() -> Value {
    whole(&ROOT)
}

/// The schema of `calibration.toml`.
pub fn calibration_schema() -> Value {
    whole(&CALIBRATION)
}

fn whole(of: &Form) -> Value {
    let mut root = form(of);
    if let Value::Object(map) = &mut root {
        map.insert(
            "$schema".into(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        map.insert("title".into(), json!(of.name));
    }
    root
}

fn form(form: &Form) -> Value {
    let mut properties = Map::new();
    for key in form.keys {
        let mut value = shape(&key.shape);
        if let Value::Object(map) = &mut value {
            map.insert("description".into(), json!(key.doc));
        }
        properties.insert(key.name.into(), value);
    }
    let required: Vec<&str> = form
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let mut object = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Value::Object(map) = &mut object {
        if !required.is_empty() {
            map.insert("required".into(), json!(required));
        }
        let groups: Vec<Value> = form
            .one_of
            .iter()
            .map(|group| one_of(form, group))
            .collect();
        if !groups.is_empty() {
            map.insert("allOf".into(), json!(groups));
        }
    }
    object
}

/// Exactly one key of a group. A key that may also hold a plain value (`delay` of a station) counts
/// only as a table.
fn one_of(form: &Form, group: &[&str]) -> Value {
    let rows: Vec<Value> = group
        .iter()
        .map(|name| {
            let table_only = form
                .key(name)
                .is_some_and(|key| matches!(key.shape, Shape::Any(_)));
            if table_only && *name == "delay" {
                json!({"required": [name], "properties": {*name: {"type": "object"}}})
            } else {
                json!({"required": [name]})
            }
        })
        .collect();
    json!({"oneOf": rows})
}

fn shape(shape_of: &Shape) -> Value {
    match shape_of {
        Shape::Text => json!({"type": "string"}),
        Shape::Id => json!({
            "type": "string",
            "pattern": r"^[\p{L}\p{N}_.#/-]+$",
            "minLength": 1,
            "maxLength": 100,
        }),
        Shape::Name(kind) => json!({"type": "string", "title": title(*kind)}),
        Shape::Word(words) => json!({"enum": words}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Count(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Shape::Ratio(least, most) => json!({"type": "number", "minimum": least, "maximum": most}),
        Shape::Quantity(dimension, ..) => quantity(&[*dimension]),
        Shape::Either(first, second) => quantity(&[first.0, second.0]),
        Shape::Dist(pieces) => dist(*pieces),
        Shape::List(inner, least, most) => json!({
            "type": "array",
            "items": shape(inner),
            "minItems": least,
            "maxItems": most,
        }),
        Shape::Table(inner) => form(inner),
        Shape::Map(kind, inner) => json!({
            "type": "object",
            "additionalProperties": shape(inner),
            "title": title(*kind),
        }),
        Shape::Any(shapes) => json!({"anyOf": shapes.iter().map(shape).collect::<Vec<_>>()}),
    }
}

fn title(kind: Kind) -> String {
    format!("id of a {}", kind.name())
}

fn quantity(dimensions: &[Dimension]) -> Value {
    let mut units: Vec<String> = Vec::new();
    let mut optional = "";
    for (unit, _) in dimensions.iter().flat_map(|dimension| dimension.units()) {
        if unit.is_empty() {
            optional = "?";
        } else {
            units.push(unit.to_string());
        }
    }
    let names: Vec<&str> = dimensions
        .iter()
        .map(|dimension| dimension.name())
        .collect();
    json!({
        "type": "string",
        "title": names.join(" or "),
        "pattern": format!(r"^\s*{NUMBER}\s*({}){optional}\s*$", units.join("|")),
    })
}

fn dist(pieces: bool) -> Value {
    let value = if pieces {
        quantity(&[Dimension::Span, Dimension::Pieces])
    } else {
        quantity(&[Dimension::Span])
    };
    let mut shapes = alloc::vec![value.clone()];
    for (law, other) in LAWS {
        let list =
            |n: usize| json!({"type": "array", "items": value, "minItems": n, "maxItems": n});
        let first = match *law {
            "uniform" => list(2),
            "triangular" => list(3),
            "geometric" => json!({"type": "number", "minimum": 1e-6, "maximum": 1}),
            _ => value.clone(),
        };
        let mut properties = Map::new();
        properties.insert((*law).to_string(), first);
        let mut required = alloc::vec![*law];
        if !other.is_empty() {
            let number = json!({"type": "number", "minimum": 0.1, "maximum": 10_000});
            let second = if *other == "shape" {
                number
            } else {
                value.clone()
            };
            properties.insert((*other).to_string(), second);
            required.push(other);
        }
        shapes.push(json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        }));
    }
    json!({"anyOf": shapes})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Key;

    /// Every property of the schema is a key of the reader and the other way round.
    fn same_keys(form: &Form, schema: &Value) -> usize {
        let properties = schema["properties"].as_object().expect("an object");
        let mut names: Vec<&str> = form.keys.iter().map(|key| key.name).collect();
        names.sort_unstable();
        assert_eq!(
            properties.keys().map(String::as_str).collect::<Vec<_>>(),
            names
        );
        form.keys
            .iter()
            .map(|key| 1 + below(key, &properties[key.name]))
            .sum()
    }

    fn below(key: &Key, schema: &Value) -> usize {
        match key.shape {
            Shape::Table(form) => same_keys(form, schema),
            Shape::List(Shape::Table(form), ..) => same_keys(form, &schema["items"]),
            _ => 0,
        }
    }

    #[test]
    fn the_schema_has_every_key_of_the_reader_and_no_other() {
        assert!(same_keys(&ROOT, &schema()) > 130);
        assert!(same_keys(&CALIBRATION, &calibration_schema()) > 13);
    }

    #[test]
    fn every_key_says_what_it_means_and_stands_once() {
        fn walk(form: &Form) {
            for (i, key) in form.keys.iter().enumerate() {
                assert!(!key.doc.is_empty(), "{} {}", form.name, key.name);
                assert!(
                    form.keys[..i].iter().all(|other| other.name != key.name),
                    "{}",
                    key.name
                );
                match key.shape {
                    Shape::Table(inner) | Shape::List(&Shape::Table(inner), ..) => walk(inner),
                    _ => {}
                }
            }
            for name in form.one_of.iter().copied().flatten() {
                assert!(form.key(name).is_some(), "{name}");
            }
        }
        walk(&ROOT);
        walk(&CALIBRATION);
    }
}
