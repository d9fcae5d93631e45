//! Names of the source as ids of a plant folder.

use std::collections::BTreeSet;

/// Ids of one kind, each given once.
#[derive(Default, Debug)]
pub struct Ids(BTreeSet<String>);

/// Longest id that is made of a name; a suffix may follow.
const LONGEST: usize = 80;

impl Ids {
    /// An id for a name: the name itself where it can be an id, else with what cannot stand in one as `-`
    /// or left out; numbered where it is taken.
    pub fn give(&mut self, name: &str) -> String {
        let base = id_of(name);
        let mut id = base.clone();
        let mut number = 2;
        while !self.0.insert(id.clone()) {
            id = format!("{base}-{number}");
            number += 1;
        }
        id
    }
}

/// A name with only letters, digits and `-_.#/`: gaps become one `-`, none beside another `-`.
pub fn id_of(name: &str) -> String {
    let good = |c: char| c.is_alphanumeric() || "-_.#/".contains(c);
    let mut id = String::new();
    let mut gap = false;
    for c in name.trim().chars().take(LONGEST) {
        if good(c) {
            if gap && c != '-' && !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
            id.push(c);
            gap = false;
        } else {
            gap = true;
        }
    }
    if id.is_empty() { "x".into() } else { id }
}

/// A text as a TOML string.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text that can stand in a comment.
pub fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_what_an_id_may_hold_and_stay_apart() {
        let mut ids = Ids::default();
        assert_eq!(
            ids.give("Point-0001 --- Point-0002"),
            "Point-0001---Point-0002"
        );
        assert_eq!(ids.give("Goods in north 01"), "Goods-in-north-01");
        assert_eq!(ids.give("Goods in (north) 01"), "Goods-in-north-01-2");
        assert_eq!(ids.give("站 1"), "站-1");
        assert_eq!(ids.give(" ?! "), "x");
        assert_eq!(quoted("a\"b\\\n"), "\"a\\\"b\\\\\\u000A\"");
    }
}
