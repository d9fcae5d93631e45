//! LIF as text: one element a line, so that versions can be compared.

use super::{Layout, Lif};
use alloc::string::String;
use serde::Serialize;

impl Lif {
    /// The file's text: JSON with one node, edge or station a line. The same value gives the same
    /// bytes.
    pub fn to_text(&self) -> String {
        let mut out = String::from("{\n\"metaInformation\": ");
        json(&mut out, &self.meta_information);
        out.push_str(",\n\"layouts\": [");
        for (i, layout) in self.layouts.iter().enumerate() {
            out.push_str(if i == 0 { "\n{" } else { ",\n{" });
            write_layout(&mut out, layout);
            out.push('}');
        }
        out.push_str("\n]\n}\n");
        out
    }
}

fn write_layout(out: &mut String, layout: &Layout) {
    let field = |out: &mut String, name: &str, value: Option<&String>| {
        if let Some(value) = value {
            out.push_str("\n\"");
            out.push_str(name);
            out.push_str("\": ");
            json(out, value);
            out.push(',');
        }
    };
    field(out, "layoutId", Some(&layout.layout_id));
    field(out, "layoutName", layout.layout_name.as_ref());
    field(out, "layoutVersion", Some(&layout.layout_version));
    field(out, "layoutLevelId", layout.layout_level_id.as_ref());
    field(out, "layoutDescription", layout.layout_description.as_ref());
    rows(out, "nodes", &layout.nodes, ",");
    rows(out, "edges", &layout.edges, ",");
    rows(out, "stations", &layout.stations, "\n");
}

fn rows<T: Serialize>(out: &mut String, name: &str, rows: &[T], end: &str) {
    out.push_str("\n\"");
    out.push_str(name);
    out.push_str("\": [");
    for (i, row) in rows.iter().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        json(out, row);
    }
    out.push_str("\n]");
    out.push_str(end);
}

/// Types of this module are plain structs with text keys: writing them cannot fail.
fn json<T: Serialize>(out: &mut String, value: &T) {
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}
