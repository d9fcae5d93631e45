//! As much of JSON Schema as VDA 5050's files use. A keyword it does not know fails the test.

use fenhe_wire::vda5050::{Message, Topic, Version};
use serde_json::Value;

const KNOWN: &[&str] = &[
    "type",
    "required",
    "properties",
    "items",
    "enum",
    "minimum",
    "maximum",
    "$ref",
    "format",
];
/// Keywords that say nothing about a value.
const TALK: &[&str] = &[
    "$schema",
    "$id",
    "title",
    "description",
    "examples",
    "subtopic",
    "definitions",
    "unit",
    "default",
];

/// All that is wrong with a value.
pub fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else {
        return;
    };
    for (word, rule) in rules {
        let word = word.as_str();
        // Fields that stand beside `properties` by mistake are objects; words are not.
        let stray = rule.is_object() && !KNOWN.contains(&word) && !TALK.contains(&word);
        let bare = rule.is_string() && word.contains('.');
        assert!(
            KNOWN.contains(&word) || TALK.contains(&word) || stray || bare,
            "keyword {word} is not known here"
        );
        let fine = match word {
            "type" => is_type(rule, value),
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|v| v >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|v| v <= rule.as_f64().unwrap()),
            "required" => has_all(rule, value),
            "format" => {
                rule != "date-time"
                    || value
                        .as_str()
                        .is_some_and(|t| fenhe_wire::vda5050::Utc::parse(t).is_some())
            }
            _ => true,
        };
        if !fine {
            found.push(format!("{at}: {word} {rule} by {value}"));
        }
    }
    if let Some(name) = rules.get("$ref").and_then(Value::as_str) {
        let target = root
            .pointer(name.trim_start_matches('#'))
            .expect("local reference");
        check(root, target, value, at, found);
    }
    if let (Some(fields), Some(object)) = (
        rules.get("properties").and_then(Value::as_object),
        value.as_object(),
    ) {
        for (key, rule) in fields {
            if let Some(value) = object.get(key) {
                check(root, rule, value, &format!("{at}/{key}"), found);
            }
        }
    }
    if let (Some(rule), Some(items)) = (rules.get("items"), value.as_array()) {
        for (i, item) in items.iter().enumerate() {
            check(root, rule, item, &format!("{at}/{i}"), found);
        }
    }
}

fn has_all(rule: &Value, value: &Value) -> bool {
    let Some(object) = value.as_object() else {
        return true;
    };
    rule.as_array()
        .unwrap()
        .iter()
        .all(|key| object.contains_key(key.as_str().unwrap()))
}

fn is_type(rule: &Value, value: &Value) -> bool {
    if let Some(any) = rule.as_array() {
        return any.iter().any(|rule| is_type(rule, value));
    }
    match rule.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("type {other} is not known here"),
    }
}

/// The official schema of a topic.
pub fn of(version: Version, topic: Topic) -> Option<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vda5050");
    let path = format!("{folder}/{}/{}.schema", version.text(), topic.text());
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("a schema is JSON"))
}

/// Every message has a schema and fits it.
pub fn assert_valid(version: Version, messages: &[Message]) {
    for message in messages {
        let schema = of(version, message.kind);
        let value = serde_json::from_slice(&message.payload).unwrap();
        let found = problems(&schema.expect("schema"), &value);
        assert!(
            found.is_empty(),
            "{:?} {}: {found:#?}",
            message.kind,
            version.text()
        );
    }
}
