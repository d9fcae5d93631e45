//! The little JSON that other programs answer with.

use serde_json::Value;

/// Reads JSON.
///
/// # Errors
/// It is not JSON; the reason and the first characters.
pub fn parse(text: &str) -> Result<Value, Vec<String>> {
    serde_json::from_str(text).map_err(|why| {
        let start: String = text.chars().take(200).collect();
        vec![format!("not JSON ({why}): {start}")]
    })
}

/// The strings under `key` of each member of a list.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

/// The members of a list; none if it is not a list.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}
