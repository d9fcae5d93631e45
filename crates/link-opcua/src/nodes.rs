//! Nodes as texts of a [`Mapping`](crate::Mapping), and values as plain numbers and texts.

use crate::NAMESPACE;
use opcua::types::{NodeId, Variant};

/// Resolves a node's text against the server's namespaces; `None` if its namespace is not there
/// or the text is no node.
pub(crate) fn node_id(text: &str, namespaces: &[String]) -> Option<NodeId> {
    let index = |uri: &str| {
        let at = namespaces.iter().position(|known| known == uri)?;
        u16::try_from(at).ok()
    };
    if let Some(rest) = text.strip_prefix("nsu=") {
        let (uri, id) = rest.split_once(';')?;
        return format!("ns={};{id}", index(uri)?).parse().ok();
    }
    if text.starts_with("ns=") || text.starts_with("i=") {
        return text.parse().ok();
    }
    Some(NodeId::new(index(NAMESPACE)?, text))
}

/// Whether a text is a node, whatever the server's namespaces.
pub(crate) fn is_node(text: &str) -> bool {
    let id = |text: String| text.parse::<NodeId>().is_ok();
    match text.strip_prefix("nsu=") {
        Some(rest) => rest
            .split_once(';')
            .is_some_and(|(uri, rest)| !uri.is_empty() && id(format!("ns=1;{rest}"))),
        None if text.starts_with("ns=") || text.starts_with("i=") => id(text.into()),
        None => !text.trim().is_empty(),
    }
}

/// A whole number of any width.
pub(crate) fn number(value: &Variant) -> Option<i64> {
    Some(match *value {
        Variant::SByte(n) => n.into(),
        Variant::Byte(n) => n.into(),
        Variant::Int16(n) => n.into(),
        Variant::UInt16(n) => n.into(),
        Variant::Int32(n) => n.into(),
        Variant::UInt32(n) => n.into(),
        Variant::Int64(n) => n,
        Variant::UInt64(n) => i64::try_from(n).ok()?,
        _ => return None,
    })
}

pub(crate) fn text(value: &Variant) -> Option<String> {
    match value {
        Variant::String(text) => Some(text.as_ref().to_string()),
        _ => None,
    }
}

/// An array of texts; an empty array counts, whatever its declared type.
pub(crate) fn texts(value: &Variant) -> Option<Vec<String>> {
    match value {
        Variant::Array(array) => array.values.iter().map(text).collect(),
        _ => None,
    }
}

pub(crate) fn strings(lines: Vec<String>) -> Variant {
    Variant::from(lines)
}
