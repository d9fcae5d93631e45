//! Moves that no `layout.toml` takes part in: nodes in the text of the tracks, and the nodes at which equipment,
//! buffers and chargers are served.

use super::texts::{quoted, replaced};
use fenhe_plant::lif::{Lif, Position};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The text of the tracks with a node elsewhere; a station drawn where the node stood goes along. `None` if there
/// is no such node.
pub fn moved(text: &str, lif: &Lif, id: &str, (x, y): (i64, i64)) -> Option<String> {
    let node = lif.nodes().find(|node| node.node_id == id)?;
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let to = [x as f64 / 1_000.0, y as f64 / 1_000.0];
    let own = |span: &Range<usize>| span.start + mark..span.end + mark;
    let mut edits = point(text, own(&node.span), "nodePosition", to)?;
    for station in lif.stations() {
        let here = station.interaction_node_ids.iter().any(|node| node == id);
        let drawn = station
            .station_position
            .map(|p| Position { x: p.x, y: p.y });
        if here && drawn == Some(node.node_position) {
            edits.extend(point(text, own(&station.span), "stationPosition", to)?);
        }
    }
    Some(replaced(text, edits))
}

type Edits = Vec<(Range<usize>, String)>;

/// Replaces the numbers of a point within an element.
fn point(text: &str, span: Range<usize>, key: &str, to: [f64; 2]) -> Option<Edits> {
    let inner = &text[span.clone()];
    let at = inner.find(&format!("\"{key}\""))? + key.len() + 2;
    let open = at + inner[at..].find('{')?;
    let close = open + inner[open..].find('}')?;
    let mut edits = Vec::new();
    for (name, value) in ["\"x\"", "\"y\""].into_iter().zip(to) {
        let start = open + inner[open..close].find(name)? + name.len();
        let start = start + inner[start..close].find(':')? + 1;
        let start = start + inner[start..close].len() - inner[start..close].trim_start().len();
        let number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let end = start
            + inner[start..close]
                .find(|c| !number(c))
                .unwrap_or(close - start);
        let written = serde_json::to_string(&value).ok()?;
        edits.push((span.start + start..span.start + end, written));
    }
    Some(edits)
}

/// The row of `equipment.csv` with another node at one of its ports; `None` if the row or the port is not there.
pub fn served_in_csv(text: &str, id: &str, port: &str, node: &str) -> Option<String> {
    let rows = fenhe_plant::csv::rows(text);
    let column = |name: &str| rows.first()?.iter().position(|cell| cell.text == name);
    let (ids, nodes) = (column("id")?, column("nodes")?);
    let row = rows
        .iter()
        .skip(1)
        .find(|row| row.get(ids).is_some_and(|cell| cell.text == id))?;
    let span = row.get(nodes)?.span.clone();
    let mut at = span.start;
    for part in text[span].split_inclusive(';') {
        let pair = part.trim_end_matches(';');
        if let Some((key, value)) = pair.split_once('=')
            && key.trim().trim_matches('"') == port
        {
            let lead = value.len() - value.trim_start().len();
            let bare = value.trim().trim_matches('"');
            let start = at + key.len() + 1 + lead;
            return Some(replaced(
                text,
                vec![(start..start + bare.len(), node.into())],
            ));
        }
        at += part.len();
    }
    None
}

/// `plant.toml` with another node at which a piece of equipment, a buffer or a charger is served; `None` if
/// nothing of this name is served at a node.
pub fn served_in_toml(text: &str, id: &str, port: Option<&str>, node: &str) -> Option<String> {
    let root = DeTable::parse(text).ok()?.into_inner();
    let rows = |kind: &str| {
        let list = root.get(kind).and_then(|value| value.get_ref().as_array());
        let tables = list.into_iter().flatten();
        let tables = tables.filter_map(|item| item.get_ref().as_table());
        tables
            .filter(|row| text_of(row, "id") == Some(id))
            .collect::<Vec<_>>()
    };
    let mut found: Option<Range<usize>> = None;
    for row in rows("charger") {
        found = found.or(row.get("node").map(|value| value.span()));
    }
    for row in rows("buffer") {
        for kind in ["unload", "load", "store"] {
            let inner = row.get(kind).and_then(|value| value.get_ref().as_table());
            found = found.or(inner.and_then(|inner| inner.get("node")).map(|v| v.span()));
        }
    }
    for row in rows("equipment") {
        let nodes = row
            .get("nodes")
            .and_then(|value| value.get_ref().as_table());
        let at = nodes.zip(port).and_then(|(nodes, port)| nodes.get(port));
        found = found.or(at.map(|value| value.span()));
    }
    Some(replaced(text, vec![(found?, quoted(node))]))
}

fn text_of<'t>(row: &'t DeTable<'_>, key: &str) -> Option<&'t str> {
    row.get(key).and_then(|value| value.get_ref().as_str())
}

/// Files that `plant.toml` names: of the tracks, and of the equipment.
pub fn named_files(text: &str) -> (Option<String>, Option<String>) {
    let Ok(root) = DeTable::parse(text) else {
        return (None, None);
    };
    let root = root.into_inner();
    let inner = |table: &str, key: &str| {
        let table = root.get(table)?.get_ref().as_table()?;
        table
            .get(key)
            .map(|v| v.get_ref())
            .and_then(DeValue::as_str)
            .map(String::from)
    };
    (inner("tracks", "file"), inner("plant", "equipment"))
}
